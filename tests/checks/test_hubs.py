"""Hubs, their spokes, and Resolver endpoints in templates."""

from __future__ import annotations

from typing import Any, cast

import pytest
from tests.checks.stacks import exported, ref, resource

from privatelink_constructs import TemplateEnvironment, check_templates

Template = dict[str, Any]
PROFILES = "AWS::Route53Profiles::"
SQS = "sqs.eu-west-1.amazonaws.com"
ARN = "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint/${Queues}"
ZONE_ARN = "arn:aws:route53:::hostedzone/${Zone}"
ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-abcdefghij"
HUB, SPOKE = "111111111111", "222222222222"


def attribute(logical_id: str, name: str = "Id") -> Template:
    return {"Fn::GetAtt": [logical_id, name]}


def vpc(cidr: object, **more: object) -> Template:
    return resource("AWS::EC2::VPC", CidrBlock=cidr, EnableDnsHostnames=True, **more)


def subnet(of: str, number: int, cidr: str) -> Template:
    zone = f"eu-west-1{'ab'[number]}"
    return resource("AWS::EC2::Subnet", VpcId=ref(of), CidrBlock=cidr, AvailabilityZone=zone)


def queues(of: str = "Hub", **more: object) -> Template:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    given: Template = {
        "VpcEndpointType": "Interface",
        "ServiceName": "com.amazonaws.eu-west-1.sqs",
        "VpcId": ref(of),
        "SubnetIds": [ref("HubA"), ref("HubB")],
        "SecurityGroupIds": ["sg-0123456789abcdef0"],
        "PrivateDnsEnabled": True,
        "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        **more,
    }
    return resource("AWS::EC2::VPCEndpoint", **given)


def member(arn: object = ARN) -> Template:
    given = {"Name": "m", "ProfileId": attribute("Profile"), "ResourceArn": {"Fn::Sub": arn}}
    return resource(f"{PROFILES}ProfileResourceAssociation", **given)


def connection(profile: object = None, of: object = None, **more: object) -> Template:
    given = {"Name": "c", "ProfileId": profile or attribute("Profile"), "ResourceId": of, **more}
    return resource(f"{PROFILES}ProfileAssociation", **{**given, "ResourceId": of or ref("Spoke")})


def hub(**more: Template) -> Template:
    return {
        "Hub": vpc("10.8.0.0/16"),
        "HubA": subnet("Hub", 0, "10.8.0.0/24"),
        "HubB": subnet("Hub", 1, "10.8.1.0/24"),
        "Queues": queues(),
        "Profile": resource(f"{PROFILES}Profile", Name="hub"),
        "Member": member(),
        **more,
    }


def spoke(**more: Template) -> Template:
    return {"Spoke": vpc("10.9.0.0/16"), "Connection": connection(), **more}


def rules(resources: Template, **sections: object) -> set[str]:
    templates = {"app.json": {"Resources": resources, **sections}}
    return {it.rule for it in check_templates(templates, region="eu-west-1", account=HUB)}


def across(
    spokes: Template, *, region: str = "eu-west-1", account: str = SPOKE, **more: Template
) -> set[str]:
    """Return what is found in a hub and in spokes that import its Profile by its ID."""
    hub_template = {"Resources": hub(**more), "Outputs": {"Id": {"Value": attribute("Profile")}}}
    taken = {"Fn::GetStackOutput": {"StackName": "hub", "OutputName": "Id", "Region": "eu-west-1"}}
    resources = {**spokes, "Connection": connection(taken)}
    found = check_templates(
        {"hub.json": hub_template, "spoke.json": {"Resources": resources}},
        environments={
            "hub.json": TemplateEnvironment(region="eu-west-1", account=HUB, stack_name="hub"),
            "spoke.json": TemplateEnvironment(region=region, account=account, stack_name="spoke"),
        },
    )
    return {it.rule for it in found}


def share(*principals: object, **more: object) -> Template:
    given = {"Name": "hub", "ResourceArns": [attribute("Profile", "Arn")], **more}
    return resource("AWS::RAM::ResourceShare", Principals=list(principals), **given)


def test_takes_a_hub_and_a_spoke() -> None:
    assert rules({**hub(), **spoke()}) == set()


# Profiles.


OTHER = connection("rp-0123456789abcdef")


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (OTHER, {"profile-priority-duplicate"}),
        (connection("rp-0", Priority=100), {"profile-priority-duplicate"}),
        (connection("rp-0", Priority="9901"), {"profile-priority-out-of-range"}),
        (connection("rp-0", Priority=200), set[str]()),
        (connection("rp-0", Priority=ref("Number")), set[str]()),
        (connection("rp-0", of=ref("Hub")), set[str]()),
        (connection(Priority=200), {"profile-duplicate"}),
        (connection(ref("Text"), Priority=200), set[str]()),
        ({**OTHER, "Condition": "Later"}, set[str]()),
    ],
)
def test_fails_when_two_profiles_disagree(second: Template, expected: set[str]) -> None:
    sections = {
        "Parameters": {name: {"Type": "String"} for name in ("Number", "Text")},
        "Conditions": {"Later": {"Fn::Equals": [ref("Text"), "x"]}},
    }
    assert rules({**hub(), **spoke(Second=second)}, **sections) == expected


