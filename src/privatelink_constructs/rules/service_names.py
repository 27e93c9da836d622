"""What endpoint services are called, and where their names can be used from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error
from privatelink_constructs.rules.regions import (
    OTHER_PARTITION,
    PARTITIONS,
    REGIONS,
    partition_of,
    service_name_prefix,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.rules.regions import Partition

_PREFIXES = frozenset(service_name_prefix(partition.dns_suffix) for partition in PARTITIONS)
_ID = r"[0-9a-f]{8,17}"
_NAME = re.compile(rf"(?P<prefix>[a-z.]+\.vpce)\.(?P<region>[a-z0-9-]+)\.(?P<id>vpce-svc-{_ID})")
_AWS_PREFIXES = ("api.aws.", "aws.", *sorted(prefix.removesuffix("vpce") for prefix in _PREFIXES))
_AWS_NAME = re.compile(r"[a-z0-9]+(?:\.[a-z0-9_-]+){2,}")
_ZONE = "Z"
_ZONE_ID = re.compile(r"(?:/hostedzone/)?[A-Za-z0-9]+")
_DUMMIES = frozenset({"s-12345", "p-12345"})
ID_KINDS = {
    "Z": "hosted zone",
    "sg": "security group",
    "subnet": "subnet",
    "vpc": "VPC",
    "vpce": "endpoint",
    "vpce-svc": "endpoint service",
}
"""What the ids that the checks know begin with, and what they name."""

MALFORMED = error(
    "service-name-malformed",
    "An endpoint is for a service that has a name.",
    why="AWS finds no service of that name, and refuses the endpoint.",
    remedy=(
        "use the name that the provider gives, such as "
        "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
    ),
    url=core.CREATE_ENDPOINT,
)
AWS_SERVICE = error(
    "service-name-of-aws-service",
    "This construct is for endpoint services, not for services of AWS.",
    why=(
        "Endpoints of AWS services have a policy and a private name of their own, which it doesn't "
        "handle."
    ),
    remedy="use aws_ec2.InterfaceVpcEndpoint with an InterfaceVpcEndpointAwsService",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html",
)
PREFIX = error(
    "service-name-prefix",
    "A service's name begins as its partition's names do.",
    why="AWS finds no service of that name, and refuses the endpoint.",
    remedy=(
        "begin with com.amazonaws.vpce, in China with cn.com.amazonaws.vpce, in the European "
        "Sovereign Cloud with eu.amazonaws.vpce"
    ),
    url=core.CREATE_ENDPOINT,
)
REGION_MISMATCH = error(
    "service-region-mismatch",
    "The Region of a service is the one in its name.",
    why="AWS looks for the service in the Region that is stated, and doesn't find it.",
    remedy="let ServiceRegion and the name both hold the Region that the service is in",
    url=core.CREATE_ENDPOINT,
)
REGION_MISSING = error(
    "service-region-missing",
    "An endpoint to a service in another Region states that Region.",
    why="AWS looks for the service in the endpoint's own Region, and doesn't find it.",
    remedy="set ServiceRegion to the service's Region",
    url=core.CREATE_ENDPOINT,
)
REGION_NOT_SUPPORTED = error(
    "service-region-not-supported",
    "An endpoint is in a Region that the service supports.",
    why="AWS refuses endpoints from any other Region.",
    remedy=(
        "have the provider add the Region to SupportedRegions of the service (supported_regions of "
        "the construct), or use one that is there"
    ),
    url=core.SHARE_SERVICE,
)
ID_MALFORMED = error(
    "id-malformed",
    "An id is one that AWS gives.",
    why="AWS finds nothing by that id, and refuses the resource that uses it.",
    remedy=(
        "use the id itself, such as subnet-0123456789abcdef0, or a reference that yields it, such "
        "as !Ref"
    ),
    url="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html",
)
REFERENCE = error(
    "reference-wrong-resource",
    "A reference is to the kind of resource that belongs there.",
    why="What it yields is no id of the right kind, and AWS refuses it.",
    remedy="refer to a resource of that kind, with Ref or the attribute that holds its id",
    url="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html",
)


@dataclass(frozen=True)
class ServiceName:
    """The parts of an endpoint service's name.

    :param prefix: what the names of the partition begin with, such as ``com.amazonaws.vpce``.
    :param region: the Region that the service is in.
    :param service_id: the id of the service, ``vpce-svc-...``.
    """

    prefix: str
    region: str
    service_id: str

    @property
    def partition(self) -> Partition | None:
        """The partition that the Region belongs to, or None for no Region's name."""
        return partition_of(self.region)


def parse_service_name(name: str) -> ServiceName | None:
    """Take a service's name apart; None when it is no endpoint service's."""
    match = _NAME.fullmatch(name)
    if not match or match["prefix"] not in _PREFIXES:
        return None
    return ServiceName(match["prefix"], match["region"], match["id"])


def is_endpoint_service_name(name: str) -> bool:
    """Tell whether a name is meant for an endpoint service, be it well formed or only a part."""
    return "vpce-svc-" in name or any(name.startswith(f"{prefix}.") for prefix in _PREFIXES)


def is_aws_service_name(name: str) -> bool:
    """Tell whether a name has the form of those of AWS's own services.

    They are ``com.amazonaws.eu-west-1.s3``, ``com.amazonaws.s3-global.accesspoint``,
    ``aws.sagemaker.eu-west-1.notebook`` and more; some in China begin with ``com.amazonaws`` too.
    """
    if is_endpoint_service_name(name):
        return False
    return name.startswith(_AWS_PREFIXES) and _AWS_NAME.fullmatch(name) is not None


