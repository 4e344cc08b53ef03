"""Somebody stands at the door without a place. Who is there comes before who waits at home, with a reason."""

import datetime as dt
import uuid

from wagtail.log_actions import log

from core.retrying import retried
from events.actions.checkin import What, tap
from events.actions.line import Line, held
from events.actions.refusals import NotOpen, NotYours, Overfull
from events.models.booking import Booking
from events.models.checkin import CheckIn
from events.models.places import Mode
from events.permissions import can_organise
from members.models import Member, Organisation
from members.permissions import takes_part

State = Booking.State


@retried
def let_in(
    *,
    event,
    by: Member,
    name: str,
    email: str,
    organisation: Organisation | None = None,
    organisation_name: str = "",
    reason: str = "",
    once_key: uuid.UUID,
    now: dt.datetime | None = None,
) -> Booking:
    """Give somebody at the door a place in the room, and check them in. A member by their address, else a guest.

    Whoever has a place is only checked in. Where all places are taken, one more is made, for them: that needs a
    reason, which is kept. Raises NotYours, NotOpen, NoPlacesHere, Overfull.
    """
    if not can_organise(by):
        raise NotYours("Only the core team can let somebody in without a place.")
    member = _member_of(email)
    with held(event, now=now) as line:
        if line.is_called_off():
            raise NotOpen("This event has been called off.")
        booking = _known(line, member, email)
        if booking is None:
            booking = Booking(
                event=line.event, member=member, guest_name="" if member else name[:120],
                guest_email="" if member else email.strip().lower(), mode=Mode.IN_PERSON, booked_by=by,
                organisation=organisation or (member.organisation if member else None),
                organisation_name="" if organisation or member else organisation_name[:160], made_at=line.now,
            )  # fmt: skip
        if booking.pk is None or booking.state != State.CONFIRMED:
            _give_place(line, booking, by=by, reason=reason.strip())
            log(instance=line.event, action="events.let_in", user=by, data={"booking": booking.pk, "why": reason})
    tap(booking=booking, what=What.IN, by=by, once_key=once_key, way=CheckIn.Way.ADDED, now=now)
    return booking


def _member_of(email: str) -> Member | None:
    found = Member.objects.select_related("organisation").filter(email__iexact=email.strip()).first()
    if found is not None and found.standing == Member.Standing.BANNED:
        raise NotYours("Somebody with this address was shut out. Ask the core team.")
    return found if found is not None and takes_part(found) else None


def _known(line: Line, member: Member | None, email: str) -> Booking | None:
    """The booking they have already, whatever it gives them."""
    active = Booking.objects.active().of(line.event.pk)
    found = (active.for_member(member) if member else active.for_guest(email.strip())).first()
    return line.booking(found) if found else None


def _give_place(line: Line, booking: Booking, *, by: Member, reason: str) -> None:
    """A place in the room: one that is free, or one more. Raises Overfull where that wants a reason."""
    if booking.pk is not None:
        line.let_go(booking)
    booking.mode = Mode.IN_PERSON
    places = line.of(booking.mode)
    if not places.left:
        if not reason:
            raise Overfull("All places in the room are taken. Say why there is room for one more.")
        places.capacity += 1
    places.confirmed += 1
    booking.state, booking.queue_number, booking.offered_until = State.CONFIRMED, None, None
    line.write([booking], by=by, reason=reason or "At the door.")
