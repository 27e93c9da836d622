"""A Fargate service without internet access, which reaches AWS services through VPC endpoints."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from privatelink_constructs import (
    AwsService,
    AwsServiceEndpoints,
    AwsServices,
    EndpointPolicy,
    PrivateLinkChecks,
)


class OrdersStack(cdk.Stack):
    """A VPC without an internet gateway and without NAT gateways, and a service in it."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the service, and the endpoints that its tasks use."""
        super().__init__(scope, id, env=env)
        isolated = ec2.SubnetConfiguration(
            name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
        )
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, subnet_configuration=[isolated])
        task = ecs.FargateTaskDefinition(self, "Task")
        images = ecr.Repository.from_repository_name(self, "Images", "orders")
        task.add_container(
            "Web",
            image=ecs.ContainerImage.from_ecr_repository(images, "1.0"),
            logging=ecs.LogDrivers.aws_logs(
                stream_prefix="web", log_retention=logs.RetentionDays.ONE_MONTH
            ),
        )
        # In a group of the ECS service itself, the service would wait for rules that wait for it.
        group = ec2.SecurityGroup(self, "TasksSecurityGroup", vpc=vpc, allow_all_outbound=True)
        tasks = ecs.FargateService(
            self,
            "Tasks",
            cluster=ecs.Cluster(self, "Cluster", vpc=vpc),
            task_definition=task,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            enable_execute_command=True,
            min_healthy_percent=100,
            security_groups=[group],
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        )
        endpoints = AwsServiceEndpoints(
            self,
            "AwsServices",
            vpc=vpc,
            services=[
                AwsServices.fargate_tasks(execute_command=True),
                AwsService.gateway("dynamodb", policy=EndpointPolicy.account()),
            ],
            clients=[group],
            policy=EndpointPolicy.organization("o-abcdefghij"),
        )
        # Tasks start only after they can pull their images.
        tasks.node.add_dependency(endpoints)


app = cdk.App()
OrdersStack(app, "Orders", env=cdk.Environment(account="111111111111", region="eu-west-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
