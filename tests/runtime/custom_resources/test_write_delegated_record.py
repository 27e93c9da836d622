"""What the function does to a record in a hosted zone of another account, and what it leaves."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.lambda_fakes import LABEL, NAME, ROLE, VALUE, ZONE_ID, HostedZones
from tests.support.lambda_world import World, event_of, failing

from privatelink_constructs.runtime.custom_resources import txt_records
from privatelink_constructs.runtime.custom_resources import write_delegated_record as step

PROPERTIES = {
    "HostedZoneId": ZONE_ID,
    "RecordName": f"{LABEL}.{NAME}",
    "RecordValue": VALUE,
    "RoleArn": ROLE,
    "TimeoutSeconds": "600",
    "Ttl": "60",
}
ID = f"{ZONE_ID}/{LABEL}.{NAME}/{VALUE}"
OTHER_ZONE, OTHER_ROLE = "Z9", "arn:aws:iam::333333333333:role/Dns"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    return World(monkeypatch)


@pytest.fixture
def dns(world: World, monkeypatch: pytest.MonkeyPatch) -> HostedZones:
    found = HostedZones(world, monkeypatch)
    found.zones[OTHER_ZONE] = {}
    found.roles[OTHER_ROLE] = {OTHER_ZONE, ZONE_ID}
    return found


def run(
    world: World, request_type: str = "Create", *, current: str = ID, **properties: str
) -> dict[str, Any]:
    event = event_of(
        request_type, {**PROPERTIES, **properties}, old=PROPERTIES, physical_id=current
    )
    return world.run(step.handler, event)


# --- writing ----------------------------------------------------------------------------------


def test_writes_the_record_and_waits_for_the_name_servers(world: World, dns: HostedZones) -> None:
    answer = run(world)
    assert answer["Data"] == {"HostedZoneId": ZONE_ID, "RecordName": f"{LABEL}.{NAME}"}
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", ID)
    assert dns.zones[ZONE_ID] == {
        f"{LABEL}.{NAME}": {
            "Name": f"{LABEL}.{NAME}",
            "Type": "TXT",
            "TTL": 60,
            "ResourceRecords": [{"Value": f'"{VALUE}"'}],
        }
    }
    assert dns.takes <= world.seconds < dns.takes + 10


def test_assumes_the_role(world: World, dns: HostedZones) -> None:
    run(world, ExternalId="payments")
    assert dns.assumed[0] == {
        "RoleArn": ROLE,
        "RoleSessionName": "privatelink-constructs-record",
        "DurationSeconds": 900,
        "ExternalId": "payments",
    }


def test_a_record_that_is_there_is_not_changed(world: World, dns: HostedZones) -> None:
    dns.put(VALUE)
    assert run(world)["Status"] == "SUCCESS"
    assert dns.changes == []


def test_values_of_others_stay_with_their_ttl(world: World, dns: HostedZones) -> None:
    dns.put("theirs", ttl=3600)
    run(world)
    assert dns.values() == ["theirs", VALUE]
    assert dns.zones[ZONE_ID][f"{LABEL}.{NAME}"]["TTL"] == 3600


def test_a_ttl_of_its_own_is_set(world: World, dns: HostedZones) -> None:
    dns.put(VALUE, ttl=300)
    run(world)
    assert dns.zones[ZONE_ID][f"{LABEL}.{NAME}"]["TTL"] == 60


@pytest.mark.parametrize(
    "more", [{"AliasTarget": {"DNSName": "x"}}, {"SetIdentifier": "a"}], ids=["alias", "routing"]
)
def test_fails_when_no_value_can_be_added(
    world: World, dns: HostedZones, more: dict[str, Any]
) -> None:
    dns.put("theirs", **more)
    assert "is an alias or has a routing policy" in run(world)["Reason"]
    assert dns.changes == []


def test_other_records_of_the_zone_are_no_reason(world: World, dns: HostedZones) -> None:
    dns.zones[ZONE_ID]["z.example.com"] = {"Name": "z.example.com.", "Type": "A"}
    dns.zones[ZONE_ID]["a.example.com"] = {"Name": "a.example.com.", "Type": "TXT"}
    run(world)
    assert dns.values() == [VALUE]


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_a_change_that_cannot_be_looked_at_is_trusted(
    world: World, dns: HostedZones, code: str
) -> None:
    world.faults.append(failing(code, action=step.GET_CHANGE))
    assert run(world)["Status"] == "SUCCESS"
    assert world.seconds < step.SYNC_SECONDS + 20


def test_a_change_that_is_never_in_sync_is_trusted(world: World, dns: HostedZones) -> None:
    dns.takes = 1e9
    assert run(world)["Status"] == "SUCCESS"
    assert world.seconds < step.SYNC_SECONDS + 20


def test_a_written_record_is_no_failure_at_the_deadline(world: World, dns: HostedZones) -> None:
    dns.takes = 1e9
    assert run(world, TimeoutSeconds="30")["Status"] == "SUCCESS"


def test_another_writer_at_the_same_time_is_read_again(world: World, dns: HostedZones) -> None:
    world.faults.append(failing("InvalidChangeBatch", action=step.CHANGE, seconds=30))
    assert run(world)["Status"] == "SUCCESS"


def test_fails_when_the_zone_takes_no_such_name(world: World, dns: HostedZones) -> None:
    world.faults.append(
        failing("InvalidChangeBatch", action=step.CHANGE, message="not permitted in zone")
    )
    reason = run(world)["Reason"]
    assert "ChangeResourceRecordSets failed. AWS says: InvalidChangeBatch: not permitted" in reason
    assert 60 <= world.seconds < 70


def test_fails_when_there_is_no_such_zone(world: World, dns: HostedZones) -> None:
    del dns.zones[ZONE_ID]
    assert "has no such zone. Check HostedZoneId and RoleArn." in run(world)["Reason"]
    assert 60 <= world.seconds < 70


@pytest.mark.parametrize("external_id", ["", "payments"])
def test_fails_when_the_role_cannot_be_assumed(
    world: World, dns: HostedZones, external_id: str
) -> None:
    dns.roles.clear()
    reason = run(world, ExternalId=external_id)["Reason"]
    given = "with" if external_id else "without"
    assert f"the function may not assume {ROLE} ({given} an external ID)" in reason
    assert 120 <= world.seconds < 130


def test_fails_when_the_role_may_not_write(world: World, dns: HostedZones) -> None:
    dns.roles[ROLE] = set()
    assert f"{ROLE} may not call {step.LIST} on the hosted zone" in run(world)["Reason"]


def test_a_role_that_may_be_assumed_in_a_moment_is_waited_for(
    world: World, dns: HostedZones
) -> None:
    zones = dns.roles.pop(ROLE)

    def appear(call: object) -> None:
        if world.seconds > 90:
            dns.roles[ROLE] = zones

    world.faults.append(appear)
    assert run(world)["Status"] == "SUCCESS"


def test_fails_at_the_deadline_with_the_last_error(world: World, dns: HostedZones) -> None:
    world.faults.append(failing("Throttling", action=step.LIST))
    reason = run(world)["Reason"]
    assert f"after 600 seconds. Last error: {step.LIST}: Throttling: No.." in reason


# --- STS --------------------------------------------------------------------------------------


def test_assumes_the_role_elsewhere_where_its_account_has_not_enabled_the_region(
    world: World, dns: HostedZones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-south-1")
    dns.disabled = {None}
    assert run(world)["Status"] == "SUCCESS"
    assert set(dns.regions) == {None, "us-east-1"}


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"])
def test_fails_when_sts_refuses_where_every_region_is_enabled(
    world: World, dns: HostedZones, monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    monkeypatch.setenv("AWS_REGION", region)
    dns.disabled = {None, "us-east-1"}
    assert "RegionDisabledException" in run(world)["Reason"]
    assert set(dns.regions) == {None}


def test_a_denied_role_is_not_assumed_elsewhere(world: World, dns: HostedZones) -> None:
    dns.roles.clear()
    run(world)
    assert set(dns.regions) == {None}


# --- moving -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"RoleArn": OTHER_ROLE},
        {"HostedZoneId": f"/hostedzone/{ZONE_ID}"},
        {"RecordName": f"{LABEL}.Payments.example.com."},
        {"RecordValue": f'"{VALUE}"'},
        {"ExternalId": "payments"},
        {"Ttl": "300"},
    ],
)
def test_the_same_record_keeps_its_id(
    world: World, dns: HostedZones, changed: dict[str, str]
) -> None:
    dns.put(VALUE)
    answer = run(world, "Update", current="an earlier form of the ID", **changed)
    assert answer["PhysicalResourceId"] == "an earlier form of the ID"
    assert dns.values() == [VALUE]


@pytest.mark.parametrize(
    "changed",
    [
        {"HostedZoneId": OTHER_ZONE, "RoleArn": OTHER_ROLE},
        {"RecordValue": "vpce:other"},
        {"RecordName": f"_other.{NAME}"},
    ],
    ids=["zone", "value", "name"],
)
def test_another_record_is_written_before_the_old_one_goes(
    world: World, dns: HostedZones, changed: dict[str, str]
) -> None:
    run(world)
    answer = run(world, "Update", **changed)
    assert answer["PhysicalResourceId"] != ID
    everything = [record for zone in dns.zones.values() for record in zone.values()]
    assert sum(len(it["ResourceRecords"]) for it in everything) == 2
    # CloudFormation deletes the old one, with the properties that it had.
    run(world, "Delete")
    (record,) = [record for zone in dns.zones.values() for record in zone.values()]
    wanted = changed.get("RecordValue", VALUE)
    assert record["ResourceRecords"] == [{"Value": f'"{wanted}"'}]


def test_what_a_failed_update_wrote_goes_with_the_rollback(world: World, dns: HostedZones) -> None:
    dns.put(VALUE, "vpce:other")
    event = event_of(
        "Update", PROPERTIES, old={**PROPERTIES, "RecordValue": "vpce:other"}, physical_id=ID
    )
    answer = world.run(step.handler, event)
    assert answer["PhysicalResourceId"] == ID
    assert dns.values() == [VALUE]


def test_a_rollback_that_cannot_clean_up_succeeds(world: World, dns: HostedZones) -> None:
    dns.put(VALUE)
    old = {**PROPERTIES, "HostedZoneId": OTHER_ZONE, "RoleArn": "arn:aws:iam::4:role/Gone"}
    event = event_of("Update", PROPERTIES, old=old, physical_id=ID)
    assert world.run(step.handler, event)["Status"] == "SUCCESS"


def test_old_properties_that_are_incomplete_are_no_reason(world: World, dns: HostedZones) -> None:
    event = event_of("Update", PROPERTIES, old={}, physical_id=ID)
    assert world.run(step.handler, event)["Status"] == "SUCCESS"
    assert dns.values() == [VALUE]


# --- deleting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((VALUE,), []),
        (("theirs", VALUE), ["theirs"]),
        (("theirs",), ["theirs"]),
        ((), []),
    ],
)
def test_deletes_only_its_value(
    world: World, dns: HostedZones, before: tuple[str, ...], after: list[str]
) -> None:
    if before:
        dns.put(*before)
    answer = run(world, "Delete", current="whatever")
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "whatever")
    assert dns.values() == after


@pytest.mark.parametrize("name", sorted(PROPERTIES.keys() - {"Ttl", "TimeoutSeconds"}))
def test_deletes_what_never_was(world: World, dns: HostedZones, name: str) -> None:
    assert run(world, "Delete", **{name: ""})["Status"] == "SUCCESS"
    assert [call.action for call in world.calls] == ["put"]


@pytest.mark.parametrize(
    ("code", "most"),
    [("AccessDenied", 5), ("NoSuchHostedZone", 90), ("Throttling", 160), ("InvalidInput", 5)],
)
def test_a_record_that_cannot_be_deleted_holds_up_no_stack(
    world: World, dns: HostedZones, code: str, most: float
) -> None:
    dns.put(VALUE)
    world.faults.append(failing(code, action=step.LIST))
    assert run(world, "Delete")["Status"] == "SUCCESS"
    assert world.seconds < most


def test_an_alias_is_left_behind(world: World, dns: HostedZones) -> None:
    dns.put(VALUE, AliasTarget={})
    assert run(world, "Delete")["Status"] == "SUCCESS"
    assert dns.changes == []


# --- properties -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"HostedZoneId": ""}, "The property HostedZoneId of the custom resource is missing."),
        ({"Ttl": "0"}, "The property Ttl is '0'. Use a whole number from 1 to 2147483647."),
        ({"Ttl": "soon"}, "The property Ttl is 'soon'."),
    ],
)
def test_fails_when_a_property_is_wrong(
    world: World, dns: HostedZones, changed: dict[str, str], message: str
) -> None:
    assert message in run(world, **changed)["Reason"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("a", '"a"'),
        ('"a"', '"a"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("x" * 256, f'"{"x" * 255}" "x"'),
    ],
    ids=["plain", "quoted", "escaped", "long"],
)
def test_values_are_quoted_once(value: str, wanted: str) -> None:
    assert txt_records.quoted(value) == wanted


def test_clients_are_made_when_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    step.sts_client.cache_clear()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert step.sts_client("us-east-1") is step.sts_client("us-east-1")
    client = step.route53_client(
        {"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c", "Expiration": None}  # pyright: ignore[reportArgumentType]
    )
    assert client.meta.service_model.service_name == "route53"
    step.sts_client.cache_clear()
