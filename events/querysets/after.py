"""What there is to do for somebody after an event they came to."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import CharField, QuerySet, Value

from core.prepared import Values
from events.models.after import Answered, Asked, Certificate
from events.models.booking import Booking
from events.querysets import attendance, certificates, feedback

CAME, ANSWERED, CERTIFIED = 1, 2, 3
THREE_MONTHS = dt.timedelta(days=90)
A_YEAR = dt.timedelta(days=365)


def _known(booking: int) -> QuerySet:
    """What is known of one booking: (CAME, ""), (ANSWERED, what) …, (CERTIFIED, "")."""
    words = Value("", output_field=CharField())
    came = attendance.standing().filter(booking=booking).order_by().values_list(Value(CAME), words)
    answered = Answered.objects.filter(booking=booking).order_by().values_list(Value(ANSWERED), "what")
    certified = Certificate.objects.filter(booking=booking).order_by().values_list(Value(CERTIFIED), words)
    return came.union(answered, certified, all=True)


_known_of = Values(_known)


@dataclass(frozen=True)
class After:
    """What the ticket offers: the form, the question three months on, the certificate (also before it is made)."""

    may_answer: bool
    follow_up: bool
    certificate: bool

    @property
    def words(self) -> str:
        """What a button that leads to it says."""
        if self.may_answer:
            return "Give feedback"
        if self.follow_up:
            return "Tell us whether you used it"
        return "Your certificate" if self.certificate else ""

    def __bool__(self) -> bool:
        return self.may_answer or self.follow_up or self.certificate


def after_of(booking: Booking, *, now: dt.datetime) -> After | None:
    """What somebody may do once the event is over; None before, and for who was not there. Three queries at most."""
    if booking.event.ends_at > now:
        return None
    known = _known_of(booking.pk)
    came = {booking.pk} if (CAME, "") in known else set()
    asked = attendance.of_whom_we_ask([booking], came=came)
    if booking.pk not in asked:
        return None
    answered = {what for which, what in known if which == ANSWERED}
    return _after(booking, answered, (CERTIFIED, "") in known, asked[booking.pk], now)


def afters_of(bookings: Iterable[Booking], *, now: dt.datetime) -> dict[int, After]:
    """The same of many with their events loaded, by number. At most five queries, none when nothing is over."""
    over = [one for one in bookings if one.event.ends_at <= now]
    asked = attendance.of_whom_we_ask(over)
    there = [one for one in over if one.pk in asked]
    if not there:
        return {}
    answered = feedback.answered_by_many(there)
    certified = certificates.held_by(there)
    return {one.pk: _after(one, answered.get(one.pk, set()), one.pk in certified, asked[one.pk], now) for one in there}


def _after(one: Booking, answered: set[str], certified: bool, came: bool, now: dt.datetime) -> After:
    ended = one.event.ends_at
    open_still = now <= ended + A_YEAR
    return After(
        may_answer=open_still and Asked.What.FEEDBACK not in answered,
        follow_up=open_still and now >= ended + THREE_MONTHS and Asked.What.FOLLOW_UP not in answered,
        certificate=(Asked.What.FEEDBACK in answered and came) or certified,
    )
