"""The model that the checks read: the resources of one template or of all templates of an app.

A check asks :class:`Model` for resources of a type, asks a :class:`Resource` for values, and asks a
``Value`` for what is in it and where it is written::

    for service in model.of_type("AWS::EC2::VPCEndpointService"):
        payer = service.get("PayerResponsibility")
        yield from found(payer_known(payer.text), payer)

What can't be known answers None, and a check that meets None says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, cast

from privatelink_constructs.cloudformation.content import as_mapping, references_in
from privatelink_constructs.cloudformation.template import (
    STACK,
    Template,
    TemplateEnvironment,
    file_name,
    folder_of,
    grouped,
    normalized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from privatelink_constructs.cloudformation.content import Content, Definition
    from privatelink_constructs.cloudformation.resource import Resource, Value

    Json = dict[str, object]

_OTHER_STACKS = frozenset(
    {
        "AWS::CloudFormation::StackSet",
        "AWS::Serverless::Application",
        "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
    }
)
CUSTOM_RESOURCE = "AWS::CloudFormation::CustomResource"
SSM_PARAMETER = "AWS::SSM::Parameter"
_OPEN_TYPES = frozenset({CUSTOM_RESOURCE, SSM_PARAMETER})
_CUSTOM = (CUSTOM_RESOURCE, "Custom::")
_READER = "Custom::CrossRegionExportReader"
_WRITER = "Custom::CrossRegionExportWriter"


class Model:
    """All templates of an app, or a single one.

    :param templates: each template by its name, as it was read.
    :param environments: where they are deployed, by the same names. Default: not known.
    """

    def __init__(
        self,
        templates: Mapping[str, object],
        environments: Mapping[str, TemplateEnvironment] | None = None,
    ) -> None:
        places = environments or {}
        self.templates = tuple(
            Template(self, name, raw, places.get(name, TemplateEnvironment()))
            for name, raw in sorted(templates.items())
        )
        self._taken: set[tuple[Template, str]] = set()
        self._exchanges: set[tuple[Template, Template]] = set()

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """All resources except those whose condition is known to be false, sorted."""
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
    def connected(self) -> list[list[Template]]:
        """The templates in groups that exchange values with one another, and with no others."""
        return grouped(self.templates, self._all_exchanges())

    def _all_exchanges(self) -> set[tuple[Template, Template]]:
        # Who reads the outputs of whom is known once every value has been evaluated.
        for resource in self.resources:
            resource.get()
        for template in self.templates:
            _ = template.outputs
            if template.macros:
                # What it reads of others is written there, though nothing else of it can be seen.
                template.evaluate(template.raw.get("Resources"))
        for child, stacks in self._parents.items():
            self._exchanges |= {(child, cast("Template", stack.template)) for stack in stacks}
        return self._exchanges

    @cached_property
    def complete(self) -> bool:
        """Whether all resources can be seen: where not, nothing can be said to be missing."""
        for resource in self.resources:
            # That something is too much to evaluate is known once it has been evaluated.
            resource.get()
        return all(template.complete for template in self.templates)

    @cached_property
    def _referrers(self) -> dict[Definition, list[Value]]:
        found: dict[Definition, list[Value]] = defaultdict(list)
        for resource in self.resources:
            for value in _leaves(resource.value):
                for reference in value.references():
                    found[reference.resource].append(value)
        return found

    @cached_property
    def _referrers_by_type(self) -> dict[tuple[Definition, str], list[Value]]:
        found: dict[tuple[Definition, str], list[Value]] = defaultdict(list)
        for resource, values in self._referrers.items():
            for value in values:
                found[resource, value.resource.type].append(value)
        return found

    def referrers(self, resource: Resource, kind: str | None = None) -> list[Value]:
        """Return the properties of all templates that refer to a resource, however indirectly.

        :param kind: the type of the resources that count. Default: all.
        """
        if kind is not None:
            return self._referrers_by_type.get((resource, kind), [])
        return self._referrers.get(resource, [])

    def in_custom_resource(self, resource: Resource) -> bool:
        """Tell whether a custom resource refers to it, and so may change it."""
        kinds = {value.resource.type for value in self.referrers(resource)}
        return any(kind.startswith(_CUSTOM) for kind in kinds)

    @cached_property
    def _handed_out(self) -> set[Definition]:
        outputs = [(template, template.outputs) for template in self.templates]
        # Which outputs are read within the app is known once every value has been evaluated.
        for resource in self.resources:
            resource.get()
        return {
            reference.resource
            for template, contents in outputs
            for name, content in contents.items()
            if (template, name) not in self._taken and template.exports_output(name)
            for reference in references_in(content)
            if reference.identifies
        }

    def handed_out(self, resource: Resource) -> bool:
        """Tell whether its id or ARN leaves the templates, so that others may define more for it.

        That is so for exports that no other template of the app reads, nested stacks that can't be
        seen, custom resources, modules and parameters of Systems Manager. An output without an
        export is what people read.
        """
        return resource in self._handed_out or resource in self._given_away

    @cached_property
    def _given_away(self) -> set[Definition]:
        return {
            resource
            for resource, values in self._referrers.items()
            if any(_foreign(value.resource, self) for value in values)
        }

    def exported_or_passed(self, resource: Resource) -> bool:
        """Tell whether its ID or ARN is passed to other templates.

        Unlike :meth:`handed_out`, it ignores plain outputs and custom resources.
        """
        if resource in self._exported:
            return True
        return any(_hands_on(value.resource, self) for value in self.referrers(resource))

    @cached_property
    def _exported(self) -> set[Definition]:
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
        if not isinstance(path, str):
            return None
        others = [it for it in self._files.get(file_name(path), []) if it is not stack.template]
        beside = normalized(f"{folder_of(stack.template_name)}/{path}")
        exact = [each for each in others if normalized(each.name) == beside]
        found = exact or others
        return found[0] if len(found) == 1 else None

    @cached_property
    def _parents(self) -> dict[Template, list[Resource]]:
        found: dict[Template, list[Resource]] = defaultdict(list)
        for template in self.templates:
            for resource in template.resources.values():
                child = self.child_of(resource) if resource.type == STACK else None
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
        # Copies of an app, such as one for each stage, export the same names.
        home = folder_of(importer.name)
        beside = [each for each in candidates if folder_of(each[0].name) == home]
        found = beside or candidates
        if len(found) != 1:
            return None
        ((template, output),) = found
        return self.take(template, output, importer, depth)

    def take(self, template: Template, output: str, taker: Template, depth: int) -> Content:
        """Return an output on behalf of another template, and remember that it is read."""
        self._taken.add((template, output))
        self._exchanges.add((template, taker))
        return template.output(output, depth)

    @cached_property
    def _stacks(self) -> dict[str, list[Template]]:
        found: dict[str, list[Template]] = defaultdict(list)
        for template in self.templates:
            found[template.stack_name].append(template)
        return found

    def stack_output(
        self, stack: str, output: str, region: str | None, taker: Template, depth: int
    ) -> Content:
        """Return an output of a stack by its name, None when it isn't there."""
        candidates = [
            template
            for template in self._stacks.get(stack, [])
            if _may_be_same(template.region, region)
        ]
        return self.take(candidates[0], output, taker, depth) if len(candidates) == 1 else None

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

    def cross_region_export(self, name: str, taker: Template, depth: int) -> Content:
        """Return what the CDK hands from one Region to another under a name, None when unknown."""
        if name not in self._cross_region:
            return None
        template, raw = self._cross_region[name]
        self._exchanges.add((template, taker))
        return template.evaluate(raw, depth + 1)


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
    if kind == STACK:
        return model.child_of(resource) is None
    return kind.endswith("::MODULE") or kind in _OTHER_STACKS


def _may_be_same(left: str | None, right: str | None) -> bool:
    return left is None or right is None or left == right
