"""The endpoints of a hub: which ones, what they are called, and whose names they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk

from privatelink_constructs._cdk.asking import environment_of, is_child_of, reference
from privatelink_constructs._values import internal_value
from privatelink_constructs.consumer.answered_names import answers_of
from privatelink_constructs.consumer.endpoint_base import stack_of_endpoint
from privatelink_constructs.consumer.interface_endpoint import InterfaceEndpoint
from privatelink_constructs.consumer.service_endpoints import AwsServiceEndpoints
from privatelink_constructs.consumer.zone_records import PlannedZone, label_of
from privatelink_constructs.facts import aws_service_endpoints as facts
from privatelink_constructs.facts.domain_names import normal_name, without_wildcard
from privatelink_constructs.facts.partitions import partition_of
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import constructs
    from aws_cdk import aws_route53 as route53

    from privatelink_constructs.consumer.answered_names import Answers
    from privatelink_constructs.contract.interfaces import IInterfaceEndpoint

_STAND_INS = ("region", "aws")
"""What is in IDs in place of the Region and the DNS suffix, which a stack may not know (yet)."""


@internal_value
class SharedEndpoint:
    """An endpoint of a hub.

    :param endpoint: the endpoint.
    :param label: what represents it in the IDs of constructs.
    :param answers: its service and its names.
    """

    endpoint: IInterfaceEndpoint
    label: str
    answers: Answers

    @property
    def construct(self) -> constructs.Construct:
        """The endpoint as a construct."""
        return cast("constructs.Construct", self.endpoint)

    @property
    def stack(self) -> cdk.Stack:
        """The stack of the endpoint."""
        return stack_of_endpoint(self.endpoint)

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.answers.aws_service or self.construct.node.path

    @property
    def own_hosted_zones(self) -> Mapping[str, route53.IPrivateHostedZone]:
        """The hosted zones that the endpoint has itself, by their names."""
        endpoint = self.endpoint
        return endpoint.hosted_zones if isinstance(endpoint, InterfaceEndpoint) else {}

    @property
    def names(self) -> list[str]:
        """The names that private DNS takes over, as far as they are known; tokens among them."""
        service, private_name = self.answers.aws_service, self.answers.private_name
        if service is None:
            return [] if private_name is None else [private_name]
        return list(facts.private_names(service, *_place_of(self.stack)))

    def hosted_zones(self, given: Mapping[str, Sequence[str]]) -> list[PlannedZone]:
        """Return a hosted zone for each name; a name and its wildcard have one.

        :param given: the names of services, as the user knows them.
        """
        found: dict[str, PlannedZone] = {}
        for name, label in self._labeled_names(given):
            domain, wildcard = without_wildcard(name), name.startswith("*.")
            key = domain if is_token(domain) else normal_name(domain)
            earlier = found.get(key)
            wildcard = wildcard or (earlier is not None and earlier.wildcard)
            found[key] = PlannedZone(key, label, wildcard=wildcard)
        return list(found.values())

    def _labeled_names(self, given: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
        """Yield each name with what represents it in IDs, whether or not the Region is known."""
        service = self.answers.aws_service
        if service is not None and service not in given:
            labels = facts.private_names(service, *_STAND_INS)
            yield from zip(self.names, map(without_wildcard, labels), strict=True)
            return
        for name in self.names if service is None else given[service]:
            domain = without_wildcard(name)
            key = domain if is_token(domain) else normal_name(domain)
            yield name, label_of(key, self.stack)


def _place_of(stack: cdk.Stack) -> tuple[str, str]:
    """Return the Region and the DNS suffix of a stack, perhaps tokens."""
    region = environment_of(stack).region
    partition = partition_of(region) if region else None
    if region is None:
        return cdk.Aws.REGION, cdk.Aws.URL_SUFFIX
    return region, partition.dns_suffix if partition else cdk.Aws.URL_SUFFIX


def shared_endpoints(
    given: Sequence[AwsServiceEndpoints | IInterfaceEndpoint], scope: constructs.Construct
) -> tuple[SharedEndpoint, ...]:
    """Return each endpoint once, those of bundles among them.

    :param scope: the scope of the hub.
    """
    found: dict[str, IInterfaceEndpoint] = {}
    for item in given:
        bundle = isinstance(item, AwsServiceEndpoints)
        for endpoint in item.interface_endpoints if bundle else (item,):
            found.setdefault(reference(endpoint), endpoint)
    return tuple(_shared(endpoint, scope) for endpoint in found.values())


def _shared(endpoint: IInterfaceEndpoint, scope: constructs.Construct) -> SharedEndpoint:
    answers = answers_of(endpoint)
    construct = cast("constructs.Construct", endpoint)
    if answers.aws_service is not None and answers.private_dns is not None:
        return SharedEndpoint(endpoint, f"Service-{answers.aws_service}", answers)
    own = construct.node.id if is_child_of(construct, scope) else construct.node.addr
    return SharedEndpoint(endpoint, f"Endpoint-{own}", answers)
