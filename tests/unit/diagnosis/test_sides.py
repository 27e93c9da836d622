"""What each side sees by itself, and what is said of what it doesn't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.support.live_accounts import (
    CONSUMER,
    ENDPOINT,
    NAME,
    PROVIDER,
    REGION,
    SERVICE,
    SERVICE_NAME,
)
from tests.support.live_worlds import connection, working
from tests.support.refusals import refusal
from tests.unit.diagnosis.scenarios import SCENARIOS

from privatelink_constructs import diagnose

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.live_worlds import World

    from privatelink_constructs import Diagnosis


def rules(found: Diagnosis) -> list[str]:
    return list(dict.fromkeys(cause.finding.rule for cause in found.causes))


def test_the_side_that_was_not_asked_is_named() -> None:
    for asked, other in (("provider", "consumer"), ("consumer", "provider")):
        [unseen] = working().diagnosed(sides=asked).unseen
        assert unseen.side == other
        assert unseen.reason == f"there are no credentials of the {other}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[it.name for it in SCENARIOS])
def test_a_side_says_nothing_that_both_would_not_say(scenario: Any) -> None:
    both = working()
    scenario.apply(both)
    expected = set(rules(both.diagnosed(**scenario.options)))
    for side in ("provider", "consumer"):
        world = working()
        scenario.apply(world)
        alone = set(rules(world.diagnosed(sides=side, **scenario.options)))
        assert alone <= expected | OWN_WORDS.get((scenario.name, side), set()), side


# What a side that sees less says of the same cause in other words.
OWN_WORDS: dict[tuple[str, str], set[str]] = {}


def consumer_sees(change: Callable[[World], None], **options: Any) -> list[str]:
    world = working()
    change(world)
    return rules(world.diagnosed(sides="consumer", **options))


def test_the_consumer_sees_that_it_is_not_permitted() -> None:
    def change(world: World) -> None:
        world.consumer.items["DescribeVpcEndpointServices"] = []

    assert consumer_sees(change) == ["service-closed"]


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        ("pendingAcceptance", "connection-pending"),
        ("rejected", "connection-closed"),
        ("failed", "connection-unhealthy"),
    ],
)
def test_the_consumer_sees_the_state_of_its_endpoint(state: str, rule: str) -> None:
    def change(world: World) -> None:
        world.consumer.change("DescribeVpcEndpoints", 0, State=state, FailureReason="no reason")

    assert consumer_sees(change) == [rule]


def test_the_consumer_sees_that_there_is_no_endpoint() -> None:
    def change(world: World) -> None:
        world.consumer.items["DescribeVpcEndpoints"] = []

    assert consumer_sees(change) == ["connection-missing"]


def test_the_consumer_sees_an_unverified_name() -> None:
    def change(world: World) -> None:
        world.consumer.change(
            "DescribeVpcEndpointServices", 0, PrivateDnsNameVerificationState="failed"
        )

    assert consumer_sees(change) == ["private-dns-name-unverified"]


def test_the_provider_sees_every_consumer_if_none_is_named() -> None:
    world = working()
    other = connection(
        VpcEndpointId="vpce-0fedcba9876543210",
        VpcEndpointOwner="333333333333",
        VpcEndpointState="rejected",
    )
    world.provider.items["DescribeVpcEndpointConnections"].append(other)
    found = diagnose(SERVICE, provider=world.provider)
    assert rules(found) == ["connection-closed"]
    assert rules(world.diagnosed(sides="provider")) == []


def test_two_connections_are_two_causes() -> None:
    world = working()
    world.provider.items["DescribeVpcEndpointConnections"] = [
        connection(VpcEndpointState="rejected"),
        connection(VpcEndpointState="rejected", VpcEndpointId="vpce-0fedcba9876543210"),
    ]
    commands = [cause.command for cause in world.diagnosed(sides="provider").causes]
    assert [command.rpartition(" ")[2] for command in commands] == [
        ENDPOINT,
        "vpce-0fedcba9876543210",
    ]


def test_the_command_that_permits_names_the_account() -> None:
    world = working()
    world.provider.items["DescribeVpcEndpointServicePermissions"] = []
    [cause] = world.diagnosed().causes
    assert cause.command.endswith(f"--add-allowed-principals arn:aws:iam::{CONSUMER}:root")
    assert cause.step == "permission"


def test_the_owner_needs_no_permission() -> None:
    world = working()
    world.provider.items["DescribeVpcEndpointServicePermissions"] = []
    found = diagnose(SERVICE, provider=world.provider, consumer_account=PROVIDER)
    assert "principal-missing" not in rules(found)


def test_the_account_of_the_consumer_is_that_of_its_session() -> None:
    world = working()
    world.provider.items["DescribeVpcEndpointServicePermissions"] = []
    found = diagnose(SERVICE, provider=world.provider, consumer=world.consumer)
    assert rules(found) == ["principal-missing"]


def test_a_service_is_known_by_its_name() -> None:
    found = diagnose(SERVICE_NAME, provider=working().provider)
    assert (found.service_id, found.healthy) == (SERVICE, True)


def test_a_consumer_in_another_region_is_asked_there() -> None:
    world = working()
    world.consumer.change("DescribeVpcEndpoints", 0, ServiceRegion=REGION)
    found = world.diagnosed(consumer_region="eu-central-1")
    assert rules(found) == ["endpoint-region-not-supported"]
    supported = [{"Region": it, "ServiceState": "Available"} for it in (REGION, "eu-central-1")]
    world.provider.change("DescribeVpcEndpointServiceConfigurations", 0, SupportedRegions=supported)
    assert world.diagnosed(consumer_region="eu-central-1").healthy


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("resource-id-malformed", {"service_id": "vpce-0123456789abcdef0"}),
        ("resource-id-malformed", {"endpoint_id": "eni-0123456789abcdef0"}),
        ("account-id-malformed", {"consumer_account": "2222"}),
        ("port-out-of-range", {"port": 70_000}),
        ("region-not-valid", {"region": "nowhere"}),
    ],
)
def test_fails_when_a_value_is_not_valid(code: str, options: dict[str, Any]) -> None:
    given: dict[str, Any] = {"service_id": SERVICE, "provider": working().provider, **options}
    with refusal(code):
        diagnose(**given)


def test_fails_when_there_are_no_credentials() -> None:
    with refusal("diagnosis-session-missing"):
        diagnose(SERVICE, region=REGION)


def test_fails_when_no_region_is_known() -> None:
    account = working().provider
    account.region_name = ""
    with refusal("diagnosis-region-missing"):
        diagnose(SERVICE, provider=account)


def test_a_region_that_is_not_known_yet_is_asked() -> None:
    found = diagnose(SERVICE, provider=working().provider, region="eu-south-3")
    assert found.service_id == SERVICE


def test_the_names_of_a_vpc_have_answers() -> None:
    [answer] = working().diagnosed().names
    assert (answer.name, answer.vpc_id) == (NAME, "vpc-0bbb")
    assert answer.answered_by == f"private DNS of {ENDPOINT}"
    assert answer.why
