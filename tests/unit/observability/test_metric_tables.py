"""No metric, alarm, or widget has dimensions that AWS doesn't publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.consumers import NAME, endpoint_in
from tests.support.load_balanced import (
    address,
    both_zones,
    certificate,
    new_stack,
    service_in,
)
from tests.support.published import imported_load_balancer, template_of
from tests.unit.observability.used_metrics import insight_rules, used

from privatelink_constructs import (
    AcceptancePolicy,
    EndpointService,
    EndpointServiceAlarms,
    EndpointServiceThresholds,
    InterfaceEndpoint,
    InterfaceEndpointAlarms,
    InterfaceEndpointThresholds,
    Listener,
    LoadBalancerTopology,
    PrivateDnsName,
    PrivateLinkDashboard,
)
from privatelink_constructs.facts import metric_tables as tables

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch

    from privatelink_constructs import IEndpointService, IInterfaceEndpoint

METHODS = {
    "metric_active_connections": "ActiveConnections",
    "metric_bytes_processed": "BytesProcessed",
    "metric_new_connections": "NewConnections",
    "metric_rst_packets_sent": "RstPacketsSent",
}
OF_ENDPOINTS = {
    "metric_active_connections": "ActiveConnections",
    "metric_bytes_processed": "BytesProcessed",
    "metric_new_connections": "NewConnections",
    "metric_packets_dropped": "PacketsDropped",
    "metric_rst_packets_received": "RstPacketsReceived",
}
PROTOCOLS = ("tcp", "tls", "udp")
EVERYTHING = EndpointServiceThresholds(resets_sent=1)


def documented(namespace: str, name: str, dimensions: frozenset[str]) -> bool:
    return dimensions in (tables.dimension_sets(namespace, name) or ())


def listener_of(stack: cdk.Stack, protocol: str, port: int) -> Listener:
    if protocol == "tls":
        known = stack.node.try_find_child("Certificate")
        found: Any = known or certificate(stack)
        return Listener.tls(port, certificates=[found], targets=both_zones())
    return getattr(Listener, protocol)(port, targets=both_zones())


def service_of(stack: cdk.Stack, options: dict[str, Any]) -> IEndpointService:
    """Define a service, or import one."""
    if options["imported"]:
        return EndpointService.from_endpoint_service_attributes(
            stack,
            "Service",
            endpoint_service_id="vpce-svc-0123456789abcdef0",
            load_balancers=[imported_load_balancer(stack, it) for it in options["balancers"]],
            availability_zones=options["zones"],
            private_dns_name="pay.example.com",
        )
    rules = AcceptancePolicy.by_rules(accept_accounts=["222222222222"])
    regional = options["regional"]
    return service_in(
        stack,
        "Service",
        listeners=[listener_of(stack, it, 80 + at) for at, it in enumerate(options["protocols"])],
        acceptance=rules if options["rules"] else AcceptancePolicy.manual(),
        allowed_principals=["222222222222"],
        client_cidrs=["10.0.0.0/8"] if options["enforced"] else None,
        contributor_insights_enabled=options["insights"],
        private_dns_name=PrivateDnsName.external("pay.example.com"),
        topology=LoadBalancerTopology.REGIONAL
        if regional
        else LoadBalancerTopology.PER_AVAILABILITY_ZONE,
        **({"cross_zone_enabled": options["cross_zone"]} if regional else {}),
    )


def endpoint_of(stack: cdk.Stack, options: dict[str, Any]) -> IInterfaceEndpoint:
    if not options["imported"]:
        return endpoint_in(stack)
    return InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Endpoint",
        vpc_endpoint_id="vpce-0123456789abcdef0",
        regional_dns_name="vpce-0123456789abcdef0-abcdefgh.vpce-svc-0.eu-west-1.vpce.amazonaws.com",
        regional_hosted_zone_id="Z0123456789ABCDEFGHIJ",
        vpc_id="vpc-0123456789abcdef0",
        service_name=NAME,
        subnet_ids=options["subnets"],
    )


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    options=st.fixed_dictionaries(
        {
            "imported": st.booleans(),
            "agnostic": st.booleans(),
            "balancers": st.lists(st.sampled_from(["One", "Two"]), unique=True),
            "zones": st.sampled_from([(), ("eu-west-1a",), ("eu-west-1a", "eu-west-1b")]),
            "protocols": st.lists(st.sampled_from(PROTOCOLS), min_size=1, max_size=3, unique=True),
            "rules": st.booleans(),
            "enforced": st.booleans(),
            "insights": st.booleans(),
            "regional": st.booleans(),
            "cross_zone": st.booleans(),
            "subnets": st.sampled_from([(), ("subnet-0123456789abcdef0",)]),
        }
    )
)
def test_alarms_and_widgets_use_documented_dimensions_only(options: dict[str, Any]) -> None:
    stack = new_stack(agnostic=options["agnostic"])
    service, endpoint = service_of(stack, options), endpoint_of(stack, options)
    EndpointServiceAlarms(
        stack,
        "Alarms",
        service=service,
        thresholds=EVERYTHING,
        private_dns_check_every=cdk.Duration.hours(1),
    )
    thresholds = InterfaceEndpointThresholds(resets_received=1)
    InterfaceEndpointAlarms(stack, "EndpointAlarms", endpoint=endpoint, thresholds=thresholds)
    PrivateLinkDashboard(stack, "Dashboard", services=[service], endpoints=[endpoint])

    template = template_of(stack)
    found = list(used(template))
    assert found
    assert [it for it in found if not documented(*it)] == []
    assert insight_rules(template) <= set(tables.INSIGHT_RULES)
    assert bool(insight_rules(template)) is (options["insights"] and not options["imported"])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("zone", "balancer", "endpoint"),
    [
        (False, False, False),
        (True, False, False),
        (False, True, False),
        (True, True, False),
        (False, False, True),
    ],
    ids=["all", "zone", "load balancer", "zone of a load balancer", "endpoint"],
)
def test_metrics_of_a_service(method: str, *, zone: bool, balancer: bool, endpoint: bool) -> None:
    service = service_in(new_stack())
    part: dict[str, Any] = {}
    part |= {"availability_zone": "eu-west-1a"} if zone else {}
    part |= {"load_balancer": service.load_balancers[0]} if balancer else {}
    part |= {"vpc_endpoint_id": "vpce-0123456789abcdef0"} if endpoint else {}
    metric: cloudwatch.Metric = getattr(service, method)(**part)
    dimensions = frozenset(metric.dimensions or {})
    assert (metric.namespace, metric.metric_name) == (tables.SERVICES, METHODS[method])
    assert documented(metric.namespace, metric.metric_name, dimensions)
    assert len(dimensions) == 1 + zone + balancer + endpoint


@pytest.mark.parametrize("method", OF_ENDPOINTS)
@pytest.mark.parametrize("subnet", [False, True], ids=["all", "subnet"])
def test_metrics_of_an_endpoint(method: str, *, subnet: bool) -> None:
    endpoint = endpoint_in(new_stack())
    part: dict[str, Any] = {"subnet_id": endpoint.subnet_ids[0]} if subnet else {}
    metric: cloudwatch.Metric = getattr(endpoint, method)(**part)
    dimensions = frozenset(metric.dimensions or {})
    assert (metric.namespace, metric.metric_name) == (tables.ENDPOINTS, OF_ENDPOINTS[method])
    assert documented(metric.namespace, metric.metric_name, dimensions)
    assert len(dimensions) == 4 + subnet


def test_endpoints_are_counted_by_service_only() -> None:
    metric = service_in(new_stack()).metric_endpoints_count()
    assert metric.metric_name == "EndpointsCount"
    assert set(metric.dimensions or {}) == {"Service Id"}


@pytest.mark.parametrize("namespace", tables.METRIC_TABLES)
def test_each_table_names_its_source(namespace: str) -> None:
    table = tables.METRIC_TABLES[namespace]
    assert table.url.startswith("https://docs.aws.amazon.com/")
    assert table.metrics
    assert all(table.metrics.values())


def test_names_with_spaces_are_those_of_aws() -> None:
    """``ServiceId``, as another library writes it, finds nothing."""
    sets = tables.METRIC_TABLES[tables.SERVICES].metrics["RstPacketsSent"]
    assert frozenset({"ServiceId", "LoadBalancerArn", "Az"}) not in sets
    assert frozenset({"Service Id", "Load Balancer Arn", "Az"}) in sets


def test_other_namespaces_are_not_known() -> None:
    assert tables.dimension_sets("AWS/EC2", "CPUUtilization") is None
    assert tables.dimension_sets(tables.SERVICES, "Connections") == ()


def test_a_target_outside_of_the_vpc_is_no_reason_for_other_dimensions() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[Listener.tcp(80, targets=[address("192.168.0.4")])])
    EndpointServiceAlarms(stack, "Alarms", service=service)
    assert all(documented(*it) for it in used(template_of(stack)))
