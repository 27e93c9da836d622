from __future__ import annotations

import pytest

from privatelink_constructs.rules import load_balancers as rules

ARN = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer"
TCP_443 = frozenset({"443/tcp"})


@pytest.mark.parametrize("count", [None, 1, 2])
def test_there_is_a_load_balancer(count: int | None) -> None:
    assert not list(rules.load_balancer_present(count))


def test_fails_when_there_is_no_load_balancer() -> None:
    [problem] = rules.load_balancer_present(0)
    assert problem.rule is rules.load_balancer_present


@pytest.mark.parametrize(
    ("kinds", "gateway"),
    [
        ([], False),
        ([None], False),
        (["network"], False),
        (["network", "network"], False),
        ([None], True),
        (["gateway"], True),
    ],
)
def test_kinds_that_can_back_a_service(kinds: list[str | None], *, gateway: bool) -> None:
    assert not list(rules.load_balancer_kind("It", *kinds, gateway=gateway))


@pytest.mark.parametrize(
    ("kinds", "gateway", "message"),
    [
        (["application"], False, "It is an Application Load Balancer"),
        (["gateway"], False, "It is a Gateway Load Balancer"),
        (["network"], True, "It is a Network Load Balancer"),
        (["application"], True, "It is an Application Load Balancer"),
        (["resource"], False, "It is a CfnLoadBalancer, which NetworkLoadBalancer can import"),
        (["other"], False, "It is not the ARN of a load balancer"),
        (
            ["network", "gateway"],
            False,
            "It has both Network Load Balancers and Gateway Load Balancers",
        ),
        (
            ["network", "gateway"],
            True,
            "It has both Network Load Balancers and Gateway Load Balancers",
        ),
    ],
)
def test_fails_when_a_kind_can_not_back_a_service(
    kinds: list[str | None], message: str, *, gateway: bool
) -> None:
    [problem] = rules.load_balancer_kind("It", *kinds, gateway=gateway)
    assert problem.rule is rules.load_balancer_kind
    assert problem.what.startswith(message)


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        (f"{ARN}/net/a/1", "network"),
        (f"{ARN}/app/a/1", "application"),
        (f"{ARN}/gwy/a/1", "gateway"),
        (f"{ARN}/a", "classic"),
        (f"{ARN}/net/a", "other"),
        (f"{ARN}/net/", "other"),
        (f"{ARN}/", "other"),
        (f"{ARN}/tgw/a/1", "other"),
        (f"{ARN}/net/a/${{...}}", "network"),
        (f"{ARN}/${{...}}", None),
        (f"{ARN}/n${{...}}", None),
        (f"{ARN}/x${{...}}", "classic"),
        ("arn:aws:elasticloadbalancing:eu-west-1:${...}:loadbalancer/app/a/1", "application"),
        ("arn:aws:elasticloadbalancing:eu-west-1:${...}:targetgroup/a/1", "other"),
        ("arn:aws:elasticloadbalancing:${...}:1:listener/net/a/1/2", "other"),
        ("arn:aws:ec2:eu-west-1:${...}:${...}", "other"),
        ("arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/network/a/1", None),
        ("${...}", None),
        ("${...}:loadbalancer/app/a/1", None),
        ("web-${...}", "other"),
        ("", "other"),
        (None, None),
    ],
)
def test_the_kind_in_an_arn(arn: str | None, kind: str | None) -> None:
    assert rules.kind_in_arn(arn) == kind


@pytest.mark.parametrize("count", [0, 1])
def test_a_load_balancer_that_is_listed_once(count: int) -> None:
    assert not list(rules.load_balancer_listed_once("Nlb", count))


def test_fails_when_a_load_balancer_is_listed_twice() -> None:
    [problem] = rules.load_balancer_listed_once("Nlb", 2)
    assert problem.rule is rules.load_balancer_listed_once
    assert problem.what == "Nlb is listed 2 times"


def test_a_load_balancer_in_one_service() -> None:
    assert not list(rules.load_balancer_in_one_service("Nlb", None))


