"""What an endpoint policy is, and who a resource policy admits."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_POLICY_LENGTH = 20_480
POLICY_KEYS = frozenset({"Id", "Statement", "Version"})
STATEMENT_KEYS = frozenset(
    {
        *("Action", "Condition", "Effect", "NotAction", "NotPrincipal", "NotResource"),
        *("Principal", "Resource", "Sid"),
    }
)
PRINCIPAL_KEYS = frozenset({"AWS", "CanonicalUser", "Federated", "Service"})
IDENTIFIER_KEYS = frozenset(
    {
        *("aws:principalaccount", "aws:principalorgid", "aws:resourceaccount"),
        *("aws:resourceorgid", "aws:sourcevpc"),
    }
)
"""Condition keys with ids that AWS gives: endpoint policies compare them without wildcards.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""
VERSIONS = ("2008-10-17", "2012-10-17")
_ACTION = re.compile(r"\*|\*:\*|[a-zA-Z0-9-]+:[\w*?]+")
_ENDPOINT_POLICIES = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"

MALFORMED = error(
    "endpoint-policy-malformed",
    "An endpoint policy is a policy with statements for principals.",
    why="AWS refuses the policy.",
    remedy=(
        "give a Version and Statements, each with Effect (Allow or Deny), Principal, Action and "
        "Resource, and conditions as {operator: {key: value}}; compare the ids of accounts, "
        "organizations and VPCs without wildcards"
    ),
    url=_ENDPOINT_POLICIES,
)
TOO_LONG = error(
    "endpoint-policy-too-long",
    "An endpoint policy has 20,480 characters at most.",
    why="AWS refuses a longer one.",
    remedy="join statements, or use wildcards and condition keys in place of long lists",
    url=core.ENDPOINT_LIMITS,
)
MISSING = warning(
    "endpoint-policy-missing",
    "An endpoint of an AWS service has a policy.",
    why="Without one it lets every principal do everything on resources of every account.",
    remedy=(
        "give a PolicyDocument that allows what the clients need, for example with the condition "
        "that aws:PrincipalOrgID is your organization"
    ),
    url=_ENDPOINT_POLICIES,
)


def check_policy_given(*, given: bool) -> Iterator[Problem]:
    """Check that an endpoint of an AWS service has a policy."""
    if not given:
        yield Problem(MISSING, "the endpoint of an AWS service has no policy")


def check_endpoint_policy(document: object) -> Iterator[Problem]:
    """Check an endpoint policy.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    parsed = document
    if isinstance(document, str):
        try:
            parsed = json.loads(document)
        except ValueError:
            yield Problem(MALFORMED, "the policy is no JSON")
            return
    if not isinstance(parsed, dict):
        if parsed is not None:
            yield Problem(MALFORMED, f"the policy is a {type(parsed).__name__}")
        return
    policy = cast("dict[str, Any]", parsed)
    yield from _check_length(policy)
    yield from _check_document(policy)


def _check_length(policy: Mapping[str, Any]) -> Iterator[Problem]:
    length = len(json.dumps(policy, separators=(",", ":"), default=str))
    if length > MAX_POLICY_LENGTH:
        yield Problem(TOO_LONG, f"the policy has {length} characters")


def _check_document(policy: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _check_keys("the policy", policy, POLICY_KEYS)
    version = policy.get("Version")
    if version is not None and str(version) not in VERSIONS:
        yield Problem(MALFORMED, f"{version!r} is no version of the policy language")
    if "Statement" not in policy:
        yield Problem(MALFORMED, "the policy has no Statement")
        return
    for position, statement in enumerate(as_list(policy["Statement"])):
        if isinstance(statement, dict):
            found = cast("dict[str, Any]", statement)
            yield from _check_statement(f"statement {position + 1}", found)
        elif statement is not None:
            yield Problem(MALFORMED, f"statement {position + 1} is {statement!r}")


def _check_keys(where: str, found: Mapping[str, Any], allowed: frozenset[str]) -> Iterator[Problem]:
    for key in sorted(map(str, found.keys() - allowed)):
        yield Problem(MALFORMED, f"{where} has {key!r}")


def _check_statement(where: str, statement: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _check_keys(where, statement, STATEMENT_KEYS)
    effect = statement.get("Effect", "")
    if effect not in ("Allow", "Deny", None):
        yield Problem(MALFORMED, f"{where} has the Effect {effect!r}")
    for element in ("Principal", "Action", "Resource"):
        given = statement.keys() & {element, f"Not{element}"}
        if not given:
            yield Problem(MALFORMED, f"{where} has no {element}")
        elif len(given) > 1:
            yield Problem(MALFORMED, f"{where} has {element} and Not{element}")
    for element in ("Principal", "NotPrincipal"):
        yield from _check_principal(where, element, statement.get(element))
    yield from _check_condition(where, statement.get("Condition"))
    for action in as_list(statement.get("Action")) + as_list(statement.get("NotAction")):
        if isinstance(action, str) and not _ACTION.fullmatch(action):
            yield Problem(MALFORMED, f"{where} has the action {action!r}")


def _check_principal(where: str, element: str, principal: object) -> Iterator[Problem]:
    if isinstance(principal, dict):
        keys = cast("dict[str, object]", principal).keys()
        for key in sorted(map(str, keys - PRINCIPAL_KEYS)):
            allowed = ", ".join(sorted(PRINCIPAL_KEYS))
            yield Problem(MALFORMED, f"{where} has a {element} of kind {key!r}, not {allowed}")
    elif principal is not None and principal != "*":
        yield Problem(
            MALFORMED, f"{where} has the {element} {principal!r}, not '*' or {{AWS: ...}}"
        )


def _check_condition(where: str, condition: object) -> Iterator[Problem]:
    if condition is None:
        return
    operators = cast("dict[str, object]", condition) if isinstance(condition, dict) else {}
    for operator, keys in operators.items():
        if not isinstance(keys, dict) and keys is not None:
            yield Problem(
                MALFORMED, f"{where} has the condition {operator!r} without an operator around it"
            )
        found = cast("dict[str, object]", keys) if isinstance(keys, dict) else {}
        for key, values in found.items():
            for value in as_list(values):
                identifier = str(key).lower() in IDENTIFIER_KEYS and isinstance(value, str)
                if identifier and re.search(r"[*?]", str(value)):
                    yield Problem(MALFORMED, f"{where} compares {key} with {value!r}")


def as_list(value: object) -> list[object]:
    """Return a list as it is, nothing for None, and anything else as the only item of one."""
    if value is None:
        return []
    return cast("list[object]", value) if isinstance(value, list) else [value]
