"""An endpoint to the service of a vendor, which you know by its name."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from privatelink_constructs import (
    EndpointDns,
    EndpointServiceContract,
    InterfaceEndpoint,
    PrivateLinkChecks,
)

# The facts that the vendor sends to its customers.
RATES = EndpointServiceContract.from_service_name(
    "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
    ports=[443],
    acceptance_required=False,
    availability_zone_ids=["use1-az1", "use1-az2", "use1-az4"],
    private_dns_name="rates.vendor.example",
    private_dns_verified=True,
)
ZONES = {"us-east-1a": "use1-az2", "us-east-1b": "use1-az4", "us-east-1c": "use1-az6"}


class PricingStack(cdk.Stack):
    """A VPC whose clients use the vendor's own name for the service."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the endpoint in the Availability Zones of the vendor's service."""
        super().__init__(scope, id, env=env)
        vpc = ec2.Vpc(self, "Vpc", availability_zones=["us-east-1a", "us-east-1b"], nat_gateways=0)
        InterfaceEndpoint(
            self,
            "Rates",
            vpc=vpc,
            service=RATES,
            availability_zone_ids=ZONES,
            clients=[vpc.vpc_cidr_block],
            dns=EndpointDns.service_private_name(),
        )


app = cdk.App()
PricingStack(app, "Pricing", env=cdk.Environment(account="222222222222", region="us-east-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
