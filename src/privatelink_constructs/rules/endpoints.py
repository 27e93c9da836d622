"""What an interface endpoint has to be, and what it needs of its VPC and its service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, warning
from privatelink_constructs.rules.load_balancers import check_range, check_zones, is_everyone
from privatelink_constructs.rules.private_dns import normal_name
from privatelink_constructs.rules.regions import (
    REGIONS_WITH_ZONES_PER_ACCOUNT,
    ZONES_WITHOUT_CROSS_REGION,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ADDRESS_TYPES = ("ipv4", "ipv6", "dualstack", "not-specified")
DNS_RECORD_TYPES = ("ipv4", "ipv6", "dualstack", "service-defined", "not-specified")
MAX_INTERFACE_ENDPOINTS = 50
_FAMILIES = {"ipv4": {"ipv4"}, "ipv6": {"ipv6"}, "dualstack": {"ipv4", "ipv6"}}
_DNS = "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html"
_AZ_IDS = "https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html"
_CREATE = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"
_SET_DNS = (
    "set enableDnsHostnames and enableDnsSupport on the VPC: EnableDnsHostnames: true and "
    "EnableDnsSupport: true in a template"
)

NO_COMMON_ZONE = error(
    "endpoint-zones-no-overlap",
    "An endpoint has a subnet in an Availability Zone that the service is in.",
    why="AWS refuses subnets in any other Availability Zone.",
    remedy="select subnets in the service's Availability Zones, or have the provider add one",
    url=core.CREATE_ENDPOINT,
)
ZONE_NOT_OFFERED = error(
    "endpoint-zone-not-offered",
    "Each subnet of an endpoint is in an Availability Zone that the service is in.",
    why="AWS refuses the subnet: the service does not support its Availability Zone.",
    remedy="take the subnet out, or add the Availability Zone to the service's load balancers",
    url=core.CREATE_ENDPOINT,
)
ZONES_LEFT_OUT = warning(
    "endpoint-zones-not-covered",
    "All selected subnets are in Availability Zones that the service is in.",
    why="The endpoint has no network interface in the others, and clients there cross zones.",
    remedy="select the service's Availability Zones alone, or have the provider add the others",
    url=core.SHARE_SERVICE,
)
ZONES_BY_NAME = warning(
    "endpoint-zones-matched-by-name",
    "Availability Zones of two accounts are compared by their ids.",
    why="In this Region a name may stand for another Availability Zone in another account.",
    remedy="give availability_zone_ids on both sides, or acknowledge that the names agree",
    url=_AZ_IDS,
)
ZONES_UNKNOWN = warning(
    "endpoint-zones-unknown",
    "It is known which Availability Zones the endpoint and the service have in common.",
    why="AWS refuses subnets in Availability Zones that the service isn't in.",
    remedy="give availability_zone_ids on both sides, or acknowledge that all subnets are right",
    url=_AZ_IDS,
)
SINGLE_ZONE = warning(
    "endpoint-single-availability-zone",
    "An endpoint is in two or more Availability Zones.",
    why="When the only one fails, every client is cut off.",
    remedy="select subnets in at least two Availability Zones",
    url=core.SHARE_SERVICE,
)
ZONE_WITHOUT_CROSS_REGION = error(
    "endpoint-zone-without-cross-region",
    "An endpoint to another Region is in Availability Zones that cross-Region access reaches.",
    why="AWS refuses subnets in the few that it doesn't reach.",
    remedy="select subnets in other Availability Zones",
    url=core.SHARE_SERVICE,
)
ADDRESS_TYPE = error(
    "endpoint-address-type-unknown",
    "The address type of an endpoint is one that AWS has.",
    why="AWS refuses any other.",
    remedy="use ipv4, ipv6 or dualstack",
    url=_CREATE,
)
SERVICE_FAMILY = error(
    "endpoint-family-not-offered",
    "An endpoint uses the address families that the service offers.",
    why="AWS refuses any other.",
    remedy="use an address type that the service offers, or have the provider add the family",
    url=core.CREATE_ENDPOINT,
)
SUBNET_FAMILY = error(
    "endpoint-subnet-family",
    "The subnets of an endpoint have the address families that it uses.",
    why="AWS refuses it: ipv4 needs IPv4, dualstack both, and ipv6 subnets with IPv6 alone.",
    remedy="use subnets with these families, or another address type",
    url=core.CREATE_ENDPOINT,
)
DNS_RECORD_TYPE = error(
    "endpoint-dns-record-type",
    "The DNS records of an endpoint are of address families that it has.",
    why="AWS refuses records of a family that the endpoint has no addresses of.",
    remedy="use a DNS record type that the endpoint's address type contains",
    url=core.CREATE_ENDPOINT,
)
VPC_DNS_OFF = error(
    "vpc-dns-off",
    "The VPC of an endpoint with private DNS has DNS hostnames and DNS support on.",
    why="AWS refuses private DNS in a VPC with either of them off.",
    remedy=_SET_DNS,
    url=_DNS,
)
VPC_DNS_UNKNOWN = warning(
    "vpc-dns-unknown",
    "It is known that the VPC has DNS hostnames and DNS support on.",
    why="AWS refuses private DNS in a VPC with either of them off.",
    remedy="check both attributes of the imported VPC, then acknowledge this",
    url=_DNS,
)
ZONE_VPC_DNS_OFF = error(
    "private-hosted-zone-vpc-dns-off",
    "The VPCs of a private hosted zone have DNS hostnames and DNS support on.",
    why="Clients in a VPC with either of them off don't find the names of the zone.",
    remedy=_SET_DNS,
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html",
)
ZONE_NAME_CONFLICT = error(
    "private-hosted-zone-conflict",
    "A VPC has one private hosted zone of a name.",
    why="Route 53 refuses to associate the second one with the VPC.",
    remedy="share one endpoint, or use different names",
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html",
)
ENDPOINT_ZONE_UNKNOWN = error(
    "endpoint-zone-unknown",
    "A zonal name is of an Availability Zone that the endpoint is in.",
    why="Any other name resolves to nothing.",
    remedy="use an Availability Zone of the endpoint, or its regional name",
    url=core.CREATE_ENDPOINT,
)
NO_PRIVATE_NAME = error(
    "service-without-private-dns-name",
    "Private DNS is used with a service that has a private DNS name.",
    why="AWS refuses private DNS for a service without one.",
    remedy=(
        "have the provider set a private DNS name, or use the endpoint's own names, with "
        "PrivateDnsEnabled: false"
    ),
    url=core.MANAGE_DNS_NAMES,
)
NAME_NOT_VERIFIED = error(
    "private-dns-name-not-verified",
    "Private DNS is used once the service's private DNS name is verified.",
    why="AWS refuses private DNS while the provider hasn't proven the name.",
    remedy=(
        "deploy in two phases: the endpoint with its own names first, and its private name once "
        "the provider's name is verified (private_dns_verified=True in the contract)"
    ),
    url=core.MANAGE_DNS_NAMES,
)
NOT_ACCEPTED = error(
    "private-dns-before-acceptance",
    "Private DNS is used once the endpoint's connection is accepted.",
    why="AWS refuses private DNS on a connection that still waits for acceptance.",
    remedy=(
        "deploy in two phases: the endpoint with its own names first, and, once the provider has "
        "accepted the connection, its private name with connection_accepted=True"
    ),
    url=core.MANAGE_DNS_NAMES,
)
ACCEPTANCE_PENDING = warning(
    "private-dns-needs-acceptance",
    "Private DNS on an endpoint whose service wants acceptance is a second deployment's.",
    why="On a new endpoint AWS refuses it, since the connection still waits for acceptance.",
    remedy=(
        "leave PrivateDnsEnabled off in the first deployment, and acknowledge this in the second, "
        "when the connection is accepted"
    ),
    url=core.MANAGE_DNS_NAMES,
)
CUSTOM_POLICY = warning(
    "endpoint-policy-ignored",
    "An endpoint policy belongs to endpoints of AWS services.",
    why="Endpoint services ignore it: every request passes, whatever it says.",
    remedy="leave the policy out; the service authorizes its clients itself",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
)
TOO_MANY_ENDPOINTS = warning(
    "endpoints-per-vpc-exceeded",
    "A VPC has 50 interface endpoints at most.",
    why="AWS refuses more, unless the quota was raised.",
    remedy="share endpoints among clients, or have the quota raised and acknowledge this",
    url=core.ENDPOINT_LIMITS,
)
ZONE_CONFLICT = error(
    "private-dns-zone-conflict",
    "A private DNS name has no private hosted zone of that name in the same VPC.",
    why="AWS keeps a zone of its own for the name, and refuses the second one.",
    remedy="use the private hosted zone with PrivateDnsEnabled: false, or leave the zone out",
    url=core.MANAGE_DNS_NAMES,
)
NAME_CONFLICT = error(
    "private-dns-name-conflict",
    "A private DNS name belongs to one endpoint of a VPC.",
    why="AWS refuses the second endpoint: the name is taken in the VPC.",
    remedy="share one endpoint, or set PrivateDnsEnabled to true on one of them alone",
    url=core.MANAGE_DNS_NAMES,
)
OTHER_VPC_GROUP = error(
    "security-group-of-other-vpc",
    "A security group is of the VPC that it is used in.",
    why="AWS refuses a security group of another VPC.",
    remedy="use a security group of the same VPC as the subnets'",
    url=core.CREATE_ENDPOINT,
)
OTHER_VPC_SUBNET = error(
    "subnet-of-other-vpc",
    "A subnet is of the VPC that it is used in.",
    why="AWS refuses a subnet of another VPC.",
    remedy="use subnets of the VPC in VpcId",
    url=core.CREATE_ENDPOINT,
)
OTHER_VPC_ZONE = warning(
    "private-hosted-zone-of-other-vpc",
    "A private hosted zone for an endpoint is associated with the endpoint's VPC.",
    why="Clients in the endpoint's VPC don't find its name, those in others need a route to it.",
    remedy="associate the zone with the endpoint's VPC, or acknowledge that the VPCs are connected",
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-vpc-interface-endpoint.html",
)
TYPE = error(
    "endpoint-type-not-interface",
    "An endpoint of a service that has network interfaces says so.",
    why="Without a type it is a gateway endpoint, which AWS has for S3 and DynamoDB alone.",
    remedy="set VpcEndpointType to Interface, written like that",
    url=_CREATE,
)
NO_SUBNET = error(
    "endpoint-without-subnet",
    "An interface endpoint has a subnet.",
    why="Without one it has no network interface, and no traffic passes.",
    remedy="give one subnet in each Availability Zone",
    url=core.CREATE_ENDPOINT,
)
NO_GROUP = warning(
    "endpoint-without-security-group",
    "An endpoint has a security group of its own.",
    why="The VPC's default group is used, which admits its own members alone.",
    remedy="give a security group that admits the clients on the service's ports",
    url=core.CREATE_ENDPOINT,
)
OPEN_TO_WORLD = warning(
    "endpoint-open-to-world",
    "The security group of an endpoint admits its clients, not every address.",
    why="Whatever is routed to the VPC reaches the service.",
    remedy="admit the clients' ranges, prefix lists or security groups",
    url=core.CREATE_ENDPOINT,
)
OPEN_TO_NOBODY = warning(
    "endpoint-open-to-nobody",
    "The security group of an endpoint admits somebody.",
    why="Without an inbound rule no client reaches the service.",
    remedy="admit the clients on the service's ports, or acknowledge that it is done elsewhere",
    url=core.CREATE_ENDPOINT,
)
PORT_CLOSED = error(
    "endpoint-port-closed",
    "The security group of an endpoint opens each port of the service.",
    why="Connections to the others are dropped.",
    remedy="admit the clients on each of the service's ports",
    url=core.CREATE_ENDPOINT,
)
OTHER_ACCOUNT_ZONE = error(
    "private-hosted-zone-other-account",
    "A private hosted zone is associated with VPCs of its own account.",
    why="CloudFormation can't associate a VPC of another account.",
    remedy="define the zone in the VPC's account, or share it with a Route 53 Profile",
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html",
)


@dataclass(frozen=True)
class ZoneMatch:
    """Which subnets an endpoint can have.

    :param positions: the positions of these subnets among the selected ones.
    :param problems: what was found; with an error among it, ``positions`` is of no use.
    """

    positions: tuple[int, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Zones:
    """The Availability Zones of one side, by name and by id.

    :param names: such as ``eu-west-1a``, None for one that isn't known; empty when none is known.
    :param ids: such as ``euw1-az1``, None for one that isn't known; empty when none is known.
    """

    names: Sequence[str | None] = ()
    ids: Sequence[str | None] = ()


def match_zones(
    subnets: Zones,
    service: Zones,
    *,
    same_account: bool | None,
    region: str | None,
    cross_region: bool = False,
) -> ZoneMatch:
    """Match a consumer's subnets with the Availability Zones that a service is in.

    AZ ids are compared where all of them are known. Names are compared within an account, and
    across accounts where they mean the same to everyone. Otherwise all subnets are taken, with a
    warning.

    :param subnets: the zone of each selected subnet.
    :param service: the zones of the service.
    :param same_account: whether both sides are in one account, None when it isn't known.
    :param region: the Region that both are in, None when it isn't known.
    :param cross_region: whether the service is in another Region: its zones don't matter then.
    """
    count = max(len(subnets.names), len(subnets.ids))
    everything = tuple(range(count))
    if cross_region:
        return ZoneMatch(everything, (*check_cross_region_zones(subnets.ids), *_check_all(subnets)))
    if _comparable(subnets.ids, count) and _comparable(service.ids):
        return _match(subnets.ids, service.ids)
    names_known = _comparable(subnets.names, count) and _comparable(service.names)
    if names_known and (same_account or _uniform(region)):
        return _match(subnets.names, service.names)
    if not names_known:
        found = _unknown(subnets, service)
    else:
        found = Problem(
            ZONES_BY_NAME, f"the zones are known by name alone in {region or 'a Region'}"
        )
    return ZoneMatch(everything, (found, *_check_all(subnets)))


def _comparable(zones: Sequence[str | None], count: int = 1) -> bool:
    return len(zones) >= count > 0 and all(zones)


def _uniform(region: str | None) -> bool:
    return region is not None and region not in REGIONS_WITH_ZONES_PER_ACCOUNT


def _unknown(subnets: Zones, service: Zones) -> Problem:
    return Problem(
        ZONES_UNKNOWN,
        f"the service's zones are {_listed(service)}, the subnets' zones {_listed(subnets)}",
    )


def _listed(zones: Zones) -> str:
    for values in (zones.ids, zones.names):
        if any(values):
            return ", ".join(zone or "unknown" for zone in values)
    return "unknown"


def _match(zones: Sequence[str | None], offered: Sequence[str | None]) -> ZoneMatch:
    positions = tuple(index for index, zone in enumerate(zones) if zone in set(offered))
    kept = [zones[index] for index in positions]
    left_out = sorted({str(zone) for zone in zones} - {str(zone) for zone in kept})
    theirs = ", ".join(sorted({str(zone) for zone in offered}))
    if not positions:
        found = f"the service is in {theirs}, the subnets are in {', '.join(left_out) or 'none'}"
        return ZoneMatch((), (Problem(NO_COMMON_ZONE, found),))
    problems = list(check_zones(kept))
    if left_out:
        found = f"the service is in {theirs}, and not in {', '.join(left_out)}"
        problems.append(Problem(ZONES_LEFT_OUT, found))
    problems.extend(check_zone_count(len(set(kept))))
    return ZoneMatch(positions, tuple(problems))


def _check_all(subnets: Zones) -> Iterator[Problem]:
    """Check subnets that are all taken."""
    zones = subnets.names or subnets.ids
    yield from check_zones(zones)
    if zones and all(zones):
        yield from check_zone_count(len(set(zones)))
    elif len(zones) == 1:
        yield from check_zone_count(1)


def check_zone_count(zones: int) -> Iterator[Problem]:
    """Check in how many Availability Zones an endpoint is."""
    if zones < 2:  # noqa: PLR2004 - one is too few
        yield Problem(SINGLE_ZONE, f"the endpoint is in {zones} Availability Zone")


def check_zones_offered(
    zones: Sequence[str | None], offered: Sequence[str | None]
) -> Iterator[Problem]:
    """Check that each subnet of an endpoint is in a zone of the service, named in the same way.

    :param zones: the zone of each subnet, None when it isn't known.
    :param offered: the zones of the service, None for one that isn't known.
    """
    if not offered or not all(offered):
        return
    theirs = sorted({str(zone) for zone in offered})
    missing = sorted({zone for zone in zones if zone} - set(theirs))
    if missing and all(zones) and len(missing) == len(set(zones)):
        found = f"the service is in {', '.join(theirs)}, the subnets are in {', '.join(missing)}"
        yield Problem(NO_COMMON_ZONE, found)
    elif missing:
        yield Problem(
            ZONE_NOT_OFFERED,
            f"the service is in {', '.join(theirs)}, and not in {', '.join(missing)}",
        )


def check_cross_region_zones(ids: Sequence[str | None]) -> Iterator[Problem]:
    """Check the AZ ids of an endpoint to a service in another Region; None for unknown ones."""
    for zone in sorted({zone for zone in ids if zone} & ZONES_WITHOUT_CROSS_REGION):
        yield Problem(ZONE_WITHOUT_CROSS_REGION, f"{zone} has no cross-Region access")


def check_address_type(
    address_type: str | None,
    *,
    service: Sequence[str] | None = None,
    subnets: Sequence[frozenset[str] | None] = (),
    dns_record_type: str | None = None,
) -> Iterator[Problem]:
    """Check the address type of an endpoint; None for what isn't set or isn't known.

    :param address_type: ``ipv4``, ``ipv6`` or ``dualstack``.
    :param service: the address families that the service offers, ``ipv4`` and ``ipv6``.
    :param subnets: for each subnet the address families it has.
    :param dns_record_type: the type of the endpoint's DNS records.
    """
    if dns_record_type is not None and dns_record_type not in DNS_RECORD_TYPES:
        allowed = ", ".join(DNS_RECORD_TYPES)
        yield Problem(DNS_RECORD_TYPE, f"{dns_record_type!r} is no DNS record type ({allowed})")
    if address_type is None:
        return
    families = _FAMILIES.get(address_type)
    if families is None:
        if address_type not in ADDRESS_TYPES:
            yield Problem(ADDRESS_TYPE, f"{address_type!r} is no address type of an endpoint")
        return
    missing = families - set(service) if service else ()
    if missing:
        offered = ", ".join(sorted(service or ()))
        yield Problem(
            SERVICE_FAMILY, f"the endpoint is {address_type}, the service offers {offered}"
        )
    yield from _check_subnet_families(address_type, families, subnets)
    yield from _check_dns_record_type(address_type, families, dns_record_type)


def _check_subnet_families(
    address_type: str, families: set[str], subnets: Sequence[frozenset[str] | None]
) -> Iterator[Problem]:
    for position, found in enumerate(subnets):
        if found is None:
            continue
        extra = address_type == "ipv6" and "ipv4" in found
        if extra or not families <= found:
            has = " and ".join(sorted(found)) or "no addresses"
            yield Problem(
                SUBNET_FAMILY, f"the endpoint is {address_type}, subnet {position + 1} has {has}"
            )


def _check_dns_record_type(
    address_type: str, families: set[str], dns_record_type: str | None
) -> Iterator[Problem]:
    needed = _FAMILIES.get(dns_record_type or "", set[str]())
    if not needed <= families:
        yield Problem(
            DNS_RECORD_TYPE, f"DNS records of type {dns_record_type} on an {address_type} endpoint"
        )


def check_vpc_dns(*, hostnames: bool | None, support: bool | None) -> Iterator[Problem]:
    """Check the DNS attributes of a VPC that has private DNS; None for what isn't known."""
    off = [
        name
        for name, value in (("enableDnsHostnames", hostnames), ("enableDnsSupport", support))
        if value is False
    ]
    if off:
        yield Problem(VPC_DNS_OFF, f"the VPC has {' and '.join(off)} off")


