from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from privatelink_constructs.cli.explain import DATA, UNKNOWN_RULE
from privatelink_constructs.cli.main import main

if TYPE_CHECKING:
    from privatelink_constructs.cli.explain import Explanation

RULES: dict[str, Explanation] = json.loads(
    resources.files("privatelink_constructs.cli").joinpath(DATA).read_text(encoding="utf-8")
)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_explains_every_rule(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", rule]) == 0
    output = capsys.readouterr().out
    explanation = RULES[rule]
    head = output[: output.lower().index(explanation["title"][:20].lower())]
    assert " ".join(head.split()) == f"{rule} ({explanation['severity']})"
    assert output.endswith(f"Read more: {explanation['url']}\n")
    plain = "".join(output.split()).lower()
    for key in ("title", "why", "code", "template", "wrong", "right"):
        assert "".join(explanation[key].split()).lower() in plain


@pytest.mark.parametrize("rule", sorted(RULES))
def test_sentences_have_at_most_80_columns(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", rule])
    sentences = capsys.readouterr().out.partition("\nWrong:\n")[0].partition("\nRead more:")[0]
    assert all(len(it) <= 80 or " " not in it.strip() for it in sentences.splitlines())


def test_shows_what_to_change_once_where_it_is_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "port-out-of-range"]) == 0
    assert capsys.readouterr().out.count("Use a port from 1 to 65535.") == 1


def test_shows_what_to_change_for_both_readers(capsys: pytest.CaptureFixture[str]) -> None:
    both = next(rule for rule, it in RULES.items() if it["code"] != it["template"])
    assert main(["explain", both]) == 0
    output = capsys.readouterr().out
    assert "In Python: " in output
    assert "In a template: " in output


@pytest.mark.parametrize(
    "spelling",
    [
        "[port-out-of-range]",
        "privatelink-constructs:port-out-of-range",
        "privatelink-constructs::port-out-of-range",
        "Annotation::privatelink-constructs:port-out-of-range",
    ],
)
def test_takes_an_id_as_messages_spell_it(
    spelling: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", spelling]) == 0
    assert capsys.readouterr().out.startswith("port-out-of-range (error)\n")


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("port-out-range", "port-out-of-range, "),
        ("PORT-OUT-OF-RANGE", "port-out-of-range?"),
        ("port_out_of_range", "port-out-of-range, "),
        ("portoutofrange", "port-out-of-range, "),
        ("privatelink-constructs:port-out-range", "port-out-of-range, "),
        # Where no id is similar, those with the word.
        ("hub", "hub-cidr-conflict, hub-"),
    ],
)
def test_fails_when_there_is_no_such_rule(
    wrong: str, near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", wrong]) == UNKNOWN_RULE
    given = wrong.rpartition(":")[2]
    assert capsys.readouterr().err.startswith(
        f"error: There is no rule {given!r}. Did you mean {near}"
    )


@pytest.mark.parametrize("rule", sorted(RULES))
def test_fails_when_a_letter_is_missing_and_suggests_the_rule(
    rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    middle = len(rule) // 2
    assert main(["explain", rule[:middle] + rule[middle + 1 :]]) == UNKNOWN_RULE
    assert rule in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ["xyzzy", "", "--"])
def test_fails_when_nothing_is_like_the_rule(
    wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "--", wrong]) == UNKNOWN_RULE
    hint = "Run privatelink check --list-rules to list all rules."
    assert capsys.readouterr().err == f"error: There is no rule {wrong!r}. {hint}\n"


def test_explains_without_the_cdk() -> None:
    program = (
        "import sys\n"
        "from privatelink_constructs.cli.main import main\n"
        "status = main(['explain', 'port-out-of-range'])\n"
        "print(status, sorted({'aws_cdk', 'constructs', 'jsii', 'yaml'} & set(sys.modules)))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert run.stdout.endswith("0 []\n")
