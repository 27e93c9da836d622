"""What a hub must be, and the endpoints that it shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.address_space import everyone_among
from privatelink_constructs.facts.domain_names import normal_name, without_wildcard
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_ROUTE53 = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_PROFILES = f"{_ROUTE53}/profiles.html"
_SHARING = f"{_ROUTE53}/sharing-profiles.html"
_CENTRAL = (
    "https://docs.aws.amazon.com/whitepapers/latest/"
    "building-scalable-secure-multi-vpc-network-infrastructure/"
    "centralized-access-to-vpc-private-endpoints.html"
)


@error(
    "hub-endpoints-missing",
    "A hub must have an interface endpoint.",
    why="Without one there is nothing to share.",
    fix=Fix.same("list interface endpoints of the hub's VPC"),
    url=_CENTRAL,
)
def hub_endpoints_present(count: int) -> Iterator[str]:
    """Find a hub without an interface endpoint."""
    if not count:
        yield "the argument endpoints contains no interface endpoint"


@error(
    "hub-clients-missing",
    "A hub must name the clients that can connect to its endpoints.",
    why="The endpoints are closed to other VPCs until their security groups allow them.",
    fix=Fix(
        code="pass the CIDR blocks of the spoke VPCs in clients, such as 10.0.0.0/8",
        template="allow the CIDR blocks of the spoke VPCs in the endpoints' SecurityGroupIngress",
    ),
    url=_CENTRAL,
)
def hub_clients_present(count: int) -> Iterator[str]:
    """Find a hub without clients."""
    if not count:
        yield "the list of clients is empty"


@error(
    "hub-clients-open-to-world",
    "The clients of a hub must be narrower than all addresses.",
    why="Everything that is routed to the hub's VPC could connect to every endpoint of the hub.",
    fix=Fix.same("list the CIDR blocks of the spoke VPCs, or a prefix list of them"),
    url=_CENTRAL,
)
def hub_clients_narrow(cidrs: Iterable[str]) -> Iterator[str]:
    """Find CIDR blocks of every address among the clients of a hub."""
    for whole in everyone_among(cidrs):
        verb = "allows" if len(whole) == 1 else "together allow"
        yield f"{' and '.join(map(repr, whole))} in clients {verb} every address"


@error(
    "hub-endpoint-vpc-mismatch",
    "The endpoints of a hub must be in the hub's VPC.",
    why="Spokes have routes to the hub's VPC, and find no endpoint of another VPC there.",
    fix=Fix.same("use endpoints of the hub's VPC, or a hub for each VPC"),
    url=_CENTRAL,
)
def hub_endpoint_in_vpc(endpoint: str, hub: str, other: str | None) -> Iterator[str]:
    """Find an endpoint of another VPC.

    :param endpoint: how the message should name the endpoint.
    :param hub: the VPC of the hub.
    :param other: the VPC of the endpoint, None unless it is another one.
    """
    if other is not None:
        yield f"the endpoint {endpoint!r} is in the VPC {other}, but the hub is in {hub}"


@error(
    "hub-endpoint-environment-mismatch",
    "The endpoints of a hub must be in the account and the Region of the hub.",
    why="A Route 53 Profile takes only resources of its own account and Region.",
    fix=Fix.same("define the hub in the account and the Region of its endpoints"),
    url=_PROFILES,
)
def hub_endpoint_in_environment(
    endpoint: str, hub: tuple[str | None, str | None], other: tuple[str | None, str | None]
) -> Iterator[str]:
    """Find an endpoint of another account or Region; None for what isn't known.

    :param endpoint: how the message should name the endpoint.
    :param hub: the account and the Region of the hub.
    :param other: the account and the Region of the endpoint.
    """
    for kind, ours, theirs in zip(("account", "Region"), hub, other, strict=True):
        if ours is not None and theirs is not None and ours != theirs:
            yield f"the endpoint {endpoint!r} is in {kind} {theirs}, but the hub is in {ours}"


@warning(
    "hub-endpoint-name-missing",
    "An endpoint of a hub should have a name that spokes can resolve.",
    why="Spokes can use only the endpoint's own regional and zonal names.",
    fix=Fix(
        code=(
            "use EndpointDns.private_hosted_zone(...). For a hub with a Route 53 Profile, you can "
            "turn private DNS on instead, and for one with private hosted zones, name the AWS "
            "service in private_dns_names. If clients use the endpoint's own names, acknowledge "
            "this warning"
        ),
        template="set PrivateDnsEnabled of the endpoint to true, or associate a hosted zone for it",
    ),
    url=_PROFILES,
)
def hub_endpoints_named(unnamed: Collection[str]) -> Iterator[str]:
    """Find endpoints of a hub without private DNS and without a hosted zone."""
    for endpoint in sorted(unnamed):
        yield f"the endpoint {endpoint!r} has no private DNS name and no hosted zone"


@warning(
    "hub-endpoint-unverified",
    "An endpoint with the private DNS name of an endpoint service should be tried before it is "
    "shared.",
    why=(
        "AWS documents Route 53 Profiles with interface endpoints, and doesn't say whether "
        "endpoints to endpoint services of other providers can be among them."
    ),
    fix=Fix(
        code=(
            "use EndpointDns.private_hosted_zone(...) for a name that is confirmed to work, or "
            "try it and acknowledge this warning"
        ),
        template=(
            "associate a private hosted zone with an alias to the endpoint, or try it and "
            "acknowledge this warning"
        ),
    ),
    url=_PROFILES,
)
def hub_endpoints_of_aws(custom: Collection[str]) -> Iterator[str]:
    """Find endpoints in a Profile that use the private DNS name of an endpoint service."""
    for endpoint in sorted(custom):
        yield f"the endpoint {endpoint!r} uses the private DNS name of an endpoint service"


@error(
    "hub-private-dns-conflict",
    "The endpoints of a hub with private hosted zones must have private DNS off.",
    why=(
        "AWS keeps a separate hosted zone for each private DNS name, and rejects a second one in "
        "the hub's VPC (ConflictingDomainExists)."
    ),
    fix=Fix(
        code=(
            "pass private_dns_enabled=False to AwsServiceEndpoints, or another dns than "
            "EndpointDns.service_private_name() to InterfaceEndpoint"
        ),
        template="set PrivateDnsEnabled of the endpoint to false",
    ),
    url=_CENTRAL,
)
def hub_private_dns_off(endpoints: Collection[str]) -> Iterator[str]:
    """Find endpoints with private DNS in a hub that names them by private hosted zones."""
    for endpoint in sorted(endpoints):
        yield f"the endpoint {endpoint!r} has private DNS on"


@error(
    "hub-service-not-valid",
    "Names must be specified for a service that the hub has an endpoint to.",
    why="No hosted zone is defined for other services, so the names would have no effect.",
    fix=Fix.same(
        "use the part of the name after the Region, such as ecr.api for "
        "com.amazonaws.eu-west-1.ecr.api"
    ),
    url=_CENTRAL,
)
def named_services_in_hub(named: Iterable[str], services: Collection[str]) -> Iterator[str]:
    """Find names for a service that a hub has no endpoint to.

    :param named: the services that names are specified for.
    :param services: the services that the hub has endpoints to.
    """
    for service in sorted(set(named) - set(services)):
        listed = ", ".join(map(repr, sorted(services))) or "no AWS service"
        yield f"the hub has no endpoint to {service!r} in private_dns_names, only to {listed}"


@warning(
    "hub-service-names-unverified",
    "The names of an AWS service should be known where a hub has hosted zones for them.",
    why=(
        "AWS publishes no table of them. The hosted zone is for the name that most services have, "
        "and no client looks up a wrong one."
    ),
    fix=Fix(
        code=(
            "pass the names in HubNaming.private_hosted_zones(private_dns_names={...}): "
            "aws ec2 describe-vpc-endpoint-services lists them"
        ),
        template=(
            "name the hosted zones as aws ec2 describe-vpc-endpoint-services lists the private DNS "
            "names of the service"
        ),
    ),
    url=_CENTRAL,
)
def hub_service_names_verified(unverified: Collection[str]) -> Iterator[str]:
    """Find AWS services whose private DNS names aren't known."""
    if unverified:
        listed = ", ".join(map(repr, sorted(unverified)))
        yield f"the library doesn't know the private DNS names of {listed}"


