"""Calls of the consumer side that pyright strict has to accept. Nothing here is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53
from typing_extensions import assert_type

from privatelink_constructs import (
    AwsService,
    AwsServiceEndpoints,
    AwsServices,
    EndpointDns,
    EndpointPolicy,
    IInterfaceEndpoint,
    InterfaceEndpoint,
)

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_lambda as lambda_

    from privatelink_constructs import (
        EndpointService,
        EndpointServiceContract,
        IEndpointService,
        NetworkLoadBalancedEndpointService,
    )


def names(vpc: ec2.Vpc, imported: ec2.IVpc) -> list[EndpointDns]:
    return [
        EndpointDns.endpoint_names(),
        EndpointDns.service_private_name(),
        EndpointDns.private_hosted_zone("payments.example.com"),
        EndpointDns.private_hosted_zone("payments.example.com", vpcs=(vpc, imported)),
        EndpointDns.private_hosted_zone("a.example.com", "b.example.com", "*.c.example.com"),
        EndpointDns.private_hosted_zone("*.a.example.com", vpcs=[vpc], zonal_records=True),
        EndpointDns(hosted_zone_name="a.b", more_hosted_zone_names=("c.d",), zonal_records=True),
    ]


def endpoints(  # noqa: PLR0917 - one of each
    stack: cdk.Stack,
    vpc: ec2.Vpc,
    imported: ec2.IVpc,
    contract: EndpointServiceContract,
    function: lambda_.Function,
    group: ec2.SecurityGroup,
    looked_up: ec2.ISecurityGroup,
) -> list[IInterfaceEndpoint]:
    return [
        InterfaceEndpoint(stack, "Least", vpc=imported, service=contract),
        InterfaceEndpoint(
            stack,
            "Most",
            vpc=vpc,
            service=contract,
            availability_zone_ids={"eu-west-1a": "euw1-az1"},
            clients=["10.0.0.0/8", ec2.Peer.any_ipv4(), function, looked_up],
            connection_accepted=True,
            dns=EndpointDns.service_private_name(),
            ip_address_type=ec2.VpcEndpointIpAddressType.DUALSTACK,
            security_groups=(group, looked_up),
            subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        ),
    ]


def to_services(
    vpc: ec2.Vpc,
    balanced: NetworkLoadBalancedEndpointService,
    published: EndpointService,
    imported: IEndpointService,
) -> list[InterfaceEndpoint]:
    return [
        InterfaceEndpoint(vpc, "Balanced", vpc=vpc, service=balanced),
        InterfaceEndpoint(vpc, "Published", vpc=vpc, service=published),
        InterfaceEndpoint(vpc, "Imported", vpc=vpc, service=imported),
    ]


def hosted_zones(endpoint: InterfaceEndpoint) -> None:
    assert_type(endpoint.hosted_zone, route53.IPrivateHostedZone | None)
    assert_type(endpoint.hosted_zones, Mapping[str, route53.IPrivateHostedZone])
    assert_type(endpoint.hosted_zones["a.example.com"], route53.IPrivateHostedZone)


def existing(
    stack: cdk.Stack, group: ec2.SecurityGroup, looked_up: ec2.ISecurityGroup
) -> IInterfaceEndpoint:
    least = InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Least",
        vpc_endpoint_id="vpce-0123456789abcdef0",
        regional_dns_name="vpce-0123456789abcdef0.vpce-svc-0.eu-west-1.vpce.amazonaws.com",
        regional_hosted_zone_id="Z38GZ743OKFT7T",
    )
    assert_type(least, IInterfaceEndpoint)
    return InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Most",
        vpc_endpoint_id=least.vpc_endpoint_id,
        regional_dns_name=least.regional_dns_name,
        regional_hosted_zone_id=least.regional_hosted_zone_id,
        ports=[443, "53/udp"],
        security_groups=[group, looked_up],
        vpc_id="vpc-0123456789abcdef0",
        service_name="com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
        subnet_ids=("subnet-0123456789abcdef0",),
        network_interface_ids=["eni-0123456789abcdef0"],
    )


def defined_members(
    endpoint: InterfaceEndpoint, record: route53.RecordSet, zone: route53.HostedZone
) -> IInterfaceEndpoint:
    assert_type(endpoint.vpc_endpoint_id, str)
    assert_type(endpoint.regional_dns_name, str)
    assert_type(endpoint.regional_hosted_zone_id, str)
    assert_type(endpoint.vpc_id, str)
    assert_type(endpoint.service_name, str)
    assert_type(endpoint.subnet_ids, Sequence[str])
    assert_type(endpoint.network_interface_ids, Sequence[str])
    assert_type(endpoint.hosted_zone, route53.IPrivateHostedZone | None)
    assert_type(endpoint.zonal_dns_name("eu-west-1a"), str)
    assert_type(endpoint.bind(record, zone), route53.AliasRecordTargetConfig)
    endpoint.connections.allow_default_port_from_any_ipv4()
    return endpoint


def members(
    endpoint: IInterfaceEndpoint, record: route53.IRecordSet, zone: route53.IHostedZone
) -> None:
    assert_type(endpoint.vpc_endpoint_id, str)
    assert_type(endpoint.regional_dns_name, str)
    assert_type(endpoint.regional_hosted_zone_id, str)
    assert_type(endpoint.vpc_id, str | None)
    assert_type(endpoint.service_name, str | None)
    assert_type(endpoint.subnet_ids, Sequence[str])
    assert_type(endpoint.network_interface_ids, Sequence[str])
    assert_type(endpoint.zonal_dns_name("eu-west-1a"), str)
    assert_type(endpoint.bind(record, zone), route53.AliasRecordTargetConfig)
    endpoint.connections.allow_from_any_ipv4(ec2.Port.tcp(443))


def uses(
    function: lambda_.Function, defined: InterfaceEndpoint, other: IInterfaceEndpoint
) -> list[route53.RecordTarget]:
    """Use endpoints where the CDK takes its own interfaces."""
    function.connections.allow_to_default_port(defined)
    function.connections.allow_to(other, ec2.Port.tcp(443))
    return [route53.RecordTarget.from_alias(defined), route53.RecordTarget.from_alias(other)]


def endpoint_policies(
    statement: iam.PolicyStatement, document: iam.PolicyDocument
) -> list[EndpointPolicy]:
    return [
        EndpointPolicy.account(),
        EndpointPolicy.account(aws_owned_resources=False, statements=(statement,)),
        EndpointPolicy.full_access(),
        EndpointPolicy.organization("o-abcdefghij", statements=[statement]),
        EndpointPolicy.from_document(document),
        EndpointPolicy.from_document({"Version": "2012-10-17", "Statement": []}),
    ]


def aws_services(policy: EndpointPolicy) -> list[AwsService | Sequence[AwsService]]:
    return [
        AwsService.interface("logs"),
        AwsService.interface(
            ec2.InterfaceVpcEndpointAwsService.S3,
            policy=policy,
            on_premises_only=True,
            ip_address_type=ec2.VpcEndpointIpAddressType.IPV4,
            ports=[443],
            private_dns_enabled=True,
            subnets=ec2.SubnetSelection(subnet_group_name="Endpoints"),
        ),
        AwsService.gateway("s3"),
        AwsService.gateway(
            ec2.GatewayVpcEndpointAwsService.DYNAMODB,
            policy=policy,
            ip_address_type=ec2.VpcEndpointIpAddressType.DUALSTACK,
            subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
        ),
        AwsServices.container_images(),
        AwsServices.fargate_tasks(logs=False, execute_command=True, secrets=True, parameters=True),
        AwsServices.ecs_on_ec2(logs=False, execute_command=True, secrets=True, parameters=True),
        AwsServices.eks_private_cluster(
            pod_identity=False, load_balancing=False, autoscaling=False
        ),
        AwsServices.session_manager(legacy_agents=True),
        AwsServices.code_artifact(),
    ]


def bundles(
    stack: cdk.Stack, vpc: ec2.Vpc, imported: ec2.IVpc, group: ec2.SecurityGroup
) -> AwsServiceEndpoints:
    AwsServiceEndpoints(stack, "Least", vpc=imported, services=[AwsService.interface("logs")])
    return AwsServiceEndpoints(
        stack,
        "Most",
        vpc=vpc,
        services=aws_services(EndpointPolicy.account()),
        clients=["10.0.0.0/8", ec2.Peer.any_ipv4(), group],
        policy=EndpointPolicy.organization("o-abcdefghij"),
        private_dns_enabled=False,
        ip_address_type=ec2.VpcEndpointIpAddressType.DUALSTACK,
        security_groups=[group],
        subnets=ec2.SubnetSelection(one_per_az=True),
    )


def what_bundles_have(bundle: AwsServiceEndpoints, group: ec2.SecurityGroup) -> None:
    assert_type(bundle.interface_endpoint("logs"), IInterfaceEndpoint)
    assert_type(
        bundle.interface_endpoint(ec2.InterfaceVpcEndpointAwsService.ECR), IInterfaceEndpoint
    )
    assert_type(bundle.gateway_endpoint("s3"), ec2.IGatewayVpcEndpoint)
    assert_type(bundle.interface_endpoints, Sequence[IInterfaceEndpoint])
    bundle.connections.allow_from(group, ec2.Port.HTTPS)
    group.connections.allow_to(bundle, ec2.Port.HTTPS)


def values(
    statement: iam.PolicyStatement, selection: ec2.SubnetSelection
) -> tuple[AwsService, EndpointPolicy, AwsServices]:
    policy = EndpointPolicy(
        organization_id="o-abcdefghij",
        own_account=False,
        aws_owned_resources=True,
        statements=(statement,),
        document=None,
    )
    EndpointPolicy.organization("o-abcdefghij", aws_owned_resources=False)
    service = AwsService(
        service="logs",
        is_gateway=False,
        policy=policy,
        on_premises_only=False,
        ip_address_type=ec2.VpcEndpointIpAddressType.IPV4,
        ports=(443,),
        private_dns_enabled=None,
        subnets=selection,
    )
    return service, policy, AwsServices()


def what_values_have(service: AwsService, policy: EndpointPolicy) -> list[object]:
    return [
        service.service,
        service.is_gateway,
        service.policy,
        service.on_premises_only,
        service.ip_address_type,
        service.ports,
        service.private_dns_enabled,
        service.subnets,
        policy.organization_id,
        policy.own_account,
        policy.aws_owned_resources,
        policy.statements,
        policy.document,
    ]
