"""A live account that a diagnosis wrote down, checked like templates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.live_worlds import working
from tests.unit.cli.running import check
from tests.unit.diagnosis.scenarios import SCENARIOS

from privatelink_constructs import check_templates

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.live_worlds import World
    from tests.unit.diagnosis.scenarios import Scenario

SIDES = ("both", "provider", "consumer")
TRUE = {
    "another port on one": {"endpoint-ports-insufficient"},
    "forwarding rule covers the name": {"forwarded-name-shadowed"},
    # The same cause, as the endpoint has it.
    "rule for other clients": {"endpoint-clients-closed"},
}
"""What is true in addition to the causes."""


def findings(world: World, sides: str, **options: Any) -> set[str]:
    templates = world.diagnosed(sides=sides, **options).templates
    return {it.rule for it in check_templates(templates)}


@pytest.mark.parametrize("sides", SIDES)
def test_nothing_is_found_where_everything_works(sides: str) -> None:
    assert findings(working(), sides) == set()


@pytest.mark.parametrize("sides", SIDES)
def test_the_command_finds_nothing_in_a_saved_account(
    tmp_path: Path, sides: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, template in working().diagnosed(sides=sides).templates.items():
        (tmp_path / name).write_text(json.dumps(template, default=str), encoding="utf-8")
    found = check(capsys, tmp_path)
    assert found.status == 0, found.out
    assert found.out.endswith(": 0 errors, 0 warnings\n")


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[it.name for it in SCENARIOS])
def test_only_what_is_true_is_found(scenario: Scenario, sides: str) -> None:
    world = working()
    scenario.apply(world)
    found = findings(world, sides, **scenario.options)
    assert found <= {*scenario.rules, *TRUE.get(scenario.name, ())}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[it.name for it in SCENARIOS])
def test_the_causes_are_found(scenario: Scenario) -> None:
    world = working()
    scenario.apply(world)
    assert {*scenario.rules} <= findings(world, "both", **scenario.options)


def _tls(world: World) -> None:
    for listeners in world.provider.items["DescribeListeners"].values():
        for listener in listeners:
            certificates = [{"CertificateArn": "arn:aws:acm:eu-west-1:111111111111:certificate/1"}]
            policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
            listener.update(Protocol="TLS", SslPolicy=policy, Certificates=certificates)


def _by_clients_address(world: World) -> None:
    for arn in world.provider.items["DescribeTargetGroupAttributes"]:
        world.provider.items["DescribeTargetGroupAttributes"][arn] += [
            {"Key": "preserve_client_ip.enabled", "Value": "true"}
        ]


def _over_http(world: World) -> None:
    for groups in world.provider.items["DescribeTargetGroups"].values():
        for group in groups:
            group.update(HealthCheckProtocol="HTTP", HealthCheckPath="/health")


def _automatic(world: World) -> None:
    world.provider.change("DescribeVpcEndpointServiceConfigurations", 0, AcceptanceRequired=False)


@pytest.mark.parametrize(
    "changed", [_tls, _by_clients_address, _over_http, _automatic], ids=[*"1234"]
)
@pytest.mark.parametrize("sides", SIDES)
def test_other_healthy_accounts_have_no_finding(changed: Any, sides: str) -> None:
    world = working()
    changed(world)
    assert findings(world, sides) == set()


def test_what_is_written_down_is_checked() -> None:
    [template] = working().diagnosed(sides="provider").templates.values()
    changed = json.dumps(template, default=str).replace("10.1.0.0/16", "10.1.0.1/16")
    found = check_templates({"provider.json": json.loads(changed)})
    assert [it.rule for it in found] == ["cidr-prefix-length-mismatch"]


def test_templates_beside_a_live_account_are_checked_as_ever() -> None:
    templates = dict(working().diagnosed(sides="provider").templates)
    service = {"Type": "AWS::EC2::VPCEndpointService", "Properties": {"AcceptanceRequired": True}}
    templates["planned.json"] = {"Resources": {"Planned": service}}
    found = {(it.template, it.rule) for it in check_templates(templates)}
    assert found == {
        ("planned.json", "load-balancer-missing"),
        ("planned.json", "permissions-missing"),
    }


def test_a_template_without_states_is_checked_for_what_is_missing() -> None:
    [template] = working().diagnosed(sides="provider").templates.values()
    resources: Any = template["Resources"]
    plain = {
        name: {key: value for key, value in it.items() if key != "Metadata"}
        for name, it in resources.items()
    }
    rules = {it.rule for it in check_templates({"provider.json": {"Resources": plain}})}
    assert {"target-missing", "verification-record-missing"} <= rules
