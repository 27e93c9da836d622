"""The rules over any CloudFormation template, whoever made it.

Needs nothing but the standard library: neither the CDK nor jsii is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._lazy import lazy_names

if TYPE_CHECKING:
    from privatelink_constructs.checks.checking import check_template, check_templates
    from privatelink_constructs.checks.findings import Finding
    from privatelink_constructs.checks.template import Environment

__all__ = ["Environment", "Finding", "check_template", "check_templates"]

_MODULES = {
    "Environment": "template",
    "Finding": "findings",
    "check_template": "checking",
    "check_templates": "checking",
}

if not TYPE_CHECKING:
    # Lazy, so that the command answers before all rules are loaded.
    __getattr__ = lazy_names(__name__, _MODULES)