def test_fails_when_there_are_three_profiles() -> None:
    more = {f"P{it}": connection(f"rp-{it}", Priority=it) for it in (200, 300)}
    assert rules({**hub(), **spoke(**more)}) == {"profiles-exceeded"}


def test_fails_when_the_profile_is_in_another_region() -> None:
    shared = share(SPOKE, AllowExternalPrincipals=False)
    assert across(spoke(), region="us-east-1", Share=shared) == {"profile-region-mismatch"}


@pytest.mark.parametrize(
    ("principals", "expected"),
    [
        (("333333333333",), {"hub-share-missing"}),
        ((SPOKE,), set[str]()),
        ((ORGANIZATION,), set[str]()),
        ((ORGANIZATION, "333333333333"), set[str]()),
        ((), set[str]()),
    ],
)
def test_fails_when_the_profile_is_not_shared_with_the_account(
    principals: tuple[str, ...], expected: set[str]
) -> None:
    shared = share(*principals, AllowExternalPrincipals=False)
    assert across(spoke(), Share=shared) == expected
    assert across(spoke(), account=HUB, Share=shared) == set()


def test_takes_a_profile_that_is_shared_elsewhere() -> None:
    assert across(spoke()) == set()


ADMIN = "arn:aws:ram::aws:permission/AWSRAMPermissionRoute53ProfileAdmin"
ONLY = "arn:aws:ram::aws:permission/AWSRAMPermissionRoute53ProfileAllowAssociation"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"PermissionArns": [ADMIN]}, {"profile-share-permission-excessive"}),
        ({"PermissionArns": [ONLY]}, set[str]()),
        ({"PermissionArns": [ref("Text")]}, set[str]()),
        ({"AllowExternalPrincipals": True}, {"profile-share-principals-excessive"}),
        ({"AllowExternalPrincipals": None}, {"profile-share-principals-excessive"}),
        ({"AllowExternalPrincipals": ref("Text")}, set[str]()),
        ({"AllowExternalPrincipals": True, "Principals": [SPOKE]}, set[str]()),
        ({"AllowExternalPrincipals": True, "Principals": ref("Text")}, set[str]()),
    ],
)
def test_finds_a_share_that_allows_too_much(given: Template, expected: set[str]) -> None:
    shared = share(ORGANIZATION, AllowExternalPrincipals=False)
    shared["Properties"].update(given)
    parameters = {"Text": {"Type": "String"}}
    assert rules(hub(Share=shared), Parameters=parameters) == expected


@pytest.mark.parametrize(
    "given", [{"EnableDnsHostnames": None}, {"EnableDnsSupport": False}], ids=["names", "support"]
)
def test_fails_when_dns_is_off(given: Template) -> None:
    found = vpc("10.9.0.0/16")
    found["Properties"].update(given)
    assert rules({**hub(), **spoke(Spoke=found)}) == {"hub-vpc-dns-disabled"}


def test_says_of_a_vpc_and_of_a_way_only_once_what_is_wrong() -> None:
    other = {
        "Other": resource(f"{PROFILES}Profile", Name="other"),
        "OfOther": member(),
        "Second": connection(attribute("Other"), Priority=200),
    }
    other["OfOther"]["Properties"]["ProfileId"] = attribute("Other")
    spoke_vpc = resource("AWS::EC2::VPC", CidrBlock="10.8.0.0/20")
    template = {"Resources": {**hub(), **spoke(Spoke=spoke_vpc, **other)}}
    found = check_templates({"app.json": template}, region="eu-west-1", account=HUB)
    assert sorted(it.rule for it in found) == ["hub-cidr-conflict", "hub-vpc-dns-disabled"]
    assert {it.logical_id for it in found} == {"Connection"}


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("rp-0123456789abcdef", set[str]()),
        ("profile-1", {"profile-id-malformed"}),
        (attribute("Profile", "Arn"), {"profile-id-malformed"}),
        (ref("Profile"), set[str]()),
        (ref("Text"), set[str]()),
    ],
)
def test_fails_when_a_profile_is_not_referred_to_by_its_id(
    profile: object, expected: set[str]
) -> None:
    resources = {**hub(), **spoke(Connection=connection(profile))}
    assert rules(resources, Parameters={"Text": {"Type": "String"}}) == expected


def test_finds_an_endpoint_to_an_endpoint_service_in_a_profile() -> None:
    name = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
    payments = queues(ServiceName=name, PolicyDocument=None)
    assert rules(hub(Queues=payments)) == {"hub-endpoint-unverified"}
    payments["Properties"]["PrivateDnsEnabled"] = False
    assert rules(hub(Queues=payments)) == {"hub-endpoint-name-missing"}


