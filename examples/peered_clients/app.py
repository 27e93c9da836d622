"""One endpoint for clients in two peered VPCs, with the same name in both."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from privatelink_constructs import (
    EndpointDns,
    EndpointServiceContract,
    InterfaceEndpoint,
    PrivateLinkChecks,
)

QUOTES = EndpointServiceContract.from_service_name(
    "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
    ports=[443, "8443/udp"],
    availability_zones=["eu-central-1a", "eu-central-1b"],
)
HUB, SPOKE = "10.0.0.0/20", "10.0.16.0/20"


class SharedStack(cdk.Stack):
    """A hub VPC with the endpoint, and a spoke VPC whose clients use it."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define both VPCs, the routes between them, and the endpoint."""
        super().__init__(scope, id, env=env)
        hub, spoke = self._vpc("Hub", HUB), self._vpc("Spoke", SPOKE)
        peering = ec2.CfnVPCPeeringConnection(
            self, "Peering", vpc_id=hub.vpc_id, peer_vpc_id=spoke.vpc_id
        )
        for vpc, destination in ((hub, SPOKE), (spoke, HUB)):
            for number, subnet in enumerate(vpc.isolated_subnets, start=1):
                ec2.CfnRoute(
                    vpc,
                    f"ToPeer{number}",
                    route_table_id=subnet.route_table.route_table_id,
                    destination_cidr_block=destination,
                    vpc_peering_connection_id=peering.ref,
                )
        InterfaceEndpoint(
            self,
            "Quotes",
            vpc=hub,
            service=QUOTES,
            clients=[HUB, SPOKE],
            dns=EndpointDns.private_hosted_zone("quotes.internal.example", vpcs=[spoke]),
        )

    def _vpc(self, name: str, cidr: str) -> ec2.Vpc:
        isolated = ec2.SubnetConfiguration(
            name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED
        )
        return ec2.Vpc(
            self,
            name,
            ip_addresses=ec2.IpAddresses.cidr(cidr),
            max_azs=2,
            subnet_configuration=[isolated],
        )


app = cdk.App()
SharedStack(app, "Shared", env=cdk.Environment(account="222222222222", region="eu-central-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
