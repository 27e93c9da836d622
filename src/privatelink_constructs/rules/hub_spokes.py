"""What the VPCs that use a hub must be: shared with, connected, and without its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.address_space import network_of
from privatelink_constructs.facts.domain_names import (
    is_in_domain,
    normal_name,
    without_wildcard,
)
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from privatelink_constructs.facts.address_space import Network

_ROUTE53 = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_PROFILES = f"{_ROUTE53}/profiles.html"
_SHARING = f"{_ROUTE53}/sharing-profiles.html"
_STAGES = "https://docs.aws.amazon.com/cdk/v2/guide/stages.html"
_CENTRAL = (
    "https://docs.aws.amazon.com/whitepapers/latest/"
    "building-scalable-secure-multi-vpc-network-infrastructure/"
    "centralized-access-to-vpc-private-endpoints.html"
)


@error(
    "hub-share-missing",
    "A hub must be shared with the accounts of its spokes.",
    why="AWS rejects the association: the account can't see the Route 53 Profile.",
    fix=Fix(
        code="add SharePrincipal.account(...) or SharePrincipal.organization(...) to share_with",
        template="add the account or its organization to Principals of the Profile's share",
    ),
    url=_SHARING,
)
def hub_shared_with(
    spoke: str | None, hub: str | None, accounts: Collection[str] | None
) -> Iterator[str]:
    """Find a spoke in an account that a hub isn't shared with; None for what isn't known.

    :param spoke: the account of the spoke.
    :param hub: the account of the hub.
    :param accounts: all accounts that the hub is shared with, None where they aren't known, as for
        those of an organization.
    """
    if None in (spoke, hub, accounts) or spoke == hub:
        return
    if spoke not in (accounts or ()):
        listed = ", ".join(sorted(accounts or ())) or "no other account"
        yield f"the spoke is in account {spoke}, but the hub is shared with {listed}"


@error(
    "hub-stage-mismatch",
    "A hub must be used in the stage that it is in.",
    why="The CDK has neither references nor dependencies between stages.",
    fix=Fix(
        code=(
            "pass the ID of the Profile as a literal with EndpointHubContract.from_profile_id(...),"
            " or write it with contract.publish(...) and read it with "
            "EndpointHubContract.from_ssm_parameters(...)"
        ),
        template=(
            "set ProfileId to the literal ID, or to an AWS::SSM::Parameter::Value<String> parameter"
        ),
    ),
    url=_STAGES,
)
def hub_in_one_stage(theirs: str, ours: str) -> Iterator[str]:
    """Report a hub that is used in another stage, which the caller has found.

    :param theirs: the name of the hub's stage.
    :param ours: the name of the spoke's stage.
    """
    yield f"the hub is in stage {theirs}, but the spoke is in {ours}"


@error(
    "hub-vpc-dns-disabled",
    "The VPCs that use a hub must have DNS hostnames and DNS support enabled.",
    why="In a VPC where either of them is disabled, the names of the hub don't resolve.",
    fix=Fix(
        code="set enable_dns_hostnames and enable_dns_support of the VPC to True",
        template="set EnableDnsHostnames and EnableDnsSupport of the VPC to true",
    ),
    url=f"{_ROUTE53}/hosted-zone-private-considerations.html",
)
def spoke_dns_enabled(*, hostnames: bool | None, support: bool | None) -> Iterator[str]:
    """Find a VPC of a hub that has a DNS attribute off; None for what isn't known."""
    attributes = {"enableDnsHostnames": hostnames, "enableDnsSupport": support}
    off = [name for name, value in attributes.items() if value is False]
    if off:
        yield f"the VPC has {' and '.join(off)} disabled"


