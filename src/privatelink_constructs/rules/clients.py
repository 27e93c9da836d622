"""The rules for who can connect to an endpoint, as constructs name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator


@error(
    "client-security-group-missing",
    "A client of an endpoint must have a security group.",
    why="The security group of the endpoint allows the security groups of its clients.",
    fix=Fix.same("use a construct that is in a VPC, or the CIDR blocks that it connects from"),
    url=core.CREATE_ENDPOINT,
)
def client_connectable(name: str, *, reason: str | None) -> Iterator[str]:
    """Find a client without connections, such as a Lambda function that is in no VPC.

    :param name: the path of the client.
    :param reason: why it has none, in the CDK's words; None if it has.
    """
    if reason is not None:
        yield f"{name} in clients has no security group ({reason})"
