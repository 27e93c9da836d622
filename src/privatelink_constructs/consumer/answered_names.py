"""What an endpoint is to a hub that shares it with other VPCs: its service, and its names.

It is an attribute of the endpoint, and no property, as users have no use for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from privatelink_constructs._values import internal_value
from privatelink_constructs.facts.aws_service_endpoints import without_region
from privatelink_constructs.facts.endpoint_service_names import (
    is_aws_service_name,
    region_in_name,
)
from privatelink_constructs.rules.core import known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2

_ATTRIBUTE = "_answers"


@internal_value(kw_only=True)
class Answers:
    """What an endpoint answers.

    :param aws_service: what an AWS service is called behind the Region, None for any other service.
    :param private_dns: whether the endpoint has private DNS, None when it isn't known.
    :param private_name: the private DNS name of an endpoint service, perhaps a token; None for a
        service without one, and for AWS services.
    :param ports: the ports of the service as contracts write them, none where they aren't known.
    :param address_type: ``ipv4``, ``ipv6``, or ``dualstack``.
    :param hosted_zone_vpcs: the VPCs of the endpoint's own hosted zones.
    """

    aws_service: str | None = None
    private_dns: bool | None = None
    private_name: str | None = None
    ports: Sequence[int | str] = ()
    address_type: str = "ipv4"
    hosted_zone_vpcs: Sequence[ec2.IVpc] = ()


_NOTHING_KNOWN = Answers()


def keep_answers(endpoint: object, answers: Answers) -> None:
    """Let an endpoint keep what it answers."""
    setattr(endpoint, _ATTRIBUTE, answers)


def answers_of(endpoint: object) -> Answers:
    """Return what an endpoint answers; nothing is known of one that isn't of this library."""
    return cast("Answers", getattr(endpoint, _ATTRIBUTE, _NOTHING_KNOWN))


def answers_of_name(service_name: str | None, ports: Sequence[int | str]) -> Answers:
    """Return what an imported endpoint answers, as far as the name of its service tells."""
    name = known(service_name)
    of_aws = name is not None and is_aws_service_name(name)
    aws_service = without_region(name, region_in_name(name)) if name and of_aws else None
    return Answers(aws_service=aws_service, ports=ports)
