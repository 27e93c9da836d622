"""A service with a private DNS name, which AWS verifies during the deployment."""

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53
from constructs import Construct

from privatelink_constructs import (
    AllowedPrincipal,
    EndpointService,
    PrivateDnsName,
    PrivateLinkChecks,
)

LOAD_BALANCER = (
    "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/ledger/50dc6c495c0c9188"
)
HOSTED_ZONE = "Z0123456789ABCDEFGHIJ"


class LedgerStack(cdk.Stack):
    """A service that consumers reach as ledger.example.com."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the service, and verify its name in the public hosted zone of the domain."""
        super().__init__(scope, id, env=env)
        hosted_zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "HostedZone", hosted_zone_id=HOSTED_ZONE, zone_name="example.com"
        )
        EndpointService(
            self,
            "Ledger",
            load_balancers=[
                elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
                    self, "LoadBalancer", load_balancer_arn=LOAD_BALANCER
                )
            ],
            ports=[5432],
            allowed_principals=[AllowedPrincipal.account("222222222222")],
            private_dns_name=PrivateDnsName.in_hosted_zone(
                "ledger.example.com", hosted_zone, timeout=cdk.Duration.minutes(45)
            ),
        )


app = cdk.App()
LedgerStack(app, "Ledger", env=cdk.Environment(account="111111111111", region="eu-west-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
