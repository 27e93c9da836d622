"""Bundles of endpoints to AWS services, for tests that look at one option alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.consumers import ENDPOINT
from tests.support.published import template_of
from tests.support.vpcs import vpc_in

from privatelink_constructs import AwsServiceEndpoints, EndpointPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs import AwsService

ORGANIZATION = "o-abcdefghij"


def bundle_in(
    stack: cdk.Stack,
    *services: AwsService | Sequence[AwsService],
    name: str = "Aws",
    vpc: ec2.IVpc | None = None,
    **options: Any,
) -> AwsServiceEndpoints:
    """Define a bundle for the clients of a VPC of its own, with a policy, unless others are set."""
    given: dict[str, Any] = {
        "clients": ["10.0.0.0/16"],
        "policy": EndpointPolicy.organization(ORGANIZATION),
        **options,
    }
    own = vpc or vpc_in(stack, f"{name}Vpc")
    return AwsServiceEndpoints(stack, name, vpc=own, services=services, **given)


def endpoints_of(stack: cdk.Stack) -> dict[str, dict[str, Any]]:
    """Return the properties of each endpoint, by type and service: ``Interface logs``."""
    resources: dict[str, Any] = template_of(stack)["Resources"]
    found = (it["Properties"] for it in resources.values() if it["Type"] == ENDPOINT)
    return {f"{it['VpcEndpointType']} {_service(it['ServiceName'])}": it for it in found}


def _service(name: Any) -> str:
    text = name if isinstance(name, str) else "".join(map(str, name["Fn::Join"][1]))
    for before in ("eu-west-1.", "{'Ref': 'AWS::Region'}."):
        if before in text:
            return text.partition(before)[2]
    return text
