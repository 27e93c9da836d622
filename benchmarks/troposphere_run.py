"""Builds the workload with troposphere, which has no Node process, and prints the figures as JSON.

python -m benchmarks.troposphere_run 10 <folder>
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

STARTED = time.perf_counter()

from troposphere import Join, Ref, Template, ec2  # noqa: E402 - its import is part of what is measured
from troposphere import elasticloadbalancingv2 as elbv2  # noqa: E402

from benchmarks import memory  # noqa: E402
from benchmarks import workload as work  # noqa: E402


def define(template: Template, number: int) -> None:
    """Define a service and its consumers."""
    fleet = [work.address(number, zone) for zone in range(len(work.ZONES))]
    group = ec2.SecurityGroup(
        f"Group{number}",
        GroupDescription=work.LOAD_BALANCER_GROUP,
        SecurityGroupEgress=[_rule(f"{target}/32", work.TO_TARGETS) for target in fleet],
        VpcId=Ref("Vpc"),
    )
    template.add_resource(group)
    balancers = [
        _balancer(template, number, zone, target, group) for zone, target in enumerate(fleet)
    ]
    service = ec2.VPCEndpointService(
        f"Service{number}",
        AcceptanceRequired=True,
        NetworkLoadBalancerArns=[Ref(balancer) for balancer in balancers],
        SupportedIpAddressTypes=["ipv4"],
    )
    permissions = ec2.VPCEndpointServicePermissions(
        f"Permissions{number}",
        AllowedPrincipals=[f"arn:aws:iam::{work.CONSUMER}:root"],
        ServiceId=Ref(service),
    )
    template.add_resource(service)
    template.add_resource(permissions)
    for consumer in range(work.CONSUMERS):
        endpoint_group = ec2.SecurityGroup(
            f"EndpointGroup{number}x{consumer}",
            GroupDescription=work.ENDPOINT_GROUP,
            SecurityGroupEgress=[_NOTHING],
            SecurityGroupIngress=[_rule(work.CLIENTS, f"from {work.CLIENTS}:{work.PORT}")],
            VpcId=Ref("ConsumerVpc"),
        )
        endpoint = ec2.VPCEndpoint(
            f"Endpoint{number}x{consumer}",
            DependsOn=permissions.title,
            DnsOptions=ec2.DnsOptionsSpecification(DnsRecordIpType="ipv4"),
            IpAddressType="ipv4",
            PrivateDnsEnabled=False,
            SecurityGroupIds=[Ref(endpoint_group)],
            ServiceName=Join(".", ["com.amazonaws.vpce", work.REGION, Ref(service)]),
            SubnetIds=[Ref(f"ConsumerVpcSubnet{zone}") for zone in range(len(work.ZONES))],
            VpcEndpointType="Interface",
            VpcId=Ref("ConsumerVpc"),
        )
        template.add_resource(endpoint_group)
        template.add_resource(endpoint)


def _balancer(
    template: Template, number: int, zone: int, target: str, group: ec2.SecurityGroup
) -> elbv2.LoadBalancer:
    name = f"{number}x{zone}"
    balancer = elbv2.LoadBalancer(
        f"Balancer{name}",
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="off",
        IpAddressType="ipv4",
        LoadBalancerAttributes=[
            elbv2.LoadBalancerAttributes(Key=key, Value=value)
            for key, value in work.LOAD_BALANCER_ATTRIBUTES.items()
        ],
        Scheme="internal",
        SecurityGroups=[Ref(group)],
        Subnets=[Ref(f"VpcSubnet{zone}")],
        Type="network",
    )
    targets = elbv2.TargetGroup(
        f"Targets{name}",
        HealthCheckIntervalSeconds=30,
        HealthCheckPort="traffic-port",
        HealthCheckProtocol="TCP",
        HealthCheckTimeoutSeconds=10,
        HealthyThresholdCount=5,
        Port=work.PORT,
        Protocol="TCP",
        TargetGroupAttributes=[
            elbv2.TargetGroupAttribute(Key=key, Value=value)
            for key, value in work.TARGET_GROUP_ATTRIBUTES.items()
        ],
        TargetType="ip",
        UnhealthyThresholdCount=2,
        Targets=[elbv2.TargetDescription(Id=target)],
        VpcId=Ref("Vpc"),
    )
    listener = elbv2.Listener(
        f"Listener{name}",
        DefaultActions=[elbv2.Action(Type="forward", TargetGroupArn=Ref(targets))],
        ListenerAttributes=[elbv2.ListenerAttribute(Key="tcp.idle_timeout.seconds", Value="350")],
        LoadBalancerArn=Ref(balancer),
        Port=work.PORT,
        Protocol="TCP",
    )
    for part in (balancer, targets, listener):
        template.add_resource(part)
    return balancer


def _rule(cidr: str, description: str) -> ec2.SecurityGroupRule:
    return ec2.SecurityGroupRule(
        IpProtocol="tcp",
        CidrIp=cidr,
        FromPort=work.PORT,
        ToPort=work.PORT,
        Description=description,
    )


_NOTHING = ec2.SecurityGroupRule(
    IpProtocol="icmp",
    CidrIp="255.255.255.255/32",
    FromPort=252,
    ToPort=86,
    Description="Disallow all traffic",
)


def _vpc(template: Template, name: str) -> None:
    vpc = ec2.VPC(
        name,
        CidrBlock="10.0.0.0/16",
        EnableDnsHostnames=True,
        EnableDnsSupport=True,
        InstanceTenancy="default",
    )
    template.add_resource(vpc)
    for index, zone in enumerate(work.ZONES):
        subnet = ec2.Subnet(
            f"{name}Subnet{index}",
            AvailabilityZone=zone,
            CidrBlock=f"10.0.{index * 64}.0/18",
            MapPublicIpOnLaunch=False,
            VpcId=Ref(vpc),
        )
        table = ec2.RouteTable(f"{name}Table{index}", VpcId=Ref(vpc))
        association = ec2.SubnetRouteTableAssociation(
            f"{name}Association{index}", RouteTableId=Ref(table), SubnetId=Ref(subnet)
        )
        for part in (subnet, table, association):
            template.add_resource(part)


def main() -> None:
    """Measure one run."""
    services, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    imported = time.perf_counter()
    templates: list[Template] = []
    for numbers in work.BEST_CASE.stacks(services):
        template = Template()
        _vpc(template, "Vpc")
        _vpc(template, "ConsumerVpc")
        for number in numbers:
            define(template, number)
        templates.append(template)
    built = time.perf_counter()
    for number, template in enumerate(templates):
        (folder / f"Stack{number}.template.json").write_text(template.to_json())
    done = time.perf_counter()
    print(  # noqa: T201 - the figures
        json.dumps(
            {
                "import": imported - STARTED,
                "build": built - imported,
                "synth": done - built,
                "total": done - STARTED,
                "memory": memory.peak(),
            }
        )
    )


if __name__ == "__main__":
    main()
