"""What a dashboard shows, and where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from tests.support.consumers import (
    NAME,
    app_with_zones,
    consumer_in,
    contract_with,
    endpoint_in,
)
from tests.support.load_balanced import (
    address,
    both_zones,
    certificate,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import service_with, stack_in, template_of
from tests.support.refusals import refusal, refused
from tests.unit.contract.test_endpoint_metrics import ELSEWHERE, imported
from tests.unit.contract.test_service_metrics import Plain
from tests.unit.contract.test_service_metrics import imported as imported_service
from tests.unit.observability.used_metrics import DASHBOARD, bodies, of_widget, resources

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    EndpointServiceAlarms,
    EndpointServiceWidgets,
    InterfaceEndpointAlarms,
    InterfaceEndpointWidgets,
    Listener,
    LoadBalancerTopology,
    PrivateLinkDashboard,
)

if TYPE_CHECKING:
    from privatelink_constructs import IEndpointService, IInterfaceEndpoint


def widgets_of(
    stack: cdk.Stack,
    *services: IEndpointService,
    endpoints: tuple[IInterfaceEndpoint, ...] = (),
) -> list[dict[str, Any]]:
    PrivateLinkDashboard(stack, "Dashboard", services=services, endpoints=endpoints)
    return shown(stack)


def shown(stack: cdk.Stack) -> list[dict[str, Any]]:
    """Return the widgets of the one dashboard of a stack."""
    [body] = bodies(template_of(stack))
    return body["widgets"]


def titled(widgets: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {it["properties"]["title"]: it for it in widgets if "title" in it["properties"]}


def texts(widgets: list[dict[str, Any]]) -> str:
    found = (it["properties"]["markdown"] for it in widgets if it["type"] == "text")
    return "\n".join(found)


def assert_nothing_overlaps(widgets: list[dict[str, Any]]) -> None:
    places = [
        (x, y)
        for it in widgets
        for x in range(it["x"], it["x"] + it["width"])
        for y in range(it["y"], it["y"] + it["height"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) == 23


def test_rows_of_a_service() -> None:
    stack = new_stack()
    found = widgets_of(stack, service_in(stack, client_cidrs=["10.0.0.0/8"]))
    assert list(titled(found)) == [
        "Active connections",
        "New connections per 5 minutes",
        "Bytes per 5 minutes",
        "RST packets per 5 minutes",
        "Healthy targets by zone",
        "Used part of 55,000 connections per healthy target",
        "Port allocation errors per 5 minutes",
        "Blocked by security groups, per 5 minutes",
        "Rejected connections per 5 minutes",
        "Endpoints",
        "The 10 endpoints with most bytes",
        "The 10 endpoints with most new connections",
    ]
    assert_nothing_overlaps(found)


def test_the_text_says_what_the_service_is() -> None:
    stack = new_stack()
    service = service_in(stack, acceptance=AcceptancePolicy.automatic())
    PrivateLinkDashboard(stack, "Dashboard", services=[service])
    # Also what comes later.
    service.add_allowed_principals("222222222222")
    found = texts(shown(stack))
    assert "## Endpoint service Service" in found
    assert "com.amazonaws.vpce.eu-west-1." in found
    assert "Region **eu-west-1**, acceptance **automatic**, private DNS name **none**" in found
    assert "Who can create endpoints: `arn:aws:iam::222222222222:root`" in found


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (AcceptancePolicy.manual(), "manual"),
        (AcceptancePolicy.by_rules(accept_accounts=["222222222222"]), "by rules"),
    ],
    ids=["manual", "by rules"],
)
def test_the_text_says_how_requests_are_answered(policy: AcceptancePolicy, words: str) -> None:
    stack = new_stack()
    principals = ["222222222222"]
    service = service_in(stack, acceptance=policy, allowed_principals=principals)
    assert f"acceptance **{words}**" in texts(widgets_of(stack, service))


def test_the_text_names_ten_principals() -> None:
    stack = new_stack()
    principals = [AllowedPrincipal.account(f"{number:012}") for number in range(1, 13)]
    found = texts(widgets_of(stack, service_in(stack, allowed_principals=principals)))
    assert "000000000010:root`, and 2 more" in found
    assert "000000000011" not in found


def test_the_text_of_ten_principals_names_them_all() -> None:
    stack = new_stack()
    principals = [AllowedPrincipal.account(f"{number:012}") for number in range(1, 11)]
    found = texts(widgets_of(stack, service_in(stack, allowed_principals=principals)))
    assert "000000000010:root`" in found
    assert "more" not in found


def test_the_text_says_that_nobody_can_connect() -> None:
    stack = new_stack()
    assert "Nobody can create endpoints." in texts(widgets_of(stack, service_in(stack)))


def test_an_imported_service_has_what_is_known() -> None:
    stack = stack_in()
    found = widgets_of(stack, imported_service(stack))
    text = texts(found)
    assert "It isn't known who can create endpoints." in text
    assert "acceptance **not known**" in text
    assert "Healthy targets by zone" not in titled(found)
    assert "Endpoints" in titled(found)


def test_the_state_of_alarms_is_shown_whenever_they_are_defined() -> None:
    stack = new_stack()
    service, other = service_in(stack), service_in(stack, "Other")
    EndpointServiceAlarms(stack, "Before", service=service)
    PrivateLinkDashboard(stack, "Dashboard", services=[service])
    EndpointServiceAlarms(stack, "After", service=service)
    EndpointServiceAlarms(stack, "Others", service=other)
    [found] = [it for it in shown(stack) if it["type"] == "alarm"]
    assert len(found["properties"]["alarms"]) == 16
    assert (found["width"], found["x"]) == (24, 0)
    assert found["properties"]["title"] == "Alarms of the service"


def test_a_service_without_alarms_says_so() -> None:
    stack = new_stack()
    found = widgets_of(stack, service_in(stack))
    assert not [it for it in found if it["type"] == "alarm"]
    assert "**Alarms of the service:** no alarms are defined in this app." in texts(found)


def labels(widget: dict[str, Any]) -> list[str]:
    lines = widget["properties"]["metrics"]
    return [it[-1]["label"] for it in lines if it[-1].get("visible", True)]


def test_zones_are_told_apart() -> None:
    stack = new_stack()
    found = titled(widgets_of(stack, service_in(stack)))
    for title in (
        "Healthy targets by zone",
        "Used part of 55,000 connections per healthy target",
        "Port allocation errors per 5 minutes",
    ):
        assert labels(found[title]) == ["eu-west-1a", "eu-west-1b"]
    limit = found["Used part of 55,000 connections per healthy target"]["properties"]
    [line] = limit["annotations"]["horizontal"]
    assert (line["value"], line["label"]) == (1, "Limit")


def test_ports_are_told_apart() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[listener(80), listener(81)])
    found = titled(widgets_of(stack, service))["Healthy targets by zone"]
    assert labels(found)[:2] == ["eu-west-1a TargetGroup80", "eu-west-1a TargetGroup81"]


def test_zones_of_a_regional_load_balancer_are_told_apart() -> None:
    stack = new_stack()
    service = service_in(stack, topology=LoadBalancerTopology.REGIONAL, cross_zone_enabled=False)
    found = titled(widgets_of(stack, service))
    errors = found["Port allocation errors per 5 minutes"]
    assert labels(errors) == ["eu-west-1a", "eu-west-1b"]
    assert {it.dimensions for it in of_widget(errors)} == {
        frozenset({"AvailabilityZone", "LoadBalancer"})
    }
    assert labels(found["Rejected connections per 5 minutes"]) == ["LoadBalancer"]


def test_tls_errors_are_shown_for_tls() -> None:
    stack = new_stack()
    tls = Listener.tls(443, certificates=[certificate(stack)], targets=both_zones())
    found = titled(widgets_of(stack, service_in(stack, listeners=[tls])))
    assert labels(found["Failed TLS handshakes per 5 minutes"]) == [
        *("eu-west-1a clients", "eu-west-1a targets"),
        *("eu-west-1b clients", "eu-west-1b targets"),
    ]


def test_what_nobody_blocks_is_not_shown() -> None:
    stack = new_stack()
    found = titled(widgets_of(stack, service_in(stack)))
    assert labels(found["Blocked by security groups, per 5 minutes"]) == [
        *("eu-west-1a outbound TCP", "eu-west-1b outbound TCP")
    ]


def test_of_an_imported_load_balancer_everything_is_shown_that_it_may_have() -> None:
    stack = stack_in()
    found = titled(widgets_of(stack, service_with(stack, None)))
    assert "Failed TLS handshakes per 5 minutes" in found
    assert "Healthy targets by zone" not in found
    assert labels(found["Port allocation errors per 5 minutes"]) == ["ServiceLoadBalancer"]


def test_the_largest_consumers_are_searched() -> None:
    stack = new_stack()
    found = titled(widgets_of(stack, service_in(stack)))["The 10 endpoints with most bytes"]
    [[line]] = found["properties"]["metrics"]
    assert line["expression"] == (
        'SORT(SEARCH(\'{AWS/PrivateLinkServices,"Service Id","VPC Endpoint Id"} '
        'MetricName="BytesProcessed" "id-of-ServiceDBC79909"\', \'Sum\', 300), SUM, DESC, 10)'
    )
    assert line["label"] == "${PROP('Dim.VPC Endpoint Id')}"


@pytest.mark.parametrize("enabled", [True, False, None], ids=["on", "off", "not said"])
def test_contributor_insights_are_shown_where_they_are_on(*, enabled: bool | None) -> None:
    stack = new_stack()
    service = service_in(stack, contributor_insights_enabled=enabled)
    found = titled(widgets_of(stack, service))
    assert ("Largest endpoint, by Contributor Insights" in found) is bool(enabled)


# Endpoints.


def test_rows_of_an_endpoint() -> None:
    stack = consumer_in()
    found = widgets_of(stack, endpoints=(endpoint_in(stack),))
    assert list(titled(found)) == [
        "Active connections",
        "New connections per 5 minutes",
        "Bytes per 5 minutes",
        "Dropped and RST packets per 5 minutes",
        "Active connections by subnet",
        "Bytes by subnet, per 5 minutes",
        "Dropped packets by subnet, per 5 minutes",
    ]
    assert_nothing_overlaps(found)
    assert "## Interface endpoint Endpoint" in texts(found)
    by_subnet = titled(found)["Bytes by subnet, per 5 minutes"]
    assert len(by_subnet["properties"]["metrics"]) == 2
    assert {"Subnet Id"} <= {name for it in of_widget(by_subnet) for name in it.dimensions}


def test_the_state_of_the_alarms_of_an_endpoint_is_shown() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack)
    InterfaceEndpointAlarms(stack, "Alarms", endpoint=endpoint)
    InterfaceEndpointAlarms(stack, "Others", endpoint=endpoint_in(stack, "Other"))
    [found] = [it for it in widgets_of(stack, endpoints=(endpoint,)) if it["type"] == "alarm"]
    assert len(found["properties"]["alarms"]) == 1


def test_subnets_that_are_not_known_are_searched() -> None:
    stack = consumer_in()
    endpoint = imported(stack, service_name=NAME, vpc_id="vpc-0123456789abcdef0")
    found = titled(widgets_of(stack, endpoints=(endpoint,)))
    active = found["Active connections by subnet"]["properties"]["metrics"]
    assert "\"vpce-0123456789abcdef0\"', 'Maximum', 300)" in json.dumps(active).replace('\\"', '"')
    dropped = found["Dropped packets by subnet, per 5 minutes"]["properties"]["metrics"]
    assert "'Sum', 300" in json.dumps(dropped)


def test_an_endpoint_to_another_region_has_a_text_that_says_so() -> None:
    stack = consumer_in(app_with_zones())
    endpoint = endpoint_in(stack, service=ELSEWHERE)
    found = widgets_of(stack, endpoints=(endpoint,))
    assert titled(found) == {}
    assert "in **us-east-1**: AWS publishes no metrics across Regions." in texts(found)


def test_widgets_can_be_had_for_another_dashboard() -> None:
    stack = new_stack()
    service = service_in(stack)
    contract = contract_with(availability_zones=["eu-west-1a", "eu-west-1b"])
    endpoint = endpoint_in(stack, service=contract)
    dashboard = cloudwatch.Dashboard(stack, "Own")
    dashboard.add_widgets(*EndpointServiceWidgets(service).zones)
    dashboard.add_widgets(*InterfaceEndpointWidgets(endpoint).traffic)
    assert len(shown(stack)) == 7


def test_a_service_of_another_library_has_widgets() -> None:
    class Measured(Plain):
        """With the metrics of the protocol."""

        def _metric(self, **options: Any) -> cloudwatch.Metric:
            dimensions = {"Service Id": self.endpoint_service_id}
            return cloudwatch.Metric(
                namespace="AWS/PrivateLinkServices",
                metric_name="NewConnections",
                dimensions_map=dimensions,
                **options,
            )

        endpoint_service_name = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
        contract = acceptor = None
        metric_active_connections = metric_bytes_processed = _metric
        metric_endpoints_count = metric_new_connections = metric_rst_packets_sent = _metric

    stack = stack_in()
    service: Any = Measured()
    found = widgets_of(stack, service)
    assert "## Endpoint service of another app" in texts(found)
    assert "no alarms are defined" in texts(found)


# The dashboard itself.


def test_a_dashboard_of_another_account_says_where_metrics_are() -> None:
    app = cdk.App()
    service = service_with(stack_in(app), None)
    there = cdk.Stack(app, "There", env=cdk.Environment(account="222222222222", region="us-east-1"))
    widgets = EndpointServiceWidgets(service)
    lines = [
        line[-1]
        for row in (widgets.traffic, widgets.zones, widgets.consumers)
        for widget in row
        for line in there.resolve(widget.to_json())[0]["properties"]["metrics"]
    ]
    assert lines
    for line in lines:
        assert (line["accountId"], line["region"]) == ("111111111111", "eu-west-1")


def test_the_name_is_cloudformations_choice_unless_it_is_given() -> None:
    stack = stack_in()
    service = service_with(stack, None)
    PrivateLinkDashboard(stack, "Unnamed", services=[service])
    named = PrivateLinkDashboard(
        stack, "Named", services=[service], dashboard_name="PrivateLink_1-a"
    )
    found = resources(template_of(stack), DASHBOARD).values()
    assert {it.get("DashboardName") for it in found} == {None, "PrivateLink_1-a"}
    assert isinstance(named.dashboard, cloudwatch.Dashboard)


def test_a_name_that_is_a_token_passes() -> None:
    stack = stack_in()
    name = cdk.CfnParameter(stack, "Name").value_as_string
    service = service_with(stack, None)
    assert PrivateLinkDashboard(stack, "Dashboard", services=[service], dashboard_name=name)


def test_fails_when_a_dashboard_is_of_nothing() -> None:
    stack = stack_in()
    with refused(stack, "dashboard-content-missing"):
        PrivateLinkDashboard(stack, "Dashboard")


@pytest.mark.parametrize("name", ["Private Link", "", "a" * 256, "a/b"])
def test_fails_when_a_name_is_malformed(name: str) -> None:
    stack = stack_in()
    service = service_with(stack, None)
    with refused(stack, "dashboard-name-malformed"):
        PrivateLinkDashboard(stack, "Dashboard", services=[service], dashboard_name=name)


def test_fails_when_an_import_does_not_know_its_dimensions() -> None:
    stack = consumer_in()
    endpoint = imported(stack)
    with refusal("endpoint-metrics-undetermined"):
        PrivateLinkDashboard(stack, "Dashboard", endpoints=[endpoint])
    assert stack.node.try_find_child("Dashboard") is None


def test_the_paths_are_pinned() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[listener(80, targets=[address("192.168.0.4")])])
    EndpointServiceAlarms(stack, "Alarms", service=service)
    InterfaceEndpointAlarms(stack, "EndpointAlarms", endpoint=endpoint_in(stack))
    PrivateLinkDashboard(stack, "Dashboard", services=[service])
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard")
    assert sorted(
        it.node.path.removeprefix("Stack/")
        for it in stack.node.find_all()
        if isinstance(it, cdk.CfnResource) and it.cfn_resource_type in kinds
    ) == [
        "Alarms/ConnectionUse-LoadBalancer-eu-west-1a/Resource",
        "Alarms/ConnectionUse-LoadBalancer-eu-west-1b/Resource",
        "Alarms/FailOpen-LoadBalancer-eu-west-1a/Resource",
        "Alarms/FailOpen-LoadBalancer-eu-west-1b/Resource",
        "Alarms/HealthyTargets-TargetGroup80-LoadBalancer-eu-west-1a/Resource",
        "Alarms/HealthyTargets-TargetGroup80-LoadBalancer-eu-west-1b/Resource",
        "Alarms/PortAllocationErrors-LoadBalancer-eu-west-1a/Resource",
        "Alarms/PortAllocationErrors-LoadBalancer-eu-west-1b/Resource",
        "Dashboard/Resource/Resource",
        "EndpointAlarms/PacketsDropped/Resource",
    ]
