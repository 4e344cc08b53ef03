"""What there is to do for somebody after an event they came to."""

import datetime as dt
from dataclasses import dataclass

from events.models.after import Asked
from events.models.booking import Booking
from events.querysets import attendance, certificates, feedback

THREE_MONTHS = dt.timedelta(days=90)
A_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class After:
    """What the ticket offers: the form, the question three months on, the certificate (also before it is made)."""

    may_answer: bool
    follow_up: bool
    certificate: bool

    def __bool__(self) -> bool:
        return self.may_answer or self.follow_up or self.certificate


def after_of(booking: Booking, *, now: dt.datetime) -> After | None:
    """What somebody may do now that the event is over; None before, and for who was not there. At most six queries."""
    ended = booking.event.ends_at
    if now < ended or not feedback.may_answer(booking):
        return None
    answered = feedback.answered_by(booking)
    open_still = now <= ended + A_YEAR
    return After(
        may_answer=open_still and Asked.What.FEEDBACK not in answered,
        follow_up=open_still and now >= ended + THREE_MONTHS and Asked.What.FOLLOW_UP not in answered,
        certificate=(Asked.What.FEEDBACK in answered and attendance.did_come(booking))
        or certificates.of_booking(booking) is not None,
    )
