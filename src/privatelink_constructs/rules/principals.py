"""The rules for who can connect to an endpoint service."""

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
_IDENTITY = "the ARN of an account, a role, or a user"


class Form(NamedTuple):
    """What a principal, or a part of one, is written like.

    :param name: what messages call it.
    :param pattern: what it matches as a whole.
    """

    name: str
    pattern: str


ARN = Form("an ARN", r"(?s:arn:.*)")
IDENTITY = Form(_IDENTITY, rf"{_IAM}(?:root|(?:role|user)/{_NAME})")
NAME = Form("a valid name of a role or user", _NAME)
PRINCIPAL = Form("a valid principal", rf"{re.escape(EVERYONE)}|{_SERVICE}|{_ARN}")
SERVICE = Form("a valid AWS service principal", _SERVICE)
_IAM_ARN = Form(_IDENTITY, rf"{_IAM}.*")


@error(
    "principals-undetermined",
    "Allowed principals must be listed one by one.",
    why="The library creates the ARN of each principal at synthesis.",
    fix=Fix(
        code="pass each principal separately, for example with Fn.select(0, the_list)",
        template="list each principal in AllowedPrincipals",
    ),
    url=core.CONFIGURE_SERVICE,
)
def principal_single(value: str) -> Iterator[str]:
    """Find a list that is known only at deployment in place of a principal."""
    if is_list_token(value):
        yield "allowed_principals contains a list that is known only at deployment"


