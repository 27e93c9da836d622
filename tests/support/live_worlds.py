"""A provider and a consumer whose connection works, to be broken in one way or in two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.live_accounts import (
    CONSUMER,
    ENDPOINT,
    ENDPOINT_DNS,
    NAME,
    PROVIDER,
    REGION,
    SERVICE,
    SERVICE_NAME,
    ZONES,
    Account,
    balancer_arn,
    everywhere,
    group,
    group_arn,
    rule,
    subnet,
    target,
)

from privatelink_constructs import diagnose

if TYPE_CHECKING:
    from privatelink_constructs import Diagnosis

PROVIDER_VPC, CONSUMER_VPC = "vpc-0aaa", "vpc-0bbb"
BALANCER_GROUP, TARGET_GROUP, ENDPOINT_GROUP = "sg-0a01", "sg-0a02", "sg-0b01"


@dataclass
class World:
    """Both accounts."""

    provider: Account
    consumer: Account

    def diagnosed(self, *, sides: str = "both", **options: Any) -> Diagnosis:
        """Ask why the consumer can't reach the service."""
        return diagnose(
            SERVICE,
            provider=None if sides == "consumer" else self.provider,
            consumer=None if sides == "provider" else self.consumer,
            consumer_account=CONSUMER,
            port=options.pop("port", 443),
            **options,
        )


def working() -> World:
    """Return two accounts between which everything works."""
    return World(Account(PROVIDER, _provider()), Account(CONSUMER, _consumer()))


def _provider() -> dict[str, Any]:
    return {
        "DescribeVpcEndpointServiceConfigurations": [_service()],
        "DescribeVpcEndpointServicePermissions": [
            {"Principal": f"arn:aws:iam::{CONSUMER}:root", "PrincipalType": "Account"}
        ],
        "DescribeVpcEndpointConnections": [connection()],
        "DescribeLoadBalancers": [_load_balancer(zone) for zone in ZONES],
        "DescribeLoadBalancerAttributes": {
            balancer_arn(zone): [
                {"Key": "load_balancing.cross_zone.enabled", "Value": "false"},
                {"Key": "access_logs.s3.bucket", "Value": "secret-bucket"},
            ]
            for zone in ZONES
        },
        "DescribeListeners": {balancer_arn(zone): [listener(zone)] for zone in ZONES},
        "DescribeTargetGroups": {balancer_arn(zone): [_target_group(zone)] for zone in ZONES},
        "DescribeTargetGroupAttributes": {
            group_arn(zone): [
                {
                    "Key": "load_balancing.cross_zone.enabled",
                    "Value": "use_load_balancer_configuration",
                }
            ]
            for zone in ZONES
        },
        "DescribeTargetHealth": {group_arn(zone): [target(address(zone), zone)] for zone in ZONES},
        "DescribeNetworkInterfaces": [_interface(zone) for zone in ZONES],
        "DescribeSecurityGroups": [
            group(
                BALANCER_GROUP,
                PROVIDER_VPC,
                inbound=[rule(443, 443, cidr="10.1.0.0/16")],
                outbound=[rule(8080, 8080, group=TARGET_GROUP)],
            ),
            group(
                TARGET_GROUP,
                PROVIDER_VPC,
                inbound=[rule(8080, 8080, group=BALANCER_GROUP)],
                outbound=[everywhere()],
            ),
        ],
        "DescribeSubnets": [
            subnet(zone, f"10.0.{number}.0/24", PROVIDER_VPC) for number, zone in enumerate(ZONES)
        ],
        "GetMetricData": {"NewFlowCount": [12.0], "PortAllocationErrorCount": [0.0]},
    }


def _service() -> Any:
    return {
        "ServiceId": SERVICE,
        "ServiceName": SERVICE_NAME,
        "ServiceState": "Available",
        "ServiceType": [{"ServiceType": "Interface"}],
        "AcceptanceRequired": True,
        "AvailabilityZoneIds": list(ZONES.values()),
        "AvailabilityZones": [f"{REGION}{zone}" for zone in ZONES],
        "NetworkLoadBalancerArns": [balancer_arn(zone) for zone in ZONES],
        "SupportedIpAddressTypes": ["ipv4"],
        "SupportedRegions": [{"Region": REGION, "ServiceState": "Available"}],
        "PrivateDnsName": NAME,
        "PrivateDnsNameConfiguration": {
            "State": "verified",
            "Type": "TXT",
            "Name": "_abc",
            "Value": "vpce:abc",
        },
        "Tags": [{"Key": "secret", "Value": "hidden"}],
    }


def connection(**values: Any) -> Any:
    found = {
        "ServiceId": SERVICE,
        "VpcEndpointId": ENDPOINT,
        "VpcEndpointOwner": CONSUMER,
        "VpcEndpointState": "available",
        "VpcEndpointRegion": REGION,
        "IpAddressType": "ipv4",
        "NetworkLoadBalancerArns": [balancer_arn(zone) for zone in ZONES],
    }
    return {**found, **values}


def _load_balancer(zone: str) -> Any:
    return {
        "LoadBalancerArn": balancer_arn(zone),
        "LoadBalancerName": f"payments-{zone}",
        "Type": "network",
        "Scheme": "internal",
        "VpcId": PROVIDER_VPC,
        "IpAddressType": "ipv4",
        "State": {"Code": "active"},
        "SecurityGroups": [BALANCER_GROUP],
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "on",
        "AvailabilityZones": [{"ZoneName": f"{REGION}{zone}", "SubnetId": f"subnet-0aaa{zone}"}],
    }


