"""The rules for endpoints to AWS services, one by one and as a bundle for a VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts import aws_service_endpoints as facts
from privatelink_constructs.facts.aws_service_companions import COMPANIONS
from privatelink_constructs.facts.aws_service_zones import zones_of_service
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_ACCESS = "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html"
_SERVICES = (
    "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html"
)
_POLICIES = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"
_SUBNETS = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"
MAX_SHARE = 2
"""Endpoints should leave this part of a subnet's addresses to others: one half."""
_RESERVED = 5


@error(
    "aws-services-missing",
    "A bundle of endpoints must have at least one service.",
    why="Without a service, the bundle defines nothing.",
    fix=Fix.same("list at least one service"),
    url=_SERVICES,
)
def services_present(count: int) -> Iterator[str]:
    """Find a bundle without a service."""
    if not count:
        yield "the list of services is empty"


@error(
    "aws-service-malformed",
    "The name of an AWS service must be the last part of its endpoint service name.",
    why="AWS doesn't find a service with that name and rejects the endpoint.",
    fix=Fix.same(
        "use the part after the Region, such as ecr.api for com.amazonaws.eu-west-1.ecr.api"
    ),
    url=_SERVICES,
)
def service_well_formed(name: str) -> Iterator[str]:
    """Find a string that can't be the name of an AWS service.

    :param name: the part of the name after the Region.
    """
    if not facts.is_service_form(name):
        yield f"{name!r} is not a valid name of an AWS service"


@error(
    "aws-service-not-supported",
    "A bundle of endpoints must contain AWS services only.",
    why="An endpoint service of a provider has a contract and doesn't support endpoint policies.",
    fix=Fix(
        code="use InterfaceEndpoint with the contract of the service",
        template="use the name of an AWS service, such as com.amazonaws.eu-west-1.logs",
    ),
    url=core.SHARE_SERVICE,
)
def service_of_aws(name: str, *, custom: bool) -> Iterator[str]:
    """Find an endpoint service of a provider.

    :param name: its name.
    :param custom: whether it is one.
    """
    if custom:
        yield f"{name!r} is an endpoint service of a provider, not an AWS service"


@warning(
    "aws-service-home-region-mismatch",
    "An endpoint to a global service should be in the Region that the service is in.",
    why="AWS offers the endpoint in one Region only and rejects it in other Regions.",
    fix=Fix.same(
        "omit the service in this Region, or confirm that AWS offers it here and acknowledge "
        "this warning"
    ),
    url=_SERVICES,
)
def service_at_home(service: str, region: str | None) -> Iterator[str]:
    """Find a global service in a Region without its endpoint.

    :param service: the name of the service, such as ``iam``.
    :param region: the Region of the endpoint, None if it isn't known.
    """
    home = facts.HOME_REGIONS.get(service)
    if home is not None and region is not None and region != home:
        yield (
            f"AWS offers endpoints for {service!r} only in {home}, but the endpoint is in {region}"
        )


@error(
    "aws-service-conflict",
    "Two entries for one service must be the same.",
    why="A bundle has one endpoint of each type per service.",
    fix=Fix.same("remove one of the entries, or use the same policy and options in both"),
    url=_ACCESS,
)
def entries_agree(service: str, differences: Sequence[str]) -> Iterator[str]:
    """Find two entries for one endpoint that differ.

    :param service: the name of the service.
    :param differences: the names of the arguments that differ.
    """
    if differences:
        yield (
            f"the list of services has two entries for {service!r} with different "
            f"{', '.join(differences)}"
        )


@error(
    "aws-service-missing",
    "An endpoint that you request from a bundle must be in the bundle.",
    why="The bundle defines endpoints only for its services.",
    fix=Fix.same(
        "add the service to services, or request an endpoint for one of the services in the bundle"
    ),
    url=_ACCESS,
)
def service_in_bundle(service: str, services: Collection[str], *, kind: str) -> Iterator[str]:
    """Find a service that a bundle has no endpoint for.

    :param service: the name of the service.
    :param services: what the bundle has endpoints of this kind for.
    :param kind: ``interface`` or ``gateway``.
    """
    if service not in services:
        there = ", ".join(sorted(services)) or "no service"
        yield (
            f"the bundle has no {kind} endpoint for {service!r}. It has {kind} endpoints for "
            f"{there}"
        )


@warning(
    "aws-service-companion-missing",
    "A VPC with an endpoint for an AWS service should have endpoints for the services that it "
    "depends on.",
    why="Clients without internet access can't use the service.",
    fix=Fix(
        code=(
            "add the missing services to services, for example with AwsService.interface(...) or "
            "a set of AwsServices, or acknowledge this warning if clients reach them in another way"
        ),
        template=(
            "add endpoints to the missing services, or acknowledge this warning if clients reach "
            "them in another way"
        ),
    ),
    url=_ACCESS,
)
def companions_present(service: str, services: Collection[str]) -> Iterator[str]:
    """Find a service whose companions have no endpoint in the VPC.

    :param service: the name of the service.
    :param services: what has an endpoint of either type in the VPC.
    """
    missing = [it for it in COMPANIONS.get(service, ()) if it.service not in services]
    if missing:
        named = ", ".join(f"{it.service} ({it.purpose})" for it in missing)
        yield f"{service!r} depends on {named}"


