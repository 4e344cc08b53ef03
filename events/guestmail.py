"""Mails to guests, by the outbox as all mails of accounts go. Each says why it came and how to stop it: give up."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from core.quoting import quoted
from events import guests
from events.calendars import invitation
from events.letters import Letter
from events.models.booking import Booking
from events.pages.event import EventPage
from events.standing import has_closed
from members import letters
from members.notices import put_mail, put_mails

# What the buttons of these mails say.
letters.LABELS |= {"events:ticket-open": "See your ticket", "events:guest-book": "Book your place"}


def write(booking: Booking, letter: Letter) -> None:
    """Leave a guest the mail about their booking, with the link to their ticket."""
    put_mail(**_about(booking, letter))


def write_to_all(letters: Iterable[tuple[Booking, Letter]]) -> None:
    """The same to many guests, as `told.guests_in` reads them; its queries do not grow with them."""
    put_mails(_about(booking, letter) for booking, letter in letters)


def _about(booking: Booking, letter: Letter) -> dict[str, Any]:
    text = _text(
        "guest_booking", letter=letter, name=booking.guest_name, link=guests.ticket_link(booking), why=why_of(booking)
    )
    files = [invitation(booking)] if letter.calendar else []
    return {"to": booking.guest_email, "subject": letter.subject, "text": text, "files": files}


def why_of(booking: Booking) -> str:
    """Why they get it, and how it ends."""
    if booking.booked_by_id:
        by = f"{booking.booked_by.display_name} booked for you with this address"
    else:
        by = "You booked with this address"
    return f"{by}. Give your place up and we write no more about it."


def send_link(event: EventPage, email: str) -> None:
    """The mail with the link to book as a guest."""
    text = _text("guest_link", event=event, link=guests.book_link(event, email), good_for=guests.GOOD_FOR)
    put_mail(to=email, subject=f"Book your place: {event.title}", text=text, good_for=guests.GOOD_FOR)


def invite_again(bookings: Iterable[Booking], letter: Letter) -> None:
    """Write to guests whose bookings have ended, with a link of their own to book once more, unless it is too late."""
    put_mails(_invitation(one, letter) for one in bookings)


def _invitation(booking: Booking, letter: Letter) -> dict[str, Any]:
    closed = has_closed(booking.event, now=timezone.now())
    link = "" if closed else guests.book_link(booking.event, booking.guest_email)
    text = _text("guest_book_again", letter=letter, name=booking.guest_name, link=link)
    return {"to": booking.guest_email, "subject": letter.subject, "text": text, "good_for": guests.GOOD_FOR}


def send_ticket_again(booking: Booking) -> None:
    """They asked to book, and have booked already: the link to their ticket instead."""
    title = booking.event.title
    letter = Letter(
        f"Your ticket: {title}",
        (f"You asked to book at {quoted(title)}. You have a booking there already: here is your ticket.",),
    )
    write(booking, letter)


def _text(template: str, **context) -> str:
    context |= {
        "site_name": settings.SITE_NAME, "partnership": settings.PARTNERSHIP_NAME, "site_url": settings.SITE_URL,
        "core_team_email": settings.CORE_TEAM_EMAIL,
    }  # fmt: skip
    return render_to_string(f"events/email/{template}.txt", context).strip() + "\n"
