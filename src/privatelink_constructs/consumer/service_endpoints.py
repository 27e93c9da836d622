"""The endpoints of a VPC to AWS services, as one bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import constructs
import jsii
from aws_cdk import Annotations
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import environment_of, port_of, stack_of
from privatelink_constructs._cdk.reporting import Site, acknowledge, refuse, warn
from privatelink_constructs.consumer.bundled_endpoint import BundledEndpoint
from privatelink_constructs.consumer.endpoint_clients import Clients
from privatelink_constructs.consumer.endpoint_plan import address_type_of
from privatelink_constructs.consumer.hosted_zones import ZonesBeside
from privatelink_constructs.consumer.s3_access import gateway_of_s3
from privatelink_constructs.consumer.service_bundle import ServiceBundle
from privatelink_constructs.consumer.service_entries import name_of
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.aws_endpoints import companions_present, service_in_bundle

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from constructs import IValidation

    from privatelink_constructs.consumer.aws_service import AwsService
    from privatelink_constructs.consumer.endpoint_plan import Plan, Planned
    from privatelink_constructs.consumer.endpoint_policy import EndpointPolicy
    from privatelink_constructs.contract.interfaces import IInterfaceEndpoint

_LANES = 10
"""How many interface endpoints are created at a time.

CloudFormation creates all resources without dependencies at the same time, and EC2 throttles the
creation of many endpoints
(https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html).
"""


@jsii.implements(ec2.IConnectable)
class AwsServiceEndpoints(constructs.Construct):
    """The gateway and interface endpoints of a VPC to AWS services, as one bundle.

    The interface endpoints share a security group for each set of ports, and each endpoint has the
    policy of the bundle, with what its service needs of AWS. An endpoint is replaced only if you
    change the VPC or its service.

    Example::

        AwsServiceEndpoints(
            self,
            "AwsServices",
            vpc=vpc,
            services=[
                AwsServices.container_images(),
                AwsService.interface(ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER),
                AwsService.gateway("dynamodb", policy=EndpointPolicy.account()),
            ],
            clients=[fleet, "10.20.0.0/16"],
            policy=EndpointPolicy.organization("o-abcdefghij"),
        )

    With more than ten interface endpoints, AWS CloudFormation creates ten at a time: sorted by
    name, each one waits for the one ten places before it.

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param vpc: the VPC of the clients.
    :param services: the services, one by one or in sets (``AwsServices``). A service that is listed
        several times gets one endpoint. Your own entry takes precedence over that of a set.
    :param clients: who can connect to the interface endpoints, on the ports of their services: CIDR
        blocks such as ``10.0.0.0/16``, the CDK's peers, prefix lists, or any construct that has
        connections. Gateway endpoints have no security group. Default: none. ``connections`` can
        allow clients later; if none is allowed at synthesis, you get a warning.
    :param policy: what clients may do through all endpoints that have no policy of their own.
        Services that support no policies get none. Default: None, everything, with a warning; a
        gateway endpoint is refused then.
    :param private_dns_enabled: whether the usual names of the services resolve to the interface
        endpoints in the VPC. Default: True.
    :param ip_address_type: IPv4, IPv6, or dualstack, for all endpoints without an address type of
        their own. Default: IPv4.
    :param security_groups: the security groups of all interface endpoints. Default: new ones that
        allow only the clients, one for each set of ports.
    :param subnets: the subnets of the interface endpoints, one per Availability Zone. Default: the
        VPC's private subnets, one per Availability Zone; its public subnets if it has no others,
        with a warning.
    :raises ValidationError: for what AWS would reject, and for endpoints that no traffic could
        pass. ``privatelink explain`` describes each error by its code.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """

    @checked()
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc: ec2.IVpc,
        services: Sequence[AwsService | Sequence[AwsService]],
        clients: Sequence[str | ec2.IPeer | ec2.IConnectable] = (),
        policy: EndpointPolicy | None = None,
        private_dns_enabled: bool = True,
        ip_address_type: ec2.VpcEndpointIpAddressType | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        """Define the endpoints."""
        stack, groups = stack_of(scope), tuple(security_groups or ())
        address_type = address_type_of(ip_address_type)
        bundle = ServiceBundle(
            vpc=vpc,
            services=services,
            stack=stack,
            # Each group of the bundle is for one port, or for the few of a protocol such as SMTP.
            clients=Clients(
                given=clients, stack=stack, address_type=address_type, groups=groups, ports=(443,)
            ),
            policy=policy,
            private_dns_enabled=private_dns_enabled,
            address_type=address_type,
            security_groups=groups,
            subnets=subnets,
        )
        plan, warnings = bundle.plan(Site(scope, id))

        super().__init__(scope, id)
        self._stack = stack
        self._vpc = vpc
        self._connections: ec2.Connections | None = None
        self._ports = sorted({it.entry.ports() for it in plan.interfaces})
        self._gateways = {it.name: self._define_gateway(it) for it in plan.gateways}
        self._groups = self._define_groups(bundle)
        self._endpoints = {it.name: self._define_interface(it) for it in plan.interfaces}
        self._acknowledge(plan, bundle.names)
        self._order(plan)
        self._watch(bundle.watched_names(plan))
        self._watch_clients(bundle.clients)
        bundle.remember(plan)
        warn(self, warnings)
        if plan.notes:
            Annotations.of(self).add_info("; ".join(plan.notes))

    @property
    def interface_endpoints(self) -> Sequence[IInterfaceEndpoint]:
        """The interface endpoints, sorted by the names of their services."""
        return tuple(self._endpoints.values())

    @checked()
    def interface_endpoint(
        self, service: str | ec2.InterfaceVpcEndpointAwsService
    ) -> IInterfaceEndpoint:
        """Return the interface endpoint to a service.

        :param service: the service, as the CDK has it, or by its short name, such as ``ecr.api``.
        :raises ValidationError: ``aws-service-missing``.
        """
        name = name_of(service)
        refuse(service_in_bundle(name, self._endpoints, kind="interface"), Site(self))
        return self._endpoints[name]

    @checked()
    def gateway_endpoint(
        self, service: str | ec2.GatewayVpcEndpointAwsService
    ) -> ec2.IGatewayVpcEndpoint:
        """Return the gateway endpoint to a service.

        :param service: the service, as the CDK has it, or by its short name, such as ``s3``.
        :raises ValidationError: ``aws-service-missing``.
        """
        name = name_of(service)
        refuse(service_in_bundle(name, self._gateways, kind="gateway"), Site(self))
        return cast("ec2.IGatewayVpcEndpoint", self._gateways[name])

    @property
    def connections(self) -> ec2.Connections:
        """The security groups of the interface endpoints.

        If all services have the same single port, that is the default port.
        """
        if self._connections is None:
            same = len(self._ports) == 1 and len(self._ports[0]) == 1
            groups = dict.fromkeys(group for its in self._groups.values() for group in its)
            self._connections = ec2.Connections(
                security_groups=list(groups),
                default_port=port_of(self._stack, "tcp", self._ports[0][0]) if same else None,
            )
        return self._connections

    def _define_gateway(self, planned: Planned) -> ec2.GatewayVpcEndpoint:
        endpoint = ec2.GatewayVpcEndpoint(
            self,
            f"Gateway-{planned.name}",
            service=cast("ec2.IGatewayVpcEndpointService", planned.entry.gateway_service()),
            subnets=None if planned.routes is None else [planned.routes],
            vpc=self._vpc,
        )
        resource = cast("ec2.CfnVPCEndpoint", endpoint.node.default_child)
        resource.policy_document = planned.document
        resource.ip_address_type = planned.address_type
        resource.dns_options = ec2.CfnVPCEndpoint.DnsOptionsSpecificationProperty(
            dns_record_ip_type=planned.address_type
        )
        return endpoint

    def _define_groups(
        self, bundle: ServiceBundle
    ) -> Mapping[tuple[int, ...], tuple[ec2.ISecurityGroup, ...]]:
        """Return the security groups for each set of ports, after the clients are allowed."""
        if bundle.security_groups:
            every = sorted({port for ports in self._ports for port in ports})
            self._open(bundle, every, None, bundle.security_groups)
            return dict.fromkeys(self._ports, bundle.security_groups)
        return {ports: (self._define_group(bundle, ports),) for ports in self._ports}

    def _define_group(self, bundle: ServiceBundle, ports: tuple[int, ...]) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self,
            f"SecurityGroup{'-'.join(map(str, ports))}",
            vpc=self._vpc,
            allow_all_outbound=False,
            description="Who may connect through the endpoints to AWS services",
            # It doesn't depend on a feature flag, because the CDK numbers rules that aren't in the
            # group.
            disable_inline_rules=False,
        )
        self._open(bundle, ports, group, (group,))
        return group

    def _open(
        self,
        bundle: ServiceBundle,
        ports: Sequence[int],
        own: ec2.SecurityGroup | None,
        groups: Sequence[ec2.ISecurityGroup],
    ) -> None:
        def connections() -> ec2.Connections:
            return ec2.Connections(security_groups=list(groups))

        if bundle.clients.each:
            opened = {port: port_of(self._stack, "tcp", port) for port in ports}
            bundle.clients.open(cast("Mapping[int | str, ec2.Port]", opened), own, connections)

    def _define_interface(self, planned: Planned) -> BundledEndpoint:
        entry = planned.entry
        return BundledEndpoint(
            self,
            f"Interface-{planned.name}",
            planned=planned,
            service_name=entry.service_name(self._stack, environment_of(self._stack)),
            vpc=self._vpc,
            security_groups=self._groups[entry.ports()],
        )

    def _watch(self, names: Sequence[str]) -> None:
        """Look at synthesis for hosted zones with the private DNS names of the endpoints."""
        if names:
            beside = ZonesBeside(names, self._vpc, self._stack, ())
            self.node.add_validation(cast("IValidation", beside))

    def _watch_clients(self, clients: Clients) -> None:
        """Look at synthesis whether a client can connect, where none is allowed by now."""
        if self._ports and clients.may_be_nobody:
            from privatelink_constructs.consumer.late_clients import (  # noqa: PLC0415 - few need it
                ClientsAllowed,
            )

            entrances = [(groups, ports) for ports, groups in self._groups.items()]
            allowed = ClientsAllowed(self, entrances, self._stack, every_port=False)
            self.node.add_validation(cast("IValidation", allowed))

    def _acknowledge(self, plan: Plan, names: Collection[str]) -> None:
        """Acknowledge that a set contains all that it needs: Parameter Store needs only ``ssm``."""
        for it in plan.interfaces:
            if not it.entry.own and any(True for _ in companions_present(it.name, names)):
                reason = "The set that the service is from brings what it needs."
                acknowledge(self._endpoints[it.name].resource, companions_present, reason)

    def _order(self, plan: Plan) -> None:
        """Let endpoints wait for those that AWS, or its throttling, wants first."""
        endpoints = list(self._endpoints.values())
        if len(endpoints) > _LANES:
            for earlier, later in zip(endpoints, endpoints[_LANES:], strict=False):
                later.resource.add_resource_dependency(earlier.resource)
        if any(it.entry.given.on_premises_only for it in plan.interfaces):
            gateway = gateway_of_s3(self._vpc)
            if gateway is not None:
                self._endpoints["s3"].resource.node.add_dependency(gateway)
