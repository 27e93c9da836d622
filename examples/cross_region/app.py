"""A service in one Region, and an endpoint to it in another."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from constructs import Construct

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    EndpointServiceContract,
    InterfaceEndpoint,
    Listener,
    NetworkLoadBalancedEndpointService,
    PrivateLinkChecks,
)

ACCOUNT = "111111111111"
DATA_CENTER = ["192.168.10.4", "192.168.20.4"]


class ProviderStack(cdk.Stack):
    """A ledger in a data center, published in Ireland."""

    def __init__(self, scope: Construct, id: str) -> None:  # noqa: A002
        """Define the service for its own Region and for Frankfurt."""
        super().__init__(scope, id, env=cdk.Environment(account=ACCOUNT, region="eu-west-1"))
        service = NetworkLoadBalancedEndpointService(
            self,
            "Ledger",
            vpc=ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=0),
            listeners=[
                Listener.tcp(5432, targets=[targets.IpTarget(address) for address in DATA_CENTER])
            ],
            acceptance=AcceptancePolicy.automatic(),
            allowed_principals=[AllowedPrincipal.account(ACCOUNT)],
            supported_regions=["eu-central-1"],
        )
        cdk.Annotations.of(service).acknowledge_warning(
            "privatelink-constructs:target-security-group-undetermined",
            "a data center has no security groups",
        )
        self.ledger = service.contract


class ConsumerStack(cdk.Stack):
    """A team in Frankfurt."""

    def __init__(self, scope: Construct, id: str, ledger: EndpointServiceContract) -> None:  # noqa: A002
        """Define the endpoint, which specifies the Region of the service."""
        super().__init__(scope, id, env=cdk.Environment(account=ACCOUNT, region="eu-central-1"))
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=0)
        InterfaceEndpoint(
            self,
            "Ledger",
            vpc=vpc,
            service=ledger,
            clients=[vpc.vpc_cidr_block],
        )


app = cdk.App()
provider = ProviderStack(app, "Provider")
ConsumerStack(app, "Consumer", provider.ledger)
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
