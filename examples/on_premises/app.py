"""One endpoint service for clients on premises, by a name of your own."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from privatelink_constructs import (
    EndpointDns,
    EndpointServiceContract,
    InterfaceEndpoint,
    PrivateLinkChecks,
    ResolverInboundEndpoint,
)

QUOTES = EndpointServiceContract.from_service_name(
    "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
    ports=[443],
    availability_zones=["eu-central-1a", "eu-central-1b"],
)
ON_PREMISES = "192.168.0.0/16"


class LandingStack(cdk.Stack):
    """A VPC that AWS Direct Connect or AWS Site-to-Site VPN ends in."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the endpoint, and the addresses that its name is looked up at."""
        super().__init__(scope, id, env=env)
        isolated = ec2.SubnetConfiguration(
            name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
        )
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, subnet_configuration=[isolated])
        gateway = ec2.VpnGateway(self, "Gateway", type="ipsec.1")
        attachment = ec2.CfnVPCGatewayAttachment(
            self, "Attachment", vpc_id=vpc.vpc_id, vpn_gateway_id=gateway.gateway_id
        )
        for number, subnet in enumerate(vpc.isolated_subnets, start=1):
            route = ec2.CfnRoute(
                self,
                f"ToOnPremises{number}",
                route_table_id=subnet.route_table.route_table_id,
                destination_cidr_block=ON_PREMISES,
                gateway_id=gateway.gateway_id,
            )
            route.add_resource_dependency(attachment)
        InterfaceEndpoint(
            self,
            "Quotes",
            vpc=vpc,
            service=QUOTES,
            clients=[ON_PREMISES],
            dns=EndpointDns.private_hosted_zone("quotes.example.com"),
        )
        resolver = ResolverInboundEndpoint(
            self,
            "Names",
            vpc=vpc,
            clients=[ON_PREMISES],
            ip_addresses=["10.0.0.10", "10.0.1.10"],
        )
        cdk.CfnOutput(self, "ForwardTo", value=", ".join(resolver.ip_addresses))


app = cdk.App()
LandingStack(app, "Landing", env=cdk.Environment(account="222222222222", region="eu-central-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
