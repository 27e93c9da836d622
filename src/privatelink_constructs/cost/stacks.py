"""Where something that costs is: its stack, and its path in the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import as_mapping

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.cloudformation.template import Template

_MOST_NESTED = 20
_RESOURCE = "/Resource"


def stack_of(model: Model, resource: Resource) -> str:
    """Return the name of the stack that a resource is deployed with, also from a nested stack."""
    template = _template_of(model, resource)
    # A file can contain templates that are nested in each other in a circle.
    for _ in range(_MOST_NESTED):
        parent = model.parent_of(template)
        template = _template_of(model, parent) if parent else template
    return template.stack_name


def _template_of(model: Model, resource: Resource) -> Template:
    return next(it for it in model.templates if it is resource.template)


def path_of(resource: Resource) -> str:
    """Return the path of the construct that defines a resource, empty where it isn't written."""
    path = as_mapping(resource.raw.get("Metadata")).get("aws:cdk:path")
    return path.removesuffix(_RESOURCE) if isinstance(path, str) else ""
