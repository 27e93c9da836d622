"""The route tables of subnets, as far as the app knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.once import once_for_each

if TYPE_CHECKING:
    from collections.abc import Sequence


@once_for_each
def has_route_table(subnet: ec2.ISubnet) -> bool:
    """Return whether the route table of a subnet is known."""
    try:
        return bool(subnet.route_table.route_table_id)
    except RuntimeError:  # the CDK has no other way to read it
        return False


def subnets_of_selection(
    vpc: ec2.IVpc, selection: ec2.SubnetSelection | None
) -> Sequence[ec2.ISubnet]:
    """Return the subnets that a selection picks, all of the VPC without one.

    :raises RuntimeError: if the CDK rejects the selection.
    """
    if selection is None:
        return _network.all_subnets(vpc)
    if selection.subnets is not None:
        return [_network.only_object(subnet) for subnet in selection.subnets]
    selected = vpc.select_subnets(
        availability_zones=selection.availability_zones,
        one_per_az=selection.one_per_az,
        subnet_filters=selection.subnet_filters,
        subnet_group_name=selection.subnet_group_name,
        subnet_type=selection.subnet_type,
    )
    return [_network.only_object(subnet) for subnet in selected.subnets]


def unknown_route_tables(subnets: Sequence[ec2.ISubnet]) -> int:
    """Return how many subnets have no route table that is known; those of the app have one."""
    return sum(not isinstance(it, ec2.Subnet) and not has_route_table(it) for it in subnets)
