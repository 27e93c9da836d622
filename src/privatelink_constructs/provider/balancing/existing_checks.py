"""The checks of existing load balancers that are possible only at synthesis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import jsii
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import IValidation

from privatelink_constructs._cdk.asking import kind_of_resource, root_of, stack_of
from privatelink_constructs._cdk.late import as_errors
from privatelink_constructs._cdk.reporting import warn
from privatelink_constructs.provider.balancing import existing
from privatelink_constructs.provider.balancing.existing_ways import check_ways
from privatelink_constructs.rules import load_balancers as rules
from privatelink_constructs.rules.core import Severity
from privatelink_constructs.rules.listeners import listener_present
from privatelink_constructs.rules.quotas import certificates_in_quota, listeners_in_quota
from privatelink_constructs.rules.service_deletion import rejection_without_protection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import constructs

    from privatelink_constructs.rules.core import Problem

_PROTECTION = "deletion_protection.enabled"
_VPC_LINK = "aws_apigateway.CfnVpcLink"
"""The class of a REST API's VPC link, without loading its module."""


@jsii.implements(IValidation)
class ExistingChecks:
    """Checks at synthesis what the load balancers of a service are used for, and what they contain.

    Listeners, certificates, and what else uses them can be defined at any time.

    :param service: the service.
    :param load_balancers: its load balancers.
    :param ports: its ports, None for those of the listeners.
    :param rejects: whether connections are rejected when the stack is deleted.
    """

    def __init__(
        self,
        service: constructs.Construct,
        load_balancers: Sequence[elbv2.INetworkLoadBalancer],
        ports: tuple[int | str, ...] | None,
        *,
        rejects: bool,
    ) -> None:
        self._service = service
        self._load_balancers = load_balancers
        self._ports = ports
        self._rejects = rejects

    def validate(self) -> list[str]:
        """Return what is wrong."""
        warn(self._service, check_ways(self._load_balancers))
        problems = list(self._problems())
        warn(self._service, (it for it in problems if it.rule.severity is Severity.WARNING))
        return as_errors(it for it in problems if it.rule.severity is Severity.ERROR)

    def _problems(self) -> Iterator[Problem]:
        listeners = existing.listeners_of(self._load_balancers)
        for path, found in listeners.items():
            yield from listener_present(found, load_balancer=path)
            yield from listeners_in_quota(len(found), name=path)
        yield from self._certificate_problems()
        yield from self._link_problems()
        if self._rejects:
            yield from rejection_without_protection(list(self._protected()))
        if not existing.some_unknown(set[str]().union(*listeners.values())):
            yield from rules.listeners_the_same(listeners, ports=self._ports or ())

    def _certificate_problems(self) -> Iterator[Problem]:
        for load_balancer, listeners in existing.listeners_by_load_balancer(
            self._load_balancers
        ).items():
            with_tls = [it for it in listeners if it.protocol == "TLS"]
            if with_tls:
                yield from certificates_in_quota(
                    _certificates(with_tls), name=load_balancer.node.path
                )

    def _link_problems(self) -> Iterator[Problem]:
        """Find VPC links of REST APIs, each of which needs the load balancer for itself."""
        everything = root_of(self._service).node.find_all()
        for link in (it for it in everything if kind_of_resource(it) == _VPC_LINK):
            stack = stack_of(link)
            arns: Any = stack.resolve(cast("Any", link).target_arns)
            for load_balancer in self._load_balancers:
                if stack.resolve(load_balancer.load_balancer_arn) in arns:
                    name = existing.LoadBalancerName(load_balancer)
                    yield from rules.load_balancer_in_one_service(name, link.node.path)

    def _protected(self) -> Iterator[str]:
        """Find the load balancers that the stack of the service can't delete."""
        for load_balancer in filter(None, map(existing.defined, self._load_balancers)):
            stack, resource = stack_of(load_balancer), existing.resource_of(load_balancer)
            attributes: Any = stack.resolve(resource.load_balancer_attributes) or []
            on = any(it["key"] == _PROTECTION and it["value"] == "true" for it in attributes)
            if on and stack is stack_of(self._service) and not _is_kept(resource):
                yield load_balancer.node.path


def _is_kept(resource: elbv2.CfnLoadBalancer) -> bool:
    policy = resource.cfn_options.deletion_policy
    return policy is not None and policy.name.startswith("RETAIN")


def _certificates(listeners: Sequence[elbv2.CfnListener]) -> int:
    """Return how many certificates listeners have together, further ones included."""
    everything = root_of(listeners[0]).node.find_all()
    further = [it for it in everything if isinstance(it, elbv2.CfnListenerCertificate)]
    count = 0
    for listener in listeners:
        own = [it for it in further if it.listener_arn == listener.ref]
        for holder in (listener, *own):
            found: Any = stack_of(listener).resolve(holder.certificates)
            count += len(found or ())
    return count
