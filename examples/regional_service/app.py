"""One Fargate service in all Availability Zones, published behind one load balancer."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    Listener,
    LoadBalancerTopology,
    NetworkLoadBalancedEndpointService,
    PrivateLinkChecks,
)


class OrdersStack(cdk.Stack):
    """A service that two customers can connect to immediately."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the service, and the ECS service behind it."""
        super().__init__(scope, id, env=env)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        service = NetworkLoadBalancedEndpointService(
            self,
            "Orders",
            vpc=vpc,
            listeners=[Listener.tcp(80)],
            topology=LoadBalancerTopology.REGIONAL,
            acceptance=AcceptancePolicy.automatic(),
            allowed_principals=[
                AllowedPrincipal.account("222222222222"),
                AllowedPrincipal.role("333333333333", "Network"),
            ],
            client_cidrs=["10.20.0.0/16"],
        )
        task = ecs.FargateTaskDefinition(self, "Task")
        task.add_container(
            "Web",
            image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"),
            logging=ecs.LogDrivers.aws_logs(
                stream_prefix="web", log_retention=logs.RetentionDays.ONE_MONTH
            ),
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        fleet = ecs.FargateService(
            self,
            "Fleet",
            cluster=ecs.Cluster(self, "Cluster", vpc=vpc),
            task_definition=task,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            min_healthy_percent=100,
        )
        service.add_targets(80, fleet)


app = cdk.App()
OrdersStack(app, "Orders", env=cdk.Environment(account="111111111111", region="eu-west-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
