"""Consumers of services, for tests that look at one option alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from tests.support.published import ENVIRONMENT
from tests.support.vpcs import ZONES, vpc_in

from privatelink_constructs import EndpointServiceContract, InterfaceEndpoint

if TYPE_CHECKING:
    import constructs
    from aws_cdk import aws_ec2 as ec2

NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
ZONE_IDS = {"eu-west-1a": "euw1-az1", "eu-west-1b": "euw1-az2", "eu-west-1c": "euw1-az3"}
CLIENTS = {"ipv4": "10.0.0.0/8", "ipv6": "fd00::/8"}
ENDPOINT = "AWS::EC2::VPCEndpoint"
GROUP = "AWS::EC2::SecurityGroup"
ACCOUNT = str(ENVIRONMENT.account)
OTHER_ACCOUNT = "222222222222"


def contract_with(**options: Any) -> EndpointServiceContract:
    """Return the contract of a service in the account and the zones of the other helpers."""
    given: dict[str, Any] = {
        "ports": [443],
        "availability_zones": ZONES,
        "owner_account": ACCOUNT,
        **options,
    }
    return EndpointServiceContract.from_service_name(given.pop("service_name", NAME), **given)


def app_with_zones(**context: Any) -> cdk.App:
    """Return an app that knows the zones of the accounts and Regions that tests use."""
    zones = {
        f"availability-zones:account={account}:region={region}": [f"{region}{it}" for it in "abc"]
        for account in (ACCOUNT, OTHER_ACCOUNT)
        for region in ("eu-west-1", "eu-central-1", "us-east-1", "ap-northeast-1")
    }
    return cdk.App(context={**zones, **context})


def consumer_in(
    app: cdk.App | None = None, name: str = "Consumer", *, env: cdk.Environment | None = ENVIRONMENT
) -> cdk.Stack:
    return cdk.Stack(app or app_with_zones(), name, env=env)


def endpoint_in(
    stack: cdk.Stack,
    name: str = "Endpoint",
    *,
    vpc: ec2.IVpc | None = None,
    service: EndpointServiceContract | None = None,
    **options: Any,
) -> InterfaceEndpoint:
    """Define an endpoint, in a VPC of its own and with a client unless others are given."""
    if not options.keys() & {"clients", "security_groups"}:
        families = (service or contract_with()).ip_address_types
        options["clients"] = [CLIENTS[family] for family in families]
    return InterfaceEndpoint(
        stack,
        name,
        vpc=vpc or vpc_in(stack, f"{name}Vpc"),
        service=service or contract_with(),
        **options,
    )


def paths_under(scope: constructs.Construct) -> dict[str, str]:
    """Return what is under a construct: for each path the type of the resource."""
    start = len(scope.node.path) + 1
    return {
        it.node.path[start:]: it.cfn_resource_type
        for it in scope.node.find_all()
        if isinstance(it, cdk.CfnResource)
    }
