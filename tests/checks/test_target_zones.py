from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import changed, findings, listener, ref, resource, rules, with_resources

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def with_other_vpc(template: dict[str, Any], vpc: object = None) -> dict[str, Any]:
    """Return a template with another VPC, and a subnet, an instance, and an ALB in it."""
    return with_resources(
        template,
        Other=resource("AWS::EC2::VPC", CidrBlock="10.1.0.0/16"),
        There=resource("AWS::EC2::Subnet", VpcId=vpc or ref("Other"), CidrBlock="10.1.0.0/24"),
        Instance=resource("AWS::EC2::Instance", SubnetId=ref("There")),
        Web=resource(LOAD_BALANCER, Subnets=[ref("There")]),
        Front=front("Web"),
    )


def front(balancer: str, port: int = 443, protocol: str = "HTTP") -> dict[str, Any]:
    return listener(balancer, port, "Answers", protocol)


def instance(**more: Any) -> dict[str, Any]:
    return changed("Targets", TargetType="instance", Targets=[{"Id": ref("Instance")}], **more)


def alb(target: str = "Web", **more: Any) -> dict[str, Any]:
    return changed("Targets", TargetType="alb", Targets=[{"Id": ref(target)}], **more)


def test_fails_when_an_instance_is_in_another_vpc() -> None:
    [finding] = findings(with_other_vpc(instance()))
    assert finding.rule == "target-vpc-mismatch"
    assert finding.property_path == "Properties.Targets.0.Id"
    assert "Instance is in another VPC" in finding.message


def test_fails_when_an_alb_is_in_another_vpc() -> None:
    assert rules(with_other_vpc(alb())) == {"target-vpc-mismatch"}


@pytest.mark.parametrize("vpc", [ref("Vpc"), ref("Parameter"), "vpc-0123456789abcdef0"])
@pytest.mark.parametrize("make", [instance, alb], ids=["instance", "alb"])
def test_takes_targets_that_may_be_in_the_vpc(make: Any, vpc: object) -> None:
    assert rules(with_other_vpc(make(), vpc)) == set()


def test_takes_an_instance_whose_subnet_is_not_known() -> None:
    template = with_resources(instance(), Instance=resource("AWS::EC2::Instance"))
    assert rules(template) == set()


def test_takes_a_network_load_balancer_as_what_other_rules_refuse() -> None:
    assert "target-vpc-mismatch" not in rules(alb("Nlb"))


def balanced(*, web: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a stack with an ALB in the VPC, with a listener unless it is left out."""
    balancer = resource(LOAD_BALANCER, Subnets=[ref("SubnetA")])
    further = {} if web is None else {"WebListener": web}
    return with_resources(alb(**more), Web=balancer, **further)


def test_fails_when_an_alb_has_no_listener() -> None:
    [finding] = findings(balanced())
    assert finding.rule == "alb-target-listener-missing"
    assert finding.property_path == "Properties.Port"


HTTPS = front("Web", protocol="HTTPS")


@pytest.mark.parametrize("port", [None, "traffic-port", "443"])
def test_fails_when_an_https_listener_is_checked_over_http(port: str | None) -> None:
    template = balanced(web=HTTPS, HealthCheckProtocol="HTTP", HealthCheckPort=port)
    assert "alb-target-health-check-mismatch" in rules(template)


@pytest.mark.parametrize(
    "check",
    [
        {"HealthCheckProtocol": "HTTPS"},
        {"HealthCheckProtocol": "HTTP", "HealthCheckPort": "8080"},
        {"HealthCheckProtocol": "HTTP", "HealthCheckPort": ref("Port")},
        {"HealthCheckProtocol": "HTTP", "Matcher": {"HttpCode": "200-499"}},
        {"HealthCheckProtocol": ref("Protocol")},
        {},
    ],
    ids=range(6),
)
def test_takes_other_health_checks_of_an_alb(check: dict[str, Any]) -> None:
    assert "alb-target-health-check-mismatch" not in rules(balanced(web=HTTPS, **check))
