"""What is known of the VPCs that endpoints are in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import reference, referenced
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    import constructs


@dataclass
class VpcRecord:
    """What the constructs of this package have put into a VPC.

    :param endpoints: how many interface endpoints.
    :param private_names: the private DNS names of services.
    :param zones: the names of private hosted zones.
    """

    endpoints: int = 0
    private_names: list[str] = field(default_factory=list[str])
    zones: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class VpcDns:
    """The DNS attributes of a VPC, None for what isn't known."""

    hostnames: bool | None = None
    support: bool | None = None


_records: WeakKeyDictionary[ec2.IVpc, VpcRecord] = WeakKeyDictionary()
_imported: WeakKeyDictionary[constructs.IConstruct, dict[str, VpcRecord]] = WeakKeyDictionary()
_dns: WeakKeyDictionary[ec2.IVpc, VpcDns] = WeakKeyDictionary()


def record_of(vpc: ec2.IVpc) -> VpcRecord:
    """Return the record of a VPC; an imported one is known again by its id."""
    found = _records.get(vpc)
    if found is None:
        found = VpcRecord()
        if not isinstance(vpc, ec2.Vpc):
            found = _imported.setdefault(vpc.node.root, {}).setdefault(vpc.vpc_id, found)
        _records[vpc] = found
    return found


def dns_of(vpc: ec2.IVpc) -> VpcDns:
    """Return the DNS attributes of a VPC."""
    if not isinstance(vpc, ec2.Vpc):
        return VpcDns()
    if vpc not in _dns:
        _dns[vpc] = VpcDns(vpc.dns_hostnames_enabled, vpc.dns_support_enabled)
    return _dns[vpc]


def account_of(vpc: ec2.IVpc) -> str | None:
    """Return the account of a VPC, None when it isn't known."""
    return known(vpc.env.account)


def describe_other(vpc: ec2.IVpc, other: str | None) -> str | None:
    """Return what a VPC is called that is known to be another, None when it isn't known to be.

    :param vpc: the VPC.
    :param other: the id of the one that might be another.
    """
    own = vpc.vpc_id
    if other is None or other == own:
        return None
    if not is_token(own) and not is_token(other):
        return other
    theirs, ours = _defined(other), _defined(own)
    if theirs is None or ours is None or reference(theirs) == reference(ours):
        return None
    return theirs.node.path


def _defined(vpc_id: str) -> ec2.CfnVPC | None:
    target = referenced(vpc_id)
    return target if isinstance(target, ec2.CfnVPC) else None
