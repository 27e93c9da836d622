"""Hubs, their spokes, and Resolver endpoints are deployed, updated in place, and destroyed.

The emulator keeps VPCs, endpoints, hosted zones, and records itself. What it doesn't know is
recorded: Profiles, their associations, shares, and Resolver endpoints with their rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.deploy import apps
from tests.deploy.stacks import Stack
from tests.support.replacement import compare

from privatelink_constructs import (
    AwsService,
    AwsServiceEndpoints,
    EndpointHub,
    EndpointHubContract,
    EndpointPolicy,
    HubConnection,
    HubNaming,
    ResolverInboundEndpoint,
    ResolverOutboundEndpoint,
    SharePrincipal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.deploy.accounts import Account

PROFILES = "AWS::Route53Profiles::"
MEMBER = f"{PROFILES}ProfileResourceAssociation"
ASSOCIATION = f"{PROFILES}ProfileAssociation"
SHARE = "AWS::RAM::ResourceShare"
RULE = "AWS::Route53Resolver::ResolverRule"
OF_RULE = "AWS::Route53Resolver::ResolverRuleAssociation"
RESOLVER = "AWS::Route53Resolver::ResolverEndpoint"
HOSTED_ZONE = "AWS::Route53::HostedZone"
ENDPOINT = "AWS::EC2::VPCEndpoint"
TARGETS = ["192.168.0.10"]


class Deployed:
    """A stack, deployed once and again; an update replaces nothing."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self.folder = folder
        self._count = 0
        self.template: dict[str, Any] = {}
        self.ids: dict[str, str] = {}

    def deploy(self, define: Callable[[cdk.Stack, ec2.IVpc], Any]) -> None:
        """Deploy it; what is still there keeps its physical ID, and so says the comparison."""
        self._count += 1
        folder = self.folder / self.stack.name / str(self._count)
        before, old = self.template, self.ids
        self.template = apps.template(define, folder, self.stack.account.account_id)
        self.ids = self.stack.deploy(self.template)
        replaced = sorted(it for it in old.keys() & self.ids.keys() if old[it] != self.ids[it])
        assert replaced == []
        if before:
            assert compare(before, self.template).replaced_ids == ()

    def of(self, kind: str) -> dict[str, Any]:
        """Return the properties of the resources of a type, by the physical ID."""
        resources = self.template["Resources"]
        found = {name: it for name, it in resources.items() if it["Type"] == kind}
        assert found.keys() <= self.ids.keys()
        return {self.ids[name]: it["Properties"] for name, it in found.items()}

    def names(self, kind: str) -> set[str]:
        return {it["Name"] for it in self.of(kind).values()}

    def order(self, verb: str) -> list[str]:
        """Return the types of the stack's resources in the order of an event such as DELETE."""
        client, wanted = self.stack.account.cloudformation, f"{verb}_COMPLETE"
        events: list[Any] = client.describe_stack_events(StackName=self.stack.stack_id())[
            "StackEvents"
        ]
        return [it["ResourceType"] for it in reversed(events) if it.get("ResourceStatus") == wanted]


@pytest.fixture
def hub(provider: Account, tmp_path: Path) -> Deployed:
    return Deployed(Stack(provider, "Hub"), tmp_path)


@pytest.fixture
def spoke(consumer: Account, tmp_path: Path) -> Deployed:
    return Deployed(Stack(consumer, "Spoke"), tmp_path)


def services(scope: cdk.Stack, vpc: ec2.IVpc, *names: str, **options: Any) -> AwsServiceEndpoints:
    return AwsServiceEndpoints(
        scope,
        "Aws",
        vpc=vpc,
        services=[AwsService.interface(name) for name in names],
        policy=EndpointPolicy.organization("o-abcdefghij"),
        **options,
    )


def hub_of(
    *names: str, share_with: Sequence[str] = (), clients: Sequence[str] = ("10.0.0.0/8",)
) -> Callable[[cdk.Stack, ec2.IVpc], None]:
    """Return what defines a hub with a Profile, and passes the ID on."""

    def define(scope: cdk.Stack, vpc: ec2.IVpc) -> None:
        found = EndpointHub(
            scope,
            "Hub",
            vpc=vpc,
            endpoints=[services(scope, vpc, *names)],
            clients=clients,
            share_with=[SharePrincipal.account(it) for it in share_with],
        )
        cdk.CfnOutput(scope, "ProfileId", value=found.profile_id)

    return define


def spokes_of(profile_id: str, *cidrs: str) -> Callable[[cdk.Stack, ec2.IVpc], None]:
    """Return what connects VPCs to a hub."""
    contract = EndpointHubContract.from_profile_id(profile_id, region="eu-west-1")

    def define(scope: cdk.Stack, _vpc: ec2.IVpc) -> None:
        for cidr in cidrs:
            name = cidr.partition("/")[0].replace(".", "-")
            HubConnection(scope, f"Hub-{name}", vpc=small_vpc(scope, name, cidr), hub=contract)

    return define


