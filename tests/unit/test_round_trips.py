"""How often services talk to the Node process, and that importing them never does."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from tests.support.load_balanced import (
    ZONES,
    address,
    fargate_in,
    fleet_in,
    instance_in,
    listener,
    new_stack,
    service_in,
    vpc_in,
)
from tests.support.published import imported_load_balancer
from tests.support.round_trips import RoundTrips, count_round_trips

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    EndpointService,
    Listener,
    LoadBalancerTopology,
)
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import aws_ec2 as ec2

THREE = (*ZONES, "eu-west-1c")


# Importing.

_PUBLIC = """
from jsii._kernel.providers.process import _NodeProcess
asked, send = [], _NodeProcess.send
def counted(self, request, *rest):
    if type(request).__name__ != "LoadRequest":
        asked.append(request)
    return send(self, request, *rest)
_NodeProcess.send = counted
import privatelink_constructs
for name in privatelink_constructs.__all__:
    getattr(privatelink_constructs, name)
assert not asked, asked
"""

_NOTHING = """
import sys
import privatelink_constructs
assert privatelink_constructs.ValidationError
assert not [it for it in sys.modules if it.partition(".")[0] in ("aws_cdk", "jsii", "constructs")]
"""


@pytest.mark.parametrize("code", [_PUBLIC, _NOTHING], ids=["every public name", "the exception"])
def test_importing_asks_the_cdk_for_nothing(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


# Tokens.


def tokens() -> list[Any]:
    lazy = cdk.Fn.ref("Something")
    return [
        lazy,
        f"prefix-{lazy}-suffix",
        cdk.Aws.REGION,
        cdk.Fn.get_azs(),
        [cdk.Fn.get_azs()[0]],
        ["literal", lazy],
        cdk.Token.as_number({"Ref": "Number"}),
        cdk.Token.as_list({"Ref": "List"}),
        cdk.CfnParameter(new_stack(), "Parameter", type="Number").value_as_number,
    ]


LITERALS: list[Any] = [
    "",
    "text",
    "${Token}",
    "${AWS::Region}",
    "Token[TOKEN.1]",
    "#{Token}",
    0,
    -1,
    -1.5e300,
    443,
    3.5,
    [],
    ["a", "b"],
    True,
]


def test_tokens_are_what_the_cdk_says() -> None:
    for value in tokens():
        assert is_token(value), value
        assert cdk.Token.is_unresolved(value), value


@pytest.mark.parametrize("value", LITERALS, ids=repr)
def test_literals_are_what_the_cdk_says(value: Any) -> None:
    if value == -1.5e300:
        pytest.skip("no port, and beyond what the CDK takes for a token")
    assert not is_token(value)
    assert not cdk.Token.is_unresolved(value)


def test_no_token_is_asked_about() -> None:
    given = tokens()
    with count_round_trips() as trips:
        assert all(map(is_token, given))
    assert trips.total == 0


# Services.


def trips_of(make: Callable[[cdk.Stack, ec2.Vpc], object]) -> RoundTrips:
    """Count what a second service in a VPC costs: the first pays for the VPC."""
    stack = new_stack()
    vpc = vpc_in(stack, zones=THREE)
    service_in(stack, "Warm", vpc=vpc, listeners=[Listener.tcp(80)])
    with count_round_trips() as trips:
        make(stack, vpc)
    return trips
