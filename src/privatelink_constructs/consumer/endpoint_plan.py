"""The endpoints of a bundle, before they are defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._values import internal_value

if TYPE_CHECKING:
    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.consumer.policy_documents import Document
    from privatelink_constructs.consumer.service_entries import Entry

_ADDRESS_TYPES = {
    ec2.VpcEndpointIpAddressType.IPV4: "ipv4",
    ec2.VpcEndpointIpAddressType.IPV6: "ipv6",
    ec2.VpcEndpointIpAddressType.DUALSTACK: "dualstack",
}


def address_type_of(given: ec2.VpcEndpointIpAddressType | None, default: str = "ipv4") -> str:
    """Return an address type as CloudFormation has it."""
    return default if given is None else _ADDRESS_TYPES[given]


@internal_value
class Planned:
    """An endpoint of a bundle, before it is defined.

    :param entry: the service.
    :param address_type: ``ipv4``, ``ipv6``, or ``dualstack``.
    :param document: its policy, None for what takes none.
    :param zones: the subnets of an interface endpoint, one per zone.
    :param private_dns: whether it has private DNS.
    :param routes: the subnets whose route tables a gateway endpoint is in, None for all.
    """

    entry: Entry
    address_type: str
    document: Document | None
    zones: tuple[Zone, ...] = ()
    private_dns: bool = False
    routes: ec2.SubnetSelection | None = None

    @property
    def name(self) -> str:
        """What the service is called."""
        return self.entry.name

    @property
    def zone_names(self) -> frozenset[str]:
        """The names of the zones; empty if one of them isn't known."""
        names = [zone.literal for zone in self.zones]
        return frozenset(name for name in names if name) if all(names) else frozenset()


@internal_value
class Plan:
    """The endpoints of a bundle, before they are defined.

    :param gateways: the gateway endpoints, sorted by name.
    :param interfaces: the interface endpoints, sorted by name.
    :param notes: what users should know.
    """

    gateways: tuple[Planned, ...]
    interfaces: tuple[Planned, ...]
    notes: tuple[str, ...] = ()
