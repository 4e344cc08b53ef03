"""What lists of events show, as one viewer may see it: read once, kept, and narrowed in memory."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from core import caching
from core.addresses import with_addresses
from core.facets import Choice, Shown, address
from events import times
from events.querysets.events import for_list, visible_to

VERSION = 2  # raise it when the shape of what is kept changes
WAYS = {"in_person": "In person", "online": "Online"}


@dataclass(frozen=True)
class Room:
    """The places of an event in one mode."""

    mode: str
    capacity: int
    confirmed: int
    left: int


@dataclass(frozen=True)
class Line:
    """An event in a list."""

    pk: int
    title: str
    url: str
    summary: str
    kind: str
    kind_words: str
    series: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    venue: str
    host: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    called_off: str
    rooms: tuple[Room, ...]
    topics: tuple[int, ...] = ()
    published_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None
    online: bool = False  # whether there is an address to join

    @property
    def ways(self) -> tuple[str, ...]:
        """How one takes part: by its places and its venue; one that had no places is online if it could be joined."""
        found = {room.mode for room in self.rooms} or ({"online"} if self.online else set())
        return tuple(way for way in WAYS if way in found or (way == "in_person" and self.venue))

    @property
    def moments(self) -> tuple[dt.datetime | None, ...]:
        """When a list says something else of it."""
        return (self.opens_at, self.closes_at, self.starts_at, self.ends_at)

    @property
    def where(self) -> str:
        """“Town Hall, and online”, “Online”."""
        return where_of(self.venue, self.ways)

    @property
    def time(self) -> str:
        """“9:30am to 4pm”; of several days: “9:30am, to Friday 20 November, 4pm”."""
        return times.span(self.starts_at, self.ends_at).partition(", ")[2]

    def is_on(self, now: dt.datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    def is_over(self, now: dt.datetime) -> bool:
        return self.ends_at <= now


@dataclass(frozen=True)
class Coming:
    """A line of what is to come, with how things stand: (kind of components/status_tag.html, words, icon)."""

    line: Line
    kind: str
    words: str
    icon: str
    is_on: bool


def where_of(venue: str, ways: Iterable[str]) -> str:
    """Where an event is, in words; "" where nobody has said yet."""
    online = "online" in ways
    if venue:
        return f"{venue}, and online" if online else venue
    return "Online" if online else ""


def lines_for(viewer) -> list[Line]:
    """Every event `viewer` may see, the earliest first. No query of its own when kept, else five.

    Kept until an event, its places or a page changes, for all who may see the same.
    """
    seen = visible_to(viewer)
    reach = hashlib.sha256(str(seen.values("pk").query).encode()).hexdigest()[:24]
    beside = ":".join(caching.versions_of(("pages", "members")).values())
    return list(caching.made_once("events", f"event-lines:{VERSION}:{reach}:{beside}", lambda: _read(viewer)))


def _read(viewer) -> tuple[Line, ...]:
    return tuple(_line(one) for one in with_addresses(for_list(viewer).prefetch_related("topic_links")))


def _line(one) -> Line:
    off = getattr(one, "called_off", None)
    return Line(
        pk=one.pk, title=one.title, url=one.address, summary=one.summary, kind=one.kind,
        kind_words=one.get_kind_display(), series=one.series, starts_at=one.starts_at, ends_at=one.ends_at,
        venue=one.venue, host=one.host.name if one.host else "", opens_at=one.book_opens_at,
        closes_at=one.book_closes_at, called_off=off.why if off else "",
        rooms=tuple(Room(room.mode, room.capacity, room.confirmed, room.left) for room in one.places.all()),
        topics=tuple(link.tag_id for link in one.topic_links.all()), published_at=one.first_published_at,
        changed_at=max((at for at in (one.last_published_at, off and off.at) if at), default=None),
        online=bool(one.online_url),
    )  # fmt: skip


# --- How things stand, in words ------------------------------------------------------------------------


def standing(line: Line, *, now: dt.datetime) -> tuple[str, str, str]:
    """How an event that is not over stands: kind and icon of a status tag, and the words; ("", "", "") for nothing."""
    if line.called_off:
        return "late", "Called off", "cross"
    if line.is_on(now):
        return "flag", "On now", ""
    if not line.rooms:
        return "", "", ""
    if line.opens_at and line.opens_at > now:
        return "info", f"Booking opens {times.day(line.opens_at, now=now)}", "calendar"
    if line.closes_at and line.closes_at <= now:
        return "plain", "Booking has closed", ""
    rooms = tuple(room for room in line.rooms if room.capacity)
    if not rooms:
        return "info", "Places are not open yet", "calendar"
    left = sum(room.left for room in rooms)
    if not left:
        return "due", "Full, with a waiting list", "clock"
    return "done", _left_words(rooms), "tick"


def _left_words(rooms: tuple[Room, ...]) -> str:
    """“12 places left”, “12 places left in the room, 40 online”, “Full in the room, 40 places left online”."""
    if len(rooms) == 1:
        return f"{_places(rooms[0].left)} left"
    inside, online = sorted(rooms, key=lambda room: room.mode != "in_person")[:2]
    if not inside.left:
        return f"Full in the room, {_places(online.left)} left online"
    if not online.left:
        return f"{_places(inside.left)} left in the room, full online"
    return f"{_places(inside.left)} left in the room, {online.left:,} online"


def _places(number: int) -> str:
    return "1 place" if number == 1 else f"{number:,} places"


# --- The page of the list ------------------------------------------------------------------------------


def index_for(viewer, asked: Mapping[str, str], *, now: dt.datetime) -> dict:
    """The context of the list: what is to come by month, the record by year, and the facets.

    `asked`: ?kind= &how= (one each) &year= (of what was). A value that no event has is no filter.
    """
    lines = lines_for(viewer)
    taken = _taken(lines, asked, now)
    fitting = [line for line in lines if _fits(line, taken)]
    coming = [line for line in fitting if not line.is_over(now)] if not taken["year"] else []
    past = [line for line in reversed(fitting) if line.is_over(now)]
    years = _years(past, taken["year"])
    return {
        "months": _months(coming, now),
        "years": years,
        "older": _older(past, years, taken),
        "facets": _facets(lines, taken, now),
        "taken": _off(lines, taken),
        "any": bool(lines),
        "filtered": any(taken.values()),
        "only_past": bool(taken["year"]),
        "year": taken["year"],
        "every_year": address({**taken, "year": ""}),
    }


def coming_for(viewer, *, now: dt.datetime, most: int) -> list[Coming]:
    """The next events `viewer` may come to, for other pages; not those that are called off."""
    found = [line for line in lines_for(viewer) if not line.is_over(now) and not line.called_off]
    return [_coming(line, now) for line in found[:most]]


def lines_about(topic, viewer) -> list[Line]:
    """The events about a topic that `viewer` may see, the latest first."""
    return [line for line in reversed(lines_for(viewer)) if topic.pk in line.topics]


def _coming(line: Line, now: dt.datetime) -> Coming:
    kind, words, icon = standing(line, now=now)
    return Coming(line, kind, words, icon, line.is_on(now))


def _months(lines: list[Line], now: dt.datetime) -> list[tuple[str, str, list[Coming]]]:
    """[(“On now” or “December 2026”, its name in the address, its events)]."""
    found: dict[tuple[str, str], list[Coming]] = {}
    for line in lines:
        day = timezone.localtime(line.starts_at)
        key = ("On now", "now") if line.is_on(now) and not line.called_off else (f"{day:%B %Y}", f"{day:%Y-%m}")
        found.setdefault(key, []).append(_coming(line, now))
    ordered = sorted(found.items(), key=lambda pair: pair[0][1] != "now")
    return [(title, key, some) for (title, key), some in ordered]


SHOWN_PAST = 12  # of what was, unless a year is asked for: whole years, at least one


def _year(line: Line) -> int:
    return timezone.localtime(line.starts_at).year


def _years(past: list[Line], year: str) -> list[tuple[int, list[Line]]]:
    by_year: dict[int, list[Line]] = {}
    for line in past:
        by_year.setdefault(_year(line), []).append(line)
    found, shown = [], 0
    for number, some in by_year.items():
        if shown and shown + len(some) > SHOWN_PAST and not year:
            break
        found.append((number, some))
        shown += len(some)
    return found


def _older(past: list[Line], years: list[tuple[int, list[Line]]], taken: Mapping[str, str]) -> list[Choice]:
    """Links to the years that are not shown."""
    shown = {year for year, _lines in years}
    counts = Counter(_year(line) for line in past if _year(line) not in shown)
    return [
        Choice(str(year), counts[year], address({**taken, "year": str(year)}), False) for year in sorted(counts)[::-1]
    ]


def _taken(lines: list[Line], asked: Mapping[str, str], now: dt.datetime) -> dict[str, str]:
    known = _known(lines, now)
    given = {name: asked.get(name, "") for name in known}
    return {name: value if value in known[name] else "" for name, value in given.items()}


def _known(lines: list[Line], now: dt.datetime) -> dict[str, dict[str, str]]:
    """What there is to choose from: nothing that no event has."""
    return {
        "kind": {line.kind: line.kind_words for line in lines},
        "how": {way: WAYS[way] for way in WAYS if any(way in line.ways for line in lines)},
        "year": {str(_year(line)): str(_year(line)) for line in reversed(lines) if line.is_over(now)},
    }


def _fits(line: Line, taken: Mapping[str, str]) -> bool:
    year = taken.get("year")
    return (
        (not taken.get("kind") or line.kind == taken["kind"])
        and (not taken.get("how") or taken["how"] in line.ways)
        and (not year or str(_year(line)) == year)
    )


def _facets(lines: list[Line], taken: Mapping[str, str], now: dt.datetime) -> list[Shown]:
    known = _known(lines, now)
    titles = {"kind": "Kind", "how": "How to take part", "year": "Past years"}
    found = []
    for name, title in titles.items():
        # a year is one of the record: beside it nothing to come is shown, nor counted
        only_past = name == "year" or bool(taken["year"])
        fitting = [line for line in lines if _fits(line, {**taken, name: ""})]
        others = [line for line in fitting if line.is_over(now) or not only_past]
        choices = [
            Choice(words, sum(_fits(line, {name: value}) for line in others),
                   address({**taken, name: "" if taken[name] == value else value}), taken[name] == value)
            for value, words in known[name].items()
        ]  # fmt: skip
        choices = [choice for choice in choices if choice.count or choice.current]
        if len(choices) > 1 or taken[name]:
            found.append(Shown(name, title, choices))
    return found


def _off(lines: list[Line], taken: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters that are on: (words, the address without it)."""
    words = {**{line.kind: line.kind_words for line in lines}, **WAYS}
    return [(words.get(value, value), address({**taken, name: ""})) for name, value in taken.items() if value]
