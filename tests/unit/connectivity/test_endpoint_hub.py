"""A hub with a Route 53 Profile: what is in it, who can connect, and with whom it is shared."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import constructs
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.aws_services import bundle_in
from tests.support.consumers import (
    GROUP,
    OTHER_ACCOUNT,
    app_with_zones,
    consumer_in,
    contract_with,
    endpoint_in,
    paths_under,
)
from tests.support.hubs import (
    MEMBER,
    ORGANIZATION,
    PROFILE,
    SHARE,
    hub_in,
    of_type,
    only_properties,
    two_accounts,
)
from tests.support.published import template_of
from tests.support.refusals import refusal, refused, warnings_of
from tests.support.replacement import compare
from tests.support.vpcs import VPC_ID, imported_vpc, vpc_in

from privatelink_constructs import (
    AwsService,
    EndpointDns,
    EndpointHub,
    HubNaming,
    InterfaceEndpoint,
    SharePrincipal,
)

PERMISSION = "arn:aws:ram::aws:permission/AWSRAMPermissionRoute53ProfileAllowAssociation"
COMPANIONS = ("aws-service-companion-missing", "aws-service-undetermined")


def warned(scope: Any) -> list[str]:
    return [code for code in warnings_of(scope) if code not in COMPANIONS]


def own_endpoint(stack: cdk.Stack, vpc: ec2.IVpc, **options: Any) -> InterfaceEndpoint:
    return endpoint_in(stack, "Payments", vpc=vpc, **options)


def verified(**options: Any) -> Any:
    given = {"private_dns_name": "pay.example.com", "private_dns_verified": True, **options}
    return contract_with(acceptance_required=False, **given)


def test_the_endpoints_themselves_are_in_the_profile() -> None:
    stack = consumer_in()
    hub = hub_in(stack, "sqs", "kms")

    profile = only_properties(stack, PROFILE)
    assert profile["Name"].startswith("Consumer-Hub")
    assert stack.resolve(hub.profile_arn)["Fn::GetAtt"][1] == "Arn"
    members = [it["Properties"] for it in of_type(stack, MEMBER).values()]
    assert [it["Name"] for it in members] == ["Service-kms", "Service-sqs"]
    for member in members:
        assert member["ProfileId"] == stack.resolve(hub.profile_id)
        start, endpoint = member["ResourceArn"]["Fn::Join"][1]
        assert start == "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint/"
        assert template_of(stack)["Resources"][endpoint["Ref"]]["Properties"]["PrivateDnsEnabled"]
    assert warnings_of(stack) == {}


def test_the_paths_stay() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    dns = EndpointDns.private_hosted_zone("pay.example.com")
    own = own_endpoint(stack, vpc, dns=dns)
    bundle = bundle_in(stack, AwsService.interface("logs"), vpc=vpc)
    principals = [SharePrincipal.account(OTHER_ACCOUNT, external=it) for it in (False, True)]
    hub = hub_in(stack, vpc=vpc, endpoints=[bundle, own], share_with=principals)

    assert paths_under(hub) == {
        "Resource": PROFILE,
        "Service-logs": MEMBER,
        "HostedZone-pay.example.com": MEMBER,
        "Share": SHARE,
        "ExternalShare": SHARE,
    }


def test_own_names_are_in_the_profile_as_hosted_zones_after_their_records() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    dns = EndpointDns.private_hosted_zone("pay.example.com")
    hub = hub_in(stack, vpc=vpc, endpoints=[own_endpoint(stack, vpc, dns=dns)])

    [member] = of_type(stack, MEMBER).values()
    start, zone = member["Properties"]["ResourceArn"]["Fn::Join"][1]
    assert start == "arn:aws:route53:::hostedzone/"
    assert any("RecordApayexamplecom" in it for it in member["DependsOn"])
    assert zone["Ref"] in member["DependsOn"]
    assert hub.contract.names == ("pay.example.com",)
    assert warned(hub) == []


def test_the_private_name_of_an_endpoint_service_goes_in_with_a_warning() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    dns = EndpointDns.service_private_name()
    own = own_endpoint(stack, vpc, service=verified(), dns=dns)
    hub = hub_in(stack, vpc=vpc, endpoints=[own])

    assert next(iter(of_type(stack, MEMBER).values()))["Properties"]["Name"] == "Endpoint-Payments"
    assert hub.contract.names == ("pay.example.com",)
    assert warned(hub) == ["hub-endpoint-unverified"]


def test_an_endpoint_without_a_name_stays_outside_with_a_warning() -> None:
    stack = consumer_in()
    hub = hub_in(stack, bundle={"private_dns_enabled": False})

    assert of_type(stack, MEMBER) == {}
    assert warned(hub) == ["hub-endpoint-name-missing"]


def test_an_imported_endpoint_is_taken_as_one_with_private_dns() -> None:
    stack = consumer_in()
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0")
    imported = InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Imported",
        vpc_endpoint_id="vpce-0123456789abcdef0",
        regional_dns_name="vpce-0-a.sqs.eu-west-1.vpce.amazonaws.com",
        regional_hosted_zone_id="Z38GZ743OKFT7T",
        ports=[443],
        security_groups=[group],
        vpc_id=VPC_ID,
        service_name="com.amazonaws.eu-west-1.sqs",
    )
    hub = hub_in(stack, vpc=imported_vpc(stack, "OfHub"), endpoints=[imported])

    arn = only_properties(stack, MEMBER)["ResourceArn"]
    assert arn.endswith(":vpc-endpoint/vpce-0123456789abcdef0")
    assert hub.contract.names == ("sqs.eu-west-1.amazonaws.com",)
    [rule] = of_type(stack, "AWS::EC2::SecurityGroupIngress").values()
    assert rule["Properties"]["CidrIp"] == "10.0.0.0/8"
    assert warned(hub) == []


def test_an_imported_endpoint_that_cannot_be_opened_is_a_warning() -> None:
    stack = consumer_in()
    imported = InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Imported",
        vpc_endpoint_id="vpce-0123456789abcdef0",
        regional_dns_name="vpce-0-a.sqs.eu-west-1.vpce.amazonaws.com",
        regional_hosted_zone_id="Z38GZ743OKFT7T",
    )
    hub = hub_in(stack, endpoints=[imported])
    text = warnings_of(hub)["endpoint-security-group-undetermined"]
    assert "Consumer/Imported" in text


def test_an_endpoint_that_is_listed_twice_is_in_the_profile_once() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle = bundle_in(stack, AwsService.interface("sqs"), vpc=vpc)
    hub_in(stack, vpc=vpc, endpoints=[bundle, bundle.interface_endpoint("sqs")])
    assert len(of_type(stack, MEMBER)) == 1


def test_an_endpoint_of_another_scope_has_its_address_in_the_id() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    scope = constructs.Construct(stack, "Scope")
    dns = EndpointDns.service_private_name()
    own = InterfaceEndpoint(
        scope, "Payments", vpc=vpc, service=verified(), dns=dns, clients=["10.0.0.0/8"]
    )
    hub = hub_in(stack, vpc=vpc, endpoints=[own])
    assert f"Endpoint-{own.node.addr}" in paths_under(hub)
    [member] = of_type(stack, MEMBER).values()
    assert member["Properties"]["Name"] == f"Endpoint-{own.node.addr}"


def test_names_are_at_most_64_characters_long() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    name = "a" * 60 + ".example.com"
    own = own_endpoint(stack, vpc, dns=EndpointDns.private_hosted_zone(name))
    hub_in(stack, vpc=vpc, endpoints=[own])
    assert len(only_properties(stack, MEMBER)["Name"]) == 64


# Clients.


def test_the_hub_opens_its_endpoints_to_the_clients() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle = bundle_in(stack, AwsService.interface("sqs"), vpc=vpc, clients=[])
    own = InterfaceEndpoint(
        stack,
        "Payments",
        vpc=vpc,
        service=contract_with(ports=[8443]),
        dns=EndpointDns.private_hosted_zone("pay.example.com"),
    )
    hub = hub_in(stack, vpc=vpc, endpoints=[bundle, own], clients=["10.0.0.0/8", "10.0.0.0/8"])

    opened = {
        (rule["CidrIp"], rule["FromPort"])
        for group in of_type(stack, GROUP).values()
        for rule in group["Properties"]["SecurityGroupIngress"]
    }
    assert opened == {("10.0.0.0/8", 443), ("10.0.0.0/8", 8443)}
    assert hub.contract.client_cidrs == ("10.0.0.0/8",)
    assert "endpoint-closed" not in warnings_of(stack)


def test_a_client_that_an_endpoint_has_already_is_allowed_once() -> None:
    stack = consumer_in()
    hub_in(stack, bundle={"clients": ["10.0.0.0/8"]})
    [group] = of_type(stack, GROUP).values()
    assert len(group["Properties"]["SecurityGroupIngress"]) == 1


def test_a_bundle_that_no_hub_opens_is_still_a_warning() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface("sqs"), clients=[])
    assert list(warnings_of(stack)) == ["endpoint-closed"]


def test_a_prefix_list_and_a_token_are_clients_whose_addresses_are_not_known() -> None:
    stack = consumer_in()
    token = cdk.CfnParameter(stack, "Cidr").value_as_string
    clients = [ec2.Peer.prefix_list("pl-0123456789abcdef0"), token]
    hub = hub_in(stack, clients=clients)
    assert hub.contract.client_cidrs == ()
    [group] = of_type(stack, GROUP).values()
    [inline] = group["Properties"]["SecurityGroupIngress"]
    assert inline["CidrIp"] == {"Ref": "Cidr"}


def test_a_construct_is_a_client() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    hub = hub_in(stack, vpc=vpc, clients=[client])
    assert hub.contract.client_cidrs == ()
    assert len(of_type(stack, "AWS::EC2::SecurityGroupIngress")) == 1


@pytest.mark.parametrize("everyone", ["0.0.0.0/0", "::/0"])
def test_fails_when_the_world_is_a_client(everyone: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle = bundle_in(stack, AwsService.interface("sqs"), vpc=vpc)
    with refused(stack, "hub-clients-open-to-world", f"'{everyone}' in clients"):
        hub_in(stack, vpc=vpc, endpoints=[bundle], clients=["10.0.0.0/8", everyone])


def test_fails_when_there_is_no_client() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle = bundle_in(stack, AwsService.interface("sqs"), vpc=vpc)
    with refused(stack, "hub-clients-missing", "The list of clients is empty"):
        hub_in(stack, vpc=vpc, endpoints=[bundle], clients=[])


@pytest.mark.parametrize("services", [[], [AwsService.gateway("s3")]], ids=["none", "gateway"])
def test_fails_when_there_is_no_interface_endpoint(services: list[AwsService]) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundles = [bundle_in(stack, *services, vpc=vpc)] if services else []
    with refused(
        stack, "hub-endpoints-missing", "The argument endpoints contains no interface endpoint"
    ):
        hub_in(stack, vpc=vpc, endpoints=bundles)


def test_fails_when_an_endpoint_is_in_another_vpc() -> None:
    stack = consumer_in()
    vpc, other = vpc_in(stack), vpc_in(stack, "Other")
    bundle = bundle_in(stack, AwsService.interface("sqs"), vpc=other)
    with refused(
        stack,
        "hub-endpoint-vpc-mismatch",
        "The endpoint 'sqs' is in the VPC Consumer/Other, but the hub is in",
    ):
        hub_in(stack, vpc=vpc, endpoints=[bundle])


def test_fails_when_an_endpoint_is_in_another_account() -> None:
    network, orders = two_accounts()
    own = endpoint_in(orders, "Payments", vpc=imported_vpc(orders))
    vpc = imported_vpc(network)
    with refused(network, "hub-endpoint-environment-mismatch", ".*account 222222222222"):
        hub_in(network, vpc=vpc, endpoints=[own])


# Shares.


def test_the_profile_is_shared_for_associations_only_after_it_is_filled() -> None:
    stack = consumer_in()
    hub = hub_in(stack, "sqs", "kms", share_with=[SharePrincipal.organization(ORGANIZATION)])

    [share] = of_type(stack, SHARE).values()
    properties = share["Properties"]
    assert properties["PermissionArns"] == [PERMISSION]
    assert properties["AllowExternalPrincipals"] is False
    assert properties["Principals"] == [ORGANIZATION]
    assert properties["ResourceArns"] == [stack.resolve(hub.profile_arn)]
    assert set(share["DependsOn"]) == set(of_type(stack, MEMBER))


def test_a_hub_is_shared_with_nobody_by_default() -> None:
    stack = consumer_in()
    hub_in(stack)
    assert of_type(stack, SHARE) == {}


# Updates.


def template(*services: str, **options: Any) -> dict[str, Any]:
    stack = consumer_in()
    hub_in(stack, *services, **options)
    return template_of(stack)


def test_services_and_principals_come_and_go_without_replacing_anything() -> None:
    one, two = (SharePrincipal.account(it * 12) for it in "23")
    few = template("sqs", share_with=[one])
    many = template("sqs", "kms", "sns", share_with=[one, two])
    for before, after in ((few, many), (many, few)):
        assert compare(before, after).replaced_ids == ()


def test_an_environment_changes_no_id() -> None:
    stacks = [consumer_in(app_with_zones(), env=env) for env in (None, ENV)]
    for stack in stacks:
        vpc = imported_vpc(stack)
        bundle = bundle_in(stack, AwsService.interface("sqs"), vpc=vpc)
        naming = HubNaming.profile(name="endpoints")
        hub = EndpointHub(
            stack, "Hub", vpc=vpc, endpoints=[bundle], clients=["10.0.0.0/8"], naming=naming
        )
        assert hub.contract.owner_account in {None, "111111111111"}
    before, after = (template_of(it)["Resources"].keys() for it in stacks)
    assert before == after


ENV = cdk.Environment(account="111111111111", region="eu-west-1")


def test_a_hub_without_an_environment_knows_no_names() -> None:
    stack = consumer_in(app_with_zones(), env=None)
    hub = hub_in(stack, vpc=imported_vpc(stack))
    assert hub.contract.names == ()
    assert stack.resolve(hub.contract.region) == {"Ref": "AWS::Region"}


def test_the_profile_has_the_name_that_is_given() -> None:
    stack = consumer_in()
    hub_in(stack, naming=HubNaming.profile(name="endpoints"))
    assert only_properties(stack, PROFILE)["Name"] == "endpoints"


@pytest.mark.parametrize("name", ["", "123", "a" * 65, "a.b"])
def test_fails_when_the_name_of_the_profile_is_not_valid(name: str) -> None:
    with refusal("profile-name-malformed", "not a valid name"):
        HubNaming.profile(name=name)


def test_groups_that_an_endpoint_gets_later_are_opened_too() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    dns = EndpointDns.private_hosted_zone("pay.example.com")
    own = own_endpoint(stack, vpc, dns=dns)
    own.connections.add_security_group(ec2.SecurityGroup(stack, "Later", vpc=vpc))
    hub_in(stack, vpc=vpc, endpoints=[own], clients=["172.16.0.0/12"])
    groups = of_type(stack, GROUP).values()
    opened = [str(it["Properties"].get("SecurityGroupIngress")) for it in groups]
    assert len(opened) == 2
    assert all("172.16.0.0/12" in it for it in opened)


def test_fails_when_no_client_has_an_address_family_of_an_endpoint() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle = bundle_in(stack, AwsService.interface("sqs"), vpc=vpc, clients=["10.0.0.0/16"])
    with refused(stack, "endpoint-address-family-closed", ".*IPv4"):
        hub_in(stack, vpc=vpc, endpoints=[bundle], clients=["fd00::/8"])
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc)
    hub_in(stack, vpc=vpc, endpoints=[bundle], clients=["fd00::/8", client])
