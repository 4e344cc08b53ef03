"""Bars for the figures of an event: a length for each row, in units of the drawing."""

import textwrap
from dataclasses import dataclass

from events.querysets.figures import Figure

WIDTH, LABELS, VALUES = 640, 220, 110  # units: all of it, the room for labels, and for values
ROW, BAR, LINE = 34, 18, 15
LETTERS = 32  # of a label in a line
MOST_ROWS = 24


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, how long it is, and what is written beside it. `hidden`: too few to say."""

    label: tuple[tuple[float, str], ...]  # lines: where each stands, and its words
    words: str
    y: float
    middle: float
    length: float
    words_x: float
    hidden: bool


@dataclass(frozen=True)
class Drawing:
    """The bars, ready for events/admin/_bars.html."""

    width: int
    height: float
    labels: int
    bars: tuple[Bar, ...]
    left_out: int  # rows that only the table has


def draw(figure: Figure) -> Drawing:
    """A bar for each row, the longest as long as there is room; of very many the last ones."""
    rows = figure.rows[-MOST_ROWS:]
    most = max((row.value or 0 for row in rows), default=0)
    room = WIDTH - LABELS - VALUES
    bars, top = [], 0.0
    for row in rows:
        lines = textwrap.wrap(row.label, LETTERS)[:3] or [""]
        height = max(ROW, len(lines) * LINE + 10)
        middle = top + height / 2
        length = round(room * (row.value or 0) / most, 1) if most else 0
        first = middle - (len(lines) - 1) * LINE / 2
        label = tuple((round(first + place * LINE, 1), line) for place, line in enumerate(lines))
        bars.append(Bar(label, row.words, middle - BAR / 2, middle, length, LABELS + length + 8, row.value is None))
        top += height
    return Drawing(WIDTH, top, LABELS, tuple(bars), len(figure.rows) - len(rows))
