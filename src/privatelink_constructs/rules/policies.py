"""The rules for endpoint policies."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from privatelink_constructs.rules.core import Problem

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
_ORGANIZATION_KEYS = frozenset({"aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid"})
_ORGANIZATION_ID = re.compile(r"o-[a-z0-9]{10,32}")
_EQUALS = re.compile(r"string(?:not)?equals", re.IGNORECASE)
_ACTION = re.compile(r"\*|\*:\*|[a-zA-Z0-9-]+:[\w*?]+")
_ENDPOINT_POLICIES = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"


@warning(
    "endpoint-policy-missing",
    "An endpoint of an AWS service should have a policy.",
    why="Without a policy, every principal can access the resources of every account through the "
    "endpoint.",
    fix=Fix(
        code=(
            "allow what the clients need with add_to_policy(...) of the endpoint, for example "
            "with the condition that aws:PrincipalOrgID is your organization"
        ),
        template=(
            "set a PolicyDocument that allows what the clients need, for example with the "
            "condition that aws:PrincipalOrgID is your organization"
        ),
    ),
    url=_ENDPOINT_POLICIES,
)
def endpoint_policy_present(*, given: bool) -> Iterator[str]:
    """Find an endpoint of an AWS service without a policy."""
    if not given:
        yield "the endpoint for an AWS service has no policy"


@error(
    "endpoint-policy-exceeded",
    "An endpoint policy must have no more than 20,480 characters.",
    why="AWS rejects a longer policy.",
    fix=Fix.same("combine statements, or use wildcards and condition keys instead of long lists"),
    url=core.ENDPOINT_LIMITS,
)
def endpoint_policy_short(document: object) -> Iterator[str]:
    """Find a policy that is too long.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    policy = parsed(document)
    length = len(json.dumps(policy, separators=(",", ":"), default=str))
    if isinstance(policy, dict) and length > MAX_POLICY_LENGTH:
        yield f"the endpoint policy has {length:,} characters"


@error(
    "endpoint-policy-malformed",
    "An endpoint policy must be a valid policy whose statements have principals.",
    why="AWS rejects the policy.",
    fix=Fix(
        code=(
            "pass iam.PolicyStatement(...) with principals, actions, and resources. Compare the "
            "IDs of accounts, organizations, and VPCs without wildcards"
        ),
        template=(
            "write a Version and Statements, each with Effect (Allow or Deny), Principal, "
            "Action, and Resource, and conditions as {operator: {key: value}}. Compare the IDs "
            "of accounts, organizations, and VPCs without wildcards"
        ),
    ),
    url=_ENDPOINT_POLICIES,
)
def endpoint_policy_well_formed(document: object) -> Iterator[str]:
    """Find what is wrong with the form of a policy.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    policy = parsed(document)
    if isinstance(policy, dict):
        yield from _faults(cast("dict[str, Any]", policy))
    elif policy is document and isinstance(policy, str):
        yield "the endpoint policy is not valid JSON"
    elif policy is not None:
        yield f"the endpoint policy is a {type(policy).__name__}, not an object"


@error(
    "organization-id-malformed",
    "The ID of an organization must have the format that AWS uses.",
    why="No request matches another ID, so the policy would deny everything.",
    fix=Fix.same("use the ID of the organization, such as o-abcdefghij"),
    url="https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html",
)
def organization_id_well_formed(organization_id: str) -> Iterator[str]:
    """Find a text that isn't the ID of an organization."""
    if not _ORGANIZATION_ID.fullmatch(organization_id):
        yield f"{organization_id!r} is not a valid organization ID"


def valid_organization_ids(document: object) -> Iterator[Problem]:
    """Check the IDs of organizations that a policy compares.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    for _, statement in statements_in(document):
        for operator, key, values in conditions_in(statement):
            if key.lower() in _ORGANIZATION_KEYS and _EQUALS.search(operator):
                for value in values:
                    # Wildcards are another rule's, and variables have a value in each request.
                    if isinstance(value, str) and not re.search(r"[*?$]", value):
                        yield from organization_id_well_formed(value)


def valid_endpoint_policy(document: object) -> Iterator[Problem]:
    """Check an endpoint policy.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    yield from endpoint_policy_short(document)
    yield from endpoint_policy_well_formed(document)
    yield from valid_organization_ids(document)


