from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import (
    changed,
    findings,
    ref,
    resource,
    rules,
    rules_across,
    stack,
    with_resources,
    without,
)

ACCOUNT = "arn:aws:iam::222222222222:root"
PERMISSIONS = "AWS::EC2::VPCEndpointServicePermissions"


def allowing(*principals: object) -> dict[str, Any]:
    return changed("Permissions", AllowedPrincipals=list(principals))


@pytest.mark.parametrize(
    "principal",
    [
        ACCOUNT,
        "arn:aws:iam::222222222222:role/app",
        "arn:aws:iam::222222222222:user/ada",
        "appflow.amazonaws.com",
        {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"},
        {"Fn::Sub": "arn:aws:iam::${Consumer}:root"},
        {"Ref": "Consumer"},
        {"Fn::ImportValue": "consumer"},
        "{{resolve:ssm:/consumer}}",
    ],
)
def test_takes_principal(principal: object) -> None:
    assert rules(allowing(principal)) == set()


@pytest.mark.parametrize(
    ("principal", "rule"),
    [
        ("arn:aws:iam::222222222222:role/team/app", "principal-path-not-supported"),
        (
            {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/team/app"},
            "principal-path-not-supported",
        ),
        (
            {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":user/team/ada"]]},
            "principal-path-not-supported",
        ),
        ("arn:aws:iam::2222:root", "account-id-malformed"),
        (222222222222, "principal-malformed"),
        ("arn:aws:s3:::bucket", "principal-malformed"),
        ("arn:aws:sts::222222222222:assumed-role/app/session", "principal-session-not-supported"),
        ("arn:aws-cn:iam::222222222222:root", "principal-partition-mismatch"),
    ],
)
def test_fails_when_principal_is_none_that_aws_takes(principal: object, rule: str) -> None:
    assert rules(allowing(principal)) == {rule}


def test_warns_of_organizations() -> None:
    arn = "arn:aws:organizations::222222222222:organization/o-0123456789"
    (finding,) = findings(allowing(arn))
    assert (finding.rule, finding.severity.value) == (
        "principal-organization-unverified",
        "warning",
    )


def test_says_which_principal_is_wrong() -> None:
    (finding,) = findings(allowing(ACCOUNT, "nobody"))
    assert finding.logical_id == "Permissions"
    assert finding.property_path == "Properties.AllowedPrincipals.1"
    assert "'nobody'" in finding.message


def test_takes_any_partition_when_the_region_is_unknown() -> None:
    assert rules(allowing("arn:aws-cn:iam::222222222222:root"), region=None) == set()


def test_fails_when_principal_is_listed_twice() -> None:
    assert rules(allowing(ACCOUNT, ACCOUNT)) == {"principal-duplicate"}


def test_fails_when_deploy_time_principal_is_listed_twice() -> None:
    principal = {"Fn::Sub": "arn:aws:iam::${Consumer}:root"}
    assert rules(allowing(principal, principal)) == {"principal-duplicate"}


def test_what_is_no_value_is_not_listed_twice() -> None:
    assert "principal-duplicate" not in rules(allowing(ACCOUNT, None, None))


def test_fails_when_everyone_is_allowed() -> None:
    assert rules(allowing("*")) == {"principal-open-to-world"}


def public() -> dict[str, Any]:
    template = allowing("*")
    template["Resources"]["Service"]["Properties"]["AcceptanceRequired"] = "false"
    return template


def test_fails_when_everyone_is_accepted() -> None:
    assert rules(public()) == {"service-open-to-world"}


@pytest.mark.parametrize("logical_id", ["Permissions", "Service"])
def test_takes_everyone_when_somebody_said_so(logical_id: str) -> None:
    template = public()
    template["Resources"][logical_id]["Metadata"] = {
        "privatelink-constructs": {"acknowledged": {"service-open-to-world": "an open API"}}
    }
    assert rules(template) == set()


def test_fails_when_acknowledged_without_reason() -> None:
    template = public()
    template["Resources"]["Service"]["Metadata"] = {
        "privatelink-constructs": {"acknowledged": {"service-open-to-world": " "}}
    }
    assert rules(template) == {"service-open-to-world"}


