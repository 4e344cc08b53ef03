"""Guests have no account: signed links say who they are. One to book at one event, one to their own ticket.

A link to book is good for three days and for its event alone. A link to a ticket holds until a newer one is asked for.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.urls import reverse

from events.models.booking import Booking
from events.models.guest import GuestLink

TO_BOOK, TO_TICKET = "events.guest.book", "events.guest.ticket"
GOOD_FOR = dt.timedelta(days=3)
MARK = "events_tickets"  # in the session: the tickets a guest opened by link, {key: number of the link}
MOST_MARKS = 20


@dataclass(frozen=True)
class Guest:
    """Somebody whose address was proven by opening a link sent there."""

    email: str
    name: str = ""


def book_link(event, email: str) -> str:
    """The address, with host, that lets whoever reads the mail of `email` book at this event."""
    token = signing.dumps([event.pk, email.lower()], salt=TO_BOOK)
    return settings.SITE_URL + reverse("events:guest-book", args=[event.pk, token])


def email_of(event_pk: int, token: str) -> str | None:
    """Whose link to book this is; None when it is not ours, for another event, or older than three days."""
    try:
        pk, email = signing.loads(token, salt=TO_BOOK, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return email if pk == event_pk else None


def ticket_link(booking: Booking) -> str:
    """The address, with host, of a guest's ticket."""
    token = signing.Signer(salt=TO_TICKET).sign_object([str(booking.key), number_of(booking)])
    return settings.SITE_URL + reverse("events:ticket-open", args=[booking.key, token])


def number_of(booking: Booking) -> int:
    """The number of the link that holds."""
    held = getattr(booking, "guest_link", None)
    return held.number if held else 0


def renew(booking: Booking) -> None:
    """From now on only links made after this open the ticket."""
    held, _made = GuestLink.objects.get_or_create(booking=booking)
    GuestLink.objects.filter(pk=held.pk).update(number=F("number") + 1)
    held.refresh_from_db()
    booking.guest_link = held


def opens(booking: Booking, token: str) -> bool:
    """Whether a link's token opens this guest's ticket."""
    try:
        key, number = signing.Signer(salt=TO_TICKET).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return booking.member_id is None and key == str(booking.key) and number == number_of(booking)


def mark(session, booking: Booking) -> None:
    """Let this session see the ticket, until its link is stopped."""
    marks = dict(session.get(MARK, {}))
    marks.pop(str(booking.key), None)
    marks[str(booking.key)] = number_of(booking)
    session[MARK] = dict(list(marks.items())[-MOST_MARKS:])


def keys_in(session) -> list[str]:
    """The keys of the tickets a guest opened in this session."""
    return list(session.get(MARK, {}))


def holds(request, booking: Booking) -> bool:
    """Whether this is the person the booking is for: the member signed in, or a guest who opened its link."""
    if booking.member_id is not None:
        return request.user.is_authenticated and request.user.pk == booking.member_id
    known = request.session.get(MARK, {}).get(str(booking.key))
    return known is not None and known == number_of(booking)
