from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import REGION, changed, findings, ref, resource, rules, with_resources

from privatelink_constructs import TemplateEnvironment, check_templates

THERE = "us-east-1"
CERTIFICATE = "certificate-region-mismatch"
POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


def certificate(region: str) -> str:
    return f"arn:aws:acm:{region}:111111111111:certificate/0123"


def tls(**further: Any) -> dict[str, Any]:
    template = changed(
        "Listener",
        Protocol="TLS",
        SslPolicy=POLICY,
        Certificates=[{"CertificateArn": certificate(REGION)}],
    )
    return with_resources(template, **further)


def across(here: dict[str, Any], there: dict[str, Any], region: str) -> set[str]:
    """Return the rules that two templates of two Regions break together."""
    places = {
        "here": TemplateEnvironment(region=REGION, account="111111111111"),
        "there": TemplateEnvironment(region=region, account="111111111111"),
    }
    return {it.rule for it in check_templates({"here": here, "there": there}, environments=places)}


def written(resource_id: str, attribute: str) -> dict[str, Any]:
    """Return what the CDK writes where a reference leaves a Region."""
    value = {"Fn::GetAtt": [resource_id, attribute]} if attribute else ref(resource_id)
    exports = {"/cdk/exports/here/Name": value}
    return {
        "Type": "Custom::CrossRegionExportWriter",
        "Properties": {"WriterProps": {"exports": exports}},
    }


@pytest.mark.parametrize("region", [REGION, THERE])
def test_fails_when_a_further_certificate_is_elsewhere(region: str) -> None:
    further = resource(
        "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        ListenerArn=ref("Listener"),
        Certificates=[{"CertificateArn": certificate(region)}],
    )
    found = findings(tls(Further=further))
    assert [(it.rule, it.logical_id) for it in found] == (
        [(CERTIFICATE, "Further")] if region == THERE else []
    )


@pytest.mark.parametrize("region", [REGION, THERE])
def test_fails_when_a_topic_is_elsewhere(region: str) -> None:
    notification = resource(
        "AWS::EC2::VPCEndpointConnectionNotification",
        ServiceId=ref("Service"),
        ConnectionNotificationArn=f"arn:aws:sns:{region}:111111111111:events",
        ConnectionEvents=["Connect"],
    )
    expected = {"notification-topic-region-mismatch"} if region == THERE else set[str]()
    assert rules(with_resources(Notification=notification)) == expected


