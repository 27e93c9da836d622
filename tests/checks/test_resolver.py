from __future__ import annotations

from typing import Any

import pytest
from tests.checks.estates import alias, broken, entry, estate
from tests.checks.stacks import exported, findings, ref, resource, rules, rules_across

WHOLE_ENTRY = {"Fn::Select": [0, {"Fn::GetAtt": ["Endpoint", "DnsEntries"]}]}


def target(name: object, zone: object) -> dict[str, Any]:
    return {"AliasTarget": {"DNSName": name, "HostedZoneId": zone}}


@pytest.mark.parametrize(
    "properties",
    [
        target("vpce-0.vpce-svc-0.eu-west-1.vpce.amazonaws.com", "Z38GZ743OKFT7T"),
        target({"Fn::GetAtt": "Nlb.DNSName"}, {"Fn::GetAtt": "Nlb.CanonicalHostedZoneID"}),
        target(ref("Name"), ref("Zone")),
        target({"Fn::Select": [2, {"Fn::Split": [":", "a:b"]}]}, ref("Zone")),
        target({"Fn::Select": [ref("Name"), {"Fn::Split": [":", WHOLE_ENTRY]}]}, ref("Zone")),
        target({"Fn::Select": [7, {"Fn::Split": [":", WHOLE_ENTRY]}]}, ref("Zone")),
        {"AliasTarget": ref("Target")},
        {"TTL": {"Fn::If": ["Plain", "60", ref("AWS::NoValue")]}},
    ],
)
def test_takes_aliases(properties: dict[str, Any]) -> None:
    template = estate({"Alias": properties})
    template["Parameters"] = {name: {"Type": "String"} for name in ("Name", "Zone", "Target")}
    assert rules(template) == set()


@pytest.mark.parametrize(
    "properties",
    [
        target("Z38GZ743OKFT7T", "vpce-0.vpce-svc-0.eu-west-1.vpce.amazonaws.com"),
        target(entry("Endpoint", 0), entry("Endpoint", 1)),
        target(entry("Endpoint", 0), entry("Endpoint", 0)),
        target(entry("Endpoint", 1), entry("Endpoint", 1)),
        target(WHOLE_ENTRY, entry("Endpoint", 0)),
        target({"Fn::GetAtt": "Nlb.CanonicalHostedZoneID"}, {"Fn::GetAtt": "Nlb.DNSName"}),
    ],
)
def test_fails_when_the_halves_of_an_alias_are_swapped(properties: dict[str, Any]) -> None:
    assert broken("Alias", **properties) == {"alias-target-mismatch"}


@pytest.mark.parametrize(
    "properties",
    [{"TTL": "300"}, {"TTL": 60}, {"TTL": ref("Ttl")}, {"ResourceRecords": ["10.0.0.1"]}],
)
def test_fails_when_an_alias_has_a_ttl(properties: dict[str, Any]) -> None:
    template = estate({"Alias": properties})
    template["Parameters"] = {"Ttl": {"Type": "Number"}}
    assert rules(template) == {"alias-ttl-not-supported"}


def record(name: object, **zone: object) -> dict[str, Any]:
    return resource(
        "AWS::Route53::RecordSet",
        Name=name,
        Type="A",
        TTL="60",
        ResourceRecords=["10.0.0.1"],
        **(zone or {"HostedZoneId": ref("Private")}),
    )


@pytest.mark.parametrize(
    "name",
    [
        "a.example.org",
        {"Fn::Join": [".", ["a", "example.org"]]},
        {"Fn::Sub": "${Part}.example.org."},
        {"Fn::Sub": "${Part}.wrong.orders.example.com"},
    ],
)
def test_fails_when_a_record_is_outside_its_zone(name: object) -> None:
    template = estate(Record=record(name))
    template["Parameters"] = {"Part": {"Type": "String"}}
    assert rules(template) == {"record-hosted-zone-mismatch"}


@pytest.mark.parametrize(
    "name", ["5.0/25.2.0.192.in-addr.arpa", r"5.0\05725.2.0.192.in-addr.arpa."]
)
def test_takes_names_with_octal_codes(name: str) -> None:
    zone = resource("AWS::Route53::HostedZone", Name="0/25.2.0.192.in-addr.arpa")
    template = estate(Reverse=zone, Record=record(name, HostedZoneId=ref("Reverse")))
    assert rules(template) == set()


def test_fails_when_a_record_is_outside_the_zone_of_that_name() -> None:
    template = estate(Record=record("a.example.org", HostedZoneName="example.com."))
    assert rules(template) == {"record-hosted-zone-mismatch"}


