"""The contract: what a provider passes to its consumers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk

from privatelink_constructs._cdk.asking import further_regions, stack_of
from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs.contract.origins import (
    Origin,
    keep_origin,
    reach_problems,
    remember_origin,
)
from privatelink_constructs.contract.parameters import (
    SERVICE_NAME,
    PublishedContract,
    fields_of,
    parameter_to_read,
    prefix_problems,
    published_problems,
    values_like,
)
from privatelink_constructs.facts.endpoint_service_names import parse_service_name
from privatelink_constructs.rules import address_families as family_rules
from privatelink_constructs.rules import contracts as rules
from privatelink_constructs.rules import endpoint_names as dns_rules
from privatelink_constructs.rules import principals as principal_rules
from privatelink_constructs.rules import private_dns as private_dns_rules
from privatelink_constructs.rules import regions as region_rules
from privatelink_constructs.rules import service_ports as port_rules
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.core import about, is_token, items_of, known
from privatelink_constructs.rules.zone_support import (
    zone_names_valid,
    zones_in_region,
    zones_supported,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import constructs

    from privatelink_constructs.contract.share_principal import SharePrincipal
    from privatelink_constructs.rules.core import Problem


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class EndpointServiceContract:
    """The information that consumers need to connect to an endpoint service.

    ``NetworkLoadBalancedEndpointService.contract`` and ``EndpointService.contract`` return it. For
    a service that you don't publish, create it with :meth:`from_service_name`. You can pass
    it to stacks in other accounts and Regions of the same app, and from one app to another with
    :meth:`publish` and :meth:`from_ssm_parameters`.

    All values except the name and the Region are literals, because they shape the consumer's
    template. Contracts with equal values are equal.

    For an ``ec2.InterfaceVpcEndpoint`` of the CDK, pass
    ``ec2.InterfaceVpcEndpointService(contract.service_name, 443)`` instead of the contract.

    Example::

        EndpointServiceContract(
            service_name="com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
            service_region="eu-west-1",
            ports=[443],
        )

    :param service_name: the name of the service, which can be a token.
    :param service_region: the Region of the service; a token if the stack of the service is
        environment-agnostic.
    :param ports: the ports that clients connect to: ``443`` for TCP, ``"53/udp"`` for UDP,
        ``"1024-65535"`` for a range. At least one.
    :param acceptance_required: whether the provider accepts each connection. Default: True.
    :param availability_zones: the names of the Availability Zones of the service. Default: not
        known, as when one of them is a token.
    :param availability_zone_ids: the AZ IDs of the service, such as ``euw1-az1``. Default: not
        known, as when one of them is a token.
    :param ip_address_types: ``ipv4``, ``ipv6``, or both. Default: IPv4.
    :param owner_account: the account ID of the provider. Default: not known.
    :param private_dns_name: the private DNS name of the service. Default: none.
    :param private_dns_verified: whether the private DNS name is verified. Default: False.
    :param supported_regions: the other Regions that consumers can connect from. Default: none.
    :raises ValidationError: for values that aren't valid or contradict each other, and for tokens
        where a literal is needed. ``privatelink explain`` describes each error by its code.
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

    def __post_init__(self) -> None:
        """Check the values, and bring every field into its one form."""
        refuse(self._problems())
        forms: dict[str, object] = {
            "ports": port_rules.normalize(self.ports),
            "availability_zones": _all_known(self.availability_zones),
            "availability_zone_ids": _all_known(self.availability_zone_ids),
            "ip_address_types": tuple(sorted(set(self.ip_address_types))),
            "owner_account": known(self.owner_account),
            "supported_regions": tuple(sorted({*self.supported_regions} - {self.service_region})),
        }
        for name, value in forms.items():
            object.__setattr__(self, name, value)
        keep_origin(self)

    @classmethod
    @checked()
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
        """Create the contract of a service that is published elsewhere.

        Another name means another service, so its endpoints are replaced.

        Example::

            EndpointServiceContract.from_service_name(
                "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
                ports=[443],
                availability_zone_ids=["euw1-az1", "euw1-az2"],
            )

        :param service_name: the name that the provider gives you. If it is a token, such as a
            parameter of the stack, ``service_region`` is required.
        :param ports: the ports that clients connect to: ``443`` for TCP, ``"53/udp"`` for UDP,
            ``"1024-65535"`` for a range. At least one.
        :param service_region: the Region of the service. Default: the Region in its name.
        :param acceptance_required: whether the provider accepts each connection. Default: True.
        :param availability_zones: the names of the Availability Zones of the service. Default: not
            known.
        :param availability_zone_ids: the AZ IDs of the service, such as ``euw1-az1``. Default: not
            known.
        :param ip_address_types: ``ipv4``, ``ipv6``, or both. Default: IPv4.
        :param owner_account: the account ID of the provider. Default: not known.
        :param private_dns_name: the private DNS name of the service. Default: none.
        :param private_dns_verified: whether the private DNS name is verified. Default: False.
        :param supported_regions: the other Regions that consumers can connect from. Default: none.
        :raises ValidationError: for the same reasons as the class, and ``contract-region-missing``.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
        """
        return cls(
            service_name=service_name,
            service_region=service_region or _region_in(service_name),
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
    @checked()
    def from_ssm_parameters(
        cls,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        parameter_prefix: str,
        like: EndpointServiceContract | None = None,
        ports: Sequence[int | str] | None = None,
        service_region: str | None = None,
        acceptance_required: bool | None = None,
        availability_zones: Sequence[str] | None = None,
        availability_zone_ids: Sequence[str] | None = None,
        ip_address_types: Sequence[str] | None = None,
        owner_account: str | None = None,
        private_dns_name: str | None = None,
        private_dns_verified: bool | None = None,
        supported_regions: Sequence[str] | None = None,
    ) -> EndpointServiceContract:
        """Create the contract of a service whose name was written with :meth:`publish`.

        A parameter of the stack reads the name during deployment. You specify all other values,
        because they shape the template. The parameter of Systems Manager must be in the Region of
        this stack. If ``owner_account`` is another account than the stack's, that account must
        share the parameter through AWS RAM.

        Example::

            EndpointServiceContract.from_ssm_parameters(
                self, "Payments",
                parameter_prefix="/payments/contract", ports=[443], service_region="eu-west-1",
            )

        :param scope: where to define the parameter of the stack.
        :param id: the ID of the parameter.
        :param parameter_prefix: the path that you specified for :meth:`publish`.
        :param like: a contract of the service, such as ``service.contract`` in another stage of
            this program. All values that you don't specify are those of this contract. Default:
            None.
        :param ports: the ports that clients connect to: ``443`` for TCP, ``"53/udp"`` for UDP,
            ``"1024-65535"`` for a range. At least one. Default: those of ``like``; required without
            it.
        :param service_region: the Region of the service. Default: that of ``like``; required
            without it.
        :param acceptance_required: whether the provider accepts each connection. Default: that of
            ``like``, or True.
        :param availability_zones: the names of the Availability Zones of the service. Default:
            those of ``like``, or not known.
        :param availability_zone_ids: the AZ IDs of the service, such as ``euw1-az1``. Default:
            those of ``like``, or not known.
        :param ip_address_types: ``ipv4``, ``ipv6``, or both. Default: those of ``like``, or IPv4.
        :param owner_account: the account ID of the provider. Default: that of ``like``, or this
            account.
        :param private_dns_name: the private DNS name of the service. Default: that of ``like``, or
            none.
        :param private_dns_verified: whether the private DNS name is verified. Default: that of
            ``like``, or False.
        :param supported_regions: the other Regions that consumers can connect from. Default: those
            of ``like``, or none.
        :raises ValidationError: for the same reasons as the class,
            ``ssm-parameter-prefix-malformed``, and ``contract-environment-undetermined``.
        :see: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
        """
        site = Site(scope, id)
        refuse(prefix_problems(parameter_prefix, scope, [SERVICE_NAME]), site)
        options = EndpointServiceContract._like(
            like,
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
        )
        parameter = cdk.CfnParameter(
            scope,
            id,
            type="AWS::SSM::Parameter::Value<String>",
            default=parameter_to_read(
                f"{parameter_prefix}/{SERVICE_NAME}",
                options.owner_account,
                options.service_region,
                site,
            ),
            description="Written by the provider of the endpoint service",
        )
        service_name = parameter.value_as_string
        origin = Origin(construct=scope)
        remember_origin(service_name, origin)
        return replace(options, service_name=service_name)

    @staticmethod
    def _like(like: EndpointServiceContract | None, **given: object) -> EndpointServiceContract:
        """Return a contract with given values, and with those of another one for the rest."""
        values = values_like(like, given)
        refuse(rules.contract_ports_present(values.get("ports", ())))
        refuse(rules.contract_region_known(values.get("service_region")))
        return EndpointServiceContract(service_name=_UNREAD, **values)

    @checked()
    def publish(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        parameter_prefix: str,
        shared: bool = False,
        share_with: Sequence[SharePrincipal] = (),
    ) -> PublishedContract:
        """Write the contract to parameters of Systems Manager, one for each field with a value.

        Consumers in other apps read it with :meth:`from_ssm_parameters`, in the Region of this
        stack, and in its account or in one that you share it with.

        Example::

            service.contract.publish(self, "Contract", parameter_prefix="/payments/contract")

        :param scope: where to define the parameters.
        :param id: the ID of the construct that contains the parameters.
        :param parameter_prefix: the path that the names of the parameters begin with, such as
            ``/payments/contract``. If you change it, the parameters are replaced.
        :param shared: whether the parameters are of the advanced tier, which AWS charges for, so
            that your own resource share can contain them. Default: only with ``share_with``.
        :param share_with: the accounts, organizations, and organizational units that can read the
            parameters, in resource shares of AWS RAM. Default: none.
        :return: the parameters.
        :raises ValidationError: ``ssm-parameter-prefix-malformed``,
            ``ssm-parameter-value-exceeded``, ``contract-stage-mismatch``, and
            ``contract-environment-undetermined``.
        :see: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
        """
        verified = [] if self.private_dns_name is None else ["private_dns_verified"]
        fields, advanced = fields_of(self, [*_FIELDS, *verified]), shared or bool(share_with)
        found = published_problems(fields, scope, parameter_prefix, advanced=advanced)
        refuse([*found, *reach_problems(self, stack_of(scope))], Site(scope, id))
        return PublishedContract(
            scope,
            id,
            fields=fields,
            parameter_prefix=parameter_prefix,
            shared=shared,
            share_with=share_with,
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
        yield from port_rules.valid_ports(self.ports, "ports")
        ids = _all_known(self.availability_zone_ids)
        for name, zone in items_of(ids, "availability_zone_ids"):
            yield from about(rules.zone_ids_valid([zone]), name)
        names = _all_known(self.availability_zones)
        for name, zone in items_of(names, "availability_zones"):
            yield from about(zone_names_valid([zone]), name)
        zones = (*names, *ids)
        yield from zones_supported(map(known, zones), holder="service")
        yield from zones_in_region(map(known, zones), region)
        yield from family_rules.valid_address_families(self.ip_address_types)
        if known(self.owner_account) is not None:
            found = principal_rules.account_id_valid(cast("str", self.owner_account))
            yield from about(found, "owner_account")
        yield from self._private_dns_problems()
        yield from region_rules.valid_supported_regions(
            self.supported_regions,
            host=region,
            zones=None,
            further=further_regions(self.supported_regions),
            argument="supported_regions",
        )

    def _private_dns_problems(self) -> Iterator[Problem]:
        if self.private_dns_verified:
            yield from dns_rules.private_name_present(self.private_dns_name, verified=True)
        if known(self.private_dns_name) is not None:
            found = private_dns_rules.valid_private_dns_name(str(self.private_dns_name))
            yield from about(found, "private_dns_name")


_UNREAD = "${Token[ServiceName]}"
"""A placeholder for the name until everything else is checked."""
_FIELDS = (
    *("service_name", "service_region", "owner_account", "ports", "acceptance_required"),
    *("availability_zones", "availability_zone_ids", "ip_address_types", "private_dns_name"),
    "supported_regions",
)


def _region_in(service_name: str) -> str:
    parsed = None if is_token(service_name) else parse_service_name(service_name)
    if parsed is None:
        refuse(rules.valid_contract_name(known(service_name), None))
    region = parsed.region if parsed else None
    refuse(rules.contract_region_known(region))
    return cast("str", region)


def _all_known(values: Sequence[str]) -> tuple[str, ...]:
    return () if is_token(values) else tuple(values)
