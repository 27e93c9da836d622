"""Checks of interface endpoints: their addresses, subnets, security groups, and policies."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.checks.listening import needed_ports
from privatelink_constructs.facts.aws_service_endpoints import further_ports_of
from privatelink_constructs.facts.partitions import (
    REGIONS_WITH_ZONES_PER_ACCOUNT,
    ZONES_WITHOUT_CROSS_REGION,
)
from privatelink_constructs.facts.resource_ids import is_id
from privatelink_constructs.inventory.destinations import destination_of, interface_endpoints
from privatelink_constructs.inventory.networks import (
    ZONE_BY_POSITION,
    has_ipv6,
    inbound_rules,
    may_be_several,
    subnets_of,
    zone_key,
    zone_label,
    zone_texts,
)
from privatelink_constructs.inventory.resource_policies import as_plain
from privatelink_constructs.inventory.types import ENDPOINT, SECURITY_GROUP, SUBNET
from privatelink_constructs.rules import endpoint_groups as group_rules
from privatelink_constructs.rules import endpoint_zones as zone_rules
from privatelink_constructs.rules import endpoints as rules
from privatelink_constructs.rules import policies as policy_rules
from privatelink_constructs.rules.availability_zones import zones_distinct
from privatelink_constructs.rules.core import first_of
from privatelink_constructs.rules.zone_support import zones_supported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_ZONE_NAME = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d+[a-z]")
_ZONE_ID = re.compile(r"[a-z]{3,6}\d+-az\d+")
_IPV4 = frozenset({"ipv4"})


def check_address_types(inventory: Inventory) -> Iterator[Finding]:
    """Check that service and subnets have the address families of an endpoint, and its records."""
    for endpoint in interface_endpoints(inventory):
        value = endpoint.get("IpAddressType")
        record_type = endpoint.get("DnsOptions", "DnsRecordIpType")
        subnets = [
            _families(inventory, each.target(SUBNET)) for each in endpoint.get("SubnetIds").each()
        ]
        if value.absent and set(subnets) == {_IPV4}:
            # Nothing else is possible in subnets without IPv6.
            problems = rules.valid_address_type("ipv4", dns_record_type=record_type.text)
            yield from found(problems, record_type)
            continue
        problems = rules.valid_address_type(
            value.text,
            service=_families_of_service(destination_of(endpoint).service),
            subnets=subnets,
            dns_record_type=record_type.text,
        )
        yield from found(problems, value)


def _families_of_service(service: Resource | None) -> list[str] | None:
    types = service.get("SupportedIpAddressTypes") if service else None
    if types is None or types.absent:
        return None
    texts = [item.text for item in types.items() or []]
    return None if None in texts else [text for text in texts if text]


def _families(inventory: Inventory, subnet: Resource | None) -> frozenset[str] | None:
    if subnet is None or subnet.get("Ipv6Native").unknown:
        return None
    if subnet.get("Ipv6Native").boolean:
        return frozenset({"ipv6"})
    ipv6 = has_ipv6(inventory, subnet)
    if ipv6 is None:
        return None
    return frozenset({"ipv4", "ipv6"}) if ipv6 else _IPV4


def check_number_of_endpoints(inventory: Inventory) -> Iterator[Finding]:
    """Check how many interface endpoints a VPC has."""
    by_vpc: dict[str, list[Value]] = defaultdict(list)
    for endpoint in interface_endpoints(inventory):
        vpc = endpoint.get("VpcId")
        if vpc.key is not None and endpoint.exists:
            by_vpc[vpc.key].append(vpc)
    for vpcs in by_vpc.values():
        yield from found(rules.endpoint_count(len(vpcs)), vpcs[-1])


def check_policies(inventory: Inventory) -> Iterator[Finding]:
    """Check the policy of an endpoint."""
    for endpoint in inventory.of_type(ENDPOINT):
        kind = endpoint.get("VpcEndpointType")
        destination = destination_of(endpoint)
        value = endpoint.get("PolicyDocument")
        given = value.content not in (None, {}) and not value.parts
        interface = kind.text == "Interface"
        if interface and destination.custom:
            yield from found(rules.policy_absent(policy=given), value)
        elif interface and destination.takes_policy and (given or value.absent):
            yield from found(policy_rules.endpoint_policy_present(given=given), value)
        gateway = kind.absent or kind.text == "Gateway"
        if given and (interface or gateway) and not destination.custom:
            yield from found(policy_rules.valid_endpoint_policy(as_plain(value.content)), value)


def check_security_groups(inventory: Inventory) -> Iterator[Finding]:
    """Check that the security groups of an endpoint allow traffic on each port."""
    for endpoint in interface_endpoints(inventory):
        value = endpoint.get("SecurityGroupIds")
        groups = value.items()
        yield from found(
            rules.security_group_present(None if groups is None else len(groups)), value
        )
        if groups and all(group.key is not None for group in groups):
            yield from found(group_rules.valid_groups(list(map(_name, groups))), value)
        resources = [group.target(SECURITY_GROUP) for group in groups or []]
        if resources and None not in resources:
            known = [group for group in resources if group]
            yield from _opened(inventory, endpoint, value, known)


def _name(group: Value) -> str | None:
    """Return what identifies a security group, None if it might be several."""
    resource = group.target(SECURITY_GROUP)
    if resource is not None:
        return resource.logical_id
    return group.text if group.text is not None and is_id(group.text, "sg") else None


def _opened(
    inventory: Inventory, endpoint: Resource, value: Value, groups: list[Resource]
) -> Iterator[Finding]:
    opened: list[tuple[str, int, int]] = []
    for group in groups:
        there = inbound_rules(inventory, group)
        if there is None:
            return
        opened += [(rule.protocol, rule.first, rule.last) for rule in there]
    destination = destination_of(endpoint)
    ports = needed_ports(inventory, destination)
    ports = ports or [("tcp", port) for port in further_ports_of(destination.aws or "")]
    # A client of an AWS service with several ports uses one of them.
    one = destination.aws is not None
    closed = rules.any_port_open(ports, opened) if one else rules.open_ports(ports, opened)
    yield from found(first_of(rules.inbound_rule_present(len(opened)), closed), value)


def check_subnets(inventory: Inventory) -> Iterator[Finding]:
    """Check that an endpoint has a subnet in several Availability Zones, and one in each."""
    for endpoint in interface_endpoints(inventory):
        value = endpoint.get("SubnetIds")
        items = value.items()
        yield from found(zone_rules.endpoint_subnet_present(items), value)
        if not items or any(map(may_be_several, items)):
            continue
        if len(items) == 1:
            yield from found(zone_rules.several_zones(1), value)
        if destination_of(endpoint).custom:
            yield from _zone_kinds(endpoint, items)
        keys = Counter(zone_key(item) or item.key for item in items)
        for key, count in keys.items():
            if key is not None and count > 1:
                yield from found(zones_distinct([zone_label(key)] * count), value)


def _zone_kinds(endpoint: Resource, subnets: list[Value]) -> Iterator[Finding]:
    """Check that an endpoint is only where endpoint services can be."""
    # Another rule is about the zones that don't reach other Regions.
    within = endpoint.get("ServiceRegion").text in {None, endpoint.template.region}
    left_out = frozenset[str]() if within else ZONES_WITHOUT_CROSS_REGION
    for subnet in subnets:
        zones = set(zone_texts(subnet)) - left_out
        yield from found(zones_supported(zones, holder="endpoint"), subnet)


def check_zones_in_common(inventory: Inventory) -> Iterator[Finding]:
    """Check that an endpoint is in Availability Zones of its service."""
    for endpoint in interface_endpoints(inventory):
        destination = destination_of(endpoint)
        value = endpoint.get("SubnetIds")
        region = endpoint.template.region
        stated = endpoint.get("ServiceRegion").text
        if region and stated and stated != region:
            ids = [_zone_id(item) for item in value.each()]
            yield from found(zone_rules.zones_with_cross_region(ids), value)
        service = destination.service
        if service is None or not endpoint.get("ServiceRegion").absent:
            continue
        zones = [zone_key(item) for item in value.items() or []]
        offered = _zones_of_service(inventory, service)
        if _agree(endpoint, service, [*zones, *offered]):
            labels = ([zone_label(each) for each in side if each] for side in (zones, offered))
            yield from found(zone_rules.valid_zones(*labels), value)


def _zone_id(subnet: Value) -> str | None:
    resource = subnet.target(SUBNET)
    return resource.get("AvailabilityZoneId").text if resource else None


def _zones_of_service(inventory: Inventory, service: Resource) -> list[str | None]:
    """Return the zones of a service, with None among them when not all are known."""
    load_balancers = inventory.load_balancers_of(service)
    listed = service.get("NetworkLoadBalancerArns").items()
    if not listed or len(load_balancers) != len({value.key for value in listed}):
        return [None]
    zones: list[str | None] = []
    for load_balancer in load_balancers:
        found_subnets = subnets_of(load_balancer)
        zones += [zone_key(each) for each in found_subnets] if found_subnets else [None]
    return zones


def _agree(endpoint: Resource, service: Resource, zones: list[str | None]) -> bool:
    """Tell whether both sides use the same kind of zone names, so that they can be compared."""
    known = [zone for zone in zones if zone]
    if len(known) < len(zones):
        return False
    ours, theirs = endpoint.template, service.template
    if all(map(_ZONE_ID.fullmatch, known)):
        return ours.region == theirs.region
    if all(map(ZONE_BY_POSITION.fullmatch, known)):
        return ours is theirs
    if not all(map(_ZONE_NAME.fullmatch, known)) or ours.region != theirs.region:
        return False
    same_account = ours is theirs or (ours.account is not None and ours.account == theirs.account)
    uniform = ours.region is not None and ours.region not in REGIONS_WITH_ZONES_PER_ACCOUNT
    return same_account or uniform


CHECKS = (
    check_address_types,
    check_number_of_endpoints,
    check_policies,
    check_security_groups,
    check_subnets,
    check_zones_in_common,
)
