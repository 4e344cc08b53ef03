"""Who hears of what happened to a booking or an event. It has happened; here is told of it.

All of it is left to the worker as rows in the act's own transaction: while places are locked, nobody's inbox is.
Members hear in their bell and by mail, guests by mail (`guestmail`).
"""

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from core import outbox
from events.models.booking import Booking
from events.pages.event import EventPage
from events.querysets.audience import speakers_of
from events.querysets.told import guests_among, members_of, of_event
from events.standing import has_closed
from events.words import dear
from members.models import Member
from members.notices import put_mail
from notifications import inbox

BOOKED, PLACED, OFFERED = "events.booked", "events.placed", "events.place_offered"
EXPIRED, GIVEN_UP, MOVED = "events.offer_expired", "events.given_up", "events.moved_in_line"
SWITCHED, FOR_YOU, ASKED_FOR = "events.switched", "events.booked_for_you", "events.asked_for_you"
CALLED_OFF, CHANGED, REMINDED = "events.called_off", "events.changed", "events.reminded"
CALLED_ON = "events.called_on"

# --- One booking --------------------------------------------------------------------------------------


def booked(booking: Booking) -> None:
    """Somebody has a place, or stands in the line: at first, or at last when a place came free without an offer."""
    _leave(booking, "booked")


def place_offered(booking: Booking) -> None:
    """A place came free and is kept for them; or, shortly before the event, is theirs at once."""
    _leave(booking, "place_offered")


def offer_expired(booking: Booking) -> None:
    """They did not answer in time, and the place went on."""
    _leave(booking, "offer_expired")


def given_up(booking: Booking, by: Member | None, reason: str = "") -> None:
    """A place is given up. By themselves: they get what ends the entry in their calendar; by another: they hear why."""
    _leave(booking, "given_up", by=by.pk if by else 0, reason=reason)


def asked_for(booking: Booking, by: Member) -> None:
    """Somebody wanted to book for them by their address, and they had booked already."""
    _leave(booking, "asked_for", by=by.pk)


def moved_in_line(booking: Booking, reason: str) -> None:
    """The core team gave them another position in the line."""
    _leave(booking, "moved_in_line", reason=reason)


def switched(booking: Booking, by: Member | None = None) -> None:
    """They come online instead of in person, or the other way round."""
    _leave(booking, "switched", by=by.pk if by else 0)


def _leave(booking: Booking, what: str, **about) -> None:
    outbox.put("events.tell_of_booking", booking=booking.pk, what=what, **about)


def tell_member(booking: Booking, kind: str, *, why: str, actor: Member | None = None) -> int:
    """Tell the member it is for. What they were told of it before and did not read is out of date, and goes."""
    told = Member.objects.taking_part().filter(pk=booking.member_id)
    if kind != BOOKED:
        inbox.hold_inboxes(told)
        inbox.withdraw(key_of(kind, booking.pk), members=told)
    return inbox.notify(
        kind, recipients=told, group_key=key_of(kind, booking.pk), subject=booking.event.title,
        url=f"/events/bookings/{booking.key}/", actor=actor, item_id=booking.sequence, why=why,
    )  # fmt: skip


# --- A whole event ------------------------------------------------------------------------------------


def called_off(off) -> None:
    """It does not take place (its CalledOff): everybody who had a place, was offered one or waited hears of it."""
    outbox.put("events.tell_of_calling_off", event=off.event_id, why=off.why, off=off.pk)


def called_on(change, why: str) -> None:
    """It takes place after all (the ChangeTold of it): everybody who had booked hears how to book again."""
    outbox.put("events.tell_of_calling_on", event=change.event_id, why=why, number=change.number)


def event_changed(event: EventPage, changes: list) -> None:
    """Time, place or way of joining is another: [["Starts", "9am", "10am"]]. Call it once its ChangeTold is written."""
    told = event.changes_told.order_by("-number").first()
    outbox.put("events.tell_of_change", event=event.pk, changes=changes, number=told.number if told else 0)


