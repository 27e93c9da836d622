"""What a drawing shows, before it is written in a language: nodes in boxes, joined by edges."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from privatelink_constructs.cloudformation.resource import Resource

EMPTY = "There are no PrivateLink resources in the templates"
"""What a drawing of nothing shows."""
WIDEST = 36
"""How many characters a line of a node has at most, unless a word is longer."""
_NAMED = 3
"""How many boxes are named of those that look the same, and how many rules."""
_PIECE = re.compile(r"[^ /.,:-]+[ /.,:-]*|[ /.,:-]+")


class Kind(enum.Enum):
    """What a node represents. The value is its first line."""

    CONSUMERS = "Consumers"
    ENDPOINT = "Interface endpoint"
    GATEWAY_ENDPOINT = "Gateway endpoint"
    OTHER_ENDPOINT = "Endpoint"
    SERVICE = "Endpoint service"
    BALANCER = "Load balancer"
    TARGETS = "Targets"
    HOSTED_ZONE = "Hosted zone"
    PROFILE = "Route 53 Profile"
    ASSOCIATION = "DNS association"
    RESOLVER = "Resolver endpoint"
    AWS = "AWS services"
    FOREIGN = "Not in the templates"
    NOTE = "Findings elsewhere"


ELSEWHERE = frozenset({Kind.CONSUMERS, Kind.AWS, Kind.FOREIGN, Kind.NOTE})
"""Nodes of these kinds aren't in the templates."""


class State(enum.IntEnum):
    """What a node, a box, or an edge is colored for; the highest one counts."""

    PLAIN = 0
    WAITING = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """What a legend and a style call it."""
        return self.name.lower()


class Way(enum.Enum):
    """What an edge represents."""

    PRIVATELINK = "privatelink"
    FORWARD = "forward"
    NAME = "name"


class Place(NamedTuple):
    """Where something is.

    :param account: the account ID, None when it isn't known.
    :param region: the Region, None when it isn't known.
    :param vpc: the key of the VPC, None for what isn't in one.
    """

    account: str | None
    region: str | None
    vpc: str | None = None


class Role(enum.Enum):
    """What a line of a node says."""

    TITLE = "kind"
    NAME = "name"
    DETAIL = "detail"
    RULE = "rule"


class Line(NamedTuple):
    """A line of a node.

    :param role: what it says.
    :param text: the line.
    """

    role: Role
    text: str


class Node:
    """A thing that is drawn.

    :param kind: what it is.
    :param title: what its first line says.
    :param name: what it is called, empty for no name.
    :param place: where it is, None outside of every account.
    """

    def __init__(self, kind: Kind, title: str, name: str, place: Place | None) -> None:
        self.kind = kind
        self.title = title
        self.name = name
        self.place = place
        self.id = ""
        self.zones: tuple[str, ...] = ()
        self.details: list[str] = []
        self.resources: list[Resource] = []
        self.rules: list[str] = []
        self.state = State.PLAIN

    def tell(self, detail: str) -> None:
        """Add a line, once."""
        if detail and detail not in self.details:
            self.details.append(detail)

    def stands_for(self, *resources: Resource) -> None:
        """Note resources that are drawn as this node."""
        self.resources += [each for each in resources if each not in self.resources]

    def mark(self, state: State, rule: str = "") -> None:
        """Color it for a state, unless it has a worse one."""
        self.state = max(self.state, state)
        if rule and rule not in self.rules:
            self.rules.append(rule)

    def lines(self, *, zones: bool, widest: int = WIDEST) -> list[Line]:
        """Return what is written on it: what it is first, and what is wrong last.

        :param zones: whether it names its Availability Zones.
        :param widest: how many characters a line has at most, unless a word is longer.
        """
        found = [Line(Role.NAME, self.name), *(Line(Role.DETAIL, it) for it in self.details)]
        if zones and self.zones:
            found.append(Line(Role.DETAIL, f"in {listed(self.zones, 3)}"))
        found += [Line(Role.RULE, rule) for rule in first_of(self.rules)]
        broken = (Line(it.role, text) for it in found for text in wrapped(it.text, widest))
        return [Line(Role.TITLE, self.title), *broken]

    @property
    def order(self) -> tuple[object, ...]:
        """What nodes are sorted by."""
        return (list(Kind).index(self.kind), self.name, self.zones, self.title, self.details)


class Edge:
    """A connection between two nodes.

    :param source: where it begins.
    :param target: where it ends.
    :param way: what it represents.
    :param label: what is written on it.
    :param state: what it is colored for.
    """

    def __init__(self, source: Node, target: Node, way: Way, label: str, state: State) -> None:
        self.source = source
        self.target = target
        self.way = way
        self.label = label
        self.state = state


