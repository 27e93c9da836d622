"""
Handler of the custom resource that keeps a TXT record in a hosted zone of another account.

The file is complete in itself, so that it works as the ``index`` of a Lambda asset and as a
module of the package alike. One value is kept in the record set: what others put there under
the same name stays there. A changed zone, name or value is a new resource to CloudFormation,
which deletes the old one after the new one is written.

:see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat
"""

from __future__ import annotations

import functools
import json
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_route53.type_defs import (
        ChangeTypeDef,
        ResourceRecordSetOutputTypeDef,
        ResourceRecordSetTypeDef,
        ResourceRecordSetUnionTypeDef,
    )
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import AssumeRoleRequestTypeDef, CredentialsTypeDef

DEFAULT_TTL = 60
LONGEST_TTL = 2147483647

_SESSION_NAME = "privatelink-constructs-record"
_SESSION_SECONDS = 900
_LONGEST_STRING = 255
_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})
# CloudFormation refuses a response of more than 4 KiB.
_LONGEST_QUOTE = 400
# "standard" retries throttling and PriorRequestNotComplete, with growing pauses.
_CONFIG = Config(
    connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 8}
)


class RecordError(Exception):
    """The record can't be written; the message is what CloudFormation shows."""


@dataclass(frozen=True)
class Record:
    """What the template says: one value of one TXT record, and the way to its zone."""

    hosted_zone_id: str
    name: str
    value: str
    role_arn: str
    ttl: int
    external_id: str

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Record:
        """
        Read the properties of the custom resource.

        :raises RecordError: when one is missing, or the TTL is out of range
        """
        return cls(
            hosted_zone_id=_required(properties, "HostedZoneId").rpartition("/")[2],
            name=_normal_name(_required(properties, "RecordName")),
            value=quoted(_required(properties, "RecordValue")),
            role_arn=_required(properties, "RoleArn"),
            ttl=_ttl(properties),
            external_id=str(properties.get("ExternalId", "")),
        )

    @property
    def physical_resource_id(self) -> str:
        """The same for the same zone, name and value, and for nothing else."""
        value = self.value.strip('"')
        return f"{self.hosted_zone_id}/{self.name}/{value}"


