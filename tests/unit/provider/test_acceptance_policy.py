from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import aws_cdk as cdk
import pytest
from tests.support.refusals import refusal
from tests.unit.provider.acceptance_stacks import CUSTOMER, OTHER, of_type, service, stack

from privatelink_constructs import AcceptancePolicy, AllowedPrincipal, Decision
from privatelink_constructs.provider.acceptance_policy import has_rules, render_rules

HOUR = cdk.Duration.hours(1)


def accounts(count: int) -> list[str]:
    return [f"{number:012d}" for number in range(count)]


def rules_of(policy: AcceptancePolicy) -> dict[str, Any]:
    assert has_rules(policy)
    return json.loads(render_rules(policy))


def test_rules_leave_others_pending_by_default() -> None:
    assert rules_of(AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER])) == {
        "accept_accounts": [CUSTOMER],
        "accept_regions": None,
        "otherwise": "LEAVE_PENDING",
        "reject_accounts": [],
    }


def test_all_rules_are_rendered_in_order_and_once() -> None:
    policy = AcceptancePolicy.by_rules(
        accept_accounts=[OTHER, CUSTOMER, OTHER],
        accept_regions=["us-east-1", "eu-west-1"],
        reject_accounts=["555555555555", "444444444444"],
        otherwise=Decision.REJECT,
        reconcile_every=HOUR,
    )

    assert rules_of(policy) == {
        "accept_accounts": [CUSTOMER, OTHER],
        "accept_regions": ["eu-west-1", "us-east-1"],
        "otherwise": "REJECT",
        "reject_accounts": ["444444444444", "555555555555"],
    }


def test_rejecting_everybody_else_is_a_rule() -> None:
    policy = AcceptancePolicy.by_rules(otherwise=Decision.REJECT)
    assert rules_of(policy)["otherwise"] == "REJECT"


def test_connections_wait_for_acceptance_with_rules() -> None:
    assert AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER]).acceptance_required


def test_policies_without_rules_have_none() -> None:
    assert not has_rules(AcceptancePolicy.manual())
    assert not has_rules(AcceptancePolicy.automatic())


def test_equal_policies_are_equal_values() -> None:
    made = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER], accept_regions=["eu-west-1"])

    assert made == AcceptancePolicy.by_rules(
        accept_accounts=(CUSTOMER,), accept_regions=("eu-west-1",)
    )
    assert made != AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER])
    assert len({AcceptancePolicy.manual(), AcceptancePolicy()}) == 1


def test_a_policy_shows_its_rules() -> None:
    policy = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER], otherwise=Decision.REJECT)

    assert f"accept_accounts=('{CUSTOMER}',)" in repr(policy)
    assert "Decision.REJECT" in repr(policy)


def test_fails_when_a_variant_of_a_policy_is_wrong() -> None:
    policy = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER])
    with refusal("acceptance-account-conflict", CUSTOMER):
        replace(policy, reject_accounts=[CUSTOMER])


@pytest.mark.parametrize("count", [1, 10_000])
def test_so_many_accounts_fit(count: int) -> None:
    assert len(rules_of(AcceptancePolicy.by_rules(accept_accounts=accounts(count))).keys()) == 4


def test_tokens_pass() -> None:
    policy = AcceptancePolicy.by_rules(
        accept_accounts=[cdk.Aws.ACCOUNT_ID, CUSTOMER],
        accept_regions=[cdk.Aws.REGION],
        reconcile_every=cdk.Duration.minutes(cdk.Token.as_number({"Ref": "Minutes"})),
    )

    assert rules_of(policy)["accept_accounts"][0] == CUSTOMER


