"""What happens to the connections of a service when its stack is deleted."""

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
    if service in KEPT and rejection not in KEPT:
        yield (
            f"the service has the deletion policy {service}, and its connections are rejected when "
            "the stack is deleted"
        )


@error(
    "rejection-on-delete-protection-conflict",
    "A service whose connections are rejected must not have protected load balancers.",
    why=(
        "Deleting the stack rejects every connection and deletes the service, and then stops at "
        "the load balancers, which AWS doesn't delete."
    ),
    fix=Fix(
        code="leave out reject_connections_on_delete or the deletion protection",
        template=(
            "set the attribute deletion_protection.enabled to false, or remove the resource that "
            "rejects the connections"
        ),
    ),
    url=_DELETE_SERVICE,
)
def rejection_without_protection(protected: Collection[object]) -> Iterator[str]:
    """Find load balancers that stay while the connections of their service are rejected.

    :param protected: the load balancers with deletion protection that the stack would delete.
    """
    if protected:
        names = ", ".join(map(str, protected))
        yield f"connections are rejected on delete, and {names} have deletion protection"
