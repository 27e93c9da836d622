"""The rules for the load balancers of a service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.arns import is_account, may_begin_with, parse_arn
from privatelink_constructs.facts.partitions import partition_of
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, first_of, warning
from privatelink_constructs.rules.service_ports import ports_without

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from privatelink_constructs.rules.core import Problem

_SECONDARY_IPS = range(8)
_LOAD_BALANCER = "loadbalancer/"
_KINDS_IN_ARNS = {
    f"{_LOAD_BALANCER}app/": "application",
    f"{_LOAD_BALANCER}gwy/": "gateway",
    f"{_LOAD_BALANCER}net/": "network",
}
_NAMED = r"loadbalancer/[a-z]+/[^/]+/[^/]+"
_KINDS = {
    "application": "an Application Load Balancer",
    "classic": "a Classic Load Balancer",
    "gateway": "a Gateway Load Balancer",
    "network": "a Network Load Balancer",
    "resource": "a CfnLoadBalancer, which NetworkLoadBalancer can import by its ARN",
}


@error(
    "load-balancer-missing",
    "An endpoint service must have at least one load balancer.",
    why="AWS rejects a service without a load balancer.",
    fix=Fix(
        code="pass at least one Network Load Balancer in load_balancers",
        template="list at least one Network Load Balancer in NetworkLoadBalancerArns",
    ),
    url=core.CREATE_SERVICE,
)
def load_balancer_present(count: int | None) -> Iterator[str]:
    """Find that a service has no load balancer.

    :param count: how many it has, None when it isn't known.
    """
    if count == 0:
        yield "the service has no load balancer"


@error(
    "load-balancer-type-not-supported",
    "An endpoint service must have only Network or only Gateway Load Balancers.",
    why="AWS rejects Application Load Balancers, and Network and Gateway Load Balancers together.",
    fix=Fix(
        code=(
            "pass Network Load Balancers, defined in the app or imported with "
            "NetworkLoadBalancer. An Application Load Balancer can be the target of a Network "
            "Load Balancer"
        ),
        template=(
            "list the ARNs of Network Load Balancers in NetworkLoadBalancerArns, or those of "
            "Gateway Load Balancers in GatewayLoadBalancerArns. An Application Load Balancer can "
            "be the target of a Network Load Balancer"
        ),
    ),
    url=core.CREATE_SERVICE,
)
def load_balancer_kind(name: object, *kinds: str | None, gateway: bool = False) -> Iterator[str]:
    """Find a load balancer that a service can't use.

    :param name: how the message should name the load balancer, or the service.
    :param kinds: the kind of the load balancer, or those of all of the service's:
        ``application``, ``classic``, ``gateway``, or ``network``; ``resource`` for a Network Load
        Balancer as a ``CfnLoadBalancer``, any other text for something else, None when it isn't
        known.
    :param gateway: whether the list is for Gateway Load Balancers.
    """
    if {"gateway", "network"} <= set(kinds):
        yield f"{name} has both Network Load Balancers and Gateway Load Balancers"
        return
    for kind in kinds:
        if kind not in {None, "gateway" if gateway else "network"}:
            yield f"{name} is {_KINDS.get(str(kind), 'not the ARN of a load balancer')}"


def kind_in_arn(arn: str | None) -> str | None:
    """Return the kind of a load balancer by its ARN, None if the literal part doesn't show it.

    :param arn: the ARN, with ``${...}`` for what only the deployment knows.
    :return: as :func:`load_balancer_kind` takes it, ``other`` for anything else.
    """
    found = parse_arn(arn)
    if found is None or found.service not in {None, "elasticloadbalancing"}:
        return "other"
    kinds = (kind for start, kind in _KINDS_IN_ARNS.items() if found.resource.startswith(start))
    kind = next(kinds, None)
    if kind is not None:
        return kind if not found.complete or re.fullmatch(_NAMED, found.resource) else "other"
    if may_begin_with(found, *_KINDS_IN_ARNS):
        return None
    # Those of Classic Load Balancers name no kind.
    name = found.resource.removeprefix(_LOAD_BALANCER)
    return "classic" if name and name != found.resource and "/" not in name else "other"


@error(
    "load-balancer-duplicate",
    "A service must list each load balancer only once.",
    why="AWS rejects a list that contains a load balancer twice.",
    fix=Fix.same("list each load balancer once"),
    url=core.CREATE_SERVICE,
)
def load_balancer_listed_once(name: object, count: int) -> Iterator[str]:
    """Find a load balancer that a service lists several times."""
    if count > 1:
        yield f"{name} is listed {count} times"


@error(
    "load-balancer-service-conflict",
    "A load balancer must be in only one service.",
    why="AWS rejects the second service. A VPC link of a REST API creates its own service.",
    fix=Fix.same("use separate load balancers for each service and each VPC link"),
    url=core.CREATE_SERVICE,
)
def load_balancer_in_one_service(name: object, other: str | None) -> Iterator[str]:
    """Find a load balancer that also belongs to another service.

    :param other: the other service, or the VPC link of a REST API, None when there is none.
    :see: https://docs.aws.amazon.com/apigateway/latest/developerguide/vpc-links-v1.html
    """
    if other is not None:
        yield f"{name} already belongs to {other}"


@error(
    "load-balancer-region-mismatch",
    "The load balancers of a service must be in its Region.",
    why="AWS rejects the service, because it doesn't find load balancers in other Regions.",
    fix=Fix.same(
        "define the service in the Region of its load balancers, and add the other Region to the "
        "supported Regions of the service"
    ),
    url=core.CREATE_SERVICE,
)
def load_balancer_in_region(
    name: object, load_balancer: str | None, *, region: str | None, partition: str | None = None
) -> Iterator[str]:
    """Find a load balancer of another Region than the service's; None for what isn't known.

    :param name: how the message should name it.
    :param load_balancer: the Region of the load balancer.
    :param region: the Region of the service.
    :param partition: the partition of the load balancer, such as ``aws-cn``.
    """
    own = partition_of(region) if region else None
    if load_balancer and region and load_balancer != region:
        yield f"{name} is in {load_balancer}, but the service is in {region}"
    elif partition and own and own.name != partition:
        yield f"{name} is in the partition {partition}, but the service is in {region}"


@error(
    "load-balancer-account-mismatch",
    "The load balancers of a service must be in its account.",
    why="AWS rejects the service, because it doesn't find load balancers in other accounts.",
    fix=Fix.same(
        "define the service in the account of its load balancers, and share the service name "
        "with the other account"
    ),
    url=core.CREATE_SERVICE,
)
def load_balancer_in_account(
    name: object, load_balancer: str | None, *, account: str | None
) -> Iterator[str]:
    """Find a load balancer of another account than the service's; None for what isn't known.

    :param name: how the message should name it.
    :param load_balancer: the account of the load balancer.
    :param account: the account of the service.
    """
    if is_account(load_balancer) and account and load_balancer != account:
        yield f"{name} is in account {load_balancer}, but the service is in account {account}"


@error(
    "load-balancer-listeners-mismatch",
    "All load balancers of a service must have the same listeners.",
    why=(
        "AWS assigns each network interface of an endpoint to one of the load balancers. If one "
        "of them has no listener on a port, connections to this port fail for some clients."
    ),
    fix=Fix.same("add listeners with the same ports and protocols to all load balancers"),
    url=core.CREATE_SERVICE,
)
def listeners_the_same(
    listeners: Mapping[str, frozenset[str]], *, ports: Collection[int | str] = ()
) -> Iterator[str]:
    """Find that the listeners of load balancers differ, or aren't those of the service's ports.

    :param listeners: for each load balancer its ports and protocols, such as ``TCP 443``.
    :param ports: the service's ports, where it lists them: the listeners are then written as
        ``443/tcp``.
    """
    if len(set(listeners.values())) > 1:
        found = "; ".join(
            f"{name}: {', '.join(sorted(own)) or 'none'}" for name, own in sorted(listeners.items())
        )
        yield f"the listeners of the load balancers differ ({found})"
    for name, own in listeners.items():
        missing = ports_without(ports, own)
        if own and missing:
            yield f"{name} has no listener on {', '.join(map(str, sorted(missing, key=str)))}"


def valid_scheme(scheme: str | None) -> Iterator[Problem]:
    """Check the scheme of a load balancer; None when nothing is set."""
    yield from load_balancer_internal(scheme)
    yield from load_balancer_scheme(scheme)


@warning(
    "load-balancer-open-to-world",
    "A load balancer of a service should be internal.",
    why="Clients can connect to an internet-facing load balancer without PrivateLink, so allowed "
    "principals and acceptance have no effect.",
    fix=Fix(
        code="use an internal Network Load Balancer. To do so, omit internet_facing",
        template="use an internal Network Load Balancer. To do so, set Scheme to internal",
    ),
    url=core.CREATE_SERVICE,
)
def load_balancer_internal(
    scheme: str | None, *, name: object = "the load balancer"
) -> Iterator[str]:
    """Find an internet-facing load balancer.

    :param scheme: what is set, None for nothing.
    :param name: how the message should name it.
    :see: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html
    """
    if scheme is None:
        yield "the load balancer has no scheme, and the default is internet-facing"
    elif scheme == "internet-facing":
        yield f"{name} is internet-facing"


@error(
    "load-balancer-scheme-not-valid",
    "A load balancer must be internal or internet-facing.",
    why="AWS rejects other schemes.",
    fix=Fix(code="omit internet_facing", template="set Scheme to internal"),
    url=core.CREATE_SERVICE,
)
def load_balancer_scheme(scheme: str | None) -> Iterator[str]:
    """Find a scheme that AWS doesn't have; None when nothing is set."""
    if scheme not in {None, "internal", "internet-facing"}:
        yield f"{scheme!r} is not a valid scheme"


