"""Calling an event off: nobody has a place any more, everybody is told, and calendars hear of it."""

import datetime as dt

from wagtail.log_actions import log

from core.retrying import retried
from events import notices
from events.actions.line import Line, held
from events.actions.needs import erase
from events.actions.places import must_organise
from events.actions.refusals import TooLate
from events.models.booking import Booking, SessionBooking
from events.models.calling import CalledOff
from events.models.programme import Session
from events.pages.event import EventPage
from members.actions.standing import reason as really_a_reason
from members.models import Member


@retried
def call_off(*, event: EventPage, why: str, by: Member, now: dt.datetime | None = None) -> CalledOff:
    """Say that an event does not take place. Twice is once. Raises NotYours, WhyMissing, TooLate once it is over."""
    must_organise(by)
    said = really_a_reason(why)[:300]
    with held(event, now=now) as line:
        if line.event.is_over(now=line.now):
            raise TooLate("This event is over, so it can’t be called off.")
        row, new = CalledOff.objects.get_or_create(event=line.event, defaults={"why": said, "by": by, "at": line.now})
        if not new:
            return row
        _end_all(line, by=by, why=said)
        line.changed = True
        log(instance=line.event, action="events.call_off", user=by, data={"why": said})
        notices.called_off(row)
    return row


def _end_all(line: Line, *, by: Member, why: str) -> None:
    """Every active booking ends; nothing is kept or counted any more."""
    ended = list(Booking.objects.active().of(line.event.pk).order_by("pk"))
    for one in ended:
        one.event, one.state = line.event, Booking.State.CALLED_OFF
        one.offered_until = one.queue_number = one.allocation = None
    line.write(ended, by=by, reason=why)
    erase(ended)
    for places in line.places.values():
        places.confirmed = places.held = 0
    for kept in line.allocations():
        kept.used, kept.released_at = 0, kept.released_at or line.now
    SessionBooking.objects.filter(session__event=line.event.pk).delete()
    Session.objects.filter(event=line.event.pk).update(taken=0)
