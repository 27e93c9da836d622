"""The command that changes what a cause is about, for those causes that one command changes.

They are printed, and never run: a diagnosis only reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACCEPT = (
    "aws ec2 accept-vpc-endpoint-connections --region {region} --service-id {service} "
    "--vpc-endpoint-ids {endpoint}"
)
_COMMANDS = {
    "connection-closed": _ACCEPT,
    "connection-pending": _ACCEPT,
    "endpoint-private-dns-disabled": (
        "aws ec2 modify-vpc-endpoint --region {consumer_region} --vpc-endpoint-id {endpoint} "
        "--private-dns-enabled"
    ),
    "principal-missing": (
        "aws ec2 modify-vpc-endpoint-service-permissions --region {region} --service-id {service} "
        "--add-allowed-principals arn:{partition}:iam::{account}:root"
    ),
    "private-dns-name-unverified": (
        "aws ec2 start-vpc-endpoint-service-private-dns-verification --region {region} "
        "--service-id {service}"
    ),
}


def next_step(rule: str, known: Mapping[str, str]) -> str:
    """Return the command for a cause, empty where none is known.

    :param known: what stands in the gaps of the commands.
    """
    partition = partition_of(known.get("region", ""))
    values = {"partition": partition.name if partition else "aws", **known}
    try:
        return _COMMANDS.get(rule, "").format(**values)
    except KeyError:
        return ""
