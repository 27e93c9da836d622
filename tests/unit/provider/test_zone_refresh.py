from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk.assertions import Template
from aws_cdk.aws_elasticloadbalancingv2_targets import IpTarget
from tests.support.refusals import refused
from tests.support.replacement import assert_nothing_is_replaced
from tests.support.vpcs import ZONES, imported_vpc, vpc_in
from tests.unit.provider.acceptance_stacks import (
    ACCOUNT,
    REGION,
    of_type,
    paths,
    service,
    stack,
    statements,
)

from privatelink_constructs import (
    EndpointService,
    Listener,
    LoadBalancerTopology,
    NetworkLoadBalancedEndpointService,
)

if TYPE_CHECKING:
    import aws_cdk as cdk
    from constructs import Construct

REFRESH = "Custom::PrivateLinkZoneRefresh"


def regional(scope: cdk.Stack, network: ec2.IVpc, **options: Any) -> None:
    NetworkLoadBalancedEndpointService(
        scope,
        "Service",
        vpc=network,
        listeners=[Listener.tcp(443, targets=[IpTarget("10.0.0.5"), IpTarget("10.0.128.5")])],
        topology=LoadBalancerTopology.REGIONAL,
        **options,
    )


def over(scope: cdk.Stack, network: ec2.IVpc, **options: Any) -> None:
    """Define a service over a load balancer of the app."""
    load_balancer = _load_balancer(scope, network, "LoadBalancer")
    load_balancer.add_listener("Listener", port=443).add_targets(
        "Targets", port=443, targets=[IpTarget("10.0.0.5")]
    )
    EndpointService(scope, "Service", load_balancers=[load_balancer], **options)


def _load_balancer(
    scope: Construct,
    network: ec2.IVpc,
    id: str,  # noqa: A002
) -> elbv2.NetworkLoadBalancer:
    return elbv2.NetworkLoadBalancer(
        scope,
        id,
        vpc=network,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )


KINDS = pytest.mark.parametrize("define", [regional, over])


def properties(scope: cdk.Stack) -> dict[str, Any]:
    (found,) = of_type(scope, REFRESH).values()
    return found["Properties"]


