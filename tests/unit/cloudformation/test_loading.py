from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checks.stacks import stack

from privatelink_constructs.cloudformation.loading import (
    LoadError,
    NotATemplateError,
    as_source,
    load,
    load_yaml,
)
from privatelink_constructs.cloudformation.yaml_reading import InvalidYamlError

CORPUS = Path(__file__).parents[2] / "checks" / "corpus"


@pytest.fixture(params=["c", "python"])
def _parsers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read YAML with both parsers of PyYAML."""
    if request.param == "python":
        monkeypatch.delattr(yaml, "CSafeLoader")
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML comes without its parser in C")


both = pytest.mark.usefixtures("_parsers")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.json", "{", r"a.json:1:2: It isn't valid JSON: Expecting property name."),
        ("a.json", "[" * 100_000, "It isn't valid JSON: it is nested too deeply."),
        ("a.json", '{"Resources": {"A": 1, "A": 2}}', "valid JSON: the key 'A' occurs twice"),
        ("a.json", '{"Resources": NaN}', "valid JSON: NaN isn't a number"),
        ("a.json", '{"Resources": ' + "9" * 5000, "valid JSON: Exceeds the limit"),
        ("a.template", "{", "It isn't valid JSON"),
        ("a.yaml", "Resources: {A: [", "a.yaml:[12]:[0-9]+: It isn't valid YAML: "),
        ("a.yaml", "text", "it has no Resources section"),
        ("a.json", "[]", "it has no Resources section"),
        ("a.template", '{"a": 1}', "it has no Resources section"),
        ("a.yaml", "", "it has no Resources section"),
        ("a.yaml", "Resources:", "The template has no resources"),
        ("a.yaml", "Resources: []", "The template has no resources"),
        ("a.json", '{"Resources": {}}', "The template has no resources"),
    ],
    ids=range(14),
)
def test_fails_when_a_text_is_no_template(name: str, text: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        as_source(name, text)


@pytest.mark.parametrize("text", ["text", "{}", "[]"])
def test_fails_when_a_text_is_about_something_else(text: str) -> None:
    with pytest.raises(NotATemplateError):
        as_source("a.yaml", text)


def test_says_how_to_check_an_app() -> None:
    with pytest.raises(NotATemplateError, match=r"run cdk synth, and specify the folder cdk\.out"):
        as_source("app.py", "import aws_cdk")


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.template"])
def test_reads_files_with_a_byte_order_mark(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(stack()), encoding="utf-8-sig")
    assert load(str(path)) == stack()


def test_fails_when_a_file_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("Resources: {Ä: 1}".encode("latin-1"))
    with pytest.raises(LoadError, match="It isn't text in UTF-8"):
        load(str(path))


def test_reads_yaml_that_begins_with_a_brace() -> None:
    assert as_source("a.template", "{Resources: {A: {Type: X}}}").template["Resources"]


def test_fails_when_pyyaml_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(LoadError, match=r"need PyYAML\. Run python -m pip install pyyaml"):
        as_source("a.yaml", "Resources: {A: {Type: X}}")
    with pytest.raises(LoadError, match="It isn't valid JSON"):
        as_source("a.template", "{Resources: {A: {Type: X}}}")


@both
def test_reads_the_short_forms() -> None:
    text = """
    A: !Ref B
    C: !GetAtt D.E
    F: !Join [",", [a, !Sub "${B}"]]
    G: !If [H, {a: !Ref B}, !Ref "AWS::NoValue"]
    I: !Condition J
    K: !Transform {Name: L}
    M: 2020-01-01
    N: ! [1]
    """
    assert load_yaml(text) == {
        "A": {"Ref": "B"},
        "C": {"Fn::GetAtt": "D.E"},
        "F": {"Fn::Join": [",", ["a", {"Fn::Sub": "${B}"}]]},
        "G": {"Fn::If": ["H", {"a": {"Ref": "B"}}, {"Ref": "AWS::NoValue"}]},
        "I": {"Condition": "J"},
        "K": {"Fn::Transform": {"Name": "L"}},
        "M": "2020-01-01",
        "N": [1],
    }


@both
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("443", 443),
        ("'443'", "443"),
        ("4.5", 4.5),
        ("yes", True),
        ("'yes'", "yes"),
        ("~", None),
        ("", None),
        ("=", "="),
        ("012345678901", "012345678901"),
        ('!!int ""', ""),
        ('!!bool "x"', "x"),
        ('!!float "x"', "x"),
        ('!!null "x"', None),
        ("!!str 1", "1"),
        ("!!binary aGk=", "aGk="),
        ("!!timestamp x", "x"),
        ("!!set {a, b}", {"a": None, "b": None}),
        ("!!omap [a: 1]", [{"a": 1}]),
        ("! 12", 12),
        ("<<", "<<"),
        ("[<<]", ["<<"]),
        ("{a: <<}", {"a": "<<"}),
        ("&a [1, &b 2, *b]", [1, 2, 2]),
        ("{a: &x {b: 1}, c: {<<: *x, d: 2}}", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}),
        ("{<<: [{a: 1}, {a: 2, b: 3}], b: 4}", {"a": 1, "b": 4}),
        ("{<<: 3, a: 1}", {"a": 1}),
    ],
)
def test_reads_values_as_cloudformation_does(text: str, value: object) -> None:
    assert load_yaml(f"key: {text}") == {"key": value}


@both
@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a: 1\nb: 2\na: 3", "the key 'a' occurs twice", 3),
        ("a: {b: 1, 'b': 2}", "the key 'b' occurs twice", 1),
        ("a: &x {a: *x, a: 1}", "the key 'a' occurs twice", 1),
        ("? [a]\n: 1", "a key is a collection", 1),
        ("? !Ref a\n: 1", "a key is a collection", 1),
        ("a: 1\n---\nb: 2", "another document begins here", 2),
        ("a: *x", "an alias without an anchor", 1),
        ("a: !!python/object/apply:os.system [x]", "a tag of another language", 1),
        ("a: !!python/name:os.system x", "a tag of another language", 1),
        ("[" * 501, "nested too deeply", 1),
        ("- " * 100_000 + "a", "nested too deeply", 1),
        ("a: \x00", "characters that YAML doesn't allow", None),
        ("a: \ud800", "characters that YAML doesn't allow", None),
        ("a:\n\t- b", "cannot start any token", 2),
    ],
    ids=range(14),
)
def test_fails_when_yaml_is_not_valid(text: str, reason: str, line: int | None) -> None:
    with pytest.raises(InvalidYamlError, match=reason) as refused:
        load_yaml(text)
    position = refused.value.position
    assert (position and position.line) == line


@both
def test_a_message_does_not_quote_the_file() -> None:
    with pytest.raises(InvalidYamlError) as refused:
        load_yaml("secret: *hunter2\npassword: 'hunter2")
    assert "hunter" not in str(refused.value)


def test_fails_when_too_much_is_merged() -> None:
    base = ", ".join(f"k{number}: 1" for number in range(1000))
    text = f"a: &a {{{base}}}\nb:\n" + "- {<<: *a}\n" * 101
    with pytest.raises(InvalidYamlError, match="it merges too many mappings"):
        load_yaml(text)


def test_collections_may_contain_themselves() -> None:
    loaded: Any = load_yaml("a: &a [1, *a]\nb: !Join &b ['', *b]")
    assert loaded["a"][1] is loaded["a"]
    assert loaded["b"]["Fn::Join"][1] is loaded["b"]


@pytest.mark.parametrize(
    "path", sorted(CORPUS.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_both_parsers_read_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text(encoding="utf-8")
    fast = load_yaml(text)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert load_yaml(text) == fast


TEXT = """\
Resources:
  Service:
    Type: AWS::EC2::VPCEndpointService
    Properties:
      Names: [one,
        two]
      More.Dots: {a: !If [x, y, z]}
      5: x
