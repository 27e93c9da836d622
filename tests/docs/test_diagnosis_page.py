"""The transcript on the page about the diagnosis is worded as the rules word their causes."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT
from tests.support.live_accounts import ZONES, balancer_arn
from tests.support.live_worlds import working

from privatelink_constructs.cli.diagnosis_formats import as_text
from privatelink_constructs.diagnosis.causes import STEPS
from privatelink_constructs.rules.catalog import rule_by_id

PAGE = (ROOT / "docs" / "diagnose.md").read_text(encoding="utf-8")
_CAUSE = re.compile(
    r"^\d+\. (?P<severity>\w+): (?P<message>.+) \[(?P<rule>[\w-]+)\]\n"
    r" +step: +(?P<step>[^,]+), (?P<resource>\S+) .*\n +seen: .*\n +why: +(?P<why>.+)\n"
    r" +change: (?P<change>.+)\n(?: +run: .*\n)? +read: +(?P<url>.+)\n",
    re.MULTILINE,
)
_SHOWN = re.compile(r"^```text\n\$ privatelink diagnose .*?^```$", re.MULTILINE | re.DOTALL)
_NUMBERED = re.compile(r"^\d+\. \w+: .*\]$", re.MULTILINE)
_ID = re.compile(r"\b(vpce-svc-)[0-9a-f]+")


def causes(text: str) -> list[dict[str, str]]:
    """Return the causes in a text, without the names of resources."""
    found = [match.groupdict() for match in _CAUSE.finditer(text)]
    for each in found:
        resource = each.pop("resource")
        each["message"] = _ID.sub(r"\1ID", each["message"].replace(resource, "RESOURCE"))
    return found


def transcripts() -> str:
    """Return what the page shows of the command."""
    return "".join(_SHOWN.findall(PAGE))


def test_each_cause_of_the_transcript_is_that_of_a_rule() -> None:
    found = causes(transcripts())
    assert len(found) == len(_NUMBERED.findall(transcripts())) == 2
    for cause in found:
        rule = rule_by_id(cause["rule"])
        assert (cause["severity"], cause["why"]) == (rule.severity.value, rule.why)
        assert cause["url"] == rule.url
        assert cause["step"] == STEPS[rule.id].value


def test_the_transcript_says_what_the_command_says_of_the_same_faults() -> None:
    world = working()
    world.provider.items["DescribeVpcEndpointServicePermissions"] = []
    world.consumer.items["DescribeVpcEndpointServices"] = []
    world.provider.items["DescribeListeners"][balancer_arn([*ZONES][-1])] = []
    assert causes(as_text(world.diagnosed())) == causes(transcripts())
