"""Calls about costs that pyright strict has to accept. Nothing here is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from typing_extensions import assert_type

from privatelink_constructs import (
    CostEstimate,
    CostItem,
    CostLimit,
    HubComparison,
    PriceList,
    TemplateEnvironment,
    estimate_cost,
)

if TYPE_CHECKING:
    from aws_cdk import assertions


def estimates(read: dict[str, Any], synthesized: assertions.Template) -> CostEstimate:
    estimate_cost({"a": read}, region="eu-west-1", account="111111111111", traffic_gb=100)
    return estimate_cost(
        {"a": synthesized.to_json()},
        prices=PriceList.us_east_1(),
        traffic_gb={"*": 1, "Orders/Payments": 2.5},
        environments={"a": TemplateEnvironment(region="eu-west-1")},
    )


def an_estimate(estimate: CostEstimate) -> CostEstimate:
    assert_type(estimate.monthly_usd, float)
    assert_type(estimate.by_account, dict[str, float])
    assert_type(estimate.by_stack, dict[str, float])
    assert_type(estimate.unknown, tuple[CostItem, ...])
    return CostEstimate(
        items=estimate.items, hubs=estimate.hubs, prices=estimate.prices, notes=estimate.notes
    )


def an_item(item: CostItem) -> CostItem:
    assert_type(item.name, str)
    assert_type(item.place, str)
    return CostItem(
        stack=item.stack,
        account=item.account,
        region=item.region,
        template=item.template,
        logical_id=item.logical_id,
        path=item.path,
        usage_type=item.usage_type,
        title=item.title,
        quantity=item.quantity,
        unit=item.unit,
        monthly_usd=item.monthly_usd,
        reason=item.reason,
    )


def a_hub(hub: HubComparison) -> HubComparison:
    assert_type(hub.saving_usd, float)
    assert_type(hub.without_price, tuple[str, ...])
    return HubComparison(
        region=hub.region,
        services=hub.services,
        vpcs=hub.vpcs,
        today_usd=hub.today_usd,
        hub_usd=hub.hub_usd,
        profile_usd=hub.profile_usd,
        attachments=hub.attachments,
        attachments_usd=hub.attachments_usd,
    )


def price_lists(prices: PriceList) -> list[PriceList]:
    return [
        PriceList.from_file(path="prices.json"),
        PriceList(name="ours", date="2026", prices={"eu-west-1": {"VpcEndpoint-Hours": 0.011}}),
        PriceList(name=prices.name, date=prices.date, prices=prices.prices),
    ]


def a_limit(app: cdk.App, context: cdk.IPolicyValidationContext) -> list[object]:
    limit = CostLimit(monthly_usd=100, prices=PriceList.us_east_1(), traffic_gb=1)
    cdk.Validations.of(app).add_plugins(limit, CostLimit(monthly_usd=0.5, traffic_gb={"A": 1}))
    return [limit.name, limit.version, limit.rule_ids, limit.validate(context=context)]
