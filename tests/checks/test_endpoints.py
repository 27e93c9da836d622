from __future__ import annotations

from typing import Any

import pytest
from tests.checks.estates import NAME, OWN_NAME, broken, endpoint, estate, group, policy, subnet
from tests.checks.stacks import exported, findings, listener, ref, resource, rules

from privatelink_constructs import check_template, check_templates
from privatelink_constructs.cloudformation.template import TemplateEnvironment

IPV6 = {"Ipv6CidrBlock": "2001:db8::/64"}


def test_takes_the_correct_estate() -> None:
    assert findings(estate()) == []


def test_takes_the_correct_estate_without_knowing_the_region() -> None:
    assert check_template(estate()) == []


@pytest.mark.parametrize(
    ("properties", "subnets"),
    [
        ({"IpAddressType": "ipv4", "DnsOptions": {"DnsRecordIpType": "ipv4"}}, {}),
        ({"IpAddressType": "dualstack", "DnsOptions": {"DnsRecordIpType": "ipv6"}}, IPV6),
        (
            {"IpAddressType": "ipv6"},
            {"Ipv6Native": True, "Ipv6CidrBlock": "2001:db8::/64", "CidrBlock": None},
        ),
        ({"IpAddressType": "dualstack"}, {"Ipv6Native": ref("Native")}),
        ({"DnsOptions": {"DnsRecordIpType": "ipv6"}}, IPV6),
        ({"IpAddressType": ref("Family"), "DnsOptions": {"DnsRecordIpType": "ipv6"}}, {}),
    ],
)
def test_takes_address_types(properties: dict[str, Any], subnets: dict[str, Any]) -> None:
    template = estate({"Endpoint": properties, "ClientsA": subnets, "ClientsB": subnets})
    template["Resources"]["ClientGroup"] = both_families()
    # A Resolver endpoint in these subnets would need an address type of its own.
    del template["Resources"]["Inbound"]
    template["Parameters"] = {"Family": {"Type": "String"}, "Native": {"Type": "String"}}
    assert rules(template) == set()


@pytest.mark.parametrize(
    ("properties", "rule"),
    [
        ({"IpAddressType": "IPv4"}, "endpoint-address-type-not-valid"),
        ({"IpAddressType": "dualstack"}, "endpoint-subnet-address-family-mismatch"),
        ({"IpAddressType": "ipv6"}, "endpoint-subnet-address-family-mismatch"),
        (
            {"IpAddressType": "ipv4", "DnsOptions": {"DnsRecordIpType": "dualstack"}},
            "endpoint-dns-record-type-mismatch",
        ),
        ({"DnsOptions": {"DnsRecordIpType": "both"}}, "endpoint-dns-record-type-mismatch"),
        ({"DnsOptions": {"DnsRecordIpType": "ipv6"}}, "endpoint-dns-record-type-mismatch"),
    ],
)
def test_fails_when_an_address_type_is_wrong(properties: dict[str, Any], rule: str) -> None:
    assert rules(estate({"Endpoint": properties}, ClientGroup=both_families())) == {rule}


def both_families() -> dict[str, Any]:
    """Return the group of the endpoint, with clients of each address family."""
    found = group()
    ingress = found["Properties"]["SecurityGroupIngress"]
    ways = {name: value for name, value in ingress[0].items() if name != "CidrIp"}
    ingress.append({**ways, "CidrIpv6": "2001:db8::/32"})
    return found


def test_takes_subnets_that_may_get_ipv6_elsewhere() -> None:
    template = estate({"Endpoint": {"IpAddressType": "dualstack"}})
    template["Outputs"] = {name: exported(ref(name)) for name in ("ClientsA", "ClientsB")}
    assert rules(template) == set()


def test_fails_when_the_service_lacks_the_address_family() -> None:
    template = estate(
        {
            "Service": {"SupportedIpAddressTypes": ["ipv4"]},
            "Endpoint": {"ServiceName": OWN_NAME, "IpAddressType": "dualstack"},
            "ClientsA": IPV6,
            "ClientsB": IPV6,
        }
    )
    assert rules(template) == {"endpoint-address-family-not-supported"}


