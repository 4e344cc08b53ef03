"""Everything that has a date, past and coming: a lane for each category; the years near today have the most room."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from horizon.pictures.lettering import LEADING, title_only, words_of
from horizon.pictures.shapes import CATEGORIES, MOST_DRAWN, Box, Drawn, Lane, Line, Mark, Tick, sign

WIDTH, LEFT, UNDATED, TOP = 1168.0, 108.0, 176.0, 34.0
SIZE = 13.0  # of the text; dates are one less
ROOMS = (380.0, 200.0)  # for the words of one mark, where it is empty and where it is crowded
PAST_RADIUS, RADIUS, GAP, PAD, MARGIN = 5.0, 6.5, 6.0, 12.0, 12.0
SHARES = (5.0, 5.0, 2.5)  # room for this year, the next to it and the second; all others have FAR
FAR = 1.0
# How much higher a place must be to be worth writing over today's line, for the past and for what is to come.
CROSSING_PAST, CROSSING = 15.0, 45.0
FEWEST_FOR_YEAR_WORDS = 34.0  # the width of a year that still holds its name


@dataclass(frozen=True)
class Timeline:
    """The drawing, ready for horizon/_timeline_picture.html. Without lanes there is nothing to draw."""

    width: float
    height: float
    plot: Box
    first_year: int
    last_year: int
    years: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    today: float
    undated_x: float  # where the column "No date yet" begins, or 0
    finding: str


@dataclass(frozen=True)
class Years:
    """A scale of whole years with room by how near they are to today's: `edges[n]` is where year `first + n` begins."""

    first: int
    edges: tuple[float, ...]

    def x(self, day: dt.date) -> float:
        """Where a day begins; days beyond the ends stand at the ends."""
        place = min(max(day.year - self.first, 0), len(self.edges) - 2)
        begin = dt.date(self.first + place, 1, 1)
        share = (day - begin).days / (dt.date(begin.year + 1, 1, 1) - begin).days
        left, right = self.edges[place], self.edges[place + 1]
        return round(left + min(max(share, 0), 1) * (right - left), 1)

    @property
    def right(self) -> float:
        return self.edges[-1]

    def ticks(self) -> tuple[Tick, ...]:
        """Each year; one too narrow for its name is named only if the one before is not."""
        found: list[Tick] = []
        for place, left in enumerate(self.edges[:-1]):
            tight = self.edges[place + 1] - left < FEWEST_FOR_YEAR_WORDS
            words = "" if tight and found and found[-1].words else str(self.first + place)
            found.append(Tick(round(left, 1), words))
        return tuple(found)


@dataclass(frozen=True)
class Way:
    """One way to set a mark's words: where they begin or end, their room, how far under the sign; all drawn at 0."""

    x: float
    anchor: str
    room: float
    drop: float
    box: Box


@lru_cache(maxsize=MOST_DRAWN)
def draw(marks: tuple[Mark, ...], *, today: dt.date) -> Timeline:
    """Draw marks of any time, one for each date; those with none stand in a column of their own."""
    ordered = sorted(marks, key=lambda mark: (mark.first, mark.last, mark.title))
    dated = [mark for mark in ordered if mark.start]
    undated = [mark for mark in ordered if not mark.start]
    right = WIDTH - UNDATED - 16 if undated else WIDTH - 8
    days = [today, *(mark.first for mark in dated), *(mark.last for mark in dated)]
    scale = _years(min(days).year, max(days).year, today.year, right - MARGIN)
    lanes, bottom = _lanes(ordered, scale, scale.x(today))
    return Timeline(
        width=WIDTH,
        height=bottom + 30,
        plot=Box(LEFT, TOP, right - LEFT, bottom - TOP),
        first_year=scale.first,
        last_year=scale.first + len(scale.edges) - 2,
        years=scale.ticks(),
        lanes=lanes,
        today=scale.x(today),
        undated_x=right + 16 if undated else 0,
        finding=_finding(dated, undated, today),
    )


def _years(first: int, last: int, this: int, right: float) -> Years:
    shares = []
    for year in range(first, last + 1):
        away = abs(year - this)
        shares.append(SHARES[away] if away < len(SHARES) else FAR)
    edges = accumulate(shares, lambda x, share: x + share / sum(shares) * (right - LEFT), initial=LEFT)
    return Years(first, tuple(edges))


def _lanes(marks: list[Mark], scale: Years, now: float) -> tuple[tuple[Lane, ...], float]:
    lanes, top = [], TOP
    for category, name in CATEGORIES.items():
        rows = [mark for mark in marks if mark.category == category and mark.start]
        aside = [mark for mark in marks if mark.category == category and not mark.start]
        if not rows and not aside:
            continue
        drawn, lowest = _packed(rows, scale, now, top + PAD)
        waiting, lowest_waiting = _in_column(aside, scale.right + MARGIN + 16, top + PAD)
        height = round(max(lowest, lowest_waiting) + PAD - top, 1)
        lanes.append(Lane(category, Box(LEFT, top, WIDTH - LEFT, height), (_named(name, top),), drawn, waiting))
        top = round(top + height, 1)
    return tuple(lanes), top


