"""Synthesizes all examples with the CDK's own validation, strictly, in one process of its own.

python -m tests.examples.strict <folder>
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.examples import running


def main(folder: Path) -> int:
    """Synthesize each example, and return how many were refused."""
    return sum(not _is_valid(name, folder / name) for name in running.NAMES)


def _is_valid(name: str, folder: Path) -> bool:
    try:
        running.synthesize(name, folder, **{"@aws-cdk/core:strictCfnValidateErrors": True})
    except Exception as error:  # noqa: BLE001 - reported, whatever it is
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201 - a script
        return False
    print(f"{name}: valid")  # noqa: T201 - a script
    return True


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
