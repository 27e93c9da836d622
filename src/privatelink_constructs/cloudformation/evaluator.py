"""Evaluates the intrinsic functions of a template as far as they can be known before a deployment.

:see: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, cast

from privatelink_constructs.cloudformation.budget import Budget
from privatelink_constructs.cloudformation.content import (
    UNKNOWN,
    Expression,
    Reference,
    Text,
    as_list,
    as_mapping,
    join,
    joined_key,
    key_of,
    key_text,
    split_parts,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from privatelink_constructs.cloudformation.content import Content, Definition
    from privatelink_constructs.facts.partitions import Partition

    Json = dict[str, object]

# A template nests its values a dozen levels deep, a broken one has no end.
_DEEPEST = 60
_LARGEST = 10**100
_VARIABLE = re.compile(r"\$\{(!?)([^{}]*)\}")
_DYNAMIC_REFERENCE = "{{resolve:"
_PAIR = 2


class Names(Protocol):
    """What the names in a template refer to: parameters, mappings, conditions, and resources."""

    @property
    def name(self) -> str:
        """The name of the template."""
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

    @property
    def mappings(self) -> Json:
        """The mappings, as they are written."""
        ...

    def resource(self, logical_id: str) -> Definition | None:
        """Return a resource, None for one that isn't there."""
        ...

    def declares(self, parameter: str) -> bool:
        """Tell whether there is a parameter of that name."""
        ...

    def parameter(self, name: str, depth: int) -> Content:
        """Return what is known of a parameter."""
        ...

    def condition(self, name: str) -> bool | None:
        """Tell whether a condition is true, None if it isn't known."""
        ...

    def imported(self, name: Content, depth: int) -> Content:
        """Return what is exported under a name, None when nothing is."""
        ...

    def stack_output(
        self, stack: str | None, output: str | None, region: str | None, depth: int
    ) -> Content:
        """Return an output of another stack, None when it isn't there."""
        ...

    def attribute(self, logical_id: str, attribute: str, depth: int) -> Content:
        """Return an attribute of a resource that is there."""
        ...


