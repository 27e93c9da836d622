"""Rules of security groups that are resources of their own, as EC2 shows them in their groups."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.deploy.extension import emulated

if TYPE_CHECKING:
    from tests.deploy.extension.resources import Handlers, Made, Properties

_LISTS = {"Ingress": "IpPermissions", "Egress": "IpPermissionsEgress"}
_GROUPS = ("SourceSecurityGroupId", "DestinationSecurityGroupId")
_PREFIX_LISTS = ("SourcePrefixListId", "DestinationPrefixListId")


def handlers() -> dict[str, Handlers]:
    """Return both types of rules."""
    return {f"AWS::EC2::SecurityGroup{it}": _handlers(it) for it in _LISTS}


def _handlers(direction: str) -> Handlers:
    def create(_logical_id: str, properties: Properties, _stack: str) -> Made:
        _rules(properties, direction).append(permission(properties))
        rule_id = f"sgr-{secrets.token_hex(9)[:17]}"
        return rule_id, {"Id": rule_id, "SecurityGroupRuleId": rule_id}

    def update(rule_id: str, old: Properties, new: Properties, _stack: str) -> Made:
        delete(rule_id, old)
        _rules(new, direction).append(permission(new))
        return rule_id, {"Id": rule_id, "SecurityGroupRuleId": rule_id}

    def delete(_rule_id: str, properties: Properties) -> None:
        there, own = _rules(properties, direction), permission(properties)
        if own in there:
            there.remove(own)

    return {"create": create, "update": update, "delete": delete}


def _rules(properties: Properties, direction: str) -> list[dict[str, Any]]:
    group = emulated.ec2._security_groups.get(properties.get("GroupId", ""), {})
    return group.get(_LISTS[direction], [])


def permission(properties: Properties) -> dict[str, Any]:
    """Return a rule as EC2 has it."""
    found: dict[str, Any] = {"IpProtocol": str(properties["IpProtocol"])}
    found |= {it: int(properties[it]) for it in ("FromPort", "ToPort") if it in properties}
    groups = [properties[it] for it in _GROUPS if it in properties]
    lists = [properties[it] for it in _PREFIX_LISTS if it in properties]
    blocks = [properties[it] for it in ("CidrIp",) if it in properties]
    further = [properties[it] for it in ("CidrIpv6",) if it in properties]
    return {
        **found,
        "IpRanges": [{"CidrIp": it} for it in blocks],
        "Ipv6Ranges": [{"CidrIpv6": it} for it in further],
        "PrefixListIds": [{"PrefixListId": it} for it in lists],
        "UserIdGroupPairs": [{"GroupId": it} for it in groups],
    }