@error(
    "account-id-malformed",
    "An account ID must have twelve digits.",
    why="AWS rejects the principal when you deploy the stack.",
    fix=Fix(
        code=(
            "pass the twelve digits as a string, including leading zeros. For ARNs, use "
            "AllowedPrincipal.arn(...). To allow every AWS account, use "
            "AllowedPrincipal.everyone()"
        ),
        template="write the twelve digits in quotation marks, including leading zeros",
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
            f"{account!r} is not a valid AWS account ID"
            if arn is None
            else f"{arn!r} doesn't contain a twelve-digit account ID"
        )


@error(
    "principal-malformed",
    "A principal must be an account, a role, a user, an AWS service, or '*'.",
    why="AWS rejects other principals when you deploy the stack.",
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
        yield f"{shown or repr(text)} is not {form.name}"


@error(
    "principal-path-not-supported",
    "The ARN of a principal must not have a path.",
    why="AWS doesn't support paths here and rejects the ARN.",
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
    why="AWS rejects the ARN of a session, or the ARN matches only one session.",
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
        yield f"{arn!r} is in the partition {match['partition']}, not in {partition}"


@warning(
    "principal-organization-unverified",
    "A principal should be an account, a role, or a user rather than an organization.",
    why="AWS documents only accounts, roles, and users, and may reject anything else.",
    fix=Fix.same(
        "list the organization's accounts, or acknowledge this warning after AWS accepts the "
        "principal"
    ),
    url=core.CONFIGURE_SERVICE,
)
def principal_not_organization(arn: str) -> Iterator[str]:
    """Find an organization or an organizational unit."""
    match = re.fullmatch(_ARN, arn)
    if match and match["service"] == "organizations":
        yield f"{arn!r} is an organization or an organizational unit"


@warning(
    "principal-service-unverified",
    "A principal should be an AWS service only if AWS documents it.",
    why="Each AWS service documents whether it connects on behalf of customers.",
    fix=Fix.same("check the documentation of the AWS service, and acknowledge this warning"),
    url=core.CONFIGURE_SERVICE,
)
def principal_not_aws_service(text: str) -> Iterator[str]:
    """Find an AWS service; a part of its name may be a token."""
    if text.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu")):
        yield f"{text!r} connects on behalf of customers"


@warning(
    "principal-duplicate",
    "Each principal should be listed once.",
    why="The second entry has no effect. If you remove only one of the entries, the principal "
    "stays allowed.",
    fix=Fix.same("list each principal once"),
    url=core.CONFIGURE_SERVICE,
)
def principal_listed_once(name: str, key: str | None, earlier: Collection[str]) -> Iterator[str]:
    """Find a principal that is already in the list.

    :param key: what identifies equal principals, None if it isn't known.
    :param earlier: the keys of the entries before it.
    """
    if key in earlier:
        yield f"{name!r} is listed twice"


@error(
    "service-open-to-world",
    "A service that is open to every AWS account must require acceptance or acknowledge that it "
    "is public.",
    why="With '*' and automatic acceptance, every AWS account can connect to the load balancer.",
    fix=Fix(
        code=(
            "use AcceptancePolicy.manual(), allow specific principals, or confirm that the "
            "service is public with AcceptancePolicy.automatic(acknowledge_public=True)"
        ),
        template=(
            "set AcceptanceRequired to true, or allow specific principals. If the service is "
            "public, acknowledge service-open-to-world in the Metadata of the resource"
        ),
    ),
    url=core.CONFIGURE_SERVICE,
)
def service_not_public(
    *, everyone: bool, acceptance_required: bool, acknowledged: bool
) -> Iterator[str]:
    """Find a service that is open to every AWS account by mistake."""
    if everyone and not acceptance_required and not acknowledged:
        yield "the service allows every AWS account ('*') and accepts connections automatically"


@warning(
    "principal-open-to-world",
    "A service that is open to every AWS account should acknowledge it.",
    why="With '*', every AWS account can request a connection, and you must review each request.",
    fix=Fix(
        code=(
            "allow specific principals, or use AllowedPrincipal.everyone() if the service is public"
        ),
        template="allow specific principals, or acknowledge this warning if the service is public",
    ),
    url=core.CONFIGURE_SERVICE,
)
def everyone_acknowledged(*, acknowledged: bool) -> Iterator[str]:
    """Find a service that is open to every AWS account without an acknowledgment."""
    if not acknowledged:
        yield "the service allows every AWS account ('*') to request a connection"


@error(
    "permissions-duplicate",
    "One resource must contain all permissions of a service.",
    why=(
        "Each resource replaces the whole list. The resource that is deployed last removes the "
        "principals of the other."
    ),
    fix=Fix(
        code="pass all principals to the service, or add them with add_allowed_principals(...)",
        template="list all principals in one AWS::EC2::VPCEndpointServicePermissions",
    ),
    url=core.CONFIGURE_SERVICE,
)
def permissions_in_one_place(other: str | None) -> Iterator[str]:
    """Find permissions of a service that has permissions already.

    :param other: the resource that contains those, None when there is none.
    """
    if other is not None:
        yield f"{other} also contains permissions of the same service"


@warning(
    "permissions-missing",
    "A service should have at least one allowed principal.",
    why="Without an allowed principal, no other account can create an endpoint to the service.",
    fix=Fix(
        code="pass allowed_principals, or call add_allowed_principals(...)",
        template="define an AWS::EC2::VPCEndpointServicePermissions with the principals",
    ),
    url=core.CONFIGURE_SERVICE,
)
def somebody_permitted(*, permitted: bool) -> Iterator[str]:
    """Find a service without allowed principals."""
    if not permitted:
        yield "the service has no allowed principal"


@error(
    "permissions-service-mismatch",
    "Permissions must belong to an endpoint service.",
    why="AWS rejects other IDs.",
    fix=Fix(
        code="pass the endpoint_service_id of the service",
        template="refer to the AWS::EC2::VPCEndpointService itself, or use its ID, such as "
        "vpce-svc-0123456789abcdef0",
    ),
    url=core.CONFIGURE_SERVICE,
)
def permissions_for_service(target: str, *, service: bool) -> Iterator[str]:
    """Find permissions for something other than a service.

    :param target: what they are for, as the message shows it.
    :param service: whether that may be the id of a service.
    """
    if not service:
        yield f"{target} is not the ID of an endpoint service"


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
