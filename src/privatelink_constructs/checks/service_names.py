"""Checks of service names, of ids, and of what references are to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.inventory.destinations import (
    ENDPOINT,
    destination_of,
    interface_endpoints,
)
from privatelink_constructs.inventory.inventory import (
    LISTENER,
    LOAD_BALANCER,
    PERMISSIONS,
    SERVICE,
    TARGET_GROUP,
)
from privatelink_constructs.inventory.networks import SECURITY_GROUP, SUBNET
from privatelink_constructs.rules import endpoints as endpoint_rules
from privatelink_constructs.rules import service_names as rules
from privatelink_constructs.rules.regions import REGIONS, check_region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.checks.findings import Finding
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.template import Resource
    from privatelink_constructs.cloudformation.values import Value

NOTIFICATION = "AWS::EC2::VPCEndpointConnectionNotification"
RESOLVER_ENDPOINT = "AWS::Route53Resolver::ResolverEndpoint"
VPC = "AWS::EC2::VPC"
HOSTED_ZONE = "AWS::Route53::HostedZone"
RECORD_SET = "AWS::Route53::RecordSet"
RECORD_SET_GROUP = "AWS::Route53::RecordSetGroup"
_ASSOCIATION = "AWS::EC2::SecurityGroupVpcAssociation"
_KNOWN = frozenset(
    {
        *(ENDPOINT, HOSTED_ZONE, LISTENER, LOAD_BALANCER, NOTIFICATION, PERMISSIONS),
        *(SECURITY_GROUP, SERVICE, SUBNET, TARGET_GROUP, VPC),
    }
)
_TYPES = {
    "Z": HOSTED_ZONE,
    "sg": SECURITY_GROUP,
    "subnet": SUBNET,
    "vpc": VPC,
    "vpce": ENDPOINT,
    "vpce-svc": SERVICE,
}
_ALSO = {("sg", "DefaultSecurityGroup"), ("vpc", "VpcId")}


def ids(model: Model) -> Iterator[Finding]:
    """Check that ids have the form of their kind, and that references give such ids."""
    for value, kind in _places(model):
        reference = value.reference
        first = value.parts[0] if value.parts else None
        if value.text is not None:
            yield from found(rules.check_id(value.text, kind), value)
        elif isinstance(first, str):
            yield from found(rules.check_id_beginning(first, kind), value)
        elif reference and (reference.resource.type in _KNOWN or reference.plain):
            right = reference.identifies and reference.resource.type == _TYPES[kind]
            if not right and (kind, reference.attribute) not in _ALSO:
                yield from found(rules.check_reference(described(reference), kind=kind), value)


def _places(model: Model) -> Iterator[tuple[Value, str]]:
    for endpoint in model.of_type(ENDPOINT):
        yield endpoint.get("VpcId"), "vpc"
        yield from ((value, "subnet") for value in endpoint.get("SubnetIds").each())
        yield from ((value, "sg") for value in endpoint.get("SecurityGroupIds").each())
    for notification in model.of_type(NOTIFICATION):
        yield notification.get("ServiceId"), "vpce-svc"
        yield notification.get("VPCEndpointId"), "vpce"
    for permissions in model.of_type(PERMISSIONS):
        value = permissions.get("ServiceId")
        # Anything else is reported with the permissions.
        if (value.text or "").startswith("vpce-svc-"):
            yield value, "vpce-svc"
    yield from _load_balancer_places(model)
    yield from _dns_places(model)


def _load_balancer_places(model: Model) -> Iterator[tuple[Value, str]]:
    for load_balancer in model.topology.network_load_balancers:
        yield from ((value, "subnet") for value in load_balancer.get("Subnets").each())
        for mapping in load_balancer.get("SubnetMappings").each():
            yield mapping.get("SubnetId"), "subnet"
        yield from ((value, "sg") for value in load_balancer.get("SecurityGroups").each())


def _dns_places(model: Model) -> Iterator[tuple[Value, str]]:
    for resolver in model.of_type(RESOLVER_ENDPOINT):
        yield from ((value, "sg") for value in resolver.get("SecurityGroupIds").each())
        for address in resolver.get("IpAddresses").each():
            yield address.get("SubnetId"), "subnet"
    for zone in model.of_type(HOSTED_ZONE):
        for association in zone.get("VPCs").each():
            yield association.get("VPCId"), "vpc"
    yield from ((zone_id, "Z") for zone_id in _zone_ids(model))


def _zone_ids(model: Model) -> Iterator[Value]:
    for record in model.of_type(RECORD_SET):
        yield record.get("HostedZoneId")
    for group in model.of_type(RECORD_SET_GROUP):
        yield group.get("HostedZoneId")
        yield from (record.get("HostedZoneId") for record in group.get("RecordSets").each())


def service_names(model: Model) -> Iterator[Finding]:
    """Check that an endpoint's service has a name that services have."""
    for endpoint in _endpoints_with_service(model):
        value = endpoint.get("ServiceName")
        destination = destination_of(endpoint)
        name = destination.name
        partition = endpoint.template.partition
        if name is not None:
            problems = rules.check_any_service_name(
                name, partition=partition.name if partition else None
            )
            yield from found(problems, value)
        elif destination.sample is not None:
            # A plausible Region says nothing of the real one's partition.
            problems = rules.check_any_service_name(destination.sample)
            malformed = (each for each in problems if each.rule is rules.MALFORMED)
            yield from found(malformed, value)


