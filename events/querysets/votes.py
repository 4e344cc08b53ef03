"""Votes: what a phone shows of one, what is counted, who may see it, and the same question over the years."""

import dataclasses
import datetime as dt
import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from core import caching
from core.prepared import Values
from core.quoting import quoted
from events.marks import vote_mark
from events.pictures import bars as picture
from events.pictures.bars import Bars
from events.querysets.events import visible_to

KEEP_RESULTS = 2  # seconds: how old a count on phones and screen may be
KEEP_SHOWN = 24 * 3600
AT_A_TIME = 5  # votes that the bars of an anonymous vote move on by
_CODE = re.compile(r"[bcdfghjkmnpqrstvwxz2-9]{6}")


@dataclass(frozen=True)
class Asked:
    """A question with its options (number, words)."""

    pk: int
    key: str
    words: str
    number: int
    options: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Sheet:
    """A vote as everybody with its code may know it; without its secret. `room`: “the Hall”, or the session, or "".

    `last`: the number of the last question with votes, once the vote is closed; else 0.
    """

    pk: int
    code: str
    event: int
    session: int | None
    room: str
    state: str
    anonymous: bool
    shows: str
    closes_at: dt.datetime | None
    current: int
    questions: tuple[Asked, ...]
    last: int = 0

    def asked(self, pk: int) -> Asked | None:
        """One of its questions that was already put to the people, or None."""
        return next((one for one in self.questions if one.pk == pk and one.number <= self.question.number), None)

    @property
    def question(self) -> Asked:
        """The one that is put to the people now."""
        return next(one for one in self.questions if one.pk == self.current)

    def beside(self, step: int) -> Asked | None:
        """The next question (1), or the one before (-1)."""
        return next((one for one in self.questions if one.number == self.question.number + step), None)

    def looked_at(self, number: str, *, now: dt.datetime) -> Asked:
        """The question to show: once closed, the one of this number if it was put; else the one that is on."""
        if not self.is_closed(now=now):
            return self.question
        return next((one for one in self.put if str(one.number) == number), self.question)

    @property
    def put(self) -> list[Asked]:
        """Those that were put to the people: up to the one that is on, or that was gone back from."""
        return [one for one in self.questions if one.number <= max(self.question.number, self.last)]

    def is_open(self, *, now: dt.datetime) -> bool:
        """As `Vote.is_open`."""
        return self.state == "open" and (self.closes_at is None or now < self.closes_at)

    def is_closed(self, *, now: dt.datetime) -> bool:
        return self.state == "closed" or (self.state == "open" and not self.is_open(now=now))

    @property
    def said(self) -> str:
        """The code as it is read out: “ktm 4rp”."""
        return f"{self.code[:3]} {self.code[3:]}"


def clean_code(text: str) -> str:
    """A code as somebody typed it, in our letters; "" when it can't be one."""
    letters = re.sub(r"[\s\-–.]", "", text).lower() if len(text) < 40 else ""
    return letters if _CODE.fullmatch(letters) else ""


def sheet_for(code: str) -> Sheet | None:
    """The vote with this code at a published event, or None. No query when kept; else three, five once it is closed."""
    if not _CODE.fullmatch(code):
        return None
    try:
        key = f"vote-sheet:{code}:{':'.join(caching.versions_of(('pages',)).values())}"
        return caching.made_once(f"vote:{code}", key, partial(_sheet, code))
    except _Unknown:  # not kept: a stranger could fill the cache with codes
        return None


class _Unknown(LookupError):
    pass


def _sheet(code: str) -> Sheet:
    from events.models.vote import Vote

    vote = Vote.objects.select_related("session__track").filter(code=code, event__live=True).first()
    if vote is None:
        raise _Unknown
    return sheet_of(vote)


