"""The source of a notification, and whether it meets the conditions of a policy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs._values import internal_value
from privatelink_constructs.cloudformation.content import Expression, Reference, Text, key_of
from privatelink_constructs.facts.resource_ids import is_id
from privatelink_constructs.inventory.types import ENDPOINT, LOAD_BALANCER, SERVICE, TOPIC, VPC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.content import Content
    from privatelink_constructs.cloudformation.resource import Resource, Value

_KINDS = {"ServiceId": "vpc-endpoint-service", "VPCEndpointId": "vpc-endpoint"}
_TYPES = {"vpc-endpoint-service": (SERVICE, "vpce-svc"), "vpc-endpoint": (ENDPOINT, "vpce")}
_ARN = "aws:sourcearn"
_ACCOUNT = "aws:sourceaccount"
_KEYS = frozenset({_ACCOUNT, _ARN, "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"})
_LIKE = frozenset({"arnequals", "arnlike", "stringlike"})
_OPERATORS = _LIKE | {"stringequals"}
# The resources whose ids and ARNs are known to be no endpoint service's and no endpoint's own.
_DISTINCT = frozenset({ENDPOINT, LOAD_BALANCER, SERVICE, VPC, TOPIC})
_PREFIXES = {ENDPOINT: "vpce-", SERVICE: "vpce-svc-"}


@internal_value
class Source:
    """A service or an endpoint that a notification is for.

    :param value: where the notification names it.
    :param kind: what comes before its id in its ARN.
    """

    value: Value
    kind: str

    @property
    def name(self) -> str:
        """The source as a message names it."""
        reference = self.value.reference
        if reference:
            return reference.resource.logical_id
        return self.value.text or self.kind.replace("vpc-", "the ").replace("-", " ")

    def matches(self, statement: Value) -> bool | None:
        """Tell whether it meets the conditions of a statement, None if it isn't known."""
        answers = [
            self._holds(operator, key, values)
            for operator, key, values in _conditions(statement)
            if key in {_ACCOUNT, _ARN}
        ]
        return False if False in answers else None if None in answers else True

    def _holds(self, operator: str, key: str, values: list[Value] | None) -> bool | None:
        if operator not in _OPERATORS or values is None:
            return None
        check = self._is_arn if key == _ARN else self._is_account
        return any(check(value, like=operator in _LIKE) for value in values)

    def _is_account(self, value: Value, *, like: bool) -> bool:
        account = self.value.resource.template.account
        pattern = _pattern(value.content, like=like)
        return account is None or re.fullmatch(pattern, account) is not None

    def _is_arn(self, value: Value, *, like: bool) -> bool:
        template = self.value.resource.template
        written = _plain(value.content).split(":", 5)
        # What isn't known of the source is taken to be what is written.
        shown = written if len(written) == 6 else ["", "", "", "", "", ""]  # noqa: PLR2004
        partition = template.partition.name if template.partition else shown[1]
        region, account = template.region or shown[3], template.account or shown[4]
        ids = _plain(self.value.content)
        if isinstance(self.value.content, (Expression, Text)):
            ids = shown[5].rpartition("/")[2]
        arn = f"arn:{partition}:ec2:{region}:{account}:{self.kind}/{ids}"
        return re.fullmatch(_pattern(value.content, like=like), arn) is not None


def source_of(notification: Resource) -> Source | None:
    """Return what a notification is for, None when that isn't known or is both."""
    given = [
        Source(notification.get(name), kind)
        for name, kind in _KINDS.items()
        if not notification.get(name).absent
    ]
    return given[0] if len(given) == 1 and _is_source(given[0]) else None


def _is_source(source: Source) -> bool:
    """Tell whether it can be one: other checks report what can't."""
    kind, prefix = _TYPES[source.kind]
    reference, text = source.value.reference, source.value.text
    if text is not None:
        return is_id(text, prefix)
    if reference is None or reference.resource.type == kind:
        return True
    return not reference.plain and reference.resource.type not in _DISTINCT


def is_conditional(statement: Value) -> bool | None:
    """Tell whether a statement is only for certain sources, None if it isn't known."""
    condition = statement.get("Condition")
    if condition.keys() is None:
        return None
    if any(key in _KEYS and not _any(values) for _, key, values in _conditions(statement)):
        return True
    if all(key in _KEYS for _, key, _ in _conditions(statement)):
        return False
    # Other conditions can exclude the sources of others.
    return None if condition.keys() else False


def _any(values: list[Value] | None) -> bool:
    return values is not None and any(value.text == "*" for value in values)


def _conditions(statement: Value) -> Iterator[tuple[str, str, list[Value] | None]]:
    """Yield operator, key and values of each condition, the first two in lower case."""
    condition = statement.get("Condition")
    for operator in condition.keys() or []:
        for key in condition.get(operator).keys() or []:
            name = operator.lower().rpartition(":")[2].removesuffix("ifexists")
            value = condition.get(operator).get(key)
            yield name, key.lower(), values_of(value)


def values_of(value: Value) -> list[Value] | None:
    """Return the values of a list, or the only one, None when they aren't known."""
    single = value.text is not None or isinstance(value.content, (Reference, Text))
    return [value] if single else value.items()


def _parts(content: Content) -> tuple[Content, ...]:
    return content.parts if isinstance(content, Text) else (content,)


def _plain(content: Content) -> str:
    """Return text with stand-ins for references to services and the like."""
    return "".join(_stand_in(part) or "*" for part in _parts(content))


def _stand_in(part: Content) -> str | None:
    if isinstance(part, Reference):
        resource = part.resource
        distinct = part.identifies and resource.type in _DISTINCT
        prefix = _PREFIXES.get(resource.type, "")
        return f"{prefix}<{resource.logical_id} of {resource.template_name}>" if distinct else None
    return None if isinstance(part, Expression) else key_of(part)


def _pattern(content: Content, *, like: bool) -> str:
    return "".join(_expression(part, like=like) for part in _parts(content))


def _expression(part: Content, *, like: bool) -> str:
    text = _stand_in(part)
    if text is None:
        return ".*"
    escaped = re.escape(text)
    return escaped.replace(r"\*", ".*").replace(r"\?", ".") if like else escaped
