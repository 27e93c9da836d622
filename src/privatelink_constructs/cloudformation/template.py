"""One template: its resources, and what is known of its parameters, conditions and outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from posixpath import normpath
from typing import TYPE_CHECKING, Protocol, cast

from privatelink_constructs.cloudformation.content import (
    UNKNOWN,
    Expression,
    Reference,
    as_list,
    as_mapping,
    key_of,
    key_text,
    split_list,
)
from privatelink_constructs.cloudformation.evaluator import Evaluator
from privatelink_constructs.cloudformation.resource import (
    Resource,
    acknowledgments_in,
    with_reasons,
)
from privatelink_constructs.facts.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from privatelink_constructs.cloudformation.content import Content
    from privatelink_constructs.facts.partitions import Partition

    Json = dict[str, object]

STACK = "AWS::CloudFormation::Stack"
_LANGUAGE = "AWS::LanguageExtensions"
_KNOWN_TRANSFORMS = (
    "AWS::CodeDeployBlueGreen",
    _LANGUAGE,
    "AWS::SecretsManager",
    "AWS::Serverless",
)
_MOST_CONDITIONS = 40
_EXTENSIONS = (".template.json", ".template.yaml", ".json", ".yaml", ".yml", ".template")


@dataclass(frozen=True, kw_only=True)
class TemplateEnvironment:
    """Where a template is deployed, as far as it is known.

    :param region: the Region. Default: not known.
    :param account: the account. Default: not known.
    :param stack_name: the name of the stack. Default: the template's name without its extension.
    :param parameters: the values that the deployment gives to parameters. Default: not known.
    """

    region: str | None = None
    account: str | None = None
    stack_name: str | None = None
    parameters: Mapping[str, str] | None = field(default=None, hash=False)


class Links(Protocol):
    """How the templates of an app refer to one another."""

    def parent_of(self, template: Template) -> Resource | None:
        """Return the nested stack that a template is used by, None for none or several."""
        ...

    def child_of(self, stack: Resource) -> Template | None:
        """Return the template of a nested stack, None when it isn't among the templates."""
        ...

    def exported(self, key: str, importer: Template, depth: int) -> Content:
        """Return the value that is exported under a name in the importer's Region and account."""
        ...

    def take(self, template: Template, output: str, taker: Template, depth: int) -> Content:
        """Return an output on behalf of another template."""
        ...

    def stack_output(
        self, stack: str, output: str, region: str | None, taker: Template, depth: int
    ) -> Content:
        """Return an output of a stack by its name, None when it isn't there."""
        ...

    def cross_region_export(self, name: str, taker: Template, depth: int) -> Content:
        """Return what the CDK passes from one Region to another, None when it isn't known."""
        ...


