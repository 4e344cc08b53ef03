"""Sessions of limited room: a place came free for who waited."""

from django.utils.html import format_html, linebreaks

from events import letters
from events.models.booking import SessionBooking
from events.notices import SESSION_PLACED
from events.querysets.bookings import chosen_by_pk
from notifications.kinds import Group, Kind, MailContent, MailItem, register


def prefetch(notices: list) -> None:
    """Hang on each notice what it tells of (`chosen`): one query for all."""
    found = chosen_by_pk(notice.item_id for notice in notices)
    for notice in notices:
        notice.chosen = found.get(notice.item_id)


def _chosen_of(notice) -> SessionBooking | None:
    if not hasattr(notice, "chosen"):
        prefetch([notice])
    return notice.chosen


def may_see(member, notice) -> bool:
    """While the place is theirs."""
    chosen = _chosen_of(notice)
    return chosen is not None and chosen.is_confirmed() and chosen.booking.member_id == member.pk


def sentence(notice) -> str:
    return format_html("A place came free in <strong>{}</strong>, and it is yours", notice.subject)


def mail(notice) -> MailContent | None:
    chosen = _chosen_of(notice)
    if chosen is None:
        return None
    letter = letters.session_placed(chosen)
    first, *rest = letter.paragraphs
    text = "\n\n".join(rest)
    item = MailItem(first, text=text, html=linebreaks(text, autoescape=True))
    return MailContent(
        subject=letter.subject, items=(item,), thread_key=f"booking-{chosen.booking_id}", link_words=letter.link_words
    )


register(
    Kind(
        name=SESSION_PLACED, title="A place comes free in a session", sentence=sentence,
        whys={"in_session_line": "You stood in line for a session."}, can_still_see=may_see, mail=mail,
        prefetch=prefetch, icon="calendar", group=Group.EVENTS, priority=75,
    )
)  # fmt: skip
