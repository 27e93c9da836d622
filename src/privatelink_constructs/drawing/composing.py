"""Makes a picture of an inventory: draws everything in it, and puts it into boxes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.drawing.coloring import color
from privatelink_constructs.drawing.consumers import draw_endpoints, draw_others
from privatelink_constructs.drawing.draft import Draft
from privatelink_constructs.drawing.folding import fold_boxes, fold_nodes
from privatelink_constructs.drawing.live_nodes import draw_connections
from privatelink_constructs.drawing.name_nodes import draw_names
from privatelink_constructs.drawing.picture import Box, Level, Picture, State, natural
from privatelink_constructs.drawing.providers import draw_providers
from privatelink_constructs.rules.core import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from privatelink_constructs.drawing.picture import Edge, Node, Place
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_ID = 60


_UNKNOWN_ACCOUNT, _UNKNOWN_REGION = "AWS account", "Region known at deployment"
_STATES = {Severity.ERROR: State.ERROR, Severity.WARNING: State.WARNING}


def picture_of(inventory: Inventory, findings: Iterable[Finding] = ()) -> Picture:
    """Return what there is to draw.

    :param inventory: the resources of the templates.
    :param findings: what the checks say about them.
    """
    draft = Draft(inventory)
    draw_providers(draft)
    draw_endpoints(draft)
    draw_connections(draft)
    draw_names(draft)
    draw_others(draft)
    about_vpcs = color(draft, findings)
    nodes, edges = fold_nodes(draft.nodes.values(), draft.edges.values())
    boxes, edges = fold_boxes(_Boxes(draft, about_vpcs).filled(nodes), edges)
    outside = sorted((node for node in nodes if node.place is None), key=lambda it: it.order)
    picture = Picture(boxes, outside, edges)
    _name(picture)
    return picture._replace(edges=sorted(edges, key=_edge_order))


def _edge_order(edge: Edge) -> tuple[str, ...]:
    return edge.source.id, edge.target.id, edge.way.value


class _Boxes:
    """Makes the boxes of the places that nodes are in.

    :param draft: what is drawn.
    :param about_vpcs: the findings about VPCs, by the keys of the VPCs.
    """

    def __init__(self, draft: Draft, about_vpcs: Mapping[str, list[Finding]]) -> None:
        self._titles = draft.networks.titles
        self._about_vpcs = about_vpcs
        self._found: dict[tuple[str | None, ...], Box] = {}

    def filled(self, nodes: Iterable[Node]) -> list[Box]:
        """Return the outermost boxes with all nodes in them, sorted."""
        for node in nodes:
            if node.place is not None:
                self._box(node.place).nodes.append(node)
        accounts = [box for box in self._found.values() if box.level is Level.ACCOUNT]
        found = [_with_region(box) for box in accounts]
        for each in (each for box in found for each in box.every_box()):
            each.nodes.sort(key=lambda it: it.order)
            each.boxes.sort(key=lambda it: natural(it.title))
        return sorted(found, key=lambda it: natural(it.title))

    def _box(self, place: Place) -> Box:
        if place.vpc is not None:
            box = self._made(place, Level.VPC, self._titles[place.vpc])
            if not box.nodes:
                self._color(box, place.vpc)
            return box
        return self._made((place.account, place.region), Level.REGION, place.region or "")

    def _made(self, key: tuple[str | None, ...], level: Level, title: str) -> Box:
        """Return the box of a key, which is made together with the one around it."""
        if key not in self._found:
            self._found[key] = Box(level, title)
            if level is Level.VPC:
                around = self._made(key[:2], Level.REGION, key[1] or "")
            elif level is Level.REGION:
                account = f"Account {key[0]}" if key[0] else _UNKNOWN_ACCOUNT
                around = self._made(key[:1], Level.ACCOUNT, account)
            else:
                return self._found[key]
            around.boxes.append(self._found[key])
        return self._found[key]

    def _color(self, box: Box, vpc: str) -> None:
        for finding in self._about_vpcs.get(vpc, ()):
            box.mark(_STATES[finding.severity], f"{finding.severity.value}: {finding.rule}")


def _with_region(account: Box) -> Box:
    """Return the box of an account, joined with that of its Region where it has only one."""
    if len(account.boxes) > 1:
        for region in account.boxes:
            region.title = region.title or _UNKNOWN_REGION
        return account
    (region,) = account.boxes
    account.title = ", ".join(filter(None, [account.title, region.title]))
    account.boxes, account.nodes = region.boxes, region.nodes
    return account


def _name(picture: Picture) -> None:
    """Give each node and each box an ID that says what it is, and is the same every time."""
    taken: dict[str, int] = {}
    for box in (each for top in picture.boxes for each in top.every_box()):
        prefix = "region " if box.level is Level.REGION else ""
        box.id = _free(taken, prefix + box.title)
    for node in picture.every_node():
        node.id = _free(taken, f"{node.kind.name.lower()} {node.name}")


def _free(taken: dict[str, int], words: str) -> str:
    wanted = _NOT_IN_AN_ID.sub("_", words).strip("_")[:_LONGEST_ID]
    taken[wanted] = taken.get(wanted, 0) + 1
    if taken[wanted] == 1:
        return wanted
    return _free(taken, f"{wanted} {taken[wanted]}")
