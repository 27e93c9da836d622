"""The private hosted zones of an endpoint, and the records in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aws_cdk import aws_route53 as route53

from privatelink_constructs._cdk.imported_groups import settled
from privatelink_constructs._cdk.naming import short_hash
from privatelink_constructs._cdk.sources import equal_tokens
from privatelink_constructs._cdk.subnets import defined_subnet
from privatelink_constructs.facts.domain_names import normal_name, without_wildcard
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk
    import constructs
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.consumer.endpoint_dns import EndpointDns

_SECONDS = "60"
"""The TTL of a record that names another one, as vendors require it, in seconds."""


class PlannedZone:
    """A private hosted zone that is to be defined.

    :param name: its name, which can be a token.
    :param label: what the IDs of its constructs end in, from the name.
    :param wildcard: whether it has records for all names below its own.
    """

    def __init__(self, name: str, label: str, *, wildcard: bool) -> None:
        """Keep what it is."""
        self.name = name
        self.label = label
        self.wildcard = wildcard

    @property
    def records(self) -> list[tuple[str, str]]:
        """The names of the records of the endpoint, each with what its ID ends in."""
        return [
            (f"{prefix}{self.name}", f"{prefix}{self.label}")
            for prefix in (("", "*.") if self.wildcard else ("",))
        ]

    def zonal_records(self, zone_id: str, label: str) -> list[tuple[str, str]]:
        """Return the same for an Availability Zone.

        :param zone_id: its AZ ID, which can be a token.
        :param label: what represents it in IDs.
        """
        return [
            (f"{prefix}{zone_id}.{self.name}", f"{prefix}{label}.{self.label}")
            for prefix in (("", "*.") if self.wildcard else ("",))
        ]


class HostedZones(Mapping[str, route53.IPrivateHostedZone]):
    """Private hosted zones by their names. A wildcard finds the zone of the domain.

    :param zones: the zones, by the names that they were defined with.
    """

    def __init__(self, zones: Mapping[str, route53.IPrivateHostedZone]) -> None:
        """Keep them."""
        self._zones = {_domain(name): zone for name, zone in zones.items()}

    def __getitem__(self, name: str) -> route53.IPrivateHostedZone:
        """Return the hosted zone of a name."""
        return self._zones[_domain(name)]

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the hosted zones."""
        return iter(self._zones)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._zones)


def _domain(name: str) -> str:
    """Return the name of the hosted zone of a name."""
    domain = without_wildcard(name)
    return domain if is_token(domain) else normal_name(domain)


def plan_zones(dns: EndpointDns, stack: cdk.Stack) -> tuple[PlannedZone, ...]:
    """Return a hosted zone for each name; a name and its wildcard have one."""
    if dns.hosted_zone_name is None:
        return ()
    names = (dns.hosted_zone_name, *dns.more_hosted_zone_names)
    same = equal_tokens(list(map(_domain, names)), stack)
    found: dict[str, PlannedZone] = {}
    for name in names:
        key = same.get(_domain(name), _domain(name))
        domain, wildcard = without_wildcard(name), name.startswith("*.")
        earlier = found.get(key)
        found[key] = PlannedZone(
            earlier.name if earlier else domain.removesuffix("."),
            earlier.label if earlier else label_of(key, stack),
            wildcard=wildcard or (earlier is not None and earlier.wildcard),
        )
    return tuple(found.values())


def label_of(text: str, stack: cdk.Stack) -> str:
    """Return what represents a text in IDs: itself, or a hash of what a token resolves to."""
    return short_hash(json.dumps(settled(stack, text))) if is_token(text) else text


def zone_id_text(zone: Zone, given: Mapping[str, str]) -> str | None:
    """Return the AZ ID of a subnet, which can be a token, None if it isn't known.

    :param given: the AZ ID for each name of a zone, as the user passed them.
    """
    stated = given.get(zone.name or "")
    if stated is not None:
        return stated
    resource = defined_subnet(zone.subnet)
    return None if resource is None else resource.availability_zone_id


class ZoneRecords:
    """Defines hosted zones and their records.

    :param scope: the endpoint.
    :param vpcs: the VPCs of the hosted zones, that of the endpoint first.
    :param record_types: ``A``, ``AAAA``, or both.
    :param target: the regional name of the endpoint, and the ID of its hosted zone.
    :param zonal: for each Availability Zone its AZ ID, what represents it in IDs, and the zonal
        name of the endpoint.
    """

    def __init__(
        self,
        scope: constructs.Construct,
        *,
        vpcs: Sequence[ec2.IVpc],
        record_types: Sequence[str],
        target: tuple[str, str],
        zonal: Sequence[tuple[str, str, str]],
    ) -> None:
        """Keep what the records are of."""
        self.scope = scope
        self.vpcs = vpcs
        self.record_types = record_types
        self.target = target
        self.zonal = zonal

    def define(
        self, planned: PlannedZone, after: constructs.IDependable
    ) -> route53.PrivateHostedZone:
        """Define a hosted zone.

        :param after: what has to be deployed before.
        """
        zone = route53.PrivateHostedZone(
            self.scope, f"HostedZone-{planned.label}", zone_name=planned.name, vpc=self.vpcs[0]
        )
        # AWS rejects a zone whose name an endpoint of the VPC still has as its private DNS name.
        zone.node.add_dependency(after)
        for vpc in self.vpcs[1:]:
            zone.add_vpc(vpc)
        zone_id = zone.hosted_zone_id
        for name, label in planned.records:
            self._aliases(name, label, zone_id)
        for az_id, label, target in self.zonal:
            for name, record_label in planned.zonal_records(az_id, label):
                self._cname(name, record_label, zone_id, target)
        return zone

    def _aliases(self, name: str, label: str, zone_id: str) -> None:
        dns_name, hosted_zone_id = self.target
        for record_type in self.record_types:
            route53.CfnRecordSet(
                self.scope,
                f"Record{record_type.capitalize()}-{label}",
                name=name,
                type=record_type,
                hosted_zone_id=zone_id,
                alias_target=route53.CfnRecordSet.AliasTargetProperty(
                    dns_name=dns_name,
                    hosted_zone_id=hosted_zone_id,
                    evaluate_target_health=False,
                ),
            )

    def _cname(self, name: str, label: str, zone_id: str, target: str) -> None:
        """Define a record for a zonal name.

        An alias would need the ID of the hosted zone of the zonal name, which no attribute has.
        """
        route53.CfnRecordSet(
            self.scope,
            f"RecordCname-{label}",
            name=name,
            type="CNAME",
            hosted_zone_id=zone_id,
            resource_records=[target],
            ttl=_SECONDS,
        )
