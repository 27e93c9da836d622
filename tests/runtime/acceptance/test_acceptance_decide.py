from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatelink_constructs.runtime.acceptance.verdicts import (
    Connection,
    Decision,
    Decisions,
    Rules,
    decide,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
TRUSTED, UNWANTED, STRANGER = "111111111111", "222222222222", "333333333333"
HOME, ABROAD = "eu-west-1", "us-east-1"

AWAITING = ("pendingAcceptance", "PendingAcceptance")
LIVE = ("available", "Available", "pending", "Pending", "partial")
GONE = ("rejected", "Rejected", "expired", "failed", "deleting", "Deleted")
ADDED_LATER = ("quarantined", "Quarantined", "")


def connection(
    owner: str = TRUSTED,
    *,
    state: str = "pendingAcceptance",
    region: str = HOME,
    name: str = "vpce-1",
    age: float | None = 60,
) -> Connection:
    created = None if age is None else NOW - timedelta(seconds=age)
    return Connection(
        vpc_endpoint_id=name, owner=owner, region=region, state=state, created=created
    )


def rules(
    *, accept_regions: list[str] | None = None, otherwise: Decision = Decision.LEAVE_PENDING
) -> Rules:
    return Rules(
        accept_accounts=frozenset({TRUSTED}),
        accept_regions=None if accept_regions is None else frozenset(accept_regions),
        reject_accounts=frozenset({UNWANTED}),
        otherwise=otherwise,
    )


def ids(connections: tuple[Connection, ...]) -> list[str]:
    return [item.vpc_endpoint_id for item in connections]


@pytest.mark.parametrize("state", AWAITING)
def test_pending_connection_of_a_listed_account_is_accepted(state: str) -> None:
    assert ids(decide([connection(state=state)], rules(), NOW).accept) == ["vpce-1"]


def test_pending_connection_from_another_region_is_left_pending() -> None:
    decisions = decide([connection(region=ABROAD)], rules(accept_regions=[HOME]), NOW)
    assert (ids(decisions.accept), ids(decisions.leave_pending)) == ([], ["vpce-1"])


def test_pending_connection_from_a_listed_region_is_accepted() -> None:
    decisions = decide([connection(region=ABROAD)], rules(accept_regions=[ABROAD]), NOW)
    assert ids(decisions.accept) == ["vpce-1"]


def test_empty_list_of_regions_accepts_nobody() -> None:
    assert ids(decide([connection()], rules(accept_regions=[]), NOW).accept) == []


def test_pending_connection_of_a_stranger_is_left_pending_by_default() -> None:
    assert ids(decide([connection(STRANGER)], rules(), NOW).leave_pending) == ["vpce-1"]


def test_pending_connection_of_a_stranger_is_rejected_when_the_rules_say_so() -> None:
    decisions = decide([connection(STRANGER)], rules(otherwise=Decision.REJECT), NOW)
    assert ids(decisions.reject) == ["vpce-1"]


@pytest.mark.parametrize("state", AWAITING + LIVE + ADDED_LATER)
def test_rejected_accounts_lose_what_is_live_too(state: str) -> None:
    assert ids(decide([connection(UNWANTED, state=state)], rules(), NOW).reject) == ["vpce-1"]


@pytest.mark.parametrize("state", LIVE + ADDED_LATER)
@pytest.mark.parametrize("otherwise", [Decision.LEAVE_PENDING, Decision.REJECT])
def test_live_connection_of_a_stranger_is_reported_and_nothing_else(
    state: str, otherwise: Decision
) -> None:
    item = connection(STRANGER, state=state)
    decisions = decide([item], rules(otherwise=otherwise), NOW)
    assert decisions == Decisions((), (), (), (item,), 0.0)


@pytest.mark.parametrize("state", LIVE)
def test_live_connection_of_an_accepted_account_needs_nothing(state: str) -> None:
    assert decide([connection(state=state)], rules(), NOW) == Decisions((), (), (), (), 0.0)


@pytest.mark.parametrize("state", GONE)
def test_what_is_gone_is_not_changed(state: str) -> None:
    decisions = decide([connection(UNWANTED, state=state)], rules(), NOW)
    assert decisions == Decisions((), (), (), (), 0.0)


@pytest.mark.parametrize("otherwise", [Decision.LEAVE_PENDING, Decision.REJECT])
@pytest.mark.parametrize("accept_regions", [None, [HOME], [ABROAD]])
def test_an_owner_that_is_missing_is_never_accepted_nor_rejected(
    accept_regions: list[str] | None, otherwise: Decision
) -> None:
    # Not even by rules that nobody can write: they are checked when they are read.
    some = replace(rules(accept_regions=accept_regions, otherwise=otherwise))
    decisions = decide([connection(owner="")], some, NOW)
    assert decisions.leave_pending == (connection(owner=""),)


@pytest.mark.parametrize("otherwise", [Decision.LEAVE_PENDING, Decision.REJECT])
def test_a_region_that_is_missing_matches_no_region(otherwise: Decision) -> None:
    some = rules(accept_regions=[HOME], otherwise=otherwise)
    assert ids(decide([connection(region="")], some, NOW).leave_pending) == ["vpce-1"]


def test_a_region_that_is_missing_does_not_matter_to_rules_without_regions() -> None:
    assert ids(decide([connection(region="")], rules(), NOW).accept) == ["vpce-1"]


def test_a_stranger_is_rejected_wherever_it_is() -> None:
    some = rules(accept_regions=[HOME], otherwise=Decision.REJECT)
    assert ids(decide([connection(STRANGER, region="")], some, NOW).reject) == ["vpce-1"]


@pytest.mark.parametrize("state", LIVE + ADDED_LATER)
def test_only_what_is_not_waiting_is_disconnected(state: str) -> None:
    found = decide(
        [connection(UNWANTED), connection(UNWANTED, state=state, name="vpce-2")], rules(), NOW
    )
    assert (ids(found.reject), ids(found.disconnect)) == (["vpce-1", "vpce-2"], ["vpce-2"])


def test_an_account_on_both_lists_is_rejected() -> None:
    both = replace(rules(), reject_accounts=frozenset({TRUSTED}))
    assert ids(decide([connection()], both, NOW).reject) == ["vpce-1"]


def test_age_is_that_of_the_oldest_pending_connection() -> None:
    waiting = [connection(age=10, name="vpce-1"), connection(age=99, name="vpce-2")]
    live = connection(age=5000, name="vpce-3", state="available")
    assert decide([*waiting, live], rules(), NOW).oldest_pending_age == 99


@pytest.mark.parametrize("age", [None, -30.0])
def test_age_is_never_negative_nor_unknown(age: float | None) -> None:
    assert decide([connection(age=age)], rules(), NOW).oldest_pending_age == 0


def test_rules_are_read_from_json() -> None:
    text = json.dumps(
        {
            "accept_accounts": [TRUSTED],
            "accept_regions": [HOME],
            "otherwise": "REJECT",
            "reject_accounts": [UNWANTED],
        }
    )
    assert Rules.from_json(text) == rules(accept_regions=[HOME], otherwise=Decision.REJECT)


def test_rules_without_regions_accept_all_of_them() -> None:
    text = (
        '{"accept_accounts": [], "accept_regions": null,'
        ' "otherwise": "LEAVE_PENDING", "reject_accounts": []}'
    )
    assert Rules.from_json(text) == Rules()


def raw(**changes: object) -> dict[str, object]:
    return {
        "accept_accounts": [],
        "accept_regions": None,
        "otherwise": "REJECT",
        "reject_accounts": [],
        **changes,
    }


@pytest.mark.parametrize("otherwise", ["ACCEPT", "UNTOUCHED", "reject", "", None, 1])
def test_fails_when_otherwise_is_unknown(otherwise: object) -> None:
    with pytest.raises(ValueError, match="otherwise"):
        Rules.from_json(json.dumps(raw(otherwise=otherwise)))


@pytest.mark.parametrize("key", ["accept_accounts", "accept_regions", "otherwise"])
def test_fails_when_a_rule_is_missing(key: str) -> None:
    rest = {name: value for name, value in raw().items() if name != key}
    with pytest.raises(ValueError, match=key):
        Rules.from_json(json.dumps(rest))


@pytest.mark.parametrize(
    "text",
    ["", "no json", "[]", "null", '"rules"', "[" * 100_000, "{" * 3, '{"accept_accounts":["1'],
    ids=range(8),
)
def test_fails_when_the_rules_are_no_object(text: str) -> None:
    with pytest.raises(ValueError, match="the rules are not"):
        Rules.from_json(text)


def test_fails_when_a_value_brings_a_rule_of_its_own() -> None:
    # A parameter with quotation marks in it.
    text = json.dumps(raw(otherwise="LEAVE_PENDING"))
    forged = text.replace("{", '{"accept_accounts": ["333333333333"], ', 1)
    with pytest.raises(ValueError, match="a rule is there twice"):
        Rules.from_json(forged)


@pytest.mark.parametrize("name", ["accept_accounts", "reject_accounts"])
@pytest.mark.parametrize(
    "value",
    [
        "22222222222",
        "2222222222222",
        "\uff12" * 12,
        "22222222222a",
        "*",
        222222222222,
        None,
        ["x"],
    ],
    ids=range(8),
)
def test_fails_when_an_account_is_none(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{name}: not a 12-digit account ID: ") as caught:
        Rules.from_json(json.dumps(raw(**{name: [TRUSTED, value]})))
    assert TRUSTED not in str(caught.value)


@pytest.mark.parametrize("name", ["accept_accounts", "reject_accounts", "accept_regions"])
@pytest.mark.parametrize("value", ["222222222222", {"222222222222": 1}, 5], ids=str)
def test_fails_when_a_list_is_none(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{name} is not a list"):
        Rules.from_json(json.dumps(raw(**{name: value})))


@pytest.mark.parametrize("region", ["ireland", "*", "eu_west_1", "EU-WEST-1", "eu-west-"])
def test_fails_when_a_region_is_none(region: str) -> None:
    with pytest.raises(ValueError, match="accept_regions: not the name of a Region"):
        Rules.from_json(json.dumps(raw(accept_regions=[HOME, region])))


@pytest.mark.parametrize("empty", [[], [""], [" "]], ids=str)
def test_fails_when_a_parameter_with_regions_is_empty(empty: list[str]) -> None:
    with pytest.raises(ValueError, match="accept_regions is empty"):
        Rules.from_json(json.dumps(raw(accept_regions=empty)))


def test_fails_when_an_account_is_on_both_lists() -> None:
    with pytest.raises(ValueError, match=f"accepted and rejected at once: '{TRUSTED}'"):
        Rules.from_json(
            json.dumps(raw(accept_accounts=[TRUSTED, STRANGER], reject_accounts=[TRUSTED]))
        )


def test_a_reason_names_a_few_wrong_values() -> None:
    wrong = [f"account {number}" + "x" * 9000 for number in range(1000)]
    with pytest.raises(ValueError, match=" and 995 more") as caught:
        Rules.from_json(json.dumps(raw(accept_accounts=wrong)))
    assert len(str(caught.value)) < 400


def test_blanks_and_empty_parameters_are_nobody() -> None:
    text = json.dumps(raw(accept_accounts=[f" {TRUSTED}", STRANGER + " "], reject_accounts=[""]))
    found = Rules.from_json(text)
    assert found.accept_accounts == {TRUSTED, STRANGER}
    assert found.reject_accounts == frozenset()


ACCOUNTS = [TRUSTED, UNWANTED, STRANGER, "444444444444"]
REGIONS = [HOME, ABROAD, "eu-central-1"]
SOME_RULES = st.builds(
    Rules,
    accept_accounts=st.frozensets(st.sampled_from(ACCOUNTS)),
    accept_regions=st.none() | st.frozensets(st.sampled_from(REGIONS)),
    reject_accounts=st.frozensets(st.sampled_from(ACCOUNTS)),
    otherwise=st.sampled_from([Decision.LEAVE_PENDING, Decision.REJECT]),
)
SOME_CONNECTIONS = st.lists(
    st.builds(
        Connection,
        vpc_endpoint_id=st.integers(0, 99).map("vpce-{:02}".format),
        owner=st.sampled_from([*ACCOUNTS, ""]),
        region=st.sampled_from([*REGIONS, ""]),
        state=st.sampled_from(AWAITING + LIVE + GONE + ADDED_LATER),
        created=st.none() | st.integers(0, 10**6).map(lambda age: NOW - timedelta(seconds=age)),
    ),
    unique_by=lambda item: item.vpc_endpoint_id,
)


@settings(deadline=None)
@given(SOME_CONNECTIONS, SOME_RULES)
def test_each_pending_connection_gets_exactly_one_decision(
    connections: list[Connection], some_rules: Rules
) -> None:
    decisions = decide(connections, some_rules, NOW)
    decided = [*decisions.accept, *decisions.reject, *decisions.leave_pending]
    pending = [item for item in connections if item.state in AWAITING]
    assert sorted(ids(tuple(pending))) == sorted(
        item.vpc_endpoint_id for item in decided if item.state in AWAITING
    )


@settings(deadline=None)
@given(SOME_CONNECTIONS, SOME_RULES)
def test_no_connection_is_decided_on_twice(
    connections: list[Connection], some_rules: Rules
) -> None:
    decisions = decide(connections, some_rules, NOW)
    lists = (decisions.accept, decisions.reject, decisions.leave_pending, decisions.untouched)
    decided = [item.vpc_endpoint_id for part in lists for item in part]
    assert len(decided) == len(set(decided))


@settings(deadline=None)
@given(SOME_CONNECTIONS, SOME_RULES)
def test_accepted_implies_a_rule_that_says_so(
    connections: list[Connection], some_rules: Rules
) -> None:
    for item in decide(connections, some_rules, NOW).accept:
        assert item.state in AWAITING
        assert item.owner in some_rules.accept_accounts - some_rules.reject_accounts
        assert some_rules.accept_regions is None or item.region in some_rules.accept_regions


@settings(deadline=None)
@given(SOME_CONNECTIONS, SOME_RULES)
def test_live_connections_are_rejected_only_for_their_account(
    connections: list[Connection], some_rules: Rules
) -> None:
    for item in decide(connections, some_rules, NOW).reject:
        assert item.owner in some_rules.reject_accounts or item.state in AWAITING


def carried_out(connections: list[Connection], decisions: Decisions) -> list[Connection]:
    accepted, rejected = set(ids(decisions.accept)), set(ids(decisions.reject))
    return [
        replace(item, state="Pending")
        if item.vpc_endpoint_id in accepted
        else replace(item, state="rejected")
        if item.vpc_endpoint_id in rejected
        else item
        for item in connections
    ]


@settings(deadline=None)
@given(SOME_CONNECTIONS, SOME_RULES)
def test_a_second_run_on_the_result_changes_nothing(
    connections: list[Connection], some_rules: Rules
) -> None:
    first = decide(connections, some_rules, NOW)
    second = decide(carried_out(connections, first), some_rules, NOW)
    assert (second.accept, second.reject) == ((), ())
    assert (second.leave_pending, second.untouched) == (first.leave_pending, first.untouched)


@settings(deadline=None)
@given(SOME_CONNECTIONS.flatmap(lambda c: st.tuples(st.just(c), st.permutations(c))), SOME_RULES)
def test_order_does_not_matter(
    orders: tuple[list[Connection], list[Connection]], some_rules: Rules
) -> None:
    given_order, shuffled = orders
    assert decide(given_order, some_rules, NOW) == decide(shuffled, some_rules, NOW)


@settings(deadline=None)
@given(SOME_CONNECTIONS, SOME_RULES)
def test_letter_case_of_states_does_not_matter(
    connections: list[Connection], some_rules: Rules
) -> None:
    shouted = [replace(item, state=item.state.upper()) for item in connections]
    loud, quiet = decide(shouted, some_rules, NOW), decide(connections, some_rules, NOW)
    assert ids(loud.accept) == ids(quiet.accept)
    assert ids(loud.reject) == ids(quiet.reject)
    assert ids(loud.leave_pending) == ids(quiet.leave_pending)
    assert ids(loud.untouched) == ids(quiet.untouched)
