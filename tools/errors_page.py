"""Writes ``docs/errors.md``, and the data of ``privatelink explain``, from the rules and examples.

An example in ``docs/rules/<module>.yaml`` is a part of the stack in ``docs/rules/stack.yaml``: it
is laid over it, resource by resource. A test runs each of them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from privatelink_constructs.checks.findings import OPINIONS
from privatelink_constructs.cloudformation.loading import load_yaml
from privatelink_constructs.rules.catalog import rules_by_module
from privatelink_constructs.rules.core import Severity

if TYPE_CHECKING:
    from privatelink_constructs.rules.core import Rule

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "errors.md"
DATA = ROOT / "src" / "privatelink_constructs" / "cli" / "rules.json"
EXAMPLES = ROOT / "docs" / "rules"
REGION = "eu-west-1"
# Found in templates that are too large for the page, or that it takes two of.
UNSHOWN = frozenset(
    {
        "access-logs-bucket-region-mismatch",
        "endpoint-policy-exceeded",
        "certificates-exceeded",
        "listeners-exceeded",
        "load-balancers-exceeded",
        "role-policies-exceeded",
        "target-group-targets-exceeded",
        "target-groups-exceeded",
        "targets-exceeded",
        "vpc-endpoints-exceeded",
        "security-group-description-exceeded",
        "security-group-rules-exceeded",
        "endpoint-region-not-supported",
    }
)

INTRODUCTION = """# Errors and warnings

<!-- Written by tools/errors_page.py: change the rules and docs/rules instead. -->

Each rule has an id that stays. An error of a construct carries it as `ValidationError.code`, a
warning of a construct ends with it (`privatelink-constructs:<id>`), and a finding in a template
names it as `Finding.rule`.

An **error** is what AWS refuses, what no traffic passes, or a service that is open to everyone by
mistake. A **warning** works, and is rarely what was meant.

A warning of a construct is acknowledged by `privatelink-constructs:<id>`, with one colon, in both
ways that the CDK has. `cdk synth` prints it with `Annotation::` in front. `Validations` takes it
with or without that, `Annotations` only without. With aws-cdk-lib 2.268, use
`Annotations.of(stack)`: there, the other ways don't take away every warning.

```python
Validations.of(service).acknowledge(
    Acknowledgment(id="privatelink-constructs:service-zones-insufficient", reason="a test stack")
)
Annotations.of(service).acknowledge_warning("privatelink-constructs:service-zones-insufficient")
```

A finding in a template is acknowledged with a reason, by any of

- `Validations.of(construct).acknowledge(...)` with an `Acknowledgment` of
  `privatelink-constructs::<id>`, with two colons as `cdk synth` prints it, in a CDK app that uses
  `PrivateLinkChecks`; `Annotations` doesn't take it,
- the resource's metadata in any template:

  ```yaml
  Metadata:
    privatelink-constructs:
      acknowledged:
        <id>: the reason
  ```

- the metadata of the template, written in the same way, for all of its resources,
- the configuration of `privatelink check`, see [the command](command.md).

The examples are parts of this stack in eu-west-1:

"""


def examples() -> dict[str, dict[str, str]]:
    """Return what is wrong and what is right for each rule, as text."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(EXAMPLES.glob("*.yaml")):
        if path.stem != "stack":
            loaded = cast("dict[str, dict[str, str]]", load_yaml(path.read_text(encoding="utf-8")))
            found.update(loaded)
    return found


def template(example: str) -> dict[str, Any]:
    """Return the stack with an example laid over it."""
    stack = cast("Any", load_yaml((EXAMPLES / "stack.yaml").read_text(encoding="utf-8")))
    for logical_id, changes in cast("Any", load_yaml(example)).items():
        if changes is None:
            del stack["Resources"][logical_id]
            continue
        resource = stack["Resources"].setdefault(logical_id, {"Properties": {}})
        for key, value in changes.items():
            resource[key] = {**resource.get(key, {}), **value} if key == "Properties" else value
    return cast("dict[str, Any]", stack)


def page() -> str:
    """Return the whole page."""
    stack = (EXAMPLES / "stack.yaml").read_text(encoding="utf-8")
    parts = [INTRODUCTION, _yaml(stack)]
    shown = examples()
    for module, found in rules_by_module().items():
        title = module.replace("_", " ").capitalize().replace("dns", "DNS").replace("Tls", "TLS")
        parts.append(f"\n## {title}\n")
        parts += [_section(rule, shown.get(rule.id)) for rule in found]
    return "".join(parts)


def data() -> str:
    """Return what ``privatelink explain`` reads."""
    shown = examples()
    rules = {rule.id: rule for found in rules_by_module().values() for rule in found}
    content = {name: _explanation(rules[name], shown.get(name, {})) for name in sorted(rules)}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _explanation(rule: Rule[...], example: dict[str, str]) -> dict[str, str]:
    severity = _severity(rule)
    return {
        "severity": f"{severity[:1].lower()}{severity[1:]}",
        "title": rule.title,
        "why": rule.why,
        "code": rule.fix.code,
        "template": rule.fix.template,
        "url": rule.url,
        "wrong": example.get("wrong", ""),
        "right": example.get("right", ""),
    }


def _section(rule: Rule[...], example: dict[str, str] | None) -> str:
    in_templates = example is not None or rule.id in UNSHOWN
    where = "Found in templates" if in_templates else "Reported by the constructs"
    parts = [
        f"\n### `{rule.id}`\n\n",
        f"**{_severity(rule)}.** {rule.title} {rule.why}\n\n",
        *_changes(rule),
        f"{where}.\n",
    ]
    if example:
        parts += ["\nWrong:\n\n", _yaml(example["wrong"]), "\nRight:\n\n", _yaml(example["right"])]
    return "".join(parts)


def _changes(rule: Rule[...]) -> list[str]:
    fix, link = rule.fix, f"[AWS]({rule.url})"
    if fix.code == fix.template:
        return [f"What to change: {fix.code}. {link}\n\n"]
    return [
        f"What to change in Python: {fix.code}.\n\n",
        f"What to change in a template: {fix.template}. {link}\n\n",
    ]


def _severity(rule: Rule[...]) -> str:
    if rule.id in OPINIONS:
        return "Error of the constructs, warning in templates"
    return "Error" if rule.severity is Severity.ERROR else "Warning"


def _yaml(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    for path, text in ((PAGE, page()), (DATA, data())):
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
