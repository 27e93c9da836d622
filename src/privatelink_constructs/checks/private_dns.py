"""Checks of private DNS names of services, and of the records that verify them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.content import (
    GAP,
    Reference,
    Text,
    join,
    references_in,
    text_of,
    texts_in,
)
from privatelink_constructs.cloudformation.model import CUSTOM_RESOURCE
from privatelink_constructs.cloudformation.resource import Value, resource_of
from privatelink_constructs.facts.domain_names import is_in_domain, without_wildcard
from privatelink_constructs.inventory.record_sets import comparable_names, records
from privatelink_constructs.inventory.states import state_of
from privatelink_constructs.inventory.types import SERVICE
from privatelink_constructs.rules import private_dns as rules
from privatelink_constructs.rules import verification_records as record_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.content import Content
    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.record_sets import Record
    from privatelink_constructs.rules.core import Finding, Problem

_CUSTOM = (CUSTOM_RESOURCE, "Custom::AWS")
_PROPERTY = "PrivateDnsName"
_REMOVAL = "RemovePrivateDnsName"
_PROOF = "PrivateDnsNameConfiguration"
_LABEL = f"{_PROOF}.Name"
_VALUE = f"{_PROOF}.Value"
_SAMPLE_VALUE = f"{{{_VALUE}}}"


def _named(inventory: Inventory) -> list[tuple[Resource, Value]]:
    """Return the services that have a private DNS name for certain, and the names."""
    pairs = [(service, service.get(_PROPERTY)) for service in inventory.services]
    return [(service, name) for service, name in pairs if name.key]


def check_gateways(inventory: Inventory) -> Iterator[Finding]:
    """Check that no service with Gateway Load Balancers has a private DNS name."""
    for service, name in _named(inventory):
        arns = service.get("GatewayLoadBalancerArns").each()
        gateway = any(value.key is not None for value in arns)
        shown = name.text or "a private DNS name"
        yield from found(rules.private_dns_without_gateway(shown, gateway=gateway), name)


def check_custom_resources(inventory: Inventory) -> Iterator[Finding]:
    """Check that no custom resource takes the private DNS name with it when it goes.

    :see: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_route53.VpcEndpointServiceDomainName.html
    """
    for kind in _CUSTOM:
        for resource in inventory.of_type(kind):
            value = resource.get("Delete")
            texts = " ".join(texts_in(value.content))
            policy = text_of(resource.template.evaluate(resource.raw.get("DeletionPolicy")))
            problems = rules.private_dns_name_kept(removes=_REMOVAL in texts, policy=policy)
            yield from found(problems, value)


def check_grammar(inventory: Inventory) -> Iterator[Finding]:
    """Check that private DNS names are ones that AWS takes."""
    for _, name in _named(inventory):
        yield from found(_problems(name), name)


def _problems(name: Value) -> Iterator[Problem]:
    text = name.sample or name.filled(GAP)
    return rules.valid_private_dns_name(text, gap=GAP) if text else iter(())


def _sound(name: Value) -> bool:
    """Tell whether a name is one: of any other the zone and the record say nothing."""
    return all(problem.rule is rules.private_dns_name_lower_case for problem in _problems(name))


def check_published(inventory: Inventory) -> Iterator[Finding]:
    """Check that a resource or output uses the values that verify a name."""
    for service, name in _named(inventory):
        # In a live account, AWS says whether the name is verified.
        hidden = inventory.exported_or_passed(service) or not state_of(service).absent
        if inventory.complete and not hidden:
            problems = record_rules.record_published(
                name.text or service.logical_id, published=_is_read(inventory, service)
            )
            yield from found(problems, name)


def _is_read(inventory: Inventory, service: Resource) -> bool:
    shown = (content for template in inventory.templates for content in template.outputs.values())
    read = [
        *(reference for value in inventory.referrers(service) for reference in value.references()),
        *(reference for content in shown for reference in references_in(content)),
    ]
    return (
        any(_is_proof(each, service) for each in read)
        # The CDK's VpcEndpointServiceDomainName calls AWS for the verification.
        or inventory.in_custom_resource(service)
        or any(_is_copied(value) for record in records(inventory) for value in record.values.each())
    )


def _is_copied(value: Value) -> bool:
    """Tell whether a template contains the values from AWS."""
    return "vpce:" in (value.text or "")


def _is_proof(part: object, service: Resource, attribute: str = _PROOF) -> bool:
    return (
        isinstance(part, Reference)
        and part.resource is service
        and (part.attribute or "").startswith(attribute)
    )


def _proofs(inventory: Inventory) -> list[tuple[Record, Resource, Value]]:
    """Return the records that verify names, each with a service and its name.

    The value shows which service a record verifies. If it doesn't, the name of the record does.
    """
    services = _named(inventory)
    return [
        (record, service, name)
        for record in records(inventory)
        for proven in [_proven(record, services) or _proven_by_copy(record, services)]
        for service, name in services
        if service in proven
    ]


def _proven(record: Record, services: list[tuple[Resource, Value]]) -> set[Resource]:
    for holder in (record.values, record.name):
        read = [each for each in holder.references() if _is_proof(each, resource_of(each))]
        proven = {resource_of(each) for each in read} & {service for service, _ in services}
        if proven:
            return proven
    return set()


def _proven_by_copy(record: Record, services: list[tuple[Resource, Value]]) -> set[Resource]:
    """Return the service whose values a record copies, none if it might be several."""
    domain = (record.name.text or "").partition(".")[2]
    if not domain or not any(map(_is_copied, record.values.each())):
        return set()
    under = {
        service
        for service, name in services
        if is_in_domain(without_wildcard(name.text or ""), domain)
    }
    return under if len(under) == 1 else set()


def check_shared_records(inventory: Inventory) -> Iterator[Finding]:
    """Check that each service has its own record."""
    for group in _shared(inventory):
        for record, *_ in group:
            place = (_place(record) or ("", ""))[0], record.name.text or "of another service"
            yield from found(record_rules.records_distinct([place] * len(group)), record.name)


def _shared(inventory: Inventory) -> list[list[tuple[Record, Resource, Value]]]:
    """Return the records of one name in one zone, where several services use them."""
    groups: dict[tuple[str, str], list[tuple[Record, Resource, Value]]] = defaultdict(list)
    for record, service, name in _proofs(inventory):
        place = _place(record)
        if place:
            groups[place].append((record, service, name))
    return [group for group in groups.values() if len({service for _, service, _ in group}) > 1]


def _place(record: Record) -> tuple[str, str] | None:
    zone, name = (record.zone_id.key or record.zone_name.key), record.name.key
    return (zone, name) if zone is not None and name is not None else None


def _own_proofs(inventory: Inventory) -> list[tuple[Record, Resource, Value]]:
    """Return the records that verify the name of only one service."""
    several = {_place(record) for group in _shared(inventory) for record, *_ in group}
    return [proof for proof in _proofs(inventory) if _place(proof[0]) not in several]


def check_record_names(inventory: Inventory) -> Iterator[Finding]:
    """Check the names of the records that verify names."""
    for record, service, name in _own_proofs(inventory):
        shown = _rendered(record.name.content, service, _LABEL, record_rules.SAMPLE_LABEL)
        private_name = name.sample
        texts = _with_gaps(record.name, service, name) if shown is None else None
        if texts:
            shown, private_name = texts
        # AWS gives the label before the record is written, so people may have copied it.
        copied = record.name.text is not None and record.name.text.startswith("_")
        if not copied and _sound(name):
            yield from found(
                record_rules.record_name_matching(shown, private_name=private_name), record.name
            )


def _with_gaps(record: Value, service: Resource, name: Value) -> tuple[str, str] | None:
    """Return the names of a record and a private DNS name if both have the same gaps."""
    label, *rest = record.parts or ("",)
    first = rest[0] if rest else None
    if not _is_proof(label, service, _LABEL) or not isinstance(first, str) or first[0] != ".":
        return None
    domain = Value(record.resource, record.path, join([first[1:], *rest[1:]]))
    texts = comparable_names(name, domain)
    return (f"{record_rules.SAMPLE_LABEL}.{texts[1]}", texts[0]) if texts else None


def check_record_values(inventory: Inventory) -> Iterator[Finding]:
    """Check the type and value of the records that verify names."""
    for record, service, _ in _own_proofs(inventory):
        kind = record.value.get("Type")
        yield from found(record_rules.record_type_txt(kind.text), kind)
        items = record.values.items()
        if items is None or any(_hidden(item) for item in items):
            continue
        right = any(_is_proof(each, service, _VALUE) for each in record.values.references())
        copied = any(map(_is_copied, items))
        yield from found(record_rules.record_value_matching(value=right or copied), record.values)
        for item in items:
            text = _rendered(item.content, service, _VALUE, _SAMPLE_VALUE)
            if text is not None and kind.text == "TXT":
                yield from found(record_rules.txt_value_quoted(text), item)


def _hidden(item: Value) -> bool:
    """Tell whether only the deployment knows what an item is."""
    return item.unknown and not any(item.references())


def check_hosted_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that names are verified in public hosted zones that contain them."""
    for record, _, name in _own_proofs(inventory):
        place = record.zone_name if record.zone_id.absent else record.zone_id
        texts = comparable_names(name, record.domain)
        # Of a record whose name is known other checks say whether it is in the zone.
        if texts and record.name.text is None and _sound(name):
            yield from found(rules.private_dns_name_in_hosted_zone(*texts), place)
        if record.zone:
            associated = record.zone.get("VPCs").items()
            private = None if associated is None else bool(associated)
            shown = record.domain.text or record.zone.logical_id
            yield from found(rules.hosted_zone_public(shown, private=private), place)


def _rendered(content: Content, service: Resource, attribute: str, sample: str) -> str | None:
    """Return text with a sample of what AWS gives, None when anything else isn't known."""
    parts = content.parts if isinstance(content, Text) else (content,)
    pieces = [_piece(part, service, attribute, sample) for part in parts]
    return None if None in pieces else "".join(piece for piece in pieces if piece)


def _piece(part: Content, service: Resource, attribute: str, sample: str) -> str | None:
    if isinstance(part, str):
        return part
    if _is_proof(part, service, attribute):
        return sample
    # Another attribute, or that of another service, is not what AWS looks for.
    if not isinstance(part, Reference) or part.resource.type != SERVICE:
        return None
    return f"{{{(part.attribute or part.resource.logical_id).removeprefix(f'{_PROOF}.')}}}"


CHECKS = (
    check_custom_resources,
    check_gateways,
    check_grammar,
    check_hosted_zones,
    check_published,
    check_record_names,
    check_record_values,
    check_shared_records,
)
