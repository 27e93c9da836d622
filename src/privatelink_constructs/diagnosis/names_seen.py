"""Writes down who answers for names in a VPC: hosted zones, rules, and Profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.diagnosis.album import chosen, mappings, text
from privatelink_constructs.facts.domain_names import is_in_domain, normal_name
from privatelink_constructs.inventory.types import (
    HOSTED_ZONE,
    PROFILE_ASSOCIATION,
    PROFILE_RESOURCE_ASSOCIATION,
    RECORD_SET,
    RESOLVER_RULE,
    RESOLVER_RULE_ASSOCIATION,
)

if TYPE_CHECKING:
    from privatelink_constructs.diagnosis.album import Album
    from privatelink_constructs.diagnosis.question import Question
    from privatelink_constructs.diagnosis.reader import Reader

    Json = dict[str, object]

_TYPES = frozenset({"A", "AAAA", "CNAME"})
_ZONE = "/hostedzone/"
_MANAGED = "vpce.amazonaws.com"
"""Who owns the hosted zones of private DNS, whose records no one else can see."""


def write_names(album: Album, reader: Reader, question: Question, vpc: str) -> None:
    """Write down what answers for names in a VPC."""
    region = question.consumer_region
    zones = reader.ask("ListHostedZonesByVPC", VPCId=vpc, VPCRegion=region)
    for zone in zones.each:
        owner = as_mapping(zone.get("Owner"))
        if text(owner, "OwningService") != _MANAGED:
            zone_id, name = text(zone, "HostedZoneId"), text(zone, "Name")
            _write_zone(album, reader, question, zone_id, name, vpc=vpc)
    _write_rules(album, reader, vpc)
    _write_profiles(album, reader, question, vpc)


def _write_zone(
    album: Album, reader: Reader, question: Question, zone_id: str, name: str, *, vpc: str | None
) -> None:
    vpcs = [{"VPCId": vpc, "VPCRegion": question.consumer_region}] if vpc else []
    album.add(HOSTED_ZONE, zone_id, {"Name": name, "VPCs": vpcs}, {"Name": name})
    for record in reader.ask("ListResourceRecordSets", HostedZoneId=zone_id).each:
        if _concerns(record, question):
            alias = chosen(as_mapping(record.get("AliasTarget")), "DNSName", "HostedZoneId")
            values = [text(each, "Value") for each in mappings(record, "ResourceRecords")]
            album.add(
                RECORD_SET,
                f"{zone_id}/{normal_name(text(record, 'Name'))}/{text(record, 'Type')}",
                {
                    **chosen(record, "Name", "Type", "TTL", "SetIdentifier"),
                    "HostedZoneId": zone_id,
                    "AliasTarget": alias or None,
                    "ResourceRecords": values or None,
                },
                {"Name": text(record, "Name")},
            )


def _concerns(record: Json, question: Question) -> bool:
    """Tell whether a record has to do with the service, or with the name that clients use.

    All others stay where they are: the rest of an account is not part of a diagnosis.
    """
    if text(record, "Type") not in _TYPES:
        return False
    values = [text(each, "Value") for each in mappings(record, "ResourceRecords")]
    targets = [text(as_mapping(record.get("AliasTarget")), "DNSName"), *values]
    if any(f".{question.service_id}." in target.lower() for target in targets):
        return True
    name = normal_name(text(record, "Name"))
    wanted = question.name
    return wanted is not None and is_in_domain(wanted, name.removeprefix("*."))


def _write_rules(album: Album, reader: Reader, vpc: str) -> None:
    wanted = {"Name": "VPCId", "Values": [vpc]}
    for association in reader.ask("ListResolverRuleAssociations", Filters=[wanted]).each:
        rule = text(association, "ResolverRuleId")
        _write_rule(album, reader, rule)
        album.add(
            RESOLVER_RULE_ASSOCIATION,
            text(association, "Id"),
            {"VPCId": vpc, "ResolverRuleId": rule},
            chosen(association, "Status"),
        )


def _write_rule(album: Album, reader: Reader, rule_id: str) -> None:
    if album.has(rule_id):
        return
    rules = {text(rule, "Id"): rule for rule in reader.ask("ListResolverRules").each}
    properties = chosen(rules.get(rule_id, {}), "DomainName", "RuleType")
    album.add(RESOLVER_RULE, rule_id, properties, {"Id": rule_id})


def _write_profiles(album: Album, reader: Reader, question: Question, vpc: str) -> None:
    for association in reader.ask("ListProfileAssociations", ResourceId=vpc).each:
        profile = text(association, "ProfileId")
        album.add(
            PROFILE_ASSOCIATION,
            text(association, "Id"),
            {"Name": text(association, "Name"), "ProfileId": profile, "ResourceId": vpc},
            chosen(association, "Priority", "Status"),
        )
        for resource in reader.ask("ListProfileResourceAssociations", ProfileId=profile).each:
            album.add(
                PROFILE_RESOURCE_ASSOCIATION,
                text(resource, "Id"),
                chosen(resource, "Name", "ProfileId", "ResourceArn"),
                chosen(resource, "Status"),
            )
            _write_shared(album, reader, question, text(resource, "ResourceArn"))


def _write_shared(album: Album, reader: Reader, question: Question, arn: str) -> None:
    """Write down what a Profile brings, unless the VPC has it, too."""
    resource_id = arn.rpartition("/")[2]
    if ":hostedzone/" in arn and not album.has(resource_id):
        zone = reader.ask("GetHostedZone", Id=resource_id).first
        name = text(zone, "Name")
        if name:
            _write_zone(album, reader, question, resource_id, name, vpc=None)
    elif ":resolver-rule/" in arn:
        _write_rule(album, reader, resource_id)
