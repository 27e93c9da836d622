"""The name of a service, which CloudFormation doesn't give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import region_info
from tests.support.intrinsics import evaluate
from tests.support.published import service_with, stack_in, template_of
from tests.support.round_trips import count_round_trips

from privatelink_constructs._cdk import asking as _cdk
from privatelink_constructs.facts.partitions import (
    PARTITIONS,
    REGIONS,
    partition_of,
    service_name_prefix,
)

if TYPE_CHECKING:
    from privatelink_constructs.facts.partitions import (
        Partition,
    )

ACCOUNT = "111111111111"


def name_in(region: str | None) -> Any:
    env = cdk.Environment(account=ACCOUNT, region=region) if region else None
    stack = stack_in(env=env)
    cdk.CfnOutput(stack, "Name", value=service_with(stack, None).endpoint_service_name)
    return template_of(stack)["Outputs"]["Name"]["Value"]


@pytest.mark.parametrize(
    ("region", "prefix"),
    [
        ("eu-west-1", "com.amazonaws.vpce"),
        ("us-gov-east-1", "com.amazonaws.vpce"),
        ("cn-north-1", "cn.com.amazonaws.vpce"),
        ("eusc-de-east-1", "eu.amazonaws.vpce"),
        ("us-iso-east-1", "gov.ic.c2s.vpce"),
        ("us-isob-east-1", "gov.sgov.sc2s.vpce"),
        ("eu-isoe-west-1", "uk.adc-e.cloud.vpce"),
        ("us-isof-south-1", "gov.ic.hci.csp.vpce"),
    ],
)
def test_a_known_region(region: str, prefix: str) -> None:
    [text, service] = name_in(region)["Fn::Join"][1]
    assert text == f"{prefix}.{region}."
    assert service.keys() == {"Ref"}


@pytest.mark.parametrize("partition", PARTITIONS, ids=lambda it: it.name)
def test_a_region_that_only_the_deployment_knows(partition: Partition) -> None:
    value = name_in(None)
    [region, *_] = partition.regions
    known = {"AWS::URLSuffix": partition.dns_suffix, "AWS::Region": region}
    name = evaluate(value, _References(known))
    prefix = service_name_prefix(partition.dns_suffix)
    assert name == f"{prefix}.{region}.vpce-svc-1"


class _References(dict[str, str]):
    def __missing__(self, _key: str) -> str:
        return "vpce-svc-1"


def test_a_region_of_a_partition_that_is_unknown_here() -> None:
    value = name_in("xy-new-east-1")
    known = _References({"AWS::URLSuffix": "example.org", "AWS::Region": "elsewhere"})
    assert evaluate(value, known) == "org.example.vpce.xy-new-east-1.vpce-svc-1"


def test_prefixes_are_those_of_the_cdk() -> None:
    found = {it.name: it.vpc_endpoint_service_name_prefix for it in _regions_of_the_cdk()}
    ours = {
        region: service_name_prefix(partition.dns_suffix)
        for partition in PARTITIONS
        for region in partition.regions
    }
    assert {it: ours[it] for it in found} == found


@pytest.mark.snapshot
def test_regions_are_those_of_the_cdk() -> None:
    assert {it.name for it in _regions_of_the_cdk()} == REGIONS


def test_partitions_are_those_of_the_cdk() -> None:
    for region in _regions_of_the_cdk():
        partition = partition_of(region.name)
        assert partition is not None
        assert (partition.name, partition.dns_suffix) == (region.partition, region.domain_suffix)


def _regions_of_the_cdk() -> list[region_info.RegionInfo]:
    return region_info.RegionInfo.regions


def test_regions_that_are_known_here_cost_no_question() -> None:
    with count_round_trips() as trips:
        assert _cdk.further_regions(["eu-west-1", "cn-north-1"]) == ()
    assert trips.total == 0


def test_regions_that_are_unknown_here_are_asked_of_the_cdk() -> None:
    assert "eu-west-1" in _cdk.further_regions(["xy-new-east-1"])


def test_a_stack_of_another_region_gets_the_services_own_name() -> None:
    app = cdk.App(context={"@aws-cdk/core:defaultCrossStackReferences": "weak"})
    provider = stack_in(app, "Provider")
    name = service_with(provider, None).endpoint_service_name
    elsewhere = cdk.Environment(account=ACCOUNT, region="us-east-1")
    consumer = cdk.Stack(app, "Consumer", env=elsewhere, cross_region_references=True)
    cdk.CfnOutput(consumer, "Name", value=name)
    app.synth()
    value = str(template_of(consumer)["Outputs"]["Name"]["Value"])
    assert "com.amazonaws.vpce.eu-west-1." in value
    assert "us-east-1" not in value
    assert "AWS::Region" not in value


def test_a_stack_of_the_same_environment_gets_the_name() -> None:
    app = cdk.App()
    provider, consumer = stack_in(app, "Provider"), stack_in(app, "Consumer")
    cdk.CfnOutput(consumer, "Name", value=service_with(provider, None).endpoint_service_name)
    app.synth()
    [text, service] = template_of(consumer)["Outputs"]["Name"]["Value"]["Fn::Join"][1]
    assert text == "com.amazonaws.vpce.eu-west-1."
    assert "Fn::ImportValue" in service or "Fn::GetStackOutput" in service


def test_the_name_is_made_once() -> None:
    service = service_with(stack_in(env=None), None)
    first = service.endpoint_service_name
    with count_round_trips() as trips:
        assert service.endpoint_service_name == first
        assert service.endpoint_service_id
    assert trips.total == 0
