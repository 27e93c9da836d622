"""Values that only the deployment knows, and what they come out as then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk

if TYPE_CHECKING:
    from collections.abc import Mapping


def token(name: str = "Parameter") -> str:
    """Return text that a Ref stands for."""
    return cdk.Token.as_string({"Ref": name})


def evaluate(value: Any, references: Mapping[str, str]) -> Any:
    """Return a value as CloudFormation would compute it.

    :param references: what each Ref stands for.
    """
    if isinstance(value, list):
        return [evaluate(item, references) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    [(function, argument)] = cast("dict[str, Any]", value).items()
    if function == "Ref":
        return references[argument]
    given = evaluate(argument, references)
    match function:
        case "Fn::Join":
            return given[0].join(given[1])
        case "Fn::Split":
            return given[1].split(given[0])
        case "Fn::Select":
            return given[1][int(given[0])]
        case _:
            raise NotImplementedError(function)
