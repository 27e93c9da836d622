"""Checks of ids, and of what references are to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.inventory.destinations import interface_endpoints
from privatelink_constructs.inventory.networks import comparable, rules_of, vpc_name
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
    LISTENER,
    LOAD_BALANCER,
    NOTIFICATION,
    PERMISSIONS,
    PREFIX_LIST,
    RECORD_SET,
    RECORD_SET_GROUP,
    RESOLVER_ENDPOINT,
    SECURITY_GROUP,
    SECURITY_GROUP_VPC_ASSOCIATION,
    SERVICE,
    SUBNET,
    TARGET_GROUP,
    VPC,
)
from privatelink_constructs.rules import endpoints as endpoint_rules
from privatelink_constructs.rules import identifiers as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.content import Reference
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


_KNOWN = frozenset(
    {
        *(ENDPOINT, HOSTED_ZONE, LISTENER, LOAD_BALANCER, NOTIFICATION, PERMISSIONS),
        *(SECURITY_GROUP, SERVICE, SUBNET, TARGET_GROUP, VPC),
    }
)

_TYPES = {
    "Z": HOSTED_ZONE,
    "pl": PREFIX_LIST,
    "sg": SECURITY_GROUP,
    "subnet": SUBNET,
    "vpc": VPC,
    "vpce": ENDPOINT,
    "vpce-svc": SERVICE,
}

_IN_VPC = {
    SECURITY_GROUP: endpoint_rules.security_group_in_vpc,
    SUBNET: endpoint_rules.subnet_in_vpc,
}

_ALSO = {("sg", "DefaultSecurityGroup"), ("vpc", "VpcId")}


def check_ids(inventory: Inventory) -> Iterator[Finding]:
    """Check that ids have the form of their kind, and that references give such ids."""
    for value, kind in _places(inventory):
        reference = value.reference
        first = value.parts[0] if value.parts else None
        if value.text is not None:
            yield from found(rules.id_well_formed(value.text, kind), value)
        elif isinstance(first, str):
            yield from found(rules.id_well_formed(first, kind, complete=False), value)
        elif reference and (reference.resource.type in _KNOWN or reference.plain):
            problems = rules.reference_of_kind(
                described(reference), kind=kind, right=_is_right(reference, kind)
            )
            yield from found(problems, value)


def _is_right(reference: Reference, kind: str) -> bool:
    right = reference.identifies and reference.resource.type == _TYPES[kind]
    return right or (kind, reference.attribute) in _ALSO


def _places(inventory: Inventory) -> Iterator[tuple[Value, str]]:
    for endpoint in inventory.of_type(ENDPOINT):
        yield endpoint.get("VpcId"), "vpc"
        yield from ((value, "subnet") for value in endpoint.get("SubnetIds").each())
        yield from ((value, "sg") for value in endpoint.get("SecurityGroupIds").each())
    for notification in inventory.of_type(NOTIFICATION):
        yield notification.get("ServiceId"), "vpce-svc"
        yield notification.get("VPCEndpointId"), "vpce"
    for permissions in inventory.of_type(PERMISSIONS):
        value = permissions.get("ServiceId")
        # Anything else is reported with the permissions.
        if (value.text or "").startswith("vpce-svc-"):
            yield value, "vpce-svc"
    yield from _load_balancer_places(inventory)
    yield from _dns_places(inventory)
    yield from _source_places(inventory)


def _source_places(inventory: Inventory) -> Iterator[tuple[Value, str]]:
    """Yield the sources in rules of the security groups of load balancers and endpoints."""
    lists = [
        *(each.get("SecurityGroups") for each in inventory.serving),
        *(each.get("SecurityGroupIds") for each in interface_endpoints(inventory)),
    ]
    groups = (value.target(SECURITY_GROUP) for values in lists for value in values.each())
    for group in dict.fromkeys(groups):
        for rule in rules_of(inventory, group) if group else ():
            yield rule.get("SourcePrefixListId"), "pl"
            yield rule.get("SourceSecurityGroupId"), "sg"


def _load_balancer_places(inventory: Inventory) -> Iterator[tuple[Value, str]]:
    for load_balancer in inventory.network_load_balancers:
        yield from ((value, "subnet") for value in load_balancer.get("Subnets").each())
        for mapping in load_balancer.get("SubnetMappings").each():
            yield mapping.get("SubnetId"), "subnet"
        yield from ((value, "sg") for value in load_balancer.get("SecurityGroups").each())


def _dns_places(inventory: Inventory) -> Iterator[tuple[Value, str]]:
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        yield from ((value, "sg") for value in resolver.get("SecurityGroupIds").each())
        for address in resolver.get("IpAddresses").each():
            yield address.get("SubnetId"), "subnet"
    for zone in inventory.of_type(HOSTED_ZONE):
        for association in zone.get("VPCs").each():
            yield association.get("VPCId"), "vpc"
    yield from ((zone_id, "Z") for zone_id in _zone_ids(inventory))


def _zone_ids(inventory: Inventory) -> Iterator[Value]:
    for record in inventory.of_type(RECORD_SET):
        yield record.get("HostedZoneId")
    for group in inventory.of_type(RECORD_SET_GROUP):
        yield group.get("HostedZoneId")
        yield from (record.get("HostedZoneId") for record in group.get("RecordSets").each())


def check_same_vpc(inventory: Inventory) -> Iterator[Finding]:
    """Check that security groups and subnets are of the VPC that they are used in."""
    for endpoint in interface_endpoints(inventory):
        vpc = endpoint.get("VpcId")
        for value in endpoint.get("SecurityGroupIds").each():
            yield from _of_vpc(inventory, vpc, value, SECURITY_GROUP, "endpoint")
        for value in endpoint.get("SubnetIds").each():
            yield from _of_vpc(inventory, vpc, value, SUBNET, "endpoint")
    for load_balancer in inventory.serving:
        mappings = load_balancer.get("SubnetMappings").each()
        subnets = load_balancer.get("Subnets").each() + [each.get("SubnetId") for each in mappings]
        groups = load_balancer.get("SecurityGroups").each()
        yield from _groups_beside(inventory, subnets, groups, "load balancer")
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        subnets = [address.get("SubnetId") for address in resolver.get("IpAddresses").each()]
        groups = resolver.get("SecurityGroupIds").each()
        yield from _groups_beside(inventory, subnets, groups, "Resolver endpoint")


def _groups_beside(
    inventory: Inventory, subnets: list[Value], groups: list[Value], holder: str
) -> Iterator[Finding]:
    resources = [subnet.target(SUBNET) for subnet in subnets]
    vpc = next((resource.get("VpcId") for resource in resources if resource), None)
    if vpc:
        for value in groups:
            yield from _of_vpc(inventory, vpc, value, SECURITY_GROUP, holder)
        for value in subnets:
            yield from _of_vpc(inventory, vpc, value, SUBNET, holder)


def _of_vpc(
    inventory: Inventory, vpc: Value, value: Value, kind: str, holder: str
) -> Iterator[Finding]:
    resource = value.target(kind)
    if (
        resource
        and comparable(vpc, resource.get("VpcId"))
        and not _associated(inventory, resource, vpc)
    ):
        problems = _IN_VPC[kind](
            vpc_name(vpc, value),
            vpc_name(resource.get("VpcId"), value),
            name=resource.logical_id,
            holder=holder,
        )
        yield from found(problems, value)


def _associated(inventory: Inventory, group: Resource, vpc: Value) -> bool:
    """Tell whether a security group may be associated with a further VPC."""
    further = (
        value.resource.get("VpcId")
        for value in inventory.referrers(group, SECURITY_GROUP_VPC_ASSOCIATION)
    )
    return any(not comparable(vpc, other) or vpc.key == other.key for other in further)


CHECKS = (
    check_ids,
    check_same_vpc,
)
