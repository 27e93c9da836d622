from __future__ import annotations

import pytest

from privatelink_constructs.facts.aws_service_table import MISNOMERS, aws_services
from privatelink_constructs.rules import aws_service_names as rules

USUAL = "com.amazonaws"


@pytest.mark.parametrize("name", sorted(aws_services()))
def test_each_known_service_passes(name: str) -> None:
    pattern = aws_services()[name].pattern
    prefix, region, rest = pattern.partition(".{region}.")
    if region:
        assert not list(rules.valid_aws_service_name(rest, prefix=prefix))
    else:
        assert not list(rules.valid_aws_service_name(pattern, prefix=None))


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("secretsmanager-fips", USUAL),
        ("a-service-of-tomorrow", USUAL),
        ("a-service-of-tomorrow", "aws.api"),
        ("transcribe.cn", "cn.com.amazonaws"),
        ("ecr.api", "cn.com.amazonaws"),
        ("ecr.api", "eu.amazonaws"),
        ("bedrock-mantle", USUAL),
        ("com.amazonaws.tomorrow", None),
        ("aws.api.global.tomorrow", None),
    ],
)
def test_names_that_may_be_right_pass(name: str, prefix: str | None) -> None:
    assert not list(rules.valid_aws_service_name(name, prefix=prefix))


@pytest.mark.parametrize("name", sorted(MISNOMERS))
def test_fails_when_a_service_is_called_as_elsewhere(name: str) -> None:
    (problem,) = rules.valid_aws_service_name(name, prefix=USUAL)
    assert problem.rule is rules.aws_service_name_valid
    assert MISNOMERS[name] in problem.what


@pytest.mark.parametrize(
    ("name", "prefix", "shown"),
    [
        ("ecr-api", USUAL, "com.amazonaws.{region}.ecr.api"),
        ("secrets-manager", USUAL, "com.amazonaws.{region}.secretsmanager"),
        ("iam", USUAL, "com.amazonaws.iam"),
        ("route53", USUAL, "com.amazonaws.route53"),
        ("com.amazonaws.ssm", None, "com.amazonaws.{region}.ssm"),
        ("com.amazonaws.us-east1.ssm", None, "'us-east1'"),
    ],
)
def test_fails_when_aws_has_no_such_service(name: str, prefix: str | None, shown: str) -> None:
    (problem,) = rules.valid_aws_service_name(name, prefix=prefix)
    assert problem.rule is rules.aws_service_name_valid
    assert shown in problem.what


@pytest.mark.parametrize(
    ("name", "prefix", "shown"),
    [
        ("secretmanager", USUAL, "'secretsmanager'"),
        ("cloudformatoin", USUAL, "'cloudformation'"),
        ("notebook", USUAL, "aws.sagemaker.{region}.notebook"),
        ("kms", "aws.api", "com.amazonaws.{region}.kms"),
        ("freetier", "cn.com.amazonaws", "aws.api.{region}.freetier"),
    ],
)
def test_warns_when_a_name_is_near_a_known_one(name: str, prefix: str, shown: str) -> None:
    (problem,) = rules.valid_aws_service_name(name, prefix=prefix)
    assert problem.rule is rules.aws_service_name_known
    assert shown in problem.what


@pytest.mark.parametrize(
    ("service", "endpoint", "stated"),
    [
        ("eu-west-1", "eu-west-1", None),
        ("eu-west-1", "us-east-1", "eu-west-1"),
        (None, "us-east-1", None),
        ("eu-west-1", None, None),
    ],
)
def test_regions_pass(service: str | None, endpoint: str | None, stated: str | None) -> None:
    assert not list(rules.aws_service_in_region(service, endpoint=endpoint, stated=stated))


def test_fails_when_the_name_is_of_another_region() -> None:
    (problem,) = rules.aws_service_in_region("eu-west-1", endpoint="us-east-1", stated=None)
    assert problem.rule is rules.aws_service_in_region
    assert "${AWS::Region}" in problem.rule.fix.template
