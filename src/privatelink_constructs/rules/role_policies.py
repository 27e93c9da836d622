"""The rules for the inline policies of a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_INLINE_POLICIES = 10_240


@error(
    "role-policies-exceeded",
    "The inline policies of a role must have no more than 10,240 characters in total.",
    why="AWS rejects the policy that exceeds the limit.",
    fix=Fix(
        code="define some of the services in another stack, or use one role for several hosted "
        "zones",
        template="combine statements, use patterns such as vpc-endpoint-service/*, or use managed "
        "policies",
    ),
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
)
def role_policies_in_limit(role: str, length: int) -> Iterator[str]:
    """Find a role whose inline policies are too long in total.

    :param role: the name of the role.
    :param length: how many characters they have at least, without white space.
    """
    if length > MAX_INLINE_POLICIES:
        yield f"the inline policies of {role} have at least {length:,} characters"
