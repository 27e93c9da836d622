"""A bundle of endpoints to AWS services: what is defined, refused, and warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import constructs
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53
from tests.support.aws_services import ORGANIZATION, bundle_in, endpoints_of
from tests.support.consumers import (
    ACCOUNT,
    ENDPOINT,
    GROUP,
    app_with_zones,
    consumer_in,
    contract_with,
    paths_under,
)
from tests.support.lookups import SELECTIONS, looked_up, pending_vpc
from tests.support.published import template_of
from tests.support.refusals import refusal, refused, warnings_of
from tests.support.round_trips import count_round_trips
from tests.support.vpcs import SUBNET_IDS, ZONES, imported_vpc, vpc_in

from privatelink_constructs import (
    AwsService,
    AwsServiceEndpoints,
    AwsServices,
    EndpointPolicy,
    InterfaceEndpoint,
    check_template,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

CDK = ec2.InterfaceVpcEndpointAwsService
GATEWAYS = ec2.GatewayVpcEndpointAwsService
ELEVEN = ("athena", "batch", "config", "ec2", "ecs", "events", "fis", "glue", "kms", "logs", "sns")
TWELVE = (*ELEVEN, "sqs")
TABLES = ("rtb-0123456789abcdef0", "rtb-0123456789abcdef1")


def interfaces(*names: str) -> list[AwsService]:
    return [AwsService.interface(name) for name in names]


def resources(stack: cdk.Stack, kind: str) -> dict[str, dict[str, Any]]:
    found: dict[str, Any] = template_of(stack)["Resources"]
    return {name: it for name, it in found.items() if it["Type"] == kind}


# What is defined.


def test_interface_endpoints() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface("logs"))
    found = endpoints_of(stack)["Interface logs"]
    del found["PolicyDocument"], found["SubnetIds"], found["SecurityGroupIds"], found["VpcId"]
    assert found == {
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
        "IpAddressType": "ipv4",
        "PrivateDnsEnabled": True,
        "ServiceName": "com.amazonaws.eu-west-1.logs",
        "VpcEndpointType": "Interface",
    }


def test_gateway_endpoints() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.gateway("s3"))
    found = endpoints_of(stack)["Gateway s3"]
    assert len(found["RouteTableIds"]) == len(ZONES)
    assert found["IpAddressType"] == "ipv4"
    assert not {"SubnetIds", "SecurityGroupIds", "PrivateDnsEnabled"} & set(found)
    assert resources(stack, GROUP) == {}


def test_paths() -> None:
    stack = consumer_in()
    bundle = bundle_in(
        stack,
        AwsServices.container_images(),
        AwsService.interface(CDK.KEYSPACES),
        AwsService.interface("email-smtp"),
    )
    assert paths_under(bundle) == {
        "Gateway-s3/Resource": ENDPOINT,
        "Interface-cassandra/Resource": ENDPOINT,
        "Interface-ecr.api/Resource": ENDPOINT,
        "Interface-ecr.dkr/Resource": ENDPOINT,
        "Interface-email-smtp/Resource": ENDPOINT,
        "SecurityGroup25-465-587-2465-2587/Resource": GROUP,
        "SecurityGroup443/Resource": GROUP,
        "SecurityGroup9142/Resource": GROUP,
    }


def test_no_routes_and_no_ways_to_the_internet() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsServices.fargate_tasks(), AwsService.gateway("dynamodb"))
    kinds = {it["Type"] for it in template_of(stack)["Resources"].values()}
    assert not {"AWS::EC2::Route", "AWS::EC2::InternetGateway", "AWS::EC2::NatGateway"} & kinds


@pytest.mark.parametrize(
    ("service", "name", "whole"),
    [
        ("logs", "logs", "com.amazonaws.eu-west-1.logs"),
        (CDK.ECR, "ecr.api", "com.amazonaws.eu-west-1.ecr.api"),
        ("com.amazonaws.eu-west-1.ecr.dkr", "ecr.dkr", "com.amazonaws.eu-west-1.ecr.dkr"),
        ("studio", "studio", "aws.sagemaker.eu-west-1.studio"),
        (CDK.SAGEMAKER_STUDIO, "studio", "aws.sagemaker.eu-west-1.studio"),
        ("s3-global.accesspoint", "s3-global.accesspoint", "com.amazonaws.s3-global.accesspoint"),
        (
            "com.amazonaws.s3-global.accesspoint",
            "s3-global.accesspoint",
            "com.amazonaws.s3-global.accesspoint",
        ),
        (
            CDK.S3_MULTI_REGION_ACCESS_POINTS,
            "s3-global.accesspoint",
            "com.amazonaws.s3-global.accesspoint",
        ),
        (CDK("made-up", "org.example"), "made-up", "org.example.eu-west-1.made-up"),
    ],
    ids=lambda it: it if isinstance(it, str) else "constant",
)
def test_names(service: Any, name: str, whole: str) -> None:
    stack = consumer_in()
    bundle = bundle_in(stack, AwsService.interface(service))
    assert stack.resolve(bundle.interface_endpoint(name).service_name) == whole
    assert bundle.interface_endpoint(service) is bundle.interface_endpoint(name)


def test_names_where_only_the_deployment_knows_the_region() -> None:
    stack = consumer_in(env=None)
    whole = f"com.amazonaws.{stack.region}.sqs"
    bundle = bundle_in(
        stack, AwsService.interface("logs"), AwsService.interface(whole), AwsService.gateway("s3")
    )
    assert set(endpoints_of(stack)) == {"Interface logs", "Interface sqs", "Gateway s3"}
    assert bundle.interface_endpoint("sqs").service_name == whole


@pytest.mark.parametrize("of_the_bundle", [True, False])
def test_fails_when_a_subnet_has_no_ipv4(*, of_the_bundle: bool) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    native: Any = ec2.Subnet(
        stack, "Native", vpc_id=vpc.vpc_id, availability_zone=ZONES[0], cidr_block="10.0.9.0/24"
    )
    resource = native.node.default_child
    resource.cidr_block = None
    resource.ipv6_cidr_block = "2001:db8::/64"
    resource.ipv6_native = True
    chosen = ec2.SubnetSelection(subnets=[native])
    apart, together = (None, chosen) if of_the_bundle else (chosen, None)
    with refused(stack, "endpoint-subnet-address-family-mismatch", "subnet 1 has ipv6"):
        bundle_in(stack, AwsService.interface("logs", subnets=apart), vpc=vpc, subnets=together)


def test_names_in_china() -> None:
    china = cdk.Environment(account=ACCOUNT, region="cn-north-1")
    stack = consumer_in(env=china)
    bundle = bundle_in(stack, *interfaces("ec2", "logs", "transcribe"))
    found = [stack.resolve(it.service_name) for it in bundle.interface_endpoints]
    assert found == [
        "cn.com.amazonaws.cn-north-1.ec2",
        "com.amazonaws.cn-north-1.logs",
        "cn.com.amazonaws.cn-north-1.transcribe.cn",
    ]


@pytest.mark.parametrize(
    ("given", "families"),
    [
        (None, "ipv4"),
        (ec2.VpcEndpointIpAddressType.DUALSTACK, "dualstack"),
    ],
)
def test_address_types(given: Any, families: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    bundle_in(
        stack,
        AwsServices.container_images(),
        AwsService.interface("kms", ip_address_type=ec2.VpcEndpointIpAddressType.IPV4),
        vpc=vpc,
        ip_address_type=given,
        clients=["10.0.0.0/16", "2001:db8::/56"] if given else ["10.0.0.0/16"],
    )
    for name, found in endpoints_of(stack).items():
        expected = "ipv4" if name == "Interface kms" else families
        assert found["IpAddressType"] == expected
        assert found["DnsOptions"]["DnsRecordIpType"] == expected


def test_twice_in_one_stack() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface("logs"))
    bundle_in(stack, AwsService.interface("logs"), name="Second")
    assert len(resources(stack, ENDPOINT)) == 2


def test_a_cross_stack_vpc() -> None:
    app = app_with_zones()
    vpc = vpc_in(consumer_in(app, "Network"))
    stack = consumer_in(app)
    bundle_in(stack, AwsServices.container_images(), vpc=vpc)
    assert len(endpoints_of(stack)) == 3


# Entries.


def test_a_service_that_is_named_twice_is_one_endpoint() -> None:
    stack = consumer_in()
    bundle_in(
        stack,
        AwsServices.container_images(),
        AwsServices.fargate_tasks(),
        AwsService.interface(CDK.CLOUDWATCH_LOGS),
        AwsService.interface("logs"),
        AwsService.gateway(GATEWAYS.S3),
    )
    assert set(endpoints_of(stack)) == {
        "Gateway s3", "Interface ecr.api", "Interface ecr.dkr", "Interface logs",
    }  # fmt: skip


@pytest.mark.parametrize("own_first", [False, True])
@pytest.mark.parametrize("spread", [False, True])
def test_an_entry_of_its_own_wins_over_that_of_a_set(*, own_first: bool, spread: bool) -> None:
    stack = consumer_in()
    own = AwsService.gateway("s3", policy=EndpointPolicy.full_access())
    images = AwsServices.container_images()
    sets: list[Any] = list(images) if spread else [images]
    bundle_in(stack, *([own, *sets] if own_first else [*sets, own]))
    (statement,) = endpoints_of(stack)["Gateway s3"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "*"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"policy": EndpointPolicy.account()}, "policy"),
        ({"ports": [8443]}, "ports"),
        ({"policy": EndpointPolicy.account(), "ports": [8443]}, "policy, ports"),
    ],
)
def test_fails_when_two_entries_differ(options: dict[str, Any], named: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, "aws-service-conflict", f"'logs' with different {named}[.]"):
        bundle_in(stack, *interfaces("logs"), AwsService.interface("logs", **options), vpc=vpc)


def test_equal_entries_are_one() -> None:
    stack = consumer_in()
    twice = [AwsService.interface("logs", policy=EndpointPolicy.account()) for _ in range(2)]
    bundle_in(stack, *twice)
    assert len(endpoints_of(stack)) == 1


@pytest.mark.parametrize(
    ("service", "code", "message"),
    [
        ("", "aws-service-malformed", "'' is not a valid name"),
        ("Logs", "aws-service-malformed", "'Logs'"),
        ("ecr_api", "aws-service-malformed", "'ecr_api'"),
        (cdk.Fn.ref("Name"), "aws-service-malformed", "<token>"),
        (
            "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
            "aws-service-not-supported",
            "Use InterfaceEndpoint",
        ),
        (
            "com.amazonaws.us-east-1.logs",
            "aws-service-region-mismatch",
            "The service name is for us-east-1, but the endpoint is in eu-west-1",
        ),
        ("cloudwatch", "aws-service-name-not-valid", "The name is com.amazonaws.{region}.monit"),
        ("com.amazonaws.eu-west-1.ecr-api", "aws-service-name-not-valid", "AWS has no service"),
        ("com.amazonaws.eu-west-1.iam", "aws-service-name-not-valid", "The name is com.amazonaws"),
        ("com.amazonaws.logs", "aws-service-name-not-valid", "doesn't contain a Region"),
    ],
    ids=[
        *("empty", "case", "underscore", "token", "custom", "Region"),
        *("misnomer", "separator", "global", "no Region"),
    ],
)
def test_fails_when_the_service_is_wrong(service: str, code: str, message: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, code, f".*{message}"):
        bundle_in(stack, AwsService.interface(service), vpc=vpc)


def test_a_name_that_is_near_a_known_one_is_a_warning() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface("secretmanager"))
    assert "'secretsmanager'" in warnings_of(stack)["aws-service-name-unverified"]


def test_names_without_the_usual_beginning_are_as_aws_writes_them() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface("route53"), AwsService.interface("cassandra-streams"))
    names = {it["ServiceName"] for it in endpoints_of(stack).values()}
    assert names == {"com.amazonaws.route53", "api.aws.eu-west-1.cassandra-streams"}


def test_fails_when_there_is_no_service() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, "aws-services-missing"):
        bundle_in(stack, vpc=vpc)
    with refused(stack, "aws-services-missing"):
        bundle_in(stack, [], vpc=vpc)


@pytest.mark.parametrize("service", ["logs", "ecr.api"])
def test_fails_when_a_service_has_no_gateway_endpoint(service: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, "endpoint-type-mismatch", f".*'{service}' is of type Gateway"):
        bundle_in(stack, AwsService.gateway(service), vpc=vpc)


def test_a_gateway_service_of_the_cdk_is_taken_whatever_it_is() -> None:
    stack = consumer_in()
    bundle = bundle_in(
        stack, AwsService.gateway(GATEWAYS("newer")), AwsService.gateway("s3express")
    )
    assert bundle.gateway_endpoint("newer").vpc_endpoint_id
    assert bundle.gateway_endpoint("s3express").vpc_endpoint_id


def test_a_global_service_outside_its_region_is_a_warning() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface("iam"))
    assert "only in us-east-1" in warnings_of(stack)["aws-service-home-region-mismatch"]
    assert endpoints_of(stack)["Interface com.amazonaws.iam"]["PrivateDnsEnabled"] is True


# Clients.


def test_one_group_for_each_set_of_ports() -> None:
    stack = consumer_in()
    bundle_in(
        stack,
        *interfaces("cassandra", "email-smtp", "kms", "logs"),
        AwsService.interface("transfer.server", ports=[22]),
        clients=["10.0.0.0/16"],
    )
    opened = {
        tuple(rule["FromPort"] for rule in it["Properties"]["SecurityGroupIngress"])
        for it in resources(stack, GROUP).values()
    }
    assert opened == {(443,), (9142,), (22,), (25, 465, 587, 2465, 2587)}
    found = endpoints_of(stack)
    assert found["Interface kms"]["SecurityGroupIds"] == found["Interface logs"]["SecurityGroupIds"]


def test_the_port_of_a_service_that_is_not_in_the_facts() -> None:
    stack = consumer_in()
    bundle = bundle_in(stack, AwsService.interface(CDK("newer", None, 8443)))
    assert "SecurityGroup8443/Resource" in paths_under(bundle)
    other = bundle_in(stack, AwsService.interface("another"), name="Other")
    assert "SecurityGroup443/Resource" in paths_under(other)


def test_nobody_can_connect_by_default_with_a_warning() -> None:
    stack = consumer_in()
    AwsServiceEndpoints(
        stack,
        "Aws",
        vpc=vpc_in(stack),
        services=[AwsService.interface("logs")],
        policy=EndpointPolicy.account(),
    )
    (group,) = resources(stack, GROUP).values()
    assert "SecurityGroupIngress" not in group["Properties"]
    assert list(warnings_of(stack)) == ["endpoint-closed"]


def test_gateway_endpoints_need_no_clients() -> None:
    stack = consumer_in()
    bundle = bundle_in(stack, AwsService.gateway("s3"), clients=[])
    assert warnings_of(stack) == {}
    assert bundle.connections.security_groups == []


def test_clients_of_each_kind() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc)
    parameter = cdk.CfnParameter(stack, "Cidr").value_as_string
    bundle_in(
        stack,
        AwsService.interface("logs"),
        vpc=vpc,
        clients=[client, "10.0.0.0/16", ec2.Peer.prefix_list("pl-0123456789abcdef0"), parameter],
    )
    group = next(it for name, it in resources(stack, GROUP).items() if name.startswith("Aws"))
    inline = group["Properties"]["SecurityGroupIngress"]
    apart = resources(stack, "AWS::EC2::SecurityGroupIngress").values()
    assert len(inline) + len(apart) == 4


def test_own_security_groups() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    own = ec2.SecurityGroup(stack, "Own", vpc=vpc)
    bundle = bundle_in(stack, *interfaces("cassandra", "logs"), vpc=vpc, security_groups=[own])
    (group,) = resources(stack, GROUP).values()
    ports = {it["FromPort"] for it in group["Properties"]["SecurityGroupIngress"]}
    assert ports == {443, 9142}
    assert list(bundle.connections.security_groups) == [own]
    assert warnings_of(stack) == {}


def test_fails_when_a_security_group_is_of_another_vpc() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    other = ec2.SecurityGroup(stack, "Other", vpc=vpc_in(stack, "OtherVpc"))
    with refused(stack, "security-group-vpc-mismatch"):
        bundle_in(stack, AwsService.interface("logs"), vpc=vpc, security_groups=[other])


@pytest.mark.parametrize(
    ("clients", "code"),
    [(["10.0.0.0/33"], "cidr-malformed"), (["::/0"], "endpoint-address-family-closed")],
)
def test_fails_when_clients_are_wrong(clients: list[str], code: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, code):
        bundle_in(stack, AwsService.interface("logs"), vpc=vpc, clients=clients)


def test_connections() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle = bundle_in(stack, *interfaces("kms", "logs"), vpc=vpc, clients=[])
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc)
    bundle.connections.allow_default_port_from(client)
    assert bundle.connections is bundle.connections
    (rule,) = resources(stack, "AWS::EC2::SecurityGroupIngress").values()
    assert rule["Properties"]["FromPort"] == 443
    single = bundle.interface_endpoint("kms").connections
    assert single.default_port


def test_connections_of_several_ports_have_no_default() -> None:
    bundle = bundle_in(consumer_in(), *interfaces("cassandra", "logs"))
    assert bundle.connections.default_port is None
    assert len(bundle.connections.security_groups) == 2


# Subnets.


def test_one_subnet_per_zone() -> None:
    stack = consumer_in()
    groups = [
        ec2.SubnetConfiguration(name=name, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        for name in ("One", "Two")
    ]
    vpc = vpc_in(stack, subnet_configuration=groups)
    bundle_in(stack, AwsService.interface("logs"), vpc=vpc)
    assert len(endpoints_of(stack)["Interface logs"]["SubnetIds"]) == len(ZONES)


def test_subnets_of_the_bundle_and_of_an_entry() -> None:
    stack = consumer_in()
    first, second = (ec2.SubnetSelection(availability_zones=[zone]) for zone in ZONES)
    bundle_in(
        stack,
        AwsService.interface("logs"),
        AwsService.interface("kms", subnets=second),
        subnets=first,
    )
    found = endpoints_of(stack)
    assert len(found["Interface logs"]["SubnetIds"]) == 1
    assert found["Interface kms"]["SubnetIds"] != found["Interface logs"]["SubnetIds"]
    assert list(warnings_of(stack)) == ["endpoint-zones-insufficient"]


def test_fails_when_two_subnets_are_in_one_zone() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    other: Any = ec2.Subnet(
        stack,
        "Other",
        vpc_id=vpc.vpc_id,
        availability_zone=ZONES[0],
        cidr_block="10.0.200.0/24",
    )
    twice = ec2.SubnetSelection(subnets=[vpc.isolated_subnets[0], other])
    with refused(stack, "subnet-zone-duplicate"):
        bundle_in(stack, AwsService.interface("logs"), vpc=vpc, subnets=twice)


def test_a_subnet_that_the_endpoints_fill_up_is_a_warning() -> None:
    stack = consumer_in()
    small = ec2.SubnetConfiguration(
        name="Small", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=28
    )
    vpc = vpc_in(stack, subnet_configuration=[small])
    bundle_in(stack, *interfaces(*ELEVEN[:6]), vpc=vpc)
    assert (
        "has 11 addresses, and the endpoints use 6 of them"
        in (warnings_of(stack)["subnet-addresses-insufficient"])
    )


def test_a_subnet_whose_size_is_not_known_is_no_warning() -> None:
    stack = consumer_in()
    bundle_in(stack, *interfaces(*ELEVEN[:6]), vpc=imported_vpc(stack))
    assert list(warnings_of(stack)) == ["vpc-dns-undetermined"]


def test_more_zones_than_the_service_has_are_a_warning() -> None:
    stack = consumer_in(env=cdk.Environment(account=ACCOUNT, region="us-west-1"))
    bundle_in(stack, *interfaces("logs", "synthetics"))
    assert (
        "'synthetics' was in 1 Availability Zones of us-west-1"
        in (warnings_of(stack)["aws-service-zones-exceeded"])
    )


# Imported VPCs, and those that are still to be looked up.


def test_an_imported_vpc() -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack, private_subnet_route_table_ids=list(TABLES))
    bundle_in(stack, AwsServices.container_images(), vpc=vpc)
    found = endpoints_of(stack)
    assert sorted(found["Gateway s3"]["RouteTableIds"]) == list(TABLES)
    assert found["Interface ecr.api"]["SubnetIds"] == list(SUBNET_IDS)
    assert list(warnings_of(stack)) == ["vpc-dns-undetermined"]


def test_fails_when_route_tables_are_not_known() -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack)
    with refused(stack, "route-table-undetermined", "The route tables of 2 of 2 subnets"):
        bundle_in(stack, AwsService.gateway("s3"), vpc=vpc)


def test_fails_when_there_is_no_subnet_for_a_gateway_endpoint() -> None:
    stack = consumer_in()
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Empty", vpc_id="vpc-0123456789abcdef0", availability_zones=list(ZONES)
    )
    with refused(stack, "route-table-undetermined", "has no subnets"):
        bundle_in(stack, AwsService.gateway("s3"), vpc=vpc)


def test_subnets_decide_the_route_tables() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    chosen = ec2.SubnetSelection(availability_zones=[ZONES[0]])
    listed = ec2.SubnetSelection(subnets=[vpc.isolated_subnets[1]])
    bundle_in(
        stack,
        AwsService.gateway("s3", subnets=chosen),
        AwsService.gateway("dynamodb", subnets=listed),
        vpc=vpc,
    )
    found = endpoints_of(stack)
    assert len(found["Gateway s3"]["RouteTableIds"]) == 1
    assert found["Gateway s3"]["RouteTableIds"] != found["Gateway dynamodb"]["RouteTableIds"]


def test_fails_when_a_selection_for_route_tables_is_wrong() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, "load-balancer-subnet-missing"):
        bundle_in(
            stack,
            AwsService.gateway("s3", subnets=ec2.SubnetSelection(subnet_group_name="None")),
            vpc=vpc,
        )


def test_only_public_subnets_are_a_warning_for_a_gateway_endpoint() -> None:
    stack = consumer_in()
    public = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    vpc = ec2.Vpc(stack, "Vpc", availability_zones=list(ZONES), nat_gateways=0)
    bundle_in(stack, AwsService.gateway("s3", subnets=public), vpc=vpc)
    assert list(warnings_of(stack)) == ["gateway-endpoint-ineffective"]


def test_public_subnets_are_no_warning_where_there_are_no_others() -> None:
    stack = consumer_in()
    public = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    only = [ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)]
    bundle_in(
        stack,
        AwsService.gateway("s3", subnets=public),
        vpc=vpc_in(stack, subnet_configuration=only),
    )
    assert warnings_of(stack) == {}


def test_a_vpc_that_is_still_to_be_looked_up() -> None:
    stack = consumer_in()
    bundle_in(
        stack,
        AwsServices.eks_private_cluster(),
        *interfaces("s3", "ssm"),
        vpc=pending_vpc(stack),
    )
    assert len(endpoints_of(stack)) == 12


@pytest.mark.parametrize("kind", sorted(SELECTIONS))
def test_selections_before_a_look_up(kind: str) -> None:
    stack = consumer_in()
    vpc = pending_vpc(stack)
    for name, selection in SELECTIONS[kind].items():
        scope: Any = constructs.Construct(stack, name)
        chosen = selection(scope, vpc)
        services = [AwsService.gateway("s3", subnets=chosen), AwsService.interface("logs")]
        bundle_in(scope, *services, vpc=vpc, private_dns_enabled=False, subnets=chosen)
    assert template_of(stack)


def test_zones_that_are_still_to_be_looked_up() -> None:
    stack = consumer_in(cdk.App())
    vpc = vpc_in(stack, zones=None)
    chosen = ec2.SubnetSelection(availability_zones=["eu-west-1c"])
    bundle_in(stack, AwsService.gateway("s3", subnets=chosen), vpc=vpc)
    assert endpoints_of(stack)["Gateway s3"]["RouteTableIds"]


def test_a_vpc_that_was_looked_up() -> None:
    stack = consumer_in(app_with_zones(**looked_up()))
    bundle_in(stack, AwsServices.container_images(), vpc=pending_vpc(stack))
    found = endpoints_of(stack)
    assert "rtb-app" in found["Gateway s3"]["RouteTableIds"]
    assert len(found["Interface ecr.api"]["SubnetIds"]) == len(ZONES)


# Private DNS.


def test_without_private_dns() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack, enable_dns_hostnames=False)
    bundle_in(stack, *interfaces("logs", "kms"), vpc=vpc, private_dns_enabled=False)
    assert {it["PrivateDnsEnabled"] for it in endpoints_of(stack).values()} == {False}
    assert warnings_of(stack) == {}


def test_fails_when_the_vpc_has_no_dns_hostnames() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack, enable_dns_hostnames=False)
    with refused(stack, "vpc-dns-disabled"):
        bundle_in(stack, AwsService.interface("logs"), vpc=vpc)


def test_a_service_without_a_private_name_has_no_private_dns_and_a_note() -> None:
    stack = consumer_in()
    bundle = bundle_in(stack, *interfaces("iot.data", "logs"))
    found = endpoints_of(stack)
    assert found["Interface iot.data"]["PrivateDnsEnabled"] is False
    assert found["Interface logs"]["PrivateDnsEnabled"] is True
    (note,) = [it.data for it in bundle.node.metadata if it.type == "aws:cdk:info"]
    assert "iot.data: no private DNS" in note


def test_an_entry_decides_on_its_private_dns() -> None:
    stack = consumer_in()
    bundle = bundle_in(
        stack,
        AwsService.interface("dynamodb", private_dns_enabled=True),
        AwsService.interface("logs", private_dns_enabled=False),
        clients=["192.168.0.0/16"],
    )
    found = {name: it["PrivateDnsEnabled"] for name, it in endpoints_of(stack).items()}
    assert found == {"Interface dynamodb": True, "Interface logs": False}
    assert not [it for it in bundle.node.metadata if it.type == "aws:cdk:info"]


@pytest.mark.parametrize("env", [True, False], ids=["Region", "no Region"])
def test_fails_when_a_service_has_two_endpoints_with_private_dns(*, env: bool) -> None:
    stack = consumer_in() if env else consumer_in(env=None)
    vpc = vpc_in(stack)
    bundle_in(stack, AwsService.interface("logs"), vpc=vpc)
    with refused(stack, "private-dns-name-conflict", ".*logs"):
        bundle_in(stack, AwsService.interface("logs"), vpc=vpc, name="Second")
    bundle_in(stack, AwsService.interface("kms"), vpc=vpc, name="Third")


def test_fails_at_synthesis_when_a_hosted_zone_has_the_name_of_a_service() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle_in(stack, AwsService.interface("logs"), vpc=vpc)
    route53.PrivateHostedZone(stack, "Zone", zone_name="logs.eu-west-1.amazonaws.com", vpc=vpc)
    with pytest.raises(RuntimeError, match="private-hosted-zone-private-dns-conflict"):
        template_of(stack)


def test_other_hosted_zones_pass() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle_in(stack, AwsService.interface("logs"), vpc=vpc)
    route53.PrivateHostedZone(stack, "Zone", zone_name="example.com", vpc=vpc)
    assert template_of(stack)


# Amazon S3 and DynamoDB.


def test_s3_for_on_premises_clients_only() -> None:
    stack = consumer_in()
    bundle_in(
        stack,
        AwsService.gateway("s3"),
        AwsService.interface("s3", on_premises_only=True),
        clients=["192.168.0.0/16"],
    )
    found = endpoints_of(stack)["Interface s3"]
    assert found["DnsOptions"]["PrivateDnsOnlyForInboundResolverEndpoint"] == "OnlyInboundResolver"
    endpoints = resources(stack, ENDPOINT)
    (gateway,) = (name for name in endpoints if "Gateway" in name)
    (interface,) = (it for name, it in endpoints.items() if "Interface" in name)
    assert interface["DependsOn"] == [gateway]
    assert warnings_of(stack) == {}


def test_s3_for_on_premises_clients_next_to_a_gateway_endpoint_of_the_cdk() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    vpc.add_gateway_endpoint("S3", service=GATEWAYS.S3)
    vpc.add_interface_endpoint("Sqs", service=CDK.SQS)
    bundle_in(stack, AwsService.interface("s3", on_premises_only=True), vpc=vpc)
    (interface,) = (it for name, it in resources(stack, ENDPOINT).items() if "Aws" in name)
    assert len(interface["DependsOn"]) == 1


def test_fails_when_there_is_no_gateway_endpoint_of_s3() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    vpc_in(stack, "Other").add_gateway_endpoint("S3", service=GATEWAYS.S3)
    vpc.add_gateway_endpoint("DynamoDb", service=GATEWAYS.DYNAMODB)
    with refused(stack, "inbound-resolver-gateway-endpoint-missing"):
        bundle_in(stack, AwsService.interface("s3", on_premises_only=True), vpc=vpc)


def test_the_gateway_endpoint_of_an_imported_vpc_may_be_there() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface("s3", on_premises_only=True), vpc=imported_vpc(stack))
    assert list(warnings_of(stack)) == ["vpc-dns-undetermined"]


@pytest.mark.parametrize("service", ["logs", "dynamodb"])
def test_fails_when_another_service_is_for_on_premises_clients_only(service: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, "inbound-resolver-option-not-supported", f".*'{service}'"):
        bundle_in(stack, AwsService.interface(service, on_premises_only=True), vpc=vpc)


def test_fails_when_on_premises_clients_have_no_private_dns() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, "inbound-resolver-option-conflict"):
        bundle_in(
            stack,
            AwsService.gateway("s3"),
            AwsService.interface("s3", on_premises_only=True),
            vpc=vpc,
            private_dns_enabled=False,
        )


def test_an_interface_endpoint_that_hides_the_gateway_endpoint_is_a_warning() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.gateway("s3"), AwsService.interface("s3"))
    found = endpoints_of(stack)["Interface s3"]
    assert found["DnsOptions"]["PrivateDnsOnlyForInboundResolverEndpoint"] == "AllResolvers"
    assert list(warnings_of(stack)) == ["gateway-endpoint-shadowed"]


@pytest.mark.parametrize(
    ("clients", "warned"),
    [
        (["10.0.0.0/24"], True),
        (["10.0.0.0/16", "192.168.0.0/16"], False),
        ([ec2.Peer.prefix_list("pl-0123456789abcdef0")], False),
        (["2001:db8::/56", "10.0.0.0/16"], False),
        ([cdk.Fn.ref("Elsewhere")], False),
    ],
    ids=["inside", "outside", "prefix list", "another family", "token"],
)
@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_a_gateway_endpoint_is_preferred(
    service: str, clients: Sequence[Any], *, warned: bool
) -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface(service), clients=clients)
    assert ("gateway-endpoint-missing" in warnings_of(stack)) is warned


def test_groups_and_the_own_range_are_inside_the_vpc() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc)
    bundle_in(stack, AwsService.interface("s3"), vpc=vpc, clients=[client, vpc.vpc_cidr_block])
    assert list(warnings_of(stack)) == ["gateway-endpoint-missing"]


def test_nobody_may_be_outside() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface("s3"), clients=[])
    assert list(warnings_of(stack)) == ["endpoint-closed"]


# Companions.


@pytest.mark.parametrize(
    ("service", "named"),
    [
        ("ecr.dkr", ["ecr.api", "s3"]),
        ("ssm", ["ssmmessages"]),
        ("codeartifact.repositories", ["codeartifact.api", "s3"]),
        ("ecs-agent", ["ecs", "ecs-telemetry"]),
    ],
)
def test_a_missing_companion_is_a_warning(service: str, named: list[str]) -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface(service))
    text = warnings_of(stack)["aws-service-companion-missing"]
    assert all(f"{it} (" in text for it in named)


def test_companions_can_be_anywhere_in_the_vpc() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    vpc.add_gateway_endpoint("S3", service=GATEWAYS.S3)
    vpc.add_interface_endpoint("Ecr", service=CDK.ECR)
    bundle_in(stack, AwsService.interface("ssmmessages"), vpc=vpc)
    bundle_in(stack, *interfaces("ecr.dkr", "ssm"), vpc=vpc, name="Images")
    assert warnings_of(stack) == {}


def test_an_endpoint_service_next_to_is_no_companion() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    clients = ["10.0.0.0/16"]
    InterfaceEndpoint(stack, "Payments", vpc=vpc, service=contract_with(), clients=clients)
    ec2.CfnVPCEndpoint(
        stack, "Named", vpc_id=vpc.vpc_id, service_name=cdk.Fn.import_value("Service")
    )
    bundle_in(stack, *interfaces("ecr.dkr"), vpc=vpc)
    assert list(warnings_of(stack)) == ["aws-service-companion-missing"]


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        (AwsServices.container_images(), "ecr.api ecr.dkr s3*"),
        (AwsServices.fargate_tasks(), "ecr.api ecr.dkr logs s3*"),
        (AwsServices.fargate_tasks(logs=False), "ecr.api ecr.dkr s3*"),
        (
            AwsServices.fargate_tasks(execute_command=True, secrets=True, parameters=True),
            "ecr.api ecr.dkr logs s3* secretsmanager ssm ssmmessages",
        ),
        (
            AwsServices.ecs_on_ec2(execute_command=True),
            "ecr.api ecr.dkr ecs ecs-agent ecs-telemetry logs s3* ssmmessages",
        ),
        (
            AwsServices.eks_private_cluster(),
            "autoscaling ec2 ecr.api ecr.dkr eks eks-auth elasticloadbalancing logs s3* sts",
        ),
        (
            AwsServices.eks_private_cluster(
                pod_identity=False, load_balancing=False, autoscaling=False
            ),
            "ec2 ecr.api ecr.dkr eks logs s3* sts",
        ),
        (AwsServices.session_manager(), "ssm ssmmessages"),
        (AwsServices.session_manager(legacy_agents=True), "ec2messages ssm ssmmessages"),
        (AwsServices.code_artifact(), "codeartifact.api codeartifact.repositories s3*"),
    ],
    ids=str,
)
def test_sets_bring_what_they_need(services: Sequence[AwsService], expected: str) -> None:
    found = sorted(f"{it.service}{'*' if it.is_gateway else ''}" for it in services)
    assert found == expected.split()
    stack = consumer_in()
    bundle_in(stack, services, policy=EndpointPolicy.account())
    unknown = {"aws-service-undetermined"} if "eks-auth" in expected else set[str]()
    assert set(warnings_of(stack)) == unknown


def test_the_checks_find_nothing_in_what_a_set_brings() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsServices.fargate_tasks(parameters=True))
    template = template_of(stack)
    assert check_template(template, region="eu-west-1") == []
    endpoints = resources(stack, ENDPOINT)
    assert [name for name, it in endpoints.items() if "Metadata" in it and "ssm" in name]


# The order of creation.


def dependencies(stack: cdk.Stack) -> dict[str, list[str]]:
    def name(logical_id: str) -> str:
        return logical_id.removeprefix("AwsInterface")[:-8]

    found = resources(stack, ENDPOINT)
    return {
        name(it): [name(other) for other in resource["DependsOn"]]
        for it, resource in found.items()
        if "DependsOn" in resource
    }


def test_up_to_ten_endpoints_are_created_at_once() -> None:
    stack = consumer_in()
    bundle_in(stack, *interfaces(*ELEVEN[:10]))
    assert dependencies(stack) == {}


def test_above_ten_endpoints_wait_for_those_ten_places_before_them() -> None:
    stack = consumer_in()
    bundle_in(stack, *interfaces(*reversed(TWELVE)), AwsService.gateway("s3"))
    assert dependencies(stack) == {"sns": ["athena"], "sqs": ["batch"]}


def test_more_than_fifty_endpoints_are_a_warning() -> None:
    stack = consumer_in()
    bundle_in(stack, *interfaces(*(f"made-up-{it}" for it in range(51))), private_dns_enabled=False)
    assert "vpc-endpoints-exceeded" in warnings_of(stack)


# What users read.


def test_endpoints_by_name() -> None:
    stack = consumer_in()
    bundle = bundle_in(stack, AwsServices.container_images())
    api, dkr = bundle.interface_endpoints
    assert bundle.interface_endpoint("ecr.api") is api
    assert bundle.interface_endpoint(CDK.ECR_DOCKER) is dkr
    assert bundle.gateway_endpoint("s3").vpc_endpoint_id
    assert bundle.gateway_endpoint(GATEWAYS.S3).vpc_endpoint_id
    assert stack.resolve(api.vpc_endpoint_id)["Ref"].startswith("AwsInterfaceecrapi")
    assert api.regional_dns_name
    assert api.regional_hosted_zone_id
    assert api.network_interface_ids
    assert len(api.subnet_ids) == len(ZONES)
    assert api.vpc_id


@pytest.mark.parametrize(
    ("method", "service", "there"),
    [
        ("interface_endpoint", "s3", "ecr.api, ecr.dkr"),
        ("gateway_endpoint", "dynamodb", "s3"),
    ],
)
def test_fails_when_an_endpoint_is_not_in_the_bundle(method: str, service: str, there: str) -> None:
    bundle = bundle_in(consumer_in(), AwsServices.container_images())
    with refusal("aws-service-missing", rf".*endpoints for {there}\."):
        getattr(bundle, method)(service)


def test_zonal_names() -> None:
    stack = consumer_in()
    bundle = bundle_in(stack, *interfaces("ecr.api", "logs"), AwsService.interface("s3"))
    found: Any = stack.resolve(bundle.interface_endpoint("ecr.api").zonal_dns_name(ZONES[0]))
    assert f"-{ZONES[0]}.api.ecr." in str(found)
    assert f"-{ZONES[0]}.s3." in str(
        stack.resolve(bundle.interface_endpoint("s3").zonal_dns_name(ZONES[0]))
    )


@pytest.mark.parametrize("service", ["ecr.dkr", "brand-new", "s3-global.accesspoint"])
def test_fails_when_a_zonal_name_is_not_known(service: str) -> None:
    bundle = bundle_in(consumer_in(), AwsService.interface(service))
    with refusal("endpoint-zonal-name-undetermined"):
        bundle.interface_endpoint(service).zonal_dns_name(ZONES[0])


def test_fails_when_a_zonal_name_is_of_another_zone() -> None:
    bundle = bundle_in(consumer_in(), AwsService.interface("logs"))
    with refusal("endpoint-zonal-name-mismatch", ".*eu-west-1c"):
        bundle.interface_endpoint("logs").zonal_dns_name("eu-west-1c")


def test_fails_when_an_interface_endpoint_is_for_an_aws_service() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    service: Any = CDK.SECRETS_MANAGER
    with refused(stack, "service-name-not-supported", ".*AwsServiceEndpoints"):
        InterfaceEndpoint(stack, "Endpoint", vpc=vpc, service=service)
    with refusal("service-name-not-supported", ".*AwsServiceEndpoints"):
        contract_with(service_name="com.amazonaws.eu-west-1.secretsmanager")


# Round trips.


def cost(services: Sequence[AwsService]) -> int:
    """Return what a bundle costs after another one in the same VPC and stack."""
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle_in(stack, AwsService.interface("xray"), vpc=vpc, name="First")
    with count_round_trips() as trips:
        bundle_in(stack, *services, vpc=vpc, policy=EndpointPolicy.organization(ORGANIZATION))
    return trips.total


def of_the_cdk(count: int) -> list[AwsService]:
    named = (
        CDK.ATHENA, CDK.BATCH, CDK.CONFIG, CDK.EC2, CDK.ECS, CDK.EVENTBRIDGE, CDK.GLUE, CDK.KMS,
        CDK.CLOUDWATCH_LOGS, CDK.SNS, CDK.SQS, CDK.STS,
    )  # fmt: skip
    return [AwsService.interface(it) for it in named[:count]]


def test_round_trips_are_pinned() -> None:
    assert cost(interfaces("logs")) == 8
    assert cost(interfaces(*TWELVE)) - cost(interfaces(*ELEVEN)) == 3
    assert cost(interfaces("logs", "kms")) - cost(interfaces("logs")) == 2


def test_services_of_the_cdk_cost_at_most_five_round_trips() -> None:
    assert cost(of_the_cdk(12)) - cost(of_the_cdk(11)) <= 5
    assert cost(of_the_cdk(2)) - cost(of_the_cdk(1)) <= 5


def test_fails_when_a_vpc_has_no_subnets_of_the_selected_type() -> None:
    stack = consumer_in()
    message = r"There are no 'Public' subnet groups in this VPC\. Select subnets"
    public = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    vpc = imported_vpc(stack, private_subnet_ids=None)
    with refused(stack, "endpoint-subnet-missing", message):
        bundle_in(stack, AwsService.interface("sts"), vpc=vpc, subnets=public)


# Gateway endpoints beside others.

DUPLICATE = "gateway-endpoint-duplicate"


def another(stack: cdk.Stack, vpc: ec2.IVpc, service: AwsService) -> AwsServiceEndpoints:
    policy = EndpointPolicy.full_access()
    return AwsServiceEndpoints(stack, "Another", vpc=vpc, services=[service], policy=policy)


def test_fails_when_the_cdk_defines_a_gateway_endpoint_in_the_same_route_tables() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    vpc.add_gateway_endpoint("S3", service=GATEWAYS.S3)
    message = rf"{vpc.node.path}/S3 is a gateway endpoint for 's3' in the same route table"
    with refused(stack, DUPLICATE, message):
        bundle_in(stack, AwsService.gateway("s3"), vpc=vpc)


def test_fails_when_two_bundles_have_a_gateway_endpoint_in_the_same_route_tables() -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack, private_subnet_route_table_ids=[*TABLES])
    bundle_in(stack, AwsService.gateway("s3"), vpc=vpc)
    with refused(stack, DUPLICATE, "/Gateway-s3 is a gateway endpoint"):
        another(stack, vpc, AwsService.gateway("s3"))


def test_fails_when_a_gateway_endpoint_of_another_stack_is_in_the_same_route_tables() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    app = cast("cdk.App", stack.node.root)
    other = cdk.Stack(app, "Endpoints", env=cdk.Environment(account=ACCOUNT, region=stack.region))
    bundle_in(stack, AwsService.gateway("s3"), vpc=vpc)
    with refused(other, DUPLICATE):
        another(other, vpc, AwsService.gateway("s3"))


def test_gateway_endpoints_for_one_service_in_different_route_tables() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    first, second, *_ = vpc.isolated_subnets or vpc.private_subnets
    one, other = (ec2.SubnetSelection(subnets=[subnet]) for subnet in (first, second))
    vpc.add_gateway_endpoint("S3", service=GATEWAYS.S3, subnets=[one])
    bundle_in(stack, AwsService.gateway("s3", subnets=other), vpc=vpc)
    assert DUPLICATE not in {it.rule for it in check_template(template_of(stack))}


def test_gateway_endpoints_beside_one_for_another_service() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    vpc.add_gateway_endpoint("DynamoDb", service=GATEWAYS.DYNAMODB)
    vpc_in(stack, "Other").add_gateway_endpoint("S3", service=GATEWAYS.S3)
    bundle_in(stack, AwsService.gateway("s3"), vpc=vpc)
    assert DUPLICATE not in {it.rule for it in check_template(template_of(stack))}
