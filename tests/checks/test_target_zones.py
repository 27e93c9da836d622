from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import (
    changed,
    exported,
    findings,
    listener,
    ref,
    resource,
    rules,
    with_resources,
)

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def with_other_vpc(template: dict[str, Any], vpc: object = None) -> dict[str, Any]:
    """Return a template with another VPC, and a subnet, an instance, and an ALB in it."""
    cidr = "10.0.9.0/24" if vpc == ref("Vpc") else "10.1.0.0/24"
    return with_resources(
        template,
        Other=resource("AWS::EC2::VPC", CidrBlock="10.1.0.0/16"),
        There=resource("AWS::EC2::Subnet", VpcId=vpc or ref("Other"), CidrBlock=cidr),
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
    assert "Instance isn't in the VPC of" in finding.message


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
    balancer = resource(LOAD_BALANCER, Subnets=[ref("SubnetA"), ref("SubnetB")])
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


# The Availability Zones of targets.

GET_AZS: dict[str, Any] = {"Fn::GetAZs": ""}
ZONES = {"literal": ("eu-west-1a", "eu-west-1b", "eu-west-1c"), "position": (0, 1, 2)}
SERVICE = "AWS::ECS::Service"
SCALING = "AWS::AutoScaling::AutoScalingGroup"


def zone(name: object) -> object:
    return {"Fn::Select": [name, GET_AZS]} if isinstance(name, int) else name


def estate(
    *balancers: list[str],
    targets: list[Any] | None = None,
    kind: str = "literal",
    cross_zone: object = None,
    **more: Any,
) -> dict[str, Any]:
    """Return a service with load balancers in some subnets, and a target group behind each.

    :param balancers: the subnets of each load balancer: ``SubnetA``, ``SubnetB``, ``SubnetC``.
    :param targets: the targets of each group, with what they need in ``more``.
    :param kind: how the zones of the subnets are written.
    """
    template = with_resources(**more)
    resources = template["Resources"]
    third = resource("AWS::EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.2.0/24")
    resources["SubnetC"] = third
    for name, written in zip("ABC", ZONES[kind], strict=True):
        resources[f"Subnet{name}"]["Properties"]["AvailabilityZone"] = zone(written)
    names = ["Nlb", *(f"Nlb{index}" for index in range(1, len(balancers)))]
    resources["Service"]["Properties"]["NetworkLoadBalancerArns"] = [ref(it) for it in names]
    for index, (name, subnets) in enumerate(zip(names, balancers, strict=True)):
        group = f"Targets{index}" if index else "Targets"
        resources[name] = _balancer(subnets, cross_zone)
        resources[group] = _group((targets or [list[Any]()] * len(balancers))[index])
        resources[f"Listener{index}" if index else "Listener"] = listener(name, 443, group)
    return template


def _balancer(subnets: list[str], cross_zone: object) -> dict[str, Any]:
    attribute = [{"Key": "load_balancing.cross_zone.enabled", "Value": cross_zone}]
    return resource(
        LOAD_BALANCER,
        Type="network",
        Scheme="internal",
        Subnets=[ref(it) for it in subnets],
        SecurityGroups=[ref("Group")],
        **({} if cross_zone is None else {"LoadBalancerAttributes": attribute}),
    )


def _group(targets: list[Any]) -> dict[str, Any]:
    items = [_target(it) for it in targets]
    first: Any = items[0]["Id"] if items else "10.0.0.0"
    address = isinstance(first, str) and not first.startswith("i-")
    kind = "ip" if address or (isinstance(first, dict) and "Fn::GetAtt" in first) else "instance"
    return resource(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Port=443,
        Protocol="TCP",
        TargetType=kind,
        Targets=items,
        VpcId=ref("Vpc"),
    )


def _target(given: Any) -> dict[str, Any]:
    return given if "Id" in given and not isinstance(given, str) else {"Id": given}


def tasks(*subnets: str, groups: tuple[str, ...] = ("Targets",)) -> dict[str, Any]:
    network = {"AwsvpcConfiguration": {"Subnets": [ref(it) for it in subnets]}}
    return resource(
        SERVICE,
        LoadBalancers=[{"TargetGroupArn": ref(group)} for group in groups],
        **({"NetworkConfiguration": network} if subnets else {}),
    )


def fleet(*subnets: str, groups: tuple[str, ...] = ("Targets",)) -> dict[str, Any]:
    return resource(
        SCALING,
        TargetGroupARNs=[ref(group) for group in groups],
        VPCZoneIdentifier=[ref(it) for it in subnets],
    )


def host(subnet: str) -> dict[str, Any]:
    return resource("AWS::EC2::Instance", SubnetId=ref(subnet))


AB = ["SubnetA", "SubnetB"]
OWN_ADDRESS = {"Fn::GetAtt": ["Host", "PrivateIp"]}
IN_A: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "address": (["10.0.0.10"], {}),
    "named zone": ([{"Id": "10.9.0.10", "AvailabilityZone": "eu-west-1a"}], {}),
    "instance": ([ref("Host")], {"Host": host("SubnetA")}),
    "zone of an instance": (
        [ref("Host")],
        {"Host": resource("AWS::EC2::Instance", AvailabilityZone="eu-west-1a")},
    ),
    "interface of an instance": (
        [ref("Host")],
        {"Host": resource("AWS::EC2::Instance", NetworkInterfaces=[{"SubnetId": ref("SubnetA")}])},
    ),
    "interface": (
        [{"Fn::GetAtt": ["Card", "PrimaryPrivateIpAddress"]}],
        {"Card": resource("AWS::EC2::NetworkInterface", SubnetId=ref("SubnetA"))},
    ),
    "attached interface": (
        [ref("Host")],
        {
            "Card": resource("AWS::EC2::NetworkInterface", SubnetId=ref("SubnetA")),
            "Host": resource(
                "AWS::EC2::Instance", NetworkInterfaces=[{"NetworkInterfaceId": ref("Card")}]
            ),
        },
    ),
    "address of an instance": ([OWN_ADDRESS], {"Host": host("SubnetA")}),
    "tasks": ([], {"Tasks": tasks("SubnetA")}),
    "fleet": ([], {"Fleet": fleet("SubnetA")}),
    "zones of a fleet": (
        [],
        {
            "Fleet": resource(
                SCALING, TargetGroupARNs=[ref("Targets")], AvailabilityZones=["eu-west-1a"]
            )
        },
    ),
}
"""Targets in the first zone, in each way that a template shows it."""
BY_SUBNET = sorted(set(IN_A) - {"named zone", "zone of an instance", "zones of a fleet"})