def valid_secondary_ips(count: float | None) -> Iterator[Problem]:
    """Check the number of secondary addresses per subnet; None when it isn't known."""
    yield from first_of(secondary_ips_in_range(count), secondary_ips_confirmed(count))


@error(
    "secondary-ips-out-of-range",
    "A load balancer must have 0 to 7 secondary IP addresses per subnet.",
    why="AWS rejects other numbers.",
    fix=Fix(
        code="set secondary_ips_per_subnet to a whole number from 0 to 7",
        template=(
            "set the attribute secondary_ips.auto_assigned.per_subnet to a whole number from 0 to 7"
        ),
    ),
    url=core.NLB_TROUBLESHOOTING,
)
def secondary_ips_in_range(count: float | None) -> Iterator[str]:
    """Find a number of secondary addresses that AWS rejects; None when it isn't known."""
    if count is not None and count not in _SECONDARY_IPS:
        yield f"the load balancer has {count:g} secondary IP addresses per subnet"


@warning(
    "secondary-ips-irreversible",
    "The number of secondary IP addresses should be a permanent decision.",
    why="You can increase the number, but to decrease it you must replace the load balancer.",
    fix=Fix.same("confirm the number, and acknowledge this warning"),
    url=core.NLB_TROUBLESHOOTING,
)
def secondary_ips_confirmed(count: float | None) -> Iterator[str]:
    """Find secondary addresses, which can't be removed; None when it isn't known."""
    if count:
        yield f"the load balancer has {count:g} secondary IP addresses per subnet"
