"""The Network Load Balancers of a service, with their listeners and target groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import name_of_number
from privatelink_constructs._cdk.reporting import acknowledge
from privatelink_constructs.provider.balancing.certificates import (
    define_certificates,
    further_certificates,
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


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, eq=False)
class LoadBalancers:
    """The load balancers of a service, by id, and their target groups, by id and port."""

    load_balancers: Mapping[str, elbv2.NetworkLoadBalancer]
    target_groups: dict[tuple[str, int], elbv2.NetworkTargetGroup] = field(
        default_factory=dict[tuple[str, int], elbv2.NetworkTargetGroup]
    )


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


def define_listener(balancers: LoadBalancers, port: Port, options: LoadBalancerOptions) -> None:
    """Define a listener and a target group for one port on each load balancer."""
    listener = port.listener
    name = name_of_number(port.layout.stack, listener.port)
    certificates = further_certificates(listener.certificates, port.layout.stack)
    timeout = listener.idle_timeout
    # The CDK compares it in milliseconds, which it can't convert a token to.
    later = timeout is not None and timeout.is_unresolved()
    for site, load_balancer in balancers.load_balancers.items():
        group = elbv2.NetworkTargetGroup(
            load_balancer,
            f"TargetGroup{name}",
            vpc=options.vpc,
            port=port.target_port,
            protocol=listener.target_protocol or listener.protocol,
            target_type=port.target_type,
            targets=[it.resource for it in port.placed[site] if it.resource is not None],
            health_check=listener.health_check,
            ip_address_type=elbv2.TargetGroupIpAddressType.IPV6 if port.ipv6 else None,
            proxy_protocol_v2=True if listener.proxy_protocol_v2 else None,
            preserve_client_ip=listener.preserve_client_ip,
            deregistration_delay=listener.deregistration_delay,
        )
        if listener.registered_elsewhere:
            resource = cast("cdk.CfnResource", group.node.default_child)
            acknowledge(resource, target_present, "registered_elsewhere=True")
        added = load_balancer.add_listener(
            f"Listener{name}",
            port=listener.port,
            protocol=listener.protocol,
            certificates=list(listener.certificates[:1]) or None,
            ssl_policy=listener.ssl_policy,
            alpn_policy=listener.alpn_policy,
            tcp_idle_timeout=None if later else timeout,
            default_target_groups=[group],
        )
        if timeout is not None and later:
            seconds = cdk.Tokenization.stringify_number(timeout.to_seconds())
            added.set_attribute("tcp.idle_timeout.seconds", seconds)
        define_certificates(added, certificates)
        balancers.target_groups[site, listener.port] = group
