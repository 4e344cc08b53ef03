"""Booking a place: for oneself, for a colleague, as a guest; taking up an offer, giving up, coming another way."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from wagtail.log_actions import log

from core.retrying import retried
from events import notices
from events.actions import rooms
from events.actions.line import Line, held
from events.actions.needs import erase, put_down
from events.actions.refusals import AlreadyBooked, NoPlacesHere, NotOpen, NotYours, TooLate
from events.guests import Guest
from events.models.booking import Booking, BookingAnswer
from events.models.places import Mode
from events.pages.event import EventPage
from events.permissions import can_change_booking, can_organise, can_see_event, is_own_booking
from events.querysets.bookings import active_of
from events.standing import NO_ROOM, has_closed
from events.times import at
from members.actions.standing import reason as really_a_reason
from members.models import Member, Organisation
from members.permissions import takes_part

State = Booking.State
OVER = "This event is over."
CALLED_OFF = "This event has been called off."
SHUT_OUT = "You can’t book with this address. Write to the core team if you think that is wrong."


@dataclass(frozen=True)
class Who:
    """Whom a place is for: a member, or somebody without an account; and for which organisation they come."""

    member: Member | None
    guest: Guest | None
    organisation: Organisation | None


# --- Booking ------------------------------------------------------------------------------------------


def book(
    *,
    event: EventPage,
    by: Member | None,
    member: Member | None = None,
    guest: Guest | None = None,
    mode: str,
    organisation: Organisation | None = None,
    organisation_name: str = "",
    list_me: bool = False,
    answers: Mapping[int, str] | None = None,
    needs: Mapping[str, str] | None = None,
    now: dt.datetime | None = None,
) -> Booking:
    """Book a place; the booking has it, or stands at the end of the line.

    For `by`, for a colleague (`member`, or a `guest` without an account), or, with `by` None, for a guest whose
    address was proven. Whoever has a booking gets that one, so that a second click changes nothing. `answers`:
    {number of the question: answer}; `needs`: {"dietary": "", "access": ""}. `organisation` is the core team's to
    choose; a member comes for their own. Raises EventPage.DoesNotExist for an event they may not see, NotYours,
    NotOpen, NoPlacesHere, AlreadyBooked.
    """
    # what can be asked before is: while the places are held, everybody else waits
    who = _who(by, member, guest, organisation, organisation_name)
    may_see(event, by, who)
    booking = Booking(
        event=event,
        member=who.member,
        guest_name=who.guest.name.strip()[:120] if who.guest else "",
        guest_email=who.guest.email.strip().lower() if who.guest else "",
        organisation=who.organisation,
        organisation_name=_name_of_body(who, organisation, organisation_name),
        mode=Mode(mode),
        booked_by=by,
        list_me=list_me,
    )
    return _book(booking, who, by=by, answers=answers or {}, needs=needs or {}, now=now)


@retried
def _book(
    booking: Booking,
    who: Who,
    *,
    by: Member | None,
    answers: Mapping[int, str],
    needs: Mapping[str, str],
    now: dt.datetime | None,
) -> Booking:
    with held(booking.event_id, now=now) as line:
        if not line.event.live:
            raise EventPage.DoesNotExist
        found = standing(line, who)
        if found is not None:
            return _same(found, by, who)
        may_book(line, by)
        enter(line, booking, by=by)
        _write_answers(booking, answers)
        put_down(booking, needs, now=line.now)
    return booking


def enter(line: Line, booking: Booking, *, by: Member | None) -> None:
    """Give a new booking a place, or put it at the end of the line; its person is told."""
    booking.pk, booking.event, booking.made_at = None, line.event, line.now  # also when it is done again
    line.enter(booking, by=by)
    notices.booked(booking)


def _who(
    by: Member | None, member: Member | None, guest: Guest | None, chosen: Organisation | None, written: str
) -> Who:
    """Whom it is for, and for which organisation: nobody comes for one that did not vouch for them. Raises NotYours."""
    if by is None:
        if guest is None or member is not None:
            raise NotYours("Sign in, or give an e-mail address we can reach you at.")
        return _who_is_guest(guest, chosen)
    if guest is not None:
        if is_shut_out(guest.email):
            raise NotYours(SHUT_OUT)
        return _guest_of_team(guest, chosen, written) if can_organise(by) else who_at(by, guest)
    _must_take_part(by)
    anything = can_organise(by)
    member = member or by
    works_at = member.organisation
    if member.pk != by.pk and not anything and (works_at is None or works_at.pk != by.organisation_id):
        raise NotYours("You can book for people you work with.")
    if not takes_part(member):
        raise NotYours(f"{member.display_name} is not vouched for yet, and can’t be booked.")
    return Who(member, None, chosen if anything and chosen else works_at)


def who_at(by: Member, guest: Guest) -> Who:
    """Somebody a member books for by their address: they come for the member's organisation. Raises NotYours."""
    _must_take_part(by)
    return Who(None, guest, by.organisation)