def test_tokens_end_up_in_the_rules() -> None:
    scope = stack(agnostic=True)
    listed = cdk.CfnParameter(scope, "Accounts", type="CommaDelimitedList").value_as_list
    policy = AcceptancePolicy.by_rules(accept_accounts=listed, reject_accounts=[cdk.Aws.ACCOUNT_ID])

    service(scope, acceptance=policy, allowed_principals=[AllowedPrincipal.everyone()])

    (version,) = of_type(scope, "AWS::AppConfig::HostedConfigurationVersion").values()
    assert version["Properties"]["Content"] == {
        "Fn::Join": [
            "",
            [
                '{"accept_accounts":["',
                {"Fn::Join": ['","', {"Ref": "Accounts"}]},
                '"],"accept_regions":null,"otherwise":"LEAVE_PENDING","reject_accounts":["',
                {"Ref": "AWS::AccountId"},
                '"]}',
            ],
        ]
    }


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({}, "acceptance-rules-missing", "don't accept or reject any account"),
        (
            {"accept_accounts": [CUSTOMER], "reject_accounts": [CUSTOMER]},
            "acceptance-account-conflict",
            f"Account {CUSTOMER} is in both accept_accounts and reject_accounts",
        ),
        ({"accept_accounts": ["2222"]}, "account-id-malformed", "2222"),
        ({"reject_accounts": ["2222"]}, "account-id-malformed", "2222"),
        (
            {"accept_accounts": [CUSTOMER], "accept_regions": ["eu-wst-1"]},
            "region-not-valid",
            "'eu-wst-1'",
        ),
        (
            {"accept_accounts": [CUSTOMER], "accept_regions": []},
            "acceptance-region-missing",
            "accept_regions is an empty list",
        ),
        (
            {"accept_accounts": accounts(60_000)},
            "acceptance-rules-exceeded",
            "The rules list 60000 accounts",
        ),
        (
            {"accept_accounts": accounts(30_000), "reject_accounts": accounts(60_000)[30_000:]},
            "acceptance-rules-exceeded",
            "The rules list 60000 accounts",
        ),
    ],
)
def test_fails_when_rules_are_wrong(options: dict[str, Any], code: str, message: str) -> None:
    with refusal(code, message):
        AcceptancePolicy.by_rules(**options)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "acceptance-interval-out-of-range"), (90, "acceptance-interval-not-valid")],
)
def test_fails_when_the_interval_is_wrong(seconds: int, code: str) -> None:
    with refusal(code, f"reconcile_every is {seconds} seconds"):
        AcceptancePolicy.by_rules(
            accept_accounts=[CUSTOMER], reconcile_every=cdk.Duration.seconds(seconds)
        )


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (
            {"acceptance": AcceptancePolicy.by_rules(accept_accounts=[OTHER])},
            "acceptance-principal-missing",
            f"Account {OTHER} in accept_accounts isn't an allowed principal",
        ),
        (
            {
                "acceptance": AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER]),
                "allowed_principals": (),
            },
            "acceptance-principal-missing",
            f"Account {CUSTOMER} in accept_accounts isn't an allowed principal",
        ),
        (
            {
                "acceptance": AcceptancePolicy.by_rules(
                    accept_accounts=[CUSTOMER], accept_regions=["us-east-1"]
                )
            },
            "acceptance-region-not-supported",
            "The service doesn't support the Region 'us-east-1'",
        ),
        (
            {"acceptance": AcceptancePolicy(acceptance_required=False, accept_accounts=[CUSTOMER])},
            "acceptance-rules-conflict",
            "has both acceptance rules and automatic acceptance",
        ),
    ],
)
def test_fails_when_rules_do_not_fit_the_service(
    options: dict[str, Any], code: str, message: str
) -> None:
    scope = stack()
    with refusal(code, message) as caught:
        service(scope, **options)
    assert caught.value.construct_path == "Stack/Service"
    assert scope.node.try_find_child("Service") is None


@pytest.mark.parametrize(
    "principal",
    [
        AllowedPrincipal.everyone(),
        AllowedPrincipal.role(OTHER, "Network"),
        AllowedPrincipal.arn(cdk.Token.as_string({"Ref": "Principal"})),
    ],
)
def test_whoever_may_be_permitted_passes(principal: AllowedPrincipal) -> None:
    policy = AcceptancePolicy.by_rules(accept_accounts=[OTHER])
    assert service(stack(), acceptance=policy, allowed_principals=[principal]).acceptor


@pytest.mark.parametrize("supported", [["us-east-1"], [cdk.Token.as_string({"Ref": "Region"})]])
def test_supported_regions_may_be_accepted(supported: list[str]) -> None:
    policy = AcceptancePolicy.by_rules(
        accept_accounts=[CUSTOMER], accept_regions=["eu-west-1", "us-east-1"]
    )
    assert service(stack(), acceptance=policy, supported_regions=supported).acceptor


def test_a_service_without_rules_has_no_acceptor() -> None:
    assert service(stack()).acceptor is None


def test_the_account_of_the_service_needs_no_permission() -> None:
    scope = stack()
    policy = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER, str(scope.account)])
    service(scope, acceptance=policy, allowed_principals=[AllowedPrincipal.account(CUSTOMER)])
