"""Everything that a hub is defined from, and whether it can be."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.asking import environment_of, reference
from privatelink_constructs._cdk.sources import equal_tokens
from privatelink_constructs._cdk.subnet_resources import describe_other
from privatelink_constructs._cdk.subnets import is_pending, vpc_id
from privatelink_constructs._values import internal_value
from privatelink_constructs.consumer.vpcs import account_of, dns_of, record_of
from privatelink_constructs.facts import aws_service_endpoints as facts
from privatelink_constructs.rules import endpoint_names as dns_rules
from privatelink_constructs.rules import hub as rules
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.connectivity.hub_clients import HubClients
    from privatelink_constructs.connectivity.hub_naming import HubNaming
    from privatelink_constructs.connectivity.shared_endpoints import SharedEndpoint
    from privatelink_constructs.consumer.zone_records import PlannedZone
    from privatelink_constructs.contract.share_principal import SharePrincipal
    from privatelink_constructs.rules.core import Problem


@internal_value(kw_only=True)
class HubBlueprint:
    """Everything that a hub is defined from, to be checked before anything is defined.

    :param vpc: the VPC of the hub.
    :param stack: its stack.
    :param endpoints: its endpoints.
    :param clients: who can connect to them.
    :param naming: how their names get into other VPCs.
    :param share_with: the principals that the hub is shared with.
    """

    vpc: ec2.IVpc
    stack: cdk.Stack
    endpoints: tuple[SharedEndpoint, ...]
    clients: HubClients
    naming: HubNaming
    share_with: Sequence[SharePrincipal]

    @cached_property
    def hosted_zones(self) -> list[tuple[SharedEndpoint, PlannedZone]]:
        """The hosted zones to define; those that endpoints have themselves aren't among them."""
        given = self.naming.private_dns_names
        return [
            (it, zone)
            for it in self.endpoints
            if not it.own_hosted_zones
            for zone in it.hosted_zones(given)
        ]

    @cached_property
    def associated(self) -> list[SharedEndpoint]:
        """The endpoints that go into the Profile, which are those with private DNS."""
        return [it for it in self.endpoints if it.answers.private_dns is not False]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that the hub answers, as far as they are known."""
        own = [name for it in self.endpoints for name in it.own_hosted_zones]
        if self.naming.uses_profile:
            private = [name for it in self.associated for name in it.names]
        else:
            private = [zone.name for _, zone in self.hosted_zones]
        return tuple(name for name in (*private, *own) if not is_token(name))

    @cached_property
    def zone_names(self) -> list[str]:
        """The names of the hosted zones to define that are known."""
        return [zone.name for _, zone in self.hosted_zones if not is_token(zone.name)]

    @cached_property
    def vpcs(self) -> tuple[ec2.IVpc, ...]:
        """The VPCs of the hosted zones, each once, that of the hub first."""
        return distinct_vpcs((self.vpc, *self.naming.vpcs))

    def further_vpcs(self, endpoint: SharedEndpoint) -> tuple[ec2.IVpc, ...]:
        """Return the VPCs that an endpoint's own hosted zones don't have yet."""
        there = endpoint.answers.hosted_zone_vpcs
        return distinct_vpcs((*there, *self.vpcs))[len(there) :]

    @property
    def accounts(self) -> frozenset[str] | None:
        """All accounts that the hub is shared with, None where they aren't known."""
        values = [it.value for it in self.share_with]
        organizations = any(is_token(it) or it.startswith("arn:") for it in values)
        return None if organizations else frozenset(values)

    def problems(self) -> Iterator[Problem]:
        """Check everything."""
        yield from rules.hub_endpoints_present(len(self.endpoints))
        yield from rules.hub_shareable(len(self.share_with), profile=self.naming.uses_profile)
        for each in self.endpoints:
            yield from self._place_problems(each)
        yield from self.clients.problems()
        if self.naming.uses_profile:
            yield from self._profile_problems()
        else:
            yield from self._hosted_zone_problems()

    def _place_problems(self, endpoint: SharedEndpoint) -> Iterator[Problem]:
        other = describe_other(self.vpc, endpoint.endpoint.vpc_id)
        if other is not None:
            ours = known(vpc_id(self.vpc)) or self.vpc.node.path
            theirs = other.removesuffix("/Resource")
            yield from rules.hub_endpoint_in_vpc(endpoint.name, ours, theirs)
        ours, theirs = environment_of(self.stack), environment_of(endpoint.stack)
        if ours != theirs:
            yield from rules.hub_endpoint_in_environment(
                endpoint.name, (ours.account, ours.region), (theirs.account, theirs.region)
            )

    def _profile_problems(self) -> Iterator[Problem]:
        named = {it.label for it in self.associated}
        yield from rules.hub_endpoints_named(
            [it.name for it in self.endpoints if not it.own_hosted_zones and it.label not in named]
        )
        yield from rules.hub_endpoints_of_aws(
            [it.name for it in self.associated if it.answers.private_name is not None]
        )

    def _hosted_zone_problems(self) -> Iterator[Problem]:
        with_private_dns = [it.name for it in self.endpoints if it.answers.private_dns]
        yield from rules.hub_private_dns_off(with_private_dns)
        services = [it.answers.aws_service for it in self.endpoints if it.answers.aws_service]
        yield from rules.named_services_in_hub(self.naming.private_dns_names, services)
        unnamed = {*services} - self.naming.private_dns_names.keys()
        unverified = [it for it in unnamed if facts.has_private_name(it) is None]
        yield from rules.hub_service_names_verified(unverified)
        zoned = {it.label for it, _ in self.hosted_zones}
        yield from rules.hub_endpoints_named(
            [it.name for it in self.endpoints if not it.own_hosted_zones and it.label not in zoned]
        )
        for vpc in self.vpcs:
            yield from self._zone_problems_in(vpc)

    def _zone_problems_in(self, vpc: ec2.IVpc) -> Iterator[Problem]:
        dns, record = dns_of(vpc), record_of(vpc)
        yield from dns_rules.hosted_zone_vpc_dns_enabled(
            hostnames=dns.hostnames, support=dns.support
        )
        yield from dns_rules.hosted_zone_in_account(
            account_of(vpc), environment_of(self.stack).account
        )
        yield from dns_rules.hosted_zone_names_distinct([*record.zones, *self.zone_names])
        for name in record.private_names:
            yield from dns_rules.private_name_without_hosted_zone(name, self.zone_names)

    def remember(self) -> None:
        """Register what the VPCs have now."""
        own = [name for it in self.endpoints for name in it.own_hosted_zones if not is_token(name)]
        for vpc in () if self.naming.uses_profile else self.vpcs:
            record = record_of(vpc)
            record.zones.extend(self.zone_names)
            record.zones.extend(name for name in own if name not in record.zones)


def distinct_vpcs(vpcs: Sequence[ec2.IVpc]) -> tuple[ec2.IVpc, ...]:
    """Return each of one or more VPCs once: Route 53 refuses the second."""
    # Before they are looked up, all VPCs have the same ID.
    ids = [reference(vpc) if is_pending(vpc) else vpc_id(vpc) for vpc in vpcs]
    same = equal_tokens(ids, vpcs[0])
    found: dict[str, ec2.IVpc] = {}
    for vpc, each in zip(vpcs, ids, strict=True):
        found.setdefault(same.get(each, each), vpc)
    return tuple(found.values())
