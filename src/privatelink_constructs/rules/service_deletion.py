"""The rules for the connections of a service when you delete its stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_DELETE_SERVICE = "https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html"
KEPT = frozenset({"Retain", "RetainExceptOnCreate"})
"""The deletion policies with which a resource stays when its stack is deleted."""


@error(
    "rejection-on-delete-conflict",
    "A service that you retain when you delete its stack must keep its connections.",
    why="Otherwise, deleting the stack rejects every connection, although the service remains.",
    fix=Fix(
        code=("omit reject_connections_on_delete, or use RemovalPolicy.DESTROY for the service"),
        template=(
            "set DeletionPolicy of the service to Delete, or remove the resource that rejects its "
            "connections"
        ),
    ),
    url=_DELETE_SERVICE,
)
def rejection_followed_by_deletion(service: str | None, *, rejection: str | None) -> Iterator[str]:
    """Find a service that remains while its connections are rejected.

    :param service: the deletion policy of the service, None if it has none.
    :param rejection: the deletion policy of the resource that rejects the connections.
    """
    if service in KEPT and rejection not in KEPT:
        yield (
            f"the service has the deletion policy {service}, but deleting the stack rejects its "
            "connections"
        )


@error(
    "rejection-on-delete-protection-conflict",
    "A service whose connections are rejected must not have protected load balancers.",
    why=(
        "Deleting the stack rejects every connection and deletes the service. The deletion then "
        "fails, because AWS doesn't delete the load balancers."
    ),
    fix=Fix(
        code="omit reject_connections_on_delete or the deletion protection",
        template=(
            "set the attribute deletion_protection.enabled to false, or remove the resource that "
            "rejects the connections"
        ),
    ),
    url=_DELETE_SERVICE,
)
def rejection_without_protection(protected: Collection[object]) -> Iterator[str]:
    """Find load balancers that remain while the connections of their service are rejected.

    :param protected: the load balancers with deletion protection that the stack would delete.
    """
    if protected:
        names = ", ".join(map(str, protected))
        yield f"deleting the stack rejects the connections, but {names} have deletion protection"
