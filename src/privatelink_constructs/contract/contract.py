"""What a provider hands to its consumers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
import constructs

from privatelink_constructs._cdk.asking import (
    environment_of,
    further_regions,
    reference,
    stack_of,
    stage_of,
)
from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs.facts.endpoint_service_names import parse_service_name
from privatelink_constructs.rules import address_families as family_rules
from privatelink_constructs.rules import contracts as rules
from privatelink_constructs.rules import endpoint_names as dns_rules
from privatelink_constructs.rules import principals as principal_rules
from privatelink_constructs.rules import private_dns as private_dns_rules
from privatelink_constructs.rules import regions as region_rules
from privatelink_constructs.rules import service_ports as port_rules
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from privatelink_constructs.rules.core import Problem

_SERVICE_NAME = "service-name"


@dataclass(frozen=True, kw_only=True)
class EndpointServiceContract:
    """What consumers have to know of an endpoint service.

    ``NetworkLoadBalancedEndpointService.contract`` and ``EndpointService.contract`` give it; for a
    service that somebody else publishes, :meth:`from_service_name` makes one. It crosses stacks,
    accounts and Regions within an app, and, written with :meth:`publish`, from one app to another.

    All but the service's name is literal, as it shapes the consumer's template. Equal contracts
    are equal values; what only concerns the order of deployment is not compared.

    Example::

        EndpointServiceContract(
            service_name="com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
            service_region="eu-west-1",
            ports=[443],
        )

    :param service_name: the name, which may be a token.
    :param service_region: the Region that the service is in; a token where the service's stack is
        environment-agnostic.
    :param ports: what clients connect to: ``443`` for TCP, ``"53/udp"``. At least one.
    :param acceptance_required: whether the provider accepts each connection. Default: True.
    :param availability_zones: the names of the Availability Zones that the service is in. Default:
        not known, as when one of them is a token.
    :param availability_zone_ids: their ids, such as ``euw1-az1``. Default: not known, as when one
        of them is a token.
    :param ip_address_types: ``ipv4``, ``ipv6`` or both. Default: IPv4.
    :param owner_account: the account of the provider. Default: not known.
    :param private_dns_name: the private DNS name of the service. Default: none.
    :param private_dns_verified: whether that name is verified. Default: False.
    :param supported_regions: other Regions that the service can be used from. Default: none.
    :param dependencies: what has to be deployed before an endpoint; neither compared nor shown.
        Default: nothing.
    :param private_dns_dependencies: what has to be deployed, too, before an endpoint that uses the
        private DNS name; neither compared nor shown. Default: nothing.
    :param origin: the construct that the service's name comes from; neither compared nor shown.
        Default: none, for a name that is a literal.
    :raises ValidationError: for a name that is none, parts that don't agree and what isn't literal,
        see ``docs/errors.md``.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
    """

    service_name: str
    service_region: str
    ports: Sequence[int | str]
    acceptance_required: bool = True
    availability_zones: Sequence[str] = ()
    availability_zone_ids: Sequence[str] = ()
    ip_address_types: Sequence[str] = ("ipv4",)
    owner_account: str | None = None
    private_dns_name: str | None = None
    private_dns_verified: bool = False
    supported_regions: Sequence[str] = ()
    dependencies: Sequence[constructs.IDependable] = field(default=(), compare=False, repr=False)
    private_dns_dependencies: Sequence[constructs.IDependable] = field(
        default=(), compare=False, repr=False
    )
    origin: constructs.Construct | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse what can't be, and bring every field into its one form."""
        refuse(self._problems())
        forms: dict[str, object] = {
            "ports": port_rules.normalise(self.ports),
            "availability_zones": _all_known(self.availability_zones),
            "availability_zone_ids": _all_known(self.availability_zone_ids),
            "ip_address_types": tuple(sorted(set(self.ip_address_types))),
            "owner_account": known(self.owner_account),
            "supported_regions": tuple(sorted({*self.supported_regions} - {self.service_region})),
            "dependencies": tuple(self.dependencies),
            "private_dns_dependencies": tuple(self.private_dns_dependencies),
        }
        for name, value in forms.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_service_name(
        cls,
        service_name: str,
        *,
        ports: Sequence[int | str],
        service_region: str | None = None,
        acceptance_required: bool = True,
        availability_zones: Sequence[str] = (),
        availability_zone_ids: Sequence[str] = (),
        ip_address_types: Sequence[str] = ("ipv4",),
        owner_account: str | None = None,
        private_dns_name: str | None = None,
        private_dns_verified: bool = False,
        supported_regions: Sequence[str] = (),
    ) -> EndpointServiceContract:
        """Make the contract of a service that somebody else publishes.

        Another name means another service: endpoints to it are replaced.

        Example::

            EndpointServiceContract.from_service_name(
                "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
                ports=[443],
                availability_zone_ids=["euw1-az1", "euw1-az2"],
            )

        :param service_name: the name that the provider gives. It may be a token, such as a
            parameter of the stack; then its Region has to be given.
        :param ports: what clients connect to: ``443`` for TCP, ``"53/udp"``. At least one.
        :param service_region: the Region that the service is in. Default: the one in its name.
        :param acceptance_required: whether the provider accepts each connection. Default: True.
        :param availability_zones: the names of the Availability Zones that the service is in.
            Default: not known.
        :param availability_zone_ids: their ids, such as ``euw1-az1``. Default: not known.
        :param ip_address_types: ``ipv4``, ``ipv6`` or both. Default: IPv4.
        :param owner_account: the account of the provider. Default: not known.
        :param private_dns_name: the private DNS name of the service. Default: none.
        :param private_dns_verified: whether that name is verified. Default: False.
        :param supported_regions: other Regions that the service can be used from. Default: none.
        :raises ValidationError: as the class does, and ``contract-region-missing``.
        """
        return cls(
            service_name=service_name,
            service_region=service_region or _region_in(service_name or ""),
            ports=ports,
            acceptance_required=acceptance_required,
            availability_zones=availability_zones,
            availability_zone_ids=availability_zone_ids,
            ip_address_types=ip_address_types,
            owner_account=owner_account,
            private_dns_name=private_dns_name,
            private_dns_verified=private_dns_verified,
            supported_regions=supported_regions,
        )

    @classmethod
    def from_ssm_parameters(
        cls,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        parameter_prefix: str,
        ports: Sequence[int | str],
        service_region: str,
        acceptance_required: bool = True,
        availability_zones: Sequence[str] = (),
        availability_zone_ids: Sequence[str] = (),
        ip_address_types: Sequence[str] = ("ipv4",),
        owner_account: str | None = None,
        private_dns_name: str | None = None,
        private_dns_verified: bool = False,
        supported_regions: Sequence[str] = (),
    ) -> EndpointServiceContract:
        """Make the contract of a service whose name was written with :meth:`publish`.

        The name is read when the stack is deployed, by a parameter of the stack. The rest is given,
        as it shapes the template. The parameters are looked for in the Region of this stack, and,
        where ``owner_account`` is another account than the stack's, in that account, which has to
        share them through AWS RAM.

        Example::

            EndpointServiceContract.from_ssm_parameters(
                self, "Payments",
                parameter_prefix="/payments/contract", ports=[443], service_region="eu-west-1",
            )

        :param scope: where to define the parameter of the stack.
        :param id: its id.
        :param parameter_prefix: the same as for :meth:`publish`.
        :param ports: what clients connect to: ``443`` for TCP, ``"53/udp"``. At least one.
        :param service_region: the Region that the service is in.
        :param acceptance_required: whether the provider accepts each connection. Default: True.
        :param availability_zones: the names of the Availability Zones that the service is in.
            Default: not known.
        :param availability_zone_ids: their ids, such as ``euw1-az1``. Default: not known.
        :param ip_address_types: ``ipv4``, ``ipv6`` or both. Default: IPv4.
        :param owner_account: the account of the provider. Default: this account.
        :param private_dns_name: the private DNS name of the service. Default: none.
        :param private_dns_verified: whether that name is verified. Default: False.
        :param supported_regions: other Regions that the service can be used from. Default: none.
        :raises ValidationError: as the class does, ``ssm-parameter-prefix-malformed`` and
            ``contract-environment-undetermined``.
        :see: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
        """
        site = Site(scope, id)
        refuse(_prefix_problems(parameter_prefix), site)
        options = cls(
            service_name=_UNREAD,
            service_region=service_region,
            ports=ports,
            acceptance_required=acceptance_required,
            availability_zones=availability_zones,
            availability_zone_ids=availability_zone_ids,
            ip_address_types=ip_address_types,
            owner_account=owner_account,
            private_dns_name=private_dns_name,
            private_dns_verified=private_dns_verified,
            supported_regions=supported_regions,
            origin=scope,
        )
        parameter = cdk.CfnParameter(
            scope,
            id,
            type="AWS::SSM::Parameter::Value<String>",
            default=_parameter_to_read(f"{parameter_prefix}/{_SERVICE_NAME}", options, site),
            description="Written by the provider of the endpoint service",
        )
        return replace(options, service_name=parameter.value_as_string)

    def publish(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        parameter_prefix: str,
        shared: bool = False,
    ) -> PublishedContract:
        """Write the contract to parameters of Systems Manager, one a field that has a value.

        Consumers of other apps read it with :meth:`from_ssm_parameters`, in the account and the
        Region of this stack. Another account needs the advanced tier and a share of AWS RAM, which
        is not defined here: ``parameter_arns`` is what it has to hold.

        Example::

            service.contract.publish(self, "Contract", parameter_prefix="/payments/contract")

        :param scope: where to define the parameters.
        :param id: the id of the construct that holds them.
        :param parameter_prefix: what their names begin with. A changed one replaces them.
        :param shared: whether they are of the advanced tier, which AWS charges for. Default: False.
        :raises ValidationError: ``ssm-parameter-prefix-malformed``, ``contract-stage-mismatch``,
            ``contract-environment-undetermined``.
        :see: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
        """
        problems = [*_prefix_problems(parameter_prefix), *reach_problems(self, stack_of(scope))]
        refuse(problems, Site(scope, id))
        return PublishedContract(
            scope, id, fields=_fields(self), parameter_prefix=parameter_prefix, shared=shared
        )

    def _problems(self) -> Iterator[Problem]:
        region = known(self.service_region)
        regions = [] if region is None else [region]
        tokens = is_token(self.supported_regions)
        yield from rules.contract_literal(
            ports=is_token(self.ports),
            supported_regions=tokens,
            ip_address_types=is_token(self.ip_address_types),
        )
        yield from rules.valid_contract_name(
            known(self.service_name), region, further=further_regions(regions)
        )
        yield from rules.contract_ports_present(self.ports)
        yield from port_rules.valid_ports(self.ports)
        yield from rules.zone_ids_valid(_all_known(self.availability_zone_ids))
        yield from family_rules.service_address_families(self.ip_address_types)
        if known(self.owner_account) is not None:
            yield from principal_rules.account_id_valid(cast("str", self.owner_account))
        yield from self._private_dns_problems()
        yield from region_rules.valid_supported_regions(
            self.supported_regions,
            host=region,
            zones=None,
            further=further_regions(self.supported_regions),
        )

    def _private_dns_problems(self) -> Iterator[Problem]:
        if self.private_dns_verified:
            yield from dns_rules.private_name_present(self.private_dns_name, verified=True)
        if known(self.private_dns_name) is not None:
            yield from private_dns_rules.valid_private_dns_name(str(self.private_dns_name))