def listener(zone: str, port: int = 443) -> Any:
    return {
        "ListenerArn": f"{balancer_arn(zone).replace(':loadbalancer/', ':listener/')}/{port}",
        "LoadBalancerArn": balancer_arn(zone),
        "Port": port,
        "Protocol": "TCP",
        "DefaultActions": [
            {
                "Type": "forward",
                "TargetGroupArn": group_arn(zone),
                "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": group_arn(zone)}]},
            }
        ],
    }


def _target_group(zone: str) -> Any:
    return {
        "TargetGroupArn": group_arn(zone),
        "TargetGroupName": f"web-{zone}",
        "Protocol": "TCP",
        "Port": 8080,
        "VpcId": PROVIDER_VPC,
        "TargetType": "ip",
        "IpAddressType": "ipv4",
        "HealthCheckPort": "traffic-port",
        "HealthCheckProtocol": "TCP",
        "LoadBalancerArns": [balancer_arn(zone)],
    }


def address(zone: str) -> str:
    return f"10.0.{[*ZONES].index(zone)}.10"


def _interface(zone: str) -> Any:
    return {
        "NetworkInterfaceId": f"eni-0a{zone}",
        "PrivateIpAddress": address(zone),
        "PrivateIpAddresses": [{"PrivateIpAddress": address(zone), "Primary": True}],
        "Attachment": {"InstanceId": f"i-0a{zone}"},
        "AvailabilityZone": f"{REGION}{zone}",
        "Groups": [{"GroupId": TARGET_GROUP}],
        "VpcId": PROVIDER_VPC,
    }


def _consumer() -> dict[str, Any]:
    return {
        "DescribeVpcEndpoints": [_endpoint()],
        "DescribeVpcEndpointServices": [
            {
                "ServiceId": SERVICE,
                "ServiceName": SERVICE_NAME,
                "AvailabilityZoneIds": list(ZONES.values()),
                "AcceptanceRequired": True,
                "PrivateDnsName": NAME,
                "PrivateDnsNameVerificationState": "verified",
                "SupportedIpAddressTypes": ["ipv4"],
                "Owner": PROVIDER,
            }
        ],
        "DescribeSubnets": [
            subnet(zone, f"10.1.{number}.0/24", CONSUMER_VPC) for number, zone in enumerate(ZONES)
        ],
        "DescribeSecurityGroups": [
            group(
                ENDPOINT_GROUP,
                CONSUMER_VPC,
                inbound=[rule(443, 443, cidr="10.1.0.0/16")],
                outbound=[everywhere()],
            )
        ],
        "DescribeVpcs": [
            {
                "VpcId": CONSUMER_VPC,
                "CidrBlock": "10.1.0.0/16",
                "CidrBlockAssociationSet": [{"CidrBlock": "10.1.0.0/16"}],
            }
        ],
        "DescribeVpcAttribute": {"EnableDnsHostnames": True, "EnableDnsSupport": True},
        "DescribeNetworkAcls": [_acl()],
        "ListHostedZonesByVPC": [
            {
                "HostedZoneId": "Z0MANAGED",
                "Name": f"{NAME}.",
                "Owner": {"OwningService": "vpce.amazonaws.com"},
            }
        ],
        "ListResourceRecordSets": {},
        "GetHostedZone": {},
        "ListProfileAssociations": [],
        "ListProfileResourceAssociations": [],
        "ListResolverRuleAssociations": [],
        "ListResolverRules": [],
        "GetMetricData": {"NewConnections": [12.0]},
    }


def _endpoint() -> Any:
    return {
        "VpcEndpointId": ENDPOINT,
        "VpcEndpointType": "Interface",
        "VpcId": CONSUMER_VPC,
        "ServiceName": SERVICE_NAME,
        "State": "available",
        "SubnetIds": [f"subnet-0bbb{zone}" for zone in ZONES],
        "Groups": [{"GroupId": ENDPOINT_GROUP, "GroupName": "endpoint"}],
        "IpAddressType": "ipv4",
        "PrivateDnsEnabled": True,
        "NetworkInterfaceIds": ["eni-0ba", "eni-0bb"],
        "DnsEntries": [
            {"DnsName": ENDPOINT_DNS, "HostedZoneId": "Z38GZ743OKFT7T"},
            {"DnsName": NAME, "HostedZoneId": "Z0MANAGED"},
        ],
        "OwnerId": CONSUMER,
        "PolicyDocument": '{"secret": "policy"}',
        "Tags": [{"Key": "secret", "Value": "hidden"}],
    }


def _acl() -> Any:
    rest = {"RuleNumber": 32767, "RuleAction": "deny", "Protocol": "-1", "CidrBlock": "0.0.0.0/0"}
    every = {"RuleNumber": 100, "RuleAction": "allow", "Protocol": "-1", "CidrBlock": "0.0.0.0/0"}
    return {
        "NetworkAclId": "acl-0b",
        "VpcId": CONSUMER_VPC,
        "Associations": [{"SubnetId": f"subnet-0bbb{zone}"} for zone in ZONES],
        "Entries": [
            {**each, "Egress": egress} for each in (every, rest) for egress in (True, False)
        ],
    }
