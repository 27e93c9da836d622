"""What is known of the VPCs that endpoints are in."""

from __future__ import annotations

from dataclasses import dataclass, field

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import environment_of_resource
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs._cdk.register import Register, TreeRegister
from privatelink_constructs._cdk.subnets import is_pending, vpc_id
from privatelink_constructs._values import internal_value


@dataclass(eq=False)
class VpcRecord:
    """What the constructs of this package have put into a VPC.

    :param endpoints: how many interface endpoints.
    :param private_names: the private DNS names of services.
    :param zones: the names of private hosted zones.
    :param aws_services: the AWS services with an endpoint of either type.
    """

    endpoints: int = 0
    private_names: list[str] = field(default_factory=list[str])
    zones: list[str] = field(default_factory=list[str])
    aws_services: set[str] = field(default_factory=set[str])


@internal_value
class VpcDns:
    """The DNS attributes of a VPC, None for what isn't known."""

    hostnames: bool | None = None
    support: bool | None = None


_records: Register[ec2.IVpc, VpcRecord] = Register(VpcRecord)
_imported: TreeRegister[VpcRecord] = TreeRegister(VpcRecord)


@once_for_each
def record_of(vpc: ec2.IVpc) -> VpcRecord:
    """Return the record of a VPC; an imported one is known again by its ID.

    Before they are looked up, all VPCs have the same ID.
    """
    if isinstance(vpc, ec2.Vpc) or is_pending(vpc):
        return _records[vpc]
    return _imported.at(vpc, vpc_id(vpc))


@once_for_each
def dns_of(vpc: ec2.IVpc) -> VpcDns:
    """Return the DNS attributes of a VPC."""
    if not isinstance(vpc, ec2.Vpc):
        return VpcDns()
    return VpcDns(vpc.dns_hostnames_enabled, vpc.dns_support_enabled)


def account_of(vpc: ec2.IVpc) -> str | None:
    """Return the account of a VPC, None if it isn't known."""
    return environment_of_resource(vpc).account
