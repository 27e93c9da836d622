"""Writes the drawings in the README, in docs, and in the READMEs of the examples.

A page has `<!-- drawing of cross_account -->` where the drawing of an example begins, and
`<!-- end -->` where it ends. A picture in docs/pictures has the name of its example.
`python tools/drawings.py` writes all of them anew; it synthesizes the examples in this process.
"""

from __future__ import annotations

import re
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.examples.running import synthesize  # noqa: E402 - the folder was added right now

from privatelink_constructs import (  # noqa: E402
    DrawingFormat,
    TemplateEnvironment,
    check_templates,
    draw,
)
from privatelink_constructs.cli.inputs import read_inputs  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
_DRAWING = re.compile(r"(<!-- drawing of (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages() -> list[Path]:
    """Return the pages that may show drawings."""
    examples = ROOT.glob("examples/*/README.md")
    return sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *examples])


@cache
def drawing(example: str, form: DrawingFormat = DrawingFormat.MERMAID) -> str:
    """Return what `privatelink draw cdk.out` prints for an example.

    :param example: the name of its folder.
    :param form: the language.
    """
    with tempfile.TemporaryDirectory() as folder:
        # The CDK CLI asks for the paths of constructs, too.
        synthesize(example, Path(folder), **{"aws:cdk:enable-path-metadata": True})
        inputs = read_inputs([folder], TemplateEnvironment())
        templates = {_below(folder, name): it.template for name, it in inputs.sources.items()}
        places = {_below(folder, name): it for name, it in inputs.environments.items()}
        findings = check_templates(templates, environments=places)
        return draw(templates, format=form, findings=findings, environments=places)


def _below(folder: str, name: str) -> str:
    return Path(name).relative_to(folder).as_posix()


def written(page: str) -> str:
    """Return a page with its drawings as the examples are now."""
    return _DRAWING.sub(
        lambda match: f"{match[1]}\n```mermaid\n{drawing(match[2])}```\n\n{match[3]}", page
    )


def pictures() -> dict[Path, str]:
    """Return the files of all pictures, and what is in them now."""
    return {it: drawing(it.stem, DrawingFormat.SVG) for it in sorted(PICTURES.glob("*.svg"))}


def main() -> None:
    """Write all pages and pictures anew."""
    for path in pages():
        text = path.read_text(encoding="utf-8")
        if (new := written(text)) != text:
            path.write_text(new, encoding="utf-8")
    for path, text in pictures().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
