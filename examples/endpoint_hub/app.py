"""The endpoints of one account for the VPCs of two others, and for a network on premises."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from privatelink_constructs import (
    AwsService,
    AwsServiceEndpoints,
    AwsServices,
    EndpointHub,
    EndpointHubContract,
    EndpointPolicy,
    HubConnection,
    PrivateLinkChecks,
    ResolverInboundEndpoint,
    ResolverOutboundEndpoint,
    SharePrincipal,
)

REGION = "eu-central-1"
TRANSIT_GATEWAY = "tgw-0123456789abcdef0"
EVERYTHING, ON_PREMISES = "10.0.0.0/8", "192.168.0.0/16"
ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-abcdefghij"


class NetworkStack(cdk.Stack):
    """A VPC that a transit gateway connects with others."""

    def __init__(self, scope: Construct, id: str, *, account: str, cidr: str) -> None:  # noqa: A002
        """Define the VPC, and routes to all others in the hands of the transit gateway."""
        super().__init__(scope, id, env=cdk.Environment(account=account, region=REGION))
        isolated = ec2.SubnetConfiguration(
            name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
        )
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(cidr),
            max_azs=2,
            subnet_configuration=[isolated],
        )
        subnets = self.vpc.isolated_subnets
        attachment = ec2.CfnTransitGatewayAttachment(
            self,
            "Attachment",
            transit_gateway_id=TRANSIT_GATEWAY,
            vpc_id=self.vpc.vpc_id,
            subnet_ids=[subnet.subnet_id for subnet in subnets],
        )
        for number, subnet in enumerate(subnets, start=1):
            for name, destination in (("Vpcs", EVERYTHING), ("OnPremises", ON_PREMISES)):
                ec2.CfnRoute(
                    self,
                    f"To{name}{number}",
                    route_table_id=subnet.route_table.route_table_id,
                    destination_cidr_block=destination,
                    transit_gateway_id=TRANSIT_GATEWAY,
                ).add_resource_dependency(attachment)


class HubStack(NetworkStack):
    """The endpoints, shared with the organization."""

    def __init__(self, scope: Construct, id: str) -> None:  # noqa: A002
        """Define the endpoints, the hub, and the way of names from and to on premises."""
        super().__init__(scope, id, account="111111111111", cidr="10.0.0.0/16")
        endpoints = AwsServiceEndpoints(
            self,
            "AwsServices",
            vpc=self.vpc,
            services=[AwsServices.session_manager(), AwsService.interface("sqs")],
            policy=EndpointPolicy.organization("o-abcdefghij"),
        )
        hub = EndpointHub(
            self,
            "Hub",
            vpc=self.vpc,
            endpoints=[endpoints],
            clients=[EVERYTHING, ON_PREMISES],
            share_with=[SharePrincipal.organization(ORGANIZATION)],
        )
        self.hub = hub.contract
        ResolverInboundEndpoint(
            self,
            "FromOnPremises",
            vpc=self.vpc,
            clients=[ON_PREMISES],
            ip_addresses=["10.0.0.10", "10.0.1.10"],
        )
        outbound = ResolverOutboundEndpoint(self, "ToOnPremises", vpc=self.vpc)
        outbound.forward("corp.example.com", targets=["192.168.0.10", "192.168.0.11"])


class SpokeStack(NetworkStack):
    """A VPC without endpoints of its own."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        account: str,
        cidr: str,
        hub: EndpointHubContract,
    ) -> None:
        """Define the connection to the hub."""
        super().__init__(scope, id, account=account, cidr=cidr)
        HubConnection(self, "Hub", vpc=self.vpc, hub=hub)


app = cdk.App()
network = HubStack(app, "Network")
SpokeStack(app, "Orders", account="222222222222", cidr="10.1.0.0/16", hub=network.hub)
SpokeStack(app, "Billing", account="333333333333", cidr="10.2.0.0/16", hub=network.hub)
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
