"""The model that the checks read: the resources of one template or of all templates of an app.

A check asks :class:`Model` for resources of a type, asks a :class:`Resource` for values, and asks a
:class:`~privatelink_constructs.checks.values.Value` for what is in it and where it is written::

    for service in model.of_type("AWS::EC2::VPCEndpointService"):
        payer = service.get("PayerResponsibility")
        yield from found(check_payer(payer.text), payer)

What can't be known answers None, and a check that meets None says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from privatelink_constructs.checks.resolver import Resolver
from privatelink_constructs.checks.topology import Topology
from privatelink_constructs.checks.values import (
    UNKNOWN,
    Expression,
    Reference,
    Value,
    as_list,
    as_mapping,
    key_of,
    key_text,
    references_in,
    split_list,
)
from privatelink_constructs.rules.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from privatelink_constructs.checks.values import Content
    from privatelink_constructs.rules.regions import Partition

    Json = dict[str, object]

METADATA_KEY = "privatelink-constructs"
"""Under it the ``Metadata`` of a resource holds what is acknowledged there.

``{"privatelink-constructs": {"acknowledged": {"<rule id>": "<reason>"}}}``
"""
_STACK = "AWS::CloudFormation::Stack"
_OTHER_STACKS = frozenset(
    {
        "AWS::CloudFormation::StackSet",
        "AWS::Serverless::Application",
        "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
    }
)
_OPEN_TYPES = frozenset({"AWS::CloudFormation::CustomResource", "AWS::SSM::Parameter"})
_READER = "Custom::CrossRegionExportReader"
_WRITER = "Custom::CrossRegionExportWriter"
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
        if resource.type == _STACK and attribute.startswith("Outputs."):
            child = self.model.child_of(resource)
            output = attribute.removeprefix("Outputs.")
            found = self.model.take(child, output, depth) if child else None
        elif attribute.startswith("/cdk/exports/"):
            found = self.model.cross_region_export(attribute, depth)
        return found if found is not None else Reference(resource, attribute)


class Model:
    """All templates of an app, or a single one.

    :param templates: each template by its name, as it was read.
    :param environments: where they are deployed, by the same names. Default: not known.
    """

    def __init__(
        self,
        templates: Mapping[str, object],
        environments: Mapping[str, Environment] | None = None,
    ) -> None:
        places = environments or {}
        self.templates = tuple(
            Template(self, name, raw, places.get(name, Environment()))
            for name, raw in sorted(templates.items())
        )
        self._taken: set[tuple[Template, str]] = set()

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """All resources but those whose condition is known not to hold, sorted."""
        return tuple(
            resource
            for template in self.templates
            for _, resource in sorted(template.resources.items())
            if resource.exists is not False
        )

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            found[resource.type].append(resource)
        return found

    def of_type(self, *types: str) -> list[Resource]:
        """Return the resources of one or several types, sorted by template and logical id."""
        return [resource for kind in types for resource in self._by_type.get(kind, [])]

    @cached_property
    def topology(self) -> Topology:
        """How services, load balancers, listeners and target groups hang together."""
        return Topology(self)

    @cached_property
    def complete(self) -> bool:
        """Whether all resources can be seen: where not, nothing can be said to be missing."""
        return all(template.complete for template in self.templates)

    @cached_property
    def _referrers(self) -> dict[Resource, list[Value]]:
        found: dict[Resource, list[Value]] = defaultdict(list)
        for resource in self.resources:
            for value in _leaves(resource.value):
                for reference in value.references():
                    found[reference.resource].append(value)
        return found

    def referrers(self, resource: Resource) -> list[Value]:
        """Return the properties of all templates that refer to a resource, however indirectly."""
        return self._referrers.get(resource, [])

    @cached_property
    def _handed_out(self) -> set[Resource]:
        outputs = [(template, template.outputs) for template in self.templates]
        # Which outputs are read within the app is known once every value has been evaluated.
        for resource in self.resources:
            resource.get()
        return {
            reference.resource
            for template, contents in outputs
            for name, content in contents.items()
            if (template, name) not in self._taken
            for reference in references_in(content)
            if reference.identifies
        }

    def handed_out(self, resource: Resource) -> bool:
        """Tell whether its id or ARN leaves the templates, so that others may define more for it.

        That is so for outputs that no other template of the app reads, nested stacks that can't be
        seen, custom resources, modules and parameters of Systems Manager.
        """
        if resource in self._handed_out:
            return True
        return any(_foreign(value.resource, self) for value in self.referrers(resource))

    def exported_or_passed(self, resource: Resource) -> bool:
        """Tell whether its id or ARN goes on to other templates, beside what is shown to people.

        Unlike :meth:`handed_out` it leaves out plain outputs and custom resources.
        """
        if resource in self._exported:
            return True
        return any(_hands_on(value.resource, self) for value in self.referrers(resource))

    @cached_property
    def _exported(self) -> set[Resource]:
        handed_out = self._handed_out
        return {
            reference.resource
            for template in self.templates
            for _, name in template.exports()
            for reference in references_in(template.output(name))
            if reference.resource in handed_out
        }

    @cached_property
    def _files(self) -> dict[str, list[Template]]:
        found: dict[str, list[Template]] = defaultdict(list)
        for template in self.templates:
            found[file_name(template.name)].append(template)
        return found

    def child_of(self, stack: Resource) -> Template | None:
        """Return the template of a nested stack, None when it isn't among the templates."""
        path = as_mapping(stack.raw.get("Metadata")).get("aws:asset:path")
        if path is None:
            path = as_mapping(stack.raw.get("Properties")).get("TemplateURL")
        found = self._files.get(file_name(path), []) if isinstance(path, str) else []
        return found[0] if len(found) == 1 and found[0] is not stack.template else None

    @cached_property
    def _parents(self) -> dict[Template, list[Resource]]:
        found: dict[Template, list[Resource]] = defaultdict(list)
        for template in self.templates:
            for resource in template.resources.values():
                child = self.child_of(resource) if resource.type == _STACK else None
                if child:
                    found[child].append(resource)
        return found

    def parent_of(self, template: Template) -> Resource | None:
        """Return the nested stack that a template is used by, None for none or several."""
        found = self._parents.get(template, [])
        return found[0] if len(found) == 1 else None

    @cached_property
    def _exports(self) -> dict[str, list[tuple[Template, str]]]:
        found: dict[str, list[tuple[Template, str]]] = defaultdict(list)
        # Names of exports are made of literals: one that imports another finds nothing here.
        self.__dict__["_exports"] = found
        for template in self.templates:
            for key, output in template.exports():
                found[key].append((template, output))
        return found

    def exported(self, key: str, importer: Template, depth: int) -> Content:
        """Return the value that is exported under a name in the importer's Region and account."""
        candidates = [
            (template, output)
            for template, output in self._exports.get(key, [])
            if _may_be_same(template.region, importer.region)
            and _may_be_same(template.account, importer.account)
        ]
        if len(candidates) != 1:
            return None
        ((template, output),) = candidates
        return self.take(template, output, depth)

    def take(self, template: Template, output: str, depth: int) -> Content:
        """Return an output on behalf of another template, and remember that it is read."""
        self._taken.add((template, output))
        return template.output(output, depth)

    @cached_property
    def _stacks(self) -> dict[str, list[Template]]:
        found: dict[str, list[Template]] = defaultdict(list)
        for template in self.templates:
            found[template.stack_name].append(template)
        return found

    def stack_output(self, stack: str, output: str, region: str | None, depth: int) -> Content:
        """Return an output of a stack by its name, None when it isn't there."""
        candidates = [
            template
            for template in self._stacks.get(stack, [])
            if _may_be_same(template.region, region)
        ]
        return self.take(candidates[0], output, depth) if len(candidates) == 1 else None

    @cached_property
    def _cross_region(self) -> dict[str, tuple[Template, object]]:
        found: dict[str, tuple[Template, object]] = {}
        for template in self.templates:
            for resource in template.resources.values():
                if resource.type == _WRITER:
                    for name, raw in _written(resource).items():
                        found[f"/cdk/exports/{name}".replace("/cdk/exports//cdk", "/cdk")] = (
                            template,
                            raw,
                        )
        return found

    def cross_region_export(self, name: str, depth: int) -> Content:
        """Return what the CDK hands from one Region to another under a name, None when unknown."""
        if name not in self._cross_region:
            return None
        template, raw = self._cross_region[name]
        return template.resolver.resolve(raw, depth + 1)


