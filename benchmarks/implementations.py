"""The same stacks, written in Python in three ways.

``library`` uses this package. ``l2`` is what a good user writes manually with the CDK's L2
constructs, and ``l1`` the same with only L1 constructs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_iam as iam

import privatelink_constructs as privatelink
from benchmarks.workload import (
    CLIENTS,
    CONSUMER,
    CONSUMERS,
    ENDPOINT_GROUP,
    LOAD_BALANCER_ATTRIBUTES,
    LOAD_BALANCER_GROUP,
    PORT,
    REGION,
    TARGET_GROUP_ATTRIBUTES,
    TO_TARGETS,
    ZONES,
    address,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workload import Workload

    Define = Callable[[cdk.Stack, int, ec2.IVpc, ec2.IVpc], None]
    """Defines the service of a number, and its consumers in the second VPC."""


def vpcs_of(stack: cdk.Stack, number: int, workload: Workload) -> tuple[ec2.IVpc, ec2.IVpc]:
    """Return the VPC of the services and the VPC of the consumers of the stack of a number."""
    if workload.typical:
        return (
            imported_vpc(stack, "Vpc", f"{number:02x}a", network=0),
            imported_vpc(stack, "ConsumerVpc", f"{number:02x}b", network=1),
        )
    return vpc_of(stack, "Vpc"), vpc_of(stack, "ConsumerVpc")


def imported_vpc(stack: cdk.Stack, name: str, key: str, *, network: int) -> ec2.IVpc:
    """Import a VPC with one subnet per zone, as a landing zone provides it.

    :param key: what its id begins with.
    :param network: the second number of its addresses; that of the targets is 0.
    """
    zones = range(len(ZONES))
    return ec2.Vpc.from_vpc_attributes(
        stack,
        name,
        vpc_id=f"vpc-{key:0<17}",
        vpc_cidr_block=f"10.{network}.0.0/16",
        availability_zones=list(ZONES),
        private_subnet_ids=[f"subnet-{key:0<16}{zone}" for zone in zones],
        private_subnet_ipv4_cidr_blocks=[f"10.{network}.{zone * 64}.0/18" for zone in zones],
    )


def vpc_of(stack: cdk.Stack, name: str) -> ec2.Vpc:
    """Define a VPC with one subnet a zone."""
    return ec2.Vpc(
        stack,
        name,
        max_azs=len(ZONES),
        nat_gateways=0,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        ],
    )


def fleet(number: int) -> list[targets.IpTarget]:
    """Return the targets of a service, one a zone."""
    return [targets.IpTarget(address(number, zone)) for zone in range(len(ZONES))]


def service(
    stack: cdk.Stack, number: int, vpc: ec2.IVpc, *, with_targets: bool = True
) -> privatelink.NetworkLoadBalancedEndpointService:
    """Define a service with this package."""
    found = fleet(number) if with_targets else []
    return privatelink.NetworkLoadBalancedEndpointService(
        stack,
        f"Service{number}",
        vpc=vpc,
        listeners=[privatelink.Listener.tcp(PORT, targets=found)],
        allowed_principals=[privatelink.AllowedPrincipal.account(CONSUMER)],
    )


def endpoint(
    stack: cdk.Stack,
    name: str,
    vpc: ec2.IVpc,
    contract: privatelink.EndpointServiceContract,
    client: str | ec2.IPeer = CLIENTS,
) -> privatelink.InterfaceEndpoint:
    """Define an endpoint with this package."""
    return privatelink.InterfaceEndpoint(stack, name, vpc=vpc, service=contract, clients=[client])


def library(stack: cdk.Stack, number: int, vpc: ec2.IVpc, consumer_vpc: ec2.IVpc) -> None:
    """Define a service and its consumers with this package."""
    contract = service(stack, number, vpc).contract
    for consumer in range(CONSUMERS):
        endpoint(stack, f"Endpoint{number}x{consumer}", consumer_vpc, contract)


def library_with_peers(
    stack: cdk.Stack, number: int, vpc: ec2.IVpc, consumer_vpc: ec2.IVpc
) -> None:
    """Do the same, with a peer per endpoint as the CDK's users write it."""
    contract = service(stack, number, vpc).contract
    for consumer in range(CONSUMERS):
        name = f"Endpoint{number}x{consumer}"
        endpoint(stack, name, consumer_vpc, contract, ec2.Peer.ipv4(CLIENTS))