@KINDS
def test_the_zones_of_a_regional_load_balancer_are_asked_for(define: Any) -> None:
    scope = stack()
    define(scope, vpc_in(scope))

    (load_balancer,) = of_type(scope, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    (service_id,) = of_type(scope, "AWS::EC2::VPCEndpointService")
    found = properties(scope)
    assert found.pop("ServiceToken")
    assert found.pop("ServiceTimeout") == "2100"
    assert found == {
        "AvailabilityZones": list(ZONES),
        "LoadBalancerArns": [{"Ref": load_balancer}],
        "ServiceId": {"Ref": service_id},
        "TimeoutSeconds": 1800,
    }


@KINDS
def test_a_further_zone_is_an_update_that_replaces_nothing(define: Any) -> None:
    before, after = stack(), stack()
    define(before, vpc_in(before))
    network = vpc_in(after)
    further = ec2.PrivateSubnet(
        after,
        "Further",
        availability_zone=f"{REGION}c",
        cidr_block="10.1.0.0/24",
        vpc_id=network.vpc_id,
    )
    define(after, _with(after, network, further))
    old, new = (Template.from_stack(it).to_json() for it in (before, after))

    comparison = assert_nothing_is_replaced(old, new)

    changed = {comparison.types[name] for name in comparison.changed}
    assert REFRESH in changed
    assert properties(after)["AvailabilityZones"] == [*ZONES, f"{REGION}c"]


def _with(scope: cdk.Stack, network: ec2.Vpc, further: ec2.PrivateSubnet) -> ec2.IVpc:
    subnets = [*network.isolated_subnets, further]
    return ec2.Vpc.from_vpc_attributes(
        scope,
        "Grown",
        vpc_id=network.vpc_id,
        availability_zones=[*ZONES, f"{REGION}c"],
        isolated_subnet_ids=[subnet.subnet_id for subnet in subnets],
    )


def test_zonal_load_balancers_need_none_of_it() -> None:
    scope = stack()
    NetworkLoadBalancedEndpointService(
        scope,
        "Service",
        vpc=vpc_in(scope),
        listeners=[Listener.tcp(443, targets=[IpTarget("10.0.0.5"), IpTarget("10.0.128.5")])],
    )
    assert not of_type(scope, REFRESH)
    assert not of_type(scope, "AWS::Lambda::Function")


def test_a_load_balancer_in_one_zone_needs_none_of_it() -> None:
    scope = stack()
    over(scope, vpc_in(scope, zones=ZONES[:1]))
    assert not of_type(scope, REFRESH)


def test_imported_load_balancers_are_not_changed() -> None:
    scope = stack()
    service(scope)
    assert not of_type(scope, REFRESH)


def test_of_several_load_balancers_those_in_several_zones_are_refreshed() -> None:
    scope = stack()
    network = vpc_in(scope)
    one = _load_balancer(scope, network, "One")
    arn = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/b/50dc6c495c0c9188"
    imported = elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
        scope, "Two", load_balancer_arn=arn
    )
    one.add_listener("Listener", port=443).add_targets(
        "Targets", port=443, targets=[IpTarget("10.0.0.5")]
    )

    EndpointService(scope, "Service", load_balancers=[one, imported], ports=[443])

    (load_balancer,) = of_type(scope, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert properties(scope)["LoadBalancerArns"] == [{"Ref": load_balancer}]


def test_zones_that_nobody_knows_are_left_to_people() -> None:
    scope = stack()
    network = imported_vpc(scope, private_subnet_ids=[])
    subnets = [ec2.Subnet.from_subnet_id(scope, f"Subnet{n}", f"subnet-{n}") for n in "ab"]
    regional(scope, network, subnets=ec2.SubnetSelection(subnets=subnets))
    assert not of_type(scope, REFRESH)


def test_zones_of_an_agnostic_stack_are_known_to_the_deployment() -> None:
    scope = stack(agnostic=True)
    network = vpc_in(scope, zones=None)
    regional(
        scope,
        network,
        subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )
    assert properties(scope)["AvailabilityZones"] == [
        {"Fn::Select": [index, {"Fn::GetAZs": ""}]} for index in (0, 1)
    ]


@KINDS
def test_least_privilege(define: Any) -> None:
    scope = stack()
    define(scope, vpc_in(scope), supported_regions=["us-east-1"])
    (service_id,) = of_type(scope, "AWS::EC2::VPCEndpointService")
    (logs,) = of_type(scope, "AWS::Logs::LogGroup")
    (function,) = of_type(scope, "AWS::Lambda::Function")

    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-endpoint-service/"
    role = "PrivateLinkZoneRefresh/Policy"
    assert [
        (path, it["Action"], it["Resource"])
        for path, it in statements(scope)
        if path in {"Service/OfferedZonesPolicy", role}
    ] == [
        (
            "Service/OfferedZonesPolicy",
            ["ec2:ModifyVpcEndpointServiceConfiguration", "vpce:AllowMultiRegion"],
            {"Fn::Join": ["", [arn, {"Ref": service_id}]]},
        ),
        (role, ["logs:CreateLogStream", "logs:PutLogEvents"], {"Fn::GetAtt": [logs, "Arn"]}),
        (role, "ec2:DescribeVpcEndpointServiceConfigurations", "*"),
        (role, "lambda:InvokeFunction", {"Fn::GetAtt": [function, "Arn"]}),
    ]


@pytest.mark.parametrize("count", [1, 10])
def test_it_is_four_shared_resources_and_two_per_service(count: int) -> None:
    def resources_with(**options: Any) -> int:
        scope = stack()
        network = vpc_in(scope)
        for number in range(count):
            NetworkLoadBalancedEndpointService(
                scope,
                f"Service{number}",
                vpc=network,
                listeners=[
                    Listener.tcp(443, targets=[IpTarget("10.0.0.5"), IpTarget("10.0.128.5")])
                ],
                topology=LoadBalancerTopology.REGIONAL,
                **options,
            )
        return len(Template.from_stack(scope).to_json()["Resources"])

    assert resources_with() == resources_with(zone_refresh_enabled=False) + 4 + 2 * count


@KINDS
def test_it_can_be_left_out(define: Any) -> None:
    scope = stack()
    define(scope, vpc_in(scope), zone_refresh_enabled=False)
    assert not of_type(scope, REFRESH)
    assert not of_type(scope, "AWS::Lambda::Function")


@KINDS
def test_it_comes_and_goes_without_replacing_anything(define: Any) -> None:
    with_it, without = stack(), stack()
    define(with_it, vpc_in(with_it))
    define(without, vpc_in(without), zone_refresh_enabled=False)
    old, new = (Template.from_stack(it).to_json() for it in (with_it, without))
    assert not assert_nothing_is_replaced(old, new).added
    assert not assert_nothing_is_replaced(new, old).removed


@pytest.mark.parametrize("enabled", [True, False])
def test_fails_when_load_balancers_per_zone_should_do_without(*, enabled: bool) -> None:
    scope = stack()
    network = vpc_in(scope)

    def define() -> None:
        NetworkLoadBalancedEndpointService(
            scope,
            "Service",
            vpc=network,
            listeners=[Listener.tcp(443, targets=[IpTarget("10.0.0.5"), IpTarget("10.0.128.5")])],
            zone_refresh_enabled=enabled,
        )

    if enabled:
        define()
    else:
        with refused(scope, "zone-refresh-conflict", "zone_refresh_enabled is False"):
            define()


@KINDS
def test_paths_below_the_service(define: Any) -> None:
    scope = stack()
    define(scope, vpc_in(scope))
    found = {path: kind for path, kind in paths(scope).items() if "/OfferedZones" in path}
    assert found == {
        "Stack/Service/OfferedZones/Default": REFRESH,
        "Stack/Service/OfferedZonesPolicy/Resource": "AWS::IAM::Policy",
    }
