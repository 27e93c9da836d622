"""One encrypted topic receives connection requests, and another one all other events."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    EndpointService,
    PrivateLinkChecks,
)

LOAD_BALANCER = (
    "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/ledger/50dc6c495c0c9188"
)


class LedgerStack(cdk.Stack):
    """A test service, which you can delete while customers are connected."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the service and the topics."""
        super().__init__(scope, id, env=env)
        # For type checkers only: they don't accept the CDK's classes as its interfaces.
        key = cast("kms.IKey", kms.Key(self, "Key", enable_key_rotation=True))
        requests = sns.Topic(self, "Requests", enforce_ssl=True, master_key=key)
        history = sns.Topic(self, "History", enforce_ssl=True, master_key=key)
        service = EndpointService(
            self,
            "Ledger",
            load_balancers=[
                elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
                    self, "LoadBalancer", load_balancer_arn=LOAD_BALANCER
                )
            ],
            ports=[5432],
            allowed_principals=[AllowedPrincipal.account("222222222222")],
            acceptance=AcceptancePolicy.manual(notify=requests),
            reject_connections_on_delete=True,
        )
        service.notify(history, events=["Accept", "Delete", "Reject"])


app = cdk.App()
LedgerStack(app, "Ledger", env=cdk.Environment(account="111111111111", region="eu-west-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
