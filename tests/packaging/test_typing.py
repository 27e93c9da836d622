"""The calls in ``tests/typing`` cover the public API, down to each parameter."""

from __future__ import annotations

import ast
import enum
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import privatelink_constructs
from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    Cause,
    ConnectionAcceptor,
    Diagnosis,
    EndpointDns,
    Finding,
    IEndpointService,
    IInterfaceEndpoint,
    Listener,
    NameAnswer,
    PrivateDnsName,
    PrivateDnsVerification,
    PublishedContract,
    Unseen,
    ValidationError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parents[1] / "typing"
PUBLIC: dict[str, Any] = {
    name: getattr(privatelink_constructs, name) for name in privatelink_constructs.__all__
}
OPAQUE: dict[type, str] = dict.fromkeys(
    (AcceptancePolicy, AllowedPrincipal, EndpointDns, Listener, PrivateDnsName),
    "you make it with a factory and pass it on: its fields and methods are for the library",
)
NOT_CONSTRUCTED: dict[type, str] = OPAQUE | {
    Cause: "diagnose returns it",
    ConnectionAcceptor: "AcceptancePolicy.by_rules makes the service define it",
    Diagnosis: "diagnose returns it",
    Finding: "the checks return it",
    IEndpointService: "it is a protocol",
    IInterfaceEndpoint: "it is a protocol",
    NameAnswer: "diagnose returns it",
    PrivateDnsVerification: "a service returns it",
    PublishedContract: "EndpointServiceContract.publish returns it",
    Unseen: "diagnose returns it",
    ValidationError: "constructors and methods raise it",
}


def members(name: str) -> set[str]:
    """Return the members of a public class that users read and call, as ``Class.member``."""
    cls: type[Any] = PUBLIC[name]
    fields: dict[str, object] = getattr(cls, "__dataclass_fields__", {})
    found = {*fields, *(it for it in dir(cls) if is_ours(cls, it))}
    return {f"{name}.{it}" for it in found if cls not in OPAQUE or is_factory(cls, it)}


def is_ours(cls: type, member: str) -> bool:
    """Return whether a member is public and neither the CDK's nor Python's."""
    owner = next((base for base in cls.__mro__ if member in vars(base)), object)
    return not member.startswith("_") and owner.__module__.startswith("privatelink_constructs.")


def is_factory(cls: type, member: str) -> bool:
    return isinstance(inspect.getattr_static(cls, member, None), (classmethod, staticmethod))


def signature(name: str) -> inspect.Signature | None:
    """Return what a call of ``name`` or ``Class.member`` takes, None for what isn't called."""
    owner, _, member = name.partition(".")
    public = PUBLIC[owner]
    if member and is_factory(public, member):
        return inspect.signature(getattr(public, member))
    if member:
        found = inspect.getattr_static(public, member, None)
        return without_self(found) if inspect.isfunction(found) else None
    if not inspect.isclass(public):
        return inspect.signature(public)
    return None if issubclass(public, enum.Enum) else without_self(public.__init__)


def without_self(function: Any) -> inspect.Signature:
    if function is object.__init__:
        return inspect.Signature()
    found = inspect.signature(function)
    return found.replace(parameters=list(found.parameters.values())[1:])


def required() -> Iterator[str]:
    """Yield what accepted calls have to use, a parameter as ``Class.method(parameter)``."""
    for public, value in PUBLIC.items():
        own = members(public) if inspect.isclass(value) else set[str]()
        yield from {public, *own}
        for name in own if value in NOT_CONSTRUCTED else {public, *own}:
            taken = signature(name)
            if taken is not None:
                yield from (f"{name}()", *(f"{name}({it})" for it in taken.parameters))


class Uses(ast.NodeVisitor):
    """Collects what a file uses of the public API, by the types that its functions declare."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._variables: dict[str, set[str]] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer = self._variables
        self._variables = {
            it.arg: public_in(ast.unparse(it.annotation)) for it in node.args.args if it.annotation
        }
        self.generic_visit(node)
        self._variables = outer

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            self._variables[ast.unparse(target)] = self._types(node.value)

    def visit_Name(self, node: ast.Name) -> None:
        self.found |= self._names(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        self.found |= self._names(node)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        for name in self._names(node.func):
            taken = signature(name)
            if taken is not None:
                keywords = {it.arg: it.value for it in node.keywords if it.arg}
                passed = taken.bind_partial(*node.args, **keywords).arguments
                self.found |= {f"{name}()", *(f"{name}({it})" for it in passed)}

    def _names(self, node: ast.expr) -> set[str]:
        """Return the public names that an expression stands for, such as ``Class.member``."""
        if isinstance(node, ast.Attribute):
            return {f"{owner}.{node.attr}" for owner in self._types(node.value)}
        return {node.id} & {*PUBLIC} if isinstance(node, ast.Name) else set()

    def _types(self, node: ast.expr) -> set[str]:
        """Return the public classes that the value of an expression may be of."""
        if isinstance(node, ast.Name):
            return self._variables.get(node.id, self._names(node))
        named = self._names(node.func if isinstance(node, ast.Call) else node)
        return {it for name in named for it in returned_by(name)}


def public_in(annotation: str) -> set[str]:
    return {*re.findall(r"\w+", annotation)} & {*PUBLIC}


def returned_by(name: str) -> set[str]:
    """Return the public classes in the type of a property's value or of a call's result."""
    owner, _, member = name.partition(".")
    if not member:
        return {owner} if inspect.isclass(PUBLIC[owner]) else set()
    found = inspect.getattr_static(PUBLIC[owner], member, None)
    function = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    return public_in(str(getattr(function, "__annotations__", {}).get("return", "")))


def uses(text: str) -> set[str]:
    visitor = Uses()
    visitor.visit(ast.parse(text))
    return visitor.found


def test_accepted_calls_use_every_name_and_every_parameter() -> None:
    files = sorted(FOLDER.glob("accepted_*.py"))
    used = set[str]().union(*(uses(path.read_text(encoding="utf-8")) for path in files))

    unused = sorted({*required()} - used)
    assert not unused, f"no accepted call uses {', '.join(unused)}"


def test_every_side_has_refused_calls() -> None:
    sides = {path.name.partition("_")[2] for path in FOLDER.glob("*.py")}

    assert {path.name.partition("_")[2] for path in FOLDER.glob("refused_*.py")} == sides


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Listener.tcp(80)", "Listener.tcp(port)"),
        ("check_template({}, region='eu-west-1')", "check_template(region)"),
        ("def f(a: EndpointService | None): a.notify(t)", "EndpointService.notify(topic)"),
        ("a = PrivateLinkChecks()\na.name", "PrivateLinkChecks.name"),
        (
            "def f(a: EndpointService): a.contract.publish(s, id)",
            "EndpointServiceContract.publish(id)",
        ),
    ],
)
def test_the_reader_follows_types(text: str, found: str) -> None:
    assert found in uses(text)


@pytest.mark.parametrize(
    "text",
    [
        "def f(a: EndpointService): ...\na.notify(t)",
        "def f(a: PrivateDnsName): a.notify(t)",
        "def f(a: EndpointService): a.notify",
    ],
)
def test_the_reader_counts_no_call_of_anything_else(text: str) -> None:
    assert "EndpointService.notify()" not in uses(text)