@pytest.mark.parametrize("name", ["*.example.com", r"\052.example.com"])
def test_fails_when_a_hosted_zone_has_the_name_of_a_wildcard(name: str) -> None:
    assert rules(hub(Zone=zone(name, "Hub"))) == {"hosted-zone-name-malformed"}


def test_takes_a_spoke_that_is_not_in_the_templates() -> None:
    assert rules(hub(Connection=connection(of="vpc-0123456789abcdef0"))) == set()
    assert rules({"Connection": connection("rp-0", of="vpc-0123456789abcdef0")}) == set()


def test_finds_an_endpoint_without_private_dns_in_a_profile() -> None:
    found = rules(hub(Queues=queues(PrivateDnsEnabled=False)))
    assert found == {"hub-endpoint-name-missing"}


# Names.


def zone(name: object, of: str = "Spoke") -> Template:
    vpcs = [{"VPCId": ref(of), "VPCRegion": "eu-west-1"}]
    return resource("AWS::Route53::HostedZone", Name=name, VPCs=vpcs)


@pytest.mark.parametrize(
    ("name", "shadowed"),
    [
        (SQS, True),
        (f"{SQS}.", True),
        (f"a.{SQS}", True),
        ("amazonaws.com", True),
        ("example.com", False),
        (ref("Text"), False),
    ],
)
def test_finds_a_hosted_zone_that_has_a_name_of_the_hub(name: object, *, shadowed: bool) -> None:
    resources = {**hub(), **spoke(Own=zone(name))}
    found = rules(resources, Parameters={"Text": {"Type": "String"}})
    assert found == ({"hub-name-shadowed"} if shadowed else set())


def test_finds_an_endpoint_that_has_a_name_of_the_hub() -> None:
    own = {
        "SpokeA": subnet("Spoke", 0, "10.9.0.0/24"),
        "SpokeB": subnet("Spoke", 1, "10.9.1.0/24"),
        "Own": queues("Spoke", SubnetIds=[ref("SpokeA"), ref("SpokeB")]),
    }
    assert rules({**hub(), **spoke(**own)}) == {"hub-name-shadowed"}
    own["Own"]["Properties"]["PrivateDnsEnabled"] = False
    assert rules({**hub(), **spoke(**own)}) == set()


def test_takes_the_hub_as_a_spoke_of_its_own() -> None:
    assert rules(hub(Connection=connection(of=ref("Hub")))) == set()


def test_the_hosted_zones_of_a_profile_are_names_of_the_hub() -> None:
    zones = {"Zone": zone("pay.example.com", "Hub"), "OfZone": member(ZONE_ARN)}
    resources = {**hub(**zones), **spoke(Own=zone("pay.example.com"))}
    assert rules(resources) == {"hub-name-shadowed"}
    zones["Zone"]["Properties"]["Name"] = ref("Text")
    assert rules({**hub(**zones), **spoke()}, Parameters={"Text": {"Type": "String"}}) == set()


def test_takes_what_is_in_another_profile() -> None:
    other = member("arn:aws:route53resolver:eu-west-1:111111111111:resolver-rule/${Rule}")
    elsewhere = member()
    elsewhere["Properties"]["ProfileId"] = "rp-0123456789abcdef"
    resources = {**hub(Other=other, Elsewhere=elsewhere), **spoke(**forward("corp.example.com"))}
    assert rules(resources) == set()


def custom(**more: object) -> Template:
    return resource(
        "AWS::EC2::VPCEndpointService",
        NetworkLoadBalancerArns=["arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/a/b"],
        AcceptanceRequired=False,
        **more,
    )


@pytest.mark.parametrize(("name", "shadowed"), [("pay.example.com", True), (None, False)])
def test_the_name_of_an_endpoint_service_is_a_name_of_the_hub(
    name: str | None, *, shadowed: bool
) -> None:
    service = {"Fn::Sub": "com.amazonaws.vpce.eu-west-1.${Service}"}
    more: Template = {"PrivateDnsEnabled": name is not None, "PolicyDocument": None}
    resources = {
        **hub(Queues=queues(ServiceName=service, **more), Service=custom(PrivateDnsName=name)),
        **spoke(Own=zone("pay.example.com")),
    }
    assert ("hub-name-shadowed" in rules(resources)) is shadowed


def forward(domain: object, kind: str = "FORWARD", of: object = None) -> Template:
    properties = {"RuleType": kind, "DomainName": domain, "ResolverEndpointId": "rslvr-out-0"}
    targets = [{"Ip": "192.168.0.10"}]
    association = {"ResolverRuleId": ref("Rule"), "VPCId": of or ref("Spoke")}
    return {
        "Rule": resource("AWS::Route53Resolver::ResolverRule", TargetIps=targets, **properties),
        "OfRule": resource("AWS::Route53Resolver::ResolverRuleAssociation", **association),
    }


