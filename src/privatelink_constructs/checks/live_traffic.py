"""Checks of the metrics of load balancers and endpoints in a live account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.states import with_state
from privatelink_constructs.inventory.types import ENDPOINT, LOAD_BALANCER
from privatelink_constructs.rules import live_traffic as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_RULES = {
    LOAD_BALANCER: {
        "PortAllocationErrorCount": rules.ports_allocated,
        "RejectedFlowCount": rules.flows_taken,
        "SecurityGroupBlockedFlowCount_Inbound_TCP": rules.flows_allowed,
        "TCP_ELB_Reset_Count": rules.connections_alive,
    },
    ENDPOINT: {"PacketsDropped": rules.packets_passed},
}


def check_metrics(inventory: Inventory) -> Iterator[Finding]:
    """Check what the metrics say of failed connections."""
    for kind, rules_of_kind in _RULES.items():
        for _, state in with_state(inventory, kind):
            for metric, rule in rules_of_kind.items():
                value = state.get("Metrics", metric)
                yield from found(rule(value.number), value)


CHECKS = (check_metrics,)
