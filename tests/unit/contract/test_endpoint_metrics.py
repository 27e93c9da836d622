"""Metrics of interface endpoints: what they are about, and which endpoints have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from tests.support.consumers import NAME, app_with_zones, consumer_in, contract_with, endpoint_in
from tests.support.refusals import refusal

from privatelink_constructs import InterfaceEndpoint
from privatelink_constructs.contract.endpoint_metrics import watched_endpoint

if TYPE_CHECKING:
    from privatelink_constructs import IInterfaceEndpoint

ELSEWHERE = contract_with(
    service_name="com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
    availability_zones=["us-east-1a", "us-east-1b"],
    supported_regions=["eu-west-1"],
)


def imported(stack: cdk.Stack, **options: Any) -> IInterfaceEndpoint:
    return InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Imported",
        vpc_endpoint_id="vpce-0123456789abcdef0",
        regional_dns_name="vpce-0123456789abcdef0-abcdefgh.vpce-svc-0.eu-west-1.vpce.amazonaws.com",
        regional_hosted_zone_id="Z0123456789ABCDEFGHIJ",
        **options,
    )


def test_dimensions_of_an_endpoint() -> None:
    stack = consumer_in()
    metric = endpoint_in(stack).metric_packets_dropped()
    assert stack.resolve(metric.dimensions) == {
        "Endpoint Type": "Interface",
        "Service Name": NAME,
        "VPC Endpoint Id": {"Ref": "EndpointEEF1FD8F"},
        "VPC Id": {"Ref": "EndpointVpc7AF6113F"},
    }


def test_an_imported_endpoint_that_specifies_everything_has_metrics() -> None:
    endpoint = imported(consumer_in(), service_name=NAME, vpc_id="vpc-0123456789abcdef0")
    assert endpoint.metric_new_connections(subnet_id="subnet-1").dimensions == {
        "Endpoint Type": "Interface",
        "Service Name": NAME,
        "Subnet Id": "subnet-1",
        "VPC Endpoint Id": "vpce-0123456789abcdef0",
        "VPC Id": "vpc-0123456789abcdef0",
    }


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "service_name and vpc_id"),
        ({"service_name": NAME}, "vpc_id"),
        ({"vpc_id": "vpc-0123456789abcdef0"}, "service_name"),
    ],
    ids=["both", "vpc", "service"],
)
def test_fails_when_an_import_does_not_know_its_dimensions(
    given: dict[str, str], missing: str
) -> None:
    endpoint = imported(consumer_in(), **given)
    with refusal("endpoint-metrics-undetermined", f"doesn't specify {missing}"):
        endpoint.metric_active_connections()


def test_fails_when_the_service_is_in_another_region() -> None:
    stack = consumer_in(app_with_zones())
    endpoint = endpoint_in(stack, service=ELSEWHERE)
    with refusal("endpoint-metrics-not-supported", "[Tt]he service is in us-east-1"):
        endpoint.metric_bytes_processed()


def test_fails_when_an_imported_endpoint_is_of_a_service_in_another_region() -> None:
    endpoint = imported(
        consumer_in(), service_name=ELSEWHERE.service_name, vpc_id="vpc-0123456789abcdef0"
    )
    with refusal("endpoint-metrics-not-supported"):
        endpoint.metric_bytes_processed()


def test_regions_that_are_not_known_pass() -> None:
    stack = consumer_in(cdk.App(), env=None)
    parameter = cdk.CfnParameter(stack, "Name").value_as_string
    endpoint = imported(stack, service_name=parameter, vpc_id="vpc-0123456789abcdef0")
    assert endpoint.metric_bytes_processed()
    assert watched_endpoint(endpoint).other_region is None


def test_fails_when_the_subnet_is_of_another_endpoint() -> None:
    endpoint = imported(
        consumer_in(),
        service_name=NAME,
        vpc_id="vpc-0123456789abcdef0",
        subnet_ids=["subnet-0123456789abcdef0"],
    )
    with refusal("metric-subnet-mismatch", "not in subnet_id 'subnet-1'"):
        endpoint.metric_bytes_processed(subnet_id="subnet-1")
    assert endpoint.metric_bytes_processed(subnet_id="subnet-0123456789abcdef0")


class Plain:
    """An endpoint of somebody else, with the members of the protocol that are read."""

    vpc_endpoint_id = "vpce-1"
    service_name = NAME
    vpc_id = "vpc-1"
    subnet_ids = ()


def test_an_endpoint_of_another_library_is_known_by_its_members() -> None:
    plain: Any = Plain()
    watched = watched_endpoint(plain)
    assert watched.dimensions()["VPC Endpoint Id"] == "vpce-1"
    assert (watched.site, watched.other_region) == (None, None)
    assert watched.service_region == "eu-west-1"
