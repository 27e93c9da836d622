"""Findings as workflow commands, which GitHub Actions shows next to the lines of a pull request.

:see: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cli.results import plain

if TYPE_CHECKING:
    from privatelink_constructs.cli.results import Located, Results
    from privatelink_constructs.cloudformation.places import Position


def render(results: Results) -> str:
    """Return a command for each finding and each file that can't be checked, and the summary."""
    commands = [_command_of(located) for located in results.shown]
    commands += [
        _command("error", each.name, each.position, "privatelink", each.reason)
        for each in results.failures
    ]
    commands += [
        _command("notice", note.name, note.position, "privatelink", note.message)
        for note in results.notes
    ]
    return "".join(f"{line}\n" for line in (*commands, results.summary))


def _command_of(located: Located) -> str:
    finding = located.finding
    text = f"{located.place}: {finding.message} {located.rule.why} {finding.remedy}"
    kind = finding.severity.value
    return _command(kind, finding.template, located.position, finding.rule, text)


def _command(kind: str, name: str, position: Position | None, title: str, text: str) -> str:
    properties = {"file": name.replace("\\", "/")}
    if position:
        properties |= {"line": str(position.line), "col": str(position.column)}
    properties["title"] = title
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{kind} {shown}::{_data(text)}"


def _data(text: str) -> str:
    return plain(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
