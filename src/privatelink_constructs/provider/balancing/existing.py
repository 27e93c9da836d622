"""Load balancers that exist already, defined in the app or imported."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast
from weakref import ref

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.asking import (
    StackEnvironment,
    environment_of,
    kind_of_resource,
    only_reference_in,
    reference,
    stack_of,
)
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs._cdk.register import (
    imported_load_balancer_services,
    load_balancer_services,
)
from privatelink_constructs._values import internal_value
from privatelink_constructs.facts.arns import UNKNOWN, is_stand_in, parse_arn
from privatelink_constructs.rules import load_balancers as rules
from privatelink_constructs.rules.address_families import ipv6_available
from privatelink_constructs.rules.arguments import text_single
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import constructs

    from privatelink_constructs.rules.core import Problem

_DEFINED_HERE = (elbv2.ApplicationLoadBalancer, elbv2.CfnLoadBalancer, elbv2.NetworkLoadBalancer)
_ARNS = frozenset({"LoadBalancerArn", "Ref"})
"""The attributes of a load balancer that are its ARN."""
_UNKNOWN_PORT = "?"

if TYPE_CHECKING:
    Balancer: TypeAlias = elbv2.NetworkLoadBalancer | elbv2.CfnLoadBalancer


def original(load_balancer: elbv2.INetworkLoadBalancer) -> object:
    """Return the load balancer of the app that was imported by its ARN's reference, or itself."""
    return (None if isinstance(load_balancer, _DEFINED_HERE) else _source(load_balancer)) or (
        load_balancer
    )


class _Other(NamedTuple):
    """What isn't a load balancer.

    :param node: the node of the construct.
    """

    node: constructs.Node


@once_for_each
def _source(load_balancer: elbv2.INetworkLoadBalancer) -> object | None:
    """Return the resource of the app whose attribute an ARN is, its construct if it is an L2."""
    token = only_reference_in(_text_of_arn(load_balancer))
    if token is None or kind_of_resource(token.target) is None:
        return None
    scope, resource = token.target.node.scope, token.target
    if not isinstance(resource, elbv2.CfnLoadBalancer) or token.display_name not in _ARNS:
        return _Other(resource.node)
    own = isinstance(scope, (elbv2.ApplicationLoadBalancer, elbv2.NetworkLoadBalancer))
    return scope if own else resource


def defined(load_balancer: elbv2.INetworkLoadBalancer) -> Balancer | None:
    """Return a Network Load Balancer of the app, also one that is imported, None for others."""
    found = original(load_balancer)
    return found if isinstance(found, (elbv2.NetworkLoadBalancer, elbv2.CfnLoadBalancer)) else None


def is_defined_here(load_balancer: elbv2.INetworkLoadBalancer) -> bool:
    """Return whether a load balancer is one of the app, perhaps imported by its ARN's reference."""
    return defined(load_balancer) is not None


def check_load_balancers(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer],
    ip_address_types: Sequence[str],
    environment: StackEnvironment = StackEnvironment(None, None),  # noqa: B008 - frozen
) -> Iterator[Problem]:
    """Check that load balancers can back one service.

    :param environment: that of the service.
    """
    yield from rules.load_balancer_present(len(load_balancers))
    for load_balancer in load_balancers:
        name = LoadBalancerName(load_balancer)
        if not isinstance(load_balancer, _DEFINED_HERE):
            arn = _text_of_arn(load_balancer)
            yield from text_single(arn, name="the ARN of a load balancer")
        yield from rules.load_balancer_kind(name, _kind(load_balancer))
    counts = Counter(map(_key, load_balancers))
    for load_balancer in load_balancers:
        yield from rules.load_balancer_listed_once(
            LoadBalancerName(load_balancer), counts[_key(load_balancer)]
        )
    for load_balancer in load_balancers:
        yield from _check_defined(load_balancer, ip_address_types)
        yield from _place_problems(load_balancer, environment)
        owner = _service_of(load_balancer)
        path = owner.node.path if owner is not None else None
        yield from rules.load_balancer_in_one_service(LoadBalancerName(load_balancer), path)


