"""Calls of the consumer side that pyright strict has to refuse. Nothing here is run.

Each is marked: a mark that isn't needed is an error of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs import (
    AwsService,
    AwsServiceEndpoints,
    AwsServices,
    EndpointDns,
    EndpointPolicy,
    InterfaceEndpoint,
)

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs import (
        EndpointServiceContract,
        IInterfaceEndpoint,
        NetworkLoadBalancedEndpointService,
    )


def names(vpc: ec2.Vpc) -> None:
    EndpointDns.endpoint_names("payments.example.com")  # pyright: ignore[reportCallIssue]
    EndpointDns.service_private_name(vpcs=[vpc])  # pyright: ignore[reportCallIssue]
    EndpointDns.private_hosted_zone()  # pyright: ignore[reportCallIssue]
    EndpointDns.private_hosted_zone(None)  # pyright: ignore[reportArgumentType]
    EndpointDns.private_hosted_zone("example.com", [vpc])  # pyright: ignore[reportArgumentType]
    EndpointDns.private_hosted_zone(["a.example.com"])  # pyright: ignore[reportArgumentType]
    EndpointDns.private_hosted_zone("a.b", zonal_records=1)  # pyright: ignore[reportArgumentType]
    EndpointDns.private_hosted_zone("example.com", vpcs=vpc)  # pyright: ignore[reportArgumentType]
    EndpointDns.private_hosted_zone("example.com", vpcs=["vpc-1"])  # pyright: ignore[reportArgumentType]
    EndpointDns.endpoint_names().zone_name = "example.com"  # pyright: ignore[reportAttributeAccessIssue]


def endpoints(
    stack: cdk.Stack, vpc: ec2.Vpc, contract: EndpointServiceContract, group: ec2.SecurityGroup
) -> None:
    InterfaceEndpoint(stack, "A", vpc=vpc)  # pyright: ignore[reportCallIssue]
    InterfaceEndpoint(stack, "B", service=contract)  # pyright: ignore[reportCallIssue]
    InterfaceEndpoint(stack, "C", vpc, contract)  # pyright: ignore[reportCallIssue]
    InterfaceEndpoint(
        stack,
        "D",
        vpc="vpc-0123456789abcdef0",  # pyright: ignore[reportArgumentType]
        service="com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",  # pyright: ignore[reportArgumentType]
        availability_zone_ids=["euw1-az1"],  # pyright: ignore[reportArgumentType]
        clients=[10],  # pyright: ignore[reportArgumentType]
        connection_accepted="yes",  # pyright: ignore[reportArgumentType]
        dns="payments.example.com",  # pyright: ignore[reportArgumentType]
        ip_address_type="ipv4",  # pyright: ignore[reportArgumentType]
        security_groups=group,  # pyright: ignore[reportArgumentType]
        subnets=vpc.private_subnets,  # pyright: ignore[reportArgumentType]
    )
    InterfaceEndpoint(
        stack,
        "E",
        vpc=vpc,
        service=contract,
        security_group=group,  # pyright: ignore[reportCallIssue]
    )


def existing(stack: cdk.Stack) -> None:
    InterfaceEndpoint.from_interface_endpoint_attributes(  # pyright: ignore[reportCallIssue]
        stack, "A", vpc_endpoint_id="vpce-0123456789abcdef0"
    )
    made = InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "B",
        vpc_endpoint_id="vpce-0123456789abcdef0",
        regional_dns_name="vpce-0.example.com",
        regional_hosted_zone_id="Z38GZ743OKFT7T",
        ports=443,  # pyright: ignore[reportArgumentType]
        security_groups=["sg-0123456789abcdef0"],  # pyright: ignore[reportArgumentType]
        vpc_id=1,  # pyright: ignore[reportArgumentType]
        service_name=["name"],  # pyright: ignore[reportArgumentType]
        subnet_ids=[1],  # pyright: ignore[reportArgumentType]
        network_interface_ids=None,  # pyright: ignore[reportArgumentType]
    )
    made.hosted_zone  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] # noqa: B018


def members(endpoint: InterfaceEndpoint, other: IInterfaceEndpoint) -> None:
    endpoint.vpc_endpoint_id = "vpce-0"  # pyright: ignore[reportAttributeAccessIssue]
    other.subnet_ids = []  # pyright: ignore[reportAttributeAccessIssue]
    endpoint.zonal_dns_name(1)  # pyright: ignore[reportArgumentType]
    other.zonal_dns_name()  # pyright: ignore[reportCallIssue]
    endpoint.bind()  # pyright: ignore[reportCallIssue]


def other_kinds(
    service: NetworkLoadBalancedEndpointService, theirs: ec2.InterfaceVpcEndpoint
) -> list[IInterfaceEndpoint]:
    return [service, theirs]  # pyright: ignore[reportReturnType]


def aws_services(vpc: ec2.Vpc, gateway: ec2.GatewayVpcEndpointAwsService) -> None:
    AwsService.interface(gateway)  # pyright: ignore[reportArgumentType]
    AwsService.interface("logs", "kms")  # pyright: ignore[reportCallIssue]
    AwsService.interface("logs", ports=443)  # pyright: ignore[reportArgumentType]
    AwsService.interface("logs", policy={})  # pyright: ignore[reportArgumentType]
    AwsService.gateway("s3", on_premises_only=True)  # pyright: ignore[reportCallIssue]
    AwsService.gateway("s3", subnets=[vpc])  # pyright: ignore[reportArgumentType]
    AwsServices.fargate_tasks("logs")  # pyright: ignore[reportCallIssue]
    AwsServices.session_manager(legacy_agents=1)  # pyright: ignore[reportArgumentType]
    EndpointPolicy.organization()  # pyright: ignore[reportCallIssue]
    EndpointPolicy.organization("o-abcdefghij", statements=["s3:*"])  # pyright: ignore[reportArgumentType]
    EndpointPolicy.account("111111111111")  # pyright: ignore[reportCallIssue]
    EndpointPolicy.from_document("{}")  # pyright: ignore[reportArgumentType]


def bundles(stack: cdk.Stack, vpc: ec2.Vpc, logs: AwsService) -> None:
    AwsServiceEndpoints(stack, "A", vpc=vpc)  # pyright: ignore[reportCallIssue]
    AwsServiceEndpoints(stack, "B", vpc=vpc, services=logs)  # pyright: ignore[reportArgumentType]
    AwsServiceEndpoints(stack, "C", vpc=vpc, services=["logs"])  # pyright: ignore[reportArgumentType]
    AwsServiceEndpoints(stack, "D", vpc=vpc, services=[], policy="o")  # pyright: ignore[reportArgumentType]
