"""Attributes that people expect resources to return, and what returns the value.

AWS adds attributes, so these are only those that are known to be mistakes.

:see: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

_ENTRY = "the part after the colon of an item of DnsEntries"
_SERVICE_NAME = (
    "the service ID, which is the Ref of the service, after the prefix and the Region, such as "
    "com.amazonaws.vpce.eu-west-1"
)
MISTAKEN_ATTRIBUTES: dict[str, dict[str, str]] = {
    "AWS::EC2::VPCEndpoint": {
        **dict.fromkeys(("DNSName", "DnsEntry", "DnsName", "DnsNames"), _ENTRY),
        **dict.fromkeys(("EndpointId", "VPCEndpointId", "VpcEndpointId"), "Ref"),
    },
    "AWS::EC2::VPCEndpointService": {
        **dict.fromkeys(("Arn", "ServiceArn"), "Ref, which is the service ID"),
        **dict.fromkeys(("Name", "ServiceName", "VpcEndpointServiceName"), _SERVICE_NAME),
        **dict.fromkeys(("Id", "VpcEndpointServiceId"), "Ref or ServiceId"),
    },
    "AWS::ElasticLoadBalancingV2::Listener": {"Arn": "Ref or ListenerArn"},
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {
        **dict.fromkeys(("DnsName", "LoadBalancerDNSName", "LoadBalancerDnsName"), "DNSName"),
        **dict.fromkeys(("FullName", "LoadBalancerFullname"), "LoadBalancerFullName"),
        **dict.fromkeys(
            ("CanonicalHostedZoneId", "CanonicalHostedZoneNameID", "HostedZoneId"),
            "CanonicalHostedZoneID",
        ),
        "Arn": "Ref or LoadBalancerArn",
        "Name": "LoadBalancerName",
    },
    "AWS::ElasticLoadBalancingV2::TargetGroup": {
        "Arn": "Ref or TargetGroupArn",
        "FullName": "TargetGroupFullName",
        "Name": "TargetGroupName",
    },
    "AWS::SNS::Topic": {"Arn": "Ref or TopicArn"},
}