def small_vpc(scope: cdk.Stack, name: str, cidr: str) -> ec2.Vpc:
    isolated = ec2.SubnetConfiguration(
        name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
    )
    return ec2.Vpc(
        scope,
        f"Vpc-{name}",
        ip_addresses=ec2.IpAddresses.cidr(cidr),
        availability_zones=[*apps.ZONES[:2]],
        subnet_configuration=[isolated],
    )


def profile_id(hub: Deployed) -> str:
    # Recorded IDs have the name of their type; those of Profiles begin with rp-.
    return "rp-" + hub.stack.outputs()["ProfileId"].rpartition("-")[2]


def test_spokes_come_and_go(hub: Deployed, spoke: Deployed) -> None:
    account = spoke.stack.account.account_id
    hub.deploy(hub_of("sqs", share_with=[account]))
    first = dict(hub.ids)
    contract = profile_id(hub)
    spoke.deploy(spokes_of(contract, "10.1.0.0/16"))
    assert len(spoke.of(ASSOCIATION)) == 1
    one = set(spoke.of(ASSOCIATION))

    spoke.deploy(spokes_of(contract, "10.2.0.0/16", "10.1.0.0/16"))
    assert len(spoke.of(ASSOCIATION)) == 2
    assert one <= set(spoke.of(ASSOCIATION))
    vpcs = {it.get("VpcId") for it in spoke.stack.account.ec2.describe_vpcs()["Vpcs"]}
    used = {it["ResourceId"]["Ref"] for it in spoke.of(ASSOCIATION).values()}
    assert {spoke.ids[it] for it in used} <= vpcs

    spoke.deploy(spokes_of(contract, "10.2.0.0/16"))
    assert len(spoke.of(ASSOCIATION)) == 1
    hub.deploy(hub_of("sqs", share_with=[account]))
    assert hub.ids == first

    spoke.stack.delete()
    hub.stack.delete()
    assert hub.stack.account.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_a_principal_more_and_a_principal_less_keep_the_share(hub: Deployed) -> None:
    accounts = ["222222222222", "333333333333"]
    hub.deploy(hub_of("sqs", share_with=accounts[:1]))
    [(share, properties)] = hub.of(SHARE).items()
    assert properties["Principals"] == accounts[:1]
    hub.deploy(hub_of("sqs", share_with=accounts))
    assert {it: each["Principals"] for it, each in hub.of(SHARE).items()} == {share: accounts}
    hub.deploy(hub_of("sqs", share_with=accounts[1:]))
    assert list(hub.of(SHARE)) == [share]
    hub.deploy(hub_of("sqs"))
    assert hub.of(SHARE) == {}


def test_endpoints_come_and_go(hub: Deployed) -> None:
    hub.deploy(hub_of("sqs", "kms", share_with=["222222222222"]))
    assert hub.names(MEMBER) == {"Service-sqs", "Service-kms"}
    hub.deploy(hub_of("sns", "sqs", share_with=["222222222222"]))
    assert hub.names(MEMBER) == {"Service-sqs", "Service-sns"}
    found = hub.stack.account.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    endpoints = {it["VpcEndpointId"] for it in found if "VpcEndpointId" in it}
    assert endpoints == set(hub.of(ENDPOINT))
    hub.deploy(hub_of("sqs", clients=["10.1.0.0/16"]))
    assert hub.names(MEMBER) == {"Service-sqs"}


def test_an_endpoint_leaves_the_profile_before_it_is_deleted(hub: Deployed) -> None:
    hub.deploy(hub_of("sqs", share_with=["222222222222"]))
    created = hub.order("CREATE")
    assert created.index(ENDPOINT) < created.index(MEMBER) < created.index(SHARE)
    stack_id = hub.stack.stack_id()
    hub.stack.delete()
    deleted = order_of_deletion(hub.stack.account, stack_id)
    assert deleted.index(SHARE) < deleted.index(MEMBER) < deleted.index(ENDPOINT)
    assert deleted.index(MEMBER) < deleted.index(f"{PROFILES}Profile")


def order_of_deletion(account: Account, stack_id: str) -> list[str]:
    """Return the types of resources in the order in which they were deleted."""
    events: list[Any] = account.cloudformation.describe_stack_events(StackName=stack_id)[
        "StackEvents"
    ]
    return [
        it["ResourceType"]
        for it in reversed(events)
        if it.get("ResourceStatus") == "DELETE_COMPLETE"
    ]


# Private hosted zones.


def zoned(*cidrs: str, names: Sequence[str] = ("sqs",)) -> Callable[[cdk.Stack, ec2.IVpc], None]:
    """Return what defines a hub with private hosted zones for further VPCs."""

    def define(scope: cdk.Stack, vpc: ec2.IVpc) -> None:
        vpcs = [small_vpc(scope, it.partition("/")[0].replace(".", "-"), it) for it in cidrs]
        EndpointHub(
            scope,
            "Hub",
            vpc=vpc,
            endpoints=[services(scope, vpc, *names, private_dns_enabled=False)],
            clients=["10.0.0.0/8"],
            naming=HubNaming.private_hosted_zones(vpcs=vpcs),
        )

    return define


