"""Runs all checks on templates."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from privatelink_constructs.checks.report import report_on
from privatelink_constructs.cloudformation.template import TemplateEnvironment
from privatelink_constructs.rules.arguments import checked, refuse_unnamed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs.rules.core import Finding


# CloudFormation checks the content of a template, including its keys.
@checked(template="Mapping[object, object]")
def check_template(
    template: Mapping[str, object], *, region: str | None = None, account: str | None = None
) -> list[Finding]:
    """Check a template.

    Example::

        findings = check_template(json.loads(path.read_text()), region="eu-west-1")

    :param template: the CloudFormation template, read from JSON or YAML.
    :param region: the Region that it is deployed to. Default: not known, so rules that depend on it
        are skipped.
    :param account: the account that it is deployed to. Default: not known.
    :return: the findings, sorted.
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
    """Check the templates of an app together, including references between stacks.

    :param templates: each template by its name. Use the path of the file if there is one, because
        the paths of nested stacks refer to it.
    :param region: the Region that they are deployed to. Default: not known.
    :param account: the account that they are deployed to. Default: not known.
    :param environments: the environments of templates that are deployed elsewhere, by their names.
        Default: none.
    :return: the findings, sorted. If functions in a template are nested so often that it is too
        much to evaluate, there is a ``UserWarning`` in addition.
    :raises ValidationError: ``template-name-missing``, for a single template without a name.
    """
    refuse_unnamed(templates)
    everywhere = TemplateEnvironment(region=region, account=account)
    places = {name: (environments or {}).get(name, everywhere) for name in templates}
    report = report_on(templates, places)
    for name in report.exhausted:
        # A finding is about a resource, and this is about what can't be seen.
        text = f"{name or 'the template'} is too much to evaluate, so not all of it was checked"
        warnings.warn(text, stacklevel=2)
    return report.findings