@pytest.mark.parametrize("region", [REGION, THERE])
def test_fails_when_a_bucket_is_elsewhere(region: str) -> None:
    here = tls()
    here["Resources"]["Nlb"]["Properties"]["LoadBalancerAttributes"] = [
        {"Key": "access_logs.s3.enabled", "Value": "true"},
        {"Key": "access_logs.s3.bucket", "Value": "the-logs"},
    ]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::the-logs/AWSLogs/111111111111/*",
    }
    there = {
        "Resources": {
            "Logs": resource("AWS::S3::Bucket", BucketName="the-logs"),
            "Policy": resource(
                "AWS::S3::BucketPolicy",
                Bucket=ref("Logs"),
                PolicyDocument={"Statement": [statement]},
            ),
        }
    }
    expected = {"access-logs-bucket-region-mismatch"} if region == THERE else set[str]()
    assert across(here, there, region) == expected


READER = {"Fn::GetAtt": ["Reader", "/cdk/exports/here/Name"]}


@pytest.mark.parametrize("region", [REGION, THERE])
def test_fails_when_a_certificate_comes_from_another_region(region: str) -> None:
    here = tls(Reader={"Type": "Custom::CrossRegionExportReader", "Properties": {}})
    here["Resources"]["Listener"]["Properties"]["Certificates"] = [{"CertificateArn": READER}]
    there = {
        "Resources": {
            "Certificate": resource(
                "AWS::CertificateManager::Certificate", DomainName="example.com"
            ),
            "Writer": written("Certificate", ""),
        }
    }
    expected = {CERTIFICATE} if region == THERE else set[str]()
    assert across(here, there, region) == expected


@pytest.mark.parametrize("region", [REGION, THERE])
def test_fails_when_a_topic_comes_from_another_region(region: str) -> None:
    notification = resource(
        "AWS::EC2::VPCEndpointConnectionNotification",
        ServiceId=ref("Service"),
        ConnectionNotificationArn=READER,
        ConnectionEvents=["Connect"],
    )
    here = with_resources(
        Notification=notification,
        Reader={"Type": "Custom::CrossRegionExportReader", "Properties": {}},
    )
    there = {"Resources": {"Topic": resource("AWS::SNS::Topic"), "Writer": written("Topic", "")}}
    found = across(here, there, region)
    assert ("notification-topic-region-mismatch" in found) is (region == THERE)


@pytest.mark.parametrize("region", [REGION, THERE])
def test_fails_when_a_load_balancer_is_elsewhere(region: str) -> None:
    balancer = f"arn:aws:elasticloadbalancing:{region}:111111111111:loadbalancer/net/a/0123"
    found = rules(changed("Service", NetworkLoadBalancerArns=[balancer]))
    assert ("load-balancer-region-mismatch" in found) is (region == THERE)


@pytest.mark.parametrize("region", [REGION, THERE])
def test_fails_when_a_load_balancer_comes_from_another_region(region: str) -> None:
    here = changed("Service", NetworkLoadBalancerArns=[READER])
    here["Resources"]["Reader"] = {"Type": "Custom::CrossRegionExportReader", "Properties": {}}
    balancer = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", Type="network")
    there = {"Resources": {"Other": balancer, "Writer": written("Other", "")}}
    found = across(here, there, region)
    assert ("load-balancer-region-mismatch" in found) is (region == THERE)


@pytest.mark.parametrize("vpc", ["Vpc", "Other"])
def test_fails_when_the_subnets_of_a_load_balancer_are_of_two_vpcs(vpc: str) -> None:
    other = resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")
    template = with_resources(changed("SubnetB", VpcId=ref(vpc)), Other=other)
    assert rules(template) == ({"subnet-vpc-mismatch"} if vpc == "Other" else set())


# Accounts, partitions, and what is no certificate or load balancer.

ARNS = {
    "certificate": "arn:{partition}:acm:{region}:{account}:certificate/0123",
    "load-balancer": "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/net/a/1",
}
PLACE = {"partition": "aws", "region": REGION, "account": "111111111111"}
WRONG = {"partition": "aws-cn", "region": THERE, "account": "999999999999"}
PSEUDO = {"partition": "AWS::Partition", "region": "AWS::Region", "account": "AWS::AccountId"}
IDS = {"partition": "region", "region": "region", "account": "account"}


def using(subject: str, arn: object) -> dict[str, Any]:
    if subject == "load-balancer":
        return changed("Service", NetworkLoadBalancerArns=[arn])
    return changed(
        "Listener", Protocol="TLS", SslPolicy=POLICY, Certificates=[{"CertificateArn": arn}]
    )


@pytest.mark.parametrize("subject", sorted(ARNS))
@pytest.mark.parametrize("wrong", [None, *PLACE])
@pytest.mark.parametrize("unknown", [None, *PLACE])
def test_fails_when_an_arn_is_of_another_place(
    subject: str, wrong: str | None, unknown: str | None
) -> None:
    parts = {**PLACE, **({wrong: WRONG[wrong]} if wrong else {})}
    if unknown:
        parts[unknown] = f"${{{PSEUDO[unknown]}}}"
    arn = ARNS[subject].format(**parts)
    found = rules(using(subject, {"Fn::Sub": arn} if unknown else arn))
    expected = {f"{subject}-{IDS[wrong]}-mismatch"} if wrong and wrong != unknown else set[str]()
    assert found == expected


@pytest.mark.parametrize("account", ["111111111111", "999999999999"])
def test_fails_when_an_arn_is_of_another_account_than_the_service(account: str) -> None:
    other = with_resources(
        Other=resource(
            "AWS::EC2::VPCEndpointService",
            NetworkLoadBalancerArns=[
                f"arn:aws:elasticloadbalancing:{REGION}:{account}:loadbalancer/net/a/1"
            ],
        ),
        OtherPermissions=resource(
            "AWS::EC2::VPCEndpointServicePermissions",
            ServiceId=ref("Other"),
            AllowedPrincipals=["arn:aws:iam::222222222222:root"],
        ),
    )
    wrong = account != "111111111111"
    assert rules(other) == ({"load-balancer-account-mismatch"} if wrong else set[str]())
    assert rules(other, region=None) == rules(other)


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("payments", False),
        (f"arn:aws:acm:{REGION}:111111111111:account/x", False),
        ({"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/payments"}, False),
        ({"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:server-certificate/payments"}, True),
        (ref("Vpc"), False),
        (ref("Own"), True),
        ({"Fn::GetAtt": ["Server", "Arn"]}, True),
        (ref("Parameter"), True),
        ({"Fn::GetAtt": ["Custom", "Arn"]}, True),
        ({"Fn::ImportValue": "Arn"}, True),
    ],
)
def test_fails_when_it_is_no_certificate(value: object, *, right: bool) -> None:
    template = with_resources(
        using("certificate", value),
        Own=resource("AWS::CertificateManager::Certificate", DomainName="q.example.com"),
        Server=resource("AWS::IAM::ServerCertificate"),
        Custom=resource("Custom::Certificate", ServiceToken="x"),
    )
    template["Parameters"] = {"Parameter": {"Type": "String"}}
    assert rules(template) == (set[str]() if right else {"certificate-malformed"})


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:elasticloadbalancing:${AWS::Region}:${AWS::AccountId}:targetgroup/a/1",
        "arn:aws:elasticloadbalancing:${AWS::Region}:${AWS::AccountId}:loadbalancer/classic",
        "payments-${AWS::Region}",
    ],
)
def test_fails_when_an_arn_is_that_of_no_load_balancer(arn: str) -> None:
    assert rules(using("load-balancer", {"Fn::Sub": arn})) == {"load-balancer-type-not-supported"}


def taken(output: str) -> dict[str, Any]:
    return {"Fn::GetStackOutput": {"StackName": "network", "OutputName": output, "Region": REGION}}


def with_network(there: dict[str, Any], region: str, account: str = "111111111111") -> set[str]:
    """Return what is found in a template that takes IDs of a network in another one."""
    network = {
        "Resources": {
            "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.2.0.0/16"),
            "Subnet": resource("AWS::EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.2.0.0/24"),
            "Group": resource("AWS::EC2::SecurityGroup", GroupDescription="g", VpcId=ref("Vpc")),
        },
        "Outputs": {name: {"Value": ref(name)} for name in ("Vpc", "Subnet", "Group")},
    }
    home = TemplateEnvironment(region=REGION, account="111111111111", stack_name="network")
    places = {"network": home, "there": TemplateEnvironment(region=region, account=account)}
    templates = {"network": network, "there": {"Resources": there}}
    return {it.rule for it in check_templates(templates, environments=places)}


def connected(**more: object) -> dict[str, Any]:
    given = {
        "VpcEndpointType": "Interface",
        "ServiceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
        "VpcId": "vpc-0123456789abcdef0",
        "SubnetIds": ["subnet-0123456789abcdef0"],
        "SecurityGroupIds": ["sg-0123456789abcdef0"],
        **more,
    }
    return resource("AWS::EC2::VPCEndpoint", **given)


@pytest.mark.parametrize("region", [REGION, THERE])
def test_fails_when_an_endpoint_is_in_the_vpc_of_another_region(region: str) -> None:
    found = with_network({"Endpoint": connected(VpcId=taken("Vpc"))}, region)
    assert ("vpc-region-mismatch" in found) is (region == THERE)


@pytest.mark.parametrize("region", [REGION, THERE])
def test_fails_when_a_load_balancer_is_in_the_subnet_of_another_region(region: str) -> None:
    kind = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    balancer = resource(kind, Type="network", Scheme="internal", Subnets=[taken("Subnet")])
    found = with_network({"Nlb": balancer}, region)
    assert ("vpc-region-mismatch" in found) is (region == THERE)


@pytest.mark.parametrize("region", [REGION, THERE])
def test_fails_when_a_rule_allows_a_security_group_of_another_region(region: str) -> None:
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "SourceSecurityGroupId": taken("Group"),
    }
    group = resource("AWS::EC2::SecurityGroup", GroupDescription="g", SecurityGroupIngress=[rule])
    there = {"Clients": group, "Endpoint": connected(SecurityGroupIds=[ref("Clients")])}
    assert ("client-security-group-region-mismatch" in with_network(there, region)) is (
        region == THERE
    )


@pytest.mark.parametrize("account", ["111111111111", "222222222222"])
def test_fails_when_a_hosted_zone_is_for_the_vpc_of_another_account(account: str) -> None:
    entry = {"Fn::Select": [0, {"Fn::GetAtt": ["Endpoint", "DnsEntries"]}]}
    halves = [{"Fn::Select": [part, {"Fn::Split": [":", entry]}]} for part in (0, 1)]
    there = {
        "Endpoint": connected(),
        "Zone": resource(
            "AWS::Route53::HostedZone",
            Name="pay.example.com",
            VPCs=[{"VPCId": taken("Vpc"), "VPCRegion": REGION}],
        ),
        "Alias": resource(
            "AWS::Route53::RecordSet",
            HostedZoneId=ref("Zone"),
            Name="pay.example.com",
            Type="A",
            AliasTarget={"HostedZoneId": halves[0], "DNSName": halves[1]},
        ),
    }
    found = with_network(there, REGION, account)
    assert ("private-hosted-zone-account-mismatch" in found) is (account != "111111111111")
