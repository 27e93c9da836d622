"""Services over imported load balancers, for tests that look at one option alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53

from privatelink_constructs import EndpointService
from privatelink_constructs.facts.partitions import partition_of

if TYPE_CHECKING:
    import constructs

    from privatelink_constructs import PrivateDnsName

ENVIRONMENT = cdk.Environment(account="111111111111", region="eu-west-1")
ZONE_ID = "Z0123456789ABCDEFGHIJ"


def stack_in(
    app: cdk.App | None = None, name: str = "Provider", *, env: cdk.Environment | None = ENVIRONMENT
) -> cdk.Stack:
    return cdk.Stack(app or cdk.App(), name, env=env)


def imported_load_balancer(scope: constructs.Construct, name: str) -> elbv2.INetworkLoadBalancer:
    stack = cdk.Stack.of(scope)
    region = "eu-west-1" if cdk.Token.is_unresolved(stack.region) else stack.region
    account = "111111111111" if cdk.Token.is_unresolved(stack.account) else stack.account
    return elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
        scope,
        f"{name}LoadBalancer",
        load_balancer_arn=(
            f"arn:{partition_name(region)}:elasticloadbalancing:{region}:{account}:"
            f"loadbalancer/net/{name.lower()}/50dc6c495c0c9188"
        ),
    )


def partition_name(region: str) -> str:
    found = partition_of(region)
    return found.name if found else "aws"


def imported_zone(scope: constructs.Construct, name: str = "example.com") -> route53.IHostedZone:
    return route53.HostedZone.from_hosted_zone_attributes(
        scope, "Zone", hosted_zone_id=ZONE_ID, zone_name=name
    )


def service_with(
    scope: constructs.Construct,
    private_dns_name: PrivateDnsName | None,
    name: str = "Service",
    **options: Any,
) -> EndpointService:
    return EndpointService(
        scope,
        name,
        load_balancers=[imported_load_balancer(scope, name)],
        ports=[443],
        private_dns_name=private_dns_name,
        **options,
    )


def template_of(stack: cdk.Stack) -> dict[str, Any]:
    return cast("dict[str, Any]", assertions.Template.from_stack(stack).to_json())


def resources_of(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [it for it in template["Resources"].values() if it["Type"] == kind]


def only(template: dict[str, Any], kind: str) -> dict[str, Any]:
    [found] = resources_of(template, kind)
    return found
