"""Who may create endpoints."""

from __future__ import annotations

import enum
from itertools import permutations
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from tests.support.load_balanced import PERMISSIONS, new_stack
from tests.support.published import (
    imported_load_balancer,
    resources_of,
    service_with,
    stack_in,
    template_of,
)
from tests.support.refusals import refusal, refused, warnings_of

from privatelink_constructs import AcceptancePolicy, AllowedPrincipal, EndpointService
from privatelink_constructs.provider.allowed_principal import as_principals

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

ONE, TWO = "222222222222", "333333333333"
AUTOMATIC = AcceptancePolicy.automatic()


def permitted(stack: cdk.Stack) -> object:
    [found] = resources_of(template_of(stack), PERMISSIONS)
    return found["Properties"]["AllowedPrincipals"]


def service(stack: cdk.Stack, *principals: AllowedPrincipal, **options: Any) -> EndpointService:
    return service_with(stack, None, allowed_principals=principals, **options)


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (AllowedPrincipal.account(ONE), f"arn:aws:iam::{ONE}:root"),
        (AllowedPrincipal.role(ONE, "Network+=,.@-_1"), f"arn:aws:iam::{ONE}:role/Network+=,.@-_1"),
        (AllowedPrincipal.user(ONE, "jo"), f"arn:aws:iam::{ONE}:user/jo"),
        (AllowedPrincipal.arn(f"arn:aws:iam::{ONE}:root"), f"arn:aws:iam::{ONE}:root"),
        (AllowedPrincipal.service("appflow.amazonaws.com"), "appflow.amazonaws.com"),
        (AllowedPrincipal.everyone(), "*"),
    ],
    ids=["account", "role", "user", "arn", "service", "everyone"],
)
def test_principals_as_aws_takes_them(principal: AllowedPrincipal, expected: str) -> None:
    stack = new_stack()
    service(stack, principal)
    assert permitted(stack) == [expected]


def test_equal_principals_are_equal_values() -> None:
    assert AllowedPrincipal.account(ONE) == AllowedPrincipal.account(ONE)
    assert AllowedPrincipal.account(ONE) != AllowedPrincipal.account(TWO)
    assert repr(AllowedPrincipal.account(ONE)) == (
        f"AllowedPrincipal(value='arn:<partition>:iam::{ONE}:root')"
    )


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-gov-west-1", "aws-us-gov"),
        ("cn-north-1", "aws-cn"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-iso-east-1", "aws-iso"),
    ],
)
def test_arns_are_of_the_services_partition(region: str, partition: str) -> None:
    stack = stack_in(env=cdk.Environment(account=ONE, region=region))
    service(stack, AllowedPrincipal.account(ONE))
    assert permitted(stack) == [f"arn:{partition}:iam::{ONE}:root"]


def test_arns_are_of_the_partition_that_the_deployment_is_in() -> None:
    stack = new_stack(agnostic=True)
    service(stack, AllowedPrincipal.account(ONE))
    assert permitted(stack) == [
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":iam::{ONE}:root"]]}
    ]


def test_nobody_is_allowed_without_a_resource() -> None:
    stack = new_stack()
    service(stack)
    assert not resources_of(template_of(stack), PERMISSIONS)


def test_principals_are_sorted_and_listed_once() -> None:
    stack = new_stack()
    made = service(stack, AllowedPrincipal.account(TWO), AllowedPrincipal.account(ONE))
    made.add_allowed_principals(
        AllowedPrincipal.role(ONE, "A"), AllowedPrincipal.arn(f"arn:aws:iam::{TWO}:root")
    )
    assert permitted(stack) == [
        f"arn:aws:iam::{ONE}:role/A",
        f"arn:aws:iam::{ONE}:root",
        f"arn:aws:iam::{TWO}:root",
    ]


def test_order_depends_on_nothing_but_the_principals() -> None:
    expected: list[Any] = []
    for order in permutations(range(5)):
        stack = cdk.Stack()
        # The text of a token has its number in it, and the number has more digits later.
        step = 1 if order[0] % 2 else -1
        tokens = {it: cdk.Token.as_string({"Ref": it}) for it in ("B", "A")[::step]}
        given = [
            AllowedPrincipal.account(TWO),
            AllowedPrincipal.account(ONE),
            AllowedPrincipal.arn(tokens["B"]),
            AllowedPrincipal.account(tokens["A"]),
            AllowedPrincipal.service("appflow.amazonaws.com"),
        ]
        service(stack, *(given[it] for it in order))
        expected = expected or cast("list[Any]", permitted(stack))
        assert permitted(stack) == expected
        assert expected[0] == "appflow.amazonaws.com"
        assert expected[-1] == {"Ref": "B"}


def test_the_first_principal_may_come_later() -> None:
    stack = new_stack()
    made = service(stack)
    made.add_allowed_principals()
    assert not resources_of(template_of(stack), PERMISSIONS)


