"""
Handlers of the custom resource that proves the private DNS name of an endpoint service.

The file is complete in itself, so that it works as the ``index`` of a Lambda asset and as a
module of the package alike. ``on_event`` and ``is_complete`` follow the contract of the CDK's
provider framework: what ``on_event`` returns is merged into the event that ``is_complete`` gets,
only ``Data`` reaches the stack, and a pending answer may carry no ``Data``.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
"""

from __future__ import annotations

import enum
import functools
import json
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import ServiceConfigurationTypeDef

DEFAULT_TIMEOUT_SECONDS = 1800
# CloudFormation ends a custom resource after an hour, and its own message says nothing of DNS.
LONGEST_TIMEOUT_SECONDS = 3300

# Nothing that ``is_complete`` does can be remembered for its next call, and a verification that
# was never requested looks like one under way. Where ``on_event`` could not request it, the
# polls in the first part of each period do: AWS is asked again without being asked all the time.
_REQUEST_PERIOD = timedelta(minutes=5)
_REQUEST_WINDOW = timedelta(seconds=90)
# A permission that was given a moment ago isn't known everywhere yet.
_GRANT_WINDOW = timedelta(seconds=60)

_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthFailure", "UnauthorizedOperation"}
)
# CloudFormation refuses a response of more than 4 KiB.
_LONGEST_QUOTE = 400


class VerificationError(Exception):
    """The name can't be verified; the message is what CloudFormation shows."""


class DeniedError(VerificationError):
    """The function may not do what it has to."""


class TryAgainError(Exception):
    """AWS didn't answer this time; the next poll asks again."""


class Step(enum.Enum):
    """What is to be done about a name."""

    DONE = "done"
    REQUEST = "request"
    WAIT = "wait"


@dataclass(frozen=True)
class Expected:
    """What the template says: the name, and the record that proves it."""

    service_id: str
    private_dns_name: str
    record_name: str
    record_value: str
    timeout: timedelta

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Expected:
        """
        Read the properties of the custom resource.

        :raises VerificationError: when one is missing, or the timeout is out of range
        """
        return cls(
            service_id=_required(properties, "ServiceId"),
            private_dns_name=_normal_name(_required(properties, "PrivateDnsName")),
            record_name=_normal_name(_required(properties, "RecordName")),
            record_value=_required(properties, "RecordValue").strip('"'),
            timeout=_timeout(properties),
        )

    @property
    def physical_resource_id(self) -> str:
        """The same for the same service, name and value, and for nothing else."""
        return f"{self.service_id}/{self.private_dns_name}/{self.record_value}"

    @property
    def record(self) -> str:
        """The record as a person would look for it."""
        return f'{self.record_name} of type TXT with the value "{self.record_value}"'


@dataclass(frozen=True)
class Seen:
    """What AWS says about the service's private DNS name; empty where it says nothing."""

    private_dns_name: str
    record_label: str
    record_value: str
    service_state: str
    state: str

    @classmethod
    def from_configuration(cls, configuration: ServiceConfigurationTypeDef) -> Seen:
        """Read one entry of ``DescribeVpcEndpointServiceConfigurations``."""
        name = configuration.get("PrivateDnsNameConfiguration", {})
        return cls(
            private_dns_name=_normal_name(configuration.get("PrivateDnsName", "")),
            record_label=name.get("Name", ""),
            record_value=name.get("Value", ""),
            service_state=configuration.get("ServiceState", ""),
            state=name.get("State", ""),
        )

    def describe(self) -> str:
        """All of it in one line."""
        return (
            f"state {self.state or 'none'}, "
            f"private DNS name of the service {self.private_dns_name or 'none'}, "
            f"record label {self.record_label or 'none'}, "
            f"record value {self.record_value or 'none'}"
        )


@dataclass(frozen=True)
class Progress:
    """How far one call came."""

    step: Step
    seen: Seen | None = None
    error: str = ""

    def describe(self) -> str:
        """Say what is seen, and the last error if there is one."""
        seen = self.seen.describe() if self.seen else "nothing"
        return f"{seen}; last error: {self.error}" if self.error else seen


