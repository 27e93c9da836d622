"""Target groups have only attributes that their protocol takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.checks.stacks import changed, findings, ref, resource, rules, with_resources

if TYPE_CHECKING:
    from tests.checks.stacks import Template

NOT_SUPPORTED, MISMATCH = "target-group-attribute-not-supported", "target-failover-mismatch"


def attributes(**values: object) -> list[Template]:
    return [{"Key": key.replace("__", "."), "Value": value} for key, value in values.items()]


@pytest.mark.parametrize(
    "name",
    [
        *("slow_start.duration_seconds", "load_balancing.algorithm.type"),
        *("lambda.multi_value_headers.enabled", "target_failover.on_unhealthy"),
    ],
)
def test_fails_when_a_group_of_a_network_load_balancer_has_attributes_of_others(name: str) -> None:
    given = [
        {"Key": "deregistration_delay.timeout_seconds", "Value": "30"},
        {"Key": name, "Value": "1"},
    ]
    (finding,) = findings(changed("Targets", TargetGroupAttributes=given))
    assert finding.rule == NOT_SUPPORTED
    assert finding.property_path == "Properties.TargetGroupAttributes.1.Key"


@pytest.mark.parametrize(
    "given",
    [
        attributes(proxy_protocol_v2__enabled="true", stickiness__type="source_ip"),
        attributes(an__attribute__of__tomorrow="1"),
        [{"Key": ref("Name"), "Value": "1"}],
        ref("Attributes"),
    ],
    ids=["own", "not known", "parameter", "list"],
)
def test_takes_attributes(given: object) -> None:
    template = changed("Targets", TargetGroupAttributes=given)
    template["Parameters"] = {name: {"Type": "String"} for name in ("Name", "Attributes")}
    assert rules(template) == set()


def test_takes_any_attribute_where_the_protocol_is_a_parameter() -> None:
    group = resource(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Protocol=ref("Protocol"),
        TargetGroupAttributes=attributes(slow_start__duration_seconds="30"),
    )
    assert rules(with_resources(Other=group)) == set()


def geneve(*values: Template) -> Template:
    return with_resources(
        Appliances=resource(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            Protocol="GENEVE",
            Port=6081,
            VpcId=ref("Vpc"),
            TargetGroupAttributes=list(values),
        )
    )


FAILOVER = [
    {"Key": f"target_failover.on_{event}", "Value": "rebalance"}
    for event in ("deregistration", "unhealthy")
]


def test_takes_equal_failover() -> None:
    assert rules(geneve(*FAILOVER)) == set()
    assert rules(geneve()) == set()


@pytest.mark.parametrize("position", [0, 1])
def test_fails_when_one_kind_of_failover_is_left_at_its_default(position: int) -> None:
    assert rules(geneve(FAILOVER[position])) == {MISMATCH}


def test_takes_failover_that_is_a_parameter() -> None:
    assert rules(geneve(FAILOVER[0], {**FAILOVER[1], "Value": ref("Failover")})) == set()


@pytest.mark.parametrize("name", ["proxy_protocol_v2.enabled", "preserve_client_ip.enabled"])
def test_fails_when_appliances_have_attributes_of_network_load_balancers(name: str) -> None:
    assert rules(geneve({"Key": name, "Value": "true"})) == {NOT_SUPPORTED}
