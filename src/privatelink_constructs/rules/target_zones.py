"""The rules for the Availability Zones, the subnets, and the VPC of targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

HOW_ZONES_WORK = "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html"
_TARGET_GROUPS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html"
_REGISTER_TARGETS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html"


@error(
    "target-own-zone-mismatch",
    "A target must be specified for its own Availability Zone.",
    why="The load balancer of another Availability Zone sends no traffic to it, and Amazon ECS "
    "stops tasks that their load balancer can't use.",
    fix=Fix(
        code="specify the target for its own Availability Zone in targets_by_zone, or use "
        "targets, which finds its zone",
        template="register the target in the target group of the load balancer in its own "
        "Availability Zone",
    ),
    url=HOW_ZONES_WORK,
)
def target_in_own_zone(
    target: str, *, zone: str | None, zones: Collection[str | None], same: bool
) -> Iterator[str]:
    """Find a target that is specified for another Availability Zone than its own.

    :param target: the target as the message should name it.
    :param zone: the zone that it is specified for, None when its name isn't known.
    :param zones: the zones that it is in, None for one whose name isn't known.
    :param same: whether the zone is one of these, or may be.
    """
    if not same:
        own = ", ".join(sorted(name or "another Availability Zone" for name in zones))
        yield (
            f"target {target} is in {own}, but is specified for "
            f"{zone or 'another Availability Zone'}"
        )


@error(
    "target-zone-duplicate",
    "A target must be specified for only one Availability Zone.",
    why="An instance is in one Availability Zone. The load balancer of each other zone sends it no "
    "traffic, and Amazon ECS stops tasks that their load balancer can't use.",
    fix=Fix(
        code="pass a separate target for each zone with targets_by_zone={zone: [...]}, or use "
        "LoadBalancerTopology.REGIONAL with cross_zone_enabled=True and pass it in targets",
        template="define an ECS service or an Auto Scaling group for each Availability Zone, or "
        "use one load balancer with cross-zone load balancing",
    ),
    url=HOW_ZONES_WORK,
)
def target_of_one_zone(target: str, zones: Collection[str | None]) -> Iterator[str]:
    """Find a target that is specified for several Availability Zones.

    :param target: the target as the message should name it.
    :param zones: the zones that it is specified for, each once, None when a name isn't known.
    """
    if len(zones) > 1:
        names = sorted(name for name in zones if name is not None)
        listed = f" ({', '.join(names)})" if len(names) == len(zones) else ""
        yield f"target {target} is specified for {len(zones)} Availability Zones{listed}"


@warning(
    "target-zone-undetermined",
    "The Availability Zone of a target should be known at synthesis.",
    why="Otherwise, the load balancer of each zone registers the target, but it is healthy for "
    "only one of them. Consumers in the other zones can't connect.",
    fix=Fix(
        code="specify the zone with targets_by_zone={zone: [...]} or add_targets(..., "
        "availability_zone=...), or use LoadBalancerTopology.REGIONAL with cross_zone_enabled=True",
        template="register the target only behind the load balancer of its Availability Zone",
    ),
    url=HOW_ZONES_WORK,
)
def target_zone_known(targets: Iterable[str], *, balancers: int) -> Iterator[str]:
    """Find targets in an unknown zone that several zonal load balancers register.

    :param targets: these targets as the message should name them.
    :param balancers: how many load balancers register each of them.
    """
    names = sorted(set(targets))
    if names and balancers > 1:
        where = f"with {balancers} load balancers in different zones"
        yield (
            f"the Availability Zone of {', '.join(names)} isn't known, so it is registered {where}"
        )


@warning(
    "zone-target-insufficient",
    "Each Availability Zone of a service should have its own targets.",
    why="Without cross-zone load balancing, consumers in an Availability Zone without targets "
    "can't connect.",
    fix=Fix(
        code="add targets in that zone, or use LoadBalancerTopology.REGIONAL with "
        "cross_zone_enabled=True",
        template="register targets in that Availability Zone, or set the load balancer attribute "
        "load_balancing.cross_zone.enabled to true",
    ),
    url=_TARGET_GROUPS,
)
def targets_in_each_zone_expected(port: str, targets: Mapping[str, int]) -> Iterator[str]:
    """Find Availability Zones, known only as tokens, in which a port has no target.

    :param port: how the message should name the port.
    :param targets: for each zone of the load balancer the number of its targets.
    """
    for zone, count in targets.items():
        if not count:
            yield f"{port} has no target in {zone}"


@error(
    "target-vpc-mismatch",
    "A target must be in the VPC of its load balancer.",
    why="AWS rejects instances and Application Load Balancers of another VPC, and Amazon ECS "
    "can't register tasks of another VPC.",
    fix=Fix(
        code="pass a target in the VPC of the service, or IpTarget(address, "
        'availability_zone="all") for an address that the VPC has a route to',
        template="register targets in the VPC of the target group (VpcId), or use TargetType ip "
        "and AvailabilityZone all for an address that the VPC has a route to",
    ),
    url=_REGISTER_TARGETS,
)
def target_in_vpc(target: str, *, same: bool | None) -> Iterator[str]:
    """Find a target in another VPC than its load balancer.

    :param target: the target as the message should name it.
    :param same: whether the VPCs are the same, None when it isn't known.
    """
    if same is False:
        yield f"target {target} isn't in the VPC of its load balancer"


@error(
    "target-subnet-missing",
    "The address of a target in the VPC must be in one of its subnets.",
    why="An address of the VPC that isn't in one of its subnets can't exist.",
    fix=Fix.same("register an address in one of the subnets of the VPC"),
    url=_TARGET_GROUPS,
)
def target_address_in_subnet(address: object, *, inside: bool | None) -> Iterator[str]:
    """Find an address of the VPC that isn't in one of its subnets.

    :param inside: whether it is in a subnet, or outside the VPC, None when it isn't known.
    """
    if inside is False:
        yield f"'{address}' is in the VPC, but not in one of its subnets"


@error(
    "target-value-not-supported",
    "A target must be a single address or a single ID.",
    why="A list that is known only at deployment can't be one target.",
    fix=Fix(
        code="select an item of the list, for example with cdk.Fn.select(0, addresses)",
        template="select an item of the list with Fn::Select",
    ),
    url=core.NLB_TARGET_GROUPS,
)
def target_single(*, lists: bool) -> Iterator[str]:
    """Find a list of addresses or IDs, known only at deployment, in the place of one.

    :param lists: whether one is there.
    """
    if lists:
        yield "a target is a list that is known only at deployment"


@error(
    "alb-target-zone-mismatch",
    "An Application Load Balancer must share an Availability Zone with each load balancer in "
    "front of it.",
    why="A Network Load Balancer sends no traffic to Availability Zones that it isn't in.",
    fix=Fix(
        code="select subnets in the zones of the Application Load Balancer, or add a subnet in "
        "each zone of the service to it",
        template="list a subnet of the same Availability Zone in Subnets of both load balancers",
    ),
    url=core.NLB_ALB_TARGETS,
)
def alb_target_shares_zone(
    balancer: str, *, zones: Collection[str | None], shared: bool | None
) -> Iterator[str]:
    """Find an Application Load Balancer that shares no zone with a load balancer in front of it.

    :param balancer: the load balancer in front of it as the message should name it.
    :param zones: the zones of the Application Load Balancer, None for one of unknown name.
    :param shared: whether they share a zone, None when it isn't known.
    """
    if shared is False:
        names = ", ".join(sorted(name for name in zones if name)) or "other zones"
        yield f"the Application Load Balancer is in {names}, but {balancer} isn't"
