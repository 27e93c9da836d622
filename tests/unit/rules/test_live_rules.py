"""Rules of accounts that run: what they take, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from privatelink_constructs.rules import live_connections as connections
from privatelink_constructs.rules import live_names as names
from privatelink_constructs.rules import live_networks as networks
from privatelink_constructs.rules import live_services as services
from privatelink_constructs.rules import live_targets as targets
from privatelink_constructs.rules import live_traffic as traffic
from privatelink_constructs.rules.live_targets import TargetHealth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.rules.core import Problem

HEALTHY = TargetHealth("10.0.0.10:443", "healthy", "", "a")
SICK = TargetHealth("10.0.0.11:443", "unhealthy", "Target.Timeout", "b")
UNUSED = TargetHealth("10.0.7.12:443", "unused", "Target.NotInUse", "c")
NOBODY_KNOWS = [
    services.service_there("vpce-svc-1", None),
    services.service_available(None),
    services.service_region_available("eu-west-1", None),
    services.consumer_permitted(None, ["arn"]),
    services.consumer_permitted("222222222222", None),
    services.service_visible("name", None),
    services.zones_of_balancer_offered(["euw1-az1"], [], load_balancer="nlb"),
    services.load_balancer_there("arn", there=None),
    connections.connection_there("anybody", None),
    connections.connection_accepted("vpce-1", None),
    connections.connection_not_rejected("vpce-1", None),
    connections.connection_available("vpce-1", None),
    connections.endpoint_there("vpce-1", None),
    connections.endpoint_of_service("vpce-1", None, "vpce-svc-1"),
    names.private_name_verified("pay.example.com", None),
    names.private_name_verified(None, "failed"),
    names.record_to_endpoint("pay", ["vpce-1-a"], zone="Z1", endpoints=[]),
    names.record_to_endpoint("pay", [], zone="Z1", endpoints=["vpce-1"]),
    networks.clients_allowed("tcp port 443", "10.0.0.0/16", allowed=None),
    networks.targets_allowed(443, "i-1", allowed=None),
    networks.balancer_allowed(443, "nlb", allowed=None),
    networks.acl_open("subnet-1", "inbound", 443, allowed=None),
    targets.load_balancer_active(None),
    targets.port_listened(None, [443]),
    targets.port_listened(443, []),
    targets.group_filled(None),
    targets.group_healthy(None),
    targets.targets_healthy(None),
    targets.targets_used(None),
    targets.zones_served(["a", "b"], None, cross_zone=False),
    targets.zones_served(["a", "b"], [HEALTHY], cross_zone=None),
    traffic.ports_allocated(None),
    traffic.flows_allowed(None),
    traffic.flows_taken(None),
    traffic.packets_passed(None),
    traffic.connections_alive(None),
]


@pytest.mark.parametrize("number", range(len(NOBODY_KNOWS)))
def test_nothing_is_said_of_what_could_not_be_seen(number: int) -> None:
    assert list(NOBODY_KNOWS[number]) == []


def said(problems: Iterator[Problem]) -> str:
    [problem] = problems
    return problem.what


@pytest.mark.parametrize("state", ["available", "Available", "AVAILABLE"])
def test_states_are_compared_whatever_their_case(state: str) -> None:
    assert not [*services.service_available(state), *connections.connection_available("v", state)]


def test_fails_when_an_account_is_only_a_part_of_another() -> None:
    found = services.consumer_permitted("222222222222", ["arn:aws:iam::1222222222222:root"])
    assert "account 222222222222 isn't permitted" in said(found)


@pytest.mark.parametrize(
    "principal",
    ["*", "222222222222", "arn:aws:iam::222222222222:root", "arn:aws:iam::222222222222:role/app"],
)
def test_principals_that_stand_for_an_account(principal: str) -> None:
    assert not [*services.consumer_permitted("222222222222", [principal])]


@pytest.mark.parametrize("state", ["pending", "pendingAcceptance", "rejected"])
def test_a_connection_in_one_state_breaks_one_rule(state: str) -> None:
    problems = [
        *connections.connection_accepted("vpce-1", state),
        *connections.connection_not_rejected("vpce-1", state),
        *connections.connection_available("vpce-1", state),
    ]
    assert len(problems) == 1


def test_fails_when_a_connection_ended_for_a_reason() -> None:
    found = connections.connection_available("vpce-1", "failed", reason="no addresses")
    assert said(found) == "the connection of vpce-1 is in state failed: no addresses"


def test_fails_when_all_connections_are_deleted() -> None:
    assert said(connections.connection_there("account 1", ["deleted"]))
    assert not [*connections.connection_there("account 1", ["deleted", "available"])]


def test_fails_when_no_target_is_healthy() -> None:
    assert said(targets.group_healthy([SICK])) == "10.0.0.11:443 is unhealthy (Target.Timeout)"
    assert not [*targets.group_healthy([SICK, HEALTHY])]


def test_warns_when_a_target_is_ill_beside_healthy_ones() -> None:
    assert "10.0.0.11" in said(targets.targets_healthy([SICK, HEALTHY, UNUSED]))
    assert not [*targets.targets_healthy([HEALTHY, UNUSED])]


def test_warns_when_a_target_is_unused() -> None:
    assert "10.0.7.12" in said(targets.targets_used([HEALTHY, UNUSED]))
    assert not [*targets.targets_used([UNUSED])]


def test_many_targets_are_counted() -> None:
    assert said(targets.group_healthy([SICK] * 5)).endswith(", and 2 more")


@pytest.mark.parametrize("zone", ["", "all"])
def test_a_target_of_every_zone_serves_all(zone: str) -> None:
    target = HEALTHY._replace(zone=zone)
    assert not [*targets.zones_served(["a", "b"], [target], cross_zone=False)]


def test_fails_when_a_zone_has_no_healthy_target() -> None:
    assert "no target in b" in said(targets.zones_served(["a", "b"], [HEALTHY], cross_zone=False))
    assert not [*targets.zones_served(["a", "b"], [HEALTHY], cross_zone=True)]


def test_fails_when_a_record_points_elsewhere() -> None:
    found = names.record_to_endpoint("pay", ["vpce-2-a.x"], zone="Z1", endpoints=["vpce-1"])
    assert said(found) == "pay in Z1 points to vpce-2-a.x, not to vpce-1"
