"""Which subnets the load balancers of a service are in, and what is known of their zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import (
    LOAD_BALANCER,
    address,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import resources_of, stack_in, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import SUBNET_IDS, ZONES, imported_vpc, vpc_in

from privatelink_constructs import LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import constructs

    from privatelink_constructs import Listener, NetworkLoadBalancedEndpointService

REGIONAL = LoadBalancerTopology.REGIONAL
REFRESH = "Custom::PrivateLinkZoneRefresh"
UNDETERMINED = "service-zones-undetermined"
LOCAL, WAVELENGTH = "eu-west-1-lhr-1a", "eu-west-1-wl1-lon-wlz-1"
each_topology = pytest.mark.parametrize(
    "topology", list(LoadBalancerTopology), ids=[it.name for it in LoadBalancerTopology]
)


def anywhere() -> list[Listener]:
    """Define a listener whose target is in no zone that can be told."""
    return [listener(80, targets=[address(cdk.Token.as_string({"Ref": "Address"}))])]


def service_over(
    scope: constructs.Construct, subnets: Sequence[ec2.ISubnet], **options: Any
) -> NetworkLoadBalancedEndpointService:
    """Define a service over a list of subnets."""
    selection = ec2.SubnetSelection(subnets=list(subnets))
    if "vpc" not in options:
        options["vpc"] = imported_vpc(scope)
    return service_in(scope, listeners=anywhere(), subnets=selection, **options)


def token_zone(position: int) -> str:
    """Return a zone of the Region as a token, another one each time."""
    return cdk.Fn.select(position, cdk.Fn.get_azs())


def with_zone(scope: constructs.Construct, name: str, zone: str) -> ec2.ISubnet:
    return ec2.Subnet.from_subnet_attributes(
        scope, name, subnet_id=f"subnet-{name.lower()}", availability_zone=zone
    )


def refreshed(stack: cdk.Stack) -> list[Any]:
    """Return the zones that the deployment waits for."""
    found = resources_of(template_of(stack), REFRESH)
    return [it["Properties"]["AvailabilityZones"] for it in found]


# Two subnets of one zone.


def two_tiers(stack: cdk.Stack, zones: Sequence[str] | None = None) -> ec2.Vpc:
    configuration = [
        ec2.SubnetConfiguration(name=name, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        for name in ("App", "Data")
    ]
    return vpc_in(stack, zones=zones, subnet_configuration=configuration)


@each_topology
@pytest.mark.parametrize("agnostic", [True, False])
def test_fails_when_a_zone_has_two_subnets(
    *, agnostic: bool, topology: LoadBalancerTopology
) -> None:
    stack = new_stack(agnostic=agnostic)
    vpc = two_tiers(stack, None if agnostic else ZONES)
    where = "one Availability Zone" if agnostic else ZONES[0]
    selection = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    with refused(stack, "subnet-zone-duplicate", rf"^2 subnets are in {where}\. "):
        service_in(stack, vpc=vpc, listeners=anywhere(), subnets=selection, topology=topology)


@each_topology
def test_one_tier_of_an_agnostic_vpc(topology: LoadBalancerTopology) -> None:
    stack = new_stack(agnostic=True)
    selection = ec2.SubnetSelection(subnet_group_name="App")
    service = service_in(
        stack, vpc=two_tiers(stack), listeners=anywhere(), subnets=selection, topology=topology
    )
    assert len(service.availability_zones) == 2


def _parameter_name(stack: cdk.Stack) -> str:
    return cdk.CfnParameter(stack, "Zone").value_as_string


def _imported_name(_: cdk.Stack) -> str:
    return cdk.Fn.import_value("Zone")


@each_topology
@pytest.mark.parametrize("zone", [_parameter_name, _imported_name])
def test_fails_when_one_token_names_both_zones(
    zone: Callable[[cdk.Stack], str], topology: LoadBalancerTopology
) -> None:
    stack = new_stack()
    name = zone(stack)
    subnets = [with_zone(stack, it, name) for it in ("First", "Second")]
    vpc = imported_vpc(stack)
    with refused(stack, "subnet-zone-duplicate", "2 subnets are in one Availability Zone"):
        service_over(stack, subnets, vpc=vpc, topology=topology)


def test_fails_when_two_tokens_are_one_zone_of_the_region() -> None:
    stack = new_stack()
    subnets = [with_zone(stack, it, token_zone(0)) for it in ("First", "Second")]
    vpc = imported_vpc(stack)
    with refused(stack, "subnet-zone-duplicate", "2 subnets are in one Availability Zone"):
        service_over(stack, subnets, vpc=vpc)


def test_two_tokens_are_two_zones_of_the_region() -> None:
    stack = new_stack()
    subnets = [with_zone(stack, f"Subnet{it}", token_zone(it)) for it in (0, 1)]
    service = service_over(stack, subnets)
    assert len(set(service.availability_zones)) == 2


def test_fails_when_imported_subnets_are_two_of_a_zone_of_the_app() -> None:
    stack = new_stack(agnostic=True)
    vpc = two_tiers(stack)
    subnets = [
        ec2.Subnet.from_subnet_id(stack, f"Subnet{index}", subnet.subnet_id)
        for index, subnet in enumerate(vpc.isolated_subnets)
    ]
    with refused(stack, "subnet-zone-duplicate"):
        service_over(stack, subnets, vpc=vpc)


# Zones that aren't ordinary Availability Zones.


@each_topology
@pytest.mark.parametrize("zone", [LOCAL, WAVELENGTH])
def test_other_zones_are_left_out_by_default(zone: str, topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    service = service_in(
        stack, vpc=vpc_in(stack, zones=(*ZONES, zone)), listeners=anywhere(), topology=topology
    )
    assert service.availability_zones == ZONES
    warning = warnings_of(stack)["zone-ineffective"]
    assert warning.startswith(f"The subnet in {zone} is omitted, because {zone} is ")


@each_topology
@pytest.mark.parametrize(
    ("zone", "kind"), [(LOCAL, "a Local Zone"), (WAVELENGTH, "a Wavelength Zone")]
)
@pytest.mark.parametrize("way", ["type", "filter", "list"])
def test_fails_when_another_zone_is_selected(
    way: str, zone: str, kind: str, topology: LoadBalancerTopology
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=(*ZONES, zone))
    selections: dict[str, dict[str, Any]] = {
        "type": {"subnet_type": ec2.SubnetType.PRIVATE_ISOLATED},
        "filter": {"subnet_filters": [ec2.SubnetFilter.availability_zones([ZONES[0], zone])]},
        "list": {"subnets": vpc.isolated_subnets},
    }
    with refused(stack, "zone-not-supported", f"The load balancer is in {zone}, which is {kind}. "):
        service_in(
            stack,
            vpc=vpc,
            listeners=anywhere(),
            subnets=ec2.SubnetSelection(**selections[way]),
            topology=topology,
        )


def test_fails_when_all_subnets_are_in_other_zones() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=[LOCAL])
    with refused(stack, "zone-not-supported"):
        service_in(stack, vpc=vpc, listeners=anywhere())


def test_a_constrained_zone_is_left_out_by_default() -> None:
    stack = new_stack()
    ids = {ZONES[0]: "euw1-az1", ZONES[1]: "use1-az3"}
    service = service_in(stack, listeners=anywhere(), availability_zone_ids=ids)
    assert service.contract.availability_zone_ids == ("euw1-az1",)
    assert "zone-ineffective" in warnings_of(stack)


def test_fails_when_a_constrained_zone_is_selected() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    subnets = ec2.SubnetSelection(availability_zones=[ZONES[1]])
    with refused(stack, "zone-not-supported", "is in use1-az3, which is a constrained"):
        service_in(
            stack,
            vpc=vpc,
            listeners=anywhere(),
            subnets=subnets,
            availability_zone_ids={ZONES[1]: "use1-az3"},
        )


def test_fails_when_a_subnet_says_that_its_zone_is_constrained() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    resource = ec2.CfnSubnet(
        stack,
        "Subnet",
        vpc_id=vpc.vpc_id,
        availability_zone_id="use1-az3",
        cidr_block="10.0.0.0/24",
    )
    subnet = ec2.Subnet.from_subnet_id(stack, "Imported", resource.ref)
    with refused(stack, "zone-not-supported", "use1-az3"):
        service_over(stack, [subnet], vpc=vpc)


# Public and IPv6-only subnets.


def test_public_subnets_for_want_of_private_ones_get_a_warning() -> None:
    stack = new_stack()
    public = [ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)]
    vpc = vpc_in(stack, subnet_configuration=public)
    service = service_in(stack, vpc=vpc, listeners=anywhere())
    assert service.availability_zones == ZONES
    assert "public subnets are used" in warnings_of(stack)["private-subnet-missing"]


@pytest.mark.parametrize("imported", [True, False])
def test_public_subnets_that_are_selected_get_no_warning(*, imported: bool) -> None:
    stack = new_stack()
    public = [ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)]
    vpc = imported_vpc(stack, private_subnet_ids=None, public_subnet_ids=list(SUBNET_IDS))
    if not imported:
        vpc = vpc_in(stack, subnet_configuration=public)
    subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    service_in(stack, vpc=vpc, listeners=anywhere(), subnets=subnets)
    assert "private-subnet-missing" not in warnings_of(stack)


def test_public_subnets_of_an_imported_vpc_get_a_warning() -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, private_subnet_ids=None, public_subnet_ids=list(SUBNET_IDS))
    service_in(stack, vpc=vpc, listeners=anywhere())
    assert "private-subnet-missing" in warnings_of(stack)


def ipv6_only(stack: cdk.Stack, vpc: ec2.IVpc) -> ec2.CfnSubnet:
    return ec2.CfnSubnet(
        stack,
        "Ipv6Only",
        vpc_id=vpc.vpc_id,
        availability_zone=ZONES[0],
        ipv6_cidr_block="2001:db8::/64",
        ipv6_native=True,
    )


@pytest.mark.parametrize("family", list(elbv2.IpAddressType)[:2], ids=["ipv4", "dualstack"])
def test_fails_when_a_subnet_has_no_ipv4(family: elbv2.IpAddressType) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    resource = ipv6_only(stack, vpc)
    subnet = ec2.Subnet.from_subnet_attributes(
        stack, "Imported", subnet_id=resource.ref, availability_zone=ZONES[0]
    )
    with refused(stack, "subnet-address-family-mismatch", "has no IPv4 addresses"):
        service_over(stack, [subnet], vpc=vpc, ip_address_type=family)


def test_fails_when_a_subnet_of_the_vpc_was_made_ipv6_only() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    resource = cast("ec2.CfnSubnet", vpc.isolated_subnets[0].node.default_child)
    resource.ipv6_native = True
    with refused(stack, "subnet-address-family-mismatch", "The subnet in eu-west-1a"):
        service_in(stack, vpc=vpc, listeners=anywhere())


def test_zones_of_a_vpc_whose_ranges_ipam_allocates() -> None:
    stack = new_stack()
    addresses = ec2.IpAddresses.aws_ipam_allocation(
        ipv4_ipam_pool_id="ipam-pool-0123456789abcdef0",
        ipv4_netmask_length=16,
        default_subnet_ipv4_netmask_length=24,
    )
    vpc = vpc_in(stack, ip_addresses=addresses)
    service = service_in(stack, vpc=vpc, listeners=anywhere(), topology=REGIONAL)
    assert service.availability_zones == ZONES
    assert refreshed(stack) == [list(ZONES)]
    assert UNDETERMINED not in warnings_of(stack)


def associate_ipv6(stack: cdk.Stack, vpc: ec2.Vpc) -> None:
    for index, subnet in enumerate(vpc.isolated_subnets):
        cidr = f"2001:db8:{index}::/64"
        ec2.CfnSubnetCidrBlock(
            stack, f"Block{index}", subnet_id=subnet.subnet_id, ipv6_cidr_block=cidr
        )


def test_a_range_of_a_subnet_that_is_associated_elsewhere_counts() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    associate_ipv6(stack, vpc)
    family = elbv2.IpAddressType.DUAL_STACK
    assert service_in(stack, vpc=vpc, listeners=anywhere(), ip_address_type=family)


def test_fails_when_only_another_subnet_has_a_range() -> None:
    stack = new_stack()
    vpc, other = vpc_in(stack), vpc_in(stack, "Other")
    associate_ipv6(stack, other)
    with refused(stack, "service-address-family-mismatch"):
        service_in(
            stack, vpc=vpc, listeners=anywhere(), ip_address_type=elbv2.IpAddressType.DUAL_STACK
        )


# Zones that are found, and zones that nobody knows.


def by_id(stack: cdk.Stack) -> list[ec2.ISubnet]:
    names = ("First", "Second")
    return [ec2.Subnet.from_subnet_id(stack, it, f"subnet-{it.lower()}") for it in names]


def test_subnets_that_were_imported_by_id_get_a_warning() -> None:
    stack = new_stack()
    service_over(stack, by_id(stack), topology=REGIONAL)
    warning = warnings_of(stack)[UNDETERMINED]
    assert "First, Second aren't known" in warning
    assert "ModifyVpcEndpointServiceConfiguration" in warning
    assert refreshed(stack) == []


def test_load_balancers_per_zone_have_nothing_to_gain() -> None:
    stack = new_stack()
    service_over(stack, by_id(stack))
    assert "is offered only after" not in warnings_of(stack)[UNDETERMINED]


def test_a_zone_that_nobody_knows_leaves_the_contract_without_zones() -> None:
    stack = new_stack()
    subnets = [with_zone(stack, "Known", ZONES[0]), by_id(stack)[0]]
    service = service_over(stack, subnets)
    assert service.contract.availability_zones == ()
    assert "First aren't known" in warnings_of(stack)[UNDETERMINED]


def _of_the_app(stack: cdk.Stack) -> list[ec2.ISubnet]:
    return [
        ec2.Subnet.from_subnet_id(stack, f"Imported{index}", subnet.subnet_id)
        for index, subnet in enumerate(vpc_in(stack, "App").isolated_subnets)
    ]


def _of_another_stack(stack: cdk.Stack) -> list[ec2.ISubnet]:
    network = stack_in(cast("cdk.App", stack.node.root), "Network")
    vpc = vpc_in(network, "App")
    return [
        ec2.Subnet.from_subnet_id(stack, f"Imported{index}", subnet.subnet_id)
        for index, subnet in enumerate(vpc.isolated_subnets)
    ]


def _of_the_vpc(stack: cdk.Stack) -> list[ec2.ISubnet]:
    return [
        ec2.Subnet.from_subnet_id(stack, f"Imported{index}", subnet_id)
        for index, subnet_id in enumerate(SUBNET_IDS)
    ]


@pytest.mark.parametrize("subnets", [_of_the_app, _of_another_stack, _of_the_vpc])
def test_zones_of_imported_subnets_that_the_app_knows(
    subnets: Callable[[cdk.Stack], list[ec2.ISubnet]],
) -> None:
    stack = new_stack()
    service = service_over(stack, subnets(stack), topology=REGIONAL)
    assert service.availability_zones == ZONES
    assert refreshed(stack) == [list(ZONES)]
    assert UNDETERMINED not in warnings_of(stack)


def test_zones_of_resources_that_name_none() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    resources = [
        ec2.CfnSubnet(stack, f"Subnet{it}", vpc_id=vpc.vpc_id, cidr_block=f"10.1.{it}.0/24")
        for it in (0, 1)
    ]
    subnets = [
        ec2.Subnet.from_subnet_id(stack, f"Imported{index}", resource.ref)
        for index, resource in enumerate(resources)
    ]
    service_over(stack, subnets, vpc=vpc, topology=REGIONAL)
    zones = [{"Fn::GetAtt": [f"Subnet{it}", "AvailabilityZone"]} for it in (0, 1)]
    assert refreshed(stack) == [zones]


def test_zones_that_the_user_knows() -> None:
    stack = new_stack()
    ids = {ZONES[0]: "euw1-az1", ZONES[1]: "euw1-az2"}
    service = service_over(stack, by_id(stack), topology=REGIONAL, availability_zone_ids=ids)
    assert service.contract.availability_zones == ZONES
    assert service.contract.availability_zone_ids == tuple(ids.values())
    assert refreshed(stack) == [list(ZONES)]
    assert UNDETERMINED not in warnings_of(stack)


@pytest.mark.parametrize("zones", [ZONES[:1], (*ZONES, "eu-west-1c")], ids=["few", "many"])
def test_zones_that_the_user_knows_of_others_get_a_warning(zones: tuple[str, ...]) -> None:
    stack = new_stack()
    ids = {zone: f"euw1-az{index}" for index, zone in enumerate(zones, 1)}
    service = service_over(stack, by_id(stack), availability_zone_ids=ids)
    assert service.availability_zones == ()
    assert UNDETERMINED in warnings_of(stack)


# AZ IDs.


@pytest.mark.parametrize(
    ("ids", "missing"),
    [
        ({ZONES[0]: "euw1-az1"}, "for eu-west-1b,"),
        ({"eu-west-1z": "euw1-az9"}, "for eu-west-1a, eu-west-1b,"),
    ],
    ids=["partial", "others"],
)
def test_some_az_ids_get_a_warning(ids: dict[str, str], missing: str) -> None:
    stack = new_stack()
    service = service_in(stack, listeners=anywhere(), availability_zone_ids=ids)
    assert service.contract.availability_zone_ids == ()
    assert missing in warnings_of(stack)["service-zone-ids-missing"]


def test_az_ids_of_further_zones_do_not_matter() -> None:
    stack = new_stack()
    ids = {zone: f"euw1-az{index}" for index, zone in enumerate((*ZONES, "eu-west-1c"), 1)}
    service = service_in(stack, listeners=anywhere(), availability_zone_ids=ids)
    assert service.contract.availability_zone_ids == ("euw1-az1", "euw1-az2")
    assert "service-zone-ids-missing" not in warnings_of(stack)


def test_az_ids_of_zones_whose_names_are_tokens_get_a_warning() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    service_in(stack, vpc=vpc, listeners=anywhere(), availability_zone_ids={ZONES[0]: "euw1-az1"})
    warning = warnings_of(stack)["service-zone-ids-missing"]
    assert "for one known only at deployment," in warning


# Lists that only the deployment knows.


def list_vpc(stack: cdk.Stack, ids: list[str]) -> ec2.IVpc:
    return imported_vpc(stack, availability_zones=cdk.Fn.get_azs(), private_subnet_ids=ids)


def _parameter(stack: cdk.Stack) -> list[str]:
    return cdk.CfnParameter(stack, "Ids", type="List<AWS::EC2::Subnet::Id>").value_as_list


LISTS: dict[str, Callable[[cdk.Stack], list[str]]] = {
    "parameter": _parameter,
    "import": lambda _: cdk.Fn.split(",", cdk.Fn.import_value("Ids")),
    "attribute": lambda _: cdk.Token.as_list({"Fn::GetAtt": ["Network", "Outputs.Ids"]}),
}
each_list = pytest.mark.parametrize("ids", LISTS.values(), ids=list(LISTS))


@each_list
def test_fails_when_a_list_of_subnets_gets_a_load_balancer_per_zone(
    ids: Callable[[cdk.Stack], list[str]],
) -> None:
    stack = new_stack()
    vpc = list_vpc(stack, ids(stack))
    with refused(stack, "load-balancer-subnets-undetermined", "REGIONAL"):
        service_in(stack, vpc=vpc, listeners=anywhere())


@each_list
def test_a_list_of_subnets_of_one_load_balancer(ids: Callable[[cdk.Stack], list[str]]) -> None:
    stack = new_stack()
    vpc = list_vpc(stack, ids(stack))
    service_in(stack, vpc=vpc, listeners=anywhere(), topology=REGIONAL)
    assert UNDETERMINED in warnings_of(stack)
    assert refreshed(stack) == []


def test_a_list_of_subnets_whose_zones_the_user_knows() -> None:
    stack = new_stack()
    vpc = list_vpc(stack, _parameter(stack))
    ids = {ZONES[0]: "euw1-az1", ZONES[1]: "euw1-az2"}
    service = service_in(
        stack, vpc=vpc, listeners=anywhere(), topology=REGIONAL, availability_zone_ids=ids
    )
    assert service.contract.availability_zones == ZONES
    assert refreshed(stack) == [list(ZONES)]
    assert UNDETERMINED not in warnings_of(stack)


@each_topology
def test_a_list_of_known_length(topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    vpc = list_vpc(stack, cdk.Fn.split(",", cdk.Fn.import_value("Ids"), 2))
    service_in(stack, vpc=vpc, listeners=anywhere(), topology=topology)
    balancers = resources_of(template_of(stack), LOAD_BALANCER)
    assert sum(len(it["Properties"]["Subnets"]) for it in balancers) == 2
    assert UNDETERMINED in warnings_of(stack)


def test_all_criteria_of_a_selection_hold() -> None:
    stack = new_stack()
    vpc = two_tiers(stack, ZONES)
    selection = ec2.SubnetSelection(
        subnet_group_name="Data",
        subnet_filters=[ec2.SubnetFilter.availability_zones([ZONES[0]])],
    )
    service_in(stack, vpc=vpc, listeners=anywhere(), subnets=selection)
    [balancer] = resources_of(template_of(stack), LOAD_BALANCER)
    data = vpc.select_subnets(subnet_group_name="Data").subnet_ids
    assert balancer["Properties"]["Subnets"] == [stack.resolve(data[0])]
