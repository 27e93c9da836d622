"""What an interface endpoint must be, and what it needs of its VPC and its service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning
from privatelink_constructs.rules.security_groups import (
    cidr_without_host_bits,
    client_cidr_well_formed,
    is_everyone,
    is_opened,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

    Way = tuple[str, int] | tuple[str, int, int]

ADDRESS_TYPES = ("ipv4", "ipv6", "dualstack", "not-specified")
DNS_RECORD_TYPES = ("ipv4", "ipv6", "dualstack", "service-defined", "not-specified")
MAX_INTERFACE_ENDPOINTS = 50
_FAMILIES = {
    "ipv4": frozenset({"ipv4"}),
    "ipv6": frozenset({"ipv6"}),
    "dualstack": frozenset({"ipv4", "ipv6"}),
}
_CREATE = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"


@error(
    "endpoint-address-type-not-valid",
    "The address type of an endpoint must be one that AWS has.",
    why="AWS rejects any other.",
    fix=Fix(
        code="use VpcEndpointIpAddressType.IPV4, IPV6 or DUALSTACK",
        template="set IpAddressType to ipv4, ipv6 or dualstack",
    ),
    url=_CREATE,
)
def address_type_valid(address_type: str | None) -> Iterator[str]:
    """Find an address type that endpoints don't have; None for what isn't set or isn't known."""
    if address_type is not None and address_type not in ADDRESS_TYPES:
        yield f"{address_type!r} is no address type of an endpoint"


@error(
    "endpoint-address-family-not-supported",
    "An endpoint must use only address families that the service offers.",
    why="AWS rejects any other.",
    fix=Fix(
        code=(
            "use an ip_address_type that the service offers, or have the provider add the "
            "address family"
        ),
        template=(
            "set IpAddressType to a type that the service offers, or have the provider add the "
            "address family"
        ),
    ),
    url=core.CREATE_ENDPOINT,
)
def families_offered(address_type: str | None, service: Sequence[str] | None) -> Iterator[str]:
    """Find an address type with a family that the service doesn't offer.

    :param address_type: ``ipv4``, ``ipv6`` or ``dualstack``.
    :param service: the address families that the service offers, ``ipv4`` and ``ipv6``.
    """
    if service and _families(address_type) - set(service):
        offered = ", ".join(sorted(service))
        yield f"the endpoint is {address_type}, the service offers {offered}"


def _families(address_type: str | None) -> frozenset[str]:
    return _FAMILIES.get(address_type or "", frozenset[str]())


@error(
    "endpoint-subnet-address-family-mismatch",
    "The subnets of an endpoint must have the address families that it uses.",
    why=(
        "AWS rejects others: ipv4 needs subnets with IPv4, dualstack with both, and ipv6 subnets "
        "with IPv6 only."
    ),
    fix=Fix(
        code="use subnets with these address families, or another ip_address_type",
        template="use subnets with these address families, or another IpAddressType",
    ),
    url=core.CREATE_ENDPOINT,
)
def subnet_families_matching(
    address_type: str | None, subnets: Sequence[frozenset[str] | None]
) -> Iterator[str]:
    """Find subnets that don't have the address families of an endpoint.

    :param address_type: ``ipv4``, ``ipv6`` or ``dualstack``.
    :param subnets: for each subnet the address families it has, None when they aren't known.
    """
    families = _families(address_type)
    for position, found in enumerate(subnets):
        if not families or found is None:
            continue
        extra = address_type == "ipv6" and "ipv4" in found
        if extra or not families <= found:
            has = " and ".join(sorted(found)) or "no addresses"
            yield f"the endpoint is {address_type}, subnet {position + 1} has {has}"


@error(
    "endpoint-dns-record-type-mismatch",
    "The DNS records of an endpoint must be of address families that it has.",
    why="AWS rejects records of a family that the endpoint has no addresses of.",
    fix=Fix(
        code="use a DNS record type that the endpoint's ip_address_type contains",
        template="set DnsRecordIpType to a type that the endpoint's IpAddressType contains",
    ),
    url=core.CREATE_ENDPOINT,
)
def dns_record_type_matching(
    dns_record_type: str | None, address_type: str | None
) -> Iterator[str]:
    """Find DNS records of an address family that an endpoint doesn't have.

    :param dns_record_type: the type of the endpoint's DNS records, None for what isn't known.
    :param address_type: ``ipv4``, ``ipv6`` or ``dualstack``, None for what isn't known.
    """
    if dns_record_type is not None and dns_record_type not in DNS_RECORD_TYPES:
        allowed = ", ".join(DNS_RECORD_TYPES)
        yield f"{dns_record_type!r} is no DNS record type ({allowed})"
    families = _families(address_type)
    if families and not _families(dns_record_type) <= families:
        yield f"DNS records of type {dns_record_type} on an {address_type} endpoint"


