"""Checks of the types of endpoints, and of what each type takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.content import Expression, references_in
from privatelink_constructs.facts.aws_service_endpoints import GATEWAY_SERVICES
from privatelink_constructs.inventory.destinations import destination_of, interface_endpoints
from privatelink_constructs.inventory.networks import may_be_several
from privatelink_constructs.inventory.types import ENDPOINT
from privatelink_constructs.rules import endpoint_types as rules
from privatelink_constructs.rules.endpoint_zones import endpoint_subnet_present
from privatelink_constructs.rules.endpoints import endpoint_type_matching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_TYPE = "VpcEndpointType"
_PRIVATE_DNS = "PrivateDnsEnabled"
_DEFAULTS = frozenset({"false", "NotSpecified", "not-specified"})


def check_types(inventory: Inventory) -> Iterator[Finding]:
    """Check that an endpoint is of a type, and of one that reaches its service."""
    for endpoint in inventory.of_type(ENDPOINT):
        yield from _wrong_type(endpoint)


def _wrong_type(endpoint: Resource) -> Iterator[Finding]:
    value = endpoint.get(_TYPE)
    if not value.absent and value.text is None:
        return
    destination = destination_of(endpoint)
    possible = destination.types
    if possible is None:
        yield from found(rules.endpoint_type_valid(value.text), value)
    else:
        name = destination.name or destination.aws or "an endpoint service"
        problems = endpoint_type_matching(value.text, service=name, possible=possible)
        yield from found(problems, value)


def _of_known_type(inventory: Inventory) -> list[tuple[Resource, str]]:
    """Return the endpoints with a type that can be right, and the type."""
    typed = [
        (endpoint, "Gateway" if endpoint.get(_TYPE).absent else endpoint.get(_TYPE).text)
        for endpoint in inventory.of_type(ENDPOINT)
        if endpoint.value.keys() is not None and not any(_wrong_type(endpoint))
    ]
    return [(endpoint, kind) for endpoint, kind in typed if kind]


def check_targets(inventory: Inventory) -> Iterator[Finding]:
    """Check that an endpoint is for something."""
    for endpoint, kind in _of_known_type(inventory):
        given = endpoint.value.keys() or []
        yield from found(rules.endpoint_target_present(kind, given=given), endpoint)


def check_properties(inventory: Inventory) -> Iterator[Finding]:
    """Check that an endpoint has only what its type takes."""
    for endpoint, kind in _of_known_type(inventory):
        for name in rules.PROPERTIES:
            value = endpoint.get(*name.split("."))
            if _is_given(name, value):
                shown = None if endpoint.get(_TYPE).absent else kind
                yield from found(rules.endpoint_property_supported(shown, name), value)


def _is_given(name: str, value: Value) -> bool:
    if name == _PRIVATE_DNS:
        return value.boolean is True
    content = value.content
    # With a condition, the value might be absent.
    if isinstance(content, Expression) and content.function in {"Fn::If", "unknown"}:
        return False
    empty = value.items() == [] or value.keys() == []
    return not empty and value.text not in _DEFAULTS


def check_subnets(inventory: Inventory) -> Iterator[Finding]:
    """Check that a Gateway Load Balancer endpoint has one subnet."""
    for endpoint, kind in _of_known_type(inventory):
        value = endpoint.get("SubnetIds")
        items = value.items()
        if kind != "GatewayLoadBalancer" or items is None:
            continue
        yield from found(endpoint_subnet_present(items), value)
        if not any(map(may_be_several, items)):
            yield from found(rules.single_subnet(len(items)), value)


def check_private_dns(inventory: Inventory) -> Iterator[Finding]:
    """Check that an endpoint of a service with names of its own sets private DNS."""
    unset = [
        (endpoint, endpoint.get(_PRIVATE_DNS), destination_of(endpoint))
        for endpoint in interface_endpoints(inventory)
        if endpoint.get(_PRIVATE_DNS).absent
    ]
    named_elsewhere = _read_by_name(inventory) if unset else set[object]()
    for endpoint, value, destination in unset:
        named = destination.named_by_private_dns and destination.aws not in GATEWAY_SERVICES
        if named and endpoint not in named_elsewhere:
            yield from found(rules.private_dns_set(given=False, service=destination.label), value)


def _read_by_name(inventory: Inventory) -> set[object]:
    """Return the endpoints whose own DNS names are used."""
    contents = [
        *(
            value.content
            for endpoint in inventory.of_type(ENDPOINT)
            for value in inventory.referrers(endpoint)
        ),
        *(content for template in inventory.templates for content in template.outputs.values()),
    ]
    read = (each for content in contents for each in references_in(content))
    return {each.resource for each in read if each.attribute == "DnsEntries"}


CHECKS = (
    check_private_dns,
    check_properties,
    check_subnets,
    check_targets,
    check_types,
)
