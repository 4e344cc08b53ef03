"""What a ticket shows: where its holder stands, what they can do, and what they need to come."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from core.quoting import quoted
from events import times, words
from events.letters import in_words
from events.models.booking import Booking, SessionBooking
from events.models.places import Mode
from events.models.programme import Session
from events.querysets import mine, told, told_sessions
from events.querysets.events import address_of
from events.querysets.programme import talks_of
from events.standing import Marks, event_status, is_off, marks_of
from members.pages import page_visible_to

State = Booking.State
CODES = 512  # drawn ones that a process remembers: each takes longer to draw than the rest of its ticket


@dataclass(frozen=True)
class Ticket:
    """Everything of one booking, for its holder."""

    booking: Booking
    marks: Marks
    now: dt.datetime
    chosen: list[SessionBooking]

    @property
    def event(self):
        return self.booking.event

    @property
    def state(self) -> str:
        return self.marks.status

    @property
    def title(self) -> str:
        return self.marks.state_words

    @property
    def is_over(self) -> bool:
        return self.event.is_over(now=self.now)

    @property
    def is_live(self) -> bool:
        """Whether there is still something to do about it."""
        return self.state in Booking.ACTIVE and not self.is_over

    @property
    def has_place(self) -> bool:
        return self.state == State.CONFIRMED

    @property
    def when(self) -> str:
        return times.span(self.event.starts_at, self.event.ends_at, now=self.now)

    @property
    def day_address(self) -> str:
        """Where their sessions stand on its page."""
        return f"{reverse('events:ticket', args=[self.booking.key])}#day-head"

    @property
    def until(self) -> str:
        """Until when an offer is kept."""
        return times.at(self.booking.offered_until, now=self.now) if self.booking.offered_until else ""

    @property
    def ahead(self) -> str:
        return words.ahead(self.marks.position)

    @property
    def rules(self) -> tuple[str, ...]:
        """How the line goes on."""
        return (words.RULE, words.RULE_SOON, words.RULE_AGAIN)

    @property
    def mode(self) -> str:
        return Mode(self.booking.mode).label

    @property
    def is_online(self) -> bool:
        return self.booking.mode == Mode.ONLINE

    @property
    def joins_at(self) -> str:
        """The address to join: only for who has a place online."""
        return self.event.online_url if self.has_place and self.is_online else ""

    @property
    def other(self):
        """The places of the other way to come, if there are any."""
        return next((one for mode, one in self.marks.places.items() if mode != self.booking.mode), None)

    @property
    def other_words(self) -> str:
        return "online" if self.other and self.other.mode == Mode.ONLINE else "in person"

    @property
    def why_off(self) -> str:
        return self.event.called_off.why if is_off(self.event) else ""

    @property
    def may_book_again(self) -> bool:
        return event_status(self.event, self.marks.places, now=self.now) == "open"


def ticket_of(booking: Booking, *, now: dt.datetime) -> Ticket:
    """What the page of a booking shows. A fixed number of queries."""
    chosen = mine.agenda_of(booking)
    return Ticket(booking, marks_of(booking, now=now, agenda=chosen), now, chosen)


def around(ticket: Ticket, viewer) -> dict:
    """What stands beside it: the event's address if they may see it, their sessions, what they answered, changes;
    and once it is over what there is to do."""
    booking, event, chosen = ticket.booking, ticket.event, ticket.chosen
    told_of = told.all_told(event)
    changes = [row for row in told_of if row.session_id is None]
    moved = [
        f"{quoted(row.session.title)}: {in_words(one)}"
        for row in told_sessions.concerning(chosen, told_of)
        for one in row.changes
    ]
    return {
        "address": address_of(event) if page_visible_to(event, viewer) else "",
        "agenda": _day_of(chosen),
        "answers": mine.answers_of(booking),
        "needs": getattr(booking, "needs", None),
        "needs_erased": mine.needs_erased_at(event) if ticket.is_over else None,
        "changes": [*(in_words(each) for one in changes if one.at > booking.made_at for each in one.changes), *moved],
        "after": ticket.marks.after,
        "has_sessions": any(talk.can_be_chosen for talk in talks_of(event)),
    }


def _day_of(chosen: list[SessionBooking]) -> list["Part"]:
    """Their sessions in time, each with those that are at the same time."""
    return [
        Part(one, tuple(other.session for other in chosen if other is not one and one.session.overlaps(other.session)))
        for one in chosen
    ]


@dataclass(frozen=True)
class Part:
    """One session of somebody's day; `clashes`: what else they chose that is at the same time."""

    chosen: SessionBooking
    clashes: tuple[Session, ...] = ()

    @property
    def session(self):
        return self.chosen.session

    @property
    def time(self) -> str:
        one = self.session
        starts, ends = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
        return f"{starts:%H:%M} to {ends:%H:%M}"

    @property
    def day(self) -> str:
        return times.day(self.session.starts_at)

    @property
    def room(self) -> str:
        return self.session.track.name if self.session.track else ""

    @property
    def waits(self) -> bool:
        return self.chosen.state == SessionBooking.State.WAITING


def code_of(booking: Booking) -> SafeString:
    """The square code that the door reads, as a picture in the page: dark on white, also at night."""
    return _drawn(settings.SITE_URL + reverse("events:door-person", args=[booking.key]))


@lru_cache(maxsize=CODES)
def _drawn(address: str) -> SafeString:
    code = segno.make(address, error="m", micro=False)
    # made by us of an address of ours: there is nothing in it to escape
    return mark_safe(
        code.svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True, svgclass="ticket-code__picture",
                        lineclass=None, title="Square code of your ticket")
    )  # fmt: skip
