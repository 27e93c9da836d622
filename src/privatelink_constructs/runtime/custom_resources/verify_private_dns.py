"""Verifies the private DNS name of an endpoint service, and waits until AWS has done it.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import boto3

from . import clock
from .lifecycle import WAIT, Nothing, Progress, serve
from .logbook import log
from .patience import CONFIG, Kind
from .properties import normal_name, required, timeout_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import ServiceConfigurationTypeDef

    from .lifecycle import Context, Event, Invocation, Step
    from .patience import RefusedError

DESCRIBE = "ec2:DescribeVpcEndpointServiceConfigurations"
START = "ec2:StartVpcEndpointServicePrivateDnsVerification"
_GONE = frozenset({"deleted", "deleting", "failed"})
_STARTED = "Started"


def handler(event: Event, context: Context) -> None:
    """Serve an event of CloudFormation."""
    serve(event, context, begin)


def begin(event: Event) -> Step:
    """Return what an event asks for: nothing on Delete.

    :raises StepError: if a property is missing or wrong.
    """
    if event["RequestType"] == "Delete":
        return Nothing(event)
    return Verification(Expected.from_properties(event["ResourceProperties"]))


@functools.cache
def ec2_client() -> EC2Client:
    """Create the client when it is first needed, and keep it for the lifetime of the process."""
    return boto3.client("ec2", config=CONFIG)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


@dataclass(frozen=True)
class Expected:
    """What the template says: the name, and the record that verifies it."""

    service_id: str
    private_dns_name: str
    record_name: str
    record_value: str
    timeout: int

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Expected:
        """Read the properties of the custom resource.

        :raises StepError: if one is missing, or the timeout is out of range.
        """
        return cls(
            service_id=required(properties, "ServiceId"),
            private_dns_name=normal_name(required(properties, "PrivateDnsName")),
            record_name=normal_name(required(properties, "RecordName")),
            record_value=required(properties, "RecordValue").strip('"'),
            timeout=timeout_of(properties),
        )


@dataclass(frozen=True)
class Seen:
    """What AWS says about the private DNS name of a service; empty if it says nothing."""

    private_dns_name: str
    record_label: str
    record_value: str
    state: str

    @classmethod
    def from_configuration(cls, configuration: ServiceConfigurationTypeDef) -> Seen:
        """Read one entry of ``DescribeVpcEndpointServiceConfigurations``."""
        name = configuration.get("PrivateDnsNameConfiguration", {})
        return cls(
            private_dns_name=normal_name(configuration.get("PrivateDnsName", "")),
            record_label=name.get("Name", ""),
            record_value=name.get("Value", ""),
            state=name.get("State", ""),
        )

    def describe(self) -> str:
        """Return all of it in one line."""
        return (
            f"state {self.state or 'none'}, "
            f"private DNS name of the service {self.private_dns_name or 'none'}, "
            f"record label {self.record_label or 'none'}, "
            f"record value {self.record_value or 'none'}"
        )


class Verification:
    """The verification of one name."""

    poll_seconds = 15.0

    def __init__(self, expected: Expected) -> None:
        """Begin without having seen anything."""
        self._expected = expected
        self._seen = "nothing"

    @property
    def physical_resource_id(self) -> str:
        """The same for the same service, name, and value, and for nothing else."""
        expected = self._expected
        return f"{expected.service_id}/{expected.private_dns_name}/{expected.record_value}"

    @property
    def timeout(self) -> float:
        """How long the template allows to wait."""
        return self._expected.timeout

    def attempt(self, invocation: Invocation) -> Progress:
        """Look at the state, and start the verification if it wasn't started or has failed.

        If the service still has another name or value, the function waits, because the description
        can be older than the latest change of the service.
        """
        seen = self._look(invocation)
        self._seen = seen.describe()
        log("INFO", "looked at the private DNS name", seen=self._seen)
        expected = self._expected
        if seen.private_dns_name != expected.private_dns_name:
            return WAIT
        if seen.record_value not in {"", expected.record_value}:
            return WAIT
        # The API answers in another letter case than its model lists.
        state = seen.state.lower()
        if state == "verified":
            return Progress(done=True, data=self._data())
        if state == "failed" or not invocation.memory.get(_STARTED):
            self._start(invocation)
        return WAIT

    def _look(self, invocation: Invocation) -> Seen:
        patience, service_id = invocation.patience, self._expected.service_id
        answer = patience.ask(
            DESCRIBE,
            lambda: ec2_client().describe_vpc_endpoint_service_configurations(
                ServiceIds=[service_id]
            ),
        )
        configurations = answer.get("ServiceConfigurations", [])
        if not configurations:
            raise patience.missing(DESCRIBE, "AWS lists no such service")
        state = configurations[0].get("ServiceState", "")
        if state.lower() in _GONE:
            raise patience.missing(DESCRIBE, f"the state of the service is {state}")
        patience.found(DESCRIBE)
        return Seen.from_configuration(configurations[0])

    def _start(self, invocation: Invocation) -> None:
        service_id = self._expected.service_id
        invocation.patience.ask(
            START,
            lambda: ec2_client().start_vpc_endpoint_service_private_dns_verification(
                ServiceId=service_id
            ),
        )
        invocation.memory[_STARTED] = True
        log("INFO", "started the verification")

    def refused(self, error: RefusedError) -> str:
        """Say why the name can't be verified."""
        expected = self._expected
        begin = f"{expected.private_dns_name} can't be verified: "
        if error.kind is Kind.DENIED:
            return (
                f"{begin}the function may not call {error.action} for {expected.service_id}. Allow "
                "it in the function's role, and look for a service control policy that denies it "
                "(a service with further Regions needs vpce:AllowMultiRegion too). AWS says: "
                f"{error.said}"
            )
        return (
            f"{begin}there is no endpoint service {expected.service_id} any more ({error.said}). "
            "Deploy the service again, or remove the name."
        )

    def too_late(self, last: str) -> str:
        """Say which record is missing, and what is seen."""
        expected = self._expected
        last_error = f"; last error: {last}" if last else ""
        return (
            f"{expected.private_dns_name} of {expected.service_id} is not verified after "
            f"{expected.timeout} seconds. There should be a public record "
            f'{expected.record_name} of type TXT with the value "{expected.record_value}". '
            f"Seen: {self._seen}{last_error}. Check what public resolvers answer for the record, "
            "then deploy again."
        )

    def _data(self) -> dict[str, str]:
        expected = self._expected
        seen_at = datetime.fromtimestamp(clock.now(), timezone.utc)
        return {
            "PrivateDnsName": expected.private_dns_name,
            "RecordName": expected.record_name,
            "RecordValue": expected.record_value,
            "ServiceId": expected.service_id,
            "State": "verified",
            "VerifiedAt": seen_at.isoformat(timespec="seconds"),
        }