def test_takes_a_service_of_unknown_families() -> None:
    template = estate(
        {
            "Service": {"SupportedIpAddressTypes": ref("Families")},
            "Endpoint": {"ServiceName": OWN_NAME, "IpAddressType": "ipv4"},
        }
    )
    template["Parameters"] = {"Families": {"Type": "CommaDelimitedList"}}
    assert rules(template) == set()


@pytest.mark.parametrize(("count", "expected"), [(48, []), (49, ["vpc-endpoints-exceeded"])])
def test_counts_the_endpoints_of_a_vpc(count: int, expected: list[str]) -> None:
    further = {f"More{index}": endpoint(NAME) for index in range(count)}
    assert rules(estate({}, (), **further)) == set(expected)


@pytest.mark.parametrize(
    "document",
    [
        None,
        policy(Action="GetKey"),
        policy(Effect="allow"),
        {"Version": "2012-10-17"},
        '{"Statement": ',
    ],
)
def test_fails_when_a_policy_is_missing_or_malformed(document: object) -> None:
    expected = "endpoint-policy-malformed" if document else "endpoint-policy-missing"
    assert broken("Kms", PolicyDocument=document) == {expected}


def test_fails_when_a_policy_is_too_long() -> None:
    keys = [f"arn:aws:kms:eu-west-1:111111111111:key/{index:036}" for index in range(400)]
    assert broken("Kms", PolicyDocument=policy(Resource=keys)) == {"endpoint-policy-exceeded"}


@pytest.mark.parametrize(
    "document",
    [
        policy(Effect=ref("Effect"), Action=[ref("Action"), "kms:Decrypt"]),
        ref("Policy"),
        {"Fn::If": ["Open", ref("AWS::NoValue"), policy()]},
        '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}',
    ],
)
def test_takes_policies_that_are_right_or_unknown(document: object) -> None:
    assert broken("Kms", PolicyDocument=document) == set()


@pytest.mark.parametrize("service", ["transfer.server", "inspector2", "events"])
def test_takes_a_service_without_endpoint_policies(service: str) -> None:
    name = f"com.amazonaws.eu-west-1.{service}"
    assert broken("Kms", ServiceName=name, PolicyDocument=None) == set()


@pytest.mark.parametrize("kind", [None, "Gateway"])
@pytest.mark.parametrize("document", [None, {}, policy(Action="s3:*"), policy(Action="Get")])
def test_checks_the_policies_of_gateway_endpoints(kind: str | None, document: object) -> None:
    gateway = resource(
        "AWS::EC2::VPCEndpoint",
        VpcEndpointType=kind,
        ServiceName="com.amazonaws.eu-west-1.s3",
        VpcId=ref("Clients"),
        RouteTableIds=["rtb-0123456789abcdef0"],
        PolicyDocument=document,
    )
    template = estate({}, (), Gateway=gateway)
    malformed = document == policy(Action="Get")
    assert rules(template) == ({"endpoint-policy-malformed"} if malformed else set())


def test_fails_when_a_policy_is_a_list() -> None:
    assert broken("Kms", PolicyDocument=[]) == {"endpoint-policy-malformed"}


@pytest.mark.parametrize(
    "name", [NAME, OWN_NAME, {"Fn::Sub": "com.amazonaws.vpce.eu-west-1.${Parameter}"}]
)
def test_warns_when_an_endpoint_service_has_a_policy(name: object) -> None:
    properties = {"ServiceName": name, "PolicyDocument": policy(), "PrivateDnsEnabled": False}
    assert broken("Endpoint", **properties) == {"endpoint-policy-ineffective"}


@pytest.mark.parametrize("groups", [None, []])
def test_warns_when_there_is_no_security_group(groups: object) -> None:
    assert broken("Endpoint", SecurityGroupIds=groups) == {"endpoint-security-group-missing"}


