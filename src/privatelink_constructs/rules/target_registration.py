"""The rules for the targets in target groups."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TARGET_TYPES = ("instance", "ip", "alb")
MAX_ECS_TARGET_GROUPS = 5
_PRIVATE = tuple(
    ipaddress.IPv4Network(network)
    for network in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
)
"""The CIDR blocks where addresses of targets outside the VPC can be."""


@error(
    "target-missing",
    "Each listener must have a target.",
    why="Without a target, the load balancer closes connections immediately.",
    fix=Fix(
        code="pass targets or targets_by_zone to the listener, or call add_targets(...) before "
        "synthesis. If something else registers the targets, set registered_elsewhere=True, or "
        "acknowledge this for your own target group",
        template=(
            "list Targets in the target group, or refer to the target group in an ECS service or "
            "an Auto Scaling group"
        ),
    ),
    url=core.CREATE_SERVICE,
)
def target_present(targets: int | None, *, listener: str | None = None) -> Iterator[str]:
    """Find a target group without targets.

    :param targets: how many targets there are, None when it isn't known.
    :param listener: the name of the listener. Default: None, for a target group.
    """
    if targets == 0:
        yield f"{listener} has no target" if listener else "the target group has no target"


@error(
    "target-type-not-supported",
    "A target of a Network Load Balancer must be an instance, an IP address, or an Application "
    "Load Balancer.",
    why="AWS rejects other types of targets.",
    fix=Fix(
        code="pass IpTarget, InstanceTarget, or AlbListenerTarget of "
        "aws_elasticloadbalancingv2_targets, an Auto Scaling group, or an ECS service",
        template="set TargetType to ip, instance, or alb",
    ),
    url=core.NLB_TARGET_GROUPS,
)
def target_registrable(
    target_type: str | None, *, listener: str = "", others: Iterable[str] = ()
) -> Iterator[str]:
    """Find a type of targets that a Network Load Balancer doesn't have.

    :param target_type: the type of the target group, such as ``ip``, None when it isn't set.
    :param listener: the name of the listener.
    :param others: the classes of its targets that can't be registered in any target group.
    """
    if target_type is not None and target_type not in TARGET_TYPES:
        yield f"the target group has the type {target_type}"
    for name in others:
        yield f"{listener} has a target of type {name}"


@error(
    "target-types-conflict",
    "The targets of a listener must all be of one type.",
    why="A target group contains either instances, IP addresses, or an Application Load Balancer.",
    fix=Fix(
        code="use another listener for the other targets",
        template="define another target group and listener for the other targets",
    ),
    url=core.NLB_LISTENERS,
)
def target_types_same(listener: str, types: Collection[str]) -> Iterator[str]:
    """Find targets of several types behind a listener.

    :param listener: the name of the listener.
    :param types: the types of its targets, such as ``ip``, each once.
    """
    if len(types) > 1:
        yield f"{listener} has targets of the types {', '.join(sorted(types))}"


@error(
    "target-type-mismatch",
    "A target in a target group of type instance must be an instance.",
    why="AWS rejects other targets. The default type of a target group is instance.",
    fix=Fix(
        code="use InstanceTarget or InstanceIdTarget, or TargetType.IP for IP addresses",
        template="register the IDs of instances (i-...), or set TargetType to ip for IP addresses",
    ),
    url="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html",
)
def target_instance(target: str | None) -> Iterator[str]:
    """Find a target that isn't the id of an instance; None when it isn't known."""
    if target is not None and not target.startswith("i-"):
        yield f"{target!r} is not the ID of an instance"


@error(
    "target-address-malformed",
    "The address of a target must be an IPv4 or IPv6 address.",
    why="AWS rejects other values.",
    fix=Fix.same("use an address such as 10.0.1.10. AWS doesn't resolve DNS names"),
    url=core.NLB_LISTENERS,
)
def target_address_valid(address: str | None) -> Iterator[str]:
    """Find a target that isn't an IP address; None when it isn't known."""
    if address is None:
        return
    try:
        ipaddress.ip_address(address)
    except ValueError:
        yield f"{address!r} is not a valid IP address"


@error(
    "target-address-not-supported",
    "A target outside the VPC must have a private address.",
    why="AWS registers only addresses in the subnets of the VPC and in 10.0.0.0/8, "
    "100.64.0.0/10, 172.16.0.0/12, and 192.168.0.0/16.",
    fix=Fix.same(
        "register an address in the VPC or in one of these CIDR blocks, such as the address of a "
        "proxy for a public address"
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html",
)
def target_address_private(address: Address, *, outside: bool) -> Iterator[str]:
    """Find an address that AWS doesn't register.

    :param outside: whether the address is known to be outside the VPC.
    """
    if outside and not is_private(address):
        ranges = ", ".join(map(str, _PRIVATE))
        yield f"'{address}' is outside the VPC and not in {ranges}"


@error(
    "outside-target-zone-missing",
    "A target outside the VPC must name an Availability Zone.",
    why="AWS can't detect the Availability Zone of an address outside the VPC and rejects the "
    "target.",
    fix=Fix(
        code="register the target with the Availability Zone all",
        template="set AvailabilityZone of the target to all",
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html",
)
def outside_target_zone_present(address: str, *, given: bool) -> Iterator[str]:
    """Find a target outside the VPC without an Availability Zone.

    :param given: whether one is, or might be, set.
    """
    if not given:
        yield f"{address} is outside the VPC and has no Availability Zone"


def is_private(address: Address) -> bool:
    """Tell whether AWS registers an address inside or outside of the VPC."""
    return any(address in network for network in _PRIVATE)


@error(
    "target-address-family-mismatch",
    "The targets of a target group must all be of one address family.",
    why="A target group is either IPv4 or IPv6, and IPv6 targets need a dualstack load balancer.",
    fix=Fix(
        code="use targets with IPv4 addresses only, or IpAddressType.DUAL_STACK and targets with "
        "IPv6 addresses only",
        template="register IPv4 addresses only, or IPv6 addresses only with the IpAddressType of "
        "the target group set to ipv6 and that of the load balancer to dualstack",
    ),
    url=core.NLB_LISTENERS,
)
def target_family_same(listener: str, addresses: Iterable[Address], *, ipv6: bool) -> Iterator[str]:
    """Find addresses of another family than that of the target group.

    :param listener: the name of the listener.
    :param addresses: the addresses of its targets that are known.
    :param ipv6: whether the target group is IPv6.
    """
    version = 6 if ipv6 else 4
    wrong = sorted(str(address) for address in addresses if address.version != version)
    if wrong:
        yield (
            f"{listener} forwards to IPv{version} targets, but has the targets {', '.join(wrong)}"
        )


@warning(
    "target-ipv6-address-undetermined",
    "Targets in an IPv6 target group should have IPv6 addresses.",
    why="AWS rejects instances without a primary IPv6 address in an IPv6 target group, and Amazon "
    "ECS registers IPv4 addresses.",
    fix=Fix(
        code="set primary_ipv6 on the network interfaces of the launch template and acknowledge "
        "this warning, use IP addresses, or use IpAddressType.IPV4 for the load balancer",
        template="set PrimaryIpv6 on the network interfaces of the launch template, register IPv6 "
        "addresses, or set the IpAddressType of the load balancer and the target group to ipv4",
    ),
    url=core.NLB_LISTENERS,
)
def ipv6_targets_known(group: str, targets: Iterable[str], *, ipv6: bool) -> Iterator[str]:
    """Find targets in an IPv6 target group that may have only IPv4 addresses.

    :param group: the name of the target group or of its listener.
    :param targets: what kinds of targets it has that don't show their addresses.
    :param ipv6: whether the target group is IPv6.
    """
    kinds = sorted(set(targets))
    if ipv6 and kinds:
        yield f"{group} forwards to IPv6 targets, but has targets of the type {', '.join(kinds)}"


@error(
    "target-group-address-family-mismatch",
    "An IPv6 target group must be behind a dualstack load balancer.",
    why="AWS rejects the listener.",
    fix=Fix(
        code="use IpAddressType.DUAL_STACK for the load balancer, or an IPv4 target group",
        template="set the IpAddressType of the load balancer to dualstack, or that of the target "
        "group to ipv4",
    ),
    url=core.NLB_LISTENERS,
)
def ipv6_group_behind_dualstack(group: str, *, ipv6: bool, dualstack: bool | None) -> Iterator[str]:
    """Find an IPv6 target group behind an IPv4 load balancer.

    :param group: the name of the target group.
    :param ipv6: whether it is IPv6.
    :param dualstack: whether the load balancer is dualstack, None when it isn't known.
    """
    if ipv6 and dualstack is False:
        yield f"{group} is IPv6, but its load balancer is IPv4"


@error(
    "ecs-port-mapping-missing",
    "An ECS service that is a target must map a TCP port in its first container.",
    why="The AWS CDK registers the first port mapping of the first container and expects TCP.",
    fix=Fix(
        code="specify the container and its port with "
        "service.load_balancer_target(container_name=..., container_port=..., protocol=...)",
        template="add the port to PortMappings of the container, and set ContainerName and "
        "ContainerPort in LoadBalancers of the ECS service",
    ),
    url="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html",
)
def ecs_port_mapped(*, mapped: bool, udp_port: int | None = None) -> Iterator[str]:
    """Find an ECS service whose port the CDK can't register.

    :param mapped: whether its first container maps a port.
    :param udp_port: the first port that it maps, if that is for UDP only.
    """
    if not mapped:
        yield "the first container of the ECS service has no port mapping"
    elif udp_port is not None:
        yield f"the first port mapping of the ECS service is UDP port {udp_port}"


@error(
    "ecs-target-groups-exceeded",
    "An ECS service must be in no more than five target groups.",
    why="Amazon ECS rejects a sixth target group.",
    fix=Fix(
        code="use fewer listeners, or one ECS service per Availability Zone (targets_by_zone)",
        template="list at most five target groups in LoadBalancers of the ECS service, or define "
        "another ECS service",
    ),
    url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html",
)
def ecs_target_groups_in_limit(groups: int) -> Iterator[str]:
    """Find an ECS service in too many target groups.

    :param groups: how many target groups it is in.
    """
    if groups > MAX_ECS_TARGET_GROUPS:
        yield f"the ECS service is in {groups} target groups"
