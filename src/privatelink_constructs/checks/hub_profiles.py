"""Checks of Route 53 Profiles: their associations with VPCs, and their shares."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.inventory.destinations import destination_of
from privatelink_constructs.inventory.hubs import connections, members_of
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
    PROFILE,
    PROFILE_ASSOCIATION,
    PROFILE_RESOURCE_ASSOCIATION,
    RESOURCE_SHARE,
    VPC,
)
from privatelink_constructs.rules import hub as hub_rules
from privatelink_constructs.rules import hub_profiles as rules
from privatelink_constructs.rules import hub_spokes as spoke_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.hubs import Connection
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding, Problem

_BY_ID = (ENDPOINT, HOSTED_ZONE)
_ORGANIZATIONS = ":organizations:"


def check_priorities(inventory: Inventory) -> Iterator[Finding]:
    """Check how many Profiles a VPC has, and their priorities."""
    by_vpc: dict[str, list[Connection]] = defaultdict(list)
    for connection in connections(inventory):
        value = connection.association.get("Priority")
        yield from found(rules.priority_in_range(value.number), value)
        key = connection.vpc.key
        if key is not None and connection.association.exists:
            by_vpc[key].append(connection)
    for each in by_vpc.values():
        last = each[-1].association
        same = [it.association.get("ProfileId").key for it in each]
        repeated = max((same.count(key) for key in same if key is not None), default=0)
        problems = rules.valid_profiles([_priority(it) for it in each], same=repeated)
        yield from found(problems, last.get("ResourceId"))


def _priority(connection: Connection) -> int | None:
    value = connection.association.get("Priority")
    if value.absent:
        return rules.DEFAULT_PRIORITY
    return None if value.number is None else int(value.number)


def check_places(inventory: Inventory) -> Iterator[Finding]:
    """Check that a Profile is in the Region of its VPCs, and shared with their accounts."""
    for connection in connections(inventory):
        profile, association = connection.profile, connection.association
        if profile is None:
            continue
        value, ours, theirs = association.get("ProfileId"), profile.template, association.template
        yield from found(rules.profile_in_region(ours.region, theirs.region), value)
        accounts = _accounts(inventory, profile)
        yield from found(spoke_rules.hub_shared_with(theirs.account, ours.account, accounts), value)


def _shares_of(inventory: Inventory, profile: Resource) -> list[Resource]:
    values = inventory.referrers(profile, RESOURCE_SHARE)
    return list(dict.fromkeys(value.resource for value in values))


def _accounts(inventory: Inventory, profile: Resource) -> list[str] | None:
    """Return all accounts that a Profile is shared with, None where they can't be known."""
    shares = _shares_of(inventory, profile)
    principals = [item for share in shares for item in share.get("Principals").each()]
    texts = [item.text for item in principals]
    accounts = [text for text in texts if text is not None and text.isdecimal()]
    # Without a share in the templates, it may be defined anywhere.
    return accounts if accounts and len(accounts) == len(principals) else None


def check_shares(inventory: Inventory) -> Iterator[Finding]:
    """Check what others may do with a shared Profile, and who they can be."""
    shares = [it for each in inventory.of_type(PROFILE) for it in _shares_of(inventory, each)]
    for share in dict.fromkeys(shares):
        permissions = share.get("PermissionArns")
        names = [item.shown for item in permissions.each()]
        yield from found(
            rules.share_permission_narrow([name for name in names if name]), permissions
        )
        principals = share.get("Principals").items() or []
        inside = [it for it in principals if _ORGANIZATIONS in (it.text or "")]
        value = share.get("AllowExternalPrincipals")
        external = True if value.absent else value.boolean
        problems = rules.share_closed(len(inside), len(principals) - len(inside), external=external)
        yield from found(problems, share if value.absent else value)


def check_vpcs(inventory: Inventory) -> Iterator[Finding]:
    """Check the DNS attributes of the VPCs that use a Profile, each once."""
    used = {it.vpc.target(VPC): it.vpc for it in reversed(connections(inventory))}
    for vpc, value in reversed(used.items()):
        if vpc is not None:
            hostnames, support = vpc.get("EnableDnsHostnames"), vpc.get("EnableDnsSupport")
            problems = spoke_rules.spoke_dns_enabled(
                hostnames=False if hostnames.absent else hostnames.boolean,
                support=True if support.absent else support.boolean,
            )
            yield from found(problems, value)


def check_names(inventory: Inventory) -> Iterator[Finding]:
    """Check the names of Profiles, and the IDs that associations refer to them by."""
    for profile in inventory.of_type(PROFILE):
        name = profile.get("Name")
        if name.text is not None:
            yield from found(rules.profile_name_well_formed(name.text), name)
    for association in inventory.of_type(PROFILE_ASSOCIATION, PROFILE_RESOURCE_ASSOCIATION):
        value = association.get("ProfileId")
        reference = value.reference
        by_arn = reference is not None and reference.attribute == "Arn"
        shown = described(reference) if reference is not None and by_arn else value.text
        if shown is not None:
            yield from found(rules.profile_id_well_formed(shown), value)


def check_resources(inventory: Inventory) -> Iterator[Finding]:
    """Check that Profiles contain only what they can contain."""
    for association in inventory.of_type(PROFILE_RESOURCE_ASSOCIATION):
        value = association.get("ResourceArn")
        for reference in value.references():
            resource = resource_of(reference)
            what = "an ID, not an ARN" if value.target(*_BY_ID) else _unsupported(resource)
            problems = rules.profile_resource_supported(resource.logical_id, what)
            yield from found(problems, value)


def _unsupported(resource: Resource) -> str | None:
    if resource.type == HOSTED_ZONE:
        return "a public hosted zone" if resource.get("VPCs").items() == [] else None
    kind = resource.get("VpcEndpointType")
    text = "Gateway" if kind.absent else kind.text
    if resource.type != ENDPOINT or text not in {"Gateway", "GatewayLoadBalancer"}:
        return None
    return f"an endpoint of type {text}"


def check_members(inventory: Inventory) -> Iterator[Finding]:
    """Check that the endpoints in a Profile have names there, and are where it is."""
    for profile in inventory.of_type(PROFILE):
        for member, value in members_of(inventory, profile):
            if member.type == ENDPOINT:
                yield from found(_member_problems(profile, member), value)


def _member_problems(profile: Resource, endpoint: Resource) -> Iterator[Problem]:
    private_dns, name = endpoint.get("PrivateDnsEnabled").boolean, endpoint.logical_id
    yield from hub_rules.hub_endpoints_named([name] if private_dns is False else [])
    custom = private_dns is True and destination_of(endpoint).custom
    yield from hub_rules.hub_endpoints_of_aws([name] if custom else [])
    yield from hub_rules.hub_endpoint_in_environment(
        name, _environment(profile), _environment(endpoint)
    )


def _environment(resource: Resource) -> tuple[str | None, str | None]:
    return resource.template.account, resource.template.region


CHECKS = (
    check_members,
    check_names,
    check_places,
    check_priorities,
    check_resources,
    check_shares,
    check_vpcs,
)
