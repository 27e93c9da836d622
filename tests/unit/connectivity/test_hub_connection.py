"""VPCs that use a hub: the association, its priority, and what is in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53profiles as profiles
from tests.support.consumers import OTHER_ACCOUNT, app_with_zones, consumer_in, endpoint_in
from tests.support.hubs import (
    ASSOCIATION,
    MEMBER,
    ORGANIZATION,
    PROFILE,
    SHARE,
    WEAK,
    hub_in,
    of_type,
    only_properties,
    spoke_in,
    two_accounts,
)
from tests.support.published import template_of
from tests.support.refusals import refused, warnings_of
from tests.support.replacement import compare
from tests.support.vpcs import VPC_ID, imported_vpc, vpc_in

from privatelink_constructs import (
    EndpointDns,
    EndpointHubContract,
    HubConnection,
    SharePrincipal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SQS = "sqs.eu-west-1.amazonaws.com"
SQS_OF_THE_CDK = ec2.InterfaceVpcEndpointAwsService.SQS
HERE = EndpointHubContract.from_profile_id(
    "rp-0123456789abcdef", region="eu-west-1", owner_account="111111111111", names=[SQS]
)
OTHER = EndpointHubContract.from_profile_id("rp-fedcba9876543210")
THIRD = EndpointHubContract.from_profile_id("rp-00000000000000000")


class WithPriority(profiles.CfnProfileAssociation):
    """Stands in for the association of a later CDK, which takes a priority."""

    def __init__(self, *args: Any, priority: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.add_property_override("Priority", priority)


@pytest.fixture
def later_cdk() -> Iterator[None]:
    with patch.object(profiles, "CfnProfileAssociation", WithPriority):
        yield


def test_takes_the_hub_itself_as_its_contract() -> None:
    templates: list[object] = []
    for own in (True, False):
        network = consumer_in()
        hub = hub_in(network, "sqs")
        given: Any = hub if own else hub.contract
        spoke_in(network, given)
        templates.append(template_of(network))
    assert templates[0] == templates[1]


def test_the_profile_is_associated_by_the_id_of_the_vpc() -> None:
    stack = consumer_in()
    connection = spoke_in(stack, HERE, vpc=imported_vpc(stack))
    properties = only_properties(stack, ASSOCIATION)
    assert properties.pop("Name").startswith("Consumer-Spoke")
    assert properties == {"ProfileId": "rp-0123456789abcdef", "ResourceId": VPC_ID}
    assert stack.resolve(connection.association_id)["Fn::GetAtt"][1] == "Id"
    assert [it.node.id for it in connection.node.children] == ["Resource"]


def test_in_one_stack_it_waits_for_all_of_the_hub() -> None:
    stack = consumer_in()
    hub = hub_in(stack, share_with=[SharePrincipal.account(OTHER_ACCOUNT)])
    spoke_in(stack, hub.contract)
    [association] = of_type(stack, ASSOCIATION).values()
    waited = {*of_type(stack, PROFILE), *of_type(stack, MEMBER), *of_type(stack, SHARE)}
    assert waited <= set(association["DependsOn"])


def test_across_accounts_the_stack_waits_for_that_of_the_hub() -> None:
    network, orders = two_accounts()
    hub = hub_in(network, share_with=[SharePrincipal.account(OTHER_ACCOUNT)])
    spoke_in(orders, hub.contract)
    profile = only_properties(orders, ASSOCIATION)["ProfileId"]["Fn::GetStackOutput"]
    assert (profile["StackName"], profile["Region"]) == ("Network", "eu-west-1")
    assert network in orders.dependencies
    assert warnings_of(orders) == {}


def test_across_stacks_of_one_account_the_stack_waits() -> None:
    app = app_with_zones(**WEAK)
    network, orders = consumer_in(app, "Network"), consumer_in(app, "Orders")
    spoke_in(orders, hub_in(network).contract)
    template_of(orders)
    assert network in orders.dependencies


def test_spokes_come_and_go_without_changing_the_hub() -> None:
    def templates(spokes: int) -> tuple[Any, Any]:
        network, orders = two_accounts()
        hub = hub_in(network, share_with=[SharePrincipal.organization(ORGANIZATION)])
        for number in range(spokes):
            spoke_in(orders, hub.contract, f"Spoke{number}", cidr=f"10.{number + 1}.0.0/16")
        return template_of(network), template_of(orders)

    (hub, few), (same, many) = templates(1), templates(2)
    assert hub == same
    assert compare(few, many).replaced_ids == compare(many, few).replaced_ids == ()


def test_a_copy_of_a_contract_still_knows_its_hub() -> None:
    network, orders = two_accounts()
    hub = hub_in(network, share_with=[SharePrincipal.account(OTHER_ACCOUNT)])
    spoke_in(orders, replace(hub.contract, names=()))
    assert network in orders.dependencies


def test_fails_when_the_account_is_not_among_those_that_the_hub_is_shared_with() -> None:
    network, orders = two_accounts()
    hub = hub_in(network, share_with=[SharePrincipal.account("333333333333")])
    vpc = vpc_in(orders)
    with refused(orders, "hub-share-missing", "222222222222, but the hub is shared with 33"):
        HubConnection(orders, "Spoke", vpc=vpc, hub=hub.contract)


def test_fails_when_the_hub_is_shared_with_nobody() -> None:
    network, orders = two_accounts()
    hub, vpc = hub_in(network), vpc_in(orders)
    with refused(orders, "hub-share-missing", "shared with no other account"):
        HubConnection(orders, "Spoke", vpc=vpc, hub=hub.contract)


@pytest.mark.parametrize("kind", ["organization", "token"])
def test_an_organization_and_a_token_may_have_the_account(kind: str) -> None:
    network, orders = two_accounts()
    token = cdk.CfnParameter(network, "Account").value_as_string
    principals = {
        "organization": SharePrincipal.organization(ORGANIZATION),
        "token": SharePrincipal.account(token),
    }
    spoke_in(orders, hub_in(network, share_with=[principals[kind]]).contract)
    assert len(of_type(orders, ASSOCIATION)) == 1


def test_fails_when_the_region_is_another_one() -> None:
    stack = consumer_in(env=cdk.Environment(account="111111111111", region="us-east-1"))
    vpc = vpc_in(stack)
    with refused(stack, "profile-region-mismatch", "The Profile is in eu-west-1, but the VPC"):
        HubConnection(stack, "Spoke", vpc=vpc, hub=HERE)


def test_fails_when_the_hub_is_in_another_stage() -> None:
    app = app_with_zones()
    stages = [cdk.Stage(app, name, env=ENV) for name in ("Network", "Orders")]
    network, orders = (cdk.Stack(stage, "Stack") for stage in stages)
    hub, vpc = hub_in(network, vpc=imported_vpc(network)), imported_vpc(orders)
    with refused(orders, "hub-stage-mismatch", "The hub is in stage 'Network', but the spoke"):
        HubConnection(orders, "Spoke", vpc=vpc, hub=hub.contract)


ENV = cdk.Environment(account="111111111111", region="eu-west-1")


def test_fails_when_an_environment_is_not_known() -> None:
    app = app_with_zones()
    network, orders = consumer_in(app, "Network"), consumer_in(app, "Orders", env=None)
    hub, vpc = hub_in(network), imported_vpc(orders)
    with refused(orders, "contract-environment-undetermined"):
        HubConnection(orders, "Spoke", vpc=vpc, hub=hub.contract)


def test_fails_when_the_id_of_an_imported_vpc_is_malformed() -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack, vpc_id="arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-0123")
    with refused(stack, "resource-id-malformed"):
        HubConnection(stack, "Spoke", vpc=vpc, hub=HERE)


@pytest.mark.parametrize("attribute", ["enable_dns_hostnames", "enable_dns_support"])
def test_fails_when_dns_is_off(attribute: str) -> None:
    stack = consumer_in()
    off: dict[str, Any] = {attribute: False}
    vpc = vpc_in(stack, **off)
    with refused(stack, "hub-vpc-dns-disabled", "The VPC has enableDns"):
        HubConnection(stack, "Spoke", vpc=vpc, hub=HERE)


def test_the_vpc_of_the_hub_may_be_connected() -> None:
    app = app_with_zones(**WEAK)
    network, orders = consumer_in(app, "Network"), consumer_in(app, "Orders")
    vpc = vpc_in(network, ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/16"))
    hub = hub_in(network, vpc=vpc, clients=["192.168.0.0/16"])
    near = HubConnection(network, "Near", vpc=vpc, hub=hub.contract)
    assert warnings_of(near) == {}
    far = HubConnection(orders, "Far", vpc=imported_vpc(orders), hub=hub.contract)
    assert warnings_of(far) == {}


def test_a_hosted_zone_in_the_vpc_of_the_hub_is_a_warning() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack, ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/16"))
    route53.PrivateHostedZone(stack, "Zone", vpc=vpc, zone_name=f"a.{SQS}")
    connection = HubConnection(stack, "Own", vpc=vpc, hub=hub_in(stack, vpc=vpc).contract)
    assert "more specific" in warnings_of(connection)["hub-name-shadowed"]


def test_a_spoke_that_no_client_contains_is_a_warning() -> None:
    stack = consumer_in()
    connection = spoke_in(stack, hub_in(stack).contract, cidr="172.16.0.0/16")
    text = warnings_of(connection)["hub-connection-closed"]
    assert "the spoke is 172.16.0.0/16, but the hub allows only 10.0.0.0/8" in text


def test_a_spoke_with_addresses_of_the_hub_is_a_warning() -> None:
    stack = consumer_in()
    connection = spoke_in(stack, hub_in(stack).contract, cidr="10.0.0.0/20")
    assert list(warnings_of(connection)) == ["hub-cidr-conflict"]


# Names.


def test_the_endpoints_of_a_spoke_win_with_a_warning() -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack)
    connection = spoke_in(stack, HERE, vpc=vpc)
    vpc.add_interface_endpoint("Sqs", service=SQS_OF_THE_CDK, open=False)
    text = warnings_of(connection)["hub-name-shadowed"]
    assert f"'{SQS}' is answered by the VPC itself, not by the hub" in text


def test_the_more_specific_hosted_zone_wins_with_a_warning() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    connection = spoke_in(stack, HERE, vpc=vpc)
    route53.PrivateHostedZone(stack, "Above", zone_name="amazonaws.com", vpc=vpc)
    text = warnings_of(connection)["hub-name-shadowed"]
    assert f"'{SQS}' of the hub is more specific than 'amazonaws.com' of the VPC" in text


def test_the_names_of_other_vpcs_and_stacks_are_no_concern() -> None:
    stack = consumer_in(app_with_zones())
    vpc, other = vpc_in(stack), vpc_in(stack, "Other")
    connection = spoke_in(stack, HERE, vpc=vpc)
    route53.PrivateHostedZone(stack, "Zone", zone_name=SQS, vpc=other)
    elsewhere = consumer_in(stack.node.root, "Elsewhere")  # pyright: ignore[reportArgumentType]
    route53.PrivateHostedZone(elsewhere, "Zone", zone_name=SQS, vpc=vpc_in(elsewhere))
    endpoint_in(stack, "Pay", vpc=vpc, dns=EndpointDns.private_hosted_zone("pay.example.com"))
    vpc.add_interface_endpoint("Sqs", service=SQS_OF_THE_CDK, private_dns_enabled=False)
    assert warnings_of(connection) == {}


def test_a_hub_without_names_compares_nothing() -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack)
    connection = spoke_in(stack, OTHER, vpc=vpc)
    vpc.add_interface_endpoint("Sqs", service=SQS_OF_THE_CDK, open=False)
    assert warnings_of(connection) == {}


def test_a_vpc_that_is_still_to_be_looked_up_passes() -> None:
    stack = consumer_in()
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id=VPC_ID)
    connection = spoke_in(stack, HERE, vpc=vpc)
    assert warnings_of(connection) == {}


def test_an_environment_agnostic_spoke_passes() -> None:
    stack = consumer_in(env=None)
    vpc = imported_vpc(stack)
    connection = spoke_in(stack, HERE, vpc=vpc)
    vpc.add_interface_endpoint("Sqs", service=SQS_OF_THE_CDK, open=False)
    assert warnings_of(connection) == {}


# Priorities.


@pytest.mark.usefixtures("later_cdk")
def test_the_priority_is_written_at_its_default_too() -> None:
    for given, expected in ((None, 100), (100, 100), (9900, 9900)):
        stack = consumer_in()
        spoke_in(stack, HERE, priority=given)
        assert only_properties(stack, ASSOCIATION)["Priority"] == expected


def test_an_earlier_cdk_writes_no_priority() -> None:
    stack = consumer_in()
    spoke_in(stack, HERE)
    assert "Priority" not in only_properties(stack, ASSOCIATION)


def test_fails_when_the_cdk_has_no_priority() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)

    class Without(profiles.CfnProfileAssociation):
        def __init__(self, scope: Any, id: str, *, name: str) -> None:  # noqa: A002
            super().__init__(scope, id, name=name, profile_id="rp-0", resource_id=VPC_ID)

    with (
        patch.object(profiles, "CfnProfileAssociation", Without),
        refused(stack, "profile-priority-not-supported", r"aws-cdk-lib .*2\.276\.0 or later"),
    ):
        HubConnection(stack, "Spoke", vpc=vpc, hub=HERE, priority=200)


@pytest.mark.usefixtures("later_cdk")
@pytest.mark.parametrize("priority", [0, 99, 9901])
def test_fails_when_the_priority_is_out_of_range(priority: int) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, "profile-priority-out-of-range", f"{priority} is not a valid priority"):
        HubConnection(stack, "Spoke", vpc=vpc, hub=HERE, priority=priority)


@pytest.mark.usefixtures("later_cdk")
@pytest.mark.parametrize("priority", [None, 100])
def test_fails_when_two_hubs_have_one_priority(priority: int | None) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    spoke_in(stack, HERE, vpc=vpc)
    with refused(stack, "profile-priority-duplicate", "2 Profiles of the VPC have priority 100"):
        HubConnection(stack, "Second", vpc=vpc, hub=OTHER, priority=priority)


@pytest.mark.usefixtures("later_cdk")
def test_two_hubs_have_different_priorities_and_a_token_is_not_compared() -> None:
    stack = consumer_in()
    for name, priority in (("One", 200), ("Token", cdk.Token.as_number({"Ref": "Number"}))):
        vpc = vpc_in(stack, name)
        spoke_in(stack, HERE, f"First{name}", vpc=vpc)
        spoke_in(stack, OTHER, f"Second{name}", vpc=vpc, priority=priority)


@pytest.mark.usefixtures("later_cdk")
def test_fails_when_a_vpc_has_a_third_hub() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    spoke_in(stack, HERE, vpc=vpc)
    spoke_in(stack, OTHER, "Second", vpc=vpc, priority=200)
    with refused(stack, "profiles-exceeded", "The VPC has 3 Profiles"):
        HubConnection(stack, "Third", vpc=vpc, hub=THIRD, priority=300)


def test_fails_when_a_vpc_is_connected_twice() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    spoke_in(stack, HERE, vpc=vpc)
    with refused(stack, "profile-duplicate", "associated with the VPC 2 times"):
        HubConnection(stack, "Again", vpc=vpc, hub=HERE)
