"""Bookings: a place, a position in the line, an offer and its end; an event changed, called off or soon to come."""

from django.utils import timezone
from django.utils.html import format_html, linebreaks

from events import letters
from events.calendars import invitation
from events.models.booking import Booking
from events.notices import (
    ASKED_FOR,
    BOOKED,
    CALLED_OFF,
    CALLED_ON,
    CHANGED,
    EXPIRED,
    FOR_YOU,
    GIVEN_UP,
    MOVED,
    OFFERED,
    PLACED,
    REMINDED,
    SWITCHED,
)
from events.querysets import told
from events.standing import has_closed
from events.times import at, day
from notifications.kinds import Group, Kind, MailContent, MailFile, MailItem, register

State = Booking.State
WHYS = {
    "booked": "You booked a place.",
    "in_line": "You stood in line for a place.",
    "for_you": "A colleague booked a place for you.",
    "asked_for": "Somebody asked us to book for your address.",
}


def number_of(notice) -> int:
    """The number in its group key: 7 of "booking:7"; 0 where there is none."""
    number = notice.group_key.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


# --- One booking --------------------------------------------------------------------------------------


def prefetch(notices: list) -> None:
    """Hang on each notice its booking (`booking`): one query for all."""
    found = told.bookings_by_pk(number_of(notice) for notice in notices)
    for notice in notices:
        notice.booking = found.get(number_of(notice))


def _booking_of(notice) -> Booking | None:
    if not hasattr(notice, "booking"):
        prefetch([notice])
    return notice.booking


def _only_while(*states):
    """The notice is shown to whose booking it is, as long as it is in one of these states."""

    def may_see(member, notice) -> bool:
        booking = _booking_of(notice)
        return booking is not None and booking.member_id == member.pk and booking.state in states

    return may_see


def _sentence(words: str):
    def sentence(notice) -> str:
        return format_html(words, title=format_html("<strong>{}</strong>", notice.subject))

    return sentence


def offered_sentence(notice) -> str:
    booking = _booking_of(notice)
    until = f" Answer by {at(booking.offered_until)}." if booking is not None and booking.offered_until else ""
    return format_html("A place came free for you at <strong>{}</strong>.{}", notice.subject, until)


def booked_sentence(notice) -> str:
    booking = _booking_of(notice)
    if booking is not None and booking.state == State.CONFIRMED:
        return format_html("You have a place at <strong>{}</strong>", notice.subject)
    return format_html("You are in line for <strong>{}</strong>", notice.subject)


def for_you_sentence(notice) -> str:
    who = notice.actor.display_name if notice.actor else "A colleague"
    booking = _booking_of(notice)
    did = "booked a place for you" if booking is not None and booking.state == State.CONFIRMED else "put you in line"
    return format_html("<strong>{}</strong> {} at <strong>{}</strong>", who, did, notice.subject)


def switched_sentence(notice) -> str:
    booking = _booking_of(notice)
    how = letters.COMES[booking.mode] if booking is not None else "another way"
    if booking is not None and booking.state == State.WAITING:
        return format_html("You now wait for a place at <strong>{}</strong>, {}", notice.subject, how)
    return format_html("You now come to <strong>{}</strong> {}", notice.subject, how)


def _mail(what: str):
    """The mail of a notice, in the words a guest would get."""

    def mail(notice) -> MailContent | None:
        booking = _booking_of(notice)
        letter = letters.letter_for(booking, what) if booking is not None else None
        return _content(letter, f"booking-{booking.pk}", booking) if letter and booking else None

    return mail


def _content(letter: letters.Letter, thread_key: str, booking: Booking) -> MailContent:
    first, *rest = letter.paragraphs
    text = "\n\n".join(rest)
    item = MailItem("", text=text, html=linebreaks(text, autoescape=True))
    return MailContent(
        subject=letter.subject, sentence=first, items=(item,) if text else (), thread_key=thread_key,
        link_words=letter.link_words,
        files=(MailFile(*invitation(booking)),) if letter.calendar else (),
    )  # fmt: skip


def _of_booking(name: str, title: str, *, what: str, states, sentence, **more) -> None:
    register(
        Kind(
            name=name, title=title, sentence=sentence, whys=WHYS, can_still_see=_only_while(*states), mail=_mail(what),
            prefetch=prefetch, icon="calendar", group=Group.EVENTS, urgent=True, **more,
        )
    )  # fmt: skip


_of_booking(
    OFFERED, "A place comes free for you", what="place_offered", states=(State.OFFERED,), sentence=offered_sentence,
    priority=95, common=True, hint="You have two days to say yes or no, so leave this on.",
)  # fmt: skip
_of_booking(
    PLACED, "You get a place from the line", what="placed", states=(State.CONFIRMED,), priority=94,
    sentence=_sentence("A place came free at {title}, and it is yours"),
    hint="Shortly before an event there is no time to ask first.",
)  # fmt: skip
_of_booking(
    FOR_YOU, "A colleague books for you", what="for_you", states=Booking.ACTIVE, sentence=for_you_sentence,
    priority=80,
)  # fmt: skip
_of_booking(
    ASKED_FOR, "Somebody wants to book for you, and you are on the list", what="asked_for", states=Booking.ACTIVE,
    sentence=_sentence("Somebody wanted to book for you at {title}. You are on the list already"), priority=30,
)  # fmt: skip
_of_booking(
    BOOKED, "You book a place", what="booked", states=Booking.ACTIVE, sentence=booked_sentence, priority=60,
    bell=False, common=True, hint="The mail that says it worked, with when and where.",
)  # fmt: skip
_of_booking(
    EXPIRED, "A place we kept for you is gone", what="offer_expired", states=(State.EXPIRED,), priority=70,
    sentence=_sentence("The place we kept for you at {title} went to the next in line"),
)  # fmt: skip
_of_booking(
    GIVEN_UP, "Somebody else gives up your place", what="given_up", states=(State.WITHDRAWN,), priority=85,
    sentence=_sentence("Your place at {title} was given up. See why"),
)  # fmt: skip
_of_booking(
    MOVED, "You are moved in the line", what="moved_in_line", states=(State.WAITING,), priority=50,
    sentence=_sentence("The core team moved you in the line for {title}. See where you stand"),
)  # fmt: skip
_of_booking(
    SWITCHED, "The way you come changes", what="switched", states=Booking.ACTIVE, priority=65,
    sentence=switched_sentence, hint="Online instead of in person, or the other way.",
)  # fmt: skip


