"""Facts about the VPC endpoints of AWS services: names, private DNS, policies, and ports.

These facts are enough to define endpoints, so constructs load them. ``aws_service_table`` adds what
is known of newer services, and is loaded where names are compared.

AWS publishes no table of them. Most of this is what ``DescribeVpcEndpointServices`` said in 17
Regions in September 2023, as stored in https://github.com/aws-samples/aws-vpc-builder-cdk (MIT-0);
newer facts have their source next to them. A service that isn't listed can still have endpoints.
"""

from __future__ import annotations

import re
from functools import cache

DATE = "September 2023"
"""The date of most of these facts."""

GATEWAY_SERVICES = frozenset({"dynamodb", "s3", "s3express"})
"""The services that have gateway endpoints.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
:see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-networking.html
"""

NAMES = (
    "access-analyzer account acm-pca airflow.api airflow.env airflow.ops analytics-omics "
    "app-integrations application-autoscaling appmesh appmesh-envoy-management apprunner "
    "apprunner.requests appstream.api appstream.streaming appsync-api aps aps-workspaces athena "
    "auditmanager autoscaling autoscaling-plans awsconnector backup backup-gateway batch bedrock "
    "billingconductor braket cases cassandra cassandra-fips cleanrooms cloudcontrolapi "
    "cloudcontrolapi-fips clouddirectory cloudformation cloudhsmv2 cloudtrail codeartifact.api "
    "codeartifact.repositories codebuild codebuild-fips codecommit codecommit-fips codedeploy "
    "codedeploy-commands-secure codeguru-profiler codeguru-reviewer codepipeline "
    "codestar-connections.api codewhisperer comprehend comprehendmedical config connect-campaigns "
    "console control-storage-omics data-servicediscovery data-servicediscovery-fips databrew "
    "dataexchange datasync deviceadvisor.iot devops-guru dms dms-fips drs ds ebs ec2 ec2messages "
    "ecr.api ecr.dkr ecs ecs-agent ecs-telemetry eks elastic-inference.runtime elasticache "
    "elasticache-fips elasticbeanstalk elasticbeanstalk-health elasticfilesystem "
    "elasticfilesystem-fips elasticloadbalancing elasticmapreduce email-smtp emr-containers "
    "emr-serverless events evidently evidently-dataplane execute-api finspace finspace-api fis "
    "forecast forecast-fips forecastquery forecastquery-fips frauddetector fsx fsx-fips "
    "git-codecommit git-codecommit-fips glue grafana grafana-workspace greengrass groundstation "
    "guardduty-data guardduty-data-fips healthlake identitystore imagebuilder inspector2 iot.data "
    "iot.fleethub.api iotfleetwise iotroborunner iotsitewise.api iotsitewise.data iottwinmaker.api "
    "iottwinmaker.data iotwireless.api kendra kendra-ranking kinesis-firehose kinesis-streams kms "
    "kms-fips lakeformation lambda license-manager license-manager-fips "
    "license-manager-user-subscriptions logs lookoutequipment lookoutmetrics lookoutvision "
    "lorawan.cups lorawan.lns m2 macie2 managedblockchain-query managedblockchain.bitcoin.mainnet "
    "managedblockchain.bitcoin.testnet mediaconnect medical-imaging memory-db memorydb-fips mgn "
    "migrationhub-orchestrator migrationhub-strategy models-v2-lex monitoring nimble notebook "
    "panorama payment-cryptography.controlplane payment-cryptography.dataplane pca-connector-ad "
    "personalize personalize-events personalize-runtime pinpoint pinpoint-sms-voice-v2 polly "
    "private-networks profile proton qldb.session rds rds-data redshift redshift-data "
    "redshift-fips refactor-spaces rekognition rekognition-fips robomaker rolesanywhere rum "
    "rum-dataplane runtime-medical-imaging runtime-v2-lex s3 s3-global.accesspoint s3-outposts "
    "sagemaker-geospatial sagemaker.api sagemaker.featurestore-runtime sagemaker.metrics "
    "sagemaker.runtime sagemaker.runtime-fips secretsmanager securityhub servicecatalog "
    "servicecatalog-appregistry servicediscovery servicediscovery-fips signin simspaceweaver sms "
    "snow-device-management sns sqs ssm ssm-contacts ssm-incidents ssmmessages states "
    "storage-omics storagegateway streaming-rekognition streaming-rekognition-fips sts studio swf "
    "swf-fips sync-states synthetics tags-omics textract textract-fips tnb transcribe "
    "transcribestreaming transfer transfer.server translate verifiedpermissions voiceid "
    "vpc-lattice wisdom workflows-omics workspaces xray"
)
WITHOUT_POLICY = (
    "appmesh-envoy-management apprunner.requests appstream.api appstream.streaming awsconnector "
    "cleanrooms cloudtrail codedeploy-commands-secure codeguru-profiler codeguru-reviewer "
    "codepipeline codewhisperer datasync deviceadvisor.iot ebs eks elastic-inference.runtime "
    "email-smtp grafana-workspace iot.data iotwireless.api lorawan.cups lorawan.lns macie2 nimble "
    "redshift-data refactor-spaces sagemaker-geospatial sagemaker.runtime-fips sms storagegateway "
    "transfer transfer.server verifiedpermissions"
)

