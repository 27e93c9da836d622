"""What must hold of names in a live account: who answers for them, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning
from privatelink_constructs.rules.live_services import same_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PRIVATE_ZONES = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html"
_TO_ENDPOINTS = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-vpc-interface-endpoint.html"


@error(
    "private-dns-name-unverified",
    "The private DNS name of a service must be verified.",
    why="Until it is, AWS rejects private DNS on endpoints, and new connections by that name fail.",
    fix=Fix.same(
        "publish the TXT record that the service shows in the public hosted zone of the domain, "
        "keep it there, and run start-vpc-endpoint-service-private-dns-verification"
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_name_verified(name: str | None, state: str | None) -> Iterator[str]:
    """Find a private DNS name that isn't verified."""
    if name and state is not None and not same_state(state, "verified"):
        yield f"the private DNS name {name} is in state {state}"


@warning(
    "endpoint-private-dns-disabled",
    "An endpoint should use private DNS if clients use the service's private DNS name.",
    why="Nothing in the VPC answers for the name with the endpoint's addresses.",
    fix=Fix.same(
        "enable private DNS on the endpoint once the connection is accepted, or have clients use "
        "the endpoint's own DNS name"
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_name_answered(name: str, answerer: str | None, *, endpoint: str) -> Iterator[str]:
    """Find a verified name that nothing in the VPC answers for.

    :param answerer: what answers for the name in the VPC, None if nothing does.
    """
    if answerer is None:
        yield f"{endpoint} has private DNS disabled, and nothing in its VPC answers for {name}"


@error(
    "endpoint-name-shadowed",
    "A name of an endpoint must not be answered by something else in the VPC.",
    why=(
        "The most specific hosted zone or rule of the VPC answers for a name. What isn't in that "
        "hosted zone doesn't exist, and queries that a forwarding rule covers go to other "
        "resolvers."
    ),
    fix=Fix.same(
        "add a record for the name to that hosted zone, or remove the hosted zone or the rule from "
        "the VPC"
    ),
    url=_PRIVATE_ZONES,
)
def name_not_shadowed(name: str, answerer: str, *, shadowed: bool) -> Iterator[str]:
    """Find a name that something without the endpoint's addresses answers for.

    :param answerer: what answers, in words.
    :param shadowed: whether it leads elsewhere, or nowhere.
    """
    if shadowed:
        yield f"{name} is answered by {answerer}, which doesn't lead to the endpoint"


@error(
    "record-endpoint-mismatch",
    "A record for an endpoint must point to this endpoint.",
    why="Clients connect to what the record names, such as an endpoint that was deleted.",
    fix=Fix.same(
        "change the record into an alias of the endpoint's first DNS entry, name and hosted zone ID"
    ),
    url=_TO_ENDPOINTS,
)
def record_to_endpoint(
    name: str, targets: Sequence[str], *, zone: str, endpoints: Sequence[str]
) -> Iterator[str]:
    """Find a record that points to no endpoint of the service.

    :param targets: what the record points to, none if there is no record.
    :param zone: the hosted zone that it is in.
    :param endpoints: the IDs of the endpoints, none if they aren't known.
    """
    reached = any(target.startswith(endpoint) for target in targets for endpoint in endpoints)
    if targets and endpoints and not reached:
        yield f"{name} in {zone} points to {', '.join(targets)}, not to {', '.join(endpoints)}"
