"""Application Load Balancers as targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import reference, referenced
from privatelink_constructs.provider.balancing.targets import TargetKind
from privatelink_constructs.rules.core import is_token, known
from privatelink_constructs.rules.target_groups import alb_target_listener_present

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import constructs

    from privatelink_constructs.provider.balancing.targets import Target
    from privatelink_constructs.rules.core import Problem


def health_check_protocol_of(target: Target, port: str | None = None) -> elbv2.Protocol:
    """Return the protocol of the listener that a health check goes to.

    An HTTPS listener answers a health check over HTTP with an error, so AWS's default doesn't work.

    :param port: the port of the health check. Default: that of the target.
    :return: HTTP, which is AWS's default, where the listener isn't known: the load balancer is
        imported, or its listeners on the port don't agree.
    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
    """
    protocols = _protocols(target)
    if port is not None and port != "traffic-port":
        found = {protocols.get(_number(port) or 0)}
    else:
        found = {protocols.get(cast("float", target.port))} - {None} or set(protocols.values())
    return elbv2.Protocol.HTTPS if found == {"HTTPS"} else elbv2.Protocol.HTTP


def health_check_listener_protocols(targets: Iterable[Target], port: str | None) -> list[str]:
    """Return the protocols of the listeners that health checks go to, as far as they are known.

    :param port: the port of the health check. Default: that of each target.
    """
    found: list[str] = []
    for target in targets:
        number = target.port if port in {None, "traffic-port"} else _number(port)
        protocol = _protocols(target).get(number or 0)
        found += [protocol] if protocol is not None else []
    return found


def _number(port: str | None) -> float | None:
    return float(port) if port is not None and port.isdecimal() else None


def missing_listeners(targets: Iterable[Target]) -> Iterator[Problem]:
    """Find Application Load Balancers of the app that don't listen to the port of the target.

    A listener can be defined later, and one that is passed as the target exists.
    """
    for target in targets:
        source = target.source
        if target.kind is TargetKind.ALB and source is not None and not _is_listener(target):
            ports = list(_protocols(target))
            listened = None if any(map(is_token, ports)) else ports
            yield from alb_target_listener_present(known(target.port), listened)


def _is_listener(target: Target) -> bool:
    return str(getattr(target.resource, "__jsii_type__", "")).endswith("AlbListenerTarget")


def _protocols(target: Target) -> dict[float, str]:
    """Return the protocols of the listeners of an Application Load Balancer, by their ports."""
    listeners = _listeners_of(target.source) if target.source is not None else ()
    return {it.port: it.protocol for it in listeners if it.port and it.protocol}


def _listeners_of(resource: constructs.IConstruct) -> Iterable[elbv2.CfnListener]:
    """Return the listeners of an Application Load Balancer of the app."""
    load_balancer = resource.node.scope
    if isinstance(load_balancer, elbv2.ApplicationLoadBalancer):
        found = (it.node.default_child for it in load_balancer.listeners)
        return (cast("elbv2.CfnListener", it) for it in found)
    every = (it for it in resource.node.root.node.find_all() if isinstance(it, elbv2.CfnListener))
    return (it for it in every if _refers_to(it.load_balancer_arn, resource))


def _refers_to(arn: str | None, resource: constructs.IConstruct) -> bool:
    found = referenced(arn)
    return found is not None and reference(found) == reference(resource)
