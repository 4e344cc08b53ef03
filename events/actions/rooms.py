"""Places in sessions, while those of their event are held (`events.actions.line`): who has one, who is next."""

import datetime as dt
from collections.abc import Iterable

from events import notices
from events.models.booking import Booking, SessionBooking
from events.models.places import Mode
from events.models.programme import Session

State = SessionBooking.State


def settle(session: int, *, now: dt.datetime, joining: int = 0) -> Session:
    """Count a session's places anew, and give the free ones to who waits for it, in their order.

    They are told, but for `joining`: who has joined the line just now, and sees it.
    """
    found = Session.objects.select_for_update().get(pk=session)
    in_it = SessionBooking.objects.filter(session=found)
    found.taken = in_it.filter(state=State.CONFIRMED).count()
    if not found.is_over(now=now) and found.left != 0:
        # written while the places are held: their numbers are their order
        waiting = in_it.filter(state=State.WAITING).order_by("pk").values_list("pk", flat=True)
        lucky = list(waiting if found.left is None else waiting[: found.left])
        found.taken += SessionBooking.objects.filter(pk__in=lucky).update(state=State.CONFIRMED) if lucky else 0
        for one in lucky:
            if one != joining:
                notices.session_placed(one)
    Session.objects.filter(pk=found.pk).update(taken=found.taken)
    return found


def leave_all(booking: Booking, *, now: dt.datetime) -> None:
    """A booking's places in sessions come free, and its places in their lines."""
    _leave(booking, booking.sessions.values_list("session_id", flat=True), now=now)


def after_switch(booking: Booking, *, now: dt.datetime) -> None:
    """Who comes another way from now on keeps the sessions that can be had that way; who waits keeps none."""
    chosen = booking.sessions.select_related("session")
    confirmed = booking.state == Booking.State.CONFIRMED
    lost = [one.session_id for one in chosen if not (confirmed and may_be_had(booking, one.session))]
    _leave(booking, lost, now=now)


def may_be_had(booking: Booking, session: Session) -> bool:
    """Where some come in person, those online see only what is streamed."""
    if booking.mode == Mode.IN_PERSON or session.streamed:
        return True
    return not booking.event.places.filter(mode=Mode.IN_PERSON).exists()


def _leave(booking: Booking, sessions: Iterable[int], *, now: dt.datetime) -> None:
    left = sorted(sessions)
    if left:
        booking.sessions.filter(session__in=left).delete()
    for session in left:
        settle(session, now=now)
