"""The members that defined and imported interface endpoints have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import constructs
import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53

from privatelink_constructs._cdk.asking import port_of, stack_of
from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs.consumer import dns_names as names
from privatelink_constructs.contract.endpoint_metrics import EndpointMetrics
from privatelink_constructs.rules import endpoint_zones as zone_rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import is_token
from privatelink_constructs.rules.service_ports import transports

if TYPE_CHECKING:
    from collections.abc import Sequence

    import aws_cdk as cdk

    from privatelink_constructs.contract.interfaces import IInterfaceEndpoint


@jsii.implements(ec2.IConnectable, route53.IAliasRecordTarget)
class EndpointBase(EndpointMetrics, constructs.Construct):
    """The base class of interface endpoints."""

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        ports: Sequence[int | str],
        zones: frozenset[str],
    ) -> None:
        """Add the construct to the tree.

        :param ports: the ports of the service.
        :param zones: the names of the endpoint's Availability Zones; empty if one isn't known.
        """
        super().__init__(scope, id)
        self._scope = scope
        self._ports = ports
        self._zones = zones
        self._security_groups: tuple[ec2.ISecurityGroup, ...] = ()
        self._connections: ec2.Connections | None = None
        self._zonal: dict[str, str] = {}
        self._mark = names.SERVICE_MARK

    @property
    def regional_dns_name(self) -> str:
        """The name that resolves to all healthy network interfaces of the endpoint."""
        raise NotImplementedError  # pragma: no cover - each kind has its own

    @property
    def regional_hosted_zone_id(self) -> str:
        """The ID of the hosted zone of that name, for alias records."""
        raise NotImplementedError  # pragma: no cover - each kind has its own

    @property
    def connections(self) -> ec2.Connections:
        """The security groups of the endpoint.

        If the service has a single port, it is the default port.
        """
        if self._connections is None:
            only = self._ports[0] if len(self._ports) == 1 else None
            self._connections = ec2.Connections(
                security_groups=list(self._security_groups),
                default_port=None if only is None else self._port(only),
            )
        return self._connections

    def _groups(self) -> tuple[ec2.ISecurityGroup, ...]:
        """Return the security groups; others may have been added to the connections."""
        if self._connections is None:
            return self._security_groups
        return tuple(self._connections.security_groups)

    def _stack(self) -> cdk.Stack:
        return stack_of(self._scope)

    def _port(self, port: int | str) -> ec2.Port:
        """Return a port of a contract as security groups take it."""
        ((first, last, protocol),) = transports(port)
        return port_of(stack_of(self._scope), protocol, first, last)

    @checked()
    def zonal_dns_name(self, availability_zone: str) -> str:
        """Return the name that resolves to the network interface in one Availability Zone.

        :param availability_zone: the name of the Availability Zone in the endpoint's account.
        :raises ValidationError: ``endpoint-zonal-name-mismatch`` if the endpoint isn't in that
            Availability Zone.
        """
        if availability_zone not in self._zonal:
            if self._zones and not is_token(availability_zone):
                problems = zone_rules.zone_of_endpoint(availability_zone, self._zones)
                refuse(problems, Site(self))
            self._zonal[availability_zone] = names.zonal_name(
                self.regional_dns_name, availability_zone, self._mark
            )
        return self._zonal[availability_zone]

    def bind(
        self,
        record: route53.IRecordSet,  # noqa: ARG002 - the CDK's contract
        zone: route53.IHostedZone | None = None,  # noqa: ARG002 - the CDK's contract
    ) -> route53.AliasRecordTargetConfig:
        """Return the alias target, for ``RecordTarget.from_alias(endpoint)``.

        :param record: the record.
        :param zone: the hosted zone of the record. Default: not needed.
        """
        return route53.AliasRecordTargetConfig(
            dns_name=self.regional_dns_name, hosted_zone_id=self.regional_hosted_zone_id
        )


def groups_of(endpoint: IInterfaceEndpoint) -> tuple[ec2.ISecurityGroup, ...]:
    """Return the security groups of an endpoint, where possible without asking Node for them."""
    if isinstance(endpoint, EndpointBase):
        return endpoint._groups()  # noqa: SLF001 - of the class above  # pyright: ignore[reportPrivateUsage]
    return tuple(endpoint.connections.security_groups)


def stack_of_endpoint(endpoint: IInterfaceEndpoint) -> cdk.Stack:
    """Return the stack of an endpoint; those of a bundle share one request to Node."""
    if isinstance(endpoint, EndpointBase):
        return endpoint._stack()  # noqa: SLF001 - of the class above  # pyright: ignore[reportPrivateUsage]
    return stack_of(cast("constructs.IConstruct", endpoint))