@warning(
    "aws-service-policy-not-supported",
    "An endpoint policy should be set only if the service supports it.",
    why="AWS rejects a policy for other services. Some services have added support since this "
    "version was released.",
    fix=Fix(
        code=(
            "remove the policy of the entry, or check that AWS supports it now and acknowledge "
            "this warning"
        ),
        template=(
            "remove PolicyDocument, or check that AWS supports it now and acknowledge this warning"
        ),
    ),
    url=_POLICIES,
)
def policy_supported(service: str, *, given: bool) -> Iterator[str]:
    """Find a policy for a service that doesn't support policies.

    :param service: the name of the service.
    :param given: whether the endpoint has a policy.
    """
    if given and facts.takes_policy(service) is False:
        yield f"{service!r} didn't support endpoint policies as of {facts.DATE}"


@warning(
    "aws-service-undetermined",
    "The features of an AWS service that an endpoint depends on should be known.",
    why=(
        "AWS rejects private DNS for a service without a private DNS name, and rejects a policy "
        "for a service that doesn't support policies."
    ),
    fix=Fix(
        code=(
            "check with aws ec2 describe-vpc-endpoint-services that the service has a private DNS "
            "name and supports policies, then acknowledge this warning"
        ),
        template=(
            "check with aws ec2 describe-vpc-endpoint-services that the service has a private DNS "
            "name and supports policies, then acknowledge this warning"
        ),
    ),
    url=_SERVICES,
)
def services_known(*, named: Collection[str], limited: Collection[str]) -> Iterator[str]:
    """Find services that this package doesn't know, and whose endpoints depend on their features.

    :param named: the services whose endpoints have private DNS.
    :param limited: the services whose endpoints have a policy.
    """
    unknown = {
        *(it for it in named if facts.has_private_name(it) is None),
        *(it for it in limited if facts.takes_policy(it) is None),
    }
    if unknown:
        yield (
            f"this version doesn't know whether {', '.join(sorted(unknown))} supports private DNS "
            "and policies"
        )


@warning(
    "aws-service-zones-exceeded",
    "An endpoint should not be in more Availability Zones than its AWS service.",
    why="AWS rejects a subnet in an Availability Zone that the service isn't in.",
    fix=Fix(
        code=(
            "select subnets for this entry with AwsService.interface(..., subnets=...), or check "
            "that the service is in all of these zones now and acknowledge this warning"
        ),
        template=(
            "remove the subnets of the other Availability Zones, or check that the service is in "
            "all of them now and acknowledge this warning"
        ),
    ),
    url=_SERVICES,
)
def zones_of_aws_service(service: str, *, region: str | None, zones: int) -> Iterator[str]:
    """Find an endpoint in more zones than its service was in.

    :param service: the name of the service.
    :param region: the Region of the endpoint, None if it isn't known.
    :param zones: in how many Availability Zones the endpoint is.
    """
    offered = zones_of_service(service, region) if region else None
    if offered is not None and zones > offered:
        yield (
            f"{service!r} was in {offered} Availability Zones of {region} as of {facts.DATE}, but "
            f"the endpoint is in {zones}"
        )


@warning(
    "subnet-addresses-insufficient",
    "Endpoints should use less than half of the addresses of a subnet.",
    why="Each interface endpoint uses one address in each of its subnets. AWS rejects an "
    "endpoint in a subnet without a free address.",
    fix=Fix.same("use larger subnets for the endpoints, or share endpoints in another VPC"),
    url=_SUBNETS,
)
def subnet_large_enough(name: str, *, prefix: int | None, endpoints: int) -> Iterator[str]:
    """Find a subnet that has few addresses left after the endpoints.

    :param name: how the message should name the subnet.
    :param prefix: the length of the prefix of its IPv4 CIDR block, None if it isn't known.
    :param endpoints: how many interface endpoints are in it.
    """
    addresses = 2 ** (32 - prefix) - _RESERVED if prefix is not None else None
    if addresses is not None and endpoints * MAX_SHARE >= addresses:
        yield f"{name} has {addresses} addresses, and the endpoints use {endpoints} of them"


@error(
    "endpoint-zonal-name-undetermined",
    "The zonal name of an endpoint must follow from the name of its service.",
    why="Some services have names that AWS formats differently, so the zonal name might not exist.",
    fix=Fix.same("use the regional name of the endpoint, or its private DNS name"),
    url=_ACCESS,
)
def zonal_name_known(service: str) -> Iterator[str]:
    """Find a service whose zonal names aren't known."""
    if not facts.follows_rule(service) and service != "s3":
        yield f"the zonal names of {service!r} aren't known"
