"""The names that clients use for an interface endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, warning
from privatelink_constructs.rules.private_dns import normal_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DNS = "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html"
_SET_DNS = (
    "set enableDnsHostnames and enableDnsSupport on the VPC: EnableDnsHostnames: true and "
    "EnableDnsSupport: true in a template"
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
OTHER_VPC_ZONE = warning(
    "private-hosted-zone-of-other-vpc",
    "A private hosted zone for an endpoint is associated with the endpoint's VPC.",
    why="Clients in the endpoint's VPC don't find its name, those in others need a route to it.",
    remedy="associate the zone with the endpoint's VPC, or acknowledge that the VPCs are connected",
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-vpc-interface-endpoint.html",
)
OTHER_ACCOUNT_ZONE = error(
    "private-hosted-zone-other-account",
    "A private hosted zone is associated with VPCs of its own account.",
    why="CloudFormation can't associate a VPC of another account.",
    remedy="define the zone in the VPC's account, or share it with a Route 53 Profile",
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html",
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


def check_zone_account(vpc: str | None, zone: str | None) -> Iterator[Problem]:
    """Check that a private hosted zone and a VPC are in one account; None for unknown ones."""
    if vpc and zone and vpc != zone:
        yield Problem(OTHER_ACCOUNT_ZONE, f"the VPC is in account {vpc}, the zone in {zone}")
