from __future__ import annotations

import pytest

from privatelink_constructs.rules import gateway_endpoints as rules

PRESENT = [rules.s3_gateway_present, rules.inbound_resolver_gateway_present]


@pytest.mark.parametrize("count", [None, 1, 5])
def test_route_tables_pass(count: int | None) -> None:
    assert not list(rules.route_table_present(count))


def test_warns_when_there_is_no_route_table() -> None:
    (problem,) = rules.route_table_present(0)
    assert problem.rule is rules.route_table_present


@pytest.mark.parametrize("present", [True, None])
@pytest.mark.parametrize("rule", PRESENT, ids=lambda rule: rule.id)
def test_a_gateway_endpoint_passes(rule: type, *, present: bool | None) -> None:
    assert not list(rule(present=present))


@pytest.mark.parametrize("rule", PRESENT, ids=lambda rule: rule.id)
def test_fails_when_there_is_no_gateway_endpoint(rule: type) -> None:
    (problem,) = rule(present=False)
    assert problem.rule is rule
    assert "gateway endpoint" in problem.what


@pytest.mark.parametrize("gateway", [True, None])
def test_the_option_of_a_service_with_gateway_endpoints_passes(*, gateway: bool | None) -> None:
    assert not list(rules.inbound_resolver_supported(service="s3", gateway=gateway))


def test_fails_when_the_service_has_no_gateway_endpoints() -> None:
    (problem,) = rules.inbound_resolver_supported(service="kms", gateway=False)
    assert problem.rule is rules.inbound_resolver_supported
    assert "kms has no gateway endpoints" in problem.what


def test_the_order_passes() -> None:
    assert not list(rules.gateway_created_first(None))


def test_warns_when_the_gateway_endpoint_may_come_later() -> None:
    (problem,) = rules.gateway_created_first("Gateway")
    assert problem.rule is rules.gateway_created_first
    assert problem.what.endswith("Gateway")
