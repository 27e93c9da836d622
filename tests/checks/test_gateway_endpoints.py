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
PREFERRED = "gateway-endpoint-missing"
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
    assert rules(template) <= {PREFERRED}


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


@pytest.mark.parametrize("names", [(), ("Clients",)])
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


DYNAMODB = "com.amazonaws.eu-west-1.dynamodb"
INSIDE = {"CidrIp": "10.1.0.0/20"}


def used_by(*sources: Template, **changed: object) -> set[str]:
    """Return what is found about an interface endpoint for DynamoDB that sources can reach."""
    clients = resource(
        "AWS::EC2::SecurityGroup",
        GroupDescription="clients",
        VpcId=ref("Clients"),
        SecurityGroupIngress=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **source} for source in sources
        ],
    )
    given = {"ServiceName": DYNAMODB, "PrivateDnsEnabled": False, **changed}
    tables = interface(**{"SecurityGroupIds": [ref("TableClients")], **given})
    template = estate({}, (), Tables=tables, TableClients=clients)
    template["Parameters"] = {"Cidr": {"Type": "String"}}
    return rules(template) & {PREFERRED}


@pytest.mark.parametrize(
    "source",
    [
        INSIDE,
        {"CidrIp": {"Fn::GetAtt": ["Clients", "CidrBlock"]}},
        {"SourceSecurityGroupId": ref("ClientGroup")},
    ],
)
def test_warns_when_only_clients_of_the_vpc_use_an_interface_endpoint(source: Template) -> None:
    assert used_by(source) == {PREFERRED}


@pytest.mark.parametrize(
    "sources",
    [
        (),
        (INSIDE, {"CidrIp": "10.0.0.0/8"}),
        ({"CidrIp": ref("Cidr")},),
        ({"SourcePrefixListId": "pl-0123456789abcdef0"},),
        ({"SourceSecurityGroupId": ref("Group")},),
    ],
)
def test_takes_an_interface_endpoint_with_other_clients(sources: tuple[Template, ...]) -> None:
    assert used_by(*sources) == set()


@pytest.mark.parametrize(
    "changed",
    [
        {"VpcId": "vpc-0123456789abcdef0"},
        {"SecurityGroupIds": ["sg-0123456789abcdef0"]},
        {"ServiceName": "com.amazonaws.eu-west-1.sqs"},
        {"ServiceName": S3, "PrivateDnsEnabled": True},
    ],
)
def test_takes_an_interface_endpoint_that_may_be_needed(changed: Template) -> None:
    assert used_by(INSIDE, **changed) == set()


def test_takes_an_interface_endpoint_next_to_a_gateway_endpoint() -> None:
    there = {"Tables": interface(ServiceName=DYNAMODB), "Gateway": gateway(DYNAMODB)}
    assert PREFERRED not in rules(estate({}, (), **there))


INEFFECTIVE = "gateway-endpoint-ineffective"
INTERNET = {"GatewayId": ref("Internet")}


def routed(*tables: str, routes: Template | None = None, **more: Template) -> set[str]:
    """Return what is found about a gateway endpoint in route tables of a public and a private one.

    :param routes: what the route of each table leads to, by the name of the table.
    """
    ways = {"Public": INTERNET, "Private": {"NatGatewayId": "nat-0123456789abcdef0"}, **more}
    resources: Template = {
        "Internet": resource("AWS::EC2::InternetGateway"),
        "Gateway": gateway(RouteTableIds=[ref(name) for name in tables]),
    }
    for name, way in {**ways, **(routes or {})}.items():
        resources[name] = resource("AWS::EC2::RouteTable", VpcId=ref("Clients"))
        resources[f"{name}Route"] = resource(
            "AWS::EC2::Route", RouteTableId=ref(name), DestinationCidrBlock="0.0.0.0/0", **way
        )
        resources[f"{name}Use"] = resource(
            "AWS::EC2::SubnetRouteTableAssociation",
            RouteTableId=ref(name),
            SubnetId=ref("ClientsA" if name == "Public" else "ClientsB"),
        )
    template = estate({}, (), **resources)
    template["Parameters"] = {"Way": {"Type": "String"}}
    return rules(template) & {INEFFECTIVE}


