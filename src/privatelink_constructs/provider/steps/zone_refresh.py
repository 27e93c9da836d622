"""Makes a service offer the Availability Zones that its load balancers gained."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from privatelink_constructs._cdk.asking import place_of_text, stack_of
from privatelink_constructs._cdk.custom_resources import (
    SharedFunction,
    define_custom_resource,
    shared_function,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import constructs
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from privatelink_constructs.provider.service_reference import ServiceReference

    LoadBalancer = TypeVar("LoadBalancer", bound=elbv2.INetworkLoadBalancer)

# AWS needs "some minutes" after a load balancer gained a zone, without a number.
_TIMEOUT_SECONDS = 1800
_ZONE_REFRESH = SharedFunction(
    id="PrivateLinkZoneRefresh",
    files=("refresh_zones",),
    description="Makes endpoint services offer the zones that their load balancers gained",
    actions_on_all=("ec2:DescribeVpcEndpointServiceConfigurations",),
)


def define_zone_refresh(
    scope: constructs.Construct,
    service: ServiceReference,
    zones: Mapping[LoadBalancer, Sequence[str]],
) -> None:
    """Define the custom resource that asks AWS to offer zones, and waits for it.

    A load balancer in a single zone doesn't need it, because the service offers that zone from the
    beginning.

    :param zones: the names of the zones, as far as they are known, by load balancer. Without any,
        nothing is defined.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """
    names = dict.fromkeys(name for group in zones.values() for name in group)
    if not names:
        return
    define_custom_resource(
        scope,
        "OfferedZones",
        function=shared_function(scope, _ZONE_REFRESH),
        resource_type="Custom::PrivateLinkZoneRefresh",
        properties={
            "AvailabilityZones": sorted(names, key=partial(place_of_text, stack_of(scope))),
            "LoadBalancerArns": [it.load_balancer_arn for it in zones],
            "ServiceId": service.resource.ref,
        },
        timeout_seconds=_TIMEOUT_SECONDS,
        permission=service.permission("ec2:ModifyVpcEndpointServiceConfiguration"),
    )
