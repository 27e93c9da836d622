from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.checks.stacks import allowing_everyone, changed, stack
from tests.unit.cli.running import check, found, write

from privatelink_constructs.cli.usage import FAILED, PASSED, UNUSABLE

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture
def two(here: Path) -> str:
    """Return a template with an error and a warning."""
    template = changed("Permissions", AllowedPrincipals=["nobody", "*"])
    return write(here / "two.json", template)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--region", "us-east1"], "'us-east1' isn't a valid Region. Did you mean us-east-1"),
        (["--region", "eu-wst-1"], "'eu-wst-1' isn't a valid Region. Did you mean eu-west-1"),
        (["--region", ""], "--region '' isn't a valid Region. Is a variable empty?"),
        (["--account", "123"], "'123' isn't a valid account ID. Use twelve digits"),
        (["--account", ""], "'' isn't a valid account ID"),
        (["--parameter", "Key"], "'Key' doesn't have the format Key=Value"),
        (["--parameter", "=x"], "'=x' doesn't have the format Key=Value"),
        (["--parameter", "Missing=x"], "No template has the parameter 'Missing'."),
        (["--select", "principal-malformd"], "Did you mean principal-malformed"),
        (["--select", "principal-path"], "Did you mean principal-path-not-supported?"),
        (["--ignore", "nothing-*"], "There is no rule 'nothing-*'"),
        (["--baseline", "missing.json"], "use --write-baseline missing.json"),
        (["--config", "missing.toml"], "missing.toml can't be read."),
    ],
    ids=range(13),
)
def test_fails_when_an_option_is_not_valid(
    two: str, capsys: Capture, arguments: list[str], reason: str
) -> None:
    run = check(capsys, two, *arguments)
    assert (run.status, run.out) == (UNUSABLE, "")
    assert reason in run.err


def test_takes_a_region_that_is_newer_than_this_version(two: str, capsys: Capture) -> None:
    assert check(capsys, two, "--region", "eu-east-9").status == FAILED


def rules(capsys: Capture, *arguments: object) -> list[str]:
    return [finding["rule"] for finding in found(capsys, *arguments)]


def test_selects_and_ignores_rules(two: str, capsys: Capture) -> None:
    assert rules(capsys, two) == ["principal-malformed", "principal-open-to-world"]
    assert rules(capsys, two, "--select", "principal-malformed") == ["principal-malformed"]
    assert rules(capsys, two, "--select", "principal-*", "--ignore", "*-malformed, *-world") == []
    assert rules(capsys, two, "--ignore", "principal-malformed, principal-open-*") == []
    assert check(capsys, two, "--ignore", "*-malformed").status == PASSED


def test_fails_when_a_rule_to_ignore_does_not_exist_among_others(two: str, capsys: Capture) -> None:
    assert check(capsys, two, "--ignore", "principal-malformed,nothing").status == UNUSABLE


def with_parameter(kind: str = "String") -> dict[str, object]:
    reference = {"Ref": "Principals"}
    given = [reference] if kind == "String" else reference
    template = changed("Permissions", AllowedPrincipals=given)
    return {**template, "Parameters": {"Principals": {"Type": kind}}}


@pytest.mark.parametrize("kind", ["String", "CommaDelimitedList"])
def test_takes_the_values_of_parameters(here: Path, capsys: Capture, kind: str) -> None:
    path = write(here / "a.json", with_parameter(kind))
    assert rules(capsys, path) == []
    assert rules(capsys, path, "--parameter", "Principals=nobody=x") == ["principal-malformed"]


def test_the_value_of_a_parameter_that_names_another_is_not_known(
    here: Path, capsys: Capture
) -> None:
    template = with_parameter()
    template["Parameters"] = {"Principals": {"Type": "AWS::SSM::Parameter::Value<String>"}}
    path = write(here / "a.json", template)
    assert rules(capsys, path, "--parameter", "Principals=/name") == []


def test_a_baseline_hides_what_is_known(two: str, here: Path, capsys: Capture) -> None:
    run = check(capsys, two, "--write-baseline", "known.json")
    assert run == (PASSED, "Wrote 2 findings into known.json\n", "")
    run = check(capsys, two, "--baseline", "known.json", "--fail-on", "warning")
    assert run.status == PASSED
    assert run.last.endswith(
        "(1 endpoint service, 0 endpoints, 2 in the baseline): 0 errors, 0 warnings"
    )


def test_a_baseline_outlives_lines_and_texts(two: str, here: Path, capsys: Capture) -> None:
    check(capsys, two, "--write-baseline", "known.json")
    changed_text = changed("Permissions", AllowedPrincipals=["somebody", "*"])
    write(here / "two.json", json.dumps({"Description": "new", **changed_text}, indent=8))
    assert rules(capsys, two, "--baseline", "known.json") == []


