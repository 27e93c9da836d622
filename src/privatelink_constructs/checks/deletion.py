"""Checks of what happens when a stack is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.content import text_of
from privatelink_constructs.inventory.types import REJECTION, SERVICE
from privatelink_constructs.rules.service_deletion import (
    protection_effective,
    rejection_followed_by_deletion,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_rejections(inventory: Inventory) -> Iterator[Finding]:
    """Check that a service whose connections are rejected is deleted afterward."""
    for rejection in inventory.of_type(REJECTION):
        service = rejection.get("ServiceId").target(SERVICE)
        if service is not None:
            policy, other = _deletion_policy(service), _deletion_policy(rejection)
            yield from found(rejection_followed_by_deletion(policy, rejection=other), service)


def check_protected_load_balancers(inventory: Inventory) -> Iterator[Finding]:
    """Check that no load balancer is protected while the connections through it are rejected."""
    for rejection in inventory.of_type(REJECTION):
        service = rejection.get("ServiceId").target(SERVICE)
        for load_balancer in inventory.load_balancers_of(service) if service else ():
            attributes = load_balancer.get("LoadBalancerAttributes")
            protected = attributes.attribute("deletion_protection.enabled").boolean is True
            rejected = _deletion_policy(rejection) in {None, "Delete"}
            yield from found(
                protection_effective(protected=protected, rejected=rejected), load_balancer
            )


def _deletion_policy(resource: Resource) -> str | None:
    """Return the deletion policy of a resource, None if it has none or it isn't known."""
    return text_of(resource.template.evaluate(resource.raw.get("DeletionPolicy")))


CHECKS = (check_protected_load_balancers, check_rejections)
