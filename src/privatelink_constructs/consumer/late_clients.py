"""Whether anybody can connect to an endpoint, as far as the app tells when it is done."""

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


@jsii.implements(IValidation)
class ClientsAllowed:
    """Asks at synthesis whether an endpoint without clients allows somebody after all.

    Clients can be allowed at any time: with ``connections``, and by rules that name a group.

    :param endpoint: the endpoint.
    :param groups: its security groups.
    :param ports: the ports of the service.
    :param stack: the stack of the endpoint.
    """

    def __init__(
        self,
        endpoint: constructs.Construct,
        groups: Sequence[ec2.ISecurityGroup],
        ports: Sequence[int | str],
        stack: cdk.Stack,
    ) -> None:
        """Keep what to look for."""
        self._stack = stack
        self._endpoint = endpoint
        self._groups = groups
        self._ports = ports

    def validate(self) -> list[str]:
        """Return what is wrong, in words, and annotate the endpoint with warnings."""
        problems = list(self._problems())
        errors = [it for it in problems if it.rule.severity is Severity.ERROR]
        warn(self._endpoint, [it for it in problems if it not in errors])
        return as_errors(errors)

    def _problems(self) -> Iterator[Problem]:
        found = [resource_of_group(group) for group in self._groups]
        resources = [resource for resource in found if resource is not None]
        # Nobody knows the rules of a group that is defined elsewhere.
        opened = opened_by(resources, self._stack) if len(resources) == len(found) else None
        if opened is None:
            return
        ways = [
            (protocol, first, last)
            for port in self._ports
            for first, last, protocol in transports(port)
        ]
        yield from first_of(rules.inbound_rule_present(len(opened)), rules.open_ports(ways, opened))
