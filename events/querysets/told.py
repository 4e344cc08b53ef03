"""Who is to be told of what happens to an event, and what mails say of a booking."""

import datetime as dt

from django.db.models import QuerySet, prefetch_related_objects

from core.prepared import Prepared
from events.models.booking import Booking, EventReminder
from events.models.calling import ChangeTold
from events.pages.event import EventPage
from events.querysets.calendars import last_told
from members.models import Member


def for_telling(pk: int) -> Booking | None:
    """A booking with all that is said of it. One query."""
    return Booking.objects.select_related("event", "member", "booked_by", "guest_link").filter(pk=pk).first()


def of_event(event: EventPage, states) -> QuerySet:
    """The bookings of an event in one of these states."""
    return Booking.objects.filter(event=event, state__in=states)


def members_of(event: EventPage, states) -> QuerySet:
    """The members whose booking is in one of these states, for `notify`."""
    return members_among(of_event(event, states))


def members_among(booked: QuerySet) -> QuerySet:
    """The members whose bookings these are, for `notify`."""
    return Member.objects.taking_part().filter(pk__in=booked.filter(member__isnull=False).values("member"))


def guests_of(event: EventPage, states) -> list[Booking]:
    """The guests whose booking is in one of these states, to be written to."""
    return guests_in(of_event(event, states), event)


def guests_among(booked: QuerySet) -> QuerySet:
    """Those of these bookings that are of guests who have an address."""
    return booked.filter(member=None).exclude(guest_email="")


def guests_in(booked: QuerySet, event: EventPage) -> list[Booking]:
    """The guests among these bookings of an event, each with all that a mail to them says. At most four queries.

    Each address once: of two bookings the later.
    """
    event.told, event.told_at = last_told(event)
    prefetch_related_objects([event], "places")
    rows = guests_among(booked).select_related("booked_by", "guest_link").order_by("pk")
    guests = list({one.guest_email.lower(): one for one in rows}.values())
    for one in guests:
        one.event = event
    return guests


def was_called_on_since(event, number: int) -> bool:
    """Whether it was called off and on once more after the change of that number."""
    from events.models.calling import AFTER_ALL

    later = event.changes_told.filter(number__gt=number).values_list("changes", flat=True)
    return any(change[0] == AFTER_ALL for changes in later for change in changes)


def members_called_off(event: EventPage) -> QuerySet:
    """The members whose booking ended when the event was called off, and who have not booked again."""
    again = of_event(event, Booking.ACTIVE).filter(member__isnull=False)
    return members_of(event, (Booking.State.CALLED_OFF,)).exclude(pk__in=again.values("member"))


def guests_called_off(event: EventPage) -> list[Booking]:
    """The guests among them, to be written to."""
    again = {one.guest_email.lower() for one in guests_among(of_event(event, Booking.ACTIVE))}
    return [one for one in guests_of(event, (Booking.State.CALLED_OFF,)) if one.guest_email.lower() not in again]


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
    """The changes of whole events that people were told of, by event, in order. One query."""
    found: dict[int, list] = {}
    for one in ChangeTold.objects.filter(event__in=set(event_pks), session=None).order_by("number"):
        found.setdefault(one.event_id, []).append(one)
    return found


def all_told(event: EventPage) -> list[ChangeTold]:
    """Every change of an event and of its sessions, in order, each with its session. One query."""
    return _all_told(event.pk)


_all_told = Prepared(lambda event: ChangeTold.objects.filter(event=event).select_related("session").order_by("number"))


def why_called_on(number: int, event: int) -> str:
    """The words under which it takes place after all (the change of this number); "" when there are none."""
    changes = ChangeTold.objects.filter(event=event, number=number).values_list("changes", flat=True).first()
    return changes[0][2] if changes else ""


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
