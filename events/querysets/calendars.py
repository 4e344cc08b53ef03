"""What calendars of events are made of."""

import datetime as dt

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.addresses import with_addresses
from events.querysets.events import visible_to


def with_changes(events: QuerySet) -> QuerySet:
    """Events with the number and the moment of the last change people were told of: `told`, `told_at`."""
    from events.models.calling import ChangeTold

    last = ChangeTold.objects.filter(event=OuterRef("pk")).order_by("-number")
    number, at = Subquery(last.values("number")[:1]), Subquery(last.values("at")[:1])
    events = events.annotate(told=Coalesce(number, 0), told_at=at)
    return events.select_related("called_off").prefetch_related("places").defer("about", "report")


def for_calendar(viewer, *, since: dt.datetime, pk: int | None = None) -> list:
    """The events `viewer` may see that end after `since` (or the one with this number), each with its address."""
    found = visible_to(viewer).filter(Q(ends_at__gte=since) if pk is None else Q(pk=pk))
    return list(with_addresses(with_changes(found)))


def bookings_in_calendar(member, *, since: dt.datetime) -> list:
    """The bookings of a member for events they may see, each with its event and the sessions they are in.

    What is over stays too, for as long as a calendar may still show it.
    """
    from events.models.booking import Booking

    events = {one.pk: one for one in for_calendar(member, since=since)}
    theirs = Booking.objects.filter(event__in=events).for_member(member)
    found = list(theirs.prefetch_related("sessions__session__track").order_by("pk"))
    for one in found:
        one.event = events[one.event_id]
    return found


def last_told(event) -> tuple[int, dt.datetime | None]:
    """The number and the moment of the last change that people booked were told of; (0, None) for none. One query."""
    if hasattr(event, "told"):
        return event.told, event.told_at
    found = event.changes_told.aggregate(number=Max("number"), at=Max("at"))
    return found["number"] or 0, found["at"]
