"""The AWS services that endpoints connect to: names, ports, private DNS names, endpoint policies.

Nothing imports this module when a construct is imported: it is loaded when it is asked. AWS adds
services every month, so a name that isn't here may well be right.

The names are those that ``DescribeVpcEndpointServices`` returned in 17 Regions in September 2023,
those of aws-cdk-lib 2.275 (``InterfaceVpcEndpointAwsService``), and those that AWS's list had in
November 2026.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from privatelink_constructs.facts.aws_service_endpoints import (
    GATEWAY_SERVICES,
    GLOBAL,
    NAMES,
    PREFIXES,
    PRIVATE_NAMES,
    SMTP,
    WITHOUT_POLICY,
    service_name,
)

REGION = "{region}"
"""The placeholder for the Region in names."""

_SINCE_2023 = """
acm apigateway appconfig appconfigdata application-signals applicationinsights apptest
arsenal-discovery b2bi bcm-pricing-calculator bedrock-agent bedrock-agent-runtime
bedrock-agentcore bedrock-agentcore.gateway bedrock-data-automation
bedrock-data-automation-runtime bedrock-runtime billing ce cleanrooms-ml codecatalyst.git
codecatalyst.packages codeconnections.api cognito-identity cognito-idp compute-optimizer
controlcatalog cost-optimization-hub datazone deadline.management deadline.scheduling
dicom-medical-imaging discovery ds-data dsql dynamodb dynamodb-streams ecr-public.api eks-auth
eks-proxy email emr-serverless-services.livy emr-serverless.dashboard emrwal.prod
entityresolution geo.geofencing geo.maps geo.metadata geo.places geo.routes geo.tracking
glue.dashboard guardduty inspector-scan internetmonitor invoicing iot.credentials kafka
kafkaconnect kinesisanalytics launchwizard license-manager-linux-subscriptions mail-manager mq
neptune-graph neptune-graph-data network-firewall networkflowmonitor networkflowmonitorreports
networkmonitor observabilityadmin organizations outposts pca-connector-scep pcs pi pipes
pipes-data pricing.api q qapps quicksight-website ram rbin redshift-serverless repostspace
resource-groups s3express s3tables s3vectors sagemaker-data-science-assistant schemas scn
securitylake serverlessrepo service.user-subscriptions shield social-messaging ssm-quicksetup
tagging tax thinclient.api timestream-influxdb trustedadvisor wafv2 wellarchitected workmail
workspaces-web
"""
_WITH_FIPS = """
acm acm-pca airflow.api airflow.env appconfig appconfigdata bedrock bedrock-data-automation
bedrock-data-automation-runtime bedrock-runtime cassandra cloudcontrolapi codebuild codecommit
cognito-identity cognito-idp data-servicediscovery dms dynamodb elasticache elasticfilesystem
email forecast forecastquery fsx git-codecommit guardduty guardduty-data internetmonitor kafka
kinesis-streams kinesisanalytics kms license-manager license-manager-linux-subscriptions
mail-manager memorydb neptune-graph network-firewall organizations pcs pi pipes redshift
redshift-data redshift-serverless rekognition resource-groups sagemaker.api sagemaker.runtime
securitylake servicediscovery shield sms sqs ssm streaming-rekognition sts swf synthetics
textract timestream-influxdb wafv2 workspaces-web
"""
"""The services that have another endpoint, whose name ends in ``-fips``."""


_HTTPS = (443,)
_PORTS: dict[str, tuple[int, ...]] = {
    "cassandra": (9142,),
    "cassandra-fips": (9142,),
    "email-smtp": SMTP,
}
_OTHER_PORTS = """
appstream.streaming awsconnector cassandra-streams datasync deviceadvisor.iot dsql emrwal.prod
greengrass iot.credentials iot.data lorawan.cups lorawan.lns managedblockchain.bitcoin.mainnet
managedblockchain.bitcoin.testnet neptune-graph-data storagegateway transcribestreaming
transfer.server
"""
"""The services that also listen on other ports, or whose ports aren't certain."""

_LATER_NAMES = {"bedrock-runtime": ("bedrock-runtime",)}
"""What comes before the Region in the private names of services that came later."""

MISNOMERS = {
    "airflow": "airflow.api",
    "appstream": "appstream.api",
    "cloudwatch": "monitoring",
    "cloudwatch-logs": "logs",
    "cloudwatchlogs": "logs",
    "codeartifact": "codeartifact.api",
    "ecr": "ecr.api",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "eventbridge": "events",
    "firehose": "kinesis-firehose",
    "keyspaces": "cassandra",
    "kinesis": "kinesis-streams",
    "parameter-store": "ssm",
    "prometheus": "aps",
    "sagemaker": "sagemaker.api",
    "session-manager": "ssmmessages",
    "step-functions": "states",
    "stepfunctions": "states",
    "systems-manager": "ssm",
}
"""The names of services elsewhere, and the names of their endpoints."""


