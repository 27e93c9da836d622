"""Checks of names in a live account: verified, answered for, and leading to the endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts.domain_names import normal_name
from privatelink_constructs.inventory.name_answers import answer_for, names_of_service
from privatelink_constructs.inventory.states import texts_of, with_state
from privatelink_constructs.inventory.types import ENDPOINT, SERVICE, VPC
from privatelink_constructs.rules import live_names as rules
from privatelink_constructs.rules.endpoint_names import hosted_zone_vpc_dns_enabled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.name_answers import Answer
    from privatelink_constructs.inventory.record_sets import Record
    from privatelink_constructs.rules.core import Finding, Problem

_VERIFIED = "verified"


def check_verification(inventory: Inventory) -> Iterator[Finding]:
    """Check that the private DNS names of services are verified."""
    for _, state in with_state(inventory, SERVICE):
        value = state.get("PrivateDnsNameState")
        yield from found(
            rules.private_name_verified(state.get("PrivateDnsName").text, value.text), value
        )


def check_names(inventory: Inventory) -> Iterator[Finding]:
    """Check that names lead to endpoints of the service, in the VPC of each endpoint."""
    for service, state in with_state(inventory, SERVICE):
        private = state.get("PrivateDnsName").text
        verified = (state.get("PrivateDnsNameState").text or "").lower() == _VERIFIED
        asked = state.get("Consumer", "Name").text
        for endpoint, _ in endpoints_there(inventory):
            uses = endpoint.get("PrivateDnsEnabled").boolean is True
            names = [asked] if asked else [private] if private and uses else []
            for name in names:
                answer = answer_for(inventory, vpc_of(endpoint), name.replace("*", "any"))
                yield from _judged(answer, endpoint)
            if private and verified and not uses and asked in {None, private}:
                yield from _answered(inventory, service, endpoint, private)


def _judged(answer: Answer, endpoint: Resource) -> Iterator[Finding]:
    source = answer.source
    problems = rules.name_not_shadowed(answer.name, str(source), shadowed=answer.shadows)
    yield from found(problems, source.resource if source else endpoint)


def _answered(
    inventory: Inventory, service: Resource, endpoint: Resource, name: str
) -> Iterator[Finding]:
    """Check that something answers for the private name, or that clients have another one."""
    others = names_of_service(inventory, service.logical_id)
    leads = [name for name, _, targets in others if _reached(targets, [endpoint.logical_id])]
    answer = answer_for(inventory, vpc_of(endpoint), name.replace("*", "any"))
    by = str(answer.source) if answer.source and not answer.shadows else None
    problems = rules.private_name_answered(
        name, leads[0] if leads else by, endpoint=endpoint.logical_id
    )
    yield from found(problems, endpoint.get("PrivateDnsEnabled"))


def check_records(inventory: Inventory) -> Iterator[Finding]:
    """Check that records for endpoints of a service point to those that there are."""
    endpoints = _all_endpoints(inventory)
    for service, state in with_state(inventory, SERVICE):
        pointing = names_of_service(inventory, service.logical_id)
        asked = state.get("Consumer", "Name").text
        for vpc in sorted({vpc_of(each) for each, _ in endpoints_there(inventory)}):
            answer = answer_for(inventory, vpc, asked) if asked else None
            if answer and answer.record and answer.targets:
                pointing.append((normal_name(answer.name), answer.record, answer.targets))
        for name, record, targets in _distinct(pointing):
            zone = record.zone.logical_id if record.zone else "its hosted zone"
            problems = rules.record_to_endpoint(name, targets, zone=zone, endpoints=endpoints)
            yield from found(problems, record.value)


def _all_endpoints(inventory: Inventory) -> list[str]:
    """Return the IDs of the endpoints of the consumer, of those that weren't asked for, too."""
    found: dict[str, None] = {}
    for endpoint, state in endpoints_there(inventory):
        found |= dict.fromkeys([endpoint.logical_id, *(texts_of(state.get("Siblings")) or [])])
    return list(found)


def check_vpcs(inventory: Inventory) -> Iterator[Finding]:
    """Check that names resolve in the VPCs of hosted zones that point to endpoints."""
    for service, _ in with_state(inventory, SERVICE):
        pointing = names_of_service(inventory, service.logical_id)
        zones = {record.zone: None for _, record, _ in pointing if record.zone}
        for zone in zones:
            for value in zone.get("VPCs").each():
                vpc = value.get("VPCId").target(VPC)
                if vpc:
                    yield from found(_dns_of(vpc), value.get("VPCId"))


def _dns_of(vpc: Resource) -> Iterator[Problem]:
    hostnames, support = vpc.get("EnableDnsHostnames"), vpc.get("EnableDnsSupport")
    return hosted_zone_vpc_dns_enabled(hostnames=hostnames.boolean, support=support.boolean)


def _distinct(
    pointing: list[tuple[str, Record, list[str]]],
) -> list[tuple[str, Record, list[str]]]:
    by_place = {
        id(record.value.resource): (name, record, targets) for name, record, targets in pointing
    }
    return list(by_place.values())


def _reached(targets: list[str], endpoints: list[str]) -> bool:
    return any(target.startswith(endpoint) for target in targets for endpoint in endpoints)


def endpoints_there(inventory: Inventory) -> list[tuple[Resource, Value]]:
    """Return the endpoints of the consumer that exist, each with its state."""
    return [
        (endpoint, state)
        for endpoint, state in with_state(inventory, ENDPOINT)
        if state.get("ErrorCode").absent
    ]


def vpc_of(endpoint: Resource) -> str:
    """Return the ID of the VPC of an endpoint."""
    value = endpoint.get("VpcId")
    target = value.target()
    return target.logical_id if target else value.text or ""


CHECKS = (
    check_names,
    check_records,
    check_verification,
    check_vpcs,
)
