"""The programs on the page of ``AwsServiceEndpoints`` run, and its tables are true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import aws_cdk as cdk
import pytest

from privatelink_constructs import AwsServices
from privatelink_constructs.facts.aws_owned_resources import OWNED_RESOURCES
from privatelink_constructs.rules.catalog import rules_by_module

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[2] / "docs" / "constructs" / "aws_service_endpoints.md"
TEXT = PAGE.read_text("utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
MODULES = ("aws_endpoints", "gateway_access")
# What users of the construct don't cause, or what the table groups with others.
UNNAMED = {"aws-services-missing", "aws-service-missing", "endpoint-zonal-name-undetermined"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path) -> Iterator[None]:
    original = cdk.App

    def app(**options: Any) -> cdk.App:
        return original(outdir=str(tmp_path), **options)

    with patch.object(cdk, "App", app):
        yield


@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_a_program_of_the_page_synthesizes(program: str, tmp_path: Path) -> None:
    exec(compile(program, str(PAGE), "exec"), {})  # noqa: S102 - our own page

    assert list(tmp_path.glob("*.template.json"))


def test_the_page_names_the_rules() -> None:
    ids = {rule.id for module in MODULES for rule in rules_by_module()[module]}
    named = set(re.findall(r"`([a-z0-9-]+)`", TEXT))
    assert ids - named == UNNAMED


def test_the_page_names_the_sets_and_what_is_allowed_in_addition() -> None:
    sets = {name for name in dir(AwsServices) if not name.startswith("_")}
    assert all(f"`AwsServices.{name}()`" in TEXT for name in sets)
    section = TEXT.partition("| allowed in addition |")[2].partition("\n\n")[0]
    needing = {service for entry in OWNED_RESOURCES for service in entry.needed_by}
    assert {it for it in needing if f"`{it}`" not in section} == {"codedeploy-commands-secure"}
