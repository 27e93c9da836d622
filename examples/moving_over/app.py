"""A service of the CDK's own constructs, before and after it moved to this library.

Both stacks are here so that you can compare them. In your app, you change the first into the
second, and deploy: the service keeps its ID, its name, and its connections. Its logical IDs are
those that `cdk synth` wrote before. The page "Moving over" of the docs describes each step.
"""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    EndpointService,
    PrivateLinkChecks,
)

CUSTOMER = "222222222222"
ADDRESS = "10.0.0.10/32"
DATABASE = cast("elbv2.INetworkLoadBalancerTarget", targets.IpTarget("10.0.0.10", 5432))


class LedgerStack(cdk.Stack):
    """What both stacks have in common: a load balancer that doesn't change."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the VPC and the load balancer."""
        super().__init__(scope, id, env=env)
        vpc = ec2.Vpc(self, "Vpc", availability_zones=["eu-west-1a", "eu-west-1b"], nat_gateways=0)
        self.load_balancer = elbv2.NetworkLoadBalancer(
            self,
            "LoadBalancer",
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            cross_zone_enabled=True,
            enforce_security_group_inbound_rules_on_private_link_traffic=False,
        )
        # IP addresses have no security group that could allow the traffic by itself.
        self.load_balancer.connections.allow_to(ec2.Peer.ipv4(ADDRESS), ec2.Port.tcp(5432))
        listener = self.load_balancer.add_listener("Listener", port=5432)
        listener.add_targets("Database", port=5432, targets=[DATABASE])


class BeforeStack(LedgerStack):
    """The service with the CDK's own construct."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the service."""
        super().__init__(scope, id, env=env)
        ec2.VpcEndpointService(
            self,
            "Service",
            vpc_endpoint_service_load_balancers=[self.load_balancer],
            acceptance_required=True,
            allowed_principals=[iam.ArnPrincipal(f"arn:aws:iam::{CUSTOMER}:root")],
        )


class AfterStack(LedgerStack):
    """The same service with this library."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the service with its previous logical IDs."""
        super().__init__(scope, id, env=env)
        service = EndpointService(
            self,
            "Service",
            load_balancers=[self.load_balancer],
            acceptance=AcceptancePolicy.manual(),
            allowed_principals=[AllowedPrincipal.account(CUSTOMER)],
        )
        resource = cast("cdk.CfnResource", service.node.default_child)
        resource.override_logical_id("ServiceD69D759B")
        permissions = cast("cdk.CfnResource", service.node.find_child("Permissions"))
        permissions.override_logical_id("ServicePermissions64AB3ABC")


if __name__ == "__main__":
    app = cdk.App()
    ireland = cdk.Environment(account="111111111111", region="eu-west-1")
    BeforeStack(app, "Before", env=ireland)
    AfterStack(app, "After", env=ireland)
    cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
    app.synth()
