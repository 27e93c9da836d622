"""What other rooms need of an interface endpoint, also of one of a user's own class."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import consumer_in, endpoint_in
from tests.support.vpcs import vpc_in

from privatelink_constructs.consumer.endpoint_base import groups_of, stack_of_endpoint


def test_the_groups_of_an_endpoint_are_those_of_its_connections() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack)
    before = groups_of(endpoint)
    assert [it.node.path for it in before] == ["Consumer/Endpoint/SecurityGroup"]
    assert len(endpoint.connections.security_groups) == 1
    assert [it.node.path for it in groups_of(endpoint)] == [it.node.path for it in before]


def test_an_endpoint_of_a_users_own_class_is_asked() -> None:
    stack = consumer_in()
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc_in(stack))
    own = cast("Any", SimpleNamespace(connections=ec2.Connections(security_groups=[group])))
    assert [it.node.path for it in groups_of(own)] == ["Consumer/Group"]
    assert stack_of_endpoint(cast("Any", group)) is stack
    assert stack_of_endpoint(endpoint_in(stack)) is stack
