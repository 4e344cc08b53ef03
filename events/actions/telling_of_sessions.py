"""Carrying out what `notices` left of places in sessions."""

from django.db import transaction

from events import guestmail, letters, notices
from events.models.booking import Booking, SessionBooking
from events.models.calling import ChangeTold
from events.models.programme import Session
from events.pages.event import EventPage
from events.querysets import told, told_sessions


@transaction.atomic
def tell_of_session_place(*, chosen: SessionBooking) -> bool:
    """Tell whose place in a session it is, if it is still theirs; whether there was anybody to tell."""
    if not chosen.is_confirmed():
        return False
    if chosen.booking.member_id is not None:
        return bool(notices.tell_of_session_place(chosen))
    if chosen.booking.guest_email:
        guestmail.write(chosen.booking, letters.session_placed(chosen))
    return bool(chosen.booking.guest_email)


@transaction.atomic
def tell_of_move(*, change: ChangeTold, session: Session) -> int:
    """Tell everybody who chose a session that it has moved; how many."""
    count = notices.tell_of_session_move(change, recipients=told_sessions.members_who_chose(session))
    letters_of = [
        (booking, letters.sessions_moved(session.event, moves))
        for booking in told_sessions.guests_who_chose(session)
        if (moves := told_sessions.moves_of(booking, [change]))
    ]
    guestmail.write_to_all(letters_of)
    return count + len(letters_of)


@transaction.atomic
def tell_of_session_gone(*, event: EventPage, session: int, title: str, bookings: list[int]) -> int:
    """Tell those who had chosen it (the numbers of their bookings), and still come, that it is gone; how many."""
    there = Booking.objects.confirmed().filter(pk__in=bookings)
    count = notices.tell_of_session_gone(event, session, title, recipients=told.members_among(there))
    guests = told.guests_in(there, event)
    guestmail.write_to_all((booking, letters.session_gone(event, title)) for booking in guests)
    return count + len(guests)
