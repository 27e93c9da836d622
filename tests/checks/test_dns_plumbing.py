from __future__ import annotations

from typing import Any

import pytest
from tests.checks.estates import alias, entry, estate
from tests.checks.stacks import findings, ref, resource, rules, rules_across

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
    assert rules_across(first, {"Resources": {"Other": other}}) == {"alias-halves-swapped"}


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
    assert rules_across(first, {"Resources": {"Other": record}}) == {"record-outside-zone"}


@pytest.mark.parametrize("count", [1, 21])
def test_fails_when_the_addresses_of_a_resolver_are_too_few_or_too_many(count: int) -> None:
    addresses = [{"SubnetId": f"subnet-{number:08x}"} for number in range(count)]
    template = estate({"Inbound": {"IpAddresses": addresses}})
    assert rules(template) == {"resolver-addresses"}


@pytest.mark.parametrize(
    "inbound",
    [
        {"Protocols": ["DoH"]},
        {"Protocols": ref("Protocols")},
        {"Direction": "OUTBOUND"},
    ],
)
def test_takes_closed_ports_where_no_plain_query_comes_in(inbound: dict[str, Any]) -> None:
    changes = {"ResolverGroup": {"SecurityGroupIngress": None}, "Inbound": inbound}
    template = estate(changes)
    template["Parameters"] = {"Protocols": {"Type": "CommaDelimitedList"}}
    assert rules(template) == set()


def test_fails_when_plain_dns_beside_https_is_closed() -> None:
    changes = {
        "ResolverGroup": {"SecurityGroupIngress": None},
        "Inbound": {"Protocols": ["DoH", "Do53"]},
    }
    assert rules(estate(changes)) == {"resolver-port-closed"}


def test_takes_a_ttl_beside_an_alias_that_is_absent() -> None:
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
    assert rules(estate({"Alias": {"AliasTarget": target}})) == {"alias-halves-swapped"}


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
    assert rules(estate({"Alias": {"Name": name}})) == {"record-outside-zone"}