def tell_members(event: EventPage, kind: str, *, recipients: QuerySet, item: int) -> int:
    """Tell all `recipients` (a Member queryset) in a fixed number of statements; how many hear.

    That it is off, or on again, takes the place of what they did not read of either, or of changes before.
    """
    if kind in (CALLED_OFF, CALLED_ON):
        inbox.hold_inboxes(recipients)
        inbox.withdraw(key_of(kind, event.pk), members=recipients)
        inbox.withdraw(key_of(CHANGED, event.pk), members=recipients)
    page = "book" if kind == CALLED_ON and not has_closed(event, now=timezone.now()) else "ticket"
    return inbox.notify(
        kind, recipients=recipients, group_key=key_of(kind, event.pk), subject=event.title,
        url=f"/events/{event.pk}/{page}/", item_id=item, why="booked",
    )  # fmt: skip


# --- Afterwards ---------------------------------------------------------------------------------------

ASKED_FEEDBACK, ASKED_FOLLOW_UP = "events.feedback_asked", "events.follow_up_asked"


def asked(event: EventPage, what: str, *, recipients: QuerySet) -> int:
    """Who came is asked "feedback" or "follow_up": the members among them, in two statements; how many hear."""
    page = "feedback" if what == "feedback" else "follow-up"
    return inbox.notify(
        f"events.{what}_asked", recipients=recipients, group_key=f"event-{page}:{event.pk}", subject=event.title,
        url=f"/events/{event.pk}/{page}/", item_id=event.pk, why="came",
    )  # fmt: skip


# --- One unread notice each ---------------------------------------------------------------------------

SESSION_MOVED = "events.session_moved"
PREFIXES = {
    BOOKED: "event-booked", CALLED_OFF: "event-off", CHANGED: "event-changed", REMINDED: "event-soon",
    SESSION_MOVED: "event-sessions", ASKED_FOR: "event-asked", CALLED_ON: "event-off",
}  # fmt: skip


def key_of(kind: str, pk: int) -> str:
    """ "event-changed:7" for the changes of event 7, "booking:7" for where booking 7 stands."""
    return f"{PREFIXES.get(kind, 'booking')}:{pk}"


# --- Questions of the audience ------------------------------------------------------------------------

TALK_QUESTIONS = "events.talk_questions"


def questions_handed_on(session, questions: list, by: Member) -> int:
    """Questions to a session are forum threads now: its speakers hear; how many.

    With an account in their bell, without one by a mail that has the addresses.
    """
    told = Member.objects.taking_part().filter(speaks_as__speakings__session=session).exclude(pk=by.pk)
    count = inbox.notify(
        TALK_QUESTIONS, recipients=told, group_key=f"talk-questions:{session.pk}", subject=session.title,
        url=f"/events/{session.event_id}/questions/{session.pk}/", actor=by, item_id=questions[-1].pk, why="speaker",
    )  # fmt: skip
    for speaker in speakers_of(session.pk):
        if speaker.member_id is None and speaker.email:
            count += 1
            _mail_speaker(speaker, session, questions)
    return count


def _mail_speaker(speaker, session, questions: list) -> None:
    about = {"dear": dear(speaker.name), "session": session, "questions": questions, "site_url": settings.SITE_URL,
             "left_over": all(one.was_left_over() for one in questions)}  # fmt: skip
    text = render_to_string(
        "events/email/talk_questions.txt",
        about | {"site_name": settings.SITE_NAME, "partnership": settings.PARTNERSHIP_NAME},
    )
    put_mail(to=speaker.email, subject=f"Questions from your talk: {session.title}", text=text.strip() + "\n")


# --- Slides and handouts ------------------------------------------------------------------------------

SLIDES_OUT, SLIDES_ASKED = "events.slides_out", "events.slides_asked"


