"""What every implementation defines: services in three zones, each with two consumers."""

from __future__ import annotations

import math

ACCOUNT = "111111111111"
CONSUMER = "222222222222"
REGION = "eu-west-1"
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
CONTEXT = {f"availability-zones:account={ACCOUNT}:region={REGION}": list(ZONES)}
PORT = 443
CLIENTS = "10.1.0.0/16"
CONSUMERS = 2
PER_STACK = 24
"""How many services a stack takes: with the VPCs they stay below CloudFormation's 500 resources."""

LOAD_BALANCER_GROUP = "Network Load Balancers of an endpoint service"
ENDPOINT_GROUP = "Who may connect through the endpoint"
TO_TARGETS = f"targets on tcp {PORT}"


def stacks(services: int) -> list[range]:
    """Return the numbers of the services in each stack."""
    return [
        range(first * PER_STACK, min(services, (first + 1) * PER_STACK))
        for first in range(math.ceil(services / PER_STACK))
    ]


def address(service: int, zone: int) -> str:
    """Return the address of a service's target in a zone, which is a quarter of 10.0.0.0/16."""
    return f"10.0.{zone * 64 + service // 200}.{service % 200 + 10}"
