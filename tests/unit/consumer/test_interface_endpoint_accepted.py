"""An accepted connection to a service of the app, as the checks see it."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53
from aws_cdk.assertions import Template
from tests.support.refusals import refusal
from tests.support.vpcs import vpc_in

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    EndpointDns,
    EndpointService,
    InterfaceEndpoint,
    PrivateDnsName,
    check_template,
)

ACCOUNT, REGION = "111111111111", "eu-west-1"
ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/a/50dc6c495c0c9188"


def template(acceptance: AcceptancePolicy, *, accepted: bool) -> dict[str, Any]:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack", env=cdk.Environment(account=ACCOUNT, region=REGION))
    vpc = vpc_in(stack)
    zone = route53.HostedZone.from_hosted_zone_attributes(
        stack, "Zone", hosted_zone_id="Z0123456789ABCDEFGHIJ", zone_name="example.com"
    )
    service = EndpointService(
        stack,
        "Service",
        acceptance=acceptance,
        allowed_principals=[AllowedPrincipal.account(ACCOUNT)],
        load_balancers=[
            elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
                stack, "LoadBalancer", load_balancer_arn=ARN
            )
        ],
        ports=[443],
        private_dns_name=PrivateDnsName.in_hosted_zone("payments.example.com", zone),
    )
    InterfaceEndpoint(
        stack,
        "Endpoint",
        vpc=vpc,
        service=service.contract,
        clients=[ec2.Peer.ipv4("10.0.0.0/16")],
        connection_accepted=accepted,
        dns=EndpointDns.service_private_name(),
        subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )
    return dict(Template.from_stack(stack).to_json())


def metadata(found: dict[str, Any]) -> list[Any]:
    resources = found["Resources"].values()
    return [
        each.get("Metadata", {}).get("privatelink-constructs")
        for each in resources
        if each["Type"] == "AWS::EC2::VPCEndpoint"
    ]


def test_the_acceptance_is_acknowledged() -> None:
    found = template(AcceptancePolicy.manual(), accepted=True)
    assert metadata(found) == [
        {"acknowledged": {"private-dns-acceptance-undetermined": "connection_accepted=True"}}
    ]
    assert check_template(found, region=REGION, account=ACCOUNT) == []


def test_nothing_is_acknowledged_without_need() -> None:
    found = template(AcceptancePolicy.automatic(), accepted=True)
    assert metadata(found) == [None]
    assert check_template(found, region=REGION, account=ACCOUNT) == []


def test_fails_when_the_connection_waits() -> None:
    with refusal("private-dns-acceptance-pending", "is pending acceptance"):
        template(AcceptancePolicy.manual(), accepted=False)
