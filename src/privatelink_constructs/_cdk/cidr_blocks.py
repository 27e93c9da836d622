"""The CIDR blocks of a VPC, as far as the app knows them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.asking import reference, referenced
from privatelink_constructs._values import internal_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from privatelink_constructs._cdk.subnets import Network, Zone


@internal_value
class VpcCidrBlocks:
    """The IPv4 CIDR blocks of a VPC.

    :param blocks: the known blocks, which can be tokens; none if not even the first block is known.
    :param complete: whether the VPC has no others, as far as the app can tell.
    """

    blocks: tuple[str, ...]
    complete: bool


def vpc_cidr_blocks(vpc: ec2.IVpc, zones: Sequence[Zone]) -> VpcCidrBlocks:
    """Return the IPv4 CIDR blocks of a VPC.

    A VPC of the app has its own one and those of each ``CfnVPCCidrBlock`` that the app contains by
    now. An imported VPC shows only its first block; its subnets can show that there are others.

    :param zones: the zones of the load balancers, whose subnets the VPC may not list.
    """
    first = _network.vpc_range(vpc)
    if first is None:
        return VpcCidrBlocks((), complete=False)
    resource = vpc.node.default_child
    own = resource if isinstance(resource, ec2.CfnVPC) else None
    added = list(_added_to(vpc, own))
    known = [block for block in added if block is not None]
    of_subnets = _ranges(zone.subnet for zone in zones) if own else _ranges_of_all(vpc, zones)
    if of_subnets is None:  # a VPC whose look-up is pending
        return VpcCidrBlocks((first,), complete=True)
    outside = _outside(of_subnets, [own.cidr_block if own else first, *known])
    complete = len(known) == len(added) if own else None not in of_subnets
    return VpcCidrBlocks((first, *dict.fromkeys([*known, *outside])), complete=complete)


def vpc_networks(vpc: ec2.IVpc) -> list[Network] | None:
    """Return the IPv4 CIDR blocks that a VPC may have, None if one of them isn't known.

    A block that can belong to the VPC counts, even if the deployment adds it to another VPC.
    """
    resource, own_id = vpc.node.default_child, _network.vpc_id(vpc)
    added = (it for it in _ipv4_blocks(vpc) if not _network.is_other(it.vpc_id, own_id))
    first = resource.cidr_block if isinstance(resource, ec2.CfnVPC) else _network.vpc_range(vpc)
    cidrs = [first, *(it.cidr_block for it in added)]
    networks = [net for cidr in cidrs if (net := _network.as_network(cidr)) is not None]
    return networks if len(networks) == len(cidrs) else None


def _added_to(vpc: ec2.IVpc, own: ec2.CfnVPC | None) -> Iterator[str | None]:
    """Yield each IPv4 CIDR block that the app adds to a VPC, None for one from a pool."""
    return (it.cidr_block for it in _ipv4_blocks(vpc) if _is_of(it, vpc, own))


def _ipv4_blocks(vpc: ec2.IVpc) -> Iterator[ec2.CfnVPCCidrBlock]:
    """Yield the resources that add an IPv4 CIDR block to any VPC of an app."""
    for block in _network.everything_around(vpc):
        if isinstance(block, ec2.CfnVPCCidrBlock) and (
            block.cidr_block is not None or block.ipv4_ipam_pool_id is not None
        ):
            yield block


def _is_of(block: ec2.CfnVPCCidrBlock, vpc: ec2.IVpc, own: ec2.CfnVPC | None) -> bool:
    given = block.vpc_id
    if given == _network.vpc_id(vpc):
        return True
    target = referenced(given)
    return own is not None and target is not None and reference(target) == reference(own)


def _ranges(subnets: Iterable[ec2.ISubnet]) -> list[str | None]:
    return [_network.subnet_range(subnet) for subnet in subnets]


def _ranges_of_all(vpc: ec2.IVpc, zones: Sequence[Zone]) -> list[str | None] | None:
    """Return the CIDR blocks of all subnets of an imported VPC, None for a stand-in."""
    if any(zone.is_dummy for zone in zones) or _network.is_pending(vpc):
        return None
    return _ranges(_network.subnets_around(vpc, zones))


def _outside(ranges: Iterable[str | None], blocks: Iterable[str | None]) -> list[str]:
    """Return the CIDR blocks of subnets that are in no known CIDR block of their VPC."""
    networks = [_network.as_network(block) for block in blocks]
    if None in networks:  # a token could contain any of them
        return []
    whole = cast("list[ipaddress.IPv4Network]", networks)
    found = [_network.as_network(cidr) for cidr in ranges]
    outside = [
        cast("ipaddress.IPv4Network", network)
        for network in found
        if network is not None and not any(network.overlaps(it) for it in whole)
    ]
    return [str(network) for network in ipaddress.collapse_addresses(outside)]
