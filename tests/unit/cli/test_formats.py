from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from tests.checks.stacks import changed
from tests.unit.cli.running import check, line_of, write

from privatelink_constructs.cli.results import plain
from privatelink_constructs.cli.usage import FAILED, PASSED, UNUSABLE

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
FORMATS = ["text", "json", "sarif", "junit", "github", "gitlab"]
NAME = "t dir/my [x]#1%,é.json"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def two(here: Path) -> str:
    """Return a template with an error and a warning."""
    write(here / NAME, changed("Permissions", AllowedPrincipals=["nobody", "*"]))
    return NAME


@pytest.fixture
def line(two: str) -> int:
    return line_of(two, "nobody")


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_has_the_same_status(two: str, capsys: Capture, form: str) -> None:
    assert check(capsys, two, "--format", form).status == FAILED
    assert check(capsys, two, "--format", form, "--ignore", "*").status == PASSED
    assert check(capsys, two, "missing.yaml", "--format", form).status == UNUSABLE


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_the_same_each_time(two: str, capsys: Capture, form: str) -> None:
    first = check(capsys, two, "--format", form)
    assert check(capsys, two, "--format", form) == first


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_goes_into_a_file(two: str, here: Path, capsys: Capture, form: str) -> None:
    printed = check(capsys, two, "--format", form).out
    run = check(capsys, two, "--format", form, "--output", "out")
    assert (here / "out").read_text(encoding="utf-8") == printed
    assert run.out.startswith("Checked 1 template ")
    assert run.out.endswith("1 error, 1 warning\n")


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_passes_control_characters_on(here: Path, capsys: Capture, form: str) -> None:
    template = changed("Permissions", AllowedPrincipals=["\x1b[2J\n::error ::x\udc80"])
    name = "P\n::error ::x\x1b]0;y\x07\u2028\udc80"
    template["Resources"][name] = template["Resources"].pop("Permissions")
    run = check(capsys, write(here / "a.json", template), "--format", form)
    assert run.status == FAILED
    assert all(each.isprintable() for each in run.out.replace("\n", ""))
    lines = [line.lstrip() for line in run.out.splitlines()]
    assert [line for line in lines if line.startswith("::")] == (
        [line for line in lines if line.startswith("::error file=/")]
    )


def test_plain_text_stays_as_it_is() -> None:
    assert plain("ä 日本 \U0001f600 #[") == "ä 日本 \U0001f600 #["
    assert plain("\x7f\x85\u200f") == r"\x7f\x85\u200f"


def test_writes_json(two: str, line: int, capsys: Capture) -> None:
    error, warning = json.loads(check(capsys, two, "--format", "json").out)
    assert warning["rule"] == "principal-open-to-world"
    assert {key: error[key] for key in ("rule", "severity", "template", "line", "column")} == {
        "rule": "principal-malformed",
        "severity": "error",
        "template": NAME,
        "line": line,
        "column": 11,
    }
    assert error["logical_id"] == "Permissions"
    assert error["property_path"] == "Properties.AllowedPrincipals.0"
    assert error["why"].endswith(".")


def sarif(capsys: Capture, *arguments: str) -> dict[str, Any]:
    log = json.loads(check(capsys, *arguments, "--format", "sarif").out)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    return run


def test_writes_sarif(two: str, line: int, capsys: Capture) -> None:
    run = sarif(capsys, two)
    error, warning = run["results"]
    assert (error["ruleId"], error["level"]) == ("principal-malformed", "error")
    assert (warning["ruleId"], warning["level"]) == ("principal-open-to-world", "warning")
    assert error["suppressions"] == []
    (location,) = error["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {
            "uri": "t%20dir/my%20%5Bx%5D%231%25%2C%C3%A9.json",
            "uriBaseId": "%SRCROOT%",
        },
        "region": {"startLine": line, "startColumn": 11},
    }
    (logical,) = location["logicalLocations"]
    assert logical["fullyQualifiedName"] == ("Resources.Permissions.Properties.AllowedPrincipals.0")
    assert unquote(location["physicalLocation"]["artifactLocation"]["uri"]) == NAME


