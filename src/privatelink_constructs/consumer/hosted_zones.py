"""Private hosted zones in the VPC of an endpoint, also those of others."""

from __future__ import annotations

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
    """Checks at synthesis whether the stack has another zone of one of an endpoint's names.

    Zones can be defined at any time and by anybody, so they are looked for when the tree is done.

    :param names: the names that clients use.
    :param vpc: the VPC of the endpoint.
    :param stack: its stack, whose zones are looked at.
    :param own: the zones that the endpoint defines itself.
    """

    def __init__(
        self,
        names: Sequence[str],
        vpc: ec2.IVpc,
        stack: cdk.Stack,
        own: Sequence[route53.PrivateHostedZone],
    ) -> None:
        """Keep what to look for."""
        self._watched = names
        self._vpc = vpc
        self._stack = stack
        self._own = own

    def validate(self) -> list[str]:
        """Return what is wrong."""
        found = list(self._names())
        return as_errors(
            problem
            for name in self._watched
            for problem in dns_rules.private_name_without_hosted_zone(name, found)
        )

    def _names(self) -> Iterator[str]:
        if is_pending(self._vpc):
            return  # All VPCs have the same ID before they are looked up.
        own_vpc = self._stack.resolve(vpc_id(self._vpc))
        children = (zone.node.default_child for zone in self._own)
        own = {reference(child) for child in children if child is not None}
        for resource in self._stack.node.find_all():
            if not isinstance(resource, route53.CfnHostedZone):
                continue
            if reference(resource) in own:
                continue
            vpcs = cast("list[dict[str, Any]]", self._stack.resolve(resource.vpcs) or [])
            if resource.name and own_vpc in [entry["vpcId"] for entry in vpcs]:
                yield resource.name
