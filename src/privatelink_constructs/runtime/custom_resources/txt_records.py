"""One value of a TXT record: its form, and a record set with it or without it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .lifecycle import StepError
from .properties import normal_name, required, timeout_of, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_route53.type_defs import (
        ChangeTypeDef,
        ResourceRecordSetOutputTypeDef,
        ResourceRecordSetTypeDef,
        ResourceRecordSetUnionTypeDef,
    )

DEFAULT_TIMEOUT = 600
DEFAULT_TTL = 60
LONGEST_TTL = 2147483647
_LONGEST_STRING = 255


@dataclass(frozen=True)
class Record:
    """The properties of the custom resource: a value of a TXT record, and its hosted zone."""

    hosted_zone_id: str
    name: str
    value: str
    role_arn: str
    ttl: int
    external_id: str
    timeout: int

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Record:
        """Read the properties of the custom resource.

        :raises StepError: if one is missing, or a number is out of range.
        """
        return cls(
            hosted_zone_id=required(properties, "HostedZoneId").rpartition("/")[2],
            name=normal_name(required(properties, "RecordName")),
            value=quoted(required(properties, "RecordValue")),
            role_arn=required(properties, "RoleArn"),
            ttl=whole_number(properties, "Ttl", default=DEFAULT_TTL, most=LONGEST_TTL),
            external_id=str(properties.get("ExternalId", "")),
            timeout=timeout_of(properties, default=DEFAULT_TIMEOUT),
        )

    @property
    def physical_resource_id(self) -> str:
        """The same for the same zone, name, and value, and for nothing else."""
        value = self.value.strip('"')
        return f"{self.hosted_zone_id}/{self.name}/{value}"

    def is_same(self, other: Record) -> bool:
        """Return whether another one is the same value of the same record, by whatever role."""
        return self.physical_resource_id == other.physical_resource_id

    def is_in(self, found: ResourceRecordSetOutputTypeDef) -> bool:
        """Return whether a record set has the name of the record."""
        return found["Type"] == "TXT" and normal_name(found["Name"]) == self.name


def quoted(value: str) -> str:
    """Return a value as Route 53 wants it: quoted once, in strings of at most 255 characters.

    :param value: the text of the record; text within quotes is taken as it is.
    """
    if re.fullmatch(r'".*"', value):
        return value
    starts = range(0, len(value), _LONGEST_STRING)
    strings = [value[start : start + _LONGEST_STRING] for start in starts]
    return " ".join(f'"{_escaped(string)}"' for string in strings)


def with_value(
    existing: ResourceRecordSetOutputTypeDef | None, record: Record
) -> ResourceRecordSetTypeDef | None:
    """Return the record set with the value and all that is there, None if that is there already.

    :param existing: the record set of this name, None if there is none.
    :raises StepError: if it is an alias, or one of several under a routing policy.
    """
    if existing is None:
        return _record_set(record.name, record.ttl, [record.value])
    if not _is_simple(existing):
        raise StepError(
            f"{record.name} in hosted zone {record.hosted_zone_id} is an alias or has a routing "
            "policy, so no value can be added to it. Remove that TXT record, or add the value "
            f"{record.value} to it manually."
        )
    theirs = [value for value in _values(existing) if value != record.value]
    # The TTL belongs to all values of the set: it is ours only when all the values are.
    ttl = existing.get("TTL", record.ttl) if theirs else record.ttl
    wanted = _record_set(existing["Name"], ttl, [*theirs, record.value])
    return None if _same(existing, wanted) else wanted


def without_value(
    existing: ResourceRecordSetOutputTypeDef | None, record: Record
) -> ChangeTypeDef | None:
    """Return the change that takes the value out, None if it isn't there.

    :param existing: the record set of this name, None if there is none.
    """
    if existing is None or not _is_simple(existing) or record.value not in _values(existing):
        return None
    theirs = [value for value in _values(existing) if value != record.value]
    if not theirs:
        return {"Action": "DELETE", "ResourceRecordSet": existing}
    kept = _record_set(existing["Name"], existing.get("TTL", record.ttl), theirs)
    return {"Action": "UPSERT", "ResourceRecordSet": kept}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _record_set(name: str, ttl: int, values: list[str]) -> ResourceRecordSetTypeDef:
    return {
        "Name": name,
        "Type": "TXT",
        "TTL": ttl,
        "ResourceRecords": [{"Value": value} for value in values],
    }


def _values(record_set: ResourceRecordSetUnionTypeDef) -> list[str]:
    return [entry["Value"] for entry in record_set.get("ResourceRecords", [])]


def _is_simple(record_set: ResourceRecordSetUnionTypeDef) -> bool:
    return "AliasTarget" not in record_set and "SetIdentifier" not in record_set


def _same(one: ResourceRecordSetUnionTypeDef, other: ResourceRecordSetUnionTypeDef) -> bool:
    return one.get("TTL") == other.get("TTL") and sorted(_values(one)) == sorted(_values(other))
