"""Writing to many who booked: chosen, counted and seen first, then kept back for ten minutes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from wagtail.log_actions import log

from core import outbox
from events import guests, times
from events.models.booking import Booking
from events.models.bulk_mail import BulkMail, BulkMailTo
from events.pages.event import EventPage
from events.permissions import can_organise
from members.actions import NotAllowed
from members.models import Member
from members.notices import put_mails

UNDO = dt.timedelta(minutes=10)
NO_ACCOUNT = "has left, and has no address any more"
SHUT_OUT = "has a closed account"
TWICE = "is written to already at the same address"


class NobodyToWriteTo(Exception):
    """Nobody is left of those chosen. `str()` says it."""


class TooLate(Exception):
    """It went already, or was taken back. `str()` says which, and when."""


@dataclass(frozen=True)
class Readers:
    """Who gets a mail, each address once; and who is left out, with the reason."""

    bookings: list[Booking] = field(default_factory=list)
    left_out: list[tuple[Booking, str]] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """Changes when somebody else would get it: seen and sent are then not the same."""
        return ".".join(str(one.pk) for one in self.bookings)


def address_of(booking: Booking) -> str:
    """Where a booking's person reads mail; empty when there is none."""
    return (booking.member.email if booking.member_id else booking.guest_email).strip().lower()


def readers_of(bookings: Iterable[Booking]) -> Readers:
    """Sort those chosen into who gets it and who does not."""
    found, seen = Readers(), set()
    for one in sorted(bookings, key=lambda booking: booking.pk):
        address = address_of(one)
        if not address:
            found.left_out.append((one, NO_ACCOUNT))
        elif one.member_id and not one.member.is_taking_part():
            found.left_out.append((one, SHUT_OUT))
        elif address in seen:
            found.left_out.append((one, TWICE))
        else:
            seen.add(address)
            found.bookings.append(one)
    return found


def letter(*, event: EventPage, booking: Booking, words: str, seen_by_another: bool = False) -> str:
    """The whole mail as this person reads it. `seen_by_another`: without the key of a guest's ticket."""
    if booking.member_id or seen_by_another:
        ticket = f"{settings.SITE_URL}/events/bookings/{booking.key}/"
    else:
        ticket = guests.ticket_link(booking)
    context = {
        "event": event, "booking": booking, "words": words.replace("\r\n", "\n").strip(), "ticket": ticket,
        "when": times.span(event.starts_at, event.ends_at),
        "site_name": settings.SITE_NAME, "core_team_email": settings.CORE_TEAM_EMAIL,
    }  # fmt: skip
    return render_to_string("events/email/bulk_mail.txt", context).strip() + "\n"


@transaction.atomic
def send(
    *, event: EventPage, by: Member, bookings: Iterable[Booking], subject: str, words: str,
    chosen: list | None = None, now: dt.datetime | None = None,
) -> BulkMail:  # fmt: skip
    """Leave a mail to go in ten minutes. Raises NotAllowed, NobodyToWriteTo."""
    now = now or timezone.now()
    if not can_organise(by):
        raise NotAllowed("Only the core team writes to all who booked.")
    readers = readers_of(bookings)
    if not readers.bookings:
        raise NobodyToWriteTo("Nobody is left to write to.")
    # its row is the lock: a button pressed twice sends once
    EventPage.objects.select_for_update().only("pk").get(pk=event.pk)
    if twice := _waiting_twin(event, by, subject, words, readers):
        return twice
    mail = BulkMail.objects.create(
        event=event, subject=" ".join(subject.split())[:120], words=words.strip(), chosen=chosen or [], by=by,
        made_at=now, due_at=now + UNDO, count=len(readers.bookings),
    )  # fmt: skip
    BulkMailTo.objects.bulk_create(
        [BulkMailTo(mail=mail, booking=one, state_then=one.state) for one in readers.bookings]
    )
    outbox.put("events.bulk_mail", due_at=mail.due_at, mail=mail.pk)
    log(instance=event, action="events.bulk_mail", user=by, data={"subject": mail.subject, "count": mail.count})
    return mail


def _waiting_twin(event: EventPage, by: Member, subject: str, words: str, readers: "Readers") -> BulkMail | None:
    """The same mail to the same people, which waits already."""
    same = BulkMail.objects.filter(event=event, by=by, state=BulkMail.State.WAITING, words=words.strip())
    wanted = {one.pk for one in readers.bookings}
    found = (one for one in same.filter(subject=" ".join(subject.split())[:120]))
    return next((one for one in found if set(one.readers.values_list("booking", flat=True)) == wanted), None)


@transaction.atomic
def take_back(*, mail: BulkMail, by: Member, now: dt.datetime | None = None) -> BulkMail:
    """Nobody gets it. Raises NotAllowed, TooLate."""
    if not can_organise(by):
        raise NotAllowed("Only the core team takes mails back.")
    held = BulkMail.objects.select_for_update(of=("self",)).select_related("event").get(pk=mail.pk)
    if held.state == BulkMail.State.SENT:
        raise TooLate("It has gone already, so it can’t be taken back.")
    if held.state == BulkMail.State.TAKEN_BACK:
        raise TooLate("It is taken back already.")
    held.state, held.ended_at = BulkMail.State.TAKEN_BACK, now or timezone.now()
    held.save(update_fields=["state", "ended_at"])
    log(instance=held.event, action="events.bulk_mail_taken_back", user=by, data={"subject": held.subject})
    return held


@transaction.atomic
def send_due(*, mail: int, now: dt.datetime | None = None) -> int:
    """The worker's: put a mail to each reader into the outbox, once; how many. Who gave up meanwhile is left out."""
    held = BulkMail.objects.select_for_update(of=("self",)).select_related("event").filter(pk=mail).first()
    if held is None or not held.is_waiting():
        return 0
    then = held.readers.select_related("booking__member", "booking__guest_link").order_by("pk")
    left = [one.booking for one in then if not (one.state_then in Booking.ACTIVE and not one.booking.is_active())]
    readers = readers_of(left).bookings
    put_mails(
        {
            "to": address_of(booking),
            "subject": held.subject,
            "text": letter(event=held.event, booking=booking, words=held.words),
        }
        for booking in readers
    )
    held.state, held.ended_at, held.count = BulkMail.State.SENT, now or timezone.now(), len(readers)
    held.save(update_fields=["state", "ended_at", "count"])
    return len(readers)
