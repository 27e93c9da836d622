"""What is known of AWS services, held against the installed CDK, botocore, and itself."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs.facts import aws_owned_resources as owned
from privatelink_constructs.facts import aws_service_endpoints as facts
from privatelink_constructs.facts.aws_service_companions import COMPANIONS
from privatelink_constructs.facts.aws_service_zones import zones_of_service
from privatelink_constructs.facts.partitions import REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_COVERED = (
    "acm acm-fips acm-pca-fips airflow.api-fips airflow.env-fips appconfig appconfigdata "
    "application-signals applicationinsights apptest arsenal-discovery b2bi bcm-data-exports "
    "bcm-pricing-calculator bedrock-agentcore bedrock-agentcore.gateway bedrock-data-automation "
    "bedrock-data-automation-fips bedrock-data-automation-runtime "
    "bedrock-data-automation-runtime-fips bedrock-fips bedrock-runtime-fips billing ce "
    "cleanrooms-ml codecatalyst codecatalyst.git codecatalyst.packages codeconnections.api "
    "cognito-identity cognito-identity-fips cognito-idp cognito-idp-fips compute-optimizer "
    "controlcatalog cost-optimization-hub datazone deadline.management deadline.scheduling "
    "dicom-medical-imaging discovery ds-data dsql dynamodb-fips dynamodb-streams ecr-public.api "
    "eks-auth eks-proxy email email-fips emr-serverless-services.livy emr-serverless.dashboard "
    "emrwal.prod entityresolution experiments freetier geo.geofencing geo.maps geo.metadata "
    "geo.places geo.routes geo.tracking glue.dashboard guardduty guardduty-fips iam "
    "inspector-scan internetmonitor internetmonitor-fips invoicing iot.credentials kafka "
    "kafka-fips kafkaconnect kinesis-streams-fips launchwizard "
    "license-manager-linux-subscriptions license-manager-linux-subscriptions-fips mail-manager "
    "mail-manager-fips mq neptune-graph neptune-graph-data neptune-graph-fips network-firewall "
    "network-firewall-fips networkflowmonitor networkflowmonitorreports networkmonitor "
    "observabilityadmin organizations organizations-fips outposts partner-app "
    "pca-connector-scep pcs pcs-fips pi pi-fips pipes pipes-data pipes-fips pricing.api q qapps "
    "qbusiness quicksight-website ram rbin redshift-data-fips redshift-serverless "
    "redshift-serverless-fips repostspace resource-groups resource-groups-fips s3tables "
    "s3vectors sagemaker-data-science-assistant sagemaker.api-fips savingsplans schemas scn "
    "securitylake securitylake-fips serverlessrepo service.user-subscriptions shield "
    "shield-fips sms-fips social-messaging sqs-fips ssm-fips ssm-quicksetup sts-fips "
    "synthetics-fips tagging tax thinclient.api timestream-influxdb timestream-influxdb-fips "
    "trustedadvisor wafv2 wafv2-fips wellarchitected workmail workspaces-web workspaces-web-fips"
)
"""The services that the locked CDK has a constant for, and that the facts don't cover."""


@cache
def constants() -> dict[str, ec2.InterfaceVpcEndpointAwsService]:
    kind = ec2.InterfaceVpcEndpointAwsService
    names = [name for name in dir(kind) if re.fullmatch(r"[A-Z][A-Z0-9_]*", name)]
    found = [getattr(kind, name) for name in names]
    return {it.short_name: it for it in found if isinstance(it, kind)}


@pytest.mark.snapshot
def test_which_constants_of_the_cdk_the_facts_do_not_cover() -> None:
    assert sorted(set(constants()) - facts.known_services()) == NOT_COVERED.split()


def test_ports_are_those_of_the_cdk_but_for_three() -> None:
    others = {
        name
        for name, service in constants().items()
        if facts.ports_of(name) not in {None, (int(service.port),)}
    }
    assert others == {"email-smtp", "iot.data", "storagegateway"}
    assert facts.further_ports_of("logs") == ()
    assert facts.ports_of("email-smtp") == (25, 465, 587, 2465, 2587)
    assert facts.ports_of("brand-new") is None


@pytest.mark.snapshot
def test_whole_names_are_those_of_the_cdk() -> None:
    import aws_cdk as cdk  # noqa: PLC0415 - for one question

    env = cdk.Environment(account="111111111111", region="eu-west-1")
    stack = cdk.Stack(cdk.App(), "Stack", env=env)
    theirs: dict[str, str] = stack.resolve({name: it.name for name, it in constants().items()})
    ours = {name: facts.service_name(name, "eu-west-1") for name in theirs}
    assert ours == theirs


