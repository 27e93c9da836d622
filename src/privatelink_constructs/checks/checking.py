"""Runs all checks over templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.report import report_on
from privatelink_constructs.cloudformation.template import TemplateEnvironment
from privatelink_constructs.rules.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs.rules.core import Finding


# CloudFormation judges the content of a template, down to its keys.
@checked(template="Mapping[object, object]")
def check_template(
    template: Mapping[str, object], *, region: str | None = None, account: str | None = None
) -> list[Finding]:
    """Check a template.

    Example::

        findings = check_template(json.loads(path.read_text()), region="eu-west-1")

    :param template: the template as CloudFormation takes it, read from JSON or YAML.
    :param region: the Region it is deployed to. Default: not known, what depends on it is skipped.
    :param account: the account it is deployed to. Default: not known.
    :return: what is wrong, sorted. Empty when nothing is.
    """
    return check_templates({"": template}, region=region, account=account)


@checked(templates="Mapping[str, Mapping[object, object]]")
def check_templates(
    templates: Mapping[str, Mapping[str, object]],
    *,
    region: str | None = None,
    account: str | None = None,
    environments: Mapping[str, TemplateEnvironment] | None = None,
) -> list[Finding]:
    """Check the templates of an app together, so that faults across stacks are found too.

    :param templates: each template by its name; a file's path where there is one, since nested
        stacks are found by it.
    :param region: the Region they are deployed to. Default: not known.
    :param account: the account they are deployed to. Default: not known.
    :param environments: the environments of single templates, by their names, if they are deployed
        elsewhere than the others. Default: none.
    :return: what is wrong, sorted. Empty when nothing is.
    """
    everywhere = TemplateEnvironment(region=region, account=account)
    places = {name: (environments or {}).get(name, everywhere) for name in templates}
    return report_on(templates, places).findings