@pytest.mark.parametrize(
    ("rule", "shadowed"),
    [
        (forward(SQS), True),
        (forward(f"a.{SQS}"), True),
        (forward("amazonaws.com"), False),
        (forward(SQS, "SYSTEM"), False),
        (forward(ref("Text")), False),
        (forward(SQS, of=ref("Hub")), True),
        (forward(SQS, of="vpc-0123456789abcdef0"), False),
    ],
)
def test_finds_a_forwarding_rule_that_hides_a_name(rule: Template, *, shadowed: bool) -> None:
    parameters = {"Text": {"Type": "String"}}
    found = rules({**hub(), **spoke(**rule)}, Parameters=parameters)
    assert found == ({"forwarded-name-shadowed"} if shadowed else set())


def entry(part: int) -> Template:
    first = {"Fn::Select": [0, attribute("Queues", "DnsEntries")]}
    return {"Fn::Select": [part, {"Fn::Split": [":", first]}]}


def record(name: object, of: str = "Zone") -> Template:
    target = {"HostedZoneId": entry(0), "DNSName": entry(1)}
    given = {"Name": name, "Type": "A", "HostedZoneId": ref(of), "AliasTarget": target}
    return resource("AWS::Route53::RecordSet", **given)


def registry(**more: Template) -> Template:
    service = "com.amazonaws.eu-west-1.ecr.dkr"
    found = hub(
        Queues=queues(ServiceName=service, PrivateDnsEnabled=False),
        Zone=zone("dkr.ecr.eu-west-1.amazonaws.com", "Hub"),
        Apex=record("dkr.ecr.eu-west-1.amazonaws.com"),
        **more,
    )
    return {name: it for name, it in found.items() if name != "Member"}


WILDCARD = "hosted-zone-wildcard-record-missing"


def test_finds_a_wildcard_without_a_record() -> None:
    assert WILDCARD in rules(registry())


@pytest.mark.parametrize(
    "name", ["*.dkr.ecr.eu-west-1.amazonaws.com", r"\052.dkr.ecr.eu-west-1.amazonaws.com."]
)
def test_takes_a_wildcard_with_a_record(name: str) -> None:
    assert WILDCARD not in rules(registry(Below=record(name)))


def test_takes_a_hosted_zone_whose_records_are_not_known() -> None:
    parameters = {"Text": {"Type": "String"}}
    unknown = record({"Fn::Sub": "${Text}.dkr.ecr.eu-west-1.amazonaws.com"})
    assert WILDCARD not in rules(registry(Below=unknown), Parameters=parameters)
    outputs = {"Zone": exported(ref("Zone"))}
    assert WILDCARD not in rules(registry(), Outputs=outputs)


def test_a_hosted_zone_with_an_alias_to_an_endpoint_is_hidden_by_a_rule() -> None:
    names = {
        "Queues": queues(PrivateDnsEnabled=False),
        "Zone": zone("pay.example.com", "Hub"),
        "Apex": record("pay.example.com"),
        "Public": resource("AWS::Route53::HostedZone", Name="pay.example.com"),
        "OfPublic": record("pay.example.com", "Public"),
        "Plain": zone("lab.example.com", "Hub"),
        "OfPlain": resource(
            "AWS::Route53::RecordSet",
            Name="a.lab.example.com",
            Type="A",
            HostedZoneId=ref("Plain"),
            AliasTarget={"HostedZoneId": ref("Plain"), "DNSName": "b.lab.example.com"},
        ),
        "OfOther": resource(
            "AWS::Route53::RecordSet",
            Name="a.example.org",
            Type="A",
            TTL="60",
            HostedZoneName="example.org.",
            ResourceRecords=["10.0.0.1"],
        ),
    }
    hidden = {**hub(**names), **forward("pay.example.com", of=ref("Hub"))}
    assert "forwarded-name-shadowed" in rules(hidden)
    other = {**hub(**names), **forward("lab.example.com", of=ref("Hub"))}
    assert "forwarded-name-shadowed" not in rules(other)


# Routes.


def table(of: str) -> Template:
    return resource("AWS::EC2::RouteTable", VpcId=ref(of))


def route(of: str, destination: object, way: str = "TransitGatewayId") -> Template:
    prefix = {"TransitGatewayId": "tgw", "VpcPeeringConnectionId": "pcx"}.get(way, "x")
    given: Template = {"DestinationCidrBlock": destination, way: f"{prefix}-0123456789abcdef0"}
    if isinstance(destination, dict):
        given = {**cast("Template", destination), way: f"{prefix}-0123456789abcdef0"}
    return resource("AWS::EC2::Route", RouteTableId=ref(of), **given)


def routed(to_hub: Template | None, to_spoke: Template | None, **more: Template) -> Template:
    routes = {"ToHub": to_hub, "ToSpoke": to_spoke}
    return {
        **hub(HubTable=table("Hub")),
        **spoke(SpokeTable=table("Spoke")),
        **{name: it for name, it in routes.items() if it},
        **more,
    }


TO_HUB, TO_SPOKE = route("SpokeTable", "10.8.0.0/16"), route("HubTable", "10.9.0.0/16")
ANYWHERE = {"DestinationCidrBlock": ref("Text")}
LIST = {"DestinationPrefixListId": "pl-0123456789abcdef0"}