@pytest.mark.parametrize("form", sorted(IN_A))
def test_fails_when_a_zone_has_no_targets(form: str) -> None:
    targets, more = IN_A[form]
    [finding] = findings(estate(AB, targets=[targets], **more))
    assert (finding.rule, finding.severity.value) == ("zone-target-missing", "error")
    assert finding.property_path == "Properties.Targets"
    assert finding.message == "Targets has no target in eu-west-1b."


@pytest.mark.parametrize("form", BY_SUBNET)
def test_warns_when_a_zone_of_unknown_name_has_no_targets(form: str) -> None:
    targets, more = IN_A[form]
    [finding] = findings(estate(AB, targets=[targets], kind="position", **more))
    assert (finding.rule, finding.severity.value) == ("zone-target-insufficient", "warning")
    assert finding.message == "Targets has no target in zone 1 of Fn::GetAZs."


def test_zones_that_are_parameters_are_named_by_their_subnets() -> None:
    template = estate(AB, targets=[["10.0.0.10"]])
    for name in ("A", "B"):
        subnet = template["Resources"][f"Subnet{name}"]["Properties"]
        subnet["AvailabilityZone"] = ref(f"Zone{name}")
    [finding] = findings(template)
    assert finding.message == "Targets has no target in the zone of SubnetB."


@pytest.mark.parametrize("form", sorted(IN_A))
@pytest.mark.parametrize("cross_zone", ["true", ref("Wish")], ids=["on", "unknown"])
def test_takes_empty_zones_with_cross_zone_balancing(form: str, cross_zone: object) -> None:
    targets, more = IN_A[form]
    assert rules(estate(AB, targets=[targets], cross_zone=cross_zone, **more)) == set()


@pytest.mark.parametrize(
    ("balancer", "group", "found"),
    [
        ("true", "false", True),
        ("false", "true", False),
        ("true", "use_load_balancer_configuration", False),
        ("false", "use_load_balancer_configuration", True),
        ("false", ref("Wish"), False),
    ],
    ids=range(5),
)
def test_a_target_group_decides_before_its_load_balancer(
    balancer: str, group: object, *, found: bool
) -> None:
    template = estate(AB, targets=[["10.0.0.10"]], cross_zone=balancer)
    attribute = {"Key": "load_balancing.cross_zone.enabled", "Value": group}
    template["Resources"]["Targets"]["Properties"]["TargetGroupAttributes"] = [attribute]
    assert rules(template) == ({"zone-target-missing"} if found else set())


