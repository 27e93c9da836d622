"""Names of a VPC for clients on premises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import constructs
import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53resolver as resolver

from privatelink_constructs._cdk.asking import port_of, stack_of
from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs._cdk.sources import check_items
from privatelink_constructs._cdk.subnets import subnet_id
from privatelink_constructs.connectivity.resolver_protocol import ResolverProtocol
from privatelink_constructs.connectivity.resolver_subnets import resolver_subnets
from privatelink_constructs.connectivity.vpc_resolution import resolution_of
from privatelink_constructs.consumer.endpoint_clients import Clients
from privatelink_constructs.consumer.endpoint_plan import address_type_of
from privatelink_constructs.rules import forwarding as forwarding_rules
from privatelink_constructs.rules import resolver as protocol_rules
from privatelink_constructs.rules import resolver_endpoints as rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.connectivity.resolver_subnets import ResolverSubnets
    from privatelink_constructs.rules.core import Problem


@jsii.implements(ec2.IConnectable)
class ResolverInboundEndpoint(constructs.Construct):
    """Addresses in a VPC that resolvers on premises forward queries to.

    They answer as the VPC's own resolver does: private DNS names of endpoints, private hosted
    zones, and the names of a hub. On premises, forward the domains to these addresses.

    Example::

        ResolverInboundEndpoint(
            self,
            "FromOnPremises",
            vpc=vpc,
            clients=["192.168.0.0/16"],
            ip_addresses=["10.0.0.10", "10.0.1.10"],
        )

    Security groups with narrow rules track connections, which limits an address to about 1,500
    queries per second in place of 10,000.

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param vpc: the VPC whose names are answered.
    :param clients: who can query: CIDR blocks of the networks on premises, the CDK's peers, prefix
        lists, or any construct that has connections. At least one, and never all addresses.
    :param subnets: the subnets of the addresses, in at least two Availability Zones. AWS charges
        for each address by the hour. Default: the VPC's private subnets, one per Availability Zone;
        its public subnets if it has no others, with a warning.
    :param ip_addresses: the addresses, from 2 to 20, each in one of the subnets. Of IPv6 addresses,
        one for each subnet, in their order. Default: None, one in each subnet that AWS assigns,
        which no attribute of the endpoint returns.
    :param protocols: the protocols of the queries, members of ``ResolverProtocol``. Default:
        DNS over port 53.
    :param ip_address_type: the address type, which applies to all addresses. You can change it
        only between ``IPV4`` and ``DUALSTACK``, and not together with the addresses. Default: IPv4.
    :raises ValidationError: for what AWS would reject, and for an endpoint that can't be queried.
        ``privatelink explain`` describes each error by its code.
    :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-forwarding-inbound-queries.html
    """

    @checked()
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc: ec2.IVpc,
        clients: Sequence[str | ec2.IPeer | ec2.IConnectable],
        subnets: ec2.SubnetSelection | None = None,
        ip_addresses: Sequence[str] | None = None,
        protocols: Sequence[ResolverProtocol] = (ResolverProtocol.DO53,),
        ip_address_type: ec2.VpcEndpointIpAddressType = ec2.VpcEndpointIpAddressType.IPV4,
    ) -> None:
        """Define the endpoint."""
        names, kind = sorted({it.value for it in protocols}), address_type_of(ip_address_type)
        ways = protocol_rules.ports_of(names)
        allowed = Clients(
            given=clients,
            stack=stack_of(scope),
            address_type=kind,
            groups=(),
            ports=[port if way == "tcp" else f"{port}/{way}" for way, port in ways],
        )
        chosen = resolver_subnets(vpc, subnets, ip_addresses, Site(scope, id), address_type=kind)
        warnings = refuse(_problems(allowed, names, chosen), Site(scope, id))

        super().__init__(scope, id)
        self._ip_addresses = chosen.addresses or ()
        self._connections: ec2.Connections | None = None
        self._security_group = define_resolver_group(
            self, vpc, "Who may query the Resolver endpoint"
        )
        self._open(allowed, ways)
        self._resource = define_resolver_endpoint(
            self, "INBOUND", chosen, self._security_group, protocols=names
        )
        resolution_of(vpc).inbound.extend(self._ip_addresses)
        warn(self, warnings)

    @property
    def ip_addresses(self) -> tuple[str, ...]:
        """The fixed addresses, for the resolvers on premises; none if AWS assigns them."""
        return self._ip_addresses

    @property
    def resolver_endpoint_id(self) -> str:
        """The ID of the endpoint, ``rslvr-in-...``, known only at deployment."""
        return self._resource.attr_resolver_endpoint_id

    @property
    def connections(self) -> ec2.Connections:
        """The security group of the endpoint."""
        if self._connections is None:
            self._connections = ec2.Connections(security_groups=[self._security_group])
        return self._connections

    def _open(self, clients: Clients, ways: Sequence[tuple[str, int]]) -> None:
        stack = clients.stack
        ports = {number: port_of(stack, way, number) for way, number in ways if way == "tcp"}
        queries: dict[int | str, ec2.Port] = {
            **ports,
            **{f"{it}/{way}": port_of(stack, way, it) for way, it in ways if way != "tcp"},
        }
        clients.open(queries, self._security_group, lambda: self.connections)


def _problems(
    clients: Clients, protocols: Sequence[str], subnets: ResolverSubnets
) -> Iterator[Problem]:
    given = clients.given or ()
    yield from rules.resolver_clients_present(len(given))
    yield from check_items(given, argument="clients")
    sources = [client.source for client in clients.each if client.source is not None]
    literal = [source.value for source in sources if not is_token(source.value)]
    yield from rules.resolver_clients_narrow(literal)
    yield from clients.problems()
    yield from protocol_rules.protocols_present(len(protocols))
    yield from protocol_rules.protocols_supported("INBOUND", protocols)
    yield from subnets.problems()
    targets = resolution_of(subnets.vpc).targets
    yield from forwarding_rules.forwarding_target_elsewhere(targets, subnets.addresses or ())


def define_resolver_group(
    scope: constructs.Construct, vpc: ec2.IVpc, description: str
) -> ec2.SecurityGroup:
    """Define the security group of a Resolver endpoint, closed in both directions."""
    return ec2.SecurityGroup(
        scope,
        "SecurityGroup",
        vpc=vpc,
        allow_all_outbound=False,
        description=description,
        # Whatever a feature flag says: the CDK numbers rules that aren't in the group.
        disable_inline_rules=False,
    )


def define_resolver_endpoint(
    scope: constructs.Construct,
    direction: str,
    subnets: ResolverSubnets,
    group: ec2.SecurityGroup,
    *,
    protocols: Sequence[str],
) -> resolver.CfnResolverEndpoint:
    """Define a Resolver endpoint.

    :param direction: ``INBOUND`` or ``OUTBOUND``.
    """
    return resolver.CfnResolverEndpoint(
        scope,
        "Resource",
        direction=direction,
        ip_addresses=[
            resolver.CfnResolverEndpoint.IpAddressRequestProperty(
                subnet_id=subnet_id(it.zone.subnet), ip=it.ipv4, ipv6=it.ipv6
            )
            for it in subnets.entries
        ],
        # Written at their defaults too: CloudFormation keeps what you remove from a template.
        protocols=list(protocols),
        resolver_endpoint_type=subnets.address_type.upper(),
        security_group_ids=[group.security_group_id],
    )