def region_in_name(name: str) -> str | None:
    """Return the Region that a service's name holds, an AWS service's as well; None for none."""
    parsed = parse_service_name(name)
    if parsed:
        return parsed.region if parsed.partition else None
    return next((label for label in name.split(".") if label in REGIONS), None)


def check_service_name(name: str, *, partition: str | None = None) -> Iterator[Problem]:
    """Check the name of an endpoint service, as providers publish them.

    :param name: the name, a literal.
    :param partition: the partition of the endpoint, None when it isn't known.
    """
    parsed = parse_service_name(name)
    if parsed:
        yield from _check_partition(name, parsed, partition)
    elif is_aws_service_name(name):
        yield Problem(AWS_SERVICE, f"{name!r} is a service of AWS")
    else:
        yield Problem(MALFORMED, f"{name!r} is no name of an endpoint service")


def check_any_service_name(name: str, *, partition: str | None = None) -> Iterator[Problem]:
    """Check the name of a service, an endpoint service's or one of AWS's own."""
    yield from (
        problem
        for problem in check_service_name(name, partition=partition)
        if problem.rule is not AWS_SERVICE
    )


def _check_partition(name: str, parsed: ServiceName, partition: str | None) -> Iterator[Problem]:
    found = parsed.partition
    if found is None:
        yield Problem(MALFORMED, f"{name!r} holds no Region ({parsed.region!r})")
    elif parsed.prefix != service_name_prefix(found.dns_suffix):
        expected = service_name_prefix(found.dns_suffix)
        yield Problem(PREFIX, f"{name!r} is in {found.name}, whose names begin with {expected}")
    elif partition and found.name != partition:
        yield Problem(OTHER_PARTITION, f"{name!r} is in {found.name}, the endpoint in {partition}")


def check_service_region(
    service: str | None, *, endpoint: str | None, stated: str | None
) -> Iterator[Problem]:
    """Check the Region that an endpoint states for its service.

    :param service: the Region that the service is in, as its name says; None when it isn't known.
    :param endpoint: the Region that the endpoint is in, None when it isn't known.
    :param stated: the Region that is stated (``ServiceRegion``), None when none is.
    """
    if service is None:
        return
    if stated is not None and stated != service:
        yield Problem(REGION_MISMATCH, f"Region {stated!r} is stated for a service in {service}")
    elif stated is None and endpoint is not None and endpoint != service:
        yield Problem(REGION_MISSING, f"the service is in {service}, the endpoint in {endpoint}")
    if endpoint is not None and partition_of(endpoint) is not partition_of(service):
        yield Problem(OTHER_PARTITION, f"the service is in {service}, the endpoint in {endpoint}")


def check_named_region(named: str, actual: str) -> Iterator[Problem]:
    """Report a name with another Region than the one that the service is in."""
    yield Problem(REGION_MISMATCH, f"the name is of {named!r}, the service is in {actual}")


def check_region_supported(
    endpoint: str | None, *, service: str | None, supported: Sequence[str]
) -> Iterator[Problem]:
    """Check that a service can be used from a Region.

    :param endpoint: the Region that the endpoint is in, None when it isn't known.
    :param service: the Region that the service is in, None when it isn't known.
    :param supported: the further Regions that the service supports, literals only.
    """
    if endpoint is None or service is None or endpoint == service or endpoint in supported:
        return
    offered = ", ".join(sorted({service, *supported}))
    yield Problem(REGION_NOT_SUPPORTED, f"{endpoint} is no Region of the service ({offered})")


def is_id(value: str, kind: str) -> bool:
    """Tell whether a text is an id of a kind, such as ``vpce-svc``.

    Short ids of subnets, VPCs and security groups pass, and so does any word for a hosted zone:
    they stand for real ones in templates that are meant to be read. So does what the CDK puts in
    place of a look-up that has yet to be made.
    """
    if kind == _ZONE:
        return _ZONE_ID.fullmatch(value) is not None
    digits = _ID if kind.startswith("vpce") else "[0-9a-f]{1,17}"
    return re.fullmatch(rf"{kind}-{digits}", value) is not None or value in _DUMMIES


def check_id(value: str, kind: str) -> Iterator[Problem]:
    """Check an id.

    :param value: the id, a literal.
    :param kind: what it has to begin with, one of :data:`ID_KINDS`.
    """
    if not is_id(value, kind):
        yield Problem(ID_MALFORMED, f"{value!r} is no {ID_KINDS[kind]} id ({_beginning(kind)}...)")


def check_id_beginning(value: str, kind: str) -> Iterator[Problem]:
    """Check what an id begins with whose end isn't known.

    :param value: the beginning, a literal.
    :param kind: what it has to begin with, one of :data:`ID_KINDS`.
    """
    beginning = _beginning(kind)
    given = value.removeprefix("/hostedzone/")
    if not given.startswith(beginning) and not beginning.startswith(given):
        yield Problem(ID_MALFORMED, f"'{value}...' is no {ID_KINDS[kind]} id ({beginning}...)")


def _beginning(kind: str) -> str:
    return kind if kind == _ZONE else f"{kind}-"


def check_reference(found: str, *, kind: str) -> Iterator[Problem]:
    """Report a reference to something of the wrong kind.

    :param found: what is referred to.
    :param kind: what belongs there, one of :data:`ID_KINDS`.
    """
    yield Problem(REFERENCE, f"{found} is no {ID_KINDS[kind]}")
