"""The names that a VPC has itself, also those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.subnets import everything_around, is_pending, vpc_id, vpc_range
from privatelink_constructs.consumer.endpoints_beside import endpoints_beside
from privatelink_constructs.consumer.vpcs import record_of
from privatelink_constructs.facts.aws_service_endpoints import private_names
from privatelink_constructs.facts.partitions import partition_of
from privatelink_constructs.rules.core import known

if TYPE_CHECKING:
    from collections.abc import Iterator


def names_in(vpc: ec2.IVpc) -> list[str]:
    """Return the names of a VPC's endpoints with private DNS, and of its private hosted zones.

    It is asked at synthesis, when everything is defined.
    """
    if is_pending(vpc):
        return []  # All VPCs have the same ID before they are looked up.
    record = record_of(vpc)
    found = [*record.private_names, *record.zones, *_endpoint_names(vpc), *_zone_names(vpc)]
    return list(dict.fromkeys(found))


def literal_cidr(vpc: ec2.IVpc) -> str | None:
    """Return the first IPv4 CIDR block of a VPC, None where only the deployment knows it."""
    if is_pending(vpc):
        return None
    resource = vpc.node.default_child if isinstance(vpc, ec2.Vpc) else None
    defined = isinstance(resource, ec2.CfnVPC)
    return known(resource.cidr_block if defined else vpc_range(vpc))


def _endpoint_names(vpc: ec2.IVpc) -> Iterator[str]:
    """Yield the names of endpoints to AWS services, those of the CDK's own constructs too."""
    for endpoint in endpoints_beside(vpc):
        resource = endpoint.resource
        region = environment_of(stack_of(resource)).region
        partition = partition_of(region) if region else None
        if region and partition and not endpoint.is_gateway and resource.private_dns_enabled:
            yield from private_names(endpoint.service, region, partition.dns_suffix)


def _zone_names(vpc: ec2.IVpc) -> Iterator[str]:
    """Yield the names of hosted zones that are defined in the stack of the VPC."""
    stack = stack_of(vpc)
    own = stack.resolve(vpc_id(vpc))
    for resource in everything_around(vpc):
        if isinstance(resource, route53.CfnHostedZone):
            vpcs = cast("list[dict[str, Any]]", stack_of(resource).resolve(resource.vpcs) or [])
            same_stack = stack_of(resource).node.addr == stack.node.addr
            if same_stack and own in [it["vpcId"] for it in vpcs] and known(resource.name):
                yield cast("str", resource.name)