def _endpoints_with_service(model: Model) -> list[Resource]:
    return [
        endpoint
        for endpoint in model.of_type(ENDPOINT)
        if not endpoint.get("ServiceName").absent
        and endpoint.get("VpcEndpointType").text in {None, "Gateway", "Interface"}
    ]


def service_regions(model: Model) -> Iterator[Finding]:
    """Check that an endpoint states the Region of a service elsewhere, and may be in its own."""
    for endpoint in _endpoints_with_service(model):
        destination = destination_of(endpoint)
        stated = endpoint.get("ServiceRegion")
        service = destination.service
        name = endpoint.get("ServiceName")
        own = service.template.region if service else None
        if stated.text is not None:
            yield from found(check_region(stated.text), stated)
        if destination.region is not None:
            yield from found(check_region(destination.region), name)
        if own and destination.region and own != destination.region:
            yield from found(rules.check_named_region(destination.region, own), name)
        elif destination.region in REGIONS and not stated.unknown:
            problems = rules.check_service_region(
                destination.region, endpoint=endpoint.template.region, stated=stated.text
            )
            yield from found(problems, stated)
        if service:
            yield from _supported(endpoint, service)


def _supported(endpoint: Resource, service: Resource) -> Iterator[Finding]:
    values = service.get("SupportedRegions").items()
    regions = [value.text for value in values or []]
    if values is not None and None not in regions:
        problems = rules.check_region_supported(
            endpoint.template.region,
            service=service.template.region,
            supported=[region for region in regions if region],
        )
        yield from found(problems, endpoint.get("ServiceName"))


def same_vpc(model: Model) -> Iterator[Finding]:
    """Check that security groups and subnets are of the VPC that they are used in."""
    for endpoint in interface_endpoints(model):
        vpc = endpoint.get("VpcId")
        for value in endpoint.get("SecurityGroupIds").each():
            yield from _of_vpc(vpc, value, SECURITY_GROUP, "endpoint")
        for value in endpoint.get("SubnetIds").each():
            yield from _of_vpc(vpc, value, SUBNET, "endpoint")
    for load_balancer in model.topology.serving:
        mappings = load_balancer.get("SubnetMappings").each()
        subnets = load_balancer.get("Subnets").each() + [each.get("SubnetId") for each in mappings]
        groups = load_balancer.get("SecurityGroups").each()
        yield from _groups_beside(subnets, groups, "load balancer")
    for resolver in model.of_type(RESOLVER_ENDPOINT):
        subnets = [address.get("SubnetId") for address in resolver.get("IpAddresses").each()]
        groups = resolver.get("SecurityGroupIds").each()
        yield from _groups_beside(subnets, groups, "Resolver endpoint")


def _groups_beside(subnets: list[Value], groups: list[Value], holder: str) -> Iterator[Finding]:
    resources = [subnet.target(SUBNET) for subnet in subnets]
    vpc = next((resource.get("VpcId") for resource in resources if resource), None)
    if vpc:
        for value in groups:
            yield from _of_vpc(vpc, value, SECURITY_GROUP, holder)


def _of_vpc(vpc: Value, value: Value, kind: str, holder: str) -> Iterator[Finding]:
    resource = value.target(kind)
    if resource and comparable(vpc, resource.get("VpcId")) and not _associated(resource, vpc):
        problems = endpoint_rules.check_same_vpc(
            vpc_name(vpc, value),
            vpc_name(resource.get("VpcId"), value),
            group=kind == SECURITY_GROUP,
            name=resource.logical_id,
            holder=holder,
        )
        yield from found(problems, value)


def _associated(group: Resource, vpc: Value) -> bool:
    """Tell whether a security group may be associated with a further VPC."""
    further = (
        value.resource.get("VpcId") for value in group.template.model.referrers(group, _ASSOCIATION)
    )
    return any(not comparable(vpc, other) or vpc.key == other.key for other in further)


def comparable(left: Value, right: Value) -> bool:
    """Tell whether two VPCs are known in the same way, so that they can be told apart."""
    literal = left.text is not None and right.text is not None
    return literal or (left.target(VPC) is not None and right.target(VPC) is not None)


def vpc_name(vpc: Value, seen_from: Value) -> str | None:
    """Return a VPC as a message names it, different for different VPCs."""
    resource = vpc.target(VPC)
    if resource is None:
        return vpc.text
    template = resource.template
    own = template is seen_from.resource.template
    return resource.logical_id if own else f"{resource.logical_id} of {template.name}"


CHECKS = (ids, same_vpc, service_names, service_regions)
