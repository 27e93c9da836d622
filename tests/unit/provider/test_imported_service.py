"""Endpoint services that are defined elsewhere, and what every endpoint service has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import listener, new_stack, service_in
from tests.support.published import imported_load_balancer
from tests.support.refusals import refusal, refused
from tests.support.vpcs import vpc_in

from privatelink_constructs import EndpointService, EndpointServiceContract

if TYPE_CHECKING:
    from privatelink_constructs import IEndpointService

SERVICE_ID = "vpce-svc-0123456789abcdef0"


def imported(stack: cdk.Stack, name: str = "Imported", **options: Any) -> IEndpointService:
    options.setdefault("endpoint_service_id", SERVICE_ID)
    return EndpointService.from_endpoint_service_attributes(stack, name, **options)


def test_nothing_is_defined() -> None:
    stack = new_stack()
    imported(stack, ports=[443])
    assert assertions.Template.from_stack(stack).to_json().get("Resources") is None


def test_an_imported_service_knows_what_is_specified() -> None:
    stack = new_stack()
    load_balancer = imported_load_balancer(stack, "Nlb")
    group = elbv2.NetworkTargetGroup.from_target_group_attributes(
        stack,
        "Group",
        target_group_arn="arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/a/1",
    )
    service = imported(
        stack,
        load_balancers=[load_balancer],
        target_groups=[group],
        availability_zones=["eu-west-1a"],
    )
    assert service.endpoint_service_id == SERVICE_ID
    assert service.endpoint_service_name == f"com.amazonaws.vpce.eu-west-1.{SERVICE_ID}"
    assert service.load_balancers == (load_balancer,)
    assert service.target_groups == (group,)
    assert service.availability_zones == ("eu-west-1a",)
    assert service.acceptor is None


def test_an_imported_service_knows_nothing_else() -> None:
    service = imported(new_stack())
    assert service.load_balancers == ()
    assert service.target_groups == ()
    assert service.availability_zones == ()


def test_the_contract_of_an_imported_service() -> None:
    service = imported(
        new_stack(),
        ports=[443, "53/udp"],
        acceptance_required=False,
        availability_zones=["eu-west-1a"],
        availability_zone_ids=["euw1-az1"],
        ip_address_types=["ipv4", "ipv6"],
        owner_account="222222222222",
        private_dns_name="payments.example.com",
        private_dns_verified=True,
        supported_regions=["us-east-1"],
    )
    assert service.contract == EndpointServiceContract(
        service_name=service.endpoint_service_name,
        service_region="eu-west-1",
        ports=[443, "53/udp"],
        acceptance_required=False,
        availability_zones=["eu-west-1a"],
        availability_zone_ids=["euw1-az1"],
        ip_address_types=["ipv4", "ipv6"],
        owner_account="222222222222",
        private_dns_name="payments.example.com",
        private_dns_verified=True,
        supported_regions=["us-east-1"],
    )


def test_an_imported_service_of_another_region() -> None:
    service = imported(new_stack(), service_region="cn-north-1")
    assert service.endpoint_service_name == f"cn.com.amazonaws.vpce.cn-north-1.{SERVICE_ID}"


def test_an_id_and_a_region_may_be_tokens() -> None:
    stack = cdk.Stack()
    service = imported(stack, endpoint_service_id=cdk.Fn.import_value("Id"), ports=[443])
    assert cdk.Token.is_unresolved(service.endpoint_service_name)
    assert service.contract.service_region == stack.region


def test_fails_when_the_id_is_not_a_services() -> None:
    with refusal(
        "resource-id-malformed", "'vpce-0123456789abcdef0' is not a valid endpoint service ID"
    ):
        imported(new_stack(), endpoint_service_id="vpce-0123456789abcdef0")


@pytest.mark.parametrize(("port", "code"), [("x", "port-malformed"), (70_000, "port-out-of-range")])
def test_fails_when_a_port_is_not_valid(port: int | str, code: str) -> None:
    stack = new_stack()
    with refusal(code):
        imported(stack, ports=[port])
    assert stack.node.children == []


def test_fails_at_once_when_the_contract_cannot_be() -> None:
    stack = new_stack()
    with refusal("account-id-malformed"):
        imported(stack, ports=[443], owner_account="22222222222")
    assert stack.node.children == []


def test_fails_when_the_contract_has_no_port() -> None:
    service = imported(new_stack())
    with refusal("contract-port-missing", "The contract has no ports"):
        _ = service.contract


def test_a_service_over_load_balancers_of_the_app_finds_their_target_groups() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    load_balancer = elbv2.NetworkLoadBalancer(stack, "Nlb", vpc=vpc)
    groups = [elbv2.NetworkTargetGroup(stack, f"To{port}", port=port, vpc=vpc) for port in (80, 81)]
    elbv2.NetworkTargetGroup(stack, "Unused", port=82, vpc=vpc)
    load_balancer.add_listener("One", port=80, default_target_groups=[groups[0]])
    service = EndpointService(stack, "Service", load_balancers=[load_balancer], ports=[80, 81])
    assert service.target_groups == (groups[0],)
    load_balancer.add_listener("Two", port=81, default_target_groups=[groups[1]])
    assert service.target_groups == tuple(groups)


def test_an_imported_target_group_behind_a_listener_of_the_app_is_not_found() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    load_balancer = elbv2.NetworkLoadBalancer(stack, "Nlb", vpc=vpc)
    group = elbv2.NetworkTargetGroup.from_target_group_attributes(
        stack,
        "Given",
        target_group_arn="arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/a/1",
    )
    load_balancer.add_listener("One", port=80, default_target_groups=[group])
    service = EndpointService(stack, "Service", load_balancers=[load_balancer], ports=[80])
    assert service.target_groups == ()


def test_target_groups_of_another_stack_are_found() -> None:
    app = cdk.App()
    stack, other = cdk.Stack(app, "Stack"), cdk.Stack(app, "Other")
    vpc = vpc_in(stack)
    load_balancer = elbv2.NetworkLoadBalancer(stack, "Nlb", vpc=vpc)
    group = elbv2.NetworkTargetGroup(stack, "Group", port=80, vpc=vpc)
    load_balancer.add_listener("Listener", port=80, default_target_groups=[group])
    service = EndpointService(other, "Service", load_balancers=[load_balancer], ports=[80])
    assert service.target_groups == (group,)


def test_target_groups_of_imported_load_balancers_are_not_known() -> None:
    stack = new_stack()
    service = EndpointService(
        stack, "Service", load_balancers=[imported_load_balancer(stack, "Nlb")], ports=[80]
    )
    assert service.target_groups == ()


def test_a_service_with_load_balancers_is_a_peer_of_security_groups() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service = service_in(stack, vpc=vpc, listeners=[listener(80)])
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    group.connections.allow_from(service, ec2.Port.tcp(80))
    template = assertions.Template.from_stack(stack)
    [own] = template.find_resources(
        "AWS::EC2::SecurityGroup",
        {"Properties": {"GroupDescription": "Network Load Balancers of an endpoint service"}},
    )
    template.has_resource_properties(
        "AWS::EC2::SecurityGroupIngress",
        {
            "FromPort": 80,
            "SourceSecurityGroupId": {"Fn::GetAtt": [own, "GroupId"]},
        },
    )


def test_fails_when_the_region_is_none() -> None:
    stack = new_stack()
    with refused(stack, "region-not-valid", "'ireland' is not a valid Region"):
        imported(stack, service_region="ireland")


def test_takes_a_region_that_is_unknown() -> None:
    service = imported(new_stack(), service_region="sa-west-1", ports=[443])
    assert service.contract.service_region == "sa-west-1"
