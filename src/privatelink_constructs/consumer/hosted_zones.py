"""Private hosted zones beside an endpoint, whoever defines them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import jsii
from aws_cdk import aws_route53 as route53
from constructs import IValidation

from privatelink_constructs._cdk.asking import reference
from privatelink_constructs._cdk.late import as_errors
from privatelink_constructs._cdk.subnets import is_pending, vpc_id
from privatelink_constructs.rules import endpoint_names as dns_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2


@jsii.implements(IValidation)
class ZonesBeside:
    """Asks at synthesis whether the stack has another zone of an endpoint's name in its VPC.

    Zones can be defined at any time and by anybody, so they are looked for when the tree is done.

    :param name: the name that clients use.
    :param vpc: the VPC of the endpoint.
    :param stack: its stack, whose zones are looked at.
    :param own: the zone that the endpoint defines itself.
    """

    def __init__(
        self,
        name: str,
        vpc: ec2.IVpc,
        stack: cdk.Stack,
        own: route53.PrivateHostedZone | None,
    ) -> None:
        """Keep what to look for."""
        self._name = name
        self._vpc = vpc
        self._stack = stack
        self._own = own

    def validate(self) -> list[str]:
        """Return what is wrong, in words."""
        return as_errors(
            dns_rules.private_name_without_hosted_zone(self._name, list(self._names()))
        )

    def _names(self) -> Iterator[str]:
        if is_pending(self._vpc):
            return  # All VPCs have the same ID before they are looked up.
        own_vpc = self._stack.resolve(vpc_id(self._vpc))
        own = self._own.node.default_child if self._own else None
        for resource in self._stack.node.find_all():
            if not isinstance(resource, route53.CfnHostedZone):
                continue
            if own is not None and reference(resource) == reference(own):
                continue
            vpcs = cast("list[dict[str, Any]]", self._stack.resolve(resource.vpcs) or [])
            if resource.name and own_vpc in [entry["vpcId"] for entry in vpcs]:
                yield resource.name


@jsii.implements(IValidation)
class ZonesBesideAll(ZonesBeside):
    """Asks the same for many names at once, which costs one callback.

    :param names: the names that clients use.
    :param vpc: the VPC of the endpoints.
    :param stack: their stack, whose zones are looked at.
    """

    def __init__(self, names: Sequence[str], vpc: ec2.IVpc, stack: cdk.Stack) -> None:
        """Keep what to look for."""
        super().__init__("", vpc, stack, None)
        self._all = names

    def validate(self) -> list[str]:
        """Return what is wrong, in words."""
        zones = list(self._names())
        found = (dns_rules.private_name_without_hosted_zone(name, zones) for name in self._all)
        return as_errors(chain.from_iterable(found))
