"""Checks of gateway endpoints, and of interface endpoints in the same VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts.address_space import network_of
from privatelink_constructs.facts.aws_service_endpoints import GATEWAY_SERVICES
from privatelink_constructs.inventory.aws_access import endpoints_in_vpc, has_gateway, is_public
from privatelink_constructs.inventory.destinations import interface_endpoints
from privatelink_constructs.inventory.networks import rules_of_groups
from privatelink_constructs.inventory.resource_policies import as_plain
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SUBNET_ROUTE_TABLE_ASSOCIATION,
    VPC,
)
from privatelink_constructs.inventory.vpc_endpoints import is_gateway, service_of
from privatelink_constructs.rules import gateway_access as rules
from privatelink_constructs.rules.hub_spokes import overlaps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.networks import InboundRule
    from privatelink_constructs.rules.core import Finding

_USED_BY = SUBNET_ROUTE_TABLE_ASSOCIATION


def check_on_premises_only(inventory: Inventory) -> Iterator[Finding]:
    """Check endpoints whose private names are for on-premises clients only."""
    for endpoint in interface_endpoints(inventory):
        value = endpoint.get("DnsOptions", "PrivateDnsOnlyForInboundResolverEndpoint")
        service = service_of(endpoint)
        if service is None or value.text not in {"OnlyInboundResolver", "AllResolvers"}:
            continue
        asked = value.text == "OnlyInboundResolver"
        private_dns = endpoint.get("PrivateDnsEnabled").boolean
        problems = rules.on_premises_only_with_private_dns(asked=asked, private_dns=private_dns)
        yield from found(problems, value)
        if service == "s3":
            gateway = has_gateway(inventory, endpoint, "s3")
            problems = rules.gateway_not_shadowed(
                gateway=gateway is True, private_dns=private_dns is True, asked=asked
            )
            yield from found(problems, value)


def check_image_layers(inventory: Inventory) -> Iterator[Finding]:
    """Check that the policies of S3 endpoints allow the image layers of Amazon ECR."""
    for endpoint in inventory.of_type(ENDPOINT):
        value = endpoint.get("PolicyDocument")
        if service_of(endpoint) != "s3" or value.absent or value.parts:
            continue
        beside = endpoints_in_vpc(inventory, endpoint)
        if any(service_of(it) == "ecr.dkr" for it in beside):
            partition = endpoint.template.partition
            problems = rules.image_layers_allowed(
                as_plain(value.content),
                region=endpoint.template.region,
                partition=partition.name if partition else None,
            )
            yield from found(problems, value)


def check_preferred(inventory: Inventory) -> Iterator[Finding]:
    """Check that a VPC uses a gateway endpoint where only its own clients use an endpoint."""
    for endpoint in interface_endpoints(inventory):
        service = service_of(endpoint)
        if service is None or service not in GATEWAY_SERVICES:
            continue
        gateway = has_gateway(inventory, endpoint, service) is not False
        asked = service == "s3" and endpoint.get("PrivateDnsEnabled").boolean is True
        # With private DNS, S3 has a rule of its own.
        outside = asked or _may_be_outside(inventory, endpoint)
        problems = rules.gateway_preferred(service, gateway=gateway, outside=outside)
        yield from found(problems, endpoint.get("ServiceName"))


def _may_be_outside(inventory: Inventory, endpoint: Resource) -> bool:
    """Tell whether clients outside the VPC may use an endpoint, as far as its groups tell."""
    vpc = endpoint.get("VpcId").target(VPC)
    opened = rules_of_groups(inventory, endpoint.get("SecurityGroupIds"))
    return not vpc or not opened or not all(_is_inside(vpc, rule) for rule in opened)


def _is_inside(vpc: Resource, rule: InboundRule) -> bool:
    """Tell whether a rule allows clients in a VPC only."""
    group = rule.value.get("SourceSecurityGroupId").target(SECURITY_GROUP)
    if group is not None:
        return group.get("VpcId").target() is vpc
    own, theirs = network_of(vpc.get("CidrBlock").text), network_of(rule.cidr)
    if own is None or theirs is None:
        reference = rule.value.get("CidrIp").reference
        return reference is not None and reference.resource is vpc
    return overlaps(own, theirs) and own.prefixlen <= theirs.prefixlen


def check_route_tables(inventory: Inventory) -> Iterator[Finding]:
    """Check that not only public subnets of a VPC use a gateway endpoint."""
    for endpoint in inventory.of_type(ENDPOINT):
        value, service = endpoint.get("RouteTableIds"), service_of(endpoint)
        tables = [it.target(ROUTE_TABLE) for it in value.each()]
        if service is None or not tables or not is_gateway(endpoint):
            continue
        only_public = all(table and is_public(inventory, table) for table in tables)
        others = _unused_tables(inventory, endpoint, service) if only_public else []
        private = any(is_public(inventory, table) is False for table in others)
        yield from found(rules.private_route_tables_used(service, only_public=private), value)


def _unused_tables(inventory: Inventory, endpoint: Resource, service: str) -> list[Resource]:
    """Return the route tables of subnets that no gateway endpoint of a service uses."""
    beside = endpoints_in_vpc(inventory, endpoint)
    used = {
        value.target(ROUTE_TABLE)
        for it in beside
        if service_of(it) in {None, service}
        for value in it.get("RouteTableIds").each()
    }
    vpc = endpoint.get("VpcId").target(VPC)
    there = inventory.referrers(vpc, ROUTE_TABLE) if vpc else []
    tables = [value.resource for value in there if inventory.referrers(value.resource, _USED_BY)]
    return [] if None in used else [table for table in tables if table not in used]


CHECKS = (
    check_image_layers,
    check_on_premises_only,
    check_preferred,
    check_route_tables,
)
