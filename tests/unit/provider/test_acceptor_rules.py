"""Where the rules of an acceptor are kept, however many accounts they list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks
from tests.support.intrinsics import evaluate
from tests.support.replacement import assert_nothing_is_replaced
from tests.unit.provider.acceptance_stacks import of_type, resources, service, stack, statements

from privatelink_constructs import AcceptancePolicy, AllowedPrincipal
from privatelink_constructs.runtime.acceptance.verdicts import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERSION = "AWS::AppConfig::HostedConfigurationVersion"
FUNCTION = "AWS::Lambda::Function"
RUN = "Custom::PrivateLinkReconciliation"
LARGEST_ENVIRONMENT = 4096


def accounts(count: int, start: int = 0) -> list[str]:
    return [f"{number:012d}" for number in range(start, start + count)]


def defined(*, agnostic: bool = False, **rules: Any) -> cdk.Stack:
    scope = stack(agnostic=agnostic)
    with_rules(scope, **rules)
    return scope


def with_rules(scope: cdk.Stack, **rules: Any) -> None:
    policy = AcceptancePolicy.by_rules(**rules)
    service(scope, acceptance=policy, allowed_principals=[AllowedPrincipal.everyone()])


def environment(scope: cdk.Stack) -> dict[str, Any]:
    (function,) = of_type(scope, FUNCTION).values()
    return function["Properties"]["Environment"]["Variables"]


def literals(scope: cdk.Stack, count: int) -> Sequence[str]:
    return accounts(count)


def single_values(scope: cdk.Stack, count: int) -> Sequence[str]:
    """Return accounts that only the deployment knows, one by one."""
    del scope
    return [cdk.Fn.import_value(account) for account in accounts(count)]


def lists(scope: cdk.Stack, count: int) -> Sequence[str]:
    """Return accounts in parameters, of which each has room for 315."""
    found: list[str] = []
    for start in range(0, count, 300):
        given = accounts(min(300, count - start), start)
        parameter = cdk.CfnParameter(
            scope, f"Accounts{start}", type="CommaDelimitedList", default=",".join(given)
        )
        found += parameter.value_as_list
    return found


def mixed(scope: cdk.Stack, count: int) -> Sequence[str]:
    """Return accounts of all three kinds."""
    half = count // 2
    return [*lists(scope, half), *(cdk.Fn.import_value(it) for it in accounts(count - half, half))]


KINDS = [literals, single_values, lists, mixed]


def deployed(scope: cdk.Stack, content: Any) -> Rules:
    """Return what the function reads once the deployment knows all values."""
    template = Template.from_stack(scope).to_json()
    values = {
        name: it["Default"].split(",") if it["Type"] == "CommaDelimitedList" else it
        for name, it in template.get("Parameters", {}).items()
        if "Default" in it
    }

    def known(value: Any) -> Any:
        match value:
            case {"Fn::ImportValue": name}:
                return name
            case {"Ref": name} if isinstance(values.get(name), list):
                return values[name]
            case {"Fn::Join": [separator, parts]}:
                return separator.join(
                    known(parts) if isinstance(parts, dict) else map(known, parts)
                )
            case _:
                return value

    return Rules.from_json(known(content))


@pytest.mark.parametrize(
    ("kind", "names"),
    [*((kind, "accept_accounts") for kind in KINDS), (mixed, "reject_accounts")],
    ids=[*(kind.__name__ for kind in KINDS), "mixed, rejected"],
)
def test_ten_thousand_accounts_fit(
    kind: Callable[[cdk.Stack, int], Sequence[str]], names: str
) -> None:
    scope = stack()
    with_rules(scope, **{names: kind(scope, 10_000)})
    template = resources(scope)
    (version,) = of_type(scope, VERSION).values()

    rules = deployed(scope, version["Properties"]["Content"])
    assert getattr(rules, names) == {*accounts(10_000)}
    # What AWS takes: 1 MB of template, 4 KB of environment, 1 MB of configuration, 500 resources.
    assert len(json.dumps(template)) < 1_000_000
    assert len(json.dumps(environment(scope))) < LARGEST_ENVIRONMENT
    assert len(template) < 30
    (run,) = of_type(scope, RUN).values()
    assert len(json.dumps(run)) < 1000


@pytest.mark.parametrize("count", [1, 100, 150, 190, 200, 210, 230, 250, 300])
def test_no_environment_is_too_large(count: int) -> None:
    scope = defined(accept_accounts=accounts(count), reject_accounts=accounts(1, 999))
    longest = {"SERVICE_ID": "x" * 26, "STACK_ID": "x" * 250, "QUEUE_URL": "x" * 170}
    variables = {**environment(scope), **longest}
    for name in ("RULES_APPLICATION", "RULES_PROFILE", "RULES_VERSION"):
        if name in variables:
            variables[name] = "x" * 10
    assert len(json.dumps(variables)) <= LARGEST_ENVIRONMENT
    assert bool(of_type(scope, VERSION)) is (count > 190)


def test_few_accounts_take_no_further_resource() -> None:
    scope = defined(accept_accounts=[*accounts(100), cdk.Aws.ACCOUNT_ID])
    assert not [it for it in resources(scope).values() if "AppConfig" in it["Type"]]
    assert "RULES" in environment(scope)


@pytest.mark.parametrize("agnostic", [True, False])
def test_the_function_reads_one_version(*, agnostic: bool) -> None:
    scope = defined(agnostic=agnostic, accept_accounts=accounts(1000))
    (version_id,), (profile_id,), (application_id,) = (
        of_type(scope, kind)
        for kind in (VERSION, "AWS::AppConfig::ConfigurationProfile", "AWS::AppConfig::Application")
    )

    found = environment(scope)
    assert "RULES" not in found
    assert found["RULES_APPLICATION"] == {"Ref": application_id}
    assert found["RULES_PROFILE"] == {"Ref": profile_id}
    assert found["RULES_VERSION"] == {"Ref": version_id}
    (run,) = of_type(scope, RUN).values()
    assert run["Properties"]["Rules"] == {"Ref": version_id}
    ((allowed,)) = [
        it["Resource"]
        for _, it in statements(scope)
        if it["Action"] == "appconfig:GetHostedConfigurationVersion"
    ]
    names = {
        application_id: "app",
        profile_id: "prof",
        "AWS::Partition": "aws",
        "AWS::Region": "eu-west-1",
        "AWS::AccountId": "111111111111",
    }
    base = "arn:aws:appconfig:eu-west-1:111111111111:application/app"
    assert [evaluate(it, names) for it in allowed] == [
        base,
        f"{base}/configurationprofile/prof",
        f"{base}/configurationprofile/prof/hostedconfigurationversion/*",
    ]


def test_other_rules_are_another_version() -> None:
    before = Template.from_stack(defined(accept_accounts=accounts(1000))).to_json()
    after = Template.from_stack(defined(accept_accounts=accounts(1001))).to_json()

    changed = [
        before["Resources"][name]["Type"]
        for name in before["Resources"]
        if before["Resources"][name] != after["Resources"][name]
    ]
    # CloudFormation replaces it, and with it changes all that refers to it.
    assert changed == [VERSION]
    assert before["Resources"].keys() == after["Resources"].keys()


@pytest.mark.parametrize("longer", [True, False])
def test_rules_get_longer_and_shorter_without_replacing_anything(*, longer: bool) -> None:
    few = Template.from_stack(defined(accept_accounts=accounts(10))).to_json()
    many = Template.from_stack(defined(accept_accounts=accounts(1000))).to_json()
    assert_nothing_is_replaced(*((few, many) if longer else (many, few)))


def test_each_service_has_its_own_rules() -> None:
    scope = stack()
    for name in ("One", "Two"):
        service(
            scope,
            name,
            acceptance=AcceptancePolicy.by_rules(accept_accounts=accounts(1000)),
            allowed_principals=[AllowedPrincipal.everyone()],
        )
    assert len(of_type(scope, VERSION)) == 2
    names = [
        it["Properties"]["Name"] for it in of_type(scope, "AWS::AppConfig::Application").values()
    ]
    assert len({*names}) == 2
    assert all(len(name) <= 64 for name in names)


@pytest.mark.parametrize("agnostic", [True, False])
def test_cdk_nag_finds_nothing(*, agnostic: bool) -> None:
    app = cdk.App()
    scope = stack(app=app, agnostic=agnostic)
    with_rules(scope, accept_accounts=accounts(1000), reject_accounts=accounts(1, 5000))
    for pack in (AwsSolutionsChecks, NIST80053R5Checks):
        found = pack(app).validate_scope(app).violations
        assert [it.rule_name for it in found] == []


def test_thousands_of_principals_are_checked_quickly() -> None:
    scope = stack()
    listed = accounts(3000)
    with pytest.raises(
        ValueError, match="Account 000000003000 in accept_accounts isn't an allowed principal"
    ):
        service(
            scope,
            acceptance=AcceptancePolicy.by_rules(accept_accounts=[*listed, "000000003000"]),
            allowed_principals=[AllowedPrincipal.account(it) for it in listed],
        )
