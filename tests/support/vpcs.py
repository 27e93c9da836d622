"""VPCs for tests: one that the stack defines, and one that it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

if TYPE_CHECKING:
    from collections.abc import Sequence

    import constructs

ZONES = ("eu-west-1a", "eu-west-1b")
VPC_ID = "vpc-0123456789abcdef0"
SUBNET_IDS = ("subnet-0123456789abcdef0", "subnet-0123456789abcdef1")
_SUBNETS = [ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)]


def vpc_in(
    scope: constructs.Construct,
    name: str = "Vpc",
    *,
    zones: Sequence[str] | None = (),
    **options: Any,
) -> ec2.Vpc:
    """Define a VPC with one isolated subnet per zone: few resources, so it is quick.

    :param zones: the names of its zones; two of the stack's Region by default, and those that the
        CDK selects for None.
    """
    if zones is not None:
        options["availability_zones"] = list(zones) or _two_zones(scope)
    given: dict[str, Any] = {"subnet_configuration": _SUBNETS, "nat_gateways": 0, **options}
    return ec2.Vpc(scope, name, **given)


def _two_zones(scope: constructs.Construct) -> list[str]:
    region = cdk.Stack.of(scope).region
    return list(ZONES) if cdk.Token.is_unresolved(region) else [f"{region}a", f"{region}b"]


def imported_vpc(
    scope: constructs.Construct, name: str = "Imported", **attributes: Any
) -> ec2.IVpc:
    """Import a VPC with one private subnet per zone, unless other attributes are specified."""
    given: dict[str, Any] = {
        "vpc_id": VPC_ID,
        "availability_zones": list(ZONES),
        "private_subnet_ids": list(SUBNET_IDS),
        **attributes,
    }
    return ec2.Vpc.from_vpc_attributes(scope, name, **given)
