"""The rules for the format of IDs, and for what references refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.resource_ids import ARN_KINDS, ID_KINDS, id_prefix, is_id
from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEFORE_RESOURCE = 5
"""How many colons an ARN has before its resource."""


@error(
    "resource-id-malformed",
    "An ID must have the format of the IDs that AWS assigns.",
    why="AWS doesn't find a resource with that ID and rejects the resource that refers to it.",
    fix=Fix(
        code="use the ID in the format shown in parentheses, or an attribute that returns the ID",
        template=(
            "use the ID, such as subnet-0123456789abcdef0, or a reference that returns it, such "
            "as !Ref"
        ),
    ),
    url="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html",
)
def id_well_formed(
    value: str, kind: str, *, complete: bool = True, words: bool = False
) -> Iterator[str]:
    """Find a value that isn't an ID.

    :param value: the id, a literal.
    :param kind: what it has to begin with, one of :data:`ID_KINDS`.
    :param complete: whether ``value`` is all of it, and not only its beginning.
    :param words: whether words can replace the digits, as in examples.
    """
    prefix = id_prefix(kind)
    if complete and not is_id(value, kind, words=words):
        yield f"{value!r} is not a valid {ID_KINDS[kind]} ID ({prefix}...)"
    if not complete and not _can_begin(value, prefix):
        yield f"'{value}...' is not a valid {ID_KINDS[kind]} ID ({prefix}...)"


def _can_begin(value: str, prefix: str) -> bool:
    given = value.removeprefix("/hostedzone/")
    return given.startswith(prefix) or prefix.startswith(given)


@error(
    "reference-type-mismatch",
    "A reference must refer to a resource of the required type.",
    why="Otherwise, it returns a value that AWS rejects.",
    fix=Fix(
        code="pass a resource of that type, or the attribute with its ID",
        template="refer to a resource of that type, with Ref or the attribute that returns its ID",
    ),
    url="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html",
)
def reference_of_kind(found: str, *, kind: str, right: bool) -> Iterator[str]:
    """Find a reference to something of the wrong kind.

    :param found: what is referred to.
    :param kind: what belongs there, one of :data:`ID_KINDS` or :data:`ARN_KINDS`.
    :param right: whether the reference returns an ID or an ARN of that kind.
    """
    if not right:
        yield f"{found} is not a valid {ID_KINDS.get(kind) or f'ARN of a {ARN_KINDS[kind]}'}"


@error(
    "resource-arn-malformed",
    "An ARN must have the format of the ARNs of the required resource.",
    why="AWS doesn't find a resource with that ARN and rejects the resource that refers to it.",
    fix=Fix(
        code="pass the ARN in full, or the attribute that returns it",
        template="use the ARN in full, or a reference that returns it, such as !Ref",
    ),
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
)
def arn_well_formed(value: str, kind: str, *, complete: bool = True) -> Iterator[str]:
    """Find a value that isn't the ARN of a resource of a kind.

    :param value: the ARN, a literal.
    :param kind: what its resource has to begin with, one of :data:`ARN_KINDS`.
    :param complete: whether ``value`` is all of it, and not only its beginning.
    """
    resource = value.split(":", _BEFORE_RESOURCE)[_BEFORE_RESOURCE:]
    begins = value.startswith("arn:") or "arn:".startswith(value)
    right = not resource or resource[0].startswith(f"{kind}/")
    if not begins or not right or (complete and not resource):
        shown = repr(value) if complete else f"'{value}...'"
        yield f"{shown} is not the ARN of a {ARN_KINDS[kind]}"
