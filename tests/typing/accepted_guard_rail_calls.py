"""Calls of guard rails that pyright strict has to accept. Nothing here is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam
from typing_extensions import assert_type

from privatelink_constructs import GuardRails, ServiceControlPolicy

if TYPE_CHECKING:
    import aws_cdk as cdk


def statements() -> list[iam.PolicyStatement]:
    assert_type(GuardRails.no_cross_region(), iam.PolicyStatement)
    return [
        GuardRails.no_external_shares(),
        GuardRails.no_unverified_resource_names(),
        GuardRails.only_organization_networks("o-abcdefghij", services=("s3",)),
        GuardRails.only_organization_networks(
            organization_id="o-abcdefghij",
            services=["s3", "kms"],
            source_ips=["203.0.113.0/24"],
            exempt_roles=["Backup"],
        ),
        GuardRails.only_private_names("*.example.com"),
        GuardRails.only_resource_names("*.example.com"),
        GuardRails.only_roles_may_accept("Admin", "team/*"),
        GuardRails.only_roles_may_permit("Admin"),
        GuardRails.only_roles_may_publish("Admin"),
        GuardRails.only_service_owners("amazon", "222222222222"),
        GuardRails.only_service_regions("eu-west-1"),
        GuardRails.only_services("com.amazonaws.*.logs"),
        GuardRails.only_supported_regions("eu-west-1", "eu-central-1"),
        *[GuardRails.only_services(*names) for names in (["com.amazonaws.*.s3"],)],
    ]


def an_object() -> GuardRails:
    return GuardRails()


def policies(stack: cdk.Stack) -> None:
    policy = ServiceControlPolicy(
        scope=stack,
        id="PrivateLink",
        statements=statements(),
        targets=["ou-abcd-12345678"],
        description="what accounts can do",
    )
    assert_type(policy.policy_id, str)
    assert_type(policy.length, int)
    ServiceControlPolicy(stack, "Other", statements=(), targets=(), description=None)
