"""The subnets and Availability Zones of a VPC, as far as they can be known at synthesis."""

from __future__ import annotations

import ipaddress
import re
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import (
    is_child_of,
    reference,
    referenced,
    root_of,
    stack_of,
    text_of,
)
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs._cdk.register import NameRegister
from privatelink_constructs._values import internal_value
from privatelink_constructs.rules.core import is_list_token, is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import constructs

    Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_DUMMY = "dummy"
"""The prefix of the names of zones on the first pass of a look-up."""
STAND_IN_VPC = "vpc-12345"
"""The ID of every VPC on the first pass of a look-up; those of AWS are longer."""
_ZONE_NAME = r"[a-z]+(-[a-z0-9]+)*-\d+[a-z]"
"""What the name of a zone looks like; a construct may be called so, too."""


@internal_value
class Zone:
    """A subnet and the Availability Zone that it is in.

    :param id: the end of the IDs of zonal constructs.
    :param name: the name of the Availability Zone, which can be a token; None if it isn't known.
    :param subnet: the subnet.
    """

    id: str
    name: str | None
    subnet: ec2.ISubnet

    @property
    def literal(self) -> str | None:
        """The name of the zone if it is a literal that doesn't change."""
        return known(self.name) if not self.is_dummy else None

    @property
    def comparable(self) -> str | None:
        """The name of the zone, which can be a token, None if it represents several."""
        return None if self.is_dummy else self.name

    @property
    def is_dummy(self) -> bool:
        """Whether the VPC isn't looked up yet."""
        return self.name is not None and is_dummy_name(self.name)

    @cached_property
    def selection(self) -> ec2.SubnetSelection:
        """The subnet as load balancers take it; jsii checks the fields each time one is made."""
        return ec2.SubnetSelection(subnets=[self.subnet])


_subnets: NameRegister[ec2.ISubnet] = NameRegister()


def is_dummy_name(name: str) -> bool:
    """Return whether the name of a zone represents one that isn't looked up yet."""
    return name.startswith(_DUMMY)


@once_for_each
def lacks_private_subnets(vpc: ec2.IVpc) -> bool:
    """Return whether the default subnets of a VPC are public, as it has no others."""
    return not (vpc.private_subnets or vpc.isolated_subnets)


@once_for_each
def is_pending(vpc: ec2.IVpc) -> bool:
    """Return whether a VPC isn't looked up yet, so that the CDK's stand-in is in its place.

    Asking takes several round trips, so only VPCs with the stand-in's ID are asked. A selection of
    subnets tells as well.
    """
    if isinstance(vpc, ec2.Vpc) or vpc_id(vpc) != STAND_IN_VPC:
        return False
    return bool(vpc.select_subnets().is_pending_lookup)


@once_for_each
def has_dummy_zones(vpc: ec2.IVpc) -> bool:
    """Return whether the names of a VPC's zones aren't looked up yet."""
    return any(map(is_dummy_name, vpc.availability_zones))


def only_object(subnet: ec2.ISubnet) -> ec2.ISubnet:
    """Return the one Python object for a subnet, because each read returns another object."""
    return _subnets.first(reference(subnet), subnet)


def single_name(name: str) -> str | None:
    """Return a name as it is, and None for a list of them, which says nothing of one."""
    return None if is_list_token(name) else name


def with_ids(
    vpc: ec2.IVpc, subnets: Iterable[ec2.ISubnet], names: Iterable[str | None]
) -> tuple[Zone, ...]:
    """Return subnets with the ends of the IDs of their zonal constructs.

    :param names: the names of their zones, as far as the subnets themselves tell them.
    """
    return tuple(
        Zone(id=_zone_id(vpc, subnet, name), name=name, subnet=subnet)
        for subnet, name in zip(subnets, names, strict=True)
    )


def _zone_id(vpc: ec2.IVpc, subnet: ec2.ISubnet, name: str | None) -> str:
    """Return the end of the IDs of zonal constructs, whatever other subnets there are.

    That is the name of the zone. If it isn't known, it is the ID of the subnet if no other subnet
    of the VPC can have it, and otherwise the address of the subnet in the tree.
    """
    if name is not None and not is_token(name) and not name.startswith(_DUMMY):
        return name
    own = subnet.node.id
    unique = _has_id_of_its_own(vpc, subnet, own) and re.fullmatch(_ZONE_NAME, own) is None
    return own if unique else subnet.node.addr


def _has_id_of_its_own(vpc: ec2.IVpc, subnet: ec2.ISubnet, own: str) -> bool:
    """Return whether a subnet is defined in its VPC, or in the stack under another ID."""
    if is_child_of(subnet, vpc):
        return True
    return is_child_of(subnet, stack_of(vpc)) and vpc.node.try_find_child(own) is None


@once_for_each
def zone_name(subnet: ec2.ISubnet) -> str | None:
    """Return the name of a subnet's zone, None if the subnet was imported without it."""
    try:
        return single_name(text_of(subnet, "availability_zone"))
    except RuntimeError:  # the CDK has no other way to read it
        return None


