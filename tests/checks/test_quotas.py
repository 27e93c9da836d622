from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import findings, listener, ref, resource, rules, stack, with_resources

from privatelink_constructs import TemplateEnvironment, check_templates
from privatelink_constructs.rules import quotas

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
ALB = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/0123456789abcdef"
POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


def certificate(index: int) -> dict[str, str]:
    return {"CertificateArn": f"arn:aws:acm:eu-west-1:111111111111:certificate/{index}"}


def addresses(count: int) -> list[dict[str, str]]:
    return [{"Id": f"10.0.{index // 250}.{index % 250 + 1}"} for index in range(count)]


def balancer(*subnets: str) -> dict[str, Any]:
    return resource(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Type="network",
        Scheme="internal",
        Subnets=[ref(subnet) for subnet in subnets],
        SecurityGroups=[ref("Group")],
    )


def found(template: dict[str, Any]) -> dict[str, str]:
    """Return the messages about quotas, by their rules."""
    return {it.rule: it.message for it in findings(template) if it.rule.endswith("exceeded")}


@pytest.mark.parametrize("further", [49, 50])
def test_fails_when_there_are_too_many_listeners(further: int) -> None:
    more = {f"Listener{port}": listener("Nlb", port, "Targets") for port in range(1, further + 1)}
    expected = {"listeners-exceeded": "Nlb has 51 listeners."} if further == 50 else {}
    assert found(with_resources(**more)) == expected


def test_listeners_that_may_not_be_there_are_left_out() -> None:
    more = {f"Listener{port}": listener("Nlb", port, "Targets") for port in range(1, 52)}
    template = with_resources(**more)
    template["Parameters"] = {"Wish": {"Type": "String"}}
    template["Conditions"] = {"Wanted": {"Fn::Equals": [ref("Wish"), "yes"]}}
    for name in more:
        template["Resources"][name]["Condition"] = "Wanted"
    assert found(template) == {}


@pytest.mark.parametrize(("own", "further"), [(1, 24), (1, 25), (0, 26)])
def test_many_certificates_are_a_warning(own: int, further: int) -> None:
    tls = listener(
        "Nlb", 444, "Targets", "TLS", SslPolicy=POLICY, Certificates=[certificate(0)] * own
    )
    more = {
        f"Further{index}": resource(
            "AWS::ElasticLoadBalancingV2::ListenerCertificate",
            ListenerArn=ref("Secure"),
            Certificates=[certificate(index)],
        )
        for index in range(1, further + 1)
    }
    expected = {"certificates-exceeded": "The listeners of Nlb have 26 certificates."}
    assert found(with_resources(Secure=tls, **more)) == (expected if own + further > 25 else {})


@pytest.mark.parametrize(
    ("count", "cross_zone", "expected"),
    [
        (1000, False, set[str]()),
        (1001, False, {"targets-exceeded", "target-group-targets-exceeded"}),
        (500, True, set[str]()),
        (501, True, {"targets-exceeded"}),
    ],
)
def test_many_targets_are_a_warning(count: int, cross_zone: object, expected: set[str]) -> None:
    template = stack()
    template["Resources"]["Targets"]["Properties"]["Targets"] = addresses(count)
    template["Resources"]["Nlb"]["Properties"]["LoadBalancerAttributes"] = [
        {"Key": "load_balancing.cross_zone.enabled", "Value": str(cross_zone).lower()}
    ]
    assert rules(template) == expected


def test_subnets_that_only_the_deployment_knows_may_be_in_many_zones() -> None:
    template = stack()
    template["Resources"]["Targets"]["Properties"]["Targets"] = addresses(1000)
    template["Resources"]["Nlb"]["Properties"]["Subnets"] = ref("Subnets")
    template["Parameters"] = {"Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"}}
    assert found(template) == {}


def test_the_quota_of_a_load_balancer_is_over_all_of_its_groups() -> None:
    group = resource(
        GROUP, Port=80, Protocol="TCP", TargetType="ip", Targets=addresses(600), VpcId=ref("Vpc")
    )
    template = with_resources(Other=group, Second=listener("Nlb", 80, "Other"))
    template["Resources"]["Targets"]["Properties"]["Targets"] = addresses(401)
    assert found(template) == {"targets-exceeded": "Nlb has more than 1,000 targets."}


