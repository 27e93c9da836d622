"""The tool that draws dashboards shows what people would see, and marks what doesn't fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

import draw_dashboard

if TYPE_CHECKING:
    from collections.abc import Iterator

SNAPSHOTS = Path(__file__).parents[2] / "examples" / "__snapshots__" / "test_snapshots"
RED_FRAME = 'stroke="#d13212" stroke-width="6"'


def dashboards() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the dashboards of the examples, by the names of their stacks."""
    for path in sorted(SNAPSHOTS.glob("*.json")):
        template: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for item in template.get("Resources", {}).values():
            if item["Type"] == draw_dashboard.DASHBOARD:
                yield path.stem, template


DASHBOARDS = dict(dashboards())


def body_of(template: dict[str, Any], folder: Path) -> dict[str, Any]:
    (folder / "Stack.template.json").write_text(json.dumps(template), encoding="utf-8")
    [(_, body)] = draw_dashboard.bodies(folder)
    return body


def widget(kind: str, *, width: int = 6, height: int = 6, **properties: object) -> dict[str, Any]:
    place = {"x": 0, "y": 0, "width": width, "height": height}
    return {"type": kind, **place, "properties": properties}


def picture(*widgets: dict[str, Any]) -> str:
    """Return a picture, which is well formed."""
    found = draw_dashboard.draw({"widgets": list(widgets)})
    ET.fromstring(found)  # noqa: S314 - what we drew
    return found


def texts(drawn: str) -> list[str]:
    root = ET.fromstring(drawn)  # noqa: S314 - what we drew
    return [it.text or "" for it in root.iter("{http://www.w3.org/2000/svg}text")]


def test_there_is_a_dashboard_among_the_examples() -> None:
    assert DASHBOARDS


@pytest.mark.parametrize("name", DASHBOARDS)
def test_what_the_examples_show_fits(name: str, tmp_path: Path) -> None:
    body = body_of(DASHBOARDS[name], tmp_path)
    drawn = picture(*body["widgets"])
    assert RED_FRAME not in drawn
    titles = [it["properties"].get("title") for it in body["widgets"]]
    assert {title for title in titles if title} <= set(texts(drawn))
    assert "${" not in drawn


@pytest.mark.parametrize("name", DASHBOARDS)
def test_widgets_of_the_examples_do_not_overlap(name: str, tmp_path: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for it in body_of(DASHBOARDS[name], tmp_path)["widgets"]:
        columns = range(it["x"], it["x"] + it["width"])
        rows = range(it["y"], it["y"] + it["height"])
        units = {(x, y) for x in columns for y in rows}
        assert not units & taken
        assert columns.stop <= 24
        taken |= units


def test_a_picture_is_as_large_as_its_widgets() -> None:
    low = {**widget("text", markdown="Below"), "y": 10}
    root = ET.fromstring(picture(widget("text", markdown="Above"), low))  # noqa: S314 - what we drew
    assert (root.get("width"), root.get("height")) == ("1440", str(16 * 48))


def test_markdown_becomes_plain_text() -> None:
    drawn = picture(widget("text", markdown="# Payments\n\n**Region:** `eu-west-1` & more"))
    assert texts(drawn) == ["Payments", "Region: eu-west-1 & more"]


def line(name: str, **options: object) -> list[object]:
    return ["AWS/PrivateLinkServices", name, "Service Id", "vpce-svc-1", options]


def test_only_visible_lines_are_drawn() -> None:
    lines = [line("NewConnections", label="New"), line("Hidden", visible=False), line("Plain")]
    drawn = picture(widget("metric", title="Connections", metrics=lines))
    assert texts(drawn) == ["Connections", "0", "New", "Plain"]
    assert drawn.count("<polyline") == 2


def test_lines_without_options_have_the_name_of_their_metric() -> None:
    drawn = picture(widget("metric", title="Connections", metrics=[["N", "NewConnections"]]))
    assert texts(drawn)[-1] == "NewConnections"


def test_a_search_is_several_lines() -> None:
    found: list[object] = [{"expression": "SEARCH('{N,\"VPC Endpoint Id\"}', 'Sum')"}]
    drawn = picture(widget("metric", width=24, title="Consumers", metrics=[found]))
    assert drawn.count("<polyline") == 5


def test_a_limit_has_its_label() -> None:
    marks = {"horizontal": [{"value": 1, "label": "Limit"}]}
    drawn = picture(widget("metric", title="Use", metrics=[line("A")], annotations=marks))
    assert "Limit" in texts(drawn)


LONG = "all connections of consumers "


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (widget("text", markdown="Text"), widget("text", markdown=LONG * 20)),
        (
            widget("alarm", title="Alarms", alarms=["a:b"] * 6),
            widget("alarm", title="Alarms", alarms=["a:b"] * 60),
        ),
        (
            widget("metric", title="Title", metrics=[line("A")]),
            widget("metric", title=LONG * 3, metrics=[line("A")]),
        ),
        (
            widget("metric", title="Title", metrics=[line("A")] * 3),
            widget("metric", title="Title", metrics=[line("A", label=LONG)] * 20),
        ),
    ],
    ids=["text", "alarms", "title", "legend"],
)
def test_what_does_not_fit_has_a_red_frame(short: dict[str, Any], long: dict[str, Any]) -> None:
    assert RED_FRAME not in picture(short)
    assert RED_FRAME in picture(long)


def test_long_names_of_alarms_are_cut() -> None:
    drawn = picture(widget("alarm", title="Alarms", alarms=["a:Short", f"a:{'Long' * 20}"]))
    _, short, long = texts(drawn)
    assert short == "Short"
    assert long.endswith("…")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text", "text"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "Payments0123456789"}, "id-23456789"),
        ({"Fn::GetAtt": ["Alarm", "Arn"]}, "arn:aws:cloudwatch:eu-west-1:111111111111:alarm:Alarm"),
        ({"Fn::GetAtt": ["Endpoint12345678", "VpcId"]}, "VpcId-12345678"),
        ({"Fn::Join": ["-", ["a", {"Ref": "AWS::AccountId"}]]}, "a-111111111111"),
        ({"Fn::ImportValue": "name"}, "deployed"),
    ],
    ids=["literal", "pseudo parameter", "Ref", "ARN", "attribute", "Join", "anything else"],
)
def test_what_only_the_deployment_knows_has_a_stand_in(value: object, text: str) -> None:
    assert draw_dashboard.text_of(value) == text


def test_each_dashboard_becomes_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = json.dumps({"widgets": [widget("text", markdown="Text")]})
    dashboard = {"Type": draw_dashboard.DASHBOARD, "Properties": {"DashboardBody": body}}
    resources = {"One": dashboard, "Other": dashboard, "Topic": {"Type": "AWS::SNS::Topic"}}
    (tmp_path / "Stack.template.json").write_text(json.dumps({"Resources": resources}))
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    assert draw_dashboard.main([str(tmp_path), str(pictures)]) == 0
    assert sorted(it.name for it in pictures.iterdir()) == ["Stack-One.svg", "Stack-Other.svg"]
    assert capsys.readouterr().out.splitlines() == [
        str(pictures / "Stack-One.svg"),
        str(pictures / "Stack-Other.svg"),
    ]
    monkeypatch.chdir(pictures)
    assert draw_dashboard.main([str(tmp_path)]) == 0
