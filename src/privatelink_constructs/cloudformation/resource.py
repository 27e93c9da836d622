"""A resource of a template, and the values of its properties."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from privatelink_constructs._values import internal_value
from privatelink_constructs.cloudformation.content import (
    LARGEST,
    UNKNOWN,
    Expression,
    Reference,
    Text,
    as_mapping,
    key_of,
    key_text,
    references_in,
    text_of,
)
from privatelink_constructs.facts.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.cloudformation.content import Content
    from privatelink_constructs.facts.partitions import Partition

    Json = dict[str, object]

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,6})?", re.ASCII)

_TRUTH = {"true": True, "false": False}

_Key = TypeVar("_Key")

METADATA_KEY = "privatelink-constructs"
"""The key in the ``Metadata`` of a resource or a template that contains acknowledgments.

``{"privatelink-constructs": {"acknowledged": {"<rule id>": "<reason>"}}}``
"""


def acknowledgments_in(raw: Json) -> Json:
    """Return what is acknowledged in the metadata of a resource or a template, as it is written."""
    found: object = raw.get("Metadata")
    for key in (METADATA_KEY, "acknowledged"):
        found = as_mapping(found).get(key)
    return {key_text(rule): reason for rule, reason in as_mapping(found).items()}


def with_reasons(acknowledgments: Json) -> dict[str, str]:
    """Return those acknowledgments that give a reason."""
    return {
        rule: reason.strip()
        for rule, reason in acknowledgments.items()
        if isinstance(reason, str) and reason.strip()
    }


class Scope(Protocol):
    """A template, as far as its resources and their values need it."""

    @property
    def name(self) -> str:
        """Its name, unique among the templates of an app."""
        ...

    @property
    def account(self) -> str | None:
        """The account that it is deployed to, None when it isn't known."""
        ...

    @property
    def region(self) -> str | None:
        """The Region that it is deployed to, None when it isn't known."""
        ...

    @property
    def partition(self) -> Partition | None:
        """The partition that it is deployed to, None when it isn't known."""
        ...

    def condition(self, name: str) -> bool | None:
        """Tell whether a condition is true, None if it isn't known."""
        ...

    def evaluate(self, raw: object, depth: int = 0) -> Content:
        """Evaluate a value as it is written."""
        ...


class Resource:
    """A resource of a template.

    :param template: the template that it is in.
    :param logical_id: its logical id.
    :param raw: its definition as it stands there.
    """

    def __init__(self, template: Scope, logical_id: str, raw: Json) -> None:
        self.template = template
        self.logical_id = logical_id
        self.raw = raw
        kind = raw.get("Type")
        self.type = kind if isinstance(kind, str) else ""
        condition = raw.get("Condition")
        self.condition = condition if isinstance(condition, str) else None
        """The name of the condition that it is under."""
        self.derived: dict[str, object] = {}
        """What checks have already derived from it, so that nothing is derived twice."""

    @property
    def template_name(self) -> str:
        """The name of its template."""
        return self.template.name

    def __repr__(self) -> str:
        return f"Resource({self.type}, {self.logical_id!r})"

    @cached_property
    def exists(self) -> bool | None:
        """Whether it is defined at all, None when its condition isn't known."""
        return True if self.condition is None else self.template.condition(self.condition)

    @cached_property
    def value(self) -> Value:
        """All its properties, evaluated."""
        content = self.template.evaluate(self.raw.get("Properties"))
        if any(key_text(key).startswith("Fn::") for key in self.raw):
            # A macro next to the properties can add any content to them.
            content = UNKNOWN
        return Value(self, "Properties", {} if content is None else content)

    def get(self, *keys: str) -> Value:
        """Return a property, or one within others."""
        return self.value.get(*keys)

    @cached_property
    def acknowledged(self) -> dict[str, str]:
        """The rules that are acknowledged for it, each with a reason."""
        return with_reasons(acknowledgments_in(self.raw))

    def together_with(self, other: Resource) -> bool:
        """Tell whether both resources can be defined at the same time.

        Resources under different conditions may be alternatives to each other.
        """
        if self.exists or other.exists:
            return True
        return self.template is other.template and self.condition == other.condition


def earlier(seen: dict[_Key, list[Resource]], key: _Key, resource: Resource) -> Resource | None:
    """Return the first other resource with the same key that can be there too, and note this one.

    :param seen: the resources so far, by their keys.
    """
    others = seen.setdefault(key, [])
    together = (each for each in others if each is not resource and resource.together_with(each))
    found = next(together, None)
    others.append(resource)
    return found


