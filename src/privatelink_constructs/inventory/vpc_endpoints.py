"""The endpoints of each VPC, found once for all rules that compare them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.facts.aws_service_endpoints import without_region
from privatelink_constructs.inventory.destinations import destination_of
from privatelink_constructs.inventory.types import ENDPOINT

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource


class VpcEndpoints:
    """The endpoints in one VPC.

    :ivar endpoints: all of them.
    :ivar gateways: the gateway endpoints of each AWS service.
    :ivar hidden: whether the service of an endpoint isn't known, so that it may be any.
    """

    def __init__(self) -> None:
        self.endpoints: list[Resource] = []
        self.gateways: defaultdict[str | None, list[Resource]] = defaultdict(list)
        self.hidden = False

    def add(self, endpoint: Resource) -> None:
        """Add an endpoint."""
        destination = destination_of(endpoint)
        self.endpoints.append(endpoint)
        self.hidden |= not destination.custom and destination.aws is None
        if is_gateway(endpoint):
            self.gateways[service_of(endpoint)].append(endpoint)


def endpoints_by_vpc(model: Model) -> dict[str | None, VpcEndpoints]:
    """Return the endpoints of each VPC by its key; None is the key of VPCs that aren't known."""
    found: dict[str | None, VpcEndpoints] = defaultdict(VpcEndpoints)
    for endpoint in model.of_type(ENDPOINT):
        found[endpoint.get("VpcId").key].add(endpoint)
    return dict(found)


def service_of(endpoint: Resource) -> str | None:
    """Return the name of the AWS service of an endpoint, None for others or if it isn't known."""
    name = destination_of(endpoint).aws
    return None if name is None else without_region(name, None) or name


def is_gateway(endpoint: Resource) -> bool:
    """Tell whether an endpoint is certain to be a gateway endpoint."""
    kind = endpoint.get("VpcEndpointType")
    return kind.absent or kind.text == "Gateway"
