"""The base class of both endpoint services."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import constructs
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import (
    environment_of,
    place_of_text,
    stack_of,
)
from privatelink_constructs._cdk.naming import service_name
from privatelink_constructs._cdk.reporting import Site, acknowledge, refuse, warn
from privatelink_constructs._cdk.subnets import is_dummy_name
from privatelink_constructs.contract.contract import EndpointServiceContract
from privatelink_constructs.contract.origins import Origin, remember_origin
from privatelink_constructs.provider.acceptance_policy import has_rules
from privatelink_constructs.provider.allowed_principal import (
    as_principals,
    rendered_in_order,
)
from privatelink_constructs.provider.service_options import access_problems
from privatelink_constructs.provider.service_reference import ServiceReference
from privatelink_constructs.rules import notifications as notification_rules
from privatelink_constructs.rules import principals as principal_rules
from privatelink_constructs.rules.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_sns as sns

    from privatelink_constructs.provider.acceptance_policy import AcceptancePolicy
    from privatelink_constructs.provider.allowed_principal import AllowedPrincipal
    from privatelink_constructs.provider.connection_notifications import Notifications
    from privatelink_constructs.provider.private_dns_name import (
        PrivateDnsName,
        PrivateDnsVerification,
    )
    from privatelink_constructs.provider.service_options import ServiceOptions
    from privatelink_constructs.provider.steps.connection_acceptor import ConnectionAcceptor


_MEANT = {
    True: (
        principal_rules.service_not_public,
        "confirmed with AcceptancePolicy.automatic(acknowledge_public=True)",
    ),
    False: (
        principal_rules.everyone_acknowledged,
        "asked for with AllowedPrincipal.everyone()",
    ),
}
"""The reason why everybody is allowed, by whether the user confirmed automatic acceptance."""


class PublishedEndpointService(constructs.Construct):
    """The common parts of endpoint services: the service, its name, and its permissions."""

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        options: ServiceOptions,
    ) -> None:
        """Add the construct to the tree. The service is defined after its load balancers."""
        super().__init__(scope, id)
        self._options = options
        self._stack = stack_of(scope)
        self._environment = environment_of(self._stack)
        self._principals: dict[AllowedPrincipal, None] = {}
        self._permissions: ec2.CfnVPCEndpointServicePermissions | None = None
        self._name: str | None = None
        self._contract: EndpointServiceContract | None = None
        self._before_endpoints: constructs.DependencyGroup | None = None
        self._zone_ids: dict[str, str] = {}
        self._rejection: cdk.CustomResource | None = None
        self._answering: tuple[constructs.IDependable, ...] = ()
        self._acceptor: ConnectionAcceptor | None = None
        self._notifications: Notifications | None = None
        # What the contract tells consumers of the private DNS name, see also below.
        self._private_dns_dependable: constructs.IDependable | None = None
        self._private_dns_verification: PrivateDnsVerification | None = None

    def _publish(self, load_balancers: Sequence[elbv2.INetworkLoadBalancer]) -> None:
        """Define the service over its load balancers, and who may connect to it."""
        options = self._options
        regions = options.other_regions(self._environment)
        self._service = ec2.CfnVPCEndpointService(
            self,
            "Resource",
            acceptance_required=options.acceptance.acceptance_required,
            contributor_insights_enabled=options.contributor_insights_enabled,
            network_load_balancer_arns=list(load_balancers),
            payer_responsibility=options.payer_responsibility,
            private_dns_name=options.private_dns_name.name if options.private_dns_name else None,
            supported_ip_address_types=list(options.ip_address_types),
            supported_regions=sorted(regions, key=partial(place_of_text, self._stack)) or None,
        )
        self._service_id = self._service.ref
        self._reference = ServiceReference(
            resource=self._service,
            id=self._service_id,
            in_other_regions=bool(regions),
        )
        if options.reject_connections_on_delete:
            self._define_rejection()
        if has_rules(options.acceptance):
            self._define_acceptor(options.acceptance)
        self._permit(options.allowed_principals)
        if options.acceptance.notify is not None:
            self._notify(options.acceptance.notify, notification_rules.REQUESTS)
        if options.private_dns_name is not None:
            self._define_private_dns(options.private_dns_name)

    # Rare options are imported only when they are used, because their modules of the CDK take as
    # long to load as all others together.

    def _define_rejection(self) -> None:
        from privatelink_constructs.provider.steps.rejection import define_rejection  # noqa: PLC0415

        self._rejection = define_rejection(self, self._reference)

    def _define_acceptor(self, policy: AcceptancePolicy) -> None:
        from privatelink_constructs.provider.steps import connection_acceptor as acceptance_by_rules  # noqa: PLC0415

        self._acceptor = acceptance_by_rules.ConnectionAcceptor(
            self, "Acceptor", service=self._reference, policy=policy
        )
        requests = self._notify(self._acceptor.topic, notification_rules.REQUESTS, name="Requests")
        self._answering = (requests, *acceptance_by_rules.way_of_requests(self._acceptor))

    def _define_private_dns(self, name: PrivateDnsName) -> None:
        from privatelink_constructs.provider.steps.private_dns_verification import (  # noqa: PLC0415
            define_private_dns,
        )

        self._private_dns_verification, self._private_dns_dependable = define_private_dns(
            self, self._reference, name
        )

    def _refresh_zones(self, zones: Mapping[elbv2.INetworkLoadBalancer, Sequence[str]]) -> None:
        if not zones:
            return
        from privatelink_constructs.provider.steps.zone_refresh import define_zone_refresh  # noqa: PLC0415

        define_zone_refresh(self, self._reference, zones)

    def _notify(
        self, topic: sns.ITopic | sns.Topic, events: Sequence[str], *, name: str | None = None
    ) -> ec2.CfnVPCEndpointConnectionNotification:
        from privatelink_constructs.provider.connection_notifications import Notifications  # noqa: PLC0415

        if self._notifications is None:
            self._notifications = Notifications(self, self._service)
        return self._notifications.add(topic, events, name=name)

    @property
    def endpoint_service_id(self) -> str:
        """The ID of the service, ``vpce-svc-...``, known only at deployment."""
        return self._service_id

    @property
    def endpoint_service_name(self) -> str:
        """The name that consumers connect to, in every partition and from every Region."""
        if self._name is None:
            self._name = service_name(self._environment.region, self._service_id)
        return self._name

    @property
    def availability_zones(self) -> tuple[str, ...]:
        """The names of the Availability Zones of the service, which can be tokens."""
        raise NotImplementedError  # pragma: no cover - each kind has its own

    @property
    def contract(self) -> EndpointServiceContract:
        """The information that consumers need to connect to the service.

        An endpoint in the same app is deployed after the service's permissions, including those
        that you add later, and an endpoint in another stack is deployed after this stack.

        :raises ValidationError: ``contract-port-missing`` if no port is known.
        """
        ports = self._contract_ports()
        if self._contract is None or self._contract.ports != ports:
            self._contract = self._define_contract(ports)
        return self._contract

    def _allowed_clients(self) -> Sequence[str]:
        """Return the CIDR blocks of all clients that are allowed, none if they aren't known."""
        return ()

    def _contract_ports(self) -> tuple[int | str, ...]:
        raise NotImplementedError  # pragma: no cover - each kind has its own

    def _define_contract(self, ports: tuple[int | str, ...]) -> EndpointServiceContract:
        options, private = self._options, self._private_dns_dependable
        names = self.availability_zones
        zones = () if any(map(is_dummy_name, names)) else names
        ids = [self._zone_ids[zone] for zone in zones if zone in self._zone_ids]
        origin = Origin(
            construct=self._stack,
            dependencies=(self._dependency(),),
            private_dns_dependencies=(private,) if private is not None else (),
            zones=zones,
            allowed_clients=self._allowed_clients,
        )
        remember_origin(self.endpoint_service_name, origin)
        return EndpointServiceContract(
            service_name=self.endpoint_service_name,
            service_region=self._environment.region or self._stack.region,
            ports=ports,
            acceptance_required=options.acceptance.acceptance_required,
            availability_zones=zones,
            availability_zone_ids=ids if len(ids) == len(zones) else (),
            ip_address_types=options.ip_address_types,
            owner_account=self._environment.account,
            private_dns_name=self._private_dns_name,
            private_dns_verified=self._private_dns_verified,
            supported_regions=tuple(options.other_regions(self._environment)),
        )

    def _dependency(self) -> constructs.IDependable:
        """Return what endpoints wait for: the permissions, or a group that they will be added to.

        Either waits for what answers requests.
        """
        if self._permissions is not None:
            return self._permissions
        if self._before_endpoints is None:
            self._before_endpoints = constructs.DependencyGroup(*self._answering)
        return self._before_endpoints

    @property
    def private_dns_verification(self) -> PrivateDnsVerification | None:
        """The record that verifies the private DNS name, None for a service without one.

        You publish it manually only for ``PrivateDnsName.external``.
        """
        return self._private_dns_verification

    @property
    def _private_dns_name(self) -> str | None:
        """The private DNS name, for the contract."""
        given = self._options.private_dns_name
        return given.name if given else None

    @property
    def _private_dns_verified(self) -> bool:
        """Whether the name is verified when ``_private_dns_dependable`` is there."""
        return self._private_dns_dependable is not None

    @property
    def load_balancers(self) -> tuple[elbv2.INetworkLoadBalancer, ...]:
        """The load balancers of the service."""
        raise NotImplementedError  # pragma: no cover - each kind has its own

    @property
    def target_groups(self) -> tuple[elbv2.INetworkTargetGroup, ...]:
        """The target groups behind the load balancers, as far as they are known."""
        raise NotImplementedError  # pragma: no cover - each kind has its own

    @property
    def acceptor(self) -> ConnectionAcceptor | None:
        """The acceptor, None without ``AcceptancePolicy.by_rules(...)``."""
        return self._acceptor

    @checked()
    def notify(
        self, topic: sns.ITopic | sns.Topic, *, events: Sequence[str] = notification_rules.EVENTS
    ) -> None:
        """Notify an SNS topic of events on the connections of the service.

        This allows AWS PrivateLink to publish in the policy of the topic, and to encrypt in the
        policy of the key of an encrypted topic. The policies of an imported topic or key must
        already allow it.

        :param topic: a standard topic, unencrypted or with a customer managed key.
        :param events: ``Accept``, ``Connect``, ``Delete``, ``Reject``. Default: all of them.
        :raises ValidationError: for a FIFO topic, for a topic that is encrypted with the AWS
            managed key, for a topic that is already notified, and for events that AWS doesn't have.
            ``privatelink explain`` describes each error by its code.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html
        """
        self._notify(topic, events)

    @checked()
    def add_allowed_principals(
        self, *principals: AllowedPrincipal | iam.ArnPrincipal | str
    ) -> None:
        """Allow further principals to create endpoints.

        :param principals: the principals to allow, as for ``allowed_principals``. Principals that
            are already allowed change nothing.
        :raises ValidationError: ``principal-partition-mismatch``, and ``service-open-to-world`` for
            everyone together with automatic acceptance that isn't acknowledged.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
        """
        acceptance = self._options.acceptance
        further = as_principals(principals, argument="principals")
        problems = access_problems(acceptance, further, self._environment, argument="principals")
        warn(self, refuse(problems, Site(self)))
        self._permit(further)

    def _permit(self, principals: Sequence[AllowedPrincipal]) -> None:
        self._principals.update(dict.fromkeys(principals))
        if not self._principals:
            return
        partition = self._environment.partition or self._stack.partition
        ordered = rendered_in_order(self._principals, partition, self._stack)
        if self._permissions is None:
            self._permissions = ec2.CfnVPCEndpointServicePermissions(
                self, "Permissions", service_id=self._service, allowed_principals=ordered
            )
            if self._rejection is not None:
                # Permissions are deleted first, so that no consumer can connect while
                # connections are rejected.
                self._permissions.node.add_dependency(self._rejection)
            if self._answering:
                # Otherwise earlier rules could answer a request, and a rejection is final.
                self._permissions.node.add_dependency(*self._answering)
            if self._before_endpoints is not None:
                self._before_endpoints.add(self._permissions)
        else:
            self._permissions.allowed_principals = ordered
        if principal_rules.EVERYONE in ordered:
            acknowledge(self._permissions, *_MEANT[self._options.acceptance.acknowledge_public])