def hosts(region: str) -> Iterator[str]:
    """Yield the host names of services in a Region that botocore knows."""
    partition: Any = botocore.session.get_session().get_data("endpoints")["partitions"][0]
    for name, service in partition["services"].items():
        endpoint = service["endpoints"].get(region)
        if endpoint is not None:
            yield endpoint.get("hostname", f"{name}.{region}.amazonaws.com")


def test_private_names_by_the_rule_are_host_names_of_botocore() -> None:
    known = set(hosts("eu-west-1"))
    by_rule = [it for it in facts.known_services() if facts.follows_rule(it)]
    confirmed = [
        it for it in by_rule if facts.private_names(it, "eu-west-1", "amazonaws.com")[0] in known
    ]
    assert len(confirmed) > 100


@pytest.mark.parametrize(
    ("service", "names"),
    [
        ("logs", ["logs.eu-west-1.amazonaws.com"]),
        ("ecr.api", ["api.ecr.eu-west-1.amazonaws.com"]),
        ("ecr.dkr", ["*.dkr.ecr.eu-west-1.amazonaws.com"]),
        ("airflow.env", ["env.airflow.eu-west-1.amazonaws.com"]),
        ("ecs-agent", ["ecs-a.eu-west-1.amazonaws.com"]),
        ("iot.data", []),
        ("dynamodb", []),
        ("eks-auth", ["eks-auth.eu-west-1.api.aws"]),
        ("studio", ["*.studio.eu-west-1.sagemaker.aws"]),
        ("s3-global.accesspoint", ["*.accesspoint.s3-global.amazonaws.com"]),
        ("brand-new", ["brand-new.eu-west-1.amazonaws.com"]),
    ],
)
def test_private_names(service: str, names: list[str]) -> None:
    assert list(facts.private_names(service, "eu-west-1", "amazonaws.com")) == names
    expected = None if service == "brand-new" else bool(names)
    assert facts.has_private_name(service) is expected


def test_policies() -> None:
    assert facts.takes_policy("logs") is True
    assert facts.takes_policy("datasync") is False
    assert facts.takes_policy("brand-new") is None
    assert sum(facts.takes_policy(it) is False for it in facts.known_services()) == 34


@pytest.mark.parametrize(
    ("name", "region", "service"),
    [
        ("com.amazonaws.eu-west-1.ecr.api", "eu-west-1", "ecr.api"),
        ("com.amazonaws.s3-global.accesspoint", None, "s3-global.accesspoint"),
        ("com.amazonaws.iam", None, "iam"),
        ("com.amazonaws.other", None, None),
    ],
)
def test_names_without_the_region(name: str, region: str | None, service: str | None) -> None:
    assert facts.without_region(name, region) == service


def test_zones() -> None:
    assert zones_of_service("synthetics", "us-west-1") == 1
    assert zones_of_service("logs", "us-west-1") is None
    assert zones_of_service("logs", "mars-north-1") is None


def test_companions_and_what_they_are_for_are_known_services() -> None:
    named = {*COMPANIONS, *(it.service for found in COMPANIONS.values() for it in found)}
    assert named <= facts.known_services()
    assert all(it.source.startswith("https://docs.") for them in COMPANIONS.values() for it in them)


def test_what_belongs_to_aws_has_a_source() -> None:
    sids = [it.sid for it in owned.OWNED_RESOURCES]
    assert len(sids) == len(set(sids))
    for entry in owned.OWNED_RESOURCES:
        assert re.fullmatch(r"[A-Za-z0-9]+", entry.sid)
        assert entry.source.startswith("https://")
        assert all(it.startswith("arn:${AWS::Partition}:") for it in entry.resources)
        assert not (entry.anyone and "*" in entry.actions)
        assert entry.accounts is None or set(entry.accounts) <= {*REGIONS, "ap-southeast-6"}


def test_what_anyone_may_do_is_to_named_resources() -> None:
    for entry in owned.OWNED_RESOURCES:
        for arn in entry.resources if entry.anyone and not entry.own_resources else ():
            bucket = arn.removeprefix("arn:${AWS::Partition}:s3:::").partition("/")[0]
            assert "*" not in bucket, entry.sid