def _named(name: str, top: float) -> Line:
    return Line(0, round(top + PAD + SIZE - 1, 1), name)


def _packed(marks: list[Mark], scale: Years, now: float, top: float) -> tuple[tuple[Drawn, ...], float]:
    """Each mark, by date, as high up as nothing is in its way."""
    drawn: list[Drawn] = []
    taken: list[Box] = []
    for mark in marks:
        left, right, radius = _sign_ends(mark, scale)
        way, y = _best(_ways(mark, scale), taken, top, now, CROSSING_PAST if mark.urgency == "past" else CROSSING)
        words = words_of(mark, way.x, y + way.drop, room=way.room, size=SIZE, anchor=way.anchor, joined=True)
        box = Box(way.box.x, round(y + way.box.y, 1), way.box.width, way.box.height)
        drawn.append(Drawn(mark, sign(left, right, y + SIZE / 2 + 1, radius), words, (), box))
        taken.append(box.grown(GAP / 2))
    return tuple(drawn), max((part.box.bottom for part in drawn), default=top)


def _sign_ends(mark: Mark, scale: Years) -> tuple[float, float, float]:
    """From and to where the sign reaches, and half its height."""
    left = scale.x(mark.first)
    right = left if mark.first == mark.last else scale.x(mark.last + dt.timedelta(days=1))
    return left, right, PAST_RADIUS if mark.urgency == "past" else RADIUS


def _ways(mark: Mark, scale: Years) -> list[Way]:
    """To the right of the sign, to the left, in one line and in more; where none of these goes, under it."""
    left, right, radius = _sign_ends(mark, scale)
    middle, half = (left + right) / 2, max((right - left) / 2, radius)
    signed = Box(middle - half, 0, 2 * half, LEADING)
    found = []
    for room in ROOMS:
        for x, anchor in ((signed.right + 6, "start"), (signed.x - 6, "end")):
            box = words_of(mark, x, 0, room=room, size=SIZE, anchor=anchor, joined=True).box
            if box.x >= LEFT + 2 and box.right <= scale.right + MARGIN:
                found.append(Way(x, anchor, room, 0, box.with_(signed).grown(2)))
    if not found:
        width = words_of(mark, 0, 0, room=ROOMS[-1], size=SIZE, joined=True).box.width
        x = max(LEFT + 2, min(signed.x, scale.right + MARGIN - width))
        box = words_of(mark, x, LEADING, room=ROOMS[-1], size=SIZE, joined=True).box
        found.append(Way(x, "start", ROOMS[-1], LEADING, box.with_(signed).grown(2)))
    return found


def _best(ways: list[Way], taken: list[Box], top: float, now: float, crossing: float) -> tuple[Way, float]:
    """The way that ends highest, and its height. One over today's line, at `now`, counts as `crossing` lower."""
    free = [_free_height(way.box, taken, top) for way in ways]
    over = [way.box.x < now < way.box.right for way in ways]
    ends = [y + way.box.height + crossing * cut for y, way, cut in zip(free, ways, over, strict=True)]
    number = ends.index(min(ends))
    return ways[number], free[number]


def _free_height(box: Box, taken: list[Box], top: float) -> float:
    """The first height from `top` down at which the box (drawn at 0) meets nothing."""
    y = top
    for other in sorted((b for b in taken if b.x < box.right and box.x < b.right), key=lambda other: other.y):
        if y + box.bottom > other.y:
            y = max(y, other.bottom - box.y)
    return round(y, 1)


def _in_column(marks: list[Mark], x: float, top: float) -> tuple[tuple[Drawn, ...], float]:
    """Those with no date, one under the other."""
    drawn = []
    for mark in marks:
        words = title_only(mark, x + 20, top, room=UNDATED - 26, size=SIZE)
        box = words.box.with_(Box(x + 1, top, 13, LEADING)).grown(2)
        drawn.append(Drawn(mark, sign(x + 7, x + 7, top + SIZE / 2 + 1, RADIUS), words, (), box))
        top += words.box.height + GAP
    return tuple(drawn), top


def _finding(dated: list[Mark], undated: list[Mark], today: dt.date) -> str:
    """The picture in two or three sentences."""
    past = [mark for mark in dated if mark.last < today]
    coming = [mark for mark in dated if mark.last >= today]
    said = []
    if past:
        what = "date" if len(past) == 1 else "dates"
        said.append(f"{len(past)} {what} since {past[0].first.year} {'is' if len(past) == 1 else 'are'} behind us")
    if coming:
        said.append(f"{len(coming)} {'is' if len(coming) == 1 else 'are'} still to come")
    if undated:
        said.append(f"{len(undated)} {'has' if len(undated) == 1 else 'have'} no date yet")
    ends = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)
    return f"{ends}. Years near today are drawn wider." if said else "There are no dates to show."
