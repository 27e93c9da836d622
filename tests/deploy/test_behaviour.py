"""What works on AWS works in the emulator: the ground on which refusals mean something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.deploy import templates
from tests.deploy.stacks import Stack, StackError
from tests.deploy.steps import connections, described_service, eventually, service_name, verify
from tests.deploy.templates import att, ref, resource
from tests.deploy.test_refusals import NAME, notification, topic_policy, with_notification
from tests.support.replacement import compare

if TYPE_CHECKING:
    from tests.deploy.accounts import Account

ENDPOINT_ATTRIBUTES = {
    "First": {"Fn::Select": [0, att("Endpoint", "DnsEntries")]},
    "Interfaces": {"Fn::Join": [",", att("Endpoint", "NetworkInterfaceIds")]},
}


def test_service_is_described_as_deployed(provider_stack: Stack) -> None:
    found = provider_stack.deploy(templates.provider(AcceptanceRequired=True))
    described = described_service(provider_stack.account, found["Service"])
    assert described.get("AcceptanceRequired") is True
    assert described.get("NetworkLoadBalancerArns") == sorted([found["Nlba"], found["Nlbb"]])
    assert described.get("ServiceName") == service_name(found["Service"])


def test_load_balancer_is_a_network_load_balancer(provider_stack: Stack) -> None:
    arn = provider_stack.deploy(templates.provider())["Nlbb"]
    (found,) = provider_stack.account.elbv2.describe_load_balancers(LoadBalancerArns=[arn])[
        "LoadBalancers"
    ]
    assert ":loadbalancer/net/" in arn
    assert found.get("Type") == "network"
    assert [item.get("ZoneName") for item in found.get("AvailabilityZones", [])] == ["eu-west-1b"]


def test_principals_are_authoritative(provider_stack: Stack) -> None:
    account = provider_stack.account
    first, second = (f"arn:aws:iam::{number * 12}:root" for number in "12")
    service_id = provider_stack.deploy(templates.provider(first))["Service"]
    provider_stack.deploy(templates.provider(second, "*"))
    found = account.ec2.describe_vpc_endpoint_service_permissions(ServiceId=service_id)
    assert [item.get("Principal") for item in found["AllowedPrincipals"]] == ["*", second]


def test_service_can_be_found_by_who_may_connect(provider_stack: Stack, consumer: Account) -> None:
    service_id = provider_stack.deploy(templates.provider(consumer.root))["Service"]
    found = consumer.ec2.describe_vpc_endpoint_services(ServiceNames=[service_name(service_id)])
    assert found["ServiceDetails"][0].get("Owner") == provider_stack.account.account_id


def test_fails_when_a_stranger_looks_for_a_service(
    provider_stack: Stack, consumer: Account
) -> None:
    service_id = provider_stack.deploy(templates.provider())["Service"]
    with pytest.raises(ClientError, match="InvalidServiceName"):
        consumer.ec2.describe_vpc_endpoint_services(ServiceNames=[service_name(service_id)])


def test_first_dns_entry_is_the_regional_name(provider_stack: Stack, consumer_stack: Stack) -> None:
    service_id = provider_stack.deploy(templates.provider("*"))["Service"]
    template = templates.consumer(service_name(service_id))
    template["Outputs"] = {k: {"Value": v} for k, v in ENDPOINT_ATTRIBUTES.items()}
    endpoint_id = consumer_stack.deploy(template)["Endpoint"]
    zone, _, name = consumer_stack.outputs()["First"].partition(":")
    assert zone.startswith("Z")
    assert name.startswith(endpoint_id)
    assert name.endswith(f".{service_id}.eu-west-1.vpce.amazonaws.com")
    assert "eu-west-1a" not in name
    assert len(consumer_stack.outputs()["Interfaces"].split(",")) == len(templates.ZONES)


def test_role_of_an_account_may_connect(provider_stack: Stack, consumer_stack: Stack) -> None:
    role = f"arn:aws:iam::{consumer_stack.account.account_id}:role/deployment"
    service_id = provider_stack.deploy(templates.provider(role))["Service"]
    consumer_stack.deploy(templates.consumer(service_name(service_id)))
    (found,) = connections(provider_stack.account, service_id)
    assert found.get("VpcEndpointOwner") == consumer_stack.account.account_id


def test_wildcard_name_is_proven_by_the_record_of_its_parent(provider_stack: Stack) -> None:
    template = templates.provider(PrivateDnsName=f"*.{NAME}")
    template["Resources"].update(templates.txt_record(NAME))
    verify(provider_stack.account, provider_stack.deploy(template)["Service"])


def test_dropped_private_name_is_gone(provider_stack: Stack) -> None:
    service_id = provider_stack.deploy(templates.provider(PrivateDnsName=NAME))["Service"]
    provider_stack.deploy(templates.provider())
    assert "PrivateDnsName" not in described_service(provider_stack.account, service_id)


def test_notifications_reach_the_queue(provider_stack: Stack, consumer_stack: Stack) -> None:
    account = provider_stack.account
    subscription = resource(
        "AWS::SNS::Subscription",
        TopicArn=ref("Topic"),
        Protocol="sqs",
        Endpoint=att("Queue", "Arn"),
    )
    more = {"Queue": resource("AWS::SQS::Queue"), "Subscription": subscription}
    template = with_notification(notification(), topic_policy(), more)
    template["Resources"].update(templates.permissions("*"))
    found = provider_stack.deploy(template)
    consumer_stack.deploy(templates.consumer(service_name(found["Service"])))
    account.ec2.reject_vpc_endpoint_connections(
        ServiceId=found["Service"], VpcEndpointIds=[consumer_stack.physical_ids()["Endpoint"]]
    )
    seen: list[str] = []

    def received() -> list[str]:
        answer = account.sqs.receive_message(QueueUrl=found["Queue"], MaxNumberOfMessages=10)
        bodies = [json.loads(item.get("Body", "{}")) for item in answer.get("Messages", [])]
        seen.extend(json.loads(body["Message"])["connectionEvent"] for body in bodies)
        return sorted(seen)

    eventually(received, ["Connect", "Reject"])


def test_notification_is_updated_in_place(provider_stack: Stack) -> None:
    parts = (topic_policy(),)
    first = provider_stack.deploy(with_notification(notification(), *parts))
    second = provider_stack.deploy(
        with_notification(notification(ConnectionEvents=["Connect"]), *parts)
    )
    assert first["Notification"] == second["Notification"]
    found = provider_stack.account.ec2.describe_vpc_endpoint_connection_notifications()
    assert found["ConnectionNotificationSet"][0].get("ConnectionEvents") == ["Connect"]


def test_deleted_stacks_leave_nothing(provider_stack: Stack, consumer_stack: Stack) -> None:
    template = with_notification(notification(), topic_policy(), templates.permissions("*"))
    service_id = provider_stack.deploy(template)["Service"]
    consumer_stack.deploy(templates.consumer(service_name(service_id)))
    consumer_stack.delete()
    provider_stack.delete()
    ec2 = provider_stack.account.ec2
    assert ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"] == []
    assert ec2.describe_vpc_endpoint_connection_notifications()["ConnectionNotificationSet"] == []


def output_of(
    account: Account, role: str | None, name: str = "Out", region: str = "eu-west-1"
) -> dict[str, Any]:
    call = {"StackName": "Provider", "Region": region, "OutputName": name}
    if role:
        call["RoleArn"] = f"arn:aws:iam::{account.account_id}:role/{role}"
    value = {"Fn::GetStackOutput": call}
    parameter = resource("AWS::SSM::Parameter", Type="String", Value=value)
    return templates.template({"Parameter": parameter}, outputs={"Seen": att("Parameter", "Value")})


def published(role: str) -> dict[str, Any]:
    document: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
    found = resource("AWS::IAM::Role", RoleName=role, AssumeRolePolicyDocument=document)
    return templates.template({"Role": found}, outputs={"Out": "over there"})


def test_output_of_another_account_is_read(provider_stack: Stack, consumer_stack: Stack) -> None:
    provider_stack.deploy(published("Publisher"))
    consumer_stack.deploy(output_of(provider_stack.account, "Publisher"))
    assert consumer_stack.outputs() == {"Seen": "over there"}


def test_output_of_another_region_is_read(provider_stack: Stack) -> None:
    provider_stack.deploy(published("Publisher"))
    elsewhere = Stack(provider_stack.account.in_region("us-east-1"))
    elsewhere.deploy(output_of(provider_stack.account, None))
    assert elsewhere.outputs() == {"Seen": "over there"}


@pytest.mark.parametrize(
    ("role", "name", "reason"),
    [("Stranger", "Out", "can't be assumed"), ("Publisher", "Other", "not found in stack")],
)
def test_fails_when_an_output_cannot_be_read(
    provider_stack: Stack, consumer_stack: Stack, role: str, name: str, reason: str
) -> None:
    provider_stack.deploy(published("Publisher"))
    template = output_of(provider_stack.account, role, name)
    assert reason in consumer_stack.refuse(template)


def test_fails_when_a_stack_cannot_be_deployed(provider_stack: Stack) -> None:
    with pytest.raises(StackError, match="InvalidPrincipal"):
        provider_stack.deploy(templates.provider("nobody"))


# The fast tool says what is replaced; here it is.


def changed(**properties: dict[str, Any]) -> dict[str, Any]:
    template = templates.provider("*")
    for logical_id, given in properties.items():
        template["Resources"][logical_id]["Properties"].update(given)
    return template


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(changed(Permissions={"AllowedPrincipals": []}), id="principals"),
        pytest.param(changed(Service={"AcceptanceRequired": True}), id="acceptance"),
        pytest.param(changed(Service={"PrivateDnsName": NAME}), id="private-name"),
        pytest.param(changed(Service={"SupportedRegions": ["us-east-1"]}), id="regions"),
        pytest.param(changed(Nlba={"IpAddressType": "dualstack"}), id="address-type"),
        pytest.param(templates.provider("*", zones=templates.ZONES[:1]), id="zone-less"),
        pytest.param(
            templates.provider("*", zones=(*templates.ZONES, "eu-west-1c")), id="zone-more"
        ),
        pytest.param(changed(Subneta={"CidrBlock": "10.0.9.0/24"}), id="subnet"),
    ],
)
def test_fast_comparison_agrees_with_the_deployment(
    provider_stack: Stack, after: dict[str, Any]
) -> None:
    before = templates.provider("*")
    old = provider_stack.deploy(before)
    new = provider_stack.deploy(after)
    really = tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name]))
    assert compare(before, after).replaced_ids == really


def test_fast_comparison_agrees_on_endpoints(
    provider_stack: Stack, consumer_stack: Stack, new_account: Any
) -> None:
    first = provider_stack.deploy(templates.provider("*"))["Service"]
    second = Stack(new_account()).deploy(templates.provider("*"))["Service"]
    before, after = (templates.consumer(service_name(item)) for item in (first, second))
    old, new = consumer_stack.deploy(before), consumer_stack.deploy(after)
    really = tuple(name for name in old if old[name] != new[name])
    assert compare(before, after).replaced_ids == really == ("Endpoint",)
