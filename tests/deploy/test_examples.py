"""Every example lives and goes: deployed, looked at, deployed again, destroyed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.deploy import assembly, presupposed
from tests.deploy.accounts import Account
from tests.deploy.emulator import ROOT
from tests.deploy.inventory import inventory
from tests.deploy.metric_data import alarming, write
from tests.deploy.stacks import Stack
from tests.deploy.steps import described_service, eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.deploy.assembly import StackArtifact
    from tests.deploy.cdk import Cdk
    from tests.deploy.emulator import Emulator

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/app.py"))
LIVE = {"available", "pending", "pendingAcceptance"}


class Example:
    """An example, synthesized."""

    def __init__(self, emulator: Emulator, cdk: Cdk, app: Path) -> None:
        self.cdk = cdk
        self.folder = emulator.home / "assemblies" / app.name
        self.default = Account(emulator, "111111111111")
        cdk.synthesize(self.default, app, self.folder)
        presupposed.satisfy(emulator, app, self.folder)
        self.artifacts = assembly.stacks(self.folder)
        self.accounts = {
            (item.account_id, item.region): Account(emulator, item.account_id, item.region)
            for item in self.artifacts
        }
        self.default = self.account_of(self.artifacts[0])

    def account_of(self, artifact: StackArtifact) -> Account:
        return self.accounts[artifact.account_id, artifact.region]

    def stack(self, artifact: StackArtifact) -> Stack:
        return Stack(self.account_of(artifact), artifact.name)

    def bootstrap(self) -> None:
        for key in sorted(self.accounts):
            self.cdk.bootstrap(self.accounts[key])

    def inventories(self) -> dict[tuple[str, str], set[str]]:
        return {key: inventory(account) for key, account in self.accounts.items()}

    def physical_ids(self) -> dict[str, dict[str, str]]:
        return {item.name: self.stack(item).physical_ids() for item in self.artifacts}

    def events(self) -> str:
        return "\n".join(
            f"{item.name} ({item.account_id}, {item.region}):\n{self.stack(item).events_as_text()}"
            for item in self.artifacts
        )


@pytest.fixture(params=EXAMPLES, ids=[path.name for path in EXAMPLES])
def example(request: pytest.FixtureRequest, emulator: Emulator, cdk: Cdk) -> Example:
    found = Example(emulator, cdk, request.param)
    found.bootstrap()
    return found


def test_example_lives_and_goes(example: Example, request: pytest.FixtureRequest) -> None:
    before = example.inventories()
    try:
        example.cdk.deploy(example.default, example.folder)
        _look(example)
        _deploy_again(example)
        example.cdk.destroy(example.default, example.folder)
    finally:
        request.node.add_report_section("call", "stack events", example.events())
    for artifact in example.artifacts:
        assert example.stack(artifact).status() in {None, "DELETE_COMPLETE"}
    assert example.inventories() == before


def _deploy_again(example: Example) -> None:
    before = example.physical_ids()
    said = example.cdk.deploy(example.default, example.folder)
    assert said.count("(no changes)") == len(example.artifacts), said
    assert example.physical_ids() == before


def _look(example: Example) -> None:
    looks: tuple[tuple[str, Callable[[Example, StackArtifact, str, dict[str, Any]], None]], ...] = (
        ("AWS::CloudWatch::Alarm", _look_at_alarm),
        ("AWS::EC2::VPCEndpoint", _look_at_endpoint),
        ("AWS::EC2::VPCEndpointConnectionNotification", _look_at_notification),
        ("AWS::EC2::VPCEndpointService", _look_at_service),
        ("AWS::EC2::VPCEndpointServicePermissions", _look_at_permissions),
        ("AWS::Organizations::Policy", _look_at_policy),
        ("AWS::Route53::RecordSet", _look_at_record),
    )
    for artifact in example.artifacts:
        ids = example.stack(artifact).physical_ids()
        for resource_type, look in looks:
            for logical_id, resource in artifact.of_type(resource_type).items():
                look(example, artifact, ids[logical_id], resource.get("Properties", {}))


def _look_at_service(
    example: Example, artifact: StackArtifact, service_id: str, properties: dict[str, Any]
) -> None:
    account = example.account_of(artifact)
    service = described_service(account, service_id)
    arns = service.get("NetworkLoadBalancerArns", [])
    assert len(arns) == len(properties["NetworkLoadBalancerArns"])
    found = account.elbv2.describe_load_balancers(LoadBalancerArns=arns)["LoadBalancers"]
    zones = {zone.get("ZoneName") for item in found for zone in item.get("AvailabilityZones", [])}
    assert set(service.get("AvailabilityZones", [])) == zones
    assert service.get("AcceptanceRequired") is properties["AcceptanceRequired"]
    assert service.get("PrivateDnsName") == properties.get("PrivateDnsName")


def _look_at_permissions(
    example: Example, artifact: StackArtifact, service_id: str, properties: dict[str, Any]
) -> None:
    ec2 = example.account_of(artifact).ec2
    found = ec2.describe_vpc_endpoint_service_permissions(ServiceId=service_id)
    assert len(found["AllowedPrincipals"]) == len(properties["AllowedPrincipals"])


def _look_at_policy(
    example: Example, artifact: StackArtifact, policy_id: str, properties: dict[str, Any]
) -> None:
    organizations = example.account_of(artifact).client("organizations")
    policy = organizations.describe_policy(PolicyId=policy_id)["Policy"]
    assert json.loads(policy["Content"]) == properties["Content"]
    targets = organizations.list_targets_for_policy(PolicyId=policy_id)["Targets"]
    assert [it["TargetId"] for it in targets] == properties["TargetIds"]


def _look_at_endpoint(
    example: Example, artifact: StackArtifact, endpoint_id: str, properties: dict[str, Any]
) -> None:
    ec2 = example.account_of(artifact).ec2
    (found,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"]
    assert found.get("State") in LIVE
    assert len(found.get("SubnetIds", [])) == len(properties.get("SubnetIds", []))


def _look_at_notification(
    example: Example, artifact: StackArtifact, notification_id: str, properties: dict[str, Any]
) -> None:
    ec2 = example.account_of(artifact).ec2
    (found,) = ec2.describe_vpc_endpoint_connection_notifications(
        ConnectionNotificationId=notification_id
    )["ConnectionNotificationSet"]
    assert found.get("ConnectionEvents") == sorted(properties["ConnectionEvents"])


def _look_at_record(
    example: Example, artifact: StackArtifact, name: str, _properties: dict[str, Any]
) -> None:
    route53 = example.account_of(artifact).route53
    zones = [zone["Id"] for zone in route53.list_hosted_zones()["HostedZones"]]
    names = {
        record["Name"]
        for zone in zones
        for record in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    }
    assert name in names


def _look_at_alarm(
    example: Example, artifact: StackArtifact, name: str, _properties: dict[str, Any]
) -> None:
    """Look at an alarm, and put it into ALARM by data with its own dimensions."""
    cloudwatch = example.account_of(artifact).client("cloudwatch")

    def found() -> list[dict[str, Any]]:
        return cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]

    eventually(lambda: len(found()), 1)
    [alarm] = found()
    for metric, value, period in alarming(alarm):
        write(cloudwatch, metric, value, period=period, periods=alarm["EvaluationPeriods"])
    eventually(lambda: found()[0]["StateValue"], "ALARM")