def test_principals_that_come_later_make_one_resource() -> None:
    stack = new_stack()
    made = service(stack)
    made.add_allowed_principals(AllowedPrincipal.account(TWO))
    made.add_allowed_principals(AllowedPrincipal.account(ONE))
    assert permitted(stack) == [f"arn:aws:iam::{ONE}:root", f"arn:aws:iam::{TWO}:root"]


def test_tokens_come_last_and_pass_every_check() -> None:
    stack = new_stack()
    text = cdk.CfnParameter(stack, "Principal").value_as_string
    service(
        stack,
        AllowedPrincipal.arn(text),
        AllowedPrincipal.account(cdk.Token.as_string({"Ref": "Account"})),
        AllowedPrincipal.role(ONE, cdk.Token.as_string({"Ref": "Role"})),
        AllowedPrincipal.service(cdk.Token.as_string({"Ref": "Other"})),
        AllowedPrincipal.account(ONE),
    )
    assert permitted(stack) == [
        f"arn:aws:iam::{ONE}:root",
        {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "Account"}, ":root"]]},
        {"Fn::Join": ["", [f"arn:aws:iam::{ONE}:role/", {"Ref": "Role"}]]},
        {"Ref": "Other"},
        {"Ref": "Principal"},
    ]


def test_an_aws_service_comes_with_a_warning() -> None:
    stack = new_stack()
    service(stack, AllowedPrincipal.service("appflow.amazonaws.com"))
    text = warnings_of(stack)["principal-service-unverified"]
    assert "'appflow.amazonaws.com' connects on behalf of customers" in text


def test_accounts_come_without_warnings() -> None:
    stack = new_stack()
    service(stack, AllowedPrincipal.account(ONE))
    assert warnings_of(stack) == {}


@pytest.mark.parametrize(
    "account", ["", "22222222222", "2222222222222", "22222222222x", "\uff12" * 12]
)
def test_fails_when_an_account_id_is_malformed(account: str) -> None:
    with refusal("account-id-malformed", "twelve digits") as caught:
        AllowedPrincipal.account(account)
    assert repr(account) in str(caught.value)


@pytest.mark.parametrize("make", [AllowedPrincipal.role, AllowedPrincipal.user])
@pytest.mark.parametrize(
    ("account", "name", "code"),
    [
        ("1", "Name", "account-id-malformed"),
        (ONE, "path/Name", "principal-path-not-supported"),
        (ONE, "", "principal-malformed"),
        (ONE, "with space", "principal-malformed"),
        (ONE, "x" * 65, "principal-malformed"),
        (ONE, "Jürgen", "principal-malformed"),
    ],
)
def test_fails_when_a_role_or_user_is_malformed(
    make: Callable[[str, str], AllowedPrincipal], account: str, name: str, code: str
) -> None:
    with refusal(code):
        make(account, name)


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("*", "principal-malformed"),
        (ONE, "principal-malformed"),
        ("arn:aws:iam", "principal-malformed"),
        (f"arn:aws:iam::{ONE}:group/Admins", "principal-malformed"),
        (f"arn:aws:iam::{ONE}:role/", "principal-malformed"),
        (f"arn:aws:iam:eu-west-1:{ONE}:root", "principal-malformed"),
        (f"arn:aws:s3::{ONE}:root", "principal-malformed"),
        (f"arn:other:iam::{ONE}:root", "principal-malformed"),
        ("arn:aws:iam::1:root", "account-id-malformed"),
        (f"arn:aws:iam::{ONE}:role/path/Name", "principal-path-not-supported"),
        (f"arn:aws:iam::{ONE}:user/path/to/Name", "principal-path-not-supported"),
        (f"arn:aws:sts::{ONE}:assumed-role/Name/session", "principal-session-not-supported"),
        (f"arn:aws:iam::{ONE}:assumed-role/Name/session", "principal-session-not-supported"),
    ],
)
def test_fails_when_an_arn_is_none_that_aws_takes(arn: str, code: str) -> None:
    with refusal(code) as caught:
        AllowedPrincipal.arn(arn)
    assert repr(arn) in str(caught.value)


@pytest.mark.parametrize("name", ["appflow", "*", "appflow.example.com", "Appflow.amazonaws.com"])
def test_fails_when_a_service_principal_is_malformed(name: str) -> None:
    with refusal("principal-malformed", "not a valid AWS service principal"):
        AllowedPrincipal.service(name)


def test_fails_when_a_principal_is_in_another_partition() -> None:
    stack = new_stack()
    with refused(stack, "principal-partition-mismatch", "is in the partition aws-cn, not in aws"):
        service_of(stack, AllowedPrincipal.arn(f"arn:aws-cn:iam::{ONE}:root"))


def service_of(stack: cdk.Stack, *principals: AllowedPrincipal, **options: Any) -> None:
    """Define a service over what was imported before, so that a refusal leaves no trace."""
    EndpointService(
        stack,
        "Service",
        load_balancers=[_imported()],
        allowed_principals=principals,
        **options,
    )


def _imported() -> elbv2.INetworkLoadBalancer:
    return imported_load_balancer(cdk.Stack(cdk.App(), "Elsewhere"), "Elsewhere")


