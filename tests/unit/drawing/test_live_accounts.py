"""What a diagnosis saved is drawn: connections, targets, and whose the service is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.support.live_accounts import CONSUMER, ENDPOINT, PROVIDER, SERVICE
from tests.support.live_worlds import connection, working
from tests.unit.drawing.scenes import Drawn, drawn, provider, with_targets

from privatelink_constructs.cli.main import main
from privatelink_constructs.diagnosis.saving import save
from privatelink_constructs.drawing.composing import picture_of
from privatelink_constructs.drawing.picture import Kind
from privatelink_constructs.inventory.inventory import Inventory
from privatelink_constructs.inventory.states import STATE_KEY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.live_worlds import World

OTHER = "vpce-0fedcba9876543210"


def drawing_of(
    world: World, folder: Path, capsys: pytest.CaptureFixture[str], *, sides: str = "both"
) -> Drawn:
    """Save what a diagnosis reads, and draw the folder."""
    save(world.diagnosed(sides=sides), str(folder))
    assert main(["draw", str(folder)]) == 0
    return Drawn(capsys.readouterr().out)


@pytest.mark.parametrize("sides", ["both", "provider", "consumer"])
def test_colors_nothing_of_what_works(
    sides: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = drawing_of(working(), tmp_path, capsys, sides=sides)
    for color in ("waiting", "warning", "error"):
        assert found.colored(color) == set()
    endpoint, service = f"Interface endpoint {ENDPOINT}", f"Endpoint service {SERVICE}"
    assert (endpoint, service, "") in found.edges
    assert not any(label.startswith("Consumers") for label in found.labels.values())


def test_the_service_is_in_the_account_of_its_owner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = drawing_of(working(), tmp_path, capsys, sides="consumer")
    assert {it for it in found.boxes if "ccount" in it} == {
        f"Account {PROVIDER}, eu-west-1",
        f"Account {CONSUMER}, eu-west-1",
    }


def test_a_service_that_is_not_found_is_in_no_known_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = working()
    world.consumer.items["DescribeVpcEndpointServices"] = []
    found = drawing_of(world, tmp_path, capsys, sides="consumer")
    assert "AWS account, eu-west-1" in found.boxes


@pytest.mark.parametrize("sides", ["both", "provider"])
@pytest.mark.parametrize(
    ("state", "label"),
    [("pendingAcceptance", "pendingAcceptance"), ("rejected", "rejected"), ("available", "")],
)
def test_draws_the_state_of_a_connection(
    sides: str, state: str, label: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = working()
    world.provider.items["DescribeVpcEndpointConnections"] = [connection(VpcEndpointState=state)]
    found = drawing_of(world, tmp_path, capsys, sides=sides)
    endpoint, service = f"Interface endpoint {ENDPOINT}", f"Endpoint service {SERVICE}"
    assert [it for it in found.edges if it[1] == service] == [(endpoint, service, label)]


def with_connections(*connections: object) -> Any:
    template = provider(AcceptanceRequired=False)
    template["Resources"]["Service"]["Metadata"] = {STATE_KEY: {"Connections": [*connections]}}
    return template


def test_draws_an_endpoint_of_a_region_that_is_not_said() -> None:
    known = {"VpcEndpointId": OTHER, "VpcEndpointOwner": CONSUMER}
    found = drawn(with_connections(known), region="eu-west-1")
    assert f"Account {CONSUMER}, eu-west-1" in found.boxes


@pytest.mark.parametrize("odd", [{}, {"VpcEndpointId": 1}, {"VpcEndpointId": OTHER}, "odd"])
def test_draws_what_is_known_of_a_connection(odd: object) -> None:
    found = drawn(with_connections(odd))
    there = isinstance(odd, dict) and OTHER in odd.values()
    assert (f"Interface endpoint {OTHER}" in map(found.first, found.labels)) is there


def with_health(*targets: object) -> Any:
    template = with_targets()
    group = template["Resources"]["Targets"]
    del group["Properties"]["Targets"]
    group["Metadata"] = {STATE_KEY: {"Targets": [*targets]}}
    return template


def target(number: int, state: str | None) -> dict[str, object]:
    given = {"Id": f"10.0.0.{number}", "Address": f"10.0.0.{number}", "Port": 80, "State": state}
    return {key: value for key, value in given.items() if value is not None}


@pytest.mark.parametrize(
    ("states", "said", "color"),
    [
        (["healthy", "healthy"], ["2 healthy"], None),
        (["healthy", "unhealthy"], ["1 healthy", "1 unhealthy"], "warning"),
        (["unhealthy"], ["1 unhealthy"], "error"),
        (["initial"], ["1 initial"], "waiting"),
        ([None], [], None),
    ],
)
def test_draws_the_health_of_targets(
    states: list[str | None], said: list[str], color: str | None
) -> None:
    found = drawn(with_health(*(target(at, state) for at, state in enumerate(states, 1))))
    (node,) = (it for it in found.labels.values() if "target group" in it)
    assert "10.0.0.1" in node
    assert "registered elsewhere" not in node
    lines = node.split("<br/>")
    at = next(at for at, line in enumerate(lines) if "10.0.0.1" in line)
    assert lines[at + 1 :] == said
    for each in ("waiting", "warning", "error"):
        assert bool(found.colored(each)) is (each == color)


def test_says_that_no_target_is_registered() -> None:
    assert "no target is registered" in drawn(with_health()).text


def test_targets_are_in_the_zone_of_their_address() -> None:
    picture = picture_of(Inventory(working().diagnosed().templates))
    targets = [it for it in picture.every_node() if it.kind is Kind.TARGETS]
    assert [it.zones for it in targets] == [("euw1-az1",), ("euw1-az2",)]