def check_vpc_dns_known(*, hostnames: bool | None, support: bool | None) -> Iterator[Problem]:
    """Warn when the DNS attributes of a VPC that has private DNS aren't known."""
    if False not in (hostnames, support) and None in (hostnames, support):
        yield Problem(VPC_DNS_UNKNOWN, "the VPC's DNS hostnames and DNS support aren't known")


def check_zone_vpc_dns(*, hostnames: bool | None, support: bool | None) -> Iterator[Problem]:
    """Check the DNS attributes of a VPC of a private hosted zone; None for what isn't known."""
    for problem in check_vpc_dns(hostnames=hostnames, support=support):
        yield Problem(ZONE_VPC_DNS_OFF, problem.what)


def check_zone_names(names: Sequence[str]) -> Iterator[Problem]:
    """Check that no two private hosted zones of a VPC have one name."""
    normal = list(map(normal_name, names))
    for name in sorted(set(normal)):
        if normal.count(name) > 1:
            yield Problem(ZONE_NAME_CONFLICT, f"{normal.count(name)} zones of the VPC are {name!r}")


def check_endpoint_zone(zone: str, zones: Iterable[str]) -> Iterator[Problem]:
    """Check that an endpoint is in an Availability Zone.

    :param zones: the names of the zones that it is in.
    """
    names = sorted(zones)
    if zone not in names:
        yield Problem(ENDPOINT_ZONE_UNKNOWN, f"{zone!r} is none of {', '.join(names)}")


