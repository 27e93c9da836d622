"""Checks of the DNS names of interface endpoints: private DNS and private hosted zones."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.content import GAP, Expression
from privatelink_constructs.cloudformation.resource import earlier
from privatelink_constructs.inventory.destinations import destination_of, interface_endpoints
from privatelink_constructs.inventory.networks import comparable, vpc_name
from privatelink_constructs.inventory.record_sets import endpoint_aliases
from privatelink_constructs.inventory.states import state_of
from privatelink_constructs.inventory.types import (
    CLOUD_WAN_VPC_ATTACHMENT,
    HOSTED_ZONE,
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_VPC_ATTACHMENT,
    VPC,
    VPC_PEERING_CONNECTION,
)
from privatelink_constructs.rules import endpoint_names as dns_rules
from privatelink_constructs.rules.private_dns import hosted_zone_name_well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding, Problem

_ENABLED = "PrivateDnsEnabled"
_CONNECTIONS = (
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_VPC_ATTACHMENT,
    VPC_PEERING_CONNECTION,
    CLOUD_WAN_VPC_ATTACHMENT,
)


def _with_private_dns(inventory: Inventory) -> list[Resource]:
    return [each for each in interface_endpoints(inventory) if each.get(_ENABLED).boolean is True]


def check_acceptance(inventory: Inventory) -> Iterator[Finding]:
    """Check that private DNS does not wait for an acceptance, nor for a name that isn't there."""
    for endpoint in _with_private_dns(inventory):
        service = destination_of(endpoint).service
        if service is None:
            continue
        value = endpoint.get(_ENABLED)
        # A custom resource may give the service its name.
        if service.get("PrivateDnsName").absent and not inventory.in_custom_resource(service):
            yield from found(dns_rules.private_name_present(None), value)
        else:
            # In a live account, the connection is accepted, or another rule names its state.
            pending = state_of(endpoint).absent
            required = pending and service.get("AcceptanceRequired").boolean is True
            problems = dns_rules.private_name_after_acceptance(
                service.logical_id, acceptance_required=required
            )
            yield from found(problems, value)


def check_attributes(inventory: Inventory) -> Iterator[Finding]:
    """Check the DNS attributes of VPCs with private DNS or private hosted zones for endpoints."""
    for endpoint in _with_private_dns(inventory):
        vpc = endpoint.get("VpcId").target(VPC)
        if vpc:
            hostnames, support = _dns_of(vpc)
            yield from found(
                dns_rules.vpc_dns_enabled(hostnames=hostnames, support=support),
                endpoint.get(_ENABLED),
            )
    for zone in _zones_with_alias(inventory):
        for value in zone.get("VPCs").each():
            vpc = value.get("VPCId").target(VPC)
            if vpc:
                hostnames, support = _dns_of(vpc)
                problems = dns_rules.hosted_zone_vpc_dns_enabled(
                    hostnames=hostnames, support=support
                )
                yield from found(problems, value.get("VPCId"))


def _dns_of(vpc: Resource) -> tuple[bool | None, bool | None]:
    hostnames, support = vpc.get("EnableDnsHostnames"), vpc.get("EnableDnsSupport")
    return (
        False if hostnames.absent else hostnames.boolean,
        True if support.absent else support.boolean,
    )


def check_private_names(inventory: Inventory) -> Iterator[Finding]:
    """Check that endpoints and private hosted zones of a VPC have different names."""
    taken: dict[tuple[str, str], list[Resource]] = {}
    zones = _private_zones(inventory)
    for endpoint in _with_private_dns(inventory):
        vpc, name = endpoint.get("VpcId").key, _private_name(endpoint)
        if vpc is None or name is None:
            continue
        value = endpoint.get(_ENABLED)
        if earlier(taken, (vpc, name), endpoint):
            yield from found(dns_rules.private_names_distinct([name, name]), value)
        beside = [zone for zone in zones.get(vpc, []) if endpoint.together_with(zone)]
        names = [_with_own_region(zone.get("Name")) or "" for zone in beside]
        yield from found(dns_rules.private_name_without_hosted_zone(name, names), value)


def _private_name(endpoint: Resource) -> str | None:
    """Return the name that an endpoint takes over, or text that is the same for the same one."""
    partition = endpoint.template.partition
    value = endpoint.get("ServiceName")
    region = GAP if value.parts and _with_own_region(value) else None
    suffix = partition.dns_suffix if partition else "amazonaws.com"
    return destination_of(endpoint).private_name(suffix, region) or value.key


def _with_own_region(value: Value) -> str | None:
    """Return a text, with a mark for the Region of its template where that isn't known."""
    gaps = [part for part in value.parts if not isinstance(part, str)]
    own = all(isinstance(gap, Expression) and gap.pseudo == "AWS::Region" for gap in gaps)
    return value.filled(GAP) if own else None


def _private_zones(inventory: Inventory) -> dict[str, list[Resource]]:
    """Return the private hosted zones of each VPC, by the VPC's key."""
    zones: dict[str, list[Resource]] = defaultdict(list)
    for zone in inventory.of_type(HOSTED_ZONE):
        for key in {value.get("VPCId").key for value in zone.get("VPCs").each()}:
            if key is not None:
                zones[key].append(zone)
    return zones


def check_hosted_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check the private hosted zones that contain an alias to an endpoint."""
    connected = bool(inventory.of_type(*_CONNECTIONS))
    for zone, endpoints in _zones_with_alias(inventory).items():
        name = zone.get("Name")
        if name.text is not None:
            yield from found(hosted_zone_name_well_formed(name.text), name)
        vpcs = [value.get("VPCId") for value in zone.get("VPCs").each()]
        named = (vpc_name(value, zone.get("VPCs")) for value in vpcs)
        known = [each for each in named if each is not None]
        yield from found(dns_rules.hosted_zone_vpcs_distinct(known), zone.get("VPCs"))
        for value in vpcs:
            yield from found(_account_problems(zone, value.target(VPC)), value)
        for endpoint in endpoints:
            if not connected:
                yield from _zone_of_vpc(endpoint.get("VpcId"), zone.get("VPCs"))


def _account_problems(zone: Resource, vpc: Resource | None) -> Iterator[Problem]:
    if vpc is not None:
        yield from dns_rules.hosted_zone_in_account(vpc.template.account, zone.template.account)


def _zone_of_vpc(vpc: Value, associated: Value) -> Iterator[Finding]:
    ids = [value.get("VPCId") for value in associated.each()]
    own = vpc_name(vpc, associated)
    if own and ids and all(comparable(vpc, value) for value in ids):
        names = [vpc_name(value, associated) or "" for value in ids]
        yield from found(dns_rules.hosted_zone_in_vpc(own, names), associated)


def _zones_with_alias(inventory: Inventory) -> dict[Resource, list[Resource]]:
    """Return the private hosted zones with an alias to an endpoint, and these endpoints."""
    zones: dict[Resource, list[Resource]] = defaultdict(list)
    for zone, endpoint in dict.fromkeys(endpoint_aliases(inventory)):
        zones[zone].append(endpoint)
    return dict(zones)


CHECKS = (
    check_acceptance,
    check_attributes,
    check_hosted_zones,
    check_private_names,
)
