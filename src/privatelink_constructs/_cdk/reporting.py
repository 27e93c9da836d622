"""How constructs report problems: errors, warnings, and acknowledgments in the template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import aws_cdk as cdk

from privatelink_constructs._values import internal_value
from privatelink_constructs.errors import ValidationError
from privatelink_constructs.rules.core import Severity, by_rule, message_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import constructs

    from privatelink_constructs.rules.core import Problem, Rule


_ERROR_NAME = re.compile(r"^(@jsii/kernel\.\w+: )?([A-Za-z]+: )?")


@internal_value
class Site:
    """The place of a construct that isn't defined yet: its scope and its ID.

    Reading the path is a round trip, so it is read when a message needs it.
    """

    scope: constructs.Construct
    id: str | None = None

    @property
    def path(self) -> str:
        """The path of the construct."""
        path = self.scope.node.path
        return "/".join(part for part in (path, self.id) if part)


def refuse(problems: Iterable[Problem], site: Site | None = None) -> list[Problem]:
    """Raise the first error among problems, and return the warnings.

    :raises ValidationError: for the first problem that is an error.
    """
    warnings: list[Problem] = []
    for problem in problems:
        if problem.rule.severity is Severity.ERROR:
            path = site.path if site else None
            raise ValidationError(problem.message, code=problem.rule.id, construct_path=path)
        warnings.append(problem)
    return warnings


def warn(scope: constructs.Construct, problems: Iterable[Problem]) -> None:
    """Annotate a construct with warnings that users can acknowledge by their stable IDs.

    There is one warning per rule, whatever the number of listeners that it is about.
    """
    found = by_rule(problems)
    if not found:
        return
    annotations = cdk.Annotations.of(scope)
    for group in found:
        annotations.add_warning_v2(f"privatelink-constructs:{group[0].rule.id}", message_of(group))


def acknowledge(resource: cdk.CfnResource, rule: Rule[...], reason: str) -> None:
    """Write into the template that a finding on a resource is intended, for the checks."""
    resource.add_metadata("privatelink-constructs", {"acknowledged": {rule.id: reason}})


def in_words(error: RuntimeError) -> str:
    """Return the CDK's message, without the name of the error."""
    words = _ERROR_NAME.sub("", str(error).partition("\n")[0]).rstrip(".: ")
    # The CDK lists the subnet groups of a VPC, also where it has none.
    words = words.removesuffix(". Available types").removesuffix(". Available names")
    return words[:1].lower() + words[1:]