class PublishedContract(constructs.Construct):
    """A contract in the parameters of Systems Manager, see ``EndpointServiceContract.publish``."""

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        fields: Mapping[str, str | Sequence[str]],
        parameter_prefix: str,
        shared: bool,
    ) -> None:
        """Define the parameters."""
        from aws_cdk import aws_ssm as ssm  # noqa: PLC0415 - for who publishes

        super().__init__(scope, id)
        self._stack = stack_of(scope)
        self._parameters = {
            f"{parameter_prefix}/{name}": ssm.CfnParameter(
                self,
                "".join(word.capitalize() for word in name.split("-")),
                name=f"{parameter_prefix}/{name}",
                type="String" if isinstance(value, str) else "StringList",
                value=value if isinstance(value, str) else ",".join(value),
                tier="Advanced" if shared else None,
            )
            for name, value in fields.items()
        }
        self._arns: tuple[str, ...] | None = None

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(self._parameters)

    @property
    def parameter_arns(self) -> tuple[str, ...]:
        """The ARNs of the parameters, which a share of AWS RAM has to hold."""
        if self._arns is None:
            stack = self._stack
            place = f"arn:{stack.partition}:ssm:{stack.region}:{stack.account}:parameter"
            self._arns = tuple(f"{place}{it.ref}" for it in self._parameters.values())
        return self._arns


