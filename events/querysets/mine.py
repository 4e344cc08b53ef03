"""Reads of one person’s bookings, of those they made for others, and of who else comes."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery

from core.prepared import Prepared
from events.models.booking import Booking, BookingAnswer, BookingQuestion, NeedsErased, SessionBooking
from events.models.guest import AskedFor
from events.models.places import Allocation, Places
from events.pages.event import EventPage
from events.querysets.feedback import FEWEST
from members.models import Member

State = Booking.State
LARGEST = 2**63 - 1  # of a number in the database


def asks_something(event: EventPage) -> bool:
    """Whether an event has a question that must be answered."""
    return _asking.first(event.pk) is not None


def kept_for(event: EventPage, member: Member, *, used_up: bool = False) -> list[Allocation]:
    """What is kept for a member's organisation at an event. One query; none without an organisation.

    Only where some are left, unless `used_up`.
    """
    if not member.organisation_id:
        return []
    rows = _kept_at(event.pk, member.organisation_id)
    return [one for one in rows if used_up or one.used < one.places]


def session_states(booking: Booking) -> dict[int, tuple[str, int]]:
    """{number of the session: ("confirmed", 0) or ("waiting", position from 1)} of a booking. One query."""
    return states_in(_chosen_by(booking.pk))


def states_in(agenda: list) -> dict[int, tuple[str, int]]:
    """The same of an agenda (`agenda_of`) that was read."""
    waiting = SessionBooking.State.WAITING
    return {one.session_id: (one.state, one.position if one.state == waiting else 0) for one in agenda}


# --- One ticket ---------------------------------------------------------------------------------------


def _whole() -> Any:
    found = Booking.objects.select_related(
        "event__called_off", "event__host", "member", "organisation", "booked_by", "needs", "guest_link"
    )
    return found.defer("event__about", "event__report")


def ticket(key: UUID) -> Booking | None:
    """A booking with what its ticket shows, its event without its long words. One query."""
    return _tickets.first(key)


def agenda_of(booking: Booking) -> list[SessionBooking]:
    """The sessions a booking holds, in time, with rooms, and the `position` of those it waits for. One query."""
    return _agendas(booking.pk)


def needs_erased_at(event: EventPage) -> dt.datetime | None:
    """When what people needed at an event was erased."""
    found = _erased.first(event.pk)
    return found.at if found else None


def answers_of(booking: Booking) -> list:
    """What they answered, in the order asked."""
    return _answers(booking.pk)


def places_at(event: EventPage) -> dict[str, Places]:
    """The places of an event by mode. One query."""
    return {one.mode: one for one in _places(event.pk)}


def questions_of(event: EventPage) -> list[BookingQuestion]:
    return list(BookingQuestion.objects.filter(event=event))


def session_of(event: EventPage, pk: int):
    """A part of this event's programme, or None."""
    return event.sessions.select_related("track").filter(pk=pk).first()


def booking_at(event: int, viewer, keys: list[str]) -> Booking | None:
    """The active booking at an event of who is signed in, or that a guest opened by link. One query or two."""
    found = _whole().active().filter(event=min(event, LARGEST))
    own = found.for_member(viewer).first() if viewer.is_authenticated else None
    return own or (found.filter(member=None, key__in=keys).first() if keys else None)


def last_by_pk(event: int, member: Member) -> Booking | None:
    """The active booking of a member at the event with this number, else the latest; whoever may see its page."""
    own = Booking.objects.filter(event=min(event, LARGEST)).for_member(member)
    return own.active().first() or own.order_by("-pk").first()


def last_of_guest(event: EventPage, email: str) -> Booking | None:
    """The active booking for this address at an event."""
    found = Booking.objects.filter(event=event, guest_email__iexact=email, state__in=Booking.ACTIVE)
    return found.select_related("event", "booked_by").first()


# What pages of one event and of one ticket ask each time: its SQL is put together once.


def _choices(booking: int) -> QuerySet:
    waiting = SessionBooking.State.WAITING
    before = SessionBooking.objects.filter(session=OuterRef("session"), state=waiting, pk__lte=OuterRef("pk"))
    position = Subquery(before.order_by().values("session").annotate(many=Count("pk")).values("many"))
    return SessionBooking.objects.filter(booking=booking).annotate(position=position)


