"""VPCs that are still to be looked up, and what can be selected of them."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_ec2 as ec2
from tests.support.vpcs import ZONES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import aws_cdk as cdk
    import constructs

    Selection = Callable[[constructs.Construct, ec2.IVpc], ec2.SubnetSelection | None]

LOOKED_UP_VPC = "vpc-0abcdef0123456789"
CIDRS = ("10.0.0.0/17", "10.0.128.0/17")

_GROUPS: Mapping[str, dict[str, Any]] = {
    "any": {},
    "group": {"subnet_group_name": "App"},
    "egress": {"subnet_type": ec2.SubnetType.PRIVATE_WITH_EGRESS},
    "isolated": {"subnet_type": ec2.SubnetType.PRIVATE_ISOLATED},
    "public": {"subnet_type": ec2.SubnetType.PUBLIC},
}
_ZONES: Mapping[str, dict[str, Any]] = {
    "": {},
    "-zone": {"availability_zones": [ZONES[0]]},
    "-one-per-zone": {"one_per_az": True},
}
_FILTERS: Mapping[str, Callable[[], list[ec2.SubnetFilter]] | None] = {
    "": None,
    "-ids": lambda: [ec2.SubnetFilter.by_ids(["subnet-0"])],
    "-mask": lambda: [ec2.SubnetFilter.by_cidr_mask(17)],
    "-ranges": lambda: [ec2.SubnetFilter.by_cidr_ranges(["10.0.0.0/8"])],
    "-addresses": lambda: [ec2.SubnetFilter.contains_ip_addresses(["10.0.0.1"])],
    "-none": list,
}


def _criteria(*names: str) -> Selection:
    group, zones, filters = names

    def select(_scope: constructs.Construct, _vpc: ec2.IVpc) -> ec2.SubnetSelection:
        make = _FILTERS[filters]
        found = None if make is None else make()
        return ec2.SubnetSelection(**_GROUPS[group], **_ZONES[zones], subnet_filters=found)

    return select


def _list_of(pick: Callable[[constructs.Construct, ec2.IVpc], Sequence[ec2.ISubnet]]) -> Selection:
    def select(scope: constructs.Construct, vpc: ec2.IVpc) -> ec2.SubnetSelection:
        return ec2.SubnetSelection(subnets=list(pick(scope, vpc)))

    return select


def _imported(scope: constructs.Construct, _vpc: ec2.IVpc) -> list[ec2.ISubnet]:
    return [ec2.Subnet.from_subnet_id(scope, f"Subnet{it}", f"subnet-{it}") for it in range(2)]


def _imported_with_zones(scope: constructs.Construct, _vpc: ec2.IVpc) -> list[ec2.ISubnet]:
    return [
        ec2.Subnet.from_subnet_attributes(
            scope, f"In-{zone}", subnet_id=f"subnet-{zone}", availability_zone=zone
        )
        for zone in ZONES
    ]


def _of_group(_scope: constructs.Construct, vpc: ec2.IVpc) -> Sequence[ec2.ISubnet]:
    return vpc.select_subnets(subnet_group_name="App").subnets


def _of_zone(_scope: constructs.Construct, vpc: ec2.IVpc) -> Sequence[ec2.ISubnet]:
    return [it for it in vpc.private_subnets if it.availability_zone == ZONES[0]]


def _of_two_tiers(_scope: constructs.Construct, vpc: ec2.IVpc) -> Sequence[ec2.ISubnet]:
    return [*vpc.private_subnets, *vpc.isolated_subnets]


def _nothing(_scope: constructs.Construct, _vpc: ec2.IVpc) -> ec2.SubnetSelection | None:
    return None


SELECTIONS: Mapping[str, Mapping[str, Selection]] = {
    **{
        group: {
            "".join((group, *names)): _criteria(group, *names)
            for names in product(_ZONES, _FILTERS)
        }
        for group in _GROUPS
    },
    "list": {
        "default": _nothing,
        "by-id": _list_of(_imported),
        "with-zones": _list_of(_imported_with_zones),
        "of-group": _list_of(_of_group),
        "of-zone": _list_of(_of_zone),
        "of-two-tiers": _list_of(_of_two_tiers),
    },
}
"""Everything that can be said of subnets, by itself and together, by the kind of the selection."""


def pending_vpc(
    scope: constructs.Construct, name: str = "Vpc", vpc_id: str = LOOKED_UP_VPC
) -> ec2.IVpc:
    """Look up a VPC that no context has."""
    return ec2.Vpc.from_lookup(scope, name, vpc_id=vpc_id)


def missing_lookups(app: cdk.App) -> set[str]:
    """Synthesize, and return what the CLI is asked to look up: the providers."""
    manifest = json.loads((Path(app.synth().directory) / "manifest.json").read_text())
    return {it["provider"] for it in manifest.get("missing", ())}


def looked_up(
    zones: Sequence[str] = ZONES,
    groups: Mapping[str, str] | None = None,
    vpc_id: str = LOOKED_UP_VPC,
) -> dict[str, Any]:
    """Return the context that the CLI writes after a look-up.

    :param groups: the type of each group of subnets, by its name.
    """
    key = (
        f"vpc-provider:account=111111111111:filter.vpc-id={vpc_id}:region=eu-west-1"
        ":returnAsymmetricSubnets=true"
    )
    found = [
        {"name": name, "type": kind, "subnets": _subnets(name, number, zones)}
        for number, (name, kind) in enumerate((groups or {"App": "Private"}).items())
    ]
    vpc = {
        "availabilityZones": [],
        "ownerAccountId": "111111111111",
        "subnetGroups": found,
        "vpcCidrBlock": "10.0.0.0/16",
        "vpcId": vpc_id,
    }
    return {key: vpc}


def _subnets(group: str, number: int, zones: Sequence[str]) -> list[dict[str, str]]:
    return [
        {
            "availabilityZone": zone,
            "cidr": CIDRS[index] if number == 0 else f"10.{number}.{index}.0/24",
            "routeTableId": f"rtb-{group.lower()}",
            "subnetId": f"subnet-{group.lower()}-{zone}",
        }
        for index, zone in enumerate(zones)
    ]
