"""Ranges that the constructs of a stack share."""

from __future__ import annotations

import aws_cdk as cdk

from privatelink_constructs._cdk.asking import peer_of


def test_a_token_is_of_the_requested_family() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    cidr = cdk.Fn.import_value("range")
    ipv4, ipv6 = (peer_of(stack, cidr, ipv6=asked) for asked in (False, True))
    assert ipv4 is not ipv6
    assert peer_of(stack, cidr, ipv6=True) is ipv6
