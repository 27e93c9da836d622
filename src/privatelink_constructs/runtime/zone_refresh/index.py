"""Handlers of the custom resource that makes a service offer the zones its load balancers gained.

A service offers the Availability Zones that its load balancers had when they were attached. After
a Network Load Balancer was enabled for another one, AWS wants some minutes, and then a call of
``ModifyVpcEndpointServiceConfiguration``; CloudFormation makes it only when the list of load
balancers changes. The file is complete in itself, so that it works as the ``index`` of a Lambda
asset and as a module of the package alike.

AWS doesn't say which parameters of that call make it look at the zones. What is sent is
``AddNetworkLoadBalancerArns`` with the load balancers that the service has already, because

- it is what the console does when the association is saved anew, and that brought the zones in
  (https://github.com/hashicorp/terraform-provider-aws/issues/40809);
- it can only add: nothing is removed, so no connection can be lost. Removing and adding again is
  refused while endpoints are connected, and would leave a service without a load balancer;
- it touches no other setting that somebody may have changed meanwhile.

Should AWS refuse to add what is there, the acceptance setting just read is sent again unchanged.
Neither is trusted: it is done when the service says that it offers the zones. Until then, each
poll asks again, which also covers the minutes that AWS wants.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
"""

from __future__ import annotations

import functools
import json
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import ServiceConfigurationTypeDef

_TRY_AGAIN = frozenset(
    {
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "Unavailable",
    }
)
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthFailure", "UnauthorizedOperation"}
)
# A permission that was given a moment ago isn't known everywhere yet.
_GRANT_SECONDS = 120


class ZonesNotOfferedError(Exception):
    """Zones are missing after all; the message is what CloudFormation shows."""


@functools.cache
def ec2() -> EC2Client:
    """Give the one client of this process, made when it is first needed."""
    config = Config(
        connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 6}
    )
    return boto3.client("ec2", config=config)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


def now() -> float:
    """Read the clock, in seconds of the epoch."""
    return datetime.now(timezone.utc).timestamp()


def _log(level: str, message: str, **details: object) -> None:
    sys.stdout.write(json.dumps({"level": level, "message": message, **details}) + "\n")


def gained_zones(event: Mapping[str, Any]) -> list[str]:
    """Tell which zones the service has to offer that it didn't have to before, in order.

    Without I/O. All of them on Create, none on Delete nor when the set only shrinks.
    """
    if event["RequestType"] == "Delete":
        return []
    before = event.get("OldResourceProperties", {}).get("AvailabilityZones", ())
    return sorted({*event["ResourceProperties"]["AvailabilityZones"]}.difference(before))


def on_event(event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
    """Find out what is to be waited for; ``is_complete`` does the work.

    :param event: properties ``ServiceId``, ``LoadBalancerArns``, ``AvailabilityZones`` (names or
        AZ IDs) and ``TimeoutSeconds``
    :returns: ``Zones``, and until when (``Deadline``, in seconds of the epoch)
    """
    zones = gained_zones(event)
    _log("INFO", "zones to be offered", zones=zones)
    return {
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        "Deadline": now() + int(event["ResourceProperties"]["TimeoutSeconds"]),
        "Zones": zones,
    }


def is_complete(event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
    """Look at what the service offers, and ask for what is missing.

    :raises ZonesNotOfferedError: when the time is over; it names the zones
    """
    if not event["Zones"]:
        return {"IsComplete": True}
    try:
        missing = _refresh(event["ResourceProperties"], event["Zones"])
    except (BotoCoreError, ClientError) as error:
        code = _error_code(error)
        lasting = isinstance(error, ClientError) and not _may_pass(code, event)
        if lasting or now() > event["Deadline"]:
            raise
        _log("WARNING", "asking again later", code=code)
        return {"IsComplete": False}
    if missing and now() > event["Deadline"]:
        raise ZonesNotOfferedError(_not_offered(event["ResourceProperties"]["ServiceId"], missing))
    return {"IsComplete": not missing}


def _may_pass(code: str, event: Mapping[str, Any]) -> bool:
    since = event["Deadline"] - int(event["ResourceProperties"]["TimeoutSeconds"])
    return code in _TRY_AGAIN or (code in _DENIED and now() - since < _GRANT_SECONDS)


def _refresh(properties: Mapping[str, Any], zones: list[str]) -> list[str]:
    """Ask for the zones that the service doesn't offer yet, and name them."""
    service_id: str = properties["ServiceId"]
    found = ec2().describe_vpc_endpoint_service_configurations(ServiceIds=[service_id])
    service = found["ServiceConfigurations"][0]
    missing = _missing_zones(service, zones)
    if missing:
        _log("INFO", "zones not offered yet", zones=missing)
        _modify(service_id, properties["LoadBalancerArns"], service)
    return missing


def _missing_zones(service: ServiceConfigurationTypeDef, zones: list[str]) -> list[str]:
    offered = {*service.get("AvailabilityZones", ()), *service.get("AvailabilityZoneIds", ())}
    return [zone for zone in zones if zone not in offered]


def _modify(
    service_id: str, load_balancer_arns: list[str], service: ServiceConfigurationTypeDef
) -> None:
    # Only what the service has: a load balancer is attached by CloudFormation alone.
    attached = set(service.get("NetworkLoadBalancerArns", ()))
    arns = sorted(attached.intersection(load_balancer_arns))
    try:
        ec2().modify_vpc_endpoint_service_configuration(
            ServiceId=service_id, AddNetworkLoadBalancerArns=arns
        )
    except ClientError as error:
        code = _error_code(error)
        if code in _TRY_AGAIN | _DENIED:
            raise
        _log("INFO", "sending the acceptance setting again instead", code=code)
        ec2().modify_vpc_endpoint_service_configuration(
            ServiceId=service_id, AcceptanceRequired=service.get("AcceptanceRequired", True)
        )


def _error_code(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "Unknown")
    return type(error).__name__


def _not_offered(service_id: str, missing: list[str]) -> str:
    return (
        f"{service_id} does not offer {', '.join(missing)} yet, although its load balancers were"
        " to be enabled there: check that each load balancer has a subnet in these Availability"
        " Zones, allow more time, and deploy again"
    )
