"""Security groups of load balancers and of endpoints, whatever they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.cloudformation.resource import earlier
from privatelink_constructs.inventory.destinations import interface_endpoints
from privatelink_constructs.inventory.group_rules import group_rules
from privatelink_constructs.inventory.networks import PROTOCOLS, range_of, rules_of
from privatelink_constructs.inventory.types import PREFIX_LIST, SECURITY_GROUP, SUBNET, VPC
from privatelink_constructs.rules import security_group_rules as single_rules
from privatelink_constructs.rules import security_groups as security_rules
from privatelink_constructs.rules.clients import client_group_in_region
from privatelink_constructs.rules.core import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_number_of_rules(inventory: Inventory) -> Iterator[Finding]:
    """Check that a group has no more rules than AWS takes."""
    for group in _groups(inventory):
        sizes = {
            direction: [_size(rule) for rule in rules_of(inventory, group, direction)]
            for direction in _DIRECTIONS
        }
        inbound, outbound = ([it for size in each for it in size] for each in sizes.values())
        yield from found(
            security_rules.security_group_rule_count(inbound=inbound, outbound=outbound), group
        )
        for direction, each in sizes.items():
            lists = sum(not size for size in each)
            problems = security_rules.security_group_rule_count_known(
                rules=sum(map(len, each)), lists=lists, direction=_IN_WORDS[direction]
            )
            yield from found(problems, group)


def _size(rule: Value) -> list[str | None]:
    """Return a rule as the quota counts it, once for each entry that its prefix list can have.

    The list is empty for a prefix list whose size isn't known.
    """
    value = next((it for it in map(rule.get, _PREFIX_LISTS) if not it.absent), None)
    if value is None:
        return [range_of(rule)]
    resource = value.target(PREFIX_LIST)
    entries = resource.get("MaxEntries").number if resource else None
    ipv6 = resource is not None and resource.get("AddressFamily").text == "IPv6"
    return ["::/0" if ipv6 else None] * int(entries or 0)


def check_ranges(inventory: Inventory) -> Iterator[Finding]:
    """Check the format of the CIDR blocks in a group's rules."""
    for group in _groups(inventory):
        for rule in (rule for it in _DIRECTIONS for rule in rules_of(inventory, group, it)):
            for name, version in _VERSIONS.items():
                value = rule.get(name)
                if value.text is not None:
                    yield from found(
                        first_of(
                            security_rules.client_cidr_well_formed(value.text, version=version),
                            security_rules.cidr_without_host_bits(value.text),
                        ),
                        value,
                    )


def check_source_groups(inventory: Inventory) -> Iterator[Finding]:
    """Check that the security groups that rules name are in the Region of the rules."""
    for group in _groups(inventory):
        for rule in rules_of(inventory, group):
            value = rule.get(_SOURCE_GROUP)
            source = value.target(SECURITY_GROUP)
            if source is not None:
                problems = client_group_in_region(
                    rule.resource.template.region, source.template.region, argument=_SOURCE_GROUP
                )
                yield from found(problems, value)


def check_duplicates(inventory: Inventory) -> Iterator[Finding]:
    """Check that no rule is defined twice, because AWS rejects the second rule."""
    seen: dict[tuple[object, ...], list[Resource]] = {}
    listed: set[tuple[object, ...]] = set()
    for rule in group_rules(inventory):
        if rule.key is None:
            continue
        if rule.inline:
            yield from found(
                single_rules.rule_listed_once(str(rule), again=rule.key in listed), rule.value
            )
            listed.add(rule.key)
        other = earlier(seen, rule.key, rule.value.resource)
        name = other.logical_id if other else None
        yield from found(single_rules.rule_defined_once(str(rule), name), rule.value)


def check_sources(inventory: Inventory) -> Iterator[Finding]:
    """Check that nothing else than a CIDR block is used as one."""
    for rule in group_rules(inventory):
        for name, version in _VERSIONS.items():
            value = rule.value.get(name)
            if value.reference and value.target(VPC, SUBNET, SECURITY_GROUP, PREFIX_LIST):
                shown = described(value.reference)
                problems = security_rules.client_cidr_well_formed(shown, version=version)
                yield from found(problems, value)


def check_ports(inventory: Inventory) -> Iterator[Finding]:
    """Check the ports of all rules."""
    for rule in group_rules(inventory):
        protocol = rule.value.get("IpProtocol").text
        first, last = rule.value.get("FromPort"), rule.value.get("ToPort")
        named = (("FromPort", first), ("ToPort", last))
        problems = single_rules.rule_ports_valid(
            None if protocol is None else PROTOCOLS.get(protocol.lower()),
            ports=(first.number, last.number),
            missing=[name for name, value in named if value.absent],
        )
        yield from found(problems, rule.value)


def check_descriptions(inventory: Inventory) -> Iterator[Finding]:
    """Check the descriptions of groups and of rules."""
    groups = (group.get("GroupDescription") for group in inventory.of_type(SECURITY_GROUP))
    rules = (rule.value.get("Description") for rule in group_rules(inventory))
    for value in (*groups, *rules):
        # What isn't known counts for nothing.
        yield from found(single_rules.valid_description(value.filled("") or ""), value)


_SOURCE_GROUP = "SourceSecurityGroupId"
_DIRECTIONS = ("Ingress", "Egress")
_IN_WORDS = {"Ingress": "inbound", "Egress": "outbound"}
_PREFIX_LISTS = ("SourcePrefixListId", "DestinationPrefixListId")
_VERSIONS = {"CidrIp": 4, "CidrIpv6": 6}


def _groups(inventory: Inventory) -> list[Resource]:
    lists = [
        *(each.get("SecurityGroups") for each in inventory.serving),
        *(each.get("SecurityGroupIds") for each in interface_endpoints(inventory)),
    ]
    groups = (value.target(SECURITY_GROUP) for values in lists for value in values.each())
    return [group for group in dict.fromkeys(groups) if group]


CHECKS = (
    check_descriptions,
    check_duplicates,
    check_number_of_rules,
    check_ports,
    check_ranges,
    check_source_groups,
    check_sources,
)
