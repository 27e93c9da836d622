"""The services of AWS that the functions of the package call, in memory.

Each answers only what is asked in the form that the functions use, and lets the world decide how
long a call takes and whether it fails.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.support.lambda_world import refusal

from privatelink_constructs.runtime.custom_resources import (
    refresh_zones,
    reject_connections,
    verify_private_dns,
    write_delegated_record,
)

if TYPE_CHECKING:
    import pytest
    from tests.support.lambda_world import World

SERVICE = "vpce-svc-0123456789abcdef0"
STACK = "arn:aws:cloudformation:eu-west-1:111111111111:stack/Provider/1"
ROOT = "arn:aws:cloudformation:eu-west-1:111111111111:stack/Root/1"
NAME = "payments.example.com"
LABEL = "_6e86v84tqgqubxbwii1m"
VALUE = "vpce:l6p0ERxlTt45jevFwOCp"
ZONE_ID = "Z0123456789ABCDEFGHIJ"
ROLE = "arn:aws:iam::222222222222:role/Dns"


class VerifiedService:
    """A service with a private DNS name, as EC2 sees it.

    What can be set: the state of the name until a verification is started, how long that takes, and
    what comes of it.
    """

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self._world = world
        self.state: str | None = "pendingVerification"
        self.name: str | None = NAME
        self.value = VALUE
        self.service_state: str | None = "Available"
        self.listed = True
        self.takes = 30.0
        self.outcome = "verified"
        self._started: float | None = None
        monkeypatch.setattr(verify_private_dns, "ec2_client", lambda: self)

    def describe_vpc_endpoint_service_configurations(self, **arguments: Any) -> dict[str, Any]:
        self._world.call(verify_private_dns.DESCRIBE)
        assert arguments == {"ServiceIds": [SERVICE]}
        found = [self._configuration()] if self.listed else []
        return {"ServiceConfigurations": found}

    def _configuration(self) -> dict[str, Any]:
        found: dict[str, Any] = {"ServiceId": SERVICE}
        if self.service_state:
            found["ServiceState"] = self.service_state
        if self.name:
            found["PrivateDnsName"] = self.name
        state = self.current_state()
        if state:
            details = {"Name": LABEL, "State": state, "Type": "TXT", "Value": self.value}
            found["PrivateDnsNameConfiguration"] = details
        return found

    def current_state(self) -> str | None:
        if self._started is not None and self._world.time >= self._started + self.takes:
            return self.outcome
        return self.state

    def start_vpc_endpoint_service_private_dns_verification(self, **arguments: Any) -> object:
        self._world.call(verify_private_dns.START)
        assert arguments == {"ServiceId": SERVICE}
        self._started = self._world.time
        self.state = "pendingVerification"
        return {"ReturnValue": True}


class RegionalService:
    """A service over load balancers that gained zones, as EC2 sees it."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self._world = world
        self.attached = ["arn:lb/a", "arn:lb/b"]
        self.offered = ["eu-west-1a"]
        self.gains = ["eu-west-1b"]
        self.ids = ["euw1-az1"]
        self.listed = True
        self.service_state = "Available"
        self.takes = 300.0
        """How long after the beginning AWS knows the zones."""
        self.adds = True
        self.acceptance: bool | None = False
        self.modified: list[dict[str, Any]] = []
        monkeypatch.setattr(refresh_zones, "ec2_client", lambda: self)

    def describe_vpc_endpoint_service_configurations(self, **arguments: Any) -> dict[str, Any]:
        self._world.call(refresh_zones.DESCRIBE)
        assert arguments == {"ServiceIds": [SERVICE]}
        found: dict[str, Any] = {
            "ServiceId": SERVICE,
            "ServiceState": self.service_state,
            "AvailabilityZones": [*self.offered],
            "AvailabilityZoneIds": [*self.ids],
            "NetworkLoadBalancerArns": [*self.attached],
        }
        if self.acceptance is not None:
            found["AcceptanceRequired"] = self.acceptance
        return {"ServiceConfigurations": [found] if self.listed else []}

    def modify_vpc_endpoint_service_configuration(self, **arguments: Any) -> object:
        self._world.call(refresh_zones.MODIFY, **arguments)
        if "AddNetworkLoadBalancerArns" in arguments and not self.adds:
            raise refusal("InvalidParameter", "It is there already.")
        self.modified.append(arguments)
        if self._world.seconds >= self.takes:
            self.offered = [*self.offered, *self.gains]
        return {"Return": True}