def _kind(load_balancer: elbv2.INetworkLoadBalancer) -> str | None:
    """Return the kind of a load balancer, as the rules name it."""
    found = original(load_balancer)
    match found:
        case elbv2.NetworkLoadBalancer():
            return "network"
        case elbv2.ApplicationLoadBalancer():
            return "application"
        case elbv2.CfnLoadBalancer():
            kind = known(found.type or "application")
            direct = found is cast("object", load_balancer)
            return "resource" if direct and kind in {None, "network"} else kind
        case _:
            # Some other resource of the app, or an ARN from elsewhere.
            other = found is not load_balancer
            return "other" if other else rules.kind_in_arn(_text_of_arn(load_balancer))


@internal_value
class LoadBalancerName:
    """The name of a load balancer in messages: its path, or its ARN if it is imported.

    Both are round trips, so they are read only for a message.
    """

    load_balancer: elbv2.INetworkLoadBalancer

    def __str__(self) -> str:
        found = original(self.load_balancer)
        arn = _arn_if_imported(self.load_balancer)
        return repr(arn) if arn else cast("constructs.IConstruct", found).node.path


def _key(load_balancer: elbv2.INetworkLoadBalancer) -> object:
    """Return what distinguishes a load balancer from others."""
    return _arn_if_imported(load_balancer) or reference(defined(load_balancer) or load_balancer)


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
    name = LoadBalancerName(load_balancer)
    match defined(load_balancer):
        case elbv2.NetworkLoadBalancer() as found:
            scheme = resource_of(found).scheme
            dualstack = found.ip_address_type is elbv2.IpAddressType.DUAL_STACK
        case elbv2.CfnLoadBalancer() as found:
            scheme, family = found.scheme, found.ip_address_type
            dualstack = None if is_token(family) else family == "dualstack"
        case _:
            return
    if not is_token(scheme):
        yield from rules.load_balancer_internal(scheme, name=name)
    if "ipv6" in ip_address_types:
        yield from ipv6_available(name, available=dualstack)


def _place_problems(
    load_balancer: elbv2.INetworkLoadBalancer, environment: StackEnvironment
) -> Iterator[Problem]:
    """Check the account and the Region of a load balancer."""
    if environment.region is None and environment.account is None:
        return
    name, found = LoadBalancerName(load_balancer), defined(load_balancer)
    if found is not None:
        there = environment_of(stack_of(found))
        region, account, partition = there.region, there.account, None
    else:
        arn = parse_arn(_text_of_arn(load_balancer)) or UNKNOWN
        region, account, partition = arn.region, arn.account, arn.partition
    yield from rules.load_balancer_in_region(
        name, region, region=environment.region, partition=partition
    )
    yield from rules.load_balancer_in_account(name, account, account=environment.account)


def resource_of(load_balancer: Balancer) -> elbv2.CfnLoadBalancer:
    """Return the resource of a load balancer of the app."""
    if isinstance(load_balancer, elbv2.CfnLoadBalancer):
        return load_balancer
    return cast("elbv2.CfnLoadBalancer", load_balancer.node.default_child)


@once_for_each
def _text_of_arn(load_balancer: elbv2.INetworkLoadBalancer) -> str:
    return load_balancer.load_balancer_arn


def _arn(load_balancer: elbv2.INetworkLoadBalancer) -> str | None:
    """Return the ARN of a load balancer, None if it isn't known or looked up yet."""
    arn = known(_text_of_arn(load_balancer))
    return None if arn is None or is_stand_in(arn) else arn


def is_pending(load_balancer: elbv2.INetworkLoadBalancer) -> bool:
    """Return whether a load balancer or its VPC isn't looked up yet."""
    match defined(load_balancer):
        case elbv2.NetworkLoadBalancer() as found:
            return found.vpc is not None and _network.is_pending(found.vpc)
        case None:
            return is_stand_in(known(_text_of_arn(load_balancer)) or "")
        case _:
            return False


def _service_of(load_balancer: elbv2.INetworkLoadBalancer) -> constructs.Construct | None:
    """Return the endpoint service that a load balancer is known to be in."""
    found = _register_of(load_balancer)
    return found[-1]() if found else None


