"""What the desk says of a session before it is moved or deleted: who chose it, who is at two at once, what is lost."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils import timezone

from core.quoting import quoted
from events.models.booking import SessionBooking
from events.models.programme import Session
from events.models.vote import Vote
from events.times import days_later
from events.words import how_many

MOST_DAYS = 60  # an event lasts a few days: one of a slip in the year is not tried day by day


def how_many_chose(session: Session) -> int:
    """How many have a place in it, or wait for one."""
    return SessionBooking.objects.filter(session=session).count()


def doubled_by(session: Session, *, starts_at: dt.datetime, ends_at: dt.datetime) -> tuple[int, list[str]]:
    """How many of those who chose it chose something else at this time, and with what, in words. Two queries."""
    at_once = Q(booking__sessions__session__starts_at__lt=ends_at, booking__sessions__session__ends_at__gt=starts_at)
    found = SessionBooking.objects.filter(at_once, ~Q(booking__sessions__session=F("session")), session=session)
    people = found.order_by().aggregate(many=Count("booking", distinct=True))["many"]
    other = "booking__sessions__session"
    rows = found.order_by().values_list(other, f"{other}__title").annotate(many=Count("booking"))
    rows = rows.order_by("-many", f"{other}__title", other)
    return people, [f"{_people(many)} with {quoted(title)}" for _pk, title, many in rows]


def doubled_at(event) -> list[str]:
    """The pairs of sessions at the same time that somebody chose both of, in words. One query."""
    other = "booking__sessions__session"
    found = SessionBooking.objects.filter(
        **{
            "session__event": event, f"{other}__gt": F("session"),
            f"{other}__starts_at__lt": F("session__ends_at"), f"{other}__ends_at__gt": F("session__starts_at"),
        }
    )  # fmt: skip
    rows = found.order_by().values_list("session__title", f"{other}__title").annotate(many=Count("pk"))
    return [
        f"{quoted(one)} and {quoted(two)} are at the same time: "
        f"{_people(many)} chose both, and {_is(many)} asked to choose."
        for one, two, many in rows.order_by("session", other)
    ]


@dataclass(frozen=True)
class Outside:
    """How many sessions lie outside their event, and by how many days all have to move to lie in it (0: by none)."""

    many: int
    days: int = 0

    def __bool__(self) -> bool:
        return self.many > 0

    def __str__(self):
        return f"{how_many(self.many, 'session lies', 'sessions lie')} outside the event."

    @property
    def move(self) -> str:
        """“1 day later”, “365 days earlier”."""
        return f"{how_many(abs(self.days), 'day', 'days')} {'later' if self.days > 0 else 'earlier'}"


def outside(event) -> Outside:
    """What of the programme stayed behind when the event moved. One query."""
    times = list(event.sessions.order_by("starts_at").values_list("starts_at", "ends_at"))
    many = sum(not _lies_in(event, *one) for one in times)
    if not many:
        return Outside(0)
    first, last = (timezone.localdate(moment) for moment in (times[0][0], times[-1][0]))
    low, high = timezone.localdate(event.starts_at) - first, timezone.localdate(event.ends_at) - last
    moves = [
        days
        for days in range(low.days, min(high.days, low.days + MOST_DAYS) + 1)
        if all(_lies_in(event, days_later(one, days=days), days_later(end, days=days)) for one, end in times)
    ]
    return Outside(many, moves[0] if len(moves) == 1 else 0)


def _lies_in(event, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    return event.starts_at <= starts_at and ends_at <= event.ends_at


def what_hangs_on(session: Session) -> list[str]:
    """What would be lost with a session, in words: places, votes, questions, files. Nothing: it may be deleted."""
    places = session.booked.count() if session.capacity is not None else 0
    votes = session.votes.exclude(state=Vote.State.DRAFT).count()
    questions = session.audience_questions.count()
    files = session.materials.there().count()
    said = [
        (places, f"{_people(places)} in it or in its line"),
        (votes, how_many(votes, "vote", "votes")),
        (questions, how_many(questions, "question from the audience", "questions from the audience")),
        (files, how_many(files, "file", "files")),
    ]
    return [words for many, words in said if many]


def _people(many: int) -> str:
    return how_many(many, "person", "people")


def _is(many: int) -> str:
    return "is" if many == 1 else "are"
