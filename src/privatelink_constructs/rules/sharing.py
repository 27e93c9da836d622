"""The rules for sharing resources with AWS RAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.organizations import is_organization, is_organizational_unit
from privatelink_constructs.rules.core import Fix, error, is_token

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARE = "https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html"


@error(
    "share-principal-malformed",
    "The ARN of a share principal must be the ARN of an organization or an organizational unit.",
    why="AWS RAM rejects other principals.",
    fix=Fix(
        code=(
            "use an ARN such as arn:aws:organizations::111111111111:organization/o-abcdefghij, or "
            "SharePrincipal.account(...) for an account"
        ),
        template="set Principals to account IDs and ARNs of organizations or organizational units",
    ),
    url=_SHARE,
)
def share_principal_valid(arn: str, *, unit: bool = False) -> Iterator[str]:
    """Find what isn't the ARN of an organization; tokens pass.

    :param unit: whether it must be the ARN of an organizational unit.
    """
    valid = is_organizational_unit if unit else is_organization
    if not is_token(arn) and not valid(arn):
        kind = "organizational unit" if unit else "organization"
        yield f"{arn!r} is not the ARN of an {kind}"


@error(
    "share-resource-not-supported",
    "A resource share must contain only resources that AWS RAM can share.",
    why=(
        "AWS RAM rejects endpoint services, endpoints, and hosted zones. Allowed principals share "
        "an endpoint service, and a Route 53 Profile shares endpoints and hosted zones."
    ),
    fix=Fix(
        code="allow the accounts as principals of the service, or share a Route 53 Profile",
        template="list the accounts in AllowedPrincipals of the service, or share the ARN of a "
        "Route 53 Profile",
    ),
    url="https://docs.aws.amazon.com/ram/latest/userguide/shareable.html",
)
def share_resource_supported(name: str, what: str | None) -> Iterator[str]:
    """Find a resource that AWS RAM can't share.

    :param name: the resource, as the message should name it.
    :param what: what it is, None where it is supported, or isn't known.
    """
    if what is not None:
        yield f"{name} is {what}"
