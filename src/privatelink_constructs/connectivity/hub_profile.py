"""The Route 53 Profile of a hub, and what is in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_route53profiles as profiles

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.naming import arn_of, short_hash
from privatelink_constructs.consumer.zone_records import label_of
from privatelink_constructs.contract.shares import define_shares
from privatelink_constructs.rules.hub_profiles import ASSOCIATION_ONLY

if TYPE_CHECKING:
    from collections.abc import Sequence

    import constructs

    from privatelink_constructs.connectivity.shared_endpoints import SharedEndpoint
    from privatelink_constructs.contract.share_principal import SharePrincipal

_LONGEST_NAME = 64
_HASH = 17


class HubProfile:
    """The Route 53 Profile of a hub.

    :param hub: the hub.
    :param name: the name of the Profile, None for one from the path of the hub.
    """

    def __init__(self, hub: constructs.Construct, name: str | None) -> None:
        """Define the Profile."""
        self._hub = hub
        self._stack = stack_of(hub)
        self.resource = profiles.CfnProfile(hub, "Resource", name=name or name_from_path(hub))
        self.profile_id = self.resource.attr_id
        self.arn = self.resource.attr_arn
        self._associations: list[profiles.CfnProfileResourceAssociation] = []

    def add_endpoint(self, endpoint: SharedEndpoint) -> None:
        """Put an endpoint into the Profile, with all names that private DNS gives it."""
        resource = f"vpc-endpoint/{endpoint.endpoint.vpc_endpoint_id}"
        self._associate(endpoint.label, arn_of(self._stack, "ec2", resource))

    def add_hosted_zones(self, endpoint: SharedEndpoint) -> None:
        """Put the hosted zones that an endpoint has itself into the Profile."""
        partition = environment_of(self._stack).partition or self._stack.partition
        for name, zone in endpoint.own_hosted_zones.items():
            label = label_of(name, endpoint.stack)
            arn = f"arn:{partition}:route53:::hostedzone/{zone.hosted_zone_id}"
            association = self._associate(f"HostedZone-{label}", arn)
            # Its records answer before other VPCs ask.
            association.node.add_dependency(endpoint.construct)

    def share(self, share_with: Sequence[SharePrincipal]) -> None:
        """Let others associate the Profile with their VPCs, and nothing else."""
        if not share_with:
            return
        partition = environment_of(self._stack).partition or self._stack.partition
        permission = f"arn:{partition}:ram::aws:permission/{ASSOCIATION_ONLY}"
        shares = define_shares(
            self._hub, share_with, resource_arns=[self.arn], permission_arns=[permission]
        )
        for share in shares:
            share.node.add_dependency(*self._associations)

    def _associate(self, label: str, arn: str) -> profiles.CfnProfileResourceAssociation:
        association = profiles.CfnProfileResourceAssociation(
            self._hub,
            label,
            name=_plain_name(label),
            profile_id=self.profile_id,
            resource_arn=arn,
        )
        self._associations.append(association)
        return association


def name_from_path(scope: constructs.Construct) -> str:
    """Return a name for what a construct defines, from its path."""
    return cdk.Names.unique_resource_name(scope, max_length=_LONGEST_NAME, separator="-")


def _plain_name(label: str) -> str:
    """Return what represents a label in names: letters, digits, and hyphens, 64 at most."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", label)
    if len(plain) <= _LONGEST_NAME:
        return plain
    return f"{plain[: _LONGEST_NAME - _HASH]}-{short_hash(label)}"
