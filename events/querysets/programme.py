"""The programme of an event: its parts by time and room, who speaks in each, and how one reader stands with each."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from core import caching
from events.words import begins_with_article

VERSION = 1  # raise it when the shape of what is kept changes
MOST_ROOMS = 4  # side by side; an event with more is shown as a list


@dataclass(frozen=True)
class Person:
    """Somebody who speaks, as lists and cards name them; `colour` is that of their sector."""

    pk: int
    slug: str
    name: str
    role: str
    body: str
    colour: str
    chairs: bool = False
    bio: str = ""  # read only where it is shown

    @property
    def url(self) -> str:
        return reverse("events:speaker", args=[self.slug])

    @property
    def initials(self) -> str:
        """“TO” for Tom Ashby Orme; without the article of a group: “RO” for The Records Office."""
        words = [word for word in self.name.split() if word[:1].isalpha()]
        words = words[1:] or words if begins_with_article(self.name) else words
        return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


@dataclass(frozen=True)
class Talk:
    """A session as everybody may see it. `left`, `waiting`: of a session with places of its own, else None and 0."""

    pk: int
    event: int
    slug: str
    title: str
    summary: str
    kind: str
    kind_words: str
    level: str
    room: str
    room_order: tuple[int, int]
    starts_at: dt.datetime
    ends_at: dt.datetime
    capacity: int | None
    left: int | None
    waiting: int
    streamed: bool
    takes_questions: bool
    people: tuple[Person, ...]

    @property
    def url(self) -> str:
        return reverse("events:session", args=[self.event, self.pk, self.slug])

    @property
    def speakers(self) -> tuple[Person, ...]:
        return tuple(one for one in self.people if not one.chairs)

    @property
    def chair(self) -> Person | None:
        return next((one for one in self.people if one.chairs), None)

    @property
    def is_break(self) -> bool:
        return self.kind == "break"

    @property
    def across(self) -> bool:
        """For everybody, over all rooms."""
        return not self.room

    @property
    def can_be_chosen(self) -> bool:
        """Whether somebody with a place chooses it, or not: what everybody comes to needs no choice."""
        return not self.is_break and (self.capacity is not None or not self.across)

    def overlaps(self, other: "Talk") -> bool:
        """Whether nobody can be at both; a session doesn't overlap itself."""
        return self.pk != other.pk and self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def is_on(self, now: dt.datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    def is_over(self, now: dt.datetime) -> bool:
        return self.ends_at <= now


@dataclass(frozen=True)
class Card:
    """A session in the programme of one reader. `when`: over, on, coming; `mark`: confirmed, waiting or ""."""

    talk: Talk
    when: str
    mark: str = ""
    files: tuple[Any, ...] = ()
    span: int = 1  # the rows it stands over
    clashes: tuple[Talk, ...] = ()  # what else the reader chose that is at the same time

    @property
    def mine(self) -> bool:
        return self.mark == "confirmed"

    @property
    def is_over(self) -> bool:
        return self.when == "over"


@dataclass(frozen=True)
class Cell:
    """A place in the grid: the cards that start here, in one room or over all (`width` columns)."""

    cards: tuple[Card, ...] = ()
    room: str = ""
    width: int = 1
    height: int = 1


@dataclass(frozen=True)
class Row:
    """All that starts at one time; `ends_at` where it all ends at one time too."""

    starts_at: dt.datetime
    ends_at: dt.datetime | None
    cells: tuple[Cell, ...]
    is_on: bool
    is_over: bool
    only_break: bool
    is_short: bool = False  # something that began earlier still stands in one of its places

    @property
    def key(self) -> str:
        """Its name in the page’s address, “at-19-1130”: what is for everybody may start when the rest does."""
        whole = "-all" if len(self.cells) == 1 and not self.cells[0].room else ""
        return f"at-{timezone.localtime(self.starts_at):%d-%H%M}{whole}"


@dataclass(frozen=True)
class Day:
    """One day of an event."""

    date: dt.date
    rooms: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def is_grid(self) -> bool:
        """Whether its rooms stand side by side where there is room for it."""
        return 1 < len(self.rooms) <= MOST_ROOMS


@dataclass(frozen=True)
class Programme:
    """What one reader is shown: days of rows; what is on now and what comes next."""

    days: tuple[Day, ...] = ()
    on: tuple[Card, ...] = ()
    next: tuple[Card, ...] = ()
    only_mine: bool = False
    people: tuple[Person, ...] = field(default=())  # everybody who speaks, in the order of the programme
    moments: tuple[dt.datetime, ...] = ()  # when something begins or ends

    @property
    def is_several(self) -> bool:
        return len(self.days) > 1

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to choose on any day."""
        cells = [cell for day in self.days for row in day.rows for cell in row.cells]
        return any(card.talk.can_be_chosen for cell in cells for card in cell.cards)

    @property
    def asks(self) -> bool:
        """Whether there is anything that somebody with a place could still choose or leave."""
        cells = [cell for day in self.days for row in day.rows for cell in row.cells]
        return any(card.talk.can_be_chosen and not card.is_over for cell in cells for card in cell.cards)

    @property
    def now_key(self) -> str:
        """Where “Jump to now” leads, while something is on or still to come today."""
        rows = [row for day in self.days for row in day.rows]
        found = next((row for row in rows if row.is_on), None)
        found = found or next((row for row in rows if not row.is_over), None)
        return found.key if found else ""


def talks_of(event) -> tuple[Talk, ...]:
    """Every session in order, the same for all who may see the event. No query when kept, else two."""
    key = f"event-programme:{VERSION}:{event.pk}:{':'.join(caching.versions_of(('events', 'members')).values())}"
    return caching.made_once(f"event:{event.pk}", key, lambda: tuple(sorted(_read(event.pk), key=_in_order)))


def _in_order(talk: Talk) -> tuple:
    """By time; of those that start together first what is for everybody, then by room."""
    return (talk.starts_at, not talk.across, talk.room_order, talk.pk)


def _read(event: int) -> list[Talk]:
    from events.models.programme import Session

    waiting = Count("booked", filter=Q(booked__state="waiting"))
    found = Session.objects.filter(event=event).select_related("track").annotate(waiting=waiting)
    return talks(found)


def talks(sessions) -> list[Talk]:
    """Sessions (with their track; `waiting` where it was counted) as they are shown. Two queries."""
    rows = list(sessions)
    people = people_in([one.pk for one in rows])
    return [_talk(one, tuple(people.get(one.pk, ()))) for one in rows]


def people_in(sessions: Iterable[int]) -> dict[int, list[Person]]:
    """Who speaks in each of these sessions, in order, who takes the chair last. One query."""
    from events.models.programme import Speaking

    found: dict[int, list[Person]] = {}
    speaking = Speaking.objects.filter(session__in=list(sessions)).select_related("speaker__organisation__sector")
    for one in speaking.order_by("chairs", "order", "pk"):
        found.setdefault(one.session_id, []).append(person_of(one.speaker, chairs=one.chairs))
    return found


def person_of(speaker, *, chairs: bool = False) -> Person:
    """A speaker as they are named, with the organisation and its sector at hand."""
    body = speaker.organisation
    return Person(
        speaker.pk, speaker.slug, speaker.name, speaker.role, speaker.body or (body.name if body else ""),
        body.sector.colour if body else "", chairs,
    )  # fmt: skip


def _talk(one, people: tuple[Person, ...]) -> Talk:
    track = one.track
    return Talk(
        pk=one.pk, event=one.event_id, slug=one.slug, title=one.title, summary=one.summary, kind=one.kind,
        kind_words=one.get_kind_display(), level=one.get_level_display() if one.level else "",
        room=track.name if track else "", room_order=(track.order, track.pk) if track else (0, 0),
        starts_at=one.starts_at, ends_at=one.ends_at, capacity=one.capacity, left=one.left,
        waiting=getattr(one, "waiting", 0), streamed=one.streamed, takes_questions=one.takes_questions, people=people,
    )  # fmt: skip


# --- For one reader ------------------------------------------------------------------------------------


def programme_for(
    event,
    viewer,
    *,
    now: dt.datetime,
    marks: Mapping[int, str] | None = None,
    files: Mapping[int | None, list] | None = None,
    only_mine: bool = False,
) -> Programme:
    """The programme as one reader sees it: `marks` says how they stand in each session, `files` what there is of it.

    `only_mine`: their own agenda: what they are booked into or wait for, and what is for everybody.
    """
    marks, files = marks or {}, files or {}
    talks = talks_of(event)
    chosen = [talk for talk in talks if talk.pk in marks]
    cards = [
        Card(
            talk, _when(talk, now), str(marks.get(talk.pk, "")), tuple(files.get(talk.pk, ())),
            clashes=tuple(one for one in chosen if talk.pk in marks and talk.overlaps(one)),
        )
        for talk in talks
    ]  # fmt: skip
    people = {one.pk: replace(one, chairs=False) for card in cards for one in card.talk.people}
    on = tuple(card for card in cards if card.when == "on")
    coming = [card for card in cards if card.when == "coming"]
    soon = tuple(card for card in coming if card.talk.starts_at == coming[0].talk.starts_at) if coming else ()
    shown = [card for card in cards if not only_mine or card.mark or card.talk.across]
    moments = tuple(moment for card in cards for moment in (card.talk.starts_at, card.talk.ends_at))
    return Programme(_days(shown), on, soon, only_mine, tuple(people.values()), moments)


def _when(talk: Talk, now: dt.datetime) -> str:
    if talk.is_over(now):
        return "over"
    return "on" if talk.is_on(now) else "coming"


def _days(cards: list[Card]) -> tuple[Day, ...]:
    by_day: dict[dt.date, list[Card]] = {}
    for card in cards:
        by_day.setdefault(timezone.localdate(card.talk.starts_at), []).append(card)
    return tuple(_day(date, some) for date, some in sorted(by_day.items()))


def _day(date: dt.date, cards: list[Card]) -> Day:
    order = {card.talk.room: card.talk.room_order for card in cards if not card.talk.across}
    rooms = tuple(sorted(order, key=lambda room: order[room]))
    starts = sorted({card.talk.starts_at for card in cards})
    at = [[card for card in cards if card.talk.starts_at == start] for start in starts]
    taken = dict.fromkeys(rooms, 0)  # for how many rows more something that began earlier stands in each room
    rows: list[Row] = []
    for place, here in enumerate(at):
        whole = tuple(card for card in here if card.talk.across)
        if whole:
            rows.append(_row(whole, (Cell(whole, "", max(len(rooms), 1)),)))
        if len(whole) < len(here):
            beside = tuple(card for card in here if not card.talk.across)
            cells = tuple(_cells(beside, rooms, at[place + 1 :], taken))
            rows.append(replace(_row(beside, cells), is_short=len(cells) < len(rooms)))
    return Day(date, rooms, tuple(rows))


def _row(cards: tuple[Card, ...], cells: tuple[Cell, ...]) -> Row:
    ends = {card.talk.ends_at for card in cards}
    return Row(
        cards[0].talk.starts_at, ends.pop() if len(ends) == 1 else None, cells,
        is_on=any(card.when == "on" for card in cards), is_over=all(card.when == "over" for card in cards),
        only_break=all(card.talk.is_break for card in cards),
    )  # fmt: skip


def _cells(cards: tuple[Card, ...], rooms, later: list[list[Card]], taken: dict[str, int]) -> Iterator[Cell]:
    for room in rooms:
        if taken[room]:
            taken[room] -= 1
            continue
        here = tuple(card for card in cards if card.talk.room == room)
        height = _height(here, room, later)
        taken[room] = height - 1
        yield Cell(here, room, 1, height)


def _height(here: tuple[Card, ...], room: str, later: list[list[Card]]) -> int:
    """How many rows what starts here stands over: until it ends, the room is used again or all come together."""
    if not here:
        return 1
    ends, height = max(card.talk.ends_at for card in here), 1
    for cards in later:
        over = cards[0].talk.starts_at >= ends
        if over or any(card.talk.across or card.talk.room == room for card in cards):
            break
        height += 1
    return height
