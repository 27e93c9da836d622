"""What must hold of a connection that runs: requested, accepted, and available on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error
from privatelink_constructs.rules.live_services import AVAILABLE, same_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WAITING = ("PendingAcceptance", "Pending")
_REJECTED = "Rejected"
_STATES = "https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html"


@error(
    "connection-missing",
    "The consumer must have an endpoint that is connected to the service.",
    why="Without an endpoint, there is nothing to connect through.",
    fix=Fix.same(
        "create an interface endpoint to the service's name in the consumer's VPC; if there is "
        "one, compare the service name in it with the one of this service"
    ),
    url=core.CREATE_ENDPOINT,
)
def connection_there(wanted: str, states: Sequence[str] | None) -> Iterator[str]:
    """Find a consumer that has no connection.

    :param wanted: whose connection, in words.
    :param states: the states of the connections, None if they couldn't be seen.
    """
    if states is not None and all(same_state(state, "Deleted") for state in states):
        yield f"no endpoint of {wanted} is connected to the service"


@error(
    "connection-pending",
    "A connection must be accepted before traffic passes.",
    why="The endpoint's name resolves already, and nothing answers.",
    fix=Fix.same(
        "have the provider accept the connection with accept-vpc-endpoint-connections; if it was "
        "accepted a moment ago, wait until it is available"
    ),
    url=core.CONFIGURE_SERVICE,
)
def connection_accepted(endpoint: str, state: str | None) -> Iterator[str]:
    """Find a connection that waits for the provider, or for AWS."""
    if state is not None and same_state(state, *WAITING):
        yield f"the connection of {endpoint} is in state {state}"


@error(
    "connection-closed",
    "A connection must not be rejected.",
    why="The provider rejected it, when it was requested or later.",
    fix=Fix.same(
        "have the provider accept it with accept-vpc-endpoint-connections, and find out who or "
        "what rejected it: acceptance rules reject it again"
    ),
    url=core.CONFIGURE_SERVICE,
)
def connection_not_rejected(endpoint: str, state: str | None) -> Iterator[str]:
    """Find a connection that the provider has rejected."""
    if state is not None and same_state(state, _REJECTED):
        yield f"the connection of {endpoint} is in state {state}"


@error(
    "connection-unhealthy",
    "A connection must be available.",
    why="A connection in any other final state never becomes available again.",
    fix=Fix.same("have the consumer delete the endpoint and create it again"),
    url=_STATES,
)
def connection_available(
    endpoint: str, state: str | None, *, reason: str | None = None
) -> Iterator[str]:
    """Find a connection that ended.

    :param reason: what AWS says of it, None if nothing.
    """
    if state is not None and not same_state(state, AVAILABLE, _REJECTED, *WAITING):
        said = f": {reason}" if reason else ""
        yield f"the connection of {endpoint} is in state {state}{said}"


@error(
    "endpoint-missing",
    "The endpoint must be in the account and Region of the consumer.",
    why="AWS shows an endpoint only in its own account and Region.",
    fix=Fix.same(
        "check the ID of the endpoint, the Region, and that the credentials are those of the "
        "consumer"
    ),
    url=core.CREATE_ENDPOINT,
)
def endpoint_there(endpoint: str, code: str | None) -> Iterator[str]:
    """Find an endpoint that isn't there.

    :param code: the error code that AWS answered, None without one.
    """
    if code:
        yield f"AWS doesn't find {endpoint} here: {code}"


@error(
    "endpoint-service-mismatch",
    "The endpoint must be an endpoint to the service.",
    why="It connects clients to another service.",
    fix=Fix.same(
        "create an endpoint to the service's name; the service of an endpoint can't be changed"
    ),
    url=core.CREATE_ENDPOINT,
)
def endpoint_of_service(endpoint: str, name: str | None, service: str) -> Iterator[str]:
    """Find an endpoint to another service.

    :param name: the name of the service that the endpoint is for, None if it isn't known.
    :param service: the ID of the service that it should be for.
    """
    if name is not None and not name.endswith(f".{service}"):
        yield f"{endpoint} is an endpoint to {name}, not to {service}"
