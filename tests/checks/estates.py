"""A correct estate to put faults into: a service with its DNS and notifications, and a consumer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.checks.stacks import ref, resource, rules, stack

if TYPE_CHECKING:
    from collections.abc import Mapping

Template = dict[str, Any]
ENDPOINT = "AWS::EC2::VPCEndpoint"
GROUP = "AWS::EC2::SecurityGroup"
NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
PRIVATE_NAME = "payments.example.com"
LABEL = {"Fn::GetAtt": ["Service", "PrivateDnsNameConfiguration.Name"]}
VALUE = {"Fn::GetAtt": ["Service", "PrivateDnsNameConfiguration.Value"]}
OWN_NAME = {"Fn::Sub": "com.amazonaws.vpce.${AWS::Region}.${Service}"}


def entry(endpoint: str, part: int) -> Template:
    """Return the zone's id (0) or the name (1) of an endpoint's first DNS entry."""
    first = {"Fn::Select": [0, {"Fn::GetAtt": [endpoint, "DnsEntries"]}]}
    return {"Fn::Select": [part, {"Fn::Split": [":", first]}]}


def group(port: int = 443, **rule: object) -> Template:
    return resource(
        GROUP,
        GroupDescription="clients",
        VpcId=ref("Clients"),
        SecurityGroupIngress=[
            {
                "IpProtocol": "tcp",
                "FromPort": port,
                "ToPort": port,
                "CidrIp": "10.1.0.0/16",
                **rule,
            }
        ],
    )


def endpoint(service: object, **more: object) -> Template:
    return resource(
        ENDPOINT,
        **{
            "VpcEndpointType": "Interface",
            "ServiceName": service,
            "VpcId": ref("Clients"),
            "SubnetIds": [ref("ClientsA"), ref("ClientsB")],
            "SecurityGroupIds": [ref("ClientGroup")],
            **more,
        },
    )


def subnet(cidr: str, zone: int, vpc: str = "Clients") -> Template:
    zones = {"Fn::GetAZs": ""}
    return resource(
        "AWS::EC2::Subnet",
        VpcId=ref(vpc),
        CidrBlock=cidr,
        AvailabilityZone={"Fn::Select": [zone, zones]},
    )


def policy(**changed: object) -> Template:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "kms:*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-0123456789"}},
        **changed,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def consumer() -> Template:
    """Return a VPC with endpoints of an endpoint service and of an AWS service, and their DNS."""
    return {
        "Clients": resource("AWS::EC2::VPC", CidrBlock="10.1.0.0/16", EnableDnsHostnames=True),
        "ClientsA": subnet("10.1.0.0/24", 0),
        "ClientsB": subnet("10.1.1.0/24", 1),
        "ClientGroup": group(),
        "Endpoint": endpoint(NAME, PrivateDnsEnabled=False),
        "Kms": endpoint(
            {"Fn::Sub": "com.amazonaws.${AWS::Region}.kms"},
            PrivateDnsEnabled="true",
            PolicyDocument=policy(),
        ),
        "Private": resource(
            "AWS::Route53::HostedZone",
            Name="orders.example.net",
            VPCs=[{"VPCId": ref("Clients"), "VPCRegion": ref("AWS::Region")}],
        ),
        "Alias": alias(),
        "ResolverGroup": resource(
            GROUP,
            GroupDescription="queries",
            VpcId=ref("Clients"),
            SecurityGroupIngress=[
                {"IpProtocol": protocol, "FromPort": 53, "ToPort": "53", "CidrIp": "10.0.0.0/8"}
                for protocol in ("tcp", "17")
            ],
        ),
        "Inbound": resource(
            "AWS::Route53Resolver::ResolverEndpoint",
            Direction="INBOUND",
            IpAddresses=[{"SubnetId": ref("ClientsA")}, {"SubnetId": ref("ClientsB")}],
            SecurityGroupIds=[ref("ResolverGroup")],
        ),
    }


def alias(**more: object) -> Template:
    return resource(
        "AWS::Route53::RecordSet",
        **{
            "HostedZoneId": ref("Private"),
            "Name": "orders.example.net.",
            "Type": "A",
            "AliasTarget": {
                "DNSName": entry("Endpoint", 1),
                "HostedZoneId": entry("Endpoint", 0),
            },
            **more,
        },
    )


def proof(**more: object) -> Template:
    return resource(
        "AWS::Route53::RecordSet",
        **{
            "HostedZoneId": ref("Public"),
            "Name": {"Fn::Join": [".", [LABEL, PRIVATE_NAME]]},
            "Type": "TXT",
            "TTL": "60",
            "ResourceRecords": [{"Fn::Sub": '"${Service.PrivateDnsNameConfiguration.Value}"'}],
            **more,
        },
    )


def topic_statement(**changed: object) -> Template:
    source = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:vpc-endpoint-service/"
    return {
        "Effect": "Allow",
        "Principal": {"Service": "vpce.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": ref("Topic"),
        "Condition": {
            "ArnLike": {"aws:SourceArn": {"Fn::Sub": f"{source}${{Service}}"}},
            "StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")},
        },
        **changed,
    }


def topic_policy(*statements: Template) -> Template:
    return resource(
        "AWS::SNS::TopicPolicy",
        Topics=[ref("Topic")],
        PolicyDocument={"Version": "2012-10-17", "Statement": list(statements)},
    )


def key(*actions: str) -> Template:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "vpce.amazonaws.com"},
        "Action": list(actions),
        "Resource": "*",
    }
    return resource("AWS::KMS::Key", KeyPolicy={"Version": "2012-10-17", "Statement": statement})


def notification(**more: object) -> Template:
    return resource(
        "AWS::EC2::VPCEndpointConnectionNotification",
        **{
            "ConnectionEvents": ["Accept", "Connect"],
            "ConnectionNotificationArn": ref("Topic"),
            "ServiceId": ref("Service"),
            **more,
        },
    )


def provider() -> Template:
    """Return what a service has beside load balancers: a name, its proof and notifications."""
    there = stack()["Resources"]
    there["Service"]["Properties"] |= {"AcceptanceRequired": True, "PrivateDnsName": PRIVATE_NAME}
    return {
        **there,
        "Public": resource("AWS::Route53::HostedZone", Name="example.com"),
        "Proof": proof(),
        "Key": key("kms:Decrypt", "kms:GenerateDataKey*"),
        "Topic": resource("AWS::SNS::Topic", KmsMasterKeyId={"Fn::GetAtt": ["Key", "Arn"]}),
        "TopicPolicy": topic_policy(topic_statement()),
        "Notification": notification(),
    }


def estate(
    changes: Mapping[str, Mapping[str, object]] | None = None,
    without: tuple[str, ...] = (),
    /,
    **resources: Template,
) -> Template:
    """Return the estate with other properties, further resources, and without others.

    :param changes: other properties by logical id, None for none at all.
    """
    there: Template = {**provider(), **consumer(), **resources}
    for logical_id, properties in (changes or {}).items():
        whole = {**there[logical_id]["Properties"], **properties}
        kept = {name: value for name, value in whole.items() if value is not None}
        there[logical_id] = {**there[logical_id], "Properties": kept}
    return {"Resources": {name: there[name] for name in there if name not in without}}


def broken(logical_id: str, **properties: object) -> set[str]:
    """Return the rules that other properties of one resource break."""
    return rules(estate({logical_id: properties}))