def test_says_nothing_of_acceptance_under_a_condition() -> None:
    template = allowing("*")
    acceptance = {"Fn::If": ["Prod", True, False]}
    template["Resources"]["Service"]["Properties"]["AcceptanceRequired"] = acceptance
    assert rules(template) == {"principal-open-to-world"}


def test_fails_when_a_service_has_two_permissions() -> None:
    second = resource(PERMISSIONS, ServiceId=ref("Service"), AllowedPrincipals=[ACCOUNT])
    assert rules(with_resources(Second=second)) == {"permissions-duplicate"}


def test_fails_when_permissions_are_in_two_stacks() -> None:
    first = stack()
    first["Outputs"] = {"Id": {"Value": ref("Service"), "Export": {"Name": "service"}}}
    other = resource(
        PERMISSIONS, ServiceId={"Fn::ImportValue": "service"}, AllowedPrincipals=[ACCOUNT]
    )
    assert rules_across(first, {"Resources": {"Other": other}}) == {"permissions-duplicate"}


def test_takes_permissions_that_are_alternatives() -> None:
    template = with_resources(
        Second=resource(PERMISSIONS, ServiceId=ref("Service"), AllowedPrincipals=[ACCOUNT])
    )
    template["Parameters"] = {"Stage": {"Type": "String"}}
    template["Conditions"] = {
        "IsProd": {"Fn::Equals": [ref("Stage"), "prod"]},
        "IsTest": {"Fn::Not": [{"Condition": "IsProd"}]},
    }
    template["Resources"]["Permissions"]["Condition"] = "IsProd"
    template["Resources"]["Second"]["Condition"] = "IsTest"
    assert rules(template) == set()
    template["Resources"]["Third"] = template["Resources"]["Second"]
    assert rules(template) == {"permissions-duplicate"}


@pytest.mark.parametrize(
    "service",
    [
        ref("Nlb"),
        {"Fn::GetAtt": ["Nlb", "LoadBalancerArn"]},
        {"Fn::GetAtt": "Service.PrivateDnsNameConfiguration.Name"},
        "vpce-0123456789abcdef0",
    ],
)
def test_fails_when_permissions_are_for_no_service(service: object) -> None:
    template = changed("Permissions", ServiceId=service)
    assert "permissions-service-mismatch" in rules(template)


@pytest.mark.parametrize(
    "service",
    [
        {"Fn::GetAtt": ["Service", "ServiceId"]},
        ref("Elsewhere"),
        {"Fn::ImportValue": "elsewhere"},
        "vpce-svc-0123456789abcdef0",
    ],
)
def test_takes_permissions_of_services(service: object) -> None:
    template = changed("Permissions", ServiceId=service)
    assert "permissions-service-mismatch" not in rules(template)


def test_fails_when_nobody_is_permitted() -> None:
    assert rules(without("Permissions")) == {"permissions-missing"}


def test_fails_when_the_list_is_empty() -> None:
    assert rules(allowing()) == {"permissions-missing"}


def test_fails_when_nobody_is_permitted_though_the_id_is_shown() -> None:
    template = without("Permissions")
    template["Outputs"] = {"Id": {"Value": ref("Service")}}
    assert rules(template) == {"permissions-missing"}


def test_takes_permissions_that_may_be_in_another_app() -> None:
    template = without("Permissions")
    template["Outputs"] = {"Id": {"Value": ref("Service"), "Export": {"Name": "service"}}}
    assert rules(template) == set()


ACTION = "ModifyVpcEndpointServicePermissions"


@pytest.mark.parametrize(
    "call",
    [
        resource("Custom::AWS", Create=[ACTION], Id=ref("Service")),
        resource("Custom::AWS", Create={ACTION: ref("Service")}),
        resource("Custom::AWS", Create={"Fn::Sub": f"{ACTION} ${{Service}}"}),
        resource("Custom::AWS", Create={"Fn::If": ["A", ACTION, 0]}, Id=ref("Service")),
        resource("Custom::VpcEndpointServicePermissions", Id=ref("Service")),
    ],
)
def test_takes_permissions_by_a_custom_resource(call: dict[str, Any]) -> None:
    assert rules(with_resources(without("Permissions"), Call=call)) == set()


