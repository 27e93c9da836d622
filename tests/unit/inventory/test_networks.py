from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import changed, ref, resource

from privatelink_constructs.cloudformation.model import Model
from privatelink_constructs.inventory.networks import inbound_rules, visible_rules


def model_of(*rules: object) -> Model:
    return Model({"": changed("Group", SecurityGroupIngress=list(rules))})


def test_rules_of_something_else_are_not_known() -> None:
    model = Model({"": {"Resources": {"Topic": resource("AWS::SNS::Topic")}}})
    assert inbound_rules(model, model.resources[0]) is None


def test_rules_are_known_all_or_not_at_all() -> None:
    model = model_of({"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2}, ref("Rule"))
    group = model.of_type("AWS::EC2::SecurityGroup")[0]
    assert inbound_rules(model, group) is None
    assert [(rule.first, rule.last) for rule in visible_rules(model, group)] == [(1, 2)]


@pytest.mark.parametrize(
    "ports",
    [
        {"IpProtocol": "-1"},
        {"IpProtocol": "-1", "FromPort": 443, "ToPort": 443},
        {"IpProtocol": "tcp", "FromPort": -1, "ToPort": -1},
    ],
)
def test_a_rule_may_be_for_all_ports(ports: dict[str, Any]) -> None:
    model = model_of({**ports, "CidrIp": "10.0.0.0/8"})
    [rule] = visible_rules(model, model.of_type("AWS::EC2::SecurityGroup")[0])
    assert (rule.first, rule.last) == (0, 65535)


def test_rules_that_may_be_for_another_group_are_not_known() -> None:
    template = changed("Group")
    choice = {"Fn::If": ["A", ref("Group"), "sg-1"]}
    further = resource("AWS::EC2::SecurityGroupIngress", GroupId=choice, IpProtocol="-1")
    template["Resources"]["Further"] = further
    model = Model({"": template})
    assert inbound_rules(model, model.of_type("AWS::EC2::SecurityGroup")[0]) is None
