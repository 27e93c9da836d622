"""What AWS requires of properties, whatever their values are for.

These are only requirements that don't grow: enumerations without new members for years, and
properties without which AWS can't create a resource.

:see: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

_EC2, _DNS = "AWS::EC2", "AWS::Route53"
_LATTICE = "AWS::VpcLattice"
_PROFILES, _RESOLVER = "AWS::Route53Profiles", "AWS::Route53Resolver"
_ALARM = "AWS::CloudWatch::Alarm"
_RECORD_TYPES = (
    *("A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR"),
    *("SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"),
)

REQUIRED: dict[str, tuple[str, ...]] = {
    _ALARM: ("ComparisonOperator", "EvaluationPeriods"),
    f"{_EC2}::Route": ("RouteTableId",),
    f"{_EC2}::RouteTable": ("VpcId",),
    f"{_EC2}::SecurityGroup": ("GroupDescription",),
    f"{_EC2}::SecurityGroupEgress": ("GroupId",),
    f"{_EC2}::Subnet": ("VpcId",),
    f"{_EC2}::SubnetRouteTableAssociation": ("RouteTableId", "SubnetId"),
    f"{_EC2}::TransitGatewayAttachment": ("SubnetIds", "TransitGatewayId", "VpcId"),
    f"{_EC2}::TransitGatewayVpcAttachment": ("SubnetIds", "TransitGatewayId", "VpcId"),
    f"{_EC2}::VPCEndpoint": ("VpcId",),
    f"{_EC2}::VPCPeeringConnection": ("PeerVpcId", "VpcId"),
    "AWS::ElasticLoadBalancingV2::Listener": ("DefaultActions", "LoadBalancerArn"),
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": ("Certificates", "ListenerArn"),
    "AWS::RAM::ResourceShare": ("Name",),
    f"{_DNS}::HostedZone": ("VPCs.*.VPCId", "VPCs.*.VPCRegion"),
    f"{_DNS}::RecordSet": (*("AliasTarget.DNSName", "AliasTarget.HostedZoneId", "Name", "Type"),),
    f"{_DNS}::RecordSetGroup": (
        *("RecordSets.*.AliasTarget.DNSName", "RecordSets.*.AliasTarget.HostedZoneId"),
        *("RecordSets.*.Name", "RecordSets.*.Type"),
    ),
    f"{_PROFILES}::Profile": ("Name",),
    f"{_PROFILES}::ProfileAssociation": ("Name", "ProfileId", "ResourceId"),
    f"{_PROFILES}::ProfileResourceAssociation": ("Name", "ProfileId", "ResourceArn"),
    f"{_RESOLVER}::ResolverEndpoint": (
        *("Direction", "IpAddresses.*.SubnetId", "SecurityGroupIds"),
    ),
    f"{_RESOLVER}::ResolverRule": ("RuleType",),
    f"{_RESOLVER}::ResolverRuleAssociation": ("ResolverRuleId", "VPCId"),
    f"{_LATTICE}::ResourceConfiguration": ("Name", "ResourceConfigurationType"),
    f"{_LATTICE}::ResourceGateway": ("Name", "SubnetIds", "VpcIdentifier"),
}
"""The properties that each type must have."""

REQUIRED_WITH: dict[str, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = {
    "AWS::ElasticLoadBalancingV2::TargetGroup": (
        ("TargetType", ("alb", "instance", "ip"), ("Port", "Protocol", "VpcId")),
    ),
    f"{_RESOLVER}::ResolverRule": (
        ("RuleType", ("FORWARD",), ("DomainName", "ResolverEndpointId")),
    ),
    f"{_LATTICE}::ResourceConfiguration": (
        ("ResourceConfigurationType", ("SINGLE",), ("PortRanges", "ResourceGatewayId")),
        ("ResourceConfigurationType", ("GROUP",), ("ResourceGatewayId",)),
        ("ResourceConfigurationType", ("ARN", "SINGLE"), ("ResourceConfigurationDefinition",)),
    ),
}
"""The properties that each type must have where another property has one of some values."""

DEFAULTS = {("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetType"): "instance"}
"""What a property is that isn't set."""

VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    _ALARM: {
        "ComparisonOperator": (
            *("GreaterThanOrEqualToThreshold", "GreaterThanThreshold"),
            *("GreaterThanUpperThreshold", "LessThanLowerOrGreaterThanUpperThreshold"),
            *("LessThanLowerThreshold", "LessThanOrEqualToThreshold", "LessThanThreshold"),
        ),
        "Statistic": ("Average", "Maximum", "Minimum", "SampleCount", "Sum"),
        "TreatMissingData": ("breaching", "ignore", "missing", "notBreaching"),
    },
    f"{_EC2}::VPCEndpoint": {
        "DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint": (
            *("AllResolvers", "NotSpecified", "OnlyInboundResolver"),
        ),
        "DnsOptions.PrivateDnsPreference": (
            *("ALL_DOMAINS", "SPECIFIED_DOMAINS_ONLY", "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS"),
            "VERIFIED_DOMAINS_ONLY",
        ),
    },
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {"Type": ("application", "gateway", "network")},
    "AWS::ElasticLoadBalancingV2::TargetGroup": {"IpAddressType": ("ipv4", "ipv6")},
    f"{_DNS}::RecordSet": {"Type": _RECORD_TYPES},
    f"{_DNS}::RecordSetGroup": {"RecordSets.*.Type": _RECORD_TYPES},
    f"{_RESOLVER}::ResolverEndpoint": {
        "Direction": ("INBOUND", "INBOUND_DELEGATION", "OUTBOUND"),
        "ResolverEndpointType": ("DUALSTACK", "IPV4", "IPV6"),
    },
    f"{_RESOLVER}::ResolverRule": {"RuleType": ("DELEGATE", "FORWARD", "RECURSIVE", "SYSTEM")},
    f"{_LATTICE}::ResourceConfiguration": {
        "ProtocolType": ("TCP",),
        "ResourceConfigurationType": ("ARN", "CHILD", "CIDR", "GROUP", "SINGLE"),
    },
    f"{_LATTICE}::ResourceGateway": {
        "IpAddressType": ("DUALSTACK", "IPV4", "IPV6"),
        "ResourceConfigDnsResolution": ("IN_VPC", "PUBLIC"),
    },
}
"""The properties that take one of a few values."""

BOOLEANS: dict[str, tuple[str, ...]] = {
    f"{_EC2}::Subnet": ("AssignIpv6AddressOnCreation", "Ipv6Native", "MapPublicIpOnLaunch"),
    f"{_EC2}::VPC": ("EnableDnsHostnames", "EnableDnsSupport"),
    f"{_EC2}::VPCEndpoint": ("PrivateDnsEnabled",),
    f"{_EC2}::VPCEndpointService": ("AcceptanceRequired", "ContributorInsightsEnabled"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("HealthCheckEnabled",),
    "AWS::RAM::ResourceShare": ("AllowExternalPrincipals",),
    "AWS::SNS::Topic": ("FifoTopic",),
}
"""The properties that are true or false."""

_INBOUND_SOURCES = (
    *("CidrIp", "CidrIpv6", "SourcePrefixListId"),
    *("SourceSecurityGroupId", "SourceSecurityGroupName"),
)
_OUTBOUND_DESTINATIONS = (
    *("CidrIp", "CidrIpv6", "DestinationPrefixListId", "DestinationSecurityGroupId"),
)
_HOSTED_ZONES = ("HostedZoneId", "HostedZoneName")
ONE_OF: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    f"{_EC2}::Route": (
        ("", ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")),
        (
            "",
            (
                *("CarrierGatewayId", "CoreNetworkArn", "EgressOnlyInternetGatewayId"),
                *("GatewayId", "InstanceId", "LocalGatewayId", "NatGatewayId"),
                *("NetworkInterfaceId", "OdbNetworkArn", "TransitGatewayId", "VpcEndpointId"),
                "VpcPeeringConnectionId",
            ),
        ),
    ),
    f"{_EC2}::SecurityGroup": (
        ("SecurityGroupIngress.*", _INBOUND_SOURCES),
        ("SecurityGroupEgress.*", _OUTBOUND_DESTINATIONS),
    ),
    f"{_EC2}::SecurityGroupEgress": (("", _OUTBOUND_DESTINATIONS),),
    f"{_EC2}::SecurityGroupIngress": (
        ("", _INBOUND_SOURCES),
        ("", ("GroupId", "GroupName")),
    ),
    f"{_DNS}::RecordSet": (
        ("", _HOSTED_ZONES),
        ("", ("AliasTarget", "ResourceRecords")),
    ),
    f"{_DNS}::RecordSetGroup": (("RecordSets.*", ("AliasTarget", "ResourceRecords")),),
    f"{_LATTICE}::ResourceConfiguration": (
        ("ResourceConfigurationDefinition", ("ArnResource", "DnsResource", "IpResource")),
    ),
}
"""The properties of which exactly one must be set, each with where they are."""

EXCLUSIVE_ELSEWHERE = frozenset({("AliasTarget", "ResourceRecords")})
"""Those of them about which another rule says that they exclude each other."""

AT_MOST_ONE: dict[str, tuple[tuple[str, ...], ...]] = {
    _ALARM: (("ExtendedStatistic", "Statistic"), ("MetricName", "Metrics")),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (("SubnetMappings", "Subnets"),),
    f"{_DNS}::RecordSetGroup": (_HOSTED_ZONES,),
}
"""The properties of which no more than one must be set."""
