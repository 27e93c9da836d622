"""The findings of the command, with all values that the formats show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.rules.core import Severity

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.loading import LoadError
    from privatelink_constructs.cloudformation.places import Position
    from privatelink_constructs.rules.core import Finding, Rule


BASELINE, CONFIGURATION, TEMPLATE = "baseline", "configuration", "template"


class Located(NamedTuple):
    """A finding with its position.

    :param finding: the finding.
    :param position: its position.
    :param rule: the rule of the finding.
    :param construct: the path of the construct that defines the resource, empty for none.
    """

    finding: Finding
    position: Position
    rule: Rule[...]
    construct: str

    @property
    def is_error(self) -> bool:
        """Whether it is an error."""
        return self.finding.severity is Severity.ERROR

    @property
    def place(self) -> str:
        """The logical ID and the property."""
        return ".".join(filter(None, (self.finding.logical_id, self.finding.property_path)))


class Suppressed(NamedTuple):
    """A finding that isn't shown.

    :param located: the finding.
    :param by: the place of the acknowledgment: ``template``, ``configuration``, or ``baseline``.
    :param reason: why it isn't shown.
    """

    located: Located
    by: str
    reason: str


class LocatedNote(NamedTuple):
    """Other information about a template or the settings.

    :param name: the file.
    :param position: where, None for the file as a whole.
    :param message: what it is.
    """

    name: str
    position: Position | None
    message: str

    def __str__(self) -> str:
        """Return it as a line of text."""
        place = f":{self.position.line}:{self.position.column}" if self.position else ""
        return f"{self.name}{place}: note: {self.message}"


class Results(NamedTuple):
    """The results of the command.

    :param shown: the findings, errors first, sorted by where they are written.
    :param suppressed: the findings that aren't shown.
    :param notes: other information.
    :param failures: the files that can't be checked.
    :param templates: the names of the templates, sorted.
    :param unchecked: how many of them can't be checked.
    :param services: how many endpoint services there are.
    :param endpoints: how many VPC endpoints there are.
    :param fail_on: the lowest severity that makes the command fail.
    """

    shown: list[Located]
    suppressed: list[Suppressed]
    notes: list[LocatedNote]
    failures: list[LoadError]
    templates: list[str]
    unchecked: int
    services: int
    endpoints: int
    fail_on: Severity

    def fails(self, located: Located) -> bool:
        """Tell whether a finding makes the command fail."""
        return located.is_error or self.fail_on is Severity.WARNING

    @property
    def summary(self) -> str:
        """The last line: the numbers of templates and findings."""
        checked = len(self.templates)
        errors = sum(located.is_error for located in self.shown)
        parts = [count(self.services, "endpoint service"), count(self.endpoints, "endpoint")]
        known = sum(each.by == BASELINE for each in self.suppressed)
        left_out = [
            (self.unchecked, "not checked"),
            (len(self.failures), "invalid"),
            (len(self.suppressed) - known, "acknowledged"),
            (known, "in the baseline"),
        ]
        parts += [f"{number} {what}" for number, what in left_out if number]
        found = (count(errors, "error"), count(len(self.shown) - errors, "warning"))
        return f"Checked {count(checked, 'template')} ({', '.join(parts)}): {', '.join(found)}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def plain_line(text: str) -> str:
    """Return a line that GitHub Actions doesn't interpret as a command."""
    shown = plain(text)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def plain(text: str) -> str:
    r"""Return a text that a terminal and the log of a pipeline show without interpreting it.

    Control characters and characters that change the text direction become escapes such as
    ``\x1b``. The beginning of a command to GitHub Actions in a line also becomes an escape.
    """
    if text.isprintable() and "##[" not in text:
        return text
    shown = "".join(each if each.isprintable() else _escaped(each) for each in text)
    return shown.replace("##[", r"#\x23[")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