def test_sarif_has_the_rules(two: str, capsys: Capture) -> None:
    run = sarif(capsys, two)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["principal-malformed", "principal-open-to-world"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert rules[0]["name"] == "PrincipalMalformed"
    assert rules[1]["defaultConfiguration"] == {"level": "warning"}
    for rule in rules:
        assert rule["shortDescription"]["text"].endswith(".")
        assert rule["help"]["text"]
        assert rule["helpUri"].startswith("https://docs.aws.amazon.com/")


def test_sarif_fingerprints_stay_when_lines_move(two: str, here: Path, capsys: Capture) -> None:
    def fingerprints() -> list[object]:
        return [result["partialFingerprints"] for result in sarif(capsys, two)["results"]]

    before = fingerprints()
    assert before[0] != before[1]
    template = json.loads((here / NAME).read_text(encoding="utf-8"))
    write(here / NAME, {"Description": "moved", **template})
    assert fingerprints() == before


def test_sarif_has_what_is_suppressed(two: str, here: Path, capsys: Capture) -> None:
    template = changed("Permissions", AllowedPrincipals=["nobody", "*"])
    acknowledged = {"acknowledged": {"principal-open-to-world": "It is public."}}
    template["Metadata"] = {"privatelink-constructs": acknowledged}
    write(here / NAME, template)
    check(capsys, two, "--write-baseline", "known.json")
    results = sarif(capsys, two, "--baseline", "known.json")["results"]
    assert {result["ruleId"]: result["suppressions"] for result in results} == {
        "principal-malformed": [
            {
                "kind": "external",
                "justification": "It is in the baseline known.json.",
            }
        ],
        "principal-open-to-world": [{"kind": "inSource", "justification": "It is public."}],
    }


def test_sarif_tells_what_cannot_be_checked(two: str, here: Path, capsys: Capture) -> None:
    write(here / "broken.yaml", "a: 1\na: 2")
    write(here / "macro.json", {"Transform": "Mine", "Resources": {"A": {"Type": "X"}}})
    (invocation,) = sarif(capsys, two, "broken.yaml", "macro.json", "missing.json")["invocations"]
    assert invocation["executionSuccessful"] is False
    found = [
        (
            each["level"],
            each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            each["locations"][0]["physicalLocation"].get("region", {}).get("startLine"),
        )
        for each in invocation["toolExecutionNotifications"]
    ]
    assert found == [
        ("error", "broken.yaml", 2),
        ("error", "missing.json", None),
        ("note", "macro.json", 2),
    ]


SARIF: dict[str, tuple[str, str, str]] = {
    # The properties in the schema of SARIF 2.1.0: those that are required, others that are used
    # here, and where objects of which kind are. The schema itself isn't copied: the license file
    # beside it refers to the policies of OASIS, and doesn't say that others may copy it.
    "log": ("runs version", "$schema", "runs:run"),
    "run": (
        "tool",
        "columnKind invocations originalUriBaseIds results",
        "tool:tool invocations:invocation results:result",
    ),
    "tool": ("driver", "", "driver:component"),
    "component": ("name", "informationUri rules semanticVersion version", "rules:rule"),
    "rule": (
        "id",
        "defaultConfiguration fullDescription help helpUri name properties shortDescription",
        "fullDescription:message help:message shortDescription:message",
    ),
    "message": ("text", "markdown", ""),
    "invocation": (
        "executionSuccessful",
        "toolExecutionNotifications",
        "toolExecutionNotifications:notification",
    ),
    "notification": ("message", "level locations", "message:message locations:location"),
    "result": (
        "message",
        "level locations partialFingerprints ruleId ruleIndex suppressions",
        "message:message locations:location suppressions:suppression",
    ),
    "suppression": ("kind", "justification", ""),
    "location": (
        "",
        "logicalLocations physicalLocation",
        "physicalLocation:physical logicalLocations:logical",
    ),
    "logical": ("", "fullyQualifiedName kind", ""),
    "physical": ("", "artifactLocation region", "artifactLocation:artifact region:region"),
    "artifact": ("", "uri uriBaseId", ""),
    "region": ("", "startColumn startLine", ""),
}


def conform(value: Any, kind: str) -> None:
    """Check that an object of a SARIF log has what the schema requires, and nothing else."""
    required, used, inner = SARIF[kind]
    assert set(required.split()) <= set(value) <= set(required.split()) | set(used.split())
    for pair in inner.split():
        key, _, inner_kind = pair.partition(":")
        within = value.get(key, [])
        for each in within if isinstance(within, list) else [within]:  # pyright: ignore[reportUnknownVariableType]
            conform(each, inner_kind)
    for number in (value.get("startLine", 1), value.get("startColumn", 1)):
        assert number >= 1


def test_sarif_follows_its_schema(two: str, here: Path, capsys: Capture) -> None:
    write(here / "macro.json", {"Transform": "Mine", "Resources": {"A": {"Type": "X"}}})
    check(capsys, two, "--write-baseline", "known.json", "--select", "principal-malformed")
    arguments = (two, "missing.json", "macro.json", "--baseline", "known.json")
    log = json.loads(check(capsys, *arguments, "--format", "sarif").out)
    conform(log, "log")
    levels = {result["level"] for result in log["runs"][0]["results"]}
    assert levels == {"error", "warning"}


def test_sarif_names_files_elsewhere_by_their_whole_path(
    two: str, here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "below").mkdir()
    monkeypatch.chdir(here / "below")
    error, _ = sarif(capsys, f"../{two}")["results"]
    uri = error["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.startswith("file:///")
    assert unquote(uri).endswith(f"/{NAME}")


def test_writes_junit(two: str, line: int, here: Path, capsys: Capture) -> None:
    write(here / "good.json", changed("Permissions"))
    root = ET.fromstring(  # noqa: S314 - written just now
        check(capsys, two, "good.json", "missing.json", "--format", "junit").out
    )
    assert root.attrib == {
        "name": "privatelink check",
        "tests": "4",
        "failures": "1",
        "errors": "1",
    }
    good, bad, missing = root
    assert [case.attrib for case in good] == [{"name": "good.json", "classname": "good.json"}]
    error, warning = bad
    assert error.attrib == {
        "name": "principal-malformed Permissions.Properties.AllowedPrincipals.0",
        "classname": NAME,
        "line": str(line),
    }
    assert [(each.tag, each.get("type")) for each in error] == [("failure", "principal-malformed")]
    assert (error[0].text or "").startswith(f"{NAME}:{line}:11\nerror: ")
    assert [each.tag for each in warning] == ["system-out"]
    assert [each.tag for each in missing[0]] == ["error"]


def test_junit_fails_for_what_the_command_fails_for(two: str, capsys: Capture) -> None:
    run = check(capsys, two, "--format", "junit", "--fail-on", "warning")
    assert 'tests="2" failures="2" errors="0"' in run.out


def test_writes_github_commands(two: str, line: int, here: Path, capsys: Capture) -> None:
    write(here / "macro.json", {"Transform": "Mine", "Resources": {"A": {"Type": "X"}}})
    run = check(capsys, two, "missing.json", "macro.json", "--format", "github")
    error, warning, missing, note, summary = run.out.splitlines()
    assert error.startswith(
        f"::error file=t dir/my [x]#1%25%2Cé.json,line={line},col=11,title=principal-malformed::"
        "Permissions.Properties.AllowedPrincipals.0: 'nobody'"
    )
    assert warning.startswith("::warning file=t dir/")
    assert missing == "::error file=missing.json,title=privatelink::No such file or directory."
    assert note.startswith("::notice file=macro.json,line=2,col=3,title=privatelink::The template")
    assert summary.startswith("Checked 2 templates ")


def test_writes_gitlab_reports(two: str, line: int, capsys: Capture) -> None:
    entries = json.loads(check(capsys, f"./{two}", "x.json", "--format", "gitlab").out)
    assert [(each["check_name"], each["severity"]) for each in entries] == [
        ("principal-malformed", "major"),
        ("principal-open-to-world", "minor"),
        ("privatelink-file-not-valid", "blocker"),
    ]
    assert entries[0]["location"] == {"path": NAME, "lines": {"begin": line}}
    assert len({each["fingerprint"] for each in entries}) == 3
    assert all(each["description"] for each in entries)


def test_notes_stay_out_of_what_programs_read(here: Path, capsys: Capture) -> None:
    write(here / "macro.json", {"Transform": "Mine", "Resources": {"A": {"Type": "X"}}})
    run = check(capsys, "macro.json", "--format", "json")
    assert (run.status, run.out) == (PASSED, "[]\n")
    assert run.err.startswith(
        "macro.json:2:3: note: The template isn't checked, because the macro 'Mine'"
    )
