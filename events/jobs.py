"""What the worker does for events: rows of the outbox, and chores. Short functions that call actions."""

import datetime as dt

from django.utils import timezone

from core import outbox, private, worker
from events import guestmail, slideletters
from events.actions import (
    bulk_mail,
    chasing,
    erasing,
    following_up,
    leaving,
    needs,
    places,
    reminding,
    telling,
    telling_of_sessions,
    voting,
)
from events.actions import materials as material_acts
from events.querysets import bookings, events, material_asks, told, told_sessions

# --- Booking: who is told, reminders ------------------------------------------------------------------


@outbox.handler("events.tell_of_booking")
def tell_of_booking(*, booking: int, what: str, by: int = 0, **_about) -> None:
    """Tell a person what became of their booking, if it is still so."""
    found = told.for_telling(booking)
    if found is not None:
        telling.tell_of_booking(booking=found, what=what, by=by)


@outbox.handler("events.tell_of_calling_off")
def tell_of_calling_off(*, event: int, why: str, off: int = 0) -> None:
    """Tell everybody booked that it does not take place. `off` 0: rows an older release left."""
    found = events.by_pk(event)
    if found is not None:
        telling.tell_of_calling_off(event=found, why=why, off=off)


@outbox.handler("events.tell_of_calling_on")
def tell_of_calling_on(*, event: int, why: str, number: int) -> None:
    """Tell everybody who had booked that it takes place after all."""
    found = events.by_pk(event)
    if found is not None:
        telling.tell_of_calling_on(event=found, why=why, number=number)


@outbox.handler("events.tell_of_change")
def tell_of_change(*, event: int, changes: list, number: int) -> None:
    """Tell everybody booked what is another now."""
    found = events.by_pk(event)
    if found is not None:
        telling.tell_of_change(event=found, changes=changes, number=number)


@worker.chore("remind of events", every=dt.timedelta(minutes=30))
def remind_of_events() -> int:
    """Each stage of each event once, however long the site was down; how many people were told."""
    return reminding.remind(now=timezone.now())


# --- Afterwards ---------------------------------------------------------------------------------------


@worker.chore("ask who came to events", every=dt.timedelta(minutes=30))
def ask_who_came() -> int:
    """What they made of it, and whether they used it: each once, however long the site was down; how many people."""
    return following_up.ask(now=timezone.now())


# --- Mails to many ------------------------------------------------------------------------------------


@outbox.handler("events.bulk_mail")
def send_bulk_mail(*, mail: int) -> None:
    """Ten minutes are over: it goes, unless it was taken back."""
    bulk_mail.send_due(mail=mail)


# --- Places and the line ------------------------------------------------------------------------------


@outbox.handler("events.tell_of_session_place")
def tell_of_session_place(*, chosen: int) -> None:
    """Tell whose place in a session it is, unless they left it meanwhile."""
    found = bookings.chosen_by_pk([chosen]).get(chosen)
    if found is not None:
        telling_of_sessions.tell_of_session_place(chosen=found)


@outbox.handler("events.tell_of_session_move")
def tell_of_session_move(*, event: int, number: int) -> None:
    """Tell everybody who chose a session that it is at another time, or in another room."""
    found = told_sessions.by_number(event, number)
    if found is not None and found.session is not None:
        telling_of_sessions.tell_of_move(change=found, session=found.session)


@outbox.handler("events.tell_of_session_gone")
def tell_of_session_gone(*, event: int, session: int, title: str, bookings: list) -> None:
    """Tell everybody who chose a session that it is no longer in the programme."""
    found = events.by_pk(event)
    if found is not None:
        telling_of_sessions.tell_of_session_gone(event=found, session=session, title=title, bookings=bookings)


@worker.chore("end offers nobody answered", every=dt.timedelta(minutes=10))
def expire_offers() -> int:
    """What nobody took up in time goes to the next in line; of how many events."""
    return places.expire_offers(now=timezone.now())


@worker.chore("release places kept for organisations", every=dt.timedelta(minutes=10))
def release_places() -> int:
    """On their day, unused places go to who waits; how many organisations' places."""
    return places.release_due(now=timezone.now())


@worker.chore("give up places of who left", every=dt.timedelta(minutes=10))
def give_up_of_the_gone() -> int:
    """Who left, was shut out or is erased comes to nothing; how many bookings."""
    return leaving.give_up_of_the_gone(now=timezone.now())


@worker.chore("erase what people needed at events", every=dt.timedelta(days=1))
def erase_needs() -> int:
    """Thirty days after an event, with a receipt; of how many bookings."""
    return needs.erase_due(now=timezone.now())


@worker.chore("erase names of people at events", every=dt.timedelta(days=1))
def erase_names() -> int:
    """Of guests, of who asked, on certificates: each when its time is over, with a receipt; of how many events."""
    return erasing.erase_due(now=timezone.now())


@worker.chore("erase names of deleted accounts at events", every=dt.timedelta(minutes=10))
def erase_with_accounts() -> int:
    """What is left of people whose account was deleted (no page of ours deletes one); of how many bookings."""
    return erasing.erase_with_accounts(now=timezone.now())


# --- Votes --------------------------------------------------------------------------------------------


@worker.chore("close votes whose time has come", every=dt.timedelta(minutes=1))
def close_votes() -> int:
    """They take no votes by then already; now their marks go too; how many."""
    return voting.close_due(now=timezone.now())


# --- Slides and handouts ------------------------------------------------------------------------------


@outbox.handler("events.forget_file")
def forget_file(*, name: str) -> None:
    """Delete a file that was replaced or taken back."""
    private.forget(name)


@outbox.handler("events.ask_for_slides")
def ask_for_slides(*, ask: int, stage: int) -> None:
    """Write to a speaker without an account, unless the slides are there by now, or nobody asks any more."""
    found = material_asks.unanswered_by_pk([ask]).get(ask)
    if found is not None:
        chasing.write(ask=found, stage=stage)


@outbox.handler("events.chase_for_slides")
def chase_for_slides(*, ask: int) -> None:
    """Remind a speaker whom the core team chases, unless the slides are there by now, or nobody asks any more."""
    found = material_asks.unanswered_by_pk([ask]).get(ask)
    if found is not None:
        chasing.remind(ask=found)


@outbox.handler("events.tell_guests_of_slides")
def tell_guests_of_slides(*, event: int, count: int) -> None:
    """Write to the guests with a place that slides are out."""
    found = events.by_pk(event)
    if found is not None:
        telling.tell_guests_of_slides(event=found, count=count)


@outbox.handler("events.tell_guest_of_slides")
def tell_guest_of_slides(*, booking: int, count: int) -> None:
    """The same to one guest: rows an older release left."""
    found = told.for_telling(booking)
    if found is not None and found.state == found.State.CONFIRMED and found.guest_email:
        guestmail.write(found, slideletters.slides_out(found.event, count))


@worker.chore("let slides out", every=dt.timedelta(minutes=1))
def let_slides_out() -> int:
    """What is due is on the pages now; how many files."""
    return material_acts.let_out(now=timezone.now())


@worker.chore("tell of slides", every=dt.timedelta(minutes=15))
def tell_of_slides() -> int:
    """People with a place hear of slides that are out, at most once a day; how many people."""
    return material_acts.tell(now=timezone.now())


@worker.chore("ask speakers for slides", every=dt.timedelta(minutes=30))
def chase_slides() -> int:
    """Each stage of each ask once; how many were reminded."""
    return chasing.chase(now=timezone.now())
