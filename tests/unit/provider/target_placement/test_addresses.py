"""Which load balancers get an IP address as a target, and which addresses are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import IN_A, IN_B, address, listener, new_stack, service_in
from tests.support.published import resources_of, stack_in, template_of
from tests.support.refusals import refused
from tests.support.vpcs import ZONES, imported_vpc, vpc_in
from tests.unit.provider.target_placement.placement import PRIVATE, REGIONAL, A, B, registered

if TYPE_CHECKING:
    from collections.abc import Callable


def test_an_address_is_in_the_zone_of_its_subnet() -> None:
    stack = new_stack()
    service_in(stack)
    assert registered(stack) == {A: [{"Id": IN_A}], B: [{"Id": IN_B}]}


def test_an_address_is_in_a_subnet_that_the_vpc_does_not_list() -> None:
    stack = new_stack()
    subnets = [
        ec2.Subnet.from_subnet_attributes(
            stack, zone, subnet_id=zone, availability_zone=zone, ipv4_cidr_block=cidr
        )
        for zone, cidr in {A: "10.0.0.0/17", B: "10.0.128.0/17"}.items()
    ]
    service_in(
        stack,
        vpc=imported_vpc(stack, private_subnet_ids=[]),
        subnets=ec2.SubnetSelection(subnets=subnets),
    )
    assert registered(stack) == {A: [{"Id": IN_A}], B: [{"Id": IN_B}]}


def test_an_address_outside_of_the_vpc_is_in_all_zones() -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80, targets=[address("192.168.0.1", 8080)])])
    expected = [{"AvailabilityZone": "all", "Id": "192.168.0.1", "Port": 8080}]
    assert registered(stack) == {A: expected, B: expected}


def test_an_address_outside_of_the_vpc_is_in_all_zones_of_one_load_balancer() -> None:
    stack = new_stack()
    given = [listener(80, targets=[address("192.168.0.1"), address(IN_A)])]
    service_in(stack, listeners=given, topology=REGIONAL)
    expected = [{"AvailabilityZone": "all", "Id": "192.168.0.1"}, {"Id": IN_A}]
    assert registered(stack) == {"": expected}


def test_an_address_outside_of_the_vpc_that_is_given_by_zone_says_so() -> None:
    stack = new_stack()
    given = {A: [address("192.168.0.1")], B: [address(IN_B)]}
    service_in(stack, listeners=[listener(80, targets_by_zone=given)])
    assert registered(stack) == {
        A: [{"AvailabilityZone": "all", "Id": "192.168.0.1"}],
        B: [{"Id": IN_B}],
    }


def test_an_address_in_a_further_range_of_the_vpc_is_left_to_aws() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    ec2.CfnVPCCidrBlock(vpc, "Further", vpc_id=vpc.vpc_id, cidr_block="192.168.0.0/24")
    given = [listener(80, targets=[address("192.168.0.1"), address("192.168.1.1")])]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL)
    expected = [{"Id": "192.168.0.1"}, {"AvailabilityZone": "all", "Id": "192.168.1.1"}]
    assert registered(stack) == {"": expected}


def _beside(stack: cdk.Stack) -> ec2.IVpc:
    vpc = vpc_in(stack)
    ec2.CfnVPCCidrBlock(stack, "Further", vpc_id=vpc.vpc_id, cidr_block="198.19.0.0/16")
    return vpc


def _by_the_resource(stack: cdk.Stack) -> ec2.IVpc:
    vpc = vpc_in(stack)
    resource = cast("ec2.CfnVPC", vpc.node.default_child)
    vpc_id = resource.attr_vpc_id
    ec2.CfnVPCCidrBlock(stack, "Further", vpc_id=vpc_id, cidr_block="198.19.0.0/16")
    return vpc


def _in_another_stack(stack: cdk.Stack) -> ec2.IVpc:
    vpc = vpc_in(stack)
    other = stack_in(cast("cdk.App", stack.node.root), "Other")
    ec2.CfnVPCCidrBlock(other, "Further", vpc_id=vpc.vpc_id, cidr_block="198.19.0.0/16")
    return vpc


def _imported(stack: cdk.Stack, **block: Any) -> ec2.IVpc:
    vpc = imported_vpc(
        stack,
        vpc_cidr_block="10.0.0.0/16",
        private_subnet_ipv4_cidr_blocks=["10.0.0.0/17", "10.0.128.0/17"],
    )
    given: dict[str, Any] = {"vpc_id": vpc.vpc_id, "cidr_block": "198.19.0.0/16", **block}
    ec2.CfnVPCCidrBlock(stack, "Further", **given)
    return vpc


def _imported_by_a_parameter(stack: cdk.Stack) -> ec2.IVpc:
    return _imported(stack, vpc_id=cdk.Fn.import_value("VpcId"))


def _allocated_by_ipam(stack: cdk.Stack) -> ec2.IVpc:
    pool: dict[str, Any] = {
        "ipv4_ipam_pool_id": "ipam-pool-0123456789abcdef0",
        "ipv4_netmask_length": 16,
    }
    return _imported(stack, cidr_block=None, **pool)


@pytest.mark.parametrize(
    "network",
    [
        _beside,
        _by_the_resource,
        _in_another_stack,
        _imported,
        _imported_by_a_parameter,
        _allocated_by_ipam,
    ],
)
def test_a_range_that_is_associated_elsewhere_in_the_app_counts(
    network: Callable[[cdk.Stack], ec2.IVpc],
) -> None:
    stack = new_stack()
    given = [listener(80, targets=[address("198.19.1.5")])]
    service_in(stack, vpc=network(stack), listeners=given, topology=REGIONAL)
    assert registered(stack) == {"": [{"Id": "198.19.1.5"}]}


@pytest.mark.parametrize("imported", [True, False])
def test_fails_when_a_range_is_associated_with_another_vpc(*, imported: bool) -> None:
    stack = new_stack()
    other = vpc_in(stack, "Other")
    ec2.CfnVPCCidrBlock(stack, "Block", vpc_id=other.vpc_id, cidr_block="198.19.0.0/16")
    vpc = vpc_in(stack)
    if imported:
        vpc = _imported(stack, cidr_block=None, ipv6_ipam_pool_id="ipam-pool-0123456789abcdef0")
    with refused(stack, "target-address-not-supported"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address("198.19.1.5")])])


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"vpc_cidr_block": "10.0.0.0/16"},
        {"private_subnet_ipv4_cidr_blocks": ["10.0.0.0/17", "10.0.128.0/17"]},
    ],
    ids=["nothing", "vpc", "subnets"],
)
def test_an_address_that_may_be_in_the_vpc_is_left_to_aws(attributes: dict[str, Any]) -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, **attributes)
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address("192.168.0.1")])])
    assert registered(stack) == {A: [{"Id": "192.168.0.1"}], B: [{"Id": "192.168.0.1"}]}


def test_an_address_outside_of_an_imported_vpc_is_in_all_zones() -> None:
    stack = new_stack()
    vpc = imported_vpc(
        stack,
        vpc_cidr_block="10.0.0.0/16",
        private_subnet_ipv4_cidr_blocks=["10.0.0.0/17", "10.0.128.0/17"],
    )
    given = [listener(80, targets=[address("192.168.0.1"), address(IN_A)])]
    service_in(stack, vpc=vpc, listeners=given)
    outside = {"AvailabilityZone": "all", "Id": "192.168.0.1"}
    assert registered(stack) == {A: [outside, {"Id": IN_A}], B: [outside]}


@pytest.mark.parametrize(
    ("zone", "expected"), [(A, {A: 1, B: 0}), (B, {A: 0, B: 1}), ("all", {A: 1, B: 1})]
)
def test_an_address_that_names_its_zone(zone: str, expected: dict[str, int]) -> None:
    stack = new_stack()
    named: Any = targets.IpTarget("192.168.0.1", 80, zone)
    service = service_in(stack, listeners=[listener(80, targets=[named])])
    service.add_targets(80, address(IN_A), address(IN_B))
    found = {
        it: [t for t in group if "AvailabilityZone" in t] for it, group in registered(stack).items()
    }
    assert {it: len(group) for it, group in found.items()} == expected
    assert {t["AvailabilityZone"] for group in found.values() for t in group} == {zone}


def test_addresses_that_only_the_deployment_knows_are_in_all_zones() -> None:
    stack = new_stack()
    text = cdk.CfnParameter(stack, "Address").value_as_string
    service_in(stack, listeners=[listener(80, targets=[address(text)])])
    assert registered(stack) == {A: [{"Id": {"Ref": "Address"}}], B: [{"Id": {"Ref": "Address"}}]}


def test_addresses_of_subnets_without_a_name_are_in_all_zones() -> None:
    stack = new_stack()
    vpc = imported_vpc(
        stack,
        availability_zones=cdk.Fn.get_azs(),
        private_subnet_ipv4_cidr_blocks=["10.0.0.0/17", "10.0.128.0/17"],
    )
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address(IN_A)])])
    assert registered(stack) == {"": [{"Id": IN_A}, {"Id": IN_A}]}


def test_fails_when_an_address_is_none() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "target-address-malformed", "'db.example.com' is not a valid IP address"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address("db.example.com")])])


def test_fails_when_a_target_has_no_port() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "port-out-of-range", "Port 65536 is not a valid port"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address(IN_A, 65536)])])


def test_fails_when_an_address_is_in_a_zone_without_a_load_balancer() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    message = rf"Target '{IN_B}' is in {B}, but the service is in {A}"
    with refused(stack, "target-zone-mismatch", message):
        service_in(
            stack,
            vpc=vpc,
            subnets=ec2.SubnetSelection(subnet_type=PRIVATE, availability_zones=[A]),
        )


@pytest.mark.parametrize("zone", [None, "all"])
@pytest.mark.parametrize("text", ["8.8.8.8", "192.0.2.10", "11.1.2.3"])
def test_fails_when_an_address_outside_the_vpc_is_not_private(text: str, zone: str | None) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given: Any = targets.IpTarget(text, 443, zone)
    with refused(stack, "target-address-not-supported", f"{text}' is outside the VPC and not in"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[given])])


def test_fails_when_an_address_by_zone_is_not_private() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(80, targets_by_zone={zone: [address("8.8.8.8")] for zone in ZONES})
    with refused(stack, "target-address-not-supported", "'8.8.8.8' is outside the VPC"):
        service_in(stack, vpc=vpc, listeners=[given])


@pytest.mark.parametrize("text", ["10.200.0.1", "100.64.0.1", "172.31.0.1", "192.168.0.1"])
def test_private_addresses_outside_the_vpc_are_registered(text: str) -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80, targets=[address(text)])])
    for group in resources_of(template_of(stack), "AWS::ElasticLoadBalancingV2::TargetGroup"):
        assert group["Properties"]["Targets"] == [{"AvailabilityZone": "all", "Id": text}]


def test_addresses_of_a_vpc_are_registered_whatever_they_are() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_addresses=ec2.IpAddresses.cidr("11.0.0.0/16"))
    service_in(
        stack,
        vpc=vpc,
        listeners=[listener(80, targets=[address("11.0.0.5"), address("11.0.128.5")])],
    )
    assert resources_of(template_of(stack), "AWS::EC2::VPCEndpointService")


def test_addresses_are_believed_where_the_vpc_is_not_known() -> None:
    stack = new_stack()
    service_in(
        stack, vpc=imported_vpc(stack), listeners=[listener(80, targets=[address("11.0.0.5")])]
    )
    assert resources_of(template_of(stack), "AWS::EC2::VPCEndpointService")