def _guest_of_team(guest: Guest, chosen: Organisation | None, written: str) -> Who:
    """Somebody the core team books for: they come for whom it says, in the directory or not; for whose address they
    have where it says nothing; never for the core team."""
    if chosen is None and not written.strip():
        chosen = Organisation.objects.vouching_for(guest.email).first()
    return Who(None, guest, chosen)


def _must_take_part(by: Member) -> None:
    """Raises NotYours."""
    if not takes_part(by):
        raise NotYours("You can book once we know where you work.")


def _who_is_guest(guest: Guest, chosen: Organisation | None) -> Who:
    """Whoever proved an address, as the member they are, or as a guest. Raises NotYours for who was shut out."""
    known = Member.objects.select_related("organisation").filter(email__iexact=guest.email.strip()).first()
    if known is not None and known.standing == Member.Standing.BANNED:
        raise NotYours(SHUT_OUT)
    if known is not None and takes_part(known):
        return Who(known, None, known.organisation)
    vouching = Organisation.objects.vouching_for(guest.email).first()
    return Who(None, guest, vouching if chosen is None or vouching == chosen else None)


def is_shut_out(email: str) -> bool:
    """Whether it is the address of somebody who was shut out."""
    return Member.objects.filter(email__iexact=email.strip(), standing=Member.Standing.BANNED).exists()


def _name_of_body(who: Who, chosen: Organisation | None, written: str) -> str:
    """As they wrote it, where nobody vouched that they are from there."""
    if who.organisation is not None:
        return ""
    return written.strip()[:160] or (chosen.name if chosen else "")


def may_see(event: EventPage, by: Member | None, who: Who) -> None:
    comes = who.member or AnonymousUser()
    if not can_see_event(by or comes, event):
        raise EventPage.DoesNotExist
    if by is not None and by != comes and not can_see_event(comes, event):
        raise NotYours("This event is not open to them.")


def standing(line: Line, who: Who) -> Booking | None:
    """The active booking they have already."""
    if who.member is not None:
        found = active_of(line.event.pk, who.member.pk)
    else:
        found = Booking.objects.active().of(line.event.pk).for_guest(who.guest.email).first()
    if found is not None:
        found.event = line.event
    return found


def _same(found: Booking, by: Member | None, who: Who) -> Booking:
    """The booking they have; a member's own from now on, if it was made for their address. Raises AlreadyBooked."""
    own = who.member is not None and (by is None or by.pk == who.member.pk)
    if own and found.member_id is None:
        found.member, found.guest_name, found.guest_email = who.member, "", ""
        found.save(update_fields=["member", "guest_name", "guest_email"])
    if own or by is None or found.booked_by_id == by.pk:
        return found
    raise AlreadyBooked(f"{who.member.display_name if who.member else who.guest.email} is on the list already.")


def may_book(line: Line, by: Member | None) -> None:
    """Raises NotOpen. The core team may book before it opens and after it closes."""
    event = line.event
    still_there(line)
    if by is not None and can_organise(by):
        return
    if event.book_opens_at and line.now < event.book_opens_at:
        raise NotOpen(f"Booking opens at {at(event.book_opens_at, now=line.now)}.")
    if has_closed(event, now=line.now):
        raise NotOpen("Booking is closed.")
    if line.places and not any(one.capacity for one in line.places.values()):
        raise NotOpen(NO_ROOM)


def still_there(line: Line) -> None:
    """Raises NotOpen when there is nothing to have a place at any more."""
    if not line.is_open():
        raise NotOpen(CALLED_OFF if line.is_called_off() else OVER)


def _write_answers(booking: Booking, answers: Mapping[int, str]) -> None:
    if not answers:
        return
    asked = booking.event.booking_questions.filter(pk__in=answers).values_list("pk", flat=True)
    written = [(pk, str(answers[pk]).strip()[:500]) for pk in asked]
    BookingAnswer.objects.bulk_create(
        BookingAnswer(booking=booking, question_id=pk, answer=answer) for pk, answer in written if answer
    )


# --- Answering an offer -------------------------------------------------------------------------------


def accept(*, booking: Booking, by: Member | None = None, now: dt.datetime | None = None) -> Booking:
    """Take up an offered place. Twice is once. Raises TooLate, NotYours.

    An offer that has run out goes to the next in line, whether or not the worker has come to it.
    """
    answered = _accept(booking=booking, by=by, now=now)
    if answered.state != State.CONFIRMED:  # said once the act is kept: what has lapsed stays lapsed
        raise TooLate(_no_offer(answered))
    return answered


