"""What looks the same is drawn once where there is much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.checks.estates import endpoint
from tests.checks.stacks import ref, resource
from tests.unit.drawing.scenes import (
    FROM_PROVIDER,
    IMPORTED,
    PROVIDER,
    Drawn,
    consumer,
    finding,
    located,
    provider,
)

from privatelink_constructs import DrawingFormat, Severity, draw
from privatelink_constructs.drawing.folding import MOST_ALIKE

if TYPE_CHECKING:
    from privatelink_constructs import Finding


def account(number: int) -> str:
    return f"2222222222{number:02}"


def estate(count: int, findings: list[Finding] | None = None, **changed: object) -> Drawn:
    """Draw a service with many consumers, each in an account of its own."""
    templates = {f"{number:02}": consumer(FROM_PROVIDER) for number in range(count)}
    templates["00"] = consumer(FROM_PROVIDER, **changed)
    environments = {name: located(account(int(name))) for name in templates}
    templates["provider"] = provider()
    environments["provider"] = PROVIDER
    return Drawn(draw(templates, environments=environments, findings=findings or []))


def test_a_few_consumers_are_drawn_one_by_one() -> None:
    found = estate(5)
    assert sum(title.startswith("Account 2222") for title in found.boxes) == 5
    assert sum(edge[0].startswith("Interface endpoint") for edge in found.edges) == 5


@pytest.mark.parametrize("count", [MOST_ALIKE, MOST_ALIKE + 1])
def test_begins_where_they_are_too_many(count: int) -> None:
    folded = any("of the same form" in title for title in estate(count).boxes)
    assert folded is (count > MOST_ALIKE)


def test_fifty_consumers_are_drawn_as_one() -> None:
    found = estate(50)
    (title,) = (title for title in found.boxes if "2222" in title)
    assert title.replace("<br/>", "<br>").split("<br>") == [
        "50 of the same form:",
        *(f"Account 22222222220{number}, eu-west-1" for number in range(3)),
        "and 47 more",
    ]
    assert len(found.labels) == 4


def test_one_that_differs_is_drawn_apart() -> None:
    found = estate(50, SubnetIds=[ref("ClientsA")])
    assert any(title == "Account 222222222200, eu-west-1" for title in found.boxes)
    assert any(title.startswith("49 of the same form") for title in found.boxes)


def test_one_with_a_finding_is_drawn_apart() -> None:
    found = estate(50, [finding("Endpoint", Severity.WARNING, template="07")])
    assert any(title == "Account 222222222207, eu-west-1" for title in found.boxes)
    assert found.colored("warning") == {"Interface endpoint Endpoint"}


def test_vpcs_of_one_account_that_look_the_same_are_drawn_as_one() -> None:
    template = consumer()
    for number in range(9):
        name = f"Vpc{number}"
        template["Resources"][name] = resource("AWS::EC2::VPC", CidrBlock=f"10.{number}.0.0/16")
        template["Resources"][f"Endpoint{number}"] = endpoint(
            "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef1",
            VpcId=ref(name),
            SubnetIds=[],
            SecurityGroupIds=[],
        )
    found = Drawn(draw({"a": template}))
    assert any(title.startswith("9 of the same form") for title in found.boxes)
    assert len(found.edges) == 2


def test_a_large_drawing_is_the_same_each_time_and_in_any_order() -> None:
    templates = {f"{number}": consumer(IMPORTED) for number in range(9)}
    templates["provider"] = provider()
    turned = dict(reversed(templates.items()))
    for form in DrawingFormat:
        assert draw(templates, format=form) == draw(turned, format=form)
