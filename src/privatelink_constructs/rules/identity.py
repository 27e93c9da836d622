"""The rules for values that IDs depend on, and that would replace resources when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@warning(
    "subnet-group-missing",
    "The subnet group should be selected if a VPC has several subnet groups of one type.",
    why=(
        "By default, the first group is used. If you add a group that comes before it, the "
        "subnets change. AWS rejects another subnet in the same Availability Zone for a load "
        "balancer with endpoint connections."
    ),
    fix=Fix(
        code="select the subnet group with subnets=SubnetSelection(subnet_group_name=...)",
        template="list the subnets of one group in Subnets or SubnetIds",
    ),
    url=core.NLB_ZONES,
)
def subnet_group_selected(subnets: Sequence[str], *, candidates: int) -> Iterator[str]:
    """Find that only the first of several subnets are used.

    :param subnets: the names of the subnets that are used.
    :param candidates: how many there are to choose from.
    """
    if len(subnets) < candidates:
        names = ", ".join(subnets)
        yield (
            f"the VPC has {candidates} subnets that match, and only the first of them are used: "
            f"{names}"
        )


@warning(
    "zone-name-undetermined",
    "The names of Availability Zones should be known if each has its own load balancer.",
    why=(
        "The IDs of the load balancers depend on the names of the Availability Zones. Without "
        "the names, they depend on the subnets. If the names become known later, every load "
        "balancer is replaced, which AWS rejects while endpoints are connected."
    ),
    fix=Fix(
        code=(
            "set env=cdk.Environment(account=..., region=...) on the stack before the first "
            "deployment, and availability_zone on imported subnets. You can also use "
            "LoadBalancerTopology.REGIONAL, or acknowledge this warning if the names stay unknown"
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
        "The IDs of a listener and its target groups depend on the port. If you use a literal "
        "port later, they are replaced, and AWS rejects the new listener while the old one uses "
        "the port."
    ),
    fix=Fix(
        code="use a literal port, or acknowledge this warning if the port stays a token",
        template="set Port to a number",
    ),
    url=core.NLB_LISTENERS,
)
def listener_port_known(port: float | None) -> Iterator[str]:
    """Find a listener whose port isn't known.

    :param port: the port, None when it isn't known.
    """
    if port is None:
        yield "the port of a listener is known only at deployment"
