"""What the constructs ask the CDK, asked as rarely as possible.

Each read of a property and each call is a round trip to the Node process. What can't change in the
life of a tree is kept, in memos that hold nothing alive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs.errors import ValidationError
from privatelink_constructs.facts.partitions import REGIONS, partition_of, service_name_prefix
from privatelink_constructs.rules.core import Severity, is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    import constructs

    from privatelink_constructs.rules.core import Problem, Rule


@dataclass(frozen=True)
class Site:
    """Where a construct is about to be defined: its scope, and its id there.

    Reading the path is a round trip, so it is read when a message needs it.
    """

    scope: constructs.Construct
    id: str | None = None

    @property
    def path(self) -> str:
        """The path of the construct."""
        path = self.scope.node.path
        return "/".join(part for part in (path, self.id) if part)


def refuse(problems: Iterable[Problem], site: Site | None = None) -> list[Problem]:
    """Raise the first error among problems, and return the warnings.

    :raises ValidationError: for the first problem that is an error.
    """
    warnings: list[Problem] = []
    for problem in problems:
        if problem.rule.severity is Severity.ERROR:
            path = site.path if site else None
            raise ValidationError(problem.message, code=problem.rule.id, construct_path=path)
        warnings.append(problem)
    return warnings


def warn(scope: constructs.Construct, problems: Iterable[Problem]) -> None:
    """Annotate a construct with warnings that can be acknowledged by their stable ids."""
    found = {(problem.rule.id, problem.message): problem for problem in problems}
    if not found:
        return
    annotations = cdk.Annotations.of(scope)
    for rule, message in found:
        annotations.add_warning_v2(f"privatelink-constructs:{rule}", message)


def acknowledge(resource: cdk.CfnResource, rule: Rule[...], reason: str) -> None:
    """Write into the template that a finding on a resource is meant, for the checks to read."""
    resource.add_metadata("privatelink-constructs", {"acknowledged": {rule.id: reason}})


def referenced(value: str | None) -> constructs.IConstruct | None:
    """Return the construct that a text refers to, None when it is no reference."""
    if value is None or not is_token(value):
        return None
    token = cdk.Tokenization.reverse_string(value).first_token
    return token.target if isinstance(token, cdk.Reference) else None


def reference(thing: object) -> str:
    """Return what the Node process calls an object, the same for each Python object of it.

    The objects that reading a property returns are new ones each time, unless Python made them.
    """
    return str(cast("Any", thing).__jsii_ref__.ref)


@dataclass(frozen=True)
class Environment:
    """The account and the Region of a stack, None for what is only known at deployment."""

    account: str | None
    region: str | None

    @property
    def partition(self) -> str | None:
        """The name of the partition, for example ``aws-cn``."""
        partition = partition_of(self.region) if self.region else None
        return partition.name if partition else None


_environments: WeakKeyDictionary[cdk.Stack, Environment] = WeakKeyDictionary()


_ports: WeakKeyDictionary[cdk.Stack, dict[tuple[str, int, int], ec2.Port]] = WeakKeyDictionary()


def port_of(stack: cdk.Stack, protocol: str, first: int, last: int | None = None) -> ec2.Port:
    """Return a port as security groups take it; a stack's constructs share them.

    :param protocol: ``tcp`` or ``udp``.
    """
    last = first if last is None else last
    ports = _ports.setdefault(stack, {})
    key = (protocol, first, last)
    if key not in ports:
        if first == last:
            ports[key] = ec2.Port.udp(first) if protocol == "udp" else ec2.Port.tcp(first)
        else:
            make = ec2.Port.udp_range if protocol == "udp" else ec2.Port.tcp_range
            ports[key] = make(first, last)
    return ports[key]


_peers: WeakKeyDictionary[cdk.Stack, dict[tuple[str, bool], ec2.IPeer]] = WeakKeyDictionary()


def peer_of(stack: cdk.Stack, cidr: str, *, ipv6: bool) -> ec2.IPeer:
    """Return a range as security groups take it; a stack's constructs share them."""
    peers = _peers.setdefault(stack, {})
    # Of a token the text doesn't tell its family.
    key = (cidr, ipv6)
    if key not in peers:
        peers[key] = ec2.Peer.ipv6(cidr) if ipv6 else ec2.Peer.ipv4(cidr)
    return peers[key]


