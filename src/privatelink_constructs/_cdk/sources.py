"""The sources of traffic, as users write them: text, the CDK's peers, prefix lists, and groups."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import (
    environment_of,
    reference,
    referenced,
    stack_of,
    text_of,
)
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs.rules.client_sources import (
    ClientSource,
    SourceKind,
    source_count_known,
    valid_source,
)
from privatelink_constructs.rules.core import about, is_list_token, is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import constructs

    from privatelink_constructs.rules.core import Problem

_LITERAL_CIDR = r"[0-9a-fA-F.:]+/\d+"
_LITERAL_LIST = re.compile(r"pl-[0-9a-f]+")
_PROPERTIES: dict[str, tuple[SourceKind, str | None]] = {
    "cidr_ip": (SourceKind.CIDR, "ipv4"),
    "cidr_ipv6": (SourceKind.CIDR, "ipv6"),
    "source_prefix_list_id": (SourceKind.PREFIX_LIST, None),
    "source_security_group_id": (SourceKind.SECURITY_GROUP, None),
}
_NAMES = {described: name for name, described in _PROPERTIES.items()}
_ADDRESS_FAMILIES = {"IPv4": "ipv4", "IPv6": "ipv6"}


def check_items(items: Sequence[object], *, argument: str) -> Iterator[Problem]:
    """Check that each item of an argument is one source, before anything is read from it.

    :param argument: the name of the argument.
    """
    for position, item in enumerate(items):
        if isinstance(item, str):
            yield from source_count_known(f"{argument}[{position}]", known=not is_list_token(item))


def check_each(items: Sequence[str | ec2.IPeer], *, argument: str) -> Iterator[Problem]:
    """Check each item of an argument by itself.

    :param argument: the name of the argument.
    """
    for position, item in enumerate(items):
        yield from about(valid_source(source_of(item)), f"{argument}[{position}]")


def equal_tokens(values: Sequence[str], scope: constructs.IConstruct) -> Mapping[str, str]:
    """Return, for each token that represents the same as an earlier one, the earlier one.

    Each ``Fn.import_value("Name")`` is another token.

    :param scope: a construct of the stack that resolves them.
    """
    tokens = list(dict.fromkeys(filter(is_token, values)))
    if len(tokens) < 2:  # noqa: PLR2004 - two can be equal
        return {}
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for token, value in zip(tokens, stack_of(scope).resolve(tokens), strict=True):
        earlier = first.setdefault(json.dumps(value, sort_keys=True), token)
        if earlier != token and _of_one_resource(earlier, token):
            found[token] = earlier
    return found


def _of_one_resource(left: str, right: str) -> bool:
    """Return whether two tokens that look alike are of one resource, and not of two stacks."""
    ours, theirs = referenced(left), referenced(right)
    return ours is None or theirs is None or reference(ours) == reference(theirs)


def distinct_sources(
    items: Sequence[str | ec2.IPeer], scope: constructs.IConstruct
) -> tuple[ClientSource, ...]:
    """Return each source once.

    :param scope: a construct of the stack that resolves tokens.
    """
    sources = list(map(source_of, items))
    same = equal_tokens([source.value for source in sources], scope)
    return tuple(dict.fromkeys(replace(it, value=same.get(it.value, it.value)) for it in sources))


def is_peer(item: object) -> bool:
    """Return whether a rule of a security group can name something as its source."""
    return _has(item, "to_ingress_rule_config")


def has_groups(item: object) -> bool:
    """Return whether something is a security group, which is opened as well as named."""
    return _has(item, "security_group_id")


def region_of_group(group: object) -> str | None:
    """Return the Region of a security group, None if it isn't known."""
    return environment_of(stack_of(cast("constructs.IConstruct", group))).region


def _has(item: object, name: str) -> bool:
    """Return whether an object has an attribute, without asking for it.

    Reading a property is a round trip, and the CDK rejects some of them.
    """
    values = cast("Mapping[str, Sequence[object]]", getattr(item, "__dict__", {}))
    known_in_python = (item, *values.get("_delegates", ()))
    return name in values or any(hasattr(type(it), name) for it in known_in_python)


def source_of(item: str | ec2.IPeer) -> ClientSource:
    """Return a source with what is known of it.

    Text is an IPv4 CIDR block unless it has a colon: what a token represents can't be seen.
    """
    if isinstance(item, str):
        family = "ipv6" if ":" in item and not is_token(item) else "ipv4"
        return ClientSource(SourceKind.CIDR, _canonical(item), family)
    return _source_of_peer(item)


@once_for_each
def _source_of_peer(peer: ec2.IPeer) -> ClientSource:
    """Return what a peer is, in one round trip if its name shows it, as for literals.

    The CDK names CIDR blocks and prefix lists by themselves. All of a rule takes six round trips.
    """
    name = text_of(peer, "unique_id")
    if re.fullmatch(_LITERAL_CIDR, name):
        return ClientSource(SourceKind.CIDR, _canonical(name), "ipv6" if ":" in name else "ipv4")
    if _LITERAL_LIST.fullmatch(name):
        return ClientSource(SourceKind.PREFIX_LIST, name)
    config = peer.to_ingress_rule_config()
    for name, (kind, family) in _PROPERTIES.items():
        value = _property(config, name)
        if value is not None:
            owner = _property(config, "source_security_group_owner_id")
            resource = _list_of(value) if kind is SourceKind.PREFIX_LIST else None
            return ClientSource(
                kind,
                _canonical(value),
                family or (_family_of(resource) if resource else None),
                owner,
                _entries_of(resource) if resource else None,
            )
    return ClientSource(SourceKind.OTHER, type(peer).__name__)


def _property(config: object, name: str) -> str | None:
    """Read a property of a rule, which a peer of a user's own may return as the CDK writes it."""
    if isinstance(config, Mapping):
        first, *rest = name.split("_")
        return cast("Mapping[str, str]", config).get("".join([first, *map(str.title, rest)]))
    return getattr(config, name, None)


def _canonical(value: str) -> str:
    """Return a CIDR block as EC2 writes it, so that equal ones are written once."""
    try:
        network = ipaddress.ip_network(known(value) or "")
    except ValueError:  # a token, no CIDR block, or one that rules refuse
        return value
    return str(network) if value.endswith(f"/{network.prefixlen}") else value


def _list_of(value: str) -> ec2.CfnPrefixList | None:
    """Return a prefix list of the app, None for any other one."""
    resource = referenced(value)
    return resource if isinstance(resource, ec2.CfnPrefixList) else None


def _family_of(resource: ec2.CfnPrefixList) -> str | None:
    return _ADDRESS_FAMILIES.get(known(resource.address_family) or "")


def _entries_of(resource: ec2.CfnPrefixList) -> int | None:
    """Return how many entries a prefix list can have, None if it is known only at deployment."""
    entries = known(resource.max_entries)
    return None if entries is None else int(entries)


def rule_properties(source: ClientSource) -> Mapping[str, Any]:
    """Return a source as the properties of an inbound rule."""
    family = source.family if source.kind is SourceKind.CIDR else None
    owner = {"source_security_group_owner_id": source.owner} if source.owner else {}
    return {_NAMES[source.kind, family]: source.value, **owner}
