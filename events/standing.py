"""How one person stands with an event, and with all they booked: in words, for pages."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from events import words
from events.models.booking import Booking
from events.models.calling import CalledOff
from events.models.places import Allocation, Mode, Places
from events.pages.event import EventPage
from events.querysets import mine as reads
from events.querysets.after import After, after_of, afters_of
from events.querysets.bookings import of_viewer, position_of
from events.times import at, span
from members.models import Member

State = Booking.State
DOORS_OPEN = dt.timedelta(minutes=30)  # before the start


@dataclass(frozen=True)
class Marks:
    """What an event's page says to one reader. `status` names it in one word; `state_words` in a sentence."""

    status: str
    state_words: str = ""
    booking: Booking | None = None
    position: int = 0
    sessions: dict[int, str] = field(default_factory=dict)  # {number: "confirmed" | "waiting"}
    lines: dict[int, int] = field(default_factory=dict)  # {number of a session: position in its line}
    places: dict[str, Places] = field(default_factory=dict)  # by mode
    kept: list[Allocation] = field(default_factory=list)  # for the reader's organisation
    must_ask: bool = False  # whether there is something to ask before booking
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    is_over: bool = False
    is_open: bool = False  # whether anybody can book now
    may_join: bool = False  # whether the way in online is open to them now
    after: After | None = None  # once it is over, what there still is for them

    @property
    def may_book(self) -> bool:
        """Whether the button books for this very reader."""
        return self.status == "open"

    @property
    def has_place(self) -> bool:
        return self.booking is not None and self.booking.state == State.CONFIRMED

    @property
    def left(self) -> int:
        """Places that are free now, in any mode."""
        return sum(one.left for one in self.places.values())

    @property
    def kept_words(self) -> str:
        """“Your organisation has 3 places kept until Thursday 19 November.”"""
        return kept_words(self.kept)


NO_ROOM = "Places are not open yet."

# Who can book, by what an event's page may say to them.
NOBODY = {
    "off": "This event does not take place.",
    "over": "This event is over.",
    "no_places": "There is nothing to book: just come.",
    "closed": "Booking has closed.",
    "no_room": NO_ROOM,
}


def marks_for(event: EventPage, viewer, *, now: dt.datetime) -> Marks:
    """What the page of an event says to `viewer`. At most five queries; one for who is not signed in."""
    member = viewer if viewer.is_authenticated else None
    places = reads.places_at(event)
    times: Any = {"places": places, "opens_at": event.book_opens_at, "closes_at": closes_at(event)}
    booking = of_viewer(event, member) if member else None
    if booking is not None:
        return _booked(event, booking, times, now=now)
    status = event_status(event, places, now=now)
    times["places"] = places = to_be_had(places)
    if status == "not_yet":
        return Marks(status, f"Booking opens at {at(event.book_opens_at or now, now=now)}.", **times)
    if status != "open":
        return Marks(status, NOBODY[status], **times)
    if member is None:
        return Marks("stranger", **times)
    if not member.is_taking_part():
        return Marks("not_vouched", **times)
    kept = reads.kept_for(event, member)
    return Marks("open", is_open=True, kept=kept, must_ask=len(places) > 1 or reads.asks_something(event), **times)


def _booked(event: EventPage, booking: Booking, times: dict, *, now: dt.datetime, agenda: list | None = None) -> Marks:
    booking.event = event
    position = position_of(booking)
    found = reads.session_states(booking) if agenda is None else reads.states_in(agenda)
    sessions = {pk: state for pk, (state, _) in found.items()}
    lines = {pk: place for pk, (_, place) in found.items() if place}
    over = event.is_over(now=now)
    said = _past(booking) if over else words.state(booking, now=now, place_in_line=position)
    is_open = event_status(event, times["places"], now=now) == "open"
    return Marks(
        booking.state_at(now=now), said, booking=booking, position=position, sessions=sessions, lines=lines,
        is_over=over, is_open=is_open, may_join=_may_join(booking, now=now),
        after=after_of(booking, now=now), **times,
    )  # fmt: skip


def _may_join(booking: Booking, *, now: dt.datetime) -> bool:
    """A place online, from shortly before the start to the end, where there is an address."""
    event = booking.event
    online = booking.state == State.CONFIRMED and booking.mode == Mode.ONLINE and event.online_url
    return bool(online) and event.starts_at - DOORS_OPEN <= now < event.ends_at


def _past(booking: Booking) -> str:
    """Where a booking stood when its event was over."""
    return "You had a place" if booking.state == State.CONFIRMED else "This event is over"