def l2(stack: cdk.Stack, number: int, vpc: ec2.IVpc, consumer_vpc: ec2.IVpc) -> None:
    """Define a service and its consumers manually."""
    group = ec2.SecurityGroup(
        stack,
        f"Group{number}",
        vpc=vpc,
        allow_all_outbound=False,
        description=LOAD_BALANCER_GROUP,
    )
    health_check = elbv2.HealthCheck(
        protocol=elbv2.Protocol.TCP,
        port="traffic-port",
        interval=cdk.Duration.seconds(30),
        timeout=cdk.Duration.seconds(10),
        healthy_threshold_count=5,
        unhealthy_threshold_count=2,
    )
    delay, idle = cdk.Duration.seconds(300), cdk.Duration.seconds(350)
    balancers: list[elbv2.INetworkLoadBalancer] = []
    for zone, name in enumerate(ZONES):
        balancer = elbv2.NetworkLoadBalancer(
            stack,
            f"Balancer{number}{name}",
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(availability_zones=[name]),
            security_groups=[group],
            enforce_security_group_inbound_rules_on_private_link_traffic=False,
            ip_address_type=elbv2.IpAddressType.IPV4,
        )
        balancer.set_attribute("access_logs.s3.enabled", "false")
        listener = balancer.add_listener(
            "Listener", port=PORT, protocol=elbv2.Protocol.TCP, tcp_idle_timeout=idle
        )
        target = address(number, zone)
        listener.add_targets(
            "Targets",
            port=PORT,
            targets=[targets.IpTarget(target)],
            health_check=health_check,
            proxy_protocol_v2=False,
            preserve_client_ip=False,
            deregistration_delay=delay,
        )
        group.add_egress_rule(ec2.Peer.ipv4(f"{target}/32"), ec2.Port.tcp(PORT), TO_TARGETS)
        balancers.append(balancer)
    published = ec2.VpcEndpointService(
        stack,
        f"Service{number}",
        vpc_endpoint_service_load_balancers=balancers,
        allowed_principals=[iam.ArnPrincipal(f"arn:aws:iam::{CONSUMER}:root")],
        supported_ip_address_types=[ec2.IpAddressType.IPV4],
    )
    for consumer in range(CONSUMERS):
        endpoint_group = ec2.SecurityGroup(
            stack,
            f"EndpointGroup{number}x{consumer}",
            vpc=consumer_vpc,
            allow_all_outbound=False,
            description=ENDPOINT_GROUP,
        )
        endpoint_group.add_ingress_rule(ec2.Peer.ipv4(CLIENTS), ec2.Port.tcp(PORT))
        interface = ec2.InterfaceVpcEndpoint(
            stack,
            f"Endpoint{number}x{consumer}",
            vpc=consumer_vpc,
            service=ec2.InterfaceVpcEndpointService(published.vpc_endpoint_service_name, PORT),
            private_dns_enabled=False,
            open=False,
            security_groups=[endpoint_group],
            ip_address_type=ec2.VpcEndpointIpAddressType.IPV4,
            dns_record_ip_type=ec2.VpcEndpointDnsRecordIpType.IPV4,
        )
        interface.node.add_dependency(published)


def l1(stack: cdk.Stack, number: int, vpc: ec2.IVpc, consumer_vpc: ec2.IVpc) -> None:
    """Define a service and its consumers with only L1 constructs."""
    addresses = [address(number, zone) for zone in range(len(ZONES))]
    group = ec2.CfnSecurityGroup(
        stack,
        f"Group{number}",
        group_description=LOAD_BALANCER_GROUP,
        security_group_egress=[_egress(f"{target}/32") for target in addresses],
        vpc_id=vpc,
    )
    balancers = [
        _l1_balancer(stack, f"{number}{name}", vpc, subnet, group, target)
        for name, subnet, target in zip(ZONES, _subnets_of(vpc), addresses, strict=True)
    ]
    published = ec2.CfnVPCEndpointService(
        stack,
        f"Service{number}",
        acceptance_required=True,
        network_load_balancer_arns=cast("list[str]", balancers),
        supported_ip_address_types=["ipv4"],
    )
    permissions = ec2.CfnVPCEndpointServicePermissions(
        stack,
        f"Permissions{number}",
        service_id=published,
        allowed_principals=[f"arn:aws:iam::{CONSUMER}:root"],
    )
    name = f"com.amazonaws.vpce.{REGION}.{published.ref}"
    subnets = _subnets_of(consumer_vpc)
    for consumer in range(CONSUMERS):
        endpoint_group = ec2.CfnSecurityGroup(
            stack,
            f"EndpointGroup{number}x{consumer}",
            group_description=ENDPOINT_GROUP,
            security_group_egress=[_NOTHING],
            security_group_ingress=[_ingress()],
            vpc_id=consumer_vpc,
        )
        interface = ec2.CfnVPCEndpoint(
            stack,
            f"Endpoint{number}x{consumer}",
            vpc_id=consumer_vpc,
            dns_options=ec2.CfnVPCEndpoint.DnsOptionsSpecificationProperty(
                dns_record_ip_type="ipv4"
            ),
            ip_address_type="ipv4",
            private_dns_enabled=False,
            security_group_ids=[endpoint_group],
            service_name=name,
            subnet_ids=subnets,
            vpc_endpoint_type="Interface",
        )
        interface.add_resource_dependency(permissions)


