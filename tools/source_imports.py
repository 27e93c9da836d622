"""Reads what the files of a package import, and the constants in them, without running them.

What a program imports by a name that it puts together when it runs can't be seen here.
"""

from __future__ import annotations

import ast
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INIT = "__init__.py"
LAZY_NAMES = "lazy_names"


@dataclass(frozen=True)
class Import:
    """Something that a file imports.

    :param line: the line of the import.
    :param module: the dotted name of the module.
    :param name: the name that is imported from the module. None for the module itself.
    """

    line: int
    module: str
    name: str | None = None


class UnreadableTableError(Exception):
    """A table of lazy names can't be read without running the program."""


class Source:
    """A file of a package.

    :param package: the folder of the package.
    :param path: the file.
    """

    def __init__(self, package: Path, path: Path) -> None:
        relative = path.relative_to(package)
        self.file = relative.as_posix()
        self.name = relative.name
        self.room = relative.parts[0].removesuffix(".py")
        self._package = [package.name, *relative.parent.parts]
        own = [] if self.name == INIT else [relative.stem]
        self.module = ".".join([*self._package, *own])
        self._nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]

    def imports(self) -> Iterator[Import]:
        """Yield every import: those in functions, for type checkers, and of lazy names too."""
        for node in self._nodes:
            if isinstance(node, ast.Import):
                yield from (Import(node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                module = self._absolute(node)
                yield from (Import(node.lineno, module, alias.name) for alias in node.names)
            elif isinstance(node, ast.Call) and _name_of(node.func) == "import_module":
                module = _text_of(node.args[0]) if node.args else None
                yield from [Import(node.lineno, module)] if module else []
        for call in self._lazy_calls():
            with suppress(UnreadableTableError):
                yield from self._lazy_imports(call)

    def unreadable_tables(self) -> Iterator[int]:
        """Yield the lines that call ``lazy_names`` with something else than a plain table."""
        yield from (call.lineno for call in self._lazy_calls() if not self._is_readable(call))

    def texts(self) -> Iterator[tuple[int, str]]:
        """Yield the string constants, without docstrings and the parts of f-strings."""
        skipped = {id(part) for node in self._nodes for part in _parts(node)}
        for node in self._nodes:
            text = _text_of(node)
            if isinstance(node, ast.Constant) and text and id(node) not in skipped:
                yield node.lineno, text

    def _absolute(self, node: ast.ImportFrom) -> str:
        kept = self._package[: len(self._package) - node.level + 1] if node.level else []
        return ".".join([*kept, *([node.module] if node.module else [])])

    def _lazy_calls(self) -> Iterator[ast.Call]:
        names = {LAZY_NAMES}
        for node in self._nodes:
            if isinstance(node, ast.ImportFrom):
                names |= {it.asname for it in node.names if it.name == LAZY_NAMES and it.asname}
        for node in self._nodes:
            if isinstance(node, ast.Call) and _name_of(node.func) in names:
                yield node

    def _lazy_imports(self, call: ast.Call) -> Iterator[Import]:
        arguments: dict[str | None, ast.expr] = dict(
            zip(("package", "modules"), call.args, strict=False)
        )
        arguments |= {keyword.arg: keyword.value for keyword in call.keywords}
        package = arguments.get("package")
        prefix = self.module if _name_of(package) == "__name__" else _text_of(package)
        for name, module in self._table(arguments.get("modules")):
            text = _text_of(module)
            if prefix is None or text is None:
                raise UnreadableTableError
            yield Import(module.lineno, f"{prefix}.{text}", _text_of(name))

    def _is_readable(self, call: ast.Call) -> bool:
        try:
            list(self._lazy_imports(call))
        except UnreadableTableError:
            return False
        return True

    def _table(self, node: ast.expr | None) -> Iterator[tuple[ast.expr | None, ast.expr]]:
        tables = [node] if isinstance(node, ast.Dict) else self._assigned_to(_name_of(node))
        if not tables:
            raise UnreadableTableError
        for table in tables:
            if not isinstance(table, ast.Dict):
                raise UnreadableTableError
            yield from zip(table.keys, table.values, strict=True)

    def _assigned_to(self, name: str | None) -> list[ast.expr]:
        found: list[ast.expr] = []
        for node in self._nodes:
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                found += [node.value for target in targets if _name_of(target) == name]
        return found


def _name_of(node: ast.AST | None) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _text_of(node: ast.AST | None) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else None


def _parts(node: ast.AST) -> list[ast.expr]:
    """Return the constants that are a docstring or a part of an f-string."""
    if isinstance(node, ast.Expr):
        return [node.value]
    return node.values if isinstance(node, ast.JoinedStr) else []
