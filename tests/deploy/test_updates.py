"""Updates keep what consumers rely on: shown on physical ids, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.deploy import apps, templates
from tests.deploy.apps import ADDRESSES, ZONES, payments
from tests.deploy.steps import connection_states, described_service, eventually, service_name
from tests.support.replacement import compare

from privatelink_constructs import AcceptancePolicy, AllowedPrincipal, PrivateDnsName

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deploy.stacks import Stack

PRINCIPALS = [AllowedPrincipal.account("111111111111"), AllowedPrincipal.account("222222222222")]


class Provider:
    """The library's side of a test, deployed once and again."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self._folder = folder
        self._count = 0
        self._template: dict[str, Any] = {}
        self._ids: dict[str, str] = {}

    def template(self, **props: Any) -> dict[str, Any]:
        self._count += 1
        folder = self._folder / str(self._count)
        return apps.template(payments(**props), folder, self.stack.account.account_id)

    def deploy(self, **props: Any) -> dict[str, str]:
        self._template = self.template(**props)
        self._ids = self.stack.deploy(self._template)
        return self._ids

    def update(self, **props: Any) -> None:
        """Deploy again: nothing may be replaced, and the fast comparison has to say so too."""
        before, old = self._template, self._ids
        new = self.deploy(**props)
        really = tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name]))
        assert compare(before, self._template).replaced_ids == really == ()

    @property
    def service_id(self) -> str:
        # The permissions have the id of their service.
        (found,) = {item for item in self._ids.values() if item.startswith("vpce-svc-")}
        return found

    @property
    def zones(self) -> list[str]:
        described = described_service(self.stack.account, self.service_id)
        return described.get("AvailabilityZones", [])

    @property
    def principals(self) -> list[str]:
        ec2 = self.stack.account.ec2
        found = ec2.describe_vpc_endpoint_service_permissions(ServiceId=self.service_id)
        return [item.get("Principal", "") for item in found["AllowedPrincipals"]]


@pytest.fixture
def published(provider_stack: Stack, tmp_path: Path) -> Provider:
    return Provider(provider_stack, tmp_path)


def test_zone_more_is_offered_and_replaces_nothing(published: Provider) -> None:
    published.deploy(zones=ZONES[:2])
    published.update(zones=ZONES)
    assert published.zones == [*ZONES]


def test_zone_more_leaves_a_connection_alone(published: Provider, consumer_stack: Stack) -> None:
    _connect(published, consumer_stack, zones=ZONES[:2])
    published.update(
        zones=ZONES,
        acceptance=AcceptancePolicy.automatic(),
        allowed_principals=_allowing(consumer_stack),
    )
    eventually(
        lambda: connection_states(published.stack.account, published.service_id), ["available"]
    )


def test_zone_less_without_connections_replaces_nothing(published: Provider) -> None:
    published.deploy(zones=ZONES)
    published.update(zones=ZONES[:2])
    assert published.zones == [*ZONES[:2]]


def test_middle_zone_less_replaces_nothing(published: Provider) -> None:
    published.deploy(zones=ZONES)
    published.update(zones=[ZONES[0], ZONES[2]])
    assert published.zones == [ZONES[0], ZONES[2]]


def test_fails_when_a_zone_goes_under_a_connection(
    published: Provider, consumer_stack: Stack
) -> None:
    _connect(published, consumer_stack, zones=ZONES)
    before = published.stack.physical_ids()
    fewer = published.template(
        zones=ZONES[:2],
        acceptance=AcceptancePolicy.automatic(),
        allowed_principals=_allowing(consumer_stack),
    )
    assert "ExistingVpcEndpointConnections" in published.stack.refuse(fewer)
    assert published.stack.physical_ids() == before
    assert published.zones == [*ZONES]


def _allowing(stack: Stack) -> list[AllowedPrincipal]:
    return [AllowedPrincipal.account(stack.account.account_id)]


def _connect(published: Provider, consumer_stack: Stack, *, zones: Any) -> None:
    published.deploy(
        zones=zones,
        acceptance=AcceptancePolicy.automatic(),
        allowed_principals=_allowing(consumer_stack),
    )
    template = templates.consumer(service_name(published.service_id), zones=ZONES[:2])
    consumer_stack.deploy(template)


def test_principal_more_is_allowed(published: Provider) -> None:
    published.deploy(allowed_principals=PRINCIPALS[:1])
    published.update(allowed_principals=PRINCIPALS)
    assert published.principals == [f"arn:aws:iam::{number * 12}:root" for number in "12"]


def test_principal_less_is_kept_out(published: Provider) -> None:
    published.deploy(allowed_principals=PRINCIPALS)
    published.update(allowed_principals=PRINCIPALS[1:])
    assert published.principals == ["arn:aws:iam::222222222222:root"]


def test_last_principal_goes(published: Provider) -> None:
    published.deploy(allowed_principals=PRINCIPALS)
    published.update(allowed_principals=[])
    assert published.principals == []


def test_acceptance_changes_there_and_back(published: Provider) -> None:
    account = published.stack.account
    seen: list[bool | None] = []
    published.deploy(acceptance=AcceptancePolicy.manual())
    for policy in (AcceptancePolicy.automatic(), AcceptancePolicy.manual()):
        published.update(acceptance=policy)
        seen.append(described_service(account, published.service_id).get("AcceptanceRequired"))
    assert seen == [False, True]


def test_port_more_replaces_nothing(published: Provider) -> None:
    published.deploy(ports=[443])
    published.update(ports=[443, 8443])


def test_port_less_replaces_nothing(published: Provider) -> None:
    published.deploy(ports=[443, 8443])
    published.update(ports=[8443])


def test_target_more_replaces_nothing(published: Provider) -> None:
    published.deploy(addresses=ADDRESSES[:1])
    published.update(addresses=ADDRESSES)


def test_new_private_name_replaces_nothing(published: Provider) -> None:
    account = published.stack.account
    published.deploy(private_dns_name=PrivateDnsName.external("payments.example.com"))
    published.update(private_dns_name=PrivateDnsName.external("orders.example.com"))
    described = described_service(account, published.service_id)
    assert described.get("PrivateDnsName") == "orders.example.com"


def test_client_cidrs_are_set_and_unset(published: Provider) -> None:
    published.deploy()
    published.update(client_cidrs=["10.9.0.0/16"])
    published.update()


def test_supported_regions_come_and_go(published: Provider) -> None:
    published.deploy()
    published.update(supported_regions=["us-east-1"])
    published.update()


def test_contributor_insights_are_switched_on(published: Provider) -> None:
    published.deploy()
    published.update(contributor_insights_enabled=True)
