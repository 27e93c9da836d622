"""Which VPC is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.inventory.types import VPC

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.values import Value


def comparable(left: Value, right: Value) -> bool:
    """Tell whether two VPCs are known in the same way, so that they can be told apart."""
    literal = left.text is not None and right.text is not None
    return literal or (left.target(VPC) is not None and right.target(VPC) is not None)


def vpc_name(vpc: Value, seen_from: Value) -> str | None:
    """Return a VPC as a message names it, different for different VPCs."""
    resource = vpc.target(VPC)
    if resource is None:
        return vpc.text
    template = resource.template
    own = template is seen_from.resource.template
    return resource.logical_id if own else f"{resource.logical_id} of {template.name}"