def reach_problems(contract: EndpointServiceContract, stack: cdk.Stack) -> Iterator[Problem]:
    """Check that a contract can be used in a stack."""
    if contract.origin is None:
        return
    theirs = stack_of(contract.origin)
    if reference(theirs) == reference(stack):
        return
    if reference(stage_of(theirs)) != reference(stage_of(stack)):
        yield from rules.contract_in_one_stage(_stage_name(theirs), _stage_name(stack))
        return
    environments = [environment_of(theirs), environment_of(stack)]
    yield from rules.environments_concrete(*((it.account, it.region) for it in environments))


def _stage_name(stack: cdk.Stack) -> str:
    return repr(stage_of(stack).node.path or "(the app)")


def _prefix_problems(prefix: str) -> Iterator[Problem]:
    if is_token(prefix):
        yield from rules.contract_literal(parameter_prefix=True)
    else:
        yield from rules.parameter_prefix_valid(prefix)


_UNREAD = "${Token[ServiceName]}"
"""Stands for a name until everything else is checked."""


def _region_in(service_name: str) -> str:
    parsed = None if is_token(service_name) else parse_service_name(service_name)
    if parsed is None:
        refuse(rules.valid_contract_name(known(service_name), None))
    region = parsed.region if parsed else None
    refuse(rules.contract_region_known(region))
    return cast("str", region)


