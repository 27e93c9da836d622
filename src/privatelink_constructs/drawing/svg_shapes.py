"""Rectangles of an SVG drawing, and how large a text is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from privatelink_constructs.drawing.picture import Box, Node, State

LINE = 16
"""The height of a line of text."""
BOLD = 14.2
"""The size of bold text, which is wider."""
_PAD = 10
_NARROW, _WIDE = frozenset("ijltfr.,:;'|!()[] -/"), frozenset("mwMW@%")
_WIDTHS = {"narrow": 0.36, "wide": 0.92, "upper": 0.7, "other": 0.58}
"""The widths of letters in common sans-serif fonts, in their size, on the safe side."""


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is.

    :param text: the text.
    :param size: of the font.
    """
    return sum(_letter(each) for each in text) * size


def _letter(letter: str) -> float:
    if not letter.isascii():
        return 1.0
    if letter in _NARROW:
        return _WIDTHS["narrow"]
    kind = "wide" if letter in _WIDE else "upper" if letter.isupper() else "other"
    return _WIDTHS[kind]


class Shape:
    """A rectangle.

    :param width: its width.
    :param height: its height.
    """

    def __init__(self, width: float, height: float) -> None:
        self.x = self.y = 0.0
        self.width = width
        self.height = height

    def move(self, x: float, y: float) -> None:
        """Put it somewhere, with everything in it."""
        self.x, self.y = self.x + x, self.y + y

    @property
    def right(self) -> float:
        """Where it ends to the right."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


class Card(Shape):
    """A node: a title, and lines below it.

    :param node: the node.
    :param widest: how many characters a line has.
    :param zones: whether it names its Availability Zones.
    """

    def __init__(self, node: Node, widest: int, *, zones: bool) -> None:
        self.node = node
        self.lines = node.lines(zones=zones, widest=widest)
        self.ports: list[float] = []
        """Where the middle of each Availability Zone is that it is in, if it is in several."""
        width = max(text_width(line.text, BOLD) for line in self.lines) + 2 * _PAD
        super().__init__(max(width, 110), len(self.lines) * LINE + 14)

    def move(self, x: float, y: float) -> None:
        """Put it somewhere."""
        super().move(x, y)
        self.ports = [each + x for each in self.ports]


class Lane(Shape):
    """An Availability Zone of a VPC.

    :param title: its name.
    """

    def __init__(self, title: str, width: float, height: float) -> None:
        super().__init__(width, height)
        self.title = title


class Frame(Shape):
    """A box with what is in it.

    :param box: the box.
    """

    def __init__(self, box: Box) -> None:
        super().__init__(0, 0)
        self.box = box
        self.captions = box.captions
        self.lanes: list[Lane] = []
        self.cards: list[Card] = []
        self.frames: list[Frame] = []

    @property
    def top(self) -> float:
        """How much room its captions need."""
        return len(self.captions) * LINE + 14

    @property
    def parts(self) -> Iterable[Shape]:
        """Everything right in it."""
        return (*self.lanes, *self.cards, *self.frames)

    @property
    def title_width(self) -> float:
        """How wide its captions are."""
        return max(text_width(line, BOLD) for line in self.captions) + 2 * _PAD

    @property
    def state(self) -> State:
        """What it is colored for."""
        return self.box.state

    def move(self, x: float, y: float) -> None:
        """Put it somewhere, with everything in it."""
        super().move(x, y)
        for part in self.parts:
            part.move(x, y)

    def every_frame(self) -> Iterable[Frame]:
        """Yield it and each frame in it, the outer ones first."""
        yield self
        for frame in self.frames:
            yield from frame.every_frame()

    def every_card(self) -> Iterable[Card]:
        """Yield each card in it, however deep."""
        for frame in self.every_frame():
            yield from frame.cards
