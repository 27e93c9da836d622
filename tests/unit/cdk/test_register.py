from __future__ import annotations

import gc
from collections import Counter
from dataclasses import dataclass

import aws_cdk as cdk

from privatelink_constructs._cdk.register import IdentityRegister, Register, TreeRegister


@dataclass(frozen=True)
class Value:
    name: str


class Thing:
    pass


def test_an_entry_is_started_once() -> None:
    register: Register[Thing, Counter[str]] = Register(Counter)
    one, two = Thing(), Thing()
    register[one]["a"] += 1
    assert register[one] == {"a": 1}
    assert register[two] == {}


def test_an_entry_is_replaced() -> None:
    register: Register[Thing, str] = Register(str)
    thing = Thing()
    register.put(thing, "new")
    assert register[thing] == "new"


def test_a_name_has_one_entry_in_a_tree() -> None:
    register: TreeRegister[Counter[str]] = TreeRegister(Counter)
    app = cdk.App()
    register.at(cdk.Stack(app, "One"), "vpc-1")["endpoints"] += 1
    assert register.at(cdk.Stack(app, "Two"), "vpc-1") == {"endpoints": 1}
    assert register.at(app, "vpc-2") == {}
    assert register.at(cdk.App(), "vpc-1") == {}


def test_equal_objects_have_entries_of_their_own() -> None:
    register: IdentityRegister[Value, str] = IdentityRegister()
    one, two = Value("a"), Value("a")
    register.put(one, "one")
    assert register.get(one) == "one"
    assert register.get(two) is None
    register.put(two, "two")
    assert [register.get(one), register.get(two)] == ["one", "two"]


def test_an_entry_goes_with_its_object() -> None:
    register: IdentityRegister[Value, Thing] = IdentityRegister()
    value = Value("a")
    register.put(value, Thing())
    del value
    gc.collect()
    assert all(register.get(Value(str(number))) is None for number in range(10))