@pytest.mark.parametrize(
    ("to_hub", "to_spoke"),
    [
        (None, TO_SPOKE),
        (TO_HUB, None),
        (route("SpokeTable", "10.7.0.0/16"), TO_SPOKE),
        (route("SpokeTable", "0.0.0.0/0", "GatewayId"), TO_SPOKE),
        (route("SpokeTable", {"DestinationIpv6CidrBlock": "fd00::/8"}), TO_SPOKE),
    ],
)
def test_finds_a_way_that_is_missing(to_hub: Template | None, to_spoke: Template | None) -> None:
    assert "hub-route-missing" in rules(routed(to_hub, to_spoke))


@pytest.mark.parametrize(
    ("to_hub", "to_spoke"),
    [
        (TO_HUB, TO_SPOKE),
        (route("SpokeTable", "0.0.0.0/0"), route("HubTable", "10.0.0.0/8")),
        (route("SpokeTable", ANYWHERE), route("HubTable", LIST)),
    ],
)
def test_takes_a_way_there_and_back(to_hub: Template, to_spoke: Template) -> None:
    parameters = {"Text": {"Type": "String"}}
    templates = {"app.json": {"Resources": routed(to_hub, to_spoke), "Parameters": parameters}}
    found = {it.rule for it in check_templates(templates, region="eu-west-1")}
    assert "hub-route-missing" not in found


def test_says_nothing_of_routes_that_may_be_elsewhere() -> None:
    for name in ("SpokeTable", "Spoke"):
        outputs = {"Given": exported(ref(name))}
        assert "hub-route-missing" not in rules(routed(None, TO_SPOKE), Outputs=outputs)
    parameters = {"Text": {"Type": "String"}}
    for changed in ({"Spoke": vpc(ref("Text"))}, {"Hub": vpc(ref("Text"))}):
        assert rules(routed(TO_HUB, TO_SPOKE, **changed), Parameters=parameters) == set()


def test_finds_a_spoke_with_the_addresses_of_the_hub() -> None:
    found = rules({**hub(), **spoke(Spoke=vpc("10.8.0.0/20"))})
    assert found == {"hub-cidr-conflict"}


# Resolver endpoints.


def inbound(*addresses: Template, cidr: object = "192.168.0.0/16", **more: object) -> Template:
    opened = [
        {"IpProtocol": protocol, "FromPort": 53, "ToPort": 53, "CidrIp": cidr}
        for protocol in ("tcp", "udp")
    ]
    given: Template = {
        "Direction": "INBOUND",
        "SecurityGroupIds": [ref("Group")],
        "IpAddresses": list(addresses) or [address("HubA"), address("HubB")],
        **more,
    }
    group = {"GroupDescription": "Queries", "VpcId": ref("Hub"), "SecurityGroupIngress": opened}
    return hub(
        Group=resource("AWS::EC2::SecurityGroup", **group),
        Inbound=resource("AWS::Route53Resolver::ResolverEndpoint", **given),
    )


def address(of: str, ip: object = None) -> Template:
    return {"SubnetId": ref(of), **({} if ip is None else {"Ip": ip})}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (address("HubB", "10.8.1.10"), set[str]()),
        (address("HubB"), set[str]()),
        (address("HubB", ref("Text")), set[str]()),
        ({"SubnetId": "subnet-0123456789abcdef0", "Ip": "10.8.7.10"}, set[str]()),
        (address("HubB", "10.8.1"), {"resolver-address-malformed"}),
        (address("HubB", "10.8.2.10"), {"resolver-address-mismatch"}),
        (address("HubB", "10.8.1.255"), {"resolver-address-not-supported"}),
        (address("HubA", "10.8.0.11"), {"resolver-zones-insufficient"}),
    ],
)
def test_finds_addresses_that_cannot_be(second: Template, expected: set[str]) -> None:
    resources = inbound(address("HubA", "10.8.0.10"), second)
    assert rules(resources, Parameters={"Text": {"Type": "String"}}) == expected


def test_takes_a_subnet_whose_addresses_are_not_known() -> None:
    resources = inbound(address("HubA", "10.8.0.10"), address("HubB", "10.8.7.10"))
    resources["HubB"]["Properties"]["CidrBlock"] = ref("Text")
    assert rules(resources, Parameters={"Text": {"Type": "String"}}) == set()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"cidr": "0.0.0.0/0"}, {"resolver-clients-open-to-world"}),
        ({"cidr": ref("Text")}, set[str]()),
        ({"cidr": "0.0.0.0/0", "Direction": "OUTBOUND"}, set[str]()),
        ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, set[str]()),
    ],
)
def test_finds_an_endpoint_that_everyone_can_query(given: Template, expected: set[str]) -> None:
    found = rules(inbound(**given), Parameters={"Text": {"Type": "String"}})
    assert found == expected


