"""Slides: people with a place hear that they are out, speakers that they are asked for."""

from django.utils.html import format_html, linebreaks

from core.quoting import quoted
from events.models.booking import Booking
from events.notices import SLIDES_ASKED, SLIDES_OUT
from events.permissions import can_see_event
from events.querysets import material_asks, told
from events.querysets import materials as reads
from events.slideletters import asked_words
from notifications.kinds import Group, Kind, MailContent, MailItem, register


def _number_of(notice) -> int:
    number = notice.group_key.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def prefetch_out(notices: list) -> None:
    """Hang on each notice the booking its reader has there (`booking`). One query for all."""
    found = told.own_of_events([one.recipient_id for one in notices], [_number_of(one) for one in notices])
    for notice in notices:
        notice.booking = found.get((notice.recipient_id, _number_of(notice)))


def may_see_out(member, notice) -> bool:
    """While they have a place there, and may see the event."""
    if not hasattr(notice, "booking"):
        prefetch_out([notice])
    booking = notice.booking
    return booking is not None and booking.state == Booking.State.CONFIRMED and can_see_event(member, booking.event)


def out_sentence(notice) -> str:
    return format_html("Slides of <strong>{}</strong> are there to read", notice.subject)


def out_mail(notice) -> MailContent | None:
    if not may_see_out(notice.recipient, notice):
        return None
    titles = reads.titles_out(notice.booking.event_id)
    items = tuple(MailItem(title) for title in titles[:8])
    return MailContent(
        subject=f"Slides to read: {notice.subject}", items=items, more=max(len(titles) - 8, 0),
        thread_key=f"event-{notice.booking.event_id}", link_words="See all slides",
    )  # fmt: skip


def prefetch_asked(notices: list) -> None:
    """Hang on each notice what is asked for, while it is not there (`ask`). One query for all."""
    found = material_asks.unanswered_by_pk([_number_of(notice) for notice in notices])
    for notice in notices:
        notice.ask = found.get(_number_of(notice))


def may_see_asked(member, notice) -> bool:
    """While the slides are not there, nobody stopped asking, and it is still them."""
    if not hasattr(notice, "ask"):
        prefetch_asked([notice])
    return notice.ask is not None and notice.ask.speaker.member_id == member.pk


def asked_sentence(notice) -> str:
    return format_html("Please send your slides for “<strong>{}</strong>”", notice.subject)


def asked_mail(notice) -> MailContent | None:
    if not may_see_asked(notice.recipient, notice):
        return None
    ask = notice.ask
    words = f"{asked_words(ask)} You choose who gets them, and whether now or after your talk."
    item = MailItem(ask.session.title, ask.session.event.title, words, linebreaks(words, autoescape=True))
    return MailContent(
        subject=f"Your slides for {quoted(ask.session.title)}", items=(item,), thread_key=f"slides-{ask.pk}",
        link_words="Send your slides",
    )  # fmt: skip


register(
    Kind(
        name=SLIDES_OUT, title="Slides of an event you booked are out", priority=20, sentence=out_sentence,
        whys={"booked": "You have a place there."}, can_still_see=may_see_out, mail=out_mail, prefetch=prefetch_out,
        icon="download", group=Group.EVENTS, common=True, hint="At most once a day for each event.",
    )
)  # fmt: skip
register(
    Kind(
        name=SLIDES_ASKED, title="We ask for your slides", priority=50, sentence=asked_sentence,
        whys={"speaker": "You speak there."}, can_still_see=may_see_asked, mail=asked_mail, prefetch=prefetch_asked,
        icon="clock", group=Group.EVENTS, hint="A week before they are due, on the day, and after it.",
    )
)  # fmt: skip
