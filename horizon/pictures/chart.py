"""The next eighteen months: a lane for each impact, a lozenge on each date, hatching for the time to get ready."""

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from horizon.pictures.lettering import LEADING, title_only, words_of
from horizon.pictures.shapes import LEVELS, MOST_DRAWN, Box, Drawn, Lane, Line, Mark, Tick, Words, sign

MONTHS = 18
WIDTH, LEFT, UNDATED, TOP = 1168.0, 84.0, 216.0, 54.0
TITLE = 14.0  # the size of the text; dates are one less
LABEL = 270.0  # the longest line of a title, where there is no more room to the right of its sign
ONE_LINE = 620.0  # and where there is: nobody reads a longer line beside a sign
RADIUS, GAP, PAD = 7.0, 14.0, 14.0


@dataclass(frozen=True)
class Chart:
    """The drawing, ready for horizon/_chart.html. Without lanes there is nothing to draw."""

    width: float
    height: float
    plot: Box
    years: tuple[Tick, ...]
    months: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    today: float
    undated_x: float  # where the column "No date yet" begins, or 0
    finding: str


@dataclass(frozen=True)
class Scale:
    """Days to the right: `first` stands at `left`, the day `last` at `right`."""

    first: dt.date
    last: dt.date
    left: float
    right: float

    def x(self, day: dt.date) -> float:
        """Where a day begins; days beyond the ends stand at the ends."""
        share = (day - self.first).days / (self.last - self.first).days
        return round(self.left + min(max(share, 0), 1) * (self.right - self.left), 1)


@lru_cache(maxsize=MOST_DRAWN)
def draw(marks: tuple[Mark, ...], *, today: dt.date) -> Chart:
    """Draw the marks of the eighteen months from this one and those with no date; others are only counted."""
    first = today.replace(day=1)
    firsts = [_month_after(first, number) for number in range(MONTHS + 1)]
    dated = [mark for mark in marks if mark.start and mark.last >= today and mark.first < firsts[-1]]
    undated = [mark for mark in marks if mark.start is None]
    right = WIDTH - UNDATED - 16 if undated else WIDTH - 8
    scale = Scale(first, firsts[-1], LEFT, right)
    lanes, bottom = _lanes(dated, undated, scale, today)
    return Chart(
        width=WIDTH,
        height=bottom + 30,
        plot=Box(LEFT, TOP, right - LEFT, bottom - TOP),
        years=tuple(Tick(scale.x(day), str(day.year)) for day in firsts[:-1] if day in (first, day.replace(month=1))),
        months=tuple(Tick(scale.x(day), calendar.month_abbr[day.month]) for day in firsts[:-1]),
        lanes=lanes,
        today=scale.x(today),
        undated_x=right + 16 if undated else 0,
        finding=_finding(marks, dated, undated, firsts[-1]),
    )