def on_event(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """
    Start the verification unless the name is verified already; do nothing on Delete.

    :param event: the event of CloudFormation, with ``ResourceProperties``
    :raises VerificationError: when waiting is of no use
    """
    if event["RequestType"] == "Delete":
        return {"PhysicalResourceId": event["PhysicalResourceId"]}
    expected = Expected.from_properties(event["ResourceProperties"])
    since = now()
    progress = _advance(expected, requested=False, elapsed=timedelta())
    _log_progress(event, expected, progress)
    return {
        "PhysicalResourceId": expected.physical_resource_id,
        "Verification": {
            "Requested": progress.step is Step.REQUEST and not progress.error,
            "Since": since.isoformat(),
        },
    }


def is_complete(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """
    Look at the state of the name, and start the verification again when it failed.

    :param event: the event of CloudFormation, extended by what ``on_event`` returned
    :raises VerificationError: when waiting is of no use, or the name's own time is up
    """
    if event["RequestType"] == "Delete":
        return {"IsComplete": True}
    expected = Expected.from_properties(event["ResourceProperties"])
    elapsed = now() - datetime.fromisoformat(event["Verification"]["Since"])
    requested = event["Verification"]["Requested"] or elapsed % _REQUEST_PERIOD >= _REQUEST_WINDOW
    progress = _advance(expected, requested=requested, elapsed=elapsed)
    _log_progress(event, expected, progress)
    if progress.step is Step.DONE:
        return {"IsComplete": True, "Data": _data(expected)}
    if elapsed >= expected.timeout:
        raise VerificationError(_timeout_message(expected, progress))
    return {"IsComplete": False}


def next_step(expected: Expected, seen: Seen, *, requested: bool) -> Step:
    """
    Decide what to do about a name.

    A description of another name or value is waited out: it may be from before the service's
    latest change, and verifying what isn't wanted is of no use.

    :param requested: whether the verification was requested already
    """
    if seen.private_dns_name != expected.private_dns_name:
        return Step.WAIT
    if seen.record_value not in {"", expected.record_value}:
        return Step.WAIT
    # The API answers in another letter case than its model lists.
    state = seen.state.lower()
    if state == "verified":
        return Step.DONE
    return Step.WAIT if requested and state != "failed" else Step.REQUEST


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(tz=timezone.utc)


@functools.cache
def ec2_client() -> EC2Client:
    """Make the client when it is first needed, and keep it for as long as the process lives."""
    config = Config(
        connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4}
    )
    return boto3.client("ec2", config=config)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


def log(level: str, message: str, **fields: str | None) -> None:
    """Write one line of JSON; never whole events, since their response URL is a credential."""
    line = json.dumps({"level": level, "message": message, **fields}, sort_keys=True)
    sys.stdout.write(f"{line}\n")


def _required(properties: Mapping[str, Any], name: str) -> str:
    value = str(properties.get(name, "")).strip()
    if not value:
        message = f"the property {name} of the custom resource is missing"
        raise VerificationError(message)
    return value


def _timeout(properties: Mapping[str, Any]) -> timedelta:
    text = str(properties.get("TimeoutSeconds", DEFAULT_TIMEOUT_SECONDS))
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST_TIMEOUT_SECONDS:
        message = (
            f"the property TimeoutSeconds is {text}: "
            f"give a whole number of seconds from 1 to {LONGEST_TIMEOUT_SECONDS}"
        )
        raise VerificationError(message)
    return timedelta(seconds=int(text))


def _normal_name(name: str) -> str:
    return name.lower().rstrip(".")


def _advance(expected: Expected, *, requested: bool, elapsed: timedelta) -> Progress:
    seen = None
    step = Step.WAIT
    try:
        seen = _look(expected)
        step = next_step(expected, seen, requested=requested)
        if step is Step.REQUEST:
            _request(expected)
    except TryAgainError as error:
        return Progress(step, seen, str(error))
    except DeniedError as error:
        if elapsed >= _GRANT_WINDOW:
            raise
        return Progress(step, seen, str(error))
    return Progress(step, seen)


def _look(expected: Expected) -> Seen:
    answer = _ask(
        expected,
        "ec2:DescribeVpcEndpointServiceConfigurations",
        lambda: ec2_client().describe_vpc_endpoint_service_configurations(
            ServiceIds=[expected.service_id]
        ),
    )
    configurations = answer.get("ServiceConfigurations", [])
    if not configurations:
        raise VerificationError(_gone_message(expected, "AWS lists no such service"))
    seen = Seen.from_configuration(configurations[0])
    if seen.service_state.lower() in {"deleted", "deleting", "failed"}:
        raise VerificationError(_gone_message(expected, f"its state is {seen.service_state}"))
    return seen


def _request(expected: Expected) -> None:
    _ask(
        expected,
        "ec2:StartVpcEndpointServicePrivateDnsVerification",
        lambda: ec2_client().start_vpc_endpoint_service_private_dns_verification(
            ServiceId=expected.service_id
        ),
    )


def _ask(expected: Expected, action: str, call: Callable[[], Any]) -> Any:  # noqa: ANN401 the answers have no type in common
    try:
        return call()
    except ClientError as error:
        raise _translated(expected, action, error) from error
    except BotoCoreError as error:
        message = f"{action}: {error}"
        raise TryAgainError(message) from error


def _translated(
    expected: Expected, action: str, error: ClientError
) -> VerificationError | TryAgainError:
    """Whatever isn't known to be final is worth another try until the time is up."""
    details = error.response.get("Error", {})
    code = details.get("Code", "")
    said = f"{code}: {_quotable(details.get('Message', ''))}"
    if code in _DENIED:
        return DeniedError(_denied_message(expected, action, said))
    if code.endswith((".NotFound", ".Malformed")):
        return VerificationError(_gone_message(expected, said))
    return TryAgainError(f"{action}: {said}")


def _quotable(message: str) -> str:
    # The encoded part is long, and readable only to those who may decode it.
    return message.partition("Encoded authorization failure message")[0].strip()[:_LONGEST_QUOTE]


def _denied_message(expected: Expected, action: str, said: str) -> str:
    return (
        f"{expected.private_dns_name} can't be verified: the function may not call {action} for "
        f"{expected.service_id}. Allow it in the function's role, and look for a service control "
        "policy that denies it (a service with further Regions needs vpce:AllowMultiRegion too). "
        f"AWS says: {said}"
    )


def _gone_message(expected: Expected, said: str) -> str:
    return (
        f"{expected.private_dns_name} can't be verified: there is no endpoint service "
        f"{expected.service_id} any more ({said}). Deploy the service again, or take the name out."
    )


def _timeout_message(expected: Expected, progress: Progress) -> str:
    return (
        f"{expected.private_dns_name} of {expected.service_id} is not verified after "
        f"{expected.timeout.total_seconds():.0f} seconds. There should be a public record "
        f"{expected.record}. Seen: {progress.describe()}. Check what public resolvers "
        "answer for the record, then deploy again."
    )


def _data(expected: Expected) -> dict[str, str]:
    return {
        "PrivateDnsName": expected.private_dns_name,
        "RecordName": expected.record_name,
        "RecordValue": expected.record_value,
        "ServiceId": expected.service_id,
        "State": "verified",
        "VerifiedAt": now().isoformat(timespec="seconds"),
    }


def _log_progress(event: Mapping[str, Any], expected: Expected, progress: Progress) -> None:
    log(
        "WARNING" if progress.error else "INFO",
        "private DNS name looked at",
        logical_id=event.get("LogicalResourceId"),
        private_dns_name=expected.private_dns_name,
        record_name=expected.record_name,
        request_type=event["RequestType"],
        seen=progress.describe(),
        service_id=expected.service_id,
        stack_id=event.get("StackId"),
        step=progress.step.value,
    )
