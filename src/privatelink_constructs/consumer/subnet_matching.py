"""The subnets of an endpoint."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs._cdk.sources import equal_tokens
from privatelink_constructs._cdk.subnet_resources import place_problems
from privatelink_constructs._cdk.subnet_selection import choose_subnets, zones_by_position
from privatelink_constructs._values import internal_value
from privatelink_constructs.contract.origins import is_of_this_app, origin_of
from privatelink_constructs.rules import contracts as contract_rules
from privatelink_constructs.rules import endpoint_zones as zone_rules
from privatelink_constructs.rules.availability_zones import zones_distinct
from privatelink_constructs.rules.core import about, known
from privatelink_constructs.rules.zone_support import valid_zone_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.contract.contract import EndpointServiceContract
    from privatelink_constructs.rules.core import Problem

_SAME = "the same Availability Zone"


@internal_value
class Placement:
    """The subnets of an endpoint, one per Availability Zone.

    :param zones: the zones, in the order of the VPC.
    :param problems: what was found on the way.
    """

    zones: tuple[Zone, ...]
    problems: tuple[Problem, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names of the zones; empty if one of them isn't known."""
        names = [zone.literal for zone in self.zones]
        return frozenset(name for name in names if name) if all(names) else frozenset()


@internal_value(kw_only=True)
class Placer:
    """Matches subnets with the zones that a service is in.

    :param vpc: the VPC of the endpoint.
    :param selection: the subnets that were asked for.
    :param zone_ids: the ID for each name of a zone that the consumer gave.
    :param contract: what the service says of itself.
    :param environment: where the endpoint is.
    :param site: the endpoint that is about to be defined.
    """

    vpc: ec2.IVpc
    selection: ec2.SubnetSelection | None
    zone_ids: Mapping[str, str]
    contract: EndpointServiceContract
    environment: StackEnvironment
    site: Site

    def place(self) -> Placement:
        """Choose the subnets."""
        # Another rule is about the zones that don't reach other Regions.
        ids: Mapping[str, str] = {} if self.cross_region else self.zone_ids
        choice = choose_subnets(self.vpc, self.selection, ids, self.site, holder="endpoint")
        zones, region = choice.zones, self.environment.region
        problems = [
            *choice.problems,
            *contract_rules.valid_zone_ids(self.zone_ids),
            *about(valid_zone_places(self.zone_ids, region), "availability_zone_ids"),
            *place_problems(self.vpc, zones, self.selection, region, "endpoint"),
        ]
        pending = any(zone.name is None for zone in zones) and _network.is_pending(self.vpc)
        if pending or any(zone.is_dummy for zone in zones):
            return Placement(zones, tuple(problems))
        names, offered = self._names(zones)
        match = zone_rules.match_zones(
            zone_rules.Zones(names, self._ids(zones)),
            zone_rules.Zones(offered, self.contract.availability_zone_ids),
            same_account=self._same_account,
            region=self.environment.region or known(self.contract.service_region),
            cross_region=self.cross_region,
        )
        chosen = tuple(zones[position] for position in match.positions)
        # By name, which the matching by ID doesn't look at.
        duplicates = zones_distinct([zone.name for zone in chosen]) if chosen else ()
        duplicates = [*duplicates] or self._repeated(chosen)
        found = match.problems
        if any(map(_network.is_list, chosen)):
            found = tuple(
                problem for problem in found if problem.rule is not zone_rules.several_zones
            )
        return Placement(chosen, (*problems, *found, *duplicates))

    def _names(self, zones: Sequence[Zone]) -> tuple[list[str | None], list[str | None]]:
        """Return what the zones of the subnets are called, and those of the service."""
        names, offered = [it.literal for it in zones], self._offered
        origin = origin_of(self.contract)
        if any(names) or any(offered) or origin is None or not self._both_agnostic:
            return names, offered
        stack = stack_of(self.site.scope)
        found = zones_by_position([*(it.name for it in zones), *origin.zones], stack)
        return found[: len(zones)], found[len(zones) :]

    @property
    def _both_agnostic(self) -> bool:
        """Whether neither side has an environment, so that the CDK takes both for the same."""
        sides = (self.environment.account, self.environment.region, self.contract.owner_account)
        return not any(sides) and known(self.contract.service_region) is None

    def _repeated(self, zones: tuple[Zone, ...]) -> list[Problem]:
        """Find a subnet that is listed twice, where its zone doesn't tell."""
        if self.selection is None or self.selection.subnets is None:
            return []
        ids = [_network.subnet_id(zone.subnet) for zone in zones]
        same = equal_tokens(ids, self.vpc)
        counts = Counter(same.get(each, each) for each in ids)
        return [*zones_distinct([_SAME] * max(counts.values(), default=0))]

    @property
    def _offered(self) -> list[str | None]:
        """The names of the service's zones, None for what represents one before a look-up."""
        names = self.contract.availability_zones
        return [None if _network.is_dummy_name(name) else name for name in names]

    @property
    def cross_region(self) -> bool:
        """Whether the service is known to be in another Region."""
        theirs, ours = known(self.contract.service_region), self.environment.region
        return theirs is not None and ours is not None and theirs != ours

    @property
    def _same_account(self) -> bool | None:
        theirs, ours = self.contract.owner_account, self.environment.account
        if theirs is None and ours is None:
            # Within an app, the CDK treats two unknown environments as equal.
            return True if is_of_this_app(self.contract) else None
        return theirs == ours if theirs and ours else None

    def _ids(self, zones: tuple[Zone, ...]) -> list[str | None]:
        if not self.contract.availability_zone_ids and not self.cross_region:
            return []
        return [_network.zone_id_of(zone, self.zone_ids) for zone in zones]
