"""How endpoint services, load balancers, listeners and target groups hang together."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.model import Model
from privatelink_constructs.inventory.types import (
    LISTENER,
    LISTENER_CERTIFICATE,
    LOAD_BALANCER,
    SERVICE,
    TARGET_GROUP,
)
from privatelink_constructs.inventory.vpc_endpoints import endpoints_by_vpc

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.vpc_endpoints import VpcEndpoints


class Inventory(Model):
    """The PrivateLink resources of the templates of an app, and how they connect."""

    @cached_property
    def services(self) -> list[Resource]:
        """All endpoint services."""
        return self.of_type(SERVICE)

    @cached_property
    def endpoints_by_vpc(self) -> dict[str | None, VpcEndpoints]:
        """The endpoints of each VPC by its key; None is the key of VPCs that aren't known."""
        return endpoints_by_vpc(self)

    @cached_property
    def network_load_balancers(self) -> list[Resource]:
        """All Network Load Balancers, of services or not."""
        return [each for each in self.of_type(LOAD_BALANCER) if kind_of(each) == "network"]

    def load_balancers_of(self, service: Resource) -> list[Resource]:
        """Return the Network Load Balancers of a service that are in the templates."""
        values = service.get("NetworkLoadBalancerArns").each()
        found = [value.target(LOAD_BALANCER) for value in values]
        return [each for each in dict.fromkeys(found) if each and kind_of(each) == "network"]

    @cached_property
    def serving(self) -> dict[Resource, list[Resource]]:
        """The Network Load Balancers of services, each with its services."""
        found: dict[Resource, list[Resource]] = defaultdict(list)
        for service in self.services:
            for load_balancer in self.load_balancers_of(service):
                found[load_balancer].append(service)
        return dict(found)

    @cached_property
    def _listeners(self) -> dict[Resource, list[Resource]]:
        found: dict[Resource, list[Resource]] = defaultdict(list)
        for listener in self.of_type(LISTENER):
            load_balancer = listener.get("LoadBalancerArn").target(LOAD_BALANCER)
            if load_balancer:
                found[load_balancer].append(listener)
        return dict(found)

    def listeners_of(self, load_balancer: Resource) -> list[Resource]:
        """Return the listeners of a load balancer that are in the templates."""
        return self._listeners.get(load_balancer, [])

    def all_listeners_of(self, load_balancer: Resource) -> list[Resource] | None:
        """Return the listeners of a load balancer, None when there may be others elsewhere."""
        if not self.complete or self.handed_out(load_balancer):
            return None
        # A condition may choose among several load balancers.
        listeners = self.referrers(load_balancer, LISTENER)
        if any(value.target() is not load_balancer for value in listeners):
            return None
        return self.listeners_of(load_balancer)

    @cached_property
    def network_listeners(self) -> list[tuple[Resource, Resource]]:
        """All listeners of Network Load Balancers, each with its load balancer."""
        return [
            (listener, load_balancer)
            for load_balancer in self.network_load_balancers
            for listener in self.listeners_of(load_balancer)
        ]

    def certificates_of(self, listener: Resource) -> list[Value]:
        """Return the ARNs of the certificates of a listener, the default one first."""
        further = (
            value.resource
            for value in self.referrers(listener, LISTENER_CERTIFICATE)
            if value.target() is listener
        )
        return [
            item.get("CertificateArn")
            for resource in (listener, *dict.fromkeys(further))
            for item in resource.get("Certificates").each()
        ]

    @cached_property
    def forwards(self) -> list[tuple[Resource, Resource, Value]]:
        """Each listener of a Network Load Balancer with each target group that it forwards to.

        The value is where the listener names the group.
        """
        return [
            (listener, group, value)
            for listener, value in self.forwarded
            for group in [value.target(TARGET_GROUP)]
            if group
        ]

    @cached_property
    def forwarded(self) -> list[tuple[Resource, Value]]:
        """Each listener of a Network Load Balancer with each place where it names a group."""
        return [
            (listener, value)
            for listener, _ in self.network_listeners
            for value in groups_of(listener)
        ]

    @cached_property
    def served_groups(self) -> list[Resource]:
        """The target groups behind the load balancers of services."""
        listeners = {
            listener
            for load_balancer in self.serving
            for listener in self.listeners_of(load_balancer)
        }
        groups = [group for listener, group, _ in self.forwards if listener in listeners]
        return list(dict.fromkeys(groups))

    @cached_property
    def inspecting(self) -> list[Resource]:
        """The Gateway Load Balancers of services."""
        values = [
            value
            for service in self.services
            for value in service.get("GatewayLoadBalancerArns").each()
        ]
        balancers = (value.target(LOAD_BALANCER) for value in values)
        return [each for each in dict.fromkeys(balancers) if each]

    @cached_property
    def inspection_groups(self) -> list[Resource]:
        """The target groups behind the Gateway Load Balancers of services."""
        groups = [
            value.target(TARGET_GROUP)
            for load_balancer in self.inspecting
            for listener in self.listeners_of(load_balancer)
            for value in groups_of(listener)
        ]
        return [group for group in dict.fromkeys(groups) if group]

    @cached_property
    def network_groups(self) -> list[Resource]:
        """The target groups behind Network Load Balancers, of services or not."""
        return list(dict.fromkeys(group for _, group, _ in self.forwards))


def kind_of(load_balancer: Resource) -> str | None:
    """Return ``application``, ``gateway`` or ``network``, None when it isn't known.

    :see: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html
    """
    kind = load_balancer.get("Type")
    return "application" if kind.absent else kind.text


def groups_of(listener: Resource) -> list[Value]:
    """Return each place where the default actions of a listener name a target group."""
    found: dict[str | None, Value] = {}
    for action in listener.get("DefaultActions").each():
        groups = action.get("ForwardConfig", "TargetGroups").each()
        for value in (
            action.get("TargetGroupArn"),
            *(each.get("TargetGroupArn") for each in groups),
        ):
            found.setdefault(value.key, value)
    return list(found.values())
