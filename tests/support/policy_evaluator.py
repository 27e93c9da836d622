"""Evaluates a policy for a request, as IAM documents it: what is denied, allowed, and not allowed.

It knows the elements and operators that endpoint policies use, and refuses all others. Its own
tests are the examples that AWS documents.

:see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Json = dict[str, Any]
_ELEMENTS = {
    *("Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
}
_VARIABLE = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True)
class Request:
    """A request.

    :param action: such as ``s3:GetObject``.
    :param resource: the ARN.
    :param principal: the ARN of the caller, or ``*`` for an anonymous one.
    :param context: the condition keys that the request has; a key that isn't there is absent.
    """

    action: str
    resource: str
    principal: str = "*"
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict[str, str])


def allows(document: Mapping[str, Any], request: Request) -> bool:
    """Tell whether a policy allows a request: an explicit deny wins, and silence denies."""
    statements = [it for it in _listed(document["Statement"]) if _applies(it, request)]
    return bool(statements) and all(it["Effect"] == "Allow" for it in statements)


def _applies(statement: Json, request: Request) -> bool:
    unknown = set(statement) - _ELEMENTS
    assert not unknown, unknown
    return (
        _is_for(statement.get("Principal", "*"), request.principal)
        and _names(statement, "Action", request.action, caseless=True)
        and _names(statement, "Resource", request.resource)
        and all(
            _holds(operator, key, values, request)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _is_for(principal: Any, caller: str) -> bool:
    if principal == "*":
        return True
    assert set(principal) == {"AWS"}, principal
    return any(it in {"*", caller} for it in _listed(principal["AWS"]))


def _names(statement: Json, element: str, value: str, *, caseless: bool = False) -> bool:
    if f"Not{element}" in statement:
        patterns = _listed(statement[f"Not{element}"])
        return not any(_like(it, value, caseless=caseless) for it in patterns)
    return any(_like(it, value, caseless=caseless) for it in _listed(statement[element]))


def _holds(operator: str, key: str, wanted: Any, request: Request) -> bool:
    context = {name.lower(): value for name, value in request.context.items()}
    given = context.get(key.lower())
    if operator == "Null":
        return all((str(it).lower() == "true") == (given is None) for it in _listed(wanted))
    qualifier, _, rest = operator.rpartition(":")
    name = rest.removesuffix("IfExists")
    compare, negated = _OPERATORS[name]
    if given is None:
        # For any value of none, nothing holds.
        return qualifier != "ForAnyValue" and (
            name != rest or negated or qualifier == "ForAllValues"
        )
    values = [given] if isinstance(given, str) else list(given)
    assert qualifier or len(values) == 1, "a key with several values needs a set operator"
    patterns = [_substituted(str(it), context) for it in _listed(wanted)]
    matches = [any(compare(it, value) for it in patterns) != negated for value in values]
    return all(matches) if qualifier == "ForAllValues" else any(matches)


def _like(pattern: str, value: str, *, caseless: bool = False) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.IGNORECASE if caseless else 0) is not None


def _equals(pattern: str, value: str) -> bool:
    return pattern == value


def _equals_caseless(pattern: str, value: str) -> bool:
    return pattern.lower() == value.lower()


def _in_network(pattern: str, value: str) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(pattern)


_OPERATORS: dict[str, tuple[Callable[[str, str], bool], bool]] = {
    "ArnLike": (_like, False),
    "ArnNotLike": (_like, True),
    "Bool": (_equals_caseless, False),
    "IpAddress": (_in_network, False),
    "NotIpAddress": (_in_network, True),
    "StringEquals": (_equals, False),
    "StringEqualsIgnoreCase": (_equals_caseless, False),
    "StringLike": (_like, False),
    "StringNotEquals": (_equals, True),
    "StringNotLike": (_like, True),
}


def _substituted(text: str, context: Mapping[str, Any]) -> str:
    return _VARIABLE.sub(lambda found: str(context.get(found[1].lower(), found[0])), text)


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def deployed(document: Any, *, region: str, partition: str, account: str) -> Any:
    """Return a policy of a template as it is in an account: intrinsic functions are evaluated."""
    values = {"AWS::Region": region, "AWS::Partition": partition, "AWS::AccountId": account}
    found: Any = json.loads(json.dumps(document), object_hook=lambda it: _evaluated(it, values))
    return found


def _evaluated(value: Json, values: Mapping[str, str]) -> Any:
    if set(value) == {"Ref"}:
        return values[value["Ref"]]
    if set(value) == {"Fn::Split"}:
        separator, text = value["Fn::Split"]
        return text.split(separator)
    if set(value) == {"Fn::Join"}:
        separator, parts = value["Fn::Join"]
        return separator.join(parts)
    if set(value) == {"Fn::Sub"}:
        given: Any = value["Fn::Sub"]
        text, own = (given, Json()) if isinstance(given, str) else cast("tuple[str, Json]", given)
        every: dict[str, str] = {**values, **own}
        return _VARIABLE.sub(lambda found: every[found[1]], text)
    return value
