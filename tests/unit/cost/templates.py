"""Resources of templates that cost something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from privatelink_constructs import PriceList, TemplateEnvironment, estimate_cost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs import CostEstimate

Json = dict[str, Any]
EAST = TemplateEnvironment(region="us-east-1", account="111111111111", stack_name="East")
SUBNETS = [f"subnet-{number:017x}" for number in range(1, 7)]
SERVICE = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
PRICED = PriceList(
    name="our prices",
    date="2026-11-01",
    prices={
        "us-east-1": {
            "VpcEndpoint-Hours": 0.01,
            "Profile-Hours": 0.75,
            "TransitGateway-Hours": 0.05,
        }
    },
)


def resource(kind: str, **properties: Any) -> Json:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def endpoint(zones: int = 3, **properties: Any) -> Json:
    """Return an interface endpoint."""
    return resource(
        "EC2::VPCEndpoint",
        **{
            "VpcEndpointType": "Interface",
            "ServiceName": SERVICE,
            "VpcId": "vpc-0123456789abcdef0",
            "SubnetIds": SUBNETS[:zones],
            **properties,
        },
    )


def load_balancer() -> Json:
    return resource(
        "ElasticLoadBalancingV2::LoadBalancer", Type="network", Scheme="internal", Subnets=SUBNETS
    )


def service(*load_balancers: str, **properties: Any) -> Json:
    arns = [{"Ref": name} for name in load_balancers]
    return resource("EC2::VPCEndpointService", NetworkLoadBalancerArns=arns, **properties)


def estimated(
    resources: Json,
    *,
    place: TemplateEnvironment = EAST,
    prices: PriceList | None = None,
    traffic_gb: float | Mapping[str, float] | None = None,
    **sections: Any,
) -> CostEstimate:
    """Return the estimate for one template."""
    return estimate_cost(
        {"East.template.json": {"Resources": resources, **sections}},
        prices=prices,
        traffic_gb=traffic_gb,
        environments={"East.template.json": place},
    )


def usd(estimate: CostEstimate) -> dict[str, float]:
    """Return what each resource costs, by logical ID and usage type, rounded to a thousandth."""
    return {
        f"{it.logical_id} {it.usage_type}": round(it.monthly_usd, 3)
        for it in estimate.items
        if it.monthly_usd is not None
    }


def reasons(estimate: CostEstimate) -> dict[str, str]:
    """Return why something isn't known, by logical ID and usage type."""
    return {f"{it.logical_id} {it.usage_type}": it.reason for it in estimate.unknown}
