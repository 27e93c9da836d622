"""Keeps a TXT record in a hosted zone of another account, through a role of that account.

One value of the record set is kept: what others have under the same name stays. Another hosted
zone, name, or value is a new resource to CloudFormation, which deletes the old one after the new
one is written.

:see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

import boto3

from . import clock
from .lifecycle import DONE, WAIT, Nothing, Progress, StepError, serve
from .logbook import log
from .patience import CONFIG, Kind, RefusedError, kind_of
from .txt_records import Record, with_value, without_value

if TYPE_CHECKING:
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_route53.type_defs import (
        ChangeTypeDef,
        ResourceRecordSetOutputTypeDef,
    )
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import AssumeRoleRequestTypeDef, CredentialsTypeDef

    from .lifecycle import Context, Event, Invocation, Step

ASSUME = "sts:AssumeRole"
LIST = "route53:ListResourceRecordSets"
CHANGE = "route53:ChangeResourceRecordSets"
GET_CHANGE = "route53:GetChange"

REMOVAL_SECONDS = 120
"""How long the removal of a record can delay a stack, in seconds."""
SYNC_SECONDS = 120
"""How long to wait until all name servers have a record. A verification that looks too early meets
a negative answer, which resolvers keep for long."""

_SESSION_NAME = "privatelink-constructs-record"
_SESSION_SECONDS = 900
_DEFAULT_REGION = "us-east-1"
_REGION_REFUSED = frozenset({"InvalidClientTokenId", "RegionDisabledException"})
"""What STS says in a Region that the account of the role hasn't enabled.

:see: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
"""
_CHANGE_ID, _CHANGED_AT = "Change", "ChangedAt"


def handler(event: Event, context: Context) -> None:
    """Serve an event of CloudFormation."""
    serve(event, context, begin)


def begin(event: Event) -> Step:
    """Return what an event asks for.

    :raises StepError: if a property is missing or wrong; never on Delete.
    """
    if event["RequestType"] != "Delete":
        return Writing(event)
    try:
        return Removal(event)
    except StepError:
        return Nothing(event)


@functools.cache
def sts_client(region: str | None) -> STSClient:
    """Make a client when it is first needed, and keep it for as long as the process lives."""
    return boto3.client("sts", region_name=region, config=CONFIG)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


def route53_client(credentials: CredentialsTypeDef) -> Route53Client:
    """Make a client for the other account; its credentials are those of one attempt."""
    return boto3.client(  # pyright: ignore[reportUnknownMemberType] stubs of a few services only
        "route53",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=CONFIG,
    )


class Zone:
    """The hosted zone of a record, by the role that writes to it.

    :raises RefusedError: if the role can't be assumed.
    """

    def __init__(self, invocation: Invocation, record: Record) -> None:
        """Assume the role."""
        self._ask = invocation.patience.ask
        self._found = invocation.patience.found
        self._record = record
        self._client = route53_client(self._credentials())

    def _credentials(self) -> CredentialsTypeDef:
        here, *elsewhere = _sts_regions()
        try:
            return self._assume(here)
        except RefusedError as error:
            if not elsewhere or error.code not in _REGION_REFUSED:
                raise
            log("INFO", "assuming the role in another Region", said=error.said)
            return self._assume(*elsewhere)

    def _assume(self, region: str | None) -> CredentialsTypeDef:
        record = self._record
        request: AssumeRoleRequestTypeDef = {
            "RoleArn": record.role_arn,
            "RoleSessionName": _SESSION_NAME,
            "DurationSeconds": _SESSION_SECONDS,
        }
        if record.external_id:
            request["ExternalId"] = record.external_id
        answer = self._ask(ASSUME, lambda: sts_client(region).assume_role(**request))
        return answer["Credentials"]

    def find(self) -> ResourceRecordSetOutputTypeDef | None:
        """Return the record set with the name, None if there is none."""
        record = self._record
        answer = self._ask(
            LIST,
            lambda: self._client.list_resource_record_sets(
                HostedZoneId=record.hosted_zone_id,
                StartRecordName=record.name,
                StartRecordType="TXT",
                MaxItems="1",
            ),
        )
        self._found(LIST)
        # The listing starts at the name, and goes on with the next when the name isn't there.
        return next((it for it in answer["ResourceRecordSets"] if record.is_in(it)), None)

    def change(self, change: ChangeTypeDef) -> str:
        """Change the record set, and return the ID of the change."""
        answer = self._ask(
            CHANGE,
            lambda: self._client.change_resource_record_sets(
                HostedZoneId=self._record.hosted_zone_id,
                ChangeBatch={"Comment": "privatelink-constructs", "Changes": [change]},
            ),
            kinds=_change_kind,
        )
        self._found(CHANGE)
        return answer["ChangeInfo"]["Id"]

    def is_in_sync(self, change_id: str) -> bool:
        """Return whether all name servers have a change."""
        answer = self._ask(GET_CHANGE, lambda: self._client.get_change(Id=change_id))
        return answer["ChangeInfo"]["Status"] == "INSYNC"


def _sts_regions() -> list[str | None]:
    """Return where to assume a role: in the function's Region, else in one that is always enabled.

    The other partitions have no Regions that have to be enabled.
    """
    here = os.environ.get("AWS_REGION", _DEFAULT_REGION)
    others = here.startswith(("cn-", "us-gov-", "us-iso", "eusc-")) or here == _DEFAULT_REGION
    return [None] if others else [None, _DEFAULT_REGION]


def _change_kind(code: str) -> Kind:
    """Return what an error code of a change means: another change came first, or it can't be."""
    return Kind.NOT_FOUND if code == "InvalidChangeBatch" else kind_of(code)