class Connections:
    """The connections of a service and the stack that it is in.

    What can be set: the states of the connections, what a call is refused with that names one of
    them, and the status of the stacks.
    """

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self._world = world
        self.states: dict[str, str] = {}
        self.refused_calls: dict[str, str] = {}
        self.refused_items: dict[str, str] = {}
        self.status = "DELETE_IN_PROGRESS"
        self.root: str | None = None
        self.root_status = "DELETE_IN_PROGRESS"
        self.resource: dict[str, str] | None = {
            "PhysicalResourceId": SERVICE,
            "ResourceStatus": "CREATE_COMPLETE",
        }
        self.page_size = 1000
        self.rejected: list[str] = []
        monkeypatch.setattr(reject_connections, "ec2_client", lambda: self)
        monkeypatch.setattr(reject_connections, "cloudformation_client", lambda: self)

    def connect(self, count: int, state: str = "available") -> list[str]:
        ids = [f"vpce-{number:05}" for number in range(count)]
        self.states |= dict.fromkeys(ids, state)
        return ids

    @property
    def live(self) -> set[str]:
        return {key for key, state in self.states.items() if state != "rejected"}

    def describe_stacks(self, **arguments: Any) -> dict[str, Any]:
        self._world.call(reject_connections.DESCRIBE_STACKS, **arguments)
        if arguments == {"StackName": ROOT}:
            return {"Stacks": [{"StackStatus": self.root_status}]}
        assert arguments == {"StackName": STACK}
        nested = {"RootId": self.root} if self.root else {}
        return {"Stacks": [{"StackStatus": self.status, **nested}]}

    def describe_stack_resource(self, **arguments: Any) -> dict[str, Any]:
        self._world.call(reject_connections.DESCRIBE_RESOURCE)
        assert arguments == {"StackName": STACK, "LogicalResourceId": "Service"}
        if self.resource is None:
            raise refusal("ValidationError", "Resource Service does not exist for stack Provider")
        return {"StackResourceDetail": dict(self.resource)}

    def describe_vpc_endpoint_connections(self, **arguments: Any) -> dict[str, Any]:
        self._world.call(reject_connections.DESCRIBE)
        assert arguments["Filters"] == [{"Name": "service-id", "Values": [SERVICE]}]
        start = int(arguments.get("NextToken", 0))
        end = start + min(self.page_size, arguments["MaxResults"])
        found = [
            {"VpcEndpointId": key, "VpcEndpointOwner": "222222222222", "VpcEndpointState": state}
            for key, state in sorted(self.states.items())[start:end]
        ]
        more = {"NextToken": str(end)} if end < len(self.states) else {}
        return {"VpcEndpointConnections": found, **more}

    def reject_vpc_endpoint_connections(self, **arguments: Any) -> dict[str, Any]:
        ids = arguments["VpcEndpointIds"]
        self._world.call(reject_connections.REJECT, ids=ids)
        assert arguments["ServiceId"] == SERVICE
        assert 0 < len(ids) <= reject_connections.BATCH_SIZE
        for key in ids:
            if key in self.refused_calls:
                raise refusal(self.refused_calls[key])
        unsuccessful = [
            {"ResourceId": key, "Error": {"Code": self.refused_items[key]}}
            for key in ids
            if key in self.refused_items
        ]
        done = [key for key in ids if key not in self.refused_items]
        self.rejected += done
        self.states |= dict.fromkeys(done, "rejected")
        return {"Unsuccessful": unsuccessful}


