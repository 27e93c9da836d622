"""Findings as a test report in the form of JUnit: a suite for each template.

:see: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from privatelink_constructs.cli.results import plain

if TYPE_CHECKING:
    from privatelink_constructs.cli.results import Located, Results
    from privatelink_constructs.cloudformation.loading import LoadError


def render(results: Results) -> str:
    """Return a test case for each finding, and one that passes for each template without any."""
    found: dict[str, list[Located]] = defaultdict(list)
    for located in results.shown:
        found[located.finding.template].append(located)
    suites = [_suite(name, found[name], results) for name in results.templates]
    suites += [_broken(failure) for failure in results.failures]
    failures = sum(map(results.fails, results.shown))
    cases = sum(max(1, len(found[name])) for name in results.templates) + len(results.failures)
    counts = f'tests="{cases}" failures="{failures}" errors="{len(results.failures)}"'
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<testsuites name="privatelink check" {counts}>\n{"".join(suites)}</testsuites>\n'
    )


def _suite(name: str, found: list[Located], results: Results) -> str:
    cases = [_case(located, fails=results.fails(located)) for located in found]
    passed = f"    <testcase name={_attribute(name)} classname={_attribute(name)}/>\n"
    failures = sum(map(results.fails, found))
    counts = f'tests="{max(1, len(found))}" failures="{failures}" errors="0"'
    return (
        f"  <testsuite name={_attribute(name)} {counts}>\n"
        f"{''.join(cases) or passed}  </testsuite>\n"
    )


def _case(located: Located, *, fails: bool) -> str:
    finding = located.finding
    text = "\n".join(
        (
            f"{finding.template}:{located.position.line}:{located.position.column}",
            f"{finding.severity.value}: {finding.message}",
            located.rule.why,
            finding.remedy,
        )
    )
    shown = escape("\n".join(map(plain, text.split("\n"))))
    inner = f"<system-out>{shown}</system-out>"
    if fails:
        message, kind = _attribute(finding.message), _attribute(finding.rule)
        inner = f"<failure message={message} type={kind}>{shown}</failure>"
    name = _attribute(f"{finding.rule} {located.place}")
    place = f'classname={_attribute(finding.template)} line="{located.position.line}"'
    return f"    <testcase name={name} {place}>{inner}</testcase>\n"


def _broken(failure: LoadError) -> str:
    name = _attribute(failure.name)
    message = _attribute(failure.reason)
    return (
        f'  <testsuite name={name} tests="1" failures="0" errors="1">\n'
        f"    <testcase name={name} classname={name}><error message={message}/></testcase>\n"
        "  </testsuite>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(plain(text))
