"""A Network Load Balancer that another team runs, published over AWS PrivateLink."""

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from privatelink_constructs import AllowedPrincipal, EndpointService, PrivateLinkChecks

LOAD_BALANCER = (
    "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/ledger/50dc6c495c0c9188"
)


class LedgerStack(cdk.Stack):
    """A service with a load balancer that exists already."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Import the load balancer, and define the service."""
        super().__init__(scope, id, env=env)
        load_balancer = elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
            self, "LoadBalancer", load_balancer_arn=LOAD_BALANCER
        )
        EndpointService(
            self,
            "Ledger",
            load_balancers=[load_balancer],
            ports=[5432],
            allowed_principals=[AllowedPrincipal.account("222222222222")],
            availability_zone_ids={"eu-west-1a": "euw1-az1", "eu-west-1b": "euw1-az2"},
        )


app = cdk.App()
LedgerStack(app, "Ledger", env=cdk.Environment(account="111111111111", region="eu-west-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
