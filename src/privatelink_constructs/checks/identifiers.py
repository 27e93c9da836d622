"""Checks of ids, and of what references are to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.inventory.destinations import interface_endpoints
from privatelink_constructs.inventory.networks import comparable, vpc_name
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
    LISTENER,
    LOAD_BALANCER,
    NOTIFICATION,
    PERMISSIONS,
    PREFIX_LIST,
    PROFILE_ASSOCIATION,
    RECORD_SET,
    RECORD_SET_GROUP,
    RESOLVER_ENDPOINT,
    RESOLVER_RULE,
    RESOLVER_RULE_ASSOCIATION,
    RESOURCE_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS,
    SECURITY_GROUP_INGRESS,
    SECURITY_GROUP_VPC_ASSOCIATION,
    SERVICE,
    SERVICE_NETWORK_VPC_ASSOCIATION,
    SUBNET,
    SUBNET_ROUTE_TABLE_ASSOCIATION,
    TARGET_GROUP,
    TRANSIT_GATEWAY_ATTACHMENT,
    VPC,
    VPC_PEERING_CONNECTION,
)
from privatelink_constructs.rules import endpoints as endpoint_rules
from privatelink_constructs.rules import identifiers as rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.cloudformation.content import Reference
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


_KNOWN = frozenset(
    {
        *(ENDPOINT, HOSTED_ZONE, LISTENER, LOAD_BALANCER, NOTIFICATION, PERMISSIONS),
        *(ROUTE_TABLE, SECURITY_GROUP, SERVICE, SUBNET, TARGET_GROUP, VPC),
    }
)

_TYPES = {
    "Z": HOSTED_ZONE,
    "pl": PREFIX_LIST,
    "rslvr-rr": RESOLVER_RULE,
    "rtb": ROUTE_TABLE,
    "sg": SECURITY_GROUP,
    "subnet": SUBNET,
    "vpc": VPC,
    "vpce": ENDPOINT,
    "vpce-svc": SERVICE,
}

_INBOUND = {"SourcePrefixListId": "pl", "SourceSecurityGroupId": "sg"}
_OUTBOUND = {"DestinationPrefixListId": "pl", "DestinationSecurityGroupId": "sg"}
_PROPERTIES: dict[str, dict[str, str]] = {
    ENDPOINT: {
        "RouteTableIds.*": "rtb",
        "SecurityGroupIds.*": "sg",
        "SubnetIds.*": "subnet",
        "VpcId": "vpc",
    },
    HOSTED_ZONE: {"VPCs.*.VPCId": "vpc"},
    NOTIFICATION: {"ServiceId": "vpce-svc", "VPCEndpointId": "vpce"},
    PROFILE_ASSOCIATION: {"ResourceId": "vpc"},
    RECORD_SET: {"HostedZoneId": "Z"},
    RECORD_SET_GROUP: {"HostedZoneId": "Z", "RecordSets.*.HostedZoneId": "Z"},
    RESOURCE_GATEWAY: {
        "SecurityGroupIds.*": "sg",
        "SubnetIds.*": "subnet",
        "VpcIdentifier": "vpc",
    },
    RESOLVER_ENDPOINT: {"IpAddresses.*.SubnetId": "subnet", "SecurityGroupIds.*": "sg"},
    RESOLVER_RULE_ASSOCIATION: {"ResolverRuleId": "rslvr-rr", "VPCId": "vpc"},
    ROUTE: {"RouteTableId": "rtb", "VpcEndpointId": "vpce"},
    ROUTE_TABLE: {"VpcId": "vpc"},
    SECURITY_GROUP: {
        "VpcId": "vpc",
        **{f"SecurityGroupIngress.*.{name}": kind for name, kind in _INBOUND.items()},
        **{f"SecurityGroupEgress.*.{name}": kind for name, kind in _OUTBOUND.items()},
    },
    SECURITY_GROUP_EGRESS: {"GroupId": "sg", **_OUTBOUND},
    SECURITY_GROUP_INGRESS: {"GroupId": "sg", **_INBOUND},
    SECURITY_GROUP_VPC_ASSOCIATION: {"GroupId": "sg", "VpcId": "vpc"},
    SUBNET: {"VpcId": "vpc"},
    SUBNET_ROUTE_TABLE_ASSOCIATION: {"RouteTableId": "rtb", "SubnetId": "subnet"},
    SERVICE_NETWORK_VPC_ASSOCIATION: {"SecurityGroupIds.*": "sg", "VpcIdentifier": "vpc"},
    TARGET_GROUP: {"VpcId": "vpc"},
    TRANSIT_GATEWAY_ATTACHMENT: {"SubnetIds.*": "subnet", "VpcId": "vpc"},
    VPC_PEERING_CONNECTION: {"PeerVpcId": "vpc", "VpcId": "vpc"},
}
"""The properties that take an id, each with what the id begins with."""
_OF_LOAD_BALANCERS = {
    "SecurityGroups.*": "sg",
    "SubnetMappings.*.SubnetId": "subnet",
    "Subnets.*": "subnet",
}

_IN_VPC = {
    SECURITY_GROUP: endpoint_rules.security_group_in_vpc,
    SUBNET: endpoint_rules.subnet_in_vpc,
}

_ALSO = {
    *(("rslvr-rr", "ResolverRuleId"), ("rtb", "RouteTableId")),
    *(("sg", "DefaultSecurityGroup"), ("vpc", "VpcId")),
}


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
    for resource_type, properties in _PROPERTIES.items():
        for resource in inventory.of_type(resource_type):
            for path, kind in properties.items():
                yield from ((value, kind) for value in _at(resource.value, path.split(".")))
    for load_balancer in inventory.network_load_balancers:
        for path, kind in _OF_LOAD_BALANCERS.items():
            yield from ((value, kind) for value in _at(load_balancer.value, path.split(".")))
    for permissions in inventory.of_type(PERMISSIONS):
        value = permissions.get("ServiceId")
        # Anything else is reported with the permissions.
        if (value.text or "").startswith("vpce-svc-"):
            yield value, "vpce-svc"


def _at(value: Value, path: Sequence[str]) -> list[Value]:
    """Return the values at a path, in which an asterisk represents each item of a list."""
    if not path:
        return [value]
    first, *rest = path
    within = value.each() if first == "*" else [value.get(first)]
    return [each for item in within for each in _at(item, rest)]


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
