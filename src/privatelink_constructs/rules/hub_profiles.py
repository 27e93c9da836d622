"""What Route 53 Profiles must be: their IDs, their associations with VPCs, and their shares."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error, is_token, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

PRIORITIES = range(100, 9901)
DEFAULT_PRIORITY = 100
MOST_PROFILES = 2
PRIORITY_VERSION = "2.276.0"
"""The first version of aws-cdk-lib whose ``CfnProfileAssociation`` has a priority."""
ASSOCIATION_ONLY = "AWSRAMPermissionRoute53ProfileAllowAssociation"
"""AWS's default permission: others can associate a Profile with their VPCs, and not change it.

:see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/sharing-profiles.html#perms-owner
"""
_PROFILE_ID = r"rp-[0-9a-z]{1,61}"
_NAME = r"(?!^[0-9]+$)[a-zA-Z0-9\-_' ]{1,64}"
_FULL_ACCESS = re.compile(r":permission/AWSRAMPermissionRoute53Profile\w*(?:Admin|FullAccess)\w*$")
_ROUTE53 = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_PROFILES = f"{_ROUTE53}/profiles.html"
_PRIORITY = f"{_ROUTE53}/profiles-vpc-update-priority.html"
_SHARING = f"{_ROUTE53}/sharing-profiles.html"
_CREATE = (
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53profiles_CreateProfile.html"
)


@error(
    "profile-id-malformed",
    "The ID of a Route 53 Profile must begin with rp-.",
    why="AWS finds no Profile of another ID, and takes no ARN in its place.",
    fix=Fix.same("use the ID of the Profile, such as rp-0123456789abcdef"),
    url=_PROFILES,
)
def profile_id_well_formed(profile_id: str) -> Iterator[str]:
    """Find what isn't the ID of a Profile; tokens pass."""
    if not is_token(profile_id) and not re.fullmatch(_PROFILE_ID, profile_id):
        yield f"{profile_id!r} is not the ID of a Route 53 Profile"


@error(
    "profile-name-malformed",
    "The name of a Route 53 Profile must have 1 to 64 letters, digits, spaces, and -_'.",
    why="AWS rejects other names, and names of digits only.",
    fix=Fix.same("use a name such as endpoints"),
    url=_CREATE,
)
def profile_name_well_formed(name: str) -> Iterator[str]:
    """Find a name that no Profile can have; tokens pass."""
    if not is_token(name) and not re.fullmatch(_NAME, name):
        yield f"{name!r} is not a valid name of a Route 53 Profile"


@error(
    "profile-resource-not-supported",
    "A Route 53 Profile must contain interface endpoints and private hosted zones only.",
    why="AWS rejects other endpoints, public hosted zones, and values that aren't ARNs.",
    fix=Fix(
        code="pass an InterfaceEndpoint or a private hosted zone",
        template="set ResourceArn to the ARN of an interface endpoint or a private hosted zone",
    ),
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html",
)
def profile_resource_supported(name: str, what: str | None) -> Iterator[str]:
    """Find a resource that no Profile can contain.

    :param name: the name of the resource.
    :param what: what it is, None where it is supported, or isn't known.
    """
    if what is not None:
        yield f"{name} is {what}"


@error(
    "profile-priority-out-of-range",
    "The priority of a Route 53 Profile must be between 100 and 9900.",
    why="AWS rejects other priorities.",
    fix=Fix.same("use a priority from 100 to 9900; the lower one is evaluated first"),
    url=_PRIORITY,
)
def priority_in_range(priority: float | None) -> Iterator[str]:
    """Find a priority that AWS doesn't take; None for what isn't set or isn't known."""
    if priority is not None and priority not in PRIORITIES:
        yield f"{priority:g} is not a valid priority"


@error(
    "profile-priority-not-supported",
    "The priority of a Route 53 Profile must be set with a version of aws-cdk-lib that has it.",
    why="Earlier versions have no property for it.",
    fix=Fix.same(f"use aws-cdk-lib {PRIORITY_VERSION} or later, or set no priority"),
    url=_PRIORITY,
)
def priority_supported(*, version: str, supported: bool) -> Iterator[str]:
    """Report a priority that the installed aws-cdk-lib can't set.

    :param version: the installed version.
    :param supported: whether it has the property.
    """
    if not supported:
        yield f"the argument priority is set, and aws-cdk-lib {version} has no property for it"


