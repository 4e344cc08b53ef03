"""Carrying out what `notices` left of places in sessions."""

from django.db import transaction

from events import guestmail, letters, notices
from events.models.booking import SessionBooking


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
