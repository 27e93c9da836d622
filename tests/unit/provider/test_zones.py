"""In which Availability Zones a service is, and what its parts are called after."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from constructs import Construct
from tests.support.load_balanced import (
    IN_A,
    IN_B,
    LISTENER,
    LOAD_BALANCER,
    SERVICE,
    TARGET_GROUP,
    address,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import ENVIRONMENT, resources_of, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import SUBNET_IDS, ZONES, imported_vpc, vpc_in

from privatelink_constructs import LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from privatelink_constructs import Listener, NetworkLoadBalancedEndpointService

REGIONAL = LoadBalancerTopology.REGIONAL
PRIVATE = ec2.SubnetType.PRIVATE_ISOLATED


def ids(service: NetworkLoadBalancedEndpointService) -> list[str]:
    return [it.node.id.removeprefix("LoadBalancer-") for it in service.load_balancers]


def anywhere() -> list[Listener]:
    """Define a listener whose target is in no zone that can be told."""
    return [listener(80, targets=[some_target()])]


def some_target() -> elbv2.INetworkLoadBalancerTarget:
    return address(cdk.Token.as_string({"Ref": "Address"}))


# Topologies.


def test_a_load_balancer_a_zone() -> None:
    stack = new_stack()
    service = service_in(stack)
    template = template_of(stack)
    balancers = {
        k: it["Properties"]
        for k, it in template["Resources"].items()
        if it["Type"] == LOAD_BALANCER
    }
    assert len(balancers) == 2
    for properties in balancers.values():
        assert properties["Scheme"] == "internal"
        assert properties["Type"] == "network"
        assert properties["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "off"
        assert len(properties["Subnets"]) == 1
        assert len(properties["SecurityGroups"]) == 1
        assert "Name" not in properties
        assert properties["LoadBalancerAttributes"] == [
            {"Key": "deletion_protection.enabled", "Value": "false"},
            {"Key": "access_logs.s3.enabled", "Value": "false"},
        ]
    assert len(resources_of(template, LISTENER)) == len(resources_of(template, TARGET_GROUP)) == 2
    [published] = resources_of(template, SERVICE)
    assert published["Properties"] == {
        "AcceptanceRequired": True,
        "NetworkLoadBalancerArns": [{"Ref": it} for it in balancers],
        "SupportedIpAddressTypes": ["ipv4"],
    }
    assert service.availability_zones == ZONES
    assert len(service.target_groups) == 2


def test_a_load_balancer_across_the_zones() -> None:
    stack = new_stack()
    service = service_in(stack, topology=REGIONAL, cross_zone_enabled=False)
    [balancer] = resources_of(template_of(stack), LOAD_BALANCER)
    assert len(balancer["Properties"]["Subnets"]) == 2
    assert balancer["Properties"]["LoadBalancerAttributes"] == [
        {"Key": "deletion_protection.enabled", "Value": "false"},
        {"Key": "load_balancing.cross_zone.enabled", "Value": "false"},
        {"Key": "access_logs.s3.enabled", "Value": "false"},
    ]
    assert service.availability_zones == ZONES
    assert ids(service) == ["LoadBalancer"]


def test_each_zone_is_in_a_subnet_of_its_own() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service_in(stack, vpc=vpc)
    subnets = [
        stack.resolve(it["Properties"]["Subnets"])
        for it in resources_of(template_of(stack), LOAD_BALANCER)
    ]
    assert subnets == [[stack.resolve(it.subnet_id)] for it in vpc.isolated_subnets]


# Where the names come from.


def test_literal_names() -> None:
    service = service_in(new_stack())
    assert ids(service) == list(ZONES)


def test_names_that_only_the_deployment_knows() -> None:
    stack = new_stack(agnostic=True)
    service = service_in(stack, vpc=vpc_in(stack, zones=None), listeners=anywhere())
    assert ids(service) == ["PrivateSubnet1", "PrivateSubnet2"]
    zones = [{"Fn::Select": [index, {"Fn::GetAZs": ""}]} for index in (0, 1)]
    assert stack.resolve(list(service.availability_zones)) == zones
    assert len(resources_of(template_of(stack), LOAD_BALANCER)) == 2


def test_a_vpc_that_is_still_to_be_looked_up() -> None:
    stack = new_stack()
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-1")
    given = [listener(80, targets_by_zone={"eu-west-1a": [address()], "eu-west-1b": []})]
    service = service_in(stack, vpc=vpc, listeners=given)
    assert ids(service) == ["PrivateSubnet1", "PrivateSubnet2"]
    assert len(resources_of(template_of(stack), LOAD_BALANCER)) == 2
    assert not {"service-zones-insufficient", "target-zone-mismatch"} & set(warnings_of(stack))


def test_a_vpc_that_was_looked_up() -> None:
    stack = new_stack(context=_LOOKED_UP)
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-1")
    service = service_in(stack, vpc=vpc)
    assert ids(service) == list(ZONES)
    groups = resources_of(template_of(stack), TARGET_GROUP)
    assert [it["Properties"]["Targets"] for it in groups] == [[{"Id": IN_A}], [{"Id": IN_B}]]


def test_an_imported_vpc() -> None:
    stack = new_stack()
    assert ids(service_in(stack, vpc=imported_vpc(stack))) == list(ZONES)


def test_shared_subnets_whose_names_are_one_list_of_the_deployment() -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, availability_zones=cdk.Fn.get_azs())
    service = service_in(stack, vpc=vpc, listeners=anywhere())
    [first, second] = ids(service)
    assert first == "PrivateSubnet1"
    assert second.endswith("Subnet2")
    assert service.availability_zones == ()
    assert "service-zones-insufficient" not in warnings_of(stack)
    subnets = [
        it["Properties"]["Subnets"] for it in resources_of(template_of(stack), LOAD_BALANCER)
    ]
    assert subnets == [[it] for it in SUBNET_IDS]


def test_shared_subnets_behind_one_load_balancer() -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, availability_zones=cdk.Fn.get_azs())
    service_in(stack, vpc=vpc, listeners=anywhere(), topology=REGIONAL)
    [balancer] = resources_of(template_of(stack), LOAD_BALANCER)
    assert balancer["Properties"]["Subnets"] == list(SUBNET_IDS)


def test_as_many_subnets_as_only_the_deployment_knows() -> None:
    stack = new_stack()
    subnets = cdk.CfnParameter(stack, "Subnets", type="List<AWS::EC2::Subnet::Id>").value_as_list
    vpc = imported_vpc(stack, availability_zones=cdk.Fn.get_azs(), private_subnet_ids=subnets)
    service_in(stack, vpc=vpc, listeners=anywhere(), topology=REGIONAL)
    [balancer] = resources_of(template_of(stack), LOAD_BALANCER)
    assert balancer["Properties"]["Subnets"] == {"Ref": "Subnets"}
    assert "service-zones-insufficient" not in warnings_of(stack)


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"subnet_group_name": "Db"}, "There are no subnet groups with name 'Db' in this VPC"),
        ({"subnet_type": ec2.SubnetType.PUBLIC}, "There are no 'Public' subnet groups"),
    ],
)
def test_fails_when_the_vpc_has_no_such_subnets(selection: dict[str, Any], message: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "load-balancer-subnet-missing", message) as caught:
        service_in(stack, vpc=vpc, subnets=ec2.SubnetSelection(**selection))
    assert caught.value.construct_path == "Stack/Service"


def test_zones_that_two_parameters_name() -> None:
    stack = new_stack()
    subnets = [
        ec2.Subnet.from_subnet_attributes(
            stack,
            it,
            subnet_id=it,
            availability_zone=cdk.CfnParameter(stack, f"{it}Zone").value_as_string,
        )
        for it in ("First", "Second")
    ]
    service = service_in(stack, listeners=anywhere(), subnets=ec2.SubnetSelection(subnets=subnets))
    assert ids(service) == ["First", "Second"]


def test_subnets_that_were_imported_by_id() -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, vpc_cidr_block="10.0.0.0/16")
    subnets = [ec2.Subnet.from_subnet_id(stack, it, it) for it in ("First", "Second")]
    service = service_in(
        stack, vpc=vpc, listeners=anywhere(), subnets=ec2.SubnetSelection(subnets=subnets)
    )
    assert ids(service) == ["First", "Second"]
    assert service.availability_zones == ()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_subnets_of_one_id_keep_their_ids_in_any_order(order: tuple[int, int]) -> None:
    stack = new_stack()
    scopes = [cdk.Stack(cdk.Stage(stack, it), "Network") for it in ("One", "Two")]
    subnets = [ec2.Subnet.from_subnet_id(it, "Subnet", f"subnet-{it.node.addr}") for it in scopes]
    service = service_in(
        stack,
        vpc=imported_vpc(stack),
        listeners=anywhere(),
        subnets=ec2.SubnetSelection(subnets=[subnets[it] for it in order]),
    )
    assert ids(service) == [subnets[it].node.addr for it in order]


def _elsewhere(stack: cdk.Stack) -> list[ec2.ISubnet]:
    scopes = [Construct(stack, f"Zone{it}") for it in range(3)]
    return [ec2.Subnet.from_subnet_id(it, "Subnet", f"subnet-{it.node.id}") for it in scopes]


def _in_the_stack(stack: cdk.Stack) -> list[ec2.ISubnet]:
    names = ("First", "PrivateSubnet1", "eu-west-1a")
    return [ec2.Subnet.from_subnet_id(stack, it, f"subnet-{it}") for it in names]


def _of_another_stack(stack: cdk.Stack) -> list[ec2.ISubnet]:
    other = cdk.Stack(cast("cdk.App", stack.node.root), "Network", env=ENVIRONMENT)
    return [*_in_the_stack(other)[:2], *_in_the_stack(stack)[:1]]


def _with_names_of_parameters(stack: cdk.Stack) -> list[ec2.ISubnet]:
    return [
        ec2.Subnet.from_subnet_attributes(
            Construct(stack, f"Zone{it}"),
            "Subnet",
            subnet_id=f"subnet-{it}",
            availability_zone=cdk.CfnParameter(stack, f"Name{it}").value_as_string,
        )
        for it in range(3)
    ]


def _partly_of_the_vpc(stack: cdk.Stack) -> list[ec2.ISubnet]:
    vpc = vpc_of(stack)
    return [*vpc.private_subnets, *_in_the_stack(stack)[1:2]]


def vpc_of(stack: cdk.Stack) -> ec2.IVpc:
    """Return a VPC whose zones have no names that are known."""
    found = stack.node.try_find_child("Imported")
    zones = [cdk.Fn.select(it, cdk.Fn.get_azs()) for it in range(2)]
    made = found or imported_vpc(stack, availability_zones=zones)
    return cast("ec2.IVpc", made)


@pytest.mark.parametrize(
    "subnets",
    [
        _elsewhere,
        _in_the_stack,
        _of_another_stack,
        _with_names_of_parameters,
        _partly_of_the_vpc,
    ],
    ids=lambda it: it.__name__.strip("_"),
)
def test_no_id_depends_on_other_subnets(
    subnets: Callable[[cdk.Stack], list[ec2.ISubnet]],
) -> None:
    def by_subnet(chosen: Sequence[int]) -> dict[int, str]:
        stack = new_stack()
        given = subnets(stack)
        service = service_in(
            stack,
            vpc=vpc_of(stack),
            listeners=anywhere(),
            subnets=ec2.SubnetSelection(subnets=[given[it] for it in chosen]),
        )
        return dict(zip(chosen, ids(service), strict=True))

    every = by_subnet((0, 1, 2))
    assert len(set(every.values())) == 3
    for count in (1, 2, 3):
        for chosen in permutations(range(3), count):
            assert by_subnet(chosen).items() <= every.items()


def test_a_subnet_that_is_called_like_a_zone() -> None:
    stack = new_stack()
    nameless = ec2.Subnet.from_subnet_id(stack, "eu-west-1a", "subnet-1")
    named = ec2.Subnet.from_subnet_attributes(
        stack, "Named", subnet_id="subnet-2", availability_zone="eu-west-1a"
    )
    service = service_in(
        stack,
        vpc=imported_vpc(stack),
        listeners=anywhere(),
        subnets=ec2.SubnetSelection(subnets=[nameless, named]),
    )
    assert ids(service) == [nameless.node.addr, "eu-west-1a"]


# Which subnets.


def test_private_subnets_are_the_default() -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc", availability_zones=list(ZONES), nat_gateways=1)
    service_in(stack, vpc=vpc, listeners=anywhere())
    subnets = [
        it["Properties"]["Subnets"] for it in resources_of(template_of(stack), LOAD_BALANCER)
    ]
    assert subnets == [[stack.resolve(it.subnet_id)] for it in vpc.private_subnets]


def test_one_subnet_a_zone_is_the_default() -> None:
    stack = new_stack()
    vpc = vpc_in(
        stack,
        subnet_configuration=[
            ec2.SubnetConfiguration(name=name, subnet_type=PRIVATE) for name in ("First", "Second")
        ],
    )
    assert ids(service_in(stack, vpc=vpc, listeners=anywhere())) == list(ZONES)


@pytest.mark.parametrize(
    "selection",
    [
        {"availability_zones": ["eu-west-1b"], "subnet_type": PRIVATE},
        {"availability_zones": ["eu-west-1b"], "subnet_group_name": "Private"},
        {"subnet_filters": [ec2.SubnetFilter.availability_zones(["eu-west-1b"])]},
    ],
    ids=["type", "group", "filter"],
)
def test_selected_zones(selection: dict[str, Any]) -> None:
    stack = new_stack()
    subnets = ec2.SubnetSelection(**selection)
    assert ids(service_in(stack, listeners=anywhere(), subnets=subnets)) == ["eu-west-1b"]
    assert "one Availability Zone" in warnings_of(stack)["service-zones-insufficient"]


def test_selections_are_kept_apart() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    found = [
        ids(service_in(stack, name, vpc=vpc, listeners=anywhere(), subnets=selection))
        for name, selection in {
            "All": None,
            "One": ec2.SubnetSelection(availability_zones=[ZONES[0]]),
            "Other": ec2.SubnetSelection(availability_zones=[ZONES[1]]),
            "AllAgain": None,
        }.items()
    ]
    assert found == [list(ZONES), [ZONES[0]], [ZONES[1]], list(ZONES)]


def test_fails_when_two_subnets_are_in_one_zone() -> None:
    stack = new_stack()
    vpc = vpc_in(
        stack,
        subnet_configuration=[
            ec2.SubnetConfiguration(name=name, subnet_type=PRIVATE) for name in ("First", "Second")
        ],
    )
    with refused(stack, "subnet-zone-duplicate", "2 subnets are in eu-west-1a"):
        service_in(stack, vpc=vpc, subnets=ec2.SubnetSelection(subnet_type=PRIVATE))


def test_fails_when_no_subnet_is_selected() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "load-balancer-subnet-missing", "No subnet is selected"):
        service_in(stack, vpc=vpc, subnets=ec2.SubnetSelection(subnets=[]))


def test_fails_when_cross_zone_balancing_is_asked_of_zonal_load_balancers() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "cross-zone-conflict", "REGIONAL"):
        service_in(stack, vpc=vpc, cross_zone_enabled=True)


def test_cross_zone_balancing() -> None:
    stack = new_stack()
    service_in(stack, topology=REGIONAL, cross_zone_enabled=True)
    [balancer] = resources_of(template_of(stack), LOAD_BALANCER)
    attribute = {"Key": "load_balancing.cross_zone.enabled", "Value": "true"}
    assert attribute in balancer["Properties"]["LoadBalancerAttributes"]


def _looked_up() -> dict[str, Any]:
    key = (
        "vpc-provider:account=111111111111:filter.vpc-id=vpc-1:region=eu-west-1"
        ":returnAsymmetricSubnets=true"
    )
    subnets = [
        {
            "availabilityZone": zone,
            "cidr": cidr,
            "routeTableId": "rtb-1",
            "subnetId": f"subnet-{zone}",
        }
        for zone, cidr in zip(ZONES, ("10.0.0.0/17", "10.0.128.0/17"), strict=True)
    ]
    groups = [{"name": "Private", "subnets": subnets, "type": "Private"}]
    vpc = {
        "availabilityZones": [],
        "ownerAccountId": "111111111111",
        "subnetGroups": groups,
        "vpcCidrBlock": "10.0.0.0/16",
        "vpcId": "vpc-1",
    }
    return {key: vpc}


_LOOKED_UP = _looked_up()


def test_a_range_of_an_imported_subnet_that_is_none() -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, private_subnet_ipv4_cidr_blocks=["none", "10.0.1.0/24"])
    service = service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address("10.0.1.4")])])
    assert ids(service) == list(ZONES)