class Writing:
    """A value that has to be in a hosted zone."""

    poll_seconds = 5.0

    def __init__(self, event: Event) -> None:
        """Read the properties.

        :raises StepError: if one is missing or wrong.
        """
        self._record = Record.from_properties(event["ResourceProperties"])
        self.timeout = self._record.timeout
        self._before = _record_before(event)
        current = event.get("PhysicalResourceId", "")
        # The same record keeps its ID, whatever its spelling: a new one deletes the old record.
        unchanged = self._before is not None and self._before.is_same(self._record)
        self.physical_resource_id: str = current if unchanged else self._record.physical_resource_id
        # A change that failed is rolled back by an update to what the resource is already.
        self._rolled_back = not unchanged and current == self._record.physical_resource_id

    def attempt(self, invocation: Invocation) -> Progress:
        """Write the value unless it is there, and wait until all name servers have it."""
        zone = Zone(invocation, self._record)
        if _CHANGE_ID in invocation.memory:
            return self._after_change(invocation, zone)
        existing = zone.find()
        wanted = with_value(existing, self._record)
        if wanted is None:
            return self._written(invocation, "already there")
        change: ChangeTypeDef = {"Action": "UPSERT", "ResourceRecordSet": wanted}
        invocation.memory[_CHANGE_ID] = zone.change(change)
        invocation.memory[_CHANGED_AT] = clock.now()
        return WAIT

    def _after_change(self, invocation: Invocation, zone: Zone) -> Progress:
        if invocation.is_over or clock.now() - invocation.memory[_CHANGED_AT] >= SYNC_SECONDS:
            return self._written(invocation, "not known to be in sync")
        try:
            in_sync = zone.is_in_sync(invocation.memory[_CHANGE_ID])
        except RefusedError as error:
            if error.kind is not Kind.DENIED:
                raise
            return self._written(invocation, "not known to be in sync")
        return self._written(invocation, "written") if in_sync else WAIT

    def _written(self, invocation: Invocation, message: str) -> Progress:
        record = self._record
        log("INFO", message, hosted_zone_id=record.hosted_zone_id, record_name=record.name)
        if self._rolled_back and self._before is not None:
            _take_out(invocation, self._before)
        data = {"HostedZoneId": record.hosted_zone_id, "RecordName": record.name}
        return Progress(done=True, data=data)

    def refused(self, error: RefusedError) -> str:
        """Say why the record can't be written."""
        return f"{self._cannot}: {_remedy(self._record, error)} AWS says: {error.said}"

    def too_late(self, last: str) -> str:
        """Say what AWS said last."""
        return f"{self._cannot} after {self.timeout} seconds. Last error: {last or 'none'}."

    @property
    def _cannot(self) -> str:
        record = self._record
        return f"{record.name} can't be written in hosted zone {record.hosted_zone_id}"


def _record_before(event: Event) -> Record | None:
    if event["RequestType"] != "Update":
        return None
    try:
        return Record.from_properties(event.get("OldResourceProperties", {}))
    except StepError:
        return None


class Removal:
    """A value that is removed from a hosted zone."""

    poll_seconds = 5.0
    timeout = REMOVAL_SECONDS

    def __init__(self, event: Event) -> None:
        """Read the properties.

        :raises StepError: if one is missing or wrong.
        """
        self.physical_resource_id = str(event["PhysicalResourceId"])
        self._record = Record.from_properties(event["ResourceProperties"])

    def attempt(self, invocation: Invocation) -> Progress:
        """Remove the value; a record that stays must not block the stack."""
        try:
            _remove(invocation, self._record)
        except (RefusedError, LookupError, StepError, TypeError) as error:
            lasting = isinstance(error, StepError) or (
                isinstance(error, RefusedError) and (error.is_final or error.kind is Kind.DENIED)
            )
            if not lasting and not invocation.is_over:
                log("WARNING", "not removed yet", reason=str(error))
                return WAIT
            log("WARNING", "record left behind", reason=str(error))
        return DONE

    def refused(self, error: RefusedError) -> str:
        """Pass the error on."""
        return str(error)

    def too_late(self, last: str) -> str:
        """Say that something was left behind."""
        return f"{self._record.name} was left behind. Last error: {last or 'none'}."


def _take_out(invocation: Invocation, record: Record) -> None:
    """Remove a value that a failed update has written, as far as that works."""
    try:
        _remove(invocation, record)
    except (RefusedError, LookupError, StepError, TypeError) as error:
        log("WARNING", "record left behind", record_name=record.name, reason=str(error))


def _remove(invocation: Invocation, record: Record) -> None:
    zone = Zone(invocation, record)
    change = without_value(zone.find(), record)
    if change is not None:
        zone.change(change)
    said = "removed" if change else "not there"
    log("INFO", said, hosted_zone_id=record.hosted_zone_id, record_name=record.name)


def _remedy(record: Record, error: RefusedError) -> str:
    if error.kind is Kind.DENIED and error.action == ASSUME:
        given = "with" if record.external_id else "without"
        return (
            f"the function may not assume {record.role_arn} ({given} an external ID). Let the "
            "role trust the function's role, and the function's role call sts:AssumeRole on it."
        )
    if error.kind is Kind.DENIED:
        return f"{record.role_arn} may not call {error.action} on the hosted zone. Allow it."
    if error.code == "NoSuchHostedZone":
        return f"the account of {record.role_arn} has no such zone. Check HostedZoneId and RoleArn."
    return f"{error.action} failed."
