"""Names and ARNs of endpoint services, which CloudFormation doesn't return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs.facts.partitions import partition_of, service_name_prefix

if TYPE_CHECKING:
    import constructs


def endpoint_service_arn(scope: constructs.Construct, service_id: str) -> str:
    """Return the ARN of an endpoint service of the stack that a construct is in."""
    return arn_of(stack_of(scope), "ec2", f"vpc-endpoint-service/{service_id}")


def arn_of(stack: cdk.Stack, service: str, resource: str) -> str:
    """Return the ARN of something in a stack's account and Region, such as a pattern."""
    environment = environment_of(stack)
    partition = environment.partition or stack.partition
    account, region = environment.account or stack.account, environment.region or stack.region
    return f"arn:{partition}:{service}:{region}:{account}:{resource}"


def service_name(region: str | None, service_id: str) -> str:
    """Return the name of an endpoint service, which CloudFormation doesn't return.

    :param region: the service's Region, None if it is known only at deployment.
    :param service_id: the ID of the service, usually a token.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """
    partition = partition_of(region) if region else None
    if partition:
        return f"{service_name_prefix(partition.dns_suffix)}.{region}.{service_id}"
    parts = [_reversed_dns_suffix(), "vpce", region or {"Ref": "AWS::Region"}, service_id]
    return cdk.Token.as_string(_join(".", parts))


def _reversed_dns_suffix() -> object:
    """Return the labels of the partition's DNS suffix in reverse order, computed by CloudFormation.

    A suffix has two to four labels. Two more dots make sure that there are four parts to select
    from; the empty ones come out as leading dots, which are then cut off with the mark before them.
    """
    suffix = _join("", [{"Ref": "AWS::URLSuffix"}, ".."])
    labels = [{"Fn::Select": [index, _split(".", suffix)]} for index in ("3", "2", "1", "0")]
    turned = _join("", ["|", _join(".", labels)])
    for mark in ("|..", "|.", "|"):
        turned = _join("", _split(mark, turned))
    return turned


def _join(delimiter: str, parts: object) -> dict[str, object]:
    return {"Fn::Join": [delimiter, parts]}


def _split(delimiter: str, source: object) -> dict[str, object]:
    return {"Fn::Split": [delimiter, source]}


def short_hash(text: str) -> str:
    """Return a short hash of a text for IDs: 16 hexadecimal digits, the same in every synthesis."""
    from hashlib import sha256  # noqa: PLC0415 - it loads OpenSSL, which most stacks don't need

    return sha256(text.encode()).hexdigest()[:16]
