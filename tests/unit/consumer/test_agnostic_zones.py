"""The Availability Zones of endpoint and service in stacks without an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import ENDPOINT
from tests.support.published import only, template_of
from tests.support.refusals import refusal, warning_codes

from privatelink_constructs import (
    InterfaceEndpoint,
    Listener,
    LoadBalancerTopology,
    NetworkLoadBalancedEndpointService,
)

if TYPE_CHECKING:
    from collections.abc import Callable

IRELAND = cdk.Environment(region="eu-west-1")


def zone(position: int) -> str:
    return cdk.Fn.select(position, cdk.Fn.get_azs())


def vpc_in(stack: cdk.Stack, zones: list[str]) -> ec2.Vpc:
    isolated = ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    return ec2.Vpc(stack, "Vpc", availability_zones=zones, subnet_configuration=[isolated])


def service_in(stack: cdk.Stack, zones: list[str]) -> NetworkLoadBalancedEndpointService:
    return NetworkLoadBalancedEndpointService(
        stack,
        "Service",
        vpc=vpc_in(stack, zones),
        listeners=[Listener.tcp(443, registered_elsewhere=True)],
        topology=LoadBalancerTopology.REGIONAL,
    )


def endpoint_to(
    service: NetworkLoadBalancedEndpointService,
    zones: list[str],
    env: cdk.Environment | None = None,
) -> InterfaceEndpoint:
    consumer = cdk.Stack(cdk.App.of(service), "Consumer", env=env)
    return InterfaceEndpoint(
        consumer, "Endpoint", vpc=vpc_in(consumer, zones), service=service, clients=["10.0.0.0/16"]
    )


def subnets_of(endpoint: InterfaceEndpoint) -> int:
    template = template_of(cdk.Stack.of(endpoint))
    return len(only(template, ENDPOINT)["Properties"]["SubnetIds"])


def test_the_same_positions_are_the_same_zones() -> None:
    service = service_in(cdk.Stack(cdk.App(), "Provider"), [zone(0), zone(1)])
    endpoint = endpoint_to(service, [zone(0), zone(1)])
    assert warning_codes(endpoint) == []
    assert subnets_of(endpoint) == 2


def test_default_zones_are_compared() -> None:
    app = cdk.App()
    provider, consumer = cdk.Stack(app, "Provider"), cdk.Stack(app, "Consumer")
    service = NetworkLoadBalancedEndpointService(
        provider,
        "Service",
        vpc=ec2.Vpc(provider, "Vpc"),
        listeners=[Listener.tcp(443, registered_elsewhere=True)],
    )
    vpc = ec2.Vpc(consumer, "Vpc")
    endpoint = InterfaceEndpoint(
        consumer, "Endpoint", vpc=vpc, service=service, clients=["10.0.0.0/16"]
    )
    assert warning_codes(endpoint) == []


def test_a_subnet_in_another_position_is_left_out() -> None:
    service = service_in(cdk.Stack(cdk.App(), "Provider"), [zone(0), zone(1)])
    endpoint = endpoint_to(service, [zone(0), zone(1), zone(2)])
    assert warning_codes(endpoint) == ["endpoint-subnet-ineffective"]
    assert subnets_of(endpoint) == 2


def test_fails_when_no_position_is_in_common() -> None:
    service = service_in(cdk.Stack(cdk.App(), "Provider"), [zone(0), zone(1)])
    with refusal(
        "endpoint-zones-mismatch",
        "The service is in zone 1 of the Region, zone 2 of the Region, but the subnets are in "
        "zone 3 of the Region",
    ):
        endpoint_to(service, [zone(2)])


@pytest.mark.parametrize(
    "zones",
    [
        pytest.param(lambda: [cdk.Fn.import_value("A"), cdk.Fn.import_value("B")], id="imported"),
        pytest.param(lambda: [zone(0), cdk.Fn.import_value("B")], id="one-imported"),
        pytest.param(lambda: ["eu-west-1a", zone(1)], id="one-literal"),
    ],
)
def test_other_zones_stay_unknown(zones: Callable[[], list[str]]) -> None:
    service = service_in(cdk.Stack(cdk.App(), "Provider"), [zone(0), zone(1)])
    endpoint = endpoint_to(service, zones())
    assert "endpoint-zones-undetermined" in warning_codes(endpoint)


def test_zones_stay_unknown_if_subnets_are_imported_without_them() -> None:
    service = service_in(cdk.Stack(cdk.App(), "Provider"), [zone(0), zone(1)])
    consumer = cdk.Stack(cdk.App.of(service), "Consumer")
    vpc = vpc_in(consumer, [zone(0), zone(1)])
    ids = ("subnet-0123456789abcdef0", "subnet-0123456789abcdef1")
    subnets = [ec2.Subnet.from_subnet_id(consumer, it[-1], it) for it in ids]
    endpoint = InterfaceEndpoint(
        consumer,
        "Endpoint",
        vpc=vpc,
        service=service,
        clients=["10.0.0.0/16"],
        subnets=ec2.SubnetSelection(subnets=subnets),
    )
    assert "endpoint-zones-undetermined" in warning_codes(endpoint)


def test_zones_stay_unknown_if_one_side_has_an_environment() -> None:
    provider = cdk.Stack(cdk.App(), "Provider", env=IRELAND)
    service = service_in(provider, [zone(0), zone(1)])
    endpoint = endpoint_to(service, [zone(0), zone(1)], IRELAND)
    assert "endpoint-zones-undetermined" in warning_codes(endpoint)
