"""The rules for the DNS names of an interface endpoint."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from privatelink_constructs.facts.domain_names import normal_name
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

_DNS = "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html"
_ROUTE53 = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_PRIVATE_HOSTED_ZONES = f"{_ROUTE53}/hosted-zone-private-considerations.html"
_SET_DNS = Fix(
    code="set enable_dns_hostnames and enable_dns_support of the VPC to True",
    template="set EnableDnsHostnames and EnableDnsSupport of the VPC to true",
)


@error(
    "vpc-dns-disabled",
    "The VPC of an endpoint with private DNS must have DNS hostnames and DNS support enabled.",
    why="AWS rejects private DNS in a VPC where either of them is disabled.",
    fix=_SET_DNS,
    url=_DNS,
)
def vpc_dns_enabled(*, hostnames: bool | None, support: bool | None) -> Iterator[str]:
    """Find a VPC with private DNS that has a DNS attribute off; None for what isn't known."""
    yield from _dns_off(hostnames=hostnames, support=support)


@warning(
    "vpc-dns-undetermined",
    "The DNS hostnames and DNS support of an endpoint's VPC should be known.",
    why="AWS rejects private DNS in a VPC where either of them is disabled.",
    fix=Fix(
        code="check both attributes of the imported VPC, and acknowledge this warning",
        template=(
            "check EnableDnsHostnames and EnableDnsSupport of the VPC, and acknowledge this warning"
        ),
    ),
    url=_DNS,
)
def vpc_dns_known(*, hostnames: bool | None, support: bool | None) -> Iterator[str]:
    """Find a VPC with private DNS whose DNS attributes aren't known."""
    if False not in (hostnames, support) and None in (hostnames, support):
        yield "the VPC's DNS hostnames and DNS support aren't known"


@error(
    "private-hosted-zone-vpc-dns-disabled",
    "The VPCs of a private hosted zone must have DNS hostnames and DNS support enabled.",
    why="In a VPC where either of them is disabled, the names of the hosted zone don't resolve.",
    fix=_SET_DNS,
    url=_PRIVATE_HOSTED_ZONES,
)
def hosted_zone_vpc_dns_enabled(*, hostnames: bool | None, support: bool | None) -> Iterator[str]:
    """Find a VPC of a private hosted zone that has a DNS attribute off; None if not known."""
    yield from _dns_off(hostnames=hostnames, support=support)


def _dns_off(*, hostnames: bool | None, support: bool | None) -> Iterator[str]:
    attributes = {"enableDnsHostnames": hostnames, "enableDnsSupport": support}
    off = [name for name, value in attributes.items() if value is False]
    if off:
        yield f"the VPC has {' and '.join(off)} disabled"


@error(
    "private-hosted-zone-duplicate",
    "The private hosted zones of a VPC must have different names.",
    why="Route 53 rejects the association of a second hosted zone with the same name.",
    fix=Fix.same("share one endpoint, or use different names"),
    url=_PRIVATE_HOSTED_ZONES,
)
def hosted_zone_names_distinct(names: Sequence[str]) -> Iterator[str]:
    """Find private hosted zones of a VPC that have the same name."""
    for name, count in _repeated(names):
        yield f"{count} private hosted zones of the VPC have the name {name!r}"


def _repeated(names: Sequence[str]) -> Iterator[tuple[str, int]]:
    for name, count in sorted(Counter(map(normal_name, names)).items()):
        if count > 1:
            yield name, count


