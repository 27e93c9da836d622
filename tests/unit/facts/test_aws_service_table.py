"""What the table says of AWS services, and that nothing loads it before it is asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import aws_cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs.facts import aws_service_table as table
from privatelink_constructs.facts import aws_services

ROOT = Path(__file__).parents[3]


def names_in_the_cdk() -> set[str]:
    """Return the names that the CDK knows, out of its own source: to ask Node takes seconds."""
    (archive,) = (Path(aws_cdk.__file__).parent / "_jsii").glob("aws-cdk-lib@*.jsii.tgz")
    with tarfile.open(archive) as files:
        source = files.extractfile("package/aws-ec2/lib/vpc-endpoint.js")
        assert source is not None
        text = source.read().decode()
    return set(re.findall(r'VpcEndpointAwsService\("([a-z0-9.-]+)"', text))


@pytest.mark.snapshot
def test_knows_every_service_that_the_cdk_knows() -> None:
    names = names_in_the_cdk()
    assert len(names) > 380
    assert {name for name in names if table.aws_service(name) is None} == set()


@pytest.mark.parametrize(
    "name",
    [
        *("ATHENA", "BEDROCK_AGENTCORE", "CODECATALYST", "COGNITO_IDENTITY_FIPS", "ECR_DOCKER"),
        pytest.param("EKS_PROXY", marks=pytest.mark.snapshot),  # newer than the oldest aws-cdk-lib
        *("IAM", "KENDRA_RANKING", "KEYSPACES", "KINESIS_STREAMS", "LAMBDA_"),
        *("S3_MULTI_REGION_ACCESS_POINTS", "SAGEMAKER_STUDIO", "SSM_MESSAGES", "XRAY"),
    ],
)
def test_knows_a_service_of_the_cdk_with_its_port(name: str) -> None:
    service = getattr(ec2.InterfaceVpcEndpointAwsService, name)
    facts = table.aws_service(service.short_name)
    assert facts is not None
    assert facts.ports == (int(service.port),)


@pytest.mark.parametrize("service", ["s3", "s3express", "dynamodb"])
def test_knows_which_services_have_gateway_endpoints(service: str) -> None:
    facts = table.aws_service(service)
    assert facts is not None
    assert facts.gateway
    assert facts.regional


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("ecr.api", "com.amazonaws.{region}.ecr.api"),
        ("notebook", "aws.sagemaker.{region}.notebook"),
        ("kendra-ranking", "aws.api.{region}.kendra-ranking"),
        ("com.amazonaws.iam", "com.amazonaws.iam"),
        ("iam", "com.amazonaws.iam"),
    ],
)
def test_knows_the_whole_name(name: str, pattern: str) -> None:
    facts = table.aws_service(name)
    assert facts is not None
    assert facts.pattern == pattern
    assert facts.regional is ("{region}" in pattern)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("airflow.env", ("env.airflow",)),
        ("ecr.dkr", ("*.dkr.ecr",)),
        ("kinesis-streams", ("kinesis", "*.control-kinesis", "*.data-kinesis")),
        ("iot.data", ()),
        ("bedrock-agent", None),
        ("notebook", None),
    ],
)
def test_knows_private_names_that_were_seen(name: str, expected: tuple[str, ...] | None) -> None:
    facts = table.aws_service(name)
    assert facts is not None
    assert facts.private_names == expected


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("ecr.dkr", "dkr.ecr"),
        ("kinesis-streams", "kinesis"),
        ("kms", "kms"),
        ("s3", None),
        ("iot.data", None),
        ("bedrock-agent", None),
        ("nobody-knows", None),
        (None, None),
    ],
)
def test_names_the_only_private_name(name: str | None, label: str | None) -> None:
    assert aws_services.private_label(name) == label


@pytest.mark.parametrize(
    ("name", "expected"),
    [("kms", True), ("eks", False), ("bedrock-agent", None)],
)
def test_knows_which_services_took_a_policy(name: str, *, expected: bool | None) -> None:
    facts = table.aws_service(name)
    assert facts is not None
    assert facts.policy is expected


def test_every_service_with_a_policy_is_known() -> None:
    assert all(map(table.aws_service, aws_services.SERVICES_WITH_POLICY))


def test_what_services_are_called_elsewhere_is_no_name_and_leads_to_one() -> None:
    assert not any(map(table.is_known_service, table.MISNOMERS))
    assert all(map(table.aws_service, table.MISNOMERS.values()))


def test_no_two_services_differ_in_separators_only() -> None:
    # Otherwise one of them would be reported as a misspelling of the other.
    assert all(table.written_alike(name) == name for name in table.aws_services())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("secretmanager", "secretsmanager"),
        ("secretsmanagers", "secretsmanager"),
        ("ssmessages", "ssmmessages"),
        ("cloudformatoin", "cloudformation"),
        ("monitroing", "monitoring"),
        ("elasticloadbalancer", None),
        ("elasticloadblancin", "elasticloadbalancing"),
        ("secretmanager-fips", "secretsmanager"),
        ("kafak", "kafka"),
        ("smm", None),
        ("mediaconvert", None),
        ("macie3", None),
        ("signer", None),
        ("bedrock-mantle", None),
        ("quite-another-service", None),
    ],
)
def test_finds_the_service_that_was_meant(name: str, expected: str | None) -> None:
    assert table.nearest_service(name) == expected


def test_takes_the_fips_endpoint_of_a_known_service() -> None:
    assert table.is_known_service("secretsmanager-fips")
    assert not table.is_known_service("nobody-knows-fips")


def test_nothing_loads_the_table_with_the_constructs() -> None:
    program = (
        "import sys, privatelink_constructs as p\n"
        "rooms = {'checks', 'cost', 'diagnosis', 'drawing'}\n"
        "names = [it for it, module in p._MODULES.items() if module.split('.')[0] not in rooms]\n"
        "[getattr(p, name) for name in names]\n"
        "sys.exit(any('aws_service_table' in name for name in sys.modules))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=False)
    assert done.returncode == 0
