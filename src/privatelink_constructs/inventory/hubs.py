"""Route 53 Profiles in templates: what is in them, and which VPCs use them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs._values import internal_value
from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.facts.aws_service_endpoints import private_names
from privatelink_constructs.inventory.destinations import destination_of, interface_endpoints
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
    PROFILE,
    PROFILE_ASSOCIATION,
    PROFILE_RESOURCE_ASSOCIATION,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value


@internal_value
class Connection:
    """A VPC that uses a Profile.

    :param association: the association of the Profile with the VPC.
    :param profile: the Profile, None when it isn't in the templates.
    """

    association: Resource
    profile: Resource | None

    @property
    def vpc(self) -> Value:
        """The ID of the VPC."""
        return self.association.get("ResourceId")


def connections(model: Model) -> list[Connection]:
    """Return the VPCs that use Profiles."""
    return [
        Connection(it, it.get("ProfileId").target(PROFILE))
        for it in model.of_type(PROFILE_ASSOCIATION)
    ]


def members_of(model: Model, profile: Resource) -> Iterator[tuple[Resource, Value]]:
    """Yield the endpoints and hosted zones in a Profile, each with where it is put into it."""
    for association in model.of_type(PROFILE_RESOURCE_ASSOCIATION):
        if association.get("ProfileId").target(PROFILE) is profile:
            value = association.get("ResourceArn")
            for reference in value.references():
                if reference.resource.type in {ENDPOINT, HOSTED_ZONE}:
                    yield resource_of(reference), value


def names_of_profile(model: Model, profile: Resource) -> list[str]:
    """Return the names that a Profile answers, as far as they are known."""
    found = [name for it, _ in members_of(model, profile) for name in _names_of(it)]
    return list(dict.fromkeys(found))


def _names_of(member: Resource) -> list[str]:
    if member.type == HOSTED_ZONE:
        name = member.get("Name").text
        return [] if name is None else [name]
    return [] if member.get("PrivateDnsEnabled").boolean is False else names_of_endpoint(member)


def names_of_endpoint(endpoint: Resource) -> list[str]:
    """Return the names that private DNS of an endpoint takes over, as far as they are known."""
    destination, template = destination_of(endpoint), endpoint.template
    if destination.aws is not None:
        region = destination.region or template.region
        partition = template.partition
        suffix = partition.dns_suffix if partition else "amazonaws.com"
        return list(private_names(destination.aws, region, suffix)) if region else []
    service = destination.service
    name = service.get("PrivateDnsName").text if service else None
    return [] if name is None else [name]


def own_names(model: Model) -> dict[str, list[tuple[str, Resource]]]:
    """Return the names that each VPC has itself, by the key of the VPC.

    Those are the names of endpoints with private DNS, and of private hosted zones.
    """
    found: dict[str, list[tuple[str, Resource]]] = defaultdict(list)
    for endpoint in interface_endpoints(model):
        key = endpoint.get("VpcId").key
        if key is not None and endpoint.get("PrivateDnsEnabled").boolean:
            found[key] += [(name, endpoint) for name in names_of_endpoint(endpoint)]
    for zone in model.of_type(HOSTED_ZONE):
        name = zone.get("Name").text
        keys = {value.get("VPCId").key for value in zone.get("VPCs").each()}
        for key in keys - {None} if name is not None else ():
            found[str(key)].append((str(name), zone))
    return found