@pytest.mark.parametrize(
    "more",
    [
        {"Tasks": tasks("SubnetB")},
        {"Tasks": tasks()},
        {"Fleet": fleet("SubnetB", "SubnetA")},
        {"Fleet": fleet(), "Tasks": tasks("SubnetA")},
        {"Set": resource("AWS::ECS::TaskSet", LoadBalancers=[{"TargetGroupArn": ref("Targets")}])},
        {"Own": resource("Custom::Register", Group=ref("Targets"))},
        {"Tasks": tasks("SubnetA") | {"Condition": "Sometimes"}},
        {
            "Tasks": resource(
                SERVICE,
                LoadBalancers=[{"TargetGroupArn": {"Fn::If": ["A", ref("Targets"), "arn"]}}],
            )
        },
    ],
    ids=range(8),
)
def test_takes_zones_that_have_targets_or_may_have_some(more: dict[str, Any]) -> None:
    assert rules(estate(AB, targets=[["10.0.0.10"]], **more)) == set()


@pytest.mark.parametrize(
    "target",
    [
        "10.0.9.10",
        {"Id": "10.0.0.10", "AvailabilityZone": "all"},
        ref("Parameter"),
        {"Fn::GetAtt": ["Host", "PublicIp"]},
        {"Fn::If": ["A", "10.0.0.11", "10.0.1.11"]},
        {"Fn::If": ["A", {"Id": "10.0.0.11"}, {"Id": "10.0.1.11"}]},
        ref("Host"),
    ],
    ids=range(7),
)
def test_takes_targets_whose_zone_is_not_known(target: Any) -> None:
    template = estate(AB, targets=[["10.0.0.10", target]], Host=resource("AWS::EC2::Instance"))
    template["Resources"]["Targets"]["Properties"]["TargetType"] = ref("Kind")
    assert "zone-target-missing" not in rules(template)


def test_says_nothing_of_empty_zones_without_a_service() -> None:
    template = estate(AB, targets=[["10.0.0.10"]])
    for name in ("Service", "Permissions"):
        del template["Resources"][name]
    assert rules(template) == set()


def test_says_nothing_of_subnets_whose_zones_are_not_known() -> None:
    template = estate(AB, targets=[["10.0.0.10"]])
    del template["Resources"]["SubnetB"]["Properties"]["AvailabilityZone"]
    assert rules(template) == set()


def test_says_nothing_of_targets_that_are_a_parameter() -> None:
    template = estate(AB, Tasks=tasks("SubnetA"))
    template["Resources"]["Targets"]["Properties"]["Targets"] = ref("Wanted")
    assert rules(template) == set()


def test_says_nothing_of_groups_that_others_may_fill() -> None:
    template = estate(AB, targets=[["10.0.0.10"]])
    template["Outputs"] = {"Group": exported(ref("Targets"))}
    assert rules(template) == set()


def test_targets_of_all_groups_of_a_listener_count() -> None:
    template = estate(AB, targets=[["10.0.0.10"]], Green=_group(["10.0.1.10"]))
    groups = [{"TargetGroupArn": ref(it), "Weight": 1} for it in ("Targets", "Green")]
    action = [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    template["Resources"]["Listener"]["Properties"]["DefaultActions"] = action
    assert rules(template) == set()


def test_a_zone_that_may_be_any_other_is_no_empty_one() -> None:
    template = estate(AB, targets=[["10.0.0.10", "10.0.2.10"]])
    template["Resources"]["SubnetC"]["Properties"]["AvailabilityZone"] = ref("Zone")
    assert rules(template) == set()


def test_a_name_and_an_id_may_be_of_one_zone() -> None:
    template = estate(AB, targets=[["10.0.0.10", "10.0.2.10"]])
    third = template["Resources"]["SubnetC"]["Properties"]
    del third["AvailabilityZone"]
    third["AvailabilityZoneId"] = "euw1-az2"
    assert rules(template) == set()


@pytest.mark.parametrize("form", sorted(IN_A))
def test_fails_when_a_target_is_where_no_load_balancer_is(form: str) -> None:
    targets, more = IN_A[form]
    template = estate(["SubnetB", "SubnetC"], targets=[targets], **more)
    [finding] = findings(template)
    assert finding.rule == "target-zone-mismatch"
    assert finding.message.endswith(
        "is in eu-west-1a, but the service is in eu-west-1b, eu-west-1c."
    )


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        *((form, "literal") for form in sorted(IN_A)),
        *((form, "position") for form in BY_SUBNET),
    ],
)
def test_fails_when_a_target_is_behind_the_load_balancer_of_another_zone(
    form: str, kind: str
) -> None:
    targets, more = IN_A[form]
    template = estate(["SubnetB"], ["SubnetA"], targets=[targets, ["10.0.0.11"]], kind=kind, **more)
    [finding] = findings(template)
    assert finding.rule == "target-own-zone-mismatch"
    first, second = ("eu-west-1a", "eu-west-1b")
    if kind == "position":
        first, second = (f"zone {index} of Fn::GetAZs" for index in (0, 1))
    assert finding.message.endswith(f"is in {first}, but is specified for {second}.")


