"""The rules for who pays for the endpoints of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error, first_of, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.rules.core import Problem

_OWNER = "ServiceOwner"
_SERVICE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpointservice.html"


def valid_payer(payer: str | None) -> Iterator[Problem]:
    """Check who pays for the endpoints; None for the consumers."""
    yield from first_of(payer_known(payer), payer_confirmed(payer))


@error(
    "payer-not-valid",
    "The payer must be ServiceOwner or omitted.",
    why="AWS rejects other values.",
    fix=Fix(
        code='set payer_responsibility to "ServiceOwner", or omit it',
        template="set PayerResponsibility to ServiceOwner, or omit it",
    ),
    url=_SERVICE,
)
def payer_known(payer: str | None) -> Iterator[str]:
    """Find a payer that isn't valid; None for the consumers."""
    if payer not in {None, _OWNER}:
        yield f"{payer!r} is not a valid payer"


@warning(
    "payer-irreversible",
    "The choice of the payer should be permanent.",
    why="You can't change the payer back to the consumers.",
    fix=Fix.same("confirm the payer, and acknowledge this warning"),
    url=_SERVICE,
)
def payer_confirmed(payer: str | None) -> Iterator[str]:
    """Find that the owner of the service pays, which can't be undone."""
    if payer == _OWNER:
        yield "the owner of the service pays for the endpoints of all consumers"