class Level(enum.Enum):
    """What a box represents."""

    ACCOUNT = "account"
    REGION = "region"
    VPC = "vpc"


class Box:
    """An account, a Region, or a VPC, with what is in it.

    :param level: what it is.
    :param title: what is written on it.
    """

    def __init__(self, level: Level, title: str) -> None:
        self.level = level
        self.title = title
        self.id = ""
        self.boxes: list[Box] = []
        self.nodes: list[Node] = []
        self.alike: list[str] = []
        """The titles of further boxes that look the same, and aren't drawn."""
        self.rules: list[str] = []
        self.state = State.PLAIN

    def mark(self, state: State, rule: str) -> None:
        """Color it for a state, unless it has a worse one."""
        self.state = max(self.state, state)
        if rule not in self.rules:
            self.rules.append(rule)

    @property
    def captions(self) -> list[str]:
        """What is written on it: its title, how many others it represents, and what is wrong."""
        if not self.alike:
            return [self.title, *first_of(self.rules)]
        every = [self.title, *self.alike]
        rest = f"and {len(every) - _NAMED} more"
        named = [f"{len(every)} of the same form:", *every[:_NAMED], rest]
        return [*named, *first_of(self.rules)]

    @property
    def zones(self) -> tuple[str, ...]:
        """The Availability Zones of a VPC in which there is something."""
        return tuple(sorted({zone for node in self.nodes for zone in node.zones}, key=natural))

    def every_node(self) -> Iterator[Node]:
        """Yield each node in it, however deep."""
        yield from self.nodes
        for box in self.boxes:
            yield from box.every_node()

    def every_box(self) -> Iterator[Box]:
        """Yield it and each box in it."""
        yield self
        for box in self.boxes:
            yield from box.every_box()


class Picture(NamedTuple):
    """Everything that a drawing shows.

    :param boxes: the accounts, sorted.
    :param outside: the nodes outside of every account, sorted.
    :param edges: the connections, sorted.
    """

    boxes: list[Box]
    outside: list[Node]
    edges: list[Edge]

    def every_node(self) -> Iterator[Node]:
        """Yield each node."""
        for box in self.boxes:
            yield from box.every_node()
        yield from self.outside

    @property
    def states(self) -> list[State]:
        """The states that something has, which a legend explains."""
        boxes = (each for box in self.boxes for each in box.every_box())
        found = {each.state for each in (*boxes, *self.every_node(), *self.edges)}
        return sorted(found - {State.PLAIN})


def first_of(rules: Iterable[str]) -> list[str]:
    """Return the rules that are written on something that breaks them, errors first."""
    every = sorted(rules)
    rest = [f"and {len(every) - _NAMED} more"] if len(every) > _NAMED else []
    return [*every[:_NAMED], *rest]


def in_zones(box: Box) -> tuple[list[Node], dict[str, list[Node]]]:
    """Return the nodes right in a box, apart from those that are in one Availability Zone each."""
    apart = [node for node in box.nodes if len(node.zones) != 1 or box.level is not Level.VPC]
    lanes: dict[str, list[Node]] = {zone: [] for zone in box.zones}
    for node in box.nodes:
        if node not in apart:
            lanes[node.zones[0]].append(node)
    return apart, {zone: nodes for zone, nodes in lanes.items() if nodes}


def wrapped(text: str, widest: int = WIDEST) -> list[str]:
    """Return a text as lines: broken at spaces, and long words behind the signs in them."""
    words = (f"{word} " for word in text.split())
    pieces = (it for word in words for it in _pieces(word, widest))
    lines: list[str] = []
    for piece in pieces:
        if lines and len(lines[-1]) + len(piece.rstrip()) <= widest:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.strip() for line in lines]


def _pieces(word: str, widest: int) -> list[str]:
    return [word] if len(word) <= widest + 1 else _PIECE.findall(word)


def natural(text: str) -> tuple[object, ...]:
    """Return what texts are sorted by so that 10 comes after 9."""
    head = text.rstrip("0123456789")
    number = text[len(head) :]
    return (head, len(number), number)


def listed(texts: Iterable[str], most: int) -> str:
    """Return texts as one, and how many there are beyond the first ones.

    :param most: how many are written out.
    """
    every = list(texts)
    shown = every if len(every) <= most + 1 else every[:most]
    rest = len(every) - len(shown)
    return ", ".join(shown) + (f", and {rest} more" if rest else "")
