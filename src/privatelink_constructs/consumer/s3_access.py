"""Services that have gateway endpoints and interface endpoints: Amazon S3 and DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.cidr_blocks import vpc_networks
from privatelink_constructs._cdk.subnets import as_network, is_pending, vpc_range
from privatelink_constructs.consumer.endpoints_beside import endpoints_beside
from privatelink_constructs.rules import gateway_access as rules
from privatelink_constructs.rules import gateway_endpoints as beside_rules
from privatelink_constructs.rules.client_sources import SourceKind
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.consumer.endpoint_clients import Client, Clients
    from privatelink_constructs.consumer.endpoint_plan import Plan
    from privatelink_constructs.rules.core import Problem

_BOTH = frozenset({"dynamodb", "s3"})


def gateway_of_s3(vpc: ec2.IVpc) -> ec2.CfnVPCEndpoint | None:
    """Return a gateway endpoint of Amazon S3 that a VPC has by now, None if the app has none."""
    found = (it for it in endpoints_beside(vpc) if it.service == "s3" and it.is_gateway)
    return next((it.resource for it in found), None)


def both_types_problems(vpc: ec2.IVpc, clients: Clients, plan: Plan) -> Iterator[Problem]:
    """Check the interface endpoints of services that have gateway endpoints, too."""
    gateways = {it.name for it in plan.gateways}
    for it in plan.interfaces:
        asked = it.entry.given.on_premises_only
        if asked:
            s3 = it.name == "s3"
            yield from beside_rules.inbound_resolver_supported(service=repr(it.name), gateway=s3)
        yield from rules.on_premises_only_with_private_dns(asked=asked, private_dns=it.private_dns)
        if it.name in _BOTH:
            there = it.name in gateways or _has_gateway(vpc, it.name)
            unseen = not isinstance(vpc, ec2.Vpc)
            if it.name == "s3":
                known = there or (None if unseen else False)
                if asked:
                    yield from beside_rules.inbound_resolver_gateway_present(present=known)
                yield from rules.gateway_not_shadowed(
                    gateway=there, private_dns=it.private_dns, asked=asked
                )
            outside = asked or _may_be_outside(vpc, clients)
            yield from rules.gateway_preferred(it.name, gateway=there, outside=outside)


def _has_gateway(vpc: ec2.IVpc, service: str) -> bool:
    return any(it.is_gateway and it.service == service for it in endpoints_beside(vpc))


def _may_be_outside(vpc: ec2.IVpc, clients: Clients) -> bool:
    """Return whether clients may be outside the VPC; who isn't named can be anybody."""
    return not clients.each or any(_is_outside(vpc, client) for client in clients.each)


def _is_outside(vpc: ec2.IVpc, client: Client) -> bool:
    source = client.source
    if source is None or source.kind is SourceKind.SECURITY_GROUP:
        return False
    if source.kind is not SourceKind.CIDR or is_pending(vpc) or source.value == vpc_range(vpc):
        return source.kind is not SourceKind.CIDR
    networks = vpc_networks(vpc)
    network = as_network(source.value)
    if is_token(source.value) or networks is None or network is None:
        return True
    same = (it for it in networks if it.version == network.version)
    return not any(network.subnet_of(it) for it in same)  # pyright: ignore[reportArgumentType]
