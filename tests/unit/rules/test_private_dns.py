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
    assert not list(private_dns.check_private_dns_name(name))


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
    (problem,) = private_dns.check_private_dns_name(name)
    assert problem.rule is private_dns.MALFORMED
    assert repr(name) in problem.what


def test_fails_when_a_name_has_upper_case() -> None:
    (problem,) = private_dns.check_private_dns_name("Payments.example.com")
    assert problem.rule is private_dns.UPPER_CASE


@pytest.mark.parametrize("name", ["co.uk", "*.com.au", "com.br"])
def test_fails_when_a_name_is_a_public_suffix(name: str) -> None:
    (problem,) = private_dns.check_private_dns_name(name)
    assert problem.rule is private_dns.PUBLIC_SUFFIX


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
    assert not list(private_dns.check_in_zone(name, zone))


@pytest.mark.parametrize("zone", ["example.org", "ments.example.com", "a.payments.example.com"])
def test_fails_when_a_name_is_outside_its_zone(zone: str) -> None:
    (problem,) = private_dns.check_in_zone("payments.example.com", zone)
    assert problem.rule is private_dns.OUTSIDE_ZONE
    assert zone in problem.what


@pytest.mark.parametrize("private", [False, None])
def test_a_zone_that_is_not_private_passes(*, private: bool | None) -> None:
    assert not list(private_dns.check_public_zone("example.com", private=private))


def test_fails_when_the_zone_is_private() -> None:
    (problem,) = private_dns.check_public_zone("example.com", private=True)
    assert problem.rule is private_dns.PRIVATE_ZONE


def test_a_name_on_network_load_balancers_passes() -> None:
    assert not list(private_dns.check_load_balancer_kind("payments.example.com", gateway=False))


def test_fails_when_a_gateway_load_balancer_has_a_name() -> None:
    (problem,) = private_dns.check_load_balancer_kind("payments.example.com", gateway=True)
    assert problem.rule is private_dns.GATEWAY


@pytest.mark.parametrize("name", ["payments.example.com", "*.payments.example.com"])
def test_the_record_is_called_by_label_and_domain(name: str) -> None:
    assert private_dns.record_name("_label", name) == "_label.payments.example.com"


@pytest.mark.parametrize("value", ["vpce:abc", '"vpce:abc"'])
def test_a_value_is_quoted_once(value: str) -> None:
    assert private_dns.txt_value(value) == '"vpce:abc"'


@pytest.mark.parametrize("value", ['"vpce:abc"', '"a" "b"', r'"a\"b"'])
def test_quoted_values_pass(value: str) -> None:
    assert not list(private_dns.check_txt_value(value))


@pytest.mark.parametrize("value", ["vpce:abc", '""vpce:abc""', '"vpce:abc', r'"\"vpce:abc\""', ""])
def test_fails_when_a_value_is_not_quoted_once(value: str) -> None:
    (problem,) = private_dns.check_txt_value(value)
    assert problem.rule is private_dns.TXT_VALUE


@pytest.mark.parametrize("seconds", [None, 60, 1800, 3300])
def test_timeouts_pass(seconds: float | None) -> None:
    assert not list(private_dns.check_timeout(seconds))


@pytest.mark.parametrize("seconds", [0, 59, 3301, 3600])
def test_fails_when_a_timeout_is_out_of_range(seconds: float) -> None:
    (problem,) = private_dns.check_timeout(seconds)
    assert problem.rule is private_dns.TIMEOUT


def test_records_that_differ_pass() -> None:
    records = [("Z1", "_a.example.com"), ("Z1", "_b.example.com"), ("Z2", "_a.example.com")]
    assert not list(private_dns.check_record_names(records))


def test_fails_when_services_share_a_record() -> None:
    (problem,) = private_dns.check_record_names([("Z1", "_a.example.com")] * 2)
    assert problem.rule is private_dns.DUPLICATE_PROOF


@pytest.mark.parametrize("name", ["payments.example.com", "corp", "Example.com.", "_tcp.corp"])
def test_zone_names_pass(name: str) -> None:
    assert not list(private_dns.check_zone_name(name))


@pytest.mark.parametrize(
    "name", ["", ".", "a..b", "*.example.com", f"{'a' * 64}.com", "a b.com", f"{'a.' * 128}com"]
)
def test_fails_when_a_zone_name_is_malformed(name: str) -> None:
    (problem,) = private_dns.check_zone_name(name)
    assert problem.rule is private_dns.ZONE_NAME


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (None, "a.example.com"),
        ("_label.a.example.com", "a.example.com"),
        ("_label.example.com.", "a.example.com"),
        ("_label.example.com", "*.example.com"),
        ("_label.example.com", None),
    ],
)
def test_records_of_a_label_and_a_domain_pass(record: str | None, name: str | None) -> None:
    assert not list(private_dns.check_record(record, private_name=name))


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ("_label", None),
        ("a.example.com", "a.example.com"),
        ("_label.*.example.com", "*.example.com"),
        ("_label.b.example.com", "a.example.com"),
    ],
)
def test_fails_when_a_record_has_another_name(record: str, name: str | None) -> None:
    (problem,) = private_dns.check_record(record, private_name=name)
    assert problem.rule is private_dns.RECORD_NAME


@pytest.mark.parametrize("kind", ["TXT", None])
def test_the_type_txt_passes(kind: str | None) -> None:
    assert not list(private_dns.check_record_type(kind))


def test_fails_when_the_record_is_of_another_type() -> None:
    (problem,) = private_dns.check_record_type("CNAME")
    assert problem.rule is private_dns.RECORD_TYPE


def test_the_value_of_aws_passes() -> None:
    assert not list(private_dns.check_record_value(value=True))


def test_fails_when_the_record_holds_something_else() -> None:
    (problem,) = private_dns.check_record_value(value=False)
    assert problem.rule is private_dns.RECORD_VALUE


def test_a_published_record_passes() -> None:
    assert not list(private_dns.check_published("a.example.com", published=True))


def test_warns_when_nothing_publishes_the_record() -> None:
    (problem,) = private_dns.check_published("a.example.com", published=False)
    assert problem.rule is private_dns.RECORD_MISSING
