"""Rejects the connections of a service when its stack goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._cdk.custom_resources import (
    Handlers,
    SharedHandlers,
    define_custom_resource,
    shared_provider,
)

if TYPE_CHECKING:
    import aws_cdk as cdk
    import constructs

    from privatelink_constructs.provider.service_reference import ServiceReference

_TIMEOUT_SECONDS = 1800
_REJECTION = SharedHandlers(
    id="PrivateLinkRejectOnDelete",
    handlers=Handlers(
        folder="reject_on_delete",
        minutes=5,
        actions_on_all=("ec2:DescribeVpcEndpointConnections",),
        actions_on_stack=("cloudformation:DescribeStacks",),
    ),
)


def define_rejection(scope: constructs.Construct, service: ServiceReference) -> cdk.CustomResource:
    """Define what rejects the connections of a service before the service is deleted.

    Permissions have to depend on it, so that nobody new comes in meanwhile.

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html
    """
    return define_custom_resource(
        scope,
        "RejectOnDelete",
        provider=shared_provider(scope, _REJECTION),
        resource_type="Custom::PrivateLinkRejectOnDelete",
        properties={"ServiceId": service.resource.ref, "TimeoutSeconds": _TIMEOUT_SECONDS},
        actions=service.changing("ec2:RejectVpcEndpointConnections"),
        resources=[service.arn],
    )
