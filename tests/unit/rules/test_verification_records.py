from __future__ import annotations

import pytest

from privatelink_constructs.rules import verification_records


@pytest.mark.parametrize("name", ["payments.example.com", "*.payments.example.com"])
def test_the_record_is_called_by_label_and_domain(name: str) -> None:
    assert verification_records.record_name("_label", name) == "_label.payments.example.com"


@pytest.mark.parametrize("value", ["vpce:abc", '"vpce:abc"'])
def test_a_value_is_quoted_once(value: str) -> None:
    assert verification_records.txt_value(value) == '"vpce:abc"'


@pytest.mark.parametrize("value", ['"vpce:abc"', '"a" "b"', r'"a\"b"'])
def test_quoted_values_pass(value: str) -> None:
    assert not list(verification_records.txt_value_quoted(value))


@pytest.mark.parametrize("value", ["vpce:abc", '""vpce:abc""', '"vpce:abc', r'"\"vpce:abc\""', ""])
def test_fails_when_a_value_is_not_quoted_once(value: str) -> None:
    (problem,) = verification_records.txt_value_quoted(value)
    assert problem.rule is verification_records.txt_value_quoted


def test_records_that_differ_pass() -> None:
    records = [("Z1", "_a.example.com"), ("Z1", "_b.example.com"), ("Z2", "_a.example.com")]
    assert not list(verification_records.records_distinct(records))


def test_fails_when_services_share_a_record() -> None:
    (problem,) = verification_records.records_distinct([("Z1", "_a.example.com")] * 2)
    assert problem.rule is verification_records.records_distinct


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (None, "a.example.com"),
        ("_label.a.example.com", "a.example.com"),
        ("_label.example.com.", "a.example.com"),
        ("_label.example.com", "*.example.com"),
        ("_label.example.com", None),
    ],
)
def test_records_of_a_label_and_a_domain_pass(record: str | None, name: str | None) -> None:
    assert not list(verification_records.record_name_matching(record, private_name=name))


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ("_label", None),
        ("a.example.com", "a.example.com"),
        ("_label.*.example.com", "*.example.com"),
        ("_label.b.example.com", "a.example.com"),
    ],
)
def test_fails_when_a_record_has_another_name(record: str, name: str | None) -> None:
    (problem,) = verification_records.record_name_matching(record, private_name=name)
    assert problem.rule is verification_records.record_name_matching


@pytest.mark.parametrize("kind", ["TXT", None])
def test_the_type_txt_passes(kind: str | None) -> None:
    assert not list(verification_records.record_type_txt(kind))


def test_fails_when_the_record_is_of_another_type() -> None:
    (problem,) = verification_records.record_type_txt("CNAME")
    assert problem.rule is verification_records.record_type_txt


def test_the_value_of_aws_passes() -> None:
    assert not list(verification_records.record_value_matching(value=True))


def test_fails_when_the_record_holds_something_else() -> None:
    (problem,) = verification_records.record_value_matching(value=False)
    assert problem.rule is verification_records.record_value_matching


def test_a_published_record_passes() -> None:
    assert not list(verification_records.record_published("a.example.com", published=True))


def test_warns_when_nothing_publishes_the_record() -> None:
    (problem,) = verification_records.record_published("a.example.com", published=False)
    assert problem.rule is verification_records.record_published