def slides_out(event: EventPage, row, *, count: int) -> int:
    """Slides of an event came out: people with a place hear, once a day at most; how many. `row`: its SlidesTold."""
    confirmed = (Booking.State.CONFIRMED,)
    told = inbox.notify(
        SLIDES_OUT, recipients=members_of(event, confirmed), group_key=f"event-slides:{event.pk}",
        subject=event.title, url=f"/events/{event.pk}/slides/", item_id=row.pk, why="booked",
    )  # fmt: skip
    guests = guests_among(of_event(event, confirmed)).count()
    if guests:
        outbox.put("events.tell_guests_of_slides", event=event.pk, count=count)
    return told + guests


def slides_asked(ask, stage: int) -> None:
    """A speaker is asked for slides, or reminded: with an account in their bell and by its mail, else by a mail."""
    if is_asked_by_bell(ask):
        inbox.notify(
            SLIDES_ASKED, recipients=Member.objects.filter(pk=ask.speaker.member_id),
            group_key=_slides_key(ask), subject=ask.session.title,
            url=f"/events/{ask.session.event_id}/files/{ask.session_id}/", item_id=ask.pk, why="speaker",
        )  # fmt: skip
    elif ask.speaker.email:
        outbox.put("events.ask_for_slides", ask=ask.pk, stage=stage)


def is_asked_by_bell(ask) -> bool:
    """A speaker with an account, who takes part."""
    return bool(ask.speaker.member_id) and ask.speaker.member.is_taking_part()


def slides_mail_waits(ask) -> bool:
    """The mail about the last that a speaker with an account is told has not gone, and they have not read it."""
    return inbox.mail_waits(_slides_key(ask)).exists()


def slides_as_they_know(ask) -> None:
    """The day is again the one they know: a mail that waits to say otherwise does not go, nor a notice new with it."""
    if inbox.mail_waits(_slides_key(ask)).filter(mailed_at=None).exists():
        inbox.withdraw(_slides_key(ask))
    inbox.mail_waits(_slides_key(ask)).update(mail_due_at=None)


def _slides_key(ask) -> str:
    return f"slides-asked:{ask.pk}"


# --- Places in sessions -------------------------------------------------------------------------------

SESSION_PLACED, SESSION_GONE = "events.session_placed", "events.session_gone"


def session_placed(chosen: int) -> None:
    """A place came free in a session that somebody waited for, and it is theirs (a SessionBooking's number)."""
    outbox.put("events.tell_of_session_place", chosen=chosen)


def session_moved(change) -> None:
    """A session is at another time or in another room (its ChangeTold): who chose it hears of it."""
    outbox.put("events.tell_of_session_move", event=change.event_id, number=change.number)


def tell_of_session_move(change, *, recipients: QuerySet) -> int:
    """Tell the members who chose it; how many hear. What moves at one event is one unread notice."""
    return inbox.notify(
        SESSION_MOVED, recipients=recipients, group_key=key_of(SESSION_MOVED, change.event_id),
        subject=change.event.title, url=f"/events/{change.event_id}/ticket/", item_id=change.number,
        why="chose_session",
    )  # fmt: skip


def session_gone(session) -> None:
    """A session is about to be taken out of the programme: who chose it hears of it."""
    chose = list(session.booked.values_list("booking", flat=True))
    if chose:
        about = {"event": session.event_id, "session": session.pk, "title": session.title}
        outbox.put("events.tell_of_session_gone", bookings=chose, **about)


def tell_of_session_gone(event: EventPage, session: int, title: str, *, recipients: QuerySet) -> int:
    """Tell the members who had chosen it; how many hear. `session`: the number it had."""
    return inbox.notify(
        SESSION_GONE, recipients=recipients, group_key=f"session-gone:{session}", subject=title,
        url=f"/events/{event.pk}/ticket/", item_id=event.pk, why="chose_session",
    )  # fmt: skip


def tell_of_session_place(chosen) -> int:
    """Tell the member that it is theirs; how many hear: 1, or 0 of who wants no such notice."""
    return inbox.notify(
        SESSION_PLACED, recipients=Member.objects.taking_part().filter(pk=chosen.booking.member_id),
        group_key=f"session-place:{chosen.pk}", subject=chosen.session.title,
        url=f"/events/bookings/{chosen.booking.key}/", item_id=chosen.pk, why="in_session_line",
    )  # fmt: skip