_LATER = frozenset({"bedrock-agent", "bedrock-agent-runtime", "bedrock-runtime", "dynamodb"})
"""Services that have supported endpoint policies since then.

:see: https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html
:see: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
"""

PREFIXES = {
    **dict.fromkeys(("bcm-data-exports", "freetier", "kendra-ranking", "qbusiness"), "aws.api"),
    **dict.fromkeys(("experiments", "notebook", "partner-app", "studio"), "aws.sagemaker"),
    "cassandra-streams": "api.aws",
}
"""The beginning of the names of some services, instead of ``com.amazonaws``."""

GLOBAL = {
    "codecatalyst": "aws.api.global.codecatalyst",
    "iam": "com.amazonaws.iam",
    "route53": "com.amazonaws.route53",
    "s3-global.accesspoint": "com.amazonaws.s3-global.accesspoint",
    "savingsplans": "com.amazonaws.savingsplans",
}
"""The whole names of services that have no Region in them."""

HOME_REGIONS = {"iam": "us-east-1"}
"""The only Region where endpoints of a service can be, for services that have one.

:see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_interface_vpc_endpoints.html
"""

PRIVATE_NAMES: dict[str, tuple[str, ...]] = {
    "apprunner.requests": (),
    "appstream.api": ("appstream2.{}",),
    "appsync-api": ("*.appsync-api.{}", "*.appsync-realtime-api.{}"),
    "bedrock": ("bedrock.{}", "invoke-bedrock.{}"),
    "codeartifact.api": ("codeartifact.{}",),
    "codeartifact.repositories": ("*.d.codeartifact.{}",),
    "codestar-connections.api": ("codestar-connections.{}",),
    "deviceadvisor.iot": ("*.deviceadvisor.iot.{}",),
    "dynamodb": (),
    "dynamodb-streams": (),
    "ecr.dkr": ("*.dkr.ecr.{}",),
    "ecs-agent": ("ecs-a.{}",),
    "ecs-telemetry": ("ecs-t.{}",),
    "evidently-dataplane": ("dataplane.evidently.{}",),
    "execute-api": ("*.execute-api.{}",),
    "grafana-workspace": ("*.grafana-workspace.{}",),
    "iot.data": (),
    "kinesis-firehose": ("firehose.{}",),
    "kinesis-streams": ("kinesis.{}", "*.control-kinesis.{}", "*.data-kinesis.{}"),
    "lorawan.cups": ("*.cups.lorawan.{}",),
    "lorawan.lns": ("*.lns.lorawan.{}",),
    "pinpoint-sms-voice-v2": ("sms-voice.{}",),
    "rum-dataplane": ("dataplane.rum.{}",),
    "s3": ("*.s3.{}", "*.s3-accesspoint.{}", "*.s3-control.{}"),
    "transfer.server": ("*.server.transfer.{}",),
}
"""The private DNS names of those services that don't follow the rule; ``{}`` is Region and suffix.

``dynamodb`` and ``dynamodb-streams`` have none, as their pages say. Several services have got a
further name under ``api.aws`` since, which isn't here.

:see: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
"""

