"""Which resources would an update replace, and why?

Compares two synthesized templates, without AWS and without an emulator, by the
``createOnlyProperties`` of AWS's registry schemas. As a command::

    python -m tests.support.replacement before.json after.json

Each side is a template, or a folder (such as ``cdk.out``) of ``*.template.json`` files whose
exports, imports and stack outputs are followed from one to the other.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tests.support.registry import (
    REFERENCE_REGION,
    replacement_rules,
)
from tests.support.templates import (
    canonical_resources,
    intrinsic,
    references,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.support.registry import (
        PropertyPath,
        ReplacementRules,
    )
    from tests.support.templates import (
        Reference,
        Resource,
        Template,
    )

# Its only property is a summary of the app, which changes with every change.
_IGNORED_TYPES = frozenset({"AWS::CDK::Metadata"})
# Read-only attributes that are known to follow a property which is updated in place.
_FOLLOWING_ATTRIBUTES: dict[tuple[str, str], frozenset[str]] = {
    ("AWS::EC2::VPCEndpoint", "DnsEntries"): frozenset({"PrivateDnsEnabled", "SubnetIds"}),
    ("AWS::EC2::VPCEndpoint", "NetworkInterfaceIds"): frozenset({"SubnetIds"}),
    ("AWS::EC2::VPCEndpointService", "PrivateDnsNameConfiguration"): frozenset({"PrivateDnsName"}),
}


@dataclass(frozen=True)
class Replacement:
    """A resource that an update replaces.

    :param logical_id: with the stack's name before it when several templates are compared.
    :param reasons: each names what changed.
    :param certain: false when it depends on values that only the deployment knows.
    """

    logical_id: str
    resource_type: str
    reasons: tuple[str, ...]
    certain: bool = True

    def __str__(self) -> str:
        verb = "is replaced" if self.certain else "may be replaced"
        return f"{self.logical_id} ({self.resource_type}) {verb}: {'; '.join(self.reasons)}"


@dataclass(frozen=True)
class Comparison:
    """What an update would do; each list is sorted by logical id.

    :param added: logical ids of resources that it creates.
    :param removed: logical ids of resources that it deletes.
    :param changed: logical ids of resources that it updates, in place or by replacement.
    :param replaced: resources that it replaces, those included which it only may replace.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    replaced: tuple[Replacement, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict[str, str], repr=False, compare=False)

    @property
    def replaced_ids(self) -> tuple[str, ...]:
        """Logical ids of :attr:`replaced`."""
        return tuple(replacement.logical_id for replacement in self.replaced)

    def __str__(self) -> str:
        lines = [str(replacement) for replacement in self.replaced]
        in_place = [name for name in self.changed if name not in self.replaced_ids]
        for verb, names in (
            ("removed", self.removed),
            ("added", self.added),
            ("changed in place", in_place),
        ):
            lines += [f"{name} ({self.types[name]}) is {verb}" for name in names]
        return "\n".join(lines) or "nothing changes"


def compare(
    before: Template | Mapping[str, Template],
    after: Template | Mapping[str, Template],
    *,
    region: str = REFERENCE_REGION,
) -> Comparison:
    """Compare what is deployed with what is to be deployed.

    :param before: a template, or templates by stack name. Exports, imports and stack outputs
        are followed between them, and logical ids have the form ``stack/logical id``.
    :param after: the same, after the change.
    :param region: whose registry schemas decide.
    """
    old, new = (canonical_resources(_stacks(side)) for side in (before, after))
    return _Update(old, new, region).comparison()


def assert_nothing_is_replaced(
    before: Template | Mapping[str, Template],
    after: Template | Mapping[str, Template],
    *,
    allowed: Iterable[str] = (),
    region: str = REFERENCE_REGION,
) -> Comparison:
    """Fail when an update replaces a resource, or may replace it.

    :param allowed: logical ids or resource types that it may replace; ``*`` is a wildcard.
    """
    comparison = compare(before, after, region=region)
    _refuse(comparison, [*_replacements(comparison, tuple(allowed))])
    return comparison


def assert_update_is_safe(
    before: Template | Mapping[str, Template],
    after: Template | Mapping[str, Template],
    *,
    allowed: Iterable[str] = (),
    region: str = REFERENCE_REGION,
) -> Comparison:
    """Fail when an update replaces or removes a resource.

    :param allowed: logical ids or resource types that it may replace or remove; ``*`` is a
        wildcard.
    """
    comparison = compare(before, after, region=region)
    patterns = tuple(allowed)
    _refuse(comparison, [*_replacements(comparison, patterns), *_removals(comparison, patterns)])
    return comparison


