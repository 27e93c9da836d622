"""Clients of an endpoint that the load balancers of a service of the app drop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsii
from constructs import IValidation

from privatelink_constructs._cdk.late import as_errors

if TYPE_CHECKING:
    from privatelink_constructs.consumer.endpoint_blueprint import EndpointBlueprint


@jsii.implements(IValidation)
class DroppedClients:
    """Checks at synthesis whether the service still allows no client of an endpoint.

    :param blueprint: what defines the endpoint.
    """

    def __init__(self, blueprint: EndpointBlueprint) -> None:
        """Keep the endpoint."""
        self._blueprint = blueprint

    def validate(self) -> list[str]:
        """Return what is wrong."""
        return as_errors(self._blueprint.dropped_clients())
