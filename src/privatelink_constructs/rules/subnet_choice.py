"""The rules for the subnets of load balancers and endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator


@warning(
    "private-subnet-missing",
    "A VPC should have private subnets for load balancers and endpoints.",
    why=(
        "Otherwise, public subnets are used. Public subnets have a route to the internet, and "
        "often network ACLs for internet traffic."
    ),
    fix=Fix(
        code=(
            "define private subnets, or select the public ones with "
            "subnets=SubnetSelection(subnet_type=SubnetType.PUBLIC)"
        ),
        template="list private subnets",
    ),
    url=core.CREATE_SERVICE,
)
def private_subnet_present(*, public: bool) -> Iterator[str]:
    """Find that a VPC has public subnets only.

    :param public: whether public subnets are used because there are no private subnets.
    """
    if public:
        yield "the VPC has no private subnets, so its public subnets are used"


@error(
    "load-balancer-subnets-undetermined",
    "The subnets of one load balancer per Availability Zone must be known separately.",
    why=(
        "The library can't split a list that is known only at deployment. One load balancer "
        "would be in all of its subnets, without cross-zone load balancing, and the service "
        "would offer only one zone."
    ),
    fix=Fix(
        code=(
            "use LoadBalancerTopology.REGIONAL, or list each subnet, for example with "
            "Fn.import_list_value(..., assumed_length=3)"
        ),
        template="list each subnet in Subnets of its own load balancer",
    ),
    url=core.NLB_ZONES,
)
def subnets_countable(*, lists: bool, zonal: bool) -> Iterator[str]:
    """Find load balancers per zone whose number is known only at deployment.

    :param lists: whether a subnet represents a list of subnets.
    :param zonal: whether each load balancer is in a single Availability Zone.
    """
    if lists and zonal:
        yield "the list of subnets is known only at deployment"
