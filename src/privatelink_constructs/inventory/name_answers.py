"""Which hosted zone, rule, Profile, or endpoint answers for a name in a VPC, and why.

The most specific domain decides. For one domain, a forwarding rule comes before a hosted zone, and
what the VPC itself has before what a Profile brings.

:see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
:see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profile-priority.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs._values import internal_value
from privatelink_constructs.facts.domain_names import is_in_domain, normal_name
from privatelink_constructs.inventory.record_sets import records
from privatelink_constructs.inventory.states import state_of, texts_of
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
    PROFILE_ASSOCIATION,
    PROFILE_RESOURCE_ASSOCIATION,
    RESOLVER_RULE,
    RESOLVER_RULE_ASSOCIATION,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.record_sets import Record

_VPC = 0
"""How early a VPC's own settings count; a Profile counts by its priority."""
_DEFAULT_PRIORITY = 100
_RULE, _HOSTED_ZONE, _PRIVATE_DNS = "forwarding rule", "private hosted zone", "private DNS"
_FORWARD = "FORWARD"


class Source(NamedTuple):
    """Something that answers for a domain in a VPC.

    :param kind: what it is, in words.
    :param resource: the rule, the hosted zone, or the endpoint.
    :param domain: the domain.
    :param priority: how early it counts, the lowest first.
    :param profile: the Profile that brings it, None for the VPC's own.
    """

    kind: str
    resource: Resource
    domain: str
    priority: float
    profile: str | None

    def __str__(self) -> str:
        """Return it in words."""
        what = f"the {self.kind} {self.resource.logical_id} for {self.domain}"
        if self.kind == _PRIVATE_DNS:
            what = f"private DNS of {self.resource.logical_id}"
        return f"{what} from Profile {self.profile}" if self.profile else what


@internal_value
class Answer:
    """What answers for a name in a VPC.

    :param name: the name.
    :param source: what answers, None if nothing in the VPC does.
    :param targets: what a hosted zone has for the name.
    :param record: the record that has it.
    """

    name: str
    source: Source | None
    targets: list[str]
    record: Record | None = None

    @property
    def shadows(self) -> bool:
        """Whether it leads away from endpoints for certain: elsewhere, or to no record at all."""
        if self.source is None or self.source.kind == _PRIVATE_DNS:
            return False
        return self.source.kind == _RULE or not self.targets

    @property
    def why(self) -> str:
        """Why this answers, in a sentence."""
        if self.source is None:
            return "nothing in the VPC covers it, so public DNS answers"
        if self.source.kind == _RULE:
            return "its domain is the most specific one, and a rule comes before a hosted zone"
        if self.source.kind == _PRIVATE_DNS:
            return "the endpoint has private DNS on, and AWS keeps a hosted zone for it"
        has = f"it has {', '.join(self.targets)}" if self.targets else "it has no record for it"
        return f"its domain is the most specific one, and {has}"


def answer_for(model: Model, vpc: str, name: str) -> Answer:
    """Return what answers for a name in a VPC.

    :param vpc: the ID of the VPC.
    """
    covering = [each for each in _sources(model, vpc) if is_in_domain(name, each.domain)]
    if not covering:
        return Answer(name, None, [])
    source = min(covering, key=_order)
    if source.kind != _HOSTED_ZONE:
        return Answer(name, source, [])
    there = [each for each in records(model) if each.zone is source.resource]
    matching = _matching(there, name)
    targets = [text for each in matching for text in _targets(each)]
    return Answer(name, source, targets, matching[0] if matching else None)


def _order(source: Source) -> tuple[int, bool, float, str]:
    labels = normal_name(source.domain).count(".") + 1
    return (-labels, source.kind != _RULE, source.priority, source.resource.logical_id)


def _sources(model: Model, vpc: str) -> Iterator[Source]:
    for endpoint in model.of_type(ENDPOINT):
        if _id(endpoint, "VpcId") == vpc:
            yield from _private_dns(endpoint, _VPC, None)
    for zone in model.of_type(HOSTED_ZONE):
        if any(_of(item.get("VPCId")) == vpc for item in zone.get("VPCs").each()):
            yield from _of_zone(zone, _VPC, None)
    for association in model.of_type(RESOLVER_RULE_ASSOCIATION):
        rule = association.get("ResolverRuleId").target(RESOLVER_RULE)
        if rule and _id(association, "VPCId") == vpc:
            yield from _of_rule(rule, _VPC, None)
    for association in model.of_type(PROFILE_ASSOCIATION):
        if _id(association, "ResourceId") == vpc:
            profile = association.get("ProfileId").text or "unknown"
            priority = state_of(association).get("Priority").number or _DEFAULT_PRIORITY
            yield from _of_profile(model, profile, priority)


def _of_profile(model: Model, profile: str, priority: float) -> Iterator[Source]:
    by_id = {
        resource.logical_id: resource
        for resource in model.of_type(ENDPOINT, HOSTED_ZONE, RESOLVER_RULE)
    }
    read = {ENDPOINT: _private_dns, HOSTED_ZONE: _of_zone, RESOLVER_RULE: _of_rule}
    for association in model.of_type(PROFILE_RESOURCE_ASSOCIATION):
        resource_id = (association.get("ResourceArn").text or "").rpartition("/")[2]
        resource = by_id.get(resource_id)
        if resource and association.get("ProfileId").text == profile:
            yield from read[resource.type](resource, priority, profile)


def _private_dns(endpoint: Resource, priority: float, profile: str | None) -> Iterator[Source]:
    if endpoint.get("PrivateDnsEnabled").boolean:
        for name in texts_of(state_of(endpoint).get("PrivateDnsNames")) or []:
            domain = name.removeprefix("*.")
            yield Source(_PRIVATE_DNS, endpoint, domain, priority, profile)


def _of_zone(zone: Resource, priority: float, profile: str | None) -> Iterator[Source]:
    name = zone.get("Name").text
    if name:
        yield Source(_HOSTED_ZONE, zone, normal_name(name), priority, profile)


def _of_rule(rule: Resource, priority: float, profile: str | None) -> Iterator[Source]:
    # A rule of type SYSTEM leaves its domain to the hosted zones.
    name = rule.get("DomainName").text
    if name and rule.get("RuleType").text == _FORWARD and normal_name(name):
        yield Source(_RULE, rule, normal_name(name), priority, profile)


def _matching(there: list[Record], name: str) -> list[Record]:
    """Return the records for a name: those of the name itself, or of a wildcard above it."""
    wanted = normal_name(name)
    labels = wanted.split(".")
    names = [wanted, *("*." + ".".join(labels[first:]) for first in range(1, len(labels)))]
    for each in names:
        found = [record for record in there if normal_name(record.name.text or "") == each]
        if found:
            return found
    return []


def _targets(record: Record) -> list[str]:
    alias = record.alias.get("DNSName").text
    values = [alias] if alias else texts_of(record.values) or []
    return [normal_name(value).removeprefix("dualstack.") for value in values]


def names_of_service(model: Model, service_id: str) -> list[tuple[str, Record, list[str]]]:
    """Return the records of hosted zones that point to endpoints of a service."""
    found = [(record.name.text or "", record, _targets(record)) for record in records(model)]
    return [
        (normal_name(name), record, targets)
        for name, record, targets in found
        if any(f".{service_id}." in target for target in targets)
    ]


def _id(resource: Resource, key: str) -> str | None:
    return _of(resource.get(key))


def _of(value: Value) -> str | None:
    target = value.target()
    return target.logical_id if target else value.text
