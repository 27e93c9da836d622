"""VPCs with a zone that has no load balancers, in each form that a VPC can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from tests.support.published import stack_in
from tests.support.vpcs import imported_vpc, vpc_in

if TYPE_CHECKING:
    from collections.abc import Callable

    import constructs

A, B = "us-west-2a", "us-west-2b"
ENVIRONMENT = cdk.Environment(account="111111111111", region="us-west-2")
EDGES = {
    "local": ("us-west-2-lax-1a", "a Local Zone"),
    "second local": ("us-west-2-den-2b", "a Local Zone"),
    "wavelength": ("us-west-2-wl1-las-wlz-1", "a Wavelength Zone"),
}

Form = tuple[cdk.Stack, ec2.IVpc]


def _own(*zones: str) -> Form:
    stack = stack_in(cdk.App(), "Stack", env=ENVIRONMENT)
    return stack, vpc_in(stack, zones=zones)


def _agnostic(*zones: str) -> Form:
    stack = stack_in(cdk.App(), "Stack", env=None)
    return stack, vpc_in(stack, zones=zones)


def _imported(*zones: str) -> Form:
    stack = stack_in(cdk.App(), "Stack", env=ENVIRONMENT)
    ids = [f"subnet-0123456789abcde{index:02}" for index in range(len(zones))]
    return stack, imported_vpc(stack, availability_zones=list(zones), private_subnet_ids=ids)


def _of_another_stack(*zones: str) -> Form:
    app = cdk.App()
    network = stack_in(app, "Network", env=ENVIRONMENT)
    return stack_in(app, "Stack", env=ENVIRONMENT), vpc_in(network, zones=zones)


FORMS: dict[str, Callable[..., Form]] = {
    "own": _own,
    "agnostic": _agnostic,
    "imported": _imported,
    "of another stack": _of_another_stack,
}


def subnet(scope: constructs.Construct, vpc: ec2.IVpc, name: str, **properties: Any) -> ec2.ISubnet:
    """Define a subnet as an L1, and import it by its reference."""
    options: dict[str, Any] = {"cidr_block": "10.0.9.0/24", **properties}
    resource = ec2.CfnSubnet(scope, f"{name}Resource", vpc_id=vpc.vpc_id, **options)
    return ec2.Subnet.from_subnet_attributes(
        scope,
        name,
        subnet_id=resource.ref,
        availability_zone=str(properties.get("availability_zone", A)),
        ipv4_cidr_block="10.0.9.0/24",
    )


def context_of_vpc(*, region: str = "us-west-2", **attributes: str) -> dict[str, object]:
    """Return the context of an app that has looked up a VPC before."""
    key = (
        f"vpc-provider:account=111111111111:filter.vpc-id=vpc-12345678:region={region}"
        ":returnAsymmetricSubnets=true"
    )
    subnets = [
        {"subnetId": f"subnet-{zone}", "availabilityZone": zone, "routeTableId": "rtb-1"}
        for zone in (f"{region}a", f"{region}b")
    ]
    found = {
        "vpcId": "vpc-12345678",
        "vpcCidrBlock": "10.0.0.0/16",
        "region": region,
        "availabilityZones": [],
        "subnetGroups": [{"name": "App", "type": "Private", "subnets": subnets}],
        **attributes,
    }
    return {key: found}
