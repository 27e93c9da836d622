"""Hubs and spokes, for tests that look at one option alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from tests.support.aws_services import bundle_in
from tests.support.consumers import OTHER_ACCOUNT, app_with_zones, consumer_in
from tests.support.published import template_of
from tests.support.vpcs import vpc_in

from privatelink_constructs import AwsService, EndpointHub, HubConnection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatelink_constructs import EndpointHubContract

WEAK = {"@aws-cdk/core:defaultCrossStackReferences": "weak"}
PROFILE = "AWS::Route53Profiles::Profile"
MEMBER = "AWS::Route53Profiles::ProfileResourceAssociation"
ASSOCIATION = "AWS::Route53Profiles::ProfileAssociation"
SHARE = "AWS::RAM::ResourceShare"
HOSTED_ZONE = "AWS::Route53::HostedZone"
RECORD = "AWS::Route53::RecordSet"
ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-abcdefghij"


def hub_in(
    stack: cdk.Stack,
    *services: str,
    vpc: ec2.IVpc | None = None,
    endpoints: Sequence[Any] | None = None,
    name: str = "Hub",
    bundle: dict[str, Any] | None = None,
    **options: Any,
) -> EndpointHub:
    """Define a hub with a bundle of endpoints to services that allows nobody itself."""
    own = vpc or vpc_in(stack, f"{name}Vpc", ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/16"))
    if endpoints is None:
        each = [AwsService.interface(it) for it in services or ("sqs",)]
        options_of_bundle: dict[str, Any] = {"clients": [], **(bundle or {})}
        endpoints = [bundle_in(stack, *each, name=f"{name}Aws", vpc=own, **options_of_bundle)]
    given: dict[str, Any] = {"clients": ["10.0.0.0/8"], **options}
    return EndpointHub(stack, name, vpc=own, endpoints=endpoints, **given)


def spoke_in(
    stack: cdk.Stack,
    hub: EndpointHubContract,
    name: str = "Spoke",
    *,
    vpc: ec2.IVpc | None = None,
    cidr: str = "10.7.0.0/16",
    **options: Any,
) -> HubConnection:
    own = vpc or vpc_in(stack, f"{name}Vpc", ip_addresses=ec2.IpAddresses.cidr(cidr))
    return HubConnection(stack, name, vpc=own, hub=hub, **options)


def two_accounts(**context: Any) -> tuple[cdk.Stack, cdk.Stack]:
    """Return the stack of a hub, and that of a spoke in another account."""
    app = app_with_zones(**WEAK, **context)
    other = cdk.Environment(account=OTHER_ACCOUNT, region="eu-west-1")
    return consumer_in(app, "Network"), consumer_in(app, "Orders", env=other)


def of_type(stack: cdk.Stack, kind: str) -> dict[str, Any]:
    """Return the resources of a type in a stack, by their logical IDs."""
    resources = template_of(stack)["Resources"]
    return {name: it for name, it in resources.items() if it["Type"] == kind}


def only_properties(stack: cdk.Stack, kind: str) -> dict[str, Any]:
    [resource] = of_type(stack, kind).values()
    found: dict[str, Any] = resource["Properties"]
    return found
