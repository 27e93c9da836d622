"""EC2's wire format, after botocore's model of the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, cast
from xml.sax.saxutils import escape

import botocore.session
from tests.deploy.extension import emulated

Request = dict[str, Any]
Answer = dict[str, Any]
Action = Callable[[Request], Answer]


class Refusal(Exception):  # noqa: N818 AWS refuses; nothing went wrong
    """AWS says no.

    :param code: the error code of the API
    :param message: what it says
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} (Service: Ec2, Status Code: 400, Error Code: {code})")
        self.code = code
        self.message = message


@cache
def _model() -> Any:
    return botocore.session.get_session().get_service_model("ec2")


def exposed(operation: str, action: Action) -> Callable[[dict[str, Any]], Any]:
    """Return the handler of an operation for the emulator's table of actions."""
    shapes = _model().operation_model(operation)

    def handle(parameters: dict[str, Any]) -> Any:
        given = {name: first(parameters, name) for name in parameters}
        try:
            answer = action(_read(shapes.input_shape, given, "") or {})
        except Refusal as refusal:
            return emulated.ec2._error(refusal.code, escape(refusal.message), 400)
        return emulated.ec2._xml(200, f"{operation}Response", _written(shapes.output_shape, answer))

    return handle


def first(parameters: dict[str, Any], name: str) -> str:
    """Return a parameter of a request; the emulator keeps each as a list."""
    value = parameters.get(name, "")
    return cast("list[str]", value)[0] if isinstance(value, list) else value


def _query_name(name: str, shape: Any) -> str:
    return shape.serialization.get("queryName") or _capital(shape.serialization.get("name", name))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _read(shape: Any, given: dict[str, str], prefix: str) -> Any:
    if shape.type_name == "structure":
        found = {
            name: _read(member, given, f"{prefix}.{_query_name(name, member)}".lstrip("."))
            for name, member in shape.members.items()
        }
        return {name: value for name, value in found.items() if value is not None} or None
    if shape.type_name == "list":
        return _read_list(shape, given, prefix)
    value = given.get(prefix)
    if value is None:
        return None
    if shape.type_name == "boolean":
        return value.lower() == "true"
    return int(value) if shape.type_name in {"integer", "long"} else value


def _read_list(shape: Any, given: dict[str, str], prefix: str) -> list[Any] | None:
    found: list[Any] = []
    while (item := _read(shape.member, given, f"{prefix}.{len(found) + 1}")) is not None:
        found.append(item)
    return found or None


def _written(shape: Any, value: Any) -> str:
    if shape.type_name == "structure":
        members = ((name, member, value.get(name)) for name, member in shape.members.items())
        return "".join(
            _element(member.serialization.get("name", name), _written(member, item))
            for name, member, item in members
            if item is not None
        )
    if shape.type_name == "list":
        return "".join(_element("item", _written(shape.member, item)) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return escape(str(value))


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"