CONFLICT = "forwarding-targets-conflict"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"DomainName": "a..b"}, {"forwarding-domain-malformed"}),
        ({"DomainName": "."}, set[str]()),
        ({"TargetIps": None}, {"forwarding-target-missing"}),
        ({"TargetIps": []}, {"forwarding-target-missing"}),
        ({"TargetIps": ref("Text")}, set[str]()),
        ({"TargetIps": [{"Ip": "192.168.0"}]}, {"forwarding-target-malformed"}),
        ({"TargetIps": [{"Ip": ref("Text")}]}, set[str]()),
        ({"TargetIps": [{"Ipv6": "fd00::1"}]}, set[str]()),
        ({"TargetIps": [{"Ipv6": "192.168.0.10"}]}, {"forwarding-target-malformed"}),
        ({"TargetIps": [{"Ip": "192.168.0.10:53"}]}, {"forwarding-target-malformed"}),
        ({"TargetIps": [{"Ip": "192.168.0.10", "Port": 70000}]}, {"forwarding-target-malformed"}),
        ({"TargetIps": [{"Ipv6": "fd00::1", "Port": "0"}]}, {"forwarding-target-malformed"}),
        ({"TargetIps": [{"Ipv6": "fd00::1", "Port": "5353"}]}, set[str]()),
        ({"TargetIps": [{"Ip": "192.168.0.10", "Port": ref("Text")}]}, set[str]()),
        ({"TargetIps": [{"Ip": "127.0.0.1"}]}, {"forwarding-target-ineffective"}),
        ({"TargetIps": [{"Ip": "10.9.0.2"}]}, {"forwarding-target-ineffective"}),
        ({"TargetIps": [{"Ip": "192.168.0.10"}, {"Ipv6": "fd00::1"}]}, {CONFLICT}),
        ({"RuleType": "SYSTEM", "TargetIps": None}, set[str]()),
    ],
)
def test_finds_rules_that_cannot_be(changed: Template, expected: set[str]) -> None:
    resources = {**hub(), **spoke(**forward("corp.example.com"))}
    resources["Rule"]["Properties"].update(changed)
    assert rules(resources, Parameters={"Text": {"Type": "String"}}) == expected


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("Corp.example.com.", {"forwarding-domain-duplicate"}),
        ("lab.example.com", set[str]()),
        (ref("Text"), set[str]()),
    ],
)
def test_fails_when_a_vpc_has_two_rules_for_a_domain(domain: object, expected: set[str]) -> None:
    first = forward("corp.example.com")
    second = {f"{name}2": it for name, it in forward(domain).items()}
    second["OfRule2"]["Properties"]["ResolverRuleId"] = ref("Rule2")
    resources = {**hub(), **spoke(**first, **second)}
    assert rules(resources, Parameters={"Text": {"Type": "String"}}) == expected


@pytest.mark.parametrize(("protocols", "fails"), [([], True), (None, False), (["Do53"], False)])
def test_fails_when_an_endpoint_has_no_protocol(
    protocols: list[str] | None, *, fails: bool
) -> None:
    more = {} if protocols is None else {"Protocols": protocols}
    found = rules(inbound(**more))
    assert found == ({"resolver-protocol-missing"} if fails else set[str]())


def taken(output: str) -> Template:
    return {"Fn::GetStackOutput": {"StackName": "hub", "OutputName": output, "Region": "eu-west-1"}}


def in_two_places(
    here: Template, there: Template, output: object, *, account: str, region: str
) -> set[str]:
    """Return what is found in the hub's template and in another one that takes an ID of it."""
    found = check_templates(
        {
            "hub.json": {"Resources": here, "Outputs": {"Id": {"Value": output}}},
            "spoke.json": {"Resources": there},
        },
        environments={
            "hub.json": TemplateEnvironment(region="eu-west-1", account=HUB, stack_name="hub"),
            "spoke.json": TemplateEnvironment(region=region, account=account),
        },
    )
    return {it.rule for it in found}


@pytest.mark.parametrize("account", [HUB, SPOKE])
def test_fails_when_a_rule_is_for_the_vpc_of_another_account(account: str) -> None:
    given = forward("corp.example.com")
    given["OfRule"]["Properties"]["VPCId"] = taken("Id")
    found = in_two_places(hub(), given, ref("Hub"), account=account, region="eu-west-1")
    assert ("forwarding-vpc-account-mismatch" in found) is (account == SPOKE)


@pytest.mark.parametrize(
    ("account", "region"), [(HUB, "eu-west-1"), (SPOKE, "eu-west-1"), (HUB, "us-east-1")]
)
def test_fails_when_an_endpoint_is_not_where_its_profile_is(account: str, region: str) -> None:
    there = {
        "Profile": resource(f"{PROFILES}Profile", Name="hub"),
        "Member": member({"Fn::Sub": [ARN, {"Queues": taken("Id")}]}["Fn::Sub"]),
    }
    here = hub()
    del here["Profile"], here["Member"]
    found = in_two_places(here, there, ref("Queues"), account=account, region=region)
    assert ("hub-endpoint-environment-mismatch" in found) is ((account, region) != HOME)