@pytest.mark.parametrize("rule", [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": None, "CidrIpv6": "::/0"}])
def test_warns_when_the_group_is_open_to_the_world(rule: dict[str, object]) -> None:
    assert rules(estate(ClientGroup=group(443, **rule))) == {"endpoint-open-to-world"}


def test_warns_when_a_rule_of_its_own_opens_the_group_to_the_world() -> None:
    further = resource(
        "AWS::EC2::SecurityGroupIngress",
        GroupId={"Fn::GetAtt": ["ClientGroup", "GroupId"]},
        IpProtocol="-1",
        CidrIp="0.0.0.0/0",
    )
    assert rules(estate(Rule=further)) == {"endpoint-open-to-world"}


def test_takes_a_group_of_clients() -> None:
    source = {"CidrIp": None, "SourceSecurityGroupId": ref("Group")}
    assert rules(estate(ClientGroup=group(443, **source))) == set()


def test_warns_when_the_group_is_open_to_nobody() -> None:
    assert broken("ClientGroup", SecurityGroupIngress=None) == {"endpoint-closed"}


def test_fails_when_the_port_of_an_aws_service_is_closed() -> None:
    assert rules(estate(ClientGroup=group(80))) == {"endpoint-port-closed"}


@pytest.mark.parametrize(("protocol", "rule"), [("TCP", "tcp"), ("UDP", "udp"), ("TLS", "6")])
def test_takes_each_port_of_the_service(protocol: str, rule: str) -> None:
    template = estate(
        {"Endpoint": {"ServiceName": OWN_NAME}, "Listener": {"Port": 8443, "Protocol": protocol}},
        ("Kms",),
        ClientGroup=group(8443, IpProtocol=rule),
    )
    assert "endpoint-port-closed" not in rules(template)


def test_fails_when_a_port_of_the_service_is_closed() -> None:
    template = estate(
        {"Endpoint": {"ServiceName": OWN_NAME}}, Second=listener("Nlb", 8443, "Targets")
    )
    assert rules(template) == {"endpoint-ports-insufficient", "load-balancer-port-closed"}


def test_takes_listeners_of_unknown_ports() -> None:
    template = estate(
        {"Endpoint": {"ServiceName": OWN_NAME}}, (), Second=listener("Nlb", ref("Port"), "Targets")
    )
    template["Parameters"] = {"Port": {"Type": "Number"}}
    assert rules(template) == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"SecurityGroupIds": ref("Groups")},
        {"SecurityGroupIds": ["sg-0123456789abcdef0"]},
        {"SecurityGroupIds": [ref("ClientGroup"), "sg-0123456789abcdef0"]},
        {"SecurityGroupIds": [{"Fn::GetAtt": ["Clients", "DefaultSecurityGroup"]}]},
    ],
)
def test_takes_groups_that_are_elsewhere(changes: dict[str, object]) -> None:
    template = estate({"Endpoint": changes, "Kms": changes}, ClientGroup=group(80))
    template["Parameters"] = {"Groups": {"Type": "List<AWS::EC2::SecurityGroup::Id>"}}
    assert rules(template) == set()


def test_takes_a_group_whose_rules_are_elsewhere() -> None:
    template = estate({"ClientGroup": {"SecurityGroupIngress": None}})
    template["Outputs"] = {"Group": {"Value": ref("ClientGroup"), "Export": {"Name": "group"}}}
    assert rules(template) == set()


@pytest.mark.parametrize("subnets", [None, []])
def test_fails_when_there_is_no_subnet(subnets: object) -> None:
    assert broken("Endpoint", SubnetIds=subnets) == {"endpoint-subnet-missing"}


@pytest.mark.parametrize("subnets", [[ref("ClientsA")], ["subnet-0123456789abcdef0"]])
def test_warns_when_there_is_one_zone(subnets: object) -> None:
    assert broken("Endpoint", SubnetIds=subnets) == {"endpoint-zones-insufficient"}


