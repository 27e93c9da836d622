"""Add up the JUnit reports of a folder: the last line is ``N passed, N failed``.

Usage: count_tests.py <folder>
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path


def count(report: str) -> Counter[str]:
    """Count the tests of one JUnit report.

    :param report: the text of the report, as pytest writes it.
    """
    counts: Counter[str] = Counter()
    for suite in re.findall(r"<testsuite (.*?)>", report):
        numbers = {name: int(n) for name, n in re.findall(r'\b(\w+)="(\d+)"', suite)}
        failed = numbers["failures"] + numbers["errors"]
        counts["failed"] += failed
        counts["skipped"] += numbers["skipped"]
        counts["passed"] += numbers["tests"] - numbers["skipped"] - failed
    return counts


def main(folder: Path) -> int:
    """Print the counts of each suite, then their sum.

    :param folder: where the reports are, one a suite.
    """
    counts = {path.stem: count(path.read_text("utf-8")) for path in sorted(folder.glob("*.xml"))}
    total = sum(counts.values(), start=Counter[str]())
    print()
    for suite, one in counts.items():
        print(f"{suite}: {one['passed']} passed, {one['failed']} failed, {one['skipped']} skipped")
    print(f"{total['passed']} passed, {total['failed']} failed")
    return int(total["passed"] == 0 or total["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
