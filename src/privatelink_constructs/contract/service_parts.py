"""The dimensions of the parts of an endpoint service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import constructs

from privatelink_constructs._cdk.asking import text_of
from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs.facts import metric_tables as tables
from privatelink_constructs.rules import metrics as rules
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.contract.interfaces import IEndpointService
    from privatelink_constructs.contract.metric_making import ServicePart
    from privatelink_constructs.contract.watched_services import WatchedService
    from privatelink_constructs.rules.core import Problem

_ARGUMENTS = {
    tables.ZONE: "availability_zone",
    tables.LOAD_BALANCER_ARN: "load_balancer",
    tables.VPC_ENDPOINT_ID: "vpc_endpoint_id",
}
_ZONE_NAME = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d[a-z]")


def dimensions_of(
    service: IEndpointService, watched: WatchedService, part: ServicePart
) -> dict[str, str]:
    """Return the dimensions of a part of a service.

    :raises ValidationError: for a part that AWS has no metrics of.
    """
    arn = None
    if part.load_balancer is not None:
        arn = text_of(part.load_balancer, "load_balancer_arn")
    site = Site(service) if isinstance(service, constructs.Construct) else None
    refuse(_problems(service, part, arn), site)
    found = {
        tables.SERVICE_ID: watched.id,
        tables.ZONE: part.availability_zone,
        tables.LOAD_BALANCER_ARN: arn,
        tables.VPC_ENDPOINT_ID: part.vpc_endpoint_id,
    }
    return {name: value for name, value in found.items() if value is not None}


def _problems(service: IEndpointService, part: ServicePart, arn: str | None) -> Iterator[Problem]:
    given = {
        "availability_zone": part.availability_zone,
        "load_balancer": arn,
        "vpc_endpoint_id": part.vpc_endpoint_id,
    }
    chosen = [name for name, it in given.items() if it is not None]
    yield from rules.dimensions_published(chosen, _parts(), metric="metrics of a service")
    zone = known(part.availability_zone)
    if zone is not None and _ZONE_NAME.fullmatch(zone):
        zones = service.availability_zones
        yield from rules.zone_of_service(zone, () if is_token(zones) else zones)
    if arn is not None and not is_token(arn):
        arns = [text_of(it, "load_balancer_arn") for it in service.load_balancers]
        yield from rules.load_balancer_of_service(arn, () if is_token(arns) else arns)


def _parts() -> list[set[str]]:
    """Return the sets of arguments that choose a part of a service with metrics."""
    sets = tables.METRIC_TABLES[tables.SERVICES].metrics["NewConnections"]
    return [{_ARGUMENTS[name] for name in one if name != tables.SERVICE_ID} for one in sets]
