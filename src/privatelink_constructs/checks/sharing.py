"""Checks of resource shares of AWS RAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.types import RESOURCE_SHARE
from privatelink_constructs.rules.sharing import share_principal_valid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_ORGANIZATIONS = ":organizations:"


def check_principals(inventory: Inventory) -> Iterator[Finding]:
    """Check that organizations and organizational units have ARNs that AWS RAM takes."""
    for share in inventory.of_type(RESOURCE_SHARE):
        for value in share.get("Principals").each():
            text = value.text
            if text is not None and _ORGANIZATIONS in text:
                yield from found(share_principal_valid(text, unit=":ou/" in text), value)


CHECKS = (check_principals,)
