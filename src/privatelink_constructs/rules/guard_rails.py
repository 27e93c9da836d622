"""What guard rails must be: their values, their statements, and service control policies."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any, cast

from privatelink_constructs.facts.condition_keys import (
    AMAZON,
    CREATE_ENDPOINT,
    KEYS_OF_NEW_ENDPOINTS,
    OWNERS,
    SERVICE_OWNER,
)
from privatelink_constructs.rules.core import Fix, error, is_token, warning
from privatelink_constructs.rules.policies import (
    STATEMENT_KEYS,
    VERSIONS,
    as_list,
    conditions_in,
    mapping,
    parsed,
    statements_in,
    valid_organization_ids,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from privatelink_constructs.rules.core import Problem

MAX_POLICY_LENGTH = 5_120
"""Of a service control policy, in characters."""
_SCPS = (
    "https://docs.aws.amazon.com/organizations/latest/userguide/"
    "orgs_manage_policies_scps_syntax.html"
)
_LIMITS = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"
_KEYS = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html"
_EXAMPLES = (
    "https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html"
)
_OPERATORS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html"
_POLICY = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html"
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_FORMS = {
    "domain": (rf"(\*\.)?{_LABEL}(\.{_LABEL})+", "example.com or *.example.com"),
    "service": (
        r"(\*|[a-z]+)(\.[a-zA-Z0-9_*?-]+)+",
        "com.amazonaws.*.s3 or com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
    ),
    "role": (
        r"arn:[a-z*-]+:iam::(\d{12}|\*):role/[\w+=,.@*?/-]+|[\w+=,.@*?-][\w+=,.@*?/-]*",
        "NetworkAdmin or arn:aws:iam::111111111111:role/NetworkAdmin",
    ),
    "AWS service": (r"[a-z0-9-]+", "s3, the prefix of the service's actions"),
}
_EVERYTHING = re.compile(r"[*?./]+")
_OWNER = re.compile(r"\d{12}", re.ASCII)
_TARGET = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|\d{12}", re.ASCII)
_VPC = "arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-0123456789abcdef0"


@error(
    "guard-rail-value-missing",
    "A guard rail must have a value that it allows.",
    why="Without one, it would deny everything, or nothing.",
    fix=Fix.same("pass at least one value"),
    url=_OPERATORS,
)
def values_present(values: Sequence[str], *, name: str) -> Iterator[str]:
    """Find an empty list.

    :param values: the values.
    :param name: what they are called.
    """
    if not values:
        yield f"there is no value in {name}"


@error(
    "guard-rail-value-malformed",
    "A value of a guard rail must have the form of what AWS compares it with.",
    why="The guard rail would deny everything, or allow what it doesn't name.",
    fix=Fix.same("write the value as AWS writes it, with wildcards where the form has them"),
    url=_KEYS,
)
def value_well_formed(value: str, *, form: str) -> Iterator[str]:
    """Find a value that nothing can be equal to, or that is wider than it looks.

    :param value: the value.
    :param form: what it must be: a domain, a service, a role, or the prefix of an AWS service.
    """
    pattern, example = _FORMS[form]
    if not is_token(value) and not re.fullmatch(pattern, value):
        yield f"{value!r} is not a valid {form}. Use a value such as {example}"


@error(
    "guard-rail-address-malformed",
    "A network that a guard rail exempts must be a CIDR block.",
    why="AWS rejects the policy.",
    fix=Fix.same("use a CIDR block of public addresses, such as 203.0.113.0/24"),
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
)
def address_well_formed(cidr: str) -> Iterator[str]:
    """Find a text that isn't a valid CIDR block."""
    if is_token(cidr):
        return
    try:
        ipaddress.ip_network(cidr)
    except ValueError:
        yield f"{cidr!r} is not a valid CIDR block"


@error(
    "guard-rail-value-ineffective",
    "A guard rail must not allow every value.",
    why="It would deny nothing.",
    fix=Fix.same("name what is allowed"),
    url=_OPERATORS,
)
def value_limiting(value: str, *, name: str) -> Iterator[str]:
    """Find a pattern that everything matches.

    :param value: the value.
    :param name: what it is called.
    """
    if not is_token(value) and _EVERYTHING.fullmatch(value):
        yield f"everything matches {value!r} in {name}"


@error(
    "guard-rail-owner-not-valid",
    "The owner of a service must be amazon, aws-marketplace, or an account ID.",
    why="AWS knows no other owners, and takes wildcards literally: all endpoints would be denied.",
    fix=Fix.same("use amazon, aws-marketplace, or the 12 digits of an account ID"),
    url=_KEYS,
)
def owner_valid(owner: str) -> Iterator[str]:
    """Find a text that no service has as its owner."""
    if not is_token(owner) and owner not in OWNERS and not _OWNER.fullmatch(owner):
        yield f"{owner!r} is not a valid owner of a service"


