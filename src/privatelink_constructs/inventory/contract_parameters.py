"""Contracts in the parameters of Systems Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.model import SSM_PARAMETER
from privatelink_constructs.facts.endpoint_service_names import parse_service_name
from privatelink_constructs.inventory.types import PROFILE, SERVICE

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value

_IDENTITIES = {"service-name": SERVICE, "profile-id": PROFILE}
"""The parameters that make a path a contract, each with the type of what it identifies."""


def contract_parameters(model: Model) -> list[tuple[str, Resource]]:
    """Return the parameters of contracts, each with the path that the contract begins with.

    A path is a contract if it has the name of an endpoint service or the ID of a Route 53 Profile.
    """
    named = [(*_parts(it.get("Name")), it) for it in model.of_type(SSM_PARAMETER)]
    paths = {path for path, name, parameter in named if path and _identifies(name, parameter)}
    return [(path, parameter) for path, _, parameter in named if path in paths]


def _parts(name: Value) -> tuple[str, str]:
    """Return the path and the last part of a name, empty if it isn't known."""
    path, _, last = (name.text or "").rpartition("/")
    return path, last


def _identifies(name: str, parameter: Resource) -> bool:
    kind, value = _IDENTITIES.get(name), parameter.get("Value")
    if kind is None:
        return False
    if any(it.resource.type == kind for it in value.references()):
        return True
    text = value.text or ""
    return text.startswith("rp-") if kind == PROFILE else parse_service_name(text) is not None
