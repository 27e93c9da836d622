"""What a property of a template can hold once its intrinsic functions are evaluated.

A literal stays what it is. A reference to a resource of the same app becomes a
:class:`Reference`. What only the deployment knows becomes a :class:`Text` (a string with gaps) or
an :class:`Expression`. None stands for what is absent, ``AWS::NoValue`` included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias, cast

from privatelink_constructs.facts.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from privatelink_constructs.cloudformation.template import Resource

    Content: TypeAlias = bool | float | str | list["Content"] | dict[str, "Content"] | "Gap" | None
    Gap: TypeAlias = "Reference | Text | Expression"

IDENTIFIERS = frozenset(
    {
        None,
        "Arn",
        "GroupId",
        "HostedZoneId",
        "Id",
        "ListenerArn",
        "LoadBalancerArn",
        "ServiceId",
        "SubnetId",
        "TargetGroupArn",
        "TopicArn",
        "VpcId",
    }
)
"""The attributes that stand for a resource itself; None is ``Ref``."""

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,6})?", re.ASCII)
_LARGEST = 10**15
GAP = "{...}"
"""Stands in texts for what only the deployment knows."""
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class Reference:
    """A resource of the app, or an attribute of it.

    :param resource: the resource.
    :param attribute: the attribute that ``Fn::GetAtt`` names, None for ``Ref``.
    """

    resource: Resource
    attribute: str | None = None

    @property
    def key(self) -> str:
        """Equal keys stand for equal values."""
        attribute = "" if self.single else f".{self.attribute}"
        return f"<{self.resource.template.name}#{self.resource.logical_id}{attribute}>"

    @property
    def identifies(self) -> bool:
        """Whether it is the resource's id or ARN, and no other attribute."""
        return self.attribute in IDENTIFIERS

    @property
    def plain(self) -> bool:
        """Whether it is what ``Ref`` gives of an AWS resource: its own id, ARN or name.

        What custom resources and stacks give may be anything.
        """
        kind = self.resource.type
        own = kind.startswith("AWS::") and not kind.startswith("AWS::CloudFormation::")
        return own and self.attribute is None

    @property
    def single(self) -> bool:
        """Whether it is certain that it yields a string, and no list."""
        own = self.resource.type.startswith("AWS::CloudFormation::")
        known = self.resource.type.startswith("AWS::") and not own
        return self.attribute is None or (known and self.identifies)


@dataclass(frozen=True, eq=False)
class Expression:
    """A value that only the deployment knows.

    :param function: the intrinsic function, such as ``Ref``, ``Fn::If`` or ``Fn::Select``.
    :param arguments: its evaluated arguments.
    :param key: equal keys stand for equal values; None where that can't be told.
    """

    function: str
    arguments: tuple[Content, ...] = ()
    key: str | None = None

    @property
    def pseudo(self) -> str | None:
        """The pseudo parameter that it is, such as ``AWS::Region``."""
        name = self.arguments[0] if self.function == "Ref" and self.arguments else None
        return name if isinstance(name, str) and name.startswith("AWS::") else None


@dataclass(frozen=True, eq=False)
class Text:
    """A string with gaps that only the deployment fills.

    :param parts: literal text, references and expressions, in their order; no two strings in a row.
    """

    parts: tuple[str | Reference | Expression, ...]

    @property
    def key(self) -> str | None:
        """Equal keys stand for equal values."""
        return joined_key(self.parts)


UNKNOWN = Expression("unknown")


def as_mapping(raw: object) -> dict[str, object]:
    """Return a mapping as it is, and an empty one for anything else."""
    return cast("dict[str, object]", raw) if isinstance(raw, dict) else {}


def key_text(key: object) -> str:
    """Return the key of a mapping as text, none for a number that Python doesn't write as text."""
    return str(key) if not isinstance(key, int) or -_LARGEST < key < _LARGEST else ""


def as_list(raw: object) -> list[object]:
    """Return a list as it is, and an empty one for anything else."""
    return cast("list[object]", raw) if isinstance(raw, list) else []


def key_of(content: Content) -> str | None:
    """Return a key that is equal for equal values, None where that can't be told."""
    if isinstance(content, (Reference, Text, Expression)):
        return content.key
    if isinstance(content, bool):
        return str(content).lower()
    if isinstance(content, list):
        inner = joined_key([item for item in content if item is not None])
        return None if inner is None else f"[{inner}]"
    if isinstance(content, dict):
        inner = joined_key([part for name in sorted(content) for part in (name, content[name])])
        return None if inner is None else f"{{{inner}}}"
    return None if content is None else str(content)