def _written(writer: Resource) -> Json:
    found: object = writer.raw
    for key in ("Properties", "WriterProps", "exports"):
        found = as_mapping(found).get(key)
    return as_mapping(found)


def _leaves(value: Value) -> Iterator[Value]:
    content = value.content
    if isinstance(content, dict):
        for key in content:
            yield from _leaves(value.get(key))
    elif isinstance(content, list):
        for item in value.each():
            yield from _leaves(item)
    elif not isinstance(content, (str, int, float)) and content is not None:
        yield value


def _foreign(resource: Resource, model: Model) -> bool:
    kind = resource.type
    if kind in {_READER, _WRITER}:
        return False
    # Types of others than AWS are registered extensions and custom resources.
    private = "::" in kind and not kind.startswith("AWS::")
    return private or kind in _OPEN_TYPES or _hands_on(resource, model)


def _hands_on(resource: Resource, model: Model) -> bool:
    """Tell whether it passes its properties to templates that can't be seen."""
    kind = resource.type
    if kind == _STACK:
        return model.child_of(resource) is None
    return kind.endswith("::MODULE") or kind in _OTHER_STACKS


def _taken_by(kind: str, given: Content) -> Content:
    """Return what a parameter of a type is when a parent gives it something."""
    # A parent gives the name of such a parameter, and the deployment looks its value up.
    if kind.startswith("AWS::SSM::Parameter::Value<"):
        return None
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return split_list(given)
    return given


def _may_be_same(left: str | None, right: str | None) -> bool:
    return left is None or right is None or left == right


def file_name(path: str) -> str:
    """Return the last part of a path or URL."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _without_extension(name: str) -> str:
    for extension in _EXTENSIONS:
        if name.endswith(extension):
            return name.removesuffix(extension)
    return name
