"""Reminding everybody with a place: a week and a day before, each once, also when the site was down meanwhile."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from events import guestmail, letters, notices
from events.models.booking import Booking, EventReminder
from events.pages.event import EventPage
from events.querysets import told

WEEK, DAY = 7, 1
FROM, UNTIL = 8, 20  # o'clock: nobody's telephone buzzes at night


def stage_at(starts_at: dt.datetime, *, now: dt.datetime) -> int | None:
    """The stage an event is in: 7 or 1 days before; None before the first, and once it has begun.

    Of two stages that passed while the site was down only the later is made good.
    """
    days = (timezone.localdate(starts_at) - timezone.localdate(now)).days
    if starts_at <= now or days > WEEK:
        return None
    return DAY if days <= DAY else WEEK


def remind(*, now: dt.datetime) -> int:
    """Remind of every event that came to a new stage; how many people were told.

    The row of the ledger and what it sends are one transaction for each event: two schedulers, or a crash, remind
    nobody twice.
    """
    if not FROM <= timezone.localtime(now).hour < UNTIL:
        return 0
    count = 0
    for event in told.coming_until(now + dt.timedelta(days=WEEK + 1), now=now):
        stage = stage_at(event.starts_at, now=now)
        if stage:
            count += _remind(event, stage, now=now)
    return count


@transaction.atomic
def _remind(event: EventPage, stage: int, *, now: dt.datetime) -> int:
    if told.was_reminded(event, stage):
        return 0
    row, new = EventReminder.objects.get_or_create(
        event=event, stage=stage, starts_at=event.starts_at, defaults={"sent_at": now}
    )
    if not new:
        return 0
    confirmed = (Booking.State.CONFIRMED,)
    people = told.members_of(event, confirmed)
    count = notices.tell_members(event, notices.REMINDED, recipients=people, item=row.pk)
    guests = told.guests_of(event, confirmed)
    guestmail.write_to_all((booking, letters.reminded(booking, stage, now=now)) for booking in guests)
    return count + len(guests)
