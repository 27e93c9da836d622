# ruff: noqa: F401 - names for the blocks of the pages
# pyright: reportUnusedImport=false
"""What the blocks of the pages refer to and don't show: an app, stacks, VPCs, and targets.

A page that has ``<!-- given -->`` in front of a block starts from here.
"""

import aws_cdk as cdk
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_sns as sns

import privatelink_constructs as privatelink
from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    Decision,
    EndpointDns,
    EndpointService,
    EndpointServiceContract,
    InterfaceEndpoint,
    Listener,
    LoadBalancerTopology,
    NetworkLoadBalancedEndpointService,
    PrivateDnsName,
    PrivateLinkChecks,
    ValidationError,
    check_template,
    check_templates,
)

_ZONES = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
_ACCOUNTS = ("111111111111", "222222222222")
app = cdk.App(
    context={f"availability-zones:account={it}:region=eu-west-1": _ZONES for it in _ACCOUNTS}
)
self = stack = cdk.Stack(
    app, "Stack", env=cdk.Environment(account="111111111111", region="eu-west-1")
)
consumer = cdk.Stack(
    app, "Consumer", env=cdk.Environment(account="222222222222", region="eu-west-1")
)
vpc = ec2.Vpc(stack, "Vpc", max_azs=3, nat_gateways=1)
consumer_vpc = ec2.Vpc(consumer, "Vpc", max_azs=3, nat_gateways=0)
cluster = ecs.Cluster(stack, "Cluster", vpc=vpc)
task = ecs.FargateTaskDefinition(stack, "Task")
task.add_container(
    "Web",
    image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"),
    port_mappings=[ecs.PortMapping(container_port=8080)],
)
fleet = ecs.FargateService(stack, "Fleet", cluster=cluster, task_definition=task)
fleets = {
    zone: [
        ecs.FargateService(
            stack,
            f"Fleet-{zone}",
            cluster=cluster,
            task_definition=task,
            vpc_subnets=ec2.SubnetSelection(availability_zones=[zone]),
        )
    ]
    for zone in _ZONES
}
certificate = acm.Certificate.from_certificate_arn(
    stack,
    "Certificate",
    "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555",
)
hosted_zone = route53.PublicHostedZone.from_public_hosted_zone_attributes(
    stack, "HostedZone", hosted_zone_id="Z0123456789ABCDEFGHIJ", zone_name="example.com"
)
topic = sns.Topic(stack, "Topic")
contract = EndpointServiceContract.from_service_name(
    "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
    ports=[443],
    availability_zone_ids=["euw1-az1", "euw1-az2", "euw1-az3"],
)
