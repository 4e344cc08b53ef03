"""Events as entries of calendars: everybody's, those of one event, a booking's own, and a member's.

`booking_entry(booking)` is the entry of a ticket's file and of the member's own calendar alike: the same `uid`, so
that neither shows it twice, and a `sequence` that rises when the booking or the event moves.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core.calendars import Entry, calendar_file, personal
from events.models.booking import Booking
from events.models.places import Mode
from events.querysets.calendars import bookings_in_calendar, last_told
from events.querysets.events import address_of
from events.querysets.lists import where_of

KEPT_FOR = dt.timedelta(days=365)  # how long what is over stays in calendars
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def event_entry(event) -> Entry:
    """An event as anybody's calendar shows it: nobody is busy because there is one."""
    off = getattr(event, "called_off", None)
    number, told_at = last_told(event)
    return Entry.timed(
        uid=_uid(event),
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        last_modified=_latest(event.last_published_at, told_at, off and off.at),
        url=address_of(event),
        location=_where(event),
        description="\n\n".join(part for part in (event.summary, off and f"Called off: {off.why}") if part),
        sequence=number + bool(off),
        cancelled=bool(off),
        categories=(event.get_kind_display(),),
    )


def booking_entry(booking: Booking) -> Entry:
    """A booking as its own calendar shows it: busy with a place, not sure while it waits, cancelled when given up."""
    event = booking.event
    off = getattr(event, "called_off", None)
    number, told_at = last_told(event)
    online = booking.mode == Mode.ONLINE
    has_place = booking.state == Booking.State.CONFIRMED
    said = [event.summary, event.joining_note if has_place else "", "" if not off else f"Called off: {off.why}"]
    if online and has_place and event.online_url:
        said.insert(1, f"Join online: {event.online_url}")
    return Entry.timed(
        uid=str(booking.key),
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        last_modified=_latest(event.last_published_at, told_at, booking.changed_at, off and off.at),
        url=address_of(event),
        location="Online" if online else _where(event),
        description="\n\n".join(part for part in said if part),
        sequence=booking.sequence + number + bool(off),
        confirmed=has_place or not booking.is_active(),
        unsure="waiting for a place" if booking.state == Booking.State.WAITING else "a place is kept for you",
        cancelled=bool(off) or not booking.is_active(),
        busy=has_place,
        categories=(event.get_kind_display(),),
    )


def invitation(booking: Booking) -> tuple[str, str, str]:
    """The entry of a booking as a file that goes with a mail: its name, its text, its type."""
    text = calendar_file(booking.event.title, [booking_entry(booking)]).decode()
    return (f"{booking.event.slug}.ics", text, "text/calendar; method=PUBLISH")


def session_entries(booking: Booking) -> list[Entry]:
    """The sessions somebody with a place is booked into, each by itself. The sessions are read with their tracks."""
    if booking.state != Booking.State.CONFIRMED or getattr(booking.event, "called_off", None):
        return []
    booked = [one.session for one in booking.sessions.all() if one.state == one.State.CONFIRMED]
    return [_session(booking, one) for one in booked]


def _session(booking: Booking, one) -> Entry:
    room = one.track.name if one.track else ""
    return Entry.timed(
        uid=str(uuid.uuid5(booking.key, f"session:{one.pk}")),
        title=f"{one.title} ({booking.event.title})",
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        last_modified=_latest(one.edited_at, booking.changed_at),
        url=reverse("events:session", args=[one.event_id, one.pk, one.slug]),
        location=", ".join(part for part in (room, booking.event.venue) if part),
        description=one.summary,
        # no count is kept of a session's moves: each time it is edited is a later one
        sequence=int(one.edited_at.timestamp()) // 60,
        busy=True,
        categories=(booking.event.get_kind_display(),),
    )


@personal
def entries_for(member) -> list[Entry]:
    """What a member booked, or waits for, with the sessions of their agenda; what was given up is cancelled."""
    found = bookings_in_calendar(member, since=timezone.now() - KEPT_FOR)
    return [entry for one in found for entry in (booking_entry(one), *session_entries(one))]


def _where(event) -> str:
    ways = [one.mode for one in event.places.all()]
    place = ", ".join(part for part in (event.venue, event.street) if part)
    return place or where_of("", ways)


def _uid(event) -> str:
    """Every site has its own: two sites that know each other's calendars do not mix their events up."""
    return str(uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, settings.SITE_URL), f"event:{event.pk}"))


def _latest(*moments: dt.datetime | None) -> dt.datetime:
    return max((moment for moment in moments if moment), default=NEVER)
