"""What the emulator lacks in its own interface endpoints, those to the services of AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.deploy.extension import emulated, state
from tests.deploy.extension.wire import Refusal

if TYPE_CHECKING:
    from tests.deploy.extension.resources import Properties

_HOSTED_ZONE = "Z38GZ743OKFT7T"


def attributes(endpoint_id: str, properties: Properties) -> dict[str, Any]:
    """Return the names of an interface endpoint; a gateway endpoint has none."""
    if properties.get("VpcEndpointType") != "Interface":
        return {}
    region = state.region()
    service = properties["ServiceName"].rpartition(f".{region}.")[2]
    name = f"{endpoint_id}-0123abcd.{service}.{region}.vpce.amazonaws.com"
    return {"DnsEntries": [f"{_HOSTED_ZONE}:{name}"]}


def check_private_dns(properties: Properties, zones: set[str]) -> None:
    """Refuse private DNS while the VPC has a hosted zone of the same name.

    :param zones: the names of the private hosted zones of the VPC.
    """
    name = _private_name(properties)
    if name in zones:
        raise Refusal(
            "InvalidParameter",
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain "
            f"for {name} in the VPC {properties['VpcId']}",
        )


def private_names_of_vpc(vpc_id: str) -> set[str]:
    """Return the names that endpoints to AWS services with private DNS answer to in a VPC."""
    found = [_private_name(it) for it in emulated.ec2._vpc_endpoints.values()]
    vpcs = [it.get("VpcId") for it in emulated.ec2._vpc_endpoints.values()]
    return {name for name, vpc in zip(found, vpcs, strict=True) if name and vpc == vpc_id}


def _private_name(properties: Properties) -> str | None:
    """Return the name of most services: the service before the Region."""
    enabled = str(properties.get("PrivateDnsEnabled", False)).lower() == "true"
    if properties.get("VpcEndpointType") != "Interface" or not enabled:
        return None
    region = state.region()
    service = properties["ServiceName"].rpartition(f".{region}.")[2]
    return f"{service}.{region}.amazonaws.com"