def check_service_private_name(
    name: str | None, *, verified: bool, acceptance_required: bool, accepted: bool
) -> Iterator[Problem]:
    """Check that a service's private DNS name can be used on an endpoint.

    :param name: the private DNS name of the service, None when it has none.
    :param verified: whether it is verified.
    :param acceptance_required: whether the provider accepts connections by hand.
    :param accepted: whether the endpoint's connection is accepted already.
    """
    if name is None:
        yield Problem(NO_PRIVATE_NAME, "the service has no private DNS name")
    elif not verified:
        yield Problem(NAME_NOT_VERIFIED, f"{name!r} is not verified")
    if name is not None and acceptance_required and not accepted:
        yield Problem(NOT_ACCEPTED, f"the connection for {name!r} waits for acceptance")


def check_acceptance_pending(service: str) -> Iterator[Problem]:
    """Report private DNS on an endpoint whose connection somebody has to accept.

    Whether it is accepted already can't be read from a template.

    :param service: how the message should name the service.
    """
    yield Problem(ACCEPTANCE_PENDING, f"connections to {service} wait for acceptance")


def check_custom_policy(*, policy: bool) -> Iterator[Problem]:
    """Check that an endpoint of an endpoint service has no policy."""
    if policy:
        yield Problem(CUSTOM_POLICY, "a policy on an endpoint of an endpoint service")


