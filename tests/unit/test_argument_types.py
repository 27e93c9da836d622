"""A wrong type ends in a message that names the argument, for everything that users call.

The cases follow from the signatures and annotations of the public API: a parameter that is added
later is tested without a line here.
"""

from __future__ import annotations

import enum
import inspect
import re
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import constructs
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as alarm_actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from tests.support.aws_services import bundle_in
from tests.support.consumers import contract_with, endpoint_in
from tests.support.live_worlds import working
from tests.support.load_balanced import address, certificate, new_stack, service_in
from tests.support.published import imported_load_balancer, imported_zone
from tests.support.refusals import paths_in, refusal
from tests.support.vpcs import vpc_in

import privatelink_constructs
from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    AwsService,
    AwsServiceEndpoints,
    Cause,
    ConnectionAcceptor,
    CostEstimate,
    CostItem,
    CostLimit,
    Decision,
    Diagnosis,
    EndpointDns,
    EndpointHubContract,
    EndpointService,
    EndpointServiceContract,
    Finding,
    GuardRails,
    HubComparison,
    InterfaceEndpoint,
    Listener,
    LoadBalancerTopology,
    NameAnswer,
    NetworkLoadBalancedEndpointService,
    PriceList,
    PrivateDnsName,
    PrivateLinkChecks,
    PublishedContract,
    ResolverOutboundEndpoint,
    TemplateEnvironment,
    Unseen,
    ValidationError,
    check_template,
)
from privatelink_constructs.diagnosis.reader import Session
from privatelink_constructs.rules.annotations import (
    Anything,
    Either,
    Instance,
    Listed,
    Mapped,
    Plain,
    expectation_of,
    find_class,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from privatelink_constructs.rules.annotations import Expectation

NAMED_ONLY = (kms.IKey,)
"""Types of annotations that nothing else here imports: they are found where they are loaded."""

NOT_CALLED: dict[Any, str] = {
    ConnectionAcceptor: "AcceptancePolicy.by_rules makes the service define it",
    CostEstimate: "estimate_cost returns it",
    CostItem: "it is part of an estimate",
    Finding: "the checks return it",
    HubComparison: "it is part of an estimate",
    Cause: "diagnose returns it",
    Diagnosis: "diagnose returns it",
    NameAnswer: "diagnose returns it",
    Unseen: "diagnose returns it",
    PublishedContract: "EndpointServiceContract.publish returns it",
    ValidationError: "constructors and methods raise it",
    TemplateEnvironment: "its data is checked by check_templates, see below",
}
"""What users don't make, or what is checked where it is used."""
PLUGINS = {CostLimit, PrivateLinkChecks}
"""What has methods that the CDK calls."""
OF_THE_CDK = {"bind"}
"""Methods that the CDK calls."""
WHERE_JUDGED = {"targets": "target", "targets_by_zone": "target", "load_balancers": "load_balancer"}
"""What messages call a parameter whose items have a rule of their own."""


@dataclass(frozen=True)
class Call:
    """Something that users call.

    :param name: how the test is called.
    :param function: what is called, without its first parameter.
    :param owner: the class that it is of, None for a function.
    :param bound: whether it is called on an object.
    """

    name: str
    function: Callable[..., Any]
    owner: type | None = None
    bound: bool = False


def calls() -> Iterator[Call]:
    """Yield everything public that is called: constructors, factories, methods, functions."""
    for name in privatelink_constructs.__all__:
        public: Any = getattr(privatelink_constructs, name)
        if not inspect.isclass(public):
            yield Call(name, public)
        elif not issubclass(public, enum.Enum) and not getattr(public, "_is_protocol", False):
            if public not in NOT_CALLED and public.__init__ is not object.__init__:
                yield Call(name, public, public)
            yield from _members(name, public)


def _members(name: str, public: type) -> Iterator[Call]:
    for member in dir(public):
        found = inspect.getattr_static(public, member)
        home = next(base for base in public.__mro__ if member in vars(base))
        ours = home.__module__.startswith("privatelink_constructs.")
        if member.startswith("_") or member in OF_THE_CDK or not ours:
            continue
        if isinstance(found, (classmethod, staticmethod)):
            yield Call(f"{name}.{member}", getattr(public, member), public)
        elif inspect.isfunction(found) and public not in PLUGINS:
            yield Call(f"{name}.{member}", found, public, bound=True)


CALLS = {call.name: call for call in calls()}


def parameters(call: Call) -> dict[str, inspect.Parameter]:
    function = call.function.__init__ if inspect.isclass(call.function) else call.function
    found = inspect.signature(function).parameters
    skipped = {"self", "cls"}
    return {name: it for name, it in found.items() if name not in skipped}


def expectation(call: Call, parameter: str) -> Expectation:
    """Return what the annotation says, without what the decorator makes of it."""
    function: Any = call.function.__init__ if inspect.isclass(call.function) else call.function
    plain = inspect.unwrap(getattr(function, "__func__", function))
    return expectation_of(plain.__annotations__[parameter], plain.__globals__)


CASES = [(name, parameter) for name, call in CALLS.items() for parameter in parameters(call)]


@cache
def world() -> cdk.Stack:
    """Return a stack with one of everything that a parameter takes."""
    return new_stack()


@cache
def a(kind: Any) -> Any:
    """Return an object of a class, or with the members of a protocol."""
    stack = world()
    made: dict[Any, Callable[[], Any]] = {
        constructs.Construct: lambda: constructs.Construct(stack, "Scope"),
        ec2.IVpc: lambda: vpc_in(stack),
        ec2.IPeer: lambda: ec2.Peer.ipv4("10.0.0.0/16"),
        ec2.IConnectable: lambda: ec2.SecurityGroup(stack, "Client", vpc=a(ec2.IVpc)),
        ec2.ISecurityGroup: lambda: ec2.SecurityGroup(stack, "Group", vpc=a(ec2.IVpc)),
        ec2.SubnetSelection: ec2.SubnetSelection,
        s3.IBucket: lambda: s3.Bucket(stack, "Bucket"),
        sns.ITopic: lambda: sns.Topic(stack, "Topic"),
        sns.Topic: lambda: a(sns.ITopic),
        iam.PolicyStatement: GuardRails.no_cross_region,
        iam.ArnPrincipal: lambda: iam.ArnPrincipal("arn:aws:iam::222222222222:root"),
        route53.IHostedZone: lambda: imported_zone(stack),
        elbv2.INetworkLoadBalancer: lambda: imported_load_balancer(stack, "Nlb"),
        elbv2.INetworkTargetGroup: lambda: elbv2.NetworkTargetGroup(
            stack, "Targets", port=80, vpc=a(ec2.IVpc)
        ),
        elbv2.INetworkLoadBalancerTarget: address,
        elbv2.IListenerCertificate: lambda: certificate(stack),
        elbv2.HealthCheck: elbv2.HealthCheck,
        elbv2.Protocol: lambda: elbv2.Protocol.TCP,
        cdk.Duration: lambda: cdk.Duration.seconds(60),
        AwsServiceEndpoints: lambda: bundle_in(stack, AwsService.interface("sqs"), name="Sqs"),
        EndpointHubContract: lambda: EndpointHubContract.from_profile_id("rp-0123456789abcdef"),
        EndpointServiceContract: contract_with,
        privatelink_constructs.IEndpointService: lambda: service_in(stack),
        privatelink_constructs.IInterfaceEndpoint: lambda: endpoint_in(stack),
        cloudwatch.IAlarmAction: lambda: alarm_actions.SnsAction(a(sns.ITopic)),
        Listener: lambda: Listener.tcp(80, targets=[address()]),
        AcceptancePolicy: AcceptancePolicy.manual,
        AllowedPrincipal: lambda: AllowedPrincipal.account("222222222222"),
        EndpointDns: EndpointDns.endpoint_names,
        PriceList: PriceList.us_east_1,
        PrivateDnsName: lambda: PrivateDnsName.external("pay.example.com"),
        Session: lambda: working().provider,
        TemplateEnvironment: TemplateEnvironment,
        Finding: a_finding,
        LoadBalancerTopology: lambda: LoadBalancerTopology.REGIONAL,
        Decision: lambda: Decision.REJECT,
    }
    if kind in made:
        return made[kind]()
    if issubclass(kind, enum.Enum):
        return next(iter(kind))
    # The data of a value that the library alone makes.
    return object.__new__(kind)


def right_value(takes: Expectation, parameter: str = "") -> Any:
    match takes:
        case Either(options=options):
            return right_value(options[0], parameter)
        case Listed(item):
            return [right_value(item, parameter)]
        case Mapped(key, item):
            return {right_value(key): right_value(item)}
        case Instance(noun, names):
            return a(find_class(noun, names))
        case Plain(kind):
            return {int: 80, float: 1.0, bool: True, str: f"A{parameter}"}.get(kind)
        case _:
            return {}


def wrong_values(takes: Expectation) -> dict[str, Any]:
    """Return values that a parameter doesn't take, each by its name."""
    options = takes.options if isinstance(takes, Either) else (takes,)
    plain = {it.kind for it in options if isinstance(it, Plain)}
    lists = [it for it in options if isinstance(it, Listed)]
    mappings = [it for it in options if isinstance(it, Mapped)]
    found: dict[str, Any] = {
        "None": None,
        "an int": 5,
        "a bool": True,
        "a float": 1.5,
        "a str": "10.0.0.0/8",
        "an empty str": "",
        "bytes": b"443",
        "an object": object(),
        "a class": Listener,
        "a list": [object()],
        "an empty list": [],
        "a dict": {"a": object()},
        "an empty dict": {},
        "a set": {1},
        "a generator": (it for it in ()),
        "a queue": sqs_queue(),
        "a table": a_table(),
    }
    kinds = {
        type(None): ["None"],
        int: ["an int"],
        bool: ["a bool"],
        float: ["an int", "a float"],
        str: ["a str", "an empty str"],
    }
    for kind in plain:
        for name in kinds[kind]:
            found.pop(name, None)
    for it in lists:
        del found["an empty list"]
        for name, value in wrong_values(it.item).items():
            found[f"{name} in a list"] = [right_value(it.item), value]
    for it in mappings:
        del found["an empty dict"]
        if isinstance(it.item, Anything):
            del found["a dict"]
        for name, value in wrong_values(it.item).items():
            found[f"{name} in a dict"] = {"a": value}
    if any(isinstance(it, Instance) and it.noun == "constructs.Construct" for it in options):
        found = {name: it for name, it in found.items() if not isinstance(it, constructs.Construct)}
    return {} if any(isinstance(it, Anything) for it in options) else found


@cache
def sqs_queue() -> sqs.Queue:
    return sqs.Queue(world(), "Queue")


@cache
def a_table() -> dynamodb.Table:
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    return dynamodb.Table(world(), "Table", partition_key=key)


def a_finding() -> Finding:
    template = {"Resources": {"P": {"Type": "AWS::EC2::VPCEndpointServicePermissions"}}}
    return check_template(template, region="eu-west-1")[0]


def arguments_of(call: Call, parameter: str, value: object) -> tuple[list[Any], dict[str, Any]]:
    """Return arguments that are right, but for one of them."""
    taken = parameters(call)
    given = {
        name: right_value(expectation(call, name), name)
        for name, it in taken.items()
        if it.default is inspect.Parameter.empty and it.kind is not it.VAR_POSITIONAL
    }
    positional = [a_bound(call)] if call.bound else []
    if taken[parameter].kind is inspect.Parameter.VAR_POSITIONAL:
        before = [it.name for it in taken.values() if it.kind is it.POSITIONAL_OR_KEYWORD]
        return [*positional, *(given.pop(name) for name in before), value], given
    return positional, {**given, parameter: value}


@cache
def a_bound(call: Call) -> Any:
    """Return an object to call a method of."""
    stack = world()
    name = f"Of{call.name.replace('.', '')}"
    owner = cast("Any", call.owner)
    made: dict[Any, Callable[[], Any]] = {
        EndpointService: lambda: EndpointService(
            stack, name, load_balancers=[imported_load_balancer(stack, name)], ports=[443]
        ),
        AwsServiceEndpoints: lambda: bundle_in(stack, AwsService.interface("logs"), name=name),
        InterfaceEndpoint: lambda: endpoint_in(stack, name),
        NetworkLoadBalancedEndpointService: lambda: service_in(stack, name),
        EndpointHubContract: lambda: a(EndpointHubContract),
        EndpointServiceContract: contract_with,
        ResolverOutboundEndpoint: lambda: ResolverOutboundEndpoint(
            stack, name, vpc=vpc_in(stack, f"{name}Vpc")
        ),
        ConnectionAcceptor: lambda: (
            service_in(
                stack,
                name,
                acceptance=AcceptancePolicy.by_rules(accept_accounts=["222222222222"]),
                allowed_principals=["222222222222"],
            ).acceptor
        ),
    }
    return made[owner]()


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_an_annotation_can_be_read(name: str, parameter: str) -> None:
    def names(it: Expectation) -> Iterator[Instance]:
        match it:
            case Either(options=options):
                yield from chain.from_iterable(map(names, options))
            case Listed(item):
                yield from names(item)
            case Mapped(key, item):
                yield from (*names(key), *names(item))
            case Instance():
                yield it
            case _:
                pass

    for found in names(expectation(CALLS[name], parameter)):
        assert find_class(found.noun, found.names) is not None, found.noun


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_fails_when_an_argument_is_of_a_wrong_type(name: str, parameter: str) -> None:
    call = CALLS[name]
    values = wrong_values(expectation(call, parameter))
    arguments = {
        description: arguments_of(call, parameter, it) for description, it in values.items()
    }
    before = paths_in(world())

    for description, (positional, named) in arguments.items():
        with pytest.raises(ValidationError) as caught:
            pytest.fail(f"takes {description}: {call.function(*positional, **named)}")
        refused = caught.value
        assert WHERE_JUDGED.get(parameter, parameter) in refused.message, description
        assert "Token[" not in refused.message, description
        # What another rule says more about has that rule's code.
        assert parameter in WHERE_JUDGED or refused.code == "argument-type-mismatch", description
        if refused.code == "argument-type-mismatch":
            assert re.search(r"\. (Call|Pass|Put|Use) \S[^\n]*\.$", refused.message), description
    assert paths_in(world()) == before


@pytest.mark.parametrize(
    "name", [name for name, call in CALLS.items() if "scope" in parameters(call)]
)
def test_fails_when_a_construct_is_of_a_wrong_type_with_its_path(name: str) -> None:
    wrong = next(it for it in reversed(parameters(CALLS[name])) if it not in {"scope", "id"})
    positional, named = arguments_of(CALLS[name], wrong, object())
    with refusal("argument-type-mismatch", wrong) as caught:
        CALLS[name].function(*positional, **named)
    assert caught.value.construct_path == "Stack/Scope/Aid"


def texts(takes: Expectation, value: str) -> Any:
    """Return a text, or a mapping with it, for a parameter that takes it on its own, else None."""
    match takes:
        case Plain(kind) if kind is str:
            return value
        case Either(options=options):
            found = [texts(option, value) for option in options]
            return next((it for it in found if it is not None), None)
        case Mapped(_, Plain(kind)) if kind is str:
            return {"eu-west-1a": value}
        case _:
            return None


LIST = cdk.Fn.split(",", cdk.Fn.import_value("List"))[0]
"""A text that stands for a list."""
TEXTS = [
    (name, parameter)
    for name, parameter in CASES
    if texts(expectation(CALLS[name], parameter), LIST) is not None
    and parameters(CALLS[name])[parameter].kind is not inspect.Parameter.VAR_POSITIONAL
    # Users make it with its factories.
    and CALLS[name].function is not PrivateDnsName
]


@pytest.mark.parametrize(("name", "parameter"), TEXTS)
def test_fails_when_a_text_is_a_list_of_the_deployment(name: str, parameter: str) -> None:
    call = CALLS[name]
    value = texts(expectation(call, parameter), LIST)
    positional, named = arguments_of(call, parameter, value)
    before = paths_in(world())
    # A metric has an ID, too, which isn't that of a construct.
    names_construct = parameter == "id" and "scope" in parameters(call)
    code = "construct-id-malformed" if names_construct else "argument-list-not-supported"
    called = "The construct ID" if names_construct else rf"(Argument|A value of) {parameter} is"
    with refusal(code, called):
        call.function(*positional, **named)
    assert paths_in(world()) == before


def test_what_users_dont_call_is_listed_for_a_reason() -> None:
    assert {it.__name__ for it in NOT_CALLED} <= set(privatelink_constructs.__all__)
    assert all(NOT_CALLED.values())
