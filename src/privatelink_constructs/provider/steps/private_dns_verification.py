"""The private DNS name of a service: set, proven, and awaited."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from aws_cdk import aws_route53 as route53

from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs._cdk.custom_resources import (
    Handlers,
    SharedHandlers,
    define_custom_resource,
    shared_provider,
)
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules import private_dns as rules
from privatelink_constructs.rules.core import is_token, known
from privatelink_constructs.rules.verification_records import record_name, txt_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    import aws_cdk as cdk
    import constructs

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs.provider.service_reference import ServiceReference
    from privatelink_constructs.rules.core import Problem

TTL_SECONDS = 60
"""Short, so that a corrected record is seen while the verification still runs."""

_VERIFICATION = SharedHandlers(
    id="PrivateLinkPrivateDnsVerification",
    handlers=Handlers(
        folder="private_dns",
        minutes=3,
        actions_on_all=("ec2:DescribeVpcEndpointServiceConfigurations",),
    ),
)
_DELEGATED_RECORD = SharedHandlers(
    id="PrivateLinkDelegatedRecord",
    handlers=Handlers(folder="delegated_record", minutes=5),
    waits=False,
)


@dataclass(frozen=True)
class DelegatedZone:
    """A hosted zone of another account, and the role that writes to it."""

    hosted_zone_id: str
    role_arn: str
    external_id: str | None


@dataclass(frozen=True)
class PrivateDnsName:
    """The name that consumers keep using, and how its ownership is proven.

    Example::

        PrivateDnsName.in_hosted_zone("payments.example.com", zone)
        PrivateDnsName.in_hosted_zone("*.example.com", zone, wait_for_verification=False)

    AWS gives each service a TXT record of its own to prove the name with, so services of several
    Regions or accounts can prove the same name in the same zone. The record has to stay for as long
    as the name does.

    A service has one name. Setting another gives the old one up at once; a seamless change takes a
    second service for the time.

    :param name: the name.
    :param wait_for_verification: whether the deployment ends when AWS has verified the name.
    :param timeout_seconds: how long it waits.
    :param zone: the zone that the record is written to, None when it is written elsewhere.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    name: str
    wait_for_verification: bool
    timeout_seconds: float
    zone: route53.IHostedZone | DelegatedZone | None

    @staticmethod
    def in_hosted_zone(
        name: str,
        hosted_zone: route53.IHostedZone,
        *,
        wait_for_verification: bool = True,
        timeout: cdk.Duration | None = None,
    ) -> PrivateDnsName:
        """Prove the name in a public hosted zone that the stack can write to.

        Without waiting, the record is all that is defined besides the name, and nobody starts the
        verification.

        :param name: the name, in lower case, ``*.`` in front for a wildcard.
        :param hosted_zone: the public zone of the name, or of a domain above it. It is defined in
            the app, looked up, or imported with ``HostedZone.from_hosted_zone_attributes``.
        :param wait_for_verification: whether the deployment starts the verification and ends when
            AWS has verified the name. Default: True.
        :param timeout: how long to wait, 1 to 55 minutes. Default: 30 minutes.
        :raises ValidationError: ``private-dns-name-malformed``,
            ``verification-hosted-zone-type-mismatch``, ``verification-hosted-zone-undetermined``,
            ``verification-timeout-out-of-range``.
        """
        seconds = _check(name, timeout)
        refuse(_zone_problems(name, hosted_zone))
        return PrivateDnsName(name, wait_for_verification, seconds, hosted_zone)

    @staticmethod
    def in_delegated_zone(
        name: str,
        *,
        hosted_zone_id: str,
        zone_name: str,
        role_arn: str,
        external_id: str | None = None,
        wait_for_verification: bool = True,
        timeout: cdk.Duration | None = None,
    ) -> PrivateDnsName:
        """Prove the name in a public hosted zone of another account.

        A function writes the record through a role of that account. Its permissions and its trust
        are in ``docs/constructs/private_dns.md``.

        :param name: the name, in lower case, ``*.`` in front for a wildcard.
        :param hosted_zone_id: the id of the public zone.
        :param zone_name: the zone's domain: the name, or one above it.
        :param role_arn: the role to assume.
        :param external_id: the external id that the role asks for. Default: None.
        :param wait_for_verification: whether the deployment starts the verification and ends when
            AWS has verified the name. Default: True.
        :param timeout: how long to wait, 1 to 55 minutes. Default: 30 minutes.
        :raises ValidationError: ``private-dns-name-malformed``, ``verification-role-malformed``,
            ``verification-timeout-out-of-range``.
        """
        seconds = _check(name, timeout)
        refuse(_outside_problems(name, zone_name))
        if not is_token(role_arn):
            refuse(rules.role_arn_well_formed(role_arn))
        zone = DelegatedZone(hosted_zone_id, role_arn, external_id)
        return PrivateDnsName(name, wait_for_verification, seconds, zone)

    @staticmethod
    def external(
        name: str,
        *,
        wait_for_verification: bool = False,
        timeout: cdk.Duration | None = None,
    ) -> PrivateDnsName:
        """Set the name, whose record is published elsewhere.

        The first deployment gives the record out, in ``private_dns_verification`` of the service.
        When it is published, deploy again with ``wait_for_verification=True``.

        :param name: the name, in lower case, ``*.`` in front for a wildcard.
        :param wait_for_verification: whether the deployment starts the verification and ends when
            AWS has verified the name. Default: False.
        :param timeout: how long to wait, 1 to 55 minutes. Default: 30 minutes.
        :raises ValidationError: ``private-dns-name-malformed``,
            ``verification-timeout-out-of-range``.
        """
        return PrivateDnsName(name, wait_for_verification, _check(name, timeout), None)

    def problems(self, environment: StackEnvironment) -> Iterator[Problem]:
        """Check what depends on where the service is."""
        if self.zone is None or isinstance(self.zone, DelegatedZone):
            return
        account = known(self.zone.env.account)
        yield from rules.hosted_zone_in_stack_account(account, environment.account)