def _faults(policy: Mapping[str, Any]) -> Iterator[str]:
    yield from _unexpected("the policy", policy, POLICY_KEYS)
    version = policy.get("Version")
    if version is not None and str(version) not in VERSIONS:
        yield f"{version!r} is not a valid Version of the policy language"
    if "Statement" not in policy:
        yield "the endpoint policy has no Statement"
        return
    for position, statement in enumerate(as_list(policy["Statement"])):
        if isinstance(statement, dict):
            found = cast("dict[str, Any]", statement)
            yield from _faults_of_statement(f"statement {position + 1}", found)
        elif statement is not None:
            yield f"statement {position + 1} is {statement!r}, not an object"


def _unexpected(where: str, found: Mapping[str, Any], allowed: frozenset[str]) -> Iterator[str]:
    for key in sorted(map(str, found.keys() - allowed)):
        yield f"{where} has the element {key!r}, which isn't valid"


def _faults_of_statement(where: str, statement: Mapping[str, Any]) -> Iterator[str]:
    yield from _unexpected(where, statement, STATEMENT_KEYS)
    effect = statement.get("Effect", "")
    if effect not in ("Allow", "Deny", None):
        yield f"{where} has the Effect {effect!r}, not Allow or Deny"
    for element in ("Principal", "Action", "Resource"):
        given = statement.keys() & {element, f"Not{element}"}
        if not given:
            yield f"{where} has no {element}"
        elif len(given) > 1:
            yield f"{where} has both {element} and Not{element}"
    for element in ("Principal", "NotPrincipal"):
        yield from _faults_of_principal(where, element, statement.get(element))
    yield from _faults_of_condition(where, statement.get("Condition"))
    for action in as_list(statement.get("Action")) + as_list(statement.get("NotAction")):
        if isinstance(action, str) and not _ACTION.fullmatch(action):
            yield f"{where} has the action {action!r}, which isn't valid"


def _faults_of_principal(where: str, element: str, principal: object) -> Iterator[str]:
    if isinstance(principal, dict):
        keys = cast("dict[str, object]", principal).keys()
        for key in sorted(map(str, keys - PRINCIPAL_KEYS)):
            allowed = ", ".join(sorted(PRINCIPAL_KEYS))
            yield f"{where} has a {element} of type {key!r}. The valid types are {allowed}"
    elif principal is not None and principal != "*":
        yield f"{where} has the {element} {principal!r}, not '*' or {{AWS: ...}}"


def _faults_of_condition(where: str, condition: object) -> Iterator[str]:
    if condition is None:
        return
    operators = cast("dict[str, object]", condition) if isinstance(condition, dict) else {}
    for operator, keys in operators.items():
        if not isinstance(keys, dict) and keys is not None:
            yield f"{where} has the condition {operator!r} without an operator around it"
        found = cast("dict[str, object]", keys) if isinstance(keys, dict) else {}
        for key, values in found.items():
            for value in as_list(values):
                identifier = str(key).lower() in IDENTIFIER_KEYS and isinstance(value, str)
                if identifier and re.search(r"[*?]", str(value)):
                    yield f"{where} compares {key} with {value!r}, which never matches"


def as_list(value: object) -> list[object]:
    """Return a list as it is, nothing for None, and anything else as the only item of one."""
    if value is None:
        return []
    return cast("list[object]", value) if isinstance(value, list) else [value]


def parsed(document: object) -> object:
    """Return the value of JSON text, and anything else as it is, including invalid JSON."""
    if isinstance(document, str):
        with suppress(ValueError):
            return cast("object", json.loads(document))
    return document


def mapping(value: object) -> dict[str, Any]:
    """Return a mapping as it is, and nothing for anything else."""
    return cast("dict[str, Any]", value if isinstance(value, dict) else {})


def statements_in(document: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the statements of a policy, each with its position from 1.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    for position, statement in enumerate(as_list(mapping(parsed(document)).get("Statement")), 1):
        if isinstance(statement, dict):
            yield position, cast("dict[str, Any]", statement)


def conditions_in(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, list[object]]]:
    """Yield each operator in the conditions of a statement, with a key and its values."""
    for operator, keys in mapping(statement.get("Condition")).items():
        for key, values in mapping(keys).items():
            yield operator, key, as_list(values)
