"""What ids look like, and what references are to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.resource_ids import ID_KINDS, id_prefix, is_id
from privatelink_constructs.rules.core import Problem, error

if TYPE_CHECKING:
    from collections.abc import Iterator

ID_MALFORMED = error(
    "id-malformed",
    "An id is one that AWS gives.",
    why="AWS finds nothing by that id, and refuses the resource that uses it.",
    remedy=(
        "use the id itself, such as subnet-0123456789abcdef0, or a reference that yields it, such "
        "as !Ref"
    ),
    url="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html",
)

REFERENCE = error(
    "reference-wrong-resource",
    "A reference is to the kind of resource that belongs there.",
    why="What it yields is no id of the right kind, and AWS refuses it.",
    remedy="refer to a resource of that kind, with Ref or the attribute that holds its id",
    url="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html",
)


def check_id(value: str, kind: str) -> Iterator[Problem]:
    """Check an id.

    :param value: the id, a literal.
    :param kind: what it has to begin with, one of :data:`ID_KINDS`.
    """
    if not is_id(value, kind):
        yield Problem(ID_MALFORMED, f"{value!r} is no {ID_KINDS[kind]} id ({id_prefix(kind)}...)")


def check_id_beginning(value: str, kind: str) -> Iterator[Problem]:
    """Check what an id begins with whose end isn't known.

    :param value: the beginning, a literal.
    :param kind: what it has to begin with, one of :data:`ID_KINDS`.
    """
    beginning = id_prefix(kind)
    given = value.removeprefix("/hostedzone/")
    if not given.startswith(beginning) and not beginning.startswith(given):
        yield Problem(ID_MALFORMED, f"'{value}...' is no {ID_KINDS[kind]} id ({beginning}...)")


def check_reference(found: str, *, kind: str) -> Iterator[Problem]:
    """Report a reference to something of the wrong kind.

    :param found: what is referred to.
    :param kind: what belongs there, one of :data:`ID_KINDS`.
    """
    yield Problem(REFERENCE, f"{found} is no {ID_KINDS[kind]}")
