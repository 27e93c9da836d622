"""An SVG drawing: nested boxes with lanes, in which nothing covers anything else."""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest
from tests.checks.estates import endpoint, estate
from tests.checks.stacks import listener, ref, stack
from tests.unit.drawing.scenes import (
    FROM_PROVIDER,
    IMPORTED,
    PROVIDER,
    consumer,
    finding,
    located,
    provider,
)
from tests.unit.drawing.test_names_in_drawings import hub, named, spoke

from privatelink_constructs import DrawingFormat, draw
from privatelink_constructs.drawing.svg_shapes import text_width

SPACE = "{http://www.w3.org/2000/svg}"


class Area(NamedTuple):
    x: float
    y: float
    right: float
    bottom: float

    def holds(self, other: Area) -> bool:
        inside = self.x <= other.x and self.y <= other.y
        return inside and other.right <= self.right and other.bottom <= self.bottom

    def meets(self, other: Area) -> bool:
        from_start = self.right <= other.x or other.right <= self.x
        return not (from_start or self.bottom <= other.y or other.bottom <= self.y)


def area(rect: Any) -> Area:
    x, y, width, height = (float(rect.get(key, 0)) for key in ("x", "y", "width", "height"))
    return Area(x, y, x + width, y + height)


def areas(root: ET.Element, kind: str) -> list[Area]:
    """Return where everything of a class is."""
    groups = [it for it in root.iter(f"{SPACE}g") if kind in it.get("class", "").split()]
    rects = (group.findall(f"{SPACE}rect") for group in groups)
    return [area(found[-1]) for found in rects if found and float(found[-1].get("height", 0)) > 20]


def two_regions() -> dict[str, Any]:
    one, other = located("111111111111"), located("111111111111", "eu-central-1")
    return {
        "templates": {"a": provider(), "b": consumer(IMPORTED), "c": consumer()},
        "environments": {"a": one, "b": one, "c": other},
    }


def zonal() -> dict[str, Any]:
    """Return a load balancer in each Availability Zone, with targets of several ports."""
    template = provider()
    there = template["Resources"]
    for letter in "AB":
        there[f"Nlb{letter}"] = {
            **there["Nlb"],
            "Properties": {**there["Nlb"]["Properties"], "Subnets": [ref(f"Subnet{letter}")]},
        }
        for number, address in enumerate(("10.0.0.7", "10.0.1.7")):
            name = f"{letter}{number}"
            there[f"Targets{name}"] = {
                **there["Targets"],
                "Properties": {**there["Targets"]["Properties"], "Targets": [{"Id": address}]},
            }
            there[f"Listener{name}"] = listener(f"Nlb{letter}", 80 + number, f"Targets{name}")
        there[f"More{letter}"] = listener(f"Nlb{letter}", 90, "Elsewhere")
    there["Elsewhere"] = {
        **there["Targets"],
        "Properties": {
            **there["Targets"]["Properties"],
            "Targets": [{"Id": "10.0.0.7"}, {"Id": "10.0.1.7"}],
        },
    }
    there["Service"]["Properties"]["NetworkLoadBalancerArns"] = [ref("NlbA"), ref("NlbB")]
    return {"templates": {"a": template}}


def circle() -> dict[str, Any]:
    """Return two accounts that use a service of each other."""
    both: list[dict[str, Any]] = []
    for mine, other in (("one", "two"), ("two", "one")):
        template = provider()
        template["Outputs"]["Name"]["Export"]["Name"] = mine
        template["Resources"] |= consumer({"Fn::ImportValue": other})["Resources"]
        both.append(template)
    named_both = dict(zip("ab", both, strict=True))
    return {"templates": named_both}


def own() -> dict[str, Any]:
    """Return a VPC that has an endpoint for the service in it."""
    template = provider()
    name = {"Fn::Sub": "com.amazonaws.vpce.eu-west-1.${Service}"}
    subnets = [ref("SubnetA"), ref("SubnetB")]
    template["Resources"]["Own"] = endpoint(name, VpcId=ref("Vpc"), SubnetIds=subnets)
    return {"templates": {"a": template}}


SCENES: dict[str, dict[str, Any]] = {
    "a service": {"templates": {"a": stack()}},
    "an estate": {"templates": {"a": estate()}, "findings": [finding("Nlb"), finding("Clients")]},
    "two accounts": {
        "templates": {"a": provider(), "b": consumer(FROM_PROVIDER)},
        "environments": {"a": PROVIDER, "b": located("222222222222")},
    },
    "two Regions": two_regions(),
    "zonal load balancers": zonal(),
    "a circle": circle(),
    "an endpoint from_start its service": own(),
    "names": {"templates": {"a": named()}},
    "a hub": {
        "templates": {"a": hub(), "b": spoke({"Fn::ImportValue": "hub"})},
        "environments": {"a": located("111111111111"), "b": located("111111111111")},
    },
    "many consumers": {
        "templates": {"z": provider(), **{f"{at}": consumer(FROM_PROVIDER) for at in range(9)}},
        "environments": {
            "z": PROVIDER,
            **{f"{at}": located(f"22222222222{at}") for at in range(9)},
        },
    },
}


