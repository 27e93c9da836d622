"""Application Load Balancers as targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import reference, referenced

if TYPE_CHECKING:
    from collections.abc import Iterable

    import constructs

    from privatelink_constructs.provider.balancing.targets import Target


def health_check_protocol_of(target: Target, port: str | None = None) -> elbv2.Protocol:
    """Return the protocol of the listener that a health check goes to.

    An HTTPS listener answers a health check over HTTP with an error, so AWS's default wouldn't do.

    :param port: the port of the health check. Default: that of the target.
    :return: HTTP, which is AWS's default, where the listener isn't known: the load balancer is
        imported, or its listeners on the port don't agree.
    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
    """
    listeners = list(_listeners_of(target.source)) if target.source is not None else []
    protocols = {it.port: it.protocol for it in listeners}
    if port is not None and port != "traffic-port":
        found = {protocols.get(float(port)) if port.isdecimal() else None}
    else:
        found = {protocols.get(cast("float", target.port))} - {None} or set(protocols.values())
    return elbv2.Protocol.HTTPS if found == {"HTTPS"} else elbv2.Protocol.HTTP


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
