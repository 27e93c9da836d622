"""Each type of endpoint has what it needs, and nothing that it can't have."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.estates import ENDPOINT, NAME, OWN_NAME, broken, estate
from tests.checks.stacks import exported, findings, ref, resource, rules, rules_across

if TYPE_CHECKING:
    from tests.checks.stacks import Template

NOT_SUPPORTED = "endpoint-property-not-supported"
CONFIGURATION = (
    "arn:aws:vpc-lattice:eu-west-1:222222222222:resourceconfiguration/rcfg-0123456789abcdef0"
)
NETWORK = "arn:aws:vpc-lattice:eu-west-1:222222222222:servicenetwork/sn-0123456789abcdef0"
S3 = {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"}
ONE = {"SubnetIds": [ref("ClientsA")]}
TABLES = {"RouteTableIds": ["rtb-0123456789abcdef0"]}
GROUPS = {"SecurityGroupIds": [ref("ClientGroup")]}
TYPES: dict[str, dict[str, Any]] = {
    "Gateway": {"ServiceName": S3, **TABLES},
    "GatewayLoadBalancer": {"ServiceName": NAME, **ONE},
    "Interface": {
        "ServiceName": NAME,
        "SubnetIds": [ref("ClientsA"), ref("ClientsB")],
        **GROUPS,
        "PrivateDnsEnabled": False,
    },
    "Resource": {"ResourceConfigurationArn": CONFIGURATION, **ONE, **GROUPS},
    "ServiceNetwork": {"ServiceNetworkArn": NETWORK, **ONE, **GROUPS},
    "Tunnel": {"ResourceConfigurationArn": CONFIGURATION, **ONE, **GROUPS},
}
LITERAL: dict[str, object] = {
    "DnsOptions": {"DnsRecordIpType": "ipv4"},
    "PrivateDnsEnabled": True,
    "RouteTableIds": ["rtb-0123456789abcdef0"],
    "SecurityGroupIds": [ref("ClientGroup")],
    "SubnetIds": [ref("ClientsA")],
}
REFUSED = {
    "Gateway": {"PrivateDnsEnabled", "SecurityGroupIds", "SubnetIds"},
    "GatewayLoadBalancer": {
        *("DnsOptions", "PrivateDnsEnabled", "RouteTableIds", "SecurityGroupIds"),
    },
    "Interface": {"RouteTableIds"},
    "Resource": {"RouteTableIds"},
    "ServiceNetwork": {"RouteTableIds"},
    "Tunnel": {"DnsOptions", "PrivateDnsEnabled", "RouteTableIds"},
}
DNS = {"Clients": {"EnableDnsHostnames": True}}


def with_endpoint(properties: dict[str, Any], **resources: Template) -> Template:
    """Return the estate with one more endpoint."""
    given = {key: value for key, value in properties.items() if value is not None}
    other = resource(ENDPOINT, VpcId=ref("Clients"), **given)
    return estate({}, ("Kms", "Endpoint", "Alias"), Other=other, **resources)


@pytest.mark.parametrize("kind", TYPES)
def test_takes_each_type(kind: str) -> None:
    assert rules(with_endpoint({"VpcEndpointType": kind, **TYPES[kind]})) == set()


@pytest.mark.parametrize(("kind", "name"), list(product(TYPES, LITERAL)))
def test_each_type_has_its_properties(kind: str, name: str) -> None:
    properties = {"VpcEndpointType": kind, **TYPES[kind], name: LITERAL[name]}
    found = [each for each in findings(with_endpoint(properties)) if each.rule == NOT_SUPPORTED]
    places = [each.property_path for each in found]
    assert places == ([f"Properties.{name}"] if name in REFUSED[kind] else [])


@pytest.mark.parametrize(
    "value",
    [[], ref("AWS::NoValue"), {"Fn::If": ["Own", ["subnet-0123456789abcdef0"], []]}],
    ids=["empty", "no value", "condition"],
)
def test_takes_a_property_that_may_be_nothing(value: object) -> None:
    template = with_endpoint({**TYPES["Gateway"], "SubnetIds": value})
    template["Conditions"] = {"Own": {"Fn::Equals": [ref("AWS::StackName"), "own"]}}
    assert rules(template) == set()


@pytest.mark.parametrize("enabled", [False, "false", ref("Enabled")])
def test_takes_private_dns_that_is_off_on_a_gateway_endpoint(enabled: object) -> None:
    template = with_endpoint({**TYPES["Gateway"], "PrivateDnsEnabled": enabled})
    template["Parameters"] = {"Enabled": {"Type": "String"}}
    assert rules(template) == set()


@pytest.mark.parametrize(
    "value",
    [ref("Subnets"), {"Fn::ImportValue": "subnet"}, {"Fn::Split": [",", ref("Subnets")]}],
    ids=["parameter", "imported", "split"],
)
def test_fails_when_a_gateway_endpoint_has_subnets_that_only_the_deployment_knows(
    value: object,
) -> None:
    template = with_endpoint({**TYPES["Gateway"], "SubnetIds": value})
    template["Parameters"] = {"Subnets": {"Type": "CommaDelimitedList"}}
    assert rules(template) == {NOT_SUPPORTED}


def test_fails_when_the_type_is_forgotten_next_to_what_it_needs() -> None:
    properties = {**TYPES["Interface"], "ServiceName": ref("Name")}
    template = with_endpoint(properties)
    template["Parameters"] = {"Name": {"Type": "String"}}
    assert rules(template) == {NOT_SUPPORTED, "endpoint-route-table-missing"}


def test_reports_a_type_that_does_not_fit_and_nothing_that_follows_from_it() -> None:
    assert broken("Endpoint", VpcEndpointType=None) == {"endpoint-type-mismatch"}


def test_takes_a_type_that_is_a_parameter() -> None:
    properties = {"VpcEndpointType": ref("Kind"), **TYPES["Interface"], **TABLES}
    template = with_endpoint(properties)
    template["Parameters"] = {"Kind": {"Type": "String"}}
    assert rules(template) == set()


def test_says_nothing_where_a_macro_adds_properties() -> None:
    template = with_endpoint(TYPES["Gateway"])
    template["Resources"]["Other"]["Fn::Transform"] = {"Name": "Macro"}
    assert rules(template) == set()


@pytest.mark.parametrize("option", ["PrivateDnsPreference", "PrivateDnsSpecifiedDomains"])
def test_fails_when_an_interface_endpoint_has_options_of_resource_endpoints(option: str) -> None:
    options = {option: ["example.com"]}
    assert broken("Endpoint", DnsOptions=options) == {NOT_SUPPORTED}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("OnlyInboundResolver", {NOT_SUPPORTED}), ("NotSpecified", set[str]())],
)
def test_fails_when_a_gateway_endpoint_is_for_inbound_resolvers(
    value: str, expected: set[str]
) -> None:
    options = {"PrivateDnsOnlyForInboundResolverEndpoint": value}
    assert rules(with_endpoint({**TYPES["Gateway"], "DnsOptions": options})) == expected


@pytest.mark.parametrize("kind", TYPES)
def test_fails_when_an_endpoint_is_for_nothing(kind: str) -> None:
    targets = dict.fromkeys(("ServiceName", "ServiceNetworkArn", "ResourceConfigurationArn"))
    found = rules(with_endpoint({"VpcEndpointType": kind, **TYPES[kind], **targets}))
    assert found == {"endpoint-target-missing"}


@pytest.mark.parametrize("kind", ["interface", "Gateway Load Balancer", "PrivateLink"])
def test_fails_when_a_type_is_not_one(kind: str) -> None:
    template = with_endpoint({"VpcEndpointType": kind, "ServiceName": ref("Name"), **ONE})
    template["Parameters"] = {"Name": {"Type": "String"}}
    assert rules(template) == {"endpoint-type-not-valid"}


INSPECTED = {
    "Gateways": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", Type="gateway"),
    "Inspection": resource(
        "AWS::EC2::VPCEndpointService", GatewayLoadBalancerArns=[ref("Gateways")]
    ),
}
OF_INSPECTION = {"Fn::Sub": "com.amazonaws.vpce.${AWS::Region}.${Inspection}"}
KMS = {"Fn::Sub": "com.amazonaws.${AWS::Region}.backup"}


@pytest.mark.parametrize(
    ("service", "kind", "wrong"),
    [
        (OWN_NAME, "Interface", False),
        (OWN_NAME, "GatewayLoadBalancer", True),
        (OF_INSPECTION, "GatewayLoadBalancer", False),
        (OF_INSPECTION, "Interface", True),
        (KMS, "GatewayLoadBalancer", True),
        (KMS, "Gateway", True),
        (S3, "GatewayLoadBalancer", True),
        ({"Fn::Sub": "com.amazonaws.${Region}.backup"}, "Gateway", True),
        ({"Fn::Sub": "com.amazonaws.${AWS::Region}.tomorrow"}, "Gateway", False),
    ],
)
def test_a_service_has_its_types_of_endpoints(service: object, kind: str, *, wrong: bool) -> None:
    properties = {**TYPES[kind], "VpcEndpointType": kind, "ServiceName": service}
    template = with_endpoint(properties, **INSPECTED)
    template["Parameters"] = {"Region": {"Type": "String"}}
    assert rules(template) == ({"endpoint-type-mismatch"} if wrong else set())


@pytest.mark.parametrize(
    ("subnets", "expected"),
    [
        ([ref("ClientsA"), ref("ClientsB")], {"endpoint-subnets-exceeded"}),
        (["subnet-0123456789abcdef0", ref("ClientsB")], {"endpoint-subnets-exceeded"}),
        ([], {"endpoint-subnet-missing"}),
        (None, {"endpoint-subnet-missing"}),
        ([ref("Subnet")], set[str]()),
        (ref("Subnets"), set[str]()),
        ([{"Fn::If": ["Own", ref("ClientsA"), ref("AWS::NoValue")]}, ref("ClientsB")], set[str]()),
    ],
    ids=["two", "literal", "empty", "none", "parameter", "list", "condition"],
)
def test_a_gateway_load_balancer_endpoint_has_one_subnet(
    subnets: object, expected: set[str]
) -> None:
    kind = "GatewayLoadBalancer"
    template = with_endpoint({**TYPES[kind], "VpcEndpointType": kind, "SubnetIds": subnets})
    template["Parameters"] = {
        "Subnet": {"Type": "AWS::EC2::Subnet::Id"},
        "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"},
    }
    template["Conditions"] = {"Own": {"Fn::Equals": [ref("AWS::StackName"), "own"]}}
    assert rules(template) == expected


def test_fails_when_two_subnets_are_in_another_stack() -> None:
    network = estate()
    network["Outputs"] = {
        "A": {"Value": ref("ClientsA"), "Export": {"Name": "a"}},
        "B": {"Value": ref("ClientsB"), "Export": {"Name": "b"}},
    }
    imported = [{"Fn::ImportValue": name} for name in "ab"]
    other = resource(
        ENDPOINT,
        VpcEndpointType="GatewayLoadBalancer",
        ServiceName=NAME,
        VpcId="vpc-0123456789abcdef0",
        SubnetIds=imported,
    )
    found = rules_across(network, {"Resources": {"Other": other}})
    assert found == {"endpoint-subnets-exceeded"}


@pytest.mark.parametrize(
    "service",
    [
        "com.amazonaws.eu-west-1.backup",
        KMS,
        {"Fn::Join": [".", ["com.amazonaws", ref("AWS::Region"), "backup"]]},
        {"Fn::Sub": "com.amazonaws.${Region}.backup"},
    ],
    ids=["literal", "sub", "join", "parameter"],
)
def test_warns_when_private_dns_is_left_out(service: object) -> None:
    properties = {"ServiceName": service, "PrivateDnsEnabled": None}
    template = with_endpoint({**TYPES["Interface"], "VpcEndpointType": "Interface", **properties})
    template["Parameters"] = {"Region": {"Type": "String"}}
    (finding,) = findings(template)
    assert finding.rule == "endpoint-private-dns-missing"
    assert finding.property_path == "Properties.PrivateDnsEnabled"
    assert "backup" in finding.message


@pytest.mark.parametrize(
    "service",
    [NAME, OWN_NAME, S3, "com.amazonaws.eu-west-1.iot.data", "com.amazonaws.eu-west-1.tomorrow"],
    ids=["endpoint service", "own service", "s3", "without names", "not known"],
)
def test_takes_private_dns_that_is_left_out_where_it_gives_no_name(service: object) -> None:
    properties = {"ServiceName": service, "PrivateDnsEnabled": None}
    template = with_endpoint({**TYPES["Interface"], "VpcEndpointType": "Interface", **properties})
    assert "endpoint-private-dns-missing" not in rules(template)


NAMES = {"Fn::Select": [0, {"Fn::GetAtt": ["Other", "DnsEntries"]}]}


@pytest.mark.parametrize("where", ["record", "output"])
def test_takes_private_dns_that_is_left_out_where_the_own_names_are_read(where: str) -> None:
    properties = {**TYPES["Interface"], "VpcEndpointType": "Interface", "ServiceName": KMS}
    template = with_endpoint({**properties, "PrivateDnsEnabled": None})
    if where == "output":
        template["Outputs"] = {"Name": exported(NAMES)}
    else:
        template["Resources"]["Reader"] = resource(
            "AWS::SSM::Parameter", Type="String", Value=NAMES
        )
    assert rules(template) == set()