@error(
    "profile-priority-duplicate",
    "Two Route 53 Profiles of a VPC must have different priorities.",
    why="AWS rejects the second association. Without a priority, it is 100.",
    fix=Fix(
        code="pass another priority, such as priority=200",
        template="set Priority of one of the associations to another number, such as 200",
    ),
    url=_PRIORITY,
)
def priorities_distinct(priorities: Sequence[int | None]) -> Iterator[str]:
    """Find Profiles of a VPC with the same priority; None for what isn't known."""
    for priority, count in sorted(Counter(it for it in priorities if it is not None).items()):
        if count > 1:
            yield f"{count} Profiles of the VPC have priority {priority}"


@error(
    "profiles-exceeded",
    "A VPC must have at most two Route 53 Profiles.",
    why="AWS rejects the third association (LimitExceededException).",
    fix=Fix.same("put the resources into one Profile, or use other VPCs"),
    url=_PRIORITY,
)
def profile_count(count: int) -> Iterator[str]:
    """Find a VPC with too many Profiles."""
    if count > MOST_PROFILES:
        yield f"the VPC has {count} Profiles"


@error(
    "profile-duplicate",
    "A Route 53 Profile must be associated with a VPC only once.",
    why="AWS rejects the second association.",
    fix=Fix.same("associate the VPC once"),
    url=_PROFILES,
)
def profile_associated_once(count: int) -> Iterator[str]:
    """Find a VPC that a Profile is associated with more than once."""
    if count > 1:
        yield f"the Profile is associated with the VPC {count} times"


@error(
    "profile-region-mismatch",
    "A Route 53 Profile must be in the Region of the VPCs that it is associated with.",
    why="A Profile belongs to one Region, and AWS doesn't find it in another one.",
    fix=Fix(
        code="define a hub in each Region, or use HubNaming.private_hosted_zones(vpcs=[...])",
        template="define a Profile in each Region",
    ),
    url=_PROFILES,
)
def profile_in_region(profile: str | None, vpc: str | None) -> Iterator[str]:
    """Find a Profile and a VPC in different Regions; None for what isn't known."""
    if profile is not None and vpc is not None and profile != vpc:
        yield f"the Profile is in {profile}, but the VPC is in {vpc}"


def valid_profiles(priorities: Sequence[int | None], *, same: int) -> Iterator[Problem]:
    """Check all Profiles of a VPC.

    :param priorities: their priorities, None for what isn't known.
    :param same: how often one of them is associated.
    """
    yield from profile_associated_once(same)
    yield from profile_count(len(priorities))
    yield from priorities_distinct(priorities)


@warning(
    "profile-share-permission-excessive",
    "A Route 53 Profile should be shared with permission for associations only.",
    why=(
        "A principal that can change the Profile can put hosted zones into it, and answer any "
        "name in every VPC that uses it."
    ),
    fix=Fix(
        code="share the hub with share_with, which allows associations only",
        template=(
            f"set PermissionArns of the share to arn:aws:ram::aws:permission/{ASSOCIATION_ONLY}"
        ),
    ),
    url=_SHARING,
)
def share_permission_narrow(permissions: Collection[str]) -> Iterator[str]:
    """Find permissions of a share that let others change a Profile."""
    for permission in sorted(permissions):
        if _FULL_ACCESS.search(permission):
            yield f"the permission {permission!r} allows changes to the Profile"


@warning(
    "profile-share-principals-excessive",
    "A Route 53 Profile that is shared with an organization should be closed to other accounts.",
    why=(
        "AllowExternalPrincipals is true by default: an account outside the organization can be "
        "added to the share later."
    ),
    fix=Fix(
        code=(
            "share the hub with SharePrincipal.organization(...), which is closed to other accounts"
        ),
        template="set AllowExternalPrincipals of the share to false",
    ),
    url="https://docs.aws.amazon.com/ram/latest/userguide/working-with-sharing-create.html",
)
def share_closed(organizations: int, others: int, *, external: bool | None) -> Iterator[str]:
    """Find a share with organizations only that allows accounts outside of them.

    :param organizations: how many principals are organizations or organizational units.
    :param others: how many are not, or aren't known.
    :param external: whether the share allows other accounts, None when it isn't known.
    """
    if organizations and not others and external:
        yield "the share allows principals outside of the organization"