_WHOLE_PRIVATE_NAMES = {
    "eks-auth": "eks-auth.{}.api.aws",
    "kendra-ranking": "kendra-ranking.{}.api.aws",
    "notebook": "*.notebook.{}.sagemaker.aws",
    "s3-global.accesspoint": "*.accesspoint.s3-global.amazonaws.com",
    "studio": "*.studio.{}.sagemaker.aws",
}
"""The private DNS names that don't end in the DNS suffix of the partition; ``{}`` is the Region."""

HTTPS = (443,)
SMTP = (25, 465, 587, 2465, 2587)
"""The ports of SMTP, of which a client uses one.

:see: https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html
"""
_PORTS = {
    "cassandra": (9142,),
    "cassandra-fips": (9142,),
    "email-smtp": SMTP,
    "iot.data": (443, 8443, 8883),
    "storagegateway": (443, 1026, 1027, 1028, 1031, 2222),
}
"""The ports of the services that have others than 443, of which a client may use only some.

:see: https://docs.aws.amazon.com/keyspaces/latest/devguide/vpc-endpoints.html
:see: https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
:see: https://docs.aws.amazon.com/filegateway/latest/files3/gateway-private-link.html
"""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*")


@cache
def known_services() -> frozenset[str]:
    """Return the services that these facts are about, by the part of the name after the Region."""
    return frozenset((*NAMES.split(), *_LATER, *GATEWAY_SERVICES))


@cache
def _without_policy() -> frozenset[str]:
    return frozenset(WITHOUT_POLICY.split())


def takes_policy(service: str) -> bool | None:
    """Tell whether the interface endpoints of a service have policies, None if it isn't known."""
    if service not in known_services():
        return None
    return service not in _without_policy()


def has_private_name(service: str) -> bool | None:
    """Tell whether a service has a private DNS name, None if it isn't known."""
    if service in PRIVATE_NAMES:
        return bool(PRIVATE_NAMES[service])
    return True if service in known_services() or service in _WHOLE_PRIVATE_NAMES else None


def private_names(service: str, region: str, dns_suffix: str) -> tuple[str, ...]:
    """Return the private DNS names of a service; those that it has by the rule if none is known.

    The rule applies to 213 of 239 services: the part of the name after the Region, the other way
    round, before the Region.

    :param region: the Region, or its placeholder.
    :param dns_suffix: the DNS suffix of the partition, such as ``amazonaws.com``.
    """
    if service in _WHOLE_PRIVATE_NAMES:
        return (_WHOLE_PRIVATE_NAMES[service].format(region),)
    names = PRIVATE_NAMES.get(service, (f"{rule_label(service)}.{{}}",))
    return tuple(name.format(f"{region}.{dns_suffix}") for name in names)


def rule_label(service: str) -> str:
    """Return the part before the Region in the names of a service that follow the rule."""
    return ".".join(reversed(service.split(".")))


def follows_rule(service: str) -> bool:
    """Tell whether the private DNS name of a service is known to follow the rule."""
    apart = service in PRIVATE_NAMES or service in _WHOLE_PRIVATE_NAMES or service in GLOBAL
    return service in known_services() and not apart


def ports_of(service: str) -> tuple[int, ...] | None:
    """Return the TCP ports of a service, None if it isn't known."""
    return _PORTS.get(service, HTTPS if service in known_services() else None)


def further_ports_of(service: str) -> tuple[int, ...]:
    """Return the TCP ports of a service that has others than 443, none for any other service."""
    return _PORTS.get(service, ())


def service_name(service: str, region: str) -> str:
    """Return the whole name of a service, as endpoints take it, in most partitions.

    :param region: the Region, which can be a token.
    """
    if service in GLOBAL:
        return GLOBAL[service]
    return f"{PREFIXES.get(service, 'com.amazonaws')}.{region}.{service}"


def is_service_form(name: str) -> bool:
    """Tell whether a text has the format of an AWS service name after the Region."""
    return _NAME.fullmatch(name) is not None


def without_region(name: str, region: str | None) -> str | None:
    """Return the part of a service name after the Region, None for a name in another format.

    :param name: the whole name of the service.
    :param region: the Region in it, None if it has none.
    """
    for service, whole in GLOBAL.items():
        if name == whole:
            return service
    return name.partition(f".{region}.")[2] or None if region else None
