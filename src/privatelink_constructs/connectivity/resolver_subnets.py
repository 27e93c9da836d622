"""The subnets and the addresses of Resolver endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._cdk.subnet_selection import choose_subnets
from privatelink_constructs._cdk.subnets import is_pending, subnet_id, subnet_range
from privatelink_constructs._values import internal_value
from privatelink_constructs.rules import resolver as resolver_rules
from privatelink_constructs.rules import resolver_endpoints as rules
from privatelink_constructs.rules.core import about, items_of, known
from privatelink_constructs.rules.zone_support import zones_supported

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.rules.core import Problem


@internal_value(kw_only=True)
class ResolverSubnets:
    """The subnets of a Resolver endpoint, each with its addresses.

    :param vpc: the VPC.
    :param zones: the subnets, one per Availability Zone.
    :param addresses: the fixed addresses; None, so that AWS assigns one in each subnet.
    :param found: what was found when the subnets were selected.
    """

    vpc: ec2.IVpc
    zones: tuple[Zone, ...]
    addresses: tuple[str, ...] | None
    found: tuple[Problem, ...]

    @property
    def _ranges(self) -> list[str] | None:
        """The CIDR block of each subnet, None where one isn't known."""
        ranges = [known(subnet_range(zone.subnet)) for zone in self.zones]
        literal = [it for it in ranges if it is not None]
        return literal if len(literal) == len(ranges) and not is_pending(self.vpc) else None

    @property
    def entries(self) -> list[tuple[Zone, str | None]]:
        """Each address with its subnet, None for one that AWS assigns."""
        if self.addresses is None:
            return [(zone, None) for zone in self.zones]
        ranges = self._ranges
        if ranges is None:
            return list(zip(self.zones, self.addresses, strict=False))
        return [(zone, it) for it in self.addresses for zone in self._zones_of(it, ranges)]

    def _zones_of(self, address: str, ranges: Sequence[str]) -> list[Zone]:
        """Return the subnet of an address; the first one for a token, which can't be compared."""
        pairs = zip(self.zones, ranges, strict=True)
        inside = [
            zone
            for zone, cidr in pairs
            if not any(rules.resolver_address_in_subnet(address, [cidr]))
        ]
        return inside[:1]

    @property
    def subnet_ids(self) -> list[tuple[str, str | None]]:
        """The same with the IDs of the subnets."""
        return [(subnet_id(zone.subnet), address) for zone, address in self.entries]

    def problems(self) -> Iterator[Problem]:
        """Check the subnets and the addresses."""
        yield from self.found
        yield from self._address_problems(self.addresses or ())
        pending = is_pending(self.vpc) or any(zone.is_dummy for zone in self.zones)
        if not pending:
            entries = self.entries
            yield from resolver_rules.address_count_in_range(len(entries))
            yield from rules.resolver_zones_sufficient(len({id(zone) for zone, _ in entries}))

    def _address_problems(self, addresses: Sequence[str]) -> Iterator[Problem]:
        for name, address in items_of(addresses, "ip_addresses"):
            yield from about(rules.resolver_address_well_formed(address), name)
        yield from rules.resolver_addresses_distinct(addresses)
        ranges = self._ranges
        if ranges is None and self.addresses is not None and not is_pending(self.vpc):
            yield from rules.resolver_addresses_assigned(len(addresses), len(self.zones))
        for address in addresses:
            yield from rules.resolver_address_in_subnet(address, ranges or ())
            yield from rules.resolver_address_free(address, ranges or ())


def resolver_subnets(
    vpc: ec2.IVpc,
    selection: ec2.SubnetSelection | None,
    addresses: Sequence[str] | None,
    site: Site,
) -> ResolverSubnets:
    """Choose the subnets of a Resolver endpoint.

    :param selection: which subnets. Default: None, the VPC's private subnets, one per zone.
    :param addresses: the fixed addresses, None if AWS assigns them.
    """
    choice = choose_subnets(vpc, selection, {}, site, holder="Resolver endpoint")
    # The zones that Network Load Balancers can't be in are of no concern here.
    found = tuple(it for it in choice.problems if it.rule is not zones_supported)
    given = None if addresses is None else tuple(addresses)
    return ResolverSubnets(vpc=vpc, zones=choice.zones, addresses=given, found=found)
