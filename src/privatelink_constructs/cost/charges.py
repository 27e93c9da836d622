"""What in templates AWS charges for, and how much of it there is."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.cloudformation.content import Expression
from privatelink_constructs.facts import prices as usage
from privatelink_constructs.inventory.destinations import destination_of
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
    LOAD_BALANCER,
    PROFILE,
    PROFILE_ASSOCIATION,
    RESOLVER_ENDPOINT,
    RESOURCE_CONFIGURATION,
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_VPC_ATTACHMENT,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory

NO_TRAFFIC = "its traffic isn't specified"
"""Why a number of gigabytes isn't known."""
_AT_DEPLOYMENT = "only the deployment knows its type"
_ZONES = "only the deployment knows in how many Availability Zones it is"
_PER_ZONE = "AWS doesn't say whether it charges per endpoint or per Availability Zone"
_CAPACITY = "they follow from new connections, active connections, and data"
_CONSUMERS = "the service pays for the endpoints of its consumers, whose number isn't known"
_PROVIDED = "it is the data of all consumers, which isn't known"
_GATEWAY = "Gateway"


class Charge(NamedTuple):
    """Something that AWS charges for.

    :param resource: the resource.
    :param usage_type: what is charged.
    :param number: how much of it there is at any time, or gigabytes per month; None if not known.
    :param reason: why it isn't known.
    :param payer: the account that pays, None if it isn't known.
    """

    resource: Resource
    usage_type: str
    number: float | None
    reason: str
    payer: str | None


def charges_in(inventory: Inventory) -> Iterator[Charge]:
    """Yield what AWS charges for; gigabytes aren't known here."""
    for charge in _charges(inventory):
        if charge.resource.exists:
            yield charge
        else:
            condition = charge.resource.condition
            reason = f"only the deployment knows whether the condition {condition} holds"
            yield charge._replace(number=None, reason=reason)


def _charges(inventory: Inventory) -> Iterator[Charge]:
    for endpoint in inventory.of_type(ENDPOINT):
        yield from _of_endpoint(endpoint)
    yield from _of_load_balancers(inventory)
    yield from _of_services(inventory)
    for resource in inventory.of_type(RESOURCE_CONFIGURATION):
        yield _charge(resource, usage.PROVIDED_BYTES, None, _PROVIDED)
    yield from _of_profiles(inventory)
    for resource in inventory.of_type(RESOLVER_ENDPOINT):
        addresses = _length(resource.get("IpAddresses"))
        reason = "only the deployment knows how many IP addresses it has"
        yield _charge(resource, usage.RESOLVER_HOURS, addresses, reason)
    for resource in inventory.of_type(TRANSIT_GATEWAY_ATTACHMENT, TRANSIT_GATEWAY_VPC_ATTACHMENT):
        yield _charge(resource, usage.ATTACHMENT_HOURS, 1)
    for resource in inventory.of_type(HOSTED_ZONE):
        if not resource.get("VPCs").absent:
            yield _charge(resource, usage.HOSTED_ZONES, 1)


def _charge(resource: Resource, usage_type: str, count: float | None, reason: str = "") -> Charge:
    return Charge(
        resource, usage_type, count, reason if count is None else "", resource.template.account
    )


def _of_endpoint(endpoint: Resource) -> Iterator[Charge]:
    """Yield the hours and the data of an endpoint; AWS doesn't charge for gateway endpoints."""
    value = endpoint.get("VpcEndpointType")
    kind = _GATEWAY if value.absent else value.text
    payer = _payer(endpoint)
    for usage_type, count, reason in _usages(kind, endpoint):
        yield _charge(endpoint, usage_type, count, reason)._replace(payer=payer)


def _usages(kind: str | None, endpoint: Resource) -> Iterator[tuple[str, int | None, str]]:
    zones = zones_of(endpoint)
    if kind == "Interface":
        yield usage.INTERFACE_HOURS, zones, _ZONES
        yield usage.INTERFACE_BYTES, None, NO_TRAFFIC
    elif kind == "GatewayLoadBalancer":
        yield usage.APPLIANCE_HOURS, zones, _ZONES
        yield usage.APPLIANCE_BYTES, None, NO_TRAFFIC
    elif kind == "Resource":
        yield usage.RESOURCE_HOURS, 1 if zones == 1 else None, _PER_ZONE
        yield usage.RESOURCE_BYTES, None, NO_TRAFFIC
    elif kind is None:
        yield "", None, _AT_DEPLOYMENT
    elif kind != _GATEWAY:
        yield "", None, f"no price of endpoints of type {kind} is known"


def zones_of(endpoint: Resource) -> int | None:
    """Return in how many Availability Zones an endpoint is, None if that isn't known.

    It has one subnet per Availability Zone: AWS rejects a second one.
    """
    return _length(endpoint.get("SubnetIds")) or None


def _length(value: Value) -> int | None:
    items = value.items()
    return None if items is None or any(map(_may_be_nothing, items)) else len(items)


def _may_be_nothing(value: Value) -> bool:
    """Tell whether a condition may choose nothing; all else in a list is one item of it."""
    content = value.content
    return isinstance(content, Expression) and content.function in {"Fn::If", "unknown"}


def _payer(endpoint: Resource) -> str | None:
    """Return the account that pays for an endpoint."""
    service = destination_of(endpoint).service
    if service and _pays_for_consumers(service):
        return service.template.account
    return endpoint.template.account


def _pays_for_consumers(service: Resource) -> bool:
    return service.get("PayerResponsibility").text == "ServiceOwner"


def _of_load_balancers(inventory: Inventory) -> Iterator[Charge]:
    """Yield the load balancers of services: others have nothing to do with PrivateLink."""
    for load_balancer in sorted(inventory.serving, key=_place):
        yield _charge(load_balancer, usage.NETWORK_LOAD_BALANCER_HOURS, 1)
        yield _charge(load_balancer, usage.CAPACITY_UNITS, None, _CAPACITY)
    found = (
        value.target(LOAD_BALANCER)
        for service in inventory.services
        for value in service.get("GatewayLoadBalancerArns").each()
    )
    for load_balancer in dict.fromkeys(found):
        if load_balancer:
            yield _charge(load_balancer, usage.GATEWAY_LOAD_BALANCER_HOURS, 1)
            yield _charge(load_balancer, usage.CAPACITY_UNITS, None, _CAPACITY)


def _of_services(inventory: Inventory) -> Iterator[Charge]:
    for service in inventory.services:
        if _pays_for_consumers(service):
            yield _charge(service, usage.INTERFACE_HOURS, None, _CONSUMERS)


def _of_profiles(inventory: Inventory) -> Iterator[Charge]:
    """Yield the Profiles, which AWS charges for once per account and Region."""
    groups: dict[tuple[str | None, str | None], list[Resource]] = defaultdict(list)
    for profile in inventory.of_type(PROFILE):
        groups[profile.template.account, profile.template.region].append(profile)
    for profiles in groups.values():
        yield _charge(profiles[0], usage.PROFILE_HOURS, 1)
        targets = (it.get("ProfileId").target() for it in inventory.of_type(PROFILE_ASSOCIATION))
        further = sum(it in profiles for it in targets) - usage.INCLUDED_ASSOCIATIONS
        if further > 0:
            yield _charge(profiles[0], usage.ASSOCIATION_HOURS, further)


def _place(resource: Resource) -> tuple[str, str]:
    return resource.template.name, resource.logical_id