@pytest.mark.parametrize(
    "zone", [{"Fn::Select": [0, {"Fn::GetAZs": ref("AWS::Region")}]}, "eu-west-1a", ref("Zone")]
)
def test_fails_when_two_subnets_are_in_one_zone(zone: object) -> None:
    changes = {name: {"AvailabilityZone": zone} for name in ("ClientsA", "ClientsB")}
    template = estate(changes, ("Kms",))
    template["Parameters"] = {"Zone": {"Type": "String"}}
    # The Resolver endpoint is in the same subnets.
    assert rules(template) == {"subnet-zone-duplicate", "resolver-zones-insufficient"}


def test_fails_when_a_subnet_is_listed_twice() -> None:
    subnets = ["subnet-0123456789abcdef0"] * 2
    found = findings(estate({"Endpoint": {"SubnetIds": subnets}}))
    assert [each.rule for each in found] == ["subnet-zone-duplicate"]
    assert found[0].message == "2 subnets are in the same Availability Zone."


def at(subnet: str) -> dict[str, Any]:
    return {"AvailabilityZone": {"Fn::GetAtt": [subnet, "AvailabilityZone"]}}


def test_fails_when_a_subnet_is_put_where_another_one_is() -> None:
    found = rules(estate({"ClientsB": at("ClientsA")}, ("Kms",)))
    assert found == {"subnet-zone-duplicate", "resolver-zones-insufficient"}


def test_takes_subnets_that_are_put_where_the_other_one_is() -> None:
    assert rules(estate({"ClientsA": at("ClientsB"), "ClientsB": at("ClientsA")})) == set()


def test_says_of_what_is_no_subnet_nothing_else() -> None:
    assert broken("Endpoint", SubnetIds=["subnet-0,subnet-1"]) == {"resource-id-malformed"}


@pytest.mark.parametrize(
    "subnets",
    [
        ref("Subnets"),
        [ref("Subnets")],
        {"Fn::Split": [",", {"Fn::ImportValue": "subnets"}]},
        [ref("ClientsA"), {"Fn::If": ["Many", ref("ClientsB"), ref("AWS::NoValue")]}],
    ],
)
def test_takes_subnets_that_are_unknown(subnets: object) -> None:
    template = estate({"Endpoint": {"SubnetIds": subnets}})
    template["Parameters"] = {"Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"}}
    template["Conditions"] = {"Many": {"Fn::Equals": [ref("AWS::StackName"), "many"]}}
    assert rules(template) == set()


def third(**properties: object) -> dict[str, Any]:
    """Return the estate with an endpoint of its own service in further zones."""
    changes = {"Endpoint": {"ServiceName": OWN_NAME, **properties}}
    return estate(changes, ClientsC=subnet("10.1.2.0/24", 2), ClientsD=subnet("10.1.3.0/24", 3))


def test_fails_when_a_zone_is_not_offered() -> None:
    found = findings(third(SubnetIds=[ref("ClientsA"), ref("ClientsC")]))
    assert [each.rule for each in found] == ["endpoint-zone-not-supported"]
    assert "zone 2 of Fn::GetAZs" in found[0].message


def test_fails_when_no_zone_is_offered() -> None:
    found = rules(third(SubnetIds=[ref("ClientsC"), ref("ClientsD")]))
    assert found == {"endpoint-zones-mismatch"}


def test_takes_zones_that_are_called_differently() -> None:
    changes = {
        "Endpoint": {"ServiceName": OWN_NAME},
        "ClientsA": {"AvailabilityZone": "eu-west-1b"},
        "ClientsB": {"AvailabilityZone": "eu-west-1c"},
    }
    assert rules(estate(changes)) == set()


