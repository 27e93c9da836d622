"""Makes a service offer the Availability Zones that its load balancers gained.

A service offers the Availability Zones that its load balancers had when they were attached. After
a Network Load Balancer was enabled for another one, AWS wants some minutes, and then a call of
``ModifyVpcEndpointServiceConfiguration``; CloudFormation makes it only when the list of load
balancers changes.

AWS doesn't say which parameters of that call make it look at the zones. What is sent is
``AddNetworkLoadBalancerArns`` with the load balancers that the service has already, because

- the console does the same when you save the association again, and that added the zones
  (https://github.com/hashicorp/terraform-provider-aws/issues/40809);
- it can only add: nothing is removed, so no connection can be lost. Removing and adding again is
  refused while endpoints are connected, and would leave a service without a load balancer;
- it touches no other setting that somebody may have changed meanwhile.

Should AWS refuse to add what is there, the acceptance setting just read is sent again unchanged.
Neither is trusted: it is done when the service says that it offers the zones. Until then, each
attempt asks again, which also covers the minutes that AWS wants.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import boto3

from .lifecycle import DONE, WAIT, Nothing, serve
from .logbook import log
from .patience import CONFIG, Kind, RefusedError
from .properties import required, texts, timeout_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import ServiceConfigurationTypeDef

    from .lifecycle import Context, Event, Invocation, Progress, Step

DESCRIBE = "ec2:DescribeVpcEndpointServiceConfigurations"
MODIFY = "ec2:ModifyVpcEndpointServiceConfiguration"
_GONE = frozenset({"deleted", "deleting", "failed"})


def handler(event: Event, context: Context) -> None:
    """Serve an event of CloudFormation."""
    serve(event, context, begin)


def begin(event: Event) -> Step:
    """Return what an event asks for: nothing on Delete, nor where no zone was gained.

    :raises StepError: if a property is missing or wrong.
    """
    zones = gained_zones(event)
    return Refresh(event, zones) if zones else Nothing(event)


def gained_zones(event: Event) -> list[str]:
    """Return the zones that the service has to offer and that it didn't have to before.

    All of them on Create, none on Delete nor when the set only shrinks.
    """
    if event["RequestType"] == "Delete":
        return []
    before = texts(event.get("OldResourceProperties", {}), "AvailabilityZones")
    return sorted(set(texts(event["ResourceProperties"], "AvailabilityZones")).difference(before))


@functools.cache
def ec2_client() -> EC2Client:
    """Create the client when it is first needed, and keep it for the lifetime of the process."""
    return boto3.client("ec2", config=CONFIG)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


class Refresh:
    """The zones that one service has to offer.

    :param event: the event, with the properties ``ServiceId``, ``LoadBalancerArns``,
        ``AvailabilityZones`` (names or AZ IDs), and ``TimeoutSeconds``.
    :param zones: the zones.
    """

    poll_seconds = 60.0

    def __init__(self, event: Event, zones: Sequence[str]) -> None:
        """Begin without having seen anything."""
        properties = event["ResourceProperties"]
        self.physical_resource_id = str(
            event.get("PhysicalResourceId") or event["LogicalResourceId"]
        )
        self.timeout = float(timeout_of(properties))
        self._service_id = required(properties, "ServiceId")
        self._load_balancers = texts(properties, "LoadBalancerArns")
        self._missing = list(zones)
        self._zones = zones

    def attempt(self, invocation: Invocation) -> Progress:
        """Look at what the service offers, and ask for what is missing."""
        service = self._look(invocation)
        offered = {*service.get("AvailabilityZones", ()), *service.get("AvailabilityZoneIds", ())}
        self._missing = [zone for zone in self._zones if zone not in offered]
        if not self._missing:
            return DONE
        log("INFO", "zones not offered yet", zones=self._missing)
        self._ask_for_them(invocation, service)
        return WAIT

    def _look(self, invocation: Invocation) -> ServiceConfigurationTypeDef:
        patience = invocation.patience
        answer = patience.ask(
            DESCRIBE,
            lambda: ec2_client().describe_vpc_endpoint_service_configurations(
                ServiceIds=[self._service_id]
            ),
        )
        found = answer.get("ServiceConfigurations", [])
        if not found:
            raise patience.missing(DESCRIBE, "AWS lists no such service")
        state = found[0].get("ServiceState", "")
        if state.lower() in _GONE:
            raise patience.missing(DESCRIBE, f"the state of the service is {state}")
        patience.found(DESCRIBE)
        return found[0]

    def _ask_for_them(self, invocation: Invocation, service: ServiceConfigurationTypeDef) -> None:
        # Only load balancers that the service has, because CloudFormation attaches them.
        attached = set(service.get("NetworkLoadBalancerArns", ()))
        arns = sorted(attached.intersection(self._load_balancers))
        if not arns:
            log("WARNING", "none of the load balancers is attached yet")
            return
        try:
            invocation.patience.ask(
                MODIFY,
                lambda: ec2_client().modify_vpc_endpoint_service_configuration(
                    ServiceId=self._service_id, AddNetworkLoadBalancerArns=arns
                ),
            )
        except RefusedError as error:
            if error.kind is not Kind.OTHER or "AcceptanceRequired" not in service:
                raise
            log("INFO", "sending the acceptance setting again instead", said=error.said)
            self._send_again(invocation, required=service["AcceptanceRequired"])

    def _send_again(self, invocation: Invocation, *, required: bool) -> None:
        invocation.patience.ask(
            MODIFY,
            lambda: ec2_client().modify_vpc_endpoint_service_configuration(
                ServiceId=self._service_id, AcceptanceRequired=required
            ),
        )

    def refused(self, error: RefusedError) -> str:
        """Say why the zones can't be asked for."""
        begin = f"{self._service_id} can't be made to offer {', '.join(self._missing)}: "
        if error.kind is Kind.DENIED:
            return (
                f"{begin}the function may not call {error.action}. Allow it in the function's "
                "role, and look for a service control policy that denies it (a service with "
                f"further Regions needs vpce:AllowMultiRegion too). AWS says: {error.said}"
            )
        return (
            f"{begin}there is no such endpoint service any more ({error.said}). Deploy the service "
            "again."
        )

    def too_late(self, last: str) -> str:
        """Name the zones that are missing."""
        last_error = f" Last error: {last}." if last else ""
        return (
            f"{self._service_id} does not offer {', '.join(self._missing)} after "
            f"{self.timeout:.0f} seconds, although its load balancers were to be enabled there."
            f"{last_error} Check that each load balancer has a subnet in these Availability Zones, "
            "and deploy again."
        )
