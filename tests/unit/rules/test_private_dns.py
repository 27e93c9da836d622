from __future__ import annotations

import pytest

from privatelink_constructs.rules import private_dns


@pytest.mark.parametrize(
    "name",
    [
        "payments.example.com",
        "*.example.com",
        "example.com",
        "a-b.example.co.uk",
        "xn--bcher-kva.example",
        f"{'a' * 63}.example.com",
        ".".join(["a" * 61] * 4 + ["abcdef"]),
        "4.example.com",
    ],
)
def test_names_pass(name: str) -> None:
    assert not list(private_dns.valid_private_dns_name(name))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "payments",
        "*",
        "*.com",
        "payments..example.com",
        ".example.com",
        "example.com.",
        "api.*.example.com",
        "a*.example.com",
        "*.*.example.com",
        f"{'a' * 64}.example.com",
        ".".join(["a" * 61] * 4 + ["abcdefgh.com"]),
        "pay_ments.example.com",
        "-a.example.com",
        "a-.example.com",
        "10.0.0.1",
        "https://example.com",
        "b\u00fccher.example",
    ],
)
def test_fails_when_a_name_is_malformed(name: str) -> None:
    (problem,) = private_dns.valid_private_dns_name(name)
    assert problem.rule is private_dns.private_dns_name_well_formed
    assert repr(name) in problem.what


def test_fails_when_a_name_has_upper_case() -> None:
    (problem,) = private_dns.valid_private_dns_name("Payments.example.com")
    assert problem.rule is private_dns.private_dns_name_lower_case


@pytest.mark.parametrize("name", ["co.uk", "*.com.au", "com.br"])
def test_fails_when_a_name_is_a_public_suffix(name: str) -> None:
    (problem,) = private_dns.valid_private_dns_name(name)
    assert problem.rule is private_dns.private_dns_name_owned


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("payments.example.com", "example.com"),
        ("payments.example.com", "payments.example.com"),
        ("*.example.com", "example.com"),
        ("payments.example.com", "Example.com."),
        ("payments.example.com", None),
    ],
)
def test_a_name_in_its_zone_passes(name: str, zone: str | None) -> None:
    assert not list(private_dns.private_dns_name_in_hosted_zone(name, zone))


@pytest.mark.parametrize("zone", ["example.org", "ments.example.com", "a.payments.example.com"])
def test_fails_when_a_name_is_outside_its_zone(zone: str) -> None:
    (problem,) = private_dns.private_dns_name_in_hosted_zone("payments.example.com", zone)
    assert problem.rule is private_dns.private_dns_name_in_hosted_zone
    assert zone in problem.what


@pytest.mark.parametrize("private", [False, None])
def test_a_zone_that_is_not_private_passes(*, private: bool | None) -> None:
    assert not list(private_dns.hosted_zone_public("example.com", private=private))


def test_fails_when_the_zone_is_private() -> None:
    (problem,) = private_dns.hosted_zone_public("example.com", private=True)
    assert problem.rule is private_dns.hosted_zone_public


def test_a_name_on_network_load_balancers_passes() -> None:
    assert not list(private_dns.private_dns_without_gateway("payments.example.com", gateway=False))


def test_fails_when_a_gateway_load_balancer_has_a_name() -> None:
    (problem,) = private_dns.private_dns_without_gateway("payments.example.com", gateway=True)
    assert problem.rule is private_dns.private_dns_without_gateway


@pytest.mark.parametrize("seconds", [None, 60, 1800, 3300])
def test_timeouts_pass(seconds: float | None) -> None:
    assert not list(private_dns.timeout_in_range(seconds))


@pytest.mark.parametrize("seconds", [0, 59, 3301, 3600])
def test_fails_when_a_timeout_is_out_of_range(seconds: float) -> None:
    (problem,) = private_dns.timeout_in_range(seconds)
    assert problem.rule is private_dns.timeout_in_range


@pytest.mark.parametrize("name", ["payments.example.com", "corp", "Example.com.", "_tcp.corp"])
def test_zone_names_pass(name: str) -> None:
    assert not list(private_dns.hosted_zone_name_well_formed(name))


@pytest.mark.parametrize(
    "name", ["", ".", "a..b", "*.example.com", f"{'a' * 64}.com", "a b.com", f"{'a.' * 128}com"]
)
def test_fails_when_a_zone_name_is_malformed(name: str) -> None:
    (problem,) = private_dns.hosted_zone_name_well_formed(name)
    assert problem.rule is private_dns.hosted_zone_name_well_formed


def test_a_timeout_in_seconds_that_only_the_deployment_knows_passes() -> None:
    assert not list(private_dns.timeout_in_range(None, unit="seconds"))


def test_fails_when_a_timeout_that_only_the_deployment_knows_is_not_in_seconds() -> None:
    (problem,) = private_dns.timeout_in_range(None, unit="minutes")
    assert problem.rule is private_dns.timeout_in_range
    assert "the timeout is in minutes" in problem.what


def test_a_hosted_zone_with_a_name_passes() -> None:
    assert not list(private_dns.hosted_zone_name_known("example.com", path="Stack/Zone"))


def test_fails_when_the_hosted_zone_has_no_name() -> None:
    (problem,) = private_dns.hosted_zone_name_known(None, path="Stack/Zone")
    assert problem.rule is private_dns.hosted_zone_name_known
    assert problem.what == "the hosted zone Stack/Zone has no known name"


@pytest.mark.parametrize(("zone", "stack"), [("1", "1"), (None, "1"), ("1", None)])
def test_a_hosted_zone_in_the_stacks_account_passes(zone: str | None, stack: str | None) -> None:
    assert not list(private_dns.hosted_zone_in_stack_account(zone, stack))


def test_fails_when_the_hosted_zone_is_in_another_account() -> None:
    (problem,) = private_dns.hosted_zone_in_stack_account("111122223333", "444455556666")
    assert problem.rule is private_dns.hosted_zone_in_stack_account


@pytest.mark.parametrize("path", ["", "dns/"])
def test_the_arn_of_a_role_passes(path: str) -> None:
    assert not list(private_dns.role_arn_well_formed(f"arn:aws:iam::222222222222:role/{path}Dns"))


@pytest.mark.parametrize("arn", ["", "Dns", "arn:aws:iam::222222222222:user/Dns"])
def test_fails_when_an_arn_is_not_a_roles(arn: str) -> None:
    (problem,) = private_dns.role_arn_well_formed(arn)
    assert problem.rule is private_dns.role_arn_well_formed


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("payments.corp.internal", "internal"),
        ("*.corp.local", "local"),
        ("payments.home.arpa", "home.arpa"),
        ("payments.test", "test"),
    ],
)
def test_fails_when_a_name_is_not_in_public_dns(name: str, domain: str) -> None:
    (problem,) = private_dns.valid_private_dns_name(name)
    assert problem.rule is private_dns.private_dns_name_public
    assert problem.what == f"{name!r} is in the domain {domain}, which isn't in public DNS"


@pytest.mark.parametrize("name", ["internal.example.com", "myinternal.com", "a.arpa.example.com"])
def test_names_that_only_look_private_pass(name: str) -> None:
    assert not list(private_dns.valid_private_dns_name(name))
