"""The rules for interface endpoints, their VPCs, and their services."""

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
    "The address type of an endpoint must be ipv4, ipv6, or dualstack.",
    why="AWS rejects other address types.",
    fix=Fix(
        code="use VpcEndpointIpAddressType.IPV4, IPV6, or DUALSTACK",
        template="set IpAddressType to ipv4, ipv6, or dualstack",
    ),
    url=_CREATE,
)
def address_type_valid(address_type: str | None) -> Iterator[str]:
    """Find an address type that endpoints don't have; None for what isn't set or isn't known."""
    if address_type is not None and address_type not in ADDRESS_TYPES:
        yield f"{address_type!r} is not a valid address type for an endpoint"


@error(
    "endpoint-address-family-not-supported",
    "An endpoint must use only address families that the service offers.",
    why="AWS rejects address families that the service doesn't offer.",
    fix=Fix(
        code="use an ip_address_type that the service offers, or ask the provider to add it",
        template="set IpAddressType to one that the service offers, or ask the provider to add it",
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
        yield (
            f"the address type of the endpoint is {address_type}, but the service offers {offered}"
        )


def _families(address_type: str | None) -> frozenset[str]:
    return _FAMILIES.get(address_type or "", frozenset[str]())


@error(
    "endpoint-subnet-address-family-mismatch",
    "The subnets of an endpoint must have the address families that it uses.",
    why=(
        "AWS rejects other subnets. An ipv4 endpoint needs subnets with IPv4, a dualstack "
        "endpoint needs subnets with both, and an ipv6 endpoint needs IPv6-only subnets."
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
            yield (
                f"the address type of the endpoint is {address_type}, but subnet {position + 1} "
                f"has {has}"
            )


@error(
    "endpoint-dns-record-type-mismatch",
    "The DNS records of an endpoint must be of address families that it has.",
    why="AWS rejects records of an address family that the endpoint doesn't have.",
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
        yield f"{dns_record_type!r} is not a valid DNS record type. The valid types are {allowed}"
    families = _families(address_type)
    if families and not _families(dns_record_type) <= families:
        yield (
            f"the DNS record type is {dns_record_type}, but the address type of the endpoint is "
            f"{address_type}"
        )


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
    why="An endpoint service ignores the policy and allows every request.",
    fix=Fix(
        code="omit the policy. The service authorizes its clients itself",
        template="omit PolicyDocument. The service authorizes its clients itself",
    ),
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
)
def policy_absent(*, policy: bool) -> Iterator[str]:
    """Find a policy on an endpoint to an endpoint service."""
    if policy:
        yield "the endpoint connects to an endpoint service and has a policy"


@warning(
    "vpc-endpoints-exceeded",
    "A VPC should have no more than 50 interface endpoints.",
    why="AWS rejects more, unless you increase the quota.",
    fix=Fix.same(
        "share endpoints between clients, or request a quota increase and acknowledge this warning"
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
    fix=Fix(
        code="select subnets of the VPC that you pass as vpc",
        template="use subnets of the VPC in VpcId, or of the load balancer's other subnets",
    ),
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
        yield f"{part} belongs to {other}, but the {holder} is in {vpc}"


@error(
    "endpoint-type-mismatch",
    "The type of an endpoint must be a type that its service supports.",
    why=(
        "AWS rejects other types. Without a type, the endpoint is a gateway endpoint, which AWS "
        "supports only for Amazon S3, S3 Express, and DynamoDB."
    ),
    fix=Fix(
        code="define the endpoint with InterfaceEndpoint, or AwsService.interface(...)",
        template=(
            "set VpcEndpointType to Interface, or to GatewayLoadBalancer for a service with "
            "Gateway Load Balancers, in exactly this spelling"
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
        yield f"the endpoint to {service} is of type {kind or 'Gateway (the default)'}"


@warning(
    "endpoint-security-group-missing",
    "An endpoint should have its own security group.",
    why="Otherwise, it uses the VPC's default security group, which allows traffic only from its "
    "own members.",
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
        yield "the endpoint has no security group"


@warning(
    "endpoint-open-to-world",
    "The security group of an endpoint should allow only its clients, not every address.",
    why="Every client that has a route to the VPC can connect to the service.",
    fix=Fix.same("allow the clients' CIDR blocks, prefix lists, or security groups"),
    url=core.CREATE_ENDPOINT,
)
def sources_narrow(cidrs: Sequence[str], *, where: str = "") -> Iterator[str]:
    """Find CIDR blocks of every address among those that an endpoint's security group allows.

    :param where: the endpoint and the port that they reach, as a message says it.
    """
    for cidr in sorted(set(cidrs)):
        if is_everyone(cidr):
            yield f"{cidr!r} allows every address{where}"


def valid_client(cidr: str) -> Iterator[Problem]:
    """Check a CIDR block of clients."""
    yield from client_cidr_well_formed(cidr)
    yield from cidr_without_host_bits(cidr)
    yield from sources_narrow([cidr])


@warning(
    "endpoint-closed",
    "The security group of an endpoint should allow inbound traffic.",
    why="Without an inbound rule, no client can connect to the service.",
    fix=Fix(
        code=(
            "pass clients, allow them with the endpoint's connections, or acknowledge this "
            "warning if you allow them elsewhere"
        ),
        template=(
            "allow the clients on the service's ports, or acknowledge this warning if you allow "
            "them elsewhere"
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
    why="Otherwise, the endpoint drops all traffic.",
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
    why="Clients can connect to the service only on the other ports.",
    fix=Fix.same(
        "add an inbound rule for this port, or acknowledge this warning if clients use only the "
        "other ports"
    ),
    url=core.CREATE_ENDPOINT,
)
def every_port_open(ports: Sequence[Way], opened: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    """Find some closed ports of a service; the parameters are those of ``any_port_open``."""
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
    return f"no inbound rule allows traffic on {protocol.upper()} {ports}"


def open_ports(ports: Sequence[Way], opened: Sequence[tuple[str, int, int]]) -> Iterator[Problem]:
    """Check that the ports of a service are open; the parameters are those of ``any_port_open``."""
    yield from any_port_open(ports, opened)
    yield from every_port_open(ports, opened)
