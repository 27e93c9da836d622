"""A service that moves from the CDK's own constructs to this library stays the same."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from tests.deploy import templates
from tests.deploy.emulator import ROOT
from tests.deploy.stacks import Stack
from tests.deploy.steps import connection_states, described_service, eventually, service_name
from tests.examples.running import context_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deploy.accounts import Account
    from tests.deploy.cdk import Cdk

EXAMPLE = ROOT / "examples" / "moving_over" / "app.py"
KINDS = ("AWS::EC2::VPCEndpointService", "AWS::EC2::VPCEndpointServicePermissions")


def assembly(kind: str, account: Account, folder: Path) -> Path:
    """Synthesize one of the example's stacks, always under the same name."""
    app = cdk.App(context=context_of("moving_over"), outdir=str(folder), analytics_reporting=False)
    environment = cdk.Environment(account=account.account_id, region=account.region)
    example: dict[str, Any] = runpy.run_path(str(EXAMPLE))
    example[kind](app, "Ledger", env=environment)
    app.synth()
    return folder


def connect(service_id: str, stack: Stack) -> None:
    zones = ("eu-west-1a",)
    stack.deploy(templates.consumer(service_name(service_id), zones=zones))


def test_the_service_and_its_connections_stay(
    provider: Account, consumer: Account, cdk: Cdk, tmp_path: Path
) -> None:
    cdk.bootstrap(provider)
    stack = Stack(provider, "Ledger")
    cdk.deploy(provider, assembly("BeforeStack", provider, tmp_path / "before"))
    before = stack.physical_ids()
    service_id = before["ServiceD69D759B"]
    ec2 = provider.ec2
    ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service_id, AddAllowedPrincipals=[f"arn:aws:iam::{consumer.account_id}:root"]
    )
    connect(service_id, Stack(consumer, "Consumer"))
    states = connection_states(provider, service_id)

    cdk.deploy(provider, assembly("AfterStack", provider, tmp_path / "after"))

    after = stack.physical_ids()
    assert {name: after.get(name) for name in before} == before
    assert {name for name in after if name not in before}
    assert described_service(provider, service_id).get("ServiceState") == "Available"
    eventually(lambda: connection_states(provider, service_id), states)
