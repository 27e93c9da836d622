"""The security group of the load balancers, and the ways from it to the targets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.asking import peer_of, port_of, reference
from privatelink_constructs._cdk.imported_groups import add_shared_rule, rule_id
from privatelink_constructs._cdk.numbered_rules import add_rules
from privatelink_constructs._cdk.sources import rule_properties
from privatelink_constructs.provider.balancing.ecs_ports import registered_ports
from privatelink_constructs.provider.balancing.targets import TargetKind
from privatelink_constructs.provider.balancing.ways import Way, ranges_of, transports, ways
from privatelink_constructs.rules import security_groups as security_rules
from privatelink_constructs.rules.client_sources import ClientSource, SourceKind
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import aws_cdk as cdk
    import constructs
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from privatelink_constructs._cdk.imported_groups import KnownGroup
    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.port import Port
    from privatelink_constructs.provider.balancing.targets import Target
    from privatelink_constructs.rules.core import Problem


_OF_GROUP = "load balancers of an endpoint service"
_OF_ADDRESSES = "addresses of the load balancers"


@cache
def _nothing() -> ec2.CfnSecurityGroup.EgressProperty:
    """Return a rule for a group without any: EC2 gives it one that lets everything out."""
    return ec2.CfnSecurityGroup.EgressProperty(
        ip_protocol="icmp",
        cidr_ip="255.255.255.255/32",
        from_port=252,
        to_port=86,
        description="Disallow all traffic",
    )


@dataclass(eq=False)
class SecurityRules:
    """Opens the ways between clients, load balancers and targets.

    With clients, the group's inbound rules are enforced on PrivateLink traffic, and they allow
    exactly these. Without, inbound rules aren't enforced; targets then see the addresses of the
    load balancers, and a reference to the group isn't enough for them.

    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html

    :param scope: the service.
    :param stack: its stack.
    :param vpc: the VPC of the load balancers.
    :param clients: the sources of the clients, None where inbound rules aren't enforced.
    """

    scope: constructs.Construct
    stack: cdk.Stack
    vpc: ec2.IVpc
    clients: Sequence[ClientSource] | None
    _egress: dict[tuple[Way, str], ec2.CfnSecurityGroup.EgressProperty] = field(
        default_factory=dict[tuple[Way, str], ec2.CfnSecurityGroup.EgressProperty]
    )
    _ingress: dict[tuple[Way, ClientSource], ec2.CfnSecurityGroup.IngressProperty] = field(
        default_factory=dict[tuple["Way", "ClientSource"], ec2.CfnSecurityGroup.IngressProperty]
    )
    _resource: ec2.CfnSecurityGroup | None = None
    _opened: set[tuple[str, Way, str]] = field(default_factory=set[tuple[str, Way, str]])

    def define(self, listeners: Iterable[Listener]) -> None:
        """Define the security group, with the rules that are known so far.

        It is an L1 with all its rules in it, and rules between groups are added to a reference to
        it: the template is then the same whatever the feature flags for rules say. See
        ``docs/decisions/0018-the-security-group-is-an-l1.md``.
        """
        for listener in listeners:
            for protocol in transports(listener):
                way = Way(protocol, listener.port, listener.port)
                for source in self.clients or ():
                    self._ingress[way, source] = _ingress(source, way)
        self._resource = ec2.CfnSecurityGroup(
            self.scope,
            "SecurityGroup",
            group_description="Network Load Balancers of an endpoint service",
            security_group_ingress=[*self._ingress.values()] or None,
            security_group_egress=[*self._egress.values()] or [_nothing()],
            vpc_id=_network.vpc_id(self.vpc),
        )
        self.group = ec2.SecurityGroup.from_security_group_id(
            self.scope,
            "SecurityGroupRules",
            self._resource.attr_group_id,
            allow_all_outbound=False,
        )

    @cached_property
    def connections(self) -> ec2.Connections:
        """The connections of the security group."""
        return self.group.connections

    def let_out(self, port: Port, targets: Iterable[Target]) -> None:
        """Let the load balancers reach targets whose own security groups aren't in reach."""
        before = len(self._egress)
        for target in targets:
            if target.owner is None and not target.tells_ports_later:
                for cidr in _ranges_of(target, port):
                    for way in ways(port.listener, target, port.target_port)[1]:
                        self._egress[way, cidr] = _egress(cidr, way, ipv6=port.ipv6)
        if self._resource is not None and len(self._egress) > before:
            self._resource.security_group_egress = [*self._egress.values()]

    def problems(self) -> Iterator[Problem]:
        """Check the rules that are known so far; those between groups aren't among them."""
        inbound = [each for _, source in self._ingress for each in source.counted(1)]
        yield from security_rules.security_group_rule_count(
            inbound=inbound, outbound=[cidr for _, cidr in self._egress]
        )
        lists = sum(source.is_uncounted for _, source in self._ingress)
        yield from security_rules.security_group_rule_count_known(
            rules=len(inbound) - lists, lists=lists, direction="inbound"
        )

    def open_target(
        self,
        port: Port,
        target: Target,
        zones: Sequence[Zone],
        groups: Sequence[elbv2.NetworkTargetGroup],
    ) -> None:
        """Open the way from the load balancers to a target, where its rules are in reach.

        :param zones: the zones of the load balancers that forward to it.
        :param groups: the target groups that it is in.
        """
        found = [target]
        if target.service is not None and target.tells_ports_later:
            told = registered_ports(target.service, groups, self.scope)
            told = told or [(port.target_port, port.target_port)]
            found = [replace(target, ports=ports) for ports in told]
            self.let_out(port, found)
        for each in found:
            if each.owner is not None:
                self._open(port, each, each.owner, zones)
                for group in each.groups:
                    if group.imported_id is not None:
                        self._open_imported(port, each, group, zones)

    def _open(
        self, port: Port, target: Target, given: ec2.Connections, zones: Sequence[Zone]
    ) -> None:
        """Open the security groups that the CDK keeps the rules of."""
        owner = _kept_by_cdk(target, given)
        if owner is None:
            return
        data, everything = ways(port.listener, target, port.target_port)
        name = reference(given)
        # A reference to the group is enough for health checks, and for data while inbound rules are
        # enforced. Otherwise PrivateLink traffic comes from the load balancers' addresses, which no
        # rule for their group matches: targets have to allow the CIDR blocks of their subnets.
        for way in everything:
            if self._is_new(name, way, "group"):
                self._connect(target, owner, self._port(way))
        if self.clients is not None:
            return
        for cidr in self._addresses_of(zones, ipv6=port.ipv6):
            for way in data:
                if self._is_new(name, way, cidr):
                    self._allow_from(owner, cidr, way, ipv6=port.ipv6)

    def _allow_from(self, owner: ec2.Connections, cidr: str, way: Way, *, ipv6: bool) -> None:
        peer, port = peer_of(self.stack, cidr, ipv6=ipv6), self._port(way)
        allow = partial(owner.allow_from, peer, port, _OF_ADDRESSES)
        if is_token(cidr):
            add_rules(owner.security_groups, allow)
        else:
            allow()

    def _open_imported(
        self, port: Port, target: Target, group: KnownGroup, zones: Sequence[Zone]
    ) -> None:
        """Open a security group that is defined elsewhere, which others may have imported, too."""
        data, everything = ways(port.listener, target, port.target_port)
        group_id = str(group.imported_id)
        for way in everything:
            if self._is_new(group_id, way, "group"):
                self._let_out_to(group_id, way)
                if group.mutable:
                    source = {"source_security_group_id": self.group.security_group_id}
                    self._let_in(group_id, way, source, key=[self.scope.node.path])
        if self.clients is None and group.mutable:
            for cidr in self._addresses_of(zones, ipv6=port.ipv6):
                for way in data:
                    if self._is_new(group_id, way, cidr):
                        source = {"cidr_ipv6" if port.ipv6 else "cidr_ip": cidr}
                        # Tokens of two VPCs can look alike.
                        vpc = [_network.vpc_id(self.vpc)] if is_token(cidr) else []
                        self._let_in(group_id, way, source, key=[cidr, *vpc])

    def _let_in(
        self, group_id: str, way: Way, source: Mapping[str, str], *, key: list[str]
    ) -> None:
        by_group = "source_security_group_id" in source
        add_shared_rule(
            self.stack,
            {"group_id": group_id, **_ports(way), **source},
            key=[group_id, *_ports(way).values(), *key],
            description=_OF_GROUP if by_group else _OF_ADDRESSES,
        )

    def _let_out_to(self, group_id: str, way: Way) -> None:
        ec2.CfnSecurityGroupEgress(
            self.scope,
            f"Outbound{rule_id(self.stack, [group_id, *_ports(way).values()])}",
            group_id=self.group.security_group_id,
            destination_security_group_id=group_id,
            description=_OF_GROUP,
            **_ports(way),
        )

    def _is_new(self, owner: str, way: Way, peer: str) -> bool:
        """Tell whether a rule is wanted for the first time: EC2 refuses the second of two."""
        rule = (owner, way, peer)
        new = rule not in self._opened
        self._opened.add(rule)
        return new

    def _connect(self, target: Target, owner: ec2.Connections, port: ec2.Port) -> None:
        """Open a port between the groups, in the stack of the one that refers to the other.

        ECS services and Auto Scaling groups refer to target groups, and target groups refer to all
        other targets. A rule in the other stack would make the two stacks depend on each other.
        """
        if target.type is None or target.kind is TargetKind.AUTO_SCALING_GROUP:
            owner.allow_from(self.group, port, _OF_GROUP)
        else:
            self.connections.allow_to(cast("ec2.IConnectable", owner), port, _OF_GROUP)

    def _addresses_of(self, zones: Sequence[Zone], *, ipv6: bool) -> list[str]:
        ranges = ranges_of(zones, ipv6=ipv6) or [_network.vpc_range(self.vpc)]
        return [cidr for cidr in ranges if cidr is not None]

    def _port(self, way: Way) -> ec2.Port:
        return port_of(self.stack, way.protocol, way.first, way.last)


