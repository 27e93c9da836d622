"""What annotations say that a parameter takes, and how messages say it."""

from __future__ import annotations

import enum
from collections import UserList
from dataclasses import dataclass, make_dataclass
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_lambda as lambda_
from tests.support.load_balanced import certificate, new_stack, service_in
from tests.support.vpcs import imported_vpc, vpc_in

import privatelink_constructs
from privatelink_constructs import (
    AcceptancePolicy,
    EndpointDns,
    InterfaceEndpoint,
    Listener,
    TemplateEnvironment,
)
from privatelink_constructs.rules.annotations import (
    Anything,
    Parameters,
    expectation_of,
    find_class,
    fits,
)
from privatelink_constructs.rules.core import BEFORE_REMEDY
from privatelink_constructs.rules.protocols import provides
from privatelink_constructs.rules.wording import quoted, shown

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "${Token[TOKEN.1]}"
NUMBER = -1.8881545897087626e289


class Color(enum.Enum):
    RED = "red"


@dataclass
class Point:
    x: int
    name: str | None = None


NAMES: dict[str, object] = {
    "Color": Color,
    "Point": Point,
    "ec2": ec2,
    "TemplateEnvironment": TemplateEnvironment,
}


def misfit(annotation: str, value: object) -> str | None:
    return expectation_of(annotation, NAMES).misfit(value, "it")


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("int", 443),
        ("int", NUMBER),
        ("float", 1),
        ("float", 1.5),
        ("bool", False),
        ("str", ""),
        ("str", TOKEN),
        ("str | None", None),
        ("object", object()),
        ("Color", Color.RED),
        ("Point", Point(1)),
        ("Point", Point(1, "a")),
        ("Sequence[int]", []),
        ("Sequence[int]", (443,)),
        ("Sequence[int]", range(9000, 9003)),
        ("Sequence[int]", UserList([443])),
        ("Sequence[str]", ["#{Token[TOKEN.1]}"]),
        ("tuple[int, ...]", (1, 2)),
        ("Sequence[int | str] | None", ["53/udp", 443]),
        ("Mapping[str, Sequence[int]]", {"a": [1], TOKEN: []}),
    ],
)
def test_takes_what_the_annotation_says(annotation: str, value: object) -> None:
    assert misfit(annotation, value) is None


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        ("int", "443", "argument it must be an int, not the str '443'"),
        ("int", True, "argument it must be an int, not the bool True"),
        ("int", 1.5, "argument it must be an int, not the float 1.5"),
        ("float", "1", "argument it must be a float, not the str '1'"),
        ("bool", 1, "argument it must be a bool, not the int 1"),
        ("str", 5, "argument it must be a str, not the int 5"),
        ("str", None, "argument it must be a str, not None"),
        ("str", b"x", "argument it must be a str, not a bytes"),
        ("str | None", [], "argument it must be a str or None, not a list"),
        ("int", TOKEN, "argument it must be an int, not a token, which is a str"),
        ("str", NUMBER, "argument it must be a str, not a token, which is a float"),
        ("str", 10**100, f"argument it must be a str, not the int {10**59}..."),
        ("Color", "RED", "argument it must be a Color, not the str 'RED'"),
        ("Color", Color, "argument it must be a Color, not the class Color"),
        ("Point", Point("1"), "argument it.x must be an int, not the str '1'"),  # pyright: ignore[reportArgumentType]
        ("Sequence[int]", "443", "argument it must be a list of int, not the str '443'"),
        ("Sequence[int]", b"443", "argument it must be a list of int, not a bytes"),
        ("Sequence[int]", 443, "argument it must be a list of int, not the int 443"),
        ("Sequence[int]", {443}, "argument it must be a list of int, not a set"),
        ("Sequence[int]", [1, "2"], "argument it[1] must be an int, not the str '2'"),
        ("Sequence[int | str]", [None], "argument it[0] must be an int or a str, not None"),
        ("Sequence[int] | None", [None], "argument it[0] must be an int, not None"),
        ("Sequence[int] | None", "1", "argument it must be a list of int or None, not the str '1'"),
        (
            "Sequence[int | str | None]",
            1,
            "argument it must be a list of int, str, or None, not the int 1",
        ),
        ("Mapping[str, int]", ["a"], "argument it must be a mapping of str to int, not a list"),
        ("Mapping[str, int]", {1: 1}, "a key of it must be a str, not the int 1"),
        ("Mapping[str, int]", {"a": "b"}, "argument it['a'] must be an int, not the str 'b'"),
        ("Mapping[str, int]", {TOKEN: "b"}, "argument it[<token>] must be an int, not the str 'b'"),
        ("ec2.IVpc", "vpc-1", "argument it must be an ec2.IVpc, not the str 'vpc-1'"),
        (
            "Mapping[str, TemplateEnvironment] | None",
            {"a": TemplateEnvironment(region=5)},  # pyright: ignore[reportArgumentType]
            "argument it['a'].region must be a str or None, not the int 5",
        ),
    ],
)
def test_fails_when_a_value_is_of_another_type(
    annotation: str, value: object, message: str
) -> None:
    found = misfit(annotation, value)

    assert found is not None
    found = found.partition(BEFORE_REMEDY)[0]
    assert found == message or (message.endswith("...") and found.startswith(message[:40]))


