"""What Resolver endpoints and forwarding rules a VPC has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._cdk.register import Register
from privatelink_constructs.consumer.vpcs import record_of

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.consumer.vpcs import VpcRecord


class VpcResolution:
    """What Resolver endpoints and forwarding rules a VPC has."""

    def __init__(self) -> None:
        """Begin with none."""
        self.domains: list[str] = []
        """The domains that are forwarded."""
        self.targets: list[str] = []
        """The addresses that they are forwarded to."""
        self.inbound: list[str] = []
        """The fixed addresses of inbound endpoints."""


_resolutions: Register[VpcRecord, VpcResolution] = Register(VpcResolution)


def resolution_of(vpc: ec2.IVpc) -> VpcResolution:
    """Return what a VPC has."""
    return _resolutions[record_of(vpc)]
