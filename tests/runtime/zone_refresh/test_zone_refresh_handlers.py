from __future__ import annotations

import ast
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber

from privatelink_constructs.runtime.zone_refresh import index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel
    from mypy_boto3_ec2 import EC2Client

SERVICE = "vpce-svc-0123456789abcdef0"
ARN = "arn:aws:elasticloadbalancing:eu-west-1:999999999999:loadbalancer/net/one/1"
NOW = 1_000_000.0


class Ec2:
    """A stubbed client that counts its calls."""

    def __init__(self) -> None:
        self.client: EC2Client = boto3.client(  # pyright: ignore[reportUnknownMemberType] stubs of a few services only
            "ec2", region_name="eu-west-1", aws_access_key_id="key", aws_secret_access_key="none"
        )
        self.stub = Stubber(self.client)
        self.calls: Counter[str] = Counter()
        self.client.meta.events.register("provide-client-params.ec2.*", self._count)

    def _count(self, model: OperationModel, **_: object) -> None:
        self.calls[model.name] += 1

    def offers(self, *zones: str, ids: tuple[str, ...] = (), acceptance: bool = True) -> None:
        service = {
            "ServiceId": SERVICE,
            "AcceptanceRequired": acceptance,
            "AvailabilityZones": list(zones),
            "AvailabilityZoneIds": list(ids),
            "NetworkLoadBalancerArns": [ARN],
        }
        self.stub.add_response(
            "describe_vpc_endpoint_service_configurations",
            {"ServiceConfigurations": [service]},
            {"ServiceIds": [SERVICE]},
        )

    def modify(self, **sent: object) -> None:
        self.stub.add_response(
            "modify_vpc_endpoint_service_configuration",
            {"Return": True},
            {"ServiceId": SERVICE, **sent},
        )

    def refuse(self, operation: str, code: str, status: int = 400) -> None:
        self.stub.add_client_error(operation, code, http_status_code=status)


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ec2]:
    fake = Ec2()
    monkeypatch.setattr(index, "ec2", lambda: fake.client)
    monkeypatch.setattr(index, "now", lambda: NOW)
    with fake.stub:
        yield fake
        fake.stub.assert_no_pending_responses()


def event(
    kind: str, *zones: str, before: tuple[str, ...] | None = None, arns: tuple[str, ...] = (ARN,)
) -> dict[str, Any]:
    content: dict[str, Any] = {
        "RequestType": kind,
        "LogicalResourceId": "ZoneRefresh",
        "ResourceProperties": {
            "ServiceId": SERVICE,
            "LoadBalancerArns": list(arns),
            "AvailabilityZones": list(zones),
            "TimeoutSeconds": "900",
        },
    }
    if before is not None:
        content["OldResourceProperties"] = {"AvailabilityZones": list(before)}
    return content


def waiting(
    *zones: str, deadline: float = NOW + 900, arns: tuple[str, ...] = (ARN,)
) -> dict[str, Any]:
    return {**event("Create", *zones, arns=arns), "Deadline": deadline, "Zones": list(zones)}


@pytest.mark.parametrize(
    ("kind", "zones", "before", "gained"),
    [
        ("Create", ("b", "a"), None, ["a", "b"]),
        ("Update", ("c", "a", "b"), ("a", "b"), ["c"]),
        ("Update", ("a", "c"), ("a", "b"), ["c"]),
        ("Update", ("a",), ("a", "b"), []),
        ("Update", ("b", "a"), ("a", "b"), []),
        ("Delete", ("a", "b"), None, []),
    ],
    ids=["created", "grown", "moved", "shrunk", "reordered", "deleted"],
)
def test_zones_gained(
    kind: str, zones: tuple[str, ...], before: tuple[str, ...] | None, gained: list[str]
) -> None:
    assert index.gained_zones(event(kind, *zones, before=before)) == gained


def test_on_event_says_what_is_waited_for(ec2: Ec2) -> None:
    answer = index.on_event(event("Update", "a", "b", before=("a",)))
    assert answer == {"PhysicalResourceId": "ZoneRefresh", "Deadline": NOW + 900, "Zones": ["b"]}
    assert ec2.calls == {}


@pytest.mark.usefixtures("ec2")
def test_the_physical_id_stays() -> None:
    known = {**event("Update", "a", before=("a",)), "PhysicalResourceId": "before"}
    assert index.on_event(known)["PhysicalResourceId"] == "before"


@pytest.mark.parametrize("kind", ["Update", "Delete"])
def test_nothing_is_asked_on_delete_or_when_the_set_shrinks(ec2: Ec2, kind: str) -> None:
    shrunk = event(kind, "a", before=("a", "b"))
    assert index.is_complete({**shrunk, **index.on_event(shrunk)}) == {"IsComplete": True}
    assert ec2.calls == {}


def test_a_service_that_offers_the_zones_is_left_alone(ec2: Ec2) -> None:
    ec2.offers("a", "b", "c")
    assert index.is_complete(waiting("a", "b")) == {"IsComplete": True}
    assert ec2.calls == {"DescribeVpcEndpointServiceConfigurations": 1}