def test_fails_when_a_load_balancer_is_in_two_services() -> None:
    [problem] = rules.load_balancer_in_one_service("Nlb", "Other")
    assert problem.rule is rules.load_balancer_in_one_service
    assert problem.what == "Nlb already belongs to Other"


def test_listeners_that_are_the_same() -> None:
    assert not list(rules.listeners_the_same({"a": TCP_443, "b": TCP_443}))
    assert not list(rules.listeners_the_same({"a": frozenset({"TCP 443"})}))
    assert not list(rules.listeners_the_same({}))


def test_fails_when_listeners_differ() -> None:
    [problem] = rules.listeners_the_same({"b": frozenset(), "a": frozenset({"80/tcp"})})
    assert problem.rule is rules.listeners_the_same
    assert "(a: 80/tcp; b: none)" in problem.what


def test_listeners_on_the_ports_of_the_service() -> None:
    listeners = {"a": frozenset({"443/tls", "80/tcp"})}
    assert not list(rules.listeners_the_same(listeners, ports=[443]))


def test_a_port_without_any_listener_is_left_to_another_rule() -> None:
    assert not list(rules.listeners_the_same({"a": frozenset()}, ports=[443]))


def test_fails_when_a_port_of_the_service_has_no_listener() -> None:
    [problem] = rules.listeners_the_same({"a": TCP_443}, ports=["53/udp", 80, 443])
    assert problem.rule is rules.listeners_the_same
    assert problem.what == "a has no listener on 53/udp, 80"


def test_an_internal_load_balancer() -> None:
    assert not list(rules.load_balancer_internal("internal", name="Nlb"))


@pytest.mark.parametrize(
    ("scheme", "message"),
    [
        (None, "the load balancer has no scheme, and the default is internet-facing"),
        ("internet-facing", "Nlb is internet-facing"),
    ],
)
def test_warns_when_a_load_balancer_is_internet_facing(scheme: str | None, message: str) -> None:
    [problem] = rules.load_balancer_internal(scheme, name="Nlb")
    assert (problem.rule, problem.what) == (rules.load_balancer_internal, message)


@pytest.mark.parametrize("scheme", [None, "internal", "internet-facing"])
def test_schemes_that_there_are(scheme: str | None) -> None:
    assert not list(rules.load_balancer_scheme(scheme))


def test_fails_when_there_is_no_such_scheme() -> None:
    [problem] = rules.load_balancer_scheme("private")
    assert problem.rule is rules.load_balancer_scheme


@pytest.mark.parametrize(
    ("scheme", "broken"),
    [
        (None, [rules.load_balancer_internal]),
        ("internal", []),
        ("private", [rules.load_balancer_scheme]),
    ],
)
def test_a_scheme_breaks_one_rule_at_most(scheme: str | None, broken: list[object]) -> None:
    assert [problem.rule for problem in rules.valid_scheme(scheme)] == broken


@pytest.mark.parametrize("count", [None, 0, 7])
def test_numbers_of_secondary_addresses(count: float | None) -> None:
    assert not list(rules.secondary_ips_in_range(count))


@pytest.mark.parametrize("count", [-1, 8, 1.5])
def test_fails_when_secondary_addresses_are_out_of_range(count: float) -> None:
    [problem] = rules.secondary_ips_in_range(count)
    assert problem.rule is rules.secondary_ips_in_range
    assert problem.what.startswith(f"the load balancer has {count:g} secondary IP addresses")


@pytest.mark.parametrize("count", [None, 0])
def test_no_secondary_addresses(count: float | None) -> None:
    assert not list(rules.secondary_ips_confirmed(count))


def test_warns_when_there_are_secondary_addresses() -> None:
    [problem] = rules.secondary_ips_confirmed(1)
    assert problem.rule is rules.secondary_ips_confirmed


@pytest.mark.parametrize(
    ("count", "broken"),
    [
        (None, []),
        (0, []),
        (7, [rules.secondary_ips_confirmed]),
        (8, [rules.secondary_ips_in_range]),
    ],
)
def test_secondary_addresses_break_one_rule_at_most(
    count: float | None, broken: list[object]
) -> None:
    assert [problem.rule for problem in rules.valid_secondary_ips(count)] == broken
