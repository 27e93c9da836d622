"""Every option of the library, and what of a template comes and goes with one."""

from __future__ import annotations

import enum
import inspect
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

import privatelink_constructs as library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Keys = dict[tuple[str, str, str], Any]
"""The values of a template, by logical id, type, and path of the property."""

_DEFINES_NOTHING = frozenset(
    {
        *("Finding", "PrivateLinkChecks", "TemplateEnvironment", "ValidationError"),
        # Protocols, and what the constructs return.
        *("IEndpointService", "IInterfaceEndpoint", "PrivateDnsVerification", "PublishedContract"),
    }
)


def options() -> dict[str, str]:
    """Return what can be left out, as ``Class.method.parameter``, with the name of the callable."""
    return {
        f"{name}.{parameter}": name
        for name, function in callables().items()
        for parameter in _optional(function)
    }


def callables() -> dict[str, Callable[..., Any]]:
    """Return the public constructors, factories, and methods that something is defined with."""
    found: dict[str, Callable[..., Any]] = {"HealthCheck.__init__": elbv2.HealthCheck.__init__}
    for name in library.__all__:
        public = getattr(library, name)
        closed = inspect.isclass(public) and issubclass(public, enum.Enum)
        if inspect.isclass(public) and name not in _DEFINES_NOTHING and not closed:
            found.update(_callables_of(public))
    return found


def _callables_of(public: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name in sorted({name for base in public.__mro__ for name in _own(base)}):
        # What is imported exists already, and nothing of it is defined; nor is a metric.
        imports = name.startswith("from_") and name.endswith("_attributes")
        imports |= name.startswith("metric_")
        found = getattr(public, name)
        if callable(found) and not imports:
            yield f"{public.__name__}.{name}", cast("Callable[..., Any]", found)


def _own(base: type) -> Iterator[str]:
    if base.__module__.startswith(library.__name__):
        for name, value in vars(base).items():
            if name == "__init__" or not (name.startswith("_") or isinstance(value, property)):
                yield name


def _optional(function: Callable[..., Any]) -> Iterator[str]:
    for name, parameter in inspect.signature(function).parameters.items():
        several = parameter.kind is inspect.Parameter.VAR_POSITIONAL
        if several or parameter.default is not inspect.Parameter.empty:
            yield name


def keys_of(template: Mapping[str, Any]) -> Keys:
    """Return every value of a template; attributes count as properties of their own."""
    return {
        (logical_id, resource["Type"], path): value
        for logical_id, resource in template["Resources"].items()
        for path, value in _values(resource.get("Properties", {}))
    }


def _values(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and not _is_function(cast("dict[str, Any]", value)):
        for key, each in cast("dict[str, Any]", value).items():
            yield from _values(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and _are_attributes(cast("list[Any]", value)):
        for each in cast("list[Any]", value):
            yield f"{path}[{each['Key']}]", each["Value"]
    else:
        yield path, value


def _is_function(value: dict[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))


def _are_attributes(value: list[Any]) -> bool:
    return bool(value) and all(
        isinstance(it, dict) and it.keys() == {"Key", "Value"} for it in value
    )


def vanished(before: Keys, after: Keys) -> set[tuple[str, str]]:
    """Return the keys that resources lose, by type; a resource that goes takes its keys along."""
    kept = {logical_id for logical_id, _, _ in after}
    return {key[1:] for key in before.keys() - after.keys() if key[0] in kept}


def changed(before: Keys, after: Keys) -> dict[tuple[str, str], Any]:
    """Return the keys whose values differ, by type, with what they are afterwards."""
    return {
        key[1:]: after[key] for key in before.keys() & after.keys() if before[key] != after[key]
    }
