"""Gateway endpoints are in route tables, and S3's private DNS leaves a way through one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.estates import ENDPOINT, NAME, estate, policy
from tests.checks.stacks import exported, findings, ref, resource, rules, rules_across

if TYPE_CHECKING:
    from tests.checks.stacks import Template

S3 = {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"}
TABLES = ["rtb-0123456789abcdef0"]
OPTION = "PrivateDnsOnlyForInboundResolverEndpoint"
MISSING, REFUSED = "s3-gateway-endpoint-missing", "inbound-resolver-gateway-endpoint-missing"
UNORDERED = "gateway-endpoint-dependency-missing"


def gateway(service: object = S3, vpc: object = None, **more: object) -> Template:
    return resource(
        ENDPOINT,
        **{
            "VpcEndpointType": "Gateway",
            "ServiceName": service,
            "VpcId": vpc or ref("Clients"),
            "RouteTableIds": TABLES,
            **more,
        },
    )


def interface(option: object = None, **changed: object) -> Template:
    properties: dict[str, Any] = {
        "VpcEndpointType": "Interface",
        "ServiceName": S3,
        "VpcId": ref("Clients"),
        "SubnetIds": [ref("ClientsA"), ref("ClientsB")],
        "SecurityGroupIds": [ref("ClientGroup")],
        "PrivateDnsEnabled": True,
        "PolicyDocument": policy(Action="s3:GetObject"),
        "DnsOptions": {OPTION: option} if option else None,
        **changed,
    }
    given = {name: value for name, value in properties.items() if value is not None}
    return resource(ENDPOINT, **given)


def after(endpoint: Template, first: str, *names: str) -> Template:
    return {**endpoint, "DependsOn": [first, *names] if names else first}


def found(**resources: Template) -> set[str]:
    return rules(estate({}, (), **resources))


@pytest.mark.parametrize("kind", [None, "Gateway"])
@pytest.mark.parametrize("tables", [None, []])
def test_warns_when_a_gateway_endpoint_is_in_no_route_table(
    kind: str | None, tables: object
) -> None:
    endpoint = gateway(VpcEndpointType=kind, RouteTableIds=tables)
    assert found(Gateway=endpoint) == {"endpoint-route-table-missing"}


@pytest.mark.parametrize(
    "tables", [TABLES, ref("Tables"), [ref("Table")], {"Fn::Split": [",", ref("Table")]}]
)
def test_takes_route_tables(tables: object) -> None:
    template = estate({}, (), Gateway=gateway(RouteTableIds=tables))
    template["Parameters"] = {
        "Table": {"Type": "String"},
        "Tables": {"Type": "CommaDelimitedList"},
    }
    assert rules(template) == set()


def test_warns_when_private_dns_of_s3_has_no_gateway_endpoint() -> None:
    (finding,) = findings(estate({}, (), Other=interface()))
    assert (finding.rule, finding.property_path) == (MISSING, "Properties.PrivateDnsEnabled")


@pytest.mark.parametrize("option", ["AllResolvers", ref("Option")])
def test_takes_private_dns_of_s3_for_all_resolvers(option: object) -> None:
    template = estate({}, (), Other=interface(option))
    template["Parameters"] = {"Option": {"Type": "String"}}
    assert rules(template) == set()


def test_warns_when_the_option_is_not_specified() -> None:
    assert found(Other=interface("NotSpecified")) == {MISSING}


@pytest.mark.parametrize("enabled", [False, None, ref("Enabled")])
def test_takes_s3_without_private_dns(enabled: object) -> None:
    template = estate({}, (), Other=interface(PrivateDnsEnabled=enabled))
    template["Parameters"] = {"Enabled": {"Type": "String"}}
    assert rules(template) == set()


@pytest.mark.parametrize(
    "service",
    [
        S3,
        "com.amazonaws.eu-west-1.s3",
        {"Fn::Join": ["", ["com.amazonaws.", ref("AWS::Region"), ".s3"]]},
    ],
)
@pytest.mark.parametrize("kind", [None, "Gateway"])
def test_takes_s3_next_to_its_gateway_endpoint(service: object, kind: str | None) -> None:
    there = gateway(service, VpcEndpointType=kind)
    assert found(Gateway=there, Other=interface()) == set()


@pytest.mark.parametrize(
    "other",
    [
        gateway("com.amazonaws.eu-west-1.dynamodb"),
        gateway(vpc=ref("Vpc")),
    ],
    ids=["service", "vpc"],
)
def test_warns_when_the_gateway_endpoint_is_another(other: Template) -> None:
    assert found(Gateway=other, Other=interface()) == {MISSING}


def test_fails_when_only_inbound_resolvers_have_a_way_to_s3() -> None:
    (finding,) = findings(estate({}, (), Other=interface("OnlyInboundResolver")))
    assert (finding.rule, finding.property_path) == (REFUSED, f"Properties.DnsOptions.{OPTION}")


def test_takes_a_gateway_endpoint_that_is_created_first() -> None:
    other = after(interface("OnlyInboundResolver"), "Gateway")
    assert found(Gateway=gateway(), Other=other) == set()


@pytest.mark.parametrize("names", [("Between",), ("Clients", "Between")])
def test_takes_a_gateway_endpoint_that_is_created_before_something_else(
    names: tuple[str, ...],
) -> None:
    between = after(resource("AWS::SNS::Topic"), "Gateway")
    other = after(interface("OnlyInboundResolver"), *names)
    assert found(Gateway=gateway(), Between=between, Other=other) == set()


def test_takes_a_gateway_endpoint_that_is_referred_to() -> None:
    tags = [{"Key": "gateway", "Value": ref("Gateway")}]
    other = interface("OnlyInboundResolver", Tags=tags)
    assert found(Gateway=gateway(), Other=other) == set()


@pytest.mark.parametrize("names", [(), ("Clients",), ("Nothing",)])
def test_warns_when_the_gateway_endpoint_may_come_later(names: tuple[str, ...]) -> None:
    other = interface("OnlyInboundResolver")
    assert found(Gateway=gateway(), Other=after(other, *names) if names else other) == {UNORDERED}


@pytest.mark.parametrize(
    "vpc",
    ["vpc-0123456789abcdef0", ref("Parameter"), {"Fn::ImportValue": "vpc"}],
    ids=["literal", "parameter", "imported"],
)
@pytest.mark.parametrize("option", [None, "OnlyInboundResolver"])
def test_says_nothing_of_a_vpc_that_is_elsewhere(vpc: object, option: str | None) -> None:
    template = estate({}, (), Other=interface(option, VpcId=vpc))
    template["Parameters"] = {"Parameter": {"Type": "AWS::EC2::VPC::Id"}}
    assert not rules(template) & {MISSING, REFUSED}


@pytest.mark.parametrize("hidden", ["service", "vpc", "type"])
def test_says_nothing_where_another_endpoint_may_be_the_gateway(hidden: str) -> None:
    other = {
        "service": gateway(ref("Parameter")),
        "vpc": gateway(vpc={"Fn::If": ["Own", ref("Clients"), ref("Vpc")]}),
        "type": gateway(ref("Parameter"), VpcEndpointType=ref("Parameter")),
    }[hidden]
    template = estate({}, (), Gateway=other, Other=interface())
    template["Parameters"] = {"Parameter": {"Type": "String"}}
    template["Conditions"] = {"Own": {"Fn::Equals": [ref("AWS::StackName"), "own"]}}
    assert rules(template) == set()


def test_says_nothing_of_a_vpc_that_others_may_add_to() -> None:
    template = estate({}, (), Other=interface())
    template["Outputs"] = {"Vpc": exported(ref("Clients"))}
    assert rules(template) == set()


def test_warns_where_the_vpc_is_only_shown() -> None:
    template = estate({}, (), Other=interface())
    template["Outputs"] = {"Vpc": {"Value": ref("Clients")}}
    assert rules(template) == {MISSING}


def test_takes_a_gateway_endpoint_of_another_stack() -> None:
    network = estate({}, (), Gateway=gateway())
    network["Outputs"] = {"Vpc": {"Value": ref("Clients"), "Export": {"Name": "vpc"}}}
    other = interface("OnlyInboundResolver", VpcId={"Fn::ImportValue": "vpc"})
    places = {
        "SubnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "SecurityGroupIds": ["sg-0123456789abcdef0"],
    }
    other["Properties"].update(places)
    assert rules_across(network, {"Resources": {"Other": other}}) == set()


@pytest.mark.parametrize(
    ("service", "wrong"),
    [
        (NAME, True),
        ("com.amazonaws.eu-west-1.backup", True),
        ("com.amazonaws.eu-west-1.tomorrow", False),
        (ref("Name"), False),
    ],
)
def test_fails_when_the_service_has_no_gateway_endpoints(service: object, *, wrong: bool) -> None:
    other = interface("OnlyInboundResolver", ServiceName=service, PolicyDocument=None)
    template = estate({}, ("Kms",), Other=other)
    template["Parameters"] = {"Name": {"Type": "String"}}
    assert rules(template) == ({"inbound-resolver-option-not-supported"} if wrong else set())
