"""Checks of who may connect to an endpoint service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.checks.topology import PERMISSIONS, SERVICE
from privatelink_constructs.rules import principals as rules
from privatelink_constructs.rules.principals import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.checks.findings import Finding
    from privatelink_constructs.checks.template import Model, Resource
    from privatelink_constructs.checks.values import Value
    from privatelink_constructs.rules.core import Problem


def duplicates(model: Model) -> Iterator[Finding]:
    """Check that each principal is listed once."""
    for permissions in model.of_type(PERMISSIONS):
        seen: set[str] = set()
        for value in permissions.get("AllowedPrincipals").each():
            if value.key in seen:
                name = value.text or value.sample or "a principal"
                yield from found(rules.check_listed_once(name), value)
            seen |= {value.key} if value.key else set()


def grammar(model: Model) -> Iterator[Finding]:
    """Check that each principal is one that AWS takes."""
    for permissions in model.of_type(PERMISSIONS):
        partition = permissions.template.partition
        for value in permissions.get("AllowedPrincipals").each():
            if value.sample is not None:
                problems = rules.check_principal(
                    value.sample, partition=partition.name if partition else None
                )
                yield from found(problems, value)


def public(model: Model) -> Iterator[Finding]:
    """Check that a service isn't open to everyone by mistake."""
    for permissions in model.of_type(PERMISSIONS):
        service = permissions.get("ServiceId").target(SERVICE)
        automatic = service is not None and _automatic(service)
        for value in permissions.get("AllowedPrincipals").each():
            if value.text == EVERYONE:
                yield from found(
                    _check_everyone(value, automatic=automatic, service=service), value
                )


def _automatic(service: Resource) -> bool:
    return service.get("AcceptanceRequired").boolean is False


def _check_everyone(
    value: Value, *, automatic: bool, service: Resource | None
) -> Iterator[Problem]:
    acknowledged = (service.acknowledged if service else {}) | value.resource.acknowledged
    if automatic:
        yield from rules.check_public(
            everyone=True,
            acceptance_required=False,
            acknowledged=rules.PUBLIC.id in acknowledged,
        )
    else:
        yield from rules.check_everyone(acknowledged=rules.EVERYONE_ALLOWED.id in acknowledged)


def references(model: Model) -> Iterator[Finding]:
    """Check that permissions are for a service, and are the only ones for it."""
    seen: dict[str, list[Resource]] = {}
    for permissions in model.of_type(PERMISSIONS):
        value = permissions.get("ServiceId")
        reference = value.reference
        if reference and not (reference.identifies and reference.resource.type == SERVICE):
            yield from found(rules.check_permissions_target(described(reference)), value)
        elif value.text is not None and not value.text.startswith("vpce-svc-"):
            yield from found(rules.check_permissions_target(repr(value.text)), value)
        elif value.key is not None:
            others = seen.setdefault(value.key, [])
            for other in others[:1]:
                if permissions.together_with(other):
                    yield from found(rules.check_only_permissions(other.logical_id), value)
            others.append(permissions)


CHECKS = (duplicates, grammar, public, references)
