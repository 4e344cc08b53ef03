"""Votes: made, opened, moved on and closed by who runs them; cast by who is in the room; counted on paper."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from wagtail.log_actions import log

from core import caching
from core.prepared import Prepared
from core.retrying import retried
from events.marks import vote_mark
from events.models.programme import Session
from events.models.vote import Ballot, PaperTally, Participation, Vote, VoteOption, VoteQuestion, VoteSet, VoteTally
from events.pages.event import EventPage
from events.permissions import can_chair, can_organise
from events.querysets.votes import Sheet, due_to_close, keys_of
from members.actions.refusals import NotAllowed
from members.models import Member

State = Vote.State


class NotTaking(Exception):
    """The vote has not opened yet, or is closed. `str()` says which."""


class AlreadyVoted(Exception):
    """Each has one vote, and in an anonymous vote it can't be changed."""


class OverForGood(Exception):
    """A vote that was closed can't be opened or moved on again."""


ALREADY = (
    "You have voted on this. Your vote is counted, and since nobody can tell which one it is, it can’t be changed."
)
CLOSED = "This vote is closed. Your answer came too late to be counted."
FOR_GOOD = "A vote that was closed can’t be opened again: it no longer knows who has voted. Start another."
NOT_YET = "This question is not open yet."
TEAM_ONLY = "Only the core team can do this."
RUNNERS_ONLY = "Only the core team and the chair of the session can do this."


# --- By the team --------------------------------------------------------------------------------------


@transaction.atomic
def make_set(*, by: Member, name: str, questions: Iterable[tuple[str, list[str]]]) -> VoteSet:
    """A set of questions, each with its options. What is worded as before keeps its key. Raises NotAllowed."""
    if not can_organise(by):
        raise NotAllowed(TEAM_ONLY)
    made = VoteSet.objects.create(name=" ".join(name.split()), by=by)
    taken: set[str] = set()
    for place, (words, options) in enumerate(questions):
        question = VoteQuestion.objects.create(vote_set=made, words=words, key=_key(words, taken), order=place)
        keys: set[str] = set()
        VoteOption.objects.bulk_create(
            VoteOption(question=question, words=one, key=_key(one, keys), order=order)
            for order, one in enumerate(options)
        )
    log(instance=made, action="events.make_vote_set", user=by)
    return made


def _key(words: str, taken: set[str]) -> str:
    """A word for what was asked, of its own among those `taken`."""
    stem = slugify(re.sub(r"[’']", "", words))[:70].strip("-") or "in-other-letters"
    key = next(one for number in range(1, 1000) if (one := stem if number == 1 else f"{stem}-{number}") not in taken)
    taken.add(key)
    return key


@transaction.atomic
def draft(
    *, by: Member, event: EventPage, vote_set: VoteSet, session: Session | None = None,
    manner: str = Vote.Manner.ANONYMOUS, shows: str = Vote.Shows.AFTER_VOTING,
) -> Vote:  # fmt: skip
    """A vote at an event, not open yet. Raises NotAllowed."""
    if not can_organise(by):
        raise NotAllowed(TEAM_ONLY)
    first = vote_set.questions.all()[0]
    vote = Vote.objects.create(
        event=event, session=session, vote_set=vote_set, current=first, manner=manner, shows=shows,
        by=by,
    )  # fmt: skip
    log(instance=vote, action="events.draft_vote", user=by)
    return vote


@retried
def open_vote(*, vote: Vote, by: Member, minutes: int | None = None, now: dt.datetime | None = None) -> Vote:
    """Let people vote, for so many minutes if given. Open already: nothing happens. Raises NotAllowed, OverForGood."""
    now = now or timezone.now()
    held = _hold(vote, by=by)
    if held.state == State.CLOSED:
        raise OverForGood(FOR_GOOD)
    if held.state == State.DRAFT:
        held.closes_at = now + dt.timedelta(minutes=minutes) if minutes else None
        held.state, held.opened_at = State.OPEN, now
        held.save(update_fields=["state", "opened_at", "closes_at"])
        _take_votes(held)
        log(instance=held, action="events.open_vote", user=by)
        _changed(held)
    return held


@retried
def show_question(*, vote: Vote, question: VoteQuestion | int, by: Member) -> Vote:
    """Put another question of the set to the people. Raises NotAllowed, OverForGood, ValueError: of another set."""
    held = _hold(vote, by=by)
    if held.state == State.CLOSED:
        raise OverForGood("This vote is closed.")
    number = question if isinstance(question, int) else question.pk
    if not VoteQuestion.objects.filter(pk=number, vote_set=held.vote_set_id).exists():
        raise ValueError("It is not a question of this vote.")
    held.current_id = number
    held.save(update_fields=["current"])
    if held.state == State.OPEN:
        _take_votes(held)
    _changed(held)
    return held


@retried
def close_vote(*, vote: Vote, by: Member | None, now: dt.datetime | None = None) -> Vote:
    """Take no more votes. Marks, ballots and the secret they were made with are destroyed; counts stay.

    `by` None: it closes by itself. Closed already: nothing happens. Raises NotAllowed.
    """
    now = now or timezone.now()
    held = _hold(vote, by=by) if by else Vote.objects.select_for_update(no_key=True).get(pk=vote.pk)
    if held.state == State.CLOSED:
        return held
    # whoever votes at this moment waits for these rows, and then finds that they take nothing any more
    list(held.tallies.select_for_update().order_by("pk"))
    held.tallies.update(takes=False)
    held.participations.all().delete()
    held.ballots.all().delete()
    held.state, held.closed_at, held.secret = State.CLOSED, now, ""
    held.save(update_fields=["state", "closed_at", "secret"])
    log(instance=held, action="events.close_vote", user=by)
    _changed(held)
    return held