@warning(
    "hub-name-shadowed",
    "A VPC that uses a hub should have no endpoint and no hosted zone for a name of the hub.",
    why=(
        "If both have the same name, the one of the VPC is used and the one of the Profile isn't. "
        "Of two different names, the more specific one is used, wherever it is."
    ),
    fix=Fix(
        code=(
            "remove the endpoint or the hosted zone of the VPC, or acknowledge that the VPC is "
            "still moving to the hub"
        ),
        template=(
            "remove the endpoint or the hosted zone of the VPC, or acknowledge that the VPC is "
            "still moving to the hub"
        ),
    ),
    url=_PROFILES,
)
def hub_names_unshadowed(hub: Iterable[str], own: Iterable[str]) -> Iterator[str]:
    """Find names that a hub and a VPC both have, and say which of them is used.

    :param hub: the names of the hub, wildcards included.
    :param own: the names of the VPC's own endpoints with private DNS and of its hosted zones.
    """
    domains = dict.fromkeys(_domain(name) for name in hub)
    for name in dict.fromkeys(map(_domain, own)):
        for domain in domains:
            if name == domain:
                yield f"{name!r} is answered by the VPC itself, not by the hub"
            elif is_in_domain(name, domain):
                yield f"{name!r} of the VPC is more specific than {domain!r} of the hub, and wins"
            elif is_in_domain(domain, name):
                yield f"{domain!r} of the hub is more specific than {name!r} of the VPC, and wins"


def _domain(name: str) -> str:
    return normal_name(without_wildcard(name))


@warning(
    "hub-connection-closed",
    "The clients of a hub should contain the CIDR block of each spoke.",
    why="The security groups of the hub's endpoints drop connections from other addresses.",
    fix=Fix(
        code="add the CIDR block of the spoke VPC to clients of the hub",
        template="add the CIDR block of the spoke VPC to the endpoints' SecurityGroupIngress",
    ),
    url=_CENTRAL,
)
def spoke_among_clients(spoke: str | None, clients: Sequence[str]) -> Iterator[str]:
    """Find a spoke that no client of a hub contains an address of.

    :param spoke: the CIDR block of the spoke, None when it isn't known.
    :param clients: the CIDR blocks of all clients, none when one of them isn't known.
    """
    network = network_of(spoke)
    ranges = [network_of(client) for client in clients]
    if network and ranges and not any(it is None or overlaps(network, it) for it in ranges):
        listed = ", ".join(clients)
        yield f"the CIDR block of the spoke is {network}, but the hub allows only {listed}"


@warning(
    "hub-cidr-conflict",
    "The CIDR blocks of a hub and its spokes should not overlap.",
    why="A VPC routes its own CIDR block to itself, so no packet reaches the hub or comes back.",
    fix=Fix(
        code=(
            "use other CIDR blocks, give the spoke endpoints of its own, or acknowledge that "
            "addresses are translated on the way"
        ),
        template=(
            "use other CIDR blocks, give the spoke endpoints of its own, or acknowledge that "
            "addresses are translated on the way"
        ),
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
)
def hub_cidr_apart(hub: str | None, spoke: str | None) -> Iterator[str]:
    """Find a spoke whose CIDR block overlaps with that of its hub; None for what isn't known."""
    ours, theirs = network_of(hub), network_of(spoke)
    if ours and theirs and overlaps(ours, theirs):
        yield f"the CIDR block of the spoke, {theirs}, overlaps with that of the hub, {ours}"


@warning(
    "hub-route-missing",
    "A hub and its spokes should have routes to each other.",
    why="Names resolve to the addresses of the hub, and every connection to them times out.",
    fix=Fix(
        code=(
            "add routes through a VPC peering connection or a transit gateway to the route tables "
            "of both VPCs, or acknowledge that they are defined elsewhere"
        ),
        template=(
            "add AWS::EC2::Route resources through a VPC peering connection or a transit gateway "
            "to the route tables of both VPCs, or acknowledge that they are defined elsewhere"
        ),
    ),
    url=_CENTRAL,
)
def hub_routed(*, source: str, destination: str, routed: bool) -> Iterator[str]:
    """Find a VPC without a route to the other one.

    :param source: the VPC, as the message should name it.
    :param destination: the CIDR block of the other VPC.
    :param routed: whether there is a route, or may be one.
    """
    if not routed:
        yield f"no route table of the VPC {source!r} has a route to {destination}"


def overlaps(left: Network, right: Network) -> bool:
    """Tell whether two networks have addresses in common."""
    return left.version == right.version and left.overlaps(right)