def picture(scene: str) -> ET.Element:
    text = draw(**SCENES[scene], format=DrawingFormat.SVG)
    return ET.fromstring(text)  # noqa: S314 - our own


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_covers_anything_else(scene: str) -> None:
    root = picture(scene)
    cards = areas(root, "card")
    assert cards
    for one, other in combinations(cards, 2):
        assert not one.meets(other), (one, other)
    for kind in ("account", "vpc", "lane", "region"):
        for one, other in combinations(areas(root, kind), 2):
            assert not one.meets(other), kind


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_in_a_box_is_inside_of_it(scene: str) -> None:
    root = picture(scene)
    frames = {kind: areas(root, kind) for kind in ("account", "region", "vpc", "lane")}
    page = Area(0, 0, float(root.get("width", 0)), float(root.get("height", 0)))
    for vpc in frames["vpc"]:
        assert any(account.holds(vpc) for account in frames["account"])
    for lane in frames["lane"]:
        assert any(vpc.holds(lane) for vpc in frames["vpc"])
    for card in areas(root, "card"):
        assert page.holds(card)
        for frame in (*frames["account"], *frames["vpc"]):
            assert frame.holds(card) or not frame.meets(card)


@pytest.mark.parametrize("scene", SCENES)
def test_lines_end_at_what_they_connect(scene: str) -> None:
    root = picture(scene)
    cards = areas(root, "card")
    paths = [it.get("d", "") for it in root.iter(f"{SPACE}path") if it.get("marker-end")]
    assert paths or scene == "names"
    for path in paths:
        x, y = (
            float(it)
            for it in path[1:].replace("H", " ").replace("V", " ").replace("C", " ").split()[:2]
        )
        touched = [
            it for it in cards if it.x - 1 <= x <= it.right + 1 and it.y - 1 <= y <= it.bottom + 1
        ]
        assert touched, path


def test_is_for_light_and_dark_pages_and_loads_nothing() -> None:
    text = draw({"a": stack()}, format=DrawingFormat.SVG)
    assert "@media (prefers-color-scheme:dark)" in text
    assert text.count("http") == 1
    assert "<script" not in text


def test_tells_in_words_who_connects_to_what() -> None:
    root = picture("two accounts")
    (described,) = root.iter(f"{SPACE}desc")
    assert described.text == (
        "Interface endpoint Endpoint to Endpoint service Service (waits for acceptance)"
    )


def test_names_the_resources_that_a_node_stands_for() -> None:
    titles = [it.text or "" for it in picture("a service").iter(f"{SPACE}title")]
    (balancer,) = (it for it in titles if it.startswith("Network Load Balancer"))
    assert balancer.splitlines()[1:] == [
        "a Nlb (AWS::ElasticLoadBalancingV2::LoadBalancer)",
        "a Listener (AWS::ElasticLoadBalancingV2::Listener)",
    ]


def test_an_endpoint_has_a_mark_in_each_of_its_zones() -> None:
    root = picture("two accounts")
    marks = [float(it.get("cx", 0)) for it in root.iter(f"{SPACE}circle")]
    lanes = areas(root, "lane")
    assert len(marks) == 6
    assert all(any(lane.x < mark < lane.right for lane in lanes) for mark in marks)


def test_the_legend_explains_what_is_there_and_nothing_else() -> None:
    def words(scene: str) -> str:
        return "".join(picture(scene).itertext())

    assert "waits for acceptance, or isn't ready" in words("two accounts")
    assert "waits for acceptance, or isn't ready" not in words("a hub")
    assert "gives a name" in words("a hub")
    assert "forwards traffic" not in words("a hub")


def test_wide_letters_take_more_room() -> None:
    assert text_width("iii", 10) < text_width("ooo", 10) < text_width("OOO", 10)
    assert text_width("OOO", 10) < text_width("WWW", 10) < text_width("日本語", 10)


def test_text_fits_into_its_box() -> None:
    root = picture("an estate")
    for group in root.iter(f"{SPACE}g"):
        if (
            "card" in group.get("class", "").split()
            and (rect := group.find(f"{SPACE}rect")) is not None
        ):
            for text in group.findall(f"{SPACE}text"):
                assert len(text.text or "") * 5.5 <= float(rect.get("width", 0)) + 10
