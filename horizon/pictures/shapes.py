"""What goes into a drawing (Mark) and the parts that come out of one. Units are those of the drawing's viewBox."""

import datetime as dt
from dataclasses import dataclass

CATEGORIES = {
    "law": "Law",
    "guidance": "Guidance",
    "court": "Court rulings",
    "organisation": "Organisations",
    "technology": "Technology",
    "standard": "Standards",
}
MOST_DRAWN = 64  # drawings of each kind that are remembered: they are the same for all who may see the same
NEARNESS = {"now": "Now", "6": "6 months", "18": "18 months", "36": "3 years", "later": "Later"}
LEVELS = {"high": "High impact", "medium": "Medium impact", "low": "Lower impact"}
URGENCY = {"act": "Act now", "prepare": "Prepare", "watch": "Watch", "past": "Behind us"}
SURE = {"certain": "certain", "likely": "likely", "possible": "possible"}


@dataclass(frozen=True)
class Mark:
    """One change, or one of its dates.

    `start` and `end` are the first and last day it may mean: the same for a day, a month or a year apart for one that
    is not known better, both None where there is no date yet. `words` is the date as it is said: "expected May 2027".
    `urgency` is act | prepare | watch | past, `impact` 1 to 5, `category`, `certainty` and `nearness` are keys of the
    tables above, `ready_from` the first day of the time to get ready. `about` is said to those who listen or point:
    the change that a date belongs to.
    """

    key: str
    title: str
    url: str
    start: dt.date | None
    end: dt.date | None
    words: str
    urgency: str = "watch"
    impact: int = 3
    category: str = "law"
    certainty: str = "certain"
    ready_from: dt.date | None = None
    nearness: str = "later"
    about: str = ""

    @property
    def first(self) -> dt.date:
        """Its first day; what has no date comes after all that has."""
        return self.start or dt.date.max

    @property
    def last(self) -> dt.date:
        """Its last day, likewise."""
        return self.end or dt.date.max

    @property
    def level(self) -> str:
        """Impact as three lanes have it: 4 and 5 are high, 3 medium, 1 and 2 low."""
        return "high" if self.impact >= 4 else "medium" if self.impact == 3 else "low"

    @property
    def level_words(self) -> str:
        return LEVELS[self.level]

    @property
    def urgency_words(self) -> str:
        return URGENCY[self.urgency]

    @property
    def nearness_words(self) -> str:
        return NEARNESS.get(self.nearness, NEARNESS["later"])

    @property
    def certainty_words(self) -> str:
        return SURE.get(self.certainty, SURE["possible"])


@dataclass(frozen=True)
class Box:
    """A rectangle, its corner at (x, y)."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def meets(self, other: "Box") -> bool:
        """Whether the two share any of their insides."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def with_(self, other: "Box") -> "Box":
        """The smallest box round both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def grown(self, by: float) -> "Box":
        """The box with a margin, as a drawing writes it."""
        sides = (self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)
        return Box(*(round(side, 1) for side in sides))


@dataclass(frozen=True)
class Line:
    """A line of text on its baseline."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Sign:
    """The lozenge of a date: a diamond for a day, drawn out to the length of a month or a year. Points for polygons."""

    points: str
    half: str  # its left half, which is filled where one should prepare


@dataclass(frozen=True)
class Words:
    """A mark's title in lines and its date, and the box round both."""

    anchor: str  # "start" | "end": whether they begin or end at the lines' x
    lines: tuple[Line, ...]
    when: Line | None  # the date under the title; None where it follows the title or is not said
    joined: bool  # the date follows the title on its last line
    box: Box


@dataclass(frozen=True)
class Drawn:
    """A mark in its place: the sign, the words, the hatched time before it, and the box round the link."""

    mark: Mark
    sign: Sign
    words: Words
    hatches: tuple[Box, ...]
    box: Box


@dataclass(frozen=True)
class Lane:
    """A band of the drawing with the marks that belong to it."""

    key: str
    box: Box
    words: tuple[Line, ...]
    marks: tuple[Drawn, ...]
    undated: tuple[Drawn, ...]


@dataclass(frozen=True)
class Tick:
    """A year or a month on the scale: where it begins, and its name there (maybe none, for want of room)."""

    x: float
    words: str


def sign(left: float, right: float, y: float, radius: float) -> Sign:
    """A lozenge from `left` to `right` about the height `y`; too short a one becomes a diamond round its middle."""
    if right - left < 2 * radius:
        left, right = (left + right) / 2 - radius, (left + right) / 2 + radius
    middle, top, bottom = (left + right) / 2, y - radius, y + radius
    near, far = left + radius, right - radius
    whole = [(left, y), (near, top), (far, top), (right, y), (far, bottom), (near, bottom)]
    half = [(left, y), (near, top), (middle, top), (middle, bottom), (near, bottom)]
    return Sign(points(whole), points(half))


def points(pairs: list[tuple[float, float]]) -> str:
    """As the attribute of a polygon: "4,10 10,4"."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)
