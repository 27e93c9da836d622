"""Checks of the roles of functions that deal with endpoints and their services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.inline_policies import inline_policies, least_length
from privatelink_constructs.rules.role_policies import role_policies_in_limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_inline_policies(inventory: Inventory) -> Iterator[Finding]:
    """Check that the inline policies of a role aren't too long together."""
    for role, documents in inline_policies(inventory).items():
        length = sum(least_length(document.content) for document in documents)
        yield from found(role_policies_in_limit(role.logical_id, length), role)


CHECKS = (check_inline_policies,)