class HostedZones:
    """Hosted zones of another account, the role that writes to them, and STS."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self._world = world
        self.zones: dict[str, dict[str, dict[str, Any]]] = {ZONE_ID: {}}
        self.roles = {ROLE: {ZONE_ID}}
        self.assumed: list[dict[str, Any]] = []
        self.regions: list[str | None] = []
        self.disabled: set[str | None] = set()
        self.takes = 30.0
        self.changes: list[dict[str, Any]] = []
        self._changed_at = 0.0
        self._role = ""
        monkeypatch.setattr(write_delegated_record, "sts_client", self._sts_client)
        monkeypatch.setattr(write_delegated_record, "route53_client", self._route53_client)

    def _sts_client(self, region: str | None) -> HostedZones:
        self.regions.append(region)
        return self

    def _route53_client(self, credentials: dict[str, str]) -> HostedZones:
        self._role = credentials["AccessKeyId"]
        return self

    def assume_role(self, **arguments: Any) -> dict[str, Any]:
        self._world.call(write_delegated_record.ASSUME)
        self.assumed.append(arguments)
        if self.regions[-1] in self.disabled:
            raise refusal("RegionDisabledException", "STS is not activated in this region.")
        if arguments["RoleArn"] not in self.roles:
            raise refusal("AccessDenied", "Not authorized to perform: sts:AssumeRole")
        credentials = {
            "AccessKeyId": arguments["RoleArn"],
            "SecretAccessKey": "secret",
            "SessionToken": "token",
        }
        return {"Credentials": credentials}

    def _zone(self, zone_id: str) -> dict[str, dict[str, Any]]:
        if zone_id not in self.zones:
            raise refusal("NoSuchHostedZone", "No hosted zone found with ID")
        if zone_id not in self.roles[self._role]:
            raise refusal("AccessDenied", "Not authorized")
        return self.zones[zone_id]

    def list_resource_record_sets(self, **arguments: Any) -> dict[str, Any]:
        self._world.call(write_delegated_record.LIST)
        records = self._zone(arguments["HostedZoneId"])
        start = arguments["StartRecordName"]
        found = [copy.deepcopy(it) for name, it in sorted(records.items()) if name >= start]
        return {"ResourceRecordSets": found[: int(arguments["MaxItems"])]}

    def change_resource_record_sets(self, **arguments: Any) -> dict[str, Any]:
        self._world.call(write_delegated_record.CHANGE)
        records = self._zone(arguments["HostedZoneId"])
        (change,) = arguments["ChangeBatch"]["Changes"]
        record = change["ResourceRecordSet"]
        name = record["Name"].rstrip(".")
        if change["Action"] == "UPSERT":
            records[name] = copy.deepcopy(record)
        elif records.get(name) == record:
            del records[name]
        else:
            raise refusal("InvalidChangeBatch", "The values provided do not match")
        self.changes.append(change)
        self._changed_at = self._world.time
        return {"ChangeInfo": {"Id": "/change/C1"}}

    def get_change(self, **arguments: Any) -> dict[str, Any]:
        self._world.call(write_delegated_record.GET_CHANGE)
        assert arguments == {"Id": "/change/C1"}
        done = self._world.time >= self._changed_at + self.takes
        return {"ChangeInfo": {"Status": "INSYNC" if done else "PENDING"}}

    def put(self, *values: str, zone: str = ZONE_ID, ttl: int = 60, **more: Any) -> None:
        """Write a record set as somebody else would."""
        name = f"{LABEL}.{NAME}"
        self.zones[zone][name] = {
            "Name": name,
            "Type": "TXT",
            "TTL": ttl,
            "ResourceRecords": [{"Value": f'"{value}"'} for value in values],
            **more,
        }

    def values(self, zone: str = ZONE_ID) -> list[str]:
        found = self.zones[zone].get(f"{LABEL}.{NAME}", {}).get("ResourceRecords", [])
        return [it["Value"].strip('"') for it in found]
