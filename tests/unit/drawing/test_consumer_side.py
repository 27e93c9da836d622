"""Endpoints of a drawing, and what they connect to."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.estates import NAME, endpoint
from tests.checks.stacks import ref, resource
from tests.unit.drawing.scenes import IMPORTED, UNKNOWN, consumer, drawn, located, provider

from privatelink_constructs.inventory.states import STATE_KEY

ENDPOINT = "Interface endpoint Endpoint"
SERVICE = "Endpoint service Service"


def joined(**properties: object) -> Any:
    """Draw a provider and a consumer in two accounts."""
    environments = {"a": located("111111111111"), "b": located("222222222222")}
    return drawn(provider(), consumer(IMPORTED, **properties), environments=environments)


def test_follows_the_name_of_a_service_from_template_to_template() -> None:
    here = located("222222222222")
    found = drawn(provider(), consumer(IMPORTED), environments={"a": here, "b": here})
    assert (ENDPOINT, SERVICE, "waits for acceptance") in found.edges
    assert "Account 222222222222, eu-west-1" in found.boxes
    assert {"VPC Clients 10.1.0.0/16", "VPC Vpc 10.0.0.0/16"} <= set(found.boxes)


def test_templates_of_unknown_accounts_are_in_one_box() -> None:
    boxes = drawn(provider(), consumer(IMPORTED)).boxes
    assert "AWS account" in boxes
    assert "Region known at deployment" not in boxes


def test_an_account_with_several_regions_has_a_box_for_each() -> None:
    environments = {
        "a": located("111111111111"),
        "b": located("111111111111", None),
        "c": located("111111111111", "eu-central-1"),
    }
    found = drawn(provider(), consumer(), consumer(), environments=environments)
    assert {"eu-west-1", "eu-central-1", "Region known at deployment"} <= set(found.boxes)


def test_tells_a_connection_between_regions() -> None:
    template = consumer(ServiceRegion="us-east-1")
    found = drawn(template, region="eu-west-1")
    assert found.edges == [
        (ENDPOINT, "Endpoint service vpce-svc-0123456789abcdef0", "from eu-west-1 to us-east-1")
    ]
    assert found.node("Endpoint service").endswith("in us-east-1")


def test_names_what_is_not_in_the_templates() -> None:
    found = drawn(consumer(NAME))
    assert found.node("Endpoint service").split("<br/>") == [
        "Endpoint service",
        "vpce-svc-0123456789abcdef0",
        "in eu-west-1",
    ]
    assert "([" in found.text


def test_two_endpoints_for_the_same_foreign_service_share_a_node() -> None:
    template = consumer(NAME)
    template["Resources"]["More"] = endpoint(NAME)
    assert len({end for _, end, _ in drawn(template).edges}) == 1


def test_the_service_may_be_known_at_deployment() -> None:
    found = drawn(consumer(ref("Name")))
    assert found.edges == [(ENDPOINT, "Endpoint services known at deployment", "")]


@pytest.mark.parametrize(
    ("properties", "label"),
    [
        (
            {"ResourceConfigurationArn": "arn:aws:vpc-lattice:eu-west-1:1:x/rcfg-0123"},
            "Resource configuration rcfg-0123",
        ),
        ({"ServiceNetworkArn": ref("Network")}, "Service network Network"),
        ({"ServiceNetworkArn": ref("Parameter")}, "Service network known at deployment"),
    ],
)
def test_draws_endpoints_of_vpc_lattice(properties: dict[str, Any], label: str) -> None:
    kind = "Resource" if "ResourceConfigurationArn" in properties else "ServiceNetwork"
    template = consumer(None, VpcEndpointType=kind, **properties)
    del template["Resources"]["Endpoint"]["Properties"]["ServiceName"]
    template["Resources"]["Network"] = resource("AWS::VpcLattice::ServiceNetwork")
    ((_, target, _),) = drawn(template).edges
    assert target == label


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("GatewayLoadBalancer", "Gateway Load Balancer endpoint"),
        ("Odd", "Endpoint"),
    ],
)
def test_draws_other_kinds_of_endpoints(kind: str, title: str) -> None:
    found = drawn(consumer(NAME, VpcEndpointType=kind))
    assert found.edges[0][0] == f"{title} Endpoint"


def test_an_endpoint_in_one_zone_is_in_its_lane() -> None:
    found = drawn(consumer(SubnetIds=[ref("ClientsB")]))
    assert "AZ 2" in found.boxes
    assert "in AZ" not in found.node("Interface endpoint")


def test_the_vpc_may_be_imported() -> None:
    template = consumer(
        VpcId="vpc-0123456789abcdef0",
        SubnetIds=["subnet-0123456789abcdef0", "subnet-0fedcba9876543210", ref("Subnet")],
    )
    found = drawn(template)
    assert "VPC vpc-0123456789abcdef0" in found.boxes
    assert "subnet-0123456789abcdef0" in found.node("Interface endpoint")


def test_the_vpc_may_be_known_at_deployment() -> None:
    assert "VPC known at deployment" in drawn(consumer(VpcId=ref("Vpc"))).boxes


def test_a_vpc_of_which_nothing_is_known_has_no_box() -> None:
    boxes = drawn(consumer(VpcId=UNKNOWN, SubnetIds=[UNKNOWN])).boxes
    assert boxes == ["AWS account"]


def test_names_the_zones_of_subnets_that_have_none() -> None:
    template = consumer()
    del template["Resources"]["ClientsA"]["Properties"]["AvailabilityZone"]
    template["Resources"]["ClientsB"]["Properties"]["AvailabilityZone"] = ref("Zone")
    assert drawn(template).node("Interface endpoint").endswith("AZ of ClientsA, AZ of ClientsB")


def test_tells_private_names() -> None:
    given = provider(PrivateDnsName="pay.example.com")
    found = drawn(given, consumer(IMPORTED, PrivateDnsEnabled=True))
    assert found.node("Interface endpoint").count("private DNS name pay.example.com") == 1
    found = drawn(consumer(NAME, PrivateDnsEnabled=True))
    assert "<br/>private DNS name<br/>" in found.node("Interface endpoint")


def test_endpoints_to_aws_services_that_differ_in_nothing_else_are_one() -> None:
    template = consumer("com.amazonaws.eu-west-1.kms")
    there = template["Resources"]
    for service in ("logs", "ecr.api"):
        there[service] = endpoint(f"com.amazonaws.eu-west-1.{service}", SecurityGroupIds=[])
    for service in ("s3", "dynamodb"):
        there[service] = resource(
            "AWS::EC2::VPCEndpoint",
            ServiceName=f"com.amazonaws.eu-west-1.{service}",
            VpcId=ref("Clients"),
        )
    found = drawn(template, region="eu-west-1")
    assert {edge[0] for edge in found.edges} == {
        "3 interface endpoints ecr.api, kms, logs",
        "2 gateway endpoints dynamodb, s3",
    }
    assert {edge[1] for edge in found.edges} == {"AWS services"}


def test_endpoints_to_aws_services_in_other_subnets_are_drawn_apart() -> None:
    template = consumer("com.amazonaws.eu-west-1.kms")
    service = "com.amazonaws.eu-west-1.logs"
    template["Resources"]["Logs"] = endpoint(service, SubnetIds=[ref("ClientsA")])
    assert len(drawn(template, region="eu-west-1").edges) == 2


@pytest.mark.parametrize(
    ("state", "label", "color"),
    [
        ("available", "", None),
        ("Available", "", None),
        ("pendingAcceptance", "pendingAcceptance", "waiting"),
        ("PendingAcceptance", "PendingAcceptance", "waiting"),
        ("rejected", "rejected", "error"),
        ("new-state", "", None),
    ],
)
def test_draws_the_state_in_a_live_account(state: str, label: str, color: str | None) -> None:
    template = consumer(IMPORTED)
    template["Resources"]["Endpoint"]["Metadata"] = {STATE_KEY: {"State": state}}
    found = drawn(provider(), template)
    ((_, _, said),) = (edge for edge in found.edges if edge[0].startswith("Interface"))
    assert said == label
    assert f"state: {state}" in found.node("Interface endpoint")
    for each in ("waiting", "error"):
        assert found.colored(each) == ({ENDPOINT} if each == color else set())


def test_draws_the_state_of_a_service() -> None:
    template = provider()
    template["Resources"]["Service"]["Metadata"] = {STATE_KEY: {"ServiceState": "Failed"}}
    found = drawn(template)
    assert found.node("Endpoint service").endswith("state: Failed")
    assert found.colored("error") == {SERVICE}


@pytest.mark.parametrize(
    "metadata", [None, {}, {STATE_KEY: {"State": 1}}, {STATE_KEY: "odd"}, "odd"]
)
def test_no_state_is_drawn_where_there_is_none(metadata: object) -> None:
    template = consumer()
    template["Resources"]["Endpoint"]["Metadata"] = metadata
    assert "state" not in drawn(template).text


def test_names_constructs_by_their_paths() -> None:
    template = consumer()
    there = template["Resources"]
    there["Clients"]["Metadata"] = {"aws:cdk:path": "Stack/Network/Vpc/Resource"}
    there["Endpoint"]["Metadata"] = {"aws:cdk:path": "Stack/Pay/Resource"}
    found = drawn(template)
    assert "VPC Network/Vpc 10.1.0.0/16" in found.boxes
    assert found.edges[0][0] == "Interface endpoint Pay"


@pytest.mark.parametrize(
    ("logical_id", "name"),
    [("Payments130453D3", "Payments"), ("Payments", "Payments"), ("130453D3", "130453D3")],
)
def test_leaves_out_what_the_cdk_adds_to_logical_ids(logical_id: str, name: str) -> None:
    template = consumer()
    template["Resources"][logical_id] = template["Resources"].pop("Endpoint")
    assert drawn(template).edges[0][0] == f"Interface endpoint {name}"


def test_shortens_what_is_long() -> None:
    template = consumer()
    template["Resources"]["A" * 200] = template["Resources"].pop("Endpoint")
    assert len(drawn(template).edges[0][0]) < 100
