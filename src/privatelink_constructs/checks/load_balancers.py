"""Checks of Network Load Balancers.

Configurations that AWS rejects are found on all of them. Other rules apply to services only.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.log_buckets import DELIVERY, bucket_in, delivery_admitted
from privatelink_constructs.inventory.networks import (
    has_ipv6,
    inbound_rules,
    subnets_of,
    zone_key,
    zone_label,
    zone_texts,
)
from privatelink_constructs.inventory.resource_policies import admits, key_in
from privatelink_constructs.inventory.types import SECURITY_GROUP, SUBNET
from privatelink_constructs.rules import access_logs as log_rules
from privatelink_constructs.rules import address_families as family_rules
from privatelink_constructs.rules import availability_zones as zone_rules
from privatelink_constructs.rules import load_balancers as rules
from privatelink_constructs.rules import security_groups as security_rules
from privatelink_constructs.rules.core import first_of
from privatelink_constructs.rules.listeners import PORTS
from privatelink_constructs.rules.zone_support import valid_zone_kinds, zones_in_region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.networks import InboundRule
    from privatelink_constructs.rules.core import Finding

_ENFORCE = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
_ATTRIBUTES = "LoadBalancerAttributes"


def check_access_logs(inventory: Inventory) -> Iterator[Finding]:
    """Check that access logs don't stay empty, and that their bucket allows them."""
    for load_balancer in inventory.network_load_balancers:
        attributes = load_balancer.get(_ATTRIBUTES)
        if attributes.attribute("access_logs.s3.enabled").boolean is not True:
            continue
        value = attributes.attribute("access_logs.s3.bucket")
        bucket = bucket_in(inventory, value)
        yield from found(log_rules.bucket_specified(bucket=not value.absent), attributes)
        if bucket:
            prefix = attributes.attribute("access_logs.s3.prefix")
            allowed = delivery_admitted(inventory, bucket, prefix)
            yield from found(log_rules.bucket_allows_delivery(allowed=allowed), value)
            yield from _bucket_key(inventory, bucket)
            region = load_balancer.template.region
            problems = log_rules.bucket_in_region(bucket.template.region, region=region)
            yield from found(problems, value)
        there = inventory.all_listeners_of(load_balancer)
        protocols = [listener.get("Protocol").text for listener in there or []]
        if protocols and None not in protocols:
            yield from found(
                log_rules.tls_listener_logged([str(each) for each in protocols]), value
            )


def _bucket_key(inventory: Inventory, bucket: Resource) -> Iterator[Finding]:
    rules_of_bucket = bucket.get("BucketEncryption", "ServerSideEncryptionConfiguration").each()
    for rule in rules_of_bucket:
        default = rule.get("ServerSideEncryptionByDefault")
        algorithm = default.get("SSEAlgorithm").text or ""
        if not algorithm.startswith("aws:kms"):
            continue
        value = default.get("KMSMasterKeyID")
        name = "" if value.absent else value.sample
        key = key_in(inventory, value)
        allowed = admits(key.get("KeyPolicy"), DELIVERY, "kms:GenerateDataKey") if key else None
        yield from found(log_rules.valid_bucket_key(algorithm, name, allowed=allowed), value)


def check_address_type(inventory: Inventory) -> Iterator[Finding]:
    """Check the address type, and that the subnets have the addresses."""
    for load_balancer in inventory.network_load_balancers:
        value = load_balancer.get("IpAddressType")
        if value.text is not None:
            yield from found(family_rules.load_balancer_address_type(value.text), value)
        if value.text == "dualstack":
            yield from _without_ipv6(inventory, load_balancer)


def _without_ipv6(inventory: Inventory, load_balancer: Resource) -> Iterator[Finding]:
    for subnet in subnets_of(load_balancer) or []:
        resource = subnet.target(SUBNET)
        if resource:
            available = has_ipv6(inventory, resource)
            name = resource.logical_id
            yield from found(family_rules.ipv6_available(name, available=available), subnet)


def check_attributes(inventory: Inventory) -> Iterator[Finding]:
    """Check the number of secondary addresses."""
    for load_balancer in inventory.network_load_balancers:
        value = load_balancer.get(_ATTRIBUTES).attribute("secondary_ips.auto_assigned.per_subnet")
        # That it can't be taken back is said when it is written, not on every template.
        yield from found(rules.secondary_ips_in_range(value.number), value)


def check_scheme(inventory: Inventory) -> Iterator[Finding]:
    """Check that the load balancers of services are internal."""
    for load_balancer in inventory.serving:
        value = load_balancer.get("Scheme")
        if value.absent or value.text is not None:
            yield from found(rules.valid_scheme(value.text), value)


def check_security_groups(inventory: Inventory) -> Iterator[Finding]:
    """Check that the inbound rules of a service's load balancers allow clients."""
    for load_balancer in inventory.serving:
        value = load_balancer.get("SecurityGroups")
        groups = value.items()
        if groups is None:
            continue
        enforce = load_balancer.get(_ENFORCE)
        problems = security_rules.valid_enforcement(enforce.text, groups=len(groups))
        yield from found(problems, enforce)
        resources = [group.target(SECURITY_GROUP) for group in groups]
        if (
            groups
            and None not in resources
            and (enforce.absent or security_rules.is_enforced(enforce.text))
        ):
            known = [group for group in resources if group]
            yield from _closed_ports(inventory, load_balancer, value, known)


def _closed_ports(
    inventory: Inventory, load_balancer: Resource, value: Value, groups: list[Resource]
) -> Iterator[Finding]:
    opened: list[InboundRule] = []
    for group in groups:
        there = inbound_rules(inventory, group)
        if there is None:
            return
        opened += there
    ranges = [(rule.protocol, rule.first, rule.last) for rule in opened]
    for listener in inventory.listeners_of(load_balancer):
        protocol, port = listener.get("Protocol").text, listener.get("Port").number
        if protocol is not None and port is not None and port in PORTS:
            yield from found(
                security_rules.listener_port_opened(protocol, int(port), ranges), value
            )


def check_subnets(inventory: Inventory) -> Iterator[Finding]:
    """Check that a load balancer has subnets, no two of them in one Availability Zone."""
    for load_balancer in inventory.network_load_balancers:
        values = subnets_of(load_balancer)
        if values is None:
            continue
        yield from found(zone_rules.subnet_present(values), load_balancer)
        name = "Subnets" if load_balancer.get("SubnetMappings").absent else "SubnetMappings"
        for zones in _same_zone(values):
            yield from found(zone_rules.zones_distinct(zones), load_balancer.get(name))
        for subnet in values:
            zones, region = zone_texts(subnet), load_balancer.template.region
            problems = first_of(valid_zone_kinds(zones), zones_in_region(zones, region))
            yield from found(problems, subnet)
            yield from _without_ipv4(subnet)


def _without_ipv4(subnet: Value) -> Iterator[Finding]:
    resource = subnet.target(SUBNET)
    if resource and resource.get("Ipv6Native").boolean:
        yield from found(family_rules.ipv4_available(resource.logical_id, {"ipv6"}), subnet)


def _same_zone(subnets: list[Value]) -> list[list[str]]:
    """Return the names of zones with several subnets, as often as there are subnets."""
    keys = Counter(zone_key(subnet) or subnet.key for subnet in subnets)
    return [
        [zone_label(key)] * count for key, count in keys.items() if key is not None and count > 1
    ]


CHECKS = (
    check_access_logs,
    check_address_type,
    check_attributes,
    check_scheme,
    check_security_groups,
    check_subnets,
)