def _refuse(comparison: Comparison, problems: list[str]) -> None:
    if problems:
        msg = "\n".join(
            [
                "the update is not safe:",
                *(f"  - {problem}" for problem in problems),
                (
                    "keep these values and construct ids as they were, or name the resources "
                    "that may go in `allowed`. The whole update:"
                ),
                *(f"    {line}" for line in str(comparison).splitlines()),
            ]
        )
        raise AssertionError(msg)


def _replacements(comparison: Comparison, allowed: tuple[str, ...]) -> Iterator[str]:
    for replacement in comparison.replaced:
        if not _matches(replacement.logical_id, replacement.resource_type, allowed):
            yield str(replacement)


def _removals(comparison: Comparison, allowed: tuple[str, ...]) -> Iterator[str]:
    for name in comparison.removed:
        resource_type = comparison.types[name]
        if not _matches(name, resource_type, allowed):
            twins = [new for new in comparison.added if comparison.types[new] == resource_type]
            hint = f"; is {' or '.join(twins)} the same one under a new id?" if twins else ""
            yield f"{name} ({resource_type}) is removed{hint}"


def _matches(logical_id: str, resource_type: str, patterns: tuple[str, ...]) -> bool:
    return any(
        fnmatch.fnmatchcase(name, pattern)
        for pattern in patterns
        for name in (logical_id, resource_type)
    )


def _stacks(side: Template | Mapping[str, Template]) -> Mapping[str, Template]:
    if "Resources" in side or not all(
        isinstance(value, Mapping) and "Resources" in value for value in side.values()
    ):
        return {"": side}
    return cast("Mapping[str, Template]", side)


@dataclass(frozen=True)
class _Use:
    """A resource's use of another one; with a path when a new value there replaces the user."""

    user: str
    reference: Reference
    path: PropertyPath | None = None
    conditional: bool = False


class _Update:
    """Finds what is replaced by the change itself, then whatever depends on that."""

    def __init__(self, old: dict[str, Resource], new: dict[str, Resource], region: str) -> None:
        self._old = {name: item for name, item in old.items() if not _ignored(item)}
        self._new = {name: item for name, item in new.items() if not _ignored(item)}
        self._region = region
        self._kept = sorted(self._old.keys() & self._new.keys())
        self._certain: dict[str, list[str]] = {}
        self._uncertain: dict[str, list[str]] = {}

    def comparison(self) -> Comparison:
        changed = {name for name in self._kept if self._differs(name)}
        for name in sorted(changed):
            self._look_at(name)
        self._propagate(changed)
        replaced = self._certain.keys() | self._uncertain.keys()
        return Comparison(
            added=tuple(sorted(self._new.keys() - self._old.keys())),
            removed=tuple(sorted(self._old.keys() - self._new.keys())),
            changed=tuple(sorted(changed | replaced)),
            replaced=tuple(self._replacement(name) for name in sorted(replaced)),
            types={
                name: item.resource_type
                for name, item in sorted({**self._old, **self._new}.items())
            },
        )

    def _replacement(self, name: str) -> Replacement:
        certain = name in self._certain
        reasons = self._certain[name] if certain else self._uncertain[name]
        return Replacement(
            name, self._new[name].resource_type, tuple(dict.fromkeys(reasons)), certain
        )

    def _differs(self, name: str) -> bool:
        old, new = self._old[name], self._new[name]
        return (old.resource_type, old.attributes) != (
            new.resource_type,
            new.attributes,
        ) or self._properties(old) != self._properties(new)

    def _properties(self, resource: Resource) -> dict[str, Any]:
        rules = self._rules(resource)
        return resource.properties if rules is None else rules.normalized(resource.properties)

    def _rules(self, resource: Resource) -> ReplacementRules | None:
        return replacement_rules(resource.resource_type, self._region)

    def _look_at(self, name: str) -> None:
        old, new = self._old[name], self._new[name]
        if old.resource_type != new.resource_type:
            self._add(
                name,
                f"its type changes from {old.resource_type} to {new.resource_type}, "
                "which CloudFormation refuses under the same logical id",
            )
            return
        rules = self._rules(new)
        if rules is None:
            if old.properties != new.properties:
                self._add(name, "the registry has no schema of this type", certain=False)
            return
        before, after = self._properties(old), self._properties(new)
        for paths, certain in ((rules.create_only, True), (rules.conditional, False)):
            for path in paths:
                values = value_at(before, path), value_at(after, path)
                if values[0] != values[1]:
                    self._add(name, _change(path, *values), certain=certain)

    def _add(self, name: str, reason: str, *, certain: bool = True) -> None:
        (self._certain if certain else self._uncertain).setdefault(name, []).append(reason)

    def _propagate(self, changed: set[str]) -> None:
        users = self._users()
        queue = deque(sorted(changed))
        while queue:
            source = queue.popleft()
            for use in users.get(source, ()):
                certain = self._new_value(use.reference)
                if certain is not None and self._reach(use, certain=certain, changed=changed):
                    queue.append(use.user)

    def _reach(self, use: _Use, *, certain: bool, changed: set[str]) -> bool:
        """Note what a new value does to its user; true when that is news."""
        if use.path is None:
            news = certain and use.user not in changed
            changed.update({use.user} if certain else ())
            return news
        verb = "gets a new value" if certain else "may get a new value"
        certain = certain and not use.conditional
        news = use.user not in self._certain and (certain or use.user not in self._uncertain)
        self._add(
            use.user, f"{'.'.join(use.path)} uses {use.reference}, which {verb}", certain=certain
        )
        return news

    def _users(self) -> dict[str, list[_Use]]:
        """Who uses what, by what is used."""
        users: dict[str, list[_Use]] = {}
        for name in self._kept:
            for use in self._uses(name):
                users.setdefault(use.reference.target, []).append(use)
        return users

    def _uses(self, name: str) -> Iterator[_Use]:
        properties = self._new[name].properties
        for reference in references(properties):
            yield _Use(name, reference)
        rules = self._rules(self._new[name])
        if rules is not None:
            for paths, conditional in ((rules.create_only, False), (rules.conditional, True)):
                for path in paths:
                    for reference in references(value_at(properties, path)):
                        yield _Use(name, reference, path, conditional=conditional)

    def _new_value(self, reference: Reference) -> bool | None:
        """Tell whether a reference gets a new value: certainly, maybe (false) or not (None)."""
        source = reference.target
        replaced = True if source in self._certain else False if source in self._uncertain else None
        if reference.attribute is None:
            return replaced
        return self._new_attribute(source, reference.attribute.split(".")[0], replaced=replaced)

    def _new_attribute(self, source: str, attribute: str, *, replaced: bool | None) -> bool | None:
        old, new = self._old[source], self._new[source]
        rules = self._rules(new)
        if rules is None or _is_custom(new):
            # Only the provider knows what it answers.
            return replaced or False
        if attribute in rules.writable and attribute in new.properties:
            if old.properties.get(attribute) != new.properties[attribute]:
                return True
            found = {self._new_value(item) for item in references(new.properties[attribute])}
            return True if True in found else False if False in found else None
        if replaced is not None:
            return replaced
        followed = _FOLLOWING_ATTRIBUTES.get((new.resource_type, attribute), frozenset())
        same = all(old.properties.get(name) == new.properties.get(name) for name in followed)
        return None if same else False


