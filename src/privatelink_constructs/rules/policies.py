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
VERSIONS = ("2008-10-17", "2012-10-17")
_ACTION = re.compile(r"\*|[a-zA-Z0-9-]+:[\w*?]+")
_ENDPOINT_POLICIES = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"

MALFORMED = error(
    "endpoint-policy-malformed",
    "An endpoint policy is a policy with statements for principals.",
    why="AWS refuses the policy.",
    remedy=(
        "give a Version and Statements, each with Effect (Allow or Deny), Principal, Action and "
        "Resource"
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
        "give a PolicyDocument, for example for aws:PrincipalOrgID alone; acknowledge this for a "
        "service without endpoint policies"
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
        if not statement.keys() & {element, f"Not{element}"}:
            yield Problem(MALFORMED, f"{where} has no {element}")
    for action in as_list(statement.get("Action")) + as_list(statement.get("NotAction")):
        if isinstance(action, str) and not _ACTION.fullmatch(action):
            yield Problem(MALFORMED, f"{where} has the action {action!r}")


def as_list(value: object) -> list[object]:
    """Return a list as it is, nothing for None, and anything else as the only item of one."""
    if value is None:
        return []
    return cast("list[object]", value) if isinstance(value, list) else [value]