@warning(
    "guard-rail-owner-missing",
    "A guard rail on the owners of services should allow amazon if there are endpoints to AWS "
    "services.",
    why="The endpoints can't be created in accounts that the guard rail reaches.",
    fix=Fix(
        code="add 'amazon' to GuardRails.only_service_owners(...)",
        template="add amazon to the values of ec2:VpceServiceOwner",
    ),
    url=_EXAMPLES,
)
def amazon_allowed(owners: Sequence[str | None], *, endpoint: str) -> Iterator[str]:
    """Find owners without AWS itself, though there are endpoints to its services.

    :param owners: those that are allowed, None for what isn't known.
    :param endpoint: an endpoint to an AWS service.
    """
    if AMAZON not in owners and None not in owners:
        yield f"{endpoint} is for an AWS service, and the owners don't include 'amazon'"


@error(
    "guard-rail-effect-not-supported",
    "A statement of a guard rail must deny.",
    why="A service control policy grants no permissions, so an Allow statement has no effect.",
    fix=Fix(
        code="set effect=iam.Effect.DENY, and deny the opposite of what you want to allow",
        template="set Effect to Deny, and deny the opposite of what you want to allow",
    ),
    url=_SCPS,
)
def effect_denies(effect: object, *, position: int) -> Iterator[str]:
    """Find a statement that allows.

    :param effect: the effect.
    :param position: the number of the statement, from 1.
    """
    if effect != "Deny":
        yield f"statement {position} has the Effect {effect!r}"


@error(
    "guard-rail-condition-closed",
    "A statement with a condition on a key of endpoints must be limited to endpoints.",
    why="AWS also checks the creation of an endpoint against its VPC, subnets, and security "
    "groups, which don't have the key. Without the key, the condition is true: no principal can "
    "create an endpoint.",
    fix=Fix(
        code="limit the resources to arn:*:ec2:*:*:vpc-endpoint/*, or use a method of GuardRails",
        template="set Resource to arn:*:ec2:*:*:vpc-endpoint/*, or add {Null: {<key>: false}} to "
        "the Condition",
    ),
    url=_EXAMPLES,
)
def condition_limited(document: object) -> Iterator[str]:
    """Find statements that deny the creation of every endpoint.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    for position, statement in statements_in(document):
        key = _closing_key(statement)
        if key is not None:
            yield f"statement {position} compares {key} for all resources"


def _closing_key(statement: Mapping[str, Any]) -> str | None:
    """Return the key whose absence makes a statement deny the creation of all endpoints."""
    condition = statement.get("Condition")
    if statement.get("Effect") != "Deny":
        return None
    reached = _reaches(statement, "Action", CREATE_ENDPOINT) and _reaches(
        statement, "Resource", _VPC
    )
    found = [*_compared(mapping(condition))]
    known = {key.lower(): key for key in KEYS_OF_NEW_ENDPOINTS}
    # Any other condition limits the statement in its own way.
    holds = all(key in known and holding for _, key, holding in found)
    return known[found[0][1]] if found and reached and holds else None


def _compared(condition: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Yield each operator with each key, and whether it holds for a request without the key."""
    for operator, keys in condition.items():
        plain = operator.rpartition(":")[2].lower()
        negated = plain.startswith("stringnot") and not operator.lower().startswith("foranyvalue")
        optional = plain.endswith("ifexists")
        for key, values in mapping(keys).items():
            null = plain == "null" and str(values).lower() == "true"
            yield operator, key.lower(), negated or optional or null


def _reaches(statement: Mapping[str, Any], element: str, subject: str) -> bool:
    """Tell whether a statement is for an action or a resource, False where that isn't known."""
    for name, wanted in ((element, True), (f"Not{element}", False)):
        if name in statement:
            patterns = as_list(statement[name])
            known = [it for it in patterns if isinstance(it, str)]
            matches = any(_like(it, subject) for it in known)
            return matches == wanted and (wanted or len(known) == len(patterns))
    return False


def _like(pattern: str, text: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.IGNORECASE) is not None


