"""Rules accept known customers, reject a former customer, and leave all others for a review."""

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_sns as sns
from constructs import Construct

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    EndpointService,
    EndpointServiceAlarms,
    PrivateLinkChecks,
)

LOAD_BALANCER = (
    "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/ledger/50dc6c495c0c9188"
)
ON_CALL = "arn:aws:sns:eu-west-1:111111111111:on-call"
CUSTOMERS = ["222222222222", "333333333333"]
FORMER_CUSTOMERS = ["444444444444"]


class LedgerStack(cdk.Stack):
    """A service that any account can request a connection to."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the service, and notify the on-call topic of failures."""
        super().__init__(scope, id, env=env)
        service = EndpointService(
            self,
            "Ledger",
            load_balancers=[
                elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
                    self, "LoadBalancer", load_balancer_arn=LOAD_BALANCER
                )
            ],
            ports=[5432],
            allowed_principals=[AllowedPrincipal.everyone()],
            acceptance=AcceptancePolicy.by_rules(
                accept_accounts=CUSTOMERS,
                accept_regions=["eu-west-1", "eu-central-1"],
                reject_accounts=FORMER_CUSTOMERS,
                reconcile_every=cdk.Duration.minutes(5),
            ),
            supported_regions=["eu-central-1"],
        )
        on_call = sns.Topic.from_topic_arn(self, "OnCall", ON_CALL)
        EndpointServiceAlarms(self, "Alarms", service=service, actions=[on_call])


app = cdk.App()
LedgerStack(app, "Ledger", env=cdk.Environment(account="111111111111", region="eu-west-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
