"""The alarms of an endpoint service: which there are, and when they go off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch_actions as alarm_actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from tests.support.load_balanced import (
    address,
    both_zones,
    certificate,
    fargate_in,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import (
    imported_load_balancer,
    service_with,
    stack_in,
    template_of,
)
from tests.support.refusals import refusal, refused, warnings_of
from tests.support.vpcs import vpc_in
from tests.unit.observability.used_metrics import ALARM, resources
from tests.unit.provider.target_placement.placement import alb_in

from privatelink_constructs import (
    EndpointService,
    EndpointServiceAlarms,
    EndpointServiceThresholds,
    Listener,
    LoadBalancerTopology,
    PrivateDnsName,
)
from privatelink_constructs.rules.core import readable

if TYPE_CHECKING:
    from privatelink_constructs import IEndpointService

REGIONAL = LoadBalancerTopology.REGIONAL
GROUP_ARN = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/pay/943f017f100becff"


APPLICATION = (
    "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/50dc6c495c0c9188"
)


def alarms_of(stack: cdk.Stack, service: IEndpointService, **options: Any) -> dict[str, Any]:
    """Define alarms, and return them by their paths below the construct."""
    found = EndpointServiceAlarms(stack, "Alarms", service=service, **options)
    properties = resources(template_of(stack), ALARM)
    start = len(found.node.path) + 1
    return {
        it.node.path[start:].removesuffix("/Resource"): properties[stack.get_logical_id(it)]
        for it in found.node.find_all()
        if isinstance(it, cdk.CfnResource) and it.cfn_resource_type == ALARM
    }


def seen(alarm: dict[str, Any]) -> tuple[Any, ...]:
    """Return what decides when an alarm goes off."""
    datapoints = alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
    return (
        alarm["MetricName"],
        alarm["Statistic"],
        alarm["Period"],
        alarm["ComparisonOperator"].removesuffix("Threshold"),
        alarm["Threshold"],
        f"{datapoints} of {alarm['EvaluationPeriods']}",
        alarm["TreatMissingData"],
    )


def dimensions(alarm: dict[str, Any]) -> set[str]:
    return {it["Name"] for it in alarm["Dimensions"]}


def test_each_zone_has_its_alarms() -> None:
    stack = new_stack()
    found = alarms_of(stack, service_in(stack, client_cidrs=["10.0.0.0/8"]))
    names = {
        *("PortAllocationErrors", "ConnectionUse", "HealthyTargets-TargetGroup80"),
        *("FailOpen", "BlockedTcp"),
    }
    assert found.keys() == {
        f"{name}-LoadBalancer-{zone}" for zone in ("eu-west-1a", "eu-west-1b") for name in names
    }
    of_zone = {name: found[f"{name}-LoadBalancer-eu-west-1a"] for name in names}
    use = of_zone.pop("ConnectionUse")
    assert {name: seen(it) for name, it in of_zone.items()} == {
        "PortAllocationErrors": (
            *("PortAllocationErrorCount", "Sum", 60, "GreaterThan", 0, "1 of 1"),
            "notBreaching",
        ),
        "HealthyTargets-TargetGroup80": (
            *("HealthyHostCount", "Minimum", 60, "LessThan", 1, "3 of 3"),
            "breaching",
        ),
        "FailOpen": (
            *("UnhealthyRoutingFlowCount", "Sum", 60, "GreaterThan", 0, "2 of 3"),
            "notBreaching",
        ),
        "BlockedTcp": (
            *("SecurityGroupBlockedFlowCount_Inbound_TCP", "Sum", 300, "GreaterThan", 0),
            *("2 of 3", "notBreaching"),
        ),
    }
    assert dimensions(of_zone["HealthyTargets-TargetGroup80"]) == {
        *("AvailabilityZone", "LoadBalancer", "TargetGroup")
    }
    assert dimensions(of_zone["PortAllocationErrors"]) == {"LoadBalancer"}
    assert (use["Threshold"], use["EvaluationPeriods"], use["TreatMissingData"]) == (
        *(0.7, 3, "ignore"),
    )


def test_the_use_of_connections_is_that_of_55000_for_each_healthy_target() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[listener(80), listener(81)])
    found = alarms_of(stack, service)["ConnectionUse-LoadBalancer-eu-west-1a"]
    expression, *metrics = found["Metrics"]
    assert expression["Expression"] == "flows / (55000 * (healthy0 + healthy1))"
    assert {
        it["Id"]: (it["MetricStat"]["Metric"]["MetricName"], it["MetricStat"]["Stat"])
        for it in metrics
    } == {
        "flows": ("ActiveFlowCount", "Maximum"),
        "healthy0": ("HealthyHostCount", "Minimum"),
        "healthy1": ("HealthyHostCount", "Minimum"),
    }
    assert {it["MetricStat"]["Period"] for it in metrics} == {300}


def test_each_description_says_what_happened_what_to_look_at_and_what_to_do() -> None:
    stack = new_stack()
    service = service_in(
        stack,
        listeners=[
            Listener.tls(443, certificates=[certificate(stack)], targets=both_zones()),
            listener(80),
        ],
        client_cidrs=["10.0.0.0/8"],
        private_dns_name=PrivateDnsName.external("pay.example.com"),
    )
    thresholds = EndpointServiceThresholds(resets_sent=1)
    every = cdk.Duration.hours(1)
    found = alarms_of(stack, service, thresholds=thresholds, private_dns_check_every=every)
    for alarm in found.values():
        text = alarm["AlarmDescription"]
        assert text.count(". ") >= 2
        assert "Look at " in text
        assert len(text) <= 1024
        assert readable(text) == text


def test_a_service_without_enforcement_has_no_alarm_on_blocked_connections() -> None:
    stack = new_stack()
    assert not [it for it in alarms_of(stack, service_in(stack)) if "Blocked" in it]


@pytest.mark.parametrize(
    ("protocols", "expected"),
    [
        (["udp"], {"BlockedUdp", "FailOpen"}),
        (["tcp_udp"], {"BlockedTcp", "BlockedUdp", "FailOpen"}),
        (["tls"], {"BlockedTcp", "TlsFailures"}),
        (["tls", "tcp"], {"BlockedTcp", "TlsFailures", "FailOpen"}),
    ],
    ids=["udp", "tcp and udp", "tls", "tls and tcp"],
)
def test_alarms_follow_what_listeners_speak(protocols: list[str], expected: set[str]) -> None:
    stack = new_stack()
    listeners = [
        Listener.tls(443, certificates=[certificate(stack)], targets=both_zones())
        if it == "tls"
        else getattr(Listener, it)(80, targets=both_zones())
        for it in protocols
    ]
    found = alarms_of(stack, service_in(stack, listeners=listeners, client_cidrs=["10.0.0.0/8"]))
    names = {it.partition("-")[0] for it in found}
    assert names & {"BlockedTcp", "BlockedUdp", "FailOpen", "TlsFailures"} == expected


def test_tls_failures_are_a_part_of_new_connections() -> None:
    stack = new_stack()
    tls = Listener.tls(443, certificates=[certificate(stack)], targets=both_zones())
    found = alarms_of(stack, service_in(stack, listeners=[tls]))
    alarm = found["TlsFailures-LoadBalancer-eu-west-1a"]
    expression, *metrics = alarm["Metrics"]
    assert expression["Expression"] == "SUM([client, target]) / MAX([SUM([client, target]), flows])"
    assert {it["MetricStat"]["Metric"]["MetricName"] for it in metrics} == {
        *("ClientTLSNegotiationErrorCount", "TargetTLSNegotiationErrorCount", "NewFlowCount_TLS")
    }
    assert (alarm["Threshold"], alarm["TreatMissingData"]) == (0.05, "notBreaching")


def test_a_regional_load_balancer_is_looked_at_zone_by_zone() -> None:
    stack = new_stack()
    service = service_in(stack, topology=REGIONAL, cross_zone_enabled=False)
    found = alarms_of(stack, service)
    assert found.keys() == {
        "FailOpen-LoadBalancer",
        *(
            f"{name}-LoadBalancer-{zone}"
            for name in ("PortAllocationErrors", "ConnectionUse", "HealthyTargets-TargetGroup80")
            for zone in ("eu-west-1a", "eu-west-1b")
        ),
    }
    assert dimensions(found["PortAllocationErrors-LoadBalancer-eu-west-1a"]) == {
        *("AvailabilityZone", "LoadBalancer")
    }


def test_with_cross_zone_load_balancing_all_zones_are_looked_at_together() -> None:
    stack = new_stack()
    one_zone = [listener(80, targets=[address()])]
    service = service_in(stack, topology=REGIONAL, cross_zone_enabled=True, listeners=one_zone)
    found = alarms_of(stack, service)
    healthy = found["HealthyTargets-TargetGroup80-LoadBalancer"]
    assert dimensions(healthy) == {"LoadBalancer", "TargetGroup"}


def test_ids_of_zones_that_are_tokens_follow_what_they_stand_for() -> None:
    stack = new_stack(agnostic=True)
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0)
    anywhere = [listener(80, targets=[address("192.168.0.4")])]
    service = service_in(
        stack, vpc=vpc, topology=REGIONAL, cross_zone_enabled=False, listeners=anywhere
    )
    found = alarms_of(stack, service)
    first = found["PortAllocationErrors-LoadBalancer-FnSelect0FnGetAZs"]
    [zone, _] = first["Dimensions"]
    assert zone["Value"] == {"Fn::Select": [0, {"Fn::GetAZs": ""}]}


def test_application_load_balancers_are_not_counted_by_cloudwatch() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    targets = [alb_in(vpc, port=80)]
    service = service_in(stack, vpc=vpc, listeners=[Listener.tcp(80, targets=targets)])
    found = alarms_of(stack, service)
    assert not [it for it in found if "Healthy" in it or "ConnectionUse" in it]


NONE: dict[str, Any] = {
    "port_allocation_errors": None,
    "connection_use": None,
    "healthy_targets": None,
    "fail_open_connections": None,
    "blocked_connections": None,
    "tls_failures": None,
    "resets_sent": None,
}


def test_each_alarm_can_be_left_out() -> None:
    stack = new_stack()
    tls = Listener.tls(443, certificates=[certificate(stack)], targets=both_zones())
    service = service_in(stack, listeners=[tls, listener(80)], client_cidrs=["10.0.0.0/8"])
    given: dict[str, Any] = NONE
    assert alarms_of(stack, service, thresholds=EndpointServiceThresholds(**given)) == {}


def test_thresholds_are_those_that_are_given() -> None:
    stack = new_stack()
    thresholds = EndpointServiceThresholds(
        port_allocation_errors=1, connection_use=0.5, healthy_targets=2, resets_sent=10
    )
    found = alarms_of(stack, service_in(stack), thresholds=thresholds)
    zone = "LoadBalancer-eu-west-1a"
    assert found["ResetsSent"]["Threshold"] == 10
    assert found[f"PortAllocationErrors-{zone}"]["Threshold"] == 1
    assert found[f"ConnectionUse-{zone}"]["Threshold"] == 0.5
    assert found[f"HealthyTargets-TargetGroup80-{zone}"]["Threshold"] == 2


# Load balancers that exist already, and imported services.


def existing(stack: cdk.Stack, **options: Any) -> EndpointService:
    vpc = vpc_in(stack)
    balancer = elbv2.NetworkLoadBalancer(stack, "Balancer", vpc=vpc, **options)
    group = elbv2.NetworkTargetGroup(stack, "Group", vpc=vpc, port=80, targets=both_zones())
    balancer.add_listener("Listener", port=80, default_target_groups=[group])
    return EndpointService(stack, "Service", load_balancers=[balancer])


def test_load_balancers_of_the_app_have_their_listeners_groups() -> None:
    stack = new_stack()
    found = alarms_of(stack, existing(stack))
    assert {it for it in found if it.endswith("eu-west-1a")} == {
        f"{name}-Balancer-eu-west-1a"
        for name in ("PortAllocationErrors", "ConnectionUse", "HealthyTargets-Group")
    }


def test_cross_zone_load_balancing_of_the_app_is_seen() -> None:
    stack = new_stack()
    found = alarms_of(stack, existing(stack, cross_zone_enabled=True))
    assert "HealthyTargets-Group-Balancer" in found


def test_an_imported_load_balancer_has_alarms_by_its_arn() -> None:
    stack = stack_in()
    found = alarms_of(stack, service_with(stack, None))
    assert found.keys() == {
        f"{name}-ServiceLoadBalancer" for name in ("PortAllocationErrors", "FailOpen", "BlockedTcp")
    }
    assert found["FailOpen-ServiceLoadBalancer"]["Dimensions"] == [
        {"Name": "LoadBalancer", "Value": "net/service/50dc6c495c0c9188"}
    ]


def imported(stack: cdk.Stack, **options: Any) -> IEndpointService:
    return EndpointService.from_endpoint_service_attributes(
        stack, "Imported", endpoint_service_id="vpce-svc-0123456789abcdef0", **options
    )


def test_an_imported_service_has_the_alarms_of_what_it_specifies() -> None:
    stack = stack_in()
    group = elbv2.NetworkTargetGroup.from_target_group_attributes(
        stack, "Group", target_group_arn=GROUP_ARN
    )
    service = imported(
        stack,
        load_balancers=[imported_load_balancer(stack, "One")],
        target_groups=[group],
        availability_zones=["eu-west-1a"],
    )
    found = alarms_of(stack, service)
    assert dimensions(found["HealthyTargets-Group-OneLoadBalancer"]) == {
        *("AvailabilityZone", "LoadBalancer", "TargetGroup")
    }


def test_an_imported_service_that_specifies_nothing_has_its_own_alarms_only() -> None:
    stack = stack_in()
    thresholds = EndpointServiceThresholds(resets_sent=5)
    found = alarms_of(stack, imported(stack), thresholds=thresholds)
    assert {name: seen(it) for name, it in found.items()} == {
        "ResetsSent": (*("RstPacketsSent", "Sum", 300, "GreaterThan", 5, "2 of 3", "notBreaching"),)
    }
    assert found["ResetsSent"]["Dimensions"] == [
        {"Name": "Service Id", "Value": "vpce-svc-0123456789abcdef0"}
    ]


def test_warns_about_an_imported_service_without_alarms() -> None:
    stack = stack_in()
    without = EndpointServiceAlarms(stack, "Without", service=imported(stack))
    thresholds = EndpointServiceThresholds(resets_sent=5)
    alarms = EndpointServiceAlarms(stack, "With", service=without.service, thresholds=thresholds)
    assert without.alarms == ()
    assert "No alarm is defined. Pass load_balancers" in warnings_of(without)["alarms-missing"]
    assert not warnings_of(alarms)


def test_fails_when_the_metrics_are_in_another_region() -> None:
    stack = stack_in()
    service = imported(stack, service_region="us-east-1")
    with refused(stack, "alarm-region-mismatch", "[Tt]he metrics are in us-east-1"):
        EndpointServiceAlarms(stack, "Alarms", service=service)


def test_alarms_of_another_stack_in_the_region_pass() -> None:
    app = cdk.App()
    service = service_with(stack_in(app), None)
    assert alarms_of(stack_in(app, "Other"), service)


# Actions.


def test_topics_and_other_actions_are_taken() -> None:
    stack = new_stack()
    other: Any = alarm_actions.SsmAction(alarm_actions.OpsItemSeverity.HIGH)
    actions = [sns.Topic(stack, "Topic"), sns.Topic.from_topic_arn(stack, "OnCall", ARN), other]
    for alarm in alarms_of(stack, service_in(stack), actions=actions).values():
        assert len(alarm["AlarmActions"]) == 3


ARN = "arn:aws:sns:eu-west-1:111111111111:on-call"


def test_fails_when_a_topic_is_in_another_region() -> None:
    stack = new_stack()
    service = service_in(stack)
    topic = sns.Topic.from_topic_arn(stack, "Topic", ARN.replace("eu-west-1", "us-east-1"))
    with refused(stack, "alarm-topic-region-mismatch", "[Tt]opic .*arn:.* is in us-east-1"):
        EndpointServiceAlarms(stack, "Alarms", service=service, actions=[topic])


def test_cloudwatch_may_use_the_key_of_a_topic() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")
    topic = sns.Topic(stack, "Topic", master_key=cast("kms.IKey", key))
    EndpointServiceAlarms(stack, "Alarms", service=service_in(stack), actions=[topic])
    [policy] = [it["KeyPolicy"] for it in resources(template_of(stack), "AWS::KMS::Key").values()]
    [statement] = [
        it
        for it in policy["Statement"]
        if it["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    ]
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}


def test_warns_of_a_key_whose_policy_is_elsewhere() -> None:
    stack = new_stack()
    arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555"
    topic = sns.Topic(stack, "Topic", master_key=kms.Key.from_key_arn(stack, "Key", arn))
    alarms = EndpointServiceAlarms(stack, "Alarms", service=service_in(stack), actions=[topic])
    assert "alarm-topic-key-undetermined" in warnings_of(alarms)
    other = new_stack()
    plain = EndpointServiceAlarms(
        other, "Alarms", service=service_in(other), actions=[sns.Topic(other, "Topic")]
    )
    assert warnings_of(plain) == {}


# Expected connections.


@pytest.mark.parametrize(
    ("connections", "enough"), [(110_000, True), (110_001, False)], ids=["enough", "too many"]
)
def test_warns_of_too_few_targets_for_the_expected_connections(
    connections: int, *, enough: bool
) -> None:
    stack = new_stack()
    alarms = EndpointServiceAlarms(
        stack, "Alarms", service=service_in(stack), expected_connections=connections
    )
    assert ("service-capacity-insufficient" in warnings_of(alarms)) is not enough


def test_targets_that_come_later_count() -> None:
    stack = new_stack()
    service = service_in(stack)
    alarms = EndpointServiceAlarms(stack, "Alarms", service=service, expected_connections=150_000)
    service.add_targets(80, address("10.0.0.11"))
    assert warnings_of(alarms) == {}


def test_each_port_of_a_target_carries_as_many() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[listener(80), listener(81)])
    alarms = EndpointServiceAlarms(stack, "Alarms", service=service, expected_connections=220_000)
    assert warnings_of(alarms) == {}


@pytest.mark.parametrize("more", [1, cdk.Token.as_number({"Ref": "Number"})], ids=["1", "token"])
def test_what_secondary_addresses_carry_is_not_known(more: int) -> None:
    stack = new_stack()
    service = service_in(stack, secondary_ips_per_subnet=more)
    alarms = EndpointServiceAlarms(stack, "Alarms", service=service, expected_connections=10**9)
    assert warnings_of(alarms) == {}


def test_how_many_tasks_there_are_is_not_known() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = Listener.tcp(80, targets=[fargate_in(vpc)])
    service = service_in(stack, vpc=vpc, listeners=[tasks], topology=REGIONAL)
    alarms = EndpointServiceAlarms(stack, "Alarms", service=service, expected_connections=10**9)
    assert "service-capacity-insufficient" not in warnings_of(alarms)


def test_the_targets_of_load_balancers_of_the_app_are_counted() -> None:
    stack = new_stack()
    alarms = EndpointServiceAlarms(
        stack, "Alarms", service=existing(stack), expected_connections=110_001
    )
    assert "service-capacity-insufficient" in warnings_of(alarms)


def test_the_targets_of_imported_load_balancers_are_not_known() -> None:
    stack = stack_in()
    services = (service_with(stack, None), imported(stack))
    for number, service in enumerate(services):
        alarms = EndpointServiceAlarms(
            stack, f"Alarms{number}", service=service, expected_connections=10**9
        )
        assert "service-capacity-insufficient" not in warnings_of(alarms)


@pytest.mark.parametrize("listed", [False, True], ids=["no target", "target"])
def test_a_group_of_an_application_load_balancer_carries_what_that_one_does(
    *, listed: bool
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    balancer = elbv2.NetworkLoadBalancer(stack, "Balancer", vpc=vpc)
    group = elbv2.NetworkTargetGroup(
        stack, "Group", vpc=vpc, port=80, target_type=elbv2.TargetType.ALB
    )
    if listed:
        group.add_target(targets.AlbArnTarget(APPLICATION, 80))
    balancer.add_listener("Listener", port=80, default_target_groups=[group])
    service = EndpointService(stack, "Service", load_balancers=[balancer])
    alarms = EndpointServiceAlarms(stack, "Alarms", service=service, expected_connections=10**9)
    assert "service-capacity-insufficient" not in warnings_of(alarms)


@pytest.mark.parametrize("connections", [0, -1])
def test_fails_when_no_connections_are_expected(connections: int) -> None:
    stack = new_stack()
    service = service_in(stack)
    with refused(stack, "expected-connections-out-of-range", str(connections)):
        EndpointServiceAlarms(stack, "Alarms", service=service, expected_connections=connections)


def test_an_expectation_that_is_a_token_passes() -> None:
    stack = new_stack()
    number = cdk.CfnParameter(stack, "Number", type="Number").value_as_number
    given: Any = number
    alarms = EndpointServiceAlarms(
        stack, "Alarms", service=service_in(stack), expected_connections=given
    )
    assert warnings_of(alarms) == {}


# The check of the private DNS name.


def named(stack: cdk.Stack, name: str = "Service") -> EndpointService:
    return service_with(stack, PrivateDnsName.external("pay.example.com"), name)


@pytest.mark.parametrize(
    ("every", "rate", "period", "periods"),
    [
        (cdk.Duration.minutes(1), "rate(1 minute)", 120, 1),
        (cdk.Duration.hours(1), "rate(60 minutes)", 7200, 1),
        (cdk.Duration.hours(12), "rate(720 minutes)", 86_400, 1),
        (cdk.Duration.days(1), "rate(1440 minutes)", 86_400, 2),
    ],
    ids=["a minute", "an hour", "half a day", "a day"],
)
def test_a_name_is_checked_on_a_schedule(
    every: cdk.Duration, rate: str, period: int, periods: int
) -> None:
    stack = stack_in()
    found = alarms_of(stack, named(stack), private_dns_check_every=every)["PrivateDnsName"]
    assert (found["Period"], found["EvaluationPeriods"]) == (period, periods)
    assert (found["Namespace"], found["MetricName"], found["Statistic"]) == (
        *("PrivateLinkConstructs", "PrivateDnsNameVerified", "Minimum"),
    )
    assert (found["ComparisonOperator"], found["Threshold"], found["TreatMissingData"]) == (
        *("LessThanThreshold", 1, "breaching"),
    )
    [schedule] = resources(template_of(stack), "AWS::Scheduler::Schedule").values()
    assert schedule["ScheduleExpression"] == rate
    assert '\\"ServiceId\\"' in json.dumps(schedule["Target"]["Input"])


def test_services_of_a_stack_share_the_function() -> None:
    stack = stack_in()
    for name in ("One", "Two"):
        EndpointServiceAlarms(
            stack,
            f"{name}Alarms",
            service=named(stack, name),
            private_dns_check_every=cdk.Duration.hours(1),
        )
    template = template_of(stack)
    assert len(resources(template, "AWS::Lambda::Function")) == 1
    assert len(resources(template, "AWS::Scheduler::Schedule")) == 2
    assert "PrivateLinkPrivateDnsCheck" in {it.node.id for it in stack.node.children}


def test_the_function_reads_and_nothing_else() -> None:
    stack = stack_in()
    alarms_of(stack, named(stack), private_dns_check_every=cdk.Duration.hours(1))
    actions = {
        action
        for policy in resources(template_of(stack), "AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    assert actions == {
        *("ec2:DescribeVpcEndpointServiceConfigurations", "lambda:InvokeFunction"),
        *("logs:CreateLogStream", "logs:PutLogEvents"),
    }


def test_an_imported_service_with_a_name_is_checked() -> None:
    stack = stack_in()
    service = imported(stack, private_dns_name="pay.example.com", owner_account="111111111111")
    assert alarms_of(stack, service, private_dns_check_every=cdk.Duration.hours(1)).keys() == {
        "PrivateDnsName"
    }


@pytest.mark.parametrize(
    ("code", "every", "options"),
    [
        ("private-dns-check-ineffective", cdk.Duration.hours(1), {}),
        (
            "private-dns-check-mismatch",
            cdk.Duration.hours(1),
            {"private_dns_name": "pay.example.com", "owner_account": "222222222222"},
        ),
        ("private-dns-check-out-of-range", cdk.Duration.seconds(30), {}),
        ("private-dns-check-out-of-range", cdk.Duration.hours(25), {}),
        ("private-dns-check-not-valid", cdk.Duration.seconds(90), {}),
        (
            "private-dns-check-undetermined",
            cdk.Duration.minutes(cdk.Token.as_number({"Ref": "Minutes"})),
            {},
        ),
    ],
    ids=["no name", "other account", "too often", "too rarely", "part of a minute", "token"],
)
def test_fails_when_a_name_can_not_be_checked(
    code: str, every: cdk.Duration, options: dict[str, Any]
) -> None:
    stack = stack_in()
    service = imported(stack, **options)
    with refused(stack, code):
        EndpointServiceAlarms(stack, "Alarms", service=service, private_dns_check_every=every)


def test_nothing_of_it_is_defined_without_a_check() -> None:
    stack = stack_in()
    alarms_of(stack, named(stack))
    template = template_of(stack)
    assert resources(template, "AWS::Lambda::Function") == {}
    assert resources(template, "AWS::Scheduler::Schedule") == {}


def test_the_construct_returns_its_service_and_alarms() -> None:
    stack = new_stack()
    service = service_in(stack)
    alarms = EndpointServiceAlarms(stack, "Alarms", service=service)
    assert alarms.service is service
    assert len(alarms.alarms) == 8


@pytest.mark.parametrize(
    ("name", "value"),
    [("connection_use", 9), ("tls_failures", 1.5), ("healthy_targets", -1), ("resets_sent", -0.5)],
)
def test_fails_when_a_threshold_is_out_of_range(name: str, value: float) -> None:
    given: dict[str, Any] = {name: value}
    with refusal("alarm-threshold-out-of-range", f"{name} is {value}"):
        EndpointServiceThresholds(**given)