@internal_value
class Value:
    """A property's value together with the place where it is written.

    Every accessor answers None for what isn't known, so that a check asks once and skips.

    :param resource: the resource that contains it.
    :param path: where, such as ``Properties.Subnets.0``.
    :param content: what is there.
    """

    resource: Resource
    path: str
    content: Content

    @property
    def absent(self) -> bool:
        """Whether there is nothing, for certain."""
        return self.content is None

    @property
    def unknown(self) -> bool:
        """Whether only the deployment knows what is there; references to resources are known."""
        return isinstance(self.content, (Text, Expression))

    @property
    def text(self) -> str | None:
        """The literal text, of a number or truth value too."""
        return text_of(self.content)

    @property
    def shown(self) -> str | None:
        """The text with an ellipsis in each gap, None for anything but text."""
        if not isinstance(self.content, Text):
            return self.text
        return "".join(part if isinstance(part, str) else "${...}" for part in self.content.parts)

    @property
    def sample(self) -> str | None:
        """The text with plausible values in place of ``AWS::AccountId`` and its like.

        For checks of a grammar that the real values pass as well as the plausible ones. None when
        anything but a pseudo parameter is missing.
        """
        if self.parts:
            samples = [self.sample_of(part) for part in self.parts]
            return None if None in samples else "".join(part for part in samples if part)
        return self.text

    def sample_of(self, part: str | Reference | Expression) -> str | None:
        """Return a plausible value of a part of the text, None where there is none."""
        if isinstance(part, str):
            return part
        if isinstance(part, Reference) or part.pseudo is None:
            return None
        region = self.resource.template.region or "us-east-1"
        partition = partition_of(region)
        return {
            "AWS::AccountId": self.resource.template.account or "111122223333",
            "AWS::Partition": partition.name if partition else "aws",
            "AWS::Region": region,
            "AWS::URLSuffix": partition.dns_suffix if partition else "amazonaws.com",
        }.get(part.pseudo)

    @property
    def gaps(self) -> list[str | None]:
        """The key of each gap in the text, in their order."""
        return [part.key for part in self.parts if not isinstance(part, str)]

    def filled(self, gap: str) -> str | None:
        """Return the text with the same text in each gap, None for anything but text."""
        if self.gaps:
            return "".join(part if isinstance(part, str) else gap for part in self.parts)
        return self.text

    @property
    def parts(self) -> tuple[str | Reference | Expression, ...]:
        """Text and gaps in their order, none if there is no gap."""
        if isinstance(self.content, Text):
            return self.content.parts
        return (self.content,) if isinstance(self.content, (Reference, Expression)) else ()

    @property
    def number(self) -> float | None:
        """The literal number, written as one or as text; whole numbers are of type ``int``."""
        content = self.content
        if isinstance(content, str) and _NUMBER.fullmatch(content):
            content = float(content)
        if isinstance(content, bool) or not isinstance(content, (int, float)):
            return None
        if not -LARGEST < content < LARGEST:
            return None
        return int(content) if content == int(content) else content

    @property
    def boolean(self) -> bool | None:
        """The literal truth value, written as one or as text."""
        if isinstance(self.content, bool):
            return self.content
        return _TRUTH.get(self.content.lower()) if isinstance(self.content, str) else None

    @property
    def reference(self) -> Reference | None:
        """The reference that is the whole value."""
        return self.content if isinstance(self.content, Reference) else None

    def target(self, *types: str) -> Resource | None:
        """Return the resource whose id or ARN is the whole value.

        :param types: the resource types that count. Default: all.
        """
        reference = self.reference
        if reference is None or not reference.identifies:
            return None
        return resource_of(reference) if not types or reference.resource.type in types else None

    @property
    def key(self) -> str | None:
        """A key that is equal for equal values, None if that isn't known."""
        return key_of(self.content)

    def references(self) -> Iterator[Reference]:
        """Find each reference within the value, however deep."""
        return references_in(self.content)

    def items(self) -> list[Value] | None:
        """Return the items of a list, none for an absent one, None for a list that isn't known.

        CloudFormation takes a single string for a list of one, and so does this.
        """
        if self.content is None:
            return []
        if isinstance(self.content, (str, Text)) or (self.reference and self.reference.single):
            return [self]
        if not isinstance(self.content, list):
            return None
        return [
            Value(self.resource, f"{self.path}.{index}", item)
            for index, item in enumerate(self.content)
            if item is not None
        ]

    def each(self) -> list[Value]:
        """Return the items that can be seen, none for a list that isn't known."""
        return self.items() or []

    def get(self, *keys: str) -> Value:
        """Return what is under a key, or under several one within the other."""
        found = self
        for key in keys:
            found = found._child(key)
        return found

    def _child(self, key: str) -> Value:
        content: Content = UNKNOWN
        if self.content is None:
            content = None
        elif isinstance(self.content, dict):
            content = self.content.get(key)
        return Value(self.resource, f"{self.path}.{key}", content)

    def keys(self) -> list[str] | None:
        """Return the keys of a mapping that aren't absent, None for one that isn't known."""
        if not isinstance(self.content, dict):
            return [] if self.content is None else None
        return [key for key, content in self.content.items() if content is not None]

    def attribute(self, key: str) -> Value:
        """Return the value of an attribute in a list of ``Key`` and ``Value``, in any order."""
        items = self.items()
        if items is None:
            return Value(self.resource, self.path, UNKNOWN)
        for item in items:
            if item.get("Key").text == key:
                return item.get("Value")
        certain = all(item.get("Key").text is not None for item in items)
        return Value(self.resource, self.path, None if certain else UNKNOWN)


def resource_of(reference: Reference) -> Resource:
    """Return the resource that a reference is to."""
    # Definitions are a narrow view of resources: nothing else is one.
    return cast("Resource", reference.resource)


def values_at(value: Value, path: Sequence[str]) -> list[Value]:
    """Return the values at a path, in which an asterisk represents each item of a list."""
    if not path:
        return [value]
    first, *rest = path
    within = value.each() if first == "*" else [value.get(first)]
    return [each for item in within for each in values_at(item, rest)]
