"""Sources as users write them."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.sources import check_items


@pytest.mark.parametrize("items", ["10.0.0.0/8", b"10", 10, None], ids=repr)
def test_fails_when_sources_are_no_list(items: object) -> None:
    [problem] = check_items(items, argument="clients")
    assert problem.rule.id == "client-sources-not-valid"


def test_each_item_that_is_no_source_is_named() -> None:
    items: list[Any] = ["10.0.0.0/8", None, ec2.Peer.any_ipv4(), 10]
    found = [problem.what for problem in check_items(items, argument="clients")]
    assert found == ["clients[1] is a NoneType", "clients[3] is 10"]


@pytest.mark.parametrize("connectable", [True, False])
def test_connections_are_sources_where_groups_are_opened(*, connectable: bool) -> None:
    found = check_items([ec2.Connections()], argument="clients", connectable=connectable)
    assert [problem.what for problem in found] == ["clients[0] is a Connections"] * (
        not connectable
    )
