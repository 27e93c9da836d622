"""The record that verifies the private DNS name of a service, and the wait for AWS to check it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import aws_route53 as route53

from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs._cdk.custom_resources import (
    SharedFunction,
    define_custom_resource,
    shared_function,
)
from privatelink_constructs._cdk.naming import short_hash
from privatelink_constructs._cdk.permission import Permission
from privatelink_constructs.provider.private_dns_name import (
    DelegatedZone,
    PrivateDnsVerification,
    verification_of,
)
from privatelink_constructs.rules.core import is_token
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
    files=("verify_private_dns",),
    description="Verifies the private DNS names of endpoint services",
    actions_on_all=("ec2:DescribeVpcEndpointServiceConfigurations",),
)
_DELEGATED_RECORD = SharedFunction(
    id="PrivateLinkDelegatedRecord",
    files=("txt_records", "write_delegated_record"),
    description="Writes the records of private DNS names in hosted zones of other accounts",
)
_RECORD_SECONDS = 600


def define_private_dns(
    scope: constructs.Construct, service: ServiceReference, private_dns: PrivateDnsName
) -> tuple[PrivateDnsVerification, cdk.CustomResource | None]:
    """Define what verifies the name of a service, and what waits for the verification.

    :returns: the record, and what is there once the name is verified.
    """
    return _Proof(scope, service, private_dns).define()


class _Proof:
    """The record and the verification of one name."""

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
        # The ID differs from that of the other record, because CloudFormation rejects another type
        # under the same logical ID.
        return define_custom_resource(
            self._scope,
            "DelegatedDnsRecord",
            function=shared_function(self._scope, _DELEGATED_RECORD),
            resource_type="Custom::PrivateLinkDelegatedRecord",
            properties={
                **external_id,
                "HostedZoneId": zone.hosted_zone_id,
                "RecordName": self._record.record_name,
                "RecordValue": self._record.record_value,
                "RoleArn": zone.role_arn,
                "Ttl": TTL_SECONDS,
            },
            timeout_seconds=_RECORD_SECONDS,
            permission=Permission(actions=("sts:AssumeRole",), resource=zone.role_arn),
            # Another role has another policy, so that the old policy exists until the old record is
            # deleted.
            policy_id=f"DelegatedDnsRecordPolicy-{self._hash_of(zone.role_arn)}",
        )

    def _hash_of(self, role_arn: str) -> str:
        resolved = stack_of(self._scope).resolve(role_arn) if is_token(role_arn) else role_arn
        return short_hash(json.dumps(resolved, sort_keys=True))

    def _define_verification(
        self, record: constructs.IDependable | None
    ) -> cdk.CustomResource | None:
        private_dns = self._private_dns
        if not private_dns.wait_for_verification:
            return None
        verification = define_custom_resource(
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
