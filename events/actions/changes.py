"""An event has another time, place or address to join, or one of its sessions moves: who booked hears of it, once."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from core import caching
from events import notices, times
from events.models.booking import Booking
from events.models.calling import CalledOff, ChangeTold
from events.models.programme import Session
from events.models.told import EventAsTold
from events.pages.event import EventPage
from events.querysets import told, told_sessions
from members.models import Member

ON_THE_TICKET = "a new one, on the ticket of who has a place online"
KNOWN = {
    "starts_at": "Starts", "ends_at": "Ends", "venue": "Venue", "street": "Address",
    "online_url": "Address to join online",
}  # fmt: skip


@transaction.atomic
def published(*, event: EventPage, by: Member | None = None, now: dt.datetime | None = None) -> ChangeTold | None:
    """An event was published: tell of what differs from what people know, if it is still to come and any are booked.

    The first publishing is what they know. A time that would be over is told to nobody, so it is not what they know.
    """
    now = now or timezone.now()
    if not event.live:
        return None
    fields = {name: getattr(event, name) for name in KNOWN}
    known, new = EventAsTold.objects.select_for_update().get_or_create(event=event, defaults=fields)
    changes = [] if new else _differences(known, event, now=now)
    booked = told.of_event(event, Booking.ACTIVE).exists()
    if not changes or (booked and event.is_over(now=now)):
        return None
    for name, value in fields.items():
        setattr(known, name, value)
    known.save()
    if not booked or event.is_over(now=now) or CalledOff.objects.filter(event=event).exists():
        return None
    return told_of_change(event=event, changes=changes, by=by, now=now)


@transaction.atomic
def told_of_change(*, event: EventPage, changes: list, by: Member | None, now: dt.datetime | None = None) -> ChangeTold:
    """Write down that something is another ([["Starts", "9am", "10am"]]), and tell everybody booked, once each."""
    row = written_down(event=event, changes=changes, by=by, now=now)
    notices.event_changed(event, changes)
    caching.touch("events", f"event:{event.pk}")
    return row


def written_down(
    *, event: EventPage, changes: list, by: Member | None, session: Session | None = None, steps: int = 1,
    now: dt.datetime | None = None,
) -> ChangeTold:  # fmt: skip
    """The row of a change under the next number, or one so many `steps` on; in the transaction of the caller."""
    # its row is the lock under which the number is given
    EventPage.objects.select_for_update().only("pk").get(pk=event.pk)
    last = event.changes_told.order_by("-number").values_list("number", flat=True).first() or 0
    return ChangeTold.objects.create(
        event=event, session=session, changes=changes, number=last + steps, by=by, at=now or timezone.now()
    )


# --- A session that moves -----------------------------------------------------------------------------


def when_and_where(session: Session) -> dict[str, dt.datetime | str]:
    """What people who chose a session are told of when it is another, by its words."""
    room = session.track.name if session.track else ""
    return {"Starts": session.starts_at, "Ends": session.ends_at, "Room": room}


def session_moved(*, session: Session, was: dict, by: Member, now: dt.datetime) -> ChangeTold | None:
    """A session is not when or where it `was` (`when_and_where`): who has a place in it, or waits for one, is told.

    In the transaction of the caller. None where nothing moved, nobody chose it, or it was over and is over.
    """
    moved = [
        [words, _said(was[words], now=now), _said(value, now=now)]
        for words, value in when_and_where(session).items()
        if value != was[words]
    ]
    over = max(was["Ends"], session.ends_at) <= now
    if not moved or over or not told_sessions.who_chose(session).exists():
        return None
    row = written_down(event=session.event, session=session, changes=moved, by=by, now=now)
    notices.session_moved(row)
    return row


def _differences(known: EventAsTold, event: EventPage, *, now: dt.datetime) -> list[list[str]]:
    """What is another: what it is, what people know, what is true now; times in words.

    The address to join online is never said: who waits, and who comes in person, hears of changes too.
    """
    return [
        [words, "", ON_THE_TICKET]
        if name == "online_url"
        else [words, _said(getattr(known, name), now=now), _said(getattr(event, name), now=now)]
        for name, words in KNOWN.items()
        if getattr(known, name) != getattr(event, name)
    ]


def _said(value, *, now: dt.datetime) -> str:
    return times.at(value, now=now) if isinstance(value, dt.datetime) else value