# Application Load Balancers.


def alb_stack(count: int, target: object = ALB) -> dict[str, Any]:
    """Return an Application Load Balancer behind several load balancers."""
    template = stack()
    for name in ("Nlb", "Targets", "Listener", "Service", "Permissions"):
        del template["Resources"][name]
    for index in range(count):
        group = resource(GROUP, Port=80, Protocol="TCP", TargetType="alb", Targets=[{"Id": target}])
        template["Resources"] |= {
            f"Nlb{index}": balancer("SubnetA", "SubnetB"),
            f"Group{index}": group,
            f"Listener{index}": listener(f"Nlb{index}", 80, f"Group{index}"),
        }
    return template


def defined(template: dict[str, Any]) -> dict[str, Any]:
    alb = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", Subnets=[ref("SubnetA")])
    template["Resources"]["Alb"] = alb
    return template


@pytest.mark.parametrize("target", [ALB, ref("Alb")], ids=["ARN", "reference"])
@pytest.mark.parametrize("count", [2, 3])
def test_fails_when_an_alb_is_behind_three_load_balancers(target: object, count: int) -> None:
    message = "An Application Load Balancer is a target of 3 Network Load Balancers."
    expected = {"alb-target-load-balancers-exceeded": message} if count == 3 else {}
    assert found(defined(alb_stack(count, target))) == expected


def test_two_ports_of_one_load_balancer_are_one() -> None:
    template = alb_stack(2)
    template["Resources"]["Another"] = listener("Nlb0", 81, "Group0")
    assert found(template) == {}


@pytest.mark.parametrize("same", [True, False])
def test_albs_that_only_the_deployment_knows_are_distinguished(*, same: bool) -> None:
    template = alb_stack(3)
    names = ["Web0"] * 3 if same else ["Web0", "Web1", "Web2"]
    template["Parameters"] = {name: {"Type": "String"} for name in names}
    for index, name in enumerate(names):
        template["Resources"][f"Group{index}"]["Properties"]["Targets"] = [{"Id": ref(name)}]
    assert bool(found(template)) is same


def test_an_alb_counts_for_many_targets() -> None:
    template = alb_stack(1)
    template["Resources"]["Group0"]["Properties"]["Targets"] *= 21
    assert "targets-exceeded" in found(template)


# Regions.


def many(count: int) -> dict[str, Any]:
    template = stack()
    template["Resources"] |= {
        f"Nlb{index}": balancer("SubnetA", "SubnetB") for index in range(count)
    }
    return template


def across(first: int, second: int, region: str | None) -> set[str]:
    here = TemplateEnvironment(region="eu-west-1", account="111111111111")
    there = TemplateEnvironment(region=region, account="111111111111")
    templates = {"first": many(first), "second": many(second)}
    checked = check_templates(templates, environments={"first": here, "second": there})
    return {it.rule for it in checked if it.rule == "load-balancers-exceeded"}


@pytest.mark.parametrize(
    ("first", "second", "region", "exceeded"),
    [
        (49, 0, "eu-west-2", False),
        (50, 0, "eu-west-2", True),
        (25, 24, "eu-west-1", True),
        (24, 24, "eu-west-1", False),
        (40, 40, "eu-west-2", False),
        (40, 40, None, False),
    ],
)
def test_many_load_balancers_are_a_warning(
    first: int, second: int, region: str | None, *, exceeded: bool
) -> None:
    assert bool(across(first, second, region)) is exceeded


@pytest.mark.parametrize("further", [2_999, 3_000])
def test_many_target_groups_are_a_warning(further: int) -> None:
    groups = {f"More{index}": resource(GROUP, TargetType="lambda") for index in range(further)}
    expected = {"target-groups-exceeded": "The account has 3,001 target groups in the Region."}
    assert found(with_resources(**groups)) == (expected if further == 3_000 else {})


def test_a_target_counts_once() -> None:
    assert quotas.weight_of_target(None, cross_zone=True) == 1
    assert quotas.weight_of_target("alb", cross_zone=True) == 100