def _parameter_to_read(name: str, contract: EndpointServiceContract, site: Site) -> str:
    """Return the name of a parameter, or its ARN where another account shares it.

    :see: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
    """
    ours = environment_of(stack_of(site.scope))
    owner = contract.owner_account
    if owner is None or owner == ours.account:
        return name
    theirs = (owner, known(contract.service_region))
    refuse(rules.environments_concrete(theirs, (ours.account, ours.region)), site)
    return f"arn:{ours.partition}:ssm:{ours.region}:{owner}:parameter{name}"


def _all_known(values: Sequence[str]) -> tuple[str, ...]:
    return () if is_token(values) else tuple(values)


def _fields(contract: EndpointServiceContract) -> dict[str, str | Sequence[str]]:
    """Return the fields that have a value, as Systems Manager keeps them."""
    fields: dict[str, str | Sequence[str] | None] = {
        _SERVICE_NAME: contract.service_name,
        "service-region": contract.service_region,
        "owner-account": contract.owner_account,
        "ports": [str(port) for port in contract.ports],
        "acceptance-required": str(contract.acceptance_required).lower(),
        "availability-zones": contract.availability_zones,
        "availability-zone-ids": contract.availability_zone_ids,
        "ip-address-types": contract.ip_address_types,
        "private-dns-name": contract.private_dns_name,
        "supported-regions": contract.supported_regions,
    }
    if contract.private_dns_name is not None:
        fields["private-dns-verified"] = str(contract.private_dns_verified).lower()
    return {name: value for name, value in fields.items() if value}
