"""Availability Zones are those of the service's Region, by name and by ID, and of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.load_balanced import new_stack, service_in
from tests.support.published import imported_load_balancer
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import ZONES, vpc_in

from privatelink_constructs import EndpointService
from privatelink_constructs.facts.partitions import PARTITIONS
from privatelink_constructs.facts.zone_names import is_of_region, zone_id_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENTED = [
    region
    for partition in PARTITIONS
    for region in partition.regions
    if partition.name in {"aws", "aws-cn", "aws-us-gov"}
]
RIGHT = {ZONES[0]: "euw1-az1", ZONES[1]: "euw1-az2"}


def prepared(*, agnostic: bool = False) -> cdk.Stack:
    """Return a stack with a load balancer and a VPC."""
    stack = new_stack(agnostic=agnostic)
    imported_load_balancer(stack, "Nlb")
    vpc_in(stack)
    return stack


def over_imported(stack: cdk.Stack, zone_ids: Mapping[str, str]) -> Any:
    return EndpointService(
        stack,
        "Service",
        load_balancers=[cast("Any", stack.node.find_child("NlbLoadBalancer"))],
        ports=[443],
        availability_zone_ids=zone_ids,
    )


def with_load_balancers(stack: cdk.Stack, zone_ids: Mapping[str, str]) -> Any:
    vpc = stack.node.find_child("Vpc")
    return service_in(stack, vpc=vpc, availability_zone_ids=zone_ids)


KINDS = {"over imported": over_imported, "with its own": with_load_balancers}
every_kind = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)


def test_the_ids_of_every_region_are_distinguished() -> None:
    prefixes = [zone_id_prefix(region) for region in DOCUMENTED]
    assert len({*prefixes}) == len(DOCUMENTED)
    for region, prefix in zip(DOCUMENTED, prefixes, strict=True):
        for other in DOCUMENTED:
            assert is_of_region(f"{prefix}-az1", other) is (other == region)
            assert is_of_region(f"{region}a", other) is (other == region)
            assert is_of_region(f"{region}-lax-1a", other) is (other == region)


@pytest.mark.parametrize(
    ("region", "prefix"),
    [
        ("us-east-1", "use1"),
        ("ap-northeast-3", "apne3"),
        ("us-gov-west-1", "usgw1"),
        ("cn-northwest-1", "cnnw1"),
        ("mx-central-1", "mxc1"),
        ("il-central-1", "ilc1"),
        ("ap-southeast-9", "apse9"),
        ("eusc-de-east-1", None),
        ("us-iso-east-1", None),
        ("eu-nowhere-1", None),
        ("nowhere", None),
    ],
)
def test_what_ids_begin_with(region: str, prefix: str | None) -> None:
    assert zone_id_prefix(region) == prefix


@pytest.mark.parametrize("zone", ["somewhere", "dummy1a", "eu-west-1", "az1", "a-az1"])
def test_what_is_no_zone_is_in_no_other_region(zone: str) -> None:
    assert is_of_region(zone, "eu-west-1") is None
    assert is_of_region("euw1-az1", "us-iso-east-1") is None


@every_kind
@pytest.mark.parametrize("wrong", [it for it in DOCUMENTED if it != "eu-west-1"])
def test_fails_when_an_id_is_of_another_region(make: Callable[..., Any], wrong: str) -> None:
    stack = prepared()
    zone = f"{zone_id_prefix(wrong)}-az1"
    with refused(
        stack, "zone-region-mismatch", f"{zone!r} is not an Availability Zone of eu-west-1"
    ):
        make(stack, {**RIGHT, ZONES[1]: zone})


@every_kind
def test_fails_when_a_name_is_of_another_region(make: Callable[..., Any]) -> None:
    stack = prepared()
    with refused(
        stack, "zone-region-mismatch", "'us-east-1a' is not an Availability Zone of eu-west-1"
    ):
        make(stack, {**RIGHT, "us-east-1a": "use1-az1"})


@every_kind
def test_fails_when_a_name_is_none(make: Callable[..., Any]) -> None:
    stack = prepared()
    with refused(
        stack, "zone-name-malformed", "'zone-a' is not a valid name of an Availability Zone"
    ):
        make(stack, {**RIGHT, "zone-a": "euw1-az3"})


def test_fails_when_name_and_id_are_of_two_regions_and_the_own_is_not_known() -> None:
    stack = prepared(agnostic=True)
    with refused(
        stack, "zone-region-mismatch", "'use1-az1' is not an Availability Zone of eu-west-1"
    ):
        over_imported(stack, {"eu-west-1a": "use1-az1"})


@every_kind
def test_zones_of_the_region_pass(make: Callable[..., Any]) -> None:
    stack = prepared()
    make(stack, {**RIGHT, ZONES[1]: cdk.Fn.ref("Zone")})
    assert "service-zone-ids-ineffective" not in warnings_of(stack)


def test_names_that_are_tokens_pass() -> None:
    stack = new_stack(agnostic=True)
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    ids = dict(zip(vpc.availability_zones, ("use1-az1", "use1-az2"), strict=True))
    service_in(stack, vpc=vpc, availability_zone_ids=ids)


def test_zones_of_a_vpc_that_is_to_be_looked_up_pass() -> None:
    stack = new_stack()
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", is_default=True)
    ids = {zone: f"euw1-az{at}" for at, zone in enumerate(vpc.availability_zones)}
    service_in(stack, vpc=vpc, availability_zone_ids=ids)


def test_a_zone_that_the_service_is_not_in_is_warned_of() -> None:
    stack = prepared()
    with_load_balancers(stack, {**RIGHT, "eu-west-1x": "euw1-az3"})
    said = warnings_of(stack)["service-zone-ids-ineffective"]
    assert said.startswith(
        "availability_zone_ids contains eu-west-1x, but the service is in eu-west-1a, eu-west-1b"
    )


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
@pytest.mark.parametrize(
    "zones", [{"availability_zones": ["eu-west-1a"]}, {"availability_zone_ids": ["euw1-az1"]}]
)
def test_fails_when_an_imported_service_is_in_another_region(
    region: str, zones: dict[str, Any]
) -> None:
    stack = new_stack()

    def imported() -> Any:
        return EndpointService.from_endpoint_service_attributes(
            stack,
            "Imported",
            endpoint_service_id="vpce-svc-0123456789abcdef0",
            service_region=region,
            **zones,
        )

    if region == "eu-west-1":
        assert imported().availability_zones in {("eu-west-1a",), ()}
    else:
        with refused(stack, "zone-region-mismatch", ".* is not an Availability Zone of us-east-1"):
            imported()
