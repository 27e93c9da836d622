"""The library's Lambda handlers at work: in stacks that the CDK CLI deploys."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import CfnParameter
from aws_cdk import aws_route53 as route53
from tests.deploy import templates
from tests.deploy.apps import STACK, ZONES, payments, synthesize
from tests.deploy.cdk import CdkError
from tests.deploy.stacks import Stack
from tests.deploy.steps import (
    connection_states,
    described_service,
    eventually,
    private_dns_state,
    service_name,
)

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    LoadBalancerTopology,
    PrivateDnsName,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.deploy.accounts import Account
    from tests.deploy.cdk import Cdk

NAME = "payments.example.com"
DOMAIN = "example.com"


class Deployment:
    """A stack of the library's, deployed by the CLI."""

    def __init__(self, cdk: Cdk, account: Account, folder: Path) -> None:
        self._cdk = cdk
        self.account = account
        self._folder = folder
        self._count = 0
        self.stack = Stack(account, STACK)

    def synthesize(self, define: Callable[[Any, Any], Any]) -> Path:
        self._count += 1
        folder = self._folder / str(self._count)
        synthesize(define, folder, self.account.account_id)
        return folder

    def deploy(self, define: Callable[[Any, Any], Any]) -> Path:
        return self.deploy_assembly(self.synthesize(define))

    def deploy_assembly(self, folder: Path) -> Path:
        self._cdk.bootstrap(self.account)
        self._cdk.deploy(self.account, folder)
        return folder

    def destroy(self, folder: Path) -> None:
        self._cdk.destroy(self.account, folder)

    @property
    def service_id(self) -> str:
        found = self.account.ec2.describe_vpc_endpoint_service_configurations()
        (service,) = found["ServiceConfigurations"]
        return service.get("ServiceId", "")


@pytest.fixture
def deployment(cdk: Cdk, provider: Account, tmp_path: Path) -> Deployment:
    return Deployment(cdk, provider, tmp_path)


def connect(account: Account, service_id: str) -> str:
    template = templates.consumer(service_name(service_id), zones=ZONES[:2])
    return Stack(account, "Consumer").deploy(template)["Endpoint"]


def allowing(*accounts: Account) -> list[AllowedPrincipal]:
    return [AllowedPrincipal.account(account.account_id) for account in accounts]


def state_of(deployment: Deployment, owner: Account) -> str:
    found = deployment.account.ec2.describe_vpc_endpoint_connections(
        Filters=[{"Name": "service-id", "Values": [deployment.service_id]}]
    )
    (state,) = (
        item.get("VpcEndpointState", "")
        for item in found["VpcEndpointConnections"]
        if item.get("VpcEndpointOwner") == owner.account_id
    )
    return state


def wake_up(account: Account) -> None:
    """Send what the schedule sends, which the emulator doesn't."""
    client = account.client("sqs")
    (url,) = (
        it for it in client.list_queues()["QueueUrls"] if "DeadLetter" not in it.rpartition("/")[2]
    )
    client.send_message(QueueUrl=url, MessageBody='{"action":"reconcile"}')


@pytest.mark.parametrize("further", [0, 300], ids=["in the environment", "in AppConfig"])
def test_rules_accept_leave_and_reject(
    deployment: Deployment, new_account: Callable[..., Account], further: int
) -> None:
    known, stranger = new_account(), new_account()
    principals = [AllowedPrincipal.everyone()]
    others = [f"{number:012}" for number in range(further)]
    rules = AcceptancePolicy.by_rules(accept_accounts=[known.account_id, *others])
    deployment.deploy(payments(acceptance=rules, allowed_principals=principals))
    for account in (known, stranger):
        connect(account, deployment.service_id)
    eventually(lambda: state_of(deployment, known), "available")
    assert state_of(deployment, stranger) == "pendingAcceptance"
    rules = AcceptancePolicy.by_rules(
        accept_accounts=[stranger.account_id, *others], reject_accounts=[known.account_id]
    )
    before = deployment.service_id
    deployment.deploy(payments(acceptance=rules, allowed_principals=principals))
    eventually(lambda: state_of(deployment, stranger), "available")
    # Nobody is disconnected while the update can be rolled back.
    assert state_of(deployment, known) == "available"
    wake_up(deployment.account)
    eventually(lambda: state_of(deployment, known), "rejected")
    assert deployment.service_id == before


