"""Booking for somebody by their e-mail address, so that whoever does it learns nothing of that address.

What it answers, and what stands on the page afterwards, is the same whether the address is booked already, is shut out,
belongs to a member, or is new. How many places are left is public, and does change when one is taken. The person at the
address hears of it. Colleagues are booked by name in `events.actions.booking`.
"""

import datetime as dt

from core.retrying import retried
from events import notices
from events.actions.booking import CALLED_OFF, OVER, enter, is_shut_out, may_book, may_see, standing, who_at
from events.actions.line import held
from events.actions.needs import erase
from events.actions.refusals import NotYours, TooLate
from events.guests import Guest
from events.models.booking import Booking
from events.models.guest import AskedFor
from events.models.places import Mode
from events.pages.event import EventPage
from members.models import Member

OWN_ADDRESS = "That is your own address. Book for yourself on the page of the event."


@retried
def book_for_address(
    *, event: EventPage, by: Member, guest: Guest, mode: str, now: dt.datetime | None = None
) -> AskedFor:
    """Book a place for an address that has none yet; who has one is told that somebody asked.

    Twice is once. What is raised says something of the event, or of `by`, never of the address:
    EventPage.DoesNotExist, NotYours, NotOpen, NoPlacesHere.
    """
    email = guest.email.strip().lower()
    if email == by.email.lower():
        raise NotYours(OWN_ADDRESS)
    who = who_at(by, guest)
    may_see(event, by, who)
    with held(event, now=now) as line:
        if not line.event.live:
            raise EventPage.DoesNotExist
        may_book(line, by)
        line.of(mode)
        asked, _new = AskedFor.objects.update_or_create(
            event_id=event.pk, by=by, email=email, defaults={"name": guest.name.strip()[:120], "at": line.now}
        )
        known = standing(line, who)
        if known is not None:
            if by.pk not in (known.booked_by_id, known.member_id):
                notices.asked_for(known, by)
        elif not is_shut_out(email):
            new = Booking(
                guest_name=asked.name, guest_email=email, organisation=who.organisation, mode=Mode(mode), booked_by=by
            )
            enter(line, new, by=by)
            asked.booking = new
            asked.save(update_fields=["booking"])
    return asked


@retried
def take_back(*, asked: AskedFor, by: Member, now: dt.datetime | None = None) -> None:
    """Give up the place that was booked because `by` asked, if any. Twice is once. Raises NotYours, TooLate."""
    if asked.by_id != by.pk:
        raise NotYours("Somebody else asked for this.")
    with held(asked.event_id, now=now) as line:
        if not line.is_open():
            raise TooLate(CALLED_OFF if line.is_called_off() else OVER)
        for one in Booking.objects.active().filter(asked_for=asked.pk):
            found = line.booking(one)
            line.leave(found, Booking.State.WITHDRAWN, by=by)
            erase([found])
            notices.given_up(found, by)
        AskedFor.objects.filter(pk=asked.pk).delete()