def test_zones_may_be_named_by_their_ids(ec2: Ec2) -> None:
    ec2.offers("eu-west-1a", "eu-west-1b", ids=("euw1-az1", "euw1-az2"))
    assert index.is_complete(waiting("eu-west-1a", "euw1-az2")) == {"IsComplete": True}


def test_a_missing_zone_is_asked_for_by_adding_the_load_balancers_again(ec2: Ec2) -> None:
    ec2.offers("a")
    ec2.modify(AddNetworkLoadBalancerArns=[ARN])
    assert index.is_complete(waiting("a", "b")) == {"IsComplete": False}


def test_asks_again_until_the_service_offers_the_zone(ec2: Ec2) -> None:
    for _ in range(2):
        ec2.offers("a")
        ec2.modify(AddNetworkLoadBalancerArns=[ARN])
    ec2.offers("a", "b")
    answers = [index.is_complete(waiting("b"))["IsComplete"] for _ in range(3)]
    assert answers == [False, False, True]


def test_a_load_balancer_that_the_service_does_not_have_is_not_added(ec2: Ec2) -> None:
    ec2.offers("a")
    ec2.modify(AddNetworkLoadBalancerArns=[ARN])
    other = ARN.replace("one", "other")
    assert index.is_complete(waiting("b", arns=(other, ARN))) == {"IsComplete": False}


@pytest.mark.parametrize("acceptance", [True, False])
def test_the_acceptance_setting_is_sent_unchanged_when_adding_is_refused(
    ec2: Ec2, *, acceptance: bool
) -> None:
    ec2.offers("a", acceptance=acceptance)
    ec2.refuse("modify_vpc_endpoint_service_configuration", "InvalidParameter")
    ec2.modify(AcceptanceRequired=acceptance)
    assert index.is_complete(waiting("b")) == {"IsComplete": False}


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "Throttling"])
def test_a_throttled_call_is_made_again_with_the_next_poll(ec2: Ec2, code: str) -> None:
    ec2.offers("a")
    ec2.refuse("modify_vpc_endpoint_service_configuration", code, 503)
    assert index.is_complete(waiting("b")) == {"IsComplete": False}
    assert ec2.calls["ModifyVpcEndpointServiceConfiguration"] == 1


def test_without_an_answer_it_asks_again_with_the_next_poll(ec2: Ec2) -> None:
    def hang(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://ec2.eu-west-1.amazonaws.com")

    ec2.client.meta.events.register_first("before-call.ec2.*", hang)
    assert index.is_complete(waiting("b")) == {"IsComplete": False}


def test_fails_when_throttled_past_the_time(ec2: Ec2) -> None:
    ec2.refuse("describe_vpc_endpoint_service_configurations", "RequestLimitExceeded", 503)
    with pytest.raises(ec2.client.exceptions.ClientError, match="RequestLimitExceeded"):
        index.is_complete(waiting("b", deadline=NOW - 1))


def test_fails_when_it_may_not_modify_the_service(ec2: Ec2) -> None:
    ec2.offers("a")
    ec2.refuse("modify_vpc_endpoint_service_configuration", "UnauthorizedOperation", 403)
    with pytest.raises(ec2.client.exceptions.ClientError, match="UnauthorizedOperation"):
        index.is_complete(waiting("b", deadline=NOW + 900 - 120))


def test_a_permission_may_take_two_minutes_to_be_known(ec2: Ec2) -> None:
    ec2.offers("a")
    ec2.refuse("modify_vpc_endpoint_service_configuration", "UnauthorizedOperation", 403)
    assert index.is_complete(waiting("b", deadline=NOW + 900 - 119)) == {"IsComplete": False}


def test_fails_when_there_is_no_such_service(ec2: Ec2) -> None:
    code = "InvalidVpcEndpointServiceId.NotFound"
    ec2.refuse("describe_vpc_endpoint_service_configurations", code)
    with pytest.raises(ec2.client.exceptions.ClientError, match=code):
        index.is_complete(waiting("b"))


def test_fails_when_the_time_is_over_and_names_the_zones(ec2: Ec2) -> None:
    ec2.offers("a")
    ec2.modify(AddNetworkLoadBalancerArns=[ARN])
    with pytest.raises(index.ZonesNotOfferedError, match=rf"{SERVICE} does not offer b, c yet"):
        index.is_complete(waiting("a", "b", "c", deadline=NOW - 1))


def test_a_last_look_after_the_time_may_still_find_it_done(ec2: Ec2) -> None:
    ec2.offers("b")
    assert index.is_complete(waiting("b", deadline=NOW - 1)) == {"IsComplete": True}


def test_the_clock_counts_in_seconds_of_the_epoch() -> None:
    assert index.now() > 1_700_000_000


def test_the_file_is_an_index_of_its_own_and_makes_no_client_on_import(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def make(service: str, **_: object) -> None:
        made.append(service)

    monkeypatch.setattr(boto3, "client", make)
    spec = importlib.util.spec_from_file_location("index", Path(str(index.__file__)))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert made == []
    module.ec2()
    module.ec2()
    assert made == ["ec2"]


def test_the_file_imports_the_standard_library_and_boto3_alone() -> None:
    tree = ast.parse(Path(str(index.__file__)).read_text(encoding="utf-8"))
    names = {
        name.split(".")[0]
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert names <= {*sys.stdlib_module_names, "boto3", "botocore"}