def _subnets_of(vpc: ec2.IVpc) -> list[ec2.ISubnet]:
    return vpc.isolated_subnets if isinstance(vpc, ec2.Vpc) else vpc.private_subnets


def _l1_balancer(  # noqa: PLR0917 - a helper of one call
    stack: cdk.Stack,
    name: str,
    vpc: ec2.IVpc,
    subnet: ec2.ISubnet,
    group: ec2.CfnSecurityGroup,
    target: str,
) -> elbv2.CfnLoadBalancer:
    balancer = elbv2.CfnLoadBalancer(
        stack,
        f"Balancer{name}",
        enforce_security_group_inbound_rules_on_private_link_traffic="off",
        ip_address_type="ipv4",
        load_balancer_attributes=[
            elbv2.CfnLoadBalancer.LoadBalancerAttributeProperty(key=key, value=value)
            for key, value in LOAD_BALANCER_ATTRIBUTES.items()
        ],
        scheme="internal",
        security_groups=[group],
        subnets=[subnet],
        type="network",
    )
    targets_group = elbv2.CfnTargetGroup(
        stack,
        f"Targets{name}",
        health_check_interval_seconds=30,
        health_check_port="traffic-port",
        health_check_protocol="TCP",
        health_check_timeout_seconds=10,
        healthy_threshold_count=5,
        port=PORT,
        protocol="TCP",
        target_group_attributes=[
            elbv2.CfnTargetGroup.TargetGroupAttributeProperty(key=key, value=value)
            for key, value in TARGET_GROUP_ATTRIBUTES.items()
        ],
        target_type="ip",
        unhealthy_threshold_count=2,
        targets=[elbv2.CfnTargetGroup.TargetDescriptionProperty(id=target)],
        vpc_id=vpc,
    )
    elbv2.CfnListener(
        stack,
        f"Listener{name}",
        default_actions=[
            elbv2.CfnListener.ActionProperty(type="forward", target_group_arn=targets_group.ref)
        ],
        listener_attributes=[
            elbv2.CfnListener.ListenerAttributeProperty(key="tcp.idle_timeout.seconds", value="350")
        ],
        load_balancer_arn=balancer,
        port=PORT,
        protocol="TCP",
    )
    return balancer


def _egress(cidr: str) -> ec2.CfnSecurityGroup.EgressProperty:
    return ec2.CfnSecurityGroup.EgressProperty(
        ip_protocol="tcp", cidr_ip=cidr, from_port=PORT, to_port=PORT, description=TO_TARGETS
    )


def _ingress() -> ec2.CfnSecurityGroup.IngressProperty:
    return ec2.CfnSecurityGroup.IngressProperty(
        ip_protocol="tcp",
        cidr_ip=CLIENTS,
        from_port=PORT,
        to_port=PORT,
        description=f"from {CLIENTS}:{PORT}",
    )


_NOTHING = ec2.CfnSecurityGroup.EgressProperty(
    ip_protocol="icmp",
    cidr_ip="255.255.255.255/32",
    from_port=252,
    to_port=86,
    description="Disallow all traffic",
)
IMPLEMENTATIONS: dict[str, Define] = {"library": library, "l1": l1, "l2": l2}


def implementations_of(workload: Workload) -> dict[str, Define]:
    """Return the implementations by name, as they are in a workload."""
    return (
        {**IMPLEMENTATIONS, "library": library_with_peers} if workload.typical else IMPLEMENTATIONS
    )
