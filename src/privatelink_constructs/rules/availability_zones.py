"""The Availability Zones of a service: its subnets, its load balancers, and its targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, is_token, known, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from privatelink_constructs.rules.core import Problem

_HOW_ZONES_WORK = "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html"


def subnet_zones(zones: Sequence[str | None]) -> Iterator[Problem]:
    """Check that there are subnets, and that each one is in another Availability Zone.

    :param zones: the zone of each subnet, None when it isn't known.
    """
    yield from subnet_present(zones)
    yield from zones_distinct(zones)


@error(
    "load-balancer-subnet-missing",
    "A load balancer must have a subnet.",
    why="AWS rejects a load balancer without a subnet.",
    fix=Fix(
        code="select subnets that exist in the VPC",
        template="list at least one subnet in Subnets or SubnetMappings",
    ),
    url=core.NLB_ZONES,
)
def subnet_present(
    subnets: Collection[object], *, reason: str = "no subnet is selected"
) -> Iterator[str]:
    """Find a list without subnets.

    :param subnets: the subnets, or their zones.
    :param reason: why there is none.
    """
    if not subnets:
        yield reason


@error(
    "subnet-zone-duplicate",
    "A load balancer or an endpoint must have only one subnet per Availability Zone.",
    why="AWS rejects two subnets in one Availability Zone.",
    fix=Fix(
        code=(
            "select one subnet per Availability Zone, for example with "
            "SubnetSelection(subnet_group_name=...)"
        ),
        template="list one subnet per Availability Zone in Subnets, SubnetMappings, or SubnetIds",
    ),
    url=core.NLB_ZONES,
)
def zones_distinct(zones: Sequence[str | None]) -> Iterator[str]:
    """Find Availability Zones with several subnets.

    :param zones: the zone of each subnet, None when it isn't known. Equal tokens represent one
        zone, whose name is known only at deployment.
    """
    names = [zone for zone in zones if zone]
    for zone in sorted(set(names)):
        if names.count(zone) > 1:
            where = "one Availability Zone" if is_token(zone) else zone
            yield f"{names.count(zone)} subnets are in {where}"


@warning(
    "service-zones-insufficient",
    "A service should be in two or more Availability Zones.",
    why="If the only Availability Zone fails, no consumer can connect.",
    fix=Fix.same("select subnets in at least two Availability Zones"),
    url=core.SHARE_SERVICE,
)
def several_zones(zones: int | None) -> Iterator[str]:
    """Find that a service is in one Availability Zone only.

    :param zones: in how many it is, None when it isn't known.
    """
    if zones == 1:
        yield "the service is in one Availability Zone"


@warning(
    "service-zones-undetermined",
    "The Availability Zones of a service should be known at synthesis.",
    why=(
        "When you add an Availability Zone to a load balancer, AWS offers it to consumers only "
        "after a call to ModifyVpcEndpointServiceConfiguration. The library can make this call "
        "only if it knows the zones. Consumers also compare the Availability Zones in the "
        "contract with those of their subnets."
    ),
    fix=Fix(
        code=(
            "import subnets with Subnet.from_subnet_attributes(..., availability_zone=...), pass "
            "availability_zone_ids, or call ModifyVpcEndpointServiceConfiguration yourself and "
            "acknowledge this warning"
        ),
        template="call ModifyVpcEndpointServiceConfiguration after adding a subnet",
    ),
    url=core.CONFIGURE_SERVICE,
)
def service_zones_known(places: Collection[object], *, zonal: bool = False) -> Iterator[str]:
    """Find load balancers or subnets whose Availability Zones aren't known.

    :param places: the subnets or load balancers, as messages name them.
    :param zonal: whether each load balancer is in a single Availability Zone, so that none gains
        another one.
    """
    if not places:
        return
    cost = "the contract doesn't contain them"
    if not zonal:
        cost += (
            ". AWS offers an Availability Zone that you add later only after a call to "
            "ModifyVpcEndpointServiceConfiguration"
        )
    names = ", ".join(map(str, places))
    yield f"the Availability Zones of {names} aren't known, so {cost}"


@warning(
    "service-zone-ids-missing",
    "availability_zone_ids should contain each Availability Zone of the service.",
    why=(
        "The contract contains AZ IDs only if all of them are known. Without AZ IDs, consumers "
        "in other accounts compare names, and a name can refer to a different Availability Zone "
        "in each account."
    ),
    fix=Fix(
        code="pass the AZ ID of each Availability Zone of the service in availability_zone_ids",
        template="set AvailabilityZoneId of each subnet",
    ),
    url="https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html",
)
def zone_ids_complete(zones: Collection[str], ids: Mapping[str, str]) -> Iterator[str]:
    """Find Availability Zones of a service without an AZ ID where others have one.

    :param zones: the names of the zones, tokens included; empty when not all are known.
    :param ids: the AZ ID for each name of a zone, empty for no AZ IDs.
    """
    missing = {known(zone) or "one known only at deployment" for zone in zones if zone not in ids}
    if ids and missing:
        yield (
            f"availability_zone_ids has no AZ ID for {', '.join(sorted(missing))}, so the "
            "contract contains no AZ IDs"
        )


@error(
    "cross-zone-conflict",
    "A load balancer must be in several Availability Zones to use cross-zone load balancing.",
    why="A load balancer can't reach Availability Zones that aren't enabled for it.",
    fix=Fix(
        code="omit cross_zone_enabled, or use LoadBalancerTopology.REGIONAL",
        template=(
            "omit the attribute load_balancing.cross_zone.enabled, or use one load balancer with "
            "subnets in several Availability Zones"
        ),
    ),
    url=core.SHARE_SERVICE,
)
def cross_zone_effective(*, enabled: bool, zonal: bool) -> Iterator[str]:
    """Find cross-zone load balancing with one load balancer per Availability Zone.

    :param enabled: whether it is on.
    :param zonal: whether each load balancer is in a single Availability Zone.
    """
    if enabled and zonal:
        yield (
            "cross_zone_enabled is True, but the service has one load balancer per Availability "
            "Zone"
        )


@error(
    "zone-refresh-conflict",
    "The zone refresh must be disabled only for a service whose load balancers are in several "
    "Availability Zones.",
    why="A service with one load balancer per Availability Zone has no zone refresh.",
    fix=Fix(
        code="omit zone_refresh_enabled, or use LoadBalancerTopology.REGIONAL",
        template=(
            "use one load balancer with subnets in several Availability Zones, or remove the "
            "custom resource that refreshes the zones"
        ),
    ),
    url=core.CONFIGURE_SERVICE,
)
def zone_refresh_present(*, enabled: bool, zonal: bool) -> Iterator[str]:
    """Find that the zone refresh is disabled in a service that has none.

    :param enabled: whether it is on.
    :param zonal: whether each load balancer is in a single Availability Zone.
    """
    if zonal and not enabled:
        yield (
            "zone_refresh_enabled is False, but the service has one load balancer per "
            "Availability Zone"
        )


@error(
    "target-zone-mismatch",
    "Targets must be in the Availability Zones of the service.",
    why="A load balancer sends no traffic to targets in other Availability Zones.",
    fix=Fix(
        code="use the names of the service's Availability Zones, or select a subnet in the other "
        "Availability Zone",
        template=(
            "register targets in Availability Zones of the load balancer, or add a subnet in the "
            "other Availability Zone to Subnets"
        ),
    ),
    url=_HOW_ZONES_WORK,
)
def zone_in_service(
    zone: str,
    *,
    served: bool | None,
    zones: Sequence[str],
    named: bool,
    target: str | None = None,
) -> Iterator[str]:
    """Find targets in an Availability Zone that the service isn't in.

    :param zone: the zone of the targets, as the message should name it.
    :param served: whether the service is in it, None when it isn't known.
    :param zones: the zones of the service, by name or by id.
    :param named: whether all of these are names.
    :param target: the target. Default: None, targets that are listed for the zone.
    """
    if served is not False:
        return
    what = (
        f"targets are specified for {zone}" if target is None else f"target {target} is in {zone}"
    )
    hint = (
        ""
        if named
        else (
            ", whose names are known only at deployment. Use vpc.availability_zones, or set env "
            "on the stack"
        )
    )
    yield f"{what}, but the service is in {', '.join(zones)}{hint}"


@error(
    "zone-target-missing",
    "Each Availability Zone must have its own targets.",
    why=(
        "Without cross-zone load balancing, a load balancer sends no traffic from one Availability "
        "Zone to another, so consumers in a zone without targets can't connect."
    ),
    fix=Fix(
        code=(
            "add targets in that zone with targets_by_zone or add_targets(..., "
            "availability_zone=...), exclude the zone with "
            "subnets=SubnetSelection(availability_zones=[...]), or use "
            "LoadBalancerTopology.REGIONAL with cross_zone_enabled=True"
        ),
        template=(
            "register targets in that Availability Zone, remove its load balancer, or use one "
            "load balancer with subnets in all Availability Zones, and set its attribute "
            "load_balancing.cross_zone.enabled to true"
        ),
    ),
    url=_HOW_ZONES_WORK,
)
def targets_in_each_zone(port: str, targets: Mapping[str, int]) -> Iterator[str]:
    """Find Availability Zones in which a port has no target.

    :param port: how the message should name the port.
    :param targets: for each zone of the service the number of its targets.
    """
    for zone, count in targets.items():
        if not count:
            yield f"{port} has no target in {zone}"


@error(
    "target-zones-conflict",
    "A target of a load balancer per Availability Zone must be in a single Availability Zone.",
    why=(
        "A load balancer sends no traffic to targets in Availability Zones that aren't enabled "
        "for it. These targets stay unused, and Amazon ECS stops tasks that their load balancer "
        "can't use."
    ),
    fix=Fix(
        code=(
            "pass one target per zone with targets_by_zone={zone: [...]}, or use "
            "LoadBalancerTopology.REGIONAL (with cross_zone_enabled=True if it isn't in all "
            "Availability Zones)"
        ),
        template=(
            "define an ECS service or an Auto Scaling group for each Availability Zone, or use "
            "one load balancer with subnets in all of them"
        ),
    ),
    url=_HOW_ZONES_WORK,
)
def target_in_one_zone(zones: Sequence[str | None], *, ecs_service: bool) -> Iterator[str]:
    """Find a target that is behind load balancers of several Availability Zones.

    :param zones: the zones of the target, none when they aren't known, None for one whose name
        isn't known.
    :param ecs_service: whether it is an ECS service, which may place tasks in any zone.
    """
    if ecs_service and not zones:
        yield "an ECS service is a target in all Availability Zones at once"
    elif len(zones) > 1:
        names = ", ".join(zone or "..." for zone in zones)
        kind = "an ECS service" if ecs_service else "an Auto Scaling group"
        yield f"{kind} spans {len(zones)} Availability Zones ({names})"