def check_endpoint_count(count: int) -> Iterator[Problem]:
    """Check how many interface endpoints a VPC has."""
    if count > MAX_INTERFACE_ENDPOINTS:
        yield Problem(TOO_MANY_ENDPOINTS, f"the VPC has {count} interface endpoints")


def check_zone_conflict(name: str, zones: Sequence[str]) -> Iterator[Problem]:
    """Check a private DNS name against the private hosted zones of its VPC.

    :param name: the private DNS name.
    :param zones: the names of the VPC's private hosted zones.
    """
    if normal_name(name) in set(map(normal_name, zones)):
        yield Problem(ZONE_CONFLICT, f"{name!r} has a private hosted zone in the same VPC")


def check_private_names(names: Sequence[str]) -> Iterator[Problem]:
    """Check that no two endpoints of a VPC have one private DNS name."""
    normal = list(map(normal_name, names))
    for name in sorted(set(normal)):
        if normal.count(name) > 1:
            yield Problem(NAME_CONFLICT, f"{normal.count(name)} endpoints of the VPC have {name!r}")


def check_same_vpc(
    vpc: str | None, other: str | None, *, group: bool, name: str = "", holder: str = "endpoint"
) -> Iterator[Problem]:
    """Check that a security group or a subnet is of the VPC that it is used in.

    :param vpc: the endpoint's VPC, None when it isn't known.
    :param other: the VPC of the group or subnet, None when it isn't known.
    :param group: whether it is a security group.
    :param name: how the message should name it.
    :param holder: what uses it, where that is no endpoint.
    """
    if vpc is None or other is None or vpc == other:
        return
    kind = "security group" if group else "subnet"
    rule = OTHER_VPC_GROUP if group else OTHER_VPC_SUBNET
    yield Problem(rule, f"{kind} {name or '(unnamed)'} is of {other}, the {holder} of {vpc}")


