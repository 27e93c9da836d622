"""The endpoints of one VPC for many VPCs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import constructs

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs._cdk.subnets import vpc_id
from privatelink_constructs.connectivity.hub_blueprint import HubBlueprint
from privatelink_constructs.connectivity.hub_clients import HubClients
from privatelink_constructs.connectivity.hub_naming import HubNaming
from privatelink_constructs.connectivity.hub_profile import HubProfile
from privatelink_constructs.connectivity.names_in_vpc import literal_cidr
from privatelink_constructs.connectivity.shared_endpoints import shared_endpoints
from privatelink_constructs.consumer.zone_records import ZoneRecords
from privatelink_constructs.contract.hub_contract import EndpointHubContract, HubOrigin
from privatelink_constructs.contract.origins import remember_origin
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.hub import hub_profile_present

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_route53 as route53
    from constructs import IValidation

    from privatelink_constructs.connectivity.shared_endpoints import SharedEndpoint
    from privatelink_constructs.consumer.service_endpoints import AwsServiceEndpoints
    from privatelink_constructs.consumer.zone_records import PlannedZone
    from privatelink_constructs.contract.interfaces import IInterfaceEndpoint
    from privatelink_constructs.contract.share_principal import SharePrincipal

_RECORD_TYPES = {"ipv4": ("A",), "ipv6": ("AAAA",), "dualstack": ("A", "AAAA")}


class EndpointHub(constructs.Construct):
    """The interface endpoints of one VPC for the clients of many VPCs.

    The hub opens the endpoints to the clients, and passes their names to other VPCs: by a Route 53
    Profile, which a ``HubConnection`` associates with each VPC, or by private hosted zones. The
    routes between the VPCs are yours. If endpoints or VPCs come and go, nothing else is replaced.

    Example::

        hub = EndpointHub(
            self,
            "Hub",
            vpc=hub_vpc,
            endpoints=[aws_services, payments],
            clients=["10.0.0.0/8"],
            share_with=[SharePrincipal.account("222222222222")],
        )

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param vpc: the VPC of the endpoints.
    :param endpoints: the endpoints: bundles of endpoints to AWS services, and single endpoints.
        Gateway endpoints of a bundle work only in their own VPC, and are left out.
    :param clients: who can connect to the endpoints, on the ports of their services, in addition to
        those that the endpoints have already: CIDR blocks of the VPCs such as ``10.0.0.0/8``, the
        CDK's peers, prefix lists, or any construct that has connections. At least one, and never
        all addresses.
    :param naming: how the names of the endpoints get into other VPCs. Default: a Route 53 Profile.
    :param share_with: the accounts, organizations, and organizational units that can associate the
        Profile with their VPCs, in resource shares of AWS RAM. AWS charges the hub's account for
        all associations. Default: none.
    :raises ValidationError: for what AWS would reject, and for endpoints that no spoke could reach.
        ``privatelink explain`` describes each error by its code.
    :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
    """

    @checked()
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc: ec2.IVpc,
        endpoints: Sequence[AwsServiceEndpoints | IInterfaceEndpoint],
        clients: Sequence[str | ec2.IPeer | ec2.IConnectable],
        naming: HubNaming = HubNaming.profile(),  # noqa: B008 - frozen
        share_with: Sequence[SharePrincipal] = (),
    ) -> None:
        """Define the hub."""
        stack, shared = stack_of(scope), shared_endpoints(endpoints, scope)
        blueprint = HubBlueprint(
            vpc=vpc,
            stack=stack,
            endpoints=shared,
            clients=HubClients(clients, shared, stack),
            naming=naming,
            share_with=share_with,
        )
        warnings = refuse(blueprint.problems(), Site(scope, id))

        super().__init__(scope, id)
        self._profile = self._define_profile(blueprint) if naming.uses_profile else None
        self._hosted_zones = self._define_hosted_zones(blueprint)
        self._origin = HubOrigin(
            construct=self,
            dependencies=(self,),
            accounts=blueprint.accounts,
            vpc_id=vpc_id(vpc),
        )
        self._contract = self._make_contract(blueprint)
        blueprint.clients.open()
        blueprint.remember()
        warn(self, warnings)

    @property
    def contract(self) -> EndpointHubContract:
        """The information that other VPCs need."""
        return self._contract

    @property
    def profile_id(self) -> str:
        """The ID of the Route 53 Profile, known only at deployment.

        :raises ValidationError: ``hub-profile-missing`` for a hub with private hosted zones.
        """
        return self._own_profile.profile_id

    @property
    def profile_arn(self) -> str:
        """The ARN of the Route 53 Profile, known only at deployment.

        :raises ValidationError: ``hub-profile-missing`` for a hub with private hosted zones.
        """
        return self._own_profile.arn

    @property
    def hosted_zones(self) -> Mapping[str, route53.IPrivateHostedZone]:
        """The hosted zones that the hub defines, by their names; none with a Profile."""
        return self._hosted_zones

    @property
    def _own_profile(self) -> HubProfile:
        profile = self._profile
        refuse(hub_profile_present(profile=profile is not None), Site(self))
        return cast("HubProfile", profile)

    def _define_profile(self, blueprint: HubBlueprint) -> HubProfile:
        profile = HubProfile(self, blueprint.naming.profile_name)
        for endpoint in blueprint.associated:
            profile.add_endpoint(endpoint)
        for endpoint in blueprint.endpoints:
            profile.add_hosted_zones(endpoint)
        profile.share(blueprint.share_with)
        return profile

    def _define_hosted_zones(
        self, blueprint: HubBlueprint
    ) -> Mapping[str, route53.IPrivateHostedZone]:
        if blueprint.naming.uses_profile:
            return {}
        found = {
            planned.name: self._define_hosted_zone(blueprint, endpoint, planned)
            for endpoint, planned in blueprint.hosted_zones
        }
        for endpoint in blueprint.endpoints:
            for zone in endpoint.own_hosted_zones.values():
                for vpc in blueprint.further_vpcs(endpoint):
                    cast("route53.PrivateHostedZone", zone).add_vpc(vpc)
        self._watch(blueprint, list(found.values()))
        return found

    def _define_hosted_zone(
        self, blueprint: HubBlueprint, shared: SharedEndpoint, planned: PlannedZone
    ) -> route53.PrivateHostedZone:
        endpoint = shared.endpoint
        records = ZoneRecords(
            self,
            vpcs=blueprint.vpcs,
            record_types=_RECORD_TYPES[shared.answers.address_type],
            target=(endpoint.regional_dns_name, endpoint.regional_hosted_zone_id),
            zonal=[],
        )
        resource = shared.construct.node.try_find_child("Resource")
        return records.define(planned, resource or shared.construct)

    def _watch(self, blueprint: HubBlueprint, own: Sequence[route53.PrivateHostedZone]) -> None:
        """Look at synthesis for hosted zones of the same names."""
        from privatelink_constructs.consumer.hosted_zones import (  # noqa: PLC0415 - few need it
            ZonesBeside,
        )

        if blueprint.zone_names:
            beside = ZonesBeside(blueprint.zone_names, blueprint.vpc, blueprint.stack, own)
            self.node.add_validation(cast("IValidation", beside))

    def _make_contract(self, blueprint: HubBlueprint) -> EndpointHubContract:
        environment, profile = environment_of(blueprint.stack), self._profile
        if profile is not None:
            # The hub and each contract keep the origin alive; the register doesn't.
            remember_origin(profile.profile_id, self._origin)
        return EndpointHubContract(
            profile_id=None if profile is None else profile.profile_id,
            region=environment.region or blueprint.stack.region,
            owner_account=environment.account,
            names=blueprint.names,
            client_cidrs=blueprint.clients.cidrs,
            vpc_cidr=literal_cidr(blueprint.vpc),
        )