def test_a_baseline_is_the_same_from_another_folder(
    two: str, here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(capsys, "two.json", "--write-baseline", "known.json")
    (here / "sub").mkdir()
    monkeypatch.chdir(here / "sub")
    assert rules(capsys, "../two.json", "--baseline", "../known.json") == []


def test_a_baseline_may_be_on_another_drive(
    two: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def relpath(path: str, start: str) -> str:
        raise ValueError(path, start)

    monkeypatch.setattr("os.path.relpath", relpath)
    check(capsys, two, "--write-baseline", "known.json")
    assert rules(capsys, two, "--baseline", "known.json") == []


def test_a_baseline_hides_nothing_new(two: str, here: Path, capsys: Capture) -> None:
    check(capsys, two, "--write-baseline", "known.json")
    write(here / "two.json", changed("Permissions", AllowedPrincipals=["*", "nobody"]))
    assert sorted(rules(capsys, two, "--baseline", "known.json")) == [
        "principal-malformed",
        "principal-open-to-world",
    ]
    run = check(capsys, two, "--baseline", "known.json")
    assert "known.json: note: 2 findings of the baseline no longer exist" in run.out


def test_a_baseline_is_written_again_with_what_it_hides(
    two: str, here: Path, capsys: Capture
) -> None:
    check(capsys, two, "--write-baseline", "known.json")
    before = (here / "known.json").read_text(encoding="utf-8")
    check(capsys, two, "--baseline", "known.json", "--write-baseline", "known.json")
    assert (here / "known.json").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{"rule": "x"}]}'],
    ids=["json", "list", "version", "entry"],
)
def test_fails_when_the_baseline_is_not_one(
    two: str, here: Path, capsys: Capture, content: str
) -> None:
    run = check(capsys, two, "--baseline", write(here / "known.json", content))
    assert run.status == UNUSABLE
    assert "known.json" in run.err


CONFIGURATION = """
[tool.privatelink]
templates = ["stacks"]
select = ["principal-*"]
ignore = ["principal-malformed"]
fail-on = "warning"
region = "eu-west-1"
account = "111111111111"
parameters = {Number = 1, Truth = true}
[[tool.privatelink.acknowledge]]
rule = "principal-open-to-world"
template = "stacks/public.json"
resource = "Permissions"
reason = "The service is public."
"""


def test_reads_the_configuration_of_the_project(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here / "pyproject.toml", CONFIGURATION)
    parameters = {"Number": {"Type": "Number"}, "Truth": {"Type": "String"}}
    public = {**changed("Permissions", AllowedPrincipals=["nobody", "*"]), "Parameters": parameters}
    write(here / "stacks" / "public.json", public)
    run = check(capsys)
    assert run.status == PASSED
    assert run.last.endswith(
        "(1 endpoint service, 0 endpoints, 1 acknowledged): 0 errors, 0 warnings"
    )
    write(here / "stacks" / "other.json", allowing_everyone())
    run = check(capsys)
    assert run.status == FAILED
    assert run.last.endswith("0 errors, 1 warning")
    (here / "below").mkdir()
    monkeypatch.chdir(here / "below")
    assert check(capsys).last == run.last


def test_a_folder_in_the_configuration_stands_for_what_is_below(
    here: Path, capsys: Capture
) -> None:
    acknowledge = {"rule": "principal-open-to-world", "template": "stacks", "reason": "public"}
    write(here / "privatelink.json", {"acknowledge": [acknowledge]})
    path = write(here / "stacks" / "deep" / "a.json", allowing_everyone())
    assert rules(capsys, path) == []


def test_options_come_before_the_configuration(two: str, here: Path, capsys: Capture) -> None:
    write(here / "privatelink.toml", 'select = ["principal-malformed"]\nfail-on = "error"')
    assert rules(capsys, two) == ["principal-malformed"]
    assert rules(capsys, two, "--config", "privatelink.toml") == ["principal-malformed"]
    run = check(capsys, two, "--select", "principal-open-to-world", "--fail-on", "warning")
    assert run.status == FAILED
    assert run.last.endswith(": 0 errors, 1 warning")


def test_a_project_without_settings_changes_nothing(two: str, here: Path, capsys: Capture) -> None:
    write(here / "pyproject.toml", "[tool.other]\nx = 1")
    assert len(rules(capsys, two)) == 2
    assert len(rules(capsys, two, "--config", "pyproject.toml")) == 2


