"""Whether anybody can connect to an endpoint, as far as the app shows at synthesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsii
from constructs import IValidation

from privatelink_constructs._cdk.inbound_rules import opened_by, resource_of_group
from privatelink_constructs._cdk.late import as_errors
from privatelink_constructs._cdk.reporting import warn
from privatelink_constructs.rules import endpoints as rules
from privatelink_constructs.rules.core import Severity, first_of
from privatelink_constructs.rules.service_ports import transports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk
    import constructs
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.rules.core import Problem

    Entrance = tuple[Sequence[ec2.ISecurityGroup], Sequence[int | str]]


@jsii.implements(IValidation)
class ClientsAllowed:
    """Checks at synthesis whether endpoints without clients allow anybody.

    Clients can be allowed at any time: with ``connections``, and by rules that name a group.

    :param endpoint: the endpoint, or the bundle of endpoints.
    :param entrances: the security groups of each endpoint, and the ports of its service.
    :param stack: the stack of the endpoint.
    :param every_port: whether clients need each of the ports. Those of SMTP need one of them.
    """

    def __init__(
        self,
        endpoint: constructs.Construct,
        entrances: Sequence[Entrance],
        stack: cdk.Stack,
        *,
        every_port: bool = True,
    ) -> None:
        """Keep what to look for."""
        self._stack = stack
        self._endpoint = endpoint
        self._entrances = entrances
        self._open_ports = rules.open_ports if every_port else rules.any_port_open

    def validate(self) -> list[str]:
        """Return what is wrong, and annotate the endpoint with warnings."""
        found = (it for entrance in self._entrances for it in self._problems(*entrance))
        # A problem with several security groups is reported once.
        problems = list(dict.fromkeys(found))
        errors = [it for it in problems if it.rule.severity is Severity.ERROR]
        warn(self._endpoint, [it for it in problems if it not in errors])
        return as_errors(errors)

    def _problems(
        self, groups: Sequence[ec2.ISecurityGroup], ports: Sequence[int | str]
    ) -> Iterator[Problem]:
        found = [resource_of_group(group) for group in groups]
        resources = [resource for resource in found if resource is not None]
        # The rules of a group that is defined elsewhere aren't known.
        opened = opened_by(resources, self._stack) if len(resources) == len(found) else None
        if opened is None:
            return
        ways = [
            (protocol, first, last) for port in ports for first, last, protocol in transports(port)
        ]
        yield from first_of(rules.inbound_rule_present(len(opened)), self._open_ports(ways, opened))
