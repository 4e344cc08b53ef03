"""Who hears of a session that moves, and what of it concerns whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from events.models.booking import Booking, SessionBooking
from events.models.calling import ChangeTold
from events.models.programme import Session
from events.querysets import told

_WITH = SessionBooking.objects.select_related("session__event").order_by("session__starts_at", "pk")
_CHOSEN = Prefetch("sessions", _WITH)


@dataclass(frozen=True)
class Move:
    """A change of a session that somebody chose; `clashes`: what else they chose that is at the same time now."""

    row: ChangeTold
    session: Session
    clashes: tuple[str, ...]


def who_chose(session: Session) -> QuerySet:
    """The bookings that have a place in a session, or wait for one."""
    return Booking.objects.confirmed().filter(sessions__session=session)


def members_who_chose(session: Session) -> QuerySet:
    """The members among them, for `notify`."""
    return told.members_among(who_chose(session))


def guests_who_chose(session: Session) -> list[Booking]:
    """The guests among them, to be written to, each with all they chose."""
    return told.guests_in(who_chose(session).prefetch_related(_CHOSEN), session.event)


def by_number(event: int, number: int) -> ChangeTold | None:
    """The change of a session under this number, if it was not taken out of the programme since."""
    found = ChangeTold.objects.filter(event=event, number=number, session__isnull=False)
    return found.select_related("session__event").first()


def moves_of(booking: Booking, rows: Iterable[ChangeTold]) -> list[Move]:
    """What of these changes concerns a booking: of sessions it has, since it has them. No query once they are read."""
    chosen = {one.session_id: one for one in booking.sessions.all()}
    return [
        Move(row, mine.session, _clashes(mine.session, chosen.values()))
        for row in rows
        if (mine := chosen.get(row.session_id or 0)) and mine.made_at <= row.at
    ]


def _clashes(session: Session, chosen: Iterable[SessionBooking]) -> tuple[str, ...]:
    others = (one.session for one in chosen if one.session_id != session.pk)
    return tuple(other.title for other in others if session.overlaps(other))


def concerning(chosen: list[SessionBooking], rows: Iterable[ChangeTold]) -> list[ChangeTold]:
    """Those of these changes that are of sessions somebody chose, since then."""
    since = {one.session_id: one.made_at for one in chosen}
    return [row for row in rows if row.session_id in since and since[row.session_id] <= row.at]


def moves_by_person(member_pks, event_pks) -> dict[tuple[int, int], list[Move]]:
    """What moved of the sessions that these members chose at these events, in order. Three queries."""
    rows: dict[int, list[ChangeTold]] = {}
    for row in ChangeTold.objects.filter(event__in=set(event_pks), session__isnull=False).order_by("number"):
        rows.setdefault(row.event_id, []).append(row)
    booked = Booking.objects.confirmed().filter(member__in=set(member_pks), event__in=rows)
    return {
        (one.member_id, one.event_id): moves_of(one, rows[one.event_id])
        for one in booked.select_related("event").prefetch_related(_CHOSEN)
    }
