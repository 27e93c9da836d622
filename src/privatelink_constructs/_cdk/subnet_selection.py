"""The subnets that a selection picks, each with its Availability Zone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs._cdk.reporting import in_words
from privatelink_constructs._cdk.subnet_resources import supported_zones
from privatelink_constructs._values import internal_value
from privatelink_constructs.errors import ValidationError
from privatelink_constructs.rules.availability_zones import subnet_present
from privatelink_constructs.rules.core import is_token
from privatelink_constructs.rules.identity import subnet_group_selected
from privatelink_constructs.rules.subnet_choice import private_subnet_present

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import aws_cdk as cdk

    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.rules.core import Problem

_ZONE_BY_POSITION = re.compile(
    r'{"Fn::Select": \["?(\d+)"?, {"Fn::GetAZs": (?:""|{"Ref": "AWS::Region"})}\]}'
)


@cache
def _default_selection() -> ec2.SubnetSelection:
    return ec2.SubnetSelection()


@internal_value
class SubnetChoice:
    """The subnets of load balancers or of an endpoint, and what is wrong with them.

    :param selection: what the user selected, None for the default.
    :param zones: the subnets, each with its zone, in the VPC's order.
    :param problems: what was found on the way.
    """

    selection: ec2.SubnetSelection | None
    zones: tuple[Zone, ...]
    problems: tuple[Problem, ...] = ()


def choose_subnets(
    vpc: ec2.IVpc,
    selection: ec2.SubnetSelection | None,
    zone_ids: Mapping[str, str],
    site: Site,
    *,
    holder: str = "load balancer",
) -> SubnetChoice:
    """Choose subnets in zones that Network Load Balancers, or endpoints to them, can be in.

    By default, subnets in other zones are left out. Those that a selection picks are an error.

    On the first pass of a look-up, a selection that picks nothing represents subnets that
    aren't known yet. The subnets of the CDK's stand-in take their place, so that the app
    synthesizes, and the CLI goes on to look up the VPC. The same is done for the zones of a VPC of
    the app whose look-up is pending.

    :param selection: which subnets. Default: None, the VPC's private subnets, one per Availability
        Zone, or all if the names of the zones aren't known.
    :param zone_ids: the AZ ID for each name of a zone, as the user passed them.
    :param site: the construct that they are for, which an error names.
    :param holder: what is to be in the subnets.
    """
    found = _candidates(vpc, selection, site, holder)
    if not found and (_network.is_pending(vpc) or _network.has_dummy_zones(vpc)):
        found = _candidates(vpc, None, site, holder)
        zones = _one_per_zone(None, found)
    else:
        zones = _one_per_zone(selection, found)
    usable, problems = supported_zones(zones, selection, zone_ids, holder)
    if not _network.is_pending(vpc):
        problems += _choice_problems(vpc, selection, zones, found)
    return SubnetChoice(selection, usable, tuple(problems))


def _choice_problems(
    vpc: ec2.IVpc,
    selection: ec2.SubnetSelection | None,
    zones: tuple[Zone, ...],
    found: tuple[Zone, ...],
) -> Iterator[Problem]:
    """Find defaults that can change, or that aren't as they should be.

    The CDK orders subnet groups by their names, or as the VPC lists them. So another group of the
    VPC can come first later.
    """
    if selection is None:
        yield from private_subnet_present(public=_network.lacks_private_subnets(vpc))
    if len(zones) < len(found):
        names = [zone.subnet.node.id for zone in zones]
        yield from subnet_group_selected(names, candidates=len(found))


def _one_per_zone(
    selection: ec2.SubnetSelection | None, found: tuple[Zone, ...]
) -> tuple[Zone, ...]:
    """Return the first subnet in each zone, as the CDK does, if a selection is for one per zone."""
    if selection is None:
        # If a name isn't known, zones can't be distinguished by it.
        wanted = all(zone.name is not None for zone in found)
    else:
        wanted = bool(selection.one_per_az) and selection.subnets is None
    if not wanted:
        return found
    first: dict[str | None, Zone] = {}
    for zone in found:
        first.setdefault(zone.name, zone)
    return tuple(first.values())


def _candidates(
    vpc: ec2.IVpc, selection: ec2.SubnetSelection | None, site: Site, holder: str
) -> tuple[Zone, ...]:
    """Return all subnets of the kind that a selection describes."""
    selection = selection or _default_selection()
    if selection.subnets is not None:
        return _listed(vpc, selection.subnets, stack_of(site.scope))
    try:
        return _picked(vpc, selection)
    except RuntimeError as error:  # the CDK has no other way to read it
        [problem] = _no_subnet(in_words(error), holder)
    raise ValidationError(problem.message, code=problem.rule.id, construct_path=site.path)


def _no_subnet(reason: str, holder: str) -> Iterator[Problem]:
    if holder != "endpoint":
        return subnet_present((), reason=reason)
    from privatelink_constructs.rules.endpoint_zones import endpoint_subnet_present  # noqa: PLC0415 - only for endpoints

    return endpoint_subnet_present((), reason=reason)


def _picked(vpc: ec2.IVpc, selection: ec2.SubnetSelection) -> tuple[Zone, ...]:
    names = selection.availability_zones
    if selection.subnet_filters is not None:
        # The selection can have further criteria, and all of them apply.
        selected = vpc.select_subnets(
            availability_zones=names,
            subnet_filters=selection.subnet_filters,
            subnet_group_name=selection.subnet_group_name,
            subnet_type=selection.subnet_type,
        )
        return _with_zones(vpc, selected)
    return _selected(
        vpc,
        availability_zones=None if names is None else tuple(names),
        subnet_group_name=selection.subnet_group_name,
        subnet_type=selection.subnet_type,
    )


def _listed(vpc: ec2.IVpc, listed: Sequence[ec2.ISubnet], stack: cdk.Stack) -> tuple[Zone, ...]:
    """Return subnets that users list; what is imported may lack the name of its zone."""
    subnets = [_network.only_object(subnet) for subnet in listed]
    zones = _network.with_ids(vpc, subnets, [_network.zone_name(subnet) for subnet in subnets])
    names = [zone.name or _name_elsewhere(vpc, zone.subnet) for zone in zones]
    found = unified(names, stack)
    return tuple(replace(zone, name=name) for zone, name in zip(zones, found, strict=True))


def _name_elsewhere(vpc: ec2.IVpc, subnet: ec2.ISubnet) -> str | None:
    """Return the name of a subnet's zone that its resource has, or another object of the VPC."""
    resource, own_id = _network.defined_subnet(subnet), _network.subnet_id(subnet)
    if resource is not None:
        return _network.zone_of_resource(resource)
    same = (it for it in _network.all_subnets(vpc) if _network.subnet_id(it) == own_id)
    return next(map(_network.zone_name, same), None)


