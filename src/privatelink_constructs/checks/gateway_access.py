"""Checks of gateway endpoints, and of interface endpoints in the same VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.aws_access import (
    endpoints_in_vpc,
    has_gateway,
    service_of,
)
from privatelink_constructs.inventory.destinations import interface_endpoints
from privatelink_constructs.inventory.resource_policies import as_plain
from privatelink_constructs.inventory.types import ENDPOINT
from privatelink_constructs.rules import gateway_access as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


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


CHECKS = (
    check_image_layers,
    check_on_premises_only,
)