def test_fails_when_a_parameter_has_a_wrong_account(
    deployment: Deployment, new_account: Callable[..., Account]
) -> None:
    known = new_account()

    def with_parameter(accounts: str) -> Callable[[Any, Any], Any]:
        def define(stack: Any, vpc: Any) -> Any:
            parameter = CfnParameter(stack, "Accounts", type="CommaDelimitedList", default=accounts)
            rules = AcceptancePolicy.by_rules(accept_accounts=parameter.value_as_list)
            everyone = [AllowedPrincipal.everyone()]
            return payments(acceptance=rules, allowed_principals=everyone)(stack, vpc)

        return define

    with pytest.raises(CdkError, match="accept_accounts: not a 12-digit account ID: '5555'"):
        deployment.deploy(with_parameter(f"{known.account_id}, 5555"))
    assert deployment.stack.status() == "ROLLBACK_COMPLETE"


def test_rules_of_an_update_that_is_rolled_back_disconnect_nobody(
    deployment: Deployment, new_account: Callable[..., Account]
) -> None:
    known, second, newcomer = new_account(), new_account(), new_account()

    def with_rules(rules: AcceptancePolicy, *, fails: bool = False) -> Callable[[Any, Any], Any]:
        def define(stack: Any, vpc: Any) -> Any:
            service = payments(
                acceptance=rules, allowed_principals=allowing(known, second, newcomer)
            )(stack, vpc)
            if fails:
                # It can't be created, and comes after the new rules.
                record = route53.CfnRecordSet(
                    stack, "Fails", hosted_zone_id="ZNOTTHERE", name=f"{NAME}.", type="A"
                )
                record.node.add_dependency(service)
            return service

        return define

    accepts = AcceptancePolicy.by_rules(accept_accounts=[known.account_id, second.account_id])
    deployment.deploy(with_rules(accepts))
    connect(known, deployment.service_id)
    eventually(lambda: state_of(deployment, known), "available")
    rejects = AcceptancePolicy.by_rules(
        accept_accounts=[newcomer.account_id], reject_accounts=[known.account_id]
    )
    with pytest.raises(CdkError):
        deployment.deploy(with_rules(rejects, fails=True))
    assert deployment.stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    for account in (newcomer, second):
        connect(account, deployment.service_id)
    wake_up(deployment.account)
    # The rules from before hold again: they say nothing of the newcomer.
    eventually(lambda: state_of(deployment, second), "available")
    assert state_of(deployment, newcomer) == "pendingAcceptance"
    assert state_of(deployment, known) == "available"


def test_stack_with_rules_goes_when_nobody_is_connected(
    deployment: Deployment, new_account: Callable[..., Account]
) -> None:
    customer = new_account()
    rules = AcceptancePolicy.by_rules(accept_accounts=[customer.account_id])
    folder = deployment.deploy(payments(acceptance=rules, allowed_principals=allowing(customer)))
    deployment.destroy(folder)
    assert deployment.stack.status() in {None, "DELETE_COMPLETE"}


def in_own_zone(stack: Any, vpc: Any) -> None:
    zone = route53.PublicHostedZone(stack, "Zone", zone_name=DOMAIN)
    payments(private_dns_name=PrivateDnsName.in_hosted_zone(NAME, zone))(stack, vpc)


def test_private_name_is_verified_when_the_stack_is_there(deployment: Deployment) -> None:
    folder = deployment.deploy(in_own_zone)
    assert private_dns_state(deployment.account, deployment.service_id) == "verified"
    deployment.destroy(folder)
    assert deployment.stack.status() in {None, "DELETE_COMPLETE"}