def marks_of(booking: Booking, *, now: dt.datetime, agenda: list | None = None) -> Marks:
    """The same for the holder of one booking, whether signed in or a guest. At most four queries.

    `agenda`: the sessions it holds, where they were read (`mine.agenda_of`): then one less.
    """
    event = booking.event
    times = {
        "places": reads.places_at(event), "opens_at": event.book_opens_at, "closes_at": closes_at(event)
    }  # fmt: skip
    return _booked(event, booking, times, now=now, agenda=agenda)


def to_be_had(places: dict[str, Places]) -> dict[str, Places]:
    """Without the ways of coming that have no places; all of them where none has any."""
    return {mode: one for mode, one in places.items() if one.capacity} or places


def event_status(event: EventPage, places: dict, *, now: dt.datetime) -> str:
    """ "off", "over", "no_places", "not_yet", "closed", "no_room" (none to be had) or "open"."""
    if is_off(event):
        return "off"
    if event.is_over(now=now):
        return "over"
    if not places:
        return "no_places"
    if event.book_opens_at and now < event.book_opens_at:
        return "not_yet"
    if has_closed(event, now=now):
        return "closed"
    return "open" if any(one.capacity for one in places.values()) else "no_room"


def is_off(event: EventPage) -> bool:
    """Whether it was called off; no query when it was asked for with that."""
    try:
        return event.called_off is not None
    except CalledOff.DoesNotExist:
        return False


def closes_at(event: EventPage) -> dt.datetime:
    return event.book_closes_at or event.starts_at


def has_closed(event: EventPage, *, now: dt.datetime) -> bool:
    """Whether it is too late to book."""
    return now >= closes_at(event)


def kept_words(kept: list[Allocation], *, counted: bool = True) -> str:
    """“Your organisation has 3 places kept until Thursday 19 November.”, or, not `counted`, “has places kept”."""
    if not kept:
        return ""
    parts = []
    for one in kept:
        free = one.places - one.used
        many = f"{free} {'place' if free == 1 else 'places'}" if counted else "places"
        last = one.release_on - dt.timedelta(days=1)
        how = f" {Mode(one.mode).label.lower()}"
        parts.append(f"{many}{how} kept until {last:%A} {last.day} {last:%B}")
    return f"Your organisation has {' and '.join(parts)}."


# --- All one booked ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BookingRow:
    """A booking in a list, in words."""

    booking: Booking
    state: str
    words: str
    when: str
    after: After | None = None  # of a past one: what there still is for them

    @property
    def event(self) -> EventPage:
        return self.booking.event


@dataclass(frozen=True)
class MyBookings:
    """One's own bookings: what one comes to, waits for, was at; and those one made for others."""

    coming: list[BookingRow]
    waiting: list[BookingRow]
    past: list[BookingRow]
    over: list[BookingRow]  # given up, gone, called off; of what is still to come
    for_others: list[BookingRow]

    def __bool__(self) -> bool:
        return any((self.coming, self.waiting, self.past, self.over, self.for_others))


def my_bookings(member: Member, *, now: dt.datetime) -> MyBookings:
    """A fixed number of queries."""
    found = list(reads.bookings_of(member))
    others = reads.booked_for_others(member)
    places = reads.positions_of(found + others)
    rows = _rows(found, places, now=now)
    ahead = [row for row in rows if not row.event.is_over(now=now)]
    past = [row for row in reversed(rows) if row.event.is_over(now=now) and row.state == State.CONFIRMED]
    afters = afters_of([row.booking for row in past], now=now)
    return MyBookings(
        coming=[row for row in ahead if row.state == State.CONFIRMED],
        waiting=[row for row in ahead if row.state in (State.WAITING, State.OFFERED)],
        past=[replace(row, after=afters.get(row.booking.pk)) for row in past],
        over=[row for row in ahead if row.state in Booking.OVER],
        for_others=[row for row in _rows(others, places, now=now) if not row.event.is_over(now=now)],
    )


def rows_for_others(member: Member, event: EventPage, *, now: dt.datetime) -> list[BookingRow]:
    """The active bookings a member made for others at an event, until it is over: then there is nothing to give up."""
    others = [] if event.is_over(now=now) else reads.booked_for_others(member, event)
    return _rows(others, reads.positions_of(others), now=now)


def _rows(bookings: list[Booking], places: dict[int, int], *, now: dt.datetime) -> list[BookingRow]:
    return [
        BookingRow(
            one, one.state_at(now=now), words.state(one, now=now, place_in_line=places.get(one.pk, 0)),
            span(one.event.starts_at, one.event.ends_at, now=now),
        )
        for one in bookings
    ]  # fmt: skip
