"""AWS's registry, rather than the emulator, says what an update replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.deploy.extension import emulated
from tests.support.registry import replacement_rules
from tests.support.replacement import value_at

if TYPE_CHECKING:
    from collections.abc import Callable

# Where the emulator knows nothing, or less than the registry does. Elsewhere it has rules of its
# own that go with how it names what it makes.
NAMESPACES = (
    "AWS::EC2::",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::RAM::",
    "AWS::Route53Profiles::",
    "AWS::Route53Resolver::",
)


def replacing_change(resource_type: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Tell whether a property that replaces the resource has changed."""
    rules = replacement_rules(resource_type)
    if rules is None:
        return False
    before, after = rules.normalized(old), rules.normalized(new)
    return any(value_at(before, path) != value_at(after, path) for path in rules.create_only)


def property_recreation(resource_type: str, name: str) -> str:
    """Say what a change set says of a property."""
    rules = replacement_rules(resource_type)
    if rules is None:
        return "Conditionally"
    if (name,) in rules.create_only:
        return "Always"
    nested = {path[0] for path in (*rules.create_only, *rules.conditional)}
    return "Conditionally" if name in nested else "Never"


def install() -> None:
    """Put the registry in the place of the emulator's own tables."""
    for module in (emulated.provisioners, emulated.stacks):
        module._replacing_change = _chosen(replacing_change, module._replacing_change)
        module._property_recreation = _chosen(property_recreation, module._property_recreation)


def _chosen(ours: Callable[..., Any], theirs: Callable[..., Any]) -> Callable[..., Any]:
    def choose(resource_type: str, *arguments: Any) -> Any:
        return (ours if resource_type.startswith(NAMESPACES) else theirs)(resource_type, *arguments)

    return choose
