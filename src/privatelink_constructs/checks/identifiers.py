"""Checks of ids, and of what references are to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.cloudformation.resource import values_at
from privatelink_constructs.inventory.networks import comparable, vpc_name
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
    LISTENER,
    LISTENER_CERTIFICATE,
    LISTENER_RULE,
    LOAD_BALANCER,
    NAT_GATEWAY,
    NOTIFICATION,
    PERMISSIONS,
    PREFIX_LIST,
    PROFILE_ASSOCIATION,
    RECORD_SET,
    RECORD_SET_GROUP,
    RESOLVER_ENDPOINT,
    RESOLVER_RULE,
    RESOLVER_RULE_ASSOCIATION,
    RESOURCE_CONFIGURATION,
    RESOURCE_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS,
    SECURITY_GROUP_INGRESS,
    SECURITY_GROUP_VPC_ASSOCIATION,
    SERVICE,
    SERVICE_NETWORK,
    SERVICE_NETWORK_VPC_ASSOCIATION,
    SUBNET,
    SUBNET_ROUTE_TABLE_ASSOCIATION,
    TARGET_GROUP,
    TRANSIT_GATEWAY,
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_VPC_ATTACHMENT,
    VPC,
    VPC_PEERING_CONNECTION,
)
from privatelink_constructs.rules import endpoints as endpoint_rules
from privatelink_constructs.rules import identifiers as rules
from privatelink_constructs.rules.target_groups import target_group_in_vpc
from privatelink_constructs.rules.vpc_networks import route_table_in_vpc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.content import Reference
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


_KNOWN = frozenset(
    {
        *(RESOLVER_ENDPOINT, RESOLVER_RULE, RESOURCE_CONFIGURATION, RESOURCE_GATEWAY),
        *(SERVICE_NETWORK, TRANSIT_GATEWAY),
        *(ENDPOINT, HOSTED_ZONE, LISTENER, LOAD_BALANCER, NOTIFICATION, PERMISSIONS),
        *(ROUTE_TABLE, SECURITY_GROUP, SERVICE, SUBNET, TARGET_GROUP, VPC),
    }
)

_TYPES = {
    "Z": HOSTED_ZONE,
    "nat": NAT_GATEWAY,
    "pcx": VPC_PEERING_CONNECTION,
    "pl": PREFIX_LIST,
    "rslvr-rr": RESOLVER_RULE,
    "rtb": ROUTE_TABLE,
    "sg": SECURITY_GROUP,
    "subnet": SUBNET,
    "tgw": TRANSIT_GATEWAY,
    "vpc": VPC,
    "vpce": ENDPOINT,
    "vpce-svc": SERVICE,
}

_INBOUND = {"SourcePrefixListId": "pl", "SourceSecurityGroupId": "sg"}
_OUTBOUND = {"DestinationPrefixListId": "pl", "DestinationSecurityGroupId": "sg"}
_OF_ATTACHMENTS = {"SubnetIds.*": "subnet", "TransitGatewayId": "tgw", "VpcId": "vpc"}
_PROPERTIES: dict[str, dict[str, str]] = {
    ENDPOINT: {
        "RouteTableIds.*": "rtb",
        "SecurityGroupIds.*": "sg",
        "SubnetIds.*": "subnet",
        "VpcId": "vpc",
    },
    HOSTED_ZONE: {"VPCs.*.VPCId": "vpc"},
    NOTIFICATION: {"ServiceId": "vpce-svc", "VPCEndpointId": "vpce"},
    NAT_GATEWAY: {"SubnetId": "subnet"},
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
    ROUTE: {
        "NatGatewayId": "nat",
        "RouteTableId": "rtb",
        "TransitGatewayId": "tgw",
        "VpcEndpointId": "vpce",
        "VpcPeeringConnectionId": "pcx",
    },
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
    TRANSIT_GATEWAY_ATTACHMENT: _OF_ATTACHMENTS,
    TRANSIT_GATEWAY_VPC_ATTACHMENT: _OF_ATTACHMENTS,
    VPC_PEERING_CONNECTION: {"PeerVpcId": "vpc", "VpcId": "vpc"},
}
"""The properties that take an id, each with what the id begins with."""
_ARNS: dict[str, dict[str, str]] = {
    ENDPOINT: {
        "ResourceConfigurationArn": "resourceconfiguration",
        "ServiceNetworkArn": "servicenetwork",
    },
    LISTENER: {
        "DefaultActions.*.ForwardConfig.TargetGroups.*.TargetGroupArn": "targetgroup",
        "DefaultActions.*.TargetGroupArn": "targetgroup",
        "LoadBalancerArn": "loadbalancer",
    },
    LISTENER_CERTIFICATE: {"ListenerArn": "listener"},
    LISTENER_RULE: {"ListenerArn": "listener"},
}
"""The properties that take an ARN, each with what the resource in it begins with."""
_OF_ARNS = {
    "listener": LISTENER,
    "loadbalancer": LOAD_BALANCER,
    "resourceconfiguration": RESOURCE_CONFIGURATION,
    "servicenetwork": SERVICE_NETWORK,
    "targetgroup": TARGET_GROUP,
}
_OF_LOAD_BALANCERS = {
    "SecurityGroups.*": "sg",
    "SubnetMappings.*.SubnetId": "subnet",
    "Subnets.*": "subnet",
}

_IN_VPC = {
    SECURITY_GROUP: endpoint_rules.security_group_in_vpc,
    SUBNET: endpoint_rules.subnet_in_vpc,
}

_IN_OWN_VPC = {
    ENDPOINT: ("VpcId", "SecurityGroupIds", "SubnetIds", "endpoint"),
    RESOURCE_GATEWAY: ("VpcIdentifier", "SecurityGroupIds", "SubnetIds", "resource gateway"),
    TRANSIT_GATEWAY_ATTACHMENT: ("VpcId", "", "SubnetIds", "attachment"),
    TRANSIT_GATEWAY_VPC_ATTACHMENT: ("VpcId", "", "SubnetIds", "attachment"),
}
"""Where resources name their VPC, their security groups, and their subnets, and what they are."""

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
    # An ARN isn't an ID.
    return (right and reference.attribute != "Arn") or (kind, reference.attribute) in _ALSO


def check_arns(inventory: Inventory) -> Iterator[Finding]:
    """Check that ARNs have the form of their kind, and that references give such ARNs."""
    for resource_type, properties in _ARNS.items():
        for resource in inventory.of_type(resource_type):
            for path, kind in properties.items():
                for value in values_at(resource.value, path.split(".")):
                    yield from _arn(value, kind)


def _arn(value: Value, kind: str) -> Iterator[Finding]:
    reference = value.reference
    first = value.parts[0] if value.parts else value.text
    if isinstance(first, str):
        complete = value.text is not None
        yield from found(rules.arn_well_formed(first, kind, complete=complete), value)
    elif reference and (reference.resource.type in _KNOWN or reference.plain):
        named = reference.identifies and reference.resource.type == _OF_ARNS[kind]
        problems = rules.reference_of_kind(
            described(reference), kind=kind, right=named and reference.attribute != "Id"
        )
        yield from found(problems, value)


def _places(inventory: Inventory) -> Iterator[tuple[Value, str]]:
    for resource_type, properties in _PROPERTIES.items():
        for resource in inventory.of_type(resource_type):
            for path, kind in properties.items():
                yield from ((value, kind) for value in values_at(resource.value, path.split(".")))
    for load_balancer in inventory.network_load_balancers:
        for path, kind in _OF_LOAD_BALANCERS.items():
            yield from ((value, kind) for value in values_at(load_balancer.value, path.split(".")))
    for permissions in inventory.of_type(PERMISSIONS):
        value = permissions.get("ServiceId")
        # Anything else is reported with the permissions.
        if (value.text or "").startswith("vpce-svc-"):
            yield value, "vpce-svc"


def check_same_vpc(inventory: Inventory) -> Iterator[Finding]:
    """Check that security groups and subnets are of the VPC that they are used in."""
    for kind, (owner, groups, subnets, holder) in _IN_OWN_VPC.items():
        for resource in inventory.of_type(kind):
            vpc = resource.get(owner)
            for value in resource.get(groups).each():
                yield from _of_vpc(inventory, vpc, value, SECURITY_GROUP, holder)
            for value in resource.get(subnets).each():
                yield from _of_vpc(inventory, vpc, value, SUBNET, holder)
    for load_balancer in (*inventory.serving, *inventory.inspecting):
        groups = load_balancer.get("SecurityGroups").each()
        yield from _groups_beside(inventory, _subnets(load_balancer), groups, "load balancer")
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        subnets = [address.get("SubnetId") for address in resolver.get("IpAddresses").each()]
        groups = resolver.get("SecurityGroupIds").each()
        yield from _groups_beside(inventory, subnets, groups, "Resolver endpoint")


def _subnets(load_balancer: Resource) -> list[Value]:
    mappings = load_balancer.get("SubnetMappings").each()
    return load_balancer.get("Subnets").each() + [each.get("SubnetId") for each in mappings]


def check_tables_in_vpc(inventory: Inventory) -> Iterator[Finding]:
    """Check that route tables are of the VPC that they are used in."""
    for endpoint in inventory.of_type(ENDPOINT):
        for value in endpoint.get("RouteTableIds").each():
            yield from _table(endpoint.get("VpcId"), value, "endpoint")
    for association in inventory.of_type(SUBNET_ROUTE_TABLE_ASSOCIATION):
        subnet = association.get("SubnetId").target(SUBNET)
        if subnet:
            yield from _table(subnet.get("VpcId"), association.get("RouteTableId"), "subnet")
    for route in inventory.of_type(ROUTE):
        endpoint = route.get("VpcEndpointId").target(ENDPOINT)
        if endpoint:
            yield from _table(endpoint.get("VpcId"), route.get("RouteTableId"), "endpoint")


def _table(vpc: Value, value: Value, holder: str) -> Iterator[Finding]:
    table = value.target(ROUTE_TABLE)
    own = table.get("VpcId") if table else None
    if table and own and comparable(vpc, own):
        problems = route_table_in_vpc(
            vpc_name(vpc, value), vpc_name(own, value), name=table.logical_id, holder=holder
        )
        yield from found(problems, value)


def check_target_groups_in_vpc(inventory: Inventory) -> Iterator[Finding]:
    """Check that a target group is of the VPC of its load balancer."""
    balancers = dict(inventory.network_listeners)
    for listener, group, value in inventory.forwards:
        subnets = [each.target(SUBNET) for each in _subnets(balancers[listener])]
        vpc = next((subnet.get("VpcId") for subnet in subnets if subnet), None)
        own = group.get("VpcId")
        if vpc and comparable(vpc, own):
            problems = target_group_in_vpc(
                vpc_name(vpc, value), vpc_name(own, value), name=group.logical_id
            )
            yield from found(problems, value)


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
    check_arns,
    check_ids,
    check_same_vpc,
    check_tables_in_vpc,
    check_target_groups_in_vpc,
)
