"""What a property of a template can contain after its intrinsic functions are evaluated.

A literal stays what it is. A reference to a resource of the same app becomes a
:class:`Reference`. What only the deployment knows becomes a :class:`Text` (a string with gaps) or
    an :class:`Expression`. None represents an absent value, including ``AWS::NoValue``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from privatelink_constructs._values import internal_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
        "PrefixListId",
        "ServiceId",
        "SubnetId",
        "TargetGroupArn",
        "TopicArn",
        "VpcId",
    }
)
"""The attributes that identify a resource itself. None is ``Ref``."""

LARGEST = 10**15
GAP = "{...}"
"""Stands in texts for what only the deployment knows."""


class Definition(Protocol):
    """A resource, as far as a reference to it goes."""

    @property
    def logical_id(self) -> str:
        """Its logical id."""
        ...

    @property
    def template_name(self) -> str:
        """The name of the template that defines it."""
        ...

    @property
    def type(self) -> str:
        """Its type, such as ``AWS::EC2::VPC``."""
        ...


@dataclass(frozen=True)
class Reference:
    """A resource of the app, or an attribute of it.

    :param resource: the resource.
    :param attribute: the attribute that ``Fn::GetAtt`` names, None for ``Ref``.
    """

    resource: Definition
    attribute: str | None = None

    @property
    def key(self) -> str:
        """Equal keys mean equal values."""
        attribute = "" if self.single else f".{self.attribute}"
        return f"<{self.resource.template_name}#{self.resource.logical_id}{attribute}>"

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


@internal_value
class Expression:
    """A value that only the deployment knows.

    :param function: the intrinsic function, such as ``Ref``, ``Fn::If`` or ``Fn::Select``.
    :param arguments: its evaluated arguments.
    :param key: equal keys mean equal values. None if that isn't known.
    """

    function: str
    arguments: tuple[Content, ...] = ()
    key: str | None = None

    @property
    def pseudo(self) -> str | None:
        """The pseudo parameter that it is, such as ``AWS::Region``."""
        name = self.arguments[0] if self.function == "Ref" and self.arguments else None
        return name if isinstance(name, str) and name.startswith("AWS::") else None


@internal_value
class Text:
    """A string with gaps that only the deployment fills.

    :param parts: literal text, references and expressions, in their order; no two strings in a row.
    """

    parts: tuple[str | Reference | Expression, ...]

    @property
    def key(self) -> str | None:
        """Equal keys mean equal values."""
        return joined_key(self.parts)


UNKNOWN = Expression("unknown")


def as_mapping(raw: object) -> dict[str, object]:
    """Return a mapping as it is, and an empty one for anything else."""
    return cast("dict[str, object]", raw) if isinstance(raw, dict) else {}


def key_text(key: object) -> str:
    """Return the key of a mapping as text, none for a number that Python doesn't write as text."""
    return str(key) if not isinstance(key, int) or -LARGEST < key < LARGEST else ""


def as_list(raw: object) -> list[object]:
    """Return a list as it is, and an empty one for anything else."""
    return cast("list[object]", raw) if isinstance(raw, list) else []


def key_of(content: Content) -> str | None:
    """Return a key that is equal for equal values, None if that isn't known."""
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
    """Join strings, numbers, and gaps. Without a gap, the result is a ``str``."""
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
    """Split text with gaps that don't contain the delimiter."""
    groups: list[list[Content]] = [[]]
    for part in parts:
        pieces = part.split(delimiter) if isinstance(part, str) else [part]
        groups[-1].append(pieces[0])
        groups.extend([piece] for piece in pieces[1:])
    return [join(group) for group in groups]


def split_list(content: Content) -> Content:
    """Split a list that is one string with commas, None if it isn't known."""
    parts = content.parts if isinstance(content, Text) else (content,)
    # Other values that are known only at deployment might contain commas.
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


def returns_anything(kind: str) -> bool:
    """Tell whether a reference to a resource of a type may return whatever a template needs.

    That is so for custom resources, nested stacks, and parameters of Systems Manager.
    """
    return not kind.startswith("AWS::") or kind.startswith(("AWS::CloudFormation::", "AWS::SSM::"))