ELSEWHERE = payments(private_dns_name=PrivateDnsName.external(NAME, wait_for_verification=True))


def test_deployment_waits_for_a_record_that_comes_later(deployment: Deployment) -> None:
    with ThreadPoolExecutor(1) as pool:
        deployed = pool.submit(deployment.deploy, ELSEWHERE)
        eventually(lambda: _names(deployment.account), [NAME])
        _publish_record(deployment.account)
        deployed.result()
    assert private_dns_state(deployment.account, deployment.service_id) == "verified"


def _names(account: Account) -> list[str]:
    found = account.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    return [item.get("PrivateDnsName", "") for item in found]


def _publish_record(account: Account) -> None:
    (service,) = account.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    proof = service.get("PrivateDnsNameConfiguration", {})
    zone = account.route53.create_hosted_zone(Name=DOMAIN, CallerReference=NAME)["HostedZone"]
    account.route53.change_resource_record_sets(
        HostedZoneId=zone["Id"],
        ChangeBatch={
            "Changes": [
                {
                    "Action": "CREATE",
                    "ResourceRecordSet": {
                        "Name": f"{proof.get('Name')}.{NAME}",
                        "Type": "TXT",
                        "TTL": 60,
                        "ResourceRecords": [{"Value": f'"{proof.get("Value")}"'}],
                    },
                }
            ]
        },
    )


def impatient(folder: Path) -> Path:
    """Wait two seconds: the library allows no less than a minute, which is too long here."""
    path = folder / f"{STACK}.template.json"
    template = json.loads(path.read_text())
    (waiter,) = (
        item["Properties"]
        for item in template["Resources"].values()
        if "TimeoutSeconds" in item.get("Properties", {})
    )
    waiter["TimeoutSeconds"] = 2
    path.write_text(json.dumps(template))
    return folder


def test_fails_when_the_record_never_comes(deployment: Deployment) -> None:
    folder = impatient(deployment.synthesize(ELSEWHERE))
    with pytest.raises(CdkError, match="is not verified after 2 seconds"):
        deployment.deploy_assembly(folder)
    assert deployment.stack.status() == "ROLLBACK_COMPLETE"
    assert _names(deployment.account) == []


def test_failing_handler_leaves_the_service_as_it_was(deployment: Deployment) -> None:
    deployment.deploy(payments())
    before = deployment.stack.physical_ids()
    folder = impatient(deployment.synthesize(ELSEWHERE))
    with pytest.raises(CdkError, match="is not verified after 2 seconds"):
        deployment.deploy_assembly(folder)
    assert deployment.stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert deployment.stack.physical_ids() == before
    assert _names(deployment.account) == [""]


def test_stack_with_a_private_name_has_one_function(deployment: Deployment) -> None:
    deployment.deploy(in_own_zone)
    functions = deployment.account.client("lambda").list_functions()["Functions"]
    assert [it["Handler"] for it in functions] == ["custom_resources.verify_private_dns.handler"]


def test_event_that_is_delivered_twice_changes_nothing(deployment: Deployment) -> None:
    deployment.deploy(in_own_zone)
    account = deployment.account
    (function,) = account.client("lambda").list_functions()["Functions"]
    before = deployment.stack.physical_ids()
    event = {**EVENT, "ResourceProperties": _verification(deployment)}
    for _ in range(2):
        # The answer has nowhere to go, which is an error of the function.
        account.client("lambda").invoke(
            FunctionName=function["FunctionName"], Payload=json.dumps(event)
        )
    assert private_dns_state(account, deployment.service_id) == "verified"
    assert deployment.stack.physical_ids() == before


EVENT = {
    "RequestType": "Create",
    "RequestId": "request",
    "LogicalResourceId": "Verification",
    "StackId": "stack",
    "ResponseURL": "http://127.0.0.1:9/",
}


