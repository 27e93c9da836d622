"""Steps that many scenarios share."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_ec2.type_defs import ServiceConfigurationTypeDef, VpcEndpointConnectionTypeDef
    from tests.deploy.accounts import Account

PATIENCE = 15.0


def service_name(service_id: str, region: str = "eu-west-1") -> str:
    return f"com.amazonaws.vpce.{region}.{service_id}"


def described_service(account: Account, service_id: str) -> ServiceConfigurationTypeDef:
    found = account.ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[service_id])
    return found["ServiceConfigurations"][0]


def connections(account: Account, service_id: str) -> list[VpcEndpointConnectionTypeDef]:
    found = account.ec2.describe_vpc_endpoint_connections(
        Filters=[{"Name": "service-id", "Values": [service_id]}]
    )
    return found["VpcEndpointConnections"]


def connection_states(account: Account, service_id: str) -> list[str]:
    return [item.get("VpcEndpointState", "") for item in connections(account, service_id)]


def private_dns_state(account: Account, service_id: str) -> str | None:
    found = described_service(account, service_id)
    return found.get("PrivateDnsNameConfiguration", {}).get("State")


def eventually(look: Callable[[], Any], wanted: Any) -> None:
    """Look until it is as wanted.

    :raises AssertionError: when it never is
    """
    deadline = time.monotonic() + PATIENCE
    seen = look()
    while seen != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
        seen = look()
    assert seen == wanted


def verify(account: Account, service_id: str) -> None:
    """Start the verification of the private name, and wait for it."""
    account.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service_id)
    eventually(lambda: private_dns_state(account, service_id), "verified")
