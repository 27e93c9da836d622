from __future__ import annotations

from typing import Any

import pytest

from privatelink_constructs.rules import aws_endpoints
from privatelink_constructs.rules import gateway_access as rules

LAYERS = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"
ALLOW: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def found(*statements: Any, region: str | None = "eu-west-1") -> list[str]:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    problems = rules.image_layers_allowed(policy, region=region, partition="aws")
    return [it.what for it in problems]


def on(**keys: Any) -> dict[str, Any]:
    return {**ALLOW, "Condition": {"StringEquals": keys}}


@pytest.mark.parametrize(
    "statement",
    [
        ALLOW,
        {**ALLOW, "Action": "s3:*"},
        {**ALLOW, "Action": ["s3:Get*"], "Resource": [LAYERS]},
        {**ALLOW, "Action": "S3:GETOBJECT", "Resource": "arn:aws:s3:::prod-*"},
        {"Effect": "Allow", "Principal": "*", "NotAction": "s3:Delete*", "Resource": "*"},
        {"Effect": "Allow", "Principal": "*", "Action": "*", "NotResource": "arn:aws:s3:::a/*"},
        # Who decides on what isn't the caller may allow it.
        on(**{"aws:SourceVpc": "vpc-1"}),
        {**ALLOW, "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a"}}},
        {**ALLOW, "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-a"}}},
        # What isn't known may be right.
        None,
        {**ALLOW, "Action": None},
        {**ALLOW, "Resource": [None]},
        {**ALLOW, "Condition": None},
        {**ALLOW, "Condition": {"StringEquals": None}},
    ],
)
def test_policies_that_allow_image_layers(statement: Any) -> None:
    assert not found(statement)
    assert not found(on(**{"aws:PrincipalOrgID": "o-a"}), statement)


@pytest.mark.parametrize(
    "statement",
    [
        on(**{"aws:PrincipalOrgID": "o-a"}),
        on(**{"AWS:principalaccount": "111111111111"}),
        on(**{"aws:ResourceOrgID": "o-a"}),
        {**ALLOW, "Action": "s3:PutObject"},
        {**ALLOW, "Resource": "arn:aws:s3:::amzn-s3-demo-bucket/*"},
        {**ALLOW, "Resource": "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"},
        {**ALLOW, "Effect": "Deny"},
    ],
)
def test_fails_when_a_policy_does_not_allow_image_layers(statement: Any) -> None:
    assert found(statement) == [
        "the policy doesn't allow s3:GetObject on the image layers of Amazon ECR"
    ]


def test_without_a_region_the_layers_of_any_region_may_be_right() -> None:
    other = {**ALLOW, "Resource": "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"}
    assert not found(other, region=None)


@pytest.mark.parametrize("policy", [None, "text", {"Statement": []}, {}])
def test_what_is_no_policy_passes(policy: Any) -> None:
    assert not list(rules.image_layers_allowed(policy, region=None, partition=None))


def test_gateway_rules() -> None:
    assert not list(rules.route_tables_known("s3", unknown=0, total=2))
    assert list(rules.route_tables_known("s3", unknown=1, total=2))
    assert list(rules.route_tables_known("s3", unknown=0, total=0))
    assert not list(rules.on_premises_only_with_private_dns(asked=True, private_dns=None))
    assert not list(rules.gateway_preferred("logs", gateway=False, outside=False))


def test_aws_service_rules() -> None:
    unknown = aws_endpoints.subnet_large_enough("Subnet", prefix=None, endpoints=90)
    assert not list(unknown)
    assert not list(aws_endpoints.subnet_large_enough("Subnet", prefix=28, endpoints=5))
    assert list(aws_endpoints.subnet_large_enough("Subnet", prefix=28, endpoints=6))
    assert not list(aws_endpoints.service_at_home("iam", None))
    assert not list(aws_endpoints.service_at_home("iam", "us-east-1"))
    assert not list(aws_endpoints.zones_of_aws_service("synthetics", region=None, zones=9))
    assert not list(aws_endpoints.policy_supported("logs", given=True))
    assert not list(aws_endpoints.policy_supported("datasync", given=False))
    (gap,) = aws_endpoints.service_in_bundle("a", [], kind="gateway")
    assert "endpoints for no service" in gap.what
