"""The origins of service names, and what is deployed before an endpoint.

A contract is plain data, but the endpoint to a service of the same app has to know the stack that
the name comes from. Such a name is a token that no other service in the process has, so the origin
is found by the name. The register keeps nothing alive: each contract with the name keeps its
origin, including one that is copied or varied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from privatelink_constructs._cdk.asking import environment_of, reference, stack_of, stage_of
from privatelink_constructs._cdk.register import NameRegister
from privatelink_constructs._values import internal_value
from privatelink_constructs.rules import contracts as rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import aws_cdk as cdk
    import constructs

    from privatelink_constructs.rules.core import Problem

_ATTRIBUTE = "_origin"


@internal_value(kw_only=True)
class Origin:
    """The origin of the name of a service.

    :param construct: the construct that the name comes from.
    :param dependencies: what is deployed before an endpoint; nothing for the name of a service that
        is published elsewhere.
    :param private_dns_dependencies: what else is deployed before an endpoint that uses the private
        DNS name of the service.
    :param zones: the names of the service's Availability Zones, which can be tokens; nothing if one
        isn't known.
    :param allowed_clients: returns the CIDR blocks of all clients that the load balancers of the
        service allow, none if they may allow others, too.
    """

    construct: constructs.Construct
    dependencies: tuple[constructs.IDependable, ...] = ()
    private_dns_dependencies: tuple[constructs.IDependable, ...] = ()
    zones: tuple[str, ...] = ()
    allowed_clients: Callable[[], Sequence[str]] | None = None


class Named(Protocol):
    """A contract, as far as its origin is concerned."""

    @property
    def service_name(self) -> str:
        """The name of the service."""
        ...


_origins: NameRegister[Origin] = NameRegister()


def remember_origin(service_name: str, origin: Origin) -> None:
    """Register the origin of a name, for as long as a contract refers to the origin."""
    _origins.put(service_name, origin)


def keep_origin(contract: Named) -> None:
    """Let a contract keep the origin of its name alive.

    It is an attribute of the contract, as a register would keep both alive: the origin has a stack,
    which often has the service, which has the contract.
    """
    origin = _origins.get(contract.service_name)
    if origin is not None:
        object.__setattr__(contract, _ATTRIBUTE, origin)


def origin_of(contract: Named) -> Origin | None:
    """Return the origin that a contract keeps, or else that of its name; None for a literal."""
    kept = cast("Origin | None", getattr(contract, _ATTRIBUTE, None))
    return kept or _origins.get(contract.service_name)


def origin_named(name: str) -> Origin | None:
    """Return the origin of a name or an ID, None for a literal."""
    return _origins.get(name)


def is_of_this_app(contract: Named) -> bool:
    """Return whether the service of a contract is defined in this app."""
    origin = origin_of(contract)
    return origin is not None and bool(origin.dependencies)


def reach_problems(contract: Named, stack: cdk.Stack) -> Iterator[Problem]:
    """Check that a contract can be used in a stack."""
    origin = origin_of(contract)
    if origin is None:
        return
    theirs = stack_of(origin.construct)
    if reference(theirs) == reference(stack):
        return
    if reference(stage_of(theirs)) != reference(stage_of(stack)):
        yield from rules.contract_in_one_stage(_stage_name(theirs), _stage_name(stack))
        return
    environments = [environment_of(theirs), environment_of(stack)]
    yield from rules.environments_concrete(*((it.account, it.region) for it in environments))


def _stage_name(stack: cdk.Stack) -> str:
    return repr(stage_of(stack).node.path or "(the app)")