def close_due(*, now: dt.datetime) -> int:
    """Close those whose time has come; how many."""
    due = list(due_to_close(now=now))
    for vote in due:
        close_vote(vote=vote, by=None, now=now)
    return len(due)


@retried
def enter_paper(
    *, vote: Vote, question: VoteQuestion | int, counts: Mapping[int, int], by: Member, now: dt.datetime | None = None
) -> None:
    """Write down how often each option (by number) was chosen on paper, in place of what was entered before.

    Raises NotAllowed, ValueError for options of another question or counts below nothing.
    """
    if not can_organise(by):
        raise NotAllowed(TEAM_ONLY)
    held = Vote.objects.select_for_update(no_key=True).get(pk=vote.pk)
    number = question if isinstance(question, int) else question.pk
    options = set(VoteOption.objects.filter(question=number, question__vote_set=held.vote_set_id)
                  .values_list("pk", flat=True))  # fmt: skip
    if not options.issuperset(counts) or any(count < 0 for count in counts.values()):
        raise ValueError("These are not counts of this question.")
    held.paper.filter(option__in=options).delete()
    now = now or timezone.now()
    PaperTally.objects.bulk_create(
        PaperTally(vote=held, option_id=option, count=count, by=by, at=now) for option, count in counts.items() if count
    )
    log(instance=held, action="events.enter_paper_votes", user=by, data={"counted": sum(counts.values())})
    _changed(held)


def _hold(vote: Vote, *, by: Member) -> Vote:
    """The row as it is now, held; people who vote do not wait for it. Raises NotAllowed."""
    held = Vote.objects.select_for_update(no_key=True).get(pk=vote.pk)
    if not can_chair(by, held.session_id):
        raise NotAllowed(RUNNERS_ONLY)
    return held


def _take_votes(vote: Vote) -> None:
    """A counter that takes votes for each option of the set."""
    options = VoteOption.objects.filter(question__vote_set=vote.vote_set_id)
    counters = [VoteTally(vote=vote, option=option) for option in options.order_by("question__order", "order", "pk")]
    VoteTally.objects.bulk_create(counters, ignore_conflicts=True)
    vote.tallies.update(takes=True)


def _changed(vote: Vote) -> None:
    caching.touch(f"vote:{vote.code}", f"event:{vote.event_id}")
    if vote.state == State.CLOSED:
        caching.touch(*(f"vote-question:{key}" for key in keys_of(vote.vote_set_id)))


# --- By who is in the room ------------------------------------------------------------------------------


def cast(*, vote: Sheet, question: int, option: int, voter: str, now: dt.datetime | None = None) -> None:
    """Cast, or in a vote that can be changed change, the vote of a `voter` (`events.marks`) on one question.

    Raises NotTaking, AlreadyVoted, ValueError for what is no option of the question. One look at the vote, one row,
    one counter.
    """
    asked = vote.asked(question)
    if asked is None:
        raise NotTaking(NOT_YET)
    if option not in {number for number, _ in asked.options} or not voter:
        raise ValueError("There is no such option, or nobody who chose it.")
    now = now or timezone.now()
    try:
        (_cast_for_good if vote.anonymous else _cast_or_change)(vote.pk, question, option, voter, now)
    except IntegrityError:
        if vote.anonymous:
            raise AlreadyVoted(ALREADY) from None
        # the same person in another tab was first: theirs is there now, and is changed
        _cast_or_change(vote.pk, question, option, voter, now)


@retried
def _cast_for_good(vote: int, question: int, option: int, voter: str, now: dt.datetime) -> None:
    mark = vote_mark(_secret_of(vote, now=now), question, voter)
    Participation(mark=mark, vote_id=vote).save(force_insert=True)
    _add(vote, option, 1)


@retried
def _cast_or_change(vote: int, question: int, option: int, voter: str, now: dt.datetime) -> None:
    mark = vote_mark(_secret_of(vote, now=now), question, voter)
    before = Ballot.objects.select_for_update(no_key=True).filter(mark=mark).first()
    if before is None:
        Ballot(mark=mark, vote_id=vote, option_id=option).save(force_insert=True)
        return _add(vote, option, 1)
    if before.option_id == option:
        return None
    Ballot.objects.filter(mark=mark).update(option=option)
    # in one order for all, so that two who change in opposite directions do not wait for each other
    for number, step in sorted([(before.option_id, -1), (option, 1)]):
        _add(vote, number, step)
    return None


def _secret_of(vote: int, *, now: dt.datetime) -> str:
    found = _as_it_is.first(vote)
    if not found.is_open(now=now):
        raise NotTaking(NOT_YET if found.state == State.DRAFT else CLOSED)
    return found.secret


_as_it_is = Prepared(lambda pk: Vote.objects.filter(pk=pk).only("state", "closes_at", "secret").order_by())


def _add(vote: int, option: int, step: int) -> None:
    """Count, unless the vote was closed since we looked: the counter itself says whether it takes votes."""
    if not VoteTally.objects.filter(vote=vote, option=option, takes=True).update(count=F("count") + step):
        raise NotTaking(CLOSED)
