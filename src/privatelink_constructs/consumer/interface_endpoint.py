"""The interface endpoint of a consumer to an endpoint service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.register import deploy_after
from privatelink_constructs._cdk.reporting import Site, acknowledge, refuse, warn
from privatelink_constructs._cdk.subnets import subnet_id, vpc_id
from privatelink_constructs.consumer.answered_names import Answers, keep_answers
from privatelink_constructs.consumer.defined_endpoint import DefinedEndpoint
from privatelink_constructs.consumer.endpoint_blueprint import EndpointBlueprint
from privatelink_constructs.consumer.endpoint_clients import Clients
from privatelink_constructs.consumer.endpoint_dns import EndpointDns
from privatelink_constructs.consumer.zone_records import HostedZones, ZoneRecords, label_of
from privatelink_constructs.contract.contract import EndpointServiceContract
from privatelink_constructs.contract.origins import is_of_this_app, origin_of
from privatelink_constructs.rules import endpoint_names as dns_rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import known
from privatelink_constructs.rules.service_names import service_name_not_of_aws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import constructs
    from aws_cdk import aws_route53 as route53
    from constructs import IValidation

    from privatelink_constructs.consumer.subnet_matching import Placement
    from privatelink_constructs.contract.interfaces import IEndpointService, IInterfaceEndpoint
    from privatelink_constructs.contract.watched_endpoints import WatchedEndpoint


class InterfaceEndpoint(DefinedEndpoint):
    """An interface endpoint to an endpoint service, with its security group and its DNS names.

    The endpoint has no policy, because endpoint services ignore endpoint policies. It is replaced
    only if you change the VPC, or the name or the Region of the service in the contract.

    Example::

        InterfaceEndpoint(
            self,
            "Payments",
            vpc=vpc,
            service=payments.contract,
            clients=[fleet],
            dns=EndpointDns.private_hosted_zone("payments.example.com"),
        )

    It can be the target of an alias record (``RecordTarget.from_alias(endpoint)``), and it has
    ``connections`` as other constructs of the CDK do.

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param vpc: the VPC of the clients.
    :param service: the contract of the service, or the service itself, whose contract is taken.
    :param availability_zone_ids: the AZ ID for each name of an Availability Zone in this account,
        such as ``{"us-east-1a": "use1-az4"}``. Together with the AZ IDs of the service, it
        determines which subnets are used. Default: the AZ IDs of the app's own subnets, where they
        have one.
    :param clients: who can connect, on each port of the service: CIDR blocks such as
        ``10.0.0.0/16``, the CDK's peers, prefix lists, or any construct that has connections. For
        clients in peered VPCs and on premises, use CIDR blocks or prefix lists. A token in text is
        an IPv4 CIDR block; for IPv6, use ``ec2.Peer.ipv6(token)``. Default: None, so that no
        client can connect until ``connections`` or a rule of a group allows it. If none is allowed
        at synthesis, there is a warning.
    :param connection_accepted: whether the provider has accepted this endpoint's connection, which
        the service's private DNS name requires. Default: False.
    :param dns: the DNS names that clients use. Default: the endpoint's own names.
    :param ip_address_type: IPv4, IPv6, or dualstack, for the addresses of the endpoint and for what
        its names resolve to. Default: IPv4.
    :param security_groups: the security groups of the endpoint. Default: a new security group that
        allows only the clients.
    :param subnets: the subnets of the endpoint, one per Availability Zone. Subnets in zones that
        the service isn't in are left out, if the zones are known. Select the group where the VPC
        has several. Default: the VPC's private subnets, one per Availability Zone, without those in
        Local Zones and Wavelength Zones; its public subnets if it has no others, with a warning.
    :raises ValidationError: for what AWS would reject, and for an endpoint that no traffic could
        pass. ``privatelink explain`` describes each error by its code.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """

    @checked(
        service="EndpointServiceContract | IEndpointService | ec2.InterfaceVpcEndpointAwsService"
    )
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc: ec2.IVpc,
        service: EndpointServiceContract | IEndpointService,
        availability_zone_ids: Mapping[str, str] | None = None,
        clients: Sequence[str | ec2.IPeer | ec2.IConnectable] | None = None,
        connection_accepted: bool = False,
        dns: EndpointDns = EndpointDns.endpoint_names(),  # noqa: B008 - frozen
        ip_address_type: ec2.VpcEndpointIpAddressType | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        """Define the endpoint."""
        given: object = service
        if isinstance(given, ec2.InterfaceVpcEndpointAwsService):
            name = given.short_name
            refuse(service_name_not_of_aws(name, of_aws=True), Site(scope, id))
        contract = service if isinstance(service, EndpointServiceContract) else service.contract
        address_type = _ADDRESS_TYPES[ip_address_type] if ip_address_type else "ipv4"
        groups = tuple(security_groups or ())
        blueprint = EndpointBlueprint(
            vpc=vpc,
            contract=contract,
            stack=stack_of(scope),
            clients=Clients(
                given=clients,
                stack=stack_of(scope),
                address_type=address_type,
                groups=groups,
                ports=contract.ports,
            ),
            connection_accepted=connection_accepted,
            dns=dns,
            address_type=address_type,
            security_groups=groups,
            subnets=subnets,
            zone_ids=availability_zone_ids or {},
        )
        placement, warnings = blueprint.check(Site(scope, id))

        super().__init__(scope, id, ports=contract.ports, zones=placement.names)
        self._define(blueprint, placement)
        keep_answers(
            self,
            Answers(
                private_dns=dns.private_dns_enabled,
                private_name=contract.private_dns_name,
                ports=contract.ports,
                address_type=address_type,
                hosted_zone_vpcs=blueprint.hosted_zone_vpcs,
            ),
        )
        blueprint.remember()
        warn(self, warnings)

    @staticmethod
    @checked()
    def from_interface_endpoint_attributes(
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc_endpoint_id: str,
        regional_dns_name: str,
        regional_hosted_zone_id: str,
        ports: Sequence[int | str] = (),
        security_groups: Sequence[ec2.ISecurityGroup] = (),
        vpc_id: str | None = None,
        service_name: str | None = None,
        subnet_ids: Sequence[str] = (),
        network_interface_ids: Sequence[str] = (),
    ) -> IInterfaceEndpoint:
        """Import an interface endpoint that exists already, for alias records and security groups.

        :param scope: the scope of the construct.
        :param id: the ID of the construct.
        :param vpc_endpoint_id: the ID of the endpoint, ``vpce-...``.
        :param regional_dns_name: the regional DNS name of the endpoint.
        :param regional_hosted_zone_id: the ID of the hosted zone of that name.
        :param ports: the ports of the service; a single port or range becomes the default port of
            ``connections``. Default: not known.
        :param security_groups: the security groups of the endpoint. Default: none, so that
            ``connections`` opens nothing.
        :param vpc_id: the ID of the endpoint's VPC, ``vpc-...``. Default: not known.
        :param service_name: the name of the service. Default: not known.
        :param subnet_ids: the IDs of the endpoint's subnets. Default: not known.
        :param network_interface_ids: the IDs of the endpoint's network interfaces. Default: not
            known.
        :return: the endpoint.
        :raises ValidationError: ``resource-id-malformed``, ``hosted-zone-name-malformed``,
            ``port-malformed``, ``port-out-of-range``, ``service-name-malformed``.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
        """
        from privatelink_constructs.consumer.imported_endpoint import (  # noqa: PLC0415 - the same
            ImportedInterfaceEndpoint,
        )

        return ImportedInterfaceEndpoint(
            scope,
            id,
            vpc_endpoint_id=vpc_endpoint_id,
            regional_dns_name=regional_dns_name,
            regional_hosted_zone_id=regional_hosted_zone_id,
            ports=ports,
            security_groups=security_groups,
            vpc_id=vpc_id,
            service_name=service_name,
            subnet_ids=subnet_ids,
            network_interface_ids=network_interface_ids,
        )

    @property
    def hosted_zone(self) -> route53.IPrivateHostedZone | None:
        """The hosted zone of ``EndpointDns.private_hosted_zone``, that of its first name.

        None without a hosted zone.
        """
        return next(iter(self._hosted_zones.values()), None)

    @property
    def hosted_zones(self) -> Mapping[str, route53.IPrivateHostedZone]:
        """The hosted zones of ``EndpointDns.private_hosted_zone`` by their names.

        For a wildcard such as ``*.example.com``, that is the domain, ``example.com``.
        """
        return self._hosted_zones

    def _watched(self) -> WatchedEndpoint:
        return replace(super()._watched(), service_region=self._region_of_service)

    def _define(self, blueprint: EndpointBlueprint, placement: Placement) -> None:
        self._security_groups = blueprint.security_groups or (self._define_group(blueprint.vpc),)
        self._open(blueprint.clients, own_group=not blueprint.security_groups)
        if blueprint.clients.may_be_nobody:
            from privatelink_constructs.consumer.late_clients import (  # noqa: PLC0415 - few need it
                ClientsAllowed,
            )

            entrances = [(self._security_groups, self._ports)]
            allowed = ClientsAllowed(self, entrances, blueprint.stack)
            self.node.add_validation(cast("IValidation", allowed))
        if blueprint.dropped_clients():
            from privatelink_constructs.consumer.dropped_clients import (  # noqa: PLC0415 - the same
                DroppedClients,
            )

            self.node.add_validation(cast("IValidation", DroppedClients(blueprint)))
        self._vpc_id = vpc_id(blueprint.vpc)
        self._service_name = blueprint.contract.service_name
        self._region_of_service = blueprint.contract.service_region
        self._subnet_ids = tuple(subnet_id(zone.subnet) for zone in placement.zones)
        self._resource = self._define_resource(blueprint)
        if blueprint.says_accepted:
            accepted = dns_rules.private_name_after_acceptance
            acknowledge(self._resource, accepted, "connection_accepted=True")
        self._wait_for_service(blueprint)
        zones = self._define_hosted_zones(blueprint, placement)
        self._hosted_zones = HostedZones(zones)
        names = blueprint.watched_names
        if names:
            from privatelink_constructs.consumer.hosted_zones import (  # noqa: PLC0415 - the same
                ZonesBeside,
            )

            beside = ZonesBeside(names, blueprint.vpc, blueprint.stack, tuple(zones.values()))
            self.node.add_validation(cast("IValidation", beside))

    def _define_group(self, vpc: ec2.IVpc) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=vpc,
            allow_all_outbound=False,
            description="Who may connect through the endpoint",
            # It doesn't depend on a feature flag, because the CDK numbers rules that aren't in the
            # group.
            disable_inline_rules=False,
        )

    def _open(self, clients: Clients, *, own_group: bool) -> None:
        def connections() -> ec2.Connections:
            return self.connections

        if clients.each:
            own = cast("ec2.SecurityGroup", self._security_groups[0]) if own_group else None
            clients.open({it: self._port(it) for it in self._ports}, own, connections)

    def _define_resource(self, blueprint: EndpointBlueprint) -> ec2.CfnVPCEndpoint:
        contract, address_type = blueprint.contract, blueprint.address_type
        return ec2.CfnVPCEndpoint(
            self,
            "Resource",
            # Also written at its default, because CloudFormation keeps a setting that is removed
            # from a template.
            dns_options=ec2.CfnVPCEndpoint.DnsOptionsSpecificationProperty(
                dns_record_ip_type=address_type
            ),
            ip_address_type=address_type,
            private_dns_enabled=blueprint.dns.private_dns_enabled,
            security_group_ids=list(self._security_groups),
            service_name=self._service_name,
            service_region=self._service_region(contract, blueprint.environment.region),
            subnet_ids=list(self._subnet_ids),
            vpc_endpoint_type="Interface",
            vpc_id=self._vpc_id,
        )

    def _service_region(self, contract: EndpointServiceContract, ours: str | None) -> str | None:
        """Return the Region of the service, None if it is the Region of the endpoint.

        A change of this property replaces the endpoint. So if one of the Regions is known only at
        deployment, a condition decides, and setting the environment of the stack later changes
        nothing.
        """
        theirs = contract.service_region
        literal = known(theirs)
        if literal is not None and ours is not None:
            return None if literal == ours else literal
        if literal is None and is_of_this_app(contract):
            # In a stack without an environment, the CDK requires the same Region for the consumer's
            # stack.
            return None
        same = cdk.CfnCondition(
            self, "SameRegion", expression=cdk.Fn.condition_equals(cdk.Aws.REGION, theirs)
        )
        choice = {"Fn::If": [same.logical_id, {"Ref": "AWS::NoValue"}, theirs]}
        return cdk.Token.as_string(choice)

    def _wait_for_service(self, blueprint: EndpointBlueprint) -> None:
        origin = origin_of(blueprint.contract)
        if origin is None:
            return
        private_name = blueprint.dns.private_dns_enabled
        further = origin.private_dns_dependencies if private_name else ()
        for dependency in (*origin.dependencies, *further):
            if isinstance(dependency, cdk.CfnResource):
                self._resource.add_resource_dependency(dependency)
            else:
                self._resource.node.add_dependency(dependency)
        theirs, ours = stack_of(origin.construct), blueprint.stack
        if environment_of(theirs) != environment_of(ours):
            # Across accounts the CDK writes the reference without a dependency between the stacks.
            deploy_after(ours, theirs)

    def _define_hosted_zones(
        self, blueprint: EndpointBlueprint, placement: Placement
    ) -> dict[str, route53.PrivateHostedZone]:
        if not blueprint.hosted_zones:
            return {}
        records = ZoneRecords(
            self,
            vpcs=blueprint.hosted_zone_vpcs,
            record_types=blueprint.record_types,
            target=(self.regional_dns_name, self.regional_hosted_zone_id),
            zonal=[
                (zone_id, label_of(zone_id, blueprint.stack), self.zonal_dns_name(name))
                for name, zone_id in blueprint.zonal_zones(placement)
                if name is not None and zone_id is not None
            ],
        )
        zones = blueprint.hosted_zones
        return {zone.name: records.define(zone, self._resource) for zone in zones}


_ADDRESS_TYPES = {
    ec2.VpcEndpointIpAddressType.IPV4: "ipv4",
    ec2.VpcEndpointIpAddressType.IPV6: "ipv6",
    ec2.VpcEndpointIpAddressType.DUALSTACK: "dualstack",
}
