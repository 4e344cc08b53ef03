"""Who came to an event, what they said of it, and their certificates, for tests."""

import datetime as dt

from django.utils import timezone

from core.models import OutboxItem
from events.actions import certificates
from events.actions import feedback as acts
from events.models.after import Certificate
from events.models.booking import Booking
from events.models.checkin import CheckIn
from tests.factories import events


def past_event(title="Sharing for the first time", *, ended=dt.timedelta(days=1), **fields):
    """An event that ended so long ago, of six hours."""
    lasts = fields.setdefault("lasts", dt.timedelta(hours=6))
    return events.event(title, starts_in=-ended - lasts, **fields)


def came(event, member=None, *, by=None, at=None, **fields) -> Booking:
    """A booking of somebody who was checked in. Without `member` it is a guest's."""
    made = events.booking(event, member, **fields)
    at = at or min(event.starts_at + dt.timedelta(minutes=5), timezone.now())
    CheckIn.objects.create(booking=made, by=by, at=at, kept_at=at)
    return made


def answers(event, scores, **said) -> list[Booking]:
    """Guests who came and said how useful it was; `said` goes with every answer."""
    bookings = [came(event) for _score in scores]
    for booking, score in zip(bookings, scores, strict=True):
        acts.give(booking=booking, useful=score, **said)
    return bookings


def certificate(event, member=None) -> Certificate:
    """A certificate of somebody who came and answered."""
    booking = came(event, member)
    acts.give(booking=booking, useful=4)
    return certificates.issue(booking=booking)


def mails_waiting() -> list[dict]:
    """The mails that lie in the outbox, in the order they were written: {"to", "subject", "text" …}."""
    waiting = OutboxItem.objects.filter(kind="members.mail", done_at=None).order_by("pk")
    return [item.payload for item in waiting]
