"""What the ids of a service's parts follow from, and what an update would replace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@warning(
    "subnet-group-missing",
    "The group of subnets should be selected where a VPC has several groups of one type.",
    why=(
        "The first group is used. When the VPC gets another group that comes before it, the "
        "subnets change, and AWS rejects another subnet in the same Availability Zone for a load "
        "balancer with endpoint connections."
    ),
    fix=Fix(
        code="select the group with subnets=SubnetSelection(subnet_group_name=...)",
        template="list the subnets of one group in Subnets or SubnetIds",
    ),
    url=core.NLB_ZONES,
)
def subnet_group_selected(subnets: Sequence[str], *, candidates: int) -> Iterator[str]:
    """Find that some of several subnets are taken because they come first.

    :param subnets: what the subnets that are used are called.
    :param candidates: how many there are to choose from.
    """
    if len(subnets) < candidates:
        names = ", ".join(subnets)
        yield f"the VPC has {candidates} subnets to choose from, and the first are used: {names}"


@warning(
    "zone-name-undetermined",
    "The names of Availability Zones with a load balancer of their own should be known.",
    why=(
        "The ids of the load balancers follow the names. Until they are known, the ids follow the "
        "subnets, so once they are known every load balancer is replaced, which AWS rejects "
        "while endpoints are connected."
    ),
    fix=Fix(
        code=(
            "set env=cdk.Environment(account=..., region=...) on the stack before the first "
            "deployment, and availability_zone on imported subnets; or use "
            "LoadBalancerTopology.REGIONAL, or acknowledge that this stays as it is"
        ),
        template="set AvailabilityZone of the subnets to the name of an Availability Zone",
    ),
    url=core.CONFIGURE_SERVICE,
)
def zone_names_known(names: Sequence[str | None]) -> Iterator[str]:
    """Find zones whose names aren't known.

    :param names: the name of the zone of each load balancer, None when it isn't known.
    """
    unknown = sum(name is None for name in names)
    if unknown:
        yield f"the names of {unknown} of {len(names)} Availability Zones aren't known"


@warning(
    "listener-port-undetermined",
    "The port of a listener should be known.",
    why=(
        "The ids of a listener and its target groups follow the port. With a literal port later, "
        "they are replaced, and AWS rejects the new listener as long as the old one uses the port."
    ),
    fix=Fix(
        code="use a literal port, or acknowledge that the port stays a token",
        template="set Port to a number",
    ),
    url=core.NLB_LISTENERS,
)
def listener_port_known(port: float | None) -> Iterator[str]:
    """Find a listener whose port isn't known.

    :param port: the port, None when it isn't known.
    """
    if port is None:
        yield "the port of a listener is only known at deployment"