@retried
def _accept(*, booking: Booking, by: Member | None, now: dt.datetime | None) -> Booking:
    with held(booking.event_id, now=now) as line:
        found = line.booking(booking)
        _must_be_theirs(by, found)
        if found.state == State.OFFERED:
            line.take_up(found, by=by)
            notices.booked(found)
    return found


def decline(*, booking: Booking, by: Member | None = None, now: dt.datetime | None = None) -> Booking:
    """Say no to an offered place: it goes to the next in line. Twice is once. Raises TooLate, NotYours."""
    answered = _decline(booking=booking, by=by, now=now)
    if answered.state not in (State.DECLINED, State.EXPIRED):
        raise TooLate(_no_offer(answered))
    return answered


@retried
def _decline(*, booking: Booking, by: Member | None, now: dt.datetime | None) -> Booking:
    with held(booking.event_id, now=now) as line:
        found = line.booking(booking)
        _must_be_theirs(by, found)
        if found.state == State.OFFERED:
            line.leave(found, State.DECLINED, by=by)
            erase([found])
    return found


def _no_offer(booking: Booking) -> str:
    return {
        State.EXPIRED: "We did not hear from you in time, so the place went to the next in line. "
        "You can join the line again.",
        State.DECLINED: "You said no to this place. You can join the line again.",
        State.WITHDRAWN: "This booking was given up. You can book again.",
        State.CALLED_OFF: CALLED_OFF,
        State.WAITING: "No place is kept for you yet. We tell you as soon as one comes free.",
        State.CONFIRMED: "You have this place. You can give it up.",
    }[State(booking.state)]


# --- Giving up, and coming another way ----------------------------------------------------------------


@retried
def give_up(*, booking: Booking, by: Member | None, reason: str = "", now: dt.datetime | None = None) -> Booking:
    """Give up a place, an offer or a wait; the next in line gets it. Twice is once.

    By the person, by who booked for them, by a guest's own link (`by` None), or by the core team with a reason.
    Raises NotYours, WhyMissing, TooLate once the event is over.
    """
    with held(booking.event_id, now=now) as line:
        found = line.booking(booking)
        why = _must_be_theirs(by, found, reason=reason, organisers=True)
        if not found.is_active():
            return found
        if line.event.is_over(now=line.now):
            raise TooLate(OVER)
        line.leave(found, State.WITHDRAWN, by=by, reason=why)
        erase([found])
        _log_of_team(line, found, by, "events.give_up", why)
        notices.given_up(found, by, why)
    return found


@retried
def switch(
    *,
    booking: Booking,
    mode: str,
    by: Member | None,
    or_wait: bool = True,
    reason: str = "",
    now: dt.datetime | None = None,
) -> Booking:
    """Come in another way: a place there, or the end of its line; what they had goes to the next in line.

    With `or_wait` False nothing happens unless there is a place: NoPlacesHere. Also raises NotYours, NotOpen, TooLate,
    WhyMissing (the core team says why).
    """
    with held(booking.event_id, now=now) as line:
        found = line.booking(booking)
        why = _must_be_theirs(by, found, reason=reason, organisers=True)
        if not found.is_active():
            raise TooLate("This booking has ended. You can book again.")
        still_there(line)
        if found.mode == mode:
            return found
        line.of(mode)
        line.let_go(found, with_rooms=False)
        found.mode = Mode(mode)
        line.enter(found, by=by, reason=why)
        if not or_wait and found.state != State.CONFIRMED:
            raise NoPlacesHere("All places there are taken. You keep what you have.")
        rooms.after_switch(found, now=line.now)
        _log_of_team(line, found, by, "events.switch", why)
        notices.switched(found, by)
    return found


# --- Who may ------------------------------------------------------------------------------------------


def _must_be_theirs(by: Member | None, booking: Booking, *, reason: str = "", organisers: bool = False) -> str:
    """The reason, which the core team must give and others may. Raises NotYours, WhyMissing."""
    if can_change_booking(by, booking):
        return reason.strip()
    if organisers and by is not None and can_organise(by):
        return really_a_reason(reason)
    raise NotYours("This is somebody else’s booking.")


def _log_of_team(line: Line, booking: Booking, by: Member | None, action: str, why: str) -> None:
    """What the core team does to somebody else's booking is in the history of the event."""
    if by is not None and not is_own_booking(by, booking) and booking.booked_by_id != by.pk:
        data = {"booking": booking.pk, "state": booking.state, "mode": booking.mode, "why": why}
        log(instance=line.event, action=action, user=by, data=data)
