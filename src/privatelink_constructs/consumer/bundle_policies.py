"""The policies of a bundle of endpoints, and what its services need of each other."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.asking import environment_of
from privatelink_constructs._values import internal_value
from privatelink_constructs.consumer.endpoints_beside import endpoints_beside
from privatelink_constructs.consumer.policy_documents import FULL_ACCESS, PolicyWriter, plain
from privatelink_constructs.facts import aws_service_endpoints as facts
from privatelink_constructs.rules import aws_endpoints as rules
from privatelink_constructs.rules.gateway_access import image_layers_allowed
from privatelink_constructs.rules.policies import endpoint_policy_present, valid_endpoint_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.consumer.endpoint_plan import Plan
    from privatelink_constructs.consumer.endpoint_policy import EndpointPolicy
    from privatelink_constructs.consumer.policy_documents import Document
    from privatelink_constructs.consumer.service_entries import Entry
    from privatelink_constructs.rules.core import Problem


@internal_value
class BundlePolicies:
    """Decides on the policies of the endpoints of a bundle.

    :param stack: the stack of the endpoints.
    :param vpc: their VPC.
    :param policy: the policy of all endpoints that have none of their own.
    :param names: the services that have an endpoint in the VPC.
    """

    stack: cdk.Stack
    vpc: ec2.IVpc
    policy: EndpointPolicy | None
    names: frozenset[str]

    @property
    def _region(self) -> str | None:
        return environment_of(self.stack).region

    @cached_property
    def _writer(self) -> PolicyWriter:
        return PolicyWriter(self.stack, self.names, self._region)

    def of_interface(self, entry: Entry) -> Document | None:
        """Return the policy of an interface endpoint, None for a service that takes none.

        Whether one takes a policy can be out of date, so one of the entry's own is written.
        """
        if entry.given.policy is not None:
            return self._writer.document(entry.given.policy, entry.name)
        takes = facts.takes_policy(entry.name)
        if takes is False or (takes is None and self.policy is None):
            return None
        return self._writer.document(self.policy, entry.name)

    def of_gateway(self, entry: Entry) -> Document:
        """Return the policy of a gateway endpoint."""
        return self._writer.document(entry.given.policy or self.policy, entry.name)

    def notes(self, interfaces: Sequence[Entry]) -> Iterator[str]:
        """Say which endpoints don't have the policy of the bundle."""
        left_out = [
            it.name
            for it in interfaces
            if it.given.policy is None and facts.takes_policy(it.name) is False
        ]
        if left_out and self.policy is not None:
            yield (
                f"{', '.join(left_out)}: no endpoint policy, because AWS supported none there in "
                f"{facts.DATE}"
            )

    def problems(self, plan: Plan) -> Iterator[Problem]:
        """Check the policies."""
        entries = [it.entry for it in plan.interfaces]
        for entry in entries:
            given = entry.given.policy is not None
            yield from rules.policy_supported(entry.name, given=given)
        planned = [*plan.gateways, *plan.interfaces]
        documents = {id(it.document): it.document for it in planned if it.document is not None}
        for document in documents.values():
            yield from valid_endpoint_policy(plain(document, self._region))
        open_ones = (it.document is FULL_ACCESS for it in plan.interfaces)
        yield from endpoint_policy_present(given=not any(open_ones))
        yield from rules.services_known(
            named=[it.name for it in plan.interfaces if it.private_dns],
            limited=[it.name for it in entries if it.given.policy is None and self.policy],
        )
        if "ecr.dkr" in self.names:
            for it in planned:
                if it.name == "s3" and it.document is not None:
                    document = plain(it.document, self._region)
                    yield from image_layers_allowed(document, region=self._region, partition="aws")

    def companion_problems(self, entries: Sequence[Entry]) -> Iterator[Problem]:
        """Check that services have what they need; a set knows what it brings."""
        own = sorted({it.name for it in entries if it.own})
        if not any(list(rules.companions_present(name, self.names)) for name in own):
            return
        present = {*self.names, *(it.service for it in endpoints_beside(self.vpc))}
        for name in own:
            yield from rules.companions_present(name, present)
