"""Templates that are checked together, and acknowledgments, over the whole corpus."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.checks.stacks import stack

from privatelink_constructs import TemplateEnvironment, check_template, check_templates
from privatelink_constructs.checks.report import report_on
from privatelink_constructs.cloudformation.loading import load

if TYPE_CHECKING:
    from privatelink_constructs import Finding

Json = dict[str, Any]
CORPUS = Path(__file__).parent / "corpus"
TEMPLATES: dict[str, Json] = {
    str(path.relative_to(CORPUS)): load(str(path))
    for path in sorted(CORPUS.rglob("*.*"))
    if path.suffix in {".json", ".yaml"}
}
PLACE = TemplateEnvironment(region="eu-west-1", account="111111111111")
MACRO: Json = {"Transform": "Mine", "Resources": {"A": {"Type": "AWS::SNS::Topic"}}}
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
name_lists = st.lists(st.sampled_from(sorted(TEMPLATES)), min_size=1, max_size=5, unique=True)


def check(templates: dict[str, Json]) -> set[Finding]:
    return set(check_templates(templates, region=PLACE.region, account=PLACE.account))


def app_of(name: str) -> dict[str, Json]:
    """Return a template of the corpus with those of its app."""
    parts = name.split("/")
    is_app = len(parts) > (2 if parts[0] == "correct" else 3)
    folder = name.rpartition("/")[0]
    return {
        other: template
        for other, template in TEMPLATES.items()
        if other == name or (is_app and other.rpartition("/")[0] == folder)
    }


def unlike(template: Json, mark: str) -> Json:
    """Return a template whose literal names are others than those of all other templates."""

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: changed(each) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
        if isinstance(value, list):
            return [changed(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
        return value.replace("0123456789abcdef", mark) if isinstance(value, str) else value

    return changed(template)


@relaxed
@given(name_lists)
def test_together_is_found_what_is_found_alone(names: list[str]) -> None:
    apps = [app_of(name) for name in names]
    together = check({name: template for app in apps for name, template in app.items()})
    for app in apps:
        assert check(app) <= together


@relaxed
@given(st.sampled_from(sorted(TEMPLATES)), st.sampled_from(sorted(TEMPLATES)))
def test_without_an_exchange_nothing_else_is_found(name: str, other: str) -> None:
    mine = app_of(name)
    others = {
        f"others/{each}": unlike(template, "fedcba9876543210")
        for each, template in app_of(other).items()
    }
    found, alone = check({**mine, **others}), check(mine) | check(others)
    assert alone <= found
    # Names and ARNs that both write down in full may clash, and that is to be found.
    assert all(each.rule.endswith(("-conflict", "-duplicate")) for each in found - alone)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_macro_hides_nothing(name: str) -> None:
    app = app_of(name)
    assert check({**app, "macro.json": MACRO}) == check(app)


def test_a_macro_that_reads_a_value_makes_rules_undetermined() -> None:
    service = stack()
    del service["Resources"]["Permissions"]
    service["Outputs"] = {"Id": {"Value": {"Ref": "Service"}, "Export": {"Name": "service"}}}
    reader = copy.deepcopy(MACRO)
    reader["Resources"]["A"]["Properties"] = {"TopicName": {"Fn::ImportValue": "service"}}
    third: Json = {"Resources": {"B": reader["Resources"]["A"]}}
    other = {"other.json": {"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}}
    assert "permissions-missing" in {
        finding.rule for finding in check({"a.json": service, "c.json": third, **other})
    }
    assert "permissions-missing" not in {
        finding.rule
        for finding in check({"a.json": service, "b.json": reader, "c.json": third, **other})
    }


def copies(count: int) -> dict[str, Json]:
    names = [name for name in TEMPLATES if name.startswith("correct/two_stacks/")]
    assert len(names) > 1
    return {f"copy{number}/{it}": TEMPLATES[it] for number in range(count) for it in names}


def test_copies_of_an_app_are_apps_of_their_own() -> None:
    assert check(copies(1)) == check(copies(3)) == set()


def acknowledge(template: Json, finding: Finding) -> None:
    resource = template["Resources"][finding.logical_id]
    if not isinstance(resource.get("Metadata"), dict):
        resource["Metadata"] = {}
    ours = resource["Metadata"].setdefault("privatelink-constructs", {})
    ours.setdefault("acknowledged", {})[finding.rule] = "a test"


@relaxed
@given(name_lists)
def test_nothing_is_left_when_everything_is_acknowledged(names: list[str]) -> None:
    templates = {name: copy.deepcopy(TEMPLATES[name]) for name in names}
    found = check(templates)
    for finding in found:
        acknowledge(templates[finding.template], finding)
    report = report_on(templates, dict.fromkeys(templates, PLACE))
    assert report.findings == []
    assert {each.finding for each in report.acknowledged} == found
    assert report.notes == []


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_nothing_is_left_when_a_template_acknowledges_everything(name: str) -> None:
    template = copy.deepcopy(TEMPLATES[name])
    found = check_template(template, region=PLACE.region, account=PLACE.account)
    reasons = {finding.rule: "a test" for finding in found}
    template["Metadata"] = {"privatelink-constructs": {"acknowledged": reasons}}
    report = report_on({"": template}, {"": PLACE})
    assert (report.findings, report.notes) == ([], [])
    assert {replace(each.finding, template="") for each in report.acknowledged} == set(found)


def test_findings_are_sorted() -> None:
    found = check_templates(TEMPLATES, region=PLACE.region, account=PLACE.account)
    places = [(each.template, each.logical_id, each.property_path, each.rule) for each in found]
    assert places == sorted(places)
    backward = dict(reversed(list(TEMPLATES.items())))
    assert check_templates(backward, region=PLACE.region, account=PLACE.account) == found
