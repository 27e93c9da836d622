"""The rules for the names that a template refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFERENCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference"


@error(
    "reference-missing",
    "A reference must name something that the template defines.",
    why="CloudFormation rejects a template that refers to something that it doesn't define.",
    fix=Fix(
        code="pass the object, or remove the override that names it",
        template="define what the reference names, or correct the name",
    ),
    url=f"{_REFERENCE}/intrinsic-function-reference-ref.html",
)
def reference_defined(name: str, *, kind: str, near: str | None = None) -> Iterator[str]:
    """Find a reference to something that isn't there.

    :param name: the name.
    :param kind: what the reference is to, such as ``resource or parameter``.
    :param near: the name that was probably meant. Default: there is none like it.
    """
    hint = f". The template defines {near!r}" if near else ""
    yield f"the template defines no {kind} {name!r}{hint}"


@error(
    "resource-type-not-valid",
    "A resource must have a type that CloudFormation has.",
    why="CloudFormation rejects the template. The names of types are case-sensitive.",
    fix=Fix(
        code="use the L1 construct of the type",
        template="set Type to the name of the resource type in exactly the spelling of AWS",
    ),
    url=f"{_REFERENCE}/aws-template-resource-type-ref.html",
)
def resource_type_valid(kind: str | None, meant: str | None) -> Iterator[str]:
    """Find a resource without a type, and a type in another spelling.

    :param kind: the type, None where there is none.
    :param meant: the type that has this name in another spelling, None where there is none.
    """
    if kind is None:
        yield "the resource has no Type"
    elif meant is not None:
        yield f"{kind!r} is not a resource type. Did you mean {meant}?"


@error(
    "reference-attribute-not-valid",
    "An attribute must be one that the type of the resource returns.",
    why="CloudFormation rejects attributes that a resource doesn't return.",
    fix=Fix(
        code="use an attribute that the construct has",
        template="use an attribute that the resource type returns",
    ),
    url=f"{_REFERENCE}/intrinsic-function-reference-getatt.html",
)
def attribute_returned(attribute: str, *, resource: str, instead: str | None) -> Iterator[str]:
    """Find an attribute that a type doesn't return.

    :param attribute: the name of the attribute.
    :param resource: the resource, as the message should name it.
    :param instead: what to use, None where the attribute is one of the type's.
    """
    if instead is not None:
        yield f"{resource} has no attribute {attribute}. Use {instead}"