def test_fails_when_a_record_of_a_group_is_outside_its_own_zone() -> None:
    group = resource(
        "AWS::Route53::RecordSetGroup",
        HostedZoneId=ref("Public"),
        RecordSets=[
            {"Name": "a.example.com", "Type": "A", "ResourceRecords": ["10.0.0.1"]},
            {
                "Name": "a.example.com",
                "HostedZoneId": ref("Private"),
                "Type": "A",
                "ResourceRecords": ["10.0.0.1"],
            },
        ],
    )
    assert rules(estate(Group=group, Records=group)) >= {"record-hosted-zone-mismatch"}


@pytest.mark.parametrize(
    "name",
    [
        "a.orders.example.net",
        "A.Orders.example.net.",
        {"Fn::Sub": "${Part}.orders.example.net"},
        {"Fn::Sub": "${Part}.net"},
        {"Fn::Sub": "${Part}net"},
        {"Fn::Sub": "a.${Part}"},
        ref("Part"),
    ],
)
def test_takes_records_in_their_zone(name: object) -> None:
    template = estate(Record=record(name))
    template["Parameters"] = {"Part": {"Type": "String"}}
    assert rules(template) == set()


def test_takes_a_record_in_a_zone_that_is_elsewhere() -> None:
    assert rules(estate(Record=record({"Fn::Sub": "${Part}.x"}, HostedZoneId="Z0123456"))) == set()


@pytest.mark.parametrize("addresses", [[], [{"SubnetId": ref("ClientsA")}]])
def test_fails_when_a_resolver_has_too_few_addresses(addresses: object) -> None:
    assert broken("Inbound", IpAddresses=addresses) == {"resolver-address-count-out-of-range"}


@pytest.mark.parametrize(
    "addresses", [ref("Addresses"), [{"Fn::If": ["Two", {"SubnetId": "subnet-0"}, "x"]}]]
)
def test_takes_addresses_that_are_unknown(addresses: object) -> None:
    assert broken("Inbound", IpAddresses=addresses) == set()


def rule(protocol: str, first: int = 53, last: int = 53) -> dict[str, Any]:
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last, "CidrIp": "10.0.0.0/8"}


@pytest.mark.parametrize("ingress", [[rule("tcp")], [rule("udp")], [], [rule("tcp", 54, 99)]])
@pytest.mark.parametrize("direction", ["INBOUND", "INBOUND_DELEGATION"])
def test_fails_when_queries_do_not_get_in(ingress: object, direction: str) -> None:
    template = estate(
        {"ResolverGroup": {"SecurityGroupIngress": ingress}, "Inbound": {"Direction": direction}}
    )
    assert rules(template) == {"resolver-port-closed"}


def test_takes_rules_for_everything() -> None:
    assert broken("ResolverGroup", SecurityGroupIngress=[rule("-1")]) == set()


@pytest.mark.parametrize(
    "properties",
    [
        {"Direction": ref("Direction")},
        {"SecurityGroupIds": ref("Groups")},
        {"SecurityGroupIds": [ref("ResolverGroup"), "sg-0123456789abcdef0"]},
    ],
)
def test_takes_resolvers_that_are_unknown(properties: dict[str, Any]) -> None:
    changes = {"ResolverGroup": {"SecurityGroupIngress": None}, "Inbound": properties}
    template = estate(changes)
    template["Parameters"] = {name: {"Type": "String"} for name in ("Direction", "Groups")}
    assert rules(template) == set()


def test_takes_groups_whose_rules_are_elsewhere() -> None:
    template = estate({"ResolverGroup": {"SecurityGroupIngress": None}})
    template["Outputs"] = {"Group": exported(ref("ResolverGroup"))}
    assert rules(template) == set()


DOMAIN = "orders.example.net"


def test_says_where_the_halves_are_swapped() -> None:
    swapped = {"DNSName": entry("Endpoint", 0), "HostedZoneId": entry("Endpoint", 1)}
    places = {
        (finding.logical_id, finding.property_path)
        for finding in findings(estate({"Alias": {"AliasTarget": swapped}}))
    }
    assert places == {("Alias", "Properties.AliasTarget")}


def test_fails_when_the_endpoint_of_a_swapped_alias_is_in_another_stack() -> None:
    first = estate()
    entries = {"Fn::GetAtt": ["Endpoint", "DnsEntries"]}
    first["Outputs"] = {
        "Entry": {"Value": {"Fn::Select": [0, entries]}, "Export": {"Name": "entry"}},
    }
    parts = {"Fn::Split": [":", {"Fn::ImportValue": "entry"}]}
    target = {"DNSName": {"Fn::Select": [0, parts]}, "HostedZoneId": {"Fn::Select": [1, parts]}}
    other = alias(HostedZoneId="Z0123456789ABC", AliasTarget=target)
    assert rules_across(first, {"Resources": {"Other": other}}) == {"alias-target-mismatch"}


