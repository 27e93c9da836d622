"""The rules of who may connect, on plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from privatelink_constructs.rules import principals

if TYPE_CHECKING:
    from privatelink_constructs.rules.core import Rule

ROLE = "arn:aws:iam::222222222222:role/Name"


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        "appflow.amazonaws.com",
        "s3.cn-north-1.amazonaws.com.cn",
        "service.amazonaws.eu",
        "arn:aws:iam::222222222222:root",
        "arn:aws:iam::222222222222:role/Name",
        "arn:aws:iam::222222222222:user/name@example.com",
    ],
)
def test_principals(principal: str) -> None:
    assert not list(principals.valid_principal(principal, partition="aws"))


def test_fails_when_a_principal_is_in_another_partition() -> None:
    (problem,) = principals.valid_principal("arn:aws-cn:iam::222222222222:root", partition="aws")
    assert problem.rule is principals.principal_in_partition


@pytest.mark.parametrize("principal", ["", "222222222222", "arn:aws:iam::222222222222:root\n"])
def test_fails_when_a_principal_is_malformed(principal: str) -> None:
    (problem,) = principals.valid_principal(principal)
    assert problem.rule is principals.principal_well_formed


@pytest.mark.parametrize(
    ("everyone", "acceptance_required", "acknowledged"),
    [(False, False, False), (True, True, False), (True, False, True)],
)
def test_everyone_is_no_problem(
    *, everyone: bool, acceptance_required: bool, acknowledged: bool
) -> None:
    found = principals.service_not_public(
        everyone=everyone, acceptance_required=acceptance_required, acknowledged=acknowledged
    )
    assert not list(found)


def test_fails_when_everyone_is_accepted() -> None:
    (problem,) = principals.service_not_public(
        everyone=True, acceptance_required=False, acknowledged=False
    )
    assert problem.rule is principals.service_not_public


@pytest.mark.parametrize(
    ("principal", "rule", "what"),
    [
        (
            "arn:aws:sts::222222222222:assumed-role/Name/session",
            principals.principal_not_session,
            "is a session of a role",
        ),
        (
            "arn:aws:iam::222222222222:assumed-role/Name",
            principals.principal_not_session,
            "is a session of a role",
        ),
        (
            "arn:aws:organizations::222222222222:organization/o-1",
            principals.principal_not_organization,
            "is an organization or an organizational unit",
        ),
        (
            "arn:aws:s3:::bucket",
            principals.principal_well_formed,
            "is not the ARN of an account, a role, or a user",
        ),
        (
            "arn:moon:iam::222222222222:root",
            principals.principal_well_formed,
            "is not the ARN of an account, a role, or a user",
        ),
        (
            "arn:aws:iam:eu-west-1:222222222222:root",
            principals.principal_well_formed,
            "is not the ARN of an account, a role, or a user",
        ),
        (
            "arn:aws:iam::2222:group/Name",
            principals.account_id_valid,
            "doesn't contain a twelve-digit account ID",
        ),
        (
            "arn:aws:iam::222222222222:role/path/Name",
            principals.principal_without_path,
            "has a path",
        ),
        (
            "arn:aws:iam::222222222222:group/path/Name",
            principals.principal_well_formed,
            "is not the ARN of an account, a role, or a user",
        ),
        (
            "arn:aws:iam::222222222222:role/",
            principals.principal_well_formed,
            "is not the ARN of an account, a role, or a user",
        ),
    ],
)
def test_fails_when_an_arn_is_of_something_else(principal: str, rule: Rule[...], what: str) -> None:
    (problem,) = principals.valid_principal(principal, partition="aws-cn")
    assert problem.rule is rule
    assert problem.what == f"{principal!r} {what}"


def test_a_principal_of_a_service_whose_partition_is_not_known_passes() -> None:
    assert not list(principals.valid_principal(ROLE))


def test_an_account_id_passes() -> None:
    assert not list(principals.account_id_valid("222222222222"))


@pytest.mark.parametrize("account", ["", "22222222222", "2222-2222-2222", 222222222222, None])
def test_fails_when_an_account_id_is_none(account: Any) -> None:
    (problem,) = principals.account_id_valid(account)
    assert problem.rule is principals.account_id_valid
    assert problem.what == f"{account!r} is not a valid AWS account ID"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (ROLE, principals.ARN),
        (ROLE, principals.IDENTITY),
        ("Name", principals.NAME),
        ("appflow.amazonaws.com", principals.SERVICE),
        ("appflow.amazonaws.com", principals.PRINCIPAL),
        ("*", principals.PRINCIPAL),
    ],
)
def test_forms(text: str, form: principals.Form) -> None:
    assert not list(principals.principal_well_formed(text, form))


@pytest.mark.parametrize(
    ("text", "form", "what"),
    [
        (None, principals.ARN, "None is not an ARN"),
        ("", principals.NAME, "'' is not a valid name of a role or user"),
        ("*", principals.SERVICE, "'*' is not a valid AWS service principal"),
        ("Name", principals.PRINCIPAL, "'Name' is not a valid principal"),
    ],
)
def test_fails_when_a_text_has_another_form(text: Any, form: principals.Form, what: str) -> None:
    (problem,) = principals.principal_well_formed(text, form)
    assert problem.rule is principals.principal_well_formed
    assert problem.what == what


def test_what_is_referred_to_is_shown_as_it_is() -> None:
    (problem,) = principals.principal_well_formed(
        "Topic (AWS::SNS::Topic)", principals.IDENTITY, shown="Topic (AWS::SNS::Topic)"
    )
    assert problem.what == "Topic (AWS::SNS::Topic) is not the ARN of an account, a role, or a user"


def test_the_name_of_a_role_passes() -> None:
    assert not list(principals.valid_principal_name("Name"))


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("path/Name", principals.principal_without_path),
        ("a name/", principals.principal_without_path),
        ("a name", principals.principal_well_formed),
    ],
)
def test_fails_when_the_name_of_a_role_is_none(name: str, rule: Rule[...]) -> None:
    (problem,) = principals.valid_principal_name(name)
    assert problem.rule is rule


@pytest.mark.parametrize("arn", [ROLE, "*", "arn:aws:organizations::222222222222:organization/o"])
def test_what_is_no_session_passes(arn: str) -> None:
    assert not list(principals.principal_not_session(arn))


@pytest.mark.parametrize("arn", [ROLE, "*", "arn:aws:sts::222222222222:assumed-role/Name/session"])
def test_what_is_no_organization_passes(arn: str) -> None:
    assert not list(principals.principal_not_organization(arn))


@pytest.mark.parametrize(("principal", "partition"), [(ROLE, "aws"), (ROLE, None), ("*", "aws-cn")])
def test_a_principal_in_the_partition_passes(principal: str, partition: str | None) -> None:
    assert not list(principals.principal_in_partition(principal, partition))


@pytest.mark.parametrize("principal", [ROLE, "*", "${Token[Service.1]}"])
def test_what_is_no_service_of_aws_passes(principal: str) -> None:
    assert not list(principals.principal_not_aws_service(principal))


@pytest.mark.parametrize(
    "principal",
    ["appflow.amazonaws.com", "s3.cn-north-1.amazonaws.com.cn", "service.amazonaws.eu"],
)
def test_warns_when_a_principal_is_a_service_of_aws(principal: str) -> None:
    (problem,) = principals.principal_not_aws_service(principal)
    assert problem.rule is principals.principal_not_aws_service


@pytest.mark.parametrize("key", ["b", None])
def test_a_principal_that_is_listed_once_passes(key: str | None) -> None:
    assert not list(principals.principal_listed_once(ROLE, key, {"a"}))


def test_warns_when_a_principal_is_listed_twice() -> None:
    (problem,) = principals.principal_listed_once(ROLE, "a", {"a"})
    assert problem.rule is principals.principal_listed_once
    assert problem.what == f"{ROLE!r} is listed twice"


def test_everyone_on_purpose_passes() -> None:
    assert not list(principals.everyone_acknowledged(acknowledged=True))


def test_warns_when_everyone_is_allowed() -> None:
    (problem,) = principals.everyone_acknowledged(acknowledged=False)
    assert problem.rule is principals.everyone_acknowledged


def test_permissions_in_one_resource_pass() -> None:
    assert not list(principals.permissions_in_one_place(None))


def test_fails_when_permissions_are_in_two_resources() -> None:
    (problem,) = principals.permissions_in_one_place("Permissions")
    assert problem.rule is principals.permissions_in_one_place
    assert problem.what.startswith("Permissions ")


def test_a_service_that_permits_somebody_passes() -> None:
    assert not list(principals.somebody_permitted(permitted=True))


def test_warns_when_nobody_is_permitted() -> None:
    (problem,) = principals.somebody_permitted(permitted=False)
    assert problem.rule is principals.somebody_permitted


def test_permissions_of_a_service_pass() -> None:
    assert not list(principals.permissions_for_service("Service", service=True))


def test_fails_when_permissions_are_for_something_else() -> None:
    (problem,) = principals.permissions_for_service("'vpc-1'", service=False)
    assert problem.rule is principals.permissions_for_service
    assert problem.what == "'vpc-1' is not the ID of an endpoint service"
