"""Which subnets load balancers and endpoints can be in, and which ones they should be in."""

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
        "Public subnets are used otherwise. They have a route to the internet, and network ACLs "
        "that are meant for it."
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

    :param public: whether public subnets are taken for want of private ones.
    """
    if public:
        yield "the VPC has no private subnets, and its public subnets are used"


@error(
    "load-balancer-subnets-undetermined",
    "Load balancers per Availability Zone must have subnets that are known one by one.",
    why=(
        "A list that is only known at deployment can't be split: one load balancer would be in all "
        "of its subnets, without cross-zone load balancing and without other zones being offered."
    ),
    fix=Fix(
        code=(
            "use LoadBalancerTopology.REGIONAL, or list each subnet, for example with "
            "Fn.import_list_value(..., assumed_length=3)"
        ),
        template="list each subnet in Subnets of a load balancer of its own",
    ),
    url=core.NLB_ZONES,
)
def subnets_countable(*, lists: bool, zonal: bool) -> Iterator[str]:
    """Find load balancers per zone whose number only the deployment knows.

    :param lists: whether a subnet stands for a list of them.
    :param zonal: whether each load balancer is in a single Availability Zone.
    """
    if lists and zonal:
        yield "the subnets are a list that is only known at deployment"
