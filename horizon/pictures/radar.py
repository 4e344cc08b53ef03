"""How near, how great, how sure: rings are nearness, slices categories, the size of a dot its impact."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from horizon.pictures.shapes import CATEGORIES, MOST_DRAWN, NEARNESS, Mark

SIZE, CENTRE, RIM = 708.0, 354.0, 322.0
EDGES = dict(zip(NEARNESS, (126.0, 184.0, 234.0, 279.0, RIM), strict=True))  # where each ring ends
CRACK = 21.0  # degrees kept free at the top for the names of the rings
EVEN = 0.4  # of the circle, shared evenly; the rest goes by how much there is
ROUND = 3.5  # from a dot to the line round it
APART = 3.0  # from one dot's line to the next thing
TRY = 11.0  # from one place to try to the next


@dataclass(frozen=True)
class Dot:
    """A change in its place, with its number."""

    number: int
    mark: Mark
    x: float
    y: float
    radius: float
    line: float  # radius of the line round it, which says how sure it is: whole, dashed or dotted


@dataclass(frozen=True)
class Slice:
    """A category: the spoke where it begins, the arc its name is written along, its dots."""

    key: str
    name: str
    spoke: str  # the path of its first edge
    arc: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Ring:
    """A nearness: the circle where it ends, and where its name stands."""

    key: str
    name: str
    radius: float
    y: float


@dataclass(frozen=True)
class Radar:
    """The drawing, ready for horizon/_radar_picture.html. Without slices there is nothing to draw."""

    size: float
    centre: float
    rings: tuple[Ring, ...]
    slices: tuple[Slice, ...]
    last_spoke: str
    finding: str


@dataclass(frozen=True)
class Cell:
    """Where a ring and a slice meet: radii in units, angles in degrees clockwise from the top."""

    inner: float
    outer: float
    begin: float
    end: float

    def places(self, need: float) -> Iterator[tuple[float, float, float]]:
        """Points at least `need` from every edge: x, y and the distance to the nearest edge."""
        steps = max(1, int((self.outer - self.inner - 2 * need) / TRY) + 1)
        for number in range(steps):
            radius = min(self.inner + need + number * TRY, self.outer - need)
            margin = math.degrees(math.asin(min(1, need / radius)))
            free = self.end - self.begin - 2 * margin
            if radius < need or free < 0:
                continue
            turns = max(1, int(math.radians(free) * radius / TRY))
            for turn in range(turns + 1):
                angle = self.begin + margin + free * turn / turns
                aside = radius * math.sin(math.radians(min(angle - self.begin, self.end - angle, 90)))
                yield (*at(radius, angle), min(radius - self.inner, self.outer - radius, aside))

    @property
    def middle(self) -> tuple[float, float]:
        return at((self.inner + self.outer) / 2, (self.begin + self.end) / 2)


def at(radius: float, angle: float) -> tuple[float, float]:
    """The point of the drawing at a distance and an angle (degrees clockwise from the top)."""
    turned = math.radians(angle)
    return CENTRE + radius * math.sin(turned), CENTRE - radius * math.cos(turned)


@lru_cache(maxsize=MOST_DRAWN)
def draw(marks: tuple[Mark, ...]) -> Radar:
    """Draw one dot for each mark. They are numbered by category, then the nearest and the greatest first."""
    order = list(NEARNESS)
    near = {mark: order.index(mark.nearness) if mark.nearness in NEARNESS else len(order) - 1 for mark in marks}
    found = sorted(near, key=lambda mark: (near[mark], -mark.impact, mark.title))
    by_category = {key: [mark for mark in found if mark.category == key] for key in CATEGORIES}
    by_category = {key: some for key, some in by_category.items() if some}
    slices, angle, number = [], CRACK / 2, 1
    for key, some in by_category.items():
        wide = (360 - CRACK) * (EVEN / len(by_category) + (1 - EVEN) * len(some) / len(found))
        slices.append(_slice(key, some, angle, angle + wide, number))
        angle, number = angle + wide, number + len(some)
    rings = tuple(Ring(key, NEARNESS[key], edge, round(CENTRE - edge + 16, 1)) for key, edge in EDGES.items())
    return Radar(SIZE, CENTRE, rings, tuple(slices), _spoke(angle), _finding(found))


def _slice(key: str, marks: list[Mark], begin: float, end: float, number: int) -> Slice:
    dots, inner = [], 0.0
    numbers = {mark: number + place for place, mark in enumerate(marks)}
    for nearness, outer in EDGES.items():
        here = [mark for mark in marks if (mark.nearness if mark.nearness in EDGES else "later") == nearness]
        dots += _in_cell(here, Cell(inner, outer, begin, end), numbers)
        inner = outer
    dots.sort(key=lambda dot: dot.number)
    return Slice(key, CATEGORIES[key], _spoke(begin), _arc(begin, end), tuple(dots))


def _in_cell(marks: list[Mark], cell: Cell, numbers: dict[Mark, int]) -> list[Dot]:
    """Each dot where it has the most room, the greatest first."""
    dots: list[Dot] = []
    for mark in sorted(marks, key=lambda mark: -mark.impact):
        radius = 9.5 + 1.5 * mark.impact
        line = radius + ROUND
        best, most = cell.middle, -math.inf
        for x, y, edge in cell.places(line + 1):
            room = min([2 * edge, *(math.hypot(dot.x - x, dot.y - y) - dot.line for dot in dots)]) - line
            if room > most:
                best, most = (x, y), room
        dots.append(Dot(numbers[mark], mark, round(best[0], 1), round(best[1], 1), radius, line))
    return dots


def _spoke(angle: float) -> str:
    (x, y), (far_x, far_y) = at(0, angle), at(RIM, angle)
    return f"M{x:.1f} {y:.1f}L{far_x:.1f} {far_y:.1f}"


def _arc(begin: float, end: float) -> str:
    """The line a name is written along, outside the rim; in the lower half it turns round, so that no name is upside
    down."""
    lower = 90 < (begin + end) / 2 < 270
    radius = RIM + (20 if lower else 9)
    (x, y), (far_x, far_y) = (at(radius, end), at(radius, begin)) if lower else (at(radius, begin), at(radius, end))
    large = int(end - begin > 180)
    return f"M{x:.1f} {y:.1f}A{radius:g} {radius:g} 0 {large} {int(not lower)} {far_x:.1f} {far_y:.1f}"


def _finding(marks: list[Mark]) -> str:
    """The picture in two sentences."""
    if not marks:
        return "There is nothing to show."
    great = [mark for mark in marks if mark.level == "high"]
    close = [mark for mark in great if mark.nearness in {"now", "6"}]
    changes = f"{len(marks)} change{'s' * (len(marks) != 1)}"
    return f"{changes}: {len(great)} of high impact, and {len(close)} of these now or within six months."
