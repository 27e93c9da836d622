"""What a private DNS name brings into the template of a service."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_sns as sns
from tests.support.published import (
    ZONE_ID,
    imported_zone,
    only,
    resources_of,
    service_with,
    stack_in,
    template_of,
)
from tests.support.replacement import assert_nothing_is_replaced, compare
from tests.support.vpcs import vpc_in

from privatelink_constructs import (
    Listener,
    NetworkLoadBalancedEndpointService,
    PrivateDnsName,
    PrivateDnsVerification,
)
from privatelink_constructs._cdk.naming import short_hash
from privatelink_constructs.contract.origins import origin_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import constructs

NAME = "payments.example.com"
ROLE = "arn:aws:iam::222222222222:role/DnsProof"
SERVICE = "AWS::EC2::VPCEndpointService"
RECORD = "AWS::Route53::RecordSet"
FUNCTION = "AWS::Lambda::Function"
POLICY = "AWS::IAM::Policy"
VERIFICATION = "Custom::PrivateLinkPrivateDnsVerification"
DELEGATED_RECORD = "Custom::PrivateLinkDelegatedRecord"
START = "ec2:StartVpcEndpointServicePrivateDnsVerification"
DESCRIBE = "ec2:DescribeVpcEndpointServiceConfigurations"


@pytest.fixture
def stack() -> cdk.Stack:
    return stack_in()


def waiting(scope: constructs.Construct, name: str = NAME) -> PrivateDnsName:
    return PrivateDnsName.in_hosted_zone(name, zone_of(scope))


def not_waiting(scope: constructs.Construct, name: str = NAME) -> PrivateDnsName:
    return PrivateDnsName.in_hosted_zone(name, zone_of(scope), wait_for_verification=False)


def delegated(_scope: constructs.Construct, **options: Any) -> PrivateDnsName:
    return PrivateDnsName.in_delegated_zone(
        NAME, hosted_zone_id=ZONE_ID, zone_name="example.com", role_arn=ROLE, **options
    )


def zone_of(scope: constructs.Construct) -> route53.IHostedZone:
    stack = cdk.Stack.of(scope)
    found = stack.node.try_find_child("Zone")
    return imported_zone(stack) if found is None else found  # pyright: ignore[reportReturnType]


def attribute(name: str, service: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [service, f"PrivateDnsNameConfiguration.{name}"]}


def id_of(template: dict[str, Any], kind: str) -> str:
    [found] = [key for key, it in template["Resources"].items() if it["Type"] == kind]
    return found


def statements_of(policies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [it for each in policies for it in each["Properties"]["PolicyDocument"]["Statement"]]


def statement_for(template: dict[str, Any], action: str) -> dict[str, Any]:
    statements = statements_of(resources_of(template, POLICY))
    [found] = [it for it in statements if action in it["Action"]]
    return found


# --- the name and its record ------------------------------------------------------------------


def test_the_name_is_native(stack: cdk.Stack) -> None:
    service_with(stack, not_waiting(stack))

    assert only(template_of(stack), SERVICE)["Properties"]["PrivateDnsName"] == NAME


def test_without_a_name_nothing_is_said_of_one(stack: cdk.Stack) -> None:
    service = service_with(stack, None)

    assert "PrivateDnsName" not in only(template_of(stack), SERVICE)["Properties"]
    assert service.private_dns_verification is None


@pytest.mark.parametrize(
    ("name", "domain"), [(NAME, NAME), ("*.example.com", "example.com")], ids=["name", "wildcard"]
)
def test_the_record_is_written_in_the_zone(stack: cdk.Stack, name: str, domain: str) -> None:
    service_with(stack, not_waiting(stack, name))

    template = template_of(stack)
    service = id_of(template, SERVICE)
    assert only(template, RECORD)["Properties"] == {
        "HostedZoneId": ZONE_ID,
        "Name": {"Fn::Join": ["", [attribute("Name", service), f".{domain}"]]},
        "ResourceRecords": [{"Fn::Join": ["", ['"', attribute("Value", service), '"']]}],
        "TTL": "60",
        "Type": "TXT",
    }


def test_a_service_with_load_balancers_of_its_own_takes_a_name_too(stack: cdk.Stack) -> None:
    vpc = vpc_in(stack, zones=None)
    NetworkLoadBalancedEndpointService(
        stack,
        "Service",
        vpc=vpc,
        listeners=[Listener.tcp(443, targets=[targets.IpTarget("192.168.0.10")])],
        private_dns_name=not_waiting(stack),
    )

    template = template_of(stack)
    assert only(template, SERVICE)["Properties"]["PrivateDnsName"] == NAME
    assert len(resources_of(template, RECORD)) == 1


def test_a_zone_of_the_app_is_referred_to() -> None:
    app = cdk.App()
    dns = stack_in(app, "Dns")
    stack = stack_in(app)
    zone = route53.PublicHostedZone(dns, "Zone", zone_name="example.com")
    service_with(stack, PrivateDnsName.in_hosted_zone(NAME, zone, wait_for_verification=False))

    zone_id = only(template_of(stack), RECORD)["Properties"]["HostedZoneId"]
    assert zone_id["Fn::ImportValue"].startswith("Dns:ExportsOutputRefZone")


def test_the_record_comes_out(stack: cdk.Stack) -> None:
    service = service_with(stack, PrivateDnsName.external(NAME))

    verification = service.private_dns_verification
    assert verification is not None
    template = template_of(stack)
    logical_id = id_of(template, SERVICE)
    assert stack.resolve(vars(verification)) == {
        "record_name": {"Fn::Join": ["", [attribute("Name", logical_id), f".{NAME}"]]},
        "record_type": "TXT",
        "record_value": attribute("Value", logical_id),
    }


def test_a_record_is_a_value() -> None:
    one, other = (
        PrivateDnsVerification(
            record_name="a.example.com", record_type="TXT", record_value="vpce:x"
        )
        for _ in range(2)
    )

    assert one == other


def test_services_of_one_name_have_a_record_each(stack: cdk.Stack) -> None:
    for name in ("One", "Other"):
        service_with(stack, not_waiting(stack), name)

    names = [it["Properties"]["Name"] for it in resources_of(template_of(stack), RECORD)]
    assert len({json.dumps(it) for it in names}) == 2


def test_a_name_that_only_the_deployment_knows_is_passed_on(stack: cdk.Stack) -> None:
    name = cdk.CfnParameter(stack, "Name").value_as_string
    service_with(stack, PrivateDnsName.in_hosted_zone(name, zone_of(stack)))

    template = template_of(stack)
    assert only(template, SERVICE)["Properties"]["PrivateDnsName"] == {"Ref": "Name"}
    assert only(template, VERIFICATION)["Properties"]["PrivateDnsName"] == {"Ref": "Name"}


# --- waiting ----------------------------------------------------------------------------------


def test_the_verification_is_waited_for(stack: cdk.Stack) -> None:
    service_with(stack, waiting(stack))

    template = template_of(stack)
    service = id_of(template, SERVICE)
    properties = only(template, VERIFICATION)["Properties"]
    assert properties.pop("ServiceToken")["Fn::GetAtt"][1] == "Arn"
    assert properties == {
        "PrivateDnsName": NAME,
        "RecordName": {"Fn::Join": ["", [attribute("Name", service), f".{NAME}"]]},
        "RecordValue": attribute("Value", service),
        "ServiceId": {"Ref": service},
        "ServiceTimeout": "2100",
        "TimeoutSeconds": 1800,
    }


def test_the_timeout_is_passed_on(stack: cdk.Stack) -> None:
    name = PrivateDnsName.in_hosted_zone(NAME, zone_of(stack), timeout=cdk.Duration.minutes(5))
    service_with(stack, name)

    properties = only(template_of(stack), VERIFICATION)["Properties"]
    assert (properties["TimeoutSeconds"], properties["ServiceTimeout"]) == (300, "600")


def test_cloudformation_waits_for_an_hour_at_most(stack: cdk.Stack) -> None:
    name = PrivateDnsName.in_hosted_zone(NAME, zone_of(stack), timeout=cdk.Duration.minutes(55))
    service_with(stack, name)

    assert only(template_of(stack), VERIFICATION)["Properties"]["ServiceTimeout"] == "3600"


def test_cloudformation_waits_for_an_hour_where_the_timeout_is_a_token(stack: cdk.Stack) -> None:
    seconds = cdk.CfnParameter(stack, "Seconds", type="Number").value_as_number
    name = PrivateDnsName.in_hosted_zone(
        NAME, zone_of(stack), timeout=cdk.Duration.seconds(seconds)
    )
    service_with(stack, name)

    properties = only(template_of(stack), VERIFICATION)["Properties"]
    assert properties["TimeoutSeconds"] == {"Ref": "Seconds"}
    assert properties["ServiceTimeout"] == "3600"


def test_the_verification_comes_after_the_record_and_the_permission(stack: cdk.Stack) -> None:
    service_with(stack, waiting(stack))

    template = template_of(stack)
    before = [template["Resources"][it]["Type"] for it in only(template, VERIFICATION)["DependsOn"]]
    assert sorted(before) == [POLICY, POLICY, RECORD]


def test_a_service_waits_for_no_other(stack: cdk.Stack) -> None:
    service_with(stack, waiting(stack), "One")
    service_with(stack, waiting(stack, "other.example.com"), "Other")

    template = template_of(stack)
    one = next(
        key
        for key in template["Resources"]
        if key.startswith("OneVerifiedPrivateDnsName") and "Policy" not in key
    )
    reached: set[str] = set()
    following = [one]
    while following:
        key = following.pop()
        reached.add(key)
        text = json.dumps(template["Resources"][key])
        following += [it for it in template["Resources"] if f'"{it}"' in text and it not in reached]
    assert not [key for key in reached if key.startswith("Other")]


def test_only_the_service_can_be_verified(stack: cdk.Stack) -> None:
    service_with(stack, waiting(stack))

    template = template_of(stack)
    prefix = "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint-service/"
    assert statement_for(template, START) == {
        "Action": START,
        "Effect": "Allow",
        "Resource": {"Fn::Join": ["", [prefix, {"Ref": id_of(template, SERVICE)}]]},
    }


def test_the_arn_of_the_service_is_right_in_every_environment() -> None:
    stack = stack_in(env=None)
    service_with(stack, waiting(stack))

    template = template_of(stack)
    parts = statement_for(template, START)["Resource"]["Fn::Join"][1]
    assert parts == [
        "arn:",
        {"Ref": "AWS::Partition"},
        ":ec2:",
        {"Ref": "AWS::Region"},
        ":",
        {"Ref": "AWS::AccountId"},
        ":vpc-endpoint-service/",
        {"Ref": id_of(template, SERVICE)},
    ]


def test_a_service_with_other_regions_may_be_verified(stack: cdk.Stack) -> None:
    service_with(stack, waiting(stack), supported_regions=["eu-central-1"])

    statement = statement_for(template_of(stack), START)
    assert statement["Action"] == [START, "vpce:AllowMultiRegion"]


def test_looking_is_all_that_is_allowed_everywhere(stack: cdk.Stack) -> None:
    service_with(stack, waiting(stack))

    everywhere = [
        it
        for it in statements_of(resources_of(template_of(stack), POLICY))
        if it["Resource"] == "*"
    ]
    assert everywhere == [{"Action": DESCRIBE, "Effect": "Allow", "Resource": "*"}]


# --- zones elsewhere --------------------------------------------------------------------------


def test_the_record_in_a_delegated_zone_is_written_through_the_role(stack: cdk.Stack) -> None:
    service_with(stack, delegated(stack))

    template = template_of(stack)
    service = id_of(template, SERVICE)
    properties = only(template, DELEGATED_RECORD)["Properties"]
    assert properties.pop("ServiceToken")["Fn::GetAtt"][1] == "Arn"
    assert properties.pop("ServiceTimeout") == "900"
    assert properties.pop("TimeoutSeconds") == 600
    assert properties == {
        "HostedZoneId": ZONE_ID,
        "RecordName": {"Fn::Join": ["", [attribute("Name", service), f".{NAME}"]]},
        "RecordValue": attribute("Value", service),
        "RoleArn": ROLE,
        "Ttl": 60,
    }
    assert not resources_of(template, RECORD)


def test_the_role_may_ask_for_an_external_id(stack: cdk.Stack) -> None:
    service_with(stack, delegated(stack, external_id="payments"))

    properties = only(template_of(stack), DELEGATED_RECORD)["Properties"]
    assert properties["ExternalId"] == "payments"


def test_only_the_role_of_the_zone_can_be_assumed(stack: cdk.Stack) -> None:
    service_with(stack, delegated(stack))

    assert statement_for(template_of(stack), "sts:AssumeRole")["Resource"] == ROLE


def test_the_verification_comes_after_the_delegated_record(stack: cdk.Stack) -> None:
    service_with(stack, delegated(stack))

    template = template_of(stack)
    before = [template["Resources"][it]["Type"] for it in only(template, VERIFICATION)["DependsOn"]]
    assert sorted(before) == [POLICY, POLICY, DELEGATED_RECORD]


def policies_for_roles(template: dict[str, Any]) -> dict[str, object]:
    return {
        key: it["Properties"]["PolicyDocument"]["Statement"][0]["Resource"]
        for key, it in template["Resources"].items()
        if key.startswith("ServiceDelegatedDnsRecordPolicy")
    }


def test_the_policy_for_the_old_role_stays_until_the_old_record_is_gone() -> None:
    """CloudFormation removes a policy of another ID after the custom resource that used it."""
    one, two = stack_in(), stack_in()
    service_with(one, delegated(one))
    other = PrivateDnsName.in_delegated_zone(
        NAME, hosted_zone_id="Z9", zone_name="example.com", role_arn=f"{ROLE}2"
    )
    service_with(two, other)

    before, after = policies_for_roles(template_of(one)), policies_for_roles(template_of(two))
    assert before.keys().isdisjoint(after)
    assert [*before.values(), *after.values()] == [ROLE, f"{ROLE}2"]
    assert not compare(template_of(one), template_of(two)).replaced


def test_a_role_that_is_a_token_has_a_policy_with_a_stable_id() -> None:
    def define(parameter: str) -> list[str]:
        stack = stack_in()
        role = cdk.CfnParameter(stack, parameter).value_as_string
        name = PrivateDnsName.in_delegated_zone(
            NAME, hosted_zone_id=ZONE_ID, zone_name="example.com", role_arn=role
        )
        service_with(stack, name)
        return [*policies_for_roles(template_of(stack))]

    assert define("Role") == define("Role") != define("Other")


@pytest.mark.parametrize("count", [1, 10])
def test_a_delegated_record_is_four_shared_resources_and_two_per_service(count: int) -> None:
    def make(scope: constructs.Construct, name: str) -> PrivateDnsName:
        return PrivateDnsName.in_delegated_zone(
            name,
            hosted_zone_id=ZONE_ID,
            zone_name="example.com",
            role_arn=ROLE,
            wait_for_verification=False,
        )

    assert counted(count, make) == counted(count, None) + 4 + 2 * count


def test_a_delegated_record_need_not_be_waited_for(stack: cdk.Stack) -> None:
    service_with(stack, delegated(stack, wait_for_verification=False))

    assert not resources_of(template_of(stack), VERIFICATION)


def test_an_external_name_is_only_the_name(stack: cdk.Stack) -> None:
    service_with(stack, PrivateDnsName.external(NAME))

    assert {it["Type"] for it in template_of(stack)["Resources"].values()} == {SERVICE}


def test_an_external_name_can_be_waited_for(stack: cdk.Stack) -> None:
    service_with(stack, PrivateDnsName.external(NAME, wait_for_verification=True))

    template = template_of(stack)
    before = [template["Resources"][it]["Type"] for it in only(template, VERIFICATION)["DependsOn"]]
    assert before == [POLICY, POLICY]


# --- what the contract says -------------------------------------------------------------------


def test_consumers_can_wait_for_the_verification(stack: cdk.Stack) -> None:
    service = service_with(stack, waiting(stack))
    consumer = sns.Topic(stack, "Consumer")
    origin = origin_of(service.contract)
    assert origin is not None
    consumer.node.add_dependency(*origin.private_dns_dependencies)

    template = template_of(stack)
    assert id_of(template, VERIFICATION) in only(template, "AWS::SNS::Topic")["DependsOn"]


@pytest.mark.parametrize(
    "make", [waiting, not_waiting, delegated], ids=["waiting", "not waiting", "delegated"]
)
def test_a_name_is_verified_when_it_was_waited_for(
    stack: cdk.Stack, make: Callable[..., PrivateDnsName]
) -> None:
    contract = service_with(stack, make(stack)).contract

    assert contract.private_dns_name == NAME
    assert contract.private_dns_verified is (make is not not_waiting)


def test_a_service_without_a_name_promises_none(stack: cdk.Stack) -> None:
    contract = service_with(stack, None).contract

    assert (contract.private_dns_name, contract.private_dns_verified) == (None, False)


# --- figures ----------------------------------------------------------------------------------


def counted(count: int, make: Callable[..., PrivateDnsName] | None) -> int:
    stack = stack_in()
    for number in range(count):
        name = make(stack, f"s{number}.example.com") if make else None
        service_with(stack, name, f"Service{number}")
    return len(template_of(stack)["Resources"])


@pytest.mark.parametrize("count", [1, 10])
def test_without_waiting_a_name_is_one_resource_more(count: int) -> None:
    assert counted(count, not_waiting) == counted(count, None) + count


@pytest.mark.parametrize("count", [1, 10])
def test_waiting_is_four_shared_resources_and_two_more_per_service(count: int) -> None:
    assert counted(count, waiting) == counted(count, not_waiting) + 4 + 2 * count


def test_without_waiting_there_is_no_function(stack: cdk.Stack) -> None:
    service_with(stack, not_waiting(stack))

    assert not resources_of(template_of(stack), FUNCTION)


# --- identity ---------------------------------------------------------------------------------


def path_map(scope: constructs.IConstruct) -> dict[str, str]:
    return {
        it.node.path: it.cfn_resource_type
        for it in scope.node.find_all()
        if isinstance(it, cdk.CfnResource)
    }


def test_the_paths_of_a_service() -> None:
    stack = stack_in()
    service = service_with(stack, waiting(stack))

    assert path_map(service) == {
        "Provider/Service/PrivateDnsRecord": RECORD,
        "Provider/Service/VerifiedPrivateDnsName/Default": VERIFICATION,
        "Provider/Service/VerifiedPrivateDnsNamePolicy/Resource": POLICY,
        "Provider/Service/Resource": SERVICE,
    }


def test_the_paths_of_a_service_with_a_delegated_zone() -> None:
    stack = stack_in()
    service = service_with(stack, delegated(stack))

    policy = f"DelegatedDnsRecordPolicy-{short_hash(json.dumps(ROLE))}"
    assert path_map(service) == {
        "Provider/Service/DelegatedDnsRecord/Default": DELEGATED_RECORD,
        f"Provider/Service/{policy}/Resource": POLICY,
        "Provider/Service/VerifiedPrivateDnsName/Default": VERIFICATION,
        "Provider/Service/VerifiedPrivateDnsNamePolicy/Resource": POLICY,
        "Provider/Service/Resource": SERVICE,
    }


@pytest.mark.parametrize("wait", [True, False])
def test_the_record_of_another_kind_has_another_id(*, wait: bool) -> None:
    here, there = stack_in(), stack_in()
    own = PrivateDnsName.in_hosted_zone(NAME, zone_of(here), wait_for_verification=wait)
    service_with(here, own)
    service_with(there, delegated(there, wait_for_verification=wait))

    for before, after in ((here, there), (there, here)):
        found = compare(template_of(before), template_of(after))
        assert {found.types[it] for it in found.added} & {RECORD, DELEGATED_RECORD}
        assert not found.replaced


def test_the_paths_of_what_services_share() -> None:
    stack = stack_in()
    service_with(stack, waiting(stack))
    shared = stack.node.find_child("PrivateLinkPrivateDnsVerification")

    at = "Provider/PrivateLinkPrivateDnsVerification"
    assert path_map(shared) == {
        f"{at}/Function/Resource": FUNCTION,
        f"{at}/Logs/Resource": "AWS::Logs::LogGroup",
        f"{at}/Policy/Resource": POLICY,
        f"{at}/Role/Resource": "AWS::IAM::Role",
    }


def test_two_apps_in_one_process_say_the_same() -> None:
    def synthesized() -> dict[str, Any]:
        stack = stack_in()
        service_with(stack, waiting(stack), "One")
        service_with(stack, delegated(stack), "Other")
        return template_of(stack)

    assert synthesized() == synthesized()


def test_one_app_can_be_synthesized_again() -> None:
    app = cdk.App()
    stack = stack_in(app)
    service_with(stack, waiting(stack))

    first, second = (app.synth(force=True).get_stack_by_name("Provider").template for _ in range(2))
    assert first == second


def test_stacks_of_one_app_share_nothing() -> None:
    app = cdk.App()
    for name in ("One", "Other"):
        stack = stack_in(app, name)
        service_with(stack, waiting(stack), f"{name}Service")

    for name in ("One", "Other"):
        template = app.synth().get_stack_by_name(name).template
        assert len(resources_of(template, FUNCTION)) == 1


def test_a_nested_stack_has_functions_of_its_own(stack: cdk.Stack) -> None:
    nested = cdk.NestedStack(stack, "Nested")
    service_with(nested, PrivateDnsName.external(NAME, wait_for_verification=True))

    assert len(resources_of(template_of(nested), FUNCTION)) == 1


# --- updates ----------------------------------------------------------------------------------


def template_with(make: Callable[..., PrivateDnsName] | None, **more: Any) -> dict[str, Any]:
    stack = stack_in()
    service_with(stack, make(stack) if make else None)
    for name, private_dns in more.items():
        service_with(stack, private_dns(stack, f"{name.lower()}.example.com"), name)
    return template_of(stack)


@pytest.mark.parametrize(
    "make", [waiting, not_waiting, delegated], ids=["waiting", "not waiting", "delegated"]
)
def test_giving_a_name_replaces_nothing(make: Callable[..., PrivateDnsName]) -> None:
    assert_nothing_is_replaced(template_with(None), template_with(make))


@pytest.mark.parametrize(
    "make", [waiting, not_waiting, delegated], ids=["waiting", "not waiting", "delegated"]
)
def test_taking_a_name_away_replaces_nothing(make: Callable[..., PrivateDnsName]) -> None:
    assert_nothing_is_replaced(template_with(make), template_with(None))


def test_waiting_from_now_on_replaces_nothing() -> None:
    assert_nothing_is_replaced(template_with(not_waiting), template_with(waiting))


def test_a_further_service_replaces_nothing() -> None:
    assert_nothing_is_replaced(template_with(waiting), template_with(waiting, Other=waiting))


def test_a_rename_keeps_the_service() -> None:
    def renamed(scope: constructs.Construct) -> PrivateDnsName:
        return waiting(scope, "ledger.example.com")

    comparison = compare(template_with(waiting), template_with(renamed))

    assert SERVICE not in {it.resource_type for it in comparison.replaced}
