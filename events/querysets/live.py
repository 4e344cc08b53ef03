"""The votes of an event for its page: those that are open now, and those whose result is out."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from core import caching
from events.marks import results_key
from events.pictures.bars import Bars
from events.querysets import votes
from events.querysets.votes import Own, Sheet


@dataclass(frozen=True)
class OpenVote:
    """One open vote: its sheet, how the reader stands with it, and the result where it is for them."""

    sheet: Sheet
    own: Own
    results: Bars | None

    @property
    def key(self) -> str:
        """What the page shows to be given results that are for those who voted; "" for who has not."""
        return results_key(self.sheet.pk, self.sheet.current) if self.own.voted else ""


def live_for(event, viewer, *, now: dt.datetime) -> list[OpenVote]:
    """The open votes of an event `viewer` may see (the caller has seen to that), the first opened first.

    No query while none is open. Somebody not signed in is told the result only where everybody is: the page of an
    event is the same for all of them, and kept.
    """
    codes = caching.made_once(f"event:{event.pk}", f"event-votes:{event.pk}", lambda: _open_codes(event.pk))
    sheets = [sheet for sheet in map(votes.sheet_for, codes) if sheet and sheet.is_open(now=now)]
    return [_seen_by(sheet, viewer, now=now) for sheet in sheets]


def _open_codes(event: int) -> list[str]:
    from events.models.vote import Vote

    found = Vote.objects.filter(event=event, state=Vote.State.OPEN).order_by("opened_at", "pk")
    return list(found.values_list("code", flat=True))


def _seen_by(sheet: Sheet, viewer, *, now: dt.datetime) -> OpenVote:
    voter = f"m{viewer.pk}" if viewer.is_authenticated else ""
    own = votes.own_of(sheet, sheet.current, voter)
    seen = votes.sees_results(sheet, voted=own.voted, now=now)
    return OpenVote(sheet, own, votes.results_of(sheet, sheet.question, now=now) if seen else None)


@dataclass(frozen=True)
class Result:
    """A vote that is over: its first question, and the page with what came of it."""

    words: str
    url: str


def results_of_event(event: int) -> list[Result]:
    """The votes that are over, in the order they were opened. One query, until one opens or closes."""
    return caching.made_once(f"event:{event}", f"event-results:{event}", lambda: _results(event))


def _results(event: int) -> list[Result]:
    from events.models.vote import Vote, VoteQuestion

    first = VoteQuestion.objects.filter(vote_set=OuterRef("vote_set")).order_by("order", "pk").values("words")[:1]
    found = Vote.objects.filter(event=event, state=Vote.State.CLOSED).annotate(words=Subquery(first))
    rows = found.order_by("opened_at", "pk").values_list("words", "code")
    return [Result(words, reverse("events:vote", args=[code])) for words, code in rows if words]
