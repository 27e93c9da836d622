"""The security group of the load balancers, and the rules between it and the targets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.asking import (
    asked,
    default_children,
    peer_of,
    port_of,
    reference,
    stack_of,
)
from privatelink_constructs._cdk.imported_groups import (
    add_shared_rule,
    address_of,
    id_of,
    learn_addresses,
    rule_id,
)
from privatelink_constructs._cdk.numbered_rules import add_rules
from privatelink_constructs._cdk.sources import rule_properties
from privatelink_constructs.provider.balancing.ecs_ports import registered_ports
from privatelink_constructs.provider.balancing.target_places import stack_of_target
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
    """Return the rule for a group without rules, to which EC2 otherwise adds one for everything."""
    return ec2.CfnSecurityGroup.EgressProperty(
        ip_protocol="icmp",
        cidr_ip="255.255.255.255/32",
        from_port=252,
        to_port=86,
        description="Disallow all traffic",
    )


@dataclass(eq=False)
class SecurityRules:
    """Allows traffic between clients, load balancers, and targets.

    With clients, the group's inbound rules are enforced on PrivateLink traffic, and allow exactly
    these clients. Without clients, inbound rules aren't enforced. Traffic then has the addresses of
    the load balancers, which a rule that refers to the group doesn't cover.

    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html

    :param scope: the service.
    :param stack: its stack.
    :param vpc: the VPC of the load balancers.
    :param clients: the sources of the clients, None if inbound rules aren't enforced.
    """

    scope: constructs.Construct
    stack: cdk.Stack
    vpc: ec2.IVpc
    clients: Sequence[ClientSource] | None
    _egress: dict[tuple[Way, str], ec2.CfnSecurityGroup.EgressProperty] = field(
        default_factory=dict[tuple[Way, str], ec2.CfnSecurityGroup.EgressProperty]
    )
    _clients: dict[tuple[Way, ClientSource], None] = field(
        default_factory=dict[tuple["Way", "ClientSource"], None]
    )
    _first: list[ec2.CfnSecurityGroupIngress] = field(
        default_factory=list[ec2.CfnSecurityGroupIngress]
    )
    _resource: ec2.CfnSecurityGroup | None = None
    _opened: set[tuple[str, Way, str]] = field(default_factory=set[tuple[str, Way, str]])

    def define(self, listeners: Iterable[Listener]) -> None:
        """Define the security group, with the rules that are known so far.

        It is an L1 with its outbound rules in it, and rules between groups are added to a reference
        to it: the template is then the same whatever the feature flags for rules say. See
        ``docs/decisions/0018-the-security-group-is-an-l1.md``. Inbound rules are resources of their
        own, see ``docs/decisions/0022-inbound-rules-come-before-load-balancers.md``.
        """
        self._resource = ec2.CfnSecurityGroup(
            self.scope,
            "SecurityGroup",
            group_description="Network Load Balancers of an endpoint service",
            security_group_egress=[*self._egress.values()] or [_nothing()],
            vpc_id=_network.vpc_id(self.vpc),
        )
        self.group = ec2.SecurityGroup.from_security_group_id(
            self.scope,
            "SecurityGroupRules",
            self._own_id,
            allow_all_outbound=False,
        )
        for listener in listeners:
            for protocol in transports(listener):
                for source in self.clients or ():
                    self._let_in_client(Way(protocol, listener.port, listener.port), source)

    def _let_in_client(self, way: Way, source: ClientSource) -> None:
        self._clients[way, source] = None
        port, given = known(way.first), rule_properties(source)
        name = rule_id(self.stack, [*_ports(way).values(), *given, *given.values()])
        rule = ec2.CfnSecurityGroupIngress(
            self.scope,
            f"Inbound{name}",
            group_id=self._own_id,
            description="clients" if port is None else f"clients of port {port}",
            **_ports(way),
            **given,
        )
        self._first.append(rule)

    def keep_order(self, load_balancers: Iterable[elbv2.NetworkLoadBalancer]) -> None:
        """Make load balancers depend on the rules that they need.

        When enforcement of inbound rules is turned on or off, other rules are needed. New rules
        exist before a load balancer changes, and CloudFormation deletes those that aren't needed
        anymore after that. Rules in other stacks are created and deleted with their stacks.
        """
        rules, self._first = self._first, []
        for it in default_children(self.scope, load_balancers) if rules else ():
            if len(rules) == 1:
                cast("cdk.CfnResource", it).add_resource_dependency(rules[0])
            else:
                it.node.add_dependency(*rules)

    @cached_property
    def _own_id(self) -> str:
        return cast("ec2.CfnSecurityGroup", self._resource).attr_group_id

    @cached_property
    def connections(self) -> ec2.Connections:
        """The connections of the security group."""
        return cast("ec2.Connections", asked(self.group, "connections"))

    def let_out(self, port: Port, targets: Iterable[Target]) -> None:
        """Allow outbound traffic to targets whose security groups aren't known."""
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
        inbound = [each for _, source in self._clients for each in source.counted(1)]
        yield from security_rules.security_group_rule_count(
            inbound=inbound, outbound=[cidr for _, cidr in self._egress]
        )
        lists = sum(source.is_uncounted for _, source in self._clients)
        yield from security_rules.security_group_rule_count_known(
            rules=len(inbound) - lists, lists=lists, direction="inbound"
        )

    def look_at_groups(self, targets: Iterable[Target]) -> None:
        """Ask for what the rules of all targets need at once."""
        if self.clients is None:
            every = (group for target in targets for group in target.groups)
            kept = (it.resource for it in every if it.imported_id is None)
            learn_addresses((it for it in kept if isinstance(it, ec2.SecurityGroup)), self.stack)

    def open_target(
        self,
        port: Port,
        target: Target,
        zones: Sequence[Zone],
        groups: Sequence[elbv2.NetworkTargetGroup],
    ) -> None:
        """Allow traffic from the load balancers to a target, if its security groups are known.

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
        kept = [group for group in target.groups if group.imported_id is None]
        if not kept:
            return
        data, everything = ways(port.listener, target, port.target_port)
        name = reference(given)
        # A reference to the group is enough for health checks, and for data while inbound rules are
        # enforced. Otherwise PrivateLink traffic comes from the load balancers' addresses, which no
        # rule for their group matches: targets have to allow the CIDR blocks of their subnets.
        for way in everything:
            if self._is_new(name, way, "group"):
                self._connect(target, kept, given, way)
        if self.clients is not None:
            return
        for cidr in self._addresses_of(zones, ipv6=port.ipv6):
            for way in data:
                if self._is_new(name, way, cidr):
                    for group in kept:
                        self._allow_from(group, cidr, way, ipv6=port.ipv6)

    def _allow_from(self, group: KnownGroup, cidr: str, way: Way, *, ipv6: bool) -> None:
        """Allow a CIDR block in a security group, in the stack of that group.

        In that stack, two services that need the rule find each other's rule.
        """
        if not isinstance(group.resource, ec2.SecurityGroup):
            peer = peer_of(self.stack, cidr, ipv6=ipv6)
            allow = partial(group.resource.connections.allow_from, peer, self._port(way))
            add_rules([group.resource], partial(allow, _OF_ADDRESSES))
            return
        home = stack_of(group.resource)
        rule = add_shared_rule(
            home,
            {"group_id": id_of(group.resource), **_ports(way), _cidr_property(ipv6=ipv6): cidr},
            key=[address_of(group.resource), *_ports(way).values(), *self._key_of(cidr)],
            description=_OF_ADDRESSES,
        )
        if _same(home, self.stack):
            self._first.append(rule)

    def _key_of(self, cidr: str) -> list[str]:
        """Return what distinguishes a CIDR block from others: tokens of two VPCs can look alike."""
        return [cidr, *([_network.vpc_id(self.vpc)] if is_token(cidr) else [])]

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
                        source = {_cidr_property(ipv6=port.ipv6): cidr}
                        self._let_in(group_id, way, source, key=self._key_of(cidr))

    def _let_in(
        self, group_id: str, way: Way, source: Mapping[str, str], *, key: list[str]
    ) -> None:
        by_group = "source_security_group_id" in source
        rule = add_shared_rule(
            self.stack,
            {"group_id": group_id, **_ports(way), **source},
            key=[group_id, *_ports(way).values(), *key],
            description=_OF_GROUP if by_group else _OF_ADDRESSES,
        )
        if not by_group:
            self._first.append(rule)

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
        """Return whether a rule is new, because EC2 rejects the second of two equal rules."""
        rule = (owner, way, peer)
        new = rule not in self._opened
        self._opened.add(rule)
        return new

    def _connect(
        self, target: Target, kept: Sequence[KnownGroup], given: ec2.Connections, way: Way
    ) -> None:
        """Open a port between the groups, in the stack of the one that refers to the other.

        ECS services and Auto Scaling groups refer to target groups, and target groups refer to all
        other targets. A rule in the other stack would make the two stacks depend on each other.
        Where a group is in a third stack, such as that of the network, the rule can't be there
        either: this stack may depend on that one.
        """
        port, owner = self._port(way), _connections_of(target, kept, given)
        if not target.registers_itself:
            self.connections.allow_to(cast("ec2.IConnectable", owner), port, _OF_GROUP)
            return
        home = self._home_apart(target, kept)
        if home is None:
            owner.allow_from(self.group, port, _OF_GROUP)
            return
        for group in kept:
            self._connect_in(home, group, way)

    def _home_apart(self, target: Target, kept: Sequence[KnownGroup]) -> cdk.Stack | None:
        """Return the stack of a target whose groups are neither there nor in this stack."""
        homes = [stack_of(group.resource) for group in kept]
        if all(_same(home, self.stack) for home in homes):
            return None
        own = stack_of_target(target, self.stack)
        if own is None or all(_same(it, own) or _same(it, self.stack) for it in homes):
            return None
        return own

    def _connect_in(self, home: cdk.Stack, group: KnownGroup, way: Way) -> None:
        """Write the rules between a group and that of the load balancers in a third stack."""
        own, other = self._own_id, id_of(group.resource)
        key = [group.resource.node.path, *_ports(way).values(), self.scope.node.path]
        if group.mutable:
            given = {"group_id": other, "source_security_group_id": own, **_ports(way)}
            add_shared_rule(home, given, key=key, description=_OF_GROUP)
        given = {"group_id": own, "destination_security_group_id": other, **_ports(way)}
        add_shared_rule(home, given, key=["outbound", *key], description=_OF_GROUP, outbound=True)

    def _addresses_of(self, zones: Sequence[Zone], *, ipv6: bool) -> list[str]:
        ranges = ranges_of(zones, ipv6=ipv6) or [_network.vpc_range(self.vpc)]
        return [cidr for cidr in ranges if cidr is not None]

    def _port(self, way: Way) -> ec2.Port:
        return port_of(self.stack, way.protocol, way.first, way.last)


def _ranges_of(target: Target, port: Port) -> Sequence[str]:
    """Return the CIDR blocks that a target without a known security group can be in.

    The VPC can have further CIDR blocks, and pods and instances are often in one of these.
    """
    if target.kind is TargetKind.IP:
        return [f"{target.id}/{128 if port.ipv6 else 32}"]
    if port.ipv6:
        return ["::/0"]
    return port.layout.cidr_blocks.blocks or ["0.0.0.0/0"]


def _connections_of(
    target: Target, kept: Sequence[KnownGroup], given: ec2.Connections
) -> ec2.Connections:
    """Return the connections of the security groups that the CDK keeps the rules of."""
    if len(kept) == len(target.groups) and all(group.as_given for group in kept):
        return given
    return ec2.Connections(security_groups=[group.resource for group in kept])


def _same(stack: cdk.Stack, other: cdk.Stack) -> bool:
    return reference(stack) == reference(other)


def _cidr_property(*, ipv6: bool) -> str:
    return "cidr_ipv6" if ipv6 else "cidr_ip"


def _egress(cidr: str, way: Way, *, ipv6: bool) -> ec2.CfnSecurityGroup.EgressProperty:
    return ec2.CfnSecurityGroup.EgressProperty(
        **_ports(way),
        **rule_properties(ClientSource(SourceKind.CIDR, cidr, "ipv6" if ipv6 else "ipv4")),
        description=f"targets on {way}",
    )


def _ports(way: Way) -> Mapping[str, Any]:
    return {"ip_protocol": way.protocol, "from_port": way.first, "to_port": way.last}
