"""Target groups whose targets something else registers."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import IN_A, address, listener, new_stack, service_in
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import vpc_in
from tests.unit.provider.target_placement.placement import REGIONAL

from privatelink_constructs import Listener, LoadBalancerTopology, check_template


@pytest.mark.parametrize("zonal", [True, False], ids=["zonal", "regional"])
def test_targets_may_be_registered_elsewhere(*, zonal: bool) -> None:
    stack = new_stack()
    given = Listener.tcp(443, target_port=8443, registered_elsewhere=True)
    topology = LoadBalancerTopology.PER_AVAILABILITY_ZONE if zonal else REGIONAL
    service = service_in(stack, listeners=[given], topology=topology)
    template = template_of(stack)
    groups = resources_of(template, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert len(groups) == len(service.target_groups) == (2 if zonal else 1)
    for group in groups:
        assert group["Properties"]["TargetType"] == "ip"
        assert "Targets" not in group["Properties"]
    assert not [it for it in check_template(template) if it.rule == "target-missing"]
    [security_group] = resources_of(template, "AWS::EC2::SecurityGroup")
    [rule] = security_group["Properties"]["SecurityGroupEgress"]
    assert (rule["FromPort"], rule["ToPort"]) == (8443, 8443)
    assert "CidrBlock" in str(rule["CidrIp"])
    text = warnings_of(stack)["target-security-group-undetermined"]
    assert text.startswith("The security groups of the targets that are registered elsewhere must")


def test_hosts_may_be_registered_elsewhere() -> None:
    stack = new_stack()
    instance = elbv2.TargetType.INSTANCE
    given = Listener.tcp(80, target_port=30080, target_type=instance, registered_elsewhere=True)
    service_in(stack, listeners=[given])
    for group in resources_of(template_of(stack), "AWS::ElasticLoadBalancingV2::TargetGroup"):
        assert group["Properties"]["TargetType"] == "instance"


def test_targets_are_added_next_to_those_registered_elsewhere() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[Listener.tcp(80, registered_elsewhere=True)])
    service.add_targets(80, address(IN_A))
    found = [
        group["Properties"].get("Targets")
        for group in resources_of(template_of(stack), "AWS::ElasticLoadBalancingV2::TargetGroup")
    ]
    assert found == [[{"Id": IN_A}], None]


def test_fails_when_another_type_is_registered_elsewhere() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    instance: Any = targets.InstanceIdTarget("i-1")
    given = listener(80, targets=[instance], registered_elsewhere=True)
    with refused(stack, "target-types-conflict", "Port 80 has targets of the types instance, ip"):
        service_in(stack, vpc=vpc, listeners=[given])
