"""Checks of resource shares of AWS RAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts.arns import is_account
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
    PROFILE,
    RESOLVER_RULE,
    RESOURCE_SHARE,
    SERVICE,
)
from privatelink_constructs.rules.sharing import share_principal_valid, share_resource_supported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_ORGANIZATIONS = ":organizations:"
_IDS = ("o-", "ou-")
_UNSHARED = {
    ":vpc-endpoint-service/": "an endpoint service",
    ":vpc-endpoint/": "an endpoint",
    ":hostedzone/": "a hosted zone",
    ENDPOINT: "an endpoint",
    HOSTED_ZONE: "a hosted zone",
    SERVICE: "an endpoint service",
}
"""What AWS RAM can't share, by a part of its ARN and by its type."""
_BY_ID = (PROFILE, RESOLVER_RULE)
"""What has an ID that isn't its ARN."""


def check_principals(inventory: Inventory) -> Iterator[Finding]:
    """Check that organizations and organizational units have ARNs that AWS RAM takes."""
    for share in inventory.of_type(RESOURCE_SHARE):
        for value in share.get("Principals").each():
            text = value.text
            if text is not None and _ORGANIZATIONS in text:
                yield from found(share_principal_valid(text, unit=":ou/" in text), value)
            elif text is not None and _is_id(text):
                yield from found(share_principal_valid(text), value)


def _is_id(text: str) -> bool:
    """Tell whether a principal is an ID, and not the one of an account."""
    return text.startswith(_IDS) or (text.isdecimal() and not is_account(text))


def check_resources(inventory: Inventory) -> Iterator[Finding]:
    """Check that shares contain only what can be shared, by its ARN."""
    for share in inventory.of_type(RESOURCE_SHARE):
        for value in share.get("ResourceArns").each():
            shown = value.shown or ""
            kinds = [what for part, what in _UNSHARED.items() if part in shown]
            references = {each.resource.type for each in value.references()}
            kinds += [what for kind, what in _UNSHARED.items() if kind in references]
            name = repr(value.shown) if value.shown else "the resource"
            if value.target(*_BY_ID) and value.reference and value.reference.attribute != "Arn":
                kinds.append("an ID, not an ARN")
            problems = share_resource_supported(name, kinds[0] if kinds else None)
            yield from found(problems, value)


CHECKS = (check_principals, check_resources)