def test_fails_when_the_zone_of_a_record_is_in_another_stack() -> None:
    first = estate()
    first["Outputs"] = {"Zone": {"Value": ref("Private"), "Export": {"Name": "zone"}}}
    record = resource(
        "AWS::Route53::RecordSet",
        HostedZoneId={"Fn::ImportValue": "zone"},
        Name="orders.example.org",
        Type="CNAME",
        TTL=60,
        ResourceRecords=[DOMAIN],
    )
    assert rules_across(first, {"Resources": {"Other": record}}) == {"record-hosted-zone-mismatch"}


@pytest.mark.parametrize("count", [1, 21])
def test_fails_when_the_addresses_of_a_resolver_are_too_few_or_too_many(count: int) -> None:
    addresses = [{"SubnetId": f"subnet-{number:08x}"} for number in range(count)]
    template = estate({"Inbound": {"IpAddresses": addresses}})
    assert rules(template) == {"resolver-address-count-out-of-range"}


@pytest.mark.parametrize(
    "inbound",
    [
        {"Protocols": ref("Protocols")},
        {"Direction": "OUTBOUND"},
    ],
)
def test_takes_closed_ports_where_no_plain_query_comes_in(inbound: dict[str, Any]) -> None:
    changes = {"ResolverGroup": {"SecurityGroupIngress": None}, "Inbound": inbound}
    template = estate(changes)
    template["Parameters"] = {"Protocols": {"Type": "CommaDelimitedList"}}
    assert rules(template) == set()


HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}


@pytest.mark.parametrize("protocol", ["DoH", "DoH-FIPS"])
def test_fails_when_the_port_of_https_is_closed(protocol: str) -> None:
    inbound = {"Protocols": [protocol]}
    (finding,) = findings(estate({"Inbound": inbound}))
    assert finding.rule == "resolver-port-closed"
    assert finding.message == "No inbound rule allows port 443 over TCP."
    opened = {"ResolverGroup": {"SecurityGroupIngress": [HTTPS]}, "Inbound": inbound}
    assert rules(estate(opened)) == set()