class AwsServiceFacts(NamedTuple):
    """What is known of the endpoints of an AWS service.

    :param name: what is behind the Region in its name, such as ``ecr.api``.
    :param pattern: its whole name with ``{region}`` for the Region, where it has one.
    :param ports: the TCP ports that it listens to, none where they aren't known.
    :param policy: whether its endpoints take a policy, None where that isn't known.
    :param private_names: what comes before the Region in its private DNS names, wildcards included;
        None where they aren't known.
    """

    name: str
    pattern: str
    ports: tuple[int, ...]
    policy: bool | None
    private_names: tuple[str, ...] | None

    @property
    def gateway(self) -> bool:
        """Whether it has gateway endpoints."""
        return self.name in GATEWAY_SERVICES

    @property
    def regional(self) -> bool:
        """Whether its name contains a Region."""
        return REGION in self.pattern


@cache
def aws_services() -> dict[str, AwsServiceFacts]:
    """Return the known services by the part of their names after the Region."""
    elsewhere = {*PREFIXES, *GLOBAL}
    old = [it for it in NAMES.split() if it not in elsewhere and not it.endswith("-fips")]
    names = [*old, *_SINCE_2023.split(), *(f"{name}-fips" for name in _WITH_FIPS.split())]
    patterns = {name: service_name(name, REGION) for name in (*names, *elsewhere)}
    verified = frozenset(old)
    without_policy = frozenset(WITHOUT_POLICY.split())
    other_ports = frozenset(_OTHER_PORTS.split())
    return {
        name: AwsServiceFacts(
            name,
            pattern,
            () if name in other_ports else _PORTS.get(name, _HTTPS),
            name not in without_policy if name in verified else None,
            _private_names(name, verified=name in verified),
        )
        for name, pattern in patterns.items()
    }


def _private_names(name: str, *, verified: bool) -> tuple[str, ...] | None:
    written = PRIVATE_NAMES.get(name, _LATER_NAMES.get(name))
    if written is not None:
        return tuple(label.removesuffix(".{}") for label in written)
    return (".".join(reversed(name.split("."))),) if verified else None


def aws_service(name: str) -> AwsServiceFacts | None:
    """Return what is known of a service, None for one that isn't known.

    :param name: what is behind the Region in its name, or the whole name of one without a Region.
    """
    return aws_services().get(name) or _without_region().get(name)


@cache
def _without_region() -> dict[str, AwsServiceFacts]:
    return {each.pattern: each for each in aws_services().values() if not each.regional}


def is_known_service(name: str) -> bool:
    """Tell whether a service is known; AWS adds endpoints with ``-fips`` to those that are."""
    return aws_service(name) is not None or aws_service(name.removesuffix("-fips")) is not None


def written_alike(name: str) -> str | None:
    """Return the known service whose name differs only in separators, None if there is none."""
    return _by_plain_name().get(_plain(name))


@cache
def _by_plain_name() -> dict[str, str]:
    return {plain: known for known, plain, _ in _plain_names()}


def _plain(name: str) -> str:
    return name.replace(".", "").replace("-", "").replace("_", "")


_SHORTEST = 5
_LONG = 14


@cache
def _plain_names() -> list[tuple[str, str, frozenset[str]]]:
    """Return each service with its name without separators, and the letters in it."""
    plain = ((known, _plain(known)) for known in aws_services())
    return [(known, letters, frozenset(letters)) for known, letters in plain]


@cache
def nearest_service(name: str) -> str | None:
    """Return the known service whose name is one typing error away, None if there is none.

    Short names, and those that differ in a number at the end, are apart on purpose.
    """
    plain = _plain(name.removesuffix("-fips"))
    if len(plain) < _SHORTEST:
        return None
    limit = 2 if len(plain) >= _LONG else 1
    letters = frozenset(plain)
    # Each slip changes two letters at most. Most names are out before they are compared.
    near = [
        (distance, known)
        for known, other, others in _plain_names()
        if abs(len(plain) - len(other)) <= limit and len(letters ^ others) <= 2 * limit
        if not _is_version(plain, other)
        for distance in [_distance(plain, other)]
        if distance <= limit
    ]
    return min(near)[1] if near else None


def _is_version(left: str, right: str) -> bool:
    both = left[-1].isdigit() and right[-1].isdigit()
    return both and left.rstrip("0123456789") == right.rstrip("0123456789")


def _distance(left: str, right: str) -> int:
    """Return the number of letters that are wrong, missing, added, or swapped."""
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        current = [row]
        for column, other in enumerate(right, 1):
            best = min(
                last[column] + 1, current[column - 1] + 1, last[column - 1] + (letter != other)
            )
            swapped = column > 1 and row > 1 and letter == right[column - 2]
            if swapped and left[row - 2] == other:
                best = min(best, before[column - 2] + 1)
            current.append(best)
        before, last = last, current
    return last[-1]
