"""The record that verifies the private DNS name of a service, and the wait for AWS to check it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_route53 as route53

from privatelink_constructs._cdk.custom_resources import (
    Handlers,
    SharedFunction,
    SharedHandlers,
    define_custom_resource,
    define_served_resource,
    shared_function,
    shared_provider,
)
from privatelink_constructs._cdk.permission import Permission
from privatelink_constructs.provider.private_dns_name import (
    DelegatedZone,
    PrivateDnsVerification,
    verification_of,
)
from privatelink_constructs.rules.verification_records import record_name, txt_value

if TYPE_CHECKING:
    import aws_cdk as cdk
    import constructs

    from privatelink_constructs.provider.private_dns_name import PrivateDnsName
    from privatelink_constructs.provider.service_reference import ServiceReference

TTL_SECONDS = 60
"""Short, so that a corrected record is seen while the verification still runs."""

_VERIFICATION = SharedFunction(
    id="PrivateLinkPrivateDnsVerification",
    file="verify_private_dns",
    description="Verifies the private DNS names of endpoint services",
    actions_on_all=("ec2:DescribeVpcEndpointServiceConfigurations",),
)
_DELEGATED_RECORD = SharedHandlers(
    id="PrivateLinkDelegatedRecord",
    handlers=Handlers(folder="delegated_record", minutes=5),
    waits=False,
)


def define_private_dns(
    scope: constructs.Construct, service: ServiceReference, private_dns: PrivateDnsName
) -> tuple[PrivateDnsVerification, cdk.CustomResource | None]:
    """Define what verifies the name of a service, and what waits for the verification.

    :returns: the record, and what is there once the name is verified.
    """
    return _Proof(scope, service, private_dns).define()


class _Proof:
    """What verifies one name of one service."""

    def __init__(
        self,
        scope: constructs.Construct,
        service: ServiceReference,
        private_dns: PrivateDnsName,
    ) -> None:
        self._scope = scope
        self._service = service
        self._private_dns = private_dns
        self._verification = verification_of(private_dns)
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
        zone = self._verification.hosted_zone
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
        # Not the id of the other record: CloudFormation refuses another type under a logical id.
        return define_custom_resource(
            self._scope,
            "PrivateDnsDelegatedRecord",
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
            permission=Permission(actions=("sts:AssumeRole",), resource=zone.role_arn),
        )

    def _define_verification(
        self, record: constructs.IDependable | None
    ) -> cdk.CustomResource | None:
        private_dns = self._private_dns
        if not private_dns.wait_for_verification:
            return None
        verification = define_served_resource(
            self._scope,
            "VerifiedPrivateDnsName",
            function=shared_function(self._scope, _VERIFICATION),
            resource_type="Custom::PrivateLinkPrivateDnsVerification",
            properties={
                "PrivateDnsName": private_dns.name,
                "RecordName": self._record.record_name,
                "RecordValue": self._record.record_value,
                "ServiceId": self._service.resource.ref,
            },
            timeout_seconds=self._verification.timeout_seconds,
            permission=self._service.permission(
                "ec2:StartVpcEndpointServicePrivateDnsVerification"
            ),
        )
        if record is not None:
            verification.node.add_dependency(record)
        return verification
