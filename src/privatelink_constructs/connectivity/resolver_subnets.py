"""The subnets and the addresses of Resolver endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs._cdk.subnet_resources import families_of, is_ipv6_only
from privatelink_constructs._cdk.subnet_selection import choose_subnets
from privatelink_constructs._cdk.subnets import is_pending, subnet_range
from privatelink_constructs._values import internal_value
from privatelink_constructs.rules import resolver as resolver_rules
from privatelink_constructs.rules import resolver_endpoints as rules
from privatelink_constructs.rules.core import about, is_token, items_of, known
from privatelink_constructs.rules.zone_support import zones_supported

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.rules.core import Problem


class Entry(NamedTuple):
    """The addresses of a Resolver endpoint in a subnet; AWS assigns those that are None."""

    zone: Zone
    ipv4: str | None
    ipv6: str | None


@internal_value(kw_only=True)
class ResolverSubnets:
    """The subnets of a Resolver endpoint, each with its addresses.

    :param vpc: the VPC.
    :param zones: the subnets, one per Availability Zone.
    :param addresses: the fixed addresses; None, so that AWS assigns them in each subnet.
    :param address_type: ``ipv4``, ``ipv6``, or ``dualstack``.
    :param found: what was found when the subnets were selected.
    """

    vpc: ec2.IVpc
    zones: tuple[Zone, ...]
    addresses: tuple[str, ...] | None
    address_type: str
    found: tuple[Problem, ...]

    @property
    def families(self) -> tuple[str, ...]:
        """The address families."""
        return rules.families_of_type(self.address_type)

    def _of(self, family: str) -> list[str]:
        """Return the fixed addresses of a family; tokens are of the first one of the endpoint."""
        of_tokens = self.families[0]
        given = self.addresses or ()
        return [
            it for it in given if (of_tokens if is_token(it) else rules.family_of(it)) == family
        ]

    @property
    def _ranges(self) -> list[str] | None:
        """The CIDR block of each subnet, None where one isn't known."""
        ranges = [known(subnet_range(zone.subnet)) for zone in self.zones]
        literal = [it for it in ranges if it is not None]
        return literal if len(literal) == len(ranges) and not is_pending(self.vpc) else None

    @property
    def entries(self) -> list[Entry]:
        """The addresses with their subnets, in the order of the IPv4 addresses."""
        if self.addresses is None:
            return [Entry(zone, None, None) for zone in self.zones]
        second = dict(zip(map(id, self.zones), self._of("ipv6"), strict=False))
        found = [Entry(zone, it, second.pop(id(zone), None)) for zone, it in self._placed]
        left = [Entry(zone, None, second[id(zone)]) for zone in self.zones if id(zone) in second]
        return [*found, *left]

    @property
    def _placed(self) -> list[tuple[Zone, str]]:
        """Each IPv4 address with its subnet."""
        addresses, ranges = self._of("ipv4"), self._ranges
        if ranges is None:
            return list(zip(self.zones, addresses, strict=False))
        return [(zone, it) for it in addresses for zone in self._zones_of(it, ranges)]

    def _zones_of(self, address: str, ranges: Sequence[str]) -> list[Zone]:
        """Return the subnet of an address; the first one for a token, which can't be compared."""
        pairs = zip(self.zones, ranges, strict=True)
        inside = [
            zone
            for zone, cidr in pairs
            if not any(rules.resolver_address_in_subnet(address, [cidr]))
        ]
        return inside[:1]

    def problems(self) -> Iterator[Problem]:
        """Check the subnets and the addresses."""
        yield from self.found
        yield from self._address_problems(self.addresses or ())
        pending = is_pending(self.vpc) or any(zone.is_dummy for zone in self.zones)
        if not pending:
            entries = self.entries
            yield from resolver_rules.address_count_in_range(len(entries))
            yield from rules.resolver_zones_sufficient(len({id(it.zone) for it in entries}))
            for zone in self.zones:
                yield from self._subnet_problems(zone.subnet)

    def _subnet_problems(self, subnet: ec2.ISubnet) -> Iterator[Problem]:
        """Check that a subnet has the address families of the endpoint."""
        if "ipv6" in self.families:
            offered = families_of(subnet)
        else:
            offered = frozenset({"ipv6"}) if is_ipv6_only(subnet) else None
        if offered is not None and not offered.issuperset(self.families):
            yield from rules.resolver_subnet_of_type(subnet.node.path, self.families, offered)

    def _address_problems(self, addresses: Sequence[str]) -> Iterator[Problem]:
        for name, address in items_of(addresses, "ip_addresses"):
            yield from about(rules.resolver_address_well_formed(address), name)
            yield from about(rules.resolver_address_of_type(address, self.families), name)
        yield from rules.resolver_addresses_distinct(addresses)
        ranges = self._ranges
        if self.addresses is not None and not is_pending(self.vpc):
            yield from self._assignment_problems(ranges)
        for address in addresses:
            yield from rules.resolver_address_in_subnet(address, ranges or ())
            yield from rules.resolver_address_free(address, ranges or ())

    def _assignment_problems(self, ranges: Sequence[str] | None) -> Iterator[Problem]:
        """Check that it is known which address belongs to which subnet."""
        subnets, ipv6 = len(self.zones), self._of("ipv6")
        if ranges is None and "ipv4" in self.families:
            yield from rules.resolver_addresses_assigned(len(self._of("ipv4")), subnets)
        # Only the deployment knows the IPv6 CIDR blocks of subnets.
        if ipv6:
            yield from rules.resolver_addresses_assigned(len(ipv6), subnets, family="IPv6")


def resolver_subnets(
    vpc: ec2.IVpc,
    selection: ec2.SubnetSelection | None,
    addresses: Sequence[str] | None,
    site: Site,
    *,
    address_type: str,
) -> ResolverSubnets:
    """Choose the subnets of a Resolver endpoint.

    :param selection: which subnets. Default: None, the VPC's private subnets, one per zone.
    :param addresses: the fixed addresses, None if AWS assigns them.
    :param address_type: ``ipv4``, ``ipv6``, or ``dualstack``.
    """
    choice = choose_subnets(vpc, selection, {}, site, holder="Resolver endpoint")
    # The zones that Network Load Balancers can't be in are of no concern here.
    found = tuple(it for it in choice.problems if it.rule is not zones_supported)
    given = None if addresses is None else tuple(addresses)
    return ResolverSubnets(
        vpc=vpc, zones=choice.zones, addresses=given, address_type=address_type, found=found
    )