# --- A whole event ------------------------------------------------------------------------------------


def prefetch_events(notices: list) -> None:
    """Hang on each notice its reader's booking at the event (`booking`) and what changed (`changes`): two queries."""
    events = [number_of(notice) for notice in notices]
    found = told.own_of_events([notice.recipient_id for notice in notices], events)
    changes = told.told_changes(events) if any(notice.kind == CHANGED for notice in notices) else {}
    for notice in notices:
        notice.booking = found.get((notice.recipient_id, number_of(notice)))
        notice.changes = changes.get(number_of(notice), [])


def _at_event(*states):
    def may_see(member, notice) -> bool:
        if not hasattr(notice, "booking"):
            prefetch_events([notice])
        return notice.booking is not None and notice.booking.state in states

    return may_see


def changes_of(notice, *, after: int = 0) -> list:
    """What changed, as the notice tells of it: [["Starts", "9am", "10am"]]; only changes after that number."""
    if not hasattr(notice, "changes"):
        prefetch_events([notice])
    first, last = notice.item_id or 0, notice.last_item_id or notice.item_id or 0
    rows = [one for one in notice.changes if first <= one.number <= last]
    return [change for one in rows if one.number > after for change in one.changes]


def changed_sentence(notice) -> str:
    what = [change[0].lower() for change in changes_of(notice)]
    if not what:
        return format_html("<strong>{}</strong> has changed", notice.subject)
    return format_html("<strong>{}</strong> has changed: {}", notice.subject, ", ".join(dict.fromkeys(what)))


def changed_mail(notice) -> MailContent | None:
    changes = changes_of(notice, after=notice.mailed_item_id or 0)
    booking = getattr(notice, "booking", None)
    if not changes or booking is None:
        return None
    return _content(letters.changed(booking.event, changes), f"event-{booking.event_id}", booking)


def called_off_mail(notice) -> MailContent | None:
    if not hasattr(notice, "booking"):
        prefetch_events([notice])
    if notice.booking is None:
        return None
    event = notice.booking.event
    off = getattr(event, "called_off", None)
    return _content(letters.called_off(event, off.why if off else ""), f"event-{event.pk}", notice.booking)


def called_on_sentence(notice) -> str:
    if not hasattr(notice, "booking"):
        prefetch_events([notice])
    closed = notice.booking is not None and has_closed(notice.booking.event, now=timezone.now())
    what = "Your place had ended, and booking has closed" if closed else "Your place had ended: book again"
    return format_html("<strong>{}</strong> takes place after all. {}", notice.subject, what)


def called_on_mail(notice) -> MailContent | None:
    if not hasattr(notice, "booking"):
        prefetch_events([notice])
    booking = notice.booking
    why = told.why_called_on(notice.last_item_id or 0, booking.event_id) if booking else ""
    return _content(letters.called_on(booking.event, why), f"event-{booking.event_id}", booking) if why else None


def reminded_sentence(notice) -> str:
    if not hasattr(notice, "booking"):
        prefetch_events([notice])
    on = f" on {day(notice.booking.event.starts_at)}" if notice.booking else ""
    return format_html("<strong>{}</strong> is{}. You have a place", notice.subject, on or " soon")


def reminded_mail(notice) -> MailContent | None:
    """A week before, and the day before: the item is the stage."""
    if not hasattr(notice, "booking"):
        prefetch_events([notice])
    if notice.booking is None:
        return None
    stage = told.stage_of(notice.last_item_id or 0)
    letter = letters.reminded(notice.booking, stage) if stage else None
    return _content(letter, f"event-{notice.booking.event_id}", notice.booking) if letter else None


def _of_event(name: str, title: str, *, states, **more) -> None:
    register(
        Kind(
            name=name, title=title, whys=WHYS, can_still_see=_at_event(*states), prefetch=prefetch_events,
            icon="calendar", group=Group.EVENTS, urgent=True, **more,
        )
    )  # fmt: skip


_of_event(
    CALLED_OFF, "An event you booked is called off", states=(*Booking.ACTIVE, State.CALLED_OFF), priority=100,
    sentence=_sentence("Called off: {title}"), mail=called_off_mail, common=True,
)  # fmt: skip
_of_event(
    CALLED_ON, "An event that was called off takes place after all", states=(State.CALLED_OFF,), priority=99,
    sentence=called_on_sentence, mail=called_on_mail,
)  # fmt: skip
_of_event(
    CHANGED, "An event you booked changes", states=Booking.ACTIVE, priority=90, sentence=changed_sentence,
    mail=changed_mail, common=True, hint="Another time, another place, another way to join.",
)  # fmt: skip
_of_event(
    REMINDED, "An event you booked is soon", states=(State.CONFIRMED,), priority=40, sentence=reminded_sentence,
    mail=reminded_mail, common=True, hint="A week before and the day before, with what you need to know.",
)  # fmt: skip
