"""Writes the tables of parameters in docs, from the docstrings.

A page has `<!-- parameters of Listener.tls -->` where a table begins, and `<!-- end -->` where it
ends. `python tools/parameter_tables.py` rewrites all of them.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import privatelink_constructs

DOCS = Path(__file__).parents[1] / "docs"
_TABLE = re.compile(r"(<!-- parameters of (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
_PARAMETER = re.compile(r"^:param (\w+): (.*?)(?=^:|\Z)", re.DOTALL | re.MULTILINE)
_NOT_SHOWN = {"scope", "id"}


def table(name: str) -> str:
    """Return the table of a public class or of one of its methods."""
    subject: object = privatelink_constructs
    for part in name.split("."):
        subject = getattr(subject, part)
    rows = ["| parameter | meaning | default |", "|---|---|---|"]
    for parameter, text in _PARAMETER.findall(inspect.getdoc(subject) or ""):
        if parameter not in _NOT_SHOWN:
            meaning, default = _parts(" ".join(text.split()))
            rows.append(f"| `{parameter}` | {meaning} | {default} |")
    return "\n".join(rows)


def _parts(text: str) -> tuple[str, str]:
    meaning, _, default = text.replace("``", "`").replace("|", r"\|").partition("Default: ")
    meaning = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", meaning.strip())
    return _sentence(meaning), _sentence(default).removesuffix(".") or "required"


def _sentence(text: str) -> str:
    return text.strip()[:1].upper() + text.strip()[1:]


def written(page: str) -> str:
    """Return a page with its tables as the docstrings are now."""
    return _TABLE.sub(lambda match: f"{match[1]}\n{table(match[2])}\n\n{match[3]}", page)


def main() -> None:
    """Rewrite all pages."""
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if (new := written(text)) != text:
            path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
