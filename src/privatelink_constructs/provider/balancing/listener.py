"""What one port of a service does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs.provider.balancing.listener_problems import look_at
from privatelink_constructs.rules.arguments import checked, checked_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import Duration
    from aws_cdk import aws_ec2 as ec2


_JUDGED = {
    "targets": "Sequence[object]",
    "targets_by_zone": "Mapping[str, Sequence[object]] | None",
}
"""Wider annotations, because a rule says which targets to pass."""


@checked_fields(**_JUDGED)
@dataclass(frozen=True, kw_only=True, eq=False)
class Listener:
    """One port of a service: its protocol, its targets, and their health check.

    Use :meth:`tcp`, :meth:`tls`, :meth:`udp`, or :meth:`tcp_udp` to create a listener. If you
    remove an option, the next deployment sets it back to AWS's default.

    Example::

        Listener.tls(443, certificates=[certificate], targets=[fleet], target_port=8443)

    :param protocol: the protocol of the listener.
    :param port: the port that consumers connect to, 1 to 65535. If it is a token, AWS rejects a
        number later: ``privatelink explain listener-port-undetermined`` describes this.
    :param targets: the targets for all Availability Zones. Default: none.
    :param targets_by_zone: the targets by the name of their Availability Zone. Default: none.
    :param target_port: the port of the targets, 1 to 65535. Default: the same as ``port``.
    :param target_type: instance, ip, or alb. Default: the type of the first target; ip with
        ``registered_elsewhere``.
    :param target_security_groups: the security groups of targets that don't show theirs. Default:
        none, with a warning.
    :param registered_elsewhere: whether something else registers the targets. Default: False.
    :param target_protocol: TCP or TLS, how a TLS listener connects to the targets. Default: TCP for
        TLS listeners, otherwise the protocol of the listener.
    :param certificates: the certificates of a TLS listener, the default certificate first. The
        order of the others doesn't matter. Default: none.
    :param ssl_policy: the security policy of a TLS listener. Default: TLS 1.3 and 1.2.
    :param alpn_policy: the ALPN policy of a TLS listener. Default: ALPN isn't negotiated.
    :param health_check: how the targets are checked: an interval of 5 to 300 seconds that is longer
        than the timeout, a timeout of 2 to 120 seconds, thresholds of 2 to 10. Default: TCP on the
        target port.
    :param proxy_protocol_v2: whether each connection begins with a header that contains the
        address of the client and the ID of its endpoint. Default: False.
    :param preserve_client_ip: whether targets see the address of the client. It has no effect on
        PrivateLink traffic. Default: False for IP addresses, True for instances.
    :param idle_timeout: the time after which a TCP listener closes an idle connection, 60 to 6000
        seconds. Default: 350 seconds.
    :param deregistration_delay: how long a deregistered target keeps its connections, 0 to 3600
        seconds. Default: 300 seconds.
    :raises ValidationError: for what AWS would reject. ``privatelink explain`` describes each error
        by its code.
    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-listener.html
    """

    protocol: elbv2.Protocol
    port: int
    targets: Sequence[elbv2.INetworkLoadBalancerTarget] = ()
    targets_by_zone: Mapping[str, Sequence[elbv2.INetworkLoadBalancerTarget]] | None = None
    target_port: int | None = None
    target_type: elbv2.TargetType | None = None
    target_security_groups: Sequence[ec2.ISecurityGroup] = ()
    registered_elsewhere: bool = False
    target_protocol: elbv2.Protocol | None = None
    certificates: Sequence[elbv2.IListenerCertificate] = ()
    ssl_policy: elbv2.SslPolicy | None = None
    alpn_policy: elbv2.AlpnPolicy | None = None
    health_check: elbv2.HealthCheck | None = None
    proxy_protocol_v2: bool = False
    preserve_client_ip: bool | None = None
    idle_timeout: Duration | None = None
    deregistration_delay: Duration | None = None

    def __post_init__(self) -> None:
        """Refuse what AWS would reject, and keep the warnings for the service."""
        look_at(self)

    @staticmethod
    @checked(**_JUDGED)
    def tcp(
        port: int,
        *,
        targets: Sequence[elbv2.INetworkLoadBalancerTarget] = (),
        targets_by_zone: Mapping[str, Sequence[elbv2.INetworkLoadBalancerTarget]] | None = None,
        target_port: int | None = None,
        target_type: elbv2.TargetType | None = None,
        target_security_groups: Sequence[ec2.ISecurityGroup] = (),
        registered_elsewhere: bool = False,
        health_check: elbv2.HealthCheck | None = None,
        proxy_protocol_v2: bool = False,
        preserve_client_ip: bool | None = None,
        idle_timeout: Duration | None = None,
        deregistration_delay: Duration | None = None,
    ) -> Listener:
        """Forward TCP connections to the targets.

        If clients use TLS, the targets terminate it.

        :param port: the port that consumers connect to, 1 to 65535.
        :param targets: the targets for all Availability Zones: the CDK's targets, ECS services, or
            Auto Scaling groups. Each is registered in its own Availability Zone, an Application
            Load Balancer in all. An address outside of the known CIDR blocks of the VPC needs
            ``IpTarget(..., availability_zone="all")``. With one load balancer per Availability
            Zone, a target that spans several is an error. Default: none; add targets with
            ``service.add_targets``.
        :param targets_by_zone: the targets by the name of their Availability Zone. Each target is
            in one Availability Zone. Default: none.
        :param target_port: the port of the targets, 1 to 65535. Default: the same as ``port``.
        :param target_type: instance, ip, or alb. Default: the type of the first target; ip with
            ``registered_elsewhere``.
        :param target_security_groups: the security groups of targets that don't show theirs, such
            as IP addresses. They allow traffic from the load balancers. Default: none, with a
            warning.
        :param registered_elsewhere: whether something else registers targets in
            ``service.target_groups``, such as the AWS Load Balancer Controller for Kubernetes. The
            load balancers allow outbound traffic to the VPC's known CIDR blocks; for other
            destinations, use ``service.connections.allow_to(...)``. Default: False.
        :param health_check: how the targets are checked: an interval of 5 to 300 seconds that is
            longer than the timeout, a timeout of 2 to 120 seconds, thresholds of 2 to 10. Default:
            TCP on the target port; for an Application Load Balancer, the protocol of its listener,
            or HTTP if it is imported.
        :param proxy_protocol_v2: whether each connection begins with a header that contains the
            address of the client and the ID of its endpoint. The targets must understand it, in
            health checks, too. Default: False.
        :param preserve_client_ip: whether targets see the address of the client. It has no effect
            on PrivateLink traffic, and is an error for an Application Load Balancer. Default: False
            for IP addresses, True for instances.
        :param idle_timeout: the time after which an idle connection is closed, 60 to 6000 seconds.
            Default: 350 seconds.
        :param deregistration_delay: how long a deregistered target keeps its connections, 0 to 3600
            seconds. Default: 300 seconds.
        :raises ValidationError: for what AWS would reject. ``privatelink explain`` describes each
            error by its code.
        :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-listener.html
        """
        return Listener(
            protocol=elbv2.Protocol.TCP,
            port=port,
            targets=targets,
            targets_by_zone=targets_by_zone,
            target_port=target_port,
            target_type=target_type,
            target_security_groups=target_security_groups,
            registered_elsewhere=registered_elsewhere,
            health_check=health_check,
            proxy_protocol_v2=proxy_protocol_v2,
            preserve_client_ip=preserve_client_ip,
            idle_timeout=idle_timeout,
            deregistration_delay=deregistration_delay,
        )

    @staticmethod
    @checked(**_JUDGED)
    def tls(
        port: int,
        *,
        certificates: Sequence[elbv2.IListenerCertificate],
        ssl_policy: elbv2.SslPolicy = elbv2.SslPolicy.RECOMMENDED_TLS,
        alpn_policy: elbv2.AlpnPolicy | None = None,
        target_protocol: elbv2.Protocol | None = None,
        targets: Sequence[elbv2.INetworkLoadBalancerTarget] = (),
        targets_by_zone: Mapping[str, Sequence[elbv2.INetworkLoadBalancerTarget]] | None = None,
        target_port: int | None = None,
        target_type: elbv2.TargetType | None = None,
        target_security_groups: Sequence[ec2.ISecurityGroup] = (),
        registered_elsewhere: bool = False,
        health_check: elbv2.HealthCheck | None = None,
        proxy_protocol_v2: bool = False,
        preserve_client_ip: bool | None = None,
        idle_timeout: Duration | None = None,
        deregistration_delay: Duration | None = None,
    ) -> Listener:
        """Terminate TLS at the load balancer, and forward connections to the targets.

        :param port: the port that consumers connect to, 1 to 65535.
        :param certificates: the default certificate, and further certificates that the load
            balancer selects by server name (SNI). At least one.
        :param ssl_policy: the security policy: the TLS versions and ciphers that clients can use,
            TLS 1.2 or later. Default: TLS 1.3 and 1.2.
        :param alpn_policy: the ALPN policy. Default: ALPN isn't negotiated.
        :param target_protocol: the protocol to the targets, TCP or TLS. Default: TCP.
        :param targets: the targets for all Availability Zones: the CDK's targets, ECS services, or
            Auto Scaling groups. Each is registered in its own Availability Zone, an Application
            Load Balancer in all. An address outside of the known CIDR blocks of the VPC needs
            ``IpTarget(..., availability_zone="all")``. With one load balancer per Availability
            Zone, a target that spans several is an error. Default: none; add targets with
            ``service.add_targets``.
        :param targets_by_zone: the targets by the name of their Availability Zone. Each target is
            in one Availability Zone. Default: none.
        :param target_port: the port of the targets, 1 to 65535. Default: the same as ``port``.
        :param target_type: instance, ip, or alb. Default: the type of the first target; ip with
            ``registered_elsewhere``.
        :param target_security_groups: the security groups of targets that don't show theirs, such
            as IP addresses. They allow traffic from the load balancers. Default: none, with a
            warning.
        :param registered_elsewhere: whether something else registers targets in
            ``service.target_groups``, such as the AWS Load Balancer Controller for Kubernetes. The
            load balancers allow outbound traffic to the VPC's known CIDR blocks; for other
            destinations, use ``service.connections.allow_to(...)``. Default: False.
        :param health_check: how the targets are checked: an interval of 5 to 300 seconds that is
            longer than the timeout, a timeout of 2 to 120 seconds, thresholds of 2 to 10. Default:
            TCP on the target port.
        :param proxy_protocol_v2: whether each connection begins with a header that contains the
            address of the client and the ID of its endpoint. The targets must understand it, in
            health checks, too. Default: False.
        :param preserve_client_ip: whether targets see the address of the client. It has no effect
            on PrivateLink traffic. Default: False for IP addresses, True for instances.
        :param idle_timeout: an error, because AWS closes idle TLS connections after 350 seconds.
            Default: None.
        :param deregistration_delay: how long a deregistered target keeps its connections, 0 to 3600
            seconds. Default: 300 seconds.
        :raises ValidationError: for what AWS would reject. ``privatelink explain`` describes each
            error by its code.
        :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-listener.html
        """
        return Listener(
            protocol=elbv2.Protocol.TLS,
            port=port,
            certificates=certificates,
            ssl_policy=ssl_policy,
            alpn_policy=alpn_policy,
            target_protocol=target_protocol or elbv2.Protocol.TCP,
            targets=targets,
            targets_by_zone=targets_by_zone,
            target_port=target_port,
            target_type=target_type,
            target_security_groups=target_security_groups,
            registered_elsewhere=registered_elsewhere,
            health_check=health_check,
            proxy_protocol_v2=proxy_protocol_v2,
            preserve_client_ip=preserve_client_ip,
            idle_timeout=idle_timeout,
            deregistration_delay=deregistration_delay,
        )

    @staticmethod
    @checked(**_JUDGED)
    def udp(
        port: int,
        *,
        targets: Sequence[elbv2.INetworkLoadBalancerTarget] = (),
        targets_by_zone: Mapping[str, Sequence[elbv2.INetworkLoadBalancerTarget]] | None = None,
        target_port: int | None = None,
        target_type: elbv2.TargetType | None = None,
        target_security_groups: Sequence[ec2.ISecurityGroup] = (),
        registered_elsewhere: bool = False,
        health_check: elbv2.HealthCheck | None = None,
        proxy_protocol_v2: bool = False,
        preserve_client_ip: bool | None = None,
        idle_timeout: Duration | None = None,
        deregistration_delay: Duration | None = None,
    ) -> Listener:
        """Forward UDP datagrams to the targets.

        With a dualstack load balancer, the targets must have IPv6 addresses.

        :param port: the port that consumers connect to, 1 to 65535.
        :param targets: the targets for all Availability Zones: the CDK's targets, ECS services, or
            Auto Scaling groups. Each is registered in its own Availability Zone, an Application
            Load Balancer in all. An address outside of the known CIDR blocks of the VPC needs
            ``IpTarget(..., availability_zone="all")``. With one load balancer per Availability
            Zone, a target that spans several is an error. Default: none; add targets with
            ``service.add_targets``.
        :param targets_by_zone: the targets by the name of their Availability Zone. Each target is
            in one Availability Zone. Default: none.
        :param target_port: the port of the targets, 1 to 65535. Default: the same as ``port``.
        :param target_type: instance, ip, or alb. Default: the type of the first target; ip with
            ``registered_elsewhere``.
        :param target_security_groups: the security groups of targets that don't show theirs, such
            as IP addresses. They allow traffic from the load balancers. Default: none, with a
            warning.
        :param registered_elsewhere: whether something else registers targets in
            ``service.target_groups``, such as the AWS Load Balancer Controller for Kubernetes. The
            load balancers allow outbound traffic to the VPC's known CIDR blocks; for other
            destinations, use ``service.connections.allow_to(...)``. Default: False.
        :param health_check: how the targets are checked: an interval of 5 to 300 seconds that is
            longer than the timeout, a timeout of 2 to 120 seconds, thresholds of 2 to 10. Health
            checks can't use UDP. Default: TCP on the target port.
        :param proxy_protocol_v2: whether each connection begins with a header that contains the
            address of the client and the ID of its endpoint. The targets must understand it, in
            health checks, too. Default: False.
        :param preserve_client_ip: False is an error, because AWS always preserves it for UDP.
            Default: None, True.
        :param idle_timeout: an error, because AWS ends idle UDP flows after 120 seconds. Default:
            None.
        :param deregistration_delay: how long a deregistered target keeps its connections, 0 to 3600
            seconds. Default: 300 seconds.
        :raises ValidationError: for what AWS would reject. ``privatelink explain`` describes each
            error by its code.
        :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-listener.html
        """
        return Listener(
            protocol=elbv2.Protocol.UDP,
            port=port,
            targets=targets,
            targets_by_zone=targets_by_zone,
            target_port=target_port,
            target_type=target_type,
            target_security_groups=target_security_groups,
            registered_elsewhere=registered_elsewhere,
            health_check=health_check,
            proxy_protocol_v2=proxy_protocol_v2,
            preserve_client_ip=preserve_client_ip,
            idle_timeout=idle_timeout,
            deregistration_delay=deregistration_delay,
        )

    @staticmethod
    @checked(**_JUDGED)
    def tcp_udp(
        port: int,
        *,
        targets: Sequence[elbv2.INetworkLoadBalancerTarget] = (),
        targets_by_zone: Mapping[str, Sequence[elbv2.INetworkLoadBalancerTarget]] | None = None,
        target_port: int | None = None,
        target_type: elbv2.TargetType | None = None,
        target_security_groups: Sequence[ec2.ISecurityGroup] = (),
        registered_elsewhere: bool = False,
        health_check: elbv2.HealthCheck | None = None,
        proxy_protocol_v2: bool = False,
        preserve_client_ip: bool | None = None,
        idle_timeout: Duration | None = None,
        deregistration_delay: Duration | None = None,
    ) -> Listener:
        """Forward TCP connections and UDP datagrams on one port to the targets.

        With a dualstack load balancer, the targets must have IPv6 addresses.

        :param port: the port that consumers connect to, 1 to 65535.
        :param targets: the targets for all Availability Zones: the CDK's targets, ECS services, or
            Auto Scaling groups. Each is registered in its own Availability Zone, an Application
            Load Balancer in all. An address outside of the known CIDR blocks of the VPC needs
            ``IpTarget(..., availability_zone="all")``. With one load balancer per Availability
            Zone, a target that spans several is an error. Default: none; add targets with
            ``service.add_targets``.
        :param targets_by_zone: the targets by the name of their Availability Zone. Each target is
            in one Availability Zone. Default: none.
        :param target_port: the port of the targets, 1 to 65535. Default: the same as ``port``.
        :param target_type: instance, ip, or alb. Default: the type of the first target; ip with
            ``registered_elsewhere``.
        :param target_security_groups: the security groups of targets that don't show theirs, such
            as IP addresses. They allow traffic from the load balancers. Default: none, with a
            warning.
        :param registered_elsewhere: whether something else registers targets in
            ``service.target_groups``, such as the AWS Load Balancer Controller for Kubernetes. The
            load balancers allow outbound traffic to the VPC's known CIDR blocks; for other
            destinations, use ``service.connections.allow_to(...)``. Default: False.
        :param health_check: how the targets are checked: an interval of 5 to 300 seconds that is
            longer than the timeout, a timeout of 2 to 120 seconds, thresholds of 2 to 10. Default:
            TCP on the target port.
        :param proxy_protocol_v2: whether each connection begins with a header that contains the
            address of the client and the ID of its endpoint. The targets must understand it, in
            health checks, too. Default: False.
        :param preserve_client_ip: False is an error, because AWS always preserves it for UDP.
            Default: None, True.
        :param idle_timeout: an error, because AWS doesn't support it for TCP_UDP. Default: None.
        :param deregistration_delay: how long a deregistered target keeps its connections, 0 to 3600
            seconds. Default: 300 seconds.
        :raises ValidationError: for what AWS would reject. ``privatelink explain`` describes each
            error by its code.
        :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-listener.html
        """
        return Listener(
            protocol=elbv2.Protocol.TCP_UDP,
            port=port,
            targets=targets,
            targets_by_zone=targets_by_zone,
            target_port=target_port,
            target_type=target_type,
            target_security_groups=target_security_groups,
            registered_elsewhere=registered_elsewhere,
            health_check=health_check,
            proxy_protocol_v2=proxy_protocol_v2,
            preserve_client_ip=preserve_client_ip,
            idle_timeout=idle_timeout,
            deregistration_delay=deregistration_delay,
        )
