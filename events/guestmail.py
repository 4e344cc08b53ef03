"""Mails to guests, by the outbox as all mails of accounts go. Each says why it came and how to stop it: give up."""

from django.conf import settings
from django.template.loader import render_to_string

from events import guests
from events.calendars import invitation
from events.letters import Letter
from events.models.booking import Booking
from events.pages.event import EventPage
from members import letters
from members.notices import put_mail

# What the buttons of these mails say.
letters.LABELS |= {"events:ticket-open": "See your ticket", "events:guest-book": "Book your place"}


def write(booking: Booking, letter: Letter) -> None:
    """Leave a guest the mail about their booking, with the link to their ticket."""
    _put(
        booking.guest_email, "guest_booking", letter.subject, letter=letter, name=booking.guest_name,
        link=guests.ticket_link(booking), why=why_of(booking),
        files=[invitation(booking)] if letter.calendar else [],
    )  # fmt: skip


def why_of(booking: Booking) -> str:
    """Why they get it, and how it ends."""
    if booking.booked_by_id:
        by = f"{booking.booked_by.display_name} booked for you with this address"
    else:
        by = "You booked with this address"
    return f"{by}. Give your place up and we write no more about it."


def send_link(event: EventPage, email: str) -> None:
    """The mail with the link to book as a guest."""
    _put(email, "guest_link", f"Book your place: {event.title}", event=event, link=guests.book_link(event, email),
         good_for=guests.GOOD_FOR)  # fmt: skip


def send_ticket_again(booking: Booking) -> None:
    """They asked to book, and have booked already: the link to their ticket instead."""
    letter = Letter(
        f"Your ticket: {booking.event.title}",
        (f"You asked to book at “{booking.event.title}”. You have a booking there already: here is your ticket.",),
    )
    write(booking, letter)


def _put(to: str, template: str, subject: str, **context) -> None:
    context |= {
        "site_name": settings.SITE_NAME, "partnership": settings.PARTNERSHIP_NAME, "site_url": settings.SITE_URL,
        "core_team_email": settings.CORE_TEAM_EMAIL,
    }  # fmt: skip
    text = render_to_string(f"events/email/{template}.txt", context).strip() + "\n"
    good_for = {"good_for": context["good_for"]} if "good_for" in context else {}
    put_mail(to=to, subject=subject, text=text, files=context.get("files", ()), **good_for)
