"""Checks of who may connect to an endpoint service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.cloudformation.content import Text, returns_anything
from privatelink_constructs.cloudformation.resource import earlier, resource_of
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    GROUP,
    INSTANCE_PROFILE,
    LISTENER,
    LOAD_BALANCER,
    MANAGED_POLICY,
    ORGANIZATION_ACCOUNT,
    ORGANIZATIONAL_UNIT,
    PERMISSIONS,
    ROLE,
    SECURITY_GROUP,
    SERVICE,
    TARGET_GROUP,
    TOPIC,
    USER,
    VPC,
)
from privatelink_constructs.rules import principals as rules
from privatelink_constructs.rules.principals import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.content import Reference
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding, Problem

_NAMED = (ROLE, USER)
# What people put where a principal belongs. Others, such as custom resources, may well give one.
_NO_PRINCIPAL = frozenset(
    {
        *(ENDPOINT, LISTENER, LOAD_BALANCER, SERVICE, TARGET_GROUP),
        *(SECURITY_GROUP, VPC, TOPIC),
        *(GROUP, INSTANCE_PROFILE, MANAGED_POLICY),
        *(ORGANIZATION_ACCOUNT, ORGANIZATIONAL_UNIT),
    }
)


def check_principals(inventory: Inventory) -> Iterator[Finding]:
    """Check that each principal is one that AWS takes, is listed once, and isn't everyone."""
    for permissions in inventory.of_type(PERMISSIONS):
        partition = permissions.template.partition
        name = partition.name if partition else None
        service = permissions.get("ServiceId").target(SERVICE)
        seen: set[str] = set()
        for value in permissions.get("AllowedPrincipals").each():
            yield from _check_principal(value, name, seen)
            if value.content == EVERYONE:
                yield from found(_check_everyone(service), value)


def _check_principal(value: Value, partition: str | None, seen: set[str]) -> Iterator[Finding]:
    """Check one of what may be thousands: what is right takes few steps."""
    sample, key = value.sample, value.key
    if key is not None and key in seen:
        name = value.text or sample or "a principal"
        yield from found(rules.principal_listed_once(name, key, seen), value)
    if key is not None:
        seen.add(key)
    written = value.shown if sample is None else sample
    if written is not None:
        yield from found(rules.written_principal(written, partition=partition), value)
    if value.reference is not None:
        yield from _references(value, value.reference)


def _references(value: Value, reference: Reference) -> Iterator[Finding]:
    if not reference.identifies:
        return
    resource = resource_of(reference)
    by_name = resource.type in _NAMED and reference.attribute is None
    if by_name or resource.type in _NO_PRINCIPAL:
        name = described(reference)
        yield from found(rules.principal_well_formed(name, rules.IDENTITY, shown=name), value)
    path = resource.get("Path").text
    if resource.type in _NAMED and reference.attribute == "Arn" and path not in {None, "/"}:
        yield from found(rules.valid_principal_name(f"{path}{resource.logical_id}"), value)


def _automatic(service: Resource) -> bool:
    return service.get("AcceptanceRequired").boolean is False


def _check_everyone(service: Resource | None) -> Iterator[Problem]:
    # What the permissions acknowledge themselves is counted like any other acknowledgment.
    acknowledged = service.acknowledged if service else {}
    if service is not None and _automatic(service):
        yield from rules.service_not_public(
            everyone=True,
            acceptance_required=False,
            acknowledged=rules.service_not_public.id in acknowledged,
        )
    else:
        rule = rules.everyone_acknowledged
        yield from rule(acknowledged=rule.id in acknowledged)


def check_references(inventory: Inventory) -> Iterator[Finding]:
    """Check that permissions are for a service, and are the only ones for it."""
    seen: dict[str, list[Resource]] = {}
    for permissions in inventory.of_type(PERMISSIONS):
        value = permissions.get("ServiceId")
        service = _may_be_service(value)
        problems = rules.permissions_for_service(_target(value), service=service)
        yield from found(problems, permissions if value.absent else value)
        if service and value.key is not None:
            other = earlier(seen, value.key, permissions)
            problems = rules.permissions_in_one_place(other.logical_id if other else None)
            yield from found(problems, value)


def _target(value: Value) -> str:
    if value.reference:
        return described(value.reference)
    return "nothing" if value.absent else repr(value.shown)


def _may_be_service(value: Value) -> bool:
    if value.reference:
        return _refers_to_service(value.reference)
    return not value.absent and _may_be_id(value)


def _refers_to_service(reference: Reference) -> bool:
    if reference.resource.type == SERVICE:
        return reference.identifies
    # Custom resources, nested stacks and parameters may well give an id.
    return returns_anything(reference.resource.type)


def _may_be_id(value: Value) -> bool:
    if not isinstance(value.content, Text):
        return value.text is None or value.text.startswith(_PREFIX)
    first = value.content.parts[0]
    return not isinstance(first, str) or first.startswith(_PREFIX) or _PREFIX.startswith(first)


_PREFIX = "vpce-svc-"

CHECKS = (
    check_principals,
    check_references,
)
