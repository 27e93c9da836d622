"""The security group of the load balancers, and the ways from it to the targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs import _network
from privatelink_constructs.provider.targets import TargetKind
from privatelink_constructs.rules import load_balancers as rules
from privatelink_constructs.rules.core import Problem, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import constructs

    from privatelink_constructs._network import Zone
    from privatelink_constructs.provider.listeners import Listener
    from privatelink_constructs.provider.targets import Target

_NOTHING = ec2.CfnSecurityGroup.EgressProperty(
    ip_protocol="icmp",
    cidr_ip="255.255.255.255/32",
    from_port=252,
    to_port=86,
    description="Disallow all traffic",
)
"""A group whose template shows no egress rule is given one by EC2 that lets everything out."""


@dataclass(frozen=True)
class Way:
    """A protocol and a port, as security groups know them."""

    protocol: str
    port: int


def ways(listener: Listener, target: Target, port: int) -> tuple[list[Way], list[Way]]:
    """Return how data reaches a target, and how data and health checks do.

    :param port: the port of the target group.
    """
    port = target.port or port
    data = [Way(protocol, port) for protocol in transports(listener)]
    health = Way("tcp", listener.health_port or port)
    return data, [*data, *([] if health in data else [health])]


def transports(listener: Listener) -> tuple[str, ...]:
    """Return the protocols that security groups know a listener's traffic by."""
    match listener.protocol.value:
        case "UDP":
            return ("udp",)
        case "TCP_UDP":
            return ("tcp", "udp")
        case _:
            return ("tcp",)


@dataclass
class SecurityRules:
    """Opens the ways between clients, load balancers and targets.

    With ``client_cidrs`` the group's inbound rules hold for PrivateLink traffic, and they admit
    exactly those. Without, inbound rules don't hold; targets then see the addresses of the load
    balancers, and a reference to the group isn't enough for them.

    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html

    :param scope: the service.
    :param vpc: the VPC of the load balancers.
    :param client_cidrs: the ranges of the clients.
    """

    scope: constructs.Construct
    vpc: ec2.IVpc
    client_cidrs: Sequence[str]
    _egress: dict[tuple[Way, str], ec2.CfnSecurityGroup.EgressProperty] = field(
        default_factory=dict[tuple[Way, str], ec2.CfnSecurityGroup.EgressProperty]
    )
    _resource: ec2.CfnSecurityGroup | None = None
    _ports: dict[Way, ec2.Port] = field(default_factory=dict[Way, ec2.Port])
    _peers: dict[str, ec2.IPeer] = field(default_factory=dict[str, ec2.IPeer])

    def define(self, listeners: Iterable[Listener]) -> None:
        """Define the security group, with the rules that are known so far.

        It is an L1 with all its rules in it, and rules between groups are added to a reference to
        it: the template is then the same whatever the feature flags for rules say.
        """
        self._resource = ec2.CfnSecurityGroup(
            self.scope,
            "SecurityGroup",
            group_description="Network Load Balancers of an endpoint service",
            security_group_ingress=[
                _ingress(cidr, Way(protocol, listener.port))
                for listener in listeners
                for protocol in transports(listener)
                for cidr in self.client_cidrs
            ]
            or None,
            security_group_egress=[*self._egress.values()] or [_NOTHING],
            vpc_id=self.vpc,
        )
        self.group = ec2.SecurityGroup.from_security_group_id(
            self.scope,
            "SecurityGroupRules",
            self._resource.attr_group_id,
            allow_all_outbound=False,
        )

    def let_out(self, listener: Listener, targets: Iterable[Target], port: int) -> None:
        """Let the load balancers reach targets whose own security groups aren't in reach."""
        before = len(self._egress)
        for target in targets:
            if target.owner is None:
                cidr = self._range_of(target)
                for way in ways(listener, target, port)[1]:
                    self._egress[way, cidr] = _egress(cidr, way)
        if self._resource is not None and len(self._egress) > before:
            self._resource.security_group_egress = [*self._egress.values()]

    def open_target(
        self, listener: Listener, target: Target, zones: Sequence[Zone], port: int, *, ipv6: bool
    ) -> None:
        """Open the way from the load balancers in some zones to a target, where it is in reach.

        :param port: the port of the target group.
        """
        if target.owner is None:
            return
        data, everything = ways(listener, target, port)
        connections = target.owner.connections
        for way in everything:
            connections.allow_from(
                self.group, self._port(way), "load balancers of an endpoint service"
            )
        if self.client_cidrs:
            return
        for peer in self._addresses_of(zones, ipv6=ipv6):
            for way in data:
                connections.allow_from(peer, self._port(way), "addresses of the load balancers")

    def _range_of(self, target: Target) -> str:
        if target.kind is not TargetKind.IP:
            return _network.vpc_range(self.vpc) or "0.0.0.0/0"
        return f"{target.id}/{128 if target.is_ipv6 else 32}"

    def _addresses_of(self, zones: Sequence[Zone], *, ipv6: bool) -> list[ec2.IPeer]:
        ranges = _ranges(zones, ipv6=ipv6) or [_network.vpc_range(self.vpc)]
        return [self._peer(cidr, ipv6=ipv6) for cidr in ranges if cidr is not None]

    def _port(self, way: Way) -> ec2.Port:
        if way not in self._ports:
            make = ec2.Port.udp if way.protocol == "udp" else ec2.Port.tcp
            self._ports[way] = make(way.port)
        return self._ports[way]

    def _peer(self, cidr: str, *, ipv6: bool) -> ec2.IPeer:
        if cidr not in self._peers:
            self._peers[cidr] = ec2.Peer.ipv6(cidr) if ipv6 else ec2.Peer.ipv4(cidr)
        return self._peers[cidr]


