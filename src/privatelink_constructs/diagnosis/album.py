"""Writes a live account down as a template: properties, states, and references between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from privatelink_constructs.cloudformation.content import as_list, as_mapping
from privatelink_constructs.inventory.states import STATE_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Json = dict[str, object]

UNSEEN_TYPE = "PrivateLink::Diagnosis::Unseen"
"""Represents what couldn't be seen: who refers to it may have more than the template shows."""


class Album:
    """A template in the making.

    A resource has the ID that AWS gave it as its logical ID, so that findings name what people see
    in the console. Such a template is read and never deployed.
    """

    def __init__(self) -> None:
        self.resources: dict[str, Json] = {}
        self._by_id: dict[str, str] = {}
        self.outputs: dict[str, Json] = {}

    def add(
        self,
        kind: str,
        logical_id: str,
        properties: Mapping[str, object],
        state: Mapping[str, object] | None = None,
        *,
        arn: str | None = None,
    ) -> str:
        """Write a resource down, once.

        :param arn: what else the resource is called by others.
        :return: its logical ID.
        """
        name = logical_id
        taken = self.resources.get(name)
        if taken and taken["Type"] != kind:
            name = f"{kind.rpartition('::')[2]}/{logical_id}"
        resource: Json = {"Type": kind, "Properties": _filled(properties)}
        shown = _filled(state or {})
        if shown:
            resource["Metadata"] = {STATE_KEY: shown}
        self.resources[name] = resource
        self._by_id |= dict.fromkeys((arn or logical_id, name), name)
        return name

    def has(self, logical_id: str) -> bool:
        """Tell whether a resource is written down."""
        return logical_id in self.resources

    def unseen(self, call: str, ids: Iterable[str]) -> None:
        """Note that a call about some resources wasn't answered."""
        name = f"unseen/{call}"
        there = as_mapping(self.resources.get(name, {}).get("Properties"))
        of = [*as_list(there.get("Of")), *ids]
        self.resources[name] = {"Type": UNSEEN_TYPE, "Properties": {"Call": call, "Of": of}}

    def template(self, metadata: Mapping[str, object]) -> Json:
        """Return the template, with references in place of IDs and ARNs.

        :param metadata: what is known of the template as a whole.
        """
        resources = {
            name: {**resource, "Properties": self._linked(resource["Properties"], name)}
            for name, resource in self.resources.items()
        }
        found: Json = {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Metadata": {STATE_KEY: dict(metadata)},
            "Resources": resources,
        }
        return {**found, "Outputs": self.outputs} if self.outputs else found

    def _linked(self, value: object, own: str) -> object:
        if isinstance(value, dict):
            mapping = cast("Json", value)
            return {key: self._linked(item, own) for key, item in mapping.items()}
        if isinstance(value, list):
            return [self._linked(item, own) for item in cast("list[object]", value)]
        name = self._by_id.get(value) if isinstance(value, str) else None
        return value if name is None or name == own else {"Ref": name}


def unseen_value(what: str) -> Json:
    """Return a value that isn't known, for a property that couldn't be seen."""
    return {"Fn::ImportValue": f"unseen-{what}"}


def _filled(values: Mapping[str, object]) -> Json:
    return {key: value for key, value in values.items() if value is not None}


def text(item: Mapping[str, object], key: str) -> str:
    """Return a text in an answer, empty without one."""
    value = item.get(key)
    return "" if value is None else str(value)


def texts(item: Mapping[str, object], key: str) -> list[str]:
    """Return the texts of a list in an answer."""
    return [str(each) for each in as_list(item.get(key))]


def mappings(item: Mapping[str, object], key: str) -> list[Json]:
    """Return the structures of a list in an answer."""
    return [as_mapping(each) for each in as_list(item.get(key))]


def chosen(item: Mapping[str, object], *keys: str) -> Json:
    """Return some of the values of an answer, without those that aren't there."""
    return {key: item[key] for key in keys if item.get(key) is not None}
