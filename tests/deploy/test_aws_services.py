"""Endpoints to AWS services are deployed, updated in place, and destroyed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest
from tests.deploy import apps
from tests.support.replacement import compare

from privatelink_constructs import (
    AwsService,
    AwsServiceEndpoints,
    AwsServices,
    EndpointPolicy,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2
    from tests.deploy.stacks import Stack

ORGANIZATION = EndpointPolicy.organization("o-abcdefghij")
IMAGES = AwsServices.container_images()
LOGS = AwsService.interface("logs")
TWELVE = (
    "athena",
    "batch",
    "config",
    "ec2",
    "ecs",
    "fis",
    "glue",
    "kms",
    "sns",
    "sqs",
    "ssm",
    "sts",
)


class Bundle:
    """A bundle, deployed once and again."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self._folder = folder
        self._count = 0
        self._template: dict[str, Any] = {}
        self._ids: dict[str, str] = {}

    def deploy(
        self, *services: AwsService | Sequence[AwsService], **options: Any
    ) -> dict[str, str]:
        """Deploy it with these services, and return the new physical IDs."""

        def define(scope: cdk.Stack, vpc: ec2.IVpc) -> None:
            given: dict[str, Any] = {"clients": ["10.0.0.0/16"], "policy": ORGANIZATION, **options}
            AwsServiceEndpoints(scope, "Aws", vpc=vpc, services=services, **given)

        self._count += 1
        folder = self._folder / str(self._count)
        self._template = apps.template(define, folder, self.stack.account.account_id)
        self._ids = self.stack.deploy(self._template)
        return self._ids

    def update(self, *services: AwsService | Sequence[AwsService], **options: Any) -> None:
        """Deploy again: nothing is replaced, and the fast comparison says so too."""
        before, old = self._template, self._ids
        new = self.deploy(*services, **options)
        really = tuple(sorted(it for it in old.keys() & new.keys() if old[it] != new[it]))
        assert compare(before, self._template).replaced_ids == really == ()

    @property
    def endpoints(self) -> dict[str, Any]:
        """The endpoints as EC2 describes them, by type and service."""
        found = self.stack.account.ec2.describe_vpc_endpoints()["VpcEndpoints"]
        return {f"{it.get('VpcEndpointType')} {_short(it.get('ServiceName'))}": it for it in found}


def _short(name: str | None) -> str:
    return (name or "").partition("eu-west-1.")[2]


@pytest.fixture
def bundle(consumer_stack: Stack, tmp_path: Path) -> Bundle:
    return Bundle(consumer_stack, tmp_path)


def statements(endpoint: Any) -> set[str]:
    document = endpoint["PolicyDocument"]
    # The emulator shows the document as Python writes it.
    parsed: Any = ast.literal_eval(document) if isinstance(document, str) else document
    return {it.get("Sid", "") for it in parsed["Statement"]}


def test_a_service_more_and_a_service_less_replace_nothing(bundle: Bundle) -> None:
    bundle.deploy(IMAGES)
    first = set(bundle.endpoints)
    bundle.update(IMAGES, LOGS)
    assert set(bundle.endpoints) == first | {"Interface logs"}
    bundle.update(IMAGES)
    assert set(bundle.endpoints) == first


def test_a_policy_is_changed_in_place(bundle: Bundle) -> None:
    bundle.deploy(IMAGES, LOGS)
    bundle.update(IMAGES, LOGS, policy=EndpointPolicy.full_access())
    assert statements(bundle.endpoints["Gateway s3"]) == {""}
    bundle.update(IMAGES, LOGS, policy=EndpointPolicy.account())
    assert "AllowImageLayersOfEcr" in statements(bundle.endpoints["Gateway s3"])


def test_clients_and_private_dns_are_changed_in_place(bundle: Bundle) -> None:
    bundle.deploy(LOGS)
    bundle.update(LOGS, clients=["10.0.0.0/24"], private_dns_enabled=False)
    assert bundle.endpoints["Interface logs"]["PrivateDnsEnabled"] is False


def test_endpoints_in_lanes_are_all_created(bundle: Bundle) -> None:
    bundle.deploy(*(AwsService.interface(name) for name in TWELVE))
    assert len(bundle.endpoints) == len(TWELVE)
    bundle.update(*(AwsService.interface(name) for name in TWELVE[1:]))
    assert len(bundle.endpoints) == len(TWELVE) - 1


def test_s3_for_on_premises_clients_comes_after_the_gateway_endpoint(bundle: Bundle) -> None:
    on_premises = AwsService.interface("s3", on_premises_only=True)
    bundle.deploy(AwsService.gateway("s3"), on_premises, clients=["192.168.0.0/16"])
    assert set(bundle.endpoints) == {"Gateway s3", "Interface s3"}


def test_everything_goes(bundle: Bundle) -> None:
    bundle.deploy(IMAGES, LOGS)
    bundle.stack.delete()
    assert bundle.endpoints == {}