class Template:
    """One template.

    :param links: how templates refer to one another.
    :param name: its name, unique among them.
    :param raw: the template as it was read.
    :param environment: where it is deployed.
    """

    def __init__(
        self, links: Links, name: str, raw: object, environment: TemplateEnvironment
    ) -> None:
        self._links = links
        self.name = name
        self.raw = as_mapping(raw)
        self.region = environment.region
        self.account = environment.account
        self.stack_name = environment.stack_name or _without_extension(file_name(name))
        self.partition: Partition | None = partition_of(self.region) if self.region else None
        self._given = environment.parameters or {}
        self._evaluator = Evaluator(self)
        self.mappings = self._section("Mappings")
        self._parameters = self._section("Parameters")
        self._conditions = self._section("Conditions")
        self._outputs = self._section("Outputs")
        self._known: dict[tuple[str, str], Content] = {}
        self._holds: dict[str, bool | None] = {}
        self._conditions_open = 0
        self.resources: dict[str, Resource] = {
            logical_id: Resource(self, logical_id, as_mapping(definition))
            for logical_id, definition in self._section("Resources").items()
            if not self._rewritten
        }

    def _section(self, name: str) -> Json:
        section = as_mapping(self.raw.get(name))
        return {key_text(key): value for key, value in section.items()}

    @property
    def _rewritten(self) -> bool:
        """Whether a macro of the user's own may rewrite everything."""
        return bool(self.macros)

    @cached_property
    def macros(self) -> list[str]:
        """The macros of the user's own, which may rewrite everything: then nothing can be seen."""
        return [
            name if isinstance(name, str) else str(as_mapping(name).get("Name", "Transform"))
            for name in self._transforms
            if not isinstance(name, str) or not name.startswith(_KNOWN_TRANSFORMS)
        ]

    @property
    def exhausted(self) -> bool:
        """Whether it was too much to evaluate, so that not everything in it can be seen."""
        return self._evaluator.budget.exhausted

    @cached_property
    def acknowledged(self) -> dict[str, str]:
        """The rules that are acknowledged for all its resources, each with a reason."""
        return with_reasons(acknowledgments_in(self.raw))

    @property
    def _transforms(self) -> list[object]:
        given = self.raw.get("Transform")
        if given is None:
            return []
        return as_list(cast("object", given)) if isinstance(given, list) else [given]

    @property
    def complete(self) -> bool:
        """Whether all its resources can be seen: no macro, loop or module defines further ones."""
        return self._closed and not self.exhausted

    @cached_property
    def _closed(self) -> bool:
        hidden = any(
            name.startswith("Fn::") or resource.type.endswith("::MODULE")
            for name, resource in self.resources.items()
        )
        return not hidden and not self._rewritten

    @cached_property
    def as_written(self) -> bool:
        """Whether everything that it defines is written in it, and no transform adds anything."""
        return self._closed and all(name == _LANGUAGE for name in self._transforms)

    @cached_property
    def names(self) -> dict[str, set[str]]:
        """What it defines: ``condition``, ``mapping``, ``resource``, and what ``Ref`` takes."""
        resources, parameters = self._section("Resources"), self._section("Parameters")
        return {
            "condition": {*self._conditions},
            "mapping": {*self.mappings},
            "name": {*resources, *parameters},
            "resource": {*resources},
        }

    def resource(self, logical_id: str) -> Resource | None:
        """Return a resource, None for one that isn't there."""
        found = self.resources.get(logical_id)
        return None if found is None or found.exists is False else found

    def evaluate(self, raw: object, depth: int = 0) -> Content:
        """Evaluate a value as it is written in the template."""
        return self._evaluator.evaluate(raw, depth)

    def condition(self, name: str) -> bool | None:
        """Tell whether a condition is true, None if it isn't known."""
        if name not in self._holds:
            self._holds[name] = None
            # One condition names the next: that ends before Python's own stack does.
            self._conditions_open += 1
            if self._conditions_open < _MOST_CONDITIONS:
                self._holds[name] = self._evaluator.condition(self._conditions.get(name))
            self._conditions_open -= 1
        return self._holds[name]

    def declares(self, parameter: str) -> bool:
        """Tell whether there is a parameter of that name."""
        return parameter in self._parameters

    def parameter(self, name: str, depth: int = 0) -> Content:
        """Return what is known of a parameter: its specified value, or its only allowed value.

        A default isn't known, because a deployment can set another value.
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
        parent = self._links.parent_of(self)
        if parent is None and name in self._given:
            return _taken_by(str(kind), self._given[name])
        if len(allowed) == 1 and kind in ("String", "Number"):
            return self.evaluate(allowed[0], depth + 1)
        if parent is None:
            return None
        given = as_mapping(as_mapping(parent.raw.get("Properties")).get("Parameters"))
        value = parent.template.evaluate(given.get(name), depth + 1)
        return _taken_by(str(kind), value)

    def output(self, name: str, depth: int = 0) -> Content:
        """Return what is known of an output."""
        place = ("output", name)
        if place not in self._known:
            self._known[place] = UNKNOWN
            raw = self._outputs.get(name)
            value = as_mapping(raw).get("Value")
            self._known[place] = self.evaluate(value, depth + 1)
        return self._known[place]

    @property
    def outputs(self) -> dict[str, Content]:
        """All outputs, evaluated."""
        return {name: self.output(name) for name in self._outputs}

    def exports(self) -> Iterator[tuple[str, str]]:
        """Yield the key of each exported name, and the output behind it."""
        for name, raw in self._outputs.items():
            export = as_mapping(raw).get("Export")
            key = key_of(self.evaluate(as_mapping(export).get("Name")))
            if key is not None:
                yield key, name

    def exports_output(self, name: str) -> bool:
        """Tell whether other stacks can import an output."""
        return "Export" in as_mapping(self._outputs.get(name))

    def imported(self, name: Content, depth: int) -> Content:
        """Return what another template of the app exports under a name, None when none does."""
        key = key_of(name)
        return None if key is None else self._links.exported(key, self, depth)

    def stack_output(
        self, stack: str | None, output: str | None, region: str | None, depth: int
    ) -> Content:
        """Return an output of another stack of the app, None when it isn't there."""
        if stack is None or output is None:
            return None
        return self._links.stack_output(stack, output, region or self.region, self, depth)

    def attribute(self, logical_id: str, attribute: str, depth: int) -> Content:
        """Return an attribute of a resource, followed into nested and other stacks."""
        resource = self.resources[logical_id]
        found: Content = None
        if resource.type == STACK and attribute.startswith("Outputs."):
            child = self._links.child_of(resource)
            output = attribute.removeprefix("Outputs.")
            found = self._links.take(child, output, self, depth) if child else None
        elif attribute.startswith("/cdk/exports/"):
            found = self._links.cross_region_export(attribute, self, depth)
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


def folder_of(path: str) -> str:
    """Return everything of a path but its last part."""
    return path.replace("\\", "/").rpartition("/")[0]


def normalized(path: str) -> str:
    """Return a path with neither ``.`` nor ``..`` nor backslashes in it."""
    return normpath(path.replace("\\", "/"))


def grouped(
    templates: Sequence[Template], pairs: Iterable[tuple[Template, Template]]
) -> list[list[Template]]:
    """Return templates in groups: two of a pair are in one group."""
    groups = {template: [template] for template in templates}
    for left, right in pairs:
        one, other = groups[left], groups[right]
        if one is not other:
            one += other
            groups.update(dict.fromkeys(other, one))
    return list({id(group): group for group in groups.values()}.values())
