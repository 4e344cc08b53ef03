"""Reads of places and of what is kept for organisations."""

import datetime as dt

from django.db import models
from django.db.models import QuerySet

from core.prepared import Prepared


class PlacesQuerySet(models.QuerySet):
    def of(self, event):
        return self.filter(event=event)


class AllocationQuerySet(models.QuerySet):
    def of(self, event):
        return self.filter(event=event)

    def kept(self):
        """Not released yet. Twin of `Allocation.is_kept`."""
        return self.filter(released_at=None)

    def due(self, *, today: dt.date):
        """To be released: their day has come."""
        return self.kept().filter(release_on__lte=today)


def held_of(event: int) -> dict:
    """The places of an event by mode, their rows locked until the transaction ends, always in the same order."""
    return {one.mode: one for one in _held(event)}


def event_in_short(pk: int):
    """An event as it stands now, without its long words. Raises EventPage.DoesNotExist."""
    from events.pages.event import EventPage

    found = _event.first(pk)
    if found is None:
        raise EventPage.DoesNotExist
    return found


# Their SQL is put together once: every booking makes these reads while others wait for it.


def _places(event: int) -> QuerySet:
    from events.models.places import Places

    return Places.objects.of(event).select_for_update().order_by("pk")


def _in_short(pk: int) -> QuerySet:
    from events.pages.event import EventPage

    return EventPage.objects.order_by().select_related("called_off").defer("about", "report").filter(pk=pk)


_held, _event = Prepared(_places), Prepared(_in_short)