HOME = (HUB, "eu-west-1")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Name": "a/b"}, {"profile-name-malformed"}),
        ({"Name": "12"}, {"profile-name-malformed"}),
        ({"Name": "a b"}, set[str]()),
        ({"Name": ref("Text")}, set[str]()),
    ],
)
def test_fails_when_the_name_of_a_profile_is_malformed(given: Template, expected: set[str]) -> None:
    resources = hub(Profile=resource(f"{PROFILES}Profile", **given))
    assert rules(resources, Parameters={"Text": {"Type": "String"}}) == expected


@pytest.mark.parametrize("kind", ["ProfileAssociation", "ProfileResourceAssociation"])
def test_fails_when_the_arn_of_a_profile_is_used_as_its_id(kind: str) -> None:
    arn = "arn:aws:route53profiles:eu-west-1:111111111111:profile/rp-0123456789abcdef"
    wrong = resource(f"{PROFILES}{kind}", Name="a", ProfileId=arn)
    assert "profile-id-malformed" in rules({**hub(), "Wrong": wrong})


@pytest.mark.parametrize("enabled", [True, False])
def test_warns_when_an_endpoint_service_is_shared_by_its_private_name(*, enabled: bool) -> None:
    service = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
    shared = queues(ServiceName=service, PolicyDocument=None, PrivateDnsEnabled=enabled)
    expected = "hub-endpoint-unverified" if enabled else "hub-endpoint-name-missing"
    assert rules(hub(Queues=shared)) == {expected}


def opened(*sources: object) -> dict[str, Template]:
    """Return the endpoint of a hub with a security group that allows sources."""
    allowed = [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **it}
        for it in cast("tuple[Template, ...]", sources)
    ]
    group = resource(
        "AWS::EC2::SecurityGroup",
        GroupDescription="clients",
        VpcId=ref("Hub"),
        SecurityGroupIngress=allowed,
    )
    return {"Queues": queues(SecurityGroupIds=[ref("Group")]), "Group": group}


@pytest.mark.parametrize(
    ("sources", "closed"),
    [
        (({"CidrIp": "10.8.0.0/16"},), True),
        (({"CidrIpv6": "fd00::/8"}, {"CidrIp": "10.10.0.0/16"}), True),
        (({"CidrIp": "10.0.0.0/8"},), False),
        (({"CidrIp": "10.8.0.0/16"}, {"CidrIp": "10.9.1.0/24"}), False),
        (({"CidrIp": "10.8.0.0/16"}, {"CidrIp": ref("Text")}), False),
        (({"CidrIp": "10.8.0.0/16"}, {"SourcePrefixListId": "pl-0123456789abcdef0"}), False),
    ],
)
def test_warns_when_an_endpoint_of_the_hub_does_not_allow_a_spoke(
    sources: tuple[Template, ...], *, closed: bool
) -> None:
    resources = {**hub(**opened(*sources)), **spoke()}
    found = rules(resources, Parameters={"Text": {"Type": "String"}})
    assert found == ({"hub-connection-closed"} if closed else set[str]())


def test_the_vpc_of_the_hub_needs_no_rule_to_reach_it() -> None:
    resources = {**hub(**opened({"CidrIp": "10.10.0.0/16"})), **spoke()}
    resources["Connection"] = connection(of=ref("Hub"))
    assert "hub-connection-closed" not in rules(resources)


@pytest.mark.parametrize(
    ("target", "of", "expected"),
    [
        ("10.8.0.10", "Hub", {"forwarding-target-conflict"}),
        ("10.8.0.11", "Hub", set[str]()),
        ("10.8.0.10", "Spoke", set[str]()),
    ],
)
def test_fails_when_a_rule_returns_to_the_vpc(target: str, of: str, expected: set[str]) -> None:
    rule = forward("corp.example.com", of=ref(of))
    rule["Rule"]["Properties"]["TargetIps"] = [{"Ip": target}]
    first = address("HubA", "10.8.0.10")
    unknown = {"SubnetId": "subnet-0123456789abcdef0", "Ip": "10.8.1.10"}
    assert rules({**inbound(first, unknown), **spoke(**rule)}) == expected


def test_takes_an_association_of_a_rule_that_is_not_in_the_templates() -> None:
    rule = forward("corp.example.com", of=ref("Hub"))
    rule["OfRule"]["Properties"]["ResolverRuleId"] = "rslvr-rr-0123456789abcdef0"
    assert rules({**hub(), **rule}) == set()


def test_an_address_that_several_ports_are_open_to_is_found_once() -> None:
    template = {"Resources": inbound(cidr="0.0.0.0/0")}
    found = check_templates({"app.json": template}, region="eu-west-1", account=HUB)
    assert [it.rule for it in found] == ["resolver-clients-open-to-world"]