def valid_address_type(
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
    yield from address_type_valid(address_type)
    yield from families_offered(address_type, service)
    yield from subnet_families_matching(address_type, subnets)
    yield from dns_record_type_matching(dns_record_type, address_type)


@warning(
    "endpoint-policy-ineffective",
    "An endpoint policy should be set only on endpoints of AWS services.",
    why="Endpoint services ignore it: every request is allowed, whatever the policy says.",
    fix=Fix(
        code="leave the policy out; the service authorizes its clients itself",
        template="leave PolicyDocument out; the service authorizes its clients itself",
    ),
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
)
def policy_absent(*, policy: bool) -> Iterator[str]:
    """Find a policy on an endpoint of an endpoint service."""
    if policy:
        yield "a policy on an endpoint of an endpoint service"


@warning(
    "vpc-endpoints-exceeded",
    "A VPC should have at most 50 interface endpoints.",
    why="AWS rejects more, unless the quota is increased.",
    fix=Fix.same(
        "share endpoints among clients, or request a quota increase and acknowledge this warning"
    ),
    url=core.ENDPOINT_LIMITS,
)
def endpoint_count(count: int) -> Iterator[str]:
    """Find a VPC that has too many interface endpoints."""
    if count > MAX_INTERFACE_ENDPOINTS:
        yield f"the VPC has {count} interface endpoints"


@error(
    "security-group-vpc-mismatch",
    "A security group must belong to the VPC that it is used in.",
    why="AWS rejects a security group of another VPC.",
    fix=Fix.same("use a security group of the same VPC as the subnets"),
    url=core.CREATE_ENDPOINT,
)
def security_group_in_vpc(
    vpc: str | None, other: str | None, *, name: str = "", holder: str = "endpoint"
) -> Iterator[str]:
    """Find a security group of another VPC.

    :param vpc: the endpoint's VPC, None when it isn't known.
    :param other: the VPC of the group, None when it isn't known.
    :param name: how the message should name the group.
    :param holder: what uses it, where that is not an endpoint.
    """
    yield from _in_vpc(vpc, other, f"security group {name or '(unnamed)'}", holder)


@error(
    "subnet-vpc-mismatch",
    "A subnet must belong to the VPC that it is used in.",
    why="AWS rejects a subnet of another VPC.",
    fix=Fix(code="use subnets of the endpoint's vpc", template="use subnets of the VPC in VpcId"),
    url=core.CREATE_ENDPOINT,
)
def subnet_in_vpc(
    vpc: str | None, other: str | None, *, name: str = "", holder: str = "endpoint"
) -> Iterator[str]:
    """Find a subnet of another VPC.

    :param vpc: the endpoint's VPC, None when it isn't known.
    :param other: the VPC of the subnet, None when it isn't known.
    :param name: how the message should name the subnet.
    :param holder: what uses it, where that is not an endpoint.
    """
    yield from _in_vpc(vpc, other, f"subnet {name or '(unnamed)'}", holder)


def _in_vpc(vpc: str | None, other: str | None, part: str, holder: str) -> Iterator[str]:
    if vpc is not None and other is not None and vpc != other:
        yield f"{part} is of {other}, the {holder} of {vpc}"


@error(
    "endpoint-type-mismatch",
    "The type of an endpoint must be one that its service has.",
    why=(
        "AWS rejects other types. Without a type it is a gateway endpoint, which AWS has only for "
        "S3, S3 Express, and DynamoDB."
    ),
    fix=Fix(
        code="define the endpoint with InterfaceEndpoint, or AwsService.interface(...)",
        template=(
            "set VpcEndpointType to Interface, or to GatewayLoadBalancer for a service with "
            "Gateway Load Balancers, spelled like this"
        ),
    ),
    url=_CREATE,
)
def endpoint_type_matching(
    kind: str | None, *, service: str, possible: Collection[str]
) -> Iterator[str]:
    """Find a type of an endpoint that doesn't reach its service.

    :param kind: the type, None when none is set.
    :param service: how the message should name the service.
    :param possible: the types that reach the service.
    """
    if (kind or "Gateway") not in possible:
        yield f"the endpoint of {service} is of type {kind or 'Gateway (default)'}"


@error(
    "endpoint-subnet-missing",
    "An endpoint with network interfaces must have a subnet.",
    why="Without one it has no network interface, and no traffic passes.",
    fix=Fix(
        code="select one subnet in each Availability Zone",
        template="list one subnet per Availability Zone in SubnetIds",
    ),
    url=core.CREATE_ENDPOINT,
)
def endpoint_subnet_present(subnets: int | None) -> Iterator[str]:
    """Find an endpoint without a subnet; None when their number isn't known."""
    if subnets == 0:
        yield "the endpoint has no subnet"


@warning(
    "endpoint-security-group-missing",
    "An endpoint should have a security group of its own.",
    why="It uses the VPC's default security group, which allows traffic only from its members.",
    fix=Fix(
        code="pass security_groups that allow the clients on the service's ports",
        template=(
            "list a security group in SecurityGroupIds that allows the clients on the service's "
            "ports"
        ),
    ),
    url=core.CREATE_ENDPOINT,
)
def security_group_present(groups: int | None) -> Iterator[str]:
    """Find an endpoint without a security group; None when their number isn't known."""
    if groups == 0:
        yield "no security group is given"


@warning(
    "endpoint-open-to-world",
    "The security group of an endpoint should allow only its clients, not every address.",
    why="Everything that is routed to the VPC can connect to the service.",
    fix=Fix.same("allow the clients' CIDR blocks, prefix lists, or security groups"),
    url=core.CREATE_ENDPOINT,
)
def sources_narrow(cidrs: Sequence[str], *, where: str = "") -> Iterator[str]:
    """Find CIDR blocks of every address among those that an endpoint's security group allows.

    :param where: the endpoint and the port that they reach, as a message says it.
    """
    for cidr in sorted(set(cidrs)):
        if is_everyone(cidr):
            yield f"{cidr} admits every address{where}"


def valid_client(cidr: str) -> Iterator[Problem]:
    """Check a CIDR block of clients."""
    yield from client_cidr_well_formed(cidr)
    yield from cidr_without_host_bits(cidr)
    yield from sources_narrow([cidr])


@warning(
    "endpoint-closed",
    "The security group of an endpoint should allow inbound traffic.",
    why="Without an inbound rule no client can connect to the service.",
    fix=Fix(
        code=(
            "pass clients, or allow them with the endpoint's connections, or acknowledge that this "
            "is done elsewhere"
        ),
        template=(
            "allow the clients on the service's ports, or acknowledge that this is done elsewhere"
        ),
    ),
    url=core.CREATE_ENDPOINT,
)
def inbound_rule_present(rules: int | None) -> Iterator[str]:
    """Find security groups of an endpoint without an inbound rule; None when it isn't known."""
    if rules == 0:
        yield "the security group has no inbound rule"


@error(
    "endpoint-port-closed",
    "The security group of an endpoint must allow inbound traffic on the service's ports.",
    why="Every connection is dropped.",
    fix=Fix.same("allow the clients on each of the service's ports"),
    url=core.CREATE_ENDPOINT,
)
def any_port_open(ports: Sequence[Way], opened: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    """Find the ports of a service if all of them are closed.

    :param ports: protocol (``tcp`` or ``udp``) and port of each listener, or first and last port
        of a range.
    :param opened: protocol (``-1`` for all), first and last port of each inbound rule.
    """
    closed = _closed(ports, opened)
    if len(closed) == len(set(ports)):
        yield from map(_nobody_on, closed)


@warning(
    "endpoint-ports-insufficient",
    "The security group of an endpoint should allow inbound traffic on each port of the service.",
    why="Nobody is allowed on this port, so clients can connect to the service only on the others.",
    fix=Fix.same(
        "add an inbound rule for this port, or acknowledge that the other ports are enough"
    ),
    url=core.CREATE_ENDPOINT,
)
def every_port_open(ports: Sequence[Way], opened: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    """Find closed ports of a service that has open ones, too; parameters as ``any_port_open``."""
    closed = _closed(ports, opened)
    if len(closed) < len(set(ports)):
        yield from map(_nobody_on, closed)


def _closed(ports: Sequence[Way], opened: Sequence[tuple[str, int, int]]) -> list[Way]:
    return [
        way for way in sorted(set(ports)) if not is_opened(way[0], way[1], opened, last=way[-1])
    ]


def _nobody_on(way: Way) -> str:
    protocol, first, last = way[0], way[1], way[-1]
    ports = f"port {first}" if first == last else f"ports {first} to {last}"
    return f"no rule admits anybody on {protocol} {ports}"


def open_ports(ports: Sequence[Way], opened: Sequence[tuple[str, int, int]]) -> Iterator[Problem]:
    """Check that the ports of a service are open; parameters as ``any_port_open``."""
    yield from any_port_open(ports, opened)
    yield from every_port_open(ports, opened)
