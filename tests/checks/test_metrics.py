"""Alarms on metrics that AWS doesn't publish are found in templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.stacks import (
    SERVICE,
    changed,
    findings,
    ref,
    resource,
    rules,
    rules_across,
    stack,
    with_resources,
)

from privatelink_constructs.facts import metric_tables as tables
from privatelink_constructs.inventory.watched_metrics import NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_PUBLISHED = "metric-dimensions-not-supported"
MALFORMED = "metric-dimension-malformed"
ZONE = "metric-zone-mismatch"
BALANCER = "metric-load-balancer-mismatch"
SUBNET = "metric-subnet-mismatch"
REGION = "endpoint-metrics-not-supported"
OURS = {NOT_PUBLISHED, MALFORMED, ZONE, BALANCER, SUBNET, REGION}
VALUES: dict[str, Any] = {
    "Az": "eu-west-1a",
    "Endpoint Type": "Interface",
    "LoadBalancer": {"Fn::GetAtt": ["Nlb", "LoadBalancerFullName"]},
    "Service Id": ref(SERVICE),
    "TargetGroup": {"Fn::GetAtt": ["Targets", "TargetGroupFullName"]},
}
IF = {"Fn::If": ["Unknown", {"Name": "Az", "Value": "eu-west-1a"}, ref("AWS::NoValue")]}
Metric = dict[str, Any]


def metric(namespace: str, name: str, dimensions: dict[str, Any] | None) -> Metric:
    found: Metric = {"Namespace": namespace, "MetricName": name}
    if dimensions is not None:
        found["Dimensions"] = [{"Name": key, "Value": it} for key, it in dimensions.items()]
    return found


def simple(measured: Metric) -> dict[str, Any]:
    return resource("AWS::CloudWatch::Alarm", **measured, Statistic="Sum", Threshold=1)


def by_math(measured: Metric) -> dict[str, Any]:
    metrics = [
        {"Id": "sum", "Expression": "one * 2"},
        {"Id": "one", "MetricStat": {"Metric": measured, "Period": 60, "Stat": "Sum"}},
    ]
    return resource("AWS::CloudWatch::Alarm", Metrics=metrics, Threshold=1)


def anomalies(measured: Metric) -> dict[str, Any]:
    return resource("AWS::CloudWatch::AnomalyDetector", **measured, Stat="Sum")


def anomalies_of_one(measured: Metric) -> dict[str, Any]:
    detector = {**measured, "Stat": "Sum"}
    return resource("AWS::CloudWatch::AnomalyDetector", SingleMetricAnomalyDetector=detector)


def anomalies_of_math(measured: Metric) -> dict[str, Any]:
    queries = by_math(measured)["Properties"]["Metrics"]
    detector = {"MetricDataQueries": queries}
    return resource("AWS::CloudWatch::AnomalyDetector", MetricMathAnomalyDetector=detector)


FORMS = (simple, by_math, anomalies, anomalies_of_one, anomalies_of_math)
Template = dict[str, Any]


def broken(measured: Metric, template: Template | None = None) -> set[str]:
    return rules(with_resources(template, Alarm=simple(measured))) & OURS


def service_metric(**dimensions: object) -> Metric:
    named = {key.replace("_", " "): value for key, value in dimensions.items()}
    return metric(tables.SERVICES, "NewConnections", {"Service Id": ref(SERVICE), **named})


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_fails_when_a_dimension_is_misspelled(form: Callable[[Metric], dict[str, Any]]) -> None:
    wrong = metric(tables.SERVICES, "RstPacketsSent", {"ServiceId": ref(SERVICE)})
    right = metric(tables.SERVICES, "RstPacketsSent", {"Service Id": ref(SERVICE)})
    (found,) = findings(with_resources(Alarm=form(wrong)))
    assert found.rule == NOT_PUBLISHED
    assert found.property_path.endswith("Dimensions")
    assert found.message == (
        "AWS has no RstPacketsSent in AWS/PrivateLinkServices by 'ServiceId', but by 'Service Id'."
    )
    assert not findings(with_resources(Alarm=form(right)))


EVERY = [
    pytest.param(namespace, name, one, id=f"{namespace}-{name}-{'-'.join(sorted(one))}")
    for namespace in sorted(NAMESPACES)
    for name, sets in tables.METRIC_TABLES[namespace].metrics.items()
    for one in sets
]


@pytest.mark.parametrize(("namespace", "name", "names"), EVERY)
def test_only_the_published_set_passes(namespace: str, name: str, names: frozenset[str]) -> None:
    given = {key: VALUES.get(key, ref("Parameter")) for key in sorted(names)}
    assert not broken(metric(namespace, name, given))
    misspelled = {f"{key} ": value for key, value in given.items()}
    assert broken(metric(namespace, name, misspelled)) == {NOT_PUBLISHED}
    assert NOT_PUBLISHED in broken(metric(namespace, name, {**given, "Owner": "payments"}))


@pytest.mark.parametrize("dimensions", [None, {}], ids=["none", "empty"])
def test_fails_when_there_are_no_dimensions(dimensions: dict[str, Any] | None) -> None:
    assert broken(metric(tables.SERVICES, "EndpointsCount", dimensions)) == {NOT_PUBLISHED}


@pytest.mark.parametrize(
    ("namespace", "name", "dimensions"),
    [
        (tables.SERVICES, "EndpointsCount", {"Service Id": ref(SERVICE), "Az": "eu-west-1a"}),
        (tables.SERVICES, "NewConnections", {"Az": "eu-west-1a"}),
        (tables.SERVICES, "Tomorrow", {"ServiceId": ref(SERVICE)}),
        (tables.ENDPOINTS, "PacketsDropped", {"VPC Endpoint Id": "vpce-0123456789abcdef0"}),
        (tables.LOAD_BALANCERS, "HealthyHostCount", {"LoadBalancer": VALUES["LoadBalancer"]}),
        (tables.LOAD_BALANCERS, "NewFlowCount", {"LoadBalancerName": "payments"}),
    ],
    ids=["counted by zone", "no service", "new metric", "endpoint only", "no group", "name"],
)
def test_fails_when_the_set_is_not_published(
    namespace: str, name: str, dimensions: dict[str, Any]
) -> None:
    assert broken(metric(namespace, name, dimensions)) == {NOT_PUBLISHED}


@pytest.mark.parametrize(
    "measured",
    [
        metric("AWS/ApplicationELB", "HealthyHostCount", {"ServiceId": "1"}),
        metric("Payments", "RstPacketsSent", None),
        metric("AWS/SQS", "NumberOfMessagesSent", {"QueueName": "payments"}),
        metric(tables.SERVICES, "Tomorrow", {"Service Id": ref(SERVICE)}),
        metric(tables.LOAD_BALANCERS, "Tomorrow", {"TargetGroup": VALUES["TargetGroup"]}),
        {**metric(tables.SERVICES, "NewConnections", None), "Namespace": ref("Parameter")},
        {**metric(tables.SERVICES, "NewConnections", None), "MetricName": ref("Parameter")},
        {**metric(tables.SERVICES, "NewConnections", None), "Dimensions": ref("Parameter")},
        {**metric(tables.SERVICES, "NewConnections", None), "Dimensions": [IF]},
    ],
    ids=[
        "other namespace",
        "own namespace",
        "namespace of which we know a part",
        "new metric",
        "new metric of a load balancer",
        "namespace not known",
        "name not known",
        "dimensions not known",
        "conditional dimension",
    ],
)
def test_passes_what_is_not_known(measured: Metric) -> None:
    template = stack()
    template["Parameters"] = {"Parameter": {"Type": "String"}}
    template["Conditions"] = {"Unknown": {"Fn::Equals": [ref("Parameter"), "yes"]}}
    assert not broken(measured, template)


ARN = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/a/0123456789abcdef"


@pytest.mark.parametrize(
    "value",
    [
        ref("Nlb"),
        {"Fn::GetAtt": ["Nlb", "LoadBalancerArn"]},
        {"Fn::Sub": "arn:aws:elasticloadbalancing:${AWS::Region}:1:loadbalancer/net/a/0"},
        ARN,
        "payments",
    ],
    ids=["Ref", "attribute", "Sub", "ARN", "name"],
)
def test_fails_when_a_load_balancer_is_not_its_full_name(value: object) -> None:
    assert broken(metric(tables.LOAD_BALANCERS, "NewFlowCount", {"LoadBalancer": value})) == {
        MALFORMED
    }


@pytest.mark.parametrize(
    "value",
    [
        VALUES["LoadBalancer"],
        "net/payments/0123456789abcdef",
        {"Fn::Sub": "net/${AWS::StackName}/0123456789abcdef"},
        {"Fn::Sub": "${AWS::StackName}"},
        {"Fn::Select": [1, {"Fn::Split": ["loadbalancer/", ref("Nlb")]}]},
    ],
    ids=["attribute", "literal", "Sub", "only a gap", "end of an ARN"],
)
def test_a_full_name_passes(value: object) -> None:
    assert not broken(metric(tables.LOAD_BALANCERS, "NewFlowCount", {"LoadBalancer": value}))


def test_fails_when_a_target_group_is_not_its_full_name() -> None:
    wrong = {"LoadBalancer": VALUES["LoadBalancer"], "TargetGroup": ref("Targets")}
    (found,) = findings(
        with_resources(Alarm=simple(metric(tables.LOAD_BALANCERS, "HealthyHostCount", wrong)))
    )
    assert found.rule == MALFORMED
    assert found.property_path == "Properties.Dimensions.1.Value"
    assert "the ARN of Targets, but must begin with 'targetgroup/'" in found.message


def in_zones(*zones: object) -> Template:
    template = stack()
    for name, zone in zip(("SubnetA", "SubnetB"), zones, strict=True):
        template["Resources"][name]["Properties"]["AvailabilityZone"] = zone
    return template


ZONES = in_zones("eu-west-1a", "eu-west-1b")


def test_fails_when_the_service_is_not_in_the_zone() -> None:
    assert broken(service_metric(Az="eu-west-1c"), ZONES) == {ZONE}
    assert not broken(service_metric(Az="eu-west-1b"), ZONES)


@pytest.mark.parametrize(
    "zone", ["euw1-az3", ref("AWS::StackName"), "*"], ids=["ID", "not known", "no zone"]
)
def test_a_zone_that_cannot_be_compared_passes(zone: object) -> None:
    assert not broken(service_metric(Az=zone), ZONES)


@pytest.mark.parametrize(
    "template",
    [
        stack(),
        in_zones("eu-west-1a", {"Fn::Select": [1, {"Fn::GetAZs": ""}]}),
        changed(SERVICE, NetworkLoadBalancerArns=[ARN]),
        changed(SERVICE, NetworkLoadBalancerArns=ref("AWS::StackName")),
        changed("Nlb", Subnets=["subnet-0123456789abcdef0"]),
        changed("Nlb", Subnets={"Fn::Split": [",", ref("AWS::StackName")]}),
    ],
    ids=[
        "zones by position",
        "one by position",
        "imported load balancer",
        "load balancers not known",
        "imported subnets",
        "subnets not known",
    ],
)
def test_any_zone_passes_where_the_zones_are_not_known(template: Template) -> None:
    assert not broken(service_metric(Az="eu-west-1c"), template)


def with_another(arns: list[object]) -> Template:
    template = changed(SERVICE, NetworkLoadBalancerArns=arns)
    template["Resources"]["Other"] = template["Resources"]["Nlb"]
    return template


def test_fails_when_the_load_balancer_is_of_another_service() -> None:
    measured = service_metric(Load_Balancer_Arn=ref("Other"))
    assert broken(measured, with_another([ref("Nlb")])) == {BALANCER}
    assert not broken(measured, with_another([ref("Nlb"), ref("Other")]))
    assert not broken(measured, with_another([ref("Nlb"), ARN]))
    assert not broken(service_metric(Load_Balancer_Arn=ARN), with_another([ref("Nlb")]))


def endpoint(**properties: object) -> dict[str, Any]:
    return resource(
        "AWS::EC2::VPCEndpoint",
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
        VpcId=ref("Vpc"),
        **properties,
    )


def of_endpoint(**dimensions: object) -> Metric:
    named = {
        "Endpoint Type": "Interface",
        "Service Name": "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
        "VPC Endpoint Id": ref("Endpoint"),
        "VPC Id": ref("Vpc"),
    }
    more = {key.replace("_", " "): value for key, value in dimensions.items()}
    return metric(tables.ENDPOINTS, "PacketsDropped", {**named, **more})


def test_fails_when_the_endpoint_is_not_in_the_subnet() -> None:
    measured = of_endpoint(Subnet_Id=ref("SubnetB"))
    for subnets, expected in (
        ([ref("SubnetA")], {SUBNET}),
        ([ref("SubnetA"), ref("SubnetB")], set[str]()),
        ([ref("SubnetA"), "subnet-0123456789abcdef0"], set[str]()),
        (ref("AWS::StackName"), set[str]()),
    ):
        template = with_resources(Endpoint=endpoint(SubnetIds=subnets))
        assert broken(measured, template) == expected


def test_fails_when_the_endpoint_is_in_another_region_than_its_service() -> None:
    there = with_resources(Endpoint=endpoint(ServiceRegion="us-east-1"))
    here = with_resources(Endpoint=endpoint(ServiceRegion="eu-west-1"))
    assert broken(of_endpoint(), there) == {REGION}
    assert not broken(of_endpoint(), here)
    alarm = with_resources(there, Alarm=simple(of_endpoint()))
    assert not rules(alarm, region=None) & OURS


def test_a_service_counts_connections_of_endpoints_in_other_regions() -> None:
    there = with_resources(Endpoint=endpoint(ServiceRegion="us-east-1"))
    assert not broken(service_metric(VPC_Endpoint_Id=ref("Endpoint")), there)


def test_fails_when_the_alarm_is_in_another_template() -> None:
    template = stack()
    exported = {"Value": ref("Nlb"), "Export": {"Name": "balancer"}}
    template["Outputs"] = {"Balancer": exported}
    imported = {"LoadBalancer": {"Fn::ImportValue": "balancer"}}
    alarm = simple(metric(tables.LOAD_BALANCERS, "NewFlowCount", imported))
    assert MALFORMED in rules_across(template, {"Resources": {"Alarm": alarm}})
