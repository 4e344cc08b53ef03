"""Asking who came what they made of it, the morning after; and whether they used it, three months on. Once each."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from core import caching
from events import guestmail, notices
from events.actions.feedback import FOLLOW_UP_AFTER
from events.asking import letter_for
from events.models.after import Asked, ReportAction
from events.permissions import can_organise
from events.querysets import feedback as reads
from members.actions.refusals import NotAllowed
from members.models import Member

What = Asked.What
MORNING = dt.time(9)
# How long after its time a question is still asked, when the site was down: nobody is asked of what is long past.
LATEST: dict[str, dt.timedelta] = {What.FEEDBACK: dt.timedelta(days=21), What.FOLLOW_UP: dt.timedelta(days=60)}
AFTER: dict[str, dt.timedelta] = {What.FEEDBACK: dt.timedelta(0), What.FOLLOW_UP: FOLLOW_UP_AFTER}


def ask(*, now: dt.datetime | None = None) -> int:
    """Ask of every event whose time has come, each question once, however long the site was down; how many people."""
    now = now or timezone.now()
    return sum(_ask_what(what, now) for what in What)


def _ask_what(what: str, now: dt.datetime) -> int:
    ended = now - AFTER[what]
    events = reads.not_yet_asked(what, after=ended - LATEST[what], until=ended)
    return sum(_ask_of(event, what, now) for event in events if asked_from(event.ends_at, what) <= now)


def asked_from(ends_at: dt.datetime, what: str) -> dt.datetime:
    """From when it is asked: nine in the morning, on the day after its time has come."""
    day = timezone.localdate(ends_at + AFTER[what]) + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, MORNING))


@transaction.atomic
def _ask_of(event, what: str, now: dt.datetime) -> int:
    """The ledger's row and all that is told are one transaction: two schedulers, or a crash, ask nobody twice."""
    row, new = Asked.objects.get_or_create(event=event, what=what, defaults={"at": now})
    if not new:
        return 0
    letter = letter_for(what, event)
    guests = reads.guests_to_ask(event, what)
    guestmail.write_to_all((booking, letter) for booking in guests)
    row.count = len(guests) + notices.asked(event, what, recipients=reads.members_to_ask(event, what))
    row.save(update_fields=["count"])
    return row.count


# --- What is done because of an event -----------------------------------------------------------------


@transaction.atomic
def promise(*, event, by: Member, what: str, who: str, due_on: dt.date | None = None) -> ReportAction:
    """Add to the report something that somebody does because of the event. Raises NotAllowed."""
    _organises(by)
    row = ReportAction.objects.create(event=event, what=what, who=who, due_on=due_on, order=event.actions.count())
    _told(event, "events.action", by, what)
    return row


@transaction.atomic
def done(*, action: ReportAction, by: Member, now: dt.datetime | None = None) -> None:
    """It is done. Twice is once: the first who said so stands. Raises NotAllowed."""
    _organises(by)
    left = ReportAction.objects.filter(pk=action.pk, done_at=None)
    if left.update(done_at=now or timezone.now(), done_by=by):
        _told(action.event, "events.action_done", by, action.what)


@transaction.atomic
def not_done(*, action: ReportAction, by: Member) -> None:
    """It is not done after all. Raises NotAllowed."""
    _organises(by)
    if ReportAction.objects.filter(pk=action.pk, done_at__isnull=False).update(done_at=None, done_by=None):
        _told(action.event, "events.action_not_done", by, action.what)


@transaction.atomic
def drop(*, action: ReportAction, by: Member) -> None:
    """Take it off the report. Raises NotAllowed."""
    _organises(by)
    ReportAction.objects.filter(pk=action.pk).delete()
    _told(action.event, "events.action_dropped", by, action.what)


def _told(event, action: str, by: Member, what: str) -> None:
    log(event, action, user=by, data={"what": what})
    caching.touch(f"event:{event.pk}")


def _organises(by: Member) -> None:
    if not can_organise(by):
        raise NotAllowed("Only the core team keeps the report.")
