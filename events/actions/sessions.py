"""Choosing sessions: a place where room is limited, or a place in its line; nobody can be at two at a time."""

import datetime as dt

from wagtail.log_actions import log

from core.quoting import quoted
from core.retrying import retried
from events.actions import rooms
from events.actions.line import Line, held
from events.actions.refusals import Clash, NoPlacesHere, NotOpen, NotYours, Overfull, TooLate
from events.models.booking import Booking, SessionBooking
from events.models.programme import Session
from events.permissions import can_change_booking
from events.querysets.bookings import clashing
from events.words import how_many
from members.models import Member


@retried
def join_session(
    *, booking: Booking, session: Session, by: Member | None, now: dt.datetime | None = None
) -> SessionBooking:
    """Take a place in a session, or the end of its line. Twice is once. `by` None: a guest by their own link.

    Raises NotYours, NoPlacesHere (no place at the event yet, or not to be had online), Clash, TooLate, NotOpen.
    """
    with held(booking.event_id, now=now) as line:
        found, wanted = _may_choose(line, booking, session, by)
        joined = _join(line, found, wanted)
        line.changed = True
    return joined


@retried
def leave_session(*, booking: Booking, session: Session, by: Member | None, now: dt.datetime | None = None) -> None:
    """Give up a place in a session, or in its line; the next in line has it. Twice is once. Raises NotYours."""
    with held(booking.event_id, now=now) as line:
        found = _theirs(line, booking, by)
        _leave(line, found, session.pk)
        line.changed = True


@retried
def swap_session(
    *, booking: Booking, leave: Session, join: Session, by: Member | None, now: dt.datetime | None = None
) -> SessionBooking:
    """Leave one session for another. A place is left only for a place, else both stay; a line also for another.

    Raises as `join_session`, and NoPlacesHere when the other is full and a place would be lost for it.
    """
    with held(booking.event_id, now=now) as line:
        found = _theirs(line, booking, by)
        has_place = found.sessions.filter(session=leave, state=SessionBooking.State.CONFIRMED).exists()
        _leave(line, found, leave.pk)
        joined = _join(line, *_may_choose(line, found, join, by))
        if has_place and joined.state != SessionBooking.State.CONFIRMED:
            raise NoPlacesHere(f"{quoted(join.title)} is full. You keep {quoted(leave.title)}.")
        line.changed = True
    return joined


def resize(line: Line, session: Session, capacity: int | None, *, by: Member) -> Session:
    """Say how many fit in a session (None: all), while the places of its event are held.

    More places go to who waits for it. Raises Overfull.
    """
    found = Session.objects.select_for_update().get(pk=session.pk)
    taken = SessionBooking.objects.filter(session=found, state=SessionBooking.State.CONFIRMED).count()
    if capacity is not None and capacity < taken:
        raise Overfull(f"{how_many(taken)} are taken. Ask some to leave first, or choose a larger room.")
    was = found.capacity
    found.capacity, found.taken = capacity, taken
    found.save(update_fields=["capacity", "taken", "edited_at"])
    settled = rooms.settle(found.pk, now=line.now)
    line.changed = True
    data = {"session": found.title, "was": was, "is": capacity}
    log(instance=line.event, action="events.set_session_capacity", user=by, data=data)
    return settled


def _theirs(line: Line, booking: Booking, by: Member | None) -> Booking:
    found = line.booking(booking)
    if not can_change_booking(by, found):
        raise NotYours("This is somebody else’s booking.")
    return found


def _may_choose(line: Line, booking: Booking, session: Session, by: Member | None) -> tuple[Booking, Session]:
    """The booking and the session as they are now."""
    found = _theirs(line, booking, by)
    wanted = Session.objects.get(pk=session.pk, event=line.event.pk)
    if line.is_called_off() or wanted.kind == Session.Kind.BREAK:
        raise NotOpen("This event has been called off." if line.is_called_off() else "A break needs no booking.")
    if found.state != Booking.State.CONFIRMED:
        raise NoPlacesHere("You can choose sessions once you have a place at the event.")
    if wanted.is_over(now=line.now):
        raise TooLate("This session is over.")
    if not rooms.may_be_had(found, wanted):
        raise NoPlacesHere("This session can’t be watched online.")
    return found, wanted


def _join(line: Line, booking: Booking, session: Session) -> SessionBooking:
    """Everybody goes to the end of the line, and who is first in it to a free place: nobody passes who waits."""
    chosen = booking.sessions.filter(session=session).first()
    if chosen is None:
        other = clashing(booking, session)
        waiting = SessionBooking.State.WAITING
        if other is not None:
            raise Clash(other, in_line=booking.sessions.filter(session=other, state=waiting).exists())
        chosen = SessionBooking.objects.create(booking=booking, session=session, state=waiting, made_at=line.now)
        rooms.settle(session.pk, now=line.now, joining=chosen.pk)
        chosen.refresh_from_db(fields=["state"])
    return chosen


def _leave(line: Line, booking: Booking, session: int) -> None:
    if booking.sessions.filter(session=session).delete()[0]:
        rooms.settle(session, now=line.now)
