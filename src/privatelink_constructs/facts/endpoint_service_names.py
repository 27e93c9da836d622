"""The format of the names of endpoint services and of AWS services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.facts.partitions import (
    PARTITIONS,
    is_region_form,
    partition_of,
    service_name_prefix,
)

if TYPE_CHECKING:
    from privatelink_constructs.facts.partitions import (
        Partition,
    )

_PREFIXES = frozenset(service_name_prefix(partition.dns_suffix) for partition in PARTITIONS)

_ID = r"[0-9a-f]{8,17}"

_NAME = rf"(?P<prefix>[a-z.]+\.vpce)\.(?P<region>[a-z0-9-]+)\.(?P<id>vpce-svc-{_ID})"

_AWS_PREFIXES = ("api.aws.", "aws.", *sorted(prefix.removesuffix("vpce") for prefix in _PREFIXES))

_AWS_NAME = re.compile(r"[a-z0-9]+(?:\.[a-z0-9_-]+){2,}")


class ServiceName(NamedTuple):
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
        """The partition of the Region, None if the text isn't the name of a Region."""
        return partition_of(self.region)


def parse_service_name(name: str) -> ServiceName | None:
    """Parse the name of an endpoint service, None for another name."""
    match = re.fullmatch(_NAME, name)
    if not match or match["prefix"] not in _PREFIXES:
        return None
    return ServiceName(match["prefix"], match["region"], match["id"])


def is_endpoint_service_name(name: str) -> bool:
    """Tell whether a name is for an endpoint service, even if it isn't well formed or complete."""
    return "vpce-svc-" in name or any(name.startswith(f"{prefix}.") for prefix in _PREFIXES)


def is_aws_service_name(name: str) -> bool:
    """Tell whether a name has the format of the names of AWS services.

    They are ``com.amazonaws.eu-west-1.s3``, ``com.amazonaws.s3-global.accesspoint``,
    ``aws.sagemaker.eu-west-1.notebook`` and more; some in China also begin with ``com.amazonaws``.
    """
    if is_endpoint_service_name(name):
        return False
    return name.startswith(_AWS_PREFIXES) and _AWS_NAME.fullmatch(name) is not None


def region_in_name(name: str) -> str | None:
    """Return the Region that a service's name contains, None if there is none."""
    parsed = parse_service_name(name)
    if parsed:
        return parsed.region if parsed.partition else None
    return next(filter(is_region_form, name.split(".")), None)
