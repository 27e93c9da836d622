"""The templates of an app as one: references across stacks lead to resources.

Logical ids get the name of their stack, so that two stacks can have the same ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
from aws_cdk import assertions

if TYPE_CHECKING:
    from collections.abc import Iterator

    Json = dict[str, Any]

_NESTED = "AWS::CloudFormation::Stack"


def merged(app: cdk.App) -> Json:
    """Return the templates of an app as one template, without the resources of nested stacks."""
    app.synth()
    stacks = [it for it in app.node.find_all() if isinstance(it, cdk.Stack)]
    return _Merger({it.node.path: it for it in stacks}).template()


class _Merger:
    def __init__(self, stacks: dict[str, cdk.Stack]) -> None:
        self._stacks = stacks
        self._templates = {
            name: dict(assertions.Template.from_stack(stack).to_json())
            for name, stack in stacks.items()
        }
        self._exports = dict(self._find_exports())

    def template(self) -> Json:
        resources = {
            f"{name}:{logical_id}": self._follow(resource, name)
            for name, template in self._templates.items()
            for logical_id, resource in template.get("Resources", {}).items()
            if resource["Type"] != _NESTED
        }
        return {"Resources": resources}

    def _find_exports(self) -> Iterator[tuple[str, tuple[str, Any]]]:
        for name, template in self._templates.items():
            for output in template.get("Outputs", {}).values():
                if "Export" in output:
                    yield str(output["Export"]["Name"]), (name, output["Value"])

    def _follow(self, value: Any, stack: str) -> Any:  # noqa: PLR0911 - one for each form
        """Return a value with the ids of the whole, following references out of a stack."""
        match value:
            case {"Ref": str(name)} if name in self._templates[stack].get("Resources", {}):
                return {"Ref": f"{stack}:{name}"}
            case {"Ref": str(name)} if self._parent(stack) and not name.startswith("AWS::"):
                parent, nested = cast("tuple[str, Json]", self._parent(stack))
                return self._follow(nested["Properties"]["Parameters"][name], parent)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                child = self._child(stack, name)
                if child is None:
                    return {"Fn::GetAtt": [f"{stack}:{name}", attribute]}
                output = self._templates[child]["Outputs"][attribute.partition(".")[2]]
                return self._follow(output["Value"], child)
            case {"Fn::ImportValue": str(name)}:
                exporter, exported = self._exports[name]
                return self._follow(exported, exporter)
            case dict():
                return {key: self._follow(it, stack) for key, it in cast("Json", value).items()}
            case list():
                return [self._follow(it, stack) for it in cast("list[Any]", value)]
            case _:
                return value

    def _parent(self, stack: str) -> tuple[str, Json] | None:
        """Return the stack above a nested one, and the resource that stands for it there."""
        nested = self._stacks[stack]
        above, resource = nested.nested_stack_parent, nested.nested_stack_resource
        if above is None or resource is None:
            return None
        own = above.resolve(resource.logical_id)
        return above.node.path, self._templates[above.node.path]["Resources"][own]

    def _child(self, stack: str, logical_id: str) -> str | None:
        for name, it in self._stacks.items():
            above, resource = it.nested_stack_parent, it.nested_stack_resource
            if above is not None and above.node.path == stack and resource is not None:
                own = above.resolve(resource.logical_id)
                if own == logical_id:
                    return name
        return None
