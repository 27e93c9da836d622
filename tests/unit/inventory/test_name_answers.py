"""What answers for a name in a VPC, from the templates of live accounts."""

from __future__ import annotations

from typing import Any

from privatelink_constructs.checks import live_names, live_networks
from privatelink_constructs.inventory.inventory import Inventory
from privatelink_constructs.inventory.name_answers import answer_for
from privatelink_constructs.inventory.states import STATE_KEY

VPC, OTHER = "vpc-0aaa", "vpc-0bbb"
PROFILE = "rp-0123456789abcdef"


def inventory(**resources: Any) -> Inventory:
    return Inventory({"consumer": {"Resources": resources}})


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def endpoint(vpc: str = VPC, *, private_dns: bool = True) -> dict[str, Any]:
    state = {"PrivateDnsNames": ["pay.example.com"]}
    made = resource(
        "AWS::EC2::VPCEndpoint",
        VpcId=vpc,
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
        PrivateDnsEnabled=private_dns,
    )
    return {**made, "Metadata": {STATE_KEY: state}}


def zone(name: str | None, vpc: str = VPC) -> dict[str, Any]:
    return resource("AWS::Route53::HostedZone", Name=name, VPCs=[{"VPCId": vpc}])


def test_an_endpoint_of_another_vpc_does_not_answer() -> None:
    there = inventory(Endpoint=endpoint(OTHER))
    assert answer_for(there, VPC, "pay.example.com").source is None
    assert answer_for(there, OTHER, "pay.example.com").source is not None


def test_an_endpoint_without_private_dns_does_not_answer() -> None:
    there = inventory(Endpoint=endpoint(private_dns=False))
    assert answer_for(there, VPC, "pay.example.com").source is None


def test_a_hosted_zone_without_a_name_does_not_answer() -> None:
    there = inventory(Zone=zone(None), Other=zone("example.com", OTHER))
    assert answer_for(there, VPC, "pay.example.com").source is None


def test_a_rule_of_another_vpc_or_of_no_template_does_not_answer() -> None:
    there = inventory(
        Rule=resource(
            "AWS::Route53Resolver::ResolverRule", DomainName="example.com", RuleType="FORWARD"
        ),
        Elsewhere=resource(
            "AWS::Route53Resolver::ResolverRuleAssociation",
            ResolverRuleId={"Ref": "Rule"},
            VPCId=OTHER,
        ),
        Unknown=resource(
            "AWS::Route53Resolver::ResolverRuleAssociation",
            ResolverRuleId="rslvr-rr-0123456789abcdef0",
            VPCId=VPC,
        ),
    )
    assert answer_for(there, VPC, "pay.example.com").source is None
    assert answer_for(there, OTHER, "pay.example.com").source is not None


def test_a_profile_of_another_vpc_does_not_answer() -> None:
    arn = "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint/Endpoint"
    there = inventory(
        Endpoint=endpoint(OTHER),
        Spoke=resource(
            "AWS::Route53Profiles::ProfileAssociation", ProfileId=PROFILE, ResourceId="vpc-0ccc"
        ),
        Here=resource(
            "AWS::Route53Profiles::ProfileAssociation", ProfileId=PROFILE, ResourceId=VPC
        ),
        Member=resource(
            "AWS::Route53Profiles::ProfileResourceAssociation", ProfileId=PROFILE, ResourceArn=arn
        ),
        Foreign=resource(
            "AWS::Route53Profiles::ProfileResourceAssociation",
            ProfileId="rp-fedcba9876543210",
            ResourceArn=arn,
        ),
    )
    assert answer_for(there, VPC, "pay.example.com").source is not None
    assert answer_for(there, "vpc-0ddd", "pay.example.com").source is None


def test_a_vpc_that_was_not_seen_is_not_judged() -> None:
    service = resource("AWS::EC2::VPCEndpointService", NetworkLoadBalancerArns=[])
    record = resource(
        "AWS::Route53::RecordSet",
        HostedZoneId={"Ref": "Zone"},
        Name="pay.example.com",
        Type="CNAME",
        ResourceRecords=["vpce-1-a.service1.eu-west-1.vpce.amazonaws.com"],
    )
    there = inventory(
        service1={**service, "Metadata": {STATE_KEY: {"State": "Available"}}},
        Zone=zone("example.com"),
        Record=record,
    )
    assert list(live_names.check_vpcs(there)) == []


def test_targets_of_a_load_balancer_that_was_not_seen_are_not_judged() -> None:
    arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/a/0123456789abcdef"
    group = resource("AWS::ElasticLoadBalancingV2::TargetGroup", Protocol="TCP", Port=80)
    there = inventory(
        Group={**group, "Metadata": {STATE_KEY: {"Targets": [{"Id": "10.0.0.1"}]}}},
        Listener=resource(
            "AWS::ElasticLoadBalancingV2::Listener",
            LoadBalancerArn=arn,
            Port=80,
            Protocol="TCP",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}],
        ),
    )
    assert list(live_networks.check_targets(there)) == []
