"""Reads the pages that users read: the README, docs, and the READMEs of the examples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GIVEN = Path(__file__).with_name("given.py")
_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>continues|given)(?P<given>.*?)-->\n)?"
    r"^```python\n(?P<code>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


def pages() -> list[Path]:
    """Return the pages in a fixed order, without the records and the generated pages of rules."""
    found = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")]
    generated = {ROOT / "docs" / "errors.md", *ROOT.glob("docs/errors/*.md")}
    return sorted(it for it in found if "decisions" not in it.parts and it not in generated)


@dataclass(frozen=True)
class Program:
    """The Python of a page from one block that begins anew to the next one.

    :param page: the page.
    :param line: the line of its first block.
    :param code: what runs.
    """

    page: Path
    line: int
    code: str

    @property
    def name(self) -> str:
        """What a test calls the program."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def programs(page: Path) -> list[Program]:
    """Return the programs of a page.

    A comment in front of a block says more: ``<!-- continues -->`` that it follows the block
    before, and ``<!-- given ... -->`` that it starts from ``given.py``, and from the lines in the
    comment.
    """
    text = page.read_text(encoding="utf-8")
    found: list[tuple[int, list[str]]] = []
    for match in _BLOCK.finditer(text):
        if match["mark"] == "continues":
            found[-1][1].append(match["code"])
            continue
        line = text.count("\n", 0, match.start("code")) + 1
        given = [GIVEN.read_text(encoding="utf-8"), match["given"].strip()] if match["mark"] else []
        found.append((line, [*given, match["code"]]))
    return [Program(page, line, _joined(blocks)) for line, blocks in found]


def _joined(blocks: list[str]) -> str:
    """Return blocks as one program that synthesizes its app at the end, whatever came before."""
    code = "\n".join(blocks)
    if "app = cdk.App(" not in code:
        return code
    return code.replace("app.synth()\n", "") + "\napp.synth()\n"
