"""How messages show values and types."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Sequence

_PACKAGE = "privatelink_constructs"
_SHOWN = 60
_BITS = 10_000
"""Python doesn't print larger numbers, so messages show only their size."""
_AN = ("a", "e", "i", "o", "u", "s3.", "sns.", "sqs.", "ssm.")
_MEMBERS = 5
"""How many members of an enum a message lists."""

_MADE_WITH = {
    "AwsService": "AwsService.interface(...), AwsService.gateway(...), or a set of AwsServices",
    "AcceptancePolicy": "AcceptancePolicy.manual(), .automatic(), or .by_rules(...)",
    "Duration": "cdk.Duration.seconds(...)",
    "EndpointPolicy": "EndpointPolicy.organization(...), .account(), .full_access(), or "
    ".from_document(...)",
    "EndpointDns": "EndpointDns.private_hosted_zone(...) or another of its methods",
    "EndpointHubContract": "hub.contract, or EndpointHubContract.from_profile_id(...)",
    "EndpointServiceContract": "service.contract, or "
    "EndpointServiceContract.from_service_name(name, ports=[443])",
    "HubNaming": "HubNaming.profile() or HubNaming.private_hosted_zones(...)",
    "IEndpointService": "the service itself, or EndpointService.from_endpoint_service_attributes"
    "(...)",
    "IInterfaceEndpoint": "the endpoint itself, or "
    "InterfaceEndpoint.from_interface_endpoint_attributes(...)",
    "Listener": "Listener.tcp(...), .tls(...), .udp(...), or .tcp_udp(...)",
    "PrivateDnsName": "PrivateDnsName.in_hosted_zone(...) or another of its methods",
    "SharePrincipal": 'SharePrincipal.account("222222222222"), .organization(arn), or '
    ".organizational_unit(arn)",
    "cdk.Duration": "cdk.Duration.seconds(...)",
    "ec2.IConnectable": "a security group, or a construct that has connections",
    "ec2.IPeer": "a CIDR block such as vpc.vpc_cidr_block, an ec2.Peer, or a construct that has "
    "connections",
    "ec2.IVpc": "ec2.Vpc.from_lookup(...) for an existing VPC",
    "ec2.SubnetSelection": "ec2.SubnetSelection(subnets=[...]) or "
    "ec2.SubnetSelection(subnet_type=...)",
    "elbv2.IListenerCertificate": "acm.Certificate.from_certificate_arn(...)",
    "elbv2.INetworkLoadBalancer": "elbv2.NetworkLoadBalancer."
    "from_network_load_balancer_attributes(...)",
    "mapping": "the content of a template, such as json.loads(text) or "
    "Template.from_stack(stack).to_json()",
    "availability_zone_ids": 'a mapping such as {"eu-west-1a": "euw1-az1"}',
    "route53.IHostedZone": "route53.HostedZone.from_lookup(...) for an existing hosted zone",
    "sns.ITopic": "an sns.Topic, or sns.Topic.from_topic_arn(...) for an existing one",
}
"""How users create values, by the names of their types in annotations, or of their parameters."""


def joined(nouns: Sequence[str]) -> str:
    """Return alternatives as they appear in a sentence."""
    if len(nouns) > 2:  # noqa: PLR2004 - where English wants commas
        nouns = [", ".join(nouns[:-1]) + ",", nouns[-1]]
    return " or ".join(nouns)


def made_with(nouns: tuple[str, str], kind: type | None, value: object) -> str:
    """Return how users create a value of a type, empty if unknown.

    :param nouns: the name of the type in an annotation, and that of the parameter.
    :param kind: the class, None if it isn't a class, or isn't loaded.
    :param value: what they passed.
    """
    name: object = getattr(value, "__qualname__", None)
    if isinstance(name, str) and "<" not in name and not isinstance(value, type):
        return f"call {name}(...), and pass what it returns"
    if isinstance(value, dict) and hasattr(kind, "__dataclass_fields__"):
        return f"use {nouns[0]}(...)"
    if kind is not None and issubclass(kind, Enum):
        members = [f"{nouns[0]}.{it.name}" for it in kind]
        return f"use {joined(members if len(members) <= _MEMBERS else [members[0], 'another'])}"
    return next((f"use {_MADE_WITH[it]}" for it in nouns if it in _MADE_WITH), "")


def as_item(value: object) -> str:
    """Return a value as code, and ``...`` for what isn't a short literal."""
    text = quoted(value) if type(value) in {str, int} else "..."
    return text if len(text) < _SHOWN and not is_token(value) else "..."


def with_article(noun: str) -> str:
    """Return a noun with its article. None has no article."""
    if noun == "None":
        return noun
    return f"{'an' if noun.lower().startswith(_AN) else 'a'} {noun}"


_ONE = {"bool": "True or False", "float": "a number", "int": "a whole number", "str": "a string"}
_SEVERAL = {"float": "numbers", "int": "whole numbers", "str": "strings"}
_EXAMPLES = {"a list of strings": 'such as ["a", "b"]', "a list of whole numbers": "such as [443]"}


def passing(nouns: Sequence[str]) -> str:
    """Return what to pass, in the words of the reader.

    :param nouns: the names of the types in annotations, such as ``list of str``.
    """
    words = [_in_words(noun) for noun in nouns if noun != "None"]
    example = _EXAMPLES.get(words[0]) if len(words) == 1 else None
    return f"pass {joined(words)}{f', {example}' if example else ''}"


def _in_words(noun: str) -> str:
    kind, _, rest = noun.partition(" of ")
    if kind == "list" and rest:
        return f"a list of {joined(_several(rest))}"
    if kind == "mapping":
        key, _, value = rest.partition(" to ")
        keys, values = joined(_several(key)), joined(_several(value))
        return f"a dictionary with {keys} as keys and {values} as values"
    return _ONE.get(noun) or with_article(noun)


def _several(nouns: str) -> list[str]:
    found = [each.strip() for part in nouns.split(",") for each in part.split(" or ")]
    each = [noun.removeprefix("or ") for noun in found if noun]
    return [_SEVERAL.get(noun) or f"{noun} objects".replace("list of", "lists of") for noun in each]


def named(argument: str) -> str:
    """Return the name of an argument at the beginning of a sentence.

    A part of an argument, such as ``a key of availability_zone_ids``, is a sentence already.
    """
    return argument if " " in argument else f"argument {argument}"


def quoted(value: object) -> str:
    """Return a value as code. A token has no meaning for a reader."""
    if is_token(value):
        return "<token>"
    text = repr(value)
    # The last character is the closing quotation mark or bracket.
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...{text[-1]}"


def shown(value: object) -> str:
    """Return a value of a wrong type as messages show it."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {class_name(value)}"
    if isinstance(value, int) and value.bit_length() > _BITS:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, (bool, float, int, str)):
        kind = type(value).__name__
        return f"a token, which is a {kind}" if is_token(value) else f"the {kind} {quoted(value)}"
    parts: Sequence[object] = getattr(value, "__dict__", {}).get("_delegates", (value,))
    return with_article(class_name(type(parts[-1])))


def class_name(kind: type) -> str:
    """Return the name of a class as users import it."""
    name = kind.__name__
    if name.startswith("_") and name.endswith("Proxy"):
        name = name[1:].removesuffix("Proxy")
    module = kind.__module__.removeprefix("aws_cdk.aws_")
    if kind.__module__ in {"aws_cdk", "constructs"}:
        return f"{module.removeprefix('aws_')}.{name}"
    return name if module == kind.__module__ else f"{module}.{name}"