@once_for_each
def subnet_id(subnet: ec2.ISubnet) -> str:
    """Return a subnet's ID, which can be a token."""
    return text_of(subnet, "subnet_id")


@once_for_each
def defined_subnet(subnet: ec2.ISubnet) -> ec2.CfnSubnet | None:
    """Return the resource of a subnet, None if the app doesn't define it.

    A subnet that is imported by the reference to a resource is that resource.
    """
    defined = isinstance(subnet, ec2.Subnet)
    found = subnet.node.default_child if defined else referenced(subnet_id(subnet))
    return found if isinstance(found, ec2.CfnSubnet) else None


def zone_of_resource(resource: ec2.CfnSubnet) -> str:
    """Return the name of the zone of a subnet of the app, which can be a token."""
    return resource.availability_zone or resource.attr_availability_zone


def subnet_with_id(vpc: ec2.IVpc, own_id: str) -> ec2.ISubnet | None:
    """Return the subnet with an ID, of a VPC or imported anywhere in the app, None without one."""
    candidates = chain(all_subnets(vpc), _imported_subnets(vpc))
    return next((it for it in candidates if subnet_id(it) == own_id), None)


def vpc_with_subnet(vpc: ec2.IVpc, own_id: str) -> ec2.IVpc | None:
    """Return the VPC of an app with the subnet of a literal ID, None without one.

    :param vpc: any VPC of the app, which is searched.
    """
    vpcs = (cast("ec2.IVpc", it) for it in everything_around(vpc) if _is_vpc(it))
    return next((it for it in vpcs if own_id in map(subnet_id, all_subnets(it))), None)


def _is_vpc(construct: object) -> bool:
    delegates = cast("Sequence[object]", vars(construct).get("_delegates", ()))
    return any(hasattr(type(it), "isolated_subnets") for it in (construct, *delegates))


def _imported_subnets(vpc: ec2.IVpc) -> Iterator[ec2.ISubnet]:
    """Yield the imported subnets of the app that a VPC is in, which is searched when needed."""
    yield from (cast("ec2.ISubnet", it) for it in everything_around(vpc) if _is_imported_subnet(it))


def _is_imported_subnet(construct: object) -> bool:
    # An object that the CDK only declares as an interface is a proxy of jsii.
    delegates = cast("Sequence[object]", vars(construct).get("_delegates", ()))
    return any(hasattr(type(it), "subnet_id") for it in delegates)


def zone_id_of(zone: Zone, given: Mapping[str, str]) -> str | None:
    """Return the AZ ID of a subnet, None if it isn't known.

    :param given: the AZ ID for each name of a zone, as the user passed them.
    """
    stated = given.get(zone.name or "")
    if stated is not None:
        return known(stated)
    resource = defined_subnet(zone.subnet)
    return None if resource is None else known(resource.availability_zone_id)


def is_list(zone: Zone) -> bool:
    """Return whether a subnet represents a list that is known only at deployment."""
    return zone.name is None and is_list_token(subnet_id(zone.subnet))


@once_for_each
def subnet_range(subnet: ec2.ISubnet) -> str | None:
    """Return a subnet's IPv4 CIDR block, perhaps a token, None when it was imported without it."""
    try:
        return text_of(subnet, "ipv4_cidr_block")
    except RuntimeError:
        return None


@once_for_each
def subnet_ipv6_range(subnet: ec2.ISubnet) -> str | None:
    """Return a subnet's first IPv6 CIDR block, known at deployment, None when it was imported."""
    blocks = getattr(subnet, "subnet_ipv6_cidr_blocks", None)
    return cdk.Fn.select(0, blocks) if blocks else None


def everything_around(construct: constructs.IConstruct) -> Sequence[constructs.IConstruct]:
    """Return all constructs of the app that a construct is in."""
    return root_of(construct).node.find_all()


def is_other(left: str, right: str) -> bool:
    """Return whether two IDs are known to be of different resources."""
    if left == right:
        return False
    ours, theirs = referenced(left), referenced(right)
    if ours is not None and theirs is not None:
        return reference(ours) != reference(theirs)
    # A value that is known only at deployment can be anything except a resource of the app.
    unknown = (is_token(left) and ours is None) or (is_token(right) and theirs is None)
    return not unknown


@once_for_each
def vpc_id(vpc: ec2.IVpc) -> str:
    """Return a VPC's ID, which can be a token."""
    return text_of(vpc, "vpc_id")


@once_for_each
def vpc_range(vpc: ec2.IVpc) -> str | None:
    """Return a VPC's IPv4 CIDR block, perhaps a token, None when it was imported without it."""
    try:
        return text_of(vpc, "vpc_cidr_block")
    except RuntimeError:  # the CDK has no other way to read it
        return None


@once_for_each
def all_subnets(vpc: ec2.IVpc) -> tuple[ec2.ISubnet, ...]:
    """Return all subnets of a VPC."""
    found = (*vpc.public_subnets, *vpc.private_subnets, *vpc.isolated_subnets)
    return tuple(only_object(subnet) for subnet in found)


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
    except ValueError:  # of an imported VPC or subnet, which isn't checked
        return None
