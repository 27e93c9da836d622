"""Security groups of load balancers and of endpoints, whatever they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.destinations import interface_endpoints
from privatelink_constructs.checks.findings import found
from privatelink_constructs.checks.network import SECURITY_GROUP
from privatelink_constructs.rules.load_balancers import check_rule_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.checks.findings import Finding
    from privatelink_constructs.checks.model import Model
    from privatelink_constructs.checks.template import Resource
    from privatelink_constructs.checks.values import Value


def number_of_rules(model: Model) -> Iterator[Finding]:
    """Check that a group has no more rules than AWS takes."""
    lists = [
        *(each.get("SecurityGroups") for each in model.topology.serving),
        *(each.get("SecurityGroupIds") for each in interface_endpoints(model)),
    ]
    groups = [value.target(SECURITY_GROUP) for values in lists for value in values.each()]
    for group in dict.fromkeys(groups):
        if group:
            problems = check_rule_count(
                inbound=_ranges(model, group, "Ingress"), outbound=_ranges(model, group, "Egress")
            )
            yield from found(problems, group)


def _ranges(model: Model, group: Resource, direction: str) -> list[str | None]:
    """Return the range of each rule of a group, None for what is none or isn't known."""
    inline = group.get(f"SecurityGroup{direction}").each()
    apart = {
        value.resource
        for value in model.referrers(group)
        if value.resource.type == f"AWS::EC2::SecurityGroup{direction}"
        and value.resource.get("GroupId").target() is group
    }
    return [_range(rule) for rule in (*inline, *(resource.value for resource in apart))]


def _range(rule: Value) -> str | None:
    return rule.get("CidrIp").text or rule.get("CidrIpv6").text


CHECKS = (number_of_rules,)
