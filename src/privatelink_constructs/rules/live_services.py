"""What must hold of an endpoint service that runs: it is there, available, and permits clients.

The predicates take what the calls of AWS answer, or None for what couldn't be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AVAILABLE = "available"
_STATES = "https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html"


def same_state(seen: str, *states: str) -> bool:
    """Tell whether a state is one of several; answers and enumerations differ in letter case."""
    return seen.lower() in {state.lower() for state in states}


@error(
    "service-missing",
    "The endpoint service must be in the account and Region of the provider.",
    why="A service is seen only in its own account and Region.",
    fix=Fix.same(
        "check the ID of the service, the Region, and whose credentials the provider's are; a "
        "service that was recreated has a new ID, and each consumer needs a new endpoint"
    ),
    url=core.SHARE_SERVICE,
)
def service_there(service: str, code: str | None) -> Iterator[str]:
    """Find a service that isn't there.

    :param code: the error code that AWS answered, None without one.
    """
    if code:
        yield f"AWS doesn't find {service} here: {code}"


@error(
    "service-unhealthy",
    "An endpoint service must be available.",
    why="In any other state, it takes no connections.",
    fix=Fix.same(
        "wait if the state is Pending; otherwise look at what changed the service last, and create "
        "it again if it is Failed or Deleted"
    ),
    url=_STATES,
)
def service_available(state: str | None) -> Iterator[str]:
    """Find a service in another state than available."""
    if state is not None and not same_state(state, AVAILABLE):
        yield f"the service is in state {state}"


@error(
    "service-region-unhealthy",
    "A service must be available in the Region of the consumer.",
    why="From a Region where the service isn't available, no client can connect.",
    fix=Fix.same("wait until the Region is Available, or remove it and add it again"),
    url=core.SHARE_SERVICE,
)
def service_region_available(region: str, state: str | None) -> Iterator[str]:
    """Find a Region of a service in another state than available.

    :param region: the Region of the consumer.
    :param state: the state of the service there.
    """
    if state is not None and not same_state(state, AVAILABLE):
        yield f"the service is in state {state} in {region}"


@error(
    "principal-missing",
    "A service must permit the consumer's account.",
    why="To everyone else, AWS says that the service does not exist.",
    fix=Fix.same(
        "add arn:<partition>:iam::<account>:root, or the role that creates the endpoint, to the "
        "allowed principals of the service"
    ),
    url=core.CONFIGURE_SERVICE,
)
def consumer_permitted(account: str | None, principals: Sequence[str] | None) -> Iterator[str]:
    """Find a consumer that no principal represents.

    :param account: the account ID of the consumer, None if it isn't known.
    :param principals: the allowed principals, None if they couldn't be seen.
    """
    if account is None or principals is None:
        return
    if not any(each == "*" or account in each.split(":") for each in principals):
        shown = ", ".join(principals) or "none"
        yield f"account {account} isn't permitted, the allowed principals are: {shown}"


@error(
    "service-closed",
    "The consumer's account must be able to find the service by its name.",
    why=(
        "AWS answers that a service does not exist if the account isn't permitted, if the name has "
        "a typing error, and if the service isn't offered in the Region."
    ),
    fix=Fix.same(
        "compare the service name with the one that the provider sees, ask the provider to permit "
        "the account, and set the Region of the service if it is another one"
    ),
    url=core.CONFIGURE_SERVICE,
)
def service_visible(name: str, code: str | None) -> Iterator[str]:
    """Find a service that the consumer can't find.

    :param code: the error code that AWS answered the consumer, None without one.
    """
    if code:
        yield f"the consumer's account doesn't find {name}: {code}"


@warning(
    "service-zone-pending",
    "A service should offer each Availability Zone that its load balancers are in.",
    why=(
        "A service offers an Availability Zone only after its configuration was modified with the "
        "load balancer named, so endpoints can't use the zone yet."
    ),
    fix=Fix.same(
        "wait some minutes, then run modify-vpc-endpoint-service-configuration with the load "
        "balancer in --add-network-load-balancer-arns"
    ),
    url=core.CONFIGURE_SERVICE,
)
def zones_of_balancer_offered(
    zones: Sequence[str], offered: Sequence[str], *, load_balancer: str
) -> Iterator[str]:
    """Find Availability Zones of a load balancer that its service doesn't offer.

    :param zones: the zones of the load balancer.
    :param offered: the zones that the service offers, none if that couldn't be seen.
    """
    left_out = sorted(set(zones) - set(offered))
    if offered and left_out:
        yield f"{load_balancer} is in {', '.join(left_out)}, which the service doesn't offer"


@error(
    "service-load-balancer-missing",
    "The load balancers of a service must exist.",
    why="Endpoints that are bound to one that doesn't exist don't reach the service.",
    fix=Fix.same(
        "create the load balancer again and add it to the service, or remove its ARN from the "
        "service"
    ),
    url=core.CREATE_SERVICE,
)
def load_balancer_there(arn: str, *, there: bool | None) -> Iterator[str]:
    """Find a load balancer of a service that doesn't exist; None for what couldn't be seen."""
    if there is False:
        yield f"the service names {arn}, and no such load balancer exists"


@error(
    "diagnosis-session-missing",
    "A diagnosis must have the credentials of the provider, of the consumer, or of both.",
    why="Each side sees a part of the connection, and without either there is nothing to see.",
    fix=Fix.same("pass a session as provider, as consumer, or as both"),
    url="https://boto3.amazonaws.com/v1/documentation/api/latest/guide/session.html",
)
def session_given(*, given: bool) -> Iterator[str]:
    """Find a diagnosis without credentials."""
    if not given:
        yield "there are no credentials of either side"


@error(
    "diagnosis-region-missing",
    "A diagnosis must know the Region of the service.",
    why="A service is seen only in its own Region.",
    fix=Fix.same("specify region or --region, or use a profile with a default Region"),
    url=core.SHARE_SERVICE,
)
def region_given(region: str | None) -> Iterator[str]:
    """Find a diagnosis that doesn't know where the service is."""
    if not region:
        yield "neither an argument nor a session has a Region"