def test_a_principal_of_another_partition_passes_where_the_partition_is_unknown() -> None:
    stack = new_stack(agnostic=True)
    service(stack, AllowedPrincipal.arn(f"arn:aws-cn:iam::{ONE}:root"))
    assert permitted(stack) == [f"arn:aws-cn:iam::{ONE}:root"]


def test_fails_when_everyone_is_accepted_by_mistake() -> None:
    stack = new_stack()
    message = r"accepts connections automatically.*acknowledge_public=True"
    with refused(stack, "service-open-to-world", message):
        service_of(stack, AllowedPrincipal.everyone(), acceptance=AUTOMATIC)


def test_fails_when_everyone_is_added_by_mistake() -> None:
    stack = new_stack()
    made = service(stack, AllowedPrincipal.account(ONE), acceptance=AUTOMATIC)
    with refused(stack, "service-open-to-world", "accepts connections automatically"):
        made.add_allowed_principals(AllowedPrincipal.everyone())
    assert permitted(stack) == [f"arn:aws:iam::{ONE}:root"]


def test_fails_when_a_principal_of_another_partition_is_added() -> None:
    stack = new_stack()
    made = service(stack)
    with refused(stack, "principal-partition-mismatch", "is in the partition aws-cn, not in aws"):
        made.add_allowed_principals(AllowedPrincipal.arn(f"arn:aws-cn:iam::{ONE}:root"))


def test_everyone_is_accepted_on_purpose() -> None:
    stack = new_stack()
    acceptance = AcceptancePolicy.automatic(acknowledge_public=True)
    service(stack, AllowedPrincipal.everyone(), acceptance=acceptance)
    [found] = resources_of(template_of(stack), PERMISSIONS)
    assert found["Properties"]["AllowedPrincipals"] == ["*"]
    acknowledged = found["Metadata"]["privatelink-constructs"]["acknowledged"]
    assert acknowledged.keys() == {"service-open-to-world"}


def test_everyone_may_ask() -> None:
    stack = new_stack()
    service(stack, AllowedPrincipal.everyone())
    [found] = resources_of(template_of(stack), PERMISSIONS)
    assert (
        "service-open-to-world" not in found["Metadata"]["privatelink-constructs"]["acknowledged"]
    )


def test_warnings_of_principals_that_are_added() -> None:
    stack = new_stack()
    service(stack).add_allowed_principals(AllowedPrincipal.service("appflow.amazonaws.com"))
    assert "principal-service-unverified" in warnings_of(stack)


@pytest.mark.parametrize(
    ("acceptance", "expected"),
    [(AcceptancePolicy.manual(), True), (AUTOMATIC, False)],
    ids=["manual", "automatic"],
)
def test_acceptance(acceptance: AcceptancePolicy, *, expected: bool) -> None:
    stack = new_stack()
    service(stack, acceptance=acceptance)
    [found] = resources_of(template_of(stack), "AWS::EC2::VPCEndpointService")
    assert found["Properties"]["AcceptanceRequired"] is expected


@pytest.mark.parametrize(
    ("make", "given", "message"),
    [
        (AllowedPrincipal.account, 222222222222, "account_id must be a str, not the int 222"),
        (AllowedPrincipal.account, None, "account_id must be a str, not None"),
        (AllowedPrincipal.arn, None, "arn must be a str, not None"),
        (AllowedPrincipal.service, None, "name must be a str, not None"),
    ],
)
def test_fails_when_it_is_no_text(
    make: Callable[[Any], AllowedPrincipal], given: object, message: str
) -> None:
    with refusal("argument-type-mismatch", message):
        make(given)


def lists_of(stack: cdk.Stack) -> dict[str, list[str]]:
    return {
        "parameter": cdk.CfnParameter(stack, "List", type="CommaDelimitedList").value_as_list,
        "imported": cdk.Fn.split(",", cdk.Fn.import_value("Accounts")),
    }


@pytest.mark.parametrize("name", ["parameter", "imported"])
def test_fails_when_principals_are_a_list_of_the_deployment(name: str) -> None:
    stack = cdk.Stack()
    accounts = lists_of(stack)[name]
    with refusal("principals-undetermined", "allowed_principals contains a list"):
        as_principals(accounts)
    with refusal("argument-list-not-supported", "account_id is a list"):
        AllowedPrincipal.account(accounts[0])
    as_principals([cdk.Fn.select(0, accounts)])


class Names(str, enum.Enum):
    ACCOUNT = "222222222222"
    ROLE = "app"


def test_members_of_enums_of_texts_are_their_values() -> None:
    made = AllowedPrincipal.role(Names.ACCOUNT, Names.ROLE)
    assert made == AllowedPrincipal.role("222222222222", "app")
    assert made == AllowedPrincipal.role(account_id=Names.ACCOUNT, name=Names.ROLE)


def test_fails_when_everybody_is_allowed_with_a_principal_of_the_cdk() -> None:
    with refusal("account-id-malformed", r"'\*' .* use AllowedPrincipal\.everyone\(\)"):
        service(stack_in(), iam.AnyPrincipal())  # pyright: ignore[reportArgumentType]