@dataclass(frozen=True)
class PrivateDnsVerification:
    """The record that proves the private DNS name of a service.

    :param record_name: its full name.
    :param record_type: ``TXT``.
    :param record_value: its value, without the quotes that a zone file has around it.
    """

    record_name: str
    record_type: str
    record_value: str


def define_private_dns(
    scope: constructs.Construct, service: ServiceReference, private_dns: PrivateDnsName
) -> tuple[PrivateDnsVerification, cdk.CustomResource | None]:
    """Define what proves the name of a service, and what waits for it.

    :returns: the record, and what is there once the name is verified.
    """
    return _Proof(scope, service, private_dns).define()


class _Proof:
    """What proves one name of one service."""

    def __init__(
        self,
        scope: constructs.Construct,
        service: ServiceReference,
        private_dns: PrivateDnsName,
    ) -> None:
        self._scope = scope
        self._service = service
        self._private_dns = private_dns
        label = service.resource.attr_private_dns_name_configuration_name
        self._record = PrivateDnsVerification(
            record_name=record_name(label, private_dns.name),
            record_type="TXT",
            record_value=service.resource.attr_private_dns_name_configuration_value,
        )

    def define(self) -> tuple[PrivateDnsVerification, cdk.CustomResource | None]:
        record = self._define_record()
        return self._record, self._define_verification(record)

    def _define_record(self) -> constructs.IDependable | None:
        zone = self._private_dns.zone
        if zone is None:
            return None
        if isinstance(zone, DelegatedZone):
            return self._define_delegated_record(zone)
        return route53.CfnRecordSet(
            self._scope,
            "PrivateDnsRecord",
            hosted_zone_id=zone.hosted_zone_id,
            name=self._record.record_name,
            resource_records=[txt_value(self._record.record_value)],
            ttl=str(TTL_SECONDS),
            type=self._record.record_type,
        )

    def _define_delegated_record(self, zone: DelegatedZone) -> cdk.CustomResource:
        external_id = {"ExternalId": zone.external_id} if zone.external_id is not None else {}
        return define_custom_resource(
            self._scope,
            "PrivateDnsRecord",
            provider=shared_provider(self._scope, _DELEGATED_RECORD),
            resource_type="Custom::PrivateLinkDelegatedRecord",
            properties={
                **external_id,
                "HostedZoneId": zone.hosted_zone_id,
                "RecordName": self._record.record_name,
                "RecordValue": self._record.record_value,
                "RoleArn": zone.role_arn,
                "Ttl": TTL_SECONDS,
            },
            actions=["sts:AssumeRole"],
            resources=[zone.role_arn],
        )

    def _define_verification(
        self, record: constructs.IDependable | None
    ) -> cdk.CustomResource | None:
        private_dns = self._private_dns
        if not private_dns.wait_for_verification:
            return None
        verification = define_custom_resource(
            self._scope,
            "PrivateDnsVerification",
            provider=shared_provider(self._scope, _VERIFICATION),
            resource_type="Custom::PrivateLinkPrivateDnsVerification",
            properties={
                "PrivateDnsName": private_dns.name,
                "RecordName": self._record.record_name,
                "RecordValue": self._record.record_value,
                "ServiceId": self._service.resource.ref,
                "TimeoutSeconds": private_dns.timeout_seconds,
            },
            actions=self._service.changing("ec2:StartVpcEndpointServicePrivateDnsVerification"),
            resources=[self._service.arn],
        )
        if record is not None:
            verification.node.add_dependency(record)
        return verification


def _check(name: str, timeout: cdk.Duration | None) -> float:
    """Check what all names have, and return the timeout in seconds."""
    if not is_token(name):
        refuse(rules.valid_private_dns_name(name or ""))
    if timeout is None:
        return rules.DEFAULT_TIMEOUT_SECONDS
    if timeout.is_unresolved():
        # The CDK converts no token: it has to be in seconds already.
        refuse(rules.timeout_in_range(None, unit=timeout.unit_label()))
        return timeout.to_seconds()
    seconds = timeout.to_seconds(integral=False)
    refuse(rules.timeout_in_range(seconds))
    return ceil(seconds)


def _outside_problems(name: str, zone_name: str) -> Iterator[Problem]:
    if not is_token(name):
        yield from rules.private_dns_name_in_hosted_zone(name, known(zone_name))


def _zone_problems(name: str, hosted_zone: route53.IHostedZone) -> Iterator[Problem]:
    zone_name = _zone_name(hosted_zone)
    if zone_name is None:
        yield from rules.hosted_zone_name_known(zone_name, path=hosted_zone.node.path)
    else:
        yield from rules.hosted_zone_public(zone_name, private=_is_private(hosted_zone))
        yield from _outside_problems(name, zone_name)


def _zone_name(hosted_zone: route53.IHostedZone) -> str | None:
    try:
        return hosted_zone.zone_name
    except RuntimeError:  # the CDK has no other way to ask
        return None


def _is_private(hosted_zone: route53.IHostedZone) -> bool | None:
    """Tell whether a zone is private, None when it was imported."""
    resource = hosted_zone.node.default_child
    if not isinstance(resource, route53.CfnHostedZone):
        return None
    return bool(stack_of(resource).resolve(resource.vpcs))