def joined_key(contents: list[Content] | tuple[Content, ...]) -> str | None:
    """Return the key of several values together."""
    keys = [key_of(content) for content in contents]
    return None if None in keys else ",".join(key for key in keys if key is not None)


def join(parts: list[Content]) -> Content:
    """Put strings, numbers and gaps together: a ``str`` where there is no gap."""
    merged: list[str | Reference | Expression] = []
    for part in parts:
        if isinstance(part, Text):
            pieces = part.parts
        elif isinstance(part, (Reference, Expression)):
            pieces = (part,)
        else:
            literal = text_of(part)
            if literal is None:
                return UNKNOWN
            pieces = (literal,)
        for piece in pieces:
            _append(merged, piece)
    if not merged:
        return ""
    only = merged[0] if len(merged) == 1 else None
    return only if only is not None else Text(tuple(merged))


def _append(
    merged: list[str | Reference | Expression], piece: str | Reference | Expression
) -> None:
    last = merged[-1] if merged else None
    if piece == "":
        return
    if isinstance(piece, str) and isinstance(last, str):
        merged[-1] = last + piece
    else:
        merged.append(piece)


def split_parts(parts: tuple[Content, ...], delimiter: str) -> list[Content]:
    """Split text with gaps in it, none of which holds the delimiter."""
    groups: list[list[Content]] = [[]]
    for part in parts:
        pieces = part.split(delimiter) if isinstance(part, str) else [part]
        groups[-1].append(pieces[0])
        groups.extend([piece] for piece in pieces[1:])
    return [join(group) for group in groups]


def split_list(content: Content) -> Content:
    """Split what is given for a list as one string with commas, None where that isn't known."""
    parts = content.parts if isinstance(content, Text) else (content,)
    # Anything else that only the deployment knows may hold commas itself.
    if not all(
        isinstance(part, str) or (isinstance(part, Reference) and part.identifies) for part in parts
    ):
        return None
    return [_stripped(item) for item in split_parts(parts, ",")]


def _stripped(item: Content) -> Content:
    return item.strip() if isinstance(item, str) else item


def text_of(content: Content) -> str | None:
    """Return a literal scalar as CloudFormation passes it on, None for anything else."""
    if isinstance(content, bool):
        return str(content).lower()
    return str(content) if isinstance(content, (str, int, float)) else None


def comparable_names(name: Value, domain: Value) -> tuple[str, str] | None:
    """Return a name and a domain with ``{...}`` for gaps, None where they can't be compared.

    They can where both have the same gaps and end alike, and where their ends contradict each other
    whatever is in the gaps.
    """
    texts = name.filled(GAP), domain.filled(GAP)
    if texts[0] is None or texts[1] is None:
        return None
    ends = [f".{text}".lower().rstrip(".").rpartition(GAP)[2] for text in texts if text]
    same = name.gaps == domain.gaps and None not in name.gaps
    if same and (not name.gaps or len(set(ends)) == 1):
        return texts[0], texts[1]
    contradict = not ends[0].endswith(ends[-1]) and not ends[-1].endswith(ends[0])
    return (texts[0], texts[1]) if contradict else None


def references_in(content: Content) -> Iterator[Reference]:
    """Find each reference within a value, however deep."""
    return (leaf for leaf in _leaves(content) if isinstance(leaf, Reference))


def texts_in(content: Content) -> Iterator[str]:
    """Find each piece of literal text within a value, however deep, keys included."""
    return (leaf for leaf in _leaves(content) if isinstance(leaf, str))


def _leaves(content: Content) -> Iterator[Content]:
    """Find everything within a value that has nothing within itself, keys included."""
    within: Iterable[Content]
    if isinstance(content, Text):
        within = content.parts
    elif isinstance(content, Expression):
        within = content.arguments
    elif isinstance(content, list):
        within = content
    elif isinstance(content, dict):
        within = chain.from_iterable(content.items())
    else:
        yield content
        return
    for each in within:
        yield from _leaves(each)


@dataclass(frozen=True, eq=False)
class Value:
    """A property's value together with the place where it is written.

    Every accessor answers None for what isn't known, so that a check asks once and skips.

    :param resource: the resource that holds it.
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
        """Text and gaps in their order, none where there is no gap."""
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
        if not -_LARGEST < content < _LARGEST:
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
        return reference.resource if not types or reference.resource.type in types else None

    @property
    def key(self) -> str | None:
        """A key that is equal for equal values, None where that can't be told."""
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
