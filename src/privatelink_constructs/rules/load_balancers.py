"""What the load balancers and the subnets of a service have to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, warning
from privatelink_constructs.rules.listeners import NO_LISTENER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

ADDRESS_TYPES = ("ipv4", "dualstack")
SECONDARY_IPS = range(8)
_KIND = re.compile(r":loadbalancer/(?P<kind>net|app|gwy)/")
_KINDS = {
    "app": "an Application Load Balancer",
    "gwy": "a Gateway Load Balancer",
    "net": "a Network Load Balancer",
}
NO_LOAD_BALANCER = error(
    "load-balancer-missing",
    "An endpoint service has at least one load balancer.",
    why="AWS refuses a service without one.",
    remedy="give one Network Load Balancer or more in NetworkLoadBalancerArns",
    url=core.CREATE_SERVICE,
)
WRONG_KIND = error(
    "load-balancer-kind",
    "An endpoint service is backed by Network or by Gateway Load Balancers alone.",
    why="AWS refuses Application Load Balancers, and Network and Gateway Load Balancers together.",
    remedy=(
        "list the ARNs of Network Load Balancers in NetworkLoadBalancerArns, or those of Gateway "
        "Load Balancers in GatewayLoadBalancerArns; an Application Load Balancer can be the "
        "target of a Network Load Balancer"
    ),
    url=core.CREATE_SERVICE,
)
DUPLICATE = error(
    "load-balancer-duplicate",
    "A load balancer is in a service once.",
    why="AWS refuses the list.",
    remedy="list each load balancer once",
    url=core.CREATE_SERVICE,
)
IN_TWO_SERVICES = error(
    "load-balancer-in-two-services",
    "A load balancer is in one service only.",
    why="AWS refuses the second service.",
    remedy="give each service load balancers of its own",
    url=core.CREATE_SERVICE,
)
PORTS_DIFFER = error(
    "load-balancer-ports-differ",
    "All load balancers of a service have the same listeners.",
    why=(
        "Each network interface of an endpoint is bound to one of them at random: a port that "
        "one of them lacks fails for some clients."
    ),
    remedy="give all of them listeners on the same ports and protocols",
    url=core.CREATE_SERVICE,
)
INTERNET_FACING = warning(
    "load-balancer-internet-facing",
    "A load balancer of a service is internal.",
    why="An internet-facing one is reached around PrivateLink, past principals and acceptance.",
    remedy="use an internal Network Load Balancer: set Scheme to internal",
    url=core.CREATE_SERVICE,
)
SCHEME = error(
    "load-balancer-scheme-unknown",
    "A load balancer is internal or internet-facing.",
    why="AWS refuses any other scheme.",
    remedy="set the Scheme to internal",
    url=core.CREATE_SERVICE,
)
FAMILY = error(
    "address-family-missing",
    "A service offers the address families that its load balancers and subnets have.",
    why="AWS refuses IPv6 on load balancers that aren't dualstack or subnets without IPv6.",
    remedy="make the load balancers dualstack in subnets with IPv6, or offer IPv4 alone",
    url=core.CREATE_SERVICE,
)
ADDRESS_FAMILY = error(
    "address-family-unknown",
    "A service offers IPv4, IPv6 or both.",
    why="AWS refuses any other value.",
    remedy="use ipv4, ipv6 or both",
    url=core.CREATE_SERVICE,
)
ADDRESS_TYPE = error(
    "address-type-not-for-nlb",
    "A Network Load Balancer is ipv4 or dualstack.",
    why="AWS refuses any other address type.",
    remedy="use ipv4 or dualstack (IpAddressType.IPV4 or IpAddressType.DUAL_STACK)",
    url=core.NLB_OVERVIEW,
)
NO_SUBNET = error(
    "subnet-missing",
    "A load balancer has a subnet.",
    why="AWS refuses a load balancer without one.",
    remedy="select subnets that the VPC has",
    url=core.NLB_ZONES,
)
DUPLICATE_ZONE = error(
    "subnet-zone-duplicate",
    "A load balancer or an endpoint has one subnet an Availability Zone.",
    why="AWS refuses two subnets of one Availability Zone.",
    remedy=(
        "select one subnet an Availability Zone; in the CDK, SubnetSelection(one_per_az=True) "
        "does so"
    ),
    url=core.NLB_ZONES,
)
UNKNOWN_ZONE = error(
    "zone-unknown",
    "Targets are given for Availability Zones that the service is in.",
    why="A load balancer sends nothing to targets in other Availability Zones.",
    remedy="use the names of the service's Availability Zones, or select a subnet in that one",
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html",
)
ZONE_WITHOUT_TARGET = error(
    "zone-without-target",
    "Each Availability Zone has targets of its own.",
    why="A load balancer in one zone sends nothing elsewhere, so consumers there are cut off.",
    remedy=(
        "add targets for it with targets_by_zone or add_targets(..., availability_zone=...), leave "
        "the zone out with subnets=SubnetSelection(availability_zones=[...]), or use "
        "LoadBalancerTopology.REGIONAL"
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html",
)
TARGET_SPANS_ZONES = error(
    "target-spans-zones",
    "Behind a load balancer per Availability Zone a target is in one zone.",
    why=(
        "A load balancer sends nothing to targets in zones it isn't enabled for: they stay unused, "
        "and ECS stops tasks whose load balancer can't use them."
    ),
    remedy=(
        "give one target per zone with targets_by_zone={zone: [...]}, or use "
        "LoadBalancerTopology.REGIONAL"
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html",
)
CROSS_ZONE = error(
    "cross-zone-with-zonal-load-balancers",
    "Cross-zone balancing needs a load balancer in several zones.",
    why="It can't reach Availability Zones that the load balancer isn't enabled for.",
    remedy="leave cross_zone_enabled out, or use LoadBalancerTopology.REGIONAL",
    url=core.SHARE_SERVICE,
)
SINGLE_ZONE = warning(
    "single-availability-zone",
    "A service is in two or more Availability Zones.",
    why="When the only one fails, every consumer is cut off.",
    remedy="select subnets in at least two Availability Zones",
    url=core.SHARE_SERVICE,
)
SECONDARY_IPS_RANGE = error(
    "secondary-ips-out-of-range",
    "A load balancer has 0 to 7 secondary addresses a subnet.",
    why="AWS refuses any other number.",
    remedy="use a whole number from 0 to 7",
    url=core.NLB_TROUBLESHOOTING,
)
SECONDARY_IPS_IRREVERSIBLE = warning(
    "secondary-ips-irreversible",
    "Secondary addresses are meant to stay.",
    why="Their number can grow and never be lowered, short of a new load balancer.",
    remedy="confirm the number, then acknowledge this",
    url=core.NLB_TROUBLESHOOTING,
)
PAYER = error(
    "payer-unknown",
    "The owner of the service is the only other payer there is.",
    why="AWS refuses any other value.",
    remedy="use ServiceOwner, or leave PayerResponsibility (payer_responsibility) out",
    url="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpointservice.html",
)
PAYER_IRREVERSIBLE = warning(
    "payer-irreversible",
    "Who pays is meant to stay.",
    why="Once the service's owner pays for the endpoints, it can't be given back to consumers.",
    remedy="confirm it, then acknowledge this",
    url="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpointservice.html",
)


def check_load_balancer_arns(
    arns: Sequence[str | None], *, gateway: bool = False
) -> Iterator[Problem]:
    """Check the load balancers of a service.

    :param arns: their ARNs, None for one that isn't known.
    :param gateway: whether Gateway Load Balancers are wanted.
    """
    if not arns:
        yield Problem(NO_LOAD_BALANCER, "the service has no load balancer")
    literals = [arn for arn in arns if arn]
    for arn in sorted(set(literals)):
        match = _KIND.search(arn)
        if match and match["kind"] != ("gwy" if gateway else "net"):
            yield Problem(WRONG_KIND, f"{arn!r} is {_KINDS[match['kind']]}")
        if literals.count(arn) > 1:
            yield Problem(DUPLICATE, f"{arn!r} is listed {literals.count(arn)} times")


def check_zones(zones: Sequence[str | None]) -> Iterator[Problem]:
    """Check that no two subnets are in one Availability Zone.

    :param zones: the zone of each subnet, None when it isn't known.
    """
    if not zones:
        yield Problem(NO_SUBNET, "no subnet is selected")
    names = [zone for zone in zones if zone]
    for zone in sorted(set(names)):
        if names.count(zone) > 1:
            yield Problem(DUPLICATE_ZONE, f"{names.count(zone)} subnets are in {zone}")


def check_same_ports(ports: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    """Check that the load balancers of a service have the same listeners.

    :param ports: for each load balancer its ports and protocols, such as ``TCP 443``.
    """
    if len(set(ports.values())) > 1:
        found = "; ".join(
            f"{name}: {', '.join(sorted(listeners)) or 'none'}"
            for name, listeners in sorted(ports.items())
        )
        yield Problem(PORTS_DIFFER, f"listeners differ ({found})")


def check_listener_present(name: str, listeners: Collection[str]) -> Iterator[Problem]:
    """Check that a load balancer of a service has a listener."""
    if not listeners:
        yield Problem(NO_LISTENER, f"{name} has no listener")


def check_address_types(types: Sequence[str]) -> Iterator[Problem]:
    """Check the address families that a service offers."""
    for unknown in sorted(set(types) - {"ipv4", "ipv6"}):
        yield Problem(ADDRESS_FAMILY, f"{unknown!r} is no address family")
    if not types:
        yield Problem(ADDRESS_FAMILY, "no address family is given")


def check_secondary_ips(count: float | None) -> Iterator[Problem]:
    """Check the number of secondary addresses a subnet."""
    if count is None:
        return
    if count not in SECONDARY_IPS:
        yield Problem(SECONDARY_IPS_RANGE, f"{count:g} secondary addresses a subnet")
    elif count:
        yield Problem(SECONDARY_IPS_IRREVERSIBLE, f"{count:g} secondary addresses a subnet")


def check_payer(payer: str | None) -> Iterator[Problem]:
    """Check who pays for the endpoints; None for the consumers."""
    if payer is None:
        return
    if payer != "ServiceOwner":
        yield Problem(PAYER, f"{payer!r} is no payer")
    else:
        yield Problem(PAYER_IRREVERSIBLE, "the service's owner pays for the endpoints")


def check_kind(name: str, kind: str, *, gateway: bool = False) -> Iterator[Problem]:
    """Check the kind of a load balancer.

    :param kind: ``application``, ``gateway`` or ``network``.
    :param gateway: whether Gateway Load Balancers are wanted.
    """
    if kind != ("gateway" if gateway else "network"):
        title = f"{kind.title()} Load Balancer"
        yield Problem(WRONG_KIND, f"{name} is {'an' if kind == 'application' else 'a'} {title}")


def check_load_balancer_reference(target: str) -> Iterator[Problem]:
    """Report something that is no ARN of a load balancer.

    :param target: what is given or referred to.
    """
    yield Problem(WRONG_KIND, f"{target} is no ARN of a load balancer")


def check_kinds_together(*, network: bool, gateway: bool) -> Iterator[Problem]:
    """Check that a service has load balancers of one kind."""
    if network and gateway:
        yield Problem(WRONG_KIND, "Network and Gateway Load Balancers together")


def check_listed_once(name: str, count: int) -> Iterator[Problem]:
    """Check that a load balancer is in a service once."""
    if count > 1:
        yield Problem(DUPLICATE, f"{name} is listed {count} times")


def check_one_service(name: str, other: str) -> Iterator[Problem]:
    """Report a load balancer that is in another service too."""
    yield Problem(IN_TWO_SERVICES, f"{name} is in {other} too")


def check_scheme(scheme: str | None) -> Iterator[Problem]:
    """Check that a load balancer is internal; None when nothing is set.

    :see: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html
    """
    if scheme is None:
        yield Problem(INTERNET_FACING, "no scheme is set, and internet-facing is the default")
    elif scheme == "internet-facing":
        yield Problem(INTERNET_FACING, "the load balancer is internet-facing")
    elif scheme != "internal":
        yield Problem(SCHEME, f"{scheme!r} is no scheme")


def check_address_type(address_type: str) -> Iterator[Problem]:
    """Check the address type of a load balancer."""
    if address_type not in ADDRESS_TYPES:
        yield Problem(ADDRESS_TYPE, f"{address_type!r} is no address type of a load balancer")


def check_family(family: str, *, name: str, available: bool | None) -> Iterator[Problem]:
    """Check that a load balancer or subnet has an address family; None when it isn't known."""
    if available is False:
        yield Problem(FAMILY, f"{name} has no {family}")


def check_zone_count(zones: int | None) -> Iterator[Problem]:
    """Check in how many Availability Zones a service is; None when it isn't known."""
    if zones == 1:
        yield Problem(SINGLE_ZONE, "the service is in one Availability Zone")
