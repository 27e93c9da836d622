"""A dashboard of endpoint services and interface endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import constructs
from aws_cdk import aws_cloudwatch as cloudwatch

from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs.observability.endpoint_widgets import InterfaceEndpointWidgets
from privatelink_constructs.observability.service_widgets import EndpointServiceWidgets
from privatelink_constructs.rules import alarms as rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import about, known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatelink_constructs.contract.interfaces import IEndpointService, IInterfaceEndpoint


class PrivateLinkDashboard(constructs.Construct):
    """A CloudWatch dashboard of endpoint services and interface endpoints.

    A service has a text that says what it is, the state of its alarms, its connections and bytes,
    what its load balancers do in each Availability Zone, what is blocked and rejected, and its
    largest consumers. An endpoint has the same from the consumer's side, by subnet. Services and
    endpoints can be in other stacks, accounts, and Regions: CloudWatch needs permissions to read
    metrics across accounts.

    Example::

        PrivateLinkDashboard(self, "Dashboard", services=[service], endpoints=[endpoint])

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param services: the services, defined in the app or imported. Default: none.
    :param endpoints: the endpoints, defined in the app or imported. Imported ones must specify
        their VPC and their service. Default: none.
    :param dashboard_name: the name of the dashboard. A change replaces the dashboard. Default:
        CloudFormation chooses one.
    :raises ValidationError: ``dashboard-content-missing``, ``dashboard-name-malformed``, and
        ``endpoint-metrics-undetermined``.
    :see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Cross-Account-Cross-Region.html
    """

    @checked()
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        services: Sequence[IEndpointService] = (),
        endpoints: Sequence[IInterfaceEndpoint] = (),
        dashboard_name: str | None = None,
    ) -> None:
        """Define the dashboard."""
        site = Site(scope, id)
        refuse(rules.dashboard_content_present(len(services) + len(endpoints)), site)
        malformed = rules.dashboard_name_well_formed(known(dashboard_name))
        refuse(about(malformed, "dashboard_name"), site)
        parts = (
            *map(EndpointServiceWidgets, services),
            *map(InterfaceEndpointWidgets, endpoints),
        )

        super().__init__(scope, id)
        self._dashboard = cloudwatch.Dashboard(self, "Resource", dashboard_name=dashboard_name)
        for part in parts:
            for row in part.rows:
                self._dashboard.add_widgets(*row)

    @property
    def dashboard(self) -> cloudwatch.Dashboard:
        """The dashboard, to add widgets of your own."""
        return self._dashboard