def test_warns_when_only_public_subnets_use_a_gateway_endpoint() -> None:
    assert routed("Public") == {INEFFECTIVE}
    assert routed("Public", routes={"Public": {"GatewayId": "igw-0123456789abcdef0"}}) == {
        INEFFECTIVE
    }


@pytest.mark.parametrize(
    ("tables", "routes"),
    [
        (("Private",), {}),
        (("Public", "Private"), {}),
        (("Public",), {"Private": INTERNET}),
        (("Public",), {"Private": {"GatewayId": ref("Way")}}),
        (("Public",), {"Public": {"GatewayId": ref("Way")}}),
    ],
)
def test_takes_a_gateway_endpoint_that_private_subnets_use(
    tables: tuple[str, ...], routes: Template
) -> None:
    assert routed(*tables, routes=routes) == set()


def test_takes_route_tables_that_another_gateway_endpoint_uses() -> None:
    for tables in ([ref("Private")], TABLES):
        template = {"Other": gateway(RouteTableIds=tables)}
        resources: Template = {
            "Internet": resource("AWS::EC2::InternetGateway"),
            "Gateway": gateway(RouteTableIds=[ref("Public")]),
            "Public": resource("AWS::EC2::RouteTable", VpcId=ref("Clients")),
            "Private": resource("AWS::EC2::RouteTable", VpcId=ref("Clients")),
            "Route": resource("AWS::EC2::Route", RouteTableId=ref("Public"), **INTERNET),
            "Use": resource(
                "AWS::EC2::SubnetRouteTableAssociation",
                RouteTableId=ref("Private"),
                SubnetId=ref("ClientsB"),
            ),
            **template,
        }
        assert INEFFECTIVE not in rules(estate({}, (), **resources))


DUPLICATE = "gateway-endpoint-duplicate"


@pytest.mark.parametrize("tables", [TABLES, [ref("Table")], [ref("Mine"), ref("Table")]])
def test_fails_when_a_route_table_has_two_gateway_endpoints_for_a_service(tables: object) -> None:
    table = resource("AWS::EC2::RouteTable", VpcId=ref("Clients"))
    both = [*TABLES, ref("Table")]
    template = estate({}, (), Table=table, Mine=table, A=gateway(RouteTableIds=both))
    template["Resources"]["B"] = gateway(RouteTableIds=tables)
    (finding,) = findings(template)
    assert finding.rule == DUPLICATE
    assert (finding.logical_id, finding.property_path) == ("B", "Properties.RouteTableIds")
    assert finding.message == "A is a gateway endpoint for 's3' in the same route table."


@pytest.mark.parametrize(
    "other",
    [
        gateway(DYNAMODB),
        gateway(RouteTableIds=["rtb-0123456789abcdef1"]),
        gateway(RouteTableIds=[ref("Table")]),
        {**gateway(), "Condition": "Rarely"},
    ],
    ids=["service", "table", "parameter", "condition"],
)
def test_route_tables_can_be_in_gateway_endpoints_for_different_services(other: Template) -> None:
    one = {**gateway(), "Condition": "Often"} if "Condition" in other else gateway()
    template = estate({}, (), A=one, B=other)
    template["Parameters"] = {"Table": {"Type": "String"}}
    template["Conditions"] = {
        name: {"Fn::Equals": [ref("Table"), value]}
        for name, value in (("Often", "a"), ("Rarely", "b"))
    }
    assert DUPLICATE not in rules(template)


def test_a_route_table_listed_twice_is_no_second_gateway_endpoint() -> None:
    assert found(A=gateway(RouteTableIds=[*TABLES, *TABLES])) == set()
