"""Who may connect to an endpoint service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.partitions import PARTITION_NAMES
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT_ID = re.compile(r"[0-9]{12}")
_ARN = re.compile(
    r"arn:(?P<partition>[^:]*):(?P<service>[^:]*):(?P<region>[^:]*):(?P<account>[^:]*):(?P<rest>.*)"
)
_NAME = r"[A-Za-z0-9_+=,.@-]{1,64}"
_RESOURCE = re.compile(rf"root|(?:role|user)/(?P<name>{_NAME})")
_SERVICE = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.amazonaws\.(?:com|com\.cn|eu)")
EVERYONE = "*"

ACCOUNT_MALFORMED = error(
    "account-id-malformed",
    "An account id has twelve digits.",
    why="AWS refuses the principal when the stack is deployed.",
    remedy="give the twelve digits as a string, leading zeros included",
    url=core.CONFIGURE_SERVICE,
)
MALFORMED = error(
    "principal-malformed",
    "A principal is an account, a role, a user, an AWS service or everyone.",
    why="AWS refuses any other principal when the stack is deployed.",
    remedy="use arn:<partition>:iam::<account>:root, :role/<name> or :user/<name>",
    url=core.CONFIGURE_SERVICE,
)
WITH_PATH = error(
    "principal-with-path",
    "The ARN of a principal has no path.",
    why="AWS does not support paths here and refuses the ARN.",
    remedy="allow the account, or a role or user without a path",
    url=core.CONFIGURE_SERVICE,
)
ASSUMED_ROLE = error(
    "principal-assumed-role",
    "A principal is a role, not a session of it.",
    why="A session's ARN is refused, or names one session that ends.",
    remedy="allow the role: arn:<partition>:iam::<account>:role/<name>",
    url=core.CONFIGURE_SERVICE,
)
OTHER_PARTITION = error(
    "principal-in-other-partition",
    "A principal is in the partition of the service.",
    why="Accounts of another partition can't connect, and AWS refuses the ARN.",
    remedy="allow a principal of the service's own partition",
    url=core.CONFIGURE_SERVICE,
)
PUBLIC = error(
    "service-public",
    "Everyone is allowed only where somebody accepts the connections, or said so.",
    why="With '*' and automatic acceptance anybody with an AWS account reaches the load balancer.",
    remedy=(
        "keep manual acceptance (AcceptanceRequired: true), allow single principals, or confirm "
        "it: acknowledge service-public in the resource's Metadata, or use "
        "AcceptancePolicy.automatic(acknowledge_public=True)"
    ),
    url=core.CONFIGURE_SERVICE,
)
AWS_SERVICE = warning(
    "principal-aws-service",
    "An AWS service is allowed only where AWS documents it.",
    why="Which services connect in a customer's place is documented service by service.",
    remedy="check the service's own documentation, then acknowledge this",
    url=core.CONFIGURE_SERVICE,
)
DUPLICATE = warning(
    "principal-duplicate",
    "Each principal is listed once.",
    why="The second entry does nothing, and stays behind when only one of both is removed.",
    remedy="list each principal once",
    url=core.CONFIGURE_SERVICE,
)
ORGANIZATION = warning(
    "principal-organization",
    "A principal is an account, a role or a user rather than an organization.",
    why="AWS documents accounts, roles and users alone, and may refuse anything else.",
    remedy="list the organization's accounts, or acknowledge this once AWS has taken it",
    url=core.CONFIGURE_SERVICE,
)
EVERYONE_ALLOWED = warning(
    "principal-everyone",
    "A service that everyone may ask for says so.",
    why="With '*' every AWS account may request a connection, and somebody has to decide on each.",
    remedy="allow single principals, or acknowledge this when the service is for the public",
    url=core.CONFIGURE_SERVICE,
)
PERMISSIONS_DUPLICATE = error(
    "permissions-duplicate",
    "The permissions of a service are in one resource.",
    why=(
        "Each such resource holds the whole list: the one that is deployed last takes the "
        "permission from the principals of the other."
    ),
    remedy="put all principals into one AWS::EC2::VPCEndpointServicePermissions",
    url=core.CONFIGURE_SERVICE,
)
PERMISSIONS_MISSING = warning(
    "permissions-missing",
    "A service permits somebody to connect.",
    why="Until a principal is allowed nobody can create an endpoint to it.",
    remedy="define an AWS::EC2::VPCEndpointServicePermissions with the principals",
    url=core.CONFIGURE_SERVICE,
)
PERMISSIONS_TARGET = error(
    "permissions-without-service",
    "Permissions are those of an endpoint service.",
    why="AWS refuses any other id.",
    remedy="refer to the AWS::EC2::VPCEndpointService itself, or give its id, vpce-svc-...",
    url=core.CONFIGURE_SERVICE,
)


def check_account_id(account: str) -> Iterator[Problem]:
    """Check the id of an AWS account."""
    # Numbers are a common mistake, and they have lost their leading zeros.
    if account != str(account) or not ACCOUNT_ID.fullmatch(account):
        yield Problem(ACCOUNT_MALFORMED, f"{account!r} is no AWS account id")


def check_service_principal(name: str) -> Iterator[Problem]:
    """Check the name of an AWS service, such as ``appflow.amazonaws.com``."""
    if not _SERVICE.fullmatch(name):
        yield Problem(MALFORMED, f"{name!r} is no AWS service principal")


def check_principal_name(name: str) -> Iterator[Problem]:
    """Check the name of a role or user."""
    if "/" in name:
        yield Problem(WITH_PATH, f"{name!r} has a path")
    elif not re.fullmatch(_NAME, name):
        yield Problem(MALFORMED, f"{name!r} is no name of a role or user")


def check_principal(principal: str, *, partition: str | None = None) -> Iterator[Problem]:
    """Check an allowed principal as AWS takes it.

    :param principal: an ARN, a service principal or ``*``.
    :param partition: the service's partition, None when it isn't known.
    """
    match = _ARN.fullmatch(principal)
    if match:
        yield from _check_arn(principal, match, partition)
    elif principal != EVERYONE and not _SERVICE.fullmatch(principal):
        yield Problem(MALFORMED, f"{principal!r} is no principal that AWS takes")


def _check_arn(arn: str, match: re.Match[str], partition: str | None) -> Iterator[Problem]:
    rest = match["rest"]
    if match["service"] == "sts" or rest.startswith("assumed-role/"):
        yield Problem(ASSUMED_ROLE, f"{arn!r} is a session of a role")
    elif match["service"] == "organizations":
        yield Problem(ORGANIZATION, f"{arn!r} is an organization or a part of one")
    elif match["service"] != "iam" or match["region"] or match["partition"] not in PARTITION_NAMES:
        yield Problem(MALFORMED, f"{arn!r} is no ARN of an account, a role or a user")
    elif not ACCOUNT_ID.fullmatch(match["account"]):
        yield Problem(ACCOUNT_MALFORMED, f"{arn!r} holds no twelve-digit account id")
    elif re.match(r"(role|user)/.*/", rest):
        yield Problem(WITH_PATH, f"{arn!r} has a path")
    elif not _RESOURCE.fullmatch(rest):
        yield Problem(MALFORMED, f"{arn!r} is no ARN of an account, a role or a user")
    elif partition and match["partition"] != partition:
        yield Problem(OTHER_PARTITION, f"{arn!r} is in {match['partition']}, not in {partition}")


def check_reference(target: str) -> Iterator[Problem]:
    """Report a reference that yields no principal.

    :param target: what is referred to.
    """
    yield Problem(MALFORMED, f"{target} is no ARN of an account, a role or a user")


def check_public(
    *, everyone: bool, acceptance_required: bool, acknowledged: bool
) -> Iterator[Problem]:
    """Check that a service isn't open to all of AWS by mistake."""
    if everyone and not acceptance_required and not acknowledged:
        yield Problem(PUBLIC, "principal '*' together with automatic acceptance")


def check_everyone(*, acknowledged: bool) -> Iterator[Problem]:
    """Check that allowing everyone to ask for a connection is meant."""
    if not acknowledged:
        yield Problem(EVERYONE_ALLOWED, "principal '*'")


def check_listed_once(principal: str) -> Iterator[Problem]:
    """Report a principal that stands in the list before."""
    yield Problem(DUPLICATE, f"{principal!r} is listed twice")


def check_only_permissions(other: str) -> Iterator[Problem]:
    """Report permissions for a service that has permissions already.

    :param other: the resource that holds those.
    """
    yield Problem(PERMISSIONS_DUPLICATE, f"{other} holds permissions of the same service")


def check_permissions_target(target: str) -> Iterator[Problem]:
    """Report permissions for something else than a service.

    :param target: what is referred to.
    """
    yield Problem(PERMISSIONS_TARGET, f"{target} is no id of an endpoint service")


def check_permitted(*, permitted: bool) -> Iterator[Problem]:
    """Check that a service permits somebody to connect."""
    if not permitted:
        yield Problem(PERMISSIONS_MISSING, "no principal is allowed")