@error(
    "hub-profile-missing",
    "A hub must have a Route 53 Profile where VPCs are connected to it.",
    why="A hub with private hosted zones associates its hosted zones with VPCs by itself.",
    fix=Fix(
        code=(
            "name the VPC in HubNaming.private_hosted_zones(vpcs=[...]) of the hub, or use "
            "HubNaming.profile()"
        ),
        template="list the VPC in VPCs of the hub's hosted zones, or define a Route 53 Profile",
    ),
    url=_PROFILES,
)
def hub_profile_present(*, profile: bool) -> Iterator[str]:
    """Find a hub without a Profile where one is needed."""
    if not profile:
        yield "the hub uses private hosted zones, so it has no Route 53 Profile"


@error(
    "hub-share-ineffective",
    "A hub must be shared by its Route 53 Profile.",
    why="Hosted zones can't be shared through AWS RAM.",
    fix=Fix(
        code="use HubNaming.profile(), or leave share_with out",
        template="share a Route 53 Profile, with the hosted zones associated with it",
    ),
    url=_SHARING,
)
def hub_shareable(principals: int, *, profile: bool) -> Iterator[str]:
    """Find principals that a hub without a Profile would be shared with."""
    if principals and not profile:
        yield "the argument share_with is set on a hub with private hosted zones"


@warning(
    "hosted-zone-wildcard-record-missing",
    "A hosted zone for a wildcard of an AWS service should have a record for the wildcard.",
    why="Clients ask for names below the domain, such as that of a registry, and find nothing.",
    fix=Fix(
        code="use EndpointHub with HubNaming.private_hosted_zones(), which defines the records",
        template="add a record set whose name begins with an asterisk, with the same alias",
    ),
    url=f"{_ROUTE53}/DomainNameFormat.html",
)
def wildcard_record_present(
    zone: str | None, records: Collection[str], names: Iterable[str]
) -> Iterator[str]:
    """Find a hosted zone of the domain of a wildcard without a record for the wildcard.

    :param zone: the name of the hosted zone, None when it isn't known.
    :param records: the names of all records in it.
    :param names: the private DNS names of the service, wildcards included.
    """
    for name in names:
        below = normal_name(name)
        same = zone is not None and normal_name(zone) == without_wildcard(below)
        if same and below.startswith("*.") and below not in set(map(normal_name, records)):
            yield f"the hosted zone has no record for {below!r}"