def on_event(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """
    Write the value on Create and Update, take it out again on Delete.

    :param event: the event of CloudFormation, with ``ResourceProperties``
    :raises RecordError: when the value can't be written; never on Delete
    """
    if event["RequestType"] == "Delete":
        _delete(event)
        return {"PhysicalResourceId": event["PhysicalResourceId"]}
    record = Record.from_properties(event["ResourceProperties"])
    try:
        written = _write(record)
    except ClientError as error:
        raise RecordError(_refused_message(record, error)) from error
    except BotoCoreError as error:
        message = f"{record.name} can't be written in hosted zone {record.hosted_zone_id}: {error}"
        raise RecordError(message) from error
    _log_record("INFO", "written" if written else "already there", event, record)
    return {"PhysicalResourceId": record.physical_resource_id, "Data": _data(record)}


def quoted(value: str) -> str:
    """
    Return the value as Route 53 wants it: quoted once, in strings of at most 255 characters.

    :param value: the text of the record; text within quotes is taken as it is
    """
    if re.fullmatch(r'".*"', value):
        return value
    strings = [
        value[start : start + _LONGEST_STRING] for start in range(0, len(value), _LONGEST_STRING)
    ]
    return " ".join(f'"{_escaped(string)}"' for string in strings)


def with_value(
    existing: ResourceRecordSetOutputTypeDef | None, record: Record
) -> ResourceRecordSetTypeDef:
    """
    Return the record set that holds the value beside all that is there already.

    :param existing: the record set of this name, if there is one
    :raises RecordError: when it is an alias, or one of several under a routing policy
    """
    if existing is None:
        return _record_set(record.name, record.ttl, [record.value])
    if not _is_simple(existing):
        message = (
            f"{record.name} in hosted zone {record.hosted_zone_id} is an alias or has a routing "
            "policy, so no value can be added to it: remove that TXT record, or publish the "
            f"value {record.value} in it by hand"
        )
        raise RecordError(message)
    theirs = [value for value in _values(existing) if value != record.value]
    # The TTL belongs to all values of the set: it is ours only when all the values are.
    ttl = existing.get("TTL", record.ttl) if theirs else record.ttl
    return _record_set(existing["Name"], ttl, [*theirs, record.value])


def without_value(
    existing: ResourceRecordSetOutputTypeDef | None, record: Record
) -> ChangeTypeDef | None:
    """
    Return the change that takes the value out, or ``None`` when it isn't there.

    :param existing: the record set of this name, if there is one
    """
    if existing is None or not _is_simple(existing) or record.value not in _values(existing):
        return None
    theirs = [value for value in _values(existing) if value != record.value]
    if not theirs:
        return {"Action": "DELETE", "ResourceRecordSet": existing}
    kept = _record_set(existing["Name"], existing.get("TTL", record.ttl), theirs)
    return {"Action": "UPSERT", "ResourceRecordSet": kept}


@functools.cache
def sts_client() -> STSClient:
    """Make the client when it is first needed, and keep it for as long as the process lives."""
    return boto3.client("sts", config=_CONFIG)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


def route53_client(credentials: CredentialsTypeDef) -> Route53Client:
    """Make a client for the other account; its credentials are those of one event."""
    return boto3.client(  # pyright: ignore[reportUnknownMemberType] stubs of a few services only
        "route53",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=_CONFIG,
    )


def log(level: str, message: str, **fields: str | None) -> None:
    """Write one line of JSON; never events or credentials."""
    line = json.dumps({"level": level, "message": message, **fields}, sort_keys=True)
    sys.stdout.write(f"{line}\n")


def _write(record: Record) -> bool:
    client = _zone_client(record)
    existing = _find(client, record)
    wanted = with_value(existing, record)
    if existing is not None and _same(existing, wanted):
        return False
    change_id = _change(client, record, {"Action": "UPSERT", "ResourceRecordSet": wanted})
    _await_sync(client, change_id)
    return True


def _delete(event: Mapping[str, Any]) -> None:
    """Whatever goes wrong here is logged alone: a record left behind must not hold up a stack."""
    try:
        record = Record.from_properties(event["ResourceProperties"])
        client = _zone_client(record)
        change = without_value(_find(client, record), record)
        if change is not None:
            _change(client, record, change)
    except (BotoCoreError, ClientError, RecordError) as error:
        reason = str(error)[:_LONGEST_QUOTE]
        log("WARNING", "record left behind", id=event["PhysicalResourceId"], reason=reason)
    else:
        _log_record("INFO", "removed" if change else "not there", event, record)


def _zone_client(record: Record) -> Route53Client:
    request: AssumeRoleRequestTypeDef = {
        "RoleArn": record.role_arn,
        "RoleSessionName": _SESSION_NAME,
        "DurationSeconds": _SESSION_SECONDS,
    }
    if record.external_id:
        request["ExternalId"] = record.external_id
    return route53_client(sts_client().assume_role(**request)["Credentials"])


def _find(client: Route53Client, record: Record) -> ResourceRecordSetOutputTypeDef | None:
    answer = client.list_resource_record_sets(
        HostedZoneId=record.hosted_zone_id,
        StartRecordName=record.name,
        StartRecordType="TXT",
        MaxItems="1",
    )
    # The listing starts at the name, and goes on with the next when the name isn't there.
    for found in answer["ResourceRecordSets"]:
        if found["Type"] == "TXT" and _normal_name(found["Name"]) == record.name:
            return found
    return None


def _change(client: Route53Client, record: Record, change: ChangeTypeDef) -> str:
    answer = client.change_resource_record_sets(
        HostedZoneId=record.hosted_zone_id,
        ChangeBatch={"Comment": "privatelink-constructs", "Changes": [change]},
    )
    return answer["ChangeInfo"]["Id"]


def _await_sync(client: Route53Client, change_id: str) -> None:
    """
    Wait until all name servers have the record, and go on without it where that isn't seen.

    Verification that looks too early meets a negative answer, which resolvers keep for long.
    """
    try:
        waiter = client.get_waiter("resource_record_sets_changed")
        waiter.wait(Id=change_id, WaiterConfig={"Delay": 5, "MaxAttempts": 24})
    except BotoCoreError as error:
        log("WARNING", "not known to be in sync", reason=str(error)[:_LONGEST_QUOTE])


def _required(properties: Mapping[str, Any], name: str) -> str:
    value = str(properties.get(name, "")).strip()
    if not value:
        message = f"the property {name} of the custom resource is missing"
        raise RecordError(message)
    return value


def _ttl(properties: Mapping[str, Any]) -> int:
    text = str(properties.get("Ttl", DEFAULT_TTL))
    if not text.isdecimal() or int(text) > LONGEST_TTL:
        message = (
            f"the property Ttl is {text}: give a whole number of seconds from 0 to {LONGEST_TTL}"
        )
        raise RecordError(message)
    return int(text)


def _normal_name(name: str) -> str:
    return name.lower().rstrip(".")


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


def _refused_message(record: Record, error: ClientError) -> str:
    details = error.response.get("Error", {})
    code = details.get("Code", "")
    said = f"{code}: {details.get('Message', '')[:_LONGEST_QUOTE]}"
    return (
        f"{record.name} can't be written in hosted zone {record.hosted_zone_id}: "
        f"{_remedy(record, error.operation_name, code)} AWS says: {said}"
    )


def _remedy(record: Record, operation: str, code: str) -> str:
    if operation == "AssumeRole" and code in _DENIED:
        given = "with" if record.external_id else "without"
        return (
            f"the function may not assume {record.role_arn} ({given} an external ID). Let the "
            "role trust the function's role, and the function's role call sts:AssumeRole on it."
        )
    if code in _DENIED:
        return f"{record.role_arn} may not call route53:{operation} on the hosted zone. Allow it."
    if code == "NoSuchHostedZone":
        return f"the account of {record.role_arn} has no such zone. Check HostedZoneId and RoleArn."
    return f"{operation} failed."


def _data(record: Record) -> dict[str, str]:
    return {"HostedZoneId": record.hosted_zone_id, "RecordName": record.name}


def _log_record(level: str, message: str, event: Mapping[str, Any], record: Record) -> None:
    log(
        level,
        message,
        hosted_zone_id=record.hosted_zone_id,
        logical_id=event.get("LogicalResourceId"),
        record_name=record.name,
        request_type=event["RequestType"],
        stack_id=event.get("StackId"),
    )
