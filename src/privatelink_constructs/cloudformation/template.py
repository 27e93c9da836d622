"""One template: its resources, and what is known of its parameters, conditions and outputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from privatelink_constructs.cloudformation.evaluator import Resolver
from privatelink_constructs.cloudformation.values import (
    UNKNOWN,
    Expression,
    Reference,
    Value,
    as_list,
    as_mapping,
    key_of,
    key_text,
    split_list,
)
from privatelink_constructs.facts.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.values import Content
    from privatelink_constructs.facts.partitions import Partition

    Json = dict[str, object]

_Key = TypeVar("_Key")
METADATA_KEY = "privatelink-constructs"
"""Under it the ``Metadata`` of a resource holds what is acknowledged there.

``{"privatelink-constructs": {"acknowledged": {"<rule id>": "<reason>"}}}``
"""
STACK = "AWS::CloudFormation::Stack"
_KNOWN_TRANSFORMS = (
    "AWS::CodeDeployBlueGreen",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager",
    "AWS::Serverless",
)
_EXTENSIONS = (".template.json", ".template.yaml", ".json", ".yaml", ".yml", ".template")


@dataclass(frozen=True)
class Environment:
    """Where a template is deployed, as far as it is known.

    :param region: the Region. Default: not known.
    :param account: the account. Default: not known.
    :param stack_name: the name of the stack. Default: the template's name without its extension.
    """

    region: str | None = None
    account: str | None = None
    stack_name: str | None = None


class Resource:
    """A resource of a template.

    :param template: the template that it is in.
    :param logical_id: its logical id.
    :param raw: its definition as it stands there.
    """

    def __init__(self, template: Template, logical_id: str, raw: Json) -> None:
        self.template = template
        self.logical_id = logical_id
        self.raw = raw
        kind = raw.get("Type")
        self.type = kind if isinstance(kind, str) else ""
        condition = raw.get("Condition")
        self.condition = condition if isinstance(condition, str) else None
        """The name of the condition that it is under."""

    def __repr__(self) -> str:
        return f"Resource({self.type}, {self.logical_id!r})"

    @cached_property
    def exists(self) -> bool | None:
        """Whether it is defined at all, None when its condition isn't known."""
        return True if self.condition is None else self.template.condition(self.condition)

    @cached_property
    def value(self) -> Value:
        """All its properties, evaluated."""
        content = self.template.resolver.resolve(self.raw.get("Properties"))
        if any(key_text(key).startswith("Fn::") for key in self.raw):
            # A macro beside the properties adds what it wants to them.
            content = UNKNOWN
        return Value(self, "Properties", {} if content is None else content)

    def get(self, *keys: str) -> Value:
        """Return a property, or one within others."""
        return self.value.get(*keys)

    @cached_property
    def acknowledged(self) -> dict[str, str]:
        """The rules that are acknowledged for it, each with a reason."""
        found: object = self.raw.get("Metadata")
        for key in (METADATA_KEY, "acknowledged"):
            found = as_mapping(found).get(key)
        given = as_mapping(found)
        return {
            rule: reason.strip()
            for rule, reason in given.items()
            if isinstance(reason, str) and reason.strip()
        }

    def together_with(self, other: Resource) -> bool:
        """Tell whether it is certain that where one of both is defined, the other can be too.

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


class Template:
    """One template.

    :param model: all templates together.
    :param name: its name, unique among them.
    :param raw: the template as it was read.
    :param environment: where it is deployed.
    """

    def __init__(self, model: Model, name: str, raw: object, environment: Environment) -> None:
        self.model = model
        self.name = name
        self.raw = as_mapping(raw)
        self.region = environment.region
        self.account = environment.account
        self.stack_name = environment.stack_name or _without_extension(file_name(name))
        self.partition: Partition | None = partition_of(self.region) if self.region else None
        self.resolver = Resolver(self)
        self.mappings = self._section("Mappings")
        self._parameters = self._section("Parameters")
        self._conditions = self._section("Conditions")
        self._outputs = self._section("Outputs")
        self._known: dict[tuple[str, str], Content] = {}
        self._holds: dict[str, bool | None] = {}
        self.resources: dict[str, Resource] = {
            logical_id: Resource(self, logical_id, as_mapping(definition))
            for logical_id, definition in self._section("Resources").items()
            if not self._rewritten
        }

    def _section(self, name: str) -> Json:
        section = as_mapping(self.raw.get(name))
        return {key_text(key): value for key, value in section.items()}

    @cached_property
    def _rewritten(self) -> bool:
        """Whether a macro of the user's own may rewrite everything."""
        return any(
            not isinstance(name, str) or not name.startswith(_KNOWN_TRANSFORMS)
            for name in self._transforms
        )

    @property
    def _transforms(self) -> list[object]:
        given = self.raw.get("Transform")
        if given is None:
            return []
        return as_list(cast("object", given)) if isinstance(given, list) else [given]

    @cached_property
    def complete(self) -> bool:
        """Whether all its resources can be seen: no macro, loop or module defines further ones."""
        return (
            not any(
                name.startswith("Fn::") or resource.type.endswith("::MODULE")
                for name, resource in self.resources.items()
            )
            and not self._rewritten
        )

    def resource(self, logical_id: str) -> Resource | None:
        """Return a resource, None for one that isn't there."""
        found = self.resources.get(logical_id)
        return None if found is None or found.exists is False else found

    def condition(self, name: str) -> bool | None:
        """Tell whether a condition holds, None when it isn't known."""
        if name not in self._holds:
            self._holds[name] = None
            self._holds[name] = self.resolver.condition(self._conditions.get(name))
        return self._holds[name]

    def declares(self, parameter: str) -> bool:
        """Tell whether there is a parameter of that name."""
        return parameter in self._parameters

    def parameter(self, name: str, depth: int = 0) -> Content:
        """Return what is known of a parameter: its only allowed value, or what a parent gives.

        A default is no knowledge: a deployment may give another value.
        """
        place = ("parameter", name)
        if place not in self._known:
            unknown = Expression("Ref", (name,), f"<{self.name}:Ref({name})>")
            self._known[place] = unknown
            self._known[place] = self._parameter(name, depth) or unknown
        return self._known[place]

    def _parameter(self, name: str, depth: int) -> Content:
        declared = self._parameters[name]
        definition = as_mapping(declared)
        allowed = as_list(definition.get("AllowedValues"))
        kind = definition.get("Type", "String")
        if len(allowed) == 1 and kind in ("String", "Number"):
            return self.resolver.resolve(allowed[0])
        parent = self.model.parent_of(self)
        if parent is None:
            return None
        given = as_mapping(as_mapping(parent.raw.get("Properties")).get("Parameters"))
        value = parent.template.resolver.resolve(given.get(name), depth + 1)
        return _taken_by(str(kind), value)

    def output(self, name: str, depth: int = 0) -> Content:
        """Return what is known of an output."""
        place = ("output", name)
        if place not in self._known:
            self._known[place] = UNKNOWN
            raw = self._outputs.get(name)
            value = as_mapping(raw).get("Value")
            self._known[place] = self.resolver.resolve(value, depth + 1)
        return self._known[place]

    @property
    def outputs(self) -> dict[str, Content]:
        """All outputs, evaluated."""
        return {name: self.output(name) for name in self._outputs}

    def exports(self) -> Iterator[tuple[str, str]]:
        """Yield the key of each exported name, and the output behind it."""
        for name, raw in self._outputs.items():
            export = as_mapping(raw).get("Export")
            key = key_of(self.resolver.resolve(as_mapping(export).get("Name")))
            if key is not None:
                yield key, name

    def imported(self, name: Content, depth: int) -> Content:
        """Return what another template of the app exports under a name, None when none does."""
        key = key_of(name)
        return None if key is None else self.model.exported(key, self, depth)

    def stack_output(
        self, stack: str | None, output: str | None, region: str | None, depth: int
    ) -> Content:
        """Return an output of another stack of the app, None when it isn't there."""
        if stack is None or output is None:
            return None
        return self.model.stack_output(stack, output, region or self.region, depth)

    def attribute(self, resource: Resource, attribute: str, depth: int) -> Content:
        """Return an attribute of a resource, followed into nested and other stacks."""
        found: Content = None
        if resource.type == STACK and attribute.startswith("Outputs."):
            child = self.model.child_of(resource)
            output = attribute.removeprefix("Outputs.")
            found = self.model.take(child, output, depth) if child else None
        elif attribute.startswith("/cdk/exports/"):
            found = self.model.cross_region_export(attribute, depth)
        return found if found is not None else Reference(resource, attribute)


def _taken_by(kind: str, given: Content) -> Content:
    """Return what a parameter of a type is when a parent gives it something."""
    # A parent gives the name of such a parameter, and the deployment looks its value up.
    if kind.startswith("AWS::SSM::Parameter::Value<"):
        return None
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return split_list(given)
    return given


def file_name(path: str) -> str:
    """Return the last part of a path or URL."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _without_extension(name: str) -> str:
    for extension in _EXTENSIONS:
        if name.endswith(extension):
            return name.removesuffix(extension)
    return name
