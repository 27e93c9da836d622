"""What is read of an ARN that is literal in part."""

from __future__ import annotations

import pytest

from privatelink_constructs.facts.arns import (
    UNKNOWN,
    Arn,
    is_account,
    is_stand_in,
    may_begin_with,
    parse_arn,
    region_in_arn,
)

GAP = "${Token[AWS.AccountId.4]}"
LITERAL = "arn:aws:acm:eu-west-1:111111111111:certificate/0123"
WHOLE = Arn("aws", "acm", "eu-west-1", "111111111111", "certificate/0123", complete=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (LITERAL, WHOLE),
        (LITERAL.replace("aws", GAP, 1), WHOLE._replace(partition=None)),
        (LITERAL.replace("acm", GAP, 1), WHOLE._replace(service=None)),
        (LITERAL.replace("eu-west-1", GAP), WHOLE._replace(region=None)),
        (LITERAL.replace("111111111111", GAP), WHOLE._replace(account=None)),
        (LITERAL.replace("0123", GAP), WHOLE._replace(resource="certificate/", complete=False)),
        (LITERAL.replace("eu-west-1:111111111111", GAP), Arn("aws", "acm")),
        (f"arn:aws:{GAP}", Arn("aws")),
        ("arn:aws:sns:a:1:b:c", Arn("aws", "sns", "a", "1", "b:c", complete=True)),
        ("arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/network/a/1", UNKNOWN),
        (f"ar{GAP}", UNKNOWN),
        (f"{GAP}:certificate/0123", UNKNOWN),
        ("dummy-value-for-/certificate", UNKNOWN),
        ("#{Token[TOKEN.1]}", UNKNOWN),
        (GAP, UNKNOWN),
        (None, UNKNOWN),
        (f"certificate/{GAP}", None),
        ("certificate/0123", None),
        ("arn:aws:acm:eu-west-1:1", None),
        ("", None),
    ],
)
def test_the_parts_of_an_arn(text: str | None, found: Arn | None) -> None:
    assert parse_arn(text) == found


@pytest.mark.parametrize(
    ("text", "region"),
    [
        (LITERAL, "eu-west-1"),
        (LITERAL.replace("eu-west-1", ""), None),
        (LITERAL.replace("eu-west-1", GAP), None),
        (LITERAL.replace("111111111111", GAP), "eu-west-1"),
        (LITERAL.replace("acm", "iam"), None),
        ("certificate/0123", None),
        (None, None),
    ],
)
def test_the_region_in_an_arn(text: str | None, region: str | None) -> None:
    assert region_in_arn(text, "acm") == region


@pytest.mark.parametrize("text", ["aws", "1", "", None, "1" * 13])
def test_what_is_no_account(text: str | None) -> None:
    assert not is_account(text)
    assert is_account("111111111111")


@pytest.mark.parametrize(
    ("resource", "complete", "may"),
    [
        ("role/a", True, True),
        ("role/", False, True),
        ("ro", False, True),
        ("", False, True),
        ("ro", True, False),
        ("user/a", False, False),
    ],
)
def test_what_a_resource_may_begin_with(resource: str, *, complete: bool, may: bool) -> None:
    assert may_begin_with(Arn(resource=resource, complete=complete), "role/") is may


def test_a_load_balancer_that_is_to_be_looked_up() -> None:
    assert is_stand_in("arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/network/a/1")
    assert not is_stand_in("arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/net/a/1")
