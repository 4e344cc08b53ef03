"""Carrying out what `notices` left: once each, in the words that are true when it is done."""

from django.db import transaction

from events import guestmail, letters, notices, slideletters
from events.models.booking import Booking
from events.pages.event import EventPage
from events.querysets import told
from members.models import Member

KINDS = {
    "booked": notices.BOOKED,
    "for_you": notices.FOR_YOU,
    "placed": notices.PLACED,
    "place_offered": notices.OFFERED,
    "offer_expired": notices.EXPIRED,
    "given_up": notices.GIVEN_UP,
    "moved_in_line": notices.MOVED,
    "switched": notices.SWITCHED,
    "asked_for": notices.ASKED_FOR,
}
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
    why = what if what in ("for_you", "booked", "asked_for") else _why(booking)
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
def tell_of_calling_off(*, event: EventPage, why: str, off: int = 0) -> int:
    """Tell everybody who had booked, if it is still off, by that CalledOff (0: by any); how many."""
    now_off = getattr(event, "called_off", None)
    if now_off is None or off not in (0, now_off.pk):
        return 0
    return _tell_all(
        event, notices.CALLED_OFF, states=TOLD_OF_CALLING_OFF, item=now_off.pk, letter=letters.called_off(event, why)
    )  # fmt: skip


@transaction.atomic
def tell_of_calling_on(*, event: EventPage, why: str, number: int) -> int:
    """Tell everybody who had booked and has not booked again that it takes place after all; how many.

    Of several times that nobody was told of yet only the last is told.
    """
    if getattr(event, "called_off", None) or told.was_called_on_since(event, number):
        return 0
    count = notices.tell_members(event, notices.CALLED_ON, recipients=told.members_called_off(event), item=number)
    guests = told.guests_called_off(event)
    guestmail.invite_again(guests, letters.called_on(event, why))
    return count + len(guests)


@transaction.atomic
def tell_of_change(*, event: EventPage, changes: list, number: int) -> int:
    """Tell everybody who has booked what is another now; how many."""
    return _tell_all(event, notices.CHANGED, states=Booking.ACTIVE, item=number, letter=letters.changed(event, changes))


@transaction.atomic
def tell_guests_of_slides(*, event: EventPage, count: int) -> None:
    """Tell the guests who have a place that so many files came out."""
    letter = slideletters.slides_out(event, count)
    guests = told.guests_of(event, (Booking.State.CONFIRMED,))
    guestmail.write_to_all((booking, letter) for booking in guests)


def _tell_all(event: EventPage, kind: str, *, states, item: int, letter: letters.Letter) -> int:
    count = notices.tell_members(event, kind, recipients=told.members_of(event, states), item=item)
    guests = told.guests_of(event, states)
    guestmail.write_to_all((booking, letter) for booking in guests)
    return count + len(guests)