def _month_after(first: dt.date, number: int) -> dt.date:
    month = first.month - 1 + number
    return dt.date(first.year + month // 12, month % 12 + 1, 1)


def _lanes(dated, undated, scale: Scale, today: dt.date) -> tuple[tuple[Lane, ...], float]:
    lanes, top = [], TOP
    for level, words in LEVELS.items():
        rows = [mark for mark in dated if mark.level == level]
        aside = [mark for mark in undated if mark.level == level]
        if not rows and not aside:
            continue
        drawn, lowest = _in_rows(sorted(rows, key=lambda mark: (mark.first, mark.last)), scale, today, top + PAD)
        waiting, lowest_waiting = _in_column(aside, scale.right + 16, top + PAD)
        height = max(lowest, lowest_waiting, top + PAD + 3 * LEADING) - top
        first, second = words.split(" ")
        named = (Line(0, top + PAD + 12, first), Line(0, top + PAD + 12 + LEADING, second))
        lanes.append(Lane(level, Box(LEFT, top, scale.right - LEFT, height), named, drawn, waiting))
        top += height
    return tuple(lanes), top


def _in_rows(marks: list[Mark], scale: Scale, today: dt.date, top: float) -> tuple[tuple[Drawn, ...], float]:
    """Each mark on the first row where nothing is in its way; a row is as high as its highest words."""
    rows: list[list[Drawn]] = []
    for mark in marks:
        part = _drawn(mark, scale, today, 0)
        left, right = _reach(part)
        row = next((row for row in rows if all(right + GAP <= a or b + GAP <= left for a, b in map(_reach, row))), None)
        if row is None:
            rows.append(row := [])
        row.append(part)
    drawn = []
    for row in rows:
        drawn += [_drawn(part.mark, scale, today, top) for part in row]
        top += max(part.box.height for part in row) + PAD - 6
    return tuple(drawn), top


def _reach(part: Drawn) -> tuple[float, float]:
    """From the first thing drawn for a mark to the last."""
    return min([part.box.x, *(hatch.x for hatch in part.hatches)]), part.box.right


def _drawn(mark: Mark, scale: Scale, today: dt.date, top: float) -> Drawn:
    left = scale.x(mark.first)  # a day stands on its own line; a month or a year reaches to the end of its last day
    right = left if mark.first == mark.last else scale.x(mark.last + dt.timedelta(days=1))
    words = _words(mark, left, right, scale, top)
    begin, end = left, left - RADIUS + 2
    if mark.ready_from and mark.ready_from < mark.first:
        begin = scale.x(max(mark.ready_from, today))
    spans = [(begin, words.box.x - 8), (words.box.right + 6, end)] if words.anchor == "end" else [(begin, end)]
    hatches = tuple(Box(round(a, 1), top + 4, round(b - a, 1), 8) for a, b in spans if b - a > 5)
    signed = Box(left - RADIUS, top, right - left + 2 * RADIUS, LEADING)
    return Drawn(mark, sign(left, right, top + 8, RADIUS), words, hatches, words.box.with_(signed).grown(3))


def _words(mark: Mark, left: float, right: float, scale: Scale, top: float) -> Words:
    """To the right of the sign if they go there, else to the left, else under it."""
    after, before = right + RADIUS + 10, left - 28
    words = words_of(mark, after, top, room=min(max(LABEL, scale.right - after), ONE_LINE), size=TITLE)
    if words.box.right <= scale.right:
        return words
    if before - words.box.width >= scale.left:
        return words_of(mark, before, top, room=LABEL, size=TITLE, anchor="end")
    x = max(scale.left, min(left, scale.right - words.box.width))
    return words_of(mark, x, top + LEADING, room=LABEL, size=TITLE)


def _in_column(marks: list[Mark], x: float, top: float) -> tuple[tuple[Drawn, ...], float]:
    """Those with no date, one under the other: the words say where they stand, so no date is repeated."""
    drawn = []
    for mark in marks:
        words = title_only(mark, x + 26, top, room=UNDATED - 32, size=TITLE)
        box = words.box.with_(Box(x + 1, top, 14, LEADING)).grown(3)
        drawn.append(Drawn(mark, sign(x + 8, x + 8, top + 8, RADIUS), words, (), box))
        top += words.box.height + PAD
    return tuple(drawn), top


def _finding(marks: tuple[Mark, ...], dated: list[Mark], undated: list[Mark], end: dt.date) -> str:
    """The picture in two or three sentences."""
    if not dated:
        said = "Nothing has a date in the next 18 months."
    else:
        nearest = min(dated, key=lambda mark: mark.last)  # of two on a day the first of the list
        how_many = "One change has" if len(dated) == 1 else f"{len(dated)} changes have"
        said = f"{how_many} a date in the next 18 months. The next: {nearest.title}, {nearest.words}."
    if undated:
        said += " One has no date yet." if len(undated) == 1 else f" {len(undated)} have no date yet."
    beyond = sum(1 for mark in marks if mark.start and mark.first >= end)
    if beyond:
        said += " One comes later." if beyond == 1 else f" {beyond} come later."
    return said
