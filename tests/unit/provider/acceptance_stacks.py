"""Small stacks with a service, for the tests of what decides on its connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk.assertions import Template

from privatelink_constructs import AllowedPrincipal, EndpointService

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs import ConnectionAcceptor

ACCOUNT, REGION = "111111111111", "eu-west-1"
CUSTOMER, OTHER = "222222222222", "333333333333"
LOAD_BALANCER = (
    f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/a/50dc6c495c0c9188"
)


def stack(id: str = "Stack", *, app: cdk.App | None = None, agnostic: bool = False) -> cdk.Stack:  # noqa: A002
    env = None if agnostic else cdk.Environment(account=ACCOUNT, region=REGION)
    return cdk.Stack(app or cdk.App(), id, env=env)


def service(scope: cdk.Stack, id: str = "Service", **options: Any) -> EndpointService:  # noqa: A002
    """Define a service over an imported load balancer, which one customer may ask for."""
    load_balancer = elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
        scope, f"{id}LoadBalancer", load_balancer_arn=f"{LOAD_BALANCER}{id}"
    )
    options.setdefault("allowed_principals", [AllowedPrincipal.account(CUSTOMER)])
    return EndpointService(scope, id, load_balancers=[load_balancer], ports=[443], **options)


def acceptor_of(scope: cdk.Stack, **options: Any) -> ConnectionAcceptor:
    """Define a service with rules, and return what accepts and rejects by them."""
    acceptor = service(scope, **options).acceptor
    assert acceptor is not None
    return acceptor


def resources(scope: cdk.Stack) -> dict[str, dict[str, Any]]:
    """Return all resources of a stack by logical id."""
    return Template.from_stack(scope).to_json()["Resources"]


def of_type(scope: cdk.Stack, kind: str) -> dict[str, dict[str, Any]]:
    """Return the resources of one type by logical id."""
    return {key: it for key, it in resources(scope).items() if it["Type"] == kind}


def paths(scope: cdk.Stack) -> dict[str, str]:
    """Return the types of all resources by their paths in the tree."""
    found = (it for it in scope.node.find_all() if cdk.CfnResource.is_cfn_resource(it))
    return {it.node.path: it.cfn_resource_type for it in found if isinstance(it, cdk.CfnResource)}


def statements(scope: cdk.Stack) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all statements of IAM policies, each with the end of its path."""
    stack_path = f"{scope.node.path}/"
    for it in scope.node.find_all():
        if isinstance(it, cdk.CfnResource) and it.cfn_resource_type == "AWS::IAM::Policy":
            logical_id = scope.get_logical_id(it)
            document = resources(scope)[logical_id]["Properties"]["PolicyDocument"]
            path = it.node.path.removeprefix(stack_path).removesuffix("/Resource")
            yield from ((path, statement) for statement in document["Statement"])