def unified(names: Sequence[str | None], stack: cdk.Stack) -> list[str | None]:
    """Return names of zones, with one token for each zone of the Region.

    Each ``Fn.select(0, Fn.get_azs())`` is another token.
    """
    tokens = list(dict.fromkeys(name for name in names if name and is_token(name)))
    if len(tokens) < 2:  # noqa: PLR2004 - two can be compared
        return list(names)
    first: dict[str, str] = {}
    same: dict[str | None, str] = {}
    for token, position in zip(tokens, _positions(tokens, stack), strict=True):
        same[token] = token if position is None else first.setdefault(position, token)
    return [same.get(name, name) for name in names]


def zones_by_position(names: Sequence[str | None], stack: cdk.Stack) -> list[str | None]:
    """Return what tells the zones of environment-agnostic stacks apart, None for other names.

    They are ``Fn.select(0, Fn.get_azs())`` and so on, which is the same zone in each stack of an
    account and a Region.
    """
    if not all(name and is_token(name) for name in names):
        return [None] * len(names)
    found = _positions(names, stack)
    return [None if it is None else f"zone {int(it) + 1} of the Region" for it in found]


def _positions(names: Sequence[str | None], stack: cdk.Stack) -> list[str | None]:
    """Return the position among the zones of the Region that each token represents."""
    found = (_ZONE_BY_POSITION.fullmatch(json.dumps(it)) for it in stack.resolve(list(names)))
    return [it[1] if it else None for it in found]


@once_for_each
def _selected(
    vpc: ec2.IVpc,
    *,
    availability_zones: tuple[str, ...] | None,
    subnet_group_name: str | None,
    subnet_type: ec2.SubnetType | None,
) -> tuple[Zone, ...]:
    selected = vpc.select_subnets(
        availability_zones=None if availability_zones is None else list(availability_zones),
        subnet_group_name=subnet_group_name,
        subnet_type=subnet_type,
    )
    if (availability_zones, subnet_group_name, subnet_type) == (None, None, None):
        _network.lacks_private_subnets.learn(vpc, bool(selected.has_public))
    return _with_zones(vpc, selected)


def _with_zones(vpc: ec2.IVpc, selected: ec2.SelectedSubnets) -> tuple[Zone, ...]:
    _network.is_pending.learn(vpc, bool(selected.is_pending_lookup))
    subnets = [_network.only_object(subnet) for subnet in selected.subnets]
    names = [_network.single_name(name) for name in selected.availability_zones]
    for subnet, name, own_id in zip(subnets, names, selected.subnet_ids, strict=True):
        _network.zone_name.learn(subnet, name)
        _network.subnet_id.learn(subnet, own_id)
    return _network.with_ids(vpc, subnets, names)