def remember_service(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer], service: constructs.Construct
) -> None:
    """Remember which service load balancers are in."""
    for load_balancer in load_balancers:
        _register_of(load_balancer).append(ref(service))


def _register_of(load_balancer: elbv2.INetworkLoadBalancer) -> list[ref[constructs.Construct]]:
    found = defined(load_balancer)
    if isinstance(found, elbv2.NetworkLoadBalancer):
        return load_balancer_services[found]
    # Each time that a resource is read, it may be another object.
    name = _arn(load_balancer) if found is None else reference(found)
    return imported_load_balancer_services.at(load_balancer, name) if name else []


def listeners_of(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer],
) -> dict[str, frozenset[str]]:
    """Return the listeners of the load balancers that are defined in the app.

    :return: for the path of each load balancer its listeners, such as ``443/tls``, or ``?/tls`` for
        a port that is known only at deployment.
    """
    return {
        load_balancer.node.path: frozenset(
            f"{_port_text(listener.port)}/{(listener.protocol or '').lower()}"
            for listener in listeners
            if listener.port is not None
        )
        for load_balancer, listeners in listeners_by_load_balancer(load_balancers).items()
    }


def listener_resources_of(
    load_balancer: elbv2.NetworkLoadBalancer,
) -> Sequence[elbv2.CfnListener]:
    """Return the listeners of a load balancer of the app, which may be anywhere in it."""
    return listeners_by_load_balancer([load_balancer])[load_balancer]


def target_groups_of(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer],
) -> tuple[elbv2.NetworkTargetGroup, ...]:
    """Return the target groups that the listeners of the app forward to, in their order."""
    found: dict[str, elbv2.NetworkTargetGroup] = {}
    for load_balancer, listeners in listeners_by_load_balancer(load_balancers).items():
        stack = stack_of(load_balancer)
        for listener in listeners:
            for arn in _forwarded(stack.resolve(listener.default_actions)):
                group = _group_behind(arn, listener)
                if group is not None:
                    found[reference(group)] = group
    return tuple(found.values())


def _forwarded(actions: object) -> Iterator[object]:
    """Find the target groups in the actions of a listener, also of one with weights."""
    for action in cast("list[dict[str, Any]]", actions or []):
        weighted = action.get("forwardConfig", {}).get("targetGroups", [])
        arns = [action.get("targetGroupArn"), *(it.get("targetGroupArn") for it in weighted)]
        yield from (arn for arn in arns if arn is not None)


def _group_behind(arn: object, listener: elbv2.CfnListener) -> elbv2.NetworkTargetGroup | None:
    stack = stack_of(listener)
    groups = (
        it for it in listener.node.root.node.find_all() if isinstance(it, elbv2.NetworkTargetGroup)
    )
    return next((it for it in groups if stack.resolve(it.target_group_arn) == arn), None)


def listeners_by_load_balancer(
    load_balancers: Sequence[elbv2.INetworkLoadBalancer],
) -> dict[Balancer, list[elbv2.CfnListener]]:
    """Search the app for the listeners of load balancers; they may be anywhere in it."""
    roots: dict[constructs.IConstruct, list[elbv2.CfnListener]] = {}
    found: dict[Balancer, list[elbv2.CfnListener]] = {}
    for load_balancer in filter(None, map(defined, load_balancers)):
        root = load_balancer.node.root
        if root not in roots:
            roots[root] = [it for it in root.node.find_all() if isinstance(it, elbv2.CfnListener)]
        arns = _arns_of(load_balancer)
        found[load_balancer] = [it for it in roots[root] if it.load_balancer_arn in arns]
    return found


def _arns_of(load_balancer: Balancer) -> set[str]:
    """Return the texts that represent the ARN of a load balancer of the app."""
    if isinstance(load_balancer, elbv2.NetworkLoadBalancer):
        return {load_balancer.load_balancer_arn}
    return {load_balancer.ref, load_balancer.attr_load_balancer_arn}


def _port_text(port: float) -> str:
    return _UNKNOWN_PORT if is_token(port) else f"{port:g}"


def some_unknown(listeners: Iterable[str]) -> bool:
    """Return whether the port of a listener is known only at deployment."""
    return any(listener.startswith(_UNKNOWN_PORT) for listener in listeners)