def check_type(kind: str | None, *, service: str) -> Iterator[Problem]:
    """Check the type of an endpoint to a service that gateway endpoints don't reach.

    :param kind: the type, None when none is given.
    :param service: how the message should name the service.
    """
    if kind not in {"GatewayLoadBalancer", "Interface"}:
        yield Problem(TYPE, f"the endpoint of {service} is of type {kind or 'Gateway (default)'}")


def check_subnet_count(subnets: int | None) -> Iterator[Problem]:
    """Check that an endpoint has subnets; None when it isn't known."""
    if subnets == 0:
        yield Problem(NO_SUBNET, "the endpoint has no subnet")


def check_zone_vpcs(vpc: str, zone: Sequence[str]) -> Iterator[Problem]:
    """Check that a private hosted zone for an endpoint is associated with the endpoint's VPC.

    :param vpc: the endpoint's VPC.
    :param zone: the VPCs of the zone.
    """
    if vpc not in zone:
        listed = ", ".join(sorted(zone))
        yield Problem(
            OTHER_VPC_ZONE, f"the zone is associated with {listed}, the endpoint of {vpc}"
        )


def check_no_group(groups: int | None) -> Iterator[Problem]:
    """Check that an endpoint has a security group; None when it isn't known."""
    if groups == 0:
        yield Problem(NO_GROUP, "no security group is given")


