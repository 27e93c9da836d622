"""Load balancers that exist already, of any origin."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from weakref import ref

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.asking import environment_of, reference, referenced, stack_of
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs._cdk.register import (
    imported_load_balancer_services,
    load_balancer_services,
)
from privatelink_constructs.facts.arns import region_in_arn
from privatelink_constructs.rules import load_balancers as rules
from privatelink_constructs.rules.address_families import ipv6_available
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import constructs

    from privatelink_constructs.rules.core import Problem

_DEFINED_HERE = (elbv2.ApplicationLoadBalancer, elbv2.CfnLoadBalancer, elbv2.NetworkLoadBalancer)

_LOOKED_UP = ":loadbalancer/network/"
"""What ARNs hold on the first pass of a look-up; those of AWS have ``net`` there."""
_UNKNOWN_PORT = "?"


def is_defined_here(load_balancer: elbv2.INetworkLoadBalancer) -> bool:
    """Tell whether a load balancer is one of the app, rather than imported."""
    return isinstance(load_balancer, elbv2.NetworkLoadBalancer)


def check_load_balancers(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer],
    ip_address_types: Sequence[str],
    region: str | None = None,
) -> Iterator[Problem]:
    """Check that load balancers can back one service.

    :param region: the Region of the service, None when it isn't known.
    """
    load_balancers = [_original(it) for it in load_balancers]
    yield from rules.load_balancer_present(len(load_balancers))
    for load_balancer in load_balancers:
        yield from rules.load_balancer_kind(LoadBalancerName(load_balancer), _kind(load_balancer))
    counts = Counter(map(_key, load_balancers))
    for load_balancer in load_balancers:
        yield from rules.load_balancer_listed_once(
            LoadBalancerName(load_balancer), counts[_key(load_balancer)]
        )
    for load_balancer in load_balancers:
        yield from _check_defined(load_balancer, ip_address_types)
        owner = _service_of(load_balancer)
        yield from rules.load_balancer_in_region(
            LoadBalancerName(load_balancer), _region_of(load_balancer, region), region=region
        )
        path = owner.node.path if owner is not None else None
        yield from rules.load_balancer_in_one_service(LoadBalancerName(load_balancer), path)


def _kind(load_balancer: object) -> str | None:
    """Return the kind of a load balancer, as the rules name it."""
    match load_balancer:
        case elbv2.NetworkLoadBalancer():
            return "network"
        case elbv2.ApplicationLoadBalancer():
            return "application"
        case elbv2.CfnLoadBalancer():
            kind = known(load_balancer.type or "application")
            return "resource" if kind in {None, "network"} else kind
        case _:
            return rules.kind_in_arn(_arn(cast("elbv2.INetworkLoadBalancer", load_balancer)))


@dataclass(frozen=True, eq=False)
class LoadBalancerName:
    """How messages name a load balancer: by its path, or by its ARN if it is imported.

    Both are round trips, so they are asked for when there is a message.
    """

    load_balancer: elbv2.INetworkLoadBalancer

    def __str__(self) -> str:
        arn = _arn_if_imported(self.load_balancer)
        return repr(arn) if arn else self.load_balancer.node.path


def _key(load_balancer: elbv2.INetworkLoadBalancer) -> object:
    """Return what tells a load balancer from others."""
    return _arn_if_imported(load_balancer) or id(load_balancer)


def _arn_if_imported(load_balancer: elbv2.INetworkLoadBalancer) -> str | None:
    return None if isinstance(load_balancer, _DEFINED_HERE) else _arn(load_balancer)


def in_order(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer],
) -> list[elbv2.INetworkLoadBalancer]:
    """Return load balancers in an order that doesn't depend on that in which they are listed."""
    if len(load_balancers) < 2:  # noqa: PLR2004 - one needs no round trip
        return list(load_balancers)
    return sorted(load_balancers, key=lambda it: _arn_if_imported(it) or it.node.path)


def _check_defined(
    load_balancer: elbv2.INetworkLoadBalancer, ip_address_types: Sequence[str]
) -> Iterator[Problem]:
    if not isinstance(load_balancer, elbv2.NetworkLoadBalancer):
        return
    name = LoadBalancerName(load_balancer)
    yield from rules.load_balancer_internal(_resource(load_balancer).scheme, name=name)
    if "ipv6" in ip_address_types:
        dualstack = load_balancer.ip_address_type is elbv2.IpAddressType.DUAL_STACK
        yield from ipv6_available(name, available=dualstack)


def _region_of(load_balancer: elbv2.INetworkLoadBalancer, region: str | None) -> str | None:
    """Return the Region of a load balancer, None when it isn't known or when nobody asks."""
    if region is None:
        return None
    if isinstance(load_balancer, elbv2.NetworkLoadBalancer):
        return environment_of(stack_of(load_balancer)).region
    return region_in_arn(_arn(load_balancer), "elasticloadbalancing")


def _resource(load_balancer: elbv2.INetworkLoadBalancer) -> elbv2.CfnLoadBalancer:
    return cast("elbv2.CfnLoadBalancer", load_balancer.node.default_child)


