"""Endpoints of a VPC that other constructs of the app define, the CDK's own among them.

Looking for them takes many round trips, so it is done only if it changes an answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import referenced, stack_of
from privatelink_constructs._cdk.route_tables import has_route_table
from privatelink_constructs._cdk.subnets import everything_around, is_other, is_pending, vpc_id
from privatelink_constructs.facts.aws_service_endpoints import without_region
from privatelink_constructs.facts.endpoint_service_names import region_in_name
from privatelink_constructs.rules.gateway_endpoints import gateway_endpoint_distinct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

_AFTER_REGION = re.compile(r"\.(?P<service>[a-z0-9.-]+)")


class EndpointBeside(NamedTuple):
    """An endpoint to an AWS service.

    :param service: what the service is called behind the Region.
    :param is_gateway: whether it is a gateway endpoint.
    :param resource: the resource.
    """

    service: str
    is_gateway: bool
    resource: ec2.CfnVPCEndpoint


def endpoints_beside(vpc: ec2.IVpc) -> Iterator[EndpointBeside]:
    """Yield the endpoints to AWS services that a VPC has by now, wherever they are defined."""
    if is_pending(vpc):
        return
    own_id = vpc_id(vpc)
    for construct in everything_around(vpc):
        if isinstance(construct, ec2.CfnVPCEndpoint) and _is_in(construct.vpc_id, own_id):
            service = _service_of(construct)
            if service is not None:
                kind = construct.vpc_endpoint_type or "Gateway"
                yield EndpointBeside(service, kind == "Gateway", construct)


def gateway_problems(
    vpc: ec2.IVpc, service: str, subnets: Sequence[ec2.ISubnet]
) -> Iterator[Problem]:
    """Find gateway endpoints for a service in the route tables of subnets."""
    others = [it for it in endpoints_beside(vpc) if it.is_gateway and it.service == service]
    if others:
        tables = {it.route_table.route_table_id for it in subnets if has_route_table(it)}
        for other in others:
            if tables.intersection(other.resource.route_table_ids or ()):
                yield from gateway_endpoint_distinct(service, _path(other.resource))


def _path(endpoint: ec2.CfnVPCEndpoint) -> str:
    return endpoint.node.path.removesuffix("/Resource")


def _is_in(given: str, own: str) -> bool:
    return given == own or (referenced(given) is not None and not is_other(given, own))


def _service_of(endpoint: ec2.CfnVPCEndpoint) -> str | None:
    name: object = stack_of(endpoint).resolve(endpoint.service_name)
    if isinstance(name, str):
        return without_region(name, region_in_name(name))
    # The CDK joins what is before the Region, the Region, and what is behind it.
    joined = cast("dict[str, Any]", name).get("Fn::Join", ("", [""]))
    match = _AFTER_REGION.fullmatch(str(joined[1][-1]))
    return match["service"] if match else None