def _ingress(cidr: str, way: Way) -> ec2.CfnSecurityGroup.IngressProperty:
    return ec2.CfnSecurityGroup.IngressProperty(
        **_rule(cidr, way), description=f"clients of port {way.port}"
    )


def _egress(cidr: str, way: Way) -> ec2.CfnSecurityGroup.EgressProperty:
    return ec2.CfnSecurityGroup.EgressProperty(
        **_rule(cidr, way), description=f"targets on {way.protocol} {way.port}"
    )


def _rule(cidr: str, way: Way) -> Mapping[str, Any]:
    return {
        "ip_protocol": way.protocol,
        "from_port": way.port,
        "to_port": way.port,
        "cidr_ipv6" if ":" in cidr else "cidr_ip": cidr,
    }


def check_reach(
    listener: Listener, targets: Sequence[Target], zones: Sequence[Zone], port: int
) -> Iterator[Problem]:
    """Say which targets have rules that somebody else has to open."""
    unmanaged = [target for target in targets if target.owner is None]
    if not unmanaged:
        return
    ranges = {known(_network.subnet_range(zone.subnet)) for zone in zones}
    admitted = ", ".join(sorted(filter(None, ranges))) or "the load balancers' subnets"
    ports = sorted({(w.protocol, w.port) for it in unmanaged for w in ways(listener, it, port)[1]})
    names = sorted({known(target.id) or target.kind.value for target in unmanaged})
    yield Problem(
        rules.TARGET_GROUP_RULES,
        f"the security groups of {', '.join(names)} have to admit "
        f"{' and '.join(f'{protocol} {number}' for protocol, number in ports)} from {admitted}",
    )


def check_ranges(
    vpc: ec2.IVpc, targets: Sequence[Target], zones: Sequence[Zone], *, ipv6: bool
) -> Iterator[Problem]:
    """Check that targets can be told which addresses to admit."""
    if not any(target.owner for target in targets) or _ranges(zones, ipv6=ipv6):
        return
    whole = None if ipv6 else _network.vpc_range(vpc)
    if whole is None:
        yield Problem(rules.CIDR_UNKNOWN, "the ranges of the subnets and of the VPC are unknown")
    else:
        text = f"targets admit the VPC's range {known(whole) or ''}"
        yield Problem(rules.CIDR_OF_VPC, text.strip())


def _ranges(zones: Sequence[Zone], *, ipv6: bool) -> list[str]:
    """Return the ranges of subnets, or none unless all are known."""
    ask = _network.subnet_ipv6_range if ipv6 else _network.subnet_range
    ranges = [cidr for zone in zones if (cidr := ask(zone.subnet)) is not None]
    return ranges if len(ranges) == len(zones) else []