def zones_of(account: Account) -> dict[str, int]:
    """Return the hosted zones of an account, each with the number of its VPCs."""
    zones = account.route53.list_hosted_zones()["HostedZones"]
    return {
        it["Name"]: len(account.route53.get_hosted_zone(Id=it["Id"]).get("VPCs", []))
        for it in zones
    }


SQS, KMS = "sqs.eu-west-1.amazonaws.com.", "kms.eu-west-1.amazonaws.com."


def test_vpcs_of_private_hosted_zones_come_and_go(hub: Deployed) -> None:
    account = hub.stack.account
    hub.deploy(zoned())
    assert zones_of(account) == {SQS: 1}
    hub.deploy(zoned("10.1.0.0/16"))
    assert zones_of(account) == {SQS: 2}
    hub.deploy(zoned("10.1.0.0/16", names=["kms", "sqs"]))
    assert zones_of(account) == {SQS: 2, KMS: 2}
    hub.deploy(zoned(names=["kms", "sqs"]))
    assert zones_of(account) == {SQS: 1, KMS: 1}
    hub.deploy(zoned(names=["kms"]))
    assert zones_of(account) == {KMS: 1}
    hub.stack.delete()
    assert zones_of(account) == {}


# The change of the naming.


def without_hub(*, private_dns: bool) -> Callable[[cdk.Stack, ec2.IVpc], None]:
    """Return what is deployed between two namings: the endpoints."""

    def define(scope: cdk.Stack, vpc: ec2.IVpc) -> None:
        services(scope, vpc, "sqs", clients=["10.0.0.0/8"], private_dns_enabled=private_dns)

    return define


def test_fails_when_the_naming_changes_in_one_deployment(hub: Deployed) -> None:
    hub.deploy(zoned())
    template = apps.template(hub_of("sqs"), hub.folder / "once", hub.stack.account.account_id)
    assert "conflicting DNS domain" in hub.stack.refuse(template)
    assert zones_of(hub.stack.account) == {SQS: 1}


def test_the_naming_changes_in_two_deployments(hub: Deployed) -> None:
    account = hub.stack.account
    hub.deploy(zoned())
    endpoint = set(hub.of(ENDPOINT))
    hub.deploy(without_hub(private_dns=False))
    assert zones_of(account) == {}
    hub.deploy(hub_of("sqs"))
    assert set(hub.of(ENDPOINT)) == endpoint
    hub.deploy(without_hub(private_dns=False))
    hub.deploy(zoned())
    assert set(hub.of(ENDPOINT)) == endpoint
    assert zones_of(account) == {SQS: 1}


# Resolver endpoints.


def forwarding(
    *domains: str, cidrs: Sequence[str] = (), targets: Sequence[str] = TARGETS
) -> Callable[[cdk.Stack, ec2.IVpc], None]:
    """Return what defines Resolver endpoints, and rules for a VPC and further ones."""

    def define(scope: cdk.Stack, vpc: ec2.IVpc) -> None:
        ResolverInboundEndpoint(scope, "From", vpc=vpc, clients=["192.168.0.0/16"])
        outbound = ResolverOutboundEndpoint(scope, "To", vpc=vpc)
        vpcs = [small_vpc(scope, it.partition("/")[0].replace(".", "-"), it) for it in cidrs]
        for domain in domains:
            outbound.forward(domain, targets=targets, vpcs=vpcs)

    return define


def domains_of(hub: Deployed) -> set[str]:
    return {it["DomainName"] for it in hub.of(RULE).values()}


def test_rules_and_their_vpcs_come_and_go(hub: Deployed) -> None:
    hub.deploy(forwarding())
    assert len(hub.of(RESOLVER)) == 2
    hub.deploy(forwarding("corp.example.com"))
    assert (domains_of(hub), len(hub.of(OF_RULE))) == ({"corp.example.com"}, 1)
    hub.deploy(forwarding("lab.example.com", "corp.example.com", cidrs=["10.1.0.0/16"]))
    assert domains_of(hub) == {"corp.example.com", "lab.example.com"}
    assert len(hub.of(OF_RULE)) == 4
    hub.deploy(forwarding("lab.example.com", cidrs=["10.1.0.0/16"], targets=["192.168.0.11"]))
    assert (domains_of(hub), len(hub.of(OF_RULE))) == ({"lab.example.com"}, 2)
    hub.deploy(forwarding("lab.example.com"))
    assert len(hub.of(OF_RULE)) == 1
    stack_id = hub.stack.stack_id()
    hub.stack.delete()
    deleted = order_of_deletion(hub.stack.account, stack_id)
    # AWS deletes no rule that a VPC uses, and no endpoint that a rule uses.
    assert deleted.index(OF_RULE) < deleted.index(RULE) < deleted.index(RESOLVER)
