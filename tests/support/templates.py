"""One form for every way of writing the same value in a CloudFormation template."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

Template: TypeAlias = Mapping[str, Any]

SEPARATOR = "/"
_PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")
_NO_VALUE = {"Ref": "AWS::NoValue"}
# Guards against parameters, mappings and outputs that lead back to themselves.
_MAX_DEPTH = 100


@dataclass(frozen=True)
class Reference:
    """A use of another resource: its Ref, or one of its attributes.

    :param target: the other resource, as ``stack/logical id``.
    :param attribute: what Fn::GetAtt reads; None for a Ref.
    """

    target: str
    attribute: str | None = None

    def __str__(self) -> str:
        return self.target if self.attribute is None else f"{self.target}.{self.attribute}"


@dataclass(frozen=True)
class Resource:
    """A resource of one template, its values in canonical form."""

    resource_type: str
    properties: dict[str, Any]
    attributes: dict[str, Any]


def canonical_resources(templates: Mapping[str, Template]) -> dict[str, Resource]:
    """Return all resources of the templates by ``stack/logical id``.

    Parameters, mappings, conditions, exports and outputs of other stacks are put in where
    they are used, so that a change of theirs shows at the resources which it reaches.
    """
    found: dict[str, Resource] = {}
    for stack, template in templates.items():
        canonical = _Canonical(templates, stack)
        for logical_id, resource in template.get("Resources", {}).items():
            found[_qualified(stack, logical_id)] = Resource(
                resource_type=resource["Type"],
                properties=canonical.value(resource.get("Properties") or {}),
                attributes=canonical.attributes(resource),
            )
    return found


def references(value: Any) -> Iterator[Reference]:
    """Yield the references in a canonical value."""
    if isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from references(item)
    elif isinstance(value, dict):
        mapping = cast("dict[str, Any]", value)
        function = intrinsic(mapping)
        if function == "Ref":
            yield Reference(mapping["Ref"])
        elif function == "Fn::GetAtt":
            target, attribute = mapping["Fn::GetAtt"]
            yield Reference(target, attribute)
        else:
            for item in mapping.values():
                yield from references(item)


def intrinsic(value: Any) -> str | None:
    """Return the name of the function that a value is a call of."""
    if isinstance(value, dict) and len(cast("dict[str, Any]", value)) == 1:
        (name,) = cast("dict[str, Any]", value)
        if name in {"Ref", "Condition"} or name.startswith("Fn::"):
            return name
    return None


def _qualified(stack: str, logical_id: str) -> str:
    return f"{stack}{SEPARATOR}{logical_id}" if stack else logical_id


class _Canonical:
    def __init__(self, templates: Mapping[str, Template], stack: str, depth: int = 0) -> None:
        self._templates = templates
        self._stack = stack
        self._template = templates[stack]
        self._depth = depth

    def attributes(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        kept = {
            name: self.value(value)
            for name, value in resource.items()
            if name not in {"Type", "Properties", "Metadata", "Condition", "DependsOn"}
        }
        if "Condition" in resource:
            kept["Condition"] = self._condition(resource["Condition"])
        if "DependsOn" in resource:
            names = resource["DependsOn"]
            kept["DependsOn"] = sorted([names] if isinstance(names, str) else names)
        return kept

    def value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.value(item) for item in cast("list[Any]", value) if item != _NO_VALUE]
        if not isinstance(value, dict):
            return value
        mapping = cast("dict[str, Any]", value)
        name = intrinsic(mapping)
        if name is not None:
            return self._call(name, mapping[name])
        kept = sorted(key for key, item in mapping.items() if item != _NO_VALUE)
        return {key: self.value(mapping[key]) for key in kept}

    def _call(self, name: str, argument: Any) -> Any:
        calls = {
            "Condition": self._condition,
            "Ref": self._ref,
            "Fn::GetAtt": self._attribute,
            "Fn::Sub": self._substitution,
            "Fn::If": self._choice,
            "Fn::FindInMap": self._mapped,
            "Fn::ImportValue": self._imported,
            "Fn::GetStackOutput": self._stack_output,
        }
        call = calls.get(name)
        return {name: self.value(argument)} if call is None else call(argument)

    def _ref(self, name: str) -> Any:
        parameters = self._template.get("Parameters", {})
        if name in parameters:
            # The default stands for the value: nobody gives parameters of a synthesized template.
            return {"Fn::Parameter": parameters[name].get("Default", name)}
        return {"Ref": name if name.startswith("AWS::") else _qualified(self._stack, name)}

    def _attribute(self, argument: Any) -> Any:
        logical_id, attribute = (
            argument.split(".", 1) if isinstance(argument, str) else map(self.value, argument)
        )
        return {"Fn::GetAtt": [_qualified(self._stack, logical_id), attribute]}

    def _substitution(self, argument: Any) -> Any:
        given: dict[str, Any] = {}
        text, given = (argument, given) if isinstance(argument, str) else argument
        variables = {name: self.value(value) for name, value in given.items()}
        for name in _PLACEHOLDER.findall(text):
            if name not in variables:
                call = self._attribute if "." in name else self._ref
                variables[name] = call(name)
        return {"Fn::Sub": [text, dict(sorted(variables.items()))]} if variables else text

    def _choice(self, argument: list[Any]) -> Any:
        condition, *branches = argument
        return {"Fn::If": [self._condition(condition), *(self.value(item) for item in branches)]}

    def _condition(self, name: Any) -> Any:
        definitions = self._template.get("Conditions", {})
        if isinstance(name, str) and name in definitions:
            return self._elsewhere(self._stack).value(definitions[name])
        # An IAM statement's "Condition" is no call of a function.
        return {"Condition": self.value(name)}

    def _mapped(self, argument: list[Any]) -> Any:
        name = argument[0]
        mapping = self._template.get("Mappings", {}).get(name) if isinstance(name, str) else None
        return {"Fn::FindInMap": [mapping, *(self.value(item) for item in argument[1:])]}

    def _imported(self, name: Any) -> Any:
        wanted = self.value(name)
        for stack, template in self._templates.items():
            canonical = self._elsewhere(stack)
            for output in template.get("Outputs", {}).values():
                exported = output.get("Export", {}).get("Name")
                if exported is not None and canonical.value(exported) == wanted:
                    return canonical.value(output["Value"])
        return {"Fn::ImportValue": wanted}

    def _stack_output(self, argument: dict[str, Any]) -> Any:
        stack, output = argument.get("StackName"), argument.get("OutputName")
        if isinstance(stack, str) and stack in self._templates:
            outputs = self._templates[stack].get("Outputs", {})
            if output in outputs:
                return self._elsewhere(stack).value(outputs[output]["Value"])
        return {"Fn::GetStackOutput": {key: self.value(argument[key]) for key in sorted(argument)}}

    def _elsewhere(self, stack: str) -> _Canonical:
        if self._depth >= _MAX_DEPTH:
            raise ValueError(f"the values of stack {stack!r} lead back to themselves")
        return _Canonical(self._templates, stack, self._depth + 1)


def shown(value: Any, width: int = 80) -> str:
    """Return a value as one short line."""
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= width else f"{text[: width - 3]}..."
