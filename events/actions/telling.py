"""Carrying out what `notices` left: once each, in the words that are true when it is done."""

from django.db import transaction

from events import guestmail, letters, notices
from events.models.booking import Booking
from events.notices import BOOKED, CALLED_OFF, CHANGED, EXPIRED, FOR_YOU, GIVEN_UP, MOVED, OFFERED, PLACED, SWITCHED
from events.pages.event import EventPage
from events.querysets import told
from members.models import Member

KINDS = {
    "booked": BOOKED, "for_you": FOR_YOU, "placed": PLACED, "place_offered": OFFERED, "offer_expired": EXPIRED,
    "given_up": GIVEN_UP, "moved_in_line": MOVED, "switched": SWITCHED,
}  # fmt: skip
TOLD_OF_CALLING_OFF = (*Booking.ACTIVE, Booking.State.CALLED_OFF)


@transaction.atomic
def tell_of_booking(*, booking: Booking, what: str, by: int = 0) -> bool:
    """Tell whose booking it is; whether there was anything to tell that is still true."""
    what = _really(booking, what, by)
    letter = letters.letter_for(booking, what) if what else None
    if letter is None:
        return False
    if booking.member_id is None:
        if booking.guest_email:
            guestmail.write(booking, letter)
        return bool(booking.guest_email)
    actor = booking.booked_by if what == "for_you" else Member.objects.filter(pk=by).first()
    why = {"for_you": "for_you", "booked": "booked"}.get(what, _why(booking))
    return bool(notices.tell_member(booking, KINDS[what], why=why, actor=actor))


def _really(booking: Booking, what: str, by: int) -> str:
    """What it was for the one who is told; "" for nothing new to them."""
    if what == "place_offered" and booking.state == Booking.State.CONFIRMED:
        return "placed"
    if what == "booked" and _by_another(booking) and not told.waited(booking):
        return "for_you"
    own = by and by == booking.member_id
    if what == "switched" and own:
        return "booked"
    return "" if what == "given_up" and own else what


def _by_another(booking: Booking) -> bool:
    return booking.booked_by_id is not None and booking.booked_by_id != booking.member_id


def _why(booking: Booking) -> str:
    if _by_another(booking):
        return "for_you"
    return "in_line" if told.waited(booking) else "booked"


@transaction.atomic
def tell_of_calling_off(*, event: EventPage, why: str) -> int:
    """Tell everybody who had booked; how many."""
    off = getattr(event, "called_off", None)
    letter = letters.called_off(event, why)
    return _tell_all(event, CALLED_OFF, states=TOLD_OF_CALLING_OFF, item=off.pk if off else 1, letter=letter)


@transaction.atomic
def tell_of_change(*, event: EventPage, changes: list, number: int) -> int:
    """Tell everybody who has booked what is another now; how many."""
    return _tell_all(event, CHANGED, states=Booking.ACTIVE, item=number, letter=letters.changed(event, changes))


def _tell_all(event: EventPage, kind: str, *, states, item: int, letter: letters.Letter) -> int:
    count = notices.tell_members(event, kind, recipients=told.members_of(event, states), item=item)
    guests = told.guests_of(event, states)
    for booking in guests:
        guestmail.write(booking, letter)
    return count + len(guests)
