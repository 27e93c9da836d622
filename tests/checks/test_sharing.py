"""Resource shares in templates."""

from __future__ import annotations

from typing import Any

import pytest

from privatelink_constructs import check_template

CODE = "share-principal-malformed"
ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-abcdefghij"
UNIT = "arn:aws:organizations::111111111111:ou/o-abcdefghij/ou-abcd-12345678"


def findings(principal: Any) -> list[tuple[str, str]]:
    properties = {"Name": "payments", "Principals": ["222222222222", principal]}
    share = {"Type": "AWS::RAM::ResourceShare", "Properties": properties}
    template = {"Resources": {"Share": share}}
    return [(it.rule, it.property_path) for it in check_template(template, region="eu-west-1")]


@pytest.mark.parametrize(
    "principal",
    [f"{ORGANIZATION}/r-abcd", UNIT.replace("ou-abcd-", "ou-"), "arn:aws:organizations::1:x"],
)
def test_a_malformed_arn_is_found(principal: str) -> None:
    assert findings(principal) == [(CODE, "Properties.Principals.1")]


@pytest.mark.parametrize(
    "principal",
    [
        ORGANIZATION,
        UNIT,
        "arn:aws:iam::222222222222:role/Reader",
        "service.amazonaws.com",
        {"Fn::ImportValue": "Organization"},
    ],
)
def test_other_principals_pass(principal: Any) -> None:
    assert findings(principal) == []
