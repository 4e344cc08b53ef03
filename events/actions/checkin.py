"""At the door: somebody came, or did not after all. Taps may come late, twice, or from two phones."""

import datetime as dt
import uuid

from django.utils import timezone
from wagtail.log_actions import log

from core import caching
from core.retrying import retried
from events.models.booking import Booking
from events.models.checkin import CheckIn, DoorAct, DoorHelper, JoiningCounts
from events.models.places import Mode
from events.permissions import can_organise, can_run_door
from events.querysets import attendance
from members.actions.refusals import NotAllowed
from members.models import Member
from members.permissions import takes_part

What, Outcome, Way = DoorAct.What, DoorAct.Outcome, CheckIn.Way

REFUSED = "Only the core team, and whom they named for this door, can check people in."
LATEST = dt.timedelta(days=2)  # a phone that was off the network for longer is not believed about when
BEFORE = dt.timedelta(minutes=45)  # how early joining online is coming to it
EVE = dt.timedelta(hours=6)  # how long before the start the door says nothing, though it is the day before


def is_another_day(event, *, now: dt.datetime) -> bool:
    """Whether the day of the event has not come, so that a tap is likely a mistake."""
    first, today = timezone.localtime(event.starts_at).date(), timezone.localtime(now).date()
    return today < first and now < event.starts_at - EVE


@retried
def tap(
    *,
    booking: Booking,
    what: str,
    by: Member,
    once_key: uuid.UUID,
    at: dt.datetime | None = None,
    way: str = Way.NAME,
    now: dt.datetime | None = None,
) -> DoorAct:
    """One tap at the door: "in", they came; "out", that was wrong. `at`: when it was tapped, where that was earlier.

    The same key again is the same tap, however often and late it comes. What was tapped before somebody else said
    otherwise changes nothing. Raises NotAllowed.
    """
    if not can_run_door(by, booking.event):
        raise NotAllowed(REFUSED)
    now = now or timezone.now()
    at = min(max(at or now, now - LATEST), now)
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if known := attendance.act_of(once_key):
        return known
    act = _came if what == What.IN else _did_not
    outcome = act(booking, by=by, at=at, way=way, now=now)
    return DoorAct.objects.create(
        once_key=once_key, booking=booking, what=what, outcome=outcome, by=by, at=at, kept_at=now
    )


def _came(booking: Booking, *, by: Member | None, at: dt.datetime, way: str, now: dt.datetime) -> str:
    if booking.state != Booking.State.CONFIRMED:
        return Outcome.NO_PLACE
    if attendance.did_come(booking):
        return Outcome.NOTHING
    if attendance.said_out_since(booking, at):
        return Outcome.TOO_LATE
    CheckIn.objects.create(booking=booking, way=way, by=by, at=at, kept_at=now)
    _changed(booking, now)
    return Outcome.DONE


def _did_not(booking: Booking, *, by: Member, at: dt.datetime, way: str, now: dt.datetime) -> str:
    here = attendance.here_of(booking)
    if here is None:
        return Outcome.NOTHING
    if here.at > at:
        return Outcome.TOO_LATE
    here.undone_at, here.undone_by = at, by
    here.save(update_fields=["undone_at", "undone_by"])
    _changed(booking, now)
    return Outcome.DONE


def _changed(booking: Booking, now: dt.datetime) -> None:
    # while it is on, nobody but the door reads who came: the page in its busiest hour is left alone
    if booking.event.is_over(now=now):
        caching.touch(f"event:{booking.event_id}")


@retried
def join_online(*, booking: Booking, now: dt.datetime | None = None) -> bool:
    """Whoever has a place online opened the way in. Whether that was counted as coming: only where the event says so,
    and while it is on."""
    now = now or timezone.now()
    event = booking.event
    if not event.starts_at - BEFORE <= now <= event.ends_at or not attendance.joining_counts(event):
        return False
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if booking.mode != Mode.ONLINE:
        return False
    return _came(booking, by=None, at=now, way=Way.ONLINE, now=now) == Outcome.DONE


@retried
def let_joining_count(*, event, counts: bool, by: Member) -> None:
    """Say whether joining online is coming to the event. Raises NotAllowed."""
    _organises(by)
    if counts:
        JoiningCounts.objects.get_or_create(event=event, defaults={"by": by})
    else:
        JoiningCounts.objects.filter(event=event).delete()
    log(event, "events.joining_counts", user=by, data={"counts": counts})
    caching.touch(f"event:{event.pk}")


@retried
def name_helper(*, event, member: Member, by: Member) -> DoorHelper:
    """Let somebody help at the door of one event. Twice is once. Raises NotAllowed."""
    _organises(by)
    if not takes_part(member):
        raise NotAllowed("Only members who take part can help at the door.")
    helper, new = DoorHelper.objects.get_or_create(event=event, member=member, defaults={"by": by})
    if new:
        log(event, "events.door_helper", user=by, data={"member": member.pk, "helps": True})
    return helper


@retried
def let_helper_go(*, event, member: Member, by: Member) -> None:
    """They help no more: from now on the door is shut to them. Raises NotAllowed."""
    _organises(by)
    gone, _ = DoorHelper.objects.filter(event=event, member=member).delete()
    if gone:
        log(event, "events.door_helper", user=by, data={"member": member.pk, "helps": False})


def _organises(by: Member) -> None:
    if not can_organise(by):
        raise NotAllowed("Only the core team decides that.")
