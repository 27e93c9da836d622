"""The private DNS name of a service, and how it is verified."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from aws_cdk import aws_route53 as route53

from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules import private_dns as rules
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    import aws_cdk as cdk

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs.rules.core import Problem


@dataclass(frozen=True)
class DelegatedZone:
    """A hosted zone of another account, and the role that writes to it."""

    hosted_zone_id: str
    role_arn: str
    external_id: str | None


@dataclass(frozen=True)
class Verification:
    """How the ownership of a name is verified.

    :param hosted_zone: where the record is written. None if it is published elsewhere.
    :param timeout_seconds: how long the deployment waits for the verification, in seconds.
    """

    hosted_zone: route53.IHostedZone | DelegatedZone | None
    timeout_seconds: float


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class PrivateDnsName:
    """The private DNS name that consumers use, and how its ownership is verified.

    Use :meth:`in_hosted_zone`, :meth:`in_delegated_zone`, or :meth:`external` to create one.

    Example::

        PrivateDnsName.in_hosted_zone("payments.example.com", hosted_zone)
        PrivateDnsName.in_hosted_zone("*.example.com", hosted_zone, wait_for_verification=False)

    AWS gives each service its own TXT record to verify the name with, so services in several
    Regions or accounts can verify the same name in the same hosted zone. Keep the record for as
    long as you use the name.

    A service has one name. If you set another name, the service loses the first name immediately.
    To change the name without interruption, publish a second service with the new name, move the
    consumers, and then remove the first service.

    :param name: the name.
    :param wait_for_verification: whether the deployment starts the verification and waits until AWS
        has verified the name.
    :raises ValidationError: see the three methods.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    name: str
    wait_for_verification: bool
    _verification: Verification = field(repr=False)

    @staticmethod
    @checked()
    def in_hosted_zone(
        name: str,
        hosted_zone: route53.IHostedZone,
        *,
        wait_for_verification: bool = True,
        timeout: cdk.Duration | None = None,
    ) -> PrivateDnsName:
        """Verify the name in a public hosted zone that the stack can write to.

        Without waiting, only the name and the record are defined, and nothing starts the
        verification.

        :param name: the name in lowercase, with ``*.`` in front for a wildcard.
        :param hosted_zone: the public hosted zone of the name, or of a domain above it. It is
            defined in the app, looked up, or imported with
            ``HostedZone.from_hosted_zone_attributes``.
        :param wait_for_verification: whether the deployment starts the verification and waits until
            AWS has verified the name. Default: True.
        :param timeout: how long to wait, 1 to 55 minutes. Default: 30 minutes.
        :raises ValidationError: ``private-dns-name-malformed``,
            ``private-dns-name-case-not-supported``, ``private-dns-public-suffix-not-supported``,
            ``verification-hosted-zone-mismatch``, ``verification-hosted-zone-type-mismatch``,
            ``verification-hosted-zone-undetermined``, ``verification-timeout-out-of-range``.
        """
        seconds = _check(name, timeout)
        refuse(_zone_problems(name, hosted_zone))
        return PrivateDnsName(
            name=name,
            wait_for_verification=wait_for_verification,
            _verification=Verification(hosted_zone, seconds),
        )

    @staticmethod
    @checked()
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
        """Verify the name in a public hosted zone of another account.

        A Lambda function assumes a role of that account, and writes the record. The role must trust
        the role of the function, ``arn:aws:iam::<account>:role/<stack>-PrivateLinkDelegated*``, and
        allow ``route53:ListResourceRecordSets`` and ``route53:ChangeResourceRecordSets`` on the
        hosted zone. With ``route53:GetChange``, the function also waits until all name servers have
        the record.

        :param name: the name in lowercase, with ``*.`` in front for a wildcard.
        :param hosted_zone_id: the ID of the public hosted zone.
        :param zone_name: the domain of the hosted zone: the name itself, or a domain above it.
        :param role_arn: the ARN of the role to assume.
        :param external_id: the external ID that the role requires. Default: None.
        :param wait_for_verification: whether the deployment starts the verification and waits until
            AWS has verified the name. Default: True.
        :param timeout: how long to wait, 1 to 55 minutes. Default: 30 minutes.
        :raises ValidationError: ``private-dns-name-malformed``,
            ``private-dns-name-case-not-supported``, ``private-dns-public-suffix-not-supported``,
            ``verification-hosted-zone-mismatch``, ``verification-role-malformed``,
            ``verification-timeout-out-of-range``.
        """
        seconds = _check(name, timeout)
        refuse(_outside_problems(name, zone_name))
        refuse(rules.role_arn_well_formed(role_arn))
        zone = DelegatedZone(hosted_zone_id, role_arn, external_id)
        return PrivateDnsName(
            name=name,
            wait_for_verification=wait_for_verification,
            _verification=Verification(zone, seconds),
        )

    @staticmethod
    @checked()
    def external(
        name: str,
        *,
        wait_for_verification: bool = False,
        timeout: cdk.Duration | None = None,
    ) -> PrivateDnsName:
        """Set a name whose record you publish elsewhere.

        After the first deployment, read the record from ``private_dns_verification`` of the service
        and publish it. Then deploy again with ``wait_for_verification=True``.

        :param name: the name in lowercase, with ``*.`` in front for a wildcard.
        :param wait_for_verification: whether the deployment starts the verification and waits until
            AWS has verified the name. Default: False.
        :param timeout: how long to wait, 1 to 55 minutes. Default: 30 minutes.
        :raises ValidationError: ``private-dns-name-malformed``,
            ``private-dns-name-case-not-supported``, ``private-dns-public-suffix-not-supported``,
            ``verification-timeout-out-of-range``.
        """
        return PrivateDnsName(
            name=name,
            wait_for_verification=wait_for_verification,
            _verification=Verification(None, _check(name, timeout)),
        )


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class PrivateDnsVerification:
    """The record that verifies the private DNS name of a service.

    A service returns it as ``private_dns_verification``.

    Example::

        record = service.private_dns_verification
        if record is not None:
            cdk.CfnOutput(self, "RecordName", value=record.record_name)
            cdk.CfnOutput(self, "RecordValue", value=record.record_value)

    :param record_name: the full name of the record.
    :param record_type: the type of the record, ``TXT``.
    :param record_value: the value of the record, without the quotation marks of a zone file.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    record_name: str
    record_type: str
    record_value: str


def verification_of(name: PrivateDnsName) -> Verification:
    """Return how the ownership of a name is verified."""
    # Private, as only the library has a use for it.
    return name._verification  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def private_dns_problems(name: PrivateDnsName, environment: StackEnvironment) -> Iterator[Problem]:
    """Check what depends on where the service of a name is."""
    zone = verification_of(name).hosted_zone
    if zone is None or isinstance(zone, DelegatedZone):
        return
    account = known(zone.env.account)
    yield from rules.hosted_zone_in_stack_account(account, environment.account)


def _check(name: str, timeout: cdk.Duration | None) -> float:
    """Check what all names have, and return the timeout in seconds."""
    if not is_token(name):
        refuse(rules.valid_private_dns_name(name))
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
    except RuntimeError:  # the CDK has no other way to read it
        return None


def _is_private(hosted_zone: route53.IHostedZone) -> bool | None:
    """Return whether a zone is private, None if it was imported."""
    resource = hosted_zone.node.default_child
    if not isinstance(resource, route53.CfnHostedZone):
        return None
    return bool(stack_of(resource).resolve(resource.vpcs))