def outbound(*targets: Template, **more: object) -> Template:
    opened = [
        {"IpProtocol": protocol, "FromPort": 53, "ToPort": 53, key: cidr}
        for protocol in ("tcp", "udp")
        for key, cidr in (("CidrIp", "192.168.0.0/16"), ("CidrIpv6", "fd00::/8"))
    ]
    group = {"GroupDescription": "Queries", "VpcId": ref("Hub"), "SecurityGroupEgress": opened}
    given: Template = {
        "Direction": "OUTBOUND",
        "SecurityGroupIds": [ref("Group")],
        "IpAddresses": [address("HubA"), address("HubB")],
        **more,
    }
    resources = hub(
        Group=resource("AWS::EC2::SecurityGroup", **group),
        Outbound=resource("AWS::Route53Resolver::ResolverEndpoint", **given),
        **forward("corp.example.com", of=ref("Hub")),
    )
    properties = {"ResolverEndpointId": ref("Outbound"), "TargetIps": list(targets)}
    resources["Rule"]["Properties"].update(properties)
    for name, number in (("HubA", 0), ("HubB", 1)):
        resources[name]["Properties"]["Ipv6CidrBlock"] = f"2001:db8:0:{number}::/64"
    return resources


IPV4, IPV6 = {"Ip": "192.168.0.10"}, {"Ipv6": "fd00::10"}
OTHER_FAMILY = "forwarding-target-address-family-mismatch"


@pytest.mark.parametrize(
    ("target", "kind", "expected"),
    [
        (IPV4, None, set[str]()),
        (IPV6, None, {OTHER_FAMILY}),
        (IPV6, "IPV4", {OTHER_FAMILY}),
        (IPV6, "DUALSTACK", set[str]()),
        (IPV4, "DUALSTACK", set[str]()),
        (IPV4, "IPV6", {OTHER_FAMILY}),
        (IPV4, ref("Text"), set[str]()),
    ],
)
def test_finds_targets_of_another_family(
    target: Template, kind: object, expected: set[str]
) -> None:
    found = outbound(target, ResolverEndpointType=kind)
    assert rules(found, Parameters={"Text": {"Type": "String"}}) == expected


def test_takes_targets_of_an_endpoint_that_is_not_in_the_templates() -> None:
    resources = {**hub(), **spoke(**forward("corp.example.com"))}
    resources["Rule"]["Properties"]["TargetIps"] = [IPV6]
    assert rules(resources) == set()


@pytest.mark.parametrize(
    ("second", "kind", "expected"),
    [
        ({"Ipv6": "2001:db8:0:1::a"}, "DUALSTACK", set[str]()),
        ({"Ipv6": "2001:db8:0:1::a"}, None, {"resolver-address-family-mismatch"}),
        ({"Ip": "10.8.1.10"}, "IPV6", {"resolver-address-family-mismatch"}),
        ({"Ipv6": "2001:db8:0:1::3"}, "DUALSTACK", {"resolver-address-not-supported"}),
        ({"Ipv6": "2001:db8:0:2::a"}, "DUALSTACK", {"resolver-address-mismatch"}),
        ({"Ipv6": "10.8.1.10"}, "IPV6", {"resolver-address-malformed"}),
        ({"Ip": "10.8.1.10", "Ipv6": ref("Text")}, "DUALSTACK", set[str]()),
        ({"Ip": "10.8.1.10"}, ref("Text"), set[str]()),
    ],
)
def test_finds_addresses_of_another_family(
    second: Template, kind: object, expected: set[str]
) -> None:
    found = outbound(IPV4, ResolverEndpointType=kind)
    addresses = [address("HubA"), {"SubnetId": ref("HubB"), **second}]
    found["Outbound"]["Properties"]["IpAddresses"] = addresses
    if kind == "IPV6":
        found["Rule"]["Properties"]["TargetIps"] = [IPV6]
    assert rules(found, Parameters={"Text": {"Type": "String"}}) >= expected
    assert bool(rules(found, Parameters={"Text": {"Type": "String"}})) is bool(expected)


@pytest.mark.parametrize(
    ("subnet", "kind", "expected"),
    [
        ({"Ipv6CidrBlock": None}, "DUALSTACK", {"resolver-subnet-address-family-mismatch"}),
        ({"Ipv6CidrBlock": None}, None, set[str]()),
        (
            {"Ipv6Native": True, "CidrBlock": None},
            "DUALSTACK",
            {"resolver-subnet-address-family-mismatch"},
        ),
        ({}, "DUALSTACK", set[str]()),
    ],
)
def test_finds_subnets_without_the_addresses(
    subnet: Template, kind: str | None, expected: set[str]
) -> None:
    found = outbound(IPV4, ResolverEndpointType=kind)
    found["HubB"]["Properties"].update(subnet)
    assert {it for it in rules(found) if it.startswith("resolver")} == expected


def test_finds_an_endpoint_that_everyone_together_can_query() -> None:
    found = inbound(cidr="0.0.0.0/1")
    opened = found["Group"]["Properties"]["SecurityGroupIngress"]
    opened += [{**it, "CidrIp": "128.0.0.0/1"} for it in opened]
    assert rules(found) == {"resolver-clients-open-to-world"}
