"""What each type of endpoint has, and what it can't have."""

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
    "The type of an endpoint must be one that AWS has.",
    why="AWS rejects any other.",
    fix=Fix(
        code="define the endpoint with InterfaceEndpoint",
        template="set VpcEndpointType to Interface, Gateway, GatewayLoadBalancer, Resource, or "
        "ServiceNetwork, spelled like this",
    ),
    url=_TEMPLATE,
)
def endpoint_type_valid(kind: str | None) -> Iterator[str]:
    """Find a type that endpoints don't have; None for what isn't set or isn't known."""
    if kind is not None and kind not in TARGETS:
        yield f"{kind!r} is not a valid type of an endpoint ({', '.join(sorted(TARGETS))})"


@error(
    "endpoint-target-missing",
    "An endpoint must specify the service, the resource, or the service network that it is for.",
    why="AWS rejects an endpoint that is for nothing.",
    fix=Fix(
        code="pass the service",
        template="set ServiceName, ResourceConfigurationArn for a Resource endpoint, or "
        "ServiceNetworkArn for a ServiceNetwork endpoint",
    ),
    url=_TEMPLATE,
)
def endpoint_target_present(kind: str, *, given: Collection[str]) -> Iterator[str]:
    """Find an endpoint without the property that says what it is for.

    :param kind: the type of the endpoint.
    :param given: the names of its properties.
    """
    wanted = TARGETS.get(kind)
    if wanted is not None and wanted not in given:
        yield f"the {kind} endpoint has no {wanted}"


@error(
    "endpoint-property-not-supported",
    "An endpoint must have only properties that its type takes.",
    why=(
        "AWS rejects others: a gateway endpoint is a route, a Gateway Load Balancer endpoint has "
        "no names and no security groups, and only gateway endpoints are in route tables."
    ),
    fix=Fix(
        code="leave the property out, or define an endpoint of a type that takes it",
        template="remove the property, or set the VpcEndpointType that takes it",
    ),
    url=_API,
)
def endpoint_property_supported(kind: str | None, name: str) -> Iterator[str]:
    """Find a property that a type of endpoint doesn't take.

    :param kind: the type, None where none is set, which is a gateway endpoint.
    :param name: the name of a property that is set, one of :data:`PROPERTIES`.
    """
    whole = name.partition(".")[0]
    own, types = kind or "Gateway", _ONLY[name]
    # Of an option within others, the whole is reported already.
    reported = whole != name and own not in _ONLY[whole]
    if own in TARGETS and own not in types and not reported:
        shown = kind or "Gateway (default)"
        yield f"{name} is set, and the endpoint is of type {shown}: {_those(types)} only"


def _those(types: Collection[str]) -> str:
    return f"it is for {', '.join(sorted(types))} endpoints"


@error(
    "endpoint-subnets-exceeded",
    "A Gateway Load Balancer endpoint must have one subnet.",
    why="AWS rejects more: there is an endpoint for each Availability Zone.",
    fix=Fix(
        code="define an endpoint for each subnet",
        template="list one subnet in SubnetIds, and define an endpoint for each of the others",
    ),
    url=_GATEWAY_LOAD_BALANCER,
)
def single_subnet(subnets: int | None) -> Iterator[str]:
    """Find a Gateway Load Balancer endpoint with several subnets; None when it isn't known."""
    if subnets is not None and subnets > 1:
        yield f"the Gateway Load Balancer endpoint has {subnets} subnets"


@warning(
    "endpoint-private-dns-missing",
    "An interface endpoint should set whether it uses private DNS.",
    why=(
        "Without the setting you depend on a default that AWS doesn't state: clients may reach the "
        "public addresses of the service instead of the endpoint, or another endpoint of the VPC "
        "may have the name already."
    ),
    fix=Fix(
        code="pass private_dns_enabled",
        template="set PrivateDnsEnabled to true so that the names of the service resolve to the "
        "endpoint, or to false",
    ),
    url=core.CREATE_ENDPOINT,
)
def private_dns_set(*, given: bool, service: str) -> Iterator[str]:
    """Find an endpoint of a service with names of its own that doesn't say who has them.

    :param service: how the message should name the service.
    """
    if not given:
        yield f"PrivateDnsEnabled is not set on the endpoint of {service}"
