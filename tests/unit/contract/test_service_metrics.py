"""Metrics of endpoint services: what they are about, and where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from tests.support.load_balanced import new_stack, service_in
from tests.support.published import imported_load_balancer, service_with, stack_in, template_of
from tests.support.refusals import refusal

from privatelink_constructs import EndpointService
from privatelink_constructs.contract.service_metrics import ServiceMetrics, watched_service
from privatelink_constructs.contract.watched_services import watched_balancers

if TYPE_CHECKING:
    from privatelink_constructs import IEndpointService

SERVICE_ID = "vpce-svc-0123456789abcdef0"
A_BALANCER = (
    "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/other/50dc6c495c0c9188"
)
GROUP_ARN = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/pay/943f017f100becff"


def imported(stack: cdk.Stack, **options: Any) -> IEndpointService:
    options.setdefault("endpoint_service_id", SERVICE_ID)
    return EndpointService.from_endpoint_service_attributes(stack, "Imported", **options)


def test_options_of_the_cdk_are_passed_on() -> None:
    metric = service_in(new_stack()).metric_new_connections(
        color="#1f77b4",
        label="Connections",
        period=cdk.Duration.minutes(1),
        statistic="Maximum",
        unit=cloudwatch.Unit.COUNT,
    )
    assert (metric.color, metric.label, metric.statistic) == ("#1f77b4", "Connections", "Maximum")
    assert metric.period.to_seconds() == 60
    assert metric.unit is cloudwatch.Unit.COUNT


def test_values_are_aggregated_as_they_are_counted() -> None:
    service = service_in(new_stack())
    assert service.metric_active_connections().statistic == "Average"
    assert service.metric_endpoints_count().statistic == "Average"
    assert service.metric_new_connections().statistic == "Sum"
    assert service.metric_bytes_processed().statistic == "Sum"
    assert service.metric_rst_packets_sent().statistic == "Sum"
    assert service.metric_new_connections().period.to_minutes() == 5


def graphed(stack: cdk.Stack, metric: cloudwatch.Metric) -> dict[str, Any]:
    """Return what a graph in a stack says of where a metric is."""
    dashboard = cloudwatch.Dashboard(stack, "Dashboard")
    widget: Any = cloudwatch.GraphWidget(left=[metric])
    dashboard.add_widgets(widget)
    [found] = stack.resolve(widget.to_json())
    [line] = found["properties"]["metrics"]
    return {key: line[-1].get(key) for key in ("accountId", "region")}


def test_a_graph_in_the_stack_of_the_service_says_nothing_of_its_place() -> None:
    stack = new_stack()
    metric = service_in(stack).metric_new_connections()
    assert graphed(stack, metric) == {"accountId": None, "region": None}


def test_a_graph_in_another_account_says_where_the_metric_is() -> None:
    app = cdk.App()
    metric = service_with(stack_in(app), None).metric_new_connections()
    there = cdk.Environment(account="222222222222", region="us-east-1")
    elsewhere = cdk.Stack(app, "Elsewhere", env=there)
    found = graphed(elsewhere, metric)
    assert found == {"accountId": "111111111111", "region": "eu-west-1"}


def test_an_imported_service_is_where_it_says() -> None:
    stack = stack_in()
    service = imported(stack, owner_account="333333333333", service_region="us-east-1")
    found = graphed(stack, service.metric_new_connections())
    assert found == {"accountId": "333333333333", "region": "us-east-1"}


def test_an_imported_service_of_this_account_is_here() -> None:
    stack = stack_in()
    service = imported(stack, owner_account="111111111111", service_region="eu-west-1")
    found = graphed(stack, service.metric_new_connections())
    assert found == {"accountId": None, "region": None}


def test_tokens_pass() -> None:
    stack = new_stack(agnostic=True)
    service = service_in(stack)
    parameter = cdk.CfnParameter(stack, "Zone").value_as_string
    metric = service.metric_new_connections(
        availability_zone=parameter, load_balancer=service.load_balancers[0]
    )
    assert stack.resolve(metric.dimensions)["Az"] == {"Ref": "Zone"}
    assert imported(stack, endpoint_service_id=parameter).metric_endpoints_count().dimensions


def test_fails_when_an_endpoint_is_combined_with_a_zone() -> None:
    service = service_in(new_stack())
    for part in ({"availability_zone": "eu-west-1a"}, {"load_balancer": service.load_balancers[0]}):
        given: Any = {**part, "vpc_endpoint_id": "vpce-0123456789abcdef0"}
        with refusal("metric-dimensions-not-supported", "by '(avail|load).*' and 'vpc_"):
            service.metric_new_connections(**given)


@pytest.mark.parametrize("zone", ["eu-west-1c", "us-east-1a"])
def test_fails_when_the_service_is_not_in_the_zone(zone: str) -> None:
    with refusal("metric-zone-mismatch", f"'{zone}', but in eu-west-1a, eu-west-1b"):
        service_in(new_stack()).metric_new_connections(availability_zone=zone)


@pytest.mark.parametrize("zone", ["eu-west-1a", "euw1-az1"])
def test_a_zone_of_the_service_passes(zone: str) -> None:
    assert service_in(new_stack()).metric_new_connections(availability_zone=zone)


def test_any_zone_passes_where_the_zones_are_not_known() -> None:
    assert imported(new_stack()).metric_new_connections(availability_zone="eu-west-1c")


def test_fails_when_the_load_balancer_is_of_another_service() -> None:
    stack = new_stack()
    service = imported(stack, load_balancers=[imported_load_balancer(stack, "One")])
    other = imported_load_balancer(stack, "Two")
    with refusal("metric-load-balancer-mismatch", "'arn:.*/two/.*' is not"):
        service.metric_new_connections(load_balancer=other)
    assert service.metric_new_connections(load_balancer=service.load_balancers[0])


def test_metrics_define_nothing() -> None:
    stack = new_stack()
    service = imported(stack)
    service.metric_new_connections()
    assert "Resources" not in template_of(stack)


class Plain:
    """A service of somebody else, with the members of the protocol that are read."""

    endpoint_service_id = SERVICE_ID
    load_balancers = ()
    target_groups = ()
    availability_zones = ()


def test_a_service_of_another_library_is_known_by_its_members() -> None:
    plain: Any = Plain()
    watched = watched_service(plain)
    assert watched.id == SERVICE_ID
    assert watched.home.construct is None
    assert watched.balancers() == ()
    assert watched.targets is None


class Measured(ServiceMetrics, Plain):
    """A service of somebody else, with the metrics of ours."""


def test_a_service_with_our_metrics_is_known_by_its_members() -> None:
    measured: Any = Measured()
    assert watched_service(measured).id == SERVICE_ID
    assert watched_service(measured).balancers() == ()
    metric = Measured().metric_new_connections(vpc_endpoint_id="vpce-0123456789abcdef0")
    assert metric.dimensions == {
        "Service Id": SERVICE_ID,
        "VPC Endpoint Id": "vpce-0123456789abcdef0",
    }


def test_each_of_several_load_balancers_has_the_groups_that_name_it() -> None:
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2  # noqa: PLC0415 - for this test only

    stack = new_stack()
    one, two = (imported_load_balancer(stack, it) for it in ("One", "Two"))
    group = elbv2.NetworkTargetGroup.from_target_group_attributes(
        stack, "Group", target_group_arn=GROUP_ARN, load_balancer_arns=one.load_balancer_arn
    )
    first, second = watched_balancers([one, two], [group], ["eu-west-1a"])
    assert [it.full_name for it in first.groups] == ["targetgroup/pay/943f017f100becff"]
    assert first.full_name == "net/one/50dc6c495c0c9188"
    assert second.groups == first.zones == ()
    [only] = watched_balancers([two], [group], ["eu-west-1a"])
    assert only.zones == ("eu-west-1a",)
    assert len(only.groups) == 1


def test_names_of_tokens_are_cut_at_deployment() -> None:
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2  # noqa: PLC0415 - for this test only

    stack = new_stack()
    arn = cdk.CfnParameter(stack, "Arn").value_as_string
    group = elbv2.NetworkTargetGroup.from_target_group_attributes(
        stack, "Group", target_group_arn=arn
    )
    balancer = elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
        stack, "Balancer", load_balancer_arn=arn
    )
    [found] = watched_balancers([balancer], [group], [])
    assert stack.resolve(found.full_name) == {
        "Fn::Select": [1, {"Fn::Split": ["loadbalancer/", {"Ref": "Arn"}]}]
    }
    assert stack.resolve(found.groups[0].full_name) == {
        "Fn::Select": [5, {"Fn::Split": [":", {"Ref": "Arn"}]}]
    }


def test_load_balancers_of_one_id_are_told_apart_by_their_addresses() -> None:
    app = cdk.App()
    balancers = [imported_load_balancer(stack_in(app, it), "One") for it in ("A", "B")]
    ids = [it.id for it in watched_balancers(balancers, [], [])]
    assert len(set(ids)) == 2
    assert all(len(it) == 42 for it in ids)
