"""The subnets and Availability Zones of a VPC, as far as they can be known at synthesis."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import is_child_of, reference, stack_of, text_of
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs._cdk.reporting import in_words
from privatelink_constructs.errors import ValidationError
from privatelink_constructs.rules.availability_zones import subnet_present
from privatelink_constructs.rules.core import is_token, known
from privatelink_constructs.rules.identity import subnet_group_selected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs.rules.core import Problem

    Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_DUMMY = "dummy"
"""What the names of zones begin with on the first pass of a look-up."""
_LIST_TOKEN = "#{Token["  # noqa: S105 - the CDK's word for what it resolves later
"""A list known at deployment stands for all its elements: as a name it says nothing of one."""
_ZONE_NAME = re.compile(r"[a-z]+(-[a-z0-9]+)*-\d+[a-z]")
"""What the name of a zone looks like; a construct may be called so, too."""


@dataclass(frozen=True, eq=False)
class Zone:
    """A subnet and the Availability Zone it is in.

    :param id: what the ids of zonal constructs end in.
    :param name: the name of the Availability Zone, perhaps a token, None when nobody knows.
    :param subnet: the subnet.
    """

    id: str
    name: str | None
    subnet: ec2.ISubnet

    @property
    def literal(self) -> str | None:
        """The name of the zone where it is known for good."""
        return known(self.name) if not self.is_dummy else None

    @property
    def is_dummy(self) -> bool:
        """Whether the VPC is still to be looked up."""
        return self.name is not None and is_dummy_name(self.name)

    @cached_property
    def selection(self) -> ec2.SubnetSelection:
        """The subnet as load balancers take it; jsii checks the fields each time one is made."""
        return ec2.SubnetSelection(subnets=[self.subnet])


@cache
def _default_selection() -> ec2.SubnetSelection:
    return ec2.SubnetSelection()


_subnets: WeakValueDictionary[str, ec2.ISubnet] = WeakValueDictionary()


def is_dummy_name(name: str) -> bool:
    """Tell whether the name of a zone stands for one that is still to be looked up."""
    return name.startswith(_DUMMY)


def zones_of(vpc: ec2.IVpc, selection: ec2.SubnetSelection | None, site: Site) -> tuple[Zone, ...]:
    """Return the subnets that a selection picks, each with its zone, in the VPC's order.

    :param selection: which subnets. Default: None, the VPC's private subnets, one a zone, or all
        where the names of the zones don't tell them apart.
    :param site: the construct that they are for, which a refusal names.
    """
    found = _candidates(vpc, selection, site)
    return _first_in_each(found) if _one_per_zone(selection, found) else found


def subnet_group_problems(
    vpc: ec2.IVpc, selection: ec2.SubnetSelection | None, site: Site
) -> Iterator[Problem]:
    """Find that a selection takes one of several subnets in a zone; parameters as of ``zones_of``.

    The CDK orders subnet groups by their names, or as the VPC lists them. So another group of the
    VPC can come first one day.
    """
    found = _candidates(vpc, selection, site)
    if not _one_per_zone(selection, found) or any(zone.is_dummy for zone in found):
        return
    chosen = _first_in_each(found)
    if len(chosen) < len(found):
        names = [zone.subnet.node.id for zone in chosen]
        yield from subnet_group_selected(names, candidates=len(found))


def _candidates(
    vpc: ec2.IVpc, selection: ec2.SubnetSelection | None, site: Site
) -> tuple[Zone, ...]:
    """Return all subnets of the kind that a selection describes."""
    selection = selection or _default_selection()
    if selection.subnets is not None:
        subnets = [_only(subnet) for subnet in selection.subnets]
        return _with_ids(vpc, subnets, [zone_name(subnet) for subnet in subnets])
    try:
        if selection.subnet_filters is not None:
            return _with_zones(vpc, vpc.select_subnets(subnet_filters=selection.subnet_filters))
        names = selection.availability_zones
        return _selected(
            vpc,
            availability_zones=None if names is None else tuple(names),
            subnet_group_name=selection.subnet_group_name,
            subnet_type=selection.subnet_type,
        )
    except RuntimeError as error:  # the CDK has no other way to ask
        [problem] = subnet_present((), reason=in_words(error))
    raise ValidationError(problem.message, code=problem.rule.id, construct_path=site.path)


def _one_per_zone(selection: ec2.SubnetSelection | None, found: Iterable[Zone]) -> bool:
    """Tell whether one subnet in each zone is taken of those that a selection describes."""
    if selection is None:
        # Where a name isn't known, it doesn't tell zones apart.
        return all(zone.name is not None for zone in found)
    listed = selection.subnets is not None or selection.subnet_filters is not None
    return bool(selection.one_per_az) and not listed


def _first_in_each(zones: Iterable[Zone]) -> tuple[Zone, ...]:
    """Return the first subnet in each zone, as the CDK does."""
    first: dict[str | None, Zone] = {}
    for zone in zones:
        first.setdefault(zone.name, zone)
    return tuple(first.values())


@once_for_each
def _selected(
    vpc: ec2.IVpc,
    *,
    availability_zones: tuple[str, ...] | None,
    subnet_group_name: str | None,
    subnet_type: ec2.SubnetType | None,
) -> tuple[Zone, ...]:
    return _with_zones(
        vpc,
        vpc.select_subnets(
            availability_zones=None if availability_zones is None else list(availability_zones),
            subnet_group_name=subnet_group_name,
            subnet_type=subnet_type,
        ),
    )


def _with_zones(vpc: ec2.IVpc, selected: ec2.SelectedSubnets) -> tuple[Zone, ...]:
    subnets = [_only(subnet) for subnet in selected.subnets]
    names = [_single(name) for name in selected.availability_zones]
    for subnet, name, own_id in zip(subnets, names, selected.subnet_ids, strict=True):
        zone_name.learn(subnet, name)
        subnet_id.learn(subnet, own_id)
    return _with_ids(vpc, subnets, names)


def _only(subnet: ec2.ISubnet) -> ec2.ISubnet:
    """Return the one Python object for a subnet: the kernel gives another at each read."""
    return _subnets.setdefault(reference(subnet), subnet)


def _single(name: str) -> str | None:
    return None if name.startswith(_LIST_TOKEN) else name


def _with_ids(
    vpc: ec2.IVpc, subnets: Iterable[ec2.ISubnet], names: Iterable[str | None]
) -> tuple[Zone, ...]:
    return tuple(
        Zone(id=_zone_id(vpc, subnet, name), name=name, subnet=subnet)
        for subnet, name in zip(subnets, names, strict=True)
    )


def _zone_id(vpc: ec2.IVpc, subnet: ec2.ISubnet, name: str | None) -> str:
    """Return what the ids of zonal constructs end in, whichever other subnets there are.

    That is the name of the zone. Where it isn't known, it is the id of the subnet if no other
    subnet of the VPC can have it, and the address of the subnet in the tree otherwise.
    """
    if name is not None and not is_token(name) and not name.startswith(_DUMMY):
        return name
    own = subnet.node.id
    unique = _has_id_of_its_own(vpc, subnet, own) and _ZONE_NAME.fullmatch(own) is None
    return own if unique else subnet.node.addr


def _has_id_of_its_own(vpc: ec2.IVpc, subnet: ec2.ISubnet, own: str) -> bool:
    """Tell whether a subnet is defined in its VPC, or in the stack under another id."""
    if is_child_of(subnet, vpc):
        return True
    return is_child_of(subnet, stack_of(vpc)) and vpc.node.try_find_child(own) is None


@once_for_each
def zone_name(subnet: ec2.ISubnet) -> str | None:
    """Return the name of a subnet's zone, None when the subnet was imported without it."""
    try:
        return _single(text_of(subnet, "availability_zone"))
    except RuntimeError:  # the CDK has no other way to ask
        return None


