"""Calls about costs that pyright strict has to reject. Nothing here is run."""

from __future__ import annotations

from privatelink_constructs import CostLimit, PriceList, estimate_cost

CostLimit(100)  # pyright: ignore[reportCallIssue]
CostLimit(monthly_usd="100")  # pyright: ignore[reportArgumentType]
CostLimit(monthly_usd=100, prices={})  # pyright: ignore[reportArgumentType]
estimate_cost([])  # pyright: ignore[reportArgumentType]
estimate_cost({}, traffic_gb={"A": "1"})  # pyright: ignore[reportArgumentType]
PriceList(name="ours", date="2026")  # pyright: ignore[reportCallIssue]
