"""What the emulator isn't: read this before trusting a green run.

Two tables. Tests read both: every recorded type exists in AWS's registry, and each entry of the
second one says what stands in for the real thing.
"""

from __future__ import annotations

# Types that are recorded, and do nothing: a template with them deploys, their properties are kept
# and updated by AWS's replacement rules, their read-only attributes are made up.
RECORDED_TYPES: tuple[str, ...] = (
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::AutoScaling::WarmPool",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::InsightRule",
    "AWS::EC2::EIP",
    "AWS::EC2::EgressOnlyInternetGateway",
    "AWS::EC2::FlowLog",
    "AWS::EC2::Instance",
    "AWS::EC2::NatGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::PrefixList",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::TransitGateway",
    "AWS::EC2::TransitGatewayAttachment",
    "AWS::EC2::TransitGatewayVpcAttachment",
    "AWS::EC2::VPCCidrBlock",
    "AWS::EC2::VPCPeeringConnection",
    "AWS::EC2::VPNGateway",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate",
    "AWS::RAM::ResourceShare",
    "AWS::Route53Profiles::Profile",
    "AWS::Route53Profiles::ProfileAssociation",
    "AWS::Route53Profiles::ProfileResourceAssociation",
    "AWS::Route53Resolver::ResolverEndpoint",
    "AWS::Route53Resolver::ResolverRule",
    "AWS::Route53Resolver::ResolverRuleAssociation",
    "AWS::SQS::QueueInlinePolicy",
)

# What a live account would do, and what happens here instead.
DIFFERENCES: dict[str, str] = {
    "alarms": (
        "evaluated when data comes in, and when somebody looks; the last period ends now, where "
        "AWS aligns periods and looks further back for missing data; of metric math, there are "
        "arithmetic, SUM, and MAX"
    ),
    "metrics": "nobody writes those of load balancers, services, and endpoints; tests do",
    "acceptance while CloudFormation waits": (
        "not settled by AWS's documentation: here a stack is complete while its endpoint waits"
    ),
    "callers": "an account is its access key; roles and users that may connect stand for it",
    "cross-account outputs": (
        "Fn::GetStackOutput wants the role of RoleArn to exist; its trust isn't looked at"
    ),
    "deletion of the private DNS name": (
        "not settled by AWS's documentation: here dropping PrivateDnsName removes the name"
    ),
    "DNS": "no resolution: records are data, and only the TXT record of a private name is read",
    "error texts": (
        "those in AWS's documentation and in public reports are used; the others are ours, as are "
        "the codes InvalidPrincipal, InvalidState and ResourceInUse in the places they are used"
    ),
    "Gateway Load Balancers": "none: a service with one is refused",
    "first call of a function": (
        "CloudFormation's own call isn't repeated when the function dies; later ones are"
    ),
    "IAM": "no policy is evaluated, whatever a role may do",
    "interface endpoints to AWS services": (
        "the emulator's own: recorded, always available, each with one name; the private DNS name "
        "is that of most services"
    ),
    "Profiles, shares, and Resolver endpoints": (
        "recorded: nothing is answered, forwarded, or shared, and no association is refused"
    ),
    "network interfaces": "ids alone, no addresses; subnets and groups in use can be deleted",
    "packets": "none: no target is ever reached, healthy or not",
    "property validation": "almost none: cfn-lint and the CDK's own validation do that",
    "quotas": "none",
    "refresh of zones": (
        "not settled by AWS's documentation: here naming a load balancer in "
        "AddNetworkLoadBalancerArns brings in its zones, seconds after they were enabled"
    ),
    "service control policies": (
        "kept and attached, and nothing is denied; each account has an organization of its own"
    ),
    "test message of a notification": "not sent",
    "target health": (
        "every target is healthy, but those that the tag emulator:unhealthy of their group names"
    ),
    "timing": (
        "half a second where AWS takes minutes, two where a zone becomes known; the functions of "
        "the package look five times a second, and Lambda repeats what died after a second"
    ),
    "user's own PrivateDnsEnabled": (
        "left out of a template it means true, the worse of the two things that were seen"
    ),
    "zone names": "the same in all accounts; AWS maps them anew in the oldest Regions",
}
