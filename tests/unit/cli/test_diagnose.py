from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ProfileNotFound
from tests.support.live_accounts import CONSUMER, ENDPOINT, REGION, SERVICE
from tests.support.live_worlds import working

from privatelink_constructs.cli.diagnose import DIAGNOSIS_FORMATS
from privatelink_constructs.cli.diagnosis_formats import RENDERERS
from privatelink_constructs.cli.main import main
from privatelink_constructs.diagnosis.read_calls import least_policy
from privatelink_constructs.inventory.states import place_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.live_worlds import World

PROFILES = ("--provider-profile", "provider", "--consumer-profile", "consumer")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Two accounts, whose profiles are called as their sides; the default one is the provider's."""
    found = working()

    def session(profile_name: str | None = None) -> Any:
        accounts = {"provider": found.provider, "consumer": found.consumer, None: found.provider}
        if profile_name not in accounts:
            raise ProfileNotFound(profile=str(profile_name))
        return accounts[profile_name]

    monkeypatch.setattr(boto3, "Session", session)
    return found


def diagnose(*arguments: str) -> int:
    return main(["diagnose", "--service", SERVICE, *arguments])


def pending(world: World) -> None:
    world.provider.change("DescribeVpcEndpointConnections", 0, VpcEndpointState="pendingAcceptance")


