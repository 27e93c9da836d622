"""Calls of hubs and Resolver endpoints that pyright strict has to reject. Nothing here is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs import (
    EndpointHub,
    HubConnection,
    HubNaming,
    ResolverInboundEndpoint,
    ResolverOutboundEndpoint,
)

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2
    from constructs import Construct

    from privatelink_constructs import (
        EndpointHubContract,
    )


def calls(scope: Construct, vpc: ec2.IVpc, hub: EndpointHub, it: EndpointHubContract) -> None:
    EndpointHub(scope, "A", vpc=vpc, endpoints=[])  # pyright: ignore[reportCallIssue]
    EndpointHub(scope, "B", vpc=vpc, endpoints=["sqs"], clients=[])  # pyright: ignore[reportArgumentType]
    HubConnection(scope, "C", vpc=vpc, hub=hub.profile_id)  # pyright: ignore[reportArgumentType]
    HubConnection(scope, "D", vpc=vpc, hub=it, priority="1")  # pyright: ignore[reportArgumentType]
    HubNaming.profile("hub")  # pyright: ignore[reportCallIssue]
    HubNaming.private_hosted_zones(vpcs=vpc)  # pyright: ignore[reportArgumentType]
    ResolverInboundEndpoint(scope, "E", vpc=vpc)  # pyright: ignore[reportCallIssue]
    ResolverInboundEndpoint(scope, "F", vpc=vpc, clients=[], protocols=["Do53"])  # pyright: ignore[reportArgumentType]
    ResolverOutboundEndpoint(scope, "G", vpc=vpc).forward("a.example.com")  # pyright: ignore[reportCallIssue]
    it.names = ()  # pyright: ignore[reportAttributeAccessIssue]
