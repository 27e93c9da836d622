"""The rules for the format of IDs, and for what references refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.resource_ids import ID_KINDS, id_prefix, is_id
from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    :param kind: what belongs there, one of :data:`ID_KINDS`.
    :param right: whether the reference returns an id of that kind.
    """
    if not right:
        yield f"{found} is not a valid {ID_KINDS[kind]}"
