"""The rules for the types of endpoints and their properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_API = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"
_TEMPLATE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html"
_GATEWAY_LOAD_BALANCER = (
    "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html"
)

TARGETS = {
    "Gateway": "ServiceName",
    "GatewayLoadBalancer": "ServiceName",
    "Interface": "ServiceName",
    "Resource": "ResourceConfigurationArn",
    "ServiceNetwork": "ServiceNetworkArn",
    "Tunnel": "ResourceConfigurationArn",
}
"""The types of endpoints, each with the property that says what it is for."""
_LATTICE = frozenset({"Resource", "ServiceNetwork"})
_IN_SUBNETS = frozenset({"Interface", "Resource", "ServiceNetwork", "Tunnel"})
_NAMED = frozenset({"Interface", "Resource", "ServiceNetwork"})
_ONLY = {
    "DnsOptions": frozenset({"Gateway", *_NAMED}),
    "DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint": frozenset({"Interface"}),
    "DnsOptions.PrivateDnsPreference": _LATTICE,
    "DnsOptions.PrivateDnsSpecifiedDomains": _LATTICE,
    # What Resource and ServiceNetwork endpoints do with a policy isn't certain.
    "PolicyDocument": frozenset({"Gateway", "Interface", *_LATTICE, "Tunnel"}),
    "PrivateDnsEnabled": _NAMED,
    "ResourceConfigurationArn": frozenset({"Resource", "Tunnel"}),
    "RouteTableIds": frozenset({"Gateway"}),
    "SecurityGroupIds": _IN_SUBNETS,
    "ServiceName": frozenset({"Gateway", "GatewayLoadBalancer", "Interface"}),
    "ServiceNetworkArn": frozenset({"ServiceNetwork"}),
    "SubnetIds": frozenset({"GatewayLoadBalancer", *_IN_SUBNETS}),
}
PROPERTIES = tuple(_ONLY)
"""The properties of endpoints that some types don't take."""


@error(
    "endpoint-type-not-valid",
    "The type of an endpoint must be a valid type.",
    why="AWS rejects other types.",
    fix=Fix(
        code="define the endpoint with InterfaceEndpoint",
        template="set VpcEndpointType to Interface, Gateway, GatewayLoadBalancer, Resource, or "
        "ServiceNetwork, in exactly this spelling",
    ),
    url=_TEMPLATE,
)
def endpoint_type_valid(kind: str | None) -> Iterator[str]:
    """Find a type that endpoints don't have; None for what isn't set or isn't known."""
    if kind is not None and kind not in TARGETS:
        yield f"{kind!r} is not a valid endpoint type"


@error(
    "endpoint-target-missing",
    "An endpoint must specify the service, the resource, or the service network that it connects "
    "to.",
    why="AWS rejects an endpoint without a target.",
    fix=Fix(
        code="pass the service",
        template="set ServiceName, ResourceConfigurationArn for a Resource endpoint, or "
        "ServiceNetworkArn for a ServiceNetwork endpoint",
    ),
    url=_TEMPLATE,
)
def endpoint_target_present(kind: str, *, given: Collection[str]) -> Iterator[str]:
    """Find an endpoint without the property that specifies its target.

    :param kind: the type of the endpoint.
    :param given: the names of its properties.
    """
    wanted = TARGETS.get(kind)
    if wanted is not None and wanted not in given:
        yield f"the {kind} endpoint has no {wanted}"


@error(
    "endpoint-property-not-supported",
    "An endpoint must have only properties that its type supports.",
    why=(
        "AWS rejects other properties. A gateway endpoint is a route, a Gateway Load Balancer "
        "endpoint has no DNS names and no security groups, and only gateway endpoints use route "
        "tables."
    ),
    fix=Fix(
        code="omit the property, or define an endpoint of a type that supports it",
        template="remove the property, or set VpcEndpointType to a type that supports it",
    ),
    url=_API,
)
def endpoint_property_supported(kind: str | None, name: str) -> Iterator[str]:
    """Find a property that a type of endpoint doesn't support.

    :param kind: the type, None where none is set, which is a gateway endpoint.
    :param name: the name of a property that is set, one of :data:`PROPERTIES`.
    """
    whole = name.partition(".")[0]
    own, types = kind or "Gateway", _ONLY[name]
    # Of an option within others, the whole is reported already.
    reported = whole != name and own not in _ONLY[whole]
    if own in TARGETS and own not in types and not reported:
        shown = kind or "Gateway (default)"
        yield f"{name} is set, but the endpoint is of type {shown}. {_those(types)}"


def _those(types: Collection[str]) -> str:
    return f"The property is for {', '.join(sorted(types))} endpoints only"


@error(
    "endpoint-subnets-exceeded",
    "A Gateway Load Balancer endpoint must have one subnet.",
    why="AWS rejects more than one subnet. You need one endpoint per Availability Zone.",
    fix=Fix(
        code="define an endpoint for each subnet",
        template="list one subnet in SubnetIds, and define another endpoint for each of the other "
        "subnets",
    ),
    url=_GATEWAY_LOAD_BALANCER,
)
def single_subnet(subnets: int | None) -> Iterator[str]:
    """Find a Gateway Load Balancer endpoint with several subnets; None when it isn't known."""
    if subnets is not None and subnets > 1:
        yield f"the Gateway Load Balancer endpoint has {subnets} subnets"


@warning(
    "endpoint-private-dns-missing",
    "An interface endpoint should specify whether it uses private DNS.",
    why=(
        "Without the setting, you depend on a default that AWS doesn't document. Clients might "
        "reach the public addresses of the service instead of the endpoint, or another endpoint "
        "of the VPC might already use the name."
    ),
    fix=Fix(
        code="pass private_dns_enabled",
        template="set PrivateDnsEnabled to true if the names of the service should resolve to the "
        "endpoint. Otherwise, set it to false",
    ),
    url=core.CREATE_ENDPOINT,
)
def private_dns_set(*, given: bool, service: str) -> Iterator[str]:
    """Find an endpoint for a service with its own DNS names that doesn't specify private DNS.

    :param service: how the message should name the service.
    """
    if not given:
        yield f"PrivateDnsEnabled isn't set for the endpoint to {service}"