def check_client(cidr: str) -> Iterator[Problem]:
    """Check a range of clients."""
    yield from check_range(cidr)
    yield from check_sources([cidr])


def check_sources(cidrs: Sequence[str]) -> Iterator[Problem]:
    """Check the ranges that an endpoint's security group admits."""
    for cidr in sorted(set(cidrs)):
        if is_everyone(cidr):
            yield Problem(OPEN_TO_WORLD, f"{cidr} admits every address")


def check_somebody(*, rules: int | None) -> Iterator[Problem]:
    """Check that an endpoint's security group admits anybody; None when it isn't known."""
    if rules == 0:
        yield Problem(OPEN_TO_NOBODY, "the security group has no inbound rule")


def check_open_ports(
    ports: Sequence[tuple[str, int]], opened: Sequence[tuple[str, int, int]]
) -> Iterator[Problem]:
    """Check that each port of a service is opened.

    :param ports: protocol (``tcp`` or ``udp``) and port of each listener.
    :param opened: protocol (``-1`` for all), first and last port of each inbound rule.
    """
    for protocol, port in sorted(set(ports)):
        if not any(
            rule == "-1" or (rule == protocol and first <= port <= last)
            for rule, first, last in opened
        ):
            yield Problem(PORT_CLOSED, f"no rule admits anybody on {protocol} port {port}")


def check_zone_account(vpc: str | None, zone: str | None) -> Iterator[Problem]:
    """Check that a private hosted zone and a VPC are in one account; None for unknown ones."""
    if vpc and zone and vpc != zone:
        yield Problem(OTHER_ACCOUNT_ZONE, f"the VPC is in account {vpc}, the zone in {zone}")
