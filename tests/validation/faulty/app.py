"""A fault for each validator."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

app = cdk.App()
stack = cdk.Stack(app, "Faulty", env=cdk.Environment(account="111111111111", region="eu-west-1"))
cdk.Annotations.of(stack).add_warning_v2("faulty", "for the annotations")
open_group = ec2.CfnSecurityGroup(
    stack,
    "ForNag",
    group_description="open to the world",
    security_group_ingress=[
        ec2.CfnSecurityGroup.IngressProperty(ip_protocol="-1", cidr_ip="0.0.0.0/0")
    ],
)
elbv2.CfnTargetGroup(
    stack,
    "ForPreflight",
    health_check_interval_seconds=10,
    health_check_timeout_seconds=20,
    port=80,
    protocol="TCP",
    vpc_id="vpc-0123456789abcdef0",
)
service = ec2.CfnVPCEndpointService(stack, "ForTheSchema", gateway_load_balancer_arns=[])
service.add_property_override("AcceptanceRequired", "perhaps")
ec2.CfnVPCEndpointServicePermissions(
    stack,
    "ForOurChecks",
    allowed_principals=["222222222222"],
    service_id=service.ref,
)
app.synth()