@pytest.mark.parametrize(
    ("arns", "subnets"),
    [
        (ref("LoadBalancers"), [ref("ClientsC"), ref("ClientsD")]),
        ([ref("Nlb"), ref("Elsewhere")], [ref("ClientsC"), ref("ClientsD")]),
        ([ref("Nlb")], ["subnet-01234567", "subnet-12345678"]),
    ],
)
def test_takes_zones_that_are_unknown(arns: object, subnets: object) -> None:
    template = third(SubnetIds=subnets)
    template["Resources"]["Service"]["Properties"]["NetworkLoadBalancerArns"] = arns
    template["Parameters"] = {
        "Elsewhere": {"Type": "String"},
        "LoadBalancers": {"Type": "CommaDelimitedList"},
    }
    assert rules(template) == set()


def named(zones: tuple[str, str], name: str = "AvailabilityZone") -> dict[str, Any]:
    """Return the estate with an endpoint of its own service, and zones of both by name or id."""
    other = {"AvailabilityZone": None}
    return estate(
        {
            "Endpoint": {"ServiceName": OWN_NAME},
            "SubnetA": other | {name: "eu-west-1a" if name == "AvailabilityZone" else "euw1-az1"},
            "SubnetB": other | {name: "eu-west-1b" if name == "AvailabilityZone" else "euw1-az2"},
            "ClientsA": other | {name: zones[0]},
            "ClientsB": other | {name: zones[1]},
        }
    )


def test_fails_when_a_named_zone_is_not_offered() -> None:
    assert rules(named(("eu-west-1a", "eu-west-1c"))) == {"endpoint-zone-not-supported"}


def test_fails_when_a_zone_id_is_not_offered() -> None:
    template = named(("euw1-az1", "euw1-az3"), "AvailabilityZoneId")
    assert rules(template) == {"endpoint-zone-not-supported"}


def two_stacks(zones: tuple[str, str], *, account: str, region: str) -> set[str]:
    """Return what is found with provider and consumer in stacks of their own."""
    whole = named(zones)["Resources"]
    ours = {"Clients", "ClientsA", "ClientsB", "ClientGroup", "Endpoint"}
    exported = {
        "Outputs": {"Id": {"Value": ref("Service"), "Export": {"Name": "service"}}},
        "Resources": {name: each for name, each in whole.items() if name not in ours},
    }
    name = f"com.amazonaws.vpce.{region}.${{Id}}"
    imported = {"Id": {"Fn::ImportValue": "service"}}
    whole["Endpoint"]["Properties"]["ServiceName"] = {"Fn::Sub": [name, imported]}
    for logical_id in ("Alias", "Inbound", "Kms", "Private", "ResolverGroup"):
        del exported["Resources"][logical_id]
    for kind, logical_id in (("a", "SubnetA"), ("b", "SubnetB")):
        exported["Resources"][logical_id]["Properties"]["AvailabilityZone"] = f"{region}{kind}"
    found = check_templates(
        {"one": exported, "two": {"Resources": {each: whole[each] for each in ours}}},
        environments={
            "one": TemplateEnvironment(region=region, account="111111111111"),
            "two": TemplateEnvironment(region=region, account=account),
        },
    )
    return {each.rule for each in found}


def test_fails_when_a_zone_of_another_stack_is_not_offered() -> None:
    zones = ("eu-west-1a", "eu-west-1c")
    found = two_stacks(zones, account="111111111111", region="eu-west-1")
    assert found == {"endpoint-zone-not-supported"}


def test_takes_names_that_mean_other_zones_in_another_account() -> None:
    zones = ("eu-west-1a", "eu-west-1c")
    assert two_stacks(zones, account="222222222222", region="eu-west-1") == set()


def test_takes_positions_of_zones_in_another_stack() -> None:
    ours: Any = {"Fn::Select": [2, {"Fn::GetAZs": ""}]}
    theirs: Any = {"Fn::Select": [3, {"Fn::GetAZs": ""}]}
    assert two_stacks((ours, theirs), account="111111111111", region="eu-west-1") == set()


def test_fails_when_a_zone_has_no_cross_region_access() -> None:
    changes = {
        "Endpoint": {"ServiceName": NAME, "ServiceRegion": "eu-west-1"},
        "ClientsA": {"AvailabilityZone": None, "AvailabilityZoneId": "use1-az3"},
        "ClientsB": {"AvailabilityZone": None, "AvailabilityZoneId": "use1-az4"},
    }
    template = estate(changes, ("Kms",))
    assert rules(template, "us-east-1") == {"endpoint-zone-cross-region-not-supported"}


