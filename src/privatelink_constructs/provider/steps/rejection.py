"""Rejects the connections of a service when its stack is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import jsii
from constructs import IValidation

from privatelink_constructs._cdk.custom_resources import (
    SharedFunction,
    define_custom_resource,
    shared_function,
)
from privatelink_constructs.rules.service_deletion import rejection_followed_by_deletion

if TYPE_CHECKING:
    import aws_cdk as cdk
    import constructs

    from privatelink_constructs.provider.service_reference import ServiceReference

_TIMEOUT_SECONDS = 1800
_REJECTION = SharedFunction(
    id="PrivateLinkRejectOnDelete",
    files=("reject_connections",),
    description="Rejects the connections of endpoint services that are deleted",
    actions_on_all=("ec2:DescribeVpcEndpointConnections",),
    actions_on_stack=("cloudformation:DescribeStackResource", "cloudformation:DescribeStacks"),
    actions_on_root=("cloudformation:DescribeStacks",),
)


def define_rejection(scope: constructs.Construct, service: ServiceReference) -> cdk.CustomResource:
    """Define the custom resource that rejects connections before the service is deleted.

    Permissions must depend on it, so that no consumer can connect in the meantime.

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html
    """
    rejection = define_custom_resource(
        scope,
        "RejectedConnections",
        function=shared_function(scope, _REJECTION),
        resource_type="Custom::PrivateLinkRejectOnDelete",
        properties={
            "ServiceId": service.resource.ref,
            "ServiceLogicalId": service.resource.logical_id,
        },
        timeout_seconds=_TIMEOUT_SECONDS,
        permission=service.permission("ec2:RejectVpcEndpointConnections"),
    )
    scope.node.add_validation(cast("IValidation", _DeletedTogether(service.resource, rejection)))
    return rejection


@jsii.implements(IValidation)
class _DeletedTogether:
    """Checks at synthesis whether a service stays while its connections are rejected.

    Removal policies can be set at any time, also by aspects.
    """

    def __init__(self, service: cdk.CfnResource, rejection: cdk.CustomResource) -> None:
        self._service = service
        self._rejection = rejection

    def validate(self) -> list[str]:
        """Return what is wrong."""
        rejection = cast("cdk.CfnResource", self._rejection.node.default_child)
        problems = rejection_followed_by_deletion(
            _deletion_policy(self._service), rejection=_deletion_policy(rejection)
        )
        return [f"{problem.message} [{problem.rule.id}]" for problem in problems]


def _deletion_policy(resource: cdk.CfnResource) -> str | None:
    """Return the deletion policy of a resource as templates write it."""
    policy = resource.cfn_options.deletion_policy
    return policy.value.title().replace("_", "") if policy else None
