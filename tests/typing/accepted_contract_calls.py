"""Calls of the contract that pyright strict has to accept. Nothing here is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from typing_extensions import assert_type

from privatelink_constructs import (
    EndpointService,
    EndpointServiceContract,
    PublishedContract,
    SharePrincipal,
)

if TYPE_CHECKING:
    import aws_cdk as cdk

    from privatelink_constructs import IEndpointService, NetworkLoadBalancedEndpointService

NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"


def contracts() -> list[EndpointServiceContract]:
    return [
        EndpointServiceContract(service_name=NAME, service_region="eu-west-1", ports=[443]),
        EndpointServiceContract(
            service_name=NAME,
            service_region="eu-west-1",
            ports=(443, "53/udp"),
            acceptance_required=False,
            availability_zones=["eu-west-1a"],
            availability_zone_ids=("euw1-az1",),
            ip_address_types=["ipv4", "ipv6"],
            owner_account="111111111111",
            private_dns_name="payments.example.com",
            private_dns_verified=True,
            supported_regions=["us-east-1"],
        ),
    ]


def imported(stack: cdk.Stack) -> list[EndpointServiceContract]:
    return [
        EndpointServiceContract.from_service_name(NAME, ports=[443]),
        EndpointServiceContract.from_service_name(NAME, ports=range(9000, 9003)),
        EndpointServiceContract.from_service_name(
            NAME,
            ports=("443", 80),
            service_region="eu-west-1",
            acceptance_required=False,
            availability_zones=["eu-west-1a"],
            availability_zone_ids=("euw1-az1",),
            ip_address_types=("ipv6",),
            owner_account="111111111111",
            private_dns_name="payments.example.com",
            private_dns_verified=True,
            supported_regions=("us-east-1",),
        ),
        EndpointServiceContract.from_ssm_parameters(
            stack, "Least", parameter_prefix="/payments", ports=[443], service_region="eu-west-1"
        ),
        EndpointServiceContract.from_ssm_parameters(
            stack,
            "Most",
            parameter_prefix="/payments",
            ports=["53/udp"],
            service_region=stack.region,
            acceptance_required=False,
            availability_zones=("eu-west-1a",),
            availability_zone_ids=["euw1-az1"],
            ip_address_types=["ipv4"],
            owner_account="111111111111",
            private_dns_name="payments.example.com",
            private_dns_verified=True,
            supported_regions=["us-east-1"],
        ),
    ]


def fields(contract: EndpointServiceContract) -> None:
    assert_type(contract.service_name, str)
    assert_type(contract.service_region, str)
    assert_type(contract.ports, Sequence[int | str])
    assert_type(contract.acceptance_required, bool)
    assert_type(contract.availability_zones, Sequence[str])
    assert_type(contract.availability_zone_ids, Sequence[str])
    assert_type(contract.ip_address_types, Sequence[str])
    assert_type(contract.owner_account, str | None)
    assert_type(contract.private_dns_name, str | None)
    assert_type(contract.private_dns_verified, bool)
    assert_type(contract.supported_regions, Sequence[str])


def published(stack: cdk.Stack, service: NetworkLoadBalancedEndpointService) -> PublishedContract:
    least = service.contract.publish(stack, "Least", parameter_prefix="/payments")
    assert_type(least, PublishedContract)
    assert_type(least.parameter_names, tuple[str, ...])
    assert_type(least.parameter_arns, tuple[str, ...])
    return service.contract.publish(stack, "Most", parameter_prefix="/payments", shared=True)


def services(
    stack: cdk.Stack,
    balanced: NetworkLoadBalancedEndpointService,
    other: EndpointService,
    load_balancer: elbv2.INetworkLoadBalancer,
    group: elbv2.INetworkTargetGroup,
) -> list[IEndpointService]:
    return [
        balanced,
        other,
        EndpointService.from_endpoint_service_attributes(
            stack, "Least", endpoint_service_id="vpce-svc-0123456789abcdef0"
        ),
        EndpointService.from_endpoint_service_attributes(
            stack,
            "Most",
            endpoint_service_id="vpce-svc-0123456789abcdef0",
            load_balancers=[load_balancer],
            target_groups=(group,),
            ports=[443, "53/udp"],
            service_region="eu-west-1",
            acceptance_required=False,
            availability_zones=["eu-west-1a"],
            availability_zone_ids=("euw1-az1",),
            ip_address_types=["ipv4", "ipv6"],
            owner_account="111111111111",
            private_dns_name="payments.example.com",
            private_dns_verified=True,
            supported_regions=("us-east-1",),
        ),
    ]


def service_members(service: IEndpointService, other: EndpointService) -> None:
    assert_type(service.endpoint_service_id, str)
    assert_type(service.endpoint_service_name, str)
    assert_type(service.contract, EndpointServiceContract)
    assert_type(other.contract, EndpointServiceContract)
    assert_type(service.availability_zones, tuple[str, ...])
    assert_type(service.load_balancers, tuple[elbv2.INetworkLoadBalancer, ...])
    assert_type(service.target_groups, tuple[elbv2.INetworkTargetGroup, ...])
    if service.acceptor is not None:
        service.acceptor.metric_failures().create_alarm(
            other, "Failures", threshold=1, evaluation_periods=1
        )


def shared(stack: cdk.Stack, contract: EndpointServiceContract) -> None:
    principals = [
        SharePrincipal.account("222222222222"),
        SharePrincipal.account("333333333333", external=True),
        SharePrincipal.organization(
            "arn:aws:organizations::111111111111:organization/o-abcdefghij"
        ),
        SharePrincipal.organizational_unit(
            "arn:aws:organizations::111111111111:ou/o-abcdefghij/ou-abcd-12345678"
        ),
    ]
    contract.publish(stack, "Contract", parameter_prefix="/payments", share_with=principals)
    principal = SharePrincipal(value="222222222222", external=True)
    assert_type(principal.value, str)
    assert_type(principal.external, bool)
    EndpointServiceContract.from_ssm_parameters(
        stack, "Payments", parameter_prefix="/payments", like=contract
    )
