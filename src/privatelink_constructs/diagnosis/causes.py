"""The order of causes, and what each one was seen by."""

from __future__ import annotations

import enum
import json
from typing import TYPE_CHECKING, cast

from privatelink_constructs.cloudformation.content import as_list, as_mapping
from privatelink_constructs.inventory.states import STATE_KEY
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
    LISTENER,
    LOAD_BALANCER,
    NETWORK_ACL,
    PERMISSIONS,
    RECORD_SET,
    RESOLVER_RULE,
    SERVICE,
    TARGET_GROUP,
    VPC,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs.rules.core import Finding

    Json = dict[str, object]


class Step(enum.Enum):
    """A step on the way of a connection, in the order in which they are decided."""

    PERMISSION = "permission"
    STATE = "state"
    ACCEPTANCE = "acceptance"
    ZONES = "Availability Zones"
    NAMES = "DNS"
    CONSUMER = "consumer's network"
    PROVIDER = "provider's inbound rules"
    LISTENERS = "listeners"
    TARGETS = "targets"
    CAPACITY = "port exhaustion"
    TRAFFIC = "traffic"


_RULES = {
    Step.PERMISSION: (
        *("service-missing", "principal-missing", "service-closed"),
        *("endpoint-missing", "endpoint-service-mismatch"),
        *("endpoint-region-not-supported", "service-region-unhealthy"),
    ),
    Step.STATE: ("service-unhealthy", "connection-missing", "connection-unhealthy"),
    Step.ACCEPTANCE: ("connection-pending", "connection-closed"),
    Step.ZONES: ("endpoint-zones-mismatch", "service-zone-pending"),
    Step.NAMES: (
        *("private-dns-name-unverified", "private-dns-name-missing", "vpc-dns-disabled"),
        *("endpoint-name-shadowed", "record-endpoint-mismatch"),
        *("private-hosted-zone-private-dns-conflict", "private-hosted-zone-vpc-dns-disabled"),
        "endpoint-private-dns-disabled",
    ),
    Step.CONSUMER: (
        *("endpoint-closed", "endpoint-port-closed", "endpoint-ports-insufficient"),
        *("endpoint-address-family-closed", "network-acl-closed"),
    ),
    Step.PROVIDER: (
        *("load-balancer-port-closed", "load-balancer-client-closed"),
        *("load-balancer-address-family-closed", "client-security-group-ineffective"),
    ),
    Step.LISTENERS: (
        *("service-load-balancer-missing", "load-balancer-unhealthy", "listener-missing"),
        *("service-port-missing", "load-balancer-listeners-mismatch"),
        "target-protocol-mismatch",
    ),
    Step.TARGETS: (
        *("load-balancer-target-closed", "target-closed", "target-group-target-missing"),
        *("target-group-unhealthy", "zone-target-unhealthy", "target-unhealthy"),
        "target-ineffective",
    ),
    Step.CAPACITY: ("port-allocation-exceeded",),
    Step.TRAFFIC: (
        *("load-balancer-traffic-closed", "load-balancer-flows-unhealthy"),
        *("endpoint-packet-size-exceeded", "idle-timeout-exceeded"),
    ),
}
STEPS = {rule: step for step, rules in _RULES.items() for rule in rules}
"""The step that each rule is about. What other rules find stops no connection."""
RANKS = {rule: rank for rank, rule in enumerate(STEPS)}
"""The most likely cause comes first."""

