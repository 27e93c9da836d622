"""What happens to the connections of a service when its stack is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

_DELETE_SERVICE = "https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html"
_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})
"""The deletion policies with which a resource stays when its stack is deleted."""


@error(
    "rejection-on-delete-conflict",
    "A service that stays when its stack is deleted must keep its connections.",
    why="Deleting the stack rejects every connection of a service that is still there.",
    fix=Fix(
        code=(
            "leave reject_connections_on_delete out, or use RemovalPolicy.DESTROY for the service"
        ),
        template=(
            "set DeletionPolicy of the service to Delete, or remove the resource that rejects its "
            "connections"
        ),
    ),
    url=_DELETE_SERVICE,
)
def rejection_followed_by_deletion(service: str | None, *, rejection: str | None) -> Iterator[str]:
    """Find a service that stays while its connections are rejected.

    :param service: the deletion policy of the service, None if it has none.
    :param rejection: that of the resource that rejects the connections when it is deleted.
    """
    if service in _KEPT and rejection not in _KEPT:
        yield (
            f"the service has the deletion policy {service}, and its connections are rejected when "
            "the stack is deleted"
        )


@warning(
    "deletion-protection-ineffective",
    "A service should keep its connections when its load balancers are protected from deletion.",
    why=(
        "Deleting the stack rejects every connection and deletes the service before it fails at "
        "the load balancers, so their protection keeps nobody connected."
    ),
    fix=Fix(
        code=(
            "leave out deletion_protection or reject_connections_on_delete, and protect the stack "
            "with termination_protection"
        ),
        template=(
            "leave out deletion_protection.enabled or the resource that rejects the connections, "
            "and protect the stack with termination protection"
        ),
    ),
    url=_DELETE_SERVICE,
)
def protection_effective(*, protected: bool, rejected: bool) -> Iterator[str]:
    """Find load balancers that stay while the connections through them are rejected.

    :param protected: whether the load balancers refuse to be deleted.
    :param rejected: whether the connections are rejected when the stack is deleted.
    """
    if protected and rejected:
        yield "the load balancers are protected from deletion, and connections are rejected before"
