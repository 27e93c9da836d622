"""What an endpoint is for: an endpoint service, or a service of AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import Reference, Text
from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.facts.aws_services import (
    HTTPS_SERVICES,
    SERVICES_WITH_GATEWAYS,
    SERVICES_WITH_POLICY,
)
from privatelink_constructs.facts.endpoint_service_names import (
    is_aws_service_name,
    is_endpoint_service_name,
    region_in_name,
)
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    LISTENER,
    LOAD_BALANCER,
    SERVICE,
    TARGET_GROUP,
)

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.content import Expression
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value

_SAMPLE_ID = "vpce-svc-0123456789abcdef0"
_NO_SERVICE = frozenset({ENDPOINT, LISTENER, LOAD_BALANCER, TARGET_GROUP})


@dataclass(frozen=True)
class Destination:
    """What an endpoint is for.

    :param name: the service's name with a plausible id in place of a service in the templates,
        None when it isn't known.
    :param sample: the same with a plausible Region, where only the deployment knows it.
    :param service: the endpoint service, None when it isn't in the templates.
    :param custom: whether it is an endpoint service.
    :param aws: what a service of AWS is called behind the Region, such as ``ecr.api``; None for
        any other service.
    """

    name: str | None
    sample: str | None
    service: Resource | None
    custom: bool
    aws: str | None

    @property
    def region(self) -> str | None:
        """The Region that the name holds."""
        return region_in_name(self.name) if self.name else None

    @property
    def https(self) -> bool:
        """Whether it is a service of AWS that is reached over HTTPS."""
        return self.aws in HTTPS_SERVICES

    @property
    def needs_interface(self) -> bool:
        """Whether it is certain that a gateway endpoint doesn't reach it."""
        return self.custom or (self.https and self.aws not in SERVICES_WITH_GATEWAYS)

    @property
    def takes_policy(self) -> bool:
        """Whether it is certain that it is a service of AWS whose endpoints have policies."""
        return self.aws in SERVICES_WITH_POLICY

    def private_name(self, dns_suffix: str, region: str | None) -> str | None:
        """Return the name that private DNS takes over, None when it isn't known.

        :param region: what stands for the Region where the service's name doesn't hold it.
        """
        if self.service:
            return self.service.get("PrivateDnsName").text
        label = HTTPS_SERVICES.get(self.aws or "")
        region = self.region or region
        return f"{label}.{region}.{dns_suffix}" if label and region else None


def destination_of(endpoint: Resource) -> Destination:
    """Return what an endpoint is for."""
    value = endpoint.get("ServiceName")
    service = _service_in(value)
    name, sample = (_rendered(value, plausible=plausible) for plausible in (False, True))
    custom = service is not None or _is_custom(value)
    aws = _aws_name(value.sample) if value.sample and not custom else None
    return Destination(name, sample, service, custom, aws)


def _service_in(value: Value) -> Resource | None:
    for reference in value.references():
        if reference.identifies and reference.resource.type == SERVICE:
            return resource_of(reference)
    return None


def _is_custom(value: Value) -> bool:
    first = value.content.parts[0] if isinstance(value.content, Text) else value.content
    return isinstance(first, str) and is_endpoint_service_name(first)


def _aws_name(name: str) -> str | None:
    if not is_aws_service_name(name):
        return None
    region = region_in_name(name)
    return name.partition(f".{region}.")[2] if region else name


def _rendered(value: Value, *, plausible: bool) -> str | None:
    """Return the name with what is known of references, None when only the deployment knows it."""
    pieces = [
        _piece(part) or (value.sample_of(part) if plausible else None) for part in value.parts
    ]
    return None if None in pieces else "".join(piece for piece in pieces if piece) or value.text


def _piece(part: str | Reference | Expression) -> str | None:
    if isinstance(part, str):
        return part
    if not isinstance(part, Reference):
        return None
    if part.resource.type == SERVICE:
        return (
            _SAMPLE_ID if part.identifies else f"${{{part.resource.logical_id}.{part.attribute}}}"
        )
    # Custom resources and the like may well give a name.
    other = part.plain or part.resource.type in _NO_SERVICE
    return f"${{{part.resource.logical_id}}}" if other else None


def interface_endpoints(model: Model) -> list[Resource]:
    """Return the interface endpoints."""
    return [
        endpoint
        for endpoint in model.of_type(ENDPOINT)
        if endpoint.get("VpcEndpointType").text == "Interface"
    ]
