"""With whom a published contract is shared."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from tests.support.consumers import contract_with
from tests.support.published import ENVIRONMENT, stack_in, template_of
from tests.support.refusals import refusal

from privatelink_constructs import SharePrincipal

ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-abcdefghij"
UNIT = "arn:aws:organizations::111111111111:ou/o-abcdefghij/ou-abcd-12345678"
CUSTOMER = "222222222222"


def shares_of(*principals: SharePrincipal, stack: cdk.Stack | None = None) -> dict[str, Any]:
    stack = stack or stack_in()
    contract_with().publish(stack, "Contract", parameter_prefix="/payments", share_with=principals)
    return {
        key: it["Properties"]
        for key, it in template_of(stack)["Resources"].items()
        if it["Type"] == "AWS::RAM::ResourceShare"
    }


def test_a_contract_is_shared_with_nobody_by_default() -> None:
    assert shares_of() == {}


def test_all_parameters_are_shared_and_of_the_advanced_tier() -> None:
    stack = stack_in()
    (share,) = shares_of(SharePrincipal.account(CUSTOMER), stack=stack).values()
    parameters = [
        it["Properties"]
        for it in template_of(stack)["Resources"].values()
        if it["Type"] == "AWS::SSM::Parameter"
    ]
    assert {it["Tier"] for it in parameters} == {"Advanced"}
    assert len(share["ResourceArns"]) == len(parameters)
    assert share["Principals"] == [CUSTOMER]


def test_a_share_is_closed_to_other_organizations() -> None:
    principals = [
        SharePrincipal.account(CUSTOMER),
        SharePrincipal.organization(ORGANIZATION),
        SharePrincipal.organizational_unit(UNIT),
    ]
    (share,) = shares_of(*principals).values()
    assert share["AllowExternalPrincipals"] is False
    assert share["Principals"] == [CUSTOMER, ORGANIZATION, UNIT]


def test_only_external_accounts_are_in_a_share_that_is_open() -> None:
    shares = shares_of(
        SharePrincipal.account(CUSTOMER), SharePrincipal.account("333333333333", external=True)
    )
    assert [(it["AllowExternalPrincipals"], it["Principals"]) for it in shares.values()] == [
        (False, [CUSTOMER]),
        (True, ["333333333333"]),
    ]


def test_each_principal_is_in_a_share_once() -> None:
    (share,) = shares_of(*[SharePrincipal.account(CUSTOMER)] * 2).values()
    assert share["Principals"] == [CUSTOMER]


def test_two_contracts_of_a_stack_have_shares_with_different_names() -> None:
    stack = stack_in()
    for name in ("A", "B"):
        contract_with().publish(
            stack,
            name,
            parameter_prefix=f"/{name}",
            share_with=[SharePrincipal.account(CUSTOMER)],
        )
    resources = template_of(stack)["Resources"].values()
    names = {it["Properties"]["Name"] for it in resources if "RAM" in it["Type"]}
    assert len(names) == 2


def test_tokens_can_be_shared_with() -> None:
    stack = cdk.Stack(cdk.App(), "Stack", env=ENVIRONMENT)
    customer = cdk.CfnParameter(stack, "Customer").value_as_string
    organization = cdk.Fn.import_value("Organization")
    (share,) = shares_of(
        SharePrincipal.account(customer), SharePrincipal.organization(organization), stack=stack
    ).values()
    assert share["Principals"] == [{"Ref": "Customer"}, {"Fn::ImportValue": "Organization"}]


@pytest.mark.parametrize("account", ["", "22222222222", "2222-2222-2222", ORGANIZATION])
def test_fails_when_an_account_id_is_malformed(account: str) -> None:
    with refusal("account-id-malformed"):
        SharePrincipal.account(account)


@pytest.mark.parametrize("arn", [CUSTOMER, "", "o-abcdefghij", UNIT, f"{ORGANIZATION}/r-abcd"])
def test_fails_when_an_organization_is_not_one(arn: str) -> None:
    with refusal("share-principal-malformed", f"{arn!r} is not the ARN of an organization"):
        SharePrincipal.organization(arn)


@pytest.mark.parametrize("arn", [CUSTOMER, "ou-abcd-12345678", ORGANIZATION, f"{UNIT}/x"])
def test_fails_when_an_organizational_unit_is_not_one(arn: str) -> None:
    with refusal("share-principal-malformed", "is not the ARN of an organizational unit"):
        SharePrincipal.organizational_unit(arn)


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_other_partitions_have_organizations(partition: str) -> None:
    arn = ORGANIZATION.replace("arn:aws:", f"arn:{partition}:")
    assert SharePrincipal.organization(arn).value == arn
