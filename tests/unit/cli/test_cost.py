"""``privatelink cost``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.cli.running import Run, write
from tests.unit.cost.templates import endpoint

from privatelink_constructs.cli.main import main
from privatelink_constructs.facts.prices import USAGE_TYPES

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = {"Resources": {"Payments": endpoint(3)}}


def cost(capsys: pytest.CaptureFixture[str], *arguments: object) -> Run:
    status = main(["cost", *map(str, arguments)])
    captured = capsys.readouterr()
    return Run(status, captured.out, captured.err)


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    write(tmp_path / "stack.json", TEMPLATE)
    return "stack.json"


def test_prints_an_estimate(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = cost(capsys, template, "--region", "us-east-1", "--account", "111111111111")
    assert (run.status, run.err) == (0, "")
    assert "stack (111111111111, us-east-1)\n" in run.out
    assert "total    21.90 USD per month\n" in run.out


@pytest.mark.parametrize(
    ("traffic", "total"),
    [
        (["100"], 22.9),
        (["Payments=200"], 23.9),
        (["100", "Payments=200"], 23.9),
    ],
)
def test_takes_traffic(
    template: str, traffic: list[str], total: float, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [part for each in traffic for part in ("--traffic-gb", each)]
    run = cost(capsys, template, *arguments, "--format", "json")
    assert json.loads(run.out)["monthly_usd"] == total


def test_takes_prices_of_a_file(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    prices = {"eu-west-1": {"VpcEndpoint-Hours": 0.1}}
    with open("prices.json", "w", encoding="utf-8") as file:  # noqa: PTH123 - the current folder
        json.dump({"name": "ours", "date": "2026-11-01", "prices": prices}, file)
    run = cost(capsys, template, "--region", "eu-west-1", "--prices", "prices.json")
    assert "Prices: ours, eu-west-1, 2026-11-01.\n" in run.out
    assert "total    219.00 USD per month\n" in run.out


def test_reads_an_assembly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "cdk.out" / "A.template.json", TEMPLATE)
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://222222222222/us-east-1",
        "properties": {"templateFile": "A.template.json", "stackName": "Consumer"},
    }
    write(tmp_path / "cdk.out" / "manifest.json", {"artifacts": {"A": artifact}})
    run = cost(capsys, tmp_path / "cdk.out")
    assert "Consumer (222222222222, us-east-1)\n" in run.out


def test_says_what_waits_for_a_look_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "cdk.out" / "manifest.json", {"artifacts": {}, "missing": [{"key": "vpc"}]})
    run = cost(capsys, tmp_path / "cdk.out")
    assert run.status == 0
    assert "it isn't part of the estimate: something in it is still to be looked up" in run.err


@pytest.mark.parametrize(("limit", "status"), [("21.90", 0), ("21.89", 1)])
def test_ends_with_1_above_the_limit(
    template: str, limit: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    run = cost(capsys, template, "--limit", limit)
    assert run.status == status
    assert ("[cost-limit-exceeded]" in run.err) == bool(status)
    assert "total    21.90 USD per month" in run.out


def test_writes_a_file(template: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = cost(capsys, template, "--format", "markdown", "--output", "cost.md")
    assert run.out == "Wrote the estimate of 1 template into cost.md\n"
    assert (tmp_path / "cost.md").read_text("utf-8").startswith("**21.90 USD per month**")


def test_shows_no_control_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named: dict[str, Any] = {
        **endpoint(1),
        "Metadata": {"aws:cdk:path": "\x1b[31mred"},
    }
    path = write(tmp_path / "a.json", {"Resources": {"A": named}})
    run = cost(capsys, path)
    assert "\x1b" not in run.out
    assert r"\x1b[31mred" in run.out


def test_lists_usage_types(capsys: pytest.CaptureFixture[str]) -> None:
    run = cost(capsys, "--list-usage-types")
    assert [line.split()[0] for line in run.out.splitlines()] == list(USAGE_TYPES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--limit", "0"], "--limit: 0.0 USD per month is not a valid limit"),
        (["--prices", "nowhere.json"], "The file nowhere.json can't be read: No such file"),
        (["--prices", "stack.json"], "stack.json has no 'date'"),
        (["--traffic-gb", "much"], "--traffic-gb 'much' isn't a number, or of the form"),
        (["--traffic-gb", "nan"], "Nan is not a valid number of gigabytes"),
        (["--traffic-gb", "Other=1"], "There is no endpoint 'Other'"),
        (["--region", "ireland"], "--region 'ireland' isn't a valid Region."),
        (["nowhere.yaml"], "nowhere.yaml: No such file or directory"),
    ],
)
@pytest.mark.usefixtures("template")
def test_fails_when_it_is_used_wrongly(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = cost(capsys, "stack.json", *arguments)
    assert run.status == 2
    assert run.err.startswith(f"error: {message}")


def test_fails_without_an_estimate_when_no_file_can_be_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = cost(capsys, "nowhere.yaml")
    assert (run.status, run.out) == (2, "")
    assert run.err == "error: nowhere.yaml: No such file or directory.\n"
