"""Who is to be told of what happens to an event, and what mails say of a booking."""

import datetime as dt

from django.db.models import QuerySet

from events.models.booking import Booking, EventReminder
from events.models.calling import ChangeTold
from events.pages.event import EventPage
from members.models import Member


def for_telling(pk: int) -> Booking | None:
    """A booking with all that is said of it. One query."""
    return Booking.objects.select_related("event", "member", "booked_by").filter(pk=pk).first()


def of_event(event: EventPage, states) -> QuerySet:
    """The bookings of an event in one of these states."""
    return Booking.objects.filter(event=event, state__in=states)


def members_of(event: EventPage, states) -> QuerySet:
    """The members whose booking is in one of these states, for `notify`."""
    booked = of_event(event, states).filter(member__isnull=False)
    return Member.objects.taking_part().filter(pk__in=booked.values("member"))


def guests_of(event: EventPage, states) -> list[Booking]:
    """The guests whose booking is in one of these states, each with the event."""
    booked = of_event(event, states).filter(member=None).exclude(guest_email="")
    return list(booked.select_related("event", "booked_by").order_by("pk"))


def reason_of(booking: Booking) -> tuple[Member | None, str]:
    """Who did the last thing to a booking, and why."""
    last = booking.moves.select_related("by").order_by("-at", "-pk").first()
    return (last.by, last.reason) if last else (None, "")


def waited(booking: Booking) -> bool:
    """Whether they stood in the line before."""
    return booking.moves.filter(state=Booking.State.WAITING).exists()


def bookings_by_pk(numbers) -> dict[int, Booking]:
    """Bookings with their events, by number. One query."""
    return Booking.objects.select_related("event", "member", "booked_by").in_bulk(set(numbers))


def own_of_events(member_pks, event_pks) -> dict[tuple[int, int], Booking]:
    """The latest booking of each of these members at each of these events. One query."""
    rows = Booking.objects.filter(member__in=set(member_pks), event__in=set(event_pks)).select_related("event")
    return {(one.member_id, one.event_id): one for one in rows.order_by("pk")}


def told_changes(event_pks) -> dict[int, list]:
    """The changes people were told of, by event, in order. One query."""
    found: dict[int, list] = {}
    for one in ChangeTold.objects.filter(event__in=set(event_pks)).order_by("number"):
        found.setdefault(one.event_id, []).append(one)
    return found


def stage_of(reminder: int) -> int:
    """Which stage a reminder of the ledger was: 7 or 1 days before; 0 when it is gone."""
    return EventReminder.objects.filter(pk=reminder).values_list("stage", flat=True).first() or 0


def coming_until(end: dt.datetime, *, now: dt.datetime) -> QuerySet:
    """Published events that begin between now and `end`, and are not called off."""
    coming = EventPage.objects.filter(live=True, called_off=None, starts_at__gt=now, starts_at__lte=end)
    return coming.order_by("starts_at", "pk")


def was_reminded(event: EventPage, stage: int) -> bool:
    """Whether this stage of this event, at this time, was reminded of."""
    return EventReminder.objects.filter(event=event, stage=stage, starts_at=event.starts_at).exists()
