"""Calls of the contract that pyright strict has to refuse. Nothing here is run.

Each is marked: a mark that isn't needed is an error of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs import EndpointServiceContract, SharePrincipal

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs import IEndpointService, InterfaceEndpoint, PublishedContract

NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"


def contracts(stack: cdk.Stack) -> None:
    EndpointServiceContract(NAME, "eu-west-1", [443])  # pyright: ignore[reportCallIssue]
    EndpointServiceContract(service_name=NAME, ports=[443])  # pyright: ignore[reportCallIssue]
    EndpointServiceContract(
        service_name=None,  # pyright: ignore[reportArgumentType]
        service_region=None,  # pyright: ignore[reportArgumentType]
        ports=443,  # pyright: ignore[reportArgumentType]
        acceptance_required="no",  # pyright: ignore[reportArgumentType]
        availability_zones=None,  # pyright: ignore[reportArgumentType]
        availability_zone_ids={"eu-west-1a": "euw1-az1"}.values(),  # pyright: ignore[reportArgumentType]
        ip_address_types=[4],  # pyright: ignore[reportArgumentType]
        owner_account=111111111111,  # pyright: ignore[reportArgumentType]
        private_dns_name=["payments.example.com"],  # pyright: ignore[reportArgumentType]
        private_dns_verified=None,  # pyright: ignore[reportArgumentType]
        supported_regions=[1],  # pyright: ignore[reportArgumentType]
    )
    EndpointServiceContract(
        service_name=NAME,
        service_region="eu-west-1",
        ports=[443],
        origin=stack,  # pyright: ignore[reportCallIssue]
        dependencies=[stack],  # pyright: ignore[reportCallIssue]
    )


def imported(stack: cdk.Stack) -> None:
    EndpointServiceContract.from_service_name(NAME)  # pyright: ignore[reportCallIssue]
    EndpointServiceContract.from_service_name(NAME, [443])  # pyright: ignore[reportCallIssue]
    EndpointServiceContract.from_service_name(NAME, ports=[443.0])  # pyright: ignore[reportArgumentType]
    EndpointServiceContract.from_service_name(NAME, ports=[443], origin=stack)  # pyright: ignore[reportCallIssue]
    EndpointServiceContract.from_ssm_parameters(  # pyright: ignore[reportCallIssue]
        stack, "A", ports=[443]
    )
    EndpointServiceContract.from_ssm_parameters(
        stack,
        "B",
        parameter_prefix=["/payments"],  # pyright: ignore[reportArgumentType]
        ports=443,  # pyright: ignore[reportArgumentType]
        like=NAME,  # pyright: ignore[reportArgumentType]
    )


def shared(stack: cdk.Stack, contract: EndpointServiceContract) -> None:
    SharePrincipal.account("222222222222", True)  # noqa: FBT003 # pyright: ignore[reportCallIssue]
    SharePrincipal.organization(external=True)  # pyright: ignore[reportCallIssue]
    SharePrincipal("222222222222")  # pyright: ignore[reportCallIssue]
    contract.publish(
        stack,
        "Contract",
        parameter_prefix="/payments",
        share_with=["222222222222"],  # pyright: ignore[reportArgumentType]
    )


def published(
    stack: cdk.Stack, contract: EndpointServiceContract, found: PublishedContract
) -> None:
    contract.ports = [80]  # pyright: ignore[reportAttributeAccessIssue]
    contract.publish(stack, "A")  # pyright: ignore[reportCallIssue]
    contract.publish(stack, "B", "/payments")  # pyright: ignore[reportCallIssue]
    contract.publish(stack, "C", parameter_prefix="/p", shared="yes")  # pyright: ignore[reportArgumentType]
    found.parameter_names.append("/p")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def other_kinds(
    endpoint: InterfaceEndpoint, theirs: ec2.VpcEndpointService
) -> list[IEndpointService]:
    return [endpoint, theirs]  # pyright: ignore[reportReturnType]
