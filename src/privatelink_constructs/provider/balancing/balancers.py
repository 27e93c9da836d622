"""The Network Load Balancers of a service, with their listeners and target groups."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, TypedDict, cast

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import name_of_number, seconds_of
from privatelink_constructs._cdk.reporting import acknowledge
from privatelink_constructs._values import internal_value
from privatelink_constructs.facts import load_balancer_defaults as defaults
from privatelink_constructs.provider.balancing.certificates import (
    define_certificates,
    further_certificates,
)
from privatelink_constructs.provider.balancing.target_group_options import (
    settle,
    target_group_options,
    write_tokens,
)
from privatelink_constructs.provider.balancing.ways import forwards_udp
from privatelink_constructs.rules.target_registration import target_present

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import constructs
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.provider.balancing.layout import LoadBalancerSite
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.port import Port
    from privatelink_constructs.provider.balancing.target_group_options import TargetGroupOptions
    from privatelink_constructs.rules.core import Problem


@internal_value(kw_only=True)
class LoadBalancerOptions:
    """What the load balancers of a service have in common."""

    vpc: ec2.IVpc
    cross_zone_enabled: bool | None
    deletion_protection: bool
    enforce_inbound_rules: bool
    ip_address_type: elbv2.IpAddressType
    secondary_ips_per_subnet: int

    @property
    def dualstack(self) -> bool:
        """Whether the load balancers have IPv6 addresses too."""
        return self.ip_address_type is elbv2.IpAddressType.DUAL_STACK


@internal_value
class LoadBalancers:
    """The load balancers of a service, by ID, and their target groups, by ID and port."""

    load_balancers: Mapping[str, elbv2.NetworkLoadBalancer]
    target_groups: dict[tuple[str, int], elbv2.NetworkTargetGroup] = field(
        default_factory=dict[tuple[str, int], elbv2.NetworkTargetGroup]
    )

    def target_groups_of(self, port: int) -> list[elbv2.NetworkTargetGroup]:
        """Return the target groups of a port."""
        return [group for (_, number), group in self.target_groups.items() if number == port]


def define_load_balancers(
    scope: constructs.Construct,
    sites: Sequence[LoadBalancerSite],
    security_group: ec2.ISecurityGroup,
    listeners: Sequence[Listener],
    options: LoadBalancerOptions,
) -> LoadBalancers:
    """Define one load balancer a site, still without listeners."""
    udp = any(map(forwards_udp, listeners))
    found: dict[str, elbv2.NetworkLoadBalancer] = {}
    for site in sites:
        found[site.id] = elbv2.NetworkLoadBalancer(
            scope,
            site.id,
            vpc=options.vpc,
            vpc_subnets=site.selection,
            internet_facing=False,
            security_groups=[security_group],
            enforce_security_group_inbound_rules_on_private_link_traffic=options.enforce_inbound_rules,
            ip_address_type=options.ip_address_type,
            enable_prefix_for_ipv6_source_nat=True if options.dualstack and udp else None,
            cross_zone_enabled=options.cross_zone_enabled,
            deletion_protection=options.deletion_protection,
        )
        if options.secondary_ips_per_subnet:
            found[site.id].set_attribute(
                "secondary_ips.auto_assigned.per_subnet", str(options.secondary_ips_per_subnet)
            )
    return LoadBalancers(found)


def define_listener(
    balancers: LoadBalancers, port: Port, options: LoadBalancerOptions
) -> list[Problem]:
    """Define a listener and a target group for one port on each load balancer.

    :return: warnings about what became known when the targets were attached.
    """
    listener = port.listener
    stack = port.layout.stack
    name = name_of_number(stack, listener.port)
    own = target_group_options(port)
    front = _listener_options(listener, stack)
    certificates = further_certificates(listener.certificates, stack)
    for site, load_balancer in balancers.load_balancers.items():
        group = _target_group(load_balancer, f"TargetGroup{name}", port, site, options.vpc, own=own)
        added = load_balancer.add_listener(
            f"Listener{name}",
            port=listener.port,
            protocol=listener.protocol,
            certificates=list(listener.certificates[:1]) or None,
            default_target_groups=[group],
            **front,
        )
        if listener.idle_timeout is not None and front["tcp_idle_timeout"] is None:
            seconds = cdk.Tokenization.stringify_number(listener.idle_timeout.to_seconds())
            added.set_attribute("tcp.idle_timeout.seconds", seconds)
        define_certificates(added, certificates)
        balancers.target_groups[site, listener.port] = group
    port.written = (port.group_type, port.health_check_protocol)
    placed = any(port.placed.values())
    return settle(port, balancers.target_groups_of(listener.port)) if placed else []


def _target_group(
    load_balancer: elbv2.NetworkLoadBalancer,
    id: str,  # noqa: A002 - the CDK's name for it
    port: Port,
    site: str,
    vpc: ec2.IVpc,
    *,
    own: TargetGroupOptions,
) -> elbv2.NetworkTargetGroup:
    """Define the target group of one port on one load balancer."""
    listener = port.listener
    group = elbv2.NetworkTargetGroup(
        load_balancer,
        id,
        vpc=vpc,
        port=port.target_port,
        protocol=listener.target_protocol or listener.protocol,
        target_type=port.target_type,
        targets=[it.resource for it in port.placed[site] if it.resource is not None],
        ip_address_type=elbv2.TargetGroupIpAddressType.IPV6 if port.ipv6 else None,
        **own,
    )
    write_tokens(group, port)
    if listener.registered_elsewhere:
        resource = cast("cdk.CfnResource", group.node.default_child)
        acknowledge(resource, target_present, "registered_elsewhere=True")
    return group


class _ListenerOptions(TypedDict):
    ssl_policy: elbv2.SslPolicy | None
    alpn_policy: elbv2.AlpnPolicy | None
    tcp_idle_timeout: cdk.Duration | None


def _listener_options(listener: Listener, stack: cdk.Stack) -> _ListenerOptions:
    """Return the options of a listener, with AWS's default where one isn't used.

    As for target groups, CloudFormation keeps what you remove from a template.
    """
    tls, timeout = listener.protocol is elbv2.Protocol.TLS, listener.idle_timeout
    if timeout is None and listener.protocol is elbv2.Protocol.TCP:
        timeout = seconds_of(stack, defaults.IDLE_TIMEOUT)
    # The CDK compares it in milliseconds, which it can't convert a token to.
    elif timeout is not None and timeout.is_unresolved():
        timeout = None
    return {
        "ssl_policy": listener.ssl_policy or (elbv2.SslPolicy.RECOMMENDED_TLS if tls else None),
        "alpn_policy": listener.alpn_policy or (elbv2.AlpnPolicy.NONE if tls else None),
        "tcp_idle_timeout": timeout,
    }
