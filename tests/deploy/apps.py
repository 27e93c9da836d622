"""Small apps of the library, synthesized in this process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets

from privatelink_constructs import Listener, NetworkLoadBalancedEndpointService

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
STACK = "Provider"
# Outside the VPC, as targets in a data center are: a target of every zone.
ADDRESSES = ("192.168.0.4", "192.168.0.5")


def synthesize(define: Callable[[cdk.Stack, ec2.IVpc], Any], folder: Path, account: str) -> None:
    """Synthesize a stack with a VPC in three zones into a folder."""
    context = {
        "@aws-cdk/core:defaultCrossStackReferences": "weak",
        f"availability-zones:account={account}:region=eu-west-1": list(ZONES),
    }
    app = cdk.App(context=context, outdir=str(folder), analytics_reporting=False)
    stack = cdk.Stack(app, STACK, env=cdk.Environment(account=account, region="eu-west-1"))
    subnets = ec2.SubnetConfiguration(
        name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
    )
    vpc = ec2.Vpc(stack, "Vpc", availability_zones=[*ZONES], subnet_configuration=[subnets])
    define(stack, vpc)
    app.synth()


def template(define: Callable[[cdk.Stack, ec2.IVpc], Any], folder: Path, account: str) -> Any:
    """Synthesize a stack that has no assets, and give its template for use without the CLI."""
    synthesize(define, folder, account)
    found = json.loads((folder / f"{STACK}.template.json").read_text())
    # They ask for the bootstrap stack, which a template without assets doesn't need.
    found.pop("Parameters", None)
    found.pop("Rules", None)
    return found


def payments(
    *,
    addresses: Sequence[str] = ADDRESSES[:1],
    ports: Sequence[int] = (443,),
    zones: Sequence[str] = ZONES[:2],
    **props: Any,
) -> Callable[[cdk.Stack, ec2.IVpc], NetworkLoadBalancedEndpointService]:
    """Return what defines a service on TCP ports."""

    def define(stack: cdk.Stack, vpc: ec2.IVpc) -> NetworkLoadBalancedEndpointService:
        return NetworkLoadBalancedEndpointService(
            stack,
            "Payments",
            vpc=vpc,
            listeners=[
                Listener.tcp(port, targets=[targets.IpTarget(address) for address in addresses])
                for port in ports
            ],
            subnets=ec2.SubnetSelection(availability_zones=[*zones]),
            **props,
        )

    return define