@pytest.mark.parametrize("form", sorted(IN_A))
def test_takes_targets_behind_the_load_balancer_of_their_zone(form: str) -> None:
    targets, more = IN_A[form]
    template = estate(["SubnetA"], ["SubnetB"], targets=[targets, ["10.0.1.11"]], **more)
    assert rules(template) == set()


@pytest.mark.parametrize("make", [tasks, fleet], ids=["tasks", "fleet"])
def test_fails_when_tasks_of_several_zones_are_behind_the_load_balancer_of_one(make: Any) -> None:
    template = estate(["SubnetA"], ["SubnetB"], targets=[[], ["10.0.1.10"]], Many=make(*AB))
    [finding] = findings(template)
    assert (finding.rule, finding.logical_id) == ("target-zones-conflict", "Many")
    assert "spans 2 Availability Zones (eu-west-1a, eu-west-1b)" in finding.message


@pytest.mark.parametrize("make", [tasks, fleet], ids=["tasks", "fleet"])
def test_takes_tasks_of_several_zones_behind_a_load_balancer_of_all(make: Any) -> None:
    assert rules(estate(AB, Many=make(*AB))) == set()


GROUPS = ("Targets", "Targets1")


@pytest.mark.parametrize("make", [tasks, fleet], ids=["tasks", "fleet"])
def test_fails_when_tasks_in_unknown_zones_are_behind_two_load_balancers(make: Any) -> None:
    template = estate(["SubnetA"], ["SubnetB"], Many=make(groups=GROUPS))
    [finding] = findings(template)
    assert (finding.rule, finding.logical_id) == ("target-zone-duplicate", "Many")
    assert finding.message == (
        "Target Many is specified for 2 Availability Zones (eu-west-1a, eu-west-1b)."
    )


@pytest.mark.parametrize(
    ("target", "rule"),
    [("i-0123456789abcdef0", "target-zone-duplicate"), ("10.0.9.9", "target-zone-undetermined")],
)
def test_fails_when_a_target_in_an_unknown_zone_is_behind_two_load_balancers(
    target: str, rule: str
) -> None:
    template = estate(["SubnetA"], ["SubnetB"], targets=[[target], [target]])
    [finding] = findings(template)
    assert finding.rule == rule
    assert repr(target) in finding.message


@pytest.mark.parametrize("second", ["SubnetA", "SubnetC"])
def test_takes_targets_behind_two_load_balancers_of_one_zone(second: str) -> None:
    target = "i-0123456789abcdef0"
    template = estate(["SubnetA"], [second], targets=[[target], [target]])
    template["Resources"]["SubnetC"]["Properties"]["AvailabilityZone"] = ref("Zone")
    assert "target-zone-duplicate" not in rules(template)


def test_takes_an_address_outside_the_vpc_behind_two_load_balancers() -> None:
    target = {"Id": "192.168.0.10", "AvailabilityZone": "all"}
    assert rules(estate(["SubnetA"], ["SubnetB"], targets=[[target], [target]])) == set()


@pytest.mark.parametrize(
    ("written", "found"),
    [("eu-west-1b", True), ("eu-west-1a", False), ("all", False), (ref("Zone"), False)],
    ids=range(4),
)
def test_fails_when_a_target_names_another_zone_than_its_subnets(
    written: object, *, found: bool
) -> None:
    targets = [{"Id": "10.0.0.10", "AvailabilityZone": written}, "10.0.1.10"]
    template = estate(AB, targets=[targets])
    [*some] = findings(template)
    assert [it.rule for it in some] == (["target-own-zone-mismatch"] if found else [])
    if found:
        assert some[0].property_path == "Properties.Targets.0.AvailabilityZone"


@pytest.mark.parametrize("kind", ["literal", "position"])
@pytest.mark.parametrize(
    ("subnets", "found"), [(["SubnetC"], True), (["SubnetC", "SubnetA"], False)]
)
def test_fails_when_an_alb_shares_no_zone(kind: str, subnets: list[str], *, found: bool) -> None:
    web = resource(LOAD_BALANCER, Type="application", Subnets=[ref(it) for it in subnets])
    template = estate(AB, targets=[[ref("Web")]], kind=kind, Web=web, Front=front("Web"))
    template["Resources"]["Targets"]["Properties"]["TargetType"] = "alb"
    assert ("alb-target-zone-mismatch" in rules(template)) is found


def test_fails_when_an_alb_is_behind_three_load_balancers() -> None:
    web = resource(LOAD_BALANCER, Subnets=[ref(it) for it in (*AB, "SubnetC")])
    alone = [["SubnetA"], ["SubnetB"], ["SubnetC"]]
    template = estate(*alone, targets=[[ref("Web")]] * 3, Web=web, Front=front("Web"))
    for name in ("Targets", "Targets1", "Targets2"):
        template["Resources"][name]["Properties"]["TargetType"] = "alb"
    assert rules(template) == {"alb-target-load-balancers-exceeded"}
