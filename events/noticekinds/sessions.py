"""Sessions one chose: a place came free for who waited; one of them moved, or was taken out."""

from django.utils.html import format_html, format_html_join, linebreaks

from events import letters
from events.models.booking import Booking, SessionBooking
from events.noticekinds.bookings import number_of
from events.notices import SESSION_GONE, SESSION_MOVED, SESSION_PLACED
from events.querysets import told, told_sessions
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
    return _content(letters.session_placed(chosen), f"booking-{chosen.booking_id}")


def _content(letter: letters.Letter, thread_key: str) -> MailContent:
    first, *rest = letter.paragraphs
    text = "\n\n".join(rest)
    item = MailItem("", text=text, html=linebreaks(text, autoescape=True))
    return MailContent(
        subject=letter.subject, sentence=first, items=(item,) if text else (), thread_key=thread_key,
        link_words=letter.link_words,
    )  # fmt: skip


register(
    Kind(
        name=SESSION_PLACED, title="A place comes free in a session", sentence=sentence,
        whys={"in_session_line": "You stood in line for a session."}, can_still_see=may_see, mail=mail,
        prefetch=prefetch, icon="calendar", group=Group.EVENTS, priority=75, urgent=True,
    )
)  # fmt: skip


# --- One of them moved --------------------------------------------------------------------------------


def prefetch_moves(notices: list) -> None:
    """Hang on each notice what moved of what its reader chose at the event (`moves`): three queries."""
    found = told_sessions.moves_by_person(
        [notice.recipient_id for notice in notices], [number_of(notice) for notice in notices]
    )
    for notice in notices:
        notice.moves = found.get((notice.recipient_id, number_of(notice)), [])


def moves_in(notice, *, after: int = 0) -> list[told_sessions.Move]:
    """The changes a notice tells of, of sessions its reader still has; only those after that number."""
    if not hasattr(notice, "moves"):
        prefetch_moves([notice])
    first, last = notice.item_id or 0, notice.last_item_id or notice.item_id or 0
    return [one for one in notice.moves if first <= one.row.number <= last and one.row.number > after]


def moved_sentence(notice) -> str:
    moves = moves_in(notice)
    titles = dict.fromkeys(one.session.title for one in moves)
    names = format_html_join(", ", "<strong>{}</strong>", ((title,) for title in titles))
    clash = " You are in two at the same time: choose one." if any(one.clashes for one in moves) else ""
    return format_html("Moved at {}: {}.{}", notice.subject, names, clash)


def moved_mail(notice) -> MailContent | None:
    moves = moves_in(notice, after=notice.mailed_item_id or 0)
    if not moves:
        return None
    event = moves[0].session.event
    return _content(letters.sessions_moved(event, moves), f"event-{event.pk}")


register(
    Kind(
        name=SESSION_MOVED, title="A session you chose moves", sentence=moved_sentence,
        whys={"chose_session": "You chose the session."}, prefetch=prefetch_moves, mail=moved_mail,
        can_still_see=lambda member, notice: bool(moves_in(notice)), icon="calendar", group=Group.EVENTS, priority=88,
        urgent=True, common=True, hint="Another time or another room.",
    )
)  # fmt: skip


# --- One of them is taken out -------------------------------------------------------------------------


def prefetch_gone(notices: list) -> None:
    """Hang on each notice its reader's booking at the event (`booking`), which is its item: one query for all."""
    found = told.own_of_events([one.recipient_id for one in notices], [one.item_id for one in notices])
    for notice in notices:
        notice.booking = found.get((notice.recipient_id, notice.item_id))


def may_see_gone(member, notice) -> bool:
    """While they come to the event."""
    if not hasattr(notice, "booking"):
        prefetch_gone([notice])
    return notice.booking is not None and notice.booking.state == Booking.State.CONFIRMED


def gone_sentence(notice) -> str:
    return format_html("<strong>{}</strong>, which you chose, is no longer in the programme", notice.subject)


def gone_mail(notice) -> MailContent | None:
    if not may_see_gone(notice.recipient, notice):
        return None
    event = notice.booking.event
    return _content(letters.session_gone(event, notice.subject), f"event-{event.pk}")


register(
    Kind(
        name=SESSION_GONE, title="A session you chose is taken out", sentence=gone_sentence,
        whys={"chose_session": "You chose the session."}, prefetch=prefetch_gone, mail=gone_mail,
        can_still_see=may_see_gone, icon="calendar", group=Group.EVENTS, priority=87, urgent=True,
    )
)  # fmt: skip
