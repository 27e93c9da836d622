"""Ways to break a connection that works, each with the rules that name it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.live_accounts import (
    CONSUMER,
    ENDPOINT,
    ENDPOINT_DNS,
    NAME,
    REGION,
    balancer_arn,
    group_arn,
    rule,
    target,
)
from tests.support.live_worlds import CONSUMER_VPC, address, listener

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.live_worlds import World


@dataclass(frozen=True)
class Scenario:
    """A way to break it.

    :param name: what is broken.
    :param rules: the rules that name it, the first cause first.
    :param apply: breaks it.
    :param facts: what it changes; two that change the same can't be told apart.
    :param hides: what can't be seen any more.
    :param options: what is asked.
    """

    name: str
    rules: tuple[str, ...]
    apply: Callable[[World], None]
    facts: frozenset[str]
    hides: frozenset[str] = frozenset()
    options: dict[str, Any] = field(default_factory=dict[str, Any])


SCENARIOS: list[Scenario] = []
_SERVICES = "DescribeVpcEndpointServiceConfigurations"
_ENDPOINTS = "DescribeVpcEndpoints"
_CONNECTIONS = "DescribeVpcEndpointConnections"
_EVERYTHING = frozenset(
    {
        *("acceptance", "balancer group", "balancers", "connections", "listeners", "metrics"),
        *("name", "permission", "regions", "service", "target group", "targets", "zones"),
        *("balancer egress", "clients", "dns", "ports"),
    }
)


def breaks(
    title: str, /, *rules: str, facts: str, hides: frozenset[str] = frozenset(), **options: Any
) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    """Add a scenario.

    :param facts: what it changes, separated by commas.
    """

    def add(apply: Callable[[World], None]) -> Callable[[World], None]:
        changed = frozenset(facts.split(", "))
        SCENARIOS.append(Scenario(title, rules, apply, changed, hides, options))
        return apply

    return add


# Permission


@breaks("no such service", "service-missing", facts="service", hides=_EVERYTHING)
def _(world: World) -> None:
    world.provider.items[_SERVICES] = []


@breaks("principal revoked", "principal-missing", facts="permission")
def _(world: World) -> None:
    world.provider.change(
        "DescribeVpcEndpointServicePermissions", 0, Principal="arn:aws:iam::333333333333:root"
    )


@breaks("nobody permitted", "principal-missing", facts="permission")
def _(world: World) -> None:
    world.provider.items["DescribeVpcEndpointServicePermissions"] = []


@breaks(
    "no such endpoint",
    *("endpoint-missing", "connection-missing"),
    facts="connections, endpoint, clients, consumer zones",
    hides=frozenset(
        {"consumer network", "dns", "acl", "packets", "vpc", "acceptance", "private dns"}
    ),
    endpoint_id="vpce-0fedcba9876543210",
)
def _(world: World) -> None:
    del world


@breaks(
    "endpoint of another service",
    *("endpoint-service-mismatch", "connection-missing"),
    facts="connections, endpoint",
    hides=frozenset({"acceptance", "dns", "consumer network"}),
    endpoint_id=ENDPOINT,
)
def _(world: World) -> None:
    other = f"com.amazonaws.vpce.{REGION}.vpce-svc-0fedcba9876543210"
    world.consumer.change(_ENDPOINTS, 0, ServiceName=other)
    world.provider.items[_CONNECTIONS] = []


@breaks("Region not ready", "service-region-unhealthy", facts="regions")
def _(world: World) -> None:
    world.provider.change(
        _SERVICES, 0, SupportedRegions=[{"Region": REGION, "ServiceState": "Pending"}]
    )


# State


@breaks("service failed", "service-unhealthy", facts="service")
def _(world: World) -> None:
    world.provider.change(_SERVICES, 0, ServiceState="Failed")


@breaks("connection gone", "connection-missing", facts="connections, acceptance")
def _(world: World) -> None:
    world.provider.items[_CONNECTIONS] = []
    world.consumer.items[_ENDPOINTS] = []


SCENARIOS[-1] = Scenario(
    *("connection gone", ("connection-missing",), SCENARIOS[-1].apply),
    frozenset({"connections", "acceptance", "clients", "endpoint"}),
    frozenset(
        {"consumer network", "dns", "acl", "packets", "vpc", "private dns", "consumer zones"}
    ),
)


@breaks("connection expired", "connection-unhealthy", facts="acceptance")
def _(world: World) -> None:
    world.provider.change(_CONNECTIONS, 0, VpcEndpointState="expired")


@breaks("endpoint failed", "connection-unhealthy", facts="acceptance")
def _(world: World) -> None:
    world.provider.change(_CONNECTIONS, 0, VpcEndpointState="failed")
    error = {"Code": "InsufficientFreeAddresses", "Message": "no free addresses"}
    world.consumer.change(_ENDPOINTS, 0, State="failed", LastError=error)


# Acceptance


@breaks("waits for acceptance", "connection-pending", facts="acceptance")
def _(world: World) -> None:
    world.provider.change(_CONNECTIONS, 0, VpcEndpointState="pendingAcceptance")
    world.consumer.change(_ENDPOINTS, 0, State="pendingAcceptance")


@breaks("rejected", "connection-closed", facts="acceptance")
def _(world: World) -> None:
    world.provider.change(_CONNECTIONS, 0, VpcEndpointState="rejected")
    world.consumer.change(_ENDPOINTS, 0, State="rejected")


# Availability Zones


@breaks("zone not offered yet", "service-zone-pending", facts="zones")
def _(world: World) -> None:
    world.provider.change(_SERVICES, 0, AvailabilityZoneIds=["euw1-az1"])


@breaks("no zone in common", "endpoint-zones-mismatch", facts="consumer zones, zones")
def _(world: World) -> None:
    for index, zone in enumerate(("euw1-az3", "euw1-az4")):
        world.consumer.change("DescribeSubnets", index, AvailabilityZoneId=zone)


# DNS


@breaks("name never verified", "private-dns-name-unverified", facts="name")
def _(world: World) -> None:
    proof = {"State": "pendingVerification", "Type": "TXT", "Name": "_abc", "Value": "vpce:abc"}
    world.provider.change(_SERVICES, 0, PrivateDnsNameConfiguration=proof)


@breaks("record of the name removed", "private-dns-name-unverified", facts="name")
def _(world: World) -> None:
    proof = {"State": "failed", "Type": "TXT", "Name": "_abc", "Value": "vpce:abc"}
    world.provider.change(_SERVICES, 0, PrivateDnsNameConfiguration=proof)


@breaks("DNS off in the VPC", "vpc-dns-disabled", facts="vpc, private dns")
def _(world: World) -> None:
    world.consumer.items["DescribeVpcAttribute"]["EnableDnsHostnames"] = False


@breaks(
    "DNS off in the VPC of a hosted zone",
    "private-hosted-zone-vpc-dns-disabled",
    facts="vpc, private dns, dns",
)
def _(world: World) -> None:
    world.consumer.change(_ENDPOINTS, 0, PrivateDnsEnabled=False)
    world.consumer.items["DescribeVpcAttribute"]["EnableDnsSupport"] = False
    hosted_zone(world, "internal.example.com", alias("api.internal.example.com", ENDPOINT_DNS))


@breaks("private DNS off", "endpoint-private-dns-disabled", facts="private dns, name")
def _(world: World) -> None:
    world.consumer.change(_ENDPOINTS, 0, PrivateDnsEnabled=False)


@breaks("forwarding rule covers the name", "endpoint-name-shadowed", facts="dns, private dns")
def _(world: World) -> None:
    forwarding(world, NAME)


def forwarding(world: World, domain: str, kind: str = "FORWARD") -> None:
    association = {"Id": "rslvr-rrassoc-1", "ResolverRuleId": "rslvr-rr-1", "VPCId": CONSUMER_VPC}
    world.consumer.items["ListResolverRuleAssociations"] = [association]
    forward = {"Id": "rslvr-rr-1", "DomainName": f"{domain}.", "RuleType": kind}
    world.consumer.items["ListResolverRules"] = [forward]


@breaks(
    "hosted zone without the record",
    "endpoint-name-shadowed",
    facts="dns, private dns",
    name="api.internal.example.com",
)
def _(world: World) -> None:
    hosted_zone(world, "internal.example.com")


def hosted_zone(world: World, domain: str, *records: Any) -> None:
    zone = {"HostedZoneId": "Z0OWN", "Name": f"{domain}.", "Owner": {"OwningAccount": CONSUMER}}
    world.consumer.items["ListHostedZonesByVPC"].append(zone)
    world.consumer.items["ListResourceRecordSets"]["Z0OWN"] = list(records)


def alias(name: str, to: str) -> Any:
    where = {"DNSName": f"{to}.", "HostedZoneId": "Z38GZ743OKFT7T", "EvaluateTargetHealth": False}
    return {"Name": f"{name}.", "Type": "A", "AliasTarget": where}


@breaks("record of an endpoint that is gone", "record-endpoint-mismatch", facts="dns, private dns")
def _(world: World) -> None:
    old = ENDPOINT_DNS.replace(ENDPOINT, "vpce-0fedcba9876543210")
    hosted_zone(world, "internal.example.com", alias("api.internal.example.com", old))


@breaks(
    "Profile takes the name",
    "endpoint-name-shadowed",
    facts="dns, private dns",
    name="api.internal.example.com",
)
def _(world: World) -> None:
    association = {
        "Id": "rpassoc-1",
        "ProfileId": "rp-1",
        "ResourceId": CONSUMER_VPC,
        "Name": "hub",
    }
    world.consumer.items["ListProfileAssociations"] = [association]
    arn = "arn:aws:route53:::hostedzone/Z0HUB"
    brought = {"Id": "rpr-1", "ProfileId": "rp-1", "Name": "zone", "ResourceArn": arn}
    world.consumer.items["ListProfileResourceAssociations"] = [brought]
    world.consumer.items["GetHostedZone"]["Z0HUB"] = "internal.example.com."


# The consumer's network


@breaks("endpoint's rule removed", "endpoint-closed", facts="consumer network")
def _(world: World) -> None:
    world.consumer.change("DescribeSecurityGroups", 0, IpPermissions=[])


@breaks("endpoint's rule for another port", "endpoint-port-closed", facts="consumer network")
def _(world: World) -> None:
    other = [rule(8443, 8443, cidr="10.1.0.0/16")]
    world.consumer.change("DescribeSecurityGroups", 0, IpPermissions=other)


@breaks("network ACL denies the port", "network-acl-closed", facts="acl")
def _(world: World) -> None:
    deny_first(world, egress=False)


@breaks("network ACL denies the answers", "network-acl-closed", facts="acl")
def _(world: World) -> None:
    deny_first(world, egress=True)


def deny_first(world: World, *, egress: bool) -> None:
    deny = {"RuleNumber": 1, "RuleAction": "deny", "Protocol": "6", "CidrBlock": "0.0.0.0/0"}
    ports = {"PortRange": {"From": 0, "To": 65535}, "Egress": egress}
    world.consumer.items["DescribeNetworkAcls"][0]["Entries"].append({**deny, **ports})


# The provider's inbound rules


@breaks("load balancer's rule removed", "load-balancer-port-closed", facts="balancer group")
def _(world: World) -> None:
    world.provider.change("DescribeSecurityGroups", 0, IpPermissions=[])


@breaks("rule for other clients", "load-balancer-client-closed", facts="balancer group, clients")
def _(world: World) -> None:
    other = [rule(443, 443, cidr="10.9.0.0/16")]
    world.provider.change("DescribeSecurityGroups", 0, IpPermissions=other)


# Listeners


@breaks(
    "load balancer deleted",
    "service-load-balancer-missing",
    facts="balancers, zones, listeners, targets",
    hides=frozenset({"metrics"}),
)
def _(world: World) -> None:
    del world.provider.items["DescribeLoadBalancers"][1]


@breaks("load balancer impaired", "load-balancer-unhealthy", facts="balancers")
def _(world: World) -> None:
    state = {"Code": "active_impaired", "Reason": "no free addresses"}
    world.provider.change("DescribeLoadBalancers", 0, State=state)


@breaks(
    "listener gone on one",
    "listener-missing",
    facts="listeners, targets, zones",
    hides=frozenset({"targets"}),
)
def _(world: World) -> None:
    world.provider.items["DescribeListeners"][balancer_arn("b")] = []


@breaks(
    "another port on one",
    "load-balancer-port-closed",
    "load-balancer-listeners-mismatch",
    facts="listeners, balancer group, consumer network",
)
def _(world: World) -> None:
    world.provider.items["DescribeListeners"][balancer_arn("b")] = [listener("b", 8443)]


@breaks(
    "nobody listens on the port",
    "endpoint-port-closed",
    "service-port-missing",
    facts="ports, consumer network, listeners, acl",
    port=9000,
)
def _(world: World) -> None:
    del world


# Targets


@breaks(
    "load balancer's outbound rule removed", "load-balancer-target-closed", facts="balancer egress"
)
def _(world: World) -> None:
    world.provider.change("DescribeSecurityGroups", 0, IpPermissionsEgress=[])


@breaks("target's rule removed", "target-closed", facts="target group")
def _(world: World) -> None:
    world.provider.change("DescribeSecurityGroups", 1, IpPermissions=[])


@breaks("rules by group without enforcement", "target-closed", facts="target group, balancer group")
def _(world: World) -> None:
    for balancer in world.provider.items["DescribeLoadBalancers"]:
        balancer["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = "off"


@breaks(
    "no target registered",
    "target-group-target-missing",
    facts="targets",
    hides=frozenset({"target group", "balancer egress"}),
)
def _(world: World) -> None:
    for arn in world.provider.items["DescribeTargetHealth"]:
        world.provider.items["DescribeTargetHealth"][arn] = []


@breaks("all targets unhealthy", "target-group-unhealthy", facts="targets")
def _(world: World) -> None:
    ill(world, "a")
    ill(world, "b")


def ill(world: World, zone: str, *more: Any) -> None:
    sick = target(address(zone), zone, "unhealthy", "Target.FailedHealthChecks")
    world.provider.items["DescribeTargetHealth"][group_arn(zone)] = [sick, *more]


@breaks("one target unhealthy", "target-unhealthy", facts="targets")
def _(world: World) -> None:
    ill(world, "a", target("10.0.0.11", "a"))


@breaks("zone without a healthy target", "zone-target-unhealthy", facts="targets")
def _(world: World) -> None:
    here = target("10.0.0.11", "b")
    world.provider.items["DescribeTargetHealth"][group_arn("a")] = [here]


@breaks("target outside the zones", "target-ineffective", facts="targets")
def _(world: World) -> None:
    there = target("10.0.7.7", "c", "unused", "Target.NotInUse")
    world.provider.items["DescribeTargetHealth"][group_arn("a")].append(there)


# Capacity and traffic


@breaks("ports exhausted", "port-allocation-exceeded", facts="metrics")
def _(world: World) -> None:
    world.provider.items["GetMetricData"]["PortAllocationErrorCount"] = [3.0, 4.0]


@breaks("flows blocked", "load-balancer-traffic-closed", facts="metrics")
def _(world: World) -> None:
    blocked = "SecurityGroupBlockedFlowCount_Inbound_TCP"
    world.provider.items["GetMetricData"][blocked] = [9.0]


@breaks("flows rejected", "load-balancer-flows-unhealthy", facts="metrics")
def _(world: World) -> None:
    world.provider.items["GetMetricData"]["RejectedFlowCount"] = [9.0]


@breaks("connections reset", "idle-timeout-exceeded", facts="metrics")
def _(world: World) -> None:
    world.provider.items["GetMetricData"]["TCP_ELB_Reset_Count"] = [9.0]


@breaks("packets too large", "endpoint-packet-size-exceeded", facts="packets")
def _(world: World) -> None:
    world.consumer.items["GetMetricData"]["PacketsDropped"] = [9.0]
