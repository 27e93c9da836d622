"""Writes the pages of errors, and the data of ``privatelink explain``, from rules and examples.

``docs/errors.md`` is the index. ``docs/errors/<module>.md`` describes the rules of a module.

An example in ``docs/rules/<module>.yaml`` changes the stack in ``docs/rules/stack.yaml``, resource
by resource. A test runs each example.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from privatelink_constructs.checks.findings import OPINIONS
from privatelink_constructs.cloudformation.loading import load_yaml
from privatelink_constructs.rules.catalog import rules_by_module
from privatelink_constructs.rules.core import Severity, sentence

if TYPE_CHECKING:
    from privatelink_constructs.rules.core import Rule

ROOT = Path(__file__).resolve().parent.parent
INDEX = ROOT / "docs" / "errors.md"
PAGES = ROOT / "docs" / "errors"
DATA = ROOT / "src" / "privatelink_constructs" / "cli" / "rules.json"
EXAMPLES = ROOT / "docs" / "rules"
REGION = "eu-west-1"
_WRITTEN = {
    "availability_zones": "Availability Zones",
    "aws": "AWS",
    "dns": "DNS",
    "lambda": "Lambda",
    "tls": "TLS",
}
_LIVE = "live_"
"""What the modules of rules begin with that are about accounts that run."""
# Found in templates that are too large for the page, or that it takes two of.
UNSHOWN = frozenset(
    {
        "access-logs-bucket-region-mismatch",
        "alarm-region-mismatch",
        "client-security-group-region-mismatch",
        "forwarding-vpc-account-mismatch",
        "hub-endpoint-environment-mismatch",
        "private-hosted-zone-account-mismatch",
        "vpc-region-mismatch",
        "endpoint-policy-exceeded",
        "certificates-exceeded",
        "hub-share-missing",
        "listeners-exceeded",
        "load-balancers-exceeded",
        "profile-region-mismatch",
        "role-policies-exceeded",
        "service-control-policy-exceeded",
        "ssm-parameter-value-exceeded",
        "target-group-targets-exceeded",
        "target-groups-exceeded",
        "targets-exceeded",
        "vpc-endpoints-exceeded",
        "security-group-description-exceeded",
        "security-group-rules-exceeded",
        "endpoint-region-not-supported",
    }
)

NOTE = "<!-- Written by tools/errors_page.py: change the rules and docs/rules instead. -->"
INTRODUCTION = f"""# Errors and warnings

{NOTE}

Each rule has a stable ID. You find the ID in three places:

- `ValidationError.code` for an error of a construct
- `privatelink-constructs:<id>` at the end of a warning of a construct
- `Finding.rule` for a finding in a template

An **error** means that AWS rejects the configuration, that traffic can't pass, or that the service
is open to every AWS account by mistake. A **warning** means that the configuration works but is
rarely intended. `privatelink explain <id>` prints the description of a rule.

## Acknowledge a warning of a construct

Use `privatelink-constructs:<id>`, with one colon. The CDK has two ways to acknowledge a warning.
`cdk synth` prints the ID with the prefix `Annotation::`. `Validations` accepts the ID with or
without this prefix, `Annotations` only without it. With aws-cdk-lib 2.268, use
`Annotations.of(stack)`, because the other ways don't remove every warning:

```python
from aws_cdk import Acknowledgment, Annotations, Validations

Validations.of(service).acknowledge(
    Acknowledgment(id="privatelink-constructs:service-zones-insufficient", reason="a test stack")
)
Annotations.of(service).acknowledge_warning("privatelink-constructs:service-zones-insufficient")
```

## Acknowledge a finding in a template

Specify a reason in one of these places:

- In a CDK app that uses `PrivateLinkChecks`, call `Validations.of(construct).acknowledge(...)` with
  an `Acknowledgment` of `privatelink-constructs::<id>`. Use two colons, as `cdk synth` prints them.
  `Annotations` doesn't accept this form.
- In any template, use the metadata of the resource:

  ```yaml
  Metadata:
    privatelink-constructs:
      acknowledged:
        <id>: the reason
  ```

- To acknowledge the rule for all resources, use the metadata of the template in the same way.
- For `privatelink check`, use the configuration. See [the command](command.md).

## Rules by subject

"""
STACK = """
## The stack of the examples

The examples on the pages change this stack in eu-west-1:

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


def index() -> str:
    """Return the page that lists the subjects and their rules."""
    stack = (EXAMPLES / "stack.yaml").read_text(encoding="utf-8")
    rows = ["| subject | rules |\n|---|---|\n"]
    for module, found in rules_by_module().items():
        rules = ", ".join(f"[`{rule.id}`](errors/{module}.md#{rule.id})" for rule in found)
        rows.append(f"| [{_subject(module)}](errors/{module}.md) | {rules} |\n")
    return "".join([INTRODUCTION, *rows, STACK, _yaml(stack)])


def pages() -> dict[Path, str]:
    """Return the index and a page for each module, by their paths."""
    shown = examples()
    found = {INDEX: index()}
    for module, rules in rules_by_module().items():
        links = "[All subjects](../errors.md)"
        parts = [f"# {_subject(module)}: errors and warnings\n\n{NOTE}\n\n{links}\n"]
        if any(rule.id in shown for rule in rules):
            parts.append(
                "\nThe examples change [this stack](../errors.md#the-stack-of-the-examples).\n"
            )
        live = module.startswith(_LIVE)
        parts += [_section(rule, shown.get(rule.id), live=live) for rule in rules]
        found[PAGES / f"{module}.md"] = "".join(parts)
    return found


def _subject(module: str) -> str:
    """Return a module as a heading, with the names of AWS and of standards as they are written."""
    if module in _WRITTEN:
        return _WRITTEN[module]
    words = [_WRITTEN.get(word, word) for word in module.split("_")]
    return " ".join([f"{words[0][:1].upper()}{words[0][1:]}", *words[1:]])


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
        "code": sentence(rule.fix.code),
        "template": sentence(rule.fix.template),
        "url": rule.url,
        "wrong": example.get("wrong", ""),
        "right": example.get("right", ""),
    }


def _section(rule: Rule[...], example: dict[str, str] | None, *, live: bool) -> str:
    in_templates = example is not None or rule.id in UNSHOWN
    where = "Found in templates" if in_templates else "Reported by the constructs"
    if live:
        where = "Found in live accounts by `privatelink diagnose`"
    parts = [
        f"\n## `{rule.id}`\n\n",
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
        return [f"What to change: {sentence(fix.code)} {link}\n\n"]
    return [
        f"What to change in Python: {sentence(fix.code)}\n\n",
        f"What to change in a template: {sentence(fix.template)} {link}\n\n",
    ]


def _severity(rule: Rule[...]) -> str:
    if rule.id in OPINIONS:
        return "Error of the constructs, warning in templates"
    return "Error" if rule.severity is Severity.ERROR else "Warning"


def _yaml(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```\n"


def outdated() -> list[Path]:
    """Return the pages of modules that no longer exist."""
    return sorted(set(PAGES.glob("*.md")) - set(pages()))


if __name__ == "__main__":
    PAGES.mkdir(exist_ok=True)
    for path in outdated():
        path.unlink()
    for path, text in {**pages(), DATA: data()}.items():
        path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{INDEX.relative_to(ROOT)}\n{PAGES.relative_to(ROOT)}\n")
    sys.stdout.write(f"{DATA.relative_to(ROOT)}\n")
