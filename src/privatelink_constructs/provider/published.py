"""The published service, which both kinds of endpoint service share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import constructs
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk import (
    Site,
    acknowledge,
    environment_of,
    further_regions,
    refuse,
    service_name,
    stack_of,
    warn,
)
from privatelink_constructs.rules import load_balancers as load_balancer_rules
from privatelink_constructs.rules import principals as principal_rules
from privatelink_constructs.rules import regions as region_rules
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from privatelink_constructs._cdk import Environment
    from privatelink_constructs.provider.acceptance import AcceptancePolicy
    from privatelink_constructs.provider.principals import AllowedPrincipal
    from privatelink_constructs.rules.core import Problem


@dataclass(frozen=True, kw_only=True)
class ServiceOptions:
    """What a service is, apart from its load balancers."""

    acceptance: AcceptancePolicy
    allowed_principals: Sequence[AllowedPrincipal]
    contributor_insights_enabled: bool
    ip_address_types: tuple[str, ...]
    payer_responsibility: str | None
    supported_regions: Sequence[str]

    def problems(self, environment: Environment, zones: int | None) -> Iterator[Problem]:
        """Check the options.

        :param environment: the environment of the service's stack.
        :param zones: in how many zones the service is, None when it isn't known.
        """
        yield from principal_problems(self.acceptance, self.allowed_principals, environment)
        yield from load_balancer_rules.check_address_types(self.ip_address_types)
        yield from load_balancer_rules.check_payer(self.payer_responsibility)
        regions = [region for region in self.supported_regions if not is_token(region)]
        yield from region_rules.check_supported_regions(
            regions, host=environment.region, zones=zones, further=further_regions(regions)
        )

    def other_regions(self, environment: Environment) -> list[str]:
        """Return the supported Regions but the service's own, which is always in."""
        return sorted({region for region in self.supported_regions if region != environment.region})


def principal_problems(
    acceptance: AcceptancePolicy,
    principals: Sequence[AllowedPrincipal],
    environment: Environment,
) -> Iterator[Problem]:
    """Check principals, and whether everybody gets in by mistake."""
    for principal in principals:
        yield from principal.problems(environment.partition)
    yield from principal_rules.check_public(
        everyone=any(principal.is_everyone for principal in principals),
        acceptance_required=acceptance.acceptance_required,
        acknowledged=acceptance.acknowledge_public,
    )


class PublishedEndpointService(constructs.Construct):
    """What every endpoint service has: the service itself, its name and its permissions."""

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        options: ServiceOptions,
    ) -> None:
        """Enter the tree; the service is defined once its load balancers are."""
        super().__init__(scope, id)
        self._options = options
        self._stack = stack_of(scope)
        self._environment = environment_of(self._stack)
        self._principals: dict[AllowedPrincipal, None] = {}
        self._permissions: ec2.CfnVPCEndpointServicePermissions | None = None
        self._name: str | None = None

    def _publish(self, load_balancers: Sequence[elbv2.INetworkLoadBalancer]) -> None:
        """Define the service over its load balancers, and who may connect to it."""
        options = self._options
        self._service = ec2.CfnVPCEndpointService(
            self,
            "Resource",
            acceptance_required=options.acceptance.acceptance_required,
            contributor_insights_enabled=True if options.contributor_insights_enabled else None,
            network_load_balancer_arns=list(load_balancers),
            payer_responsibility=options.payer_responsibility,
            supported_ip_address_types=list(options.ip_address_types),
            supported_regions=options.other_regions(self._environment) or None,
        )
        self._service_id = self._service.ref
        self._permit(options.allowed_principals)

    @property
    def endpoint_service_id(self) -> str:
        """The id of the service, ``vpce-svc-...``, known at deployment."""
        return self._service_id

    @property
    def endpoint_service_name(self) -> str:
        """The name that consumers connect to, right in every partition and from every Region."""
        if self._name is None:
            self._name = service_name(self._environment.region, self._service_id)
        return self._name

    def add_allowed_principals(self, *principals: AllowedPrincipal) -> None:
        """Let further principals create endpoints.

        :param principals: whom to allow; those that are allowed already change nothing.
        :raises ValidationError: for what AWS would refuse, and for everyone together with automatic
            acceptance that nobody acknowledged.
        """
        acceptance = self._options.acceptance
        problems = principal_problems(acceptance, principals, self._environment)
        warn(self, refuse(problems, Site(self)))
        self._permit(principals)

    def _permit(self, principals: Sequence[AllowedPrincipal]) -> None:
        self._principals.update(dict.fromkeys(principals))
        if not self._principals:
            return
        partition = self._environment.partition or self._stack.partition
        arns = dict.fromkeys(principal.render(partition) for principal in self._principals)
        ordered = sorted(arns, key=lambda arn: (True, "") if is_token(arn) else (False, arn))
        if self._permissions is None:
            self._permissions = ec2.CfnVPCEndpointServicePermissions(
                self, "Permissions", service_id=self._service, allowed_principals=ordered
            )
        else:
            self._permissions.allowed_principals = ordered
        if principal_rules.EVERYONE in arns and self._options.acceptance.acknowledge_public:
            acknowledge(
                self._permissions,
                principal_rules.PUBLIC,
                "confirmed with AcceptancePolicy.automatic(acknowledge_public=True)",
            )
