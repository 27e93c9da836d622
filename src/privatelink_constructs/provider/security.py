"""The security group of the load balancers, and the ways from it to the targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs import _network
from privatelink_constructs.provider.targets import TargetKind
from privatelink_constructs.rules import load_balancers as rules
from privatelink_constructs.rules.core import Problem, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import constructs

    from privatelink_constructs._network import Zone
    from privatelink_constructs.provider.listeners import Listener
    from privatelink_constructs.provider.targets import Target


@dataclass
class SecurityRules:
    """Opens the ways between clients, load balancers and targets.

    With ``client_cidrs`` the group's inbound rules hold for PrivateLink traffic, and they admit
    exactly those. Without, inbound rules don't hold; targets then see the addresses of the load
    balancers, and a reference to the group isn't enough for them.

    :param vpc: the VPC of the load balancers.
    :param group: the security group of all load balancers.
    :param client_cidrs: the ranges of the clients.
    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """

    vpc: ec2.IVpc
    group: ec2.SecurityGroup
    client_cidrs: Sequence[str]
    _ports: dict[tuple[str, int], ec2.Port] = field(default_factory=dict[tuple[str, int], ec2.Port])
    _peers: dict[str, ec2.IPeer] = field(default_factory=dict[str, ec2.IPeer])

    @staticmethod
    def define(
        scope: constructs.Construct, vpc: ec2.IVpc, client_cidrs: Sequence[str]
    ) -> SecurityRules:
        """Define the security group, which opens nothing yet."""
        group = ec2.SecurityGroup(
            scope,
            "SecurityGroup",
            vpc=vpc,
            allow_all_outbound=False,
            description="Network Load Balancers of an endpoint service",
        )
        return SecurityRules(vpc, group, client_cidrs)

    def admit_clients(self, listener: Listener) -> None:
        """Let the clients in on a listener's port."""
        for cidr in self.client_cidrs:
            for protocol in transports(listener):
                self.group.add_ingress_rule(
                    self._peer(cidr, ipv6=":" in cidr),
                    self._port(protocol, listener.port),
                    f"clients of port {listener.port}",
                )

    def open_target(
        self, listener: Listener, target: Target, zones: Sequence[Zone], port: int, *, ipv6: bool
    ) -> Iterator[Problem]:
        """Open the way from the load balancers in some zones to a target, and yield warnings.

        :param port: the port of the target group.
        """
        port = target.port or port
        data = [(protocol, port) for protocol in transports(listener)]
        ways = sorted({*data, ("tcp", listener.health_port or port)})
        if target.owner is None:
            yield from self._open_unmanaged(target, zones, ways)
            return
        connections = target.owner.connections
        for way in ways:
            connections.allow_from(
                self.group, self._port(*way), "load balancers of an endpoint service"
            )
        if self.client_cidrs:
            return
        for peer in self._addresses_of(zones, ipv6=ipv6):
            for way in data:
                connections.allow_from(peer, self._port(*way), "addresses of the load balancers")

    def _open_unmanaged(
        self, target: Target, zones: Sequence[Zone], ways: Sequence[tuple[str, int]]
    ) -> Iterator[Problem]:
        peer = self._peer_of(target)
        for protocol, number in ways:
            self.group.add_egress_rule(
                peer, self._port(protocol, number), f"to targets on {protocol} {number}"
            )
        ranges = [known(_network.subnet_range(zone.subnet)) for zone in zones]
        admitted = ", ".join(sorted(filter(None, ranges))) or "the load balancers' subnets"
        ports = " and ".join(f"{protocol} {number}" for protocol, number in ways)
        name = known(target.id) or target.kind.value
        yield Problem(
            rules.TARGET_GROUP_RULES,
            f"the rules of target {name} are its owner's: it has to admit {ports} from {admitted}",
        )

    def _peer_of(self, target: Target) -> ec2.IPeer:
        if target.kind is not TargetKind.IP:
            return self._peer(_network.vpc_range(self.vpc) or "0.0.0.0/0")
        ipv6 = target.address is not None and target.address.version == 6  # noqa: PLR2004
        return self._peer(f"{target.id}/{128 if ipv6 else 32}", ipv6=ipv6)

    def _addresses_of(self, zones: Sequence[Zone], *, ipv6: bool) -> list[ec2.IPeer]:
        ranges = _ranges(zones, ipv6=ipv6) or [_network.vpc_range(self.vpc)]
        return [self._peer(cidr, ipv6=ipv6) for cidr in ranges if cidr is not None]

    def _port(self, protocol: str, number: int) -> ec2.Port:
        key = (protocol, number)
        if key not in self._ports:
            self._ports[key] = ec2.Port.udp(number) if protocol == "udp" else ec2.Port.tcp(number)
        return self._ports[key]

    def _peer(self, cidr: str, *, ipv6: bool = False) -> ec2.IPeer:
        if cidr not in self._peers:
            self._peers[cidr] = ec2.Peer.ipv6(cidr) if ipv6 else ec2.Peer.ipv4(cidr)
        return self._peers[cidr]


def transports(listener: Listener) -> tuple[str, ...]:
    """Return the protocols that security groups know a listener's traffic by."""
    match listener.protocol.value:
        case "UDP":
            return ("udp",)
        case "TCP_UDP":
            return ("tcp", "udp")
        case _:
            return ("tcp",)


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