def _verification(deployment: Deployment) -> dict[str, Any]:
    proof = described_service(deployment.account, deployment.service_id).get(
        "PrivateDnsNameConfiguration", {}
    )
    return {
        "PrivateDnsName": NAME,
        "RecordName": f"{proof.get('Name')}.{NAME}",
        "RecordValue": proof.get("Value"),
        "ServiceId": deployment.service_id,
        "TimeoutSeconds": "60",
    }


def hurried(folder: Path, *, seconds: int = 4, margin: str = "2") -> Path:
    """Give functions a few seconds for each invocation, so that they have to go on in another."""
    path = folder / f"{STACK}.template.json"
    template = json.loads(path.read_text())
    for item in template["Resources"].values():
        if item["Type"] == "AWS::Lambda::Function":
            variables = {"MARGIN_SECONDS": margin, "POLL_SECONDS": "0.2"}
            item["Properties"] |= {"Timeout": seconds, "Environment": {"Variables": variables}}
    path.write_text(json.dumps(template))
    return folder


def _publish_after(deployment: Deployment, folder: Path, wait: float) -> None:
    """Deploy, and publish the record of the name some time after the service is there."""
    with ThreadPoolExecutor(1) as pool:
        deployed = pool.submit(deployment.deploy_assembly, folder)
        eventually(lambda: _names(deployment.account), [NAME])
        time.sleep(wait)
        _publish_record(deployment.account)
        deployed.result()


def _hops(deployment: Deployment) -> set[int]:
    """Return which invocations wrote a log line."""
    client = deployment.account.client("logs")
    found: set[int] = set()
    for group in client.describe_log_groups()["logGroups"]:
        for event in client.filter_log_events(logGroupName=group["logGroupName"])["events"]:
            if event["message"].startswith("{"):
                found.add(json.loads(event["message"])["hop"])
    return found


def test_function_goes_on_in_further_invocations(deployment: Deployment) -> None:
    _publish_after(deployment, hurried(deployment.synthesize(ELSEWHERE)), wait=6)
    assert private_dns_state(deployment.account, deployment.service_id) == "verified"
    assert {0, 1, 2} <= _hops(deployment)


DIES = """
import os as _os, tempfile as _tempfile
_serve = handler
def handler(event, context):
    mark = _os.path.join(_tempfile.gettempdir(), "died-" + event["RequestId"])
    if event.get("Continuation", {}).get("Hop") == 1 and not _os.path.exists(mark):
        open(mark, "w").close()
        _os._exit(1)
    _serve(event, context)
"""


def test_function_that_dies_in_a_later_invocation_is_repeated(deployment: Deployment) -> None:
    folder = hurried(deployment.synthesize(ELSEWHERE))
    (code,) = folder.glob("asset.*/custom_resources/verify_private_dns.py")
    code.write_text(code.read_text() + DIES)
    _publish_after(deployment, folder, wait=6)
    assert private_dns_state(deployment.account, deployment.service_id) == "verified"
    assert list((deployment.account.emulator.home / "tmp").glob("died-*"))


def test_delete_with_a_verified_name_calls_nothing(deployment: Deployment) -> None:
    folder = deployment.deploy(in_own_zone)
    deployment.deploy(payments())
    deployment.destroy(folder)
    assert deployment.stack.status() in {None, "DELETE_COMPLETE"}


def rejecting(consumer: Account, *, reject: bool) -> Callable[[Any, Any], Any]:
    return payments(
        acceptance=AcceptancePolicy.automatic(),
        allowed_principals=allowing(consumer),
        reject_connections_on_delete=reject,
    )


def test_deletion_rejects_connections_if_that_was_requested(
    deployment: Deployment, consumer: Account
) -> None:
    folder = deployment.deploy(rejecting(consumer, reject=True))
    connect(consumer, deployment.service_id)
    deployment.destroy(folder)
    assert deployment.stack.status() in {None, "DELETE_COMPLETE"}


