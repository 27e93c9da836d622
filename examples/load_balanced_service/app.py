"""One Fargate service per Availability Zone with TLS, published over AWS PrivateLink."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from privatelink_constructs import (
    AllowedPrincipal,
    Listener,
    NetworkLoadBalancedEndpointService,
    PrivateLinkChecks,
)

CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555"
IMAGE = "public.ecr.aws/nginx/nginx:stable"


class PaymentsStack(cdk.Stack):
    """A service that one customer can connect to."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the service, and an ECS service in each Availability Zone."""
        super().__init__(scope, id, env=env)
        vpc = ec2.Vpc(self, "Vpc", max_azs=3, nat_gateways=1)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc)
        task = ecs.FargateTaskDefinition(self, "Task")
        task.add_container(
            "Web",
            image=ecs.ContainerImage.from_registry(IMAGE),
            logging=ecs.LogDrivers.aws_logs(
                stream_prefix="web", log_retention=logs.RetentionDays.ONE_MONTH
            ),
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        fleets = {
            subnet.availability_zone: ecs.FargateService(
                self,
                f"Fleet-{subnet.node.id}",
                cluster=cluster,
                task_definition=task,
                circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
                min_healthy_percent=100,
                vpc_subnets=ec2.SubnetSelection(subnets=[subnet]),
            )
            for subnet in vpc.private_subnets
        }
        NetworkLoadBalancedEndpointService(
            self,
            "Payments",
            vpc=vpc,
            listeners=[
                Listener.tls(
                    443,
                    certificates=[
                        acm.Certificate.from_certificate_arn(self, "Certificate", CERTIFICATE)
                    ],
                    target_port=80,
                    targets_by_zone={zone: [fleet] for zone, fleet in fleets.items()},
                )
            ],
            allowed_principals=[AllowedPrincipal.account("222222222222")],
        )


app = cdk.App()
PaymentsStack(app, "Payments", env=cdk.Environment(account="111111111111", region="eu-west-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
