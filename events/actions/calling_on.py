"""An event that was called off takes place after all."""

import datetime as dt

from wagtail.log_actions import log

from core.retrying import retried
from events import notices
from events.actions.changes import written_down
from events.actions.line import held
from events.actions.places import must_organise
from events.actions.refusals import TooLate
from events.models.calling import AFTER_ALL, CalledOff
from events.pages.event import EventPage
from members.actions.standing import reason as really_a_reason
from members.models import Member


@retried
def call_on(*, event: EventPage, why: str, by: Member, now: dt.datetime | None = None) -> None:
    """Take the calling off back. Twice is once. Raises NotYours, WhyMissing, TooLate once it is over.

    Nobody gets their place back by itself: they were told that it had ended, and may have made other plans.
    Everybody who had booked, or waited, is told at once, with the way to book again: who answers first, comes.
    """
    must_organise(by)
    said = really_a_reason(why)[:300]
    with held(event, now=now) as line:
        if line.event.is_over(now=line.now):
            raise TooLate("This event is over.")
        gone, _rows = CalledOff.objects.filter(event=event.pk).delete()
        if not gone:
            return
        # two steps on: to calendars, calling it off was one already
        row = written_down(event=line.event, changes=[[AFTER_ALL, "", said]], by=by, steps=2, now=line.now)
        line.changed = True
        log(instance=event, action="events.call_on", user=by, data={"why": said})
        notices.called_on(row, said)