@once_for_each
def subnet_id(subnet: ec2.ISubnet) -> str:
    """Return a subnet's id, perhaps a token."""
    return text_of(subnet, "subnet_id")


def is_list(zone: Zone) -> bool:
    """Tell whether a subnet stands for as many as only the deployment knows."""
    return zone.name is None and subnet_id(zone.subnet).startswith(_LIST_TOKEN)


@once_for_each
def subnet_range(subnet: ec2.ISubnet) -> str | None:
    """Return a subnet's IPv4 range, perhaps a token, None when it was imported without it."""
    try:
        return text_of(subnet, "ipv4_cidr_block")
    except RuntimeError:
        return None


@once_for_each
def subnet_ipv6_range(subnet: ec2.ISubnet) -> str | None:
    """Return a subnet's first IPv6 range, known at deployment, None when it was imported."""
    blocks = getattr(subnet, "subnet_ipv6_cidr_blocks", None)
    return cdk.Fn.select(0, blocks) if blocks else None


@once_for_each
def vpc_id(vpc: ec2.IVpc) -> str:
    """Return a VPC's id, perhaps a token."""
    return text_of(vpc, "vpc_id")


@once_for_each
def vpc_range(vpc: ec2.IVpc) -> str | None:
    """Return a VPC's IPv4 range, perhaps a token, None when it was imported without it."""
    try:
        return text_of(vpc, "vpc_cidr_block")
    except RuntimeError:  # the CDK has no other way to ask
        return None


def vpc_networks(vpc: ec2.IVpc) -> list[Network] | None:
    """Return a VPC's IPv4 ranges, None when one of them isn't known."""
    resource = vpc.node.default_child
    if isinstance(resource, ec2.CfnVPC):
        blocks = [it for it in vpc.node.children if isinstance(it, ec2.CfnVPCCidrBlock)]
        further = [it.cidr_block for it in blocks if not it.amazon_provided_ipv6_cidr_block]
        cidrs = [resource.cidr_block, *further]
    else:
        cidrs = [vpc_range(vpc)]
    networks = [network for cidr in cidrs if (network := as_network(cidr)) is not None]
    return networks if len(networks) == len(cidrs) else None


@once_for_each
def all_subnets(vpc: ec2.IVpc) -> tuple[ec2.ISubnet, ...]:
    """Return all subnets of a VPC."""
    found = (*vpc.public_subnets, *vpc.private_subnets, *vpc.isolated_subnets)
    return tuple(_only(subnet) for subnet in found)


def subnets_around(vpc: ec2.IVpc, zones: Iterable[Zone]) -> Iterator[ec2.ISubnet]:
    """Yield the subnets of some zones, and then all others of their VPC, asked for when needed."""
    own = dict.fromkeys(zone.subnet for zone in zones)
    yield from own
    yield from (subnet for subnet in all_subnets(vpc) if subnet not in own)


@lru_cache(maxsize=1024)
def as_network(cidr: str | None) -> Network | None:
    """Return a literal range as a network."""
    literal = known(cidr)
    try:
        return ipaddress.ip_network(literal, strict=False) if literal else None
    except ValueError:  # of an imported VPC or subnet, which nobody checks
        return None
