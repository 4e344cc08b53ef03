"""Slides and handouts: which of them somebody may get. How pages show them stands in `material_rows`.

`visible_to` (lists), `permissions.can_get_material` (one) and what pages show as open say the same.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone

from events.querysets.events import visible_to as events_visible_to
from members.permissions import takes_part


class MaterialQuerySet(models.QuerySet):
    def there(self):
        """Those with a file: not taken back. Queryset twin of `is_there`."""
        return self.filter(newest__isnull=False)

    def out(self, *, now: dt.datetime):
        """Those whose time has come. Queryset twin of `is_out`."""
        return self.there().filter(released_at__lte=now)

    def visible_to(self, viewer, *, now: dt.datetime | None = None, tickets: Collection[int] = ()):
        """Those `viewer` may get. `tickets`: bookings that a guest opened by link. Twin of `can_get_material`."""
        seen = events_visible_to(viewer).order_by().values("pk")
        found = self.there().filter(event__in=seen)
        if takes_part(viewer) and viewer.is_core_team:
            return found
        for_them = _for(viewer, tickets) & Q(released_at__lte=now or timezone.now())
        if takes_part(viewer):
            for_them |= Q(session__in=sessions_spoken_in_by(viewer))
        return found.filter(for_them)

    def with_files(self):
        return self.select_related("newest", "copy", "session__track", "event")

    def due_out(self, *, now: dt.datetime):
        """Those that came out since pages were last made anew."""
        return self.out(now=now).filter(out_at=None)

    def untold(self, *, now: dt.datetime):
        """Those that are out, and people with a place have not heard of."""
        return self.out(now=now).filter(told_at=None)

    def moved_with_session(self):
        """Those that come out when their talk is over, and the talk has another end now."""
        return self.filter(release="after", session__isnull=False).exclude(released_at=models.F("session__ends_at"))


def _for(viewer, tickets: Collection[int]) -> Q:
    """For whom it is meant, as a condition on materials."""
    from events.models.booking import Booking

    confirmed = Booking.objects.filter(event=OuterRef("event"), state=Booking.State.CONFIRMED)
    meant: Any = Q(audience="public")
    if takes_part(viewer):
        meant |= Q(audience="members")
        meant |= Q(audience="delegates") & Exists(confirmed.for_member(viewer))
    if tickets:
        meant |= Q(audience="delegates") & Exists(confirmed.filter(pk__in=list(tickets), member=None))
    return meant


def sessions_spoken_in_by(viewer):
    from events.models.programme import Speaking

    return Speaking.objects.filter(speaker__member=viewer.pk).values("session")


def speaks_in(viewer, session_pk: int | None) -> bool:
    """Whether a member speaks in a session."""
    return session_pk is not None and sessions_spoken_in_by(viewer).filter(session=session_pk).exists()


def has_place(viewer, event_pk: int, tickets: Collection[int] = ()) -> bool:
    """Whether they have a place at the event: signed in, or by a guest's ticket."""
    from events.models.booking import Booking

    confirmed = Booking.objects.filter(event=event_pk, state=Booking.State.CONFIRMED)
    if takes_part(viewer) and confirmed.for_member(viewer).exists():
        return True
    return bool(tickets) and confirmed.filter(pk__in=list(tickets), member=None).exists()


def tickets_in(marks: dict) -> list[int]:
    """The bookings whose tickets a guest opened, by {key: number of the link}; those of stopped links are left out."""
    from events.models.booking import Booking

    if not marks:
        return []
    found = Booking.objects.filter(key__in=list(marks), member=None).select_related("guest_link")
    numbers = {one: one.guest_link.number if hasattr(one, "guest_link") else 0 for one in found}
    return [one.pk for one, number in numbers.items() if marks[str(one.key)] == number]


# --- One file, and all of an event -------------------------------------------------------------------------


def one_for(viewer, pk: int, *, now: dt.datetime, tickets: Collection[int] = ()):
    """The material of this number with its files, if `viewer` may get it; else None."""
    from events.models.material import Material

    pk = min(pk, 2**63 - 1)
    return Material.objects.visible_to(viewer, now=now, tickets=tickets).with_files().filter(pk=pk).first()


def all_of(event, viewer, *, now: dt.datetime, tickets: Collection[int] = ()) -> list:
    """What `viewer` may get and is out, in the order of the programme, with their files and speakers. Two queries."""
    from events.models.material import Material

    found = Material.objects.visible_to(viewer, now=now, tickets=tickets).out(now=now).filter(event=event)
    return list(found.with_files().prefetch_related("session__speakers").order_by("session__starts_at", "-kind", "pk"))


def of_session(session) -> list:
    """Everything that is there of a session, held or not, with its files. Only for its speakers and the core team."""
    return list(session.materials.there().with_files().order_by("-kind", "pk"))


def in_session(session, pk: int):
    """One of a session's, taken back or not; else None."""
    return session.materials.select_related("newest", "copy", "event", "session").filter(pk=pk).first()


def same_file(session, kind: str, digest: str):
    """What a session has already of this kind with just these bytes; else None."""
    found = session.materials.there().filter(kind=kind, newest__sha256=digest)
    return found.select_related("newest", "copy", "event", "session").first()


def session_at(event, pk: int):
    """A session of an event, with it; else None."""
    return event.sessions.select_related("event", "track").filter(pk=pk).first()


def desk_rows(event) -> list:
    """Every material of an event, taken back or not, for the core team: with files and who sent them. One query."""
    found = event.materials.select_related("newest__member", "newest__speaker", "copy", "session__track")
    return list(found.order_by("session__starts_at", "-kind", "pk"))


def downloads_of(event) -> int:
    """How often files of an event were fetched."""
    return event.materials.aggregate(all=Sum("downloads"))["all"] or 0


def titles_out(event_pk: int) -> list[str]:
    """What people with a place at an event can fetch now, the newest first."""
    from events.models.material import Material

    found = Material.objects.out(now=timezone.now()).filter(event=event_pk)
    return list(found.order_by("-released_at", "pk").values_list("title", flat=True))


# --- What chores look for --------------------------------------------------------------------------------------


def events_to_tell(*, now: dt.datetime):
    """Published events with files out that people with a place have not heard of, not while the event goes on."""
    from events.models.material import Material
    from events.pages.event import EventPage

    untold = Material.objects.untold(now=now).filter(event=OuterRef("pk"))
    found = EventPage.objects.filter(Exists(untold), live=True)
    return found.exclude(starts_at__lte=now, ends_at__gt=now).order_by("pk")
