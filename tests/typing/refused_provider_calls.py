"""Calls of the provider side that pyright strict has to refuse. Nothing here is run.

Each is marked: a mark that isn't needed is an error of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import privatelink_constructs
from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    EndpointService,
    Listener,
    NetworkLoadBalancedEndpointService,
    Nonsense,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnusedImport] # noqa: F401
)

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2


def listeners(target: elbv2.INetworkLoadBalancerTarget) -> None:
    Listener.tcp("80")  # pyright: ignore[reportArgumentType]
    Listener.tcp(80, [target])  # pyright: ignore[reportCallIssue]
    Listener.tcp(80, targets=target)  # pyright: ignore[reportArgumentType]
    Listener.tcp(80, targets=["10.0.0.1"])  # pyright: ignore[reportArgumentType]
    Listener.tcp(80, certificates=[])  # pyright: ignore[reportCallIssue]
    Listener.tcp(80, health_chek=None)  # pyright: ignore[reportCallIssue]
    Listener.tcp(80, idle_timeout=60)  # pyright: ignore[reportArgumentType]
    Listener.tls(443)  # pyright: ignore[reportCallIssue]
    Listener.udp(53, ssl_policy=None)  # pyright: ignore[reportCallIssue]
    listener = Listener.tcp(80)
    listener.port = 81  # pyright: ignore[reportAttributeAccessIssue]


def services(stack: cdk.Stack, vpc: ec2.Vpc, alb: elbv2.ApplicationLoadBalancer) -> None:
    NetworkLoadBalancedEndpointService(stack, "A", vpc=vpc)  # pyright: ignore[reportCallIssue]
    NetworkLoadBalancedEndpointService(stack, "B", vpc, [])  # pyright: ignore[reportCallIssue]
    NetworkLoadBalancedEndpointService(
        stack,
        "C",
        vpc=vpc,
        listeners=[80],  # pyright: ignore[reportArgumentType]
        allowed_principals=["222222222222"],  # pyright: ignore[reportArgumentType]
        acceptance=True,  # pyright: ignore[reportArgumentType]
        topology="REGIONAL",  # pyright: ignore[reportArgumentType]
    )
    NetworkLoadBalancedEndpointService(
        stack,
        "D",
        vpc=vpc,
        listeners=[],
        allowed_principls=[],  # pyright: ignore[reportCallIssue]
    )
    EndpointService(stack, "E", load_balancers=[alb])  # pyright: ignore[reportArgumentType]
    EndpointService(stack, "F")  # pyright: ignore[reportCallIssue]


def principals() -> None:
    AllowedPrincipal.account(222222222222)  # pyright: ignore[reportArgumentType]
    AllowedPrincipal.role("222222222222")  # pyright: ignore[reportCallIssue]
    AcceptancePolicy.automatic(True)  # pyright: ignore[reportCallIssue] # noqa: FBT003


def names() -> object:
    return privatelink_constructs.Lisener  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
