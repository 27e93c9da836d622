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
"""What has a rule of its own, which says what to pass as a target."""


@checked_fields(**_JUDGED)
@dataclass(frozen=True, kw_only=True, eq=False)
class Listener:
    """What one port of a service does: its protocol, its targets, and their health check.

    Use :meth:`tcp`, :meth:`tls`, :meth:`udp`, or :meth:`tcp_udp` to create a listener. An option
    that you remove is off with the next deployment, see ``docs/updates.md``.

    Example::

        Listener.tls(443, certificates=[certificate], targets=[fleet], target_port=8443)

    :param protocol: the protocol of the listener.
    :param port: the port that consumers use, 1 to 65535. AWS rejects a number later where it is a
        token, see ``docs/identity.md``.
    :param targets: the targets for all Availability Zones. Default: none.
    :param targets_by_zone: the targets by the name of their Availability Zone. Default: none.
    :param target_port: the port of the targets, 1 to 65535. Default: the same as ``port``.
    :param target_type: instance, ip, or alb. Default: the type of the first target, and ip for
        ``registered_elsewhere``.
    :param target_security_groups: the security groups of targets that don't tell theirs. Default:
        none.
    :param registered_elsewhere: whether something else registers the targets. Default: False.
    :param target_protocol: TCP or TLS, how a TLS listener connects to the targets. Default: TCP for
        TLS listeners, otherwise the protocol of the listener.
    :param certificates: the certificates of a TLS listener, the default one first; the order of
        the others has no meaning. Default: none.
    :param ssl_policy: the security policy of a TLS listener. Default: TLS 1.3 and 1.2.
    :param alpn_policy: the ALPN policy of a TLS listener. Default: ALPN isn't negotiated.
    :param health_check: how the targets are checked. Default: the default of AWS.
    :param proxy_protocol_v2: whether each connection begins with a header that contains the
        client's address and its endpoint. Default: False.
    :param preserve_client_ip: has no effect over PrivateLink. Default: AWS's, which is False for IP
        addresses and True for instances.
    :param idle_timeout: after how long an idle connection is closed, 60 to 6000 seconds. Default:
        350 seconds.
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
        """Forward TCP connections to the targets, which also terminate TLS if there is any.

        :param port: the port that consumers use, 1 to 65535.
        :param targets: the CDK's own targets, for all Availability Zones. A target is registered in
            its own zone, an Application Load Balancer in all. An address outside a VPC whose CIDR
            blocks aren't known (imported, or from IPAM) needs ``IpTarget(...,
            availability_zone="all")``. Behind one load balancer per zone, a target that spans zones
            is an error here. Default: none; add them with ``service.add_targets``.
        :param targets_by_zone: targets by the name of their Availability Zone, each in one zone and
            its own. Default: none.
        :param target_port: the port of the targets, 1 to 65535. Default: the same as ``port``.
        :param target_type: instance, ip or alb. Default: that of the first target, and ip for
            ``registered_elsewhere``.
        :param target_security_groups: the security groups of targets that don't tell theirs, such
            as IP addresses. The load balancers are allowed there. Default: none, with a warning.
        :param registered_elsewhere: whether something else registers targets in
            ``service.target_groups``, such as the AWS Load Balancer Controller for Kubernetes. The
            load balancers get egress to the VPC's known CIDR blocks; use
            ``service.connections.allow_to(...)`` for other destinations. Default: False.
        :param health_check: how targets are checked: interval 5 to 300 seconds, longer than the
            timeout of 2 to 120 seconds, thresholds 2 to 10. Default: AWS's, which is TCP on the
            target port. An Application Load Balancer is checked with the protocol of its listener,
            or HTTP if it is imported, so that a path is enough.
        :param proxy_protocol_v2: whether each connection begins with a header that names the client
            and its endpoint. The targets have to understand it, health checks included. Default:
            False.
        :param preserve_client_ip: has no effect over PrivateLink, and is an error for an
            Application Load Balancer. Default: AWS's, which is False for IP addresses and True for
            instances.
        :param idle_timeout: after how long an idle connection is closed, 60 to 6000 seconds.
            Default: 350 seconds.
        :param deregistration_delay: how long a deregistered target keeps its connections, 0 to 3600
            seconds; an error for an Application Load Balancer. Default: 300 seconds.
        :raises ValidationError: for what AWS would reject, see ``privatelink explain``.
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
        """Terminate TLS at the load balancer, and forward the connection over TCP or its own TLS.

        :param port: the port that consumers use, 1 to 65535.
        :param certificates: the default certificate, and further ones that are selected by server
            name. At least one.
        :param ssl_policy: the TLS versions and ciphers to accept, nothing older than TLS 1.2.
            Default: TLS 1.3 and 1.2.
        :param alpn_policy: which application protocols are negotiated. Default: none of them.
        :param target_protocol: TCP or TLS to the targets. Default: TCP.
        :param targets: the CDK's own targets, for all Availability Zones. A target is registered in
            its own zone, an Application Load Balancer in all. An address outside a VPC whose CIDR
            blocks aren't known (imported, or from IPAM) needs ``IpTarget(...,
            availability_zone="all")``. Behind one load balancer per zone, a target that spans zones
            is an error here. Default: none; add them with ``service.add_targets``.
        :param targets_by_zone: targets by the name of their Availability Zone, each in one zone and
            its own. Default: none.
        :param target_port: the port of the targets, 1 to 65535. Default: the same as ``port``.
        :param target_type: instance, ip or alb. Default: that of the first target, and ip for
            ``registered_elsewhere``.
        :param target_security_groups: the security groups of targets that don't tell theirs, such
            as IP addresses. The load balancers are allowed there. Default: none, with a warning.
        :param registered_elsewhere: whether something else registers targets in
            ``service.target_groups``, such as the AWS Load Balancer Controller for Kubernetes. The
            load balancers get egress to the VPC's known CIDR blocks; use
            ``service.connections.allow_to(...)`` for other destinations. Default: False.
        :param health_check: how targets are checked: interval 5 to 300 seconds, longer than the
            timeout of 2 to 120 seconds, thresholds 2 to 10. Default: AWS's, which is TCP on the
            target port.
        :param proxy_protocol_v2: whether each connection begins with a header that names the client
            and its endpoint. The targets have to understand it, health checks included. Default:
            False.
        :param preserve_client_ip: has no effect over PrivateLink. Default: AWS's, which is False
            for IP addresses and True for instances.
        :param idle_timeout: an error: it is fixed at 350 seconds. Default: None.
        :param deregistration_delay: how long a deregistered target keeps its connections, 0 to 3600
            seconds. Default: 300 seconds.
        :raises ValidationError: for what AWS would reject, see ``privatelink explain``.
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

        Behind a dualstack load balancer the targets must be IPv6.

        :param port: the port that consumers use, 1 to 65535.
        :param targets: the CDK's own targets, for all Availability Zones. A target is registered in
            its own zone, an Application Load Balancer in all. An address outside a VPC whose CIDR
            blocks aren't known (imported, or from IPAM) needs ``IpTarget(...,
            availability_zone="all")``. Behind one load balancer per zone, a target that spans zones
            is an error here. Default: none; add them with ``service.add_targets``.
        :param targets_by_zone: targets by the name of their Availability Zone, each in one zone and
            its own. Default: none.
        :param target_port: the port of the targets, 1 to 65535. Default: the same as ``port``.
        :param target_type: instance, ip or alb. Default: that of the first target, and ip for
            ``registered_elsewhere``.
        :param target_security_groups: the security groups of targets that don't tell theirs, such
            as IP addresses. The load balancers are allowed there. Default: none, with a warning.
        :param registered_elsewhere: whether something else registers targets in
            ``service.target_groups``, such as the AWS Load Balancer Controller for Kubernetes. The
            load balancers get egress to the VPC's known CIDR blocks; use
            ``service.connections.allow_to(...)`` for other destinations. Default: False.
        :param health_check: how targets are checked: interval 5 to 300 seconds, longer than the
            timeout of 2 to 120 seconds, thresholds 2 to 10. Default: AWS's, which is TCP on the
            target port; UDP itself can't be checked.
        :param proxy_protocol_v2: whether each connection begins with a header that names the client
            and its endpoint. The targets have to understand it, health checks included. Default:
            False.
        :param preserve_client_ip: can't be switched off. Default: on.
        :param idle_timeout: an error: it is fixed at 120 seconds. Default: None.
        :param deregistration_delay: how long a deregistered target keeps its connections, 0 to 3600
            seconds. Default: 300 seconds.
        :raises ValidationError: for what AWS would reject, see ``privatelink explain``.
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
        """Forward the TCP connections and UDP datagrams of one port to the targets.

        Behind a dualstack load balancer the targets must be IPv6.

        :param port: the port that consumers use, 1 to 65535.
        :param targets: the CDK's own targets, for all Availability Zones. A target is registered in
            its own zone, an Application Load Balancer in all. An address outside a VPC whose CIDR
            blocks aren't known (imported, or from IPAM) needs ``IpTarget(...,
            availability_zone="all")``. Behind one load balancer per zone, a target that spans zones
            is an error here. Default: none; add them with ``service.add_targets``.
        :param targets_by_zone: targets by the name of their Availability Zone, each in one zone and
            its own. Default: none.
        :param target_port: the port of the targets, 1 to 65535. Default: the same as ``port``.
        :param target_type: instance, ip or alb. Default: that of the first target, and ip for
            ``registered_elsewhere``.
        :param target_security_groups: the security groups of targets that don't tell theirs, such
            as IP addresses. The load balancers are allowed there. Default: none, with a warning.
        :param registered_elsewhere: whether something else registers targets in
            ``service.target_groups``, such as the AWS Load Balancer Controller for Kubernetes. The
            load balancers get egress to the VPC's known CIDR blocks; use
            ``service.connections.allow_to(...)`` for other destinations. Default: False.
        :param health_check: how targets are checked: interval 5 to 300 seconds, longer than the
            timeout of 2 to 120 seconds, thresholds 2 to 10. Default: AWS's, which is TCP on the
            target port.
        :param proxy_protocol_v2: whether each connection begins with a header that names the client
            and its endpoint. The targets have to understand it, health checks included. Default:
            False.
        :param preserve_client_ip: can't be switched off. Default: on.
        :param idle_timeout: an error: it can't be set for TCP_UDP. Default: None.
        :param deregistration_delay: how long a deregistered target keeps its connections, 0 to 3600
            seconds. Default: 300 seconds.
        :raises ValidationError: for what AWS would reject, see ``privatelink explain``.
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
