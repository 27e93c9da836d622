"""Sources as users write them."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.sources import check_items


def test_each_item_that_is_a_list_of_the_deployment_is_named() -> None:
    later = cdk.Fn.split(",", cdk.Fn.import_value("Cidrs"))
    items = ["10.0.0.0/8", *later, ec2.Peer.any_ipv4(), cdk.Fn.select(0, later)]
    [problem] = check_items(items, argument="clients")
    assert problem.what == "argument clients[1] is a list that is known only at deployment"
