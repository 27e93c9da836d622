"""The findings that are meant, each with its reason. What is listed here and not found fails.

What the constructs define by default is acknowledged by the constructs, so that the apps of users
stay clean: see ``privatelink_constructs._acknowledged``. Here are the choices of the examples, and
what holds for every template that the CDK writes.
"""

from __future__ import annotations

from tests.validation.findings import Acknowledgment, Validator

_LITERAL_ZONES = "The stack has a literal Region, so the CDK writes the names of its zones."
_TWICE = "A dependency that a reference implies already: the CDK writes both."
_NETWORK = "The network is a stand-in for the reader's own, which has what it needs already."
_PUBLIC_SUBNETS = "Public subnets are what the CDK's VPC has by default; nothing here is in them."
_UNREAD_RANGE = "cdk-nag can't read a range that only the deployment knows: it is the VPC's own."

ACKNOWLEDGED = (
    Acknowledgment(
        validator=Validator.CFN_LINT,
        rule="W3005",
        reason=_TWICE,
    ),
    Acknowledgment(
        validator=Validator.CFN_LINT,
        rule="W3010",
        reason=_LITERAL_ZONES,
        place="*Subnet?/Subnet",
    ),
    Acknowledgment(
        validator=Validator.CFN_LINT,
        rule="I1022",
        reason="The CDK writes Fn::Join and never Fn::Sub.",
    ),
    Acknowledgment(
        validator=Validator.CFN_LINT,
        rule="I3013",
        reason="A message only says that it is time to look: the default of four days is plenty.",
        place="*/Acceptor/Queue/Resource",
    ),
    Acknowledgment(
        validator=Validator.CFN_LINT,
        rule="I4010",
        reason="What an app is made of is said in its program, not in the metadata of templates.",
    ),
    Acknowledgment(
        validator=Validator.CLOUDFORMATION_VALIDATE,
        rule="W3005",
        reason=_TWICE,
    ),
    Acknowledgment(
        validator=Validator.CLOUDFORMATION_VALIDATE,
        rule="W3010",
        reason=_LITERAL_ZONES,
        place="*Subnet?/Subnet",
    ),
    Acknowledgment(
        validator=Validator.CDK_NAG,
        rule="AwsSolutions-VPC7",
        reason=_NETWORK,
    ),
    Acknowledgment(
        validator=Validator.CDK_NAG,
        rule="NIST.800.53.R5-VPCFlowLogsEnabled",
        reason=_NETWORK,
    ),
    Acknowledgment(
        validator=Validator.CDK_NAG,
        rule="NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW",
        reason=_PUBLIC_SUBNETS,
        place="*/PublicSubnet?/DefaultRoute",
    ),
    Acknowledgment(
        validator=Validator.CDK_NAG,
        rule="NIST.800.53.R5-VPCSubnetAutoAssignPublicIpDisabled",
        reason=_PUBLIC_SUBNETS,
        place="*/PublicSubnet?/Subnet",
    ),
    Acknowledgment(
        validator=Validator.CDK_NAG,
        rule="AwsSolutions-ECS4",
        reason="Container Insights are charged, and have nothing to do with AWS PrivateLink.",
        place="*/Cluster/Resource",
    ),
    Acknowledgment(
        validator=Validator.CDK_NAG,
        rule="NIST.800.53.R5-CloudWatchLogGroupEncrypted",
        reason="CloudWatch Logs encrypt with keys of AWS; a stand-in's logs need no other.",
        place="*/Task/Web/LogGroup/Resource",
    ),
    Acknowledgment(
        validator=Validator.CDK_NAG,
        rule="NIST.800.53.R5-IAMNoInlinePolicy",
        reason="The CDK writes what a role may do inline.",
        place="*/Task/ExecutionRole/DefaultPolicy/Resource",
    ),
    *(
        Acknowledgment(
            validator=Validator.CDK_NAG,
            rule=rule,
            reason="The load balancer stands for one that is deployed already.",
            app="moving_over",
            place="*/LoadBalancer/*Resource",
        )
        for rule in (
            "AwsSolutions-ELB2",
            "NIST.800.53.R5-ELBDeletionProtectionEnabled",
            "NIST.800.53.R5-ELBLoggingEnabled",
            "NIST.800.53.R5-ELBv2ACMCertificateRequired",
        )
    ),
    *(
        Acknowledgment(
            validator=Validator.CDK_NAG,
            rule="AwsSolutions-IAM5[Resource::*]",
            reason="AWS offers nothing narrower for registry tokens and for ECS Exec.",
            app="aws_service_endpoints",
            place=f"Orders/Task/{role}/DefaultPolicy/Resource",
        )
        for role in ("ExecutionRole", "TaskRole")
    ),
    Acknowledgment(
        validator=Validator.CDK_NAG,
        rule="NIST.800.53.R5-IAMNoInlinePolicy",
        reason="The CDK writes what a role may do inline.",
        app="aws_service_endpoints",
        place="Orders/Task/TaskRole/DefaultPolicy/Resource",
    ),
    Acknowledgment(
        validator=Validator.CDK_NAG,
        rule="NIST.800.53.R5-ELBv2ACMCertificateRequired",
        reason="PostgreSQL negotiates TLS inside its own protocol, which a TCP listener lets pass.",
        app="cross_region",
        place="Provider/Ledger/*/Listener5432/Resource",
    ),
    Acknowledgment(
        validator=Validator.CDK_NAG,
        rule="NIST.800.53.R5-ELBv2ACMCertificateRequired",
        reason="The simplest listener there is; load_balanced_service shows one with TLS.",
        app="regional_service",
        place="Orders/Orders/LoadBalancer/Listener80/Resource",
    ),
    *(
        Acknowledgment(
            validator=Validator.CDK_NAG, rule=rule, reason=_UNREAD_RANGE, app=app, place=place
        )
        for app, place in (
            ("cross_region", "Consumer/Ledger/SecurityGroup/Resource"),
            ("third_party_service", "Pricing/Rates/SecurityGroup/Resource"),
        )
        for rule in (
            "AwsSolutions-EC23",
            "NIST.800.53.R5-EC2RestrictedCommonPorts",
            "NIST.800.53.R5-EC2RestrictedSSH",
        )
    ),
)
