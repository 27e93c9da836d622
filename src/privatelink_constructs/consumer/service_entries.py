"""The services of a bundle: what they are called, and which entry for one of them counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import text_of
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs._values import internal_value
from privatelink_constructs.consumer.aws_service import AwsService, SetMember
from privatelink_constructs.facts import aws_service_endpoints as facts
from privatelink_constructs.facts.endpoint_service_names import (
    is_aws_service_name,
    is_endpoint_service_name,
    region_in_name,
)
from privatelink_constructs.facts.partitions import partition_of
from privatelink_constructs.rules import aws_endpoints as rules
from privatelink_constructs.rules.core import first_of, is_token
from privatelink_constructs.rules.endpoints import endpoint_type_matching

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs.rules.core import Problem

    Key = tuple[str, bool]

_REGION_TOKEN = re.compile(r"[a-z.]+\.\$\{Token\[[^\]]+\]\}\.(?P<service>[a-z0-9.-]+)")
_OPTIONS = (
    *("policy", "on_premises_only", "ip_address_type", "ports", "private_dns_enabled"),
    "subnets",
)
_ANY_REGION = "eu-west-1"
_COMMON_PARTITIONS = frozenset({"aws", "aws-us-gov"})
"""Where the whole names of all services begin with ``com.amazonaws``."""


@internal_value
class Entry:
    """A service of a bundle.

    :param name: what the service is called behind the Region, such as ``ecr.api``.
    :param given: what the user, or a set, says of it.
    """

    name: str
    given: AwsService

    @property
    def own(self) -> bool:
        """Whether it is an entry of the user's own."""
        return not isinstance(self.given, SetMember)

    def ports(self) -> tuple[int, ...]:
        """Return the TCP ports that clients connect to."""
        ports = self.given.ports or facts.ports_of(self.name)
        if ports is None and isinstance(self.given.service, ec2.InterfaceVpcEndpointAwsService):
            ports = (int(self.given.service.port),)
        return ports or facts.HTTPS

    def service_name(self, stack: cdk.Stack, environment: StackEnvironment) -> str:
        """Return the whole name of the service, which can be a token."""
        service = self.given.service
        if not isinstance(service, str):
            return text_of(service, "name")
        if service != self.name:
            return service
        if environment.partition in {None, *_COMMON_PARTITIONS}:
            return facts.service_name(self.name, environment.region or stack.region)
        # The CDK knows what the names of other partitions begin with.
        return text_of(ec2.InterfaceVpcEndpointAwsService(self.name), "name")

    def gateway_service(self) -> ec2.GatewayVpcEndpointAwsService:
        """Return the service of a gateway endpoint as the CDK takes it."""
        service = self.given.service
        if isinstance(service, str):
            return ec2.GatewayVpcEndpointAwsService(self.name)
        return cast("ec2.GatewayVpcEndpointAwsService", service)

    def problems(self, environment: StackEnvironment) -> Iterator[Problem]:
        """Check the name of the service."""
        service = self.given.service
        if isinstance(service, str):
            custom = is_endpoint_service_name(service)
            yield from first_of(
                rules.service_of_aws(service, custom=custom),
                rules.service_well_formed(self.name),
                _name_problems(service, self.name, environment.region),
            )
            if self.given.is_gateway and self.name not in facts.GATEWAY_SERVICES:
                yield from endpoint_type_matching(
                    "Gateway", service=repr(self.name), possible=("Interface",)
                )
        yield from rules.service_at_home(self.name, environment.region)


def _name_problems(service: str, name: str, region: str | None) -> Iterator[Problem]:
    """Check that AWS has a service, or may have it by now, and that it is in a Region.

    :param service: the service, as the user writes it.
    :param name: what it is called behind the Region.
    """
    if service == name and name in facts.known_services():
        return
    from privatelink_constructs.rules import (  # noqa: PLC0415 - a large table
        aws_service_names as name_rules,
    )

    given = is_aws_service_name(service)
    whole = service if given else facts.service_name(name, _ANY_REGION)
    there = region_in_name(whole)
    prefix = whole.partition(f".{there}.")[0] if there else None
    yield from name_rules.valid_aws_service_name(name if there else whole, prefix=prefix)
    if given:
        yield from name_rules.aws_service_in_region(there, endpoint=region, stated=None)


def name_of(
    service: str | ec2.InterfaceVpcEndpointAwsService | ec2.GatewayVpcEndpointAwsService,
) -> str:
    """Return what a service is called behind the Region; a wrong text as it is."""
    if not isinstance(service, str):
        return _name_of_object(service)
    with_token = _REGION_TOKEN.fullmatch(service)
    if with_token:
        return with_token["service"]
    if is_token(service) or not is_aws_service_name(service):
        return service
    return facts.without_region(service, region_in_name(service)) or service


@once_for_each
def _name_of_object(
    service: ec2.InterfaceVpcEndpointAwsService | ec2.GatewayVpcEndpointAwsService,
) -> str:
    if isinstance(service, ec2.InterfaceVpcEndpointAwsService):
        return text_of(service, "short_name")
    # Only the Region in it is a token.
    return text_of(service, "name").rpartition(".")[2]


def merged(
    services: Sequence[AwsService | Sequence[AwsService]],
) -> tuple[dict[Key, Entry], list[Problem]]:
    """Return one entry for each endpoint, sorted by name, and where entries contradict each other.

    An entry of a user's own takes precedence over that of a set.
    """
    own: dict[Key, Entry] = {}
    sets: dict[Key, Entry] = {}
    problems: list[Problem] = []
    for given in _each(services):
        entry = Entry(name_of(given.service), given)
        key = (entry.name, given.is_gateway)
        first = (own if entry.own else sets).setdefault(key, entry)
        if entry.own:
            problems += rules.entries_agree(entry.name, _differences(first.given, given))
    found = {**sets, **own}
    return {key: found[key] for key in sorted(found)}, problems


def _each(services: Sequence[AwsService | Sequence[AwsService]]) -> Iterator[AwsService]:
    for item in services:
        if isinstance(item, AwsService):
            yield item
        else:
            yield from item


def _differences(left: AwsService, right: AwsService) -> list[str]:
    return [name for name in _OPTIONS if getattr(left, name) != getattr(right, name)]


def dns_suffix_of(region: str | None) -> str:
    """Return the DNS suffix of a Region's partition, that of most Regions if it isn't known."""
    partition = partition_of(region) if region else None
    return partition.dns_suffix if partition else "amazonaws.com"