class Evaluator:
    """Evaluates the values of one template.

    :param template: what its names refer to.
    """

    def __init__(self, template: Names) -> None:
        self._template = template
        self.budget = Budget()
        self._open: set[int] = set()
        self._functions: dict[str, Callable[[object, int], Content]] = {
            "Fn::FindInMap": self._find_in_map,
            "Fn::GetAtt": self._get_att,
            "Fn::GetAZs": self._get_azs,
            "Fn::GetStackOutput": self._get_stack_output,
            "Fn::If": self._if,
            "Fn::ImportValue": self._import_value,
            "Fn::Join": self._join,
            "Fn::Length": self._length,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::Sub": self._sub,
            "Ref": self._ref,
        }

    def evaluate(self, raw: object, depth: int = 0) -> Content:
        """Evaluate a value as it stands in the template."""
        if not self.budget.affords(1):
            return UNKNOWN
        if isinstance(raw, (dict, list, tuple)):
            return self._resolve_collection(cast("object", raw), depth)
        if isinstance(raw, str):
            return self._literal(raw)
        # No property takes a number so large, and Python doesn't write it as text.
        if isinstance(raw, int) and not -_LARGEST < raw < _LARGEST:
            return UNKNOWN
        return raw if raw is None or isinstance(raw, (int, float)) else UNKNOWN

    def _resolve_collection(self, raw: object, depth: int) -> Content:
        # An alias in YAML may put a collection into itself.
        place = id(raw)
        if depth > _DEEPEST or place in self._open:
            return UNKNOWN
        self._open.add(place)
        try:
            if isinstance(raw, dict):
                return self._resolve_mapping(cast("dict[object, object]", raw), depth + 1)
            return [self.evaluate(item, depth + 1) for item in cast("list[object]", raw)]
        finally:
            self._open.remove(place)

    def condition(self, raw: object, depth: int = 0) -> bool | None:
        """Evaluate a condition, None when it isn't known."""
        if depth > _DEEPEST or len(as_mapping(raw)) != 1 or id(raw) in self._open:
            return None
        if not self.budget.affords(1):
            return None
        self._open.add(id(raw))
        try:
            return self._condition(as_mapping(raw), depth)
        finally:
            self._open.remove(id(raw))

    def _condition(self, raw: dict[str, object], depth: int) -> bool | None:
        ((name, argument),) = raw.items()
        if name == "Condition":
            return self._template.condition(argument) if isinstance(argument, str) else None
        arguments = as_list(argument)
        if name == "Fn::Equals":
            return self._equals(arguments, depth)
        decides = {"Fn::And": False, "Fn::Not": None, "Fn::Or": True}
        results = [self.condition(item, depth + 1) for item in arguments]
        if name not in decides or not results:
            return None
        if name == "Fn::Not":
            return None if results[0] is None else not results[0]
        decisive = decides[name]
        return decisive if decisive in results else None if None in results else not decisive

    def _equals(self, arguments: list[object], depth: int) -> bool | None:
        if len(arguments) != _PAIR:
            return None
        left, right = (self.evaluate(argument, depth + 1) for argument in arguments)
        texts = (text_of(left), text_of(right))
        if None not in texts:
            return texts[0] == texts[1]
        key = key_of(left)
        return True if key is not None and key == key_of(right) else None

    def _literal(self, content: Content) -> Content:
        parts = content.parts if isinstance(content, Text) else (content,)
        if any(isinstance(part, str) and _DYNAMIC_REFERENCE in part for part in parts):
            return Expression("resolve", parts, key_of(content))
        return content

    def _resolve_mapping(self, raw: dict[object, object], depth: int) -> Content:
        if len(raw) == 1:
            ((name, argument),) = raw.items()
            function = self._functions.get(name) if isinstance(name, str) else None
            if function:
                return function(argument, depth)
        names = [key_text(name) for name in raw]
        # `Fn::Transform` and `Fn::ForEach::...` can appear next to other keys and add any content.
        if any(name.startswith("Fn::") for name in names):
            arguments = [self.evaluate(argument, depth) for argument in raw.values()]
            return self._expression(names[0], *arguments)
        return {
            name: self.evaluate(argument, depth)
            for name, argument in zip(names, raw.values(), strict=True)
        }

    def _expression(self, function: str, *arguments: Content) -> Expression:
        key = joined_key(arguments)
        if key is not None:
            key = f"<{self._template.name}:{function}({key})>"
        if not self.budget.affords_text(key):
            return UNKNOWN
        return Expression(function, arguments, key)

    def _again(self, content: Content) -> Content:
        """Return a value that is already evaluated, if there are enough steps left."""
        return content if self.budget.affords_content(content) else UNKNOWN

    def _joined(self, parts: list[Content]) -> Content:
        return self._literal(join(parts)) if self.budget.affords_text(*parts) else UNKNOWN

    def _uncertain(self, function: str, *arguments: Content) -> Expression:
        return Expression(function, arguments)

    def _ref(self, argument: object, depth: int) -> Content:
        if not isinstance(argument, str):
            return UNKNOWN
        if argument.startswith("AWS::"):
            return self._pseudo(argument)
        resource = self._template.resource(argument)
        if resource:
            return Reference(resource)
        if self._template.declares(argument):
            return self._again(self._template.parameter(argument, depth))
        return self._expression("Ref", argument)

    def _pseudo(self, name: str) -> Content:
        known = {
            "AWS::AccountId": self._template.account,
            "AWS::Partition": self._template.partition and self._template.partition.name,
            "AWS::Region": self._template.region,
            "AWS::URLSuffix": self._template.partition and self._template.partition.dns_suffix,
        }.get(name)
        if name == "AWS::NoValue":
            return None
        return known or self._expression("Ref", name)

    def _get_att(self, argument: object, depth: int) -> Content:
        if isinstance(argument, str):
            argument = argument.split(".", 1)
        if len(as_list(argument)) < _PAIR:
            return UNKNOWN
        name, *rest = as_list(argument)
        attribute = self._joined([self.evaluate(part, depth) for part in rest])
        if not isinstance(name, str) or not isinstance(attribute, str):
            return UNKNOWN
        if self._template.resource(name) is None:
            return self._expression("Fn::GetAtt", name, attribute)
        return self._again(self._template.attribute(name, attribute, depth))

    def _get_azs(self, argument: object, depth: int) -> Content:
        region = self.evaluate(argument, depth)
        own = isinstance(region, Expression) and region.pseudo == "AWS::Region"
        if own or region == self._template.region:
            region = ""
        return self._expression("Fn::GetAZs", region)

    def _import_value(self, argument: object, depth: int) -> Content:
        name = self.evaluate(argument, depth)
        found = self._template.imported(name, depth)
        return self._again(found) or self._expression("Fn::ImportValue", name)

    def _get_stack_output(self, argument: object, depth: int) -> Content:
        wanted = self.evaluate(argument, depth)
        if not isinstance(wanted, dict):
            return self._expression("Fn::GetStackOutput", wanted)
        found = self._template.stack_output(
            text_of(wanted.get("StackName")),
            text_of(wanted.get("OutputName")),
            text_of(wanted.get("Region")),
            depth,
        )
        return self._again(found) or self._expression("Fn::GetStackOutput", wanted)

    def _if(self, argument: object, depth: int) -> Content:
        if len(as_list(argument)) != _PAIR + 1:
            return UNKNOWN
        name, *branches = as_list(argument)
        holds = self._template.condition(name) if isinstance(name, str) else None
        if holds is not None:
            return self.evaluate(branches[0 if holds else 1], depth)
        first, second = (self.evaluate(branch, depth) for branch in branches)
        key = key_of(first)
        if key is not None and key == key_of(second):
            return first
        return self._uncertain("Fn::If", name if isinstance(name, str) else None, first, second)

    def _find_in_map(self, argument: object, depth: int) -> Content:
        arguments = self.evaluate(argument, depth)
        if not isinstance(arguments, list):
            return UNKNOWN
        keys = [text_of(content) for content in arguments[:3]]
        found: object = self._template.mappings
        for key in keys:
            found = as_mapping(found).get(key or "")
        if None in keys or found is None:
            return self._expression("Fn::FindInMap", *arguments)
        return self.evaluate(found, depth)

    def _join(self, argument: object, depth: int) -> Content:
        arguments = self._pair(argument, depth)
        if arguments is None or not isinstance(arguments[0], str):
            return UNKNOWN
        delimiter, items = arguments
        if not isinstance(items, list):
            return self._expression("Fn::Join", delimiter, items)
        parts: list[Content] = []
        for item in items:
            if item is not None:
                parts += [delimiter, item] if parts else [item]
        return self._joined(parts)

    def _pair(self, argument: object, depth: int) -> tuple[Content, Content] | None:
        arguments = self.evaluate(argument, depth)
        if not isinstance(arguments, list) or len(arguments) != _PAIR:
            return None
        return arguments[0], arguments[1]

    def _length(self, argument: object, depth: int) -> Content:
        items = self.evaluate(argument, depth)
        if not isinstance(items, list) or any(map(_conditional, items)):
            return self._expression("Fn::Length", items)
        return len([item for item in items if item is not None])

    def _select(self, argument: object, depth: int) -> Content:
        arguments = self._pair(argument, depth)
        if arguments is None:
            return UNKNOWN
        index, items = text_of(arguments[0]), arguments[1]
        if index is None or not re.fullmatch(r"\d{1,4}", index, re.ASCII):
            return self._expression("Fn::Select", *arguments)
        if isinstance(items, list) and not any(map(_conditional, items)):
            there = [item for item in items if item is not None]
            return there[int(index)] if int(index) < len(there) else UNKNOWN
        return self._expression("Fn::Select", int(index), items)

    def _split(self, argument: object, depth: int) -> Content:
        arguments = self._pair(argument, depth)
        delimiter, source = arguments or (None, None)
        if not isinstance(delimiter, str) or not delimiter:
            return UNKNOWN
        if isinstance(source, str):
            if not self.budget.affords(source.count(delimiter)):
                return UNKNOWN
            return [part for part in source.split(delimiter)]  # noqa: C416 - of the wider type
        if isinstance(source, Text) and delimiter == "||":
            # The CDK puts it between the items of a list that crosses stacks.
            return split_parts(source.parts, delimiter)
        if isinstance(source, Expression) and source.function == "Fn::Join":
            # A list that crosses stacks is joined in one and split in the other.
            return source.arguments[1] if source.arguments[0] == delimiter else UNKNOWN
        return self._expression("Fn::Split", delimiter, source)

    def _sub(self, argument: object, depth: int) -> Content:
        variables: dict[str, object] = {}
        if len(as_list(argument)) == _PAIR:
            argument, given = as_list(argument)
            variables = as_mapping(given)
        if not isinstance(argument, str):
            return UNKNOWN
        parts: list[Content] = []
        end = 0
        for match in _VARIABLE.finditer(argument):
            parts.append(argument[end : match.start()])
            parts.append(self._variable(match, variables, depth))
            end = match.end()
        return self._joined([*parts, argument[end:]])

    def _variable(self, match: re.Match[str], variables: dict[str, object], depth: int) -> Content:
        name = match[2].strip()
        if match[1]:
            return f"${{{match[2]}}}"
        if name in variables:
            return self.evaluate(variables[name], depth)
        return self._get_att(name, depth) if "." in name else self._ref(name, depth)


def _conditional(item: Content) -> bool:
    return isinstance(item, Expression) and item.function in {"Fn::If", "unknown"}
