"""The rules of contracts, on plain values."""

from __future__ import annotations

import pytest

from privatelink_constructs.rules import contracts

NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
HERE = ("111111111111", "eu-west-1")
UNKNOWN = (None, None)


def test_name_and_region_agree() -> None:
    assert not list(contracts.check_contract_name(NAME, "eu-west-1"))


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert not list(contracts.check_contract_name(None, None))


@pytest.mark.parametrize(
    ("name", "region", "rule"),
    [
        (NAME, "eu-west-2", "service-region-mismatch"),
        (NAME, "eu-nowhere-1", "region-unknown"),
        ("payments", "eu-west-1", "service-name-malformed"),
        ("com.amazonaws.eu-west-1.s3", "eu-west-1", "service-name-of-aws-service"),
        ("com.amazonaws.vpce.cn-north-1.vpce-svc-0123456789abcdef0", None, "service-name-prefix"),
    ],
)
def test_fails_when_a_name_is_none_or_its_region_differs(
    name: str, region: str | None, rule: str
) -> None:
    [first, *_] = contracts.check_contract_name(name, region)

    assert first.rule.id == rule


def test_fails_when_there_is_no_port() -> None:
    assert [it.rule.id for it in contracts.check_has_ports([])] == ["contract-without-ports"]


def test_fails_when_a_field_is_a_token() -> None:
    [problem] = contracts.check_literals(ports=True, supported_regions=False)

    assert problem.message.startswith("ports is only known at deployment: give a literal")


@pytest.mark.parametrize("zone", ["euw1-az1", "usw2-lax1-az1", "use1-az6", "${Token[A.1]}"])
def test_zone_ids_pass(zone: str) -> None:
    assert not list(contracts.check_zone_ids([zone]))


@pytest.mark.parametrize("zone", ["eu-west-1a", "az1", "", "euw1"])
def test_fails_when_a_zone_id_is_none(zone: str) -> None:
    [problem] = contracts.check_zone_ids([zone])

    assert (problem.rule.id, repr(zone) in problem.what) == ("availability-zone-id-malformed", True)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (HERE, HERE),
        (UNKNOWN, UNKNOWN),
        (HERE, ("222222222222", "eu-west-1")),
        (HERE, ("222222222222", "us-east-1")),
        (HERE, ("111111111111", "us-east-1")),
        ((None, "eu-west-1"), (None, "us-east-1")),
        (("111111111111", None), ("111111111111", None)),
    ],
)
def test_the_cdk_can_refer_from_one_environment_to_another(
    theirs: tuple[str | None, str | None], ours: tuple[str | None, str | None]
) -> None:
    assert not list(contracts.check_environments(theirs, ours))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (HERE, UNKNOWN),
        (UNKNOWN, HERE),
        ((None, "eu-west-1"), HERE),
        (HERE, (None, "us-east-1")),
        (("111111111111", None), ("222222222222", None)),
        ((None, None), (None, "us-east-1")),
    ],
)
def test_fails_when_an_environment_that_differs_is_not_known(
    theirs: tuple[str | None, str | None], ours: tuple[str | None, str | None]
) -> None:
    [problem] = contracts.check_environments(theirs, ours)

    assert problem.rule.id == "contract-environment-unknown"
    assert "unknown" in problem.what


@pytest.mark.parametrize("prefix", ["/payments", "/a/b.c/d_e-f"])
def test_parameter_prefixes_pass(prefix: str) -> None:
    assert not list(contracts.check_parameter_prefix(prefix))


@pytest.mark.parametrize(
    "prefix",
    ["payments", "/payments/", "/", "/pay ments", "/aws/x", "/SSMx", "/a" * 16, f"/{'a' * 901}"],
)
def test_fails_when_a_parameter_prefix_is_none(prefix: str) -> None:
    [problem] = contracts.check_parameter_prefix(prefix)

    assert problem.rule.id == "parameter-prefix-malformed"
