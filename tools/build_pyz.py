"""Builds the command as one file that runs on any Python without an installation.

It contains those rooms of the package that work without the CDK, and PyYAML. The same sources give
the same file: the entries are sorted, uncompressed, and without the time of the build.

Usage: build_pyz.py [file]
"""

from __future__ import annotations

import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from check_imports import PACKAGE, PLUGINS, RUNTIME, WITHOUT_CDK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TARGET = PACKAGE.parents[1] / "dist" / "privatelink.pyz"
INTERPRETER = b"#!/usr/bin/env python3\n"
# It has to be understood by the versions of Python that it refuses.
MAIN = """\
import sys

if sys.version_info < (3, 10):
    sys.exit("error: privatelink needs Python 3.10 or later")

from privatelink_constructs.cli.main import main

sys.exit(main())
"""
_START_OF_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_UNIX = 3


def contents() -> dict[str, bytes]:
    """Return what is in the file, by the names of the entries."""
    found = {"__main__.py": MAIN.encode(), "LICENSE": _license()}
    found.update((f"{PACKAGE.name}/{name}", data) for name, data in _own_files())
    found.update(_pyyaml())
    return dict(sorted(found.items()))


def _license() -> bytes:
    return (PACKAGE.parents[1] / "LICENSE").read_bytes()


def _own_files() -> Iterator[tuple[str, bytes]]:
    rooms = WITHOUT_CDK - {RUNTIME} | {"__init__"}
    for path in PACKAGE.rglob("*"):
        name = path.relative_to(PACKAGE).as_posix()
        room = name.partition("/")[0].removesuffix(".py")
        if path.suffix in {".py", ".json"} and room in rooms and name not in PLUGINS:
            yield name, path.read_bytes()


def _pyyaml() -> Iterator[tuple[str, bytes]]:
    """Yield PyYAML without its parser in C, which is for one system and one Python."""
    for file in metadata.files("pyyaml") or ():
        if file.parts[0] == "yaml" and file.suffix == ".py":
            yield file.as_posix(), Path(file.locate()).read_bytes()
        elif file.name == "LICENSE":
            yield "yaml/LICENSE", Path(file.locate()).read_bytes()


def build(target: Path) -> None:
    """Write the file.

    :param target: where to.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        stream.write(INTERPRETER)
        with zipfile.ZipFile(stream, "w") as archive:
            for name, data in contents().items():
                entry = zipfile.ZipInfo(name, _START_OF_TIME)
                entry.create_system, entry.external_attr = _UNIX, _READABLE
                archive.writestr(entry, data)
    target.chmod(0o755)


def main(arguments: Sequence[str]) -> int:
    """Build the file, and say where it is.

    :param arguments: where to write it, or nothing.
    """
    target = Path(arguments[0]) if arguments else TARGET
    build(target)
    print(f"{target} ({target.stat().st_size // 1024} KB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
