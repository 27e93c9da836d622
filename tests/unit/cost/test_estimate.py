"""What is charged for, against figures that were worked out on paper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.refusals import refusal
from tests.unit.cost.templates import (
    EAST,
    PRICED,
    SUBNETS,
    endpoint,
    estimated,
    load_balancer,
    reasons,
    resource,
    service,
    usd,
)

from privatelink_constructs import PriceList, TemplateEnvironment, estimate_cost
from privatelink_constructs.cloudformation.loading import load
from privatelink_constructs.cost.charges import NO_TRAFFIC

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs import CostEstimate

CORPUS = Path(__file__).parents[2] / "checks" / "corpus"
FILES = sorted(path for path in CORPUS.rglob("*") if path.suffix in {".json", ".yaml"})


def total(estimate: CostEstimate) -> float:
    return round(estimate.monthly_usd, 3)


# 730 hours x 3 Availability Zones x 0.01 USD = 21.90 USD.
def test_an_interface_endpoint_costs_per_zone() -> None:
    estimate = estimated({"Payments": endpoint(3)})
    assert usd(estimate) == {"Payments VpcEndpoint-Hours": 21.9}
    (hours, _) = estimate.items
    assert (hours.quantity, hours.unit, hours.reason) == (2190, "hours", "")
    assert (hours.stack, hours.account, hours.region) == ("East", "111111111111", "us-east-1")
    assert reasons(estimate) == {"Payments VpcEndpoint-Bytes": NO_TRAFFIC}


# 3 load balancers x 730 hours x 0.0225 USD = 49.275 USD.
def test_a_service_costs_per_load_balancer() -> None:
    names = ("A", "B", "C")
    estimate = estimated(
        {"Service": service(*names), **{name: load_balancer() for name in (*names, "Other")}}
    )
    assert usd(estimate) == {f"{name} LoadBalancerUsage": 16.425 for name in names}
    assert total(estimate) == 49.275
    assert set(reasons(estimate)) == {f"{name} LCUUsage" for name in names}


@pytest.mark.parametrize(
    ("gigabytes", "expected"),
    [
        (0, 0.0),
        (100, 1.0),  # 100 x 0.01
        (1_048_576, 10_485.76),
        # 10,485.76 + (1,400,000 - 1,048,576 = 351,424) x 0.006 = 2,108.544
        (1_400_000, 12_594.304),
        # 10,485.76 + 4,194,304 x 0.006 = 25,165.824, + (6,000,000 - 5,242,880) x 0.004 = 3,028.48
        (6_000_000, 38_680.064),
    ],
)
def test_data_costs_by_tiers(gigabytes: int, expected: float) -> None:
    estimate = estimated({"Payments": endpoint(1)}, traffic_gb=gigabytes)
    assert usd(estimate)["Payments VpcEndpoint-Bytes"] == expected
    assert estimate.unknown == ()


# Both together are 1,400,000 GB: 12,594.304 USD, a quarter and three quarters of it.
def test_endpoints_of_an_account_share_the_tiers() -> None:
    estimate = estimated(
        {"A": endpoint(1), "B": endpoint(1)}, traffic_gb={"A": 350_000, "*": 1_050_000}
    )
    assert usd(estimate)["A VpcEndpoint-Bytes"] == 3_148.576
    assert usd(estimate)["B VpcEndpoint-Bytes"] == 9_445.728


def test_accounts_and_regions_have_tiers_of_their_own() -> None:
    places = {
        "a": EAST,
        "b": TemplateEnvironment(region="us-east-1", account="222222222222"),
        "c": TemplateEnvironment(region="eu-west-1", account="111111111111"),
    }
    templates = {name: {"Resources": {"A": endpoint(1)}} for name in places}
    estimate = estimate_cost(templates, environments=places, traffic_gb=1_048_576)
    costs = [round(it.monthly_usd or 0, 2) for it in estimate.items if it.unit == "GB"]
    assert costs == [10_485.76] * 3
    assert {key: round(it, 2) for key, it in estimate.by_account.items()} == {
        "111111111111": 20_986.12,
        "222222222222": 10_493.06,
    }
    assert set(estimate.by_stack) == {
        "East (111111111111, us-east-1)",
        "b (222222222222, us-east-1)",
        "c (111111111111, eu-west-1)",
    }
    assert estimate.notes == ("The prices of us-east-1 are used for eu-west-1.",)


# One Availability Zone: 730 x 0.01 = 7.30 USD; 1,000 GB x 0.0035 = 3.50 USD.
def test_a_gateway_load_balancer_endpoint() -> None:
    estimate = estimated(
        {"Inspect": endpoint(1, VpcEndpointType="GatewayLoadBalancer")}, traffic_gb=1000
    )
    assert usd(estimate) == {
        "Inspect VpcEndpoint-GWLBE-Bytes": 3.5,
        "Inspect VpcEndpoint-GWLBE-Hours": 7.3,
    }


@pytest.mark.parametrize("kind", ["Gateway", None])
def test_gateway_endpoints_are_free(kind: str | None) -> None:
    properties = {"VpcEndpointType": kind} if kind else {}
    gateway = resource("EC2::VPCEndpoint", ServiceName="com.amazonaws.us-east-1.s3", **properties)
    assert estimated({"S3": gateway}).items == ()


# 730 x 0.02 = 14.60 USD. AWS doesn't say what several Availability Zones cost.
def test_a_resource_endpoint_in_one_zone() -> None:
    estimate = estimated({"Orders": endpoint(1, VpcEndpointType="Resource")})
    assert usd(estimate) == {"Orders VpcEndpoint-Resource-Hours": 14.6}


def test_a_resource_endpoint_in_several_zones_is_not_known() -> None:
    found = reasons(estimated({"Orders": endpoint(2, VpcEndpointType="Resource")}))
    assert "per endpoint or per Availability Zone" in found["Orders VpcEndpoint-Resource-Hours"]


# 2 addresses x 730 x 0.125 = 182.50 USD.
def test_a_resolver_endpoint_costs_per_address() -> None:
    addresses = [{"SubnetId": subnet} for subnet in SUBNETS[:2]]
    estimate = estimated(
        {"Inbound": resource("Route53Resolver::ResolverEndpoint", IpAddresses=addresses)}
    )
    assert usd(estimate) == {"Inbound ResolverNetworkInterface": 182.5}


# 730 x 0.75 = 547.50 USD per account and Region; (103 - 100) x 730 x 0.0014 = 3.066 USD.
@pytest.mark.parametrize(("vpcs", "further"), [(0, None), (100, None), (103, 3.066)])
def test_profiles_cost_once_per_account_and_region(vpcs: int, further: float | None) -> None:
    associations = {
        f"Vpc{number}": resource(
            "Route53Profiles::ProfileAssociation", ProfileId={"Ref": "A"}, ResourceId="vpc-1"
        )
        for number in range(vpcs)
    }
    profiles = {name: resource("Route53Profiles::Profile", Name=name) for name in ("A", "B")}
    expected = {"A Profile-Hours": 547.5}
    if further:
        expected["A ProfileAssociation-Hours"] = further
    assert usd(estimated({**profiles, **associations})) == expected


def test_the_service_owner_pays_where_the_service_says_so() -> None:
    places = {
        "Provider": TemplateEnvironment(region="us-east-1", account="222222222222"),
        "Consumer": EAST,
    }
    name = {"Fn::Join": ["", ["com.amazonaws.vpce.us-east-1.", {"Fn::ImportValue": "Service"}]]}
    templates = {
        "Provider": {
            "Resources": {"Service": service(PayerResponsibility="ServiceOwner")},
            "Outputs": {"Id": {"Value": {"Ref": "Service"}, "Export": {"Name": "Service"}}},
        },
        "Consumer": {"Resources": {"Payments": endpoint(1, ServiceName=name)}},
    }
    places["Provider"] = TemplateEnvironment(region="us-east-1", account="222222222222")
    estimate = estimate_cost(
        templates, environments={**places, "Consumer": TemplateEnvironment(region="us-east-1")}
    )
    assert {k: round(v, 2) for k, v in estimate.by_account.items()} == {"222222222222": 7.3}
    assert "of its consumers" in reasons(estimate)["Service VpcEndpoint-Hours"]


UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "subnets of a parameter": (
        endpoint(SubnetIds={"Ref": "Subnets"}),
        "only the deployment knows in how many Availability Zones it is",
    ),
    "a subnet under a condition": (
        endpoint(SubnetIds=[SUBNETS[0], {"Fn::If": ["Prod", SUBNETS[1], {"Ref": "AWS::NoValue"}]}]),
        "only the deployment knows in how many Availability Zones it is",
    ),
    "no subnets": (
        endpoint(SubnetIds={"Ref": "AWS::NoValue"}),
        "only the deployment knows in how many Availability Zones it is",
    ),
    "a type of a parameter": (
        endpoint(VpcEndpointType={"Ref": "Type"}),
        "only the deployment knows its type",
    ),
    "a service network": (
        endpoint(VpcEndpointType="ServiceNetwork"),
        "no price of endpoints of type ServiceNetwork is known",
    ),
    "a condition": (
        {**endpoint(), "Condition": "Prod"},
        "only the deployment knows whether the condition Prod holds",
    ),
    "a transit gateway attachment": (
        resource("EC2::TransitGatewayAttachment", VpcId="vpc-1"),
        "there is no price of TransitGateway-Hours",
    ),
    "a private hosted zone": (
        resource("Route53::HostedZone", Name="a.example.com", VPCs=[{"VPCId": "vpc-1"}]),
        "there is no price of HostedZone",
    ),
    "a shared resource": (
        resource("VpcLattice::ResourceConfiguration", Name="orders"),
        "it is the data of all consumers, which isn't known",
    ),
    "addresses of a parameter": (
        resource("Route53Resolver::ResolverEndpoint", IpAddresses={"Ref": "Addresses"}),
        "only the deployment knows how many IP addresses it has",
    ),
}
SECTIONS: dict[str, Any] = {
    "Parameters": {
        "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"},
        "Subnet": {"Type": "AWS::EC2::Subnet::Id"},
        "Type": {"Type": "String"},
        "Stage": {"Type": "String"},
        "Addresses": {"Type": "CommaDelimitedList"},
    },
    "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_is_not_known_is_listed_and_not_counted(case: str) -> None:
    definition, reason = UNKNOWN[case]
    estimate = estimated({"It": definition}, **SECTIONS)
    assert reason in reasons(estimate).values()
    assert estimate.monthly_usd == 0


def test_single_parameters_are_one_subnet_each() -> None:
    subnets = [{"Ref": "Subnet"}, {"Fn::Select": [0, {"Ref": "Subnets"}]}]
    estimate = estimated({"Payments": endpoint(SubnetIds=subnets)}, **SECTIONS)
    assert total(estimate) == 14.6


def test_parameters_that_are_given_make_it_known() -> None:
    place = TemplateEnvironment(parameters={"Subnets": "subnet-1,subnet-2", "Stage": "prod"})
    given = {**endpoint(SubnetIds={"Ref": "Subnets"}), "Condition": "Prod"}
    assert total(estimated({"Payments": given}, place=place, **SECTIONS)) == 14.6


def test_gateway_load_balancers_have_no_price() -> None:
    resources = {
        "Firewalls": resource("ElasticLoadBalancingV2::LoadBalancer", Type="gateway"),
        "Service": resource(
            "EC2::VPCEndpointService",
            GatewayLoadBalancerArns=[{"Ref": "Firewalls"}, "arn:aws:elasticloadbalancing:x"],
        ),
    }
    assert set(reasons(estimated(resources))) == {
        "Firewalls GatewayLoadBalancerUsage",
        "Firewalls LCUUsage",
    }


def test_public_hosted_zones_are_left_out() -> None:
    assert not estimated({"Zone": resource("Route53::HostedZone", Name="example.com")}).items


def test_names_are_construct_paths_where_the_template_has_them() -> None:
    defined = {**endpoint(1), "Metadata": {"aws:cdk:path": "Orders/Payments/Resource"}}
    estimate = estimated({"Payments1": defined}, traffic_gb={"Orders/Payments": 100})
    assert {it.name for it in estimate.items} == {"Orders/Payments"}
    assert total(estimate) == 8.3


def test_nested_stacks_belong_to_the_stack_around_them() -> None:
    templates: dict[str, dict[str, Any]] = {
        "root.yaml": {
            "Resources": {"Nested": resource("CloudFormation::Stack", TemplateURL="nested.yaml")}
        },
        "nested.yaml": {"Resources": {"Payments": endpoint(1)}},
    }
    estimate = estimate_cost(templates, region="us-east-1")
    assert set(estimate.by_stack) == {"root (us-east-1)"}
    assert set(estimate.by_account) == {"account not known"}


def test_a_template_that_cannot_be_seen_is_noted() -> None:
    estimate = estimated({"Payments": endpoint(1)}, Transform="Our::Macro")
    assert estimate.items == ()
    (note,) = estimate.notes
    assert note.startswith("Not everything in East.template.json can be seen: a macro, a loop,")
    named = estimate_cost({"": {"Resources": {}, "Transform": "Our::Macro"}})
    assert "Not everything in the template can be seen" in named.notes[0]


# Prices.


def test_a_list_with_one_region_stands_for_all_of_its_partition() -> None:
    ireland = TemplateEnvironment(region="eu-west-1")
    assert total(estimated({"A": endpoint(1)}, place=ireland)) == 7.3
    china = TemplateEnvironment(region="cn-north-1")
    estimate = estimated({"A": endpoint(1)}, place=china)
    assert estimate.monthly_usd == 0
    assert estimate.notes == ("There are no prices for cn-north-1.",)
    unplaced = estimated({"A": endpoint(1)}, place=TemplateEnvironment())
    assert total(unplaced) == 7.3
    assert unplaced.notes == ("The prices of us-east-1 are used for a Region that isn't known.",)


def test_a_list_with_several_regions_stands_for_these_only() -> None:
    prices = PriceList(
        name="ours",
        date="2026",
        prices={
            "us-east-1": {"VpcEndpoint-Hours": 0.01},
            "eu-west-1": {"VpcEndpoint-Hours": 0.02},
        },
    )
    costs = {
        region: total(
            estimated({"A": endpoint(1)}, place=TemplateEnvironment(region=region), prices=prices)
        )
        for region in ("us-east-1", "eu-west-1", "eu-west-3")
    }
    assert costs == {"us-east-1": 7.3, "eu-west-1": 14.6, "eu-west-3": 0}


def test_a_price_of_zero_is_a_price() -> None:
    prices = PriceList(name="ours", date="2026", prices={"us-east-1": {"VpcEndpoint-Hours": 0}})
    estimate = estimated({"A": endpoint(1)}, prices=prices)
    assert usd(estimate) == {"A VpcEndpoint-Hours": 0}


def test_the_built_in_list_leaves_out_what_is_not_verified() -> None:
    (listed,) = PriceList.us_east_1().prices.values()
    assert not {
        "LCUUsage",
        "TransitGateway-Hours",
        "HostedZone",
        "GatewayLoadBalancerUsage",
        "VpcResource-Consumer-Bytes",
        "VpcResource-Provider-Bytes",
    } & set(listed)


def test_prices_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    tiers = [[1000, 0.02], [None, 0.01]]
    content = {
        "name": "ours",
        "date": "2026-11-01",
        "prices": {"us-east-1": {"VpcEndpoint-Bytes": tiers}},
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    estimate = estimated({"A": endpoint(1)}, prices=PriceList.from_file(str(path)), traffic_gb=1500)
    assert usd(estimate) == {"A VpcEndpoint-Bytes": 25.0}
    assert reasons(estimate) == {"A VpcEndpoint-Hours": "there is no price of VpcEndpoint-Hours"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not a JSON file with prices"),
        ("[]", "is not a JSON file with prices"),
        ("{}", "has no 'date'"),
        ('{"name": "a", "date": "b", "prices": {}, "currency": "EUR"}', "has 'currency'"),
        ('{"name": "a", "date": "b", "prices": 1}', "are not by Region and usage type"),
        ('{"name": "a", "date": "b", "prices": {"eu-west-1": 1}}', "are not by Region and usage"),
    ],
)
def test_fails_when_a_file_has_no_prices(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(content, encoding="utf-8")
    with refusal("cost-file-malformed", f".*{message}"):
        PriceList.from_file(str(path))


HOURS = "VpcEndpoint-Hours"


@pytest.mark.parametrize(
    ("name", "date", "prices", "message"),
    [
        ("", "2026", {"eu-west-1": {HOURS: 1}}, "the name of the prices is empty"),
        ("ours", " ", {"eu-west-1": {HOURS: 1}}, "the date of the prices is empty"),
        ("ours", "2026", {}, "there are no prices"),
        ("ours", "2026", {"Ireland": {HOURS: 1}}, "'Ireland' is not a valid Region"),
        ("ours", "2026", {"eu-west-1": {"EU-VpcEndpoint-Hours": 1}}, "there is no usage type"),
        *(
            ("ours", "2026", {"eu-west-1": {HOURS: price}}, "is not a price of VpcEndpoint-Hours")
            for price in (
                -1,
                True,
                "1",
                float("nan"),
                float("inf"),
                None,
                [],
                [0.01],
                [[None]],
                [[None, -1]],
                [[1, 0.01]],
                [["1", 0.01], [None, 1]],
                [[0, 0.01], [None, 0.02]],
                [[2, 0.01], [1, 0.01], [None, 0.02]],
                [[None, 0.01], [None, 0.02]],
            )
        ),
    ],
    ids=str,
)
def test_fails_when_prices_are_malformed(
    name: str, date: str, prices: Mapping[str, Mapping[str, object]], message: str
) -> None:
    with refusal("cost-prices-malformed", f"(?i:{message})"):
        PriceList(name=name, date=date, prices=prices)


# Traffic.


@pytest.mark.parametrize("gigabytes", [-1, {"*": -0.5}])
def test_fails_when_traffic_is_negative(gigabytes: float | dict[str, float]) -> None:
    with refusal("traffic-out-of-range", "-[0-9.]+ is not a valid number of gigabytes"):
        estimated({"A": endpoint(1)}, traffic_gb=gigabytes)


def test_fails_when_traffic_of_one_endpoint_is_negative() -> None:
    with refusal(
        "traffic-out-of-range", r"-1 is not a valid number of gigabytes for traffic_gb\['A'\]"
    ):
        estimated({"A": endpoint(1)}, traffic_gb={"A": -1})


def test_fails_when_traffic_is_for_nothing() -> None:
    with refusal("traffic-endpoint-missing", "There is no endpoint 'B' in traffic_gb. .*: A"):
        estimated({"A": endpoint(1)}, traffic_gb={"B": 1})
    with refusal("traffic-endpoint-missing", "There is no endpoint 'B' in traffic_gb. .*: none"):
        estimated({}, traffic_gb={"B": 1})


# Hubs.


def vpcs(count: int, *, services: int, zones: int, **more: Any) -> dict[str, Any]:
    """Return VPCs that each have endpoints to the same AWS services."""
    found = {
        f"Vpc{vpc}Service{number}": endpoint(
            zones,
            VpcId=f"vpc-{vpc:017x}",
            ServiceName=f"com.amazonaws.us-east-1.s{number:02}",
        )
        for vpc in range(count)
        for number in range(services)
    }
    return {**found, **more}


# 30 services x 3 zones x 7.30 = 657 USD per VPC, Profiles 547.50, an attachment 36.50 per VPC.
@pytest.mark.parametrize(
    ("spokes", "saving"),
    [
        (2, 36.5),  # 1,314 - (657 + 547.50 + 73)
        (3, 657.0),  # 1,971 - (657 + 547.50 + 109.50)
    ],
)
def test_a_hub_for_many_services_saves_from_two_vpcs_on(spokes: int, saving: float) -> None:
    estimate = estimated(vpcs(spokes, services=30, zones=3), prices=PRICED)
    (hub,) = estimate.hubs
    assert (hub.vpcs, len(hub.services), hub.attachments) == (spokes, 30, spokes)
    assert (round(hub.today_usd, 2), round(hub.hub_usd, 2)) == (657.0 * spokes, 657.0)
    assert round(hub.saving_usd, 2) == saving
    assert hub.without_price == ()


# 2 services x 3 zones = 43.80 USD per VPC.
def test_a_hub_for_few_services_costs_more() -> None:
    (hub,) = estimated(vpcs(4, services=2, zones=3)).hubs
    assert round(hub.saving_usd, 2) == -416.1  # 175.20 - 43.80 - 547.50
    assert hub.without_price == ("4 transit gateway attachments",)


def test_a_hub_counts_what_is_there_already() -> None:
    attachment = resource("EC2::TransitGatewayAttachment", VpcId="vpc-00000000000000000")
    profile = resource("Route53Profiles::Profile", Name="endpoints")
    resources = vpcs(2, services=2, zones=3, Attachment=attachment, Profile=profile)
    (hub,) = estimated(resources).hubs
    assert (hub.profile_usd, hub.attachments) == (0, 1)
    assert hub.without_price == ("1 transit gateway attachment",)
    assert round(hub.saving_usd, 2) == 43.8


def test_a_hub_has_as_many_zones_as_the_endpoint_with_most() -> None:
    resources = {
        "A": endpoint(1, VpcId="vpc-1", ServiceName="com.amazonaws.us-east-1.logs"),
        "B": endpoint(3, VpcId="vpc-2", ServiceName="com.amazonaws.us-east-1.logs"),
    }
    (hub,) = estimated(resources, prices=PRICED).hubs
    assert (round(hub.today_usd, 2), round(hub.hub_usd, 2)) == (29.2, 21.9)
    assert hub.services == ("logs",)


def test_there_is_no_hub_without_a_service_of_several_vpcs() -> None:
    apart = {
        "A": endpoint(VpcId="vpc-1", ServiceName="com.amazonaws.us-east-1.logs"),
        "B": endpoint(VpcId="vpc-2", ServiceName="com.amazonaws.us-east-1.sts"),
        "C": endpoint(VpcId={"Fn::GetAtt": ["X", "Y"]}, ServiceName={"Ref": "Name"}),
        "D": endpoint(VpcId={"Ref": "Unknown"}, SubnetIds={"Ref": "Subnets"}),
    }
    assert estimated(apart).hubs == ()


def test_there_is_no_hub_without_prices() -> None:
    prices = PriceList(name="ours", date="2026", prices={"us-east-1": {}})
    assert estimated(vpcs(2, services=1, zones=1), prices=prices).hubs == ()
    partly = PriceList(name="ours", date="2026", prices={"us-east-1": {HOURS: 0.01}})
    (hub,) = estimated(vpcs(2, services=1, zones=1), prices=partly).hubs
    assert hub.without_price == ("Route 53 Profiles", "2 transit gateway attachments")


@pytest.mark.parametrize("path", FILES, ids=lambda it: str(it.relative_to(CORPUS)))
def test_sums_agree_for_any_template(path: Path) -> None:
    estimate = estimate_cost({str(path): load(str(path))}, region="eu-west-1", traffic_gb=1)
    for sums in (estimate.by_stack, estimate.by_account):
        assert sum(sums.values()) == pytest.approx(estimate.monthly_usd)
    assert all((it.monthly_usd is None) == bool(it.reason) for it in estimate.items)
    assert str(estimate.prices.name) in str(estimate)