_GROUPS, _METRICS = "DescribeSecurityGroups", "GetMetricData"
_CALLS: dict[str, dict[str, str]] = {
    SERVICE: {
        "": "DescribeVpcEndpointServiceConfigurations",
        "Connections": "DescribeVpcEndpointConnections",
        "Consumer": "",
        "ConsumerErrorCode": "DescribeVpcEndpointServices",
        "MissingLoadBalancers": "DescribeLoadBalancers",
    },
    PERMISSIONS: {"": "DescribeVpcEndpointServicePermissions"},
    LOAD_BALANCER: {
        "": "DescribeLoadBalancers",
        "Metrics": _METRICS,
        "SecurityGroups": _GROUPS,
    },
    LISTENER: {"": "DescribeListeners"},
    TARGET_GROUP: {"": "DescribeTargetGroups", "Targets": "DescribeTargetHealth"},
    ENDPOINT: {"": "DescribeVpcEndpoints", "Metrics": _METRICS, "SecurityGroupIds": _GROUPS},
    HOSTED_ZONE: {"": "ListHostedZonesByVPC"},
    RECORD_SET: {"": "ListResourceRecordSets"},
    RESOLVER_RULE: {"": "ListResolverRules"},
    NETWORK_ACL: {"": "DescribeNetworkAcls"},
    VPC: {"": "DescribeVpcAttribute"},
}
_OF_RULES = {
    "endpoint-zones-mismatch": "DescribeSubnets",
    "listener-missing": "DescribeListeners",
    "load-balancer-listeners-mismatch": "DescribeListeners",
    "service-port-missing": "DescribeListeners",
    "private-hosted-zone-vpc-dns-disabled": "DescribeVpcAttribute",
    "vpc-dns-disabled": "DescribeVpcAttribute",
}
"""What showed a finding that is about several resources: its message has the values."""
_LONGEST = 300
_PORTS = ("FromPort", "ToPort")


def seen_by(template: Mapping[str, object], finding: Finding) -> str:
    """Return the call and the value that a finding was seen by."""
    if finding.rule in _OF_RULES:
        return f"{_OF_RULES[finding.rule]}: {finding.message}"
    path = finding.property_path
    resources = as_mapping(template.get("Resources"))
    resource = as_mapping(resources.get(finding.logical_id))
    section, _, place = path.partition(".")
    if section == "Metadata":
        place = place.removeprefix(STATE_KEY).removeprefix(".")
    value = _value_at(resource, path.split(".") if path else ["Properties"])
    call = _call(str(resource.get("Type")), place)
    if call == _GROUPS:
        return f"{call}: {_rules_of(resources, value)}"
    shown = _shown(value)
    what = f"{place} = {shown}" if place else shown
    return f"{call}: {what}" if call else f"asked: {what}"


def _call(kind: str, place: str) -> str:
    calls = _CALLS.get(kind, {"": "AWS"})
    if place.endswith("SecurityGroups"):
        return _GROUPS
    first = place.partition(".")[0]
    return calls.get(first, calls[""])


def _value_at(resource: object, keys: list[str]) -> object:
    for key in keys:
        if isinstance(resource, list):
            there = as_list(cast("object", resource))
            resource = there[int(key)] if key.isdigit() and int(key) < len(there) else None
        else:
            resource = as_mapping(resource).get(key)
    return resource


def _plain(value: object) -> object:
    if isinstance(value, dict):
        mapping = cast("Json", value)
        if set(mapping) == {"Ref"}:
            return mapping["Ref"]
        return {key: _plain(item) for key, item in mapping.items()}
    return (
        [_plain(each) for each in cast("list[object]", value)] if isinstance(value, list) else value
    )


def _shown(value: object) -> str:
    plain = _plain(value)
    if isinstance(plain, str):
        return plain
    text = json.dumps(plain, separators=(", ", ": "), default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _rules_of(resources: Json, value: object) -> str:
    """Return the rules of security groups in words."""
    return "; ".join(_group(resources, str(each)) for each in as_list(_plain(value))) or "none"


def _group(resources: Json, group_id: str) -> str:
    properties = as_mapping(as_mapping(resources.get(group_id)).get("Properties"))
    parts: list[str] = []
    for word, key in (("inbound", "SecurityGroupIngress"), ("outbound", "SecurityGroupEgress")):
        rules = [_rule(as_mapping(it)) for it in as_list(properties.get(key))]
        parts.append(f"{word} {', '.join(rules) or 'none'}")
    return f"{group_id} has {', '.join(parts)}"


def _rule(rule: Json) -> str:
    ports = "-".join(dict.fromkeys(str(rule[key]) for key in ("FromPort", "ToPort") if key in rule))
    peers = [
        value for key, value in rule.items() if key not in {"IpProtocol", "FromPort", "ToPort"}
    ]
    protocol = "all" if str(rule.get("IpProtocol")) == "-1" else str(rule.get("IpProtocol"))
    way = f"{protocol} {ports}" if ports else protocol
    return f"{way} of {', '.join(map(str, map(_plain, peers)))}"
