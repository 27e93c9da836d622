"""Checks of the listeners of Network Load Balancers.

Configurations that AWS rejects are found on all of them. Other rules apply to services only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.cloudformation.content import returns_anything
from privatelink_constructs.cloudformation.resource import earlier, resource_of
from privatelink_constructs.facts.load_balancer_defaults import IDLE_TIMEOUT
from privatelink_constructs.inventory.types import CERTIFICATE, SERVER_CERTIFICATE
from privatelink_constructs.rules import listeners as rules
from privatelink_constructs.rules import target_groups as group_rules
from privatelink_constructs.rules import tls as tls_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.content import Reference
    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_WITHOUT_CERTIFICATES = {*rules.LISTENER_PROTOCOLS} - {"TLS"}
_CERTIFICATES = (CERTIFICATE, SERVER_CERTIFICATE)
_DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"
"""What a template without a policy gets.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
"""


def check_actions(inventory: Inventory) -> Iterator[Finding]:
    """Check that listeners forward."""
    for listener, _ in inventory.network_listeners:
        for action in listener.get("DefaultActions").each():
            value = action.get("Type")
            yield from found(rules.listener_action_forward(value.text), value)


def check_idle_timeout(inventory: Inventory) -> Iterator[Finding]:
    """Check the TCP idle timeout."""
    for listener, load_balancer in inventory.network_listeners:
        protocol = listener.get("Protocol").text
        value = listener.get("ListenerAttributes").attribute("tcp.idle_timeout.seconds")
        seconds = value.number
        if protocol is not None:
            yield from found(rules.valid_idle_timeout(protocol, seconds), value)
            custom = seconds not in {None, IDLE_TIMEOUT}
            problems = rules.idle_timeout_default_across_regions(
                listener.logical_id,
                custom=custom,
                cross_region=custom and _cross_region(inventory, load_balancer),
            )
            yield from found(problems, value)


def _cross_region(inventory: Inventory, load_balancer: Resource) -> bool:
    return any(
        value.text not in {None, service.template.region}
        for service in inventory.serving.get(load_balancer, [])
        for value in service.get("SupportedRegions").each()
    )


def check_ports(inventory: Inventory) -> Iterator[Finding]:
    """Check the ports, each of which a load balancer listens to once."""
    for load_balancer in inventory.network_load_balancers:
        seen: dict[str, list[Resource]] = {}
        for listener in inventory.listeners_of(load_balancer):
            value = listener.get("Port")
            port = value.number
            yield from found(rules.port_in_range(value.text if port is None else port), value)
            # Two of one parameter are equal, whatever it is.
            key = value.key if port is None else str(port)
            other = earlier(seen, key, listener) if key is not None else None
            if other:
                problems = rules.listener_port_distinct(value.shown, other=other.logical_id)
                yield from found(problems, value)


def check_protocols(inventory: Inventory) -> Iterator[Finding]:
    """Check the protocol, and what UDP needs."""
    for listener, load_balancer in inventory.network_listeners:
        value = listener.get("Protocol")
        if value.text is not None:
            yield from found(rules.listener_protocol_supported(value.text), value)
            groups = load_balancer.get("SecurityGroups").items()
            problems = rules.quic_possible(
                value.text,
                dualstack=_dualstack(load_balancer),
                groups=None if groups is None else len(groups),
            )
            yield from found(problems, value)
            source_nat = load_balancer.get("EnablePrefixForIpv6SourceNat")
            problems = rules.source_nat_enabled(
                value.text,
                dualstack=_dualstack(load_balancer),
                # YAML 1.1 reads a bare `on` as a truth value.
                source_nat=None if source_nat.unknown else source_nat.text in {"on", "true"},
            )
            yield from found(problems, value)


def check_target_protocols(inventory: Inventory) -> Iterator[Finding]:
    """Check that listeners forward to target groups of a protocol and family that they can."""
    balancers = dict(inventory.network_listeners)
    for listener, group, value in inventory.forwards:
        protocol, target = listener.get("Protocol").text, group.get("Protocol").text
        if protocol is not None and target is not None:
            yield from found(rules.target_protocol_matching(protocol, target), value)
        family = group.get("IpAddressType")
        problems = group_rules.udp_targets_ipv6(
            protocol or "",
            dualstack=_dualstack(balancers[listener]),
            family="ipv4" if family.absent else family.text,
        )
        yield from found(problems, value)


def check_tls(inventory: Inventory) -> Iterator[Finding]:
    """Check what belongs to TLS."""
    for listener, _ in inventory.network_listeners:
        protocol = listener.get("Protocol").text
        certificates = listener.get("Certificates")
        policy, alpn = listener.get("SslPolicy"), listener.get("AlpnPolicy")
        if protocol is None or protocol not in rules.LISTENER_PROTOCOLS:
            continue
        items = certificates.items()
        name = _DEFAULT_POLICY if policy.absent and protocol == "TLS" else policy.text
        problems = tls_rules.valid_tls(
            protocol,
            certificates=None if items is None else len(items),
            policy=name,
            alpn=bool(alpn.items()),
        )
        for problem in problems:
            place = {
                tls_rules.tls_version_current: policy,
                tls_rules.tls_certificate_present: certificates,
            }
            yield from found([problem], place.get(problem.rule, listener.get("Protocol")))
        for name in alpn.each():
            yield from found(tls_rules.alpn_policy_valid(name.text), name)


def check_certificates(inventory: Inventory) -> Iterator[Finding]:
    """Check that the certificates of listeners are some, of the load balancer's place."""
    for listener, _ in inventory.network_listeners:
        here = listener.template
        if listener.get("Protocol").text in _WITHOUT_CERTIFICATES:
            continue
        for arn in inventory.certificates_of(listener):
            source = arn.reference
            there = resource_of(source).template if source else None
            problems = tls_rules.valid_certificate(
                arn.shown,
                region=here.region,
                account=here.account,
                name=described(source) if source else None,
                right=_is_certificate(source) if source else None,
                own=(there.region, there.account) if there else (None, None),
            )
            yield from found(problems, arn)


def _is_certificate(reference: Reference) -> bool | None:
    """Tell whether a reference is to a certificate, None for what may return anything."""
    if reference.resource.type in _CERTIFICATES:
        return reference.identifies
    return None if returns_anything(reference.resource.type) else False


def _dualstack(load_balancer: Resource) -> bool:
    return load_balancer.get("IpAddressType").text == "dualstack"


CHECKS = (
    check_actions,
    check_certificates,
    check_idle_timeout,
    check_ports,
    check_protocols,
    check_target_protocols,
    check_tls,
)
