"""Each language shows the same things, and no text breaks out of its place."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from tests.checks.estates import estate
from tests.checks.stacks import resource, stack
from tests.support.drawing_parsers import parsed
from tests.unit.drawing.scenes import (
    Drawn,
    consumer,
    drawn,
    finding,
    provider,
    with_targets,
)

from privatelink_constructs import DrawingFormat, Severity, draw
from privatelink_constructs.drawing.picture import EMPTY, listed, natural, wrapped
from privatelink_constructs.drawing.wordings import plain, port_words

ODD = '"]; end <b> & #35; %%{init: {}}%% `x` $$y$$ \\ }{ \u202e \x00 \ud800 <script>'


def odd() -> dict[str, Any]:
    template = stack()
    template["Resources"][ODD] = template["Resources"].pop("Service")
    template["Resources"][ODD]["Properties"]["PrivateDnsName"] = ODD
    del template["Resources"]["Permissions"]
    return template


def test_mermaid_shows_odd_texts_as_they_are() -> None:
    found = drawn(odd())
    assert len(found.labels) == 3
    label = found.node("Endpoint service").replace("<br/>", "")
    # Mermaid keeps its own entities until it draws them.
    for name, sign in {"quot": '"', "35": "#", "lt": "<", "gt": ">", "amp": "&"}.items():
        label = label.replace(f"ﬂ°{name}¶ß", sign).replace(f"ﬂ°°{name}¶ß", sign)
    assert '"]; end' in label
    assert "\x00" not in found.text


def test_dot_shows_odd_texts_as_they_are() -> None:
    text = draw({"a": odd()}, format=DrawingFormat.DOT)
    found = parsed(text, "dot")
    assert "error" not in found, found
    assert len(found["nodes"]) == 3
    text.encode("utf-8")


def test_svg_shows_odd_texts_as_they_are() -> None:
    root = ET.fromstring(draw({"a": odd()}, format=DrawingFormat.SVG))  # noqa: S314 - our own
    texts = ["".join(each.itertext()) for each in root.iter() if each.tag.endswith("text")]
    assert any('"]; end <b> & #35;' in text for text in texts)


@pytest.mark.parametrize("template", [{}, {"Resources": {}}, {"Resources": {"A": resource("X")}}])
def test_says_that_there_is_nothing(template: dict[str, Any]) -> None:
    assert drawn(template).labels == {"nothing": EMPTY}
    assert EMPTY in draw({"a": template}, format=DrawingFormat.DOT)
    svg = draw({"a": template}, format=DrawingFormat.SVG)
    assert EMPTY in "".join(ET.fromstring(svg).itertext())  # noqa: S314 - our own


def test_dot_has_the_same_nodes_and_edges_as_mermaid() -> None:
    findings = [finding("Nlb"), finding("Clients", Severity.WARNING)]
    given = {"a": estate(), "b": provider(), "c": with_targets({"Id": "10.0.1.20"})}
    mermaid = Drawn(draw(given, findings=findings))
    dot = parsed(draw(given, format=DrawingFormat.DOT, findings=findings), "dot")
    assert {name for name, _ in dot["nodes"]} == set(mermaid.labels)
    assert dot["edges"] == len(mermaid.edges)


def test_colors_are_in_each_language() -> None:
    findings = [finding("Nlb"), finding("Clients", Severity.WARNING)]
    given = {"a": estate(), "b": provider()}
    dot = draw(given, format=DrawingFormat.DOT, findings=findings)
    assert 'fillcolor="#ffebe9"' in dot
    assert 'color="#bf8700"' in dot
    assert 'label="waits for acceptance", penwidth=2.5, color="#0969da"' in dot
    svg = draw(given, format=DrawingFormat.SVG, findings=findings)
    for word in ("balancer error", "vpc warning", "privatelink waiting"):
        assert word in svg


def test_takes_the_default_of_mermaid() -> None:
    assert draw({"a": consumer()}) == draw({"a": consumer()}, format=DrawingFormat.MERMAID)


@pytest.mark.parametrize(
    ("ports", "words"),
    [
        ([("TCP", 443, 443)], "TCP 443"),
        ([("TLS", 443, 80)], "TLS 443 to 80"),
        ([("TCP", 443, None)], "TCP 443"),
        ([("TCP", 1, 1), ("TCP", 2, 2), ("UDP", 3, 3)], "TCP 1-2, UDP 3"),
        ([("TCP", 1, 11), ("TCP", 2, 12)], "TCP 1-2 to 11-12"),
        ([("TCP", 1, 1), ("TCP", 3, 3), ("TCP", 5, 5), ("TCP", 7, 7)], "TCP 1, TCP 3, and 2 more"),
        ([("", None, None)], ""),
    ],
)
def test_tells_ports_in_a_few_words(ports: list[Any], words: str) -> None:
    assert port_words(ports) == words


@pytest.mark.parametrize(
    ("texts", "words"),
    [([], ""), (["a"], "a"), (["a", "b", "c"], "a, b, c"), (list("abcd"), "a, b, and 2 more")],
)
def test_lists_the_first_ones(texts: list[str], words: str) -> None:
    assert listed(texts, 2) == words


def test_breaks_lines_at_spaces_and_long_words_at_signs() -> None:
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert wrapped("a.very.long.name", 8) == ["a.very.", "long.", "name"]
    assert wrapped("unbroken-word", 4) == ["unbroken-", "word"]
    assert wrapped("", 8) == []


def test_sorts_numbers_by_their_value() -> None:
    assert sorted(["AZ 10", "AZ 9", "eu-west-1a"], key=natural) == ["AZ 9", "AZ 10", "eu-west-1a"]


def test_shows_no_control_characters() -> None:
    assert plain("a\tb\x1b[2J\u202e") == "a b\\x1b[2J\\u202e"
