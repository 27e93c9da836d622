"""Writes down load balancers with their listeners, target groups, and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.diagnosis.album import chosen, mappings, text, texts
from privatelink_constructs.diagnosis.cloudwatch_metrics import LOAD_BALANCER_METRICS, sums_of
from privatelink_constructs.diagnosis.networks_seen import write_groups, write_subnets
from privatelink_constructs.diagnosis.target_health import write_targets
from privatelink_constructs.inventory.types import LISTENER, LOAD_BALANCER, TARGET_GROUP

if TYPE_CHECKING:
    from privatelink_constructs.diagnosis.album import Album
    from privatelink_constructs.diagnosis.reader import Reader

    Json = dict[str, object]

_ENFORCE = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
_MOST_ARNS = 20
"""How many load balancers one call describes."""


def write_load_balancers(album: Album, reader: Reader, arns: list[str]) -> list[str]:
    """Write down load balancers and everything behind them.

    :return: the ARNs of those that aren't there.
    """
    missing: list[str] = []
    for arn in arns:
        found = reader.ask("DescribeLoadBalancers", LoadBalancerArns=[arn])
        if found.code:
            missing.append(arn)
        for balancer in found.each:
            _write_load_balancer(album, reader, balancer)
    return missing


def _write_load_balancer(album: Album, reader: Reader, balancer: Json) -> None:
    arn, zones = text(balancer, "LoadBalancerArn"), mappings(balancer, "AvailabilityZones")
    subnets = [text(zone, "SubnetId") for zone in zones]
    groups = texts(balancer, "SecurityGroups")
    zone_ids = write_subnets(album, reader, subnets)
    write_groups(album, reader, groups)
    name = album.add(
        LOAD_BALANCER,
        text(balancer, "LoadBalancerName") or arn,
        {
            **chosen(balancer, "IpAddressType", "Scheme", "Type", _ENFORCE),
            "Subnets": subnets,
            "SecurityGroups": groups or None,
            "LoadBalancerAttributes": _attributes(reader, arn),
        },
        {
            "Arn": arn,
            "State": as_mapping(balancer.get("State")).get("Code"),
            "Reason": as_mapping(balancer.get("State")).get("Reason"),
            "ZoneIds": [zone_ids[subnet] for subnet in subnets if zone_ids.get(subnet)] or None,
            "ZoneNames": [text(zone, "ZoneName") for zone in zones],
            "Metrics": sums_of(reader, LOAD_BALANCER_METRICS, _dimension(arn)),
        },
        arn=arn,
    )
    _write_listeners(album, reader, name, arn)


def _attributes(reader: Reader, arn: str) -> list[Json] | None:
    found = reader.ask("DescribeLoadBalancerAttributes", LoadBalancerArn=arn)
    kept = [each for each in found.each if "cross_zone" in text(each, "Key")]
    return None if found.items is None else [chosen(each, "Key", "Value") for each in kept]


def _dimension(arn: str) -> dict[str, str]:
    return {"LoadBalancer": arn.partition(":loadbalancer/")[2]}


def _write_listeners(album: Album, reader: Reader, name: str, arn: str) -> None:
    found = reader.ask("DescribeListeners", LoadBalancerArn=arn)
    groups = reader.ask("DescribeTargetGroups", LoadBalancerArn=arn) if found.each else found
    if found.items is None:
        album.unseen("elasticloadbalancing:DescribeListeners", [arn])
    for group in groups.each if groups is not found else []:
        _write_group(album, reader, group)
    for listener in found.each:
        actions = mappings(listener, "DefaultActions")
        album.add(
            LISTENER,
            f"{name}:{text(listener, 'Port')}",
            {
                **chosen(listener, "Port", "Protocol", "SslPolicy"),
                "LoadBalancerArn": arn,
                "DefaultActions": [_action(action) for action in actions],
            },
            {"Arn": text(listener, "ListenerArn")},
            arn=text(listener, "ListenerArn"),
        )


def _action(action: Json) -> Json:
    groups = mappings(as_mapping(action.get("ForwardConfig")), "TargetGroups")
    forward = {"TargetGroups": [chosen(group, "TargetGroupArn", "Weight") for group in groups]}
    if groups:
        return {"Type": text(action, "Type"), "ForwardConfig": forward}
    return chosen(action, "Type", "TargetGroupArn")


def _write_group(album: Album, reader: Reader, group: Json) -> None:
    arn = text(group, "TargetGroupArn")
    found = reader.ask("DescribeTargetGroupAttributes", TargetGroupArn=arn)
    kept = [each for each in found.each if "cross_zone" in text(each, "Key")]
    targets = write_targets(album, reader, group)
    album.add(
        TARGET_GROUP,
        text(group, "TargetGroupName") or arn,
        {
            **chosen(group, "Port", "Protocol", "TargetType", "VpcId", "IpAddressType"),
            **chosen(group, "HealthCheckPort", "HealthCheckProtocol"),
            # What a group follows from its load balancer isn't true or false.
            "TargetGroupAttributes": [chosen(each, "Key", "Value") for each in kept],
        },
        {"Arn": arn, "Targets": targets},
        arn=arn,
    )
