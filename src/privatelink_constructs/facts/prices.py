"""The usage types of AWS PrivateLink and related services, and one list of prices.

The list is dated, and for one Region. It contains only prices that were seen in AWS's price list or
on a page of AWS. Prices that aren't verified aren't in it: capacity units of load balancers,
Gateway Load Balancers, transit gateways, hosted zones, and what VPC Lattice charges per gigabyte.

:see: https://aws.amazon.com/privatelink/pricing/
:see: https://aws.amazon.com/elasticloadbalancing/pricing/
:see: https://aws.amazon.com/route53/pricing/
"""

from __future__ import annotations

from typing import NamedTuple

HOURS_PER_MONTH = 730
"""As in the price examples of AWS."""

HOURS, GIGABYTES, MONTHS = "hours", "GB", "months"

INTERFACE_HOURS = "VpcEndpoint-Hours"
INTERFACE_BYTES = "VpcEndpoint-Bytes"
APPLIANCE_HOURS = "VpcEndpoint-GWLBE-Hours"
APPLIANCE_BYTES = "VpcEndpoint-GWLBE-Bytes"
RESOURCE_HOURS = "VpcEndpoint-Resource-Hours"
RESOURCE_BYTES = "VpcResource-Consumer-Bytes"
PROVIDED_BYTES = "VpcResource-Provider-Bytes"
NETWORK_LOAD_BALANCER_HOURS = "LoadBalancerUsage"
GATEWAY_LOAD_BALANCER_HOURS = "GatewayLoadBalancerUsage"
CAPACITY_UNITS = "LCUUsage"
RESOLVER_HOURS = "ResolverNetworkInterface"
PROFILE_HOURS = "Profile-Hours"
ASSOCIATION_HOURS = "ProfileAssociation-Hours"
ATTACHMENT_HOURS = "TransitGateway-Hours"
HOSTED_ZONES = "HostedZone"

INCLUDED_ASSOCIATIONS = 100
"""The number of associations that the price of Profiles includes per account and Region."""


class UsageType(NamedTuple):
    """Something that AWS charges for.

    :param title: what it is.
    :param unit: what a price is for: an hour, a gigabyte, or a month.
    """

    title: str
    unit: str


USAGE_TYPES = {
    INTERFACE_HOURS: UsageType("interface endpoint, per Availability Zone", HOURS),
    INTERFACE_BYTES: UsageType("data of interface endpoints", GIGABYTES),
    APPLIANCE_HOURS: UsageType("Gateway Load Balancer endpoint", HOURS),
    APPLIANCE_BYTES: UsageType("data of Gateway Load Balancer endpoints", GIGABYTES),
    RESOURCE_HOURS: UsageType("resource endpoint", HOURS),
    RESOURCE_BYTES: UsageType("data of resource endpoints", GIGABYTES),
    PROVIDED_BYTES: UsageType("data of shared resources", GIGABYTES),
    NETWORK_LOAD_BALANCER_HOURS: UsageType("Network Load Balancer", HOURS),
    GATEWAY_LOAD_BALANCER_HOURS: UsageType("Gateway Load Balancer", HOURS),
    CAPACITY_UNITS: UsageType("capacity units of load balancers", HOURS),
    RESOLVER_HOURS: UsageType("Resolver endpoint, per IP address", HOURS),
    PROFILE_HOURS: UsageType("Route 53 Profiles, per account and Region", HOURS),
    ASSOCIATION_HOURS: UsageType("VPC associations of Profiles beyond the first 100", HOURS),
    ATTACHMENT_HOURS: UsageType("transit gateway attachment", HOURS),
    HOSTED_ZONES: UsageType("private hosted zone", MONTHS),
}
"""The usage types on AWS bills, without the prefix of the Region.

The two of Route 53 Profiles, and that of Gateway Load Balancers, are names of this library: what
AWS calls them isn't confirmed.
"""

REGION = "us-east-1"
DATE = "2026-11-28"
NAME = "AWS list prices of US East (N. Virginia)"
PRICES: dict[str, float | tuple[tuple[float | None, float], ...]] = {
    # https://aws.amazon.com/privatelink/pricing/: the tiers are for all endpoints of a Region.
    INTERFACE_HOURS: 0.01,
    INTERFACE_BYTES: ((1_048_576, 0.01), (5_242_880, 0.006), (None, 0.004)),
    # AWS's price list of Amazon VPC, published on 17 September 2026.
    APPLIANCE_HOURS: 0.01,
    APPLIANCE_BYTES: 0.0035,
    RESOURCE_HOURS: 0.02,
    # https://aws.amazon.com/elasticloadbalancing/pricing/
    NETWORK_LOAD_BALANCER_HOURS: 0.0225,
    # https://aws.amazon.com/route53/pricing/
    RESOLVER_HOURS: 0.125,
    PROFILE_HOURS: 0.75,
    ASSOCIATION_HOURS: 0.0014,
}
"""In USD. Several prices are tiers: up to how much, None for all that is beyond, and the price."""
