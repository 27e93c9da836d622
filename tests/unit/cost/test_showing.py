"""How an estimate is shown: all of it, with its prices, whatever the format."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.cost.templates import PRICED, endpoint, estimated, load_balancer, service

from privatelink_constructs import PriceList, TemplateEnvironment, estimate_cost
from privatelink_constructs.cost.showing import as_json, as_markdown, as_text

RESOURCES: dict[str, Any] = {
    "Payments": endpoint(3),
    "Service": service("Balancer"),
    "Balancer": load_balancer(),
}
TEXT = """\
Estimate per month of 730 hours, without taxes and discounts.
Prices: AWS list prices of US East (N. Virginia), us-east-1, 2026-11-28.

East (111111111111, us-east-1)
  Balancer: Network Load Balancer                        730 hours  16.43
  Payments: interface endpoint, per Availability Zone  2,190 hours  21.90
  Payments: data of interface endpoints                      50 GB   0.50
  stack                                                             38.83

total    38.83 USD per month

Not known, and not in the total:
  capacity units of load balancers: they follow from new connections, active connections, and data \
(Balancer)
"""


def test_text_has_sums_and_what_is_not_known() -> None:
    estimate = estimated(RESOURCES, traffic_gb=50)
    assert as_text(estimate) == str(estimate) == TEXT


def test_text_without_anything_to_pay() -> None:
    assert as_text(estimated({})).splitlines()[2:] == ["", "total    0.00 USD per month"]


def test_text_has_sums_of_accounts_where_there_are_several() -> None:
    places = {
        "A": TemplateEnvironment(account="111111111111"),
        "B": TemplateEnvironment(),
    }
    templates = {name: {"Resources": {"Payments": endpoint(1)}} for name in places}
    text = str(estimate_cost(templates, environments=places))
    assert "account 111111111111     7.30\naccount not known        7.30\n" in text


def test_many_resources_of_which_the_same_is_not_known_take_one_line() -> None:
    text = as_text(estimated({f"E{number}": endpoint(1) for number in range(7)}))
    assert "its traffic isn't specified (E0, E1, E2, E3, E4, and 2 more)" in text


def test_text_says_what_a_hub_would_save() -> None:
    shared = {
        name: endpoint(3, VpcId=name, ServiceName="com.amazonaws.us-east-1.logs")
        for name in ("vpc-1", "vpc-2")
    }
    costs_more = as_text(estimated(shared, prices=PRICED)).splitlines()[-1]
    assert costs_more == (
        "  us-east-1: costs 598.60 USD more per month for logs in 2 VPCs (endpoints cost 21.90 "
        "instead of 43.80, Route 53 Profiles 547.50, transit gateway attachments 73.00), without "
        "data through the transit gateway"
    )
    prices = PriceList(
        name="ours",
        date="2026",
        prices={"us-east-1": {"VpcEndpoint-Hours": 0.01, "Profile-Hours": 0}},
    )
    saves = as_text(estimated(shared, prices=prices)).splitlines()[-1]
    assert saves == (
        "  us-east-1: saves 21.90 USD per month for logs in 2 VPCs (endpoints cost 21.90 instead "
        "of 43.80), without 2 transit gateway attachments and data through the transit gateway"
    )


def test_markdown() -> None:
    resources = {**RESOURCES, "Pay|ments": endpoint(1)}
    text = as_markdown(estimated(resources, traffic_gb=50))
    assert text.startswith(
        "**46.62 USD per month** for AWS PrivateLink. Estimate per month of 730 hours, without "
        "taxes and discounts. Prices: AWS list prices of US East (N. Virginia), us-east-1, "
        "2026-11-28.\n\n| stack | resource | what | quantity | USD |\n|---|---|---|---:|---:|\n"
    )
    assert r"| Pay\|ments | interface endpoint, per Availability Zone | 730 hours | 7.30 |" in text
    assert "- East (111111111111, us-east-1): 46.62\n- account 111111111111: 46.62\n" in text


def test_markdown_without_anything_to_pay() -> None:
    text = as_markdown(estimated({}))
    assert text.startswith("**0.00 USD per month**")
    assert "|" not in text


def test_json() -> None:
    shown = json.loads(as_json(estimated(RESOURCES, traffic_gb=50)))
    assert shown["prices"]["date"] == "2026-11-28"
    assert shown["monthly_usd"] == 38.83
    assert shown["stacks"] == {"East (111111111111, us-east-1)": 38.83}
    assert shown["accounts"] == {"111111111111": 38.83}
    assert [it["monthly_usd"] for it in shown["items"]] == [16.43, None, 21.9, 0.5]
    assert shown["hubs"] == []


def test_json_of_a_hub() -> None:
    shared = {
        name: endpoint(3, VpcId=name, ServiceName="com.amazonaws.us-east-1.logs")
        for name in ("vpc-1", "vpc-2")
    }
    (hub,) = json.loads(as_json(estimated(shared)))["hubs"]
    assert (hub["services"], hub["saving_usd"], hub["attachments_usd"]) == (["logs"], -525.6, None)
