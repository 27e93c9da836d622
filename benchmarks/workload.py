"""What every implementation defines: services in three zones, each with two consumers.

There are two workloads. They define the same services, and differ in how an app uses them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

ACCOUNT = "111111111111"
CONSUMER = "222222222222"
REGION = "eu-west-1"
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
CONTEXT = {f"availability-zones:account={ACCOUNT}:region={REGION}": list(ZONES)}
PORT = 443
CLIENTS = "10.1.0.0/16"
CONSUMERS = 2

LOAD_BALANCER_GROUP = "Network Load Balancers of an endpoint service"
ENDPOINT_GROUP = "Who may connect through the endpoint"
TO_TARGETS = f"targets on tcp {PORT}"
LOAD_BALANCER_ATTRIBUTES = {
    "deletion_protection.enabled": "false",
    "access_logs.s3.enabled": "false",
}
TARGET_GROUP_ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": "300",
    "proxy_protocol_v2.enabled": "false",
    "preserve_client_ip.enabled": "false",
}


@dataclass(frozen=True, kw_only=True)
class Workload:
    """How an app uses the services.

    :param key: what the command line and the results call it.
    :param title: what it is, in words.
    :param per_stack: the number of services in each stack, which share two VPCs and stay below
        CloudFormation's 500 resources.
    :param typical: whether the app uses the services as most do. Its VPCs are then imported, its
        clients are the CDK's own peers, and cdk-nag is installed. Otherwise each stack defines its
        VPCs, the clients are text, and cdk-nag isn't installed.
    """

    key: str
    title: str
    per_stack: int
    typical: bool

    def stacks(self, services: int) -> list[range]:
        """Return the numbers of the services in each stack."""
        return [
            range(first * self.per_stack, min(services, (first + 1) * self.per_stack))
            for first in range(math.ceil(services / self.per_stack))
        ]


BEST_CASE = Workload(
    key="best-case",
    title="Best case: VPCs of the app, clients as text, cdk-nag isn't installed",
    per_stack=24,
    typical=False,
)
TYPICAL_USE = Workload(
    key="typical-use",
    title="Typical use: imported VPCs, clients as the CDK's peers, cdk-nag is installed",
    per_stack=15,
    typical=True,
)
WORKLOADS = {it.key: it for it in (BEST_CASE, TYPICAL_USE)}


def address(service: int, zone: int) -> str:
    """Return the address of a service's target in a zone, which is a quarter of 10.0.0.0/16."""
    return f"10.0.{zone * 64 + service // 200}.{service % 200 + 10}"