@error(
    "private-dns-name-missing",
    "A service must have a private DNS name before an endpoint uses private DNS.",
    why="AWS rejects private DNS for a service without one.",
    fix=Fix(
        code=(
            "have the provider set a private DNS name and pass it as private_dns_name in the "
            "contract, or use the endpoint's own DNS names"
        ),
        template=(
            "have the provider set a private DNS name, or use the endpoint's own names and set "
            "PrivateDnsEnabled to false"
        ),
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_name_present(name: str | None, *, verified: bool = False) -> Iterator[str]:
    """Find a service without a private DNS name.

    :param name: the private DNS name of the service, None when it has none.
    :param verified: whether the contract of the service says that its name is verified.
    """
    if name is None:
        yield (
            "private_dns_verified is True, but the contract has no private_dns_name"
            if verified
            else "the service has no private DNS name"
        )


@error(
    "private-dns-verification-pending",
    "A service's private DNS name must be verified before an endpoint uses it.",
    why="AWS rejects private DNS until the provider verifies the name.",
    fix=Fix(
        code=(
            "deploy twice. First, deploy the endpoint with its own DNS names. After the provider "
            "verifies the name (private_dns_verified=True in the contract), enable private DNS"
        ),
        template=(
            "deploy twice. First, set PrivateDnsEnabled to false. After the provider verifies "
            "the name, set it to true"
        ),
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_name_verified(name: str | None, *, verified: bool) -> Iterator[str]:
    """Find a private DNS name that isn't verified; None when the service has none."""
    if name is not None and not verified:
        yield f"the private DNS name {name!r} isn't verified"


@error(
    "private-dns-acceptance-pending",
    "The connection of an endpoint must be accepted before the endpoint uses private DNS.",
    why="AWS rejects private DNS on a connection that is still pending acceptance.",
    fix=Fix(
        code=(
            "deploy twice. First, deploy the endpoint with its own DNS names. After the provider "
            "accepts the connection, enable private DNS with connection_accepted=True"
        ),
        template=(
            "deploy twice. First, set PrivateDnsEnabled to false. After the provider accepts the "
            "connection, set it to true"
        ),
    ),
    url=core.MANAGE_DNS_NAMES,
)
def connection_accepted(
    name: str | None, *, acceptance_required: bool, accepted: bool
) -> Iterator[str]:
    """Find a private DNS name on a connection that isn't accepted; None for no name."""
    if name is not None and acceptance_required and not accepted:
        yield f"the connection that uses {name!r} is pending acceptance"


def usable_private_name(
    name: str | None, *, verified: bool, acceptance_required: bool, accepted: bool
) -> Iterator[Problem]:
    """Check that a service's private DNS name can be used on an endpoint.

    :param name: the private DNS name of the service, None when it has none.
    :param verified: whether it is verified.
    :param acceptance_required: whether the provider accepts connections manually.
    :param accepted: whether the endpoint's connection is accepted already.
    """
    yield from private_name_present(name, verified=verified)
    yield from private_name_verified(name, verified=verified)
    yield from connection_accepted(name, acceptance_required=acceptance_required, accepted=accepted)


@warning(
    "private-dns-acceptance-undetermined",
    "Private DNS should be enabled in a second deployment if the service requires acceptance.",
    why="AWS rejects private DNS on a new endpoint, because its connection is still pending "
    "acceptance.",
    fix=Fix(
        code=(
            "use the endpoint's own DNS names in the first deployment. In the second deployment, "
            "after the connection is accepted, use connection_accepted=True"
        ),
        template=(
            "set PrivateDnsEnabled to false in the first deployment. In the second deployment, "
            "after the connection is accepted, set it to true and acknowledge this warning"
        ),
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_name_after_acceptance(service: str, *, acceptance_required: bool) -> Iterator[str]:
    """Find private DNS on an endpoint whose connection requires acceptance.

    A template doesn't show whether the connection is accepted.

    :param service: how the message should name the service.
    """
    if acceptance_required:
        yield f"connections to {service} require acceptance"


@error(
    "private-hosted-zone-private-dns-conflict",
    "A private DNS name must not have a private hosted zone with the same name in the VPC.",
    why="AWS manages its own hosted zone for the name and rejects a second one.",
    fix=Fix(
        code=(
            "use the private hosted zone with the endpoint's own DNS names, or remove the hosted "
            "zone"
        ),
        template=(
            "use the private hosted zone and set PrivateDnsEnabled to false, or remove the "
            "hosted zone"
        ),
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_name_without_hosted_zone(name: str, hosted_zones: Sequence[str]) -> Iterator[str]:
    """Find a private DNS name that is also the name of a private hosted zone of the VPC.

    :param name: the private DNS name.
    :param hosted_zones: the names of the VPC's private hosted zones.
    """
    if normal_name(name) in set(map(normal_name, hosted_zones)):
        yield f"the VPC has a private hosted zone with the private DNS name {name!r}"


@error(
    "private-dns-name-conflict",
    "A private DNS name must belong to only one endpoint of a VPC.",
    why="AWS rejects the second endpoint, because the name is already in use in the VPC.",
    fix=Fix(
        code="share one endpoint, or use the private DNS name on only one of them",
        template="share one endpoint, or set PrivateDnsEnabled to true on only one of them",
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_names_distinct(names: Sequence[str]) -> Iterator[str]:
    """Find endpoints of a VPC that have the same private DNS name."""
    for name, count in _repeated(names):
        yield f"{count} endpoints of the VPC have the private DNS name {name!r}"


@warning(
    "private-hosted-zone-vpc-mismatch",
    "A private hosted zone for an endpoint should be associated with the endpoint's VPC.",
    why=(
        "The name doesn't resolve in the endpoint's VPC, and clients in other VPCs need a route "
        "to the endpoint."
    ),
    fix=Fix(
        code=(
            "associate the hosted zone with the endpoint's VPC, or acknowledge this warning if "
            "the VPCs are connected"
        ),
        template=(
            "add the endpoint's VPC to VPCs of the hosted zone, or acknowledge this warning if "
            "the VPCs are connected"
        ),
    ),
    url=f"{_ROUTE53}/routing-to-vpc-interface-endpoint.html",
)
def hosted_zone_in_vpc(vpc: str, associated: Sequence[str]) -> Iterator[str]:
    """Find a private hosted zone for an endpoint that isn't associated with the endpoint's VPC.

    :param vpc: the endpoint's VPC.
    :param associated: the VPCs of the hosted zone.
    """
    if vpc not in associated:
        listed = ", ".join(sorted(associated))
        yield f"the private hosted zone is associated with {listed}, but the endpoint is in {vpc}"


@error(
    "private-hosted-zone-name-missing",
    "A private hosted zone for an endpoint must have a name.",
    why="Without a name, there is no hosted zone, so its other settings have no effect.",
    fix=Fix(
        code="use EndpointDns.private_hosted_zone(name), or omit the argument",
        template="set Name of the hosted zone",
    ),
    url=_PRIVATE_HOSTED_ZONES,
)
def hosted_zone_named(name: str | None, **options: bool) -> Iterator[str]:
    """Find options of a hosted zone that isn't there.

    :param name: the name of the hosted zone, None for no hosted zone.
    :param options: for each option whether it is set.
    """
    for option, is_set in options.items():
        if is_set and name is None:
            yield f"{option} is set without hosted_zone_name"


@error(
    "zonal-record-zone-undetermined",
    "The names and AZ IDs of the Availability Zones of zonal records must be known.",
    why="The name of each record contains the AZ ID, and its target contains the name of the "
    "Availability Zone.",
    fix=Fix(
        code=(
            "pass availability_zone_ids for each Availability Zone, and import subnets with "
            "their availability_zone. To find both, run aws ec2 describe-availability-zones"
        ),
        template="set AvailabilityZoneId of the subnets",
    ),
    url=core.CREATE_ENDPOINT,
)
def zonal_record_zones_known(zones: Sequence[tuple[str | None, str | None]]) -> Iterator[str]:
    """Find Availability Zones that can't have records.

    :param zones: the name and the AZ ID of each, None for what isn't known.
    """
    for name, zone_id in zones:
        if name is None:
            yield "the Availability Zone of a subnet isn't known"
        elif zone_id is None:
            yield f"the AZ ID of {name} isn't known"


@error(
    "private-hosted-zone-vpc-duplicate",
    "A private hosted zone must be associated with each VPC only once.",
    why="AWS rejects the second association.",
    fix=Fix(code="pass each VPC once", template="list each VPC once in VPCs"),
    url=_PRIVATE_HOSTED_ZONES,
)
def hosted_zone_vpcs_distinct(vpcs: Sequence[str]) -> Iterator[str]:
    """Find a VPC that is associated twice with a private hosted zone.

    :param vpcs: the VPCs of the hosted zone, as far as they are known.
    """
    for vpc, count in sorted(Counter(vpcs).items()):
        if count > 1:
            yield f"the private hosted zone is associated with {vpc} {count} times"


@error(
    "private-hosted-zone-account-mismatch",
    "A private hosted zone must be associated only with VPCs of its own account.",
    why="CloudFormation can't associate a hosted zone with a VPC of another account.",
    fix=Fix.same(
        "define the hosted zone in the VPC's account, or share it with a Route 53 Profile"
    ),
    url=f"{_ROUTE53}/hosted-zone-private-associate-vpcs-different-accounts.html",
)
def hosted_zone_in_account(vpc: str | None, hosted_zone: str | None) -> Iterator[str]:
    """Find a private hosted zone and a VPC in different accounts; None for unknown ones."""
    if vpc and hosted_zone and vpc != hosted_zone:
        yield (
            f"the VPC is in account {vpc}, but the private hosted zone is in account {hosted_zone}"
        )