def test_says_that_nothing_was_found(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert diagnose(*PROFILES, "--port", "443") == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{SERVICE}: nothing was found on either side that stops a connection\n")
    assert "\nNames:\n  payments.example.com in vpc-0bbb: private DNS of " in said
    assert "Looked at:\n  provider: sts:GetCallerIdentity (1)" in said


def test_says_that_one_side_was_not_seen(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert diagnose("--consumer-account", CONSUMER) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{SERVICE}: nothing was found in what could be seen")
    assert "(there are no credentials of the consumer)" in said


def test_the_default_credentials_may_be_those_of_the_consumer(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.provider = world.consumer
    assert diagnose("--side", "consumer", "--region", REGION) == 0
    assert "there are no credentials of the provider" in capsys.readouterr().out


def test_names_a_cause_and_what_to_change(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    pending(world)
    assert diagnose(*PROFILES) == 1
    assert capsys.readouterr().out.startswith(
        f"{SERVICE}: 1 cause found\n\n"
        f"1. error: The connection of {ENDPOINT} is in state pendingAcceptance. "
        "[connection-pending]\n"
        f"   step:   acceptance, {SERVICE} (provider)\n"
        "   seen:   DescribeVpcEndpointConnections: Connections.0.VpcEndpointState = "
        "pendingAcceptance\n"
        "   why:    The endpoint's name resolves already, and nothing answers.\n"
        "   change: Have the provider accept the connection with accept-vpc-endpoint-connections; "
        "if it was accepted a moment ago, wait until it is available.\n"
        f"   run:    aws ec2 accept-vpc-endpoint-connections --region {REGION} --service-id "
        f"{SERVICE} --vpc-endpoint-ids {ENDPOINT}\n"
        "   read:   https://docs.aws.amazon.com/"
    )


def test_a_cause_without_a_command_shows_none(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.provider.change("DescribeLoadBalancers", 0, State={"Code": "failed"})
    assert diagnose(*PROFILES) == 1
    assert "   run: " not in capsys.readouterr().out


def test_names_the_permission_that_is_missing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.provider.refused["DescribeTargetHealth"] = "AccessDenied"
    assert diagnose(*PROFILES) == 0
    assert (
        "provider: couldn't see whether targets are healthy "
        "(elasticloadbalancing:DescribeTargetHealth: AccessDenied no, "
        "needs permission elasticloadbalancing:DescribeTargetHealth)"
    ) in capsys.readouterr().out


def test_json_has_everything(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    pending(world)
    world.consumer.refused["DescribeNetworkAcls"] = "UnauthorizedOperation"
    assert diagnose(*PROFILES, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["service"] == SERVICE
    assert found["healthy"] is False
    assert found["causes"][0]["rule"] == "connection-pending"
    assert found["causes"][0]["side"] == "provider"
    assert found["unseen"][0]["permission"] == "ec2:DescribeNetworkAcls"
    assert found["names"][0]["answered_by"] == f"private DNS of {ENDPOINT}"


def test_sarif_has_the_causes_and_what_was_not_seen(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    pending(world)
    assert diagnose("--provider-profile", "provider", "--format", "sarif") == 1
    [run] = json.loads(capsys.readouterr().out)["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["connection-pending"]
    [note] = run["invocations"][0]["toolExecutionNotifications"]
    assert "no credentials of the consumer" in note["message"]["text"]


def test_each_format_has_a_renderer() -> None:
    assert sorted(RENDERERS) == sorted(DIAGNOSIS_FORMATS)


def test_what_was_saved_says_the_same_without_credentials(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pending(world)
    assert diagnose(*PROFILES, "--save", str(tmp_path / "evidence")) == 1
    live = capsys.readouterr()
    assert [*map(str, sorted((tmp_path / "evidence").iterdir()))] == [
        line.removeprefix("Wrote ") for line in sorted(live.err.splitlines())
    ]
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert main(["diagnose", "--from", str(tmp_path / "evidence")]) == 1
    assert capsys.readouterr().out == live.out


def test_what_was_saved_is_checked_like_templates(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pending(world)
    diagnose(*PROFILES, "--save", str(tmp_path))
    capsys.readouterr()
    assert main(["check", str(tmp_path), "--select", "connection-*"]) == 1
    assert f"The connection of {ENDPOINT} is in state" in capsys.readouterr().out


def test_what_was_saved_is_drawn_where_it_is(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pending(world)
    diagnose(*PROFILES, "--save", str(tmp_path))
    capsys.readouterr()
    assert main(["draw", str(tmp_path)]) == 0
    drawn = capsys.readouterr().out
    assert f"Account {CONSUMER}, {REGION}" in drawn
    assert "error: connection-pending" in drawn


def test_the_cost_of_what_was_saved_is_that_of_its_accounts(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    diagnose(*PROFILES, "--save", str(tmp_path))
    capsys.readouterr()
    assert main(["cost", str(tmp_path), "--format", "json"]) == 0
    items = json.loads(capsys.readouterr().out)["items"]
    found = {(it["account"], it["usage_type"]) for it in items}
    assert (CONSUMER, "VpcEndpoint-Hours") in found


@pytest.mark.parametrize("note", [None, "odd", {"Region": 1, "Account": None}])
def test_other_templates_are_in_no_account(note: object) -> None:
    template = {"Metadata": {"privatelink-constructs:state": note}}
    assert place_of(template) == (None, None)


@pytest.mark.parametrize("side", ["provider", "consumer"])
def test_prints_the_policy_of_a_side(side: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "--policy", side]) == 0
    assert json.loads(capsys.readouterr().out) == least_policy(side)


def test_prints_the_policies_of_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "--policy"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {side: least_policy(side) for side in ("provider", "consumer")}


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["diagnose", *arguments]) == 2
    return capsys.readouterr().err


def test_fails_when_no_service_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert complaint(capsys).startswith("error: Specify the service with --service vpce-svc-...")


def test_fails_when_the_service_is_not_valid(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    said = complaint(capsys, "--service", "payments")
    assert said.startswith("error: 'payments' is not a valid endpoint service ID")


def test_fails_when_there_is_no_such_profile(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    said = complaint(capsys, "--service", SERVICE, "--consumer-profile", "nobody")
    assert "The config profile (nobody) could not be found" in said


def test_fails_when_boto3_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert "privatelink-constructs[diagnose]" in complaint(capsys, "--service", SERVICE)


def test_fails_when_nothing_was_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert "The folder has no provider.json" in complaint(capsys, "--from", str(tmp_path))
    assert "no: No such folder." in complaint(capsys, "--from", str(tmp_path / "no"))


def test_fails_when_what_was_saved_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "provider.json").write_text("{", encoding="utf-8")
    assert "provider.json: It can't be read." in complaint(capsys, "--from", str(tmp_path))


def test_fails_when_nothing_can_be_saved(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = complaint(capsys, "--service", SERVICE, "--save", str(tmp_path / "file"))
    assert "file: It can't be written. File exists." in said
