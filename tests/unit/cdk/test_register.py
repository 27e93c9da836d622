from __future__ import annotations

import gc
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk

from privatelink_constructs._cdk import register as registers
from privatelink_constructs._cdk.register import (
    IdentityRegister,
    NameRegister,
    Register,
    TreeRegister,
)


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


def test_a_name_has_the_entry_that_was_put_last() -> None:
    register: NameRegister[Thing] = NameRegister()
    one, two = Thing(), Thing()
    assert register.get("a") is None
    register.put("a", one)
    register.put("a", two)
    assert register.get("a") is two


def test_a_name_keeps_its_first_entry() -> None:
    register: NameRegister[Thing] = NameRegister()
    one, two = Thing(), Thing()
    assert register.first("a", one) is one
    assert register.first("a", two) is one
    assert register.first("b", two) is two


def test_the_entry_of_a_name_goes_when_nothing_else_refers_to_it() -> None:
    register: NameRegister[Thing] = NameRegister()
    register.put("a", Thing())
    gc.collect()
    assert register.get("a") is None


def test_only_memos_and_registers_refer_weakly() -> None:
    package = Path(str(registers.__file__)).parent.parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"\bWeak\w+(Dictionary|Set)", path.read_text(encoding="utf-8"))
    }
    assert found == {"_cdk/once.py", "_cdk/register.py"}