def _ranges_of(target: Target, port: Port) -> Sequence[str]:
    """Return where a target can be whose security group nobody knows.

    The VPC may have got further CIDR blocks, and pods and instances are often in one of these.
    """
    if target.kind is TargetKind.IP:
        return [f"{target.id}/{128 if port.ipv6 else 32}"]
    if port.ipv6:
        return ["::/0"]
    return port.layout.cidr_blocks.blocks or ["0.0.0.0/0"]


def _kept_by_cdk(target: Target, given: ec2.Connections) -> ec2.Connections | None:
    """Return the connections of the security groups that the CDK keeps the rules of."""
    kept = [group for group in target.groups if group.imported_id is None]
    if not kept:
        return None
    if len(kept) == len(target.groups) and all(group.as_given for group in kept):
        return given
    return ec2.Connections(security_groups=[group.resource for group in kept])


def _ingress(source: ClientSource, way: Way) -> ec2.CfnSecurityGroup.IngressProperty:
    port = known(way.first)
    return ec2.CfnSecurityGroup.IngressProperty(
        **_ports(way),
        **rule_properties(source),
        description="clients" if port is None else f"clients of port {port}",
    )


def _egress(cidr: str, way: Way, *, ipv6: bool) -> ec2.CfnSecurityGroup.EgressProperty:
    return ec2.CfnSecurityGroup.EgressProperty(
        **_ports(way),
        **rule_properties(ClientSource(SourceKind.CIDR, cidr, "ipv6" if ipv6 else "ipv4")),
        description=f"targets on {way}",
    )


def _ports(way: Way) -> Mapping[str, Any]:
    return {"ip_protocol": way.protocol, "from_port": way.first, "to_port": way.last}
