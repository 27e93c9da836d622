"""The facts about an interface endpoint that metrics, alarms, and dashboards use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import constructs

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs._values import internal_value
from privatelink_constructs.contract.watched_services import home_of
from privatelink_constructs.facts import metric_tables as tables
from privatelink_constructs.facts.endpoint_service_names import parse_service_name
from privatelink_constructs.rules import metrics as rules
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.contract.interfaces import IInterfaceEndpoint
    from privatelink_constructs.contract.metric_making import MetricHome
    from privatelink_constructs.rules.core import Problem


@internal_value(kw_only=True)
class WatchedEndpoint:
    """An interface endpoint.

    :param id: its ID.
    :param home: where its metrics are.
    :param service_name: the name of its service, None if it isn't known.
    :param vpc_id: the ID of its VPC, None if it isn't known.
    :param subnet_ids: the IDs of its subnets, empty when they aren't known.
    :param service_region: the Region of its service, None if it isn't known.
    """

    id: str
    home: MetricHome
    service_name: str | None
    vpc_id: str | None
    subnet_ids: Sequence[str]
    service_region: str | None

    @property
    def other_region(self) -> str | None:
        """The Region of the service if it certainly isn't that of the endpoint, None otherwise."""
        construct, theirs = self.home.construct, known(self.service_region)
        ours = environment_of(stack_of(construct)).region if construct is not None else None
        return theirs if ours is not None and theirs != ours else None

    def problems(self) -> Iterator[Problem]:
        """Find the reasons why there are no metrics, or why the dimensions aren't known."""
        yield from rules.endpoint_in_region(self.other_region)
        yield from rules.endpoint_known(service_name=self.service_name, vpc_id=self.vpc_id)

    def dimensions(self, subnet_id: str | None = None) -> dict[str, str]:
        """Return the dimensions of its metrics, once there are no problems.

        :param subnet_id: one of its subnets, for that subnet only.
        """
        found = {
            tables.ENDPOINT_TYPE: "Interface",
            tables.SERVICE_NAME: self.service_name or "",
            tables.VPC_ENDPOINT_ID: self.id,
            tables.VPC_ID: self.vpc_id or "",
        }
        return found if subnet_id is None else {**found, tables.SUBNET_ID: subnet_id}

    @property
    def site(self) -> Site | None:
        """The construct that messages name."""
        construct = self.home.construct
        return Site(construct) if isinstance(construct, constructs.Construct) else None

    def refuse(self, subnet_id: str | None = None) -> None:
        """Fail if there are no metrics, or if the dimensions aren't known.

        :param subnet_id: one of its subnets, for that subnet only.
        :raises ValidationError: for the first problem.
        """
        refuse(self.problems(), self.site)
        refuse(rules.subnet_of_endpoint(known(subnet_id), self._literal_subnets), self.site)

    @property
    def _literal_subnets(self) -> tuple[str, ...]:
        """The IDs of its subnets, empty when one isn't known."""
        return () if is_token(tuple(self.subnet_ids)) else tuple(self.subnet_ids)


def plainly_watched_endpoint(endpoint: IInterfaceEndpoint) -> WatchedEndpoint:
    """Return the facts that the members of the protocol provide."""
    name = endpoint.service_name
    parsed = parse_service_name(name) if name is not None and not is_token(name) else None
    return WatchedEndpoint(
        id=endpoint.vpc_endpoint_id,
        home=home_of(endpoint),
        service_name=name,
        vpc_id=endpoint.vpc_id,
        subnet_ids=endpoint.subnet_ids,
        service_region=parsed.region if parsed else None,
    )
