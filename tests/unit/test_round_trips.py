"""How often services talk to the Node process, and that importing them never does."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    address,
    fargate_in,
    fleet_in,
    instance_in,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import imported_load_balancer
from tests.support.round_trips import count_round_trips
from tests.support.vpcs import ZONES, vpc_in

from privatelink_constructs import (
    AllowedPrincipal,
    EndpointService,
    Listener,
    NetworkLoadBalancedEndpointService,
)
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import aws_ec2 as ec2

    Make = Callable[[cdk.Stack], object]

THREE = (*ZONES, "eu-west-1c")
ADDRESSES = ("10.0.0.10", "10.0.64.10", "10.0.128.10")


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
    assert not is_token(value)
    assert not cdk.Token.is_unresolved(value)


def test_a_list_with_a_token_among_literals_is_one_too() -> None:
    assert is_token(["literal", cdk.Fn.ref("Something")])


def test_no_token_is_asked_about() -> None:
    given = tokens()
    with count_round_trips() as trips:
        assert all(map(is_token, given))
    assert trips.total == 0


# Services.


def addresses() -> list[Any]:
    return [address(it) for it in ADDRESSES]


def zonal(stack: cdk.Stack, vpc: ec2.Vpc, *ports: int, **options: Any) -> Make:
    del stack
    given = [listener(port, targets=addresses()) for port in ports]
    return lambda scope: service_in(scope, vpc=vpc, listeners=given, **options)


def one_port(stack: cdk.Stack, vpc: ec2.Vpc) -> Make:
    return zonal(stack, vpc, 80)


def three_ports(stack: cdk.Stack, vpc: ec2.Vpc) -> Make:
    return zonal(stack, vpc, 80, 443, 8443)


def for_clients(stack: cdk.Stack, vpc: ec2.Vpc) -> Make:
    return zonal(stack, vpc, 80, client_cidrs=["10.0.0.0/8", "172.16.0.0/12"])


def for_principals(stack: cdk.Stack, vpc: ec2.Vpc) -> Make:
    principals = [AllowedPrincipal.account(str(it) * 12) for it in range(9)]
    return zonal(stack, vpc, 80, allowed_principals=principals)


def fargate(stack: cdk.Stack, vpc: ec2.Vpc) -> Make:
    fleets = {it: [fargate_in(vpc, f"Tasks-{it}", zones=[it], scope=stack)] for it in THREE}
    given = [Listener.tcp(80, targets_by_zone=fleets)]
    return lambda scope: service_in(scope, vpc=vpc, listeners=given)


def instances(stack: cdk.Stack, vpc: ec2.Vpc) -> Make:
    found: list[Any] = [
        targets.InstanceTarget(instance_in(vpc, f"In-{it}", zones=[it], scope=stack))
        for it in THREE
    ]
    given = [Listener.tcp(80, targets=found)]
    return lambda scope: service_in(scope, vpc=vpc, listeners=given)


def fleets(stack: cdk.Stack, vpc: ec2.Vpc) -> Make:
    found = [fleet_in(vpc, f"In-{it}", zones=[it], scope=stack) for it in THREE]
    given = [Listener.tcp(80, targets=found)]
    return lambda scope: service_in(scope, vpc=vpc, listeners=given)


def existing(stack: cdk.Stack, vpc: ec2.Vpc) -> Make:
    del vpc
    found = [imported_load_balancer(stack, "Nlb")]
    return lambda scope: EndpointService(scope, "Service", load_balancers=found, ports=[443])


PINNED: dict[Callable[[cdk.Stack, ec2.Vpc], Make], int] = {
    one_port: 25,
    three_ports: 39,
    # A rule for each source, and two to have each load balancer changed after the rules.
    for_clients: 35,
    for_principals: 26,
    # Five for each service tell its subnets, which are its zones.
    fargate: 83,
    # The groups of each target are read, as rules can't be added to some that are imported.
    instances: 85,
    fleets: 60,
    existing: 8,
}
"""The round trips of a service in three zones, after another one in the same VPC and stack.

One for each load balancer switches off its access logs, for which the CDK has no option.
"""


@pytest.mark.parametrize("prepare", PINNED, ids=lambda it: it.__name__)
def test_round_trips_are_pinned(prepare: Callable[[cdk.Stack, ec2.Vpc], Make]) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=THREE)
    # The first service pays for what is asked of a VPC and of a stack once.
    service_in(stack, "First", vpc=vpc, listeners=[listener(80, targets=addresses())])
    make = prepare(stack, vpc)
    with count_round_trips() as trips:
        make(stack)
    assert trips.total == PINNED[prepare], trips.by_line()


def test_what_a_vpc_is_asked_once() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=THREE)
    given = [listener(80, targets=addresses())]
    totals: list[int] = []
    for name in ("First", "Second", "Third"):
        with count_round_trips() as trips:
            service_in(stack, name, vpc=vpc, listeners=given)
        totals.append(trips.total)
    assert totals[0] > totals[1] == totals[2]


def test_more_targets_cost_no_more() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=THREE)
    totals: list[int] = []
    for count in (1, 1, 20):
        found = [address(f"10.0.{zone}.{it}") for zone in (0, 64, 128) for it in range(count)]
        given = [listener(80, targets=found)]
        with count_round_trips() as trips:
            service_in(stack, f"With{len(totals)}", vpc=vpc, listeners=given)
        totals.append(trips.total)
    assert totals[1] == totals[2]


# Properties.


def read(service: NetworkLoadBalancedEndpointService | EndpointService) -> list[object]:
    found: list[object] = [
        service.availability_zones,
        service.endpoint_service_id,
        service.endpoint_service_name,
        service.load_balancers,
    ]
    if isinstance(service, NetworkLoadBalancedEndpointService):
        found += [service.connections, service.target_groups]
    return found


@pytest.mark.parametrize("agnostic", [False, True])
def test_second_reads_of_a_service_cost_nothing(*, agnostic: bool) -> None:
    stack = new_stack(agnostic=agnostic)
    service = service_in(stack)
    first = read(service)
    with count_round_trips() as trips:
        assert read(service) == first
    assert trips.total == 0, trips.by_line()


def test_second_reads_of_an_existing_service_cost_nothing() -> None:
    stack = new_stack()
    service = EndpointService(
        stack, "Service", load_balancers=[imported_load_balancer(stack, "Nlb")]
    )
    first = read(service)
    with count_round_trips() as trips:
        assert read(service) == first
    assert trips.total == 0, trips.by_line()


# The counter.


def test_requests_are_counted_by_kind_subject_and_line() -> None:
    stack = new_stack()
    with count_round_trips() as trips:
        parameter = cdk.CfnParameter(stack, "Parameter")
        parameter.default = "x"
        assert parameter.default == "x"
        cdk.Stack.of(parameter)
    assert trips.by_kind() == {"create": 1, "get": 1, "set": 1, "sinvoke": 1}
    assert trips.by_subject()["aws-cdk-lib.CfnParameter.default"] == 2
    assert all(it.startswith("test_round_trips.py:") for it in trips.by_line())


def test_requests_are_counted_only_inside() -> None:
    with count_round_trips() as trips:
        pass
    new_stack()
    assert trips.total == 0
