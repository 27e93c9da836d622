"""The emulator behaves badly where AWS does: what is refused there is refused here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.deploy import templates
from tests.deploy.stacks import Stack
from tests.deploy.steps import (
    connection_states,
    connections,
    described_service,
    eventually,
    private_dns_state,
    service_name,
    verify,
)
from tests.deploy.templates import ref, resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.deploy.accounts import Account

NAME = "payments.example.com"
THREE_ZONES = (*templates.ZONES, "eu-west-1c")


class Pair:
    """A provider with a service, and a consumer with the permission to connect."""

    def __init__(self, provider: Stack, consumer: Stack) -> None:
        self.provider = provider
        self.consumer = consumer

    def publish(self, *extra: templates.Resources, **properties: Any) -> str:
        """Deploy the provider's side, and give the service's id."""
        self.template = templates.provider(self.consumer.account.root, **properties)
        for part in extra:
            self.template["Resources"].update(part)
        return self.provider.deploy(self.template)["Service"]

    def connect(self, service_id: str, **properties: Any) -> str:
        """Deploy the consumer's side, and give the endpoint's id."""
        template = templates.consumer(service_name(service_id), **properties)
        return self.consumer.deploy(template)["Endpoint"]

    def publish_proven(self, **properties: Any) -> str:
        """Deploy a service whose private name is verified."""
        service_id = self.publish(templates.txt_record(NAME), PrivateDnsName=NAME, **properties)
        verify(self.provider.account, service_id)
        return service_id


@pytest.fixture
def pair(provider_stack: Stack, consumer_stack: Stack) -> Pair:
    return Pair(provider_stack, consumer_stack)


# Services


def test_fails_when_a_live_service_is_deleted(pair: Pair) -> None:
    pair.connect(pair.publish())
    assert "ExistingVpcEndpointConnections" in pair.provider.refuse_deletion()


def test_live_service_is_refused_in_the_list_of_the_unsuccessful(pair: Pair) -> None:
    service_id = pair.publish()
    pair.connect(service_id)
    answer = pair.provider.account.ec2.delete_vpc_endpoint_service_configurations(
        ServiceIds=[service_id]
    )
    (refused,) = answer["Unsuccessful"]
    assert refused.get("ResourceId") == service_id
    assert refused.get("Error", {}).get("Code") == "ExistingVpcEndpointConnections"


def test_fails_when_a_service_with_a_waiting_connection_is_deleted(pair: Pair) -> None:
    pair.connect(pair.publish(AcceptanceRequired=True))
    assert "ExistingVpcEndpointConnections" in pair.provider.refuse_deletion()


def test_service_goes_once_its_connections_are_rejected(pair: Pair) -> None:
    service_id = pair.publish()
    endpoint_id = pair.connect(service_id)
    pair.provider.account.ec2.reject_vpc_endpoint_connections(
        ServiceId=service_id, VpcEndpointIds=[endpoint_id]
    )
    pair.provider.delete()
    assert pair.provider.status() in {None, "DELETE_COMPLETE"}


def test_fails_when_a_load_balancer_leaves_a_live_service(pair: Pair) -> None:
    service_id = pair.publish()
    pair.connect(service_id)
    fewer = templates.provider(pair.consumer.account.root, zones=templates.ZONES[:1])
    assert "ExistingVpcEndpointConnections" in pair.provider.refuse(fewer)
    assert described_service(pair.provider.account, service_id).get("AvailabilityZones") == [
        *templates.ZONES
    ]


def test_load_balancer_leaves_a_service_without_connections(pair: Pair) -> None:
    service_id = pair.publish()
    fewer = templates.provider(pair.consumer.account.root, zones=templates.ZONES[:1])
    assert pair.provider.deploy(fewer)["Service"] == service_id
    assert described_service(pair.provider.account, service_id).get("AvailabilityZones") == [
        templates.ZONES[0]
    ]


def test_fails_when_the_last_load_balancer_leaves(provider_stack: Stack) -> None:
    template = templates.provider()
    provider_stack.deploy(template)
    template["Resources"]["Service"]["Properties"]["NetworkLoadBalancerArns"] = []
    assert "at least one load balancer" in provider_stack.refuse(template)


def test_fails_when_a_load_balancer_is_in_two_services(provider_stack: Stack) -> None:
    template = templates.provider()
    template["Resources"]["Twin"] = template["Resources"]["Service"]
    assert "already associated with vpce-svc-" in provider_stack.refuse(template)


def test_fails_when_a_service_has_no_load_balancer(provider_stack: Stack) -> None:
    template = templates.provider(NetworkLoadBalancerArns=[])
    assert "MissingParameter" in provider_stack.refuse(template)


def test_fails_when_a_service_has_a_gateway_load_balancer(provider_stack: Stack) -> None:
    template = templates.provider(GatewayLoadBalancerArns=["arn"])
    assert "no Gateway Load Balancers" in provider_stack.refuse(template)


def test_fails_when_a_service_has_an_application_load_balancer(provider_stack: Stack) -> None:
    template = templates.provider()
    template["Resources"]["Nlba"]["Properties"]["Type"] = "application"
    assert "is no Network Load Balancer" in provider_stack.refuse(template)


def test_fails_when_the_payer_changes_back(provider_stack: Stack) -> None:
    provider_stack.deploy(templates.provider(PayerResponsibility="ServiceOwner"))
    assert "can't be reverted" in provider_stack.refuse(templates.provider())


def test_fails_when_the_host_region_is_removed(provider_stack: Stack) -> None:
    regions = ["eu-west-1", "us-east-1"]
    provider_stack.deploy(templates.provider(SupportedRegions=regions))
    fewer = templates.provider(SupportedRegions=regions[1:])
    assert "host Region" in provider_stack.refuse(fewer)


@pytest.mark.parametrize(
    "principal",
    [
        "arn:aws:iam::111111111111:role/path/name",
        "arn:aws:iam::111111111111:user/path/name",
        "arn:aws:sts::111111111111:assumed-role/name/session",
        "11111111111",
    ],
)
def test_fails_when_a_principal_has_a_wrong_form(provider_stack: Stack, principal: str) -> None:
    assert "InvalidPrincipal" in provider_stack.refuse(templates.provider(principal))


def test_fails_when_a_name_is_no_private_dns_name(provider_stack: Stack) -> None:
    template = templates.provider(PrivateDnsName="Payments.example.com")
    assert "Invalid private DNS name" in provider_stack.refuse(template)


def test_fails_when_somebody_elses_service_is_touched(pair: Pair) -> None:
    service_id = pair.publish()
    with pytest.raises(ClientError, match=r"InvalidVpcEndpointServiceId\.NotFound"):
        pair.consumer.account.ec2.modify_vpc_endpoint_service_configuration(
            ServiceId=service_id, AcceptanceRequired=True
        )


def test_fails_when_a_service_without_name_is_verified(provider_stack: Stack) -> None:
    service_id = provider_stack.deploy(templates.provider())["Service"]
    with pytest.raises(ClientError, match="doesn't have a private DNS name"):
        provider_stack.account.ec2.start_vpc_endpoint_service_private_dns_verification(
            ServiceId=service_id
        )


# Load balancers


def test_fails_when_a_load_balancer_in_use_is_deleted(provider_stack: Stack) -> None:
    arn = provider_stack.deploy(templates.provider())["Nlba"]
    with pytest.raises(ClientError, match="ResourceInUse"):
        provider_stack.account.elbv2.delete_load_balancer(LoadBalancerArn=arn)


def test_fails_when_a_protected_load_balancer_is_deleted(provider_stack: Stack) -> None:
    protection = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    balancer = templates.load_balancer("Subneta", LoadBalancerAttributes=protection)
    provider_stack.deploy(templates.template(templates.network(), {"Nlb": balancer}))
    assert "OperationNotPermitted" in provider_stack.refuse_deletion()


def test_fails_when_a_load_balancer_gets_a_first_security_group(provider_stack: Stack) -> None:
    provider_stack.deploy(templates.provider())
    template = templates.provider()
    template["Resources"]["Nlba"]["Properties"]["SecurityGroups"] = ["sg-1"]
    assert "unless you specified a security group" in provider_stack.refuse(template)


def regional(account: Account, *subnets: str) -> dict[str, Any]:
    balancer = {"Nlb": templates.load_balancer(*subnets)}
    return templates.template(
        templates.network(THREE_ZONES),
        balancer,
        templates.service(balancer),
        templates.permissions(account.root),
    )


def test_fails_when_a_subnet_of_connected_endpoints_is_removed(pair: Pair) -> None:
    account = pair.consumer.account
    service_id = pair.provider.deploy(regional(account, "Subneta", "Subnetb"))["Service"]
    pair.connect(service_id)
    assert "endpoints of vpce-svc-" in pair.provider.refuse(regional(account, "Subneta"))


def test_fails_when_a_subnet_of_connected_endpoints_is_set_away(pair: Pair) -> None:
    found = pair.provider.deploy(regional(pair.consumer.account, "Subneta", "Subnetb"))
    pair.connect(found["Service"])
    with pytest.raises(ClientError, match="ResourceInUse"):
        pair.provider.account.elbv2.set_subnets(
            LoadBalancerArn=found["Nlb"], Subnets=[found["Subneta"]]
        )


def test_further_zone_of_a_load_balancer_is_not_offered_by_itself(pair: Pair) -> None:
    account = pair.provider.account
    service_id = pair.provider.deploy(regional(account, "Subneta", "Subnetb"))["Service"]
    pair.provider.deploy(regional(account, "Subneta", "Subnetb", "Subnetc"))
    offered = described_service(account, service_id).get("AvailabilityZones")
    assert offered == [*templates.ZONES]


def test_further_zone_is_offered_when_the_load_balancer_is_named_again(pair: Pair) -> None:
    account = pair.provider.account
    pair.provider.deploy(regional(account, "Subneta", "Subnetb"))
    found = pair.provider.deploy(regional(account, "Subneta", "Subnetb", "Subnetc"))

    def name_again() -> list[str] | None:
        account.ec2.modify_vpc_endpoint_service_configuration(
            ServiceId=found["Service"], AddNetworkLoadBalancerArns=[found["Nlb"]]
        )
        return described_service(account, found["Service"]).get("AvailabilityZones")

    assert name_again() == [*templates.ZONES]
    eventually(name_again, [*THREE_ZONES])


# Endpoints


def test_fails_when_an_account_without_permission_connects(pair: Pair) -> None:
    service_id = pair.provider.deploy(templates.provider())["Service"]
    reason = pair.consumer.refuse(templates.consumer(service_name(service_id)))
    assert "InvalidServiceName" in reason


def test_fails_when_a_service_is_unknown(consumer_stack: Stack) -> None:
    template = templates.consumer(service_name("vpce-svc-0123456789abcdef0"))
    assert "InvalidServiceName" in consumer_stack.refuse(template)


def test_endpoint_stays_when_its_permission_goes(pair: Pair) -> None:
    service_id = pair.publish()
    pair.connect(service_id)
    pair.provider.deploy(templates.provider(pair.provider.account.root))
    eventually(lambda: connection_states(pair.provider.account, service_id), ["available"])


def test_fails_when_a_subnet_lies_outside_the_services_zones(pair: Pair) -> None:
    service_id = pair.publish(zones=templates.ZONES[:1])
    reason = pair.consumer.refuse(templates.consumer(service_name(service_id)))
    assert "does not support the availability zone of the subnet" in reason


def test_fails_when_two_subnets_are_in_one_zone(pair: Pair) -> None:
    template = templates.consumer(service_name(pair.publish()))
    template["Resources"]["Subnetb"]["Properties"]["AvailabilityZone"] = templates.ZONES[0]
    assert "DuplicateSubnetsInSameZone" in pair.consumer.refuse(template)


def test_fails_when_the_service_lacks_the_address_family(pair: Pair) -> None:
    template = templates.consumer(service_name(pair.publish()), IpAddressType="dualstack")
    assert "does not support the IP address type" in pair.consumer.refuse(template)


def test_fails_when_an_endpoint_is_of_another_type(pair: Pair) -> None:
    template = templates.consumer(service_name(pair.publish()), VpcEndpointType="Gateway")
    assert "supports the type Interface alone" in pair.consumer.refuse(template)


def test_fails_when_the_region_is_not_supported(
    pair: Pair, new_account: Callable[..., Account]
) -> None:
    service_id = pair.publish()
    stack = Stack(pair.consumer.account.in_region("us-east-1"))
    zones = ("us-east-1a", "us-east-1b")
    template = templates.consumer(service_name(service_id), zones=zones, ServiceRegion="eu-west-1")
    assert "InvalidServiceName" in stack.refuse(template)


def test_fails_when_the_service_region_is_left_out(pair: Pair) -> None:
    service_id = pair.publish(SupportedRegions=["us-east-1"])
    stack = Stack(pair.consumer.account.in_region("us-east-1"))
    zones = ("us-east-1a", "us-east-1b")
    template = templates.consumer(service_name(service_id), zones=zones)
    assert "InvalidServiceName" in stack.refuse(template)


def test_fails_when_a_zone_cannot_reach_other_regions(pair: Pair) -> None:
    service_id = pair.publish(SupportedRegions=["us-east-1"])
    stack = Stack(pair.consumer.account.in_region("us-east-1"))
    template = templates.consumer(
        service_name(service_id), zones=("us-east-1a", "us-east-1c"), ServiceRegion="eu-west-1"
    )
    assert "supported for remote access" in stack.refuse(template)


def test_other_zones_of_a_supported_region_connect(pair: Pair) -> None:
    service_id = pair.publish(SupportedRegions=["us-east-1"])
    stack = Stack(pair.consumer.account.in_region("us-east-1"))
    template = templates.consumer(
        service_name(service_id), zones=("us-east-1a", "us-east-1b"), ServiceRegion="eu-west-1"
    )
    stack.deploy(template)
    (found,) = connections(pair.provider.account, service_id)
    assert found.get("VpcEndpointRegion") == "us-east-1"


# Private DNS


def test_fails_when_a_service_has_no_private_name(pair: Pair) -> None:
    template = templates.consumer(service_name(pair.publish()), PrivateDnsEnabled=True)
    assert "does not provide a private DNS name" in pair.consumer.refuse(template)


def test_fails_when_the_private_name_is_not_verified(pair: Pair) -> None:
    service_id = pair.publish(PrivateDnsName=NAME)
    template = templates.consumer(service_name(service_id), PrivateDnsEnabled=True)
    assert "has not verified the private DNS name" in pair.consumer.refuse(template)


def test_fails_when_private_dns_comes_before_acceptance(pair: Pair) -> None:
    service_id = pair.publish_proven(AcceptanceRequired=True)
    template = templates.consumer(service_name(service_id), PrivateDnsEnabled=True)
    reason = pair.consumer.refuse(template)
    assert "can only be enabled after the endpoint connection is accepted" in reason


def test_private_dns_comes_in_two_phases(pair: Pair) -> None:
    service_id = pair.publish_proven(AcceptanceRequired=True)
    endpoint_id = pair.connect(service_id)
    pair.provider.account.ec2.accept_vpc_endpoint_connections(
        ServiceId=service_id, VpcEndpointIds=[endpoint_id]
    )
    template = templates.consumer(service_name(service_id), PrivateDnsEnabled=True)
    assert pair.consumer.deploy(template)["Endpoint"] == endpoint_id


def test_fails_when_the_vpc_has_no_dns_hostnames(pair: Pair) -> None:
    service_id = pair.publish_proven()
    template = templates.consumer(
        service_name(service_id), dns_hostnames=False, PrivateDnsEnabled=True
    )
    assert "enableDnsHostnames" in pair.consumer.refuse(template)


def zone(name: str = NAME) -> templates.Resources:
    vpcs = [{"VPCId": ref("Vpc"), "VPCRegion": "eu-west-1"}]
    return {"PrivateZone": resource("AWS::Route53::HostedZone", Name=name, VPCs=vpcs)}


def test_fails_when_the_vpc_has_a_zone_of_the_private_name(pair: Pair) -> None:
    template = templates.consumer(
        service_name(pair.publish_proven()), zone(), PrivateDnsEnabled=True
    )
    template["Resources"]["Endpoint"]["DependsOn"] = "PrivateZone"
    assert "already a conflicting DNS domain" in pair.consumer.refuse(template)


def test_fails_when_a_zone_of_the_private_name_comes_later(pair: Pair) -> None:
    template = templates.consumer(
        service_name(pair.publish_proven()), zone(), PrivateDnsEnabled=True
    )
    template["Resources"]["PrivateZone"]["DependsOn"] = "Endpoint"
    assert "ConflictingDomainExists" in pair.consumer.refuse(template)


def test_fails_when_two_endpoints_have_one_private_name(pair: Pair) -> None:
    template = templates.consumer(service_name(pair.publish_proven()), PrivateDnsEnabled=True)
    template["Resources"]["Twin"] = {**template["Resources"]["Endpoint"], "DependsOn": "Endpoint"}
    assert "already a conflicting DNS domain" in pair.consumer.refuse(template)


def test_fails_when_a_zone_is_for_another_accounts_vpc(
    consumer_stack: Stack, provider_stack: Stack
) -> None:
    vpc_id = provider_stack.deploy(templates.template(templates.network()))["Vpc"]
    vpcs = [{"VPCId": vpc_id, "VPCRegion": "eu-west-1"}]
    zone = resource("AWS::Route53::HostedZone", Name=NAME, VPCs=vpcs)
    assert "not one of this account" in consumer_stack.refuse(templates.template({"Zone": zone}))


def test_verification_fails_without_the_record(provider_stack: Stack) -> None:
    account = provider_stack.account
    service_id = provider_stack.deploy(templates.provider(PrivateDnsName=NAME))["Service"]
    account.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service_id)
    assert private_dns_state(account, service_id) == "pendingVerification"
    eventually(lambda: private_dns_state(account, service_id), "failed")


def test_verification_succeeds_once_the_record_is_there(pair: Pair) -> None:
    account = pair.provider.account
    service_id = pair.publish(PrivateDnsName=NAME)
    account.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service_id)
    eventually(lambda: private_dns_state(account, service_id), "failed")
    assert pair.publish_proven() == service_id


def test_record_in_a_private_zone_proves_nothing(provider_stack: Stack) -> None:
    account = provider_stack.account
    template = templates.provider(PrivateDnsName=NAME)
    template["Resources"].update(templates.txt_record(NAME))
    vpcs = [{"VPCId": ref("Vpc"), "VPCRegion": "eu-west-1"}]
    template["Resources"]["Zone"]["Properties"]["VPCs"] = vpcs
    service_id = provider_stack.deploy(template)["Service"]
    account.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service_id)
    eventually(lambda: private_dns_state(account, service_id), "failed")


def test_new_private_name_needs_a_verification_of_its_own(pair: Pair) -> None:
    service_id = pair.publish_proven()
    assert pair.publish(PrivateDnsName="other.example.com") == service_id
    assert private_dns_state(pair.provider.account, service_id) == "pendingVerification"


# Connections


def test_connection_is_accepted_only_while_it_waits(pair: Pair) -> None:
    service_id = pair.publish()
    endpoint_id = pair.connect(service_id)
    answer = pair.provider.account.ec2.accept_vpc_endpoint_connections(
        ServiceId=service_id, VpcEndpointIds=[endpoint_id]
    )
    assert answer["Unsuccessful"][0].get("Error", {}).get("Code") == "InvalidState"


def test_connection_that_is_none_is_refused(pair: Pair) -> None:
    answer = pair.provider.account.ec2.reject_vpc_endpoint_connections(
        ServiceId=pair.publish(), VpcEndpointIds=["vpce-0"]
    )
    code = answer["Unsuccessful"][0].get("Error", {}).get("Code")
    assert code == "InvalidVpcEndpoint.NotFound"


def test_accepted_connection_takes_a_moment(pair: Pair) -> None:
    account = pair.provider.account
    service_id = pair.publish(AcceptanceRequired=True)
    endpoint_id = pair.connect(service_id)
    assert connection_states(account, service_id) == ["pendingAcceptance"]
    account.ec2.accept_vpc_endpoint_connections(ServiceId=service_id, VpcEndpointIds=[endpoint_id])
    assert connection_states(account, service_id) == ["pending"]
    eventually(lambda: connection_states(account, service_id), ["available"])


# Notifications


def notification(**properties: Any) -> templates.Resources:
    found = resource(
        "AWS::EC2::VPCEndpointConnectionNotification",
        **{
            "ConnectionEvents": ["Accept", "Connect", "Delete", "Reject"],
            "ConnectionNotificationArn": ref("Topic"),
            "ServiceId": ref("Service"),
            **properties,
        },
    )
    return {"Topic": resource("AWS::SNS::Topic"), "Notification": found}


def topic_policy() -> templates.Resources:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "vpce.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": "*",
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy = resource("AWS::SNS::TopicPolicy", Topics=[ref("Topic")], PolicyDocument=document)
    return {"Policy": policy}


def with_notification(*parts: templates.Resources) -> dict[str, Any]:
    template = templates.provider()
    for part in parts:
        template["Resources"].update(part)
    if "Policy" in template["Resources"]:
        template["Resources"]["Notification"]["DependsOn"] = "Policy"
    return template


def test_fails_when_a_topic_is_closed_to_notifications(provider_stack: Stack) -> None:
    template = with_notification(notification())
    assert "may not publish" in provider_stack.refuse(template)


def test_fails_when_a_topic_is_missing(provider_stack: Stack) -> None:
    arn = "arn:aws:sns:eu-west-1:111111111111:missing"
    template = with_notification(notification(ConnectionNotificationArn=arn), topic_policy())
    assert "doesn't exist" in provider_stack.refuse(template)


def test_fails_when_an_event_is_unknown(provider_stack: Stack) -> None:
    template = with_notification(notification(ConnectionEvents=["Accepted"]), topic_policy())
    assert "Invalid connection events" in provider_stack.refuse(template)


def test_fails_when_a_notification_is_for_nothing(provider_stack: Stack) -> None:
    template = with_notification(notification(ServiceId=None), topic_policy())
    assert "must contain a service or an endpoint" in provider_stack.refuse(template)
