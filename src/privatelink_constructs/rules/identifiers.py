"""What ids must look like, and what references must be to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.resource_ids import ID_KINDS, id_prefix, is_id
from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator


@error(
    "resource-id-malformed",
    "An id must have the form of the ids that AWS assigns.",
    why="AWS finds nothing by that id, and rejects the resource that uses it.",
    fix=Fix(
        code="use the ID itself, in the form in parentheses, or an attribute that returns it",
        template=(
            "use the id itself, such as subnet-0123456789abcdef0, or a reference that returns it, "
            "such as !Ref"
        ),
    ),
    url="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html",
)
def id_well_formed(
    value: str, kind: str, *, complete: bool = True, words: bool = False
) -> Iterator[str]:
    """Find what is not an id.

    :param value: the id, a literal.
    :param kind: what it has to begin with, one of :data:`ID_KINDS`.
    :param complete: whether ``value`` is all of it, and not only its beginning.
    :param words: whether words may stand for the digits, as in apps that are meant to be read.
    """
    prefix = id_prefix(kind)
    if complete and not is_id(value, kind, words=words):
        yield f"{value!r} is no {ID_KINDS[kind]} id ({prefix}...)"
    if not complete and not _can_begin(value, prefix):
        yield f"'{value}...' is no {ID_KINDS[kind]} id ({prefix}...)"


def _can_begin(value: str, prefix: str) -> bool:
    given = value.removeprefix("/hostedzone/")
    return given.startswith(prefix) or prefix.startswith(given)


@error(
    "reference-type-mismatch",
    "A reference must be to the kind of resource that belongs there.",
    why="It doesn't return an id of the right kind, and AWS rejects it.",
    fix=Fix(
        code="pass a resource of that kind, or the attribute with its id",
        template="refer to a resource of that kind, with Ref or the attribute that returns its id",
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
        yield f"{found} is no {ID_KINDS[kind]}"