def sheet_of(vote) -> Sheet:
    """A vote's sheet, as it is in the database now."""
    questions = list(vote.vote_set.questions.prefetch_related("options"))
    voted = _voted_on(vote.pk) if vote.state == vote.State.CLOSED else set()
    return Sheet(
        pk=vote.pk, code=vote.code, event=vote.event_id, session=vote.session_id, room=_room(vote.session),
        state=vote.state, anonymous=vote.is_anonymous, shows=vote.shows, closes_at=vote.closes_at,
        current=vote.current_id,
        questions=tuple(
            Asked(one.pk, one.key, one.words, number, tuple((option.pk, option.words) for option in one.options.all()))
            for number, one in enumerate(questions, start=1)
        ),
        last=max((number for number, one in enumerate(questions, start=1) if one.pk in voted), default=0),
    )  # fmt: skip


def _voted_on(vote: int) -> set[int]:
    """The questions of a vote that somebody voted on. Two queries."""
    from events.models.vote import PaperTally, VoteTally

    found = (tallies.objects.filter(vote=vote, count__gt=0) for tallies in (VoteTally, PaperTally))
    return {question for tallies in found for question in tallies.values_list("option__question", flat=True)}


def _room(session) -> str:
    if session is None:
        return ""
    return f"in the {session.track.name}" if session.track_id else f"in {quoted(session.title)}"


# --- What was chosen -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Own:
    """How a voter stands with a question: whether they voted and, in a vote that can be changed, for what."""

    voted: bool = False
    option: int | None = None


def own_of(sheet: Sheet, question: int, voter: str) -> Own:
    """How a voter stands. Two queries; none for somebody without a mark, or once it is closed and marks are gone."""
    from events.models.vote import Ballot, Participation

    if not voter or sheet.state != "open":
        return Own()
    ((secret,),) = _secret(sheet.pk)
    mark = vote_mark(secret, question, voter)
    if sheet.anonymous:
        return Own(voted=Participation.objects.filter(mark=mark).exists())
    option = Ballot.objects.filter(mark=mark).values_list("option", flat=True).first()
    return Own(voted=option is not None, option=option)


@Values
def _secret(vote: int) -> Any:
    from events.models.vote import Vote

    return Vote.objects.filter(pk=vote).order_by().values_list("secret")


def sees_results(sheet: Sheet, *, voted: bool, now: dt.datetime) -> bool:
    """Whether the result is for somebody who has voted, or has not, at this moment."""
    if sheet.is_closed(now=now) or sheet.shows == "at_once":
        return True
    return voted and sheet.shows == "after_voting"


def results_of(sheet: Sheet, asked: Asked, *, now: dt.datetime) -> Bars:
    """The result of a question, at most two seconds old. Two queries when it is counted anew."""
    closed = sheet.is_closed(now=now)
    key = f"vote-bars:{sheet.pk}:{asked.pk}:{closed}"
    return caching.made_once(
        f"vote:{sheet.code}", key, partial(_count, sheet, asked, closed=closed), seconds=KEEP_RESULTS
    )


def _count(sheet: Sheet, asked: Asked, *, closed: bool) -> Bars:
    phone, paper = counts_of(sheet.pk, asked)
    found = picture.draw(asked.options, phone, paper, closed=closed)
    return found if closed or not sheet.anonymous else _in_steps(sheet, asked, found)


def counts_of(vote: int, asked: Asked) -> tuple[dict[int, int], dict[int, int]]:
    """Votes by option, by phone and on paper. For the count itself: what people see comes from `results_of`."""
    from events.models.vote import PaperTally, VoteTally

    options = [option for option, _ in asked.options]
    phone = VoteTally.objects.filter(vote=vote, option__in=options).values_list("option", "count")
    paper = PaperTally.objects.filter(vote=vote, option__in=options).values_list("option", "count")
    return dict(phone), dict(paper)


def _in_steps(sheet: Sheet, asked: Asked, found: Bars) -> Bars:
    """While an anonymous vote is open its bars move on five votes at a time.

    Else whoever sees a neighbour tap, and one bar grow, knows what the neighbour chose. New counts of paper are shown
    with the next step too.
    """
    if not found.bars:
        return found
    key = f"vote-shown:{sheet.pk}:{asked.pk}"
    try:
        shown = cache.get(key)
        if shown is None or abs(found.total - shown.total) >= AT_A_TIME:
            cache.set(key, found, KEEP_SHOWN)
            return found
    except Exception:  # the cache is down: rather no bars than ones that give somebody away
        return Bars(total=found.total, paper=found.paper, why="The bars can’t be shown just now. Votes are counted.")
    return dataclasses.replace(shown, total=found.total, behind=found.total - shown.total)