@pytest.mark.parametrize(
    ("direction", "protocols", "wrong"),
    [
        ("INBOUND", ["Do53", "DoH-FIPS"], False),
        ("INBOUND", ["DoH", "DoH-FIPS"], True),
        ("INBOUND_DELEGATION", ["Do53", "DoH"], True),
        ("OUTBOUND", ["DoH-FIPS"], True),
        ("OUTBOUND", ["Do53", "DoH"], False),
        ("OUTBOUND", ref("Protocols"), False),
        (ref("Direction"), ["DoT"], False),
    ],
)
def test_fails_when_a_direction_lacks_a_protocol(
    direction: object, protocols: object, *, wrong: bool
) -> None:
    opened = {"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}
    template = estate(
        {
            "ResolverGroup": {"SecurityGroupIngress": [opened]},
            "Inbound": {"Direction": direction, "Protocols": protocols},
        }
    )
    template["Parameters"] = {
        "Direction": {"Type": "String"},
        "Protocols": {"Type": "CommaDelimitedList"},
    }
    assert rules(template) == ({"resolver-protocol-not-supported"} if wrong else set())


def forwarding(*targets: object, egress: object = None, **more: object) -> dict[str, Any]:
    """Return the estate with an outbound endpoint, and a rule that forwards to these targets."""
    template = estate(
        {
            "ResolverGroup": {"SecurityGroupIngress": None, "SecurityGroupEgress": egress},
            "Inbound": {"Direction": "OUTBOUND", **more},
        }
    )
    template["Resources"]["Forward"] = resource(
        "AWS::Route53Resolver::ResolverRule",
        RuleType="FORWARD",
        DomainName="corp.example.com",
        ResolverEndpointId=ref("Inbound"),
        TargetIps=list(targets),
    )
    template["Parameters"] = {"Port": {"Type": "Number"}}
    return template


TARGET = {"Ip": "10.9.0.2"}


@pytest.mark.parametrize(
    ("target", "opened", "message"),
    [
        (TARGET, [HTTPS], "No outbound rule allows port 53 over TCP and UDP."),
        (TARGET, [rule("udp")], "No outbound rule allows port 53 over TCP."),
        ({**TARGET, "Port": "5353"}, [rule("tcp"), rule("udp")], "port 5353 over TCP and UDP."),
        (
            {**TARGET, "Protocol": "DoH"},
            [rule("tcp")],
            "No outbound rule allows port 443 over TCP.",
        ),
    ],
)
def test_fails_when_queries_do_not_get_out(target: object, opened: object, message: str) -> None:
    (finding,) = findings(forwarding(target, egress=opened))
    assert finding.rule == "resolver-port-closed"
    assert finding.message.endswith(message)


@pytest.mark.parametrize(
    ("target", "opened"),
    [
        (TARGET, None),
        (TARGET, [rule("-1")]),
        (TARGET, [rule("tcp"), rule("udp")]),
        ({**TARGET, "Port": 5353}, [rule("tcp", 5353, 5353), rule("udp", 5353, 5353)]),
        ({**TARGET, "Protocol": "DoH"}, [HTTPS]),
        ({**TARGET, "Port": ref("Port")}, [HTTPS]),
        ({**TARGET, "Protocol": ref("Port")}, [HTTPS]),
    ],
)
def test_takes_queries_that_get_out(target: object, opened: object) -> None:
    assert rules(forwarding(target, egress=opened)) == set()


def test_takes_an_outbound_rule_of_its_own() -> None:
    template = forwarding(TARGET, egress=[rule("tcp")])
    template["Resources"]["Udp"] = resource(
        "AWS::EC2::SecurityGroupEgress", GroupId=ref("ResolverGroup"), **rule("udp")
    )
    assert rules(template) == set()


def test_says_nothing_of_an_outbound_endpoint_whose_rules_are_elsewhere() -> None:
    template = forwarding(TARGET, egress=[HTTPS])
    template["Resources"]["Forward"]["Properties"]["ResolverEndpointId"] = "rslvr-out-0123"
    assert rules(template) == set()
    tags = [{"Key": "endpoint", "Value": ref("Inbound")}]
    template["Resources"]["Forward"]["Properties"]["Tags"] = tags
    assert rules(template) == set()


def test_fails_when_plain_dns_next_to_https_is_closed() -> None:
    changes = {
        "ResolverGroup": {"SecurityGroupIngress": None},
        "Inbound": {"Protocols": ["DoH", "Do53"]},
    }
    assert rules(estate(changes)) == {"resolver-port-closed"}


def test_takes_a_ttl_next_to_an_alias_that_is_absent() -> None:
    record = alias(AliasTarget=ref("AWS::NoValue"), TTL=60, ResourceRecords=["10.0.0.1"])
    assert rules(estate(Alias=record)) == set()


@pytest.mark.parametrize(
    "changed",
    [
        {"DNSName": ref("Endpoint")},
        {"HostedZoneId": ref("Endpoint")},
        {"HostedZoneId": ref("Private")},
        {"DNSName": {"Fn::GetAtt": ["Endpoint", "DnsEntries"]}},
        {"DNSName": {"Fn::Join": ["", [entry("Endpoint", 0), "."]]}},
        {"DNSName": "Z38GZ743OKFT7T:vpce-0.vpce-svc-0.eu-west-1.vpce.amazonaws.com"},
        {"HostedZoneId": "Z38GZ743OKFT7T:vpce-0.vpce-svc-0.eu-west-1.vpce.amazonaws.com"},
    ],
)
def test_fails_when_a_half_of_an_alias_is_something_else(changed: dict[str, Any]) -> None:
    target = {"DNSName": entry("Endpoint", 1), "HostedZoneId": entry("Endpoint", 0), **changed}
    assert rules(estate({"Alias": {"AliasTarget": target}})) == {"alias-target-mismatch"}


@pytest.mark.parametrize(
    "changed",
    [
        {"DNSName": {"Fn::Join": ["", [entry("Endpoint", 1), "."]]}},
        {"DNSName": {"Fn::Join": ["", [entry("Endpoint", 1), entry("Endpoint", 0)]]}},
        {"DNSName": "orders.example.net", "HostedZoneId": ref("Private")},
    ],
)
def test_takes_other_aliases(changed: dict[str, Any]) -> None:
    target = {"DNSName": entry("Endpoint", 1), "HostedZoneId": entry("Endpoint", 0), **changed}
    assert rules(estate({"Alias": {"AliasTarget": target}})) == set()


@pytest.mark.parametrize("name", [ref("Private"), {"Fn::Sub": "api.${Private}"}])
def test_fails_when_a_record_is_called_by_its_zones_id(name: object) -> None:
    assert rules(estate({"Alias": {"Name": name}})) == {"record-hosted-zone-mismatch"}
