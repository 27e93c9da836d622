"""Reads values from the CDK, as rarely as possible.

Each read of a property and each call is a round trip to the Node process.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs.errors import ValidationError
from privatelink_constructs.facts.partitions import REGIONS, partition_of
from privatelink_constructs.rules.arguments import scope_in_stack
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import constructs

_UNKNOWN_ACCOUNT = "unknown-account"
_UNKNOWN_REGION = "unknown-region"
"""The value in a stack's environment for what is known only at deployment.

:see: https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk/Stack.html#aws_cdk.Stack.environment
"""


def referenced(value: str | None) -> constructs.IConstruct | None:
    """Return the construct that a text refers to, None if it isn't a reference."""
    if value is None or not is_token(value):
        return None
    token = cdk.Tokenization.reverse_string(value).first_token
    return token.target if isinstance(token, cdk.Reference) else None


def only_reference_in(value: str) -> cdk.Reference | None:
    """Return the reference that a text consists of, None if it contains anything else."""
    if not is_token(value):
        return None
    fragments = cdk.Tokenization.reverse_string(value)
    token = fragments.first_token if fragments.length == 1 else None
    return token if isinstance(token, cdk.Reference) else None


def kind_of_resource(resource: object) -> str | None:
    """Return the class of a resource, such as ``aws_ec2.CfnVPC``, without a round trip.

    None for parameters, stacks, and custom resources, which can return anything.
    """
    name = str(getattr(type(resource), "__jsii_type__", "")).removeprefix("aws-cdk-lib.")
    module, _, kind = name.partition(".")
    own = module.startswith("aws_") and kind.startswith("Cfn")
    return name if own and module not in {"aws_cloudformation", "aws_ssm"} else None


def reference(thing: object) -> str:
    """Return the name of an object in the Node process, the same for each of its Python objects.

    The objects that reading a property returns are new ones each time, unless Python made them.
    """
    return str(cast("Any", thing).__jsii_ref__.ref)


def is_child_of(construct: constructs.IConstruct, parent: constructs.IConstruct) -> bool:
    """Return whether a construct is defined directly below another, where its ID is unique."""
    scope = construct.node.scope
    return scope is not None and reference(scope) == reference(parent)


def default_children(
    scope: constructs.Construct, parents: Iterable[constructs.IConstruct]
) -> list[constructs.IConstruct]:
    """Return the resources of constructs, for all of them in two round trips.

    A construct of the CDK defines its own resource first, so that is the next one in the tree.

    :param scope: what the constructs are below.
    """
    wanted, found = set(map(reference, parents)), list["constructs.IConstruct"]()
    expected = False
    for construct in scope.node.find_all():
        if expected:
            found.append(construct)
        expected = reference(construct) in wanted
    return found


def text_of(thing: object, name: str) -> str:
    """Read a property of something that may be imported, as text: see :func:`asked`."""
    return str(asked(thing, name))


def asked(thing: object, name: str) -> object:
    """Read a property of something that may be imported, in one round trip.

    An object that the CDK only declares as an interface is a proxy of jsii, which asks Node whether
    the property is there before it reads it. The delegates of the proxy know that in Python.
    Without delegates it is read in the usual way.

    :param thing: the object.
    :param name: the name of the property, as in Python.
    """
    delegates = cast("Sequence[object]", vars(thing).get("_delegates", ()))
    known_in_python = (it for it in delegates if hasattr(type(it), name))
    return getattr(next(known_in_python, thing), name)


@dataclass(frozen=True)
class StackEnvironment:
    """The account and the Region of a stack, None for what is only known at deployment."""

    account: str | None
    region: str | None

    @property
    def partition(self) -> str | None:
        """The name of the partition, for example ``aws-cn``."""
        partition = partition_of(self.region) if self.region else None
        return partition.name if partition else None


