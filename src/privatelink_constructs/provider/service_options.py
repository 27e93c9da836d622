"""The options of an endpoint service that don't concern its load balancers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._cdk.asking import further_regions
from privatelink_constructs._values import internal_value
from privatelink_constructs.provider.acceptance_policy import acceptance_problems
from privatelink_constructs.provider.allowed_principal import (
    is_everyone,
    principal_problems,
    render_principal,
)
from privatelink_constructs.provider.private_dns_name import private_dns_problems
from privatelink_constructs.rules import address_families as family_rules
from privatelink_constructs.rules import principals as principal_rules
from privatelink_constructs.rules import regions as region_rules
from privatelink_constructs.rules.core import about, is_token, known
from privatelink_constructs.rules.payment import valid_payer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs.provider.acceptance_policy import AcceptancePolicy
    from privatelink_constructs.provider.allowed_principal import AllowedPrincipal
    from privatelink_constructs.provider.private_dns_name import PrivateDnsName
    from privatelink_constructs.rules.core import Problem


@internal_value(kw_only=True)
class ServiceOptions:
    """The options of a service that don't concern its load balancers."""

    acceptance: AcceptancePolicy
    allowed_principals: Sequence[AllowedPrincipal]
    contributor_insights_enabled: bool | None
    ip_address_types: tuple[str, ...]
    payer_responsibility: str | None
    private_dns_name: PrivateDnsName | None = None
    reject_connections_on_delete: bool
    supported_regions: Sequence[str]

    def problems(self, environment: StackEnvironment, zones: int | None) -> Iterator[Problem]:
        """Check the options.

        :param environment: the environment of the service's stack.
        :param zones: in how many zones the service is, None if it isn't known.
        """
        yield from access_problems(
            self.acceptance, self.allowed_principals, environment, argument="allowed_principals"
        )
        yield from family_rules.valid_address_families(self.ip_address_types)
        yield from about(valid_payer(known(self.payer_responsibility)), "payer_responsibility")
        if self.private_dns_name is not None:
            yield from private_dns_problems(self.private_dns_name, environment)
        regions = [region for region in self.supported_regions if not is_token(region)]
        yield from region_rules.valid_supported_regions(
            self.supported_regions,
            host=environment.region,
            zones=zones,
            further=further_regions(regions),
            argument="supported_regions",
        )
        yield from self._acceptance_problems(environment)

    def _acceptance_problems(self, environment: StackEnvironment) -> Iterator[Problem]:
        partition = environment.partition or "aws"
        principals = [known(render_principal(it, partition)) for it in self.allowed_principals]
        yield from acceptance_problems(
            self.acceptance, principals, self.supported_regions, environment
        )
        if self.acceptance.notify is not None:
            from privatelink_constructs.provider.connection_notifications import check_topic  # noqa: PLC0415

            yield from check_topic(self.acceptance.notify, environment.region)

    def other_regions(self, environment: StackEnvironment) -> frozenset[str]:
        """Return the supported Regions but the service's own, which is always in."""
        return frozenset(self.supported_regions) - {environment.region or ""}


def access_problems(
    acceptance: AcceptancePolicy,
    principals: Sequence[AllowedPrincipal],
    environment: StackEnvironment,
    *,
    argument: str,
) -> Iterator[Problem]:
    """Check principals, and whether everybody can connect by mistake."""
    for position, principal in enumerate(principals):
        problems = principal_problems(principal, environment.partition)
        yield from about(problems, f"{argument}[{position}]")
    yield from principal_rules.service_not_public(
        everyone=any(map(is_everyone, principals)),
        acceptance_required=acceptance.acceptance_required,
        acknowledged=acceptance.acknowledge_public,
    )
