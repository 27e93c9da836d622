"""What a contract is: a value, literal but for its name."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.consumers import NAME, ZONE_IDS, app_with_zones
from tests.support.intrinsics import token
from tests.support.published import imported_load_balancer, imported_zone, service_with, stack_in
from tests.support.refusals import refusal
from tests.support.vpcs import vpc_in

from privatelink_constructs import (
    AcceptancePolicy,
    EndpointService,
    EndpointServiceContract,
    Listener,
    NetworkLoadBalancedEndpointService,
    PrivateDnsName,
)
from privatelink_constructs.contract.origins import origin_of

if TYPE_CHECKING:
    from collections.abc import Callable


def contract(**options: Any) -> EndpointServiceContract:
    given: dict[str, Any] = {
        "service_name": NAME,
        "service_region": "eu-west-1",
        "ports": [443],
        **options,
    }
    return EndpointServiceContract(**given)


def load_balanced(stack: cdk.Stack, **options: Any) -> NetworkLoadBalancedEndpointService:
    given: dict[str, Any] = {
        "listeners": [Listener.tcp(443, targets=[targets.IpTarget("192.168.0.4")])],
        **options,
    }
    vpc = given.pop("vpc", None) or vpc_in(stack)
    return NetworkLoadBalancedEndpointService(stack, "Service", vpc=vpc, **given)


def existing(stack: cdk.Stack, **options: Any) -> EndpointService:
    return service_with(stack, None, **options)


def test_equal_contracts_are_equal_values() -> None:
    assert contract() == contract()
    assert len({contract(), contract()}) == 1


def test_fields_have_one_form() -> None:
    untidy = contract(
        ports=["443/tcp", 80, "53/tcp_udp", 443],
        ip_address_types=["ipv6", "ipv4"],
        supported_regions=["us-east-1", "eu-west-1", "ap-south-1", "us-east-1"],
    )

    assert untidy.ports == (53, "53/udp", 80, 443)
    assert untidy.ip_address_types == ("ipv4", "ipv6")
    assert untidy.supported_regions == ("ap-south-1", "us-east-1")


def test_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        contract().ports = [80]  # pyright: ignore[reportAttributeAccessIssue]


def test_region_is_taken_from_the_name() -> None:
    made = EndpointServiceContract.from_service_name(NAME, ports=[443])

    assert made == contract()


def test_a_name_may_be_a_token() -> None:
    name = token()
    made = EndpointServiceContract.from_service_name(
        name, ports=[443], service_region="eu-west-1", owner_account=token()
    )

    assert (made.service_name, made.owner_account) == (name, None)


@pytest.mark.parametrize("field", ["availability_zones", "availability_zone_ids"])
def test_zones_known_at_deployment_alone_are_unknown(field: str) -> None:
    made = contract(**{field: ["euw1-az1", token()]})

    assert getattr(made, field) == ()


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({"service_name": "payments"}, "service-name-malformed", "'payments'"),
        (
            {"service_name": "com.amazonaws.eu-west-1.s3"},
            "service-name-not-supported",
            "AwsServiceEndpoints",
        ),
        ({"service_region": "eu-west-2"}, "service-region-mismatch", "eu-west-2"),
        ({"service_region": "mars-1"}, "region-not-valid", "mars-1"),
        ({"ports": []}, "contract-port-missing", "no port"),
        ({"ports": ["https"]}, "port-malformed", "'https'"),
        ({"ports": "443"}, "argument-type-mismatch", "ports must be a list of int or str, not the"),
        ({"ports": [70_000]}, "port-out-of-range", "70000"),
        ({"availability_zone_ids": ["eu-west-1a"]}, "zone-id-malformed", "eu-west-1a"),
        ({"availability_zone_ids": ["use1-az1"]}, "zone-region-mismatch", "use1-az1"),
        ({"availability_zones": ["us-east-1a"]}, "zone-region-mismatch", "us-east-1a"),
        ({"ip_address_types": ["ipv5"]}, "service-address-family-not-valid", "'ipv5'"),
        ({"owner_account": "12"}, "account-id-malformed", "'12'"),
        ({"owner_account": 222222222222}, "argument-type-mismatch", "owner_account must be a str"),
        ({"private_dns_name": "Pay.example.com"}, "private-dns-name-case-not-supported", "Pay"),
        (
            {"private_dns_verified": True},
            "private-dns-name-missing",
            "the contract has no private_dns_name",
        ),
        ({"supported_regions": ["cn-north-1"]}, "region-partition-mismatch", "cn-north-1"),
        (
            {"supported_regions": ["${Token[A.1]}"]},
            "contract-value-undetermined",
            "supported_regions",
        ),
    ],
)
def test_fails_when_a_field_cannot_be(options: dict[str, Any], code: str, message: str) -> None:
    with refusal(code, message):
        contract(**options)


def test_fails_when_a_port_is_a_token() -> None:
    with refusal("contract-value-undetermined", "ports is known only"):
        contract(ports=[cdk.Token.as_number({"Ref": "Port"})])


def test_fails_when_the_region_of_a_token_is_not_given() -> None:
    with refusal("contract-region-missing", "Pass service_region"):
        EndpointServiceContract.from_service_name(token(), ports=[443])


def test_fails_when_the_name_is_not_set() -> None:
    with refusal("argument-type-mismatch", "service_name must be a str, not None"):
        EndpointServiceContract.from_service_name(cast("str", None), ports=[443])


def test_fails_when_a_name_without_region_is_none() -> None:
    with refusal("service-name-malformed", "'payments'"):
        EndpointServiceContract.from_service_name("payments", ports=[443])


def test_a_load_balanced_service_says_what_it_is() -> None:
    stack = stack_in(app_with_zones())
    service = load_balanced(
        stack,
        listeners=[
            Listener.tcp(port, targets=[targets.IpTarget("192.168.0.4")]) for port in (443, 80)
        ],
        acceptance=AcceptancePolicy.automatic(),
        availability_zone_ids=ZONE_IDS,
        supported_regions=["us-east-1"],
    )

    assert service.contract == EndpointServiceContract(
        service_name=service.endpoint_service_name,
        service_region="eu-west-1",
        ports=[80, 443],
        acceptance_required=False,
        availability_zones=["eu-west-1a", "eu-west-1b"],
        availability_zone_ids=["euw1-az1", "euw1-az2"],
        owner_account="111111111111",
        supported_regions=["us-east-1"],
    )


def test_a_service_over_existing_load_balancers_says_what_it_is() -> None:
    stack = stack_in()
    service = EndpointService(
        stack,
        "Service",
        load_balancers=[imported_load_balancer(stack, "Ledger")],
        ports=["53/udp"],
        availability_zone_ids={"eu-west-1a": "euw1-az1"},
        ip_address_types=["ipv6", "ipv4"],
    )

    assert service.contract == EndpointServiceContract(
        service_name=service.endpoint_service_name,
        service_region="eu-west-1",
        ports=["53/udp"],
        availability_zones=["eu-west-1a"],
        availability_zone_ids=["euw1-az1"],
        ip_address_types=["ipv4", "ipv6"],
        owner_account="111111111111",
    )


def test_a_second_read_gives_the_same_object() -> None:
    service = load_balanced(stack_in(app_with_zones()))

    assert service.contract is service.contract


def test_zone_ids_are_all_known_or_unknown() -> None:
    stack = stack_in(app_with_zones())
    service = load_balanced(stack, availability_zone_ids={"eu-west-1a": "euw1-az1"})

    assert service.contract.availability_zone_ids == ()


def test_zones_of_an_agnostic_stack_are_unknown() -> None:
    stack = stack_in(env=None)
    service = load_balanced(stack, vpc=vpc_in(stack, zones=None))

    assert service.contract.availability_zones == ()
    assert service.contract.owner_account is None
    assert stack.resolve(service.contract.service_region) == {"Ref": "AWS::Region"}


def test_zones_that_are_still_to_be_looked_up_are_unknown() -> None:
    stack = stack_in()
    service = load_balanced(stack, vpc=vpc_in(stack, zones=None))

    assert service.contract.availability_zones == ()


def test_ports_of_the_app_are_found_at_the_listeners() -> None:
    stack = stack_in(app_with_zones())
    vpc = vpc_in(stack)
    balancer = elbv2.NetworkLoadBalancer(stack, "Balancer", vpc=vpc, internet_facing=False)
    group = elbv2.NetworkTargetGroup(stack, "Group", vpc=vpc, port=80)
    service = EndpointService(stack, "Service", load_balancers=[balancer])
    balancer.add_listener("Https", port=443, default_target_groups=[group])
    before = service.contract
    balancer.add_listener(
        "Dns", port=53, protocol=elbv2.Protocol.UDP, default_target_groups=[group]
    )

    assert (before.ports, service.contract.ports) == ((443,), ("53/udp", 443))


def test_fails_when_the_ports_of_a_load_balancer_are_not_known() -> None:
    stack = stack_in()
    service = EndpointService(
        stack, "Service", load_balancers=[imported_load_balancer(stack, "Ledger")]
    )

    with refusal("contract-port-missing", "listeners of the load balancers") as caught:
        _ = service.contract

    assert caught.value.construct_path == "Provider/Service"


def test_fails_when_a_listener_port_is_a_token() -> None:
    listener = Listener.tcp(
        int(cdk.Token.as_number({"Ref": "Port"})), targets=[targets.IpTarget("192.168.0.4")]
    )
    service = load_balanced(stack_in(app_with_zones()), listeners=[listener])

    with refusal("contract-value-undetermined", "ports is known only"):
        _ = service.contract


@pytest.mark.parametrize("define", [existing, load_balanced])
def test_fails_when_a_provider_gives_names_for_zone_ids(define: Callable[..., object]) -> None:
    stack = stack_in(app_with_zones())

    with refusal("zone-id-malformed", "'eu-west-1a' is not a valid AZ ID"):
        define(stack, availability_zone_ids={"eu-west-1a": "eu-west-1a"})

    assert stack.node.try_find_child("Service") is None


def test_a_private_dns_name_that_is_waited_for_is_verified() -> None:
    stack = stack_in()
    name = PrivateDnsName.in_hosted_zone("pay.example.com", imported_zone(stack))
    made = service_with(stack, name).contract

    assert (made.private_dns_name, made.private_dns_verified) == ("pay.example.com", True)
    origin = origin_of(made)
    assert origin is not None
    assert len(origin.private_dns_dependencies) == 1


def test_a_private_dns_name_that_is_not_waited_for_is_not_verified() -> None:
    name = PrivateDnsName.external("pay.example.com")
    made = service_with(stack_in(), name).contract

    assert (made.private_dns_name, made.private_dns_verified) == ("pay.example.com", False)
    origin = origin_of(made)
    assert origin is not None
    assert origin.private_dns_dependencies == ()


def test_a_contract_can_be_varied() -> None:
    assert replace(contract(), private_dns_name="a.example.com").private_dns_name == "a.example.com"