@once_for_each
def port_of(
    stack: cdk.Stack,
    protocol: str,
    first: int,
    last: int | None = None,
) -> ec2.Port:
    """Return a port as security groups take it; a stack's constructs share them.

    The CDK treats all ports that are tokens as equal, and would keep only the first of several
    rules that differ only in their port. So each port has a text that contains what its token
    resolves to.

    :param protocol: ``tcp`` or ``udp``.
    """
    if is_token(first) or is_token(last):
        return ec2.Port(
            protocol=ec2.Protocol.UDP if protocol == "udp" else ec2.Protocol.TCP,
            from_port=first,
            to_port=first if last is None else last,
            string_representation=" ".join(
                [protocol, name_of_number(stack, first), name_of_number(stack, last or first)]
            ),
        )
    if last is None or first == last:
        return ec2.Port.udp(first) if protocol == "udp" else ec2.Port.tcp(first)
    make = ec2.Port.udp_range if protocol == "udp" else ec2.Port.tcp_range
    return make(first, last)


def name_of_number(stack: cdk.Stack, number: float) -> str:
    """Return the text for a number in IDs: what a token resolves to, never the token."""
    if not is_token(number):
        return str(number)
    return "".join(filter(str.isalnum, json.dumps(stack.resolve(number))))


def place_of_text(stack: cdk.Stack, text: str) -> tuple[bool, str]:
    """Return a sort key for texts: literals first, then what tokens resolve to.

    The text of a token depends on what else is in the app.
    """
    later = is_token(text)
    return later, json.dumps(stack.resolve(text), sort_keys=True) if later else text


@once_for_each
def peer_of(
    stack: cdk.Stack,  # noqa: ARG001 - whose constructs share it
    cidr: str,
    *,
    ipv6: bool,
) -> ec2.IPeer:
    """Return a CIDR block as security groups take it; a stack's constructs share them.

    :param ipv6: the address family, which the text of a token doesn't show.
    """
    return ec2.Peer.ipv6(cidr) if ipv6 else ec2.Peer.ipv4(cidr)


@once_for_each
def seconds_of(
    stack: cdk.Stack,  # noqa: ARG001 - whose constructs share it
    number: int,
) -> cdk.Duration:
    """Return a duration of seconds; a stack's constructs share them."""
    return cdk.Duration.seconds(number)


def stack_of(scope: constructs.IConstruct) -> cdk.Stack:
    """Return the stack that a construct is in."""
    return scope if isinstance(scope, cdk.Stack) else _stack_of(scope)


def root_stack_of(stack: cdk.Stack) -> cdk.Stack:
    """Return the root stack of a nested stack, and any other stack itself."""
    parent = stack.nested_stack_parent
    return stack if parent is None else root_stack_of(parent)


@once_for_each
def _stack_of(scope: constructs.IConstruct) -> cdk.Stack:
    try:
        return cdk.Stack.of(scope)
    except RuntimeError:  # the CDK has no other way to read it
        [problem] = scope_in_stack(scope.node.path)
        raise ValidationError(problem.message, code=problem.rule.id) from None


@once_for_each
def root_of(scope: constructs.IConstruct) -> constructs.IConstruct:
    """Return the root of the tree that a construct is in."""
    return scope.node.root


@once_for_each
def stage_of(stack: cdk.Stack) -> cdk.Stage:
    """Return the stage that a stack is in, or the app."""
    # Every stack that is part of an app is in a stage: the app is one.
    return cast("cdk.Stage", cdk.Stage.of(stack))


@once_for_each
def environment_of(stack: cdk.Stack) -> StackEnvironment:
    """Return the environment of a stack, which the CDK returns in one text."""
    account, region = stack.environment.removeprefix("aws://").split("/")
    return StackEnvironment(
        account=None if account == _UNKNOWN_ACCOUNT else account,
        region=None if region == _UNKNOWN_REGION else region,
    )


@once_for_each
def environment_of_resource(resource: cdk.IResource | cdk.Resource) -> StackEnvironment:
    """Return the environment of a resource, which can be imported from another one."""
    environment = resource.env
    return StackEnvironment(account=known(environment.account), region=known(environment.region))


def further_regions(regions: Iterable[str]) -> tuple[str, ...]:
    """Return the Regions that the installed CDK knows, and this version doesn't."""
    if all(region in REGIONS for region in regions):
        return ()
    from aws_cdk import region_info  # noqa: PLC0415 - a module more, for a rare question

    return tuple(region.name for region in region_info.RegionInfo.regions)
