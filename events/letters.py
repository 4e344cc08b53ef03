"""What people are told of their booking, in one place: members read it as notices and mails, guests as mails."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from core.quoting import quoted
from events import times
from events.models.booking import Booking
from events.models.places import Mode
from events.pages.event import EventPage
from events.querysets.bookings import position_of
from events.querysets.told import reason_of
from events.standing import has_closed
from events.words import RULE, position

State = Booking.State
COMES: dict[str, str] = {Mode.IN_PERSON: "in person", Mode.ONLINE: "online"}


@dataclass(frozen=True)
class Letter:
    """A subject, and paragraphs of plain words. `link_words`: what the button to the ticket says."""

    subject: str
    paragraphs: tuple[str, ...]
    link_words: str = "See your ticket"
    calendar: bool = False  # whether the entry for a calendar goes with it: to be added, moved or taken out

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def letter_for(booking: Booking, what: str, *, now: dt.datetime | None = None) -> Letter | None:
    """What to say of `what` ("booked", "place_offered" …) as things stand now; None when it is true no more."""
    write, states = _LETTERS[what]
    if booking.state not in states:
        return None
    return write(booking, now or timezone.now())


# --- One booking --------------------------------------------------------------------------------------


def _booked(booking: Booking, now) -> Letter:
    if booking.state == State.CONFIRMED:
        return _has_a_place(booking, f"You have a place at {quoted(booking.event.title)}, {COMES[booking.mode]}.", now)
    return _in_line(booking, "All places are taken for now.", now)


def _for_you(booking: Booking, now) -> Letter:
    who = booking.booked_by.display_name if booking.booked_by else "A colleague"
    title = booking.event.title
    if booking.state == State.CONFIRMED:
        return _has_a_place(booking, f"{who} booked a place for you at {quoted(title)}, {COMES[booking.mode]}.", now)
    return _in_line(booking, f"{who} put your name down for {quoted(title)}. All places are taken for now.", now)


def _asked_for(booking: Booking, now) -> Letter:
    title = booking.event.title
    return Letter(
        f"Somebody asked us to book for you: {title}",
        ((f"Somebody wanted to book a place for you at {quoted(title)}, with this address. You are on the list "
          "already, so nothing has changed. We have not told them."), *facts(booking, now=now)),
    )  # fmt: skip


def _placed(booking: Booking, now) -> Letter:
    first = (
        f"A place came free at {quoted(booking.event.title)}, and it is yours, {COMES[booking.mode]}. "
        "It starts soon, so we did not ask first."
    )
    return _has_a_place(booking, first, now)


def _switched(booking: Booking, now) -> Letter:
    by, reason = reason_of(booking)
    why = f" {by.display_name} changed it: {reason}" if by and reason and by.pk != booking.member_id else ""
    if booking.state == State.CONFIRMED:
        return _has_a_place(booking, f"You now come to {quoted(booking.event.title)} {COMES[booking.mode]}.{why}", now)
    return _in_line(booking, f"You now wait for a place {COMES[booking.mode]}.{why}", now)


def _has_a_place(booking: Booking, first: str, now) -> Letter:
    event = booking.event
    # whoever books after the reminder of a week before went gets its note now
    late = event.starts_at - now < dt.timedelta(days=8)
    note = (event.joining_note.strip(),) if late and event.joining_note.strip() else ()
    last = "If you can’t come after all, give your place up on your ticket: it goes to the next in line at once."
    return Letter(
        f"You have a place: {event.title}", (first, *facts(booking, now=now), *note, last), calendar=True
    )  # fmt: skip


def _in_line(booking: Booking, first: str, now) -> Letter:
    place = position_of(booking)
    return Letter(
        f"{position(place)}: {booking.event.title}",
        (first, f"{position(place)} for a place {COMES[booking.mode]}.", RULE,
         *facts(booking, now=now), "If you no longer want to come, leave the line on your ticket."),
        "See where you stand",
    )  # fmt: skip


def _offered(booking: Booking, now) -> Letter:
    until = times.at(booking.offered_until or now, now=now)
    title = booking.event.title
    return Letter(
        f"A place for you: {title}",
        (f"A place came free at {quoted(title)}, {COMES[booking.mode]}. We keep it for you until {until}.",
         "Say yes or no on your ticket. If we hear nothing by then, it goes to the next in line.",
         *facts(booking, now=now)),
        "Answer now",
    )  # fmt: skip


def _expired(booking: Booking, now) -> Letter:
    return Letter(
        f"The place went to the next in line: {booking.event.title}",
        ((f"We kept a place for you at {quoted(booking.event.title)} and did not hear from you in time, so it went to "
         "the next in line."),
         "Do you still want to come? Book again: you then wait at the end of the line."),
        "See what you can do",
    )  # fmt: skip


def _given_up(booking: Booking, now) -> Letter:
    by, reason = reason_of(booking)
    title = booking.event.title
    if (by is not None and by.pk == booking.member_id) or (by is None and booking.member_id is None and not reason):
        first = f"You gave up your place at {quoted(title)}. Thank you for telling us: it can go to somebody else now."
        return Letter(f"You gave up your place: {title}", (first, _OUT), "See your booking", calendar=True)
    why = (f"Why: {reason}",) if reason else ()
    return Letter(
        f"Your place was given up: {title}",
        (f"{by.display_name if by else 'The core team'} gave up your place at {quoted(title)}.", *why,
         "If that is not right, tell the core team.", _OUT),
        "See your booking",
        calendar=True,
    )  # fmt: skip


def _moved(booking: Booking, now) -> Letter:
    stands, (_, reason) = position(position_of(booking)), reason_of(booking)
    why = (f"Why: {reason}",) if reason else ()
    return Letter(
        f"{stands} now: {booking.event.title}",
        (f"The core team gave you another position in the line for {quoted(booking.event.title)}. {stands} now.",
         *why, RULE),
        "See where you stand",
    )  # fmt: skip


_OUT = "If it is in your calendar, open the file with this mail: it takes it out."
_LETTERS = {
    "booked": (_booked, (State.CONFIRMED, State.WAITING)),
    "for_you": (_for_you, (State.CONFIRMED, State.WAITING)),
    "asked_for": (_asked_for, Booking.ACTIVE),
    "placed": (_placed, (State.CONFIRMED,)),
    "place_offered": (_offered, (State.OFFERED,)),
    "offer_expired": (_expired, (State.EXPIRED,)),
    "given_up": (_given_up, (State.WITHDRAWN,)),
    "moved_in_line": (_moved, (State.WAITING,)),
    "switched": (_switched, (State.CONFIRMED, State.WAITING)),
}


def facts(booking: Booking, *, now: dt.datetime | None = None) -> tuple[str, ...]:
    """When and where, a line each in one paragraph."""
    event = booking.event
    lines = [f"When: {times.span(event.starts_at, event.ends_at, now=now)}"]
    if booking.mode == Mode.ONLINE:
        has_place = booking.state == State.CONFIRMED
        lines.append("Where: online. The address to join is on your ticket." if has_place else "Where: online")
    elif where := where_of(event):
        lines.append(f"Where: {where}")
    return ("\n".join(lines),)


def where_of(event: EventPage) -> str:
    """“Town Hall, 1 Market Place”."""
    return ", ".join(part for part in (event.venue, event.street) if part)


# --- A whole event ------------------------------------------------------------------------------------


def called_off(event: EventPage, why: str) -> Letter:
    reason = (f"Why: {why}",) if why else ()
    return Letter(
        f"Called off: {event.title}",
        (f"{quoted(event.title)} on {times.day(event.starts_at)} does not take place.", *reason,
         "You need do nothing: your booking has ended.", _OUT),
        "See your booking",
        calendar=True,
    )  # fmt: skip


def called_on(event: EventPage, why: str) -> Letter:
    """It takes place after all; their place has to be booked again."""
    lines = [f"When: {times.span(event.starts_at, event.ends_at)}"]
    lines += [f"Where: {where}"] if (where := where_of(event)) else []
    closed = has_closed(event, now=timezone.now())
    again = "Booking has closed. Write to the core team if you want to come." if closed else (
        "Your place was given up when it was called off. If you want to come, book again: if all places are taken by "
        "then, you stand in line."
    )  # fmt: skip
    return Letter(
        f"It takes place after all: {event.title}",
        (
            f"{quoted(event.title)} had been called off. It takes place after all.",
            f"Why: {why}",
            "\n".join(lines),
            again,
        ),
        "See your booking" if closed else "Book again",
    )


def changed(event: EventPage, changes: list) -> Letter:
    """What is another now: each with what it was."""
    lines = "\n".join(in_words(change) for change in changes)
    return Letter(
        f"Changed: {event.title}",
        (f"Something about {quoted(event.title)} is not as we told you.", lines,
         "Your booking stays as it is. If it is in your calendar, open the file with this mail: it moves it.",
         "If you can’t come now, give your place up on your ticket, so that somebody else can."),
        calendar=True,
    )  # fmt: skip


def in_words(change: list) -> str:
    """“Starts: was 9am, is now 10am”."""
    what, old, new = change
    if not old:
        return f"{what}: {new}"
    return f"{what}: was {old}, is now {new}" if new else f"{what}: was {old}, and is not known now"


def reminded(booking: Booking, stage: int, *, now: dt.datetime | None = None) -> Letter:
    """A week before, or the day before: what they need to come."""
    event = booking.event
    soon = _soon(event, now=now)
    first = f"{quoted(event.title)} is {soon}. You have a place, {COMES[booking.mode]}."
    paragraphs = [first, *facts(booking, now=now)]
    if event.joining_note:
        paragraphs.append(event.joining_note.strip())
    if booking.mode == Mode.ONLINE and event.online_url:
        paragraphs.append(
            "Join from your ticket, which also tells us that you came. If it does not open, the address is: "
            f"{event.online_url}"
        )
    if booking.mode == Mode.IN_PERSON and stage == 1:
        paragraphs.append("Show the square code on your ticket at the door, or give your name.")
    paragraphs.append("Can’t come after all? Give your place up on your ticket, so that somebody else can.")
    return Letter(f"{soon[:1].upper()}{soon[1:]}: {event.title}", tuple(paragraphs))


def _soon(event: EventPage, *, now: dt.datetime | None) -> str:
    """“today”, “tomorrow”, “in 5 days”, “in a week”: a reminder that was held up says what is true."""
    days = (timezone.localdate(event.starts_at) - timezone.localdate(now)).days
    return {0: "today", 1: "tomorrow", 7: "in a week"}.get(days, f"in {days} days")


# --- A session ----------------------------------------------------------------------------------------


def session_placed(chosen) -> Letter:
    """A place came free in a session they waited for."""
    session = chosen.session
    return Letter(
        f"You have a place: {session.title}",
        (
            f"A place came free in {quoted(session.title)}, and it is yours.",
            times.span(session.starts_at, session.ends_at),
            "If you would rather not come, leave the session on your ticket: the next in line gets the place at once.",
        ),
    )


def sessions_moved(event: EventPage, moves: list) -> Letter:
    """Sessions they chose are at another time or in another room (`told_sessions.Move`): each with what it was."""
    paragraphs = [f"Something in your day at {quoted(event.title)} is not as we told you."]
    for move in moves:
        lines = [quoted(move.session.title), *(in_words(change) for change in move.row.changes)]
        lines += [f"It is now at the same time as {quoted(title)}, which you chose too." for title in move.clashes]
        paragraphs.append("\n".join(lines))
    if any(move.clashes for move in moves):
        paragraphs.append("You keep your places in both. Choose on your ticket which you want to go to.")
    paragraphs.append("If it is in your calendar, open the calendar file on your ticket once more: it moves it.")
    titles = dict.fromkeys(move.session.title for move in moves)
    what = next(iter(titles)) if len(titles) == 1 else f"{len(titles)} sessions at {event.title}"
    return Letter(f"Moved: {what}", tuple(paragraphs))


def session_gone(event: EventPage, title: str) -> Letter:
    """A session they chose is no longer in the programme."""
    return Letter(
        f"No longer in the programme: {title}",
        (
            f"{quoted(title)}, which you chose for your day at {quoted(event.title)}, is no longer in the programme.",
            "Everything else stays as it is. You can choose something else on your ticket.",
            "If it is in your calendar, take it out there.",
        ),
    )
