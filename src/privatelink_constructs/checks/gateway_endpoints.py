"""Checks of gateway endpoints, and of the interface endpoints that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.content import as_list
from privatelink_constructs.cloudformation.resource import earlier
from privatelink_constructs.facts.aws_service_endpoints import GATEWAY_SERVICES
from privatelink_constructs.facts.aws_services import is_aws_service
from privatelink_constructs.inventory.aws_access import gateways_beside, has_gateway
from privatelink_constructs.inventory.destinations import destination_of, interface_endpoints
from privatelink_constructs.inventory.types import ENDPOINT
from privatelink_constructs.inventory.vpc_endpoints import is_gateway
from privatelink_constructs.rules import gateway_endpoints as rules
from privatelink_constructs.rules.core import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.destinations import Destination
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_OPTION = ("DnsOptions", "PrivateDnsOnlyForInboundResolverEndpoint")
_S3 = "s3"


def check_route_tables(inventory: Inventory) -> Iterator[Finding]:
    """Check that a gateway endpoint is in a route table."""
    for endpoint in inventory.of_type(ENDPOINT):
        types = destination_of(endpoint).types
        if is_gateway(endpoint) and (types is None or "Gateway" in types):
            value = endpoint.get("RouteTableIds")
            items = value.items()
            yield from found(rules.route_table_present(_count(items)), value)


def _count(items: Sequence[object] | None) -> int | None:
    return None if items is None else len(items)


def check_duplicates(inventory: Inventory) -> Iterator[Finding]:
    """Check that no route table has two gateway endpoints for one service."""
    taken: dict[tuple[str, str], list[Resource]] = {}
    for endpoint in inventory.of_type(ENDPOINT):
        service = destination_of(endpoint).aws
        if service is None or not is_gateway(endpoint):
            continue
        value = endpoint.get("RouteTableIds")
        tables = dict.fromkeys(table.key for table in value.each())
        others = [earlier(taken, (service, key), endpoint) for key in tables if key is not None]
        other = next(filter(None, others), None)
        name = other.logical_id if other else None
        yield from found(rules.gateway_endpoint_distinct(service, name), value)


def check_private_dns(inventory: Inventory) -> Iterator[Finding]:
    """Check that private DNS leaves clients in the VPC a way to the service."""
    for endpoint in interface_endpoints(inventory):
        option, destination = endpoint.get(*_OPTION), destination_of(endpoint)
        if option.text == "OnlyInboundResolver":
            yield from _only_on_premises(inventory, endpoint, destination)
        unsaid = option.absent or option.text == "NotSpecified"
        enabled = endpoint.get("PrivateDnsEnabled")
        if destination.aws == _S3 and unsaid and enabled.boolean is True:
            present = has_gateway(inventory, endpoint, _S3)
            yield from found(rules.s3_gateway_present(present=present), enabled)


def _only_on_premises(
    inventory: Inventory, endpoint: Resource, destination: Destination
) -> Iterator[Finding]:
    name, value = destination.aws or "", endpoint.get(*_OPTION)
    possible = name in GATEWAY_SERVICES
    known = possible or destination.custom or is_aws_service(name)
    service = destination.label or "the service"
    supported = rules.inbound_resolver_supported(
        service=service, gateway=possible if known else None
    )
    present = has_gateway(inventory, endpoint, name) if possible else None
    yield from found(
        first_of(supported, rules.inbound_resolver_gateway_present(present=present)), value
    )
    for gateway in gateways_beside(inventory, endpoint, name):
        after = _is_created_after(inventory, endpoint, gateway)
        problems = rules.gateway_created_first(None if after else gateway.logical_id)
        yield from found(problems, value)


def _is_created_after(inventory: Inventory, endpoint: Resource, gateway: Resource) -> bool:
    """Tell whether an endpoint depends on a gateway endpoint, or is in another template."""
    if endpoint.template is not gateway.template:
        return True
    own = [each for each in inventory.resources if each.template is endpoint.template]
    resources = {each.logical_id: each for each in own}
    seen, waiting = {endpoint}, [endpoint]
    while waiting:
        needed = {resources[name] for name in _needed(waiting.pop()) if name in resources} - seen
        seen |= needed
        waiting += needed
    return gateway in seen


def _needed(resource: Resource) -> list[str]:
    """Return the logical ids of what CloudFormation creates before a resource."""
    listed = resource.raw.get("DependsOn")
    names = [name for name in as_list(listed) or [listed] if isinstance(name, str)]
    return names + [each.resource.logical_id for each in resource.value.references()]


CHECKS = (
    check_duplicates,
    check_private_dns,
    check_route_tables,
)