def _ignored(resource: Resource) -> bool:
    return resource.resource_type in _IGNORED_TYPES


def _is_custom(resource: Resource) -> bool:
    return resource.resource_type.startswith(("Custom::", "AWS::CloudFormation::CustomResource"))


def value_at(value: Any, path: PropertyPath) -> Any:
    """Return what is at a path; None for nothing, and a function call whole."""
    if not path or intrinsic(value) is not None:
        return value
    if isinstance(value, list):
        return [value_at(item, path) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return value_at(cast("dict[str, Any]", value).get(path[0]), path[1:])
    return None


def _change(path: PropertyPath, before: Any, after: Any) -> str:
    name = ".".join(path)
    if before is None:
        return f"{name} is added as {shown(after)}"
    if after is None:
        return f"{name} is dropped, it was {shown(before)}"
    return f"{name} changes from {shown(before)} to {shown(after)}"


def load(path: Path) -> dict[str, Any]:
    """Read a template, or a folder of ``*.template.json`` files by stack name."""
    if path.is_dir():
        suffix = ".template.json"
        files = sorted(path.glob(f"*{suffix}"))
        return {file.name.removesuffix(suffix): json.loads(file.read_text()) for file in files}
    return json.loads(path.read_text())


def main(arguments: list[str] | None = None) -> int:
    """Print the comparison; the exit code is 1 when something is replaced or removed."""
    parser = argparse.ArgumentParser(prog="replacement", description="Compare two templates.")
    parser.add_argument("before", type=Path, help="template or cdk.out folder before the update")
    parser.add_argument("after", type=Path, help="template or cdk.out folder after the update")
    parser.add_argument("--region", default=REFERENCE_REGION, help="whose registry schemas decide")
    given = parser.parse_args(arguments)
    comparison = compare(load(given.before), load(given.after), region=given.region)
    sys.stdout.write(f"{comparison}\n")
    return 1 if comparison.replaced or comparison.removed else 0


if __name__ == "__main__":
    raise SystemExit(main())
