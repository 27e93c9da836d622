"""Collects what a drawing shows, and which resources are drawn as what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.drawing.picture import Edge, Node, State
from privatelink_constructs.drawing.whereabouts import Networks
from privatelink_constructs.drawing.wordings import name_of, short
from privatelink_constructs.inventory.states import STATE_KEY

if TYPE_CHECKING:
    from collections.abc import Hashable

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.drawing.picture import Kind, Place, Way
    from privatelink_constructs.inventory.inventory import Inventory

_STATES = ("State", "ServiceState")
"""What AWS calls the state of a resource."""
_WAITING = frozenset(
    {
        *("creating", "draining", "initial", "partial", "pending", "pendingacceptance"),
        *("pendingverification", "provisioning", "updating"),
    }
)
_BAD = frozenset(
    {
        *("active_impaired", "deleted", "deleting", "expired", "failed", "rejected"),
        *("unavailable", "unhealthy", "unused"),
    }
)


def live_state(resource: Resource) -> str | None:
    """Return the state of a resource in a live account, None where none is written down."""
    said = as_mapping(as_mapping(resource.raw.get("Metadata")).get(STATE_KEY))
    found = (said.get(name) for name in _STATES)
    return next((state for state in found if isinstance(state, str) and state), None)


def color_of(state: str) -> State:
    """Return what a state of a live account is colored for.

    AWS doesn't spell states the same way everywhere: ``pendingAcceptance``, ``PendingAcceptance``.
    """
    word = state.lower().replace("-", "_")
    if word in _BAD:
        return State.ERROR
    return State.WAITING if word in _WAITING else State.PLAIN


class Draft:
    """What is found so far.

    :param inventory: what to draw.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.networks = Networks(inventory)
        self.nodes: dict[Hashable, Node] = {}
        self.edges: dict[tuple[Node, Node, Way], Edge] = {}

    def node(self, key: Hashable, kind: Kind, title: str, name: str, place: Place | None) -> Node:
        """Return a node, which is made when its key is new."""
        if key not in self.nodes:
            self.nodes[key] = Node(kind, title, name, place)
        return self.nodes[key]

    def resource(self, resource: Resource, kind: Kind, title: str, place: Place) -> Node:
        """Return the node of a resource, with its state in a live account."""
        node = self.node(resource, kind, title, name_of(resource), place)
        node.stands_for(resource)
        state = live_state(resource)
        if state:
            node.tell(f"state: {short(state)}")
            node.mark(color_of(state))
        return node

    def join(
        self, source: Node, target: Node, way: Way, label: str = "", state: State = State.PLAIN
    ) -> None:
        """Connect two nodes, once for each way."""
        edge = self.edges.setdefault((source, target, way), Edge(source, target, way, label, state))
        edge.state = max(edge.state, state)

    def drawn(self, resource: Resource) -> Node | None:
        """Return the node of a resource, None where it has none of its own."""
        return self.nodes.get(resource)