def _kept_for(event: int, organisation: int) -> QuerySet:
    return Allocation.objects.filter(event=event, organisation=organisation, released_at=None, places__gt=0)


def _answers_by(booking: int) -> QuerySet:
    found = BookingAnswer.objects.filter(booking=booking).select_related("question")
    return found.order_by("question__order", "question_id")


_tickets = Prepared(lambda key: _whole().filter(key=key))
_chosen_by = Prepared(_choices)
_agendas = Prepared(
    lambda booking: _choices(booking).select_related("session__track").order_by("session__starts_at", "pk")
)
_answers = Prepared(_answers_by)
_places = Prepared(lambda event: Places.objects.filter(event=event))
_kept_at = Prepared(_kept_for)
_asking = Prepared(lambda event: BookingQuestion.objects.filter(event=event, required=True).order_by()[:1])
_erased = Prepared(lambda event: NeedsErased.objects.filter(event=event).order_by("-at")[:1])


# --- My bookings --------------------------------------------------------------------------------------


def bookings_of(member: Member) -> QuerySet:
    """Everything a member booked or stands in line for, with the events. Two queries."""
    sessions = Prefetch("sessions", SessionBooking.objects.select_related("session").order_by("session__starts_at"))
    found = Booking.objects.for_member(member).select_related("event__called_off", "member").prefetch_related(sessions)
    return found.defer("event__about", "event__report").order_by("event__starts_at", "pk")


def positions_of(bookings: list[Booking]) -> dict[int, int]:
    """At which position each of these stands in its line. One query, or none when none waits."""
    waiting = [one for one in bookings if one.state == State.WAITING]
    if not waiting:
        return {}
    events = {one.event_id for one in waiting}
    line = Booking.objects.filter(event__in=events, state=State.WAITING).values_list("event", "mode", "queue_number")
    rows: list[Any] = list(line)
    return {
        one.pk: 1 + sum(1 for event, mode, number in rows if (event, mode) == (one.event_id, one.mode)
                        and number < (one.queue_number or 0))
        for one in waiting
    }  # fmt: skip


def booked_for_others(member: Member, event: EventPage | None = None) -> list[Booking]:
    """The active bookings a member made for others, but for those by an address: they tell nothing of it."""
    by_address = AskedFor.objects.filter(by=member, booking__isnull=False).values("booking")
    made = Booking.objects.filter(booked_by=member, state__in=Booking.ACTIVE, erased_at=None).exclude(member=member)
    found = made.exclude(pk__in=by_address)
    if event is not None:
        found = found.filter(event=event)
    return list(found.select_related("event", "member", "organisation").order_by("event__starts_at", "pk"))


def asked_by(member: Member, event: EventPage) -> list[AskedFor]:
    """The addresses a member asked us to book for at an event."""
    return list(AskedFor.objects.filter(by=member, event=event))


def colleagues_of(member: Member) -> QuerySet:
    """Who a member may book for by name: those who take part and work at the same organisation."""
    if not member.organisation_id:
        return Member.objects.none()
    same = Member.objects.taking_part().filter(organisation=member.organisation_id).exclude(pk=member.pk)
    return same.order_by("display_name", "pk")


# --- Delegates ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delegates:
    """Who comes and agreed to be listed; of the others how many, and where several come from."""

    listed: list[Booking]
    others: list[tuple[str, int]]
    rest: int  # of `others`, those from where too few come to say so
    count: int


def delegates_of(event: EventPage) -> Delegates:
    """Two queries, whatever their number."""
    found = Booking.objects.filter(event=event, state=State.CONFIRMED)
    rows = list(found.select_related("member", "organisation"))
    listed = sorted((one for one in rows if one.list_me), key=lambda one: one.name.casefold())
    unlisted = [one for one in rows if not one.list_me]
    counts = Counter(one.organisation.name for one in unlisted if one.organisation_id)
    # the one who comes from a small charity would be as good as named
    others = sorted(
        ((name, many) for name, many in counts.items() if many >= FEWEST), key=lambda row: row[0].casefold()
    )
    return Delegates(listed, others, len(unlisted) - sum(many for _, many in others), len(rows))
