"""The rules for the attributes of load balancers, listeners, and target groups."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_API = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference"
_ATTRIBUTES = f"{_API}/API_LoadBalancerAttribute.html"
_ALIKE = 0.85


@error(
    "attribute-not-valid",
    "An attribute must have the name of an attribute that AWS has.",
    why="AWS rejects attributes that it doesn't know.",
    fix=Fix(
        code="use the option for the attribute",
        template="use the name of the attribute in exactly the spelling of AWS",
    ),
    url=_ATTRIBUTES,
)
def attribute_named(name: str, known: Collection[str]) -> Iterator[str]:
    """Find a name that is like the name of an attribute.

    A name that isn't like any passes, because AWS might have added it.

    :param name: the name.
    :param known: the names that AWS has.
    """
    if name in known:
        return
    meant = [each for each in sorted(known) if _plain(each) == _plain(name)]
    meant += [each for each in sorted(known) if each.endswith(f".{name}")]
    meant += get_close_matches(name, sorted(known), 1, _ALIKE)
    if meant:
        yield f"{name!r} is not a valid attribute. Did you mean {meant[0]}?"


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


@error(
    "attribute-value-not-valid",
    "An attribute must have a value that AWS accepts.",
    why="AWS rejects other values.",
    fix=Fix.same("use one of the valid values"),
    url=_ATTRIBUTES,
)
def attribute_value_valid(name: str, value: str | None, valid: Collection[str]) -> Iterator[str]:
    """Find a value that an attribute can't have; None for what isn't known."""
    if value is not None and value not in valid:
        yield f"{value!r} is not a valid value for {name}. Valid values are {', '.join(valid)}"


@error(
    "attribute-duplicate",
    "An attribute must be listed only once.",
    why="AWS rejects a list with an attribute that occurs twice.",
    fix=Fix.same("remove one of the two"),
    url=_ATTRIBUTES,
)
def attribute_listed_once(name: str, *, again: bool) -> Iterator[str]:
    """Find an attribute that is listed before.

    :param again: whether it is.
    """
    if again:
        yield f"{name} is listed more than once"


@error(
    "load-balancer-attribute-not-supported",
    "A load balancer and its listeners must have only attributes that the type supports.",
    why="AWS rejects other attributes.",
    fix=Fix(
        code="omit the option",
        template="remove the attribute, or set it on a load balancer of a type that supports it",
    ),
    url=_ATTRIBUTES,
)
def attribute_of_type(name: str, kind: str, *, types: Collection[str]) -> Iterator[str]:
    """Find an attribute that a type of load balancer doesn't support.

    :param name: the name of the attribute.
    :param kind: the type of the load balancer: ``application``, ``gateway``, or ``network``.
    :param types: the types that support it.
    """
    if kind not in types:
        yield f"{name} is not supported on load balancers of type {kind}"


@error(
    "gateway-load-balancer-option-not-supported",
    "A Gateway Load Balancer and its listener must have only options that they support.",
    why=(
        "AWS rejects other options. A Gateway Load Balancer has no scheme and no security groups, "
        "and its listener receives all packets on all ports."
    ),
    fix=Fix(code="omit the option", template="remove the property"),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/gateway-load-balancers.html",
)
def gateway_option_supported(name: str, *, given: bool) -> Iterator[str]:
    """Find a property that is only for other load balancers.

    :param name: the name of the property.
    :param given: whether it is set for certain.
    """
    if given:
        yield f"{name} is set for a Gateway Load Balancer"


@error(
    "load-balancer-name-malformed",
    "The name of a load balancer or a target group must have up to 32 letters, digits, and "
    "hyphens.",
    why=(
        "AWS rejects other names, names that begin or end with a hyphen, and names of load "
        "balancers that begin with internal-."
    ),
    fix=Fix(
        code="omit the name, so that CloudFormation generates one",
        template="omit Name, so that CloudFormation generates one, or use a name of this form",
    ),
    url=f"{_API}/API_CreateLoadBalancer.html",
)
def balancer_name_well_formed(name: str, *, internal: bool = True) -> Iterator[str]:
    """Find a name that AWS doesn't accept.

    :param name: the name.
    :param internal: whether it can't begin with ``internal-``.
    """
    letters = all((each.isascii() and each.isalnum()) or each == "-" for each in name)
    ends = name.startswith("-") or name.endswith("-")
    if not letters or ends or (internal and name.startswith("internal-")):
        yield f"{name!r} is not a valid name"
    elif len(name) > 32:  # noqa: PLR2004
        yield f"the name {name!r} has {len(name)} characters"
