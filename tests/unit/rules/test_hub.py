"""The rules for endpoint hubs."""

from __future__ import annotations

from privatelink_constructs.rules import hub as rules


def test_takes_an_endpoint_of_the_vpc() -> None:
    assert list(rules.hub_endpoint_in_vpc("Endpoint Kms", "vpc-1", None)) == []


def test_fails_when_an_endpoint_is_in_another_vpc() -> None:
    [problem] = rules.hub_endpoint_in_vpc("Endpoint Kms", "vpc-1", "vpc-2")
    assert (problem.rule.id, "vpc-2" in problem.what) == ("hub-endpoint-vpc-mismatch", True)


def test_takes_an_environment_that_is_not_known() -> None:
    hub = ("111111111111", "eu-west-1")
    for other in ((None, None), ("111111111111", None), hub):
        assert list(rules.hub_endpoint_in_environment("Endpoint Kms", hub, other)) == []


def test_fails_when_an_endpoint_is_in_another_account_and_region() -> None:
    hub, other = ("111111111111", "eu-west-1"), ("222222222222", "us-east-1")
    found = list(rules.hub_endpoint_in_environment("Endpoint Kms", hub, other))
    assert {it.rule.id for it in found} == {"hub-endpoint-environment-mismatch"}
    assert ["account" in it.what for it in found] == [True, False]