# --- For the team ---------------------------------------------------------------------------------------


def of_event(event) -> Any:
    """The votes of an event, the latest first, with their sets."""
    from events.models.vote import Vote

    return Vote.objects.filter(event=event).select_related("vote_set", "session", "current").order_by("-made_at", "-pk")


def vote_by_code(code: str):
    """The vote itself, with its event and set, or None: for who may run it."""
    from events.models.vote import Vote

    found = Vote.objects.filter(code=code, event__live=True)
    return found.select_related("event", "vote_set", "session", "current").first()


def due_to_close(*, now: dt.datetime) -> Any:
    """Those that close by themselves, and whose time has come."""
    from events.models.vote import Vote

    return Vote.objects.filter(state=Vote.State.OPEN, closes_at__lte=now)


def sets() -> Any:
    """The sets of questions there are, by name."""
    from events.models.vote import VoteSet

    return VoteSet.objects.prefetch_related("questions__options")


def paper_of(vote: int, asked: Asked) -> list:
    """What was entered from paper, with by whom."""
    from events.models.vote import PaperTally

    options = [option for option, _ in asked.options]
    return list(PaperTally.objects.filter(vote=vote, option__in=options).select_related("by"))


# --- Over the years ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Round:
    """One closed vote on a question: when, where, and its bars with the keys of their options."""

    event: Any
    date: dt.date
    total: int
    percents: dict[str, int]
    counts: dict[str, int]


@dataclass(frozen=True)
class History:
    """A question with all its rounds, the earliest first; `options`: (key, words), as last worded."""

    key: str
    words: str
    options: tuple[tuple[str, str], ...]
    rounds: tuple[Round, ...]


def rounds_of(key: str) -> int:
    """How many closed votes there are on a question, whoever may see them."""
    from events.models.vote import Vote

    return Vote.objects.filter(vote_set__questions__key=key, state=Vote.State.CLOSED).distinct().count()


def keys_of(vote_set: int) -> list[str]:
    """The keys of a set's questions."""
    from events.models.vote import VoteQuestion

    return list(VoteQuestion.objects.filter(vote_set=vote_set).values_list("key", flat=True))


def history_of(key: str, viewer) -> History | None:
    """The closed votes on a question at events `viewer` may see; None if there is none. Those of few are left out.

    Six queries, however many rounds.
    """
    from events.models.vote import PaperTally, Vote, VoteQuestion, VoteTally

    events = {one.pk: one for one in visible_to(viewer).defer("about", "report")}
    votes = list(
        Vote.objects.filter(vote_set__questions__key=key, state=Vote.State.CLOSED, event__in=events)
        .order_by("event__starts_at", "opened_at", "pk").distinct()
    )  # fmt: skip
    if not votes:
        return None
    asked = {one.vote_set_id: one for one in VoteQuestion.objects.filter(key=key).prefetch_related("options")}
    which = {"vote__in": [vote.pk for vote in votes], "option__question__key": key}
    phone = _by_vote(VoteTally.objects.filter(**which))
    paper = _by_vote(PaperTally.objects.filter(**which))
    rounds, words = [], {}
    for vote in votes:
        options = list(asked[vote.vote_set_id].options.all())
        drawn = picture.draw([(one.pk, one.words) for one in options], phone.get(vote.pk, {}), paper.get(vote.pk, {}))
        if not drawn.bars:
            continue
        event = events[vote.event_id]
        keys = {one.pk: one.key for one in options}
        words |= {one.key: one.words for one in options}
        rounds.append(
            Round(event, timezone.localdate(event.starts_at), drawn.total,
                  {keys[bar.option]: bar.percent for bar in drawn.bars},
                  {keys[bar.option]: bar.count for bar in drawn.bars})
        )  # fmt: skip
    return History(key, asked[votes[-1].vote_set_id].words, tuple(words.items()), tuple(rounds))


def _by_vote(tallies) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    for vote, option, count in tallies.values_list("vote", "option", "count"):
        found.setdefault(vote, {})[option] = count
    return found
