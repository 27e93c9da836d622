"""What PrivateLink knows: services, endpoints and notifications of all accounts and Regions."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from tests.deploy.extension import emulated
from tests.deploy.extension.wire import Refusal

# How long AWS takes, in seconds: long enough that a client which doesn't wait is found out.
SETTLING_TIME = 0.5
ZONE_DELAY = 2.0

PENDING_ACCEPTANCE = "pendingAcceptance"
PENDING = "pending"
AVAILABLE = "available"
REJECTED = "rejected"
LIVE = frozenset({PENDING_ACCEPTANCE, PENDING, AVAILABLE})

PENDING_VERIFICATION = "pendingVerification"
VERIFIED = "verified"
FAILED = "failed"


def new_id(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(9)[:17]}"


def account() -> str:
    return emulated.responses.get_account_id()


def region() -> str:
    return emulated.responses.get_region()


def now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class PrivateDns:
    """A service's private DNS name, and its proof."""

    name: str
    label: str = field(default_factory=lambda: f"_{secrets.token_hex(10)}")
    value: str = field(default_factory=lambda: f"vpce:{secrets.token_hex(10)}")
    state: str = PENDING_VERIFICATION
    requested: float | None = None

    @property
    def record_name(self) -> str:
        return f"{self.label}.{self.name.removeprefix('*.')}"

    def settle(self) -> None:
        """Look the record up once the time for it has come."""
        if self.requested is not None and time.monotonic() - self.requested >= SETTLING_TIME:
            self.requested = None
            self.state = VERIFIED if self.value in public_txt(self.record_name) else FAILED


@dataclass
class Service:
    """An endpoint service."""

    account: str
    region: str
    service_id: str = field(default_factory=lambda: new_id("vpce-svc"))
    acceptance_required: bool = True
    contributor_insights: bool = False
    load_balancers: list[str] = field(default_factory=list[str])
    payer_responsibility: str | None = None
    principals: set[str] = field(default_factory=set[str])
    private_dns: PrivateDns | None = None
    supported_ip_address_types: list[str] = field(default_factory=lambda: ["ipv4"])
    supported_regions: set[str] = field(default_factory=set[str])
    zones: set[str] = field(default_factory=set[str])

    @property
    def name(self) -> str:
        return f"com.amazonaws.vpce.{self.region}.{self.service_id}"

    @property
    def regions(self) -> set[str]:
        """The host Region is always in."""
        return {self.region, *self.supported_regions}

    def verification(self) -> PrivateDns | None:
        if self.private_dns is not None:
            self.private_dns.settle()
        return self.private_dns

    def endpoints(self) -> list[Endpoint]:
        return [item for item in ENDPOINTS.values() if item.service_id == self.service_id]

    def live_endpoints(self) -> list[Endpoint]:
        return [item for item in self.endpoints() if item.current_state() in LIVE]


@dataclass
class Endpoint:
    """An interface endpoint to an endpoint service: for the provider, a connection."""

    account: str
    region: str
    vpc_id: str
    service_id: str
    service_name: str
    service_region: str
    state: str
    ip_address_type: str = "ipv4"
    private_dns_enabled: bool = False
    private_dns_name: str | None = None
    security_groups: list[str] = field(default_factory=list[str])
    subnets: list[str] = field(default_factory=list[str])
    created: datetime = field(default_factory=now)
    endpoint_id: str = field(default_factory=lambda: new_id("vpce"))
    suffix: str = field(default_factory=lambda: secrets.token_hex(4))
    pending_since: float = field(default_factory=time.monotonic)
    interfaces: dict[str, str] = field(default_factory=dict[str, str])

    def current_state(self) -> str:
        if self.state == PENDING and time.monotonic() - self.pending_since >= SETTLING_TIME:
            self.state = AVAILABLE
        return self.state

    def accept(self) -> None:
        self.state, self.pending_since = PENDING, time.monotonic()

    def use(self, subnets: list[str]) -> None:
        """Keep the network interfaces of subnets that stay."""
        self.subnets = subnets
        self.interfaces = {
            name: self.interfaces.get(name) or new_id("eni") for name in sorted(subnets)
        }

    def dns_entries(self) -> list[dict[str, str]]:
        """The regional name comes first, and the private one last; the rest has no order."""
        domain = f"{self.service_id}.{self.service_region}.vpce.amazonaws.com"
        stem = f"{self.endpoint_id}-{self.suffix}"
        zones = sorted({subnet_zone(self.account, self.region, item) for item in self.subnets})
        names = [f"{stem}.{domain}", *(f"{stem}-{zone}.{domain}" for zone in reversed(zones))]
        entries = [{"DnsName": name, "HostedZoneId": "Z38GZ743OKFT7T"} for name in names]
        if self.private_dns_enabled and self.private_dns_name:
            entries.append({"DnsName": self.private_dns_name, "HostedZoneId": "Z0EMULATED"})
        return entries


@dataclass
class Notification:
    """A connection notification."""

    account: str
    region: str
    topic_arn: str
    events: list[str]
    service_id: str | None = None
    endpoint_id: str | None = None
    notification_id: str = field(default_factory=lambda: new_id("vpce-nfn"))


SERVICES: dict[str, Service] = {}
ENDPOINTS: dict[str, Endpoint] = {}
NOTIFICATIONS: dict[str, Notification] = {}
# When a subnet was added to a load balancer that a service has, by ARN and zone.
ZONES_ADDED: dict[tuple[str, str], float] = {}


def own_service(service_id: str) -> Service:
    found = SERVICES.get(service_id)
    if found is None or (found.account, found.region) != (account(), region()):
        raise Refusal(
            "InvalidVpcEndpointServiceId.NotFound",
            f"The VpcEndpointService Id '{service_id}' does not exist",
        )
    return found


def own_endpoint(endpoint_id: str) -> Endpoint:
    found = ENDPOINTS.get(endpoint_id)
    if found is None or (found.account, found.region) != (account(), region()):
        raise Refusal(
            "InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
        )
    return found


def service_of_load_balancer(arn: str) -> Service | None:
    return next((item for item in SERVICES.values() if arn in item.load_balancers), None)


def load_balancer(arn: str) -> dict[str, Any] | None:
    return emulated.alb._lbs.get(arn)


def load_balancer_zones(arn: str) -> set[str]:
    """Zones that AWS knows of by now: one added a moment ago isn't there yet."""
    subnets = (load_balancer(arn) or {}).get("Subnets", [])
    moment = time.monotonic()
    return {
        zone
        for zone in (subnet_zone(account(), region(), item) for item in subnets)
        if moment - ZONES_ADDED.get((arn, zone), 0.0) >= ZONE_DELAY
    }


def subnet_zone(owner: str, home: str, subnet_id: str) -> str:
    subnet = emulated.ec2._subnets.get_scoped(owner, home, subnet_id)
    if subnet is None:
        raise Refusal("InvalidSubnetID.NotFound", f"The subnet ID '{subnet_id}' does not exist")
    return subnet["AvailabilityZone"]


def public_txt(name: str) -> list[str]:
    """Look a TXT record up in the public zones of all accounts, as the internet would."""
    public = {key for key, zone in emulated.route53._zones._data.items() if not zone.get("private")}
    wanted = f"{name.rstrip('.').lower()}."
    return [
        value.strip('"')
        for key, records in emulated.route53._records._data.items()
        if key in public
        for record in records
        if record["Type"] == "TXT" and record["Name"].lower() == wanted
        for value in record.get("ResourceRecords", [])
    ]
