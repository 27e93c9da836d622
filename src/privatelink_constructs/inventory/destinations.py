"""What an endpoint is for: an endpoint service, or a service of AWS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import GAP, Reference, Text
from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.facts.aws_services import (
    SERVICES_WITH_POLICY,
    endpoint_types,
    has_private_names,
    needed_ports,
    private_label,
    tcp_ports,
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

_KEY = "destination"
_SAMPLE_ID = "vpce-svc-0123456789abcdef0"
_WITH_A_GAP = re.compile(
    r"(?P<prefix>[a-z.]{0,30}(?:amazonaws|aws)[a-z.]{0,30})"
    rf"\.{re.escape(GAP)}\.(?P<name>[a-z0-9._-]+)"
)
"""The name of a service of AWS whose Region only the deployment knows."""
_NO_SERVICE = frozenset({ENDPOINT, LISTENER, LOAD_BALANCER, TARGET_GROUP})


@dataclass(frozen=True)
class Destination:
    """What an endpoint is for.

    :param name: the service's name with a plausible id in place of a service in the templates,
        None when it isn't known.
    :param sample: the same with a plausible Region, where only the deployment knows it.
    :param service: the endpoint service, None when it isn't in the templates.
    :param custom: whether it is an endpoint service.
    :param aws: the part of an AWS service's name after the Region, such as ``ecr.api``, or its
        whole name where that has no Region; None for any other service.
    :param prefix: what comes before the Region in the name of a service of AWS, None where there
        isn't a Region.
    """

    name: str | None
    sample: str | None
    service: Resource | None
    custom: bool
    aws: str | None
    prefix: str | None = None

    @property
    def region(self) -> str | None:
        """The Region that the name contains."""
        return region_in_name(self.name) if self.name else None

    @property
    def tcp_ports(self) -> tuple[int, ...]:
        """The TCP ports that a service of AWS listens to, none where they aren't known."""
        return tcp_ports(self.aws)

    @property
    def needed_ports(self) -> tuple[int, ...]:
        """The TCP ports that clients of a service of AWS need for certain."""
        return needed_ports(self.aws)

    @property
    def label(self) -> str:
        """How messages name it."""
        return self.aws or (self.service.logical_id if self.service else self.name or "")

    @property
    def types(self) -> frozenset[str] | None:
        """The types of endpoints that reach it, None where they aren't known."""
        if self.service:
            return _types_of(self.service)
        if self.custom:
            return frozenset({"GatewayLoadBalancer", "Interface"})
        return endpoint_types(self.aws)

    @property
    def named_by_private_dns(self) -> bool:
        """Whether it is certain that private DNS takes over a name of a service of AWS."""
        return has_private_names(self.aws)

    @property
    def takes_policy(self) -> bool:
        """Whether it is certain that it is a service of AWS whose endpoints have policies."""
        return self.aws in SERVICES_WITH_POLICY

    def private_name(self, dns_suffix: str, region: str | None) -> str | None:
        """Return the name that private DNS takes over, None when it isn't known.

        :param region: the placeholder for the Region if the service's name doesn't contain it.
        """
        if self.service:
            return self.service.get("PrivateDnsName").text
        label = private_label(self.aws)
        region = self.region or region
        return f"{label}.{region}.{dns_suffix}" if label and region else None


def destination_of(endpoint: Resource) -> Destination:
    """Return what an endpoint is for: many checks ask, and the answer stays the same."""
    known = endpoint.derived.get(_KEY)
    if isinstance(known, Destination):
        return known
    endpoint.derived[_KEY] = found = _destination_of(endpoint)
    return found


def _destination_of(endpoint: Resource) -> Destination:
    value = endpoint.get("ServiceName")
    service = _service_in(value)
    name, sample = (_rendered(value, plausible=plausible) for plausible in (False, True))
    custom = service is not None or _is_custom(value)
    prefix, aws = (None, None) if custom else _aws_name(value)
    return Destination(name, sample, service, custom, aws, prefix)


def _types_of(service: Resource) -> frozenset[str]:
    lists = {
        "GatewayLoadBalancer": service.get("GatewayLoadBalancerArns").items(),
        "Interface": service.get("NetworkLoadBalancerArns").items(),
    }
    possible = [kind for kind, arns in lists.items() if arns != []]
    return frozenset(possible or lists)


def _service_in(value: Value) -> Resource | None:
    for reference in value.references():
        if reference.identifies and reference.resource.type == SERVICE:
            return resource_of(reference)
    return None


def _is_custom(value: Value) -> bool:
    first = value.content.parts[0] if isinstance(value.content, Text) else value.content
    return isinstance(first, str) and is_endpoint_service_name(first)


def _aws_name(value: Value) -> tuple[str | None, str | None]:
    """Return what is before and behind the Region in the name of a service of AWS."""
    if value.sample is None:
        match = _WITH_A_GAP.fullmatch(value.filled(GAP) or "")
        certain = match and not any(value.references())
        return (match["prefix"], match["name"]) if match and certain else (None, None)
    if not is_aws_service_name(value.sample):
        return None, None
    region = region_in_name(value.sample)
    if region is None:
        return None, value.sample
    prefix, _, name = value.sample.partition(f".{region}.")
    return prefix, name


def _rendered(value: Value, *, plausible: bool) -> str | None:
    """Return the name with what is known of references, None if it is known only at deployment."""
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
