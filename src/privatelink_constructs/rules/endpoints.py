"""What an interface endpoint has to be, and what it needs of its VPC and its service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, warning
from privatelink_constructs.rules.security_groups import (
    client_cidr_well_formed,
    is_everyone,
    is_opened,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ADDRESS_TYPES = ("ipv4", "ipv6", "dualstack", "not-specified")
DNS_RECORD_TYPES = ("ipv4", "ipv6", "dualstack", "service-defined", "not-specified")
MAX_INTERFACE_ENDPOINTS = 50
_FAMILIES = {"ipv4": {"ipv4"}, "ipv6": {"ipv6"}, "dualstack": {"ipv4", "ipv6"}}
_CREATE = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"
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
    "The security group of an endpoint opens the ports of the service.",
    why="Every connection is dropped.",
    remedy="admit the clients on each of the service's ports",
    url=core.CREATE_ENDPOINT,
)
PORTS_PARTLY_CLOSED = warning(
    "endpoint-port-partly-closed",
    "The security group of an endpoint admits somebody on each port of the service.",
    why="It admits nobody on this one, and clients reach the service on the others alone.",
    remedy="add an inbound rule for this port, or acknowledge that the others are enough",
    url=core.CREATE_ENDPOINT,
)


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


def check_custom_policy(*, policy: bool) -> Iterator[Problem]:
    """Check that an endpoint of an endpoint service has no policy."""
    if policy:
        yield Problem(CUSTOM_POLICY, "a policy on an endpoint of an endpoint service")


def check_endpoint_count(count: int) -> Iterator[Problem]:
    """Check how many interface endpoints a VPC has."""
    if count > MAX_INTERFACE_ENDPOINTS:
        yield Problem(TOO_MANY_ENDPOINTS, f"the VPC has {count} interface endpoints")


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


def check_no_group(groups: int | None) -> Iterator[Problem]:
    """Check that an endpoint has a security group; None when it isn't known."""
    if groups == 0:
        yield Problem(NO_GROUP, "no security group is given")


def check_client(cidr: str) -> Iterator[Problem]:
    """Check a range of clients."""
    yield from client_cidr_well_formed(cidr)
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
    closed = [way for way in sorted(set(ports)) if not is_opened(*way, opened)]
    rule = PORT_CLOSED if set(closed) == set(ports) else PORTS_PARTLY_CLOSED
    for protocol, port in closed:
        yield Problem(rule, f"no rule admits anybody on {protocol} port {port}")