def test_a_class_of_a_module_that_is_not_loaded_has_no_objects() -> None:
    assert find_class("nothing.INothing", {}) is None
    assert (
        misfit("nothing.INothing", object())
        == "argument it must be a nothing.INothing, not an object\npass a nothing.INothing"
    )


def test_classes_are_found_by_their_usual_names() -> None:
    assert find_class("ec2.IVpc", {}) is ec2.IVpc
    assert find_class("elbv2.Protocol", {}) is elbv2.Protocol
    assert find_class("lambda_.Function", {}) is lambda_.Function
    assert find_class("cdk.Duration", {}) is cdk.Duration
    assert find_class("Duration", {}) is cdk.Duration
    assert find_class("Listener", {}) is privatelink_constructs.Listener
    assert find_class("Nothing", {}) is None


@jsii.implements(ec2.IConnectable)
class Declared:
    @property
    def connections(self) -> ec2.Connections:
        raise NotImplementedError


class Undeclared:
    @property
    def connections(self) -> ec2.Connections:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("kind", "protocol", "provided"),
    [
        (ec2.Vpc, ec2.IVpc, True),
        (ec2.SecurityGroup, ec2.IConnectable, True),
        (ec2.SecurityGroup, ec2.IVpc, False),
        (Declared, ec2.IConnectable, True),
        # To a type checker it is one. The Node process sees nothing of it.
        (Undeclared, ec2.IConnectable, False),
        (InterfaceEndpoint, ec2.IConnectable, True),
        (InterfaceEndpoint, privatelink_constructs.IInterfaceEndpoint, True),
        (InterfaceEndpoint, privatelink_constructs.IEndpointService, False),
    ],
)
def test_what_a_class_provides(kind: type, protocol: type, *, provided: bool) -> None:
    assert provides(kind, protocol) is provided


IMPORTED: dict[str, tuple[Callable[[cdk.Stack], object], Any]] = {
    "a VPC": (imported_vpc, ec2.IVpc),
    "a looked-up VPC": (lambda it: ec2.Vpc.from_lookup(it, "V", vpc_id="vpc-12345678"), ec2.IVpc),
    "a subnet": (lambda it: ec2.Subnet.from_subnet_id(it, "S", "subnet-1"), ec2.ISubnet),
    "a selected subnet": (lambda it: vpc_in(it).isolated_subnets[0], ec2.ISubnet),
    "a security group": (
        lambda it: ec2.SecurityGroup.from_security_group_id(it, "G", "sg-1"),
        ec2.ISecurityGroup,
    ),
    "a peer": (lambda _: ec2.Peer.prefix_list("pl-1"), ec2.IPeer),
    "a certificate": (certificate, elbv2.IListenerCertificate),
    "a function": (
        lambda it: lambda_.Function.from_function_arn(
            it, "F", "arn:aws:lambda:eu-west-1:111111111111:function:payments"
        ),
        ec2.IConnectable,
    ),
    "a load balancer": (
        lambda it: service_in(it).load_balancers[0],
        elbv2.INetworkLoadBalancer,
    ),
}


@pytest.mark.parametrize("name", IMPORTED)
def test_imported_objects_are_what_their_interface_says(name: str) -> None:
    make, kind = IMPORTED[name]
    stack = cdk.Stack(
        cdk.App(), "S", env=cdk.Environment(account="111111111111", region="eu-west-1")
    )
    value = make(stack)

    assert fits(value, kind)
    assert not fits(value, elbv2.INetworkTargetGroup)


def test_an_imported_object_is_named_by_its_interface() -> None:
    assert shown(imported_vpc(new_stack())) == "an ec2.IVpc"


def test_a_long_text_is_cut_and_keeps_its_quotation_marks() -> None:
    assert quoted("x" * 58) == repr("x" * 58)
    assert quoted("x" * 59) == f"'{'x' * 59}...'"