def test_update_rejects_nothing(deployment: Deployment, consumer: Account) -> None:
    deployment.deploy(rejecting(consumer, reject=True))
    connect(consumer, deployment.service_id)
    deployment.deploy(rejecting(consumer, reject=False))
    eventually(lambda: connection_states(deployment.account, deployment.service_id), ["available"])


def test_service_that_another_stack_took_over_keeps_its_connections(
    deployment: Deployment, consumer: Account
) -> None:
    """The custom resource is deleted with the stack, and the service isn't in it any more."""
    folder = deployment.synthesize(rejecting(consumer, reject=True))
    path = folder / f"{STACK}.template.json"
    template = json.loads(path.read_text())
    (rejection,) = (
        item["Properties"]
        for item in template["Resources"].values()
        if item["Type"] == "Custom::PrivateLinkRejectOnDelete"
    )
    rejection["ServiceLogicalId"] = "Elsewhere"
    path.write_text(json.dumps(template))
    deployment.deploy_assembly(folder)
    connect(consumer, deployment.service_id)
    function = _function_that(deployment, "reject_connections")
    event = {
        **EVENT,
        "RequestType": "Delete",
        "PhysicalResourceId": "Rejected",
        "StackId": deployment.stack.stack_id(),
        "ResourceProperties": {**rejection, "ServiceId": deployment.service_id},
    }
    deployment.account.client("lambda").invoke(
        FunctionName=function, InvocationType="Event", Payload=json.dumps(event)
    )
    time.sleep(3)
    assert connection_states(deployment.account, deployment.service_id) == ["available"]


def _function_that(deployment: Deployment, does: str) -> str:
    (name,) = (
        item["FunctionName"]
        for item in deployment.account.client("lambda").list_functions()["Functions"]
        if item["Handler"] == f"custom_resources.{does}.handler"
    )
    return name


def in_delegated_zone(zone_id: str, role: str) -> Callable[[Any, Any], Any]:
    name = PrivateDnsName.in_delegated_zone(
        NAME, hosted_zone_id=zone_id, zone_name=DOMAIN, role_arn=role
    )
    return payments(private_dns_name=name)


def _delegated_zone(account: Account, name: str) -> tuple[str, str]:
    """Make a public hosted zone, and a role that others may assume."""
    zone = account.route53.create_hosted_zone(Name=DOMAIN, CallerReference=name)["HostedZone"]
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    role = account.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(trust)
    )
    return zone["Id"].rpartition("/")[2], role["Role"]["Arn"]


def _txt_records(account: Account, zone_id: str) -> list[str]:
    found = account.route53.list_resource_record_sets(HostedZoneId=zone_id)
    return [it["Name"] for it in found["ResourceRecordSets"] if it["Type"] == "TXT"]


def test_record_in_a_delegated_zone_moves_and_goes(
    deployment: Deployment, new_account: Callable[..., Account]
) -> None:
    one, two = new_account(), new_account()
    places = {account: _delegated_zone(account, "Dns") for account in (one, two)}
    deployment.deploy(in_delegated_zone(*places[one]))
    assert len(_txt_records(one, places[one][0])) == 1
    folder = deployment.deploy(in_delegated_zone(*places[two]))
    assert _txt_records(one, places[one][0]) == []
    assert len(_txt_records(two, places[two][0])) == 1
    deployment.destroy(folder)
    assert _txt_records(two, places[two][0]) == []


def test_further_zone_of_a_regional_load_balancer_is_offered(deployment: Deployment) -> None:
    regional = LoadBalancerTopology.REGIONAL
    deployment.deploy(payments(topology=regional, zones=ZONES[:2]))
    before = deployment.service_id
    deployment.deploy(payments(topology=regional, zones=ZONES))
    described = described_service(deployment.account, deployment.service_id)
    assert described.get("AvailabilityZones") == [*ZONES]
    assert deployment.service_id == before