def test_looks_no_higher_than_the_repository(
    two: str, here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here / "privatelink.toml", 'select = ["principal-malformed"]')
    (here / "inner" / ".git").mkdir(parents=True)
    monkeypatch.chdir(here / "inner")
    assert len(rules(capsys, two)) == 2


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"ignor": []}, "There is no setting 'ignor'. Did you mean ignore?"),
        ({"ignore": "x"}, "ignore must be a list of strings."),
        ({"ignore": [1]}, "ignore must be a list of strings."),
        ({"region": 1}, "region must be a string."),
        ({"region": "x"}, "'x' isn't a valid Region"),
        ({"fail-on": "never"}, "fail-on must be error or warning, not 'never'."),
        ({"parameters": []}, "parameters must be a table"),
        ({"parameters": {"a": []}}, "parameters must be a table of strings and numbers."),
        ({"acknowledge": {}}, "acknowledge must be a list of tables."),
        ({"acknowledge": [{"rul": "x"}]}, "acknowledge has no key 'rul'. Did you mean rule?"),
        ({"acknowledge": [{"rule": 1}]}, "rule in acknowledge must be a string."),
        ({"acknowledge": [{"rule": "x"}]}, "Each acknowledge must have a rule and a reason."),
        ([], "must contain a table of settings"),
        ("{", "privatelink.json: Expecting property name"),
    ],
    ids=str,
)
def test_fails_when_the_configuration_is_not_valid(
    two: str, here: Path, capsys: Capture, settings: object, reason: str
) -> None:
    write(here / "privatelink.json", settings)
    run = check(capsys, two)
    assert run.status == UNUSABLE
    assert reason in run.err


def find_nothing(name: str) -> None:
    """Find no module."""


def test_fails_when_python_does_not_read_toml(
    two: str, here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privatelink_constructs.cli.settings.find_spec", find_nothing)
    write(here / "privatelink.toml", "")
    run = check(capsys, two)
    assert run.status == UNUSABLE
    assert "python -m pip install tomli" in run.err


def test_acknowledgments_without_effect_are_noted(two: str, here: Path, capsys: Capture) -> None:
    entries = [
        {"rule": "principal-malformd", "reason": "x"},
        {"rule": "principal-malformed", "reason": " "},
        {"rule": "port-out-of-range", "reason": "x"},
        {"rule": "principal-open-to-world", "reason": "x", "template": "other.json"},
    ]
    write(here / "privatelink.json", {"acknowledge": entries})
    run = check(capsys, two)
    notes = [line for line in run.out.splitlines() if ": note: " in line]
    assert notes == [
        "privatelink.json: note: The acknowledgment of port-out-of-range matches no finding.",
        "privatelink.json: note: The acknowledgment of principal-malformed has no reason.",
        "privatelink.json: note: The acknowledgment of principal-open-to-world matches no finding.",
        (
            "privatelink.json: note: There is no rule 'principal-malformd' to acknowledge. "
            "Did you mean principal-malformed, share-principal-malformed, or port-malformed?"
        ),
    ]


def metadata(**reasons: object) -> dict[str, object]:
    acknowledged = {rule.replace("_", "-"): reason for rule, reason in reasons.items()}
    return {"privatelink-constructs": {"acknowledged": acknowledged}}


def test_takes_acknowledgments_of_a_resource_and_of_a_template(here: Path, capsys: Capture) -> None:
    template = changed("Permissions", AllowedPrincipals=["nobody", "*"])
    template["Metadata"] = metadata(principal_malformed="a test")
    template["Resources"]["Permissions"]["Metadata"] = metadata(principal_open_to_world="public")
    run = check(capsys, write(here / "a.json", template))
    assert run.status == PASSED
    assert run.last == (
        "Checked 1 template (1 endpoint service, 0 endpoints, 2 acknowledged): 0 errors, 0 warnings"
    )


def test_what_is_acknowledged_and_ignored_is_ignored(here: Path, capsys: Capture) -> None:
    template = allowing_everyone()
    template["Metadata"] = metadata(principal_open_to_world="public")
    run = check(capsys, write(here / "a.json", template), "--ignore", "principal-*")
    assert "acknowledged" not in run.out


def test_notes_what_is_wrong_with_acknowledgments(here: Path, capsys: Capture) -> None:
    template = stack()
    template["Metadata"] = metadata(no_such_rule="x", port_out_of_range=" ")
    template["Resources"]["Service"]["Metadata"] = metadata(
        permissions_missing="once", payer_not_valid=1
    )
    template["Resources"]["Targets"]["Metadata"] = metadata(
        target_missing="registered_elsewhere=True"
    )
    template["Resources"]["Permissions"]["Metadata"] = metadata(
        principal_open_to_world="asked for with AllowedPrincipal.everyone()"
    )
    run = check(capsys, write(here / "a.json", template))
    notes = [line.partition(": note: ")[2] for line in run.out.splitlines() if ": note: " in line]
    assert sorted(notes) == [
        "Service: The acknowledgment of payer-not-valid has no effect, because it has no reason.",
        "Service: The acknowledgment of permissions-missing matches no finding. Remove it.",
        (
            "The acknowledgment of 'no-such-rule' has no effect, because there is no rule with "
            "this ID."
        ),
        "The acknowledgment of port-out-of-range has no effect, because it has no reason.",
    ]