_stacks: WeakKeyDictionary[constructs.IConstruct, cdk.Stack] = WeakKeyDictionary()


def stack_of(scope: constructs.Construct) -> cdk.Stack:
    """Return the stack that a construct is in."""
    if isinstance(scope, cdk.Stack):
        return scope
    if scope not in _stacks:
        _stacks[scope] = cdk.Stack.of(scope)
    return _stacks[scope]


_stages: WeakKeyDictionary[cdk.Stack, cdk.Stage] = WeakKeyDictionary()


def stage_of(stack: cdk.Stack) -> cdk.Stage:
    """Return the stage that a stack is in, the app itself where there is no other."""
    found = _stages.get(stack)
    if found is None:
        # Every stack that is part of an app is in a stage: the app is one.
        found = _stages[stack] = cast("cdk.Stage", cdk.Stage.of(stack))
    return found


_deployed_after: WeakKeyDictionary[cdk.Stack, set[str]] = WeakKeyDictionary()


def deploy_after(stack: cdk.Stack, other: cdk.Stack) -> None:
    """Have a stack deployed after another."""
    done = _deployed_after.setdefault(stack, set())
    if reference(other) not in done:
        done.add(reference(other))
        stack.add_stack_dependency(other)


def environment_of(stack: cdk.Stack) -> Environment:
    """Return the environment of a stack, read once."""
    found = _environments.get(stack)
    if found is None:
        found = Environment(account=known(stack.account), region=known(stack.region))
        _environments[stack] = found
    return found


def endpoint_service_arn(scope: constructs.Construct, service_id: str) -> str:
    """Return the ARN of an endpoint service of the stack that a construct is in."""
    stack = stack_of(scope)
    environment = environment_of(stack)
    partition = environment.partition or stack.partition
    region = environment.region or stack.region
    account = environment.account or stack.account
    return f"arn:{partition}:ec2:{region}:{account}:vpc-endpoint-service/{service_id}"


def further_regions(regions: Iterable[str]) -> tuple[str, ...]:
    """Return what the installed CDK knows of Regions that this version doesn't."""
    if all(region in REGIONS for region in regions):
        return ()
    from aws_cdk import region_info  # noqa: PLC0415 - a module more, for a rare question

    return tuple(region.name for region in region_info.RegionInfo.regions)


def service_name(region: str | None, service_id: str) -> str:
    """Return the name of an endpoint service, which CloudFormation doesn't give.

    :param region: the service's Region, None when only the deployment knows it.
    :param service_id: the id of the service, usually a token.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """
    partition = partition_of(region) if region else None
    if partition:
        return f"{service_name_prefix(partition.dns_suffix)}.{region}.{service_id}"
    parts = [_reversed_dns_suffix(), "vpce", region or {"Ref": "AWS::Region"}, service_id]
    return cdk.Token.as_string(_join(".", parts))


def _reversed_dns_suffix() -> object:
    """Return the partition's DNS suffix the other way round, as CloudFormation computes it.

    A suffix has two to four labels. Two more dots make sure that there are four parts to select
    from; the empty ones come out as leading dots, which are then cut off with the mark before them.
    """
    suffix = _join("", [{"Ref": "AWS::URLSuffix"}, ".."])
    labels = [{"Fn::Select": [index, _split(".", suffix)]} for index in ("3", "2", "1", "0")]
    turned = _join("", ["|", _join(".", labels)])
    for mark in ("|..", "|.", "|"):
        turned = _join("", _split(mark, turned))
    return turned


def _join(delimiter: str, parts: object) -> dict[str, object]:
    return {"Fn::Join": [delimiter, parts]}


def _split(delimiter: str, source: object) -> dict[str, object]:
    return {"Fn::Split": [delimiter, source]}
