"""Numbers that nobody means end in a message, for everything that takes a number.

The cases follow from the annotations of the public API, as in ``test_argument_types``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
import pytest
from tests.support.refusals import assert_readable, paths_in
from tests.unit.test_argument_types import CALLS, CASES, arguments_of, expectation, world

from privatelink_constructs import ValidationError
from privatelink_constructs.rules.annotations import Either, Listed, Mapped, Plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.rules.annotations import Expectation

ODD: dict[str, object] = {
    "googol to the fourth": 10**400,
    "minus that": -(10**400),
    "more digits than Python writes": 10**5000,
    "more than Node counts": 2**53,
    "minus one": -1,
    "half": 0.5,
    "a whole float": 1e6,
    "the largest float": 1.7e308,
    "minus the largest float": -1.7e308,
    "infinity": float("inf"),
    "minus infinity": float("-inf"),
    "not a number": float("nan"),
    "True": True,
    "False": False,
}


NO_INTEGERS = frozenset({"half", "a whole float"})
"""What is odd where only an integer makes sense."""


def takes_fractions(takes: Expectation) -> bool:
    match takes:
        case Plain(kind):
            return kind is float
        case Either(options):
            return any(map(takes_fractions, options))
        case Listed(item) | Mapped(_, item):
            return takes_fractions(item)
        case _:
            return False


def shapes(takes: Expectation, value: object) -> Iterator[object]:
    """Yield a number wherever a parameter takes one: by itself, in a list, in a mapping."""
    match takes:
        case Plain(kind) if kind in {int, float}:
            yield value
        case Either(options):
            for option in options:
                yield from shapes(option, value)
        case Listed(item):
            yield from ([it] for it in shapes(item, value))
        case Mapped(key, item):
            yield from ({it: []} for it in shapes(key, value))
            name = 80 if any(True for _ in shapes(key, value)) else "Name"
            yield from ({name: it} for it in shapes(item, value))
        case _:
            pass


NUMERIC = [
    (name, parameter)
    for name, parameter in CASES
    if any(True for _ in shapes(expectation(CALLS[name], parameter), 1))
]


def test_numbers_are_looked_for_where_they_are() -> None:
    assert ("Listener.tcp", "port") in NUMERIC
    assert ("NetworkLoadBalancedEndpointService", "secondary_ips_per_subnet") in NUMERIC
    assert ("EndpointServiceContract.from_service_name", "ports") in NUMERIC


CASES_OF_ODD = [
    (name, parameter, odd)
    for name, parameter in NUMERIC
    for odd in ODD
    if odd not in NO_INTEGERS or not takes_fractions(expectation(CALLS[name], parameter))
]


@pytest.mark.parametrize(("name", "parameter", "odd"), CASES_OF_ODD)
def test_fails_when_a_number_is_odd(name: str, parameter: str, odd: str) -> None:
    call = CALLS[name]
    values = shapes(expectation(call, parameter), ODD[odd])
    calls = [arguments_of(call, parameter, value) for value in values]
    before = paths_in(world())
    for positional, named in calls:
        with pytest.raises(ValidationError) as caught:
            call.function(*positional, **named)
        assert_readable(str(caught.value))
        assert len(str(caught.value)) < 1000
    assert paths_in(world()) == before


@pytest.mark.parametrize(("name", "parameter"), NUMERIC)
def test_a_token_is_not_an_odd_number(name: str, parameter: str) -> None:
    takes = expectation(CALLS[name], parameter)
    for value in shapes(takes, cdk.Token.as_number({"Ref": "Number"})):
        assert takes.misfit(value, parameter) is None