"""


@both
def test_finds_positions_in_yaml() -> None:
    find = as_source("a.yaml", TEXT).position
    properties = ("Resources", "Service", "Properties")
    assert find("Resources", "Service") == (2, 3)
    assert find(*properties, "Names", "0") == (5, 15)
    assert find(*properties, "Names", "1") == (6, 9)
    assert find(*properties, "Names", "2") == (5, 7)
    assert find(*properties, "More", "Dots", "a") == (7, 19)
    assert find(*properties, "More", "Dots", "a", "Key") == (7, 19)
    assert find(*properties, "5") == (8, 7)
    assert find(*properties, "Absent") == (4, 5)
    assert find("Outputs") == (1, 1)


JSON = """\
{"Resources": {
\t"Service": {"Type": "x", "Properties": {"Names": ["one", {"}": 1}, [],
    "t\\"wo\\\\"], "More.Dots": {"a": null}, "\\u00c4\\"": true, "Ä": -1.5e3}}}
}
"""


def test_finds_positions_in_json() -> None:
    find = as_source("a.json", JSON).position
    properties = ("Resources", "Service", "Properties")
    assert find("Resources", "Service") == (2, 2)
    assert find(*properties, "Names", "0") == (2, 52)
    assert find(*properties, "Names", "1", "}") == (2, 60)
    assert find(*properties, "Names", "2") == (2, 69)
    assert find(*properties, "Names", "3") == (3, 5)
    assert find(*properties, "More", "Dots", "a") == (3, 31)
    assert find(*properties, "More", "Dots", "a", "Key") == (3, 31)
    assert find(*properties, 'Ä"') == (3, 43)
    assert find(*properties, "Ä") == (3, 61)


names = st.text(max_size=3).filter(lambda name: "." not in name)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner),
    max_leaves=10,
)


def paths(node: Any, *keys: str) -> list[tuple[str, ...]]:
    found = [keys] if keys else []
    for key, item in items(node):
        found += paths(item, *keys, str(key))
    return found


def items(node: Any) -> list[tuple[Any, Any]]:
    if isinstance(node, dict):
        return list(cast("dict[Any, Any]", node).items())
    return list(enumerate(cast("list[Any]", node))) if isinstance(node, list) else []


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(names, values, min_size=1), st.sampled_from([None, 1, "\t"]))
def test_every_json_value_is_found(resources: dict[str, Any], indent: Any) -> None:
    template = {"Resources": resources}
    text = json.dumps(template, indent=indent)
    source = as_source("a.json", text)
    lines = text.split("\n")
    for keys in paths(template):
        found = source.position(*keys)
        rest = lines[found.line - 1][found.column - 1 :]
        parent: Any = template
        for key in keys[:-1]:
            parent = {str(name): item for name, item in items(parent)}[key]
        if isinstance(parent, list):
            item: Any = dict(items(cast("Any", parent)))[int(keys[-1])]
            assert rest.startswith(json.dumps(item, indent=indent).split("\n", 1)[0])
        else:
            assert rest.startswith(json.dumps(keys[-1]))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("{}[]:,-?!&*<>|'\"#%\n\t ab1.=~"))) | st.text())
@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.template"])
def test_no_text_raises_anything_else(name: str, text: str) -> None:
    with suppress(LoadError):
        as_source(name, text)
