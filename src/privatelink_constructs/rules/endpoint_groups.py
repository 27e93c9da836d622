"""The rules for the security groups of an interface endpoint."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, first_of, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

MAX_GROUPS = 16
DEFAULT_GROUPS = 5
_QUOTAS = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"


@error(
    "endpoint-security-group-duplicate",
    "An endpoint must have each security group only once.",
    why="CloudFormation rejects a list that contains an ID twice.",
    fix=Fix(
        code="pass the security group once, or import it once",
        template="list the security group once in SecurityGroupIds",
    ),
    url=core.CREATE_ENDPOINT,
)
def groups_distinct(groups: Sequence[str | None]) -> Iterator[str]:
    """Find a security group that an endpoint has twice.

    :param groups: what identifies each security group, None for what isn't known.
    """
    for group, count in Counter(groups).items():
        if group is not None and count > 1:
            yield f"security group {group} is listed {count} times"


@error(
    "endpoint-security-groups-exceeded",
    "An endpoint must have no more than 16 security groups.",
    why="A network interface can't have more than 16 security groups, even if you request a "
    "quota increase.",
    fix=Fix(
        code="pass fewer security groups. You can combine the rules of several security groups in "
        "one",
        template="list fewer security groups in SecurityGroupIds. You can combine the rules of "
        "several security groups in one",
    ),
    url=_QUOTAS,
)
def groups_in_limit(groups: int) -> Iterator[str]:
    """Find more security groups than a network interface can ever have."""
    if groups > MAX_GROUPS:
        yield f"the endpoint has {groups} security groups"


@warning(
    "endpoint-security-groups-quota-exceeded",
    "An endpoint should have no more than 5 security groups.",
    why="AWS rejects more, unless you increase the quota for security groups per network "
    "interface.",
    fix=Fix.same(
        "use fewer security groups, or request a quota increase and acknowledge this warning"
    ),
    url=_QUOTAS,
)
def groups_in_quota(groups: int) -> Iterator[str]:
    """Find more security groups than AWS's default quota allows."""
    if groups > DEFAULT_GROUPS:
        yield f"the endpoint has {groups} security groups"


def valid_groups(groups: Sequence[str | None]) -> Iterator[Problem]:
    """Check the security groups of an endpoint; see :func:`groups_distinct`."""
    yield from groups_distinct(groups)
    yield from first_of(groups_in_limit(len(groups)), groups_in_quota(len(groups)))
