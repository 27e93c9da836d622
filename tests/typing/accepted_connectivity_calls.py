"""Calls of hubs and Resolver endpoints that pyright strict has to accept. Nothing here is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from typing_extensions import assert_type

from privatelink_constructs import (
    EndpointHub,
    EndpointHubContract,
    HubConnection,
    HubNaming,
    PublishedContract,
    ResolverInboundEndpoint,
    ResolverOutboundEndpoint,
    ResolverProtocol,
    SharePrincipal,
)

if TYPE_CHECKING:
    from aws_cdk import aws_route53 as route53
    from constructs import Construct

    from privatelink_constructs import (
        AwsServiceEndpoints,
        IInterfaceEndpoint,
    )

ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-abcdefghij"
NAMES = {"sqs": ["sqs.eu-west-1.amazonaws.com"]}


def hubs(  # noqa: PLR0917 - each is of another kind
    scope: Construct,
    vpc: ec2.IVpc,
    spoke: ec2.IVpc,
    services: AwsServiceEndpoints,
    payments: IInterfaceEndpoint,
    group: ec2.SecurityGroup,
    peer: ec2.IPeer,
) -> None:
    hub = EndpointHub(
        scope,
        "Hub",
        vpc=vpc,
        endpoints=[services, payments],
        clients=["10.0.0.0/8", group, peer],
        naming=HubNaming.profile(name="hub"),
        share_with=[SharePrincipal.organization(ORGANIZATION)],
    )
    EndpointHub(
        scope,
        "Zones",
        vpc=vpc,
        endpoints=(payments,),
        clients=("10.0.0.0/8",),
        naming=HubNaming.private_hosted_zones(vpcs=[spoke], private_dns_names=NAMES),
    )
    assert_type(hub.contract, EndpointHubContract)
    assert_type(hub.profile_id, str)
    assert_type(hub.profile_arn, str)
    assert_type(hub.hosted_zones, Mapping[str, "route53.IPrivateHostedZone"])
    connection = HubConnection(scope, "Spoke", vpc=spoke, hub=hub.contract, priority=2)
    HubConnection(scope, "Other", vpc=spoke, hub=hub)
    assert_type(connection.association_id, str)


def naming(vpc: ec2.IVpc) -> None:
    made = HubNaming(
        uses_profile=False, profile_name=None, vpcs=(vpc,), private_dns_names={"sqs": ("a.b",)}
    )
    assert_type(made.uses_profile, bool)
    assert_type(made.profile_name, str | None)
    assert_type(made.vpcs, tuple["ec2.IVpc", ...])
    assert_type(made.private_dns_names, Mapping[str, Sequence[str]])
    HubNaming.profile()
    HubNaming.private_hosted_zones()


def contracts(scope: Construct) -> None:
    contract = EndpointHubContract.from_profile_id(
        "rp-0123456789abcdef",
        region="eu-west-1",
        owner_account="111111111111",
        names=["sqs.eu-west-1.amazonaws.com"],
        client_cidrs=["10.0.0.0/8"],
        vpc_cidr="10.0.0.0/16",
    )
    EndpointHubContract(
        profile_id=contract.profile_id,
        region=contract.region,
        owner_account=contract.owner_account,
        names=contract.names,
        client_cidrs=contract.client_cidrs,
        vpc_cidr=contract.vpc_cidr,
    )
    published = contract.publish(
        scope,
        "Published",
        parameter_prefix="/hub",
        shared=True,
        share_with=[SharePrincipal.account("222222222222")],
    )
    assert_type(published, PublishedContract)
    read = EndpointHubContract.from_ssm_parameters(
        scope,
        "Read",
        parameter_prefix="/hub",
        like=contract,
        region="eu-west-1",
        owner_account="111111111111",
        names=["sqs.eu-west-1.amazonaws.com"],
        client_cidrs=["10.0.0.0/8"],
        vpc_cidr="10.0.0.0/16",
    )
    assert_type(read, EndpointHubContract)


def resolvers(scope: Construct, vpc: ec2.IVpc, subnets: ec2.SubnetSelection) -> None:
    inbound = ResolverInboundEndpoint(
        scope,
        "Inbound",
        vpc=vpc,
        clients=["192.168.0.0/16"],
        subnets=subnets,
        ip_addresses=["10.0.0.10", "10.0.128.10"],
        protocols=[ResolverProtocol.DO53, ResolverProtocol.DOH],
        ip_address_type=ec2.VpcEndpointIpAddressType.IPV4,
    )
    ResolverInboundEndpoint(
        scope, "Fips", vpc=vpc, clients=["192.168.0.0/16"], protocols=(ResolverProtocol.DOH_FIPS,)
    )
    assert_type(inbound.ip_addresses, tuple[str, ...])
    assert_type(inbound.resolver_endpoint_id, str)
    assert_type(inbound.connections, "ec2.Connections")
    outbound = ResolverOutboundEndpoint(
        scope,
        "Outbound",
        vpc=vpc,
        subnets=subnets,
        ip_address_type=ec2.VpcEndpointIpAddressType.DUALSTACK,
    )
    outbound.forward(
        "corp.example.com",
        targets=["192.168.0.10"],
        vpcs=[vpc],
        share_with=[SharePrincipal.account("222222222222")],
    )
    assert_type(outbound.resolver_endpoint_id, str)
    assert_type(outbound.connections, "ec2.Connections")
