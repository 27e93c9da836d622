"""Changes the code at random, one place at a time, and shows which changes no test notices.

    python tools/mutants.py --count 50 --seed 1

Each mutant is a copy of the sources with one operator, constant, or statement changed. It is
killed when a test fails: first those of its room, then, for a survivor, all of them.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path("src") / "privatelink_constructs"
_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.And: ast.Or,
    ast.Eq: ast.NotEq,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.NotEq: ast.Eq,
    ast.NotIn: ast.In,
    ast.Or: ast.And,
}
_OF_RULES = ["tests/unit/rules", "tests/checks"]
TESTS = {
    "_cdk": ["tests/unit/cdk", "tests/unit/provider"],
    "checks": ["tests/checks"],
    "cli": ["tests/unit/cli"],
    "cloudformation": ["tests/unit/cloudformation", "tests/checks"],
    "connectivity": ["tests/unit/connectivity"],
    "consumer": ["tests/unit/consumer"],
    "contract": ["tests/unit/contract", "tests/unit/consumer"],
    "cost": ["tests/unit/cost", "tests/unit/cli"],
    "diagnosis": ["tests/unit/diagnosis", "tests/unit/cli"],
    "drawing": ["tests/unit/drawing"],
    "facts": ["tests/unit/facts", *_OF_RULES],
    "guardrails": ["tests/unit/guardrails"],
    "inventory": ["tests/unit/inventory", "tests/checks"],
    "observability": ["tests/unit/observability"],
    "provider": ["tests/unit/provider"],
    "rules": _OF_RULES,
    "runtime": ["tests/runtime"],
}
"""The tests of each room, which run first. Those of single files are all of them."""


@dataclass(frozen=True)
class Mutant:
    """One change: the file, which of its nodes, the line, and what is changed there."""

    path: Path
    node: int
    line: int
    change: str

    def text(self) -> str:
        """Return the text of the changed file."""
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        _apply(list(ast.walk(tree))[self.node], self.change)
        return ast.unparse(tree)


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = _skipped(tree)
    for index, node in enumerate(ast.walk(tree)):
        if id(node) not in skipped:
            for change in _changes(node):
                yield Mutant(path, index, getattr(node, "lineno", 0), change)


def _skipped(tree: ast.Module) -> set[int]:
    """Return what no test can notice: types, docstrings, and what is for type checkers."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            parts += [node.returns, *(arg.annotation for arg in node.args.args)]
            parts += [arg.annotation for arg in node.args.kwonlyargs]
        elif isinstance(node, ast.AnnAssign):
            parts.append(node.annotation)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            parts.append(node.value)
        elif _is_for_type_checkers(node):
            parts.append(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "cast":
            parts.append(node.args[0])
        skipped |= {id(each) for part in parts if part for each in ast.walk(part)}
    return skipped


def _is_for_type_checkers(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    if isinstance(node, ast.ClassDef):
        return any("Protocol" in ast.unparse(base) for base in node.bases)
    return False


def _changes(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Compare() if type(node.ops[0]) in _SWAPPED:
            yield "comparison"
        case ast.BoolOp():
            yield "and/or"
        case ast.UnaryOp(op=ast.Not()):
            yield "not"
        case ast.Constant(value=bool()) | ast.Constant(value=int()):
            yield "constant"
        case ast.Return(value=ast.Constant(value=None)):
            return
        case ast.Return(value=ast.expr()):
            yield "return None"
        case ast.Expr(value=ast.Yield() | ast.YieldFrom() | ast.Call()):
            yield "statement dropped"
        case _:
            return


def _apply(node: ast.AST, change: str) -> None:
    if isinstance(node, ast.Compare):
        node.ops = [_SWAPPED[type(node.ops[0])](), *node.ops[1:]]  # pyright: ignore[reportAttributeAccessIssue]
    elif isinstance(node, ast.BoolOp):
        node.op = _SWAPPED[type(node.op)]()  # pyright: ignore[reportAttributeAccessIssue]
    elif isinstance(node, ast.UnaryOp):
        node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.Constant):
        value = node.value
        node.value = not value if isinstance(value, bool) else int(str(value)) + 1
    elif isinstance(node, (ast.Return, ast.Expr)):
        node.value = ast.Constant(None)
    else:
        raise TypeError(change)


def survives(mutant: Mutant, folder: Path) -> bool:
    """Tell whether all tests pass with a mutant.

    :param folder: a copy of the project.
    """
    place = folder / mutant.path.relative_to(ROOT)
    original = place.read_text(encoding="utf-8")
    place.write_text(mutant.text(), encoding="utf-8")
    try:
        room = mutant.path.relative_to(ROOT / PACKAGE).parts[0]
        return _passes(folder, TESTS.get(room, ["tests/unit"])) and _passes(folder, ["tests"])
    finally:
        place.write_text(original, encoding="utf-8")


def _passes(folder: Path, tests: list[str]) -> bool:
    options = ["-x", "-q", "-n2", "--dist", "loadfile"]
    # What is packaged, validated, or written down isn't about what the code does, and a measured
    # time fails at random when the machine is busy.
    others = ["tests/packaging", "tests/validation", "tests/deploy", "tests/checks/test_speed.py"]
    left_out = [f"--ignore={path}" for path in others]
    command = [sys.executable, "-m", "pytest", *options, *left_out, *tests]
    environment = {**os.environ, "CDK_VALIDATION": "false", "PYTHONPATH": str(folder / "src")}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    return run.returncode == 0


def main() -> int:
    """Make mutants, and print those that survive."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip", type=int, default=0, help="go on after this many of the count")
    options = parser.parse_args()
    everything = [it for path in sorted((ROOT / PACKAGE).rglob("*.py")) for it in mutants_of(path)]
    chosen = random.Random(options.seed).sample(everything, options.count)  # noqa: S311
    survivors = 0
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        left_out = shutil.ignore_patterns(".git", ".venv", ".cache", "node_modules", "cdk.out")
        shutil.copytree(ROOT, folder, ignore=left_out)
        if not _passes(folder, ["tests"]):
            print("the tests fail without any change", file=sys.stderr)
            return 1
        for number, mutant in enumerate(chosen[options.skip :], start=options.skip + 1):
            alive = survives(mutant, folder)
            survivors += alive
            where = f"{mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.change}"
            print(f"{number}/{len(chosen)} {'SURVIVED' if alive else 'killed'} {where}", flush=True)
    tried = len(chosen) - options.skip
    print(f"{tried - survivors} of {tried} killed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
