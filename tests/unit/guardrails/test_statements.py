"""What each guard rail answers to requests, with and without the keys that it compares."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from tests.support.policy_evaluator import Request, allows
from tests.support.refusals import refusal

from privatelink_constructs import GuardRails
from privatelink_constructs.checks.checking import check_template

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import aws_iam as iam

HERE = "arn:aws:ec2:eu-west-1:111111111111"
ENDPOINT, SERVICE = f"{HERE}:vpc-endpoint/*", f"{HERE}:vpc-endpoint-service/*"
BESIDE = [f"{HERE}:{it}" for it in ("vpc/vpc-1", "subnet/subnet-1", "security-group/sg-1")]
ADMIN = "arn:aws:iam::111111111111:role/NetworkAdmin"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
"""What FullAWSAccess allows, which is attached by default."""
CREATE, CREATE_SERVICE = "ec2:CreateVpcEndpoint", "ec2:CreateVpcEndpointServiceConfiguration"
MODIFY_SERVICE = "ec2:ModifyVpcEndpointServiceConfiguration"
ACCEPT, REJECT = "ec2:AcceptVpcEndpointConnections", "ec2:RejectVpcEndpointConnections"
PERMIT = "ec2:ModifyVpcEndpointServicePermissions"
OWNER, NAME = "ec2:VpceServiceOwner", "ec2:VpceServiceName"
PRIVATE_NAME, REGION = "ec2:VpceServicePrivateDnsName", "ec2:VpceServiceRegion"
SUPPORTED = "ec2:VpceSupportedRegion"
PREFERENCE, DOMAINS = "ec2:VpcePrivateDnsPreference", "ec2:VpcePrivateDnsSpecifiedDomains"


@dataclass(frozen=True)
class Case:
    """A guard rail, with requests that must pass and requests that must not."""

    statement: Callable[[], iam.PolicyStatement]
    passes: list[Request] = field(default_factory=list[Request])
    denied: list[Request] = field(default_factory=list[Request])


def create(**keys: Any) -> Request:
    """Return the request to create an endpoint, as it is checked against ``vpc-endpoint/*``."""
    return Request(CREATE, ENDPOINT, context=keys.pop("context", keys))


def on_endpoint(*contexts: dict[str, Any]) -> list[Request]:
    return [Request(CREATE, ENDPOINT, context=it) for it in contexts]


def on_service(action: str, *contexts: dict[str, Any]) -> list[Request]:
    return [Request(action, SERVICE, context=it) for it in contexts]


BESIDES = [Request(CREATE, it) for it in BESIDE]
"""The same request, as it is checked against the VPC, subnets, and security groups."""
OTHERS = [
    Request("ec2:DescribeVpcEndpoints", "*"),
    Request("ec2:DeleteVpcEndpoints", ENDPOINT, context={OWNER: "333333333333", NAME: "other"}),
    Request("s3:GetObject", "arn:aws:s3:::bucket/key"),
]


def by(arn: str, *actions: str) -> list[Request]:
    return [Request(it, SERVICE, context={"aws:PrincipalArn": arn}) for it in actions]


def s3(**context: Any) -> Request:
    return Request("s3:GetObject", "arn:aws:s3:::bucket/key", context=context["context"])


CASES: dict[str, Case] = {
    "only_service_owners": Case(
        lambda: GuardRails.only_service_owners("amazon", "222222222222"),
        [
            *on_endpoint({OWNER: "amazon"}, {OWNER: "222222222222"}, {}),
            *BESIDES,
            *OTHERS,
        ],
        on_endpoint({OWNER: "333333333333"}, {OWNER: "aws-marketplace"}, {OWNER: "Amazon"}),
    ),
    "only_services": Case(
        lambda: GuardRails.only_services("com.amazonaws.*.logs", "com.amazonaws.vpce.a.vpce-svc-1"),
        [
            *on_endpoint(
                {NAME: "com.amazonaws.eu-west-1.logs"},
                {NAME: "com.amazonaws.vpce.a.vpce-svc-1"},
                {},
            ),
            *BESIDES,
            *OTHERS,
        ],
        on_endpoint(
            {NAME: "com.amazonaws.eu-west-1.sts"},
            {NAME: "com.amazonaws.eu-west-1.logs.evil"},
            {NAME: "com.amazonaws.vpce.a.vpce-svc-2"},
        ),
    ),
    "only_private_names": Case(
        lambda: GuardRails.only_private_names("*.example.com", "payments.example.org"),
        [
            *on_service(
                CREATE_SERVICE,
                {PRIVATE_NAME: "a.example.com"},
                {PRIVATE_NAME: "*.example.com"},
                {PRIVATE_NAME: "payments.example.org"},
                {},
            ),
            *on_service(MODIFY_SERVICE, {PRIVATE_NAME: "a.b.example.com"}, {}),
            *OTHERS,
        ],
        [
            *on_service(
                CREATE_SERVICE,
                {PRIVATE_NAME: "example.com"},
                {PRIVATE_NAME: "evilexample.com"},
                {PRIVATE_NAME: "a.example.com.evil.org"},
            ),
            *on_service(MODIFY_SERVICE, {PRIVATE_NAME: "a.example.org"}),
        ],
    ),
    "only_service_regions": Case(
        lambda: GuardRails.only_service_regions("eu-west-1", "eu-central-1"),
        [*on_endpoint({REGION: "eu-west-1"}, {REGION: "eu-central-1"}, {}), *BESIDES, *OTHERS],
        on_endpoint({REGION: "us-east-1"}),
    ),
    "only_supported_regions": Case(
        lambda: GuardRails.only_supported_regions("eu-west-1"),
        [
            *on_service(MODIFY_SERVICE, {SUPPORTED: "eu-west-1"}, {}),
            *on_service(CREATE_SERVICE, {}),
            *OTHERS,
        ],
        [
            *on_service(MODIFY_SERVICE, {SUPPORTED: "us-east-1"}),
            *on_service(CREATE_SERVICE, {SUPPORTED: "us-east-1"}),
        ],
    ),
    "no_cross_region": Case(
        GuardRails.no_cross_region,
        [*on_endpoint({}), *on_service(CREATE_SERVICE, {}), *OTHERS],
        [
            Request("vpce:AllowMultiRegion", ENDPOINT),
            Request("vpce:AllowMultiRegion", SERVICE, context={REGION: "eu-west-1"}),
        ],
    ),
    "only_roles_may_accept": Case(
        lambda: GuardRails.only_roles_may_accept("NetworkAdmin", "team/*"),
        [
            *by(ADMIN, ACCEPT, REJECT),
            *by("arn:aws-cn:iam::222222222222:role/team/a", ACCEPT),
            *by("arn:aws:iam::111111111111:role/Other", PERMIT, CREATE_SERVICE),
            *OTHERS,
        ],
        [
            *by("arn:aws:iam::111111111111:role/Other", ACCEPT, REJECT),
            *by("arn:aws:iam::111111111111:role/path/NetworkAdmin", ACCEPT),
            *by("arn:aws:iam::111111111111:user/NetworkAdmin", ACCEPT),
            *by("arn:aws:iam::111111111111:root", ACCEPT),
            Request(ACCEPT, SERVICE),
        ],
    ),
    "only_roles_may_permit": Case(
        lambda: GuardRails.only_roles_may_permit(ADMIN),
        [*by(ADMIN, PERMIT), *by("arn:aws:iam::111111111111:role/Other", ACCEPT), *OTHERS],
        [
            *by(ADMIN.replace("1111", "2222"), PERMIT),
            *by("arn:aws:iam::111111111111:role/Other", PERMIT),
            Request(PERMIT, SERVICE),
        ],
    ),
    "only_roles_may_publish": Case(
        lambda: GuardRails.only_roles_may_publish("NetworkAdmin"),
        [*by(ADMIN, CREATE_SERVICE, MODIFY_SERVICE), *OTHERS],
        [
            *by(
                "arn:aws:iam::111111111111:role/Other",
                CREATE_SERVICE,
                MODIFY_SERVICE,
                "ec2:DeleteVpcEndpointServiceConfigurations",
                "ec2:StartVpcEndpointServicePrivateDnsVerification",
            ),
            Request(CREATE_SERVICE, SERVICE),
        ],
    ),
    "only_resource_names": Case(
        lambda: GuardRails.only_resource_names("*.example.com"),
        [*on_endpoint({DOMAINS: ["a.example.com", "b.example.com"]}, {}), *BESIDES, *OTHERS],
        on_endpoint({DOMAINS: ["a.example.com", "b.example.org"]}, {DOMAINS: ["example.com"]}),
    ),
    "no_unverified_resource_names": Case(
        GuardRails.no_unverified_resource_names,
        [
            *on_endpoint(
                {PREFERENCE: "VERIFIED_DOMAINS_ONLY"}, {PREFERENCE: "SPECIFIED_DOMAINS_ONLY"}, {}
            ),
            *BESIDES,
            *OTHERS,
        ],
        on_endpoint({PREFERENCE: "ALL_DOMAINS"}),
    ),
    "only_organization_networks": Case(
        lambda: GuardRails.only_organization_networks(
            "o-abcdefghij",
            services=["s3"],
            source_ips=["203.0.113.0/24"],
            exempt_roles=["Backup"],
        ),
        [
            s3(context={"aws:VpceOrgID": "o-abcdefghij"}),
            s3(context={"aws:SourceIp": "203.0.113.7"}),
            s3(context={"aws:ViaAWSService": "true"}),
            s3(context={"aws:PrincipalArn": "arn:aws:iam::111111111111:role/Backup"}),
            s3(
                context={
                    "aws:PrincipalArn": "arn:aws:iam::111111111111:role/aws:ec2-infrastructure"
                }
            ),
            Request("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111111111111:queue"),
        ],
        [
            s3(context={}),
            s3(context={"aws:VpceOrgID": "o-zzzzzzzzzz"}),
            s3(context={"aws:SourceIp": "198.51.100.7", "aws:ViaAWSService": "false"}),
            s3(context={"aws:PrincipalArn": "arn:aws:iam::111111111111:role/App"}),
        ],
    ),
    "no_external_shares": Case(
        GuardRails.no_external_shares,
        [
            Request("ram:CreateResourceShare", "*"),
            Request(
                "ram:CreateResourceShare",
                "*",
                context={"ram:RequestedAllowsExternalPrincipals": "false"},
            ),
            *OTHERS,
        ],
        [
            Request(it, "*", context={"ram:RequestedAllowsExternalPrincipals": "true"})
            for it in ("ram:CreateResourceShare", "ram:UpdateResourceShare")
        ],
    ),
}


def document(statement: iam.PolicyStatement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [EVERYTHING, statement.to_statement_json()]}


def test_each_guard_rail_has_a_case() -> None:
    methods = {it for it, _ in inspect.getmembers(GuardRails, inspect.isfunction)}
    assert {*CASES} == {it for it in methods if not it.startswith("_")}


@pytest.mark.parametrize("name", CASES)
def test_requests_that_pass(name: str) -> None:
    policy = document(CASES[name].statement())
    assert CASES[name].passes
    assert [it for it in CASES[name].passes if not allows(policy, it)] == []


@pytest.mark.parametrize("name", CASES)
def test_requests_that_are_denied(name: str) -> None:
    policy = document(CASES[name].statement())
    assert CASES[name].denied
    assert [it for it in CASES[name].denied if allows(policy, it)] == []


@pytest.mark.parametrize("name", CASES)
def test_a_guard_rail_denies_and_has_no_principal(name: str) -> None:
    found = CASES[name].statement().to_statement_json()
    assert found["Effect"] == "Deny"
    assert not {"Principal", "NotPrincipal"} & set(found)
    assert found["Sid"].isalnum()


@pytest.mark.parametrize("name", CASES)
def test_the_checks_take_a_guard_rail(name: str) -> None:
    content = {"Version": "2012-10-17", "Statement": [CASES[name].statement().to_statement_json()]}
    policy = {
        "Type": "AWS::Organizations::Policy",
        "Properties": {"Name": "a", "Type": "SERVICE_CONTROL_POLICY", "Content": content},
    }
    assert check_template({"Resources": {"Policy": policy}}) == []


def test_without_addresses_and_roles_only_networks_count() -> None:
    statement = GuardRails.only_organization_networks("o-abcdefghij", services=["s3"])
    policy = document(statement)
    assert not allows(policy, s3(context={"aws:SourceIp": "203.0.113.7"}))
    assert allows(policy, s3(context={"aws:VpceOrgID": "o-abcdefghij"}))


def test_tokens_pass() -> None:
    token = cdk.Fn.import_value("A")
    for statement in (
        GuardRails.only_service_owners(token),
        GuardRails.only_services(token),
        GuardRails.only_private_names(token),
        GuardRails.only_service_regions(token),
        GuardRails.only_roles_may_accept(token),
        GuardRails.only_organization_networks(
            token, services=[token], source_ips=[token], exempt_roles=[token]
        ),
    ):
        assert statement.to_statement_json()["Effect"] == "Deny"


@pytest.mark.parametrize("owner", ["*", "Amazon", "12345", "2222*", "", "self"])
def test_fails_when_an_owner_is_not_valid(owner: str) -> None:
    with refusal("guard-rail-owner-not-valid", f"'{owner.replace('*', '[*]')}' is not a valid"):
        GuardRails.only_service_owners("amazon", owner)


EMPTY: dict[str, Callable[[], iam.PolicyStatement]] = {
    "owners": GuardRails.only_service_owners,
    "names": GuardRails.only_services,
    "private names": GuardRails.only_private_names,
    "regions": GuardRails.only_service_regions,
    "supported regions": GuardRails.only_supported_regions,
    "roles": GuardRails.only_roles_may_accept,
    "domains": GuardRails.only_resource_names,
    "services": lambda: GuardRails.only_organization_networks("o-abcdefghij", services=[]),
}


@pytest.mark.parametrize("name", EMPTY)
def test_fails_when_nothing_is_named(name: str) -> None:
    argument = name.rpartition(" ")[2]
    with refusal("guard-rail-value-missing", f"There is no value in {argument}"):
        EMPTY[name]()


MALFORMED: dict[str, Callable[[], iam.PolicyStatement]] = {
    "a short service name": lambda: GuardRails.only_services("s3"),
    "a name without a label": lambda: GuardRails.only_private_names("*example.com"),
    "upper case": lambda: GuardRails.only_private_names("a.Example.com"),
    "a wildcard inside": lambda: GuardRails.only_resource_names("a.*.example.com"),
    "a user": lambda: GuardRails.only_roles_may_accept("arn:aws:iam::111111111111:user/a"),
    "a role with a space": lambda: GuardRails.only_roles_may_permit("Network Admin"),
    "an action": lambda: GuardRails.only_organization_networks("o-abcdefghij", services=["s3:*"]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_fails_when_a_value_has_another_form(name: str) -> None:
    with refusal(
        "guard-rail-value-malformed", r"'.*' is not a valid .* for \w+\[\d\]\. Use a value such as"
    ):
        MALFORMED[name]()


@pytest.mark.parametrize(
    "call",
    [
        lambda: GuardRails.only_services("*"),
        lambda: GuardRails.only_services("*.*"),
        lambda: GuardRails.only_private_names("*"),
        lambda: GuardRails.only_roles_may_publish("*"),
        lambda: GuardRails.only_roles_may_publish("*/*"),
    ],
    ids=["service", "service with a dot", "name", "role", "role with a path"],
)
def test_fails_when_everything_matches(call: Callable[[], iam.PolicyStatement]) -> None:
    with refusal("guard-rail-value-ineffective", "Everything matches '.*' in "):
        call()


def test_fails_when_a_region_an_organization_or_an_address_is_not_one() -> None:
    with refusal("region-not-valid"):
        GuardRails.only_service_regions("ireland")
    with refusal("organization-id-malformed"):
        GuardRails.only_organization_networks("abc", services=["s3"])
    with refusal("guard-rail-address-malformed", "'10.0.0.0/33' is not a valid CIDR block"):
        GuardRails.only_organization_networks(
            "o-abcdefghij", services=["s3"], source_ips=["10.0.0.0/33"]
        )