def test_takes_literal_subnets_of_another_region() -> None:
    changes = {"Endpoint": {"ServiceRegion": "eu-west-1", "SubnetIds": ["subnet-0", "subnet-1"]}}
    assert rules(estate(changes), "us-east-1") == set()


@pytest.mark.parametrize("kind", [None, "Gateway", "interface", "Resource"])
@pytest.mark.parametrize("name", [NAME, OWN_NAME, "com.amazonaws.eu-west-1.ssm"])
def test_fails_when_the_type_is_a_gateways(name: object, kind: str | None) -> None:
    changes = {"ServiceName": name, "VpcEndpointType": kind}
    assert broken("Endpoint", **changes) == {"endpoint-type-mismatch"}


NO_INTERFACES = {"SubnetIds": None, "SecurityGroupIds": None, "PrivateDnsEnabled": None}
GATEWAY = {**NO_INTERFACES, "RouteTableIds": ["rtb-0123456789abcdef0"]}
INSPECTION = {**NO_INTERFACES, "SubnetIds": [ref("ClientsA")]}


@pytest.mark.parametrize(
    ("name", "kind", "more"),
    [
        ("com.amazonaws.eu-west-1.s3", None, GATEWAY),
        ("com.amazonaws.eu-west-1.dynamodb", "Gateway", GATEWAY),
        ("com.amazonaws.eu-west-1.s3express", "Gateway", GATEWAY),
        (NAME, "GatewayLoadBalancer", INSPECTION),
        (NAME, ref("Kind"), {}),
        (ref("Name"), None, GATEWAY),
    ],
)
def test_takes_other_types(name: object, kind: object, more: dict[str, Any]) -> None:
    changes = {"ServiceName": name, "VpcEndpointType": kind, **more}
    # Nothing reads the names of an endpoint that has none.
    template = estate({"Endpoint": changes}, ("Alias",))
    template["Parameters"] = {"Kind": {"Type": "String"}, "Name": {"Type": "String"}}
    assert rules(template) == set()


@pytest.mark.parametrize("zone", ["eu-west-1-lhr-1a", "eu-west-1-wl1-lon-wlz-1"])
def test_fails_when_a_subnet_is_in_another_kind_of_zone(zone: str) -> None:
    found = rules(estate({"ClientsB": {"AvailabilityZone": zone}}))
    assert "zone-not-supported" in found


def test_says_nothing_of_zones_of_endpoints_to_aws() -> None:
    service = {"ServiceName": "com.amazonaws.eu-west-1.sqs"}
    template = estate({"Endpoint": service, "ClientsB": {"AvailabilityZone": "eu-west-1-lhr-1a"}})
    assert "zone-not-supported" not in rules(template)


@pytest.mark.parametrize(
    ("operator", "key", "value", "fails"),
    [
        ("StringEquals", "aws:PrincipalOrgID", "o-example", True),
        ("StringNotEqualsIfExists", "aws:ResourceOrgID", ["o-0123456789", "example"], True),
        ("ForAnyValue:StringEquals", "AWS:PRINCIPALORGID", "111111111111", True),
        ("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}", False),
        ("StringEquals", "aws:PrincipalOrgID", ref("Organization"), False),
        ("StringLike", "aws:PrincipalOrgID", "o-example", False),
        ("Null", "aws:PrincipalOrgID", "true", False),
        ("StringEquals", "aws:PrincipalAccount", "111111111111", False),
    ],
)
def test_fails_when_a_policy_names_an_organization_that_cannot_be(
    operator: str, key: str, value: object, *, fails: bool
) -> None:
    document = policy(Condition={operator: {key: value}})
    expected = {"organization-id-malformed"} if fails else set[str]()
    assert broken("Kms", PolicyDocument=document) == expected