def _original(load_balancer: elbv2.INetworkLoadBalancer) -> elbv2.INetworkLoadBalancer:
    """Return the load balancer of the app that was imported by its ARN's reference, or itself."""
    if is_defined_here(load_balancer) or isinstance(load_balancer, elbv2.CfnLoadBalancer):
        return load_balancer
    resource = referenced(_text_of_arn(load_balancer))
    scope = resource.node.scope if resource else None
    return scope if isinstance(scope, elbv2.NetworkLoadBalancer) else load_balancer


@once_for_each
def _text_of_arn(load_balancer: elbv2.INetworkLoadBalancer) -> str:
    return load_balancer.load_balancer_arn


def _arn(load_balancer: elbv2.INetworkLoadBalancer) -> str | None:
    """Return the ARN of a load balancer, None when it isn't known, or still to be looked up."""
    arn = known(_text_of_arn(load_balancer))
    return None if arn is None or _LOOKED_UP in arn else arn


def is_pending(load_balancer: elbv2.INetworkLoadBalancer) -> bool:
    """Tell whether a load balancer or its VPC is still to be looked up."""
    if isinstance(load_balancer, elbv2.NetworkLoadBalancer):
        return load_balancer.vpc is not None and _network.is_pending(load_balancer.vpc)
    return _LOOKED_UP in (known(_text_of_arn(load_balancer)) or "")


def _service_of(load_balancer: elbv2.INetworkLoadBalancer) -> constructs.Construct | None:
    """Return the endpoint service that a load balancer is known to be in."""
    found = _register_of(load_balancer)
    return found[-1]() if found else None


def remember_service(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer], service: constructs.Construct
) -> None:
    """Remember which service load balancers are in."""
    for load_balancer in map(_original, load_balancers):
        _register_of(load_balancer).append(ref(service))


def _register_of(load_balancer: elbv2.INetworkLoadBalancer) -> list[ref[constructs.Construct]]:
    if is_defined_here(load_balancer):
        return load_balancer_services[load_balancer]
    arn = _arn(load_balancer)
    return imported_load_balancer_services.at(load_balancer, arn) if arn else []


def listeners_of(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer],
) -> dict[str, frozenset[str]]:
    """Return the listeners of the load balancers that are defined in the app.

    :return: for the path of each load balancer its listeners, such as ``443/tls``, or ``?/tls``
        for a port that only the deployment knows.
    """
    return {
        load_balancer.node.path: frozenset(
            f"{_port_text(listener.port)}/{(listener.protocol or '').lower()}"
            for listener in listeners
            if listener.port is not None
        )
        for load_balancer, listeners in _listeners_by_load_balancer(load_balancers).items()
    }


def listener_resources_of(
    load_balancer: elbv2.NetworkLoadBalancer,
) -> Sequence[elbv2.CfnListener]:
    """Return the listeners of a load balancer of the app, which may be anywhere in it."""
    return _listeners_by_load_balancer([load_balancer])[load_balancer]


def target_groups_of(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer],
) -> tuple[elbv2.NetworkTargetGroup, ...]:
    """Return the target groups that the listeners of the app forward to, in their order."""
    found: dict[str, elbv2.NetworkTargetGroup] = {}
    for load_balancer, listeners in _listeners_by_load_balancer(load_balancers).items():
        stack = stack_of(load_balancer)
        for listener in listeners:
            actions = cast("list[dict[str, Any]]", stack.resolve(listener.default_actions) or [])
            for action in actions:
                group = _group_behind(action.get("targetGroupArn"), listener)
                if group is not None:
                    found[reference(group)] = group
    return tuple(found.values())


def _group_behind(arn: object, listener: elbv2.CfnListener) -> elbv2.NetworkTargetGroup | None:
    stack = stack_of(listener)
    groups = (
        it for it in listener.node.root.node.find_all() if isinstance(it, elbv2.NetworkTargetGroup)
    )
    return next((it for it in groups if stack.resolve(it.target_group_arn) == arn), None)


def _listeners_by_load_balancer(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer],
) -> dict[elbv2.NetworkLoadBalancer, list[elbv2.CfnListener]]:
    """Search the app for the listeners of load balancers; they may be anywhere in it."""
    roots: dict[constructs.IConstruct, list[elbv2.CfnListener]] = {}
    found: dict[elbv2.NetworkLoadBalancer, list[elbv2.CfnListener]] = {}
    for load_balancer in load_balancers:
        if not isinstance(load_balancer, elbv2.NetworkLoadBalancer):
            continue
        root = load_balancer.node.root
        if root not in roots:
            roots[root] = [it for it in root.node.find_all() if isinstance(it, elbv2.CfnListener)]
        arn = load_balancer.load_balancer_arn
        found[load_balancer] = [it for it in roots[root] if it.load_balancer_arn == arn]
    return found


def _port_text(port: float) -> str:
    return _UNKNOWN_PORT if is_token(port) else f"{port:g}"


def some_unknown(listeners: Iterable[str]) -> bool:
    """Tell whether only the deployment knows the port of a listener."""
    return any(listener.startswith(_UNKNOWN_PORT) for listener in listeners)
