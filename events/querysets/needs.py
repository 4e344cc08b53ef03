"""Reads of what people need to eat and to take part: for the access lead alone."""

import datetime as dt

from django.db.models import QuerySet

from events import retention
from members.permissions import takes_part


def needs_of(event, reader) -> QuerySet:
    """What those with a place at an event need, for whoever may read it; for everybody else nothing."""
    from events.models.booking import Booking, Needs

    if not (takes_part(reader) and reader.has_perm("events.read_needs")):
        return Needs.objects.none()
    found = Needs.objects.filter(booking__event=event, booking__state__in=Booking.ACTIVE)
    return found.select_related("booking__member", "booking__organisation").order_by("booking__made_at", "pk")


def events_to_forget(now: dt.datetime) -> list[int]:
    """Events so long over that nobody need know any more what people needed there."""
    from events.models.booking import Needs

    old = Needs.objects.filter(booking__event__ends_at__lte=now - retention.NEEDS)
    return sorted(set(old.values_list("booking__event_id", flat=True)))


def of_event(pk: int) -> QuerySet:
    """All that was written for an event, by whomever: to be erased, not read."""
    from events.models.booking import Needs

    return Needs.objects.filter(booking__event=pk)
