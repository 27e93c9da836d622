"""Endpoints to AWS services in templates, whoever wrote them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import declared, ref, resource

from privatelink_constructs import check_template

Template = dict[str, Any]
FULL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
OWN_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}},
        }
    ],
}


def network(**more: Any) -> Template:
    return {
        "Vpc": resource(
            "AWS::EC2::VPC",
            CidrBlock="10.0.0.0/16",
            EnableDnsHostnames=True,
            EnableDnsSupport=True,
        ),
        "SubnetA": _subnet("a", "10.0.0.0/24"),
        "SubnetB": _subnet("b", "10.0.1.0/24"),
        "Group": group(443),
        **more,
    }


def _subnet(letter: str, cidr: str) -> Template:
    return resource(
        "AWS::EC2::Subnet",
        VpcId=ref("Vpc"),
        AvailabilityZone=f"us-west-1{letter}",
        CidrBlock=cidr,
    )


def group(*ports: int) -> Template:
    rules = [
        {"IpProtocol": "tcp", "FromPort": it, "ToPort": it, "CidrIp": "10.0.0.0/16"} for it in ports
    ]
    return resource(
        "AWS::EC2::SecurityGroup",
        GroupDescription="endpoints",
        VpcId=ref("Vpc"),
        SecurityGroupIngress=rules,
    )


def interface(service: str, **properties: Any) -> Template:
    given = {
        "VpcEndpointType": "Interface",
        "ServiceName": {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{service}"},
        "VpcId": ref("Vpc"),
        "SubnetIds": [ref("SubnetA"), ref("SubnetB")],
        "SecurityGroupIds": [ref("Group")],
        "PrivateDnsEnabled": True,
        "PolicyDocument": FULL,
        **properties,
    }
    return resource(
        "AWS::EC2::VPCEndpoint", **{key: value for key, value in given.items() if value is not None}
    )


def gateway(service: str = "s3", policy: Any = FULL) -> Template:
    return resource(
        "AWS::EC2::VPCEndpoint",
        ServiceName={"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{service}"},
        VpcId=ref("Vpc"),
        RouteTableIds=["rtb-0123456789abcdef0"],
        PolicyDocument=policy,
    )


def rules(resources: Template, *, region: str | None = "us-west-1") -> list[str]:
    template = declared({"Resources": resources})
    return [it.rule for it in check_template(template, region=region)]


IMAGES = {"Api": interface("ecr.api"), "Dkr": interface("ecr.dkr"), "S3": gateway()}


def test_takes_a_correct_network() -> None:
    assert rules(network(**IMAGES)) == []
    assert rules(network(**IMAGES), region=None) == []


@pytest.mark.parametrize("left_out", ["Api", "S3"])
def test_finds_a_missing_companion(left_out: str) -> None:
    rest = {name: it for name, it in IMAGES.items() if name != left_out}
    assert rules(network(**rest)) == ["aws-service-companion-missing"]


@pytest.mark.parametrize(
    "more",
    [
        {"Nat": resource("AWS::EC2::NatGateway", SubnetId=ref("SubnetA"))},
        {"Igw": resource("AWS::EC2::InternetGateway")},
        {"Custom": resource("Custom::Endpoints", VpcId=ref("Vpc"))},
        {"Api": interface("ecr.api", VpcId="vpc-0123456789abcdef0")},
        {"Other": interface("logs", ServiceName=ref("Name"))},
    ],
    ids=["NAT gateway", "internet gateway", "handed out", "another VPC", "unknown service"],
)
def test_takes_a_missing_companion_where_there_may_be_another_way(more: Template) -> None:
    template: Template = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": network(Dkr=interface("ecr.dkr"), **more),
    }
    found = [it.rule for it in check_template(template, region="us-west-1")]
    expected = "Api" in more
    assert ("aws-service-companion-missing" in found) is expected


def test_takes_a_missing_companion_in_a_vpc_that_is_not_in_the_template() -> None:
    dkr = interface("ecr.dkr", VpcId="vpc-0123456789abcdef0")
    assert "aws-service-companion-missing" not in rules(network(Dkr=dkr))


def test_finds_a_policy_that_a_service_does_not_support() -> None:
    assert rules(network(Sync=interface("datasync"))) == ["aws-service-policy-not-supported"]
    assert rules(network(Sync=interface("datasync", PolicyDocument=None))) == []


def test_finds_more_zones_than_a_service_has() -> None:
    assert rules(network(It=interface("synthetics"))) == ["aws-service-zones-exceeded"]
    assert rules(network(It=interface("synthetics")), region=None) == []


def test_finds_a_global_service_in_another_region() -> None:
    iam = interface("iam", ServiceName="com.amazonaws.iam")
    assert rules(network(Iam=iam)) == ["aws-service-home-region-mismatch"]
    assert rules(network(Iam=iam), region=None) == []


def test_finds_a_subnet_that_endpoints_fill_up() -> None:
    names = ("kms", "logs", "sns", "sqs", "sts", "xray")
    endpoints = {it.capitalize(): interface(it) for it in names}
    small = network(**endpoints)
    small["SubnetA"]["Properties"]["CidrBlock"] = "10.0.0.0/28"
    assert rules(small) == ["subnet-addresses-insufficient"]
    small["SubnetA"]["Properties"]["CidrBlock"] = ref("Cidr")
    assert rules(small) == []


@pytest.mark.parametrize(
    ("service", "opened", "expected"),
    [
        ("email-smtp", [443], ["endpoint-port-closed"]),
        ("email-smtp", [587], []),
        ("cassandra", [443], ["endpoint-port-closed"]),
        ("cassandra", [9142], []),
        ("storagegateway", [22], ["endpoint-port-closed"]),
        ("storagegateway", [443], []),
        ("transfer.server", [22], []),
        ("brand-new", [22], []),
    ],
)
def test_finds_a_closed_port(service: str, opened: list[int], expected: list[str]) -> None:
    policy = FULL if service in {"brand-new", "cassandra"} else None
    found = rules(network(It=interface(service, PolicyDocument=policy), Group=group(*opened)))
    # Each port of SMTP is named.
    assert sorted(set(found)) == expected


# Amazon S3.


def inbound_only(value: object, **properties: Any) -> Template:
    options = {"PrivateDnsOnlyForInboundResolverEndpoint": value}
    return interface("s3", DnsOptions=options, **properties)


def test_finds_on_premises_clients_without_a_gateway_endpoint() -> None:
    assert rules(network(S3=inbound_only("OnlyInboundResolver"))) == [
        "inbound-resolver-gateway-endpoint-missing"
    ]
    after = {**inbound_only("OnlyInboundResolver"), "DependsOn": "Gateway"}
    both = {"S3": after, "Gateway": gateway()}
    assert rules(network(**both)) == []


def test_takes_on_premises_clients_in_a_vpc_that_is_not_in_the_template() -> None:
    elsewhere = inbound_only("OnlyInboundResolver", VpcId="vpc-0123456789abcdef0")
    assert "inbound-resolver-gateway-endpoint-missing" not in rules(network(S3=elsewhere))


def test_finds_on_premises_clients_of_another_service() -> None:
    options = {"PrivateDnsOnlyForInboundResolverEndpoint": "OnlyInboundResolver"}
    found = rules(network(Logs=interface("logs", DnsOptions=options)))
    assert found == ["inbound-resolver-option-not-supported"]


def test_finds_on_premises_clients_without_private_dns() -> None:
    after = inbound_only("OnlyInboundResolver", PrivateDnsEnabled=False)
    template = network(S3={**after, "DependsOn": "Gateway"}, Gateway=gateway())
    assert rules(template) == ["inbound-resolver-option-conflict"]


def test_finds_an_interface_endpoint_that_hides_the_gateway_endpoint() -> None:
    template = network(S3=inbound_only("AllResolvers"), Gateway=gateway())
    assert rules(template) == ["gateway-endpoint-shadowed"]
    assert rules(network(S3=inbound_only(ref("Mode")), Gateway=gateway())) == []


def test_finds_a_policy_that_keeps_images_from_being_pulled() -> None:
    images = {**IMAGES, "S3": gateway(policy=OWN_ONLY)}
    assert rules(network(**images)) == ["endpoint-policy-insufficient"]
    assert rules(network(S3=gateway(policy=OWN_ONLY))) == []
    assert rules(network(**{**IMAGES, "S3": gateway(policy=ref("Policy"))})) == []
