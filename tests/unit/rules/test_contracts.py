"""The rules of contracts, on plain values."""

from __future__ import annotations

import re

import pytest

from privatelink_constructs.rules import contracts

NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
HERE = ("111111111111", "eu-west-1")
UNKNOWN = (None, None)


def test_name_and_region_agree() -> None:
    assert not list(contracts.valid_contract_name(NAME, "eu-west-1"))


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert not list(contracts.valid_contract_name(None, None))


@pytest.mark.parametrize(
    ("name", "region", "rule"),
    [
        (NAME, "eu-west-2", "service-region-mismatch"),
        (NAME, "eu-nowhere-1", "region-not-valid"),
        ("payments", "eu-west-1", "service-name-malformed"),
        ("com.amazonaws.eu-west-1.s3", "eu-west-1", "service-name-not-supported"),
        (
            "com.amazonaws.vpce.cn-north-1.vpce-svc-0123456789abcdef0",
            None,
            "service-name-partition-mismatch",
        ),
    ],
)
def test_fails_when_a_name_is_none_or_its_region_differs(
    name: str, region: str | None, rule: str
) -> None:
    [first, *_] = contracts.valid_contract_name(name, region)

    assert first.rule.id == rule


def test_fails_when_there_is_no_port() -> None:
    (problem,) = contracts.contract_ports_present([])
    assert problem.rule is contracts.contract_ports_present


def test_fails_when_there_is_no_listener_yet() -> None:
    (problem,) = contracts.contract_ports_present([], from_listeners=True)
    assert problem.what == "the listeners of the load balancers aren't known"


@pytest.mark.parametrize("from_listeners", [True, False])
def test_a_port_passes(*, from_listeners: bool) -> None:
    assert not list(contracts.contract_ports_present([443], from_listeners=from_listeners))


def test_literal_fields_pass() -> None:
    assert not list(contracts.contract_literal(ports=False, supported_regions=False))


def test_a_region_that_is_known_passes() -> None:
    assert not list(contracts.contract_region_known("eu-west-1"))


def test_fails_when_the_region_is_not_known() -> None:
    (problem,) = contracts.contract_region_known(None)
    assert problem.rule is contracts.contract_region_known


def test_fails_when_the_stage_is_another_one() -> None:
    (problem,) = contracts.contract_in_one_stage("'Beta'", "'Production'")
    assert problem.rule is contracts.contract_in_one_stage
    assert problem.what == "the service is in stage 'Beta', but the consumer is in 'Production'"


def test_fails_when_a_field_is_a_token() -> None:
    [problem] = contracts.contract_literal(ports=True, supported_regions=False)

    assert problem.message.startswith("Argument ports is known only at deployment. Use a literal")


@pytest.mark.parametrize("zone", ["euw1-az1", "usw2-lax1-az1", "use1-az6", "${Token[A.1]}"])
def test_zone_ids_pass(zone: str) -> None:
    assert not list(contracts.zone_ids_valid([zone]))


@pytest.mark.parametrize("zone", ["eu-west-1a", "az1", "", "euw1"])
def test_fails_when_a_zone_id_is_none(zone: str) -> None:
    [problem] = contracts.zone_ids_valid([zone])

    assert (problem.rule.id, repr(zone) in problem.what) == ("zone-id-malformed", True)


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
    assert not list(contracts.environments_concrete(theirs, ours))


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
    [problem] = contracts.environments_concrete(theirs, ours)

    assert problem.rule.id == "contract-environment-undetermined"
    assert re.search("no (account|Region)", problem.what)


@pytest.mark.parametrize(
    "prefix", ["/payments", "/a/b.c/d_e-f", "/a" * 14, "/" + "a" * 899], ids=[*"1234"]
)
def test_parameter_prefixes_pass(prefix: str) -> None:
    assert not list(contracts.parameter_prefix_valid(prefix))


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        (None, "arn:aws:ssm:us-east-1:111111111111:parameter"),
        ("ap-southeast-3", "arn:aws:ssm:ap-southeast-3:111111111111:parameter"),
        ("us-gov-west-1", "arn:aws-us-gov:ssm:us-gov-west-1:111111111111:parameter"),
        ("nowhere", "arn:aws:ssm:nowhere:111111111111:parameter"),
    ],
)
def test_fails_when_the_arn_of_a_parameter_is_too_long(region: str | None, arn: str) -> None:
    longest = "/" + "a" * (1011 - len(f"{arn}//ports"))
    assert not list(contracts.parameter_prefix_valid(longest, "ports", region=region))

    [problem] = contracts.parameter_prefix_valid(f"{longest}a", "ports", region=region)
    assert problem.what.startswith(f"the prefix has {len(longest) + 1} characters, so that the ARN")
    assert "has 1,012, and Systems Manager takes 1,011" in problem.what


def test_fails_when_a_parameter_has_too_many_levels() -> None:
    [problem] = contracts.parameter_prefix_valid("/a" * 15, "ports")
    assert "has 15 levels, and the name of a parameter can have 15, including" in problem.what


@pytest.mark.parametrize(("advanced", "most"), [(False, 4096), (True, 8192)])
def test_fails_when_a_value_is_too_long_for_its_tier(*, advanced: bool, most: int) -> None:
    assert not list(contracts.parameter_value_in_limit("names", "a" * most, advanced=advanced))

    [problem] = contracts.parameter_value_in_limit("names", "a" * (most + 1), advanced=advanced)
    tier = "advanced" if advanced else "standard"
    assert problem.what == (
        f"the value of names has {most + 1:,} characters, and a parameter of the {tier} tier takes "
        f"{most:,}"
    )


@pytest.mark.parametrize("value", ["443", None])
def test_a_value_of_a_parameter_passes(value: str | None) -> None:
    assert not list(contracts.parameter_value_present("ports", value))
    assert not list(contracts.parameter_value_in_limit("ports", value, advanced=False))


@pytest.mark.parametrize("value", ["", " "])
def test_fails_when_a_parameter_has_no_value(value: str) -> None:
    [problem] = contracts.parameter_value_present("ports", value)
    assert problem.what == "the value of ports is empty"


@pytest.mark.parametrize(
    "prefix",
    ["payments", "/payments/", "/", "/pay ments", "/aws/x", "/SSMx", "/a" * 15, "/" + "a" * 966],
)
def test_fails_when_a_parameter_prefix_is_none(prefix: str) -> None:
    [problem] = contracts.parameter_prefix_valid(prefix)

    assert problem.rule.id == "ssm-parameter-prefix-malformed"


@pytest.mark.parametrize(
    "zone_ids",
    [
        {},
        {"eu-west-1a": "euw1-az1", "eu-west-1b": "euw1-az2"},
        dict.fromkeys("ab", "${Token[Id.1]}"),
    ],
)
def test_zones_with_ids_of_their_own_pass(zone_ids: dict[str, str]) -> None:
    assert not list(contracts.valid_zone_ids(zone_ids))


def test_fails_when_two_zones_have_the_same_id() -> None:
    [problem] = contracts.valid_zone_ids({"eu-west-1a": "euw1-az1", "eu-west-1b": "euw1-az1"})

    assert problem.rule.id == "zone-id-duplicate"
    assert problem.what == "eu-west-1a and eu-west-1b have the same AZ ID 'euw1-az1'"