@error(
    "service-control-policy-malformed",
    "A service control policy must be a policy with statements.",
    why="AWS rejects the policy.",
    fix=Fix(
        code="pass iam.PolicyStatement(...) with actions and resources",
        template="write a Version and Statements, each with Effect (Allow or Deny), Action, and "
        "Resource",
    ),
    url=_SCPS,
)
def policy_well_formed(document: object) -> Iterator[str]:
    """Find what is wrong with the form of a policy.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    policy = parsed(document)
    if policy is None:
        return
    if not isinstance(policy, dict):
        yield "the policy is not a JSON object"
        return
    found = cast("dict[str, Any]", policy)
    version = found.get("Version")
    if version is not None and str(version) not in VERSIONS:
        yield f"{version!r} is not a version of the policy language"
    if "Statement" not in found or found["Statement"] == []:
        yield "the policy has no Statement"
    for position, statement in enumerate(as_list(found.get("Statement")), 1):
        if isinstance(statement, dict):
            yield from _faults(f"statement {position}", cast("dict[str, Any]", statement))
        elif statement is not None:
            yield f"statement {position} is {statement!r}"


def _faults(where: str, statement: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(map(str, statement.keys() - STATEMENT_KEYS)):
        yield f"{where} has {key!r}"
    effect = statement.get("Effect", "")
    if effect not in ("Allow", "Deny", None):
        yield f"{where} has the Effect {effect!r}"
    for element in ("Action", "Resource"):
        given = statement.keys() & {element, f"Not{element}"}
        if not given:
            yield f"{where} has no {element}"
        elif len(given) > 1:
            yield f"{where} has {element} and Not{element}"


@error(
    "service-control-policy-principal-not-supported",
    "A service control policy must not have principals.",
    why="It applies to all principals of the accounts that it is attached to, and AWS rejects it "
    "otherwise.",
    fix=Fix.same("remove the principals, and compare aws:PrincipalArn in a condition"),
    url=_SCPS,
)
def policy_without_principals(document: object) -> Iterator[str]:
    """Find principals in a policy.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    for position, statement in statements_in(document):
        for element in ("Principal", "NotPrincipal"):
            if element in statement:
                yield f"statement {position} has a {element}"


@error(
    "service-control-policy-exceeded",
    "A service control policy must have at most 5,120 characters.",
    why="AWS rejects a longer policy.",
    fix=Fix(
        code="define several policies; at most five can be attached to one target",
        template="split it into several policies; at most five can be attached to one target",
    ),
    url=_LIMITS,
)
def policy_in_limit(length: int) -> Iterator[str]:
    """Find a policy that is too long.

    :param length: how many characters it has at least, without white space.
    """
    if length > MAX_POLICY_LENGTH:
        yield f"the policy has {length:,} characters"


@error(
    "service-control-policy-target-malformed",
    "The target of a policy must be the ID of a root, an organizational unit, or an account.",
    why="AWS finds no such target.",
    fix=Fix.same("use an ID such as r-abcd, ou-abcd-12345678, or 111111111111"),
    url=_POLICY,
)
def target_well_formed(target: str) -> Iterator[str]:
    """Find a text that isn't the ID of a target."""
    if not is_token(target) and not _TARGET.fullmatch(target):
        yield f"{target!r} is not the ID of a root, an organizational unit, or an account"


def valid_policy(document: object) -> Iterator[Problem]:
    """Check a service control policy, except for its length.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    yield from policy_well_formed(document)
    yield from policy_without_principals(document)
    yield from condition_limited(document)
    yield from valid_organization_ids(document)
    for cidr in _addresses_in(document):
        yield from address_well_formed(cidr)
    for owner in owners_in(document) or ():
        if owner is not None:
            yield from owner_valid(owner)


def owners_in(document: object) -> list[str | None] | None:
    """Return the owners that a policy allows, None for a policy that isn't about owners.

    :param document: the policy as JSON text or as a mapping, None inside it for what isn't known.
    """
    compared = list(_owner_conditions(document))
    if not any(operator.startswith("StringNot") for operator, _ in compared):
        return None
    items = [it for _, values in compared for it in values or [None]]
    return [it if isinstance(it, str) else None for it in items]


def _addresses_in(document: object) -> Iterator[str]:
    """Yield the networks that a policy compares addresses with."""
    for _, statement in statements_in(document):
        for operator, _, values in conditions_in(statement):
            if "ipaddress" in operator.lower():
                yield from (it for it in values if isinstance(it, str))


def _owner_conditions(document: object) -> Iterator[tuple[str, list[object]]]:
    """Yield each operator that compares owners, and what it compares them with."""
    for _, statement in statements_in(document):
        for operator, key, values in conditions_in(statement):
            compares = operator.startswith(("StringNotEquals", "StringEquals"))
            if compares and key.lower() == SERVICE_OWNER.lower():
                yield operator, values
