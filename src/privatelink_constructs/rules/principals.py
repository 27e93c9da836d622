"""Who may connect to an endpoint service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.facts.partitions import PARTITION_NAMES
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import (
    Fix,
    error,
    first_of,
    is_list_token,
    reworded,
    warning,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from privatelink_constructs.rules.core import Problem

EVERYONE = "*"
ACCOUNT_ID = r"[0-9]{12}"
_ARN = (
    r"arn:(?P<partition>[^:]*):(?P<service>[^:]*):(?P<region>[^:]*):(?P<account>[^:]*):(?P<rest>.*)"
)
_NAME = r"[A-Za-z0-9_+=,.@-]{1,64}"
_SERVICE = r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.amazonaws\.(?:com|com\.cn|eu)"
_IAM = rf"arn:(?:{'|'.join(sorted(PARTITION_NAMES))}):iam::[^:]*:"
_GAP = re.compile(r"[$#]\{[^}]*\}|dummy-value-for-[^:]*")
"""What only the deployment knows, or a look-up to come."""
_FILLER = "\0"
_SAMPLES = ("arn", "aws", "iam", "", "111122223333", "root")
_IDENTITY = "ARN of an account, a role or a user"


class Form(NamedTuple):
    """What a principal, or a part of one, is written like.

    :param name: what messages call it.
    :param pattern: what it matches as a whole.
    """

    name: str
    pattern: str


ARN = Form("ARN", r"(?s:arn:.*)")
IDENTITY = Form(_IDENTITY, rf"{_IAM}(?:root|(?:role|user)/{_NAME})")
NAME = Form("name of a role or user", _NAME)
PRINCIPAL = Form("principal that AWS takes", rf"{re.escape(EVERYONE)}|{_SERVICE}|{_ARN}")
SERVICE = Form("AWS service principal", _SERVICE)
_IAM_ARN = Form(_IDENTITY, rf"{_IAM}.*")


@error(
    "principals-undetermined",
    "Allowed principals must be listed one by one.",
    why="The ARN of each principal is made when the app is synthesized.",
    fix=Fix(
        code="pass each principal on its own, for example Fn.select(0, the_list)",
        template="list each principal in AllowedPrincipals",
    ),
    url=core.CONFIGURE_SERVICE,
)
def principal_single(value: str) -> Iterator[str]:
    """Find a list that only the deployment knows in place of a principal."""
    if is_list_token(value):
        yield "allowed_principals contains a list that is known only at deployment"


@error(
    "account-id-malformed",
    "An account ID must have twelve digits.",
    why="AWS rejects the principal when the stack is deployed.",
    fix=Fix(
        code=(
            "pass the twelve digits as a string, leading zeros included; for ARNs use "
            "AllowedPrincipal.arn(...), and for everyone AllowedPrincipal.everyone()"
        ),
        template="write the twelve digits in quotation marks, leading zeros included",
    ),
    url=core.CONFIGURE_SERVICE,
)
def account_id_valid(account: str, *, arn: str | None = None) -> Iterator[str]:
    """Find an account ID that doesn't have twelve digits.

    :param arn: the ARN that the account is read from, None for an account by itself.
    """
    # Numbers are a common mistake, and they have lost their leading zeros.
    if account != str(account) or not re.fullmatch(ACCOUNT_ID, account):
        yield (
            f"{account!r} is no AWS account id"
            if arn is None
            else f"{arn!r} holds no twelve-digit account id"
        )


@error(
    "principal-malformed",
    "A principal must be an account, a role, a user, an AWS service, or everyone.",
    why="AWS rejects any other principal when the stack is deployed.",
    fix=Fix(
        code=(
            "use AllowedPrincipal.account(...), .role(...), .user(...), or .service(...), or "
            "AllowedPrincipal.arn(...) with arn:<partition>:iam::<account>:root, :role/<name>, or "
            ":user/<name>"
        ),
        template=(
            "write arn:<partition>:iam::<account>:root, :role/<name>, or :user/<name>, such as "
            "the Arn that Fn::GetAtt returns for a role without a path"
        ),
    ),
    url=core.CONFIGURE_SERVICE,
)
def principal_well_formed(text: str, form: Form, *, shown: str | None = None) -> Iterator[str]:
    """Find what isn't written like a principal, or like a part of one.

    :param text: what is written, or the description of what is referred to.
    :param form: what it has to be.
    :param shown: the text as the message shows it. Default: None, in quotation marks.
    """
    # What isn't set in an environment arrives as None.
    if not re.fullmatch(form.pattern, str(text)):
        yield f"{shown or repr(text)} is no {form.name}"


@error(
    "principal-path-not-supported",
    "The ARN of a principal must not have a path.",
    why="AWS does not support paths here and rejects the ARN.",
    fix=Fix.same("allow the account, or a role or user without a path"),
    url=core.CONFIGURE_SERVICE,
)
def principal_without_path(name: str, *, arn: str | None = None) -> Iterator[str]:
    """Find a path before the name of a role or user.

    :param arn: the ARN that the name is read from, None for a name by itself.
    """
    if "/" in name:
        yield f"{arn or name!r} has a path"


@error(
    "principal-session-not-supported",
    "A principal must be a role, not a session of the role.",
    why="AWS rejects the ARN of a session, or the ARN names one session that ends.",
    fix=Fix(
        code="allow the role with AllowedPrincipal.role(...)",
        template="allow the role: arn:<partition>:iam::<account>:role/<name>",
    ),
    url=core.CONFIGURE_SERVICE,
)
def principal_not_session(arn: str) -> Iterator[str]:
    """Find the session of a role."""
    match = re.fullmatch(_ARN, arn)
    if match and (match["service"] == "sts" or match["rest"].startswith("assumed-role/")):
        yield f"{arn!r} is a session of a role"


@error(
    "principal-partition-mismatch",
    "A principal must be in the partition of the service.",
    why="Accounts of another partition can't connect, and AWS rejects the ARN.",
    fix=Fix.same("allow a principal of the service's own partition"),
    url=core.CONFIGURE_SERVICE,
)
def principal_in_partition(arn: str, partition: str | None) -> Iterator[str]:
    """Find a principal of another partition.

    :param partition: the service's partition, None when it isn't known.
    """
    match = re.fullmatch(_ARN, arn)
    if match and partition and match["partition"] != partition:
        yield f"{arn!r} is in {match['partition']}, not in {partition}"


@warning(
    "principal-organization-unverified",
    "A principal should be an account, a role, or a user rather than an organization.",
    why="AWS documents only accounts, roles, and users, and may reject anything else.",
    fix=Fix.same("list the organization's accounts, or acknowledge this once AWS has taken it"),
    url=core.CONFIGURE_SERVICE,
)
def principal_not_organization(arn: str) -> Iterator[str]:
    """Find an organization, or a part of one."""
    match = re.fullmatch(_ARN, arn)
    if match and match["service"] == "organizations":
        yield f"{arn!r} is an organization or a part of one"


@warning(
    "principal-service-unverified",
    "A principal should be an AWS service only where AWS documents it.",
    why="Which services connect in a customer's place is documented service by service.",
    fix=Fix.same("check the service's own documentation, then acknowledge this"),
    url=core.CONFIGURE_SERVICE,
)
def principal_not_aws_service(text: str) -> Iterator[str]:
    """Find an AWS service; a part of its name may be a token."""
    if text.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu")):
        yield f"{text} may connect in a customer's place"


@warning(
    "principal-duplicate",
    "Each principal should be listed once.",
    why="The second entry does nothing, and stays behind when only one of both is removed.",
    fix=Fix.same("list each principal once"),
    url=core.CONFIGURE_SERVICE,
)
def principal_listed_once(name: str, key: str | None, earlier: Collection[str]) -> Iterator[str]:
    """Find a principal that is in the list before.

    :param key: what tells equal principals from different ones, None when that isn't known.
    :param earlier: the keys of the entries before it.
    """
    if key in earlier:
        yield f"{name!r} is listed twice"


@error(
    "service-open-to-world",
    "A service that everyone is allowed to use must have manual acceptance, or be public on "
    "purpose.",
    why="With '*' and automatic acceptance anybody with an AWS account reaches the load balancer.",
    fix=Fix(
        code=(
            "keep manual acceptance with AcceptancePolicy.manual(), allow single principals, or "
            "confirm it with AcceptancePolicy.automatic(acknowledge_public=True)"
        ),
        template=(
            "set AcceptanceRequired to true, allow single principals, or confirm it: acknowledge "
            "service-open-to-world in the resource's Metadata"
        ),
    ),
    url=core.CONFIGURE_SERVICE,
)
def service_not_public(
    *, everyone: bool, acceptance_required: bool, acknowledged: bool
) -> Iterator[str]:
    """Find a service that is open to all of AWS by mistake."""
    if everyone and not acceptance_required and not acknowledged:
        yield "principal '*' together with automatic acceptance"


@warning(
    "principal-open-to-world",
    "A service should allow everyone only on purpose.",
    why="With '*' every AWS account may request a connection, and somebody has to decide on each.",
    fix=Fix(
        code=(
            "allow single principals, or use AllowedPrincipal.everyone() when the service is for "
            "the public"
        ),
        template="allow single principals, or acknowledge this when the service is for the public",
    ),
    url=core.CONFIGURE_SERVICE,
)
def everyone_acknowledged(*, acknowledged: bool) -> Iterator[str]:
    """Find a service that everyone may request connections to without an acknowledgment."""
    if not acknowledged:
        yield "principal '*'"


@error(
    "permissions-duplicate",
    "The permissions of a service must be in one resource.",
    why=(
        "Each such resource contains the whole list: the one that is deployed last takes the "
        "permission from the principals of the other."
    ),
    fix=Fix(
        code="pass all principals to the service, or add them with add_allowed_principals(...)",
        template="put all principals into one AWS::EC2::VPCEndpointServicePermissions",
    ),
    url=core.CONFIGURE_SERVICE,
)
def permissions_in_one_place(other: str | None) -> Iterator[str]:
    """Find permissions of a service that has permissions already.

    :param other: the resource that contains those, None when there is none.
    """
    if other is not None:
        yield f"{other} holds permissions of the same service"


@warning(
    "permissions-missing",
    "A service should permit somebody to connect.",
    why="Until a principal is allowed nobody can create an endpoint to it.",
    fix=Fix(
        code="pass allowed_principals, or call add_allowed_principals(...)",
        template="define an AWS::EC2::VPCEndpointServicePermissions with the principals",
    ),
    url=core.CONFIGURE_SERVICE,
)
def somebody_permitted(*, permitted: bool) -> Iterator[str]:
    """Find a service that nobody may connect to."""
    if not permitted:
        yield "no principal is allowed"


@error(
    "permissions-service-mismatch",
    "Permissions must be those of an endpoint service.",
    why="AWS rejects any other id.",
    fix=Fix(
        code="pass the endpoint_service_id of the service",
        template="refer to the AWS::EC2::VPCEndpointService itself, or write its id, vpce-svc-...",
    ),
    url=core.CONFIGURE_SERVICE,
)
def permissions_for_service(target: str, *, service: bool) -> Iterator[str]:
    """Find permissions for something other than a service.

    :param target: what they are for, as the message shows it.
    :param service: whether that may be the id of a service.
    """
    if not service:
        yield f"{target} is no id of an endpoint service"


def valid_principal_name(name: str) -> Iterator[Problem]:
    """Check the name of a role or user."""
    yield from first_of(principal_without_path(name), principal_well_formed(name, NAME))


def valid_principal(principal: str, *, partition: str | None = None) -> Iterator[Problem]:
    """Check an allowed principal as AWS takes it.

    :param principal: an ARN, a service principal or ``*``.
    :param partition: the service's partition, None when it isn't known.
    """
    match = re.fullmatch(_ARN, principal)
    if not match:
        yield from principal_well_formed(principal, PRINCIPAL)
        return
    kind, _, name = match["rest"].partition("/")
    yield from first_of(
        principal_not_session(principal),
        principal_not_organization(principal),
        principal_well_formed(principal, _IAM_ARN),
        account_id_valid(match["account"], arn=principal),
        principal_without_path(name if kind in {"role", "user"} else "", arn=principal),
        principal_well_formed(principal, IDENTITY),
        principal_in_partition(principal, partition),
    )


def written_principal(text: str, *, partition: str | None = None) -> Iterator[Problem]:
    """Check an allowed principal as far as it is literal.

    :param text: as of :func:`valid_principal`, with ``${...}`` for what only the deployment knows.
    :param partition: the service's partition, None when it isn't known.
    """
    whole = _plausible(text, partition or "aws")
    if whole is not None:
        yield from reworded(valid_principal(whole, partition=partition), whole, text)


def _plausible(text: str, partition: str) -> str | None:
    """Return a principal with plausible values in place of what isn't known.

    None where that may be more than an account, a partition, or a name.
    """
    parts = _GAP.sub(_FILLER, text).split(":")
    if _FILLER not in "".join(parts):
        return text
    if len(parts) != len(_SAMPLES):
        return None
    samples = (*_SAMPLES[:1], partition, *_SAMPLES[2:])
    # A gap that is only a part of an account or the like isn't guessed at.
    filled = [
        sample if part == _FILLER else part for part, sample in zip(parts, samples, strict=True)
    ]
    name = filled[-1].replace(_FILLER, "x") if "/" in filled[-1] else filled[-1]
    whole = ":".join([*filled[:-1], name])
    return None if _FILLER in whole else whole
