"""Draws templates."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.template import TemplateEnvironment
from privatelink_constructs.drawing.composing import picture_of
from privatelink_constructs.drawing.dot import as_dot
from privatelink_constructs.drawing.mermaid import as_mermaid
from privatelink_constructs.drawing.svg import as_svg
from privatelink_constructs.inventory.inventory import Inventory
from privatelink_constructs.rules.arguments import checked, refuse_unnamed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from privatelink_constructs.drawing.picture import Picture
    from privatelink_constructs.rules.core import Finding


class DrawingFormat(enum.Enum):
    """The language of a drawing."""

    MERMAID = "mermaid"
    """A flowchart as text, which GitHub and GitLab show in Markdown."""
    DOT = "dot"
    """The language of Graphviz."""
    SVG = "svg"
    """A picture with one lane per Availability Zone, for light and dark pages."""


_WRITERS: Mapping[DrawingFormat, Callable[[Picture], str]] = {
    DrawingFormat.MERMAID: as_mermaid,
    DrawingFormat.DOT: as_dot,
    DrawingFormat.SVG: as_svg,
}


# CloudFormation judges the content of a template, down to its keys.
@checked(templates="Mapping[str, Mapping[object, object]]")
def draw(
    templates: Mapping[str, Mapping[str, object]],
    *,
    format: DrawingFormat = DrawingFormat.MERMAID,  # noqa: A002 - as the command calls it
    findings: Sequence[Finding] = (),
    region: str | None = None,
    account: str | None = None,
    environments: Mapping[str, TemplateEnvironment] | None = None,
) -> str:
    """Draw the PrivateLink resources of the templates of an app.

    The drawing shows accounts, Regions, VPCs, and Availability Zones, the load balancers and
    targets of endpoint services, endpoints, names, and what waits for acceptance. The same
    templates give the same drawing.

    Example::

        templates = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
        findings = check_templates(templates, region="eu-west-1")
        text = draw(templates, findings=findings, region="eu-west-1")

    :param templates: each template by its name; a file's path where there is one, since nested
        stacks are found by it.
    :param format: the language of the drawing. Default: Mermaid.
    :param findings: what :func:`check_templates` returns for the same templates: what they are
        about is colored. Default: none.
    :param region: the Region they are deployed to. Default: not known.
    :param account: the account they are deployed to. Default: not known.
    :param environments: for templates that are deployed elsewhere than the others, by their names.
        Default: all of them are deployed to ``region`` and ``account``.
    :return: the text of the drawing.
    :raises ValidationError: ``template-name-missing``, for a single template without a name.
    """
    refuse_unnamed(templates)
    everywhere = TemplateEnvironment(region=region, account=account)
    places = {name: (environments or {}).get(name, everywhere) for name in templates}
    return written(picture_of(Inventory(templates, places), findings), format)


def written(picture: Picture, format: DrawingFormat) -> str:  # noqa: A002 - as above
    """Return a picture in a language."""
    return _WRITERS[format](picture)