@pytest.mark.parametrize(
    "kind",
    [
        "AWS::CloudFormation::Stack",
        "AWS::CloudFormation::StackSet",
        "AWS::Serverless::Application",
        "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
        "My::Own::Thing::MODULE",
    ],
)
def test_takes_permissions_that_a_nested_stack_may_hold(kind: str) -> None:
    nested = resource(
        kind,
        TemplateURL="https://bucket/permissions.yaml",
        Parameters={"Service": ref("Service")},
    )
    assert rules(with_resources(without("Permissions"), Nested=nested)) == set()


def test_takes_permissions_that_a_loop_may_define() -> None:
    template = without("Permissions")
    template["Transform"] = "AWS::LanguageExtensions"
    template["Resources"]["Fn::ForEach::All"] = ["Name", ["A"], {}]
    assert rules(template) == set()


@pytest.mark.parametrize(
    ("principal", "rule"),
    [
        ({"Fn::Sub": "arn:aws:iam::${Consumer}:role/team/app"}, "principal-path-not-supported"),
        ({"Fn::Sub": "arn:${Partition}:iam::22222:${Name}"}, "account-id-malformed"),
        ({"Fn::Sub": "arn:aws-cn:iam::${Consumer}:root"}, "principal-partition-mismatch"),
        ({"Fn::Sub": "arn:aws:iam::222222222222:group/${Name}"}, "principal-malformed"),
        (ref("Role"), "principal-malformed"),
        (ref("Service"), "principal-malformed"),
        ({"Fn::GetAtt": ["Role", "Arn"]}, "principal-path-not-supported"),
    ],
)
def test_fails_when_what_is_known_of_a_principal_is_wrong(principal: object, rule: str) -> None:
    role = resource("AWS::IAM::Role", Path="/team/")
    assert rules(with_resources(allowing(principal), Role=role)) == {rule}


@pytest.mark.parametrize(
    "principal",
    [
        {"Fn::Sub": "arn:aws:iam::2222${Rest}:root"},
        {"Fn::Sub": "arn:aws:iam::${Rest}"},
        {"Fn::Sub": "arn:aws:iam::${Consumer}:${Kind}"},
        {"Fn::Sub": "arn:aws:iam::${Consumer}:role/${Role}"},
        {"Fn::GetAtt": ["Role", "Arn"]},
        {"Fn::GetAtt": ["Role", "RoleId"]},
        {"Fn::GetAtt": ["Custom", "Arn"]},
        ref("Custom"),
    ],
)
def test_takes_principals_that_may_be_right(principal: object) -> None:
    role, custom = resource("AWS::IAM::Role"), resource("Custom::Principal")
    assert rules(with_resources(allowing(principal), Role=role, Custom=custom)) == set()


@pytest.mark.parametrize(
    "service",
    [None, {"Fn::Sub": "com.amazonaws.vpce.${AWS::Region}.${Service}"}, {"Fn::Sub": "svc-${Id}"}],
)
def test_fails_when_permissions_are_for_a_name_or_for_nothing(service: object) -> None:
    template = with_resources(
        More=resource(PERMISSIONS, ServiceId=service, AllowedPrincipals=[ACCOUNT])
    )
    assert rules(template) == {"permissions-service-mismatch"}


@pytest.mark.parametrize(
    "service",
    [
        {"Fn::GetAtt": ["Nested", "Outputs.ServiceId"]},
        {"Fn::GetAtt": ["Custom", "ServiceId"]},
        {"Fn::Sub": "${Prefix}-0123456789abcdef0"},
        {"Fn::Sub": "vpce-${Rest}"},
        {"Fn::If": ["Some", ref("Service"), ref("Other")]},
    ],
)
def test_takes_permissions_of_services_that_something_else_gives(service: object) -> None:
    template = with_resources(
        More=resource(PERMISSIONS, ServiceId=service, AllowedPrincipals=[ACCOUNT]),
        Nested=resource("AWS::CloudFormation::Stack", TemplateURL="https://example.com/a.yaml"),
        Custom=resource("Custom::Service"),
    )
    assert rules(template) == set()