def test_arguments_are_named_by_their_parameters() -> None:
    def call(first: int, *others: int, last: int = 0) -> None:
        del first, others, last

    named = Parameters(call, {"last": "object"})
    assert named.arguments((1, 2, 3), {"last": 4}) == {
        "first": 1,
        "others[0]": 2,
        "others[1]": 3,
        "last": 4,
    }
    assert isinstance(named.expectations["last"], Anything)
    assert named.misfit({"first": 1, "unknown": 2}) is None
    assert named.misfit({"others[1]": "2"}) == (
        "argument others[1] must be an int, not the str '2'\npass a whole number"
    )


@pytest.mark.parametrize(
    ("annotation", "value", "hint"),
    [
        ("Sequence[int]", 443, "put it in a list: it=[443]"),
        ("Sequence[ec2.IPeer | str]", "10.0.0.0/8", "put it in a list: it=['10.0.0.0/8']"),
        pytest.param("Sequence[str]", TOKEN, "put it in a list: it=[...]", id="token"),
        ("Sequence[str]", "x" * 100, "put it in a list: it=[...]"),
        ("Sequence[Listener]", Listener.udp(53, registered_elsewhere=True), "it=[...]"),
        ("Sequence[HubNaming]", "profile", "HubNaming.private_hosted_zones(...)"),
        ("str", 222222222222, 'use quotation marks: "222222222222"'),
        ("ec2.IVpc", "vpc-1", "use ec2.Vpc.from_lookup(...) for an existing VPC"),
        ("cdk.Duration | None", 300, "use cdk.Duration.seconds(...)"),
        (
            "AcceptancePolicy",
            AcceptancePolicy.automatic,
            "call AcceptancePolicy.automatic(...), and pass what it returns",
        ),
        (
            "AcceptancePolicy",
            lambda: True,
            "use AcceptancePolicy.manual(), .automatic(), or .by_rules(...)",
        ),
        ("Decision", "reject", "use Decision.LEAVE_PENDING or Decision.REJECT"),
        ("ec2.InstanceClass", "public", " or another"),
        ("TemplateEnvironment", {"region": "eu-west-1"}, "use TemplateEnvironment(...)"),
        (
            "Mapping[object, object]",
            "a.yaml",
            "such as json.loads(text) or Template.from_stack(stack).to_json()",
        ),
    ],
)
def test_says_how_to_make_what_is_wanted(annotation: str, value: object, hint: str) -> None:
    found = misfit(annotation, value)
    assert found is not None
    assert found.endswith(hint)


def test_says_how_to_pass_az_ids() -> None:
    expectation = expectation_of("Mapping[str, str] | None", NAMES)
    found = expectation.misfit(["euw1-az1"], "availability_zone_ids")
    assert found is not None
    assert found.endswith('\nuse a mapping such as {"eu-west-1a": "euw1-az1"}')


@pytest.mark.parametrize(
    ("annotation", "value", "remedy"),
    [
        ("int", "a", "pass a whole number"),
        ("float | None", "a", "pass a number"),
        ("str", 1.5, "pass a string"),
        ("bool", None, "pass True or False"),
        ("Sequence[str]", 5, 'pass a list of strings, such as ["a", "b"]'),
        ("Sequence[int]", "a", "pass a list of whole numbers, such as [443]"),
        ("Sequence[int | str] | None", 5.5, "pass a list of whole numbers or strings"),
        ("Sequence[ec2.ISubnet]", 5, "pass a list of ec2.ISubnet objects"),
        (
            "Mapping[str, float] | float",
            "a",
            "pass a dictionary with strings as keys and numbers as values or a number",
        ),
        ("ec2.ISubnet", 5, "pass an ec2.ISubnet"),
        (
            "Sequence[Finding | Sequence[Finding]]",
            5,
            "pass a list of Finding objects or lists of Finding objects",
        ),
    ],
)
def test_says_which_type_to_pass(annotation: str, value: object, remedy: str) -> None:
    found = misfit(annotation, value)
    assert found is not None
    assert found.endswith(f"{BEFORE_REMEDY}{remedy}")


def test_the_data_that_a_user_adds_to_a_value_is_not_checked() -> None:
    # Its types are classes where annotations aren't postponed.
    made: Any = make_dataclass(
        "OwnDns", [("note", str, "x")], bases=(EndpointDns,), frozen=True, kw_only=True
    )
    assert misfit("EndpointDns", made(note=5)) is None
    assert "hosted_zone_name" in str(misfit("EndpointDns", made(hosted_zone_name=5)))
