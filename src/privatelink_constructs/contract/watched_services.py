"""The facts about an endpoint service that metrics, alarms, and dashboards use.

The services of this library describe themselves when they are asked. Of any other object with the
members of ``IEndpointService``, as much is known as those members tell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
import constructs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import text_of
from privatelink_constructs._values import internal_value
from privatelink_constructs.contract.metric_making import MetricHome
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from privatelink_constructs.contract.interfaces import IEndpointService


@internal_value(kw_only=True)
class WatchedGroup:
    """A target group.

    :param id: what ids of constructs contain for it.
    :param full_name: its name in dimensions, ``targetgroup/...``.
    :param counted: whether CloudWatch counts its healthy targets. It counts no Application Load
        Balancers.
    """

    id: str
    full_name: str
    counted: bool = True


@internal_value(kw_only=True)
class WatchedBalancer:
    """A load balancer.

    :param id: what ids of constructs contain for it.
    :param arn: its ARN.
    :param full_name: its name in dimensions, ``net/...``.
    :param zones: the names of its zones, perhaps tokens; empty when one isn't known.
    :param cross_zone: whether it also sends to targets in its other zones.
    :param groups: its target groups, as far as they are known.
    :param enforces: whether it enforces inbound rules on PrivateLink traffic, None if not known.
    :param protocols: what its listeners speak, such as ``tls``; empty when it isn't known.
    """

    id: str
    arn: str
    full_name: str
    zones: tuple[str, ...] = ()
    cross_zone: bool = False
    groups: tuple[WatchedGroup, ...] = ()
    enforces: bool | None = None
    protocols: frozenset[str] = frozenset()


@internal_value(kw_only=True)
class WatchedService:
    """An endpoint service.

    :param id: its ID.
    :param home: where its metrics are.
    :param balancers: its load balancers, as far as they are known.
    :param acceptance: how requests are answered, in words, None if it isn't known.
    :param principals: who can create endpoints, asked for when a text is written, None if it isn't
        known.
    :param private_dns_name: its private DNS name, None without one, and if it isn't known.
    :param contributor_insights: whether CloudWatch ranks its endpoints, None if it isn't known.
    :param targets: asked for when everything is defined: how many targets it has, counting each
        port of a target, None when that isn't known.
    """

    id: str
    home: MetricHome
    balancers: Callable[[], tuple[WatchedBalancer, ...]]
    acceptance: str | None = None
    principals: Callable[[], Sequence[str]] | None = None
    private_dns_name: str | None = None
    contributor_insights: bool | None = None
    targets: Callable[[], int | None] | None = None


def home_of(thing: object) -> MetricHome:
    """Return the place of the metrics of an object: its stack, if it is a construct."""
    return MetricHome(construct=thing if isinstance(thing, constructs.Construct) else None)


def plainly_watched(service: IEndpointService) -> WatchedService:
    """Return the facts that the members of the protocol provide."""
    return WatchedService(
        id=service.endpoint_service_id,
        home=home_of(service),
        balancers=lambda: watched_balancers(
            service.load_balancers, service.target_groups, service.availability_zones
        ),
    )


def watched_balancers(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer],
    target_groups: Sequence[elbv2.INetworkTargetGroup],
    zones: Sequence[str],
) -> tuple[WatchedBalancer, ...]:
    """Return load balancers of which only the objects themselves are known.

    A single load balancer has all target groups, and is in all zones. Of several, each has the
    groups that name it. The others are left out, because it isn't known whose they are.
    """
    only = len(load_balancers) == 1
    ids = distinct_ids(load_balancers)
    found: list[WatchedBalancer] = []
    for load_balancer, name in zip(load_balancers, ids, strict=True):
        balancer = watched_balancer(load_balancer, name)
        groups = [it for it in target_groups if only or _names(it, balancer.arn)]
        found.append(
            replace(balancer, zones=tuple(zones) if only else (), groups=watched_groups(groups))
        )
    return tuple(found)


def watched_balancer(load_balancer: elbv2.INetworkLoadBalancer, name: str) -> WatchedBalancer:
    """Return a load balancer.

    :param name: what ids of constructs contain for it.
    """
    arn = text_of(load_balancer, "load_balancer_arn")
    if isinstance(load_balancer, elbv2.NetworkLoadBalancer):
        full_name = load_balancer.load_balancer_full_name
    else:
        full_name = _after(arn, "loadbalancer/")
    return WatchedBalancer(id=name, arn=arn, full_name=full_name)


def watched_groups(groups: Sequence[elbv2.INetworkTargetGroup]) -> tuple[WatchedGroup, ...]:
    """Return target groups."""
    ids = distinct_ids(groups)
    return tuple(_watched_group(group, name) for group, name in zip(groups, ids, strict=True))


def _watched_group(group: elbv2.INetworkTargetGroup, name: str) -> WatchedGroup:
    if isinstance(group, elbv2.NetworkTargetGroup):
        resource = cast("elbv2.CfnTargetGroup", group.node.default_child)
        counted = resource.target_type != "alb"
        return WatchedGroup(id=name, full_name=group.target_group_full_name, counted=counted)
    arn = text_of(group, "target_group_arn")
    # The sixth part of an ARN, which has no more of them.
    full_name = cdk.Fn.select(5, cdk.Fn.split(":", arn)) if is_token(arn) else arn.split(":")[-1]
    return WatchedGroup(id=name, full_name=full_name)


def distinct_ids(things: Iterable[constructs.IConstruct]) -> list[str]:
    """Return the text for each construct in the IDs of others: its own ID, or its address.

    An id is enough where it is the only one; it says more to a reader.
    """
    nodes = [it.node for it in things]
    ids = [node.id for node in nodes]
    return [
        name if ids.count(name) == 1 else node.addr for name, node in zip(ids, nodes, strict=True)
    ]


def _names(group: elbv2.INetworkTargetGroup, arn: str) -> bool:
    return not is_token(arn) and arn in text_of(group, "load_balancer_arns").split(",")


def _after(arn: str, mark: str) -> str:
    """Return the part of an ARN after a mark."""
    if is_token(arn):
        return cdk.Fn.select(1, cdk.Fn.split(mark, arn))
    return arn.partition(mark)[2]
