"""A diagnosis only reads, and survives pages, throttling, and missing permissions."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.live_accounts import REGION, client_of
from tests.support.live_worlds import working
from tests.unit.diagnosis.scenarios import SCENARIOS

from check_imports import PACKAGE
from privatelink_constructs.diagnosis.read_calls import CALLS, WITHOUT_PERMISSION, least_policy
from privatelink_constructs.diagnosis.reader import Reader

if TYPE_CHECKING:
    from tests.support.live_accounts import Account
    from tests.support.live_worlds import World

READS = re.compile(r"(Describe|Get|List|Search)[A-Z]\w+")
ROOM = PACKAGE / "diagnosis"
NEEDING_PERMISSION = [
    (operation, side)
    for operation, call in sorted(CALLS.items())
    for side in call.sides
    if operation not in WITHOUT_PERMISSION
]


def operations(account: Account) -> set[str]:
    return {each.partition(":")[2] for each in account.asked}


def broken(world: World, scenario: int) -> World:
    SCENARIOS[scenario].apply(world)
    return world


@pytest.mark.parametrize("number", range(len(SCENARIOS)), ids=[it.name for it in SCENARIOS])
def test_no_call_that_is_made_writes(number: int) -> None:
    world = broken(working(), number)
    world.diagnosed(**SCENARIOS[number].options)
    for account in (world.provider, world.consumer):
        assert account.asked
        assert all(READS.fullmatch(each) for each in operations(account))


def test_no_call_that_could_be_made_writes() -> None:
    for call in CALLS.values():
        model = client_of(call.service).meta.service_model.operation_model(call.operation)
        assert READS.fullmatch(model.name)
        assert model.name == call.operation


def test_only_the_calls_of_the_table_are_in_the_source() -> None:
    """Every operation of AWS that the room names is asked for by name, and is in the table."""
    known = {
        operation
        for service in {call.service for call in CALLS.values()}
        for operation in client_of(service).meta.service_model.operation_names
    }
    texts = {
        node.value
        for path in ROOM.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert texts & known == set(CALLS)
    attributes = {
        node.attr
        for path in ROOM.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    methods = {
        method
        for service in {call.service for call in CALLS.values()}
        for method in client_of(service).meta.method_to_api_mapping
    }
    assert not attributes & methods


def test_fails_when_a_call_is_not_in_the_table() -> None:
    reader = Reader(working().provider, "provider", REGION)
    with pytest.raises(KeyError, match="DeleteVpcEndpoints"):
        reader.ask("DeleteVpcEndpoints", VpcEndpointIds=[])


def test_every_call_of_the_table_is_made() -> None:
    made: set[str] = set()
    for number, scenario in enumerate(SCENARIOS):
        world = broken(working(), number)
        world.diagnosed(**scenario.options)
        made |= operations(world.provider) | operations(world.consumer)
    assert made == set(CALLS)


@pytest.mark.parametrize("side", ["provider", "consumer"])
def test_the_policy_of_a_side_is_what_it_asks(side: str) -> None:
    asked: set[str] = set()
    for number, scenario in enumerate(SCENARIOS):
        world = broken(working(), number)
        world.diagnosed(sides=side, **scenario.options)
        asked |= operations(getattr(world, side))
    actions = {CALLS[each].action for each in asked - WITHOUT_PERMISSION}
    policy: Any = least_policy(side)
    [statement] = policy["Statement"]
    assert statement["Action"] == sorted(actions)
    assert statement["Effect"] == "Allow"


@pytest.mark.parametrize("page", [1, 2])
def test_pages_are_read_to_the_end(page: int) -> None:
    whole, paged = working(), working()
    for world in (whole, paged):
        for number in range(3):
            more = {
                "Principal": f"arn:aws:iam::{number}33333333333:root",
                "PrincipalType": "Account",
            }
            world.provider.items["DescribeVpcEndpointServicePermissions"].insert(0, more)
        zone = {"HostedZoneId": "Z0OWN", "Name": "example.org.", "Owner": {"OwningAccount": "1"}}
        world.consumer.items["ListHostedZonesByVPC"].insert(0, zone)
    paged.provider.page = paged.consumer.page = page

    assert resources(paged) == resources(whole)
    assert paged.diagnosed().healthy


def resources(world: World) -> list[object]:
    return [template["Resources"] for template in world.diagnosed().templates.values()]


def test_a_target_group_has_the_name_that_the_console_shows() -> None:
    templates: dict[str, Any] = dict(working().diagnosed().templates)
    groups: list[str] = [
        name
        for template in templates.values()
        for name, it in template["Resources"].items()
        if it["Type"] == "AWS::ElasticLoadBalancingV2::TargetGroup"
    ]
    assert groups
    assert all(it.startswith("web-") for it in groups)


def test_throttling_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    world = working()
    world.provider.throttle("DescribeListeners", 3)
    reader = Reader(world.provider, "provider", REGION, pause=pauses.append)
    found = reader.ask("DescribeListeners", LoadBalancerArn="arn")
    assert found.items == []
    assert pauses == [0.5, 1.0, 2.0]


def test_throttling_without_an_end_is_named() -> None:
    world = working()
    world.provider.throttle("DescribeListeners", 99)
    reader = Reader(world.provider, "provider", REGION, pause=lambda _: None)
    assert reader.ask("DescribeListeners", LoadBalancerArn="arn").items is None
    [refused] = reader.refused.values()
    assert (refused.reason, refused.permission) == ("ThrottlingException no", False)


def test_a_network_that_fails_is_named() -> None:
    class Broken:
        def client(self, *_: object, **__: object) -> None:
            raise OSError("no route to host")

    reader = Reader(Broken(), "provider", REGION)
    assert reader.ask("DescribeVpcs").items is None
    assert reader.refused["ec2:DescribeVpcs"].reason == "OSError: no route to host"


@pytest.mark.parametrize(("operation", "side"), NEEDING_PERMISSION)
def test_a_missing_permission_is_named_and_makes_up_nothing(operation: str, side: str) -> None:
    world = working()
    for number in NEEDED.get(operation, ()):
        SCENARIOS[number].apply(world)
    getattr(world, side).refused[operation] = "AccessDenied"
    found = world.diagnosed()
    assert [cause.finding.rule for cause in found.causes] == []
    [unseen] = found.unseen
    assert (unseen.side, unseen.permission) == (side, CALLS[operation].action)
    assert unseen.what == CALLS[operation].tells
    assert "AccessDenied" in unseen.reason


def _numbers(*names: str) -> tuple[int, ...]:
    return tuple(number for number, it in enumerate(SCENARIOS) if it.name in names)


# What is only asked if something else is there.
NEEDED = {
    "ListResolverRules": _numbers("forwarding rule covers the name"),
    "ListProfileResourceAssociations": _numbers("Profile takes the name"),
    "GetHostedZone": _numbers("Profile takes the name"),
    "ListResourceRecordSets": _numbers("record of an endpoint that is gone"),
}


def test_nothing_can_be_seen_without_any_permission() -> None:
    world = working()
    for account in (world.provider, world.consumer):
        account.refused = dict.fromkeys(CALLS, "UnauthorizedOperation")
    found = world.diagnosed()
    assert found.healthy
    assert {it.permission.partition(":")[0] for it in found.unseen} >= {"ec2", "sts"}


def test_what_is_secret_stays_in_the_account() -> None:
    world = working()
    other = {
        "Name": "db.example.com.",
        "Type": "CNAME",
        "ResourceRecords": [{"Value": "secret.host"}],
    }
    zone = {"HostedZoneId": "Z0OWN", "Name": "example.com.", "Owner": {"OwningAccount": "1"}}
    world.consumer.items["ListHostedZonesByVPC"].append(zone)
    world.consumer.items["ListResourceRecordSets"]["Z0OWN"] = [other]
    written = json.dumps([*world.diagnosed().templates.values()])
    assert "Z0OWN" in written
    for secret in ("secret", "password", "policy", "hidden"):
        assert secret not in written
