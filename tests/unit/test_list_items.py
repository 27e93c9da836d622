"""A message about an item of a list names the item, for every list that users pass.

The cases follow from the signatures of the public API: a list that is added later fails the test
until there is a right and a wrong item for it here.
"""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.aws_services import bundle_in
from tests.support.consumers import contract_with
from tests.support.hubs import hub_in
from tests.support.load_balanced import new_stack
from tests.support.refusals import assert_sentences, paths_in
from tests.support.vpcs import vpc_in
from tests.unit.test_argument_types import (
    CALLS,
    arguments_of,
    expectation,
    parameters,
    world,
)

from privatelink_constructs import (
    AwsService,
    InterfaceEndpoint,
    ResolverInboundEndpoint,
    ValidationError,
)
from privatelink_constructs.rules.annotations import Either, Listed, Plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from privatelink_constructs.rules.annotations import Expectation

ITEMS: dict[str, tuple[Any, Any]] = {
    "accept_accounts": ("222222222222", "22"),
    "accept_regions": ("eu-west-1", "Ireland"),
    "allowed_principals": ("222222222222", "22"),
    "availability_zone_ids": ("euw1-az1", "eu-west-1b"),
    "availability_zones": ("eu-west-1a", "euw1-az2"),
    "client_cidrs": ("10.0.0.0/16", "10.0.0.0/33"),
    "clients": ("10.0.0.0/16", "10.0.0.0/33"),
    "domains": ("example.com", "example com"),
    "events": ("Accept", "Accepted"),
    "exempt_roles": ("Network", "a b"),
    "ip_address_types": ("ipv4", "ipv5"),
    "ip_addresses": ("10.0.0.10", "10.0.0.300"),
    "more_hosted_zone_names": ("pay.example.com", "example com"),
    "more_names": ("pay.example.com", "example com"),
    "names": ("pay.example.com", "example com"),
    "network_interface_ids": ("eni-0123456789abcdef0", "vpc-0123456789abcdef0"),
    "owners": ("222222222222", "22"),
    "ports": (443, 0),
    "principals": ("222222222222", "22"),
    "regions": ("us-east-1", "Ireland"),
    "reject_accounts": ("333333333333", "33"),
    "roles": ("Network", "a b"),
    "services": ("s3", "S 3"),
    "source_ips": ("203.0.113.0/24", "203.0.113.0/33"),
    "subnet_ids": ("subnet-0123456789abcdef0", "vpc-0123456789abcdef0"),
    "supported_regions": ("us-east-1", "Ireland"),
    "targets": ("10.0.0.10", "10.0.0.300"),
}
"""A right item and a wrong one, by the names of the parameters."""
OF_CALLS: dict[tuple[str, str], tuple[Any, Any]] = {
    ("GuardRails.only_services", "names"): ("com.amazonaws.*.s3", "S 3"),
    ("ServiceControlPolicy", "targets"): ("r-abcd", "abcd"),
}
RIGHT: dict[str, Any] = {
    "domain": "example.com",
    "endpoint_service_id": "vpce-svc-0123456789abcdef0",
    "name": "example.com",
    "organization_id": "o-abcdefghij",
    "parameter_prefix": "/payments",
    "profile_id": "rp-0123456789abcdef",
    "regional_dns_name": "vpce-0.vpce-svc-0.eu-west-1.vpce.amazonaws.com",
    "service_name": "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
    "service_region": "eu-west-1",
    "vpc_endpoint_id": "vpce-0123456789abcdef0",
}
"""What else a call needs, so that only the item is wrong."""
FURTHER: dict[str, dict[str, Any]] = {
    "AcceptancePolicy": {"accept_accounts": ["222222222222"]},
    "AcceptancePolicy.by_rules": {"accept_accounts": ["222222222222"]},
    "EndpointDns": {"hosted_zone_name": "example.com"},
    "EndpointServiceContract.from_ssm_parameters": {"ports": [443], "service_region": "eu-west-1"},
    "GuardRails.only_organization_networks": {"services": ["s3"]},
}
CALLED_OTHERWISE = {("EndpointDns", "more_hosted_zone_names"): "more_names"}
"""What messages call a parameter of a class that users make with its factory."""


def _bundle(given: dict[str, Any]) -> object:
    return bundle_in(new_stack(), AwsService.interface("sqs"), **given)


def _hub(given: dict[str, Any]) -> object:
    return hub_in(new_stack(), **given)


def _endpoint(given: dict[str, Any]) -> object:
    stack = new_stack()
    return InterfaceEndpoint(stack, "It", vpc=vpc_in(stack), service=contract_with(), **given)


def _resolver(given: dict[str, Any]) -> object:
    stack = new_stack()
    options: dict[str, Any] = {"clients": ["10.0.0.0/16"], **given}
    return ResolverInboundEndpoint(stack, "It", vpc=vpc_in(stack), **options)


MADE: dict[str, Callable[[dict[str, Any]], object]] = {
    "AwsServiceEndpoints": _bundle,
    "EndpointHub": _hub,
    "InterfaceEndpoint": _endpoint,
    "ResolverInboundEndpoint": _resolver,
}
"""Constructs whose other arguments must belong together."""


def plain(takes: Expectation) -> bool:
    """Tell whether a parameter takes texts or numbers."""
    match takes:
        case Either(options=options):
            return any(map(plain, options))
        case Plain(kind):
            return kind in {int, str}
        case _:
            return False


def lists(takes: Expectation) -> bool:
    """Tell whether a parameter takes a list of texts or numbers."""
    match takes:
        case Either(options=options):
            return any(map(lists, options))
        case Listed(item):
            return plain(item)
        case _:
            return False


def is_rest(name: str, parameter: str) -> bool:
    return parameters(CALLS[name])[parameter].kind is inspect.Parameter.VAR_POSITIONAL


CASES = [
    (name, parameter)
    for name, call in CALLS.items()
    for parameter in parameters(call)
    if lists(expectation(call, parameter))
    or (is_rest(name, parameter) and plain(expectation(call, parameter)))
]


def call_with(name: str, parameter: str, items: list[Any]) -> Callable[[], object]:
    """Return a call of something with items, and with other arguments that are right."""
    if name in MADE:
        return partial(MADE[name], {parameter: items})
    rest = is_rest(name, parameter)
    positional, named = arguments_of(CALLS[name], parameter, items[0] if rest else items)
    further = {key: it for key, it in FURTHER.get(name, {}).items() if key != parameter}
    right = {key: it for key, it in RIGHT.items() if key in named and key != parameter}
    every = [*positional, *(items[1:] if rest else ())]
    return partial(CALLS[name].function, *every, **{**named, **right, **further})


def test_there_are_enough_lists() -> None:
    assert len(CASES) > 50
    assert {parameter for _, parameter in CASES} == set(ITEMS)
    assert {*OF_CALLS, *CALLED_OTHERWISE} <= set(CASES)


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_fails_when_an_item_is_wrong_with_its_place(name: str, parameter: str) -> None:
    right, wrong = OF_CALLS.get((name, parameter), ITEMS[parameter])
    call = call_with(name, parameter, [right, wrong])
    before = paths_in(world())
    with pytest.raises(ValidationError) as caught:
        call()
    place = CALLED_OTHERWISE.get((name, parameter), parameter)
    assert f"{place}[1]" in caught.value.message
    assert f"{place}[0]" not in caught.value.message
    assert_sentences(caught.value.message)
    assert paths_in(world()) == before
