"""Checks of connections in a live account, as the provider sees them and as the consumer does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.states import state_of, with_state
from privatelink_constructs.inventory.types import ENDPOINT, SERVICE
from privatelink_constructs.rules import live_connections as rules
from privatelink_constructs.rules.core import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_connections(inventory: Inventory) -> Iterator[Finding]:
    """Check that the connections of a service are accepted and available."""
    for _, state in with_state(inventory, SERVICE):
        connections = state.get("Connections")
        states = None if connections.absent else _states(connections)
        # What isn't permitted can't be connected: that is said already.
        if state.get("ConsumerErrorCode").absent:
            problems = rules.connection_there(_wanted(state), states)
            yield from found(problems, connections)
        for connection in connections.each():
            endpoint = connection.get("VpcEndpointId").text or "an endpoint"
            yield from _judged(endpoint, connection.get("VpcEndpointState"))


def _states(connections: Value) -> list[str]:
    return [each.get("VpcEndpointState").text or "" for each in connections.each()]


def _wanted(state: Value) -> str:
    """Return whose connection is looked for, in words."""
    endpoint, account = (state.get("Consumer", key).text for key in ("Endpoint", "Account"))
    if endpoint:
        return f"ID {endpoint}"
    return f"account {account}" if account else "any account"


def _judged(endpoint: str, value: Value, reason: str | None = None) -> Iterator[Finding]:
    problems = first_of(
        rules.connection_accepted(endpoint, value.text),
        rules.connection_not_rejected(endpoint, value.text),
        rules.connection_available(endpoint, value.text, reason=reason),
    )
    yield from found(problems, value)


def check_endpoints(inventory: Inventory) -> Iterator[Finding]:
    """Check the endpoints of the consumer, unless the provider sees the same of them."""
    seen = {
        connection.get("VpcEndpointId").text
        for _, state in with_state(inventory, SERVICE)
        for connection in state.get("Connections").each()
    }
    for endpoint, state in with_state(inventory, ENDPOINT):
        value, own = state.get("ErrorCode"), endpoint.logical_id
        yield from found(rules.endpoint_there(own, value.text), value)
        if own not in seen:
            yield from _judged(own, state.get("State"), state.get("LastError").text)
        for service in inventory.services:
            asked = state_of(service).get("Consumer", "Endpoint").text == own
            name = state.get("ServiceName")
            if asked:
                problems = rules.endpoint_of_service(own, name.text, service.logical_id)
                yield from found(problems, name)


CHECKS = (
    check_connections,
    check_endpoints,
)
