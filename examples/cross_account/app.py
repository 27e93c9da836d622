"""A provider and a consumer in two accounts, connected by a contract."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from privatelink_constructs import (
    AllowedPrincipal,
    EndpointDns,
    EndpointServiceContract,
    InterfaceEndpoint,
    Listener,
    NetworkLoadBalancedEndpointService,
    PrivateLinkChecks,
)

PROVIDER = cdk.Environment(account="111111111111", region="eu-west-1")
CONSUMER = cdk.Environment(account="222222222222", region="eu-west-1")
# The names of Availability Zones can differ between accounts. Their AZ IDs don't.
PROVIDER_ZONES = {"eu-west-1a": "euw1-az1", "eu-west-1b": "euw1-az2", "eu-west-1c": "euw1-az3"}
CONSUMER_ZONES = {"eu-west-1a": "euw1-az3", "eu-west-1b": "euw1-az1", "eu-west-1c": "euw1-az2"}
CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555"


class ProviderStack(cdk.Stack):
    """The payments service, for one customer."""

    def __init__(self, scope: Construct, id: str) -> None:  # noqa: A002
        """Define the service, and an ECS service in each Availability Zone."""
        super().__init__(scope, id, env=PROVIDER)
        vpc = ec2.Vpc(self, "Vpc", max_azs=3, nat_gateways=1)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc)
        task = ecs.FargateTaskDefinition(self, "Task")
        task.add_container(
            "Web",
            image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"),
            logging=ecs.LogDrivers.aws_logs(
                stream_prefix="web", log_retention=logs.RetentionDays.ONE_MONTH
            ),
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        certificate = acm.Certificate.from_certificate_arn(self, "Certificate", CERTIFICATE)
        fleets = {
            subnet.availability_zone: [self._fleet(subnet, cluster, task)]
            for subnet in vpc.private_subnets
        }
        service = NetworkLoadBalancedEndpointService(
            self,
            "Payments",
            vpc=vpc,
            listeners=[
                Listener.tls(
                    443, certificates=[certificate], target_port=80, targets_by_zone=fleets
                )
            ],
            allowed_principals=[AllowedPrincipal.account("222222222222")],
            availability_zone_ids=PROVIDER_ZONES,
        )
        self.payments = service.contract

    def _fleet(
        self, subnet: ec2.ISubnet, cluster: ecs.Cluster, task: ecs.FargateTaskDefinition
    ) -> ecs.FargateService:
        return ecs.FargateService(
            self,
            f"Fleet-{subnet.node.id}",
            cluster=cluster,
            task_definition=task,
            min_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            vpc_subnets=ec2.SubnetSelection(subnets=[subnet]),
        )


class ConsumerStack(cdk.Stack):
    """The customer's VPC."""

    def __init__(self, scope: Construct, id: str, payments: EndpointServiceContract) -> None:  # noqa: A002
        """Define the endpoint, its clients, and the name that they use."""
        super().__init__(scope, id, env=CONSUMER)
        vpc = ec2.Vpc(self, "Vpc", max_azs=3, nat_gateways=0)
        clients = ec2.SecurityGroup(self, "Clients", vpc=vpc, allow_all_outbound=False)
        InterfaceEndpoint(
            self,
            "Payments",
            vpc=vpc,
            service=payments,
            availability_zone_ids=CONSUMER_ZONES,
            clients=[clients],
            dns=EndpointDns.private_hosted_zone("payments.example.com"),
        )


app = cdk.App()
provider = ProviderStack(app, "Provider")
ConsumerStack(app, "Consumer", provider.payments)
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
