"""Questions of the audience: sent, wanted by others, and what the chair or the core team makes of each."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from core import caching
from core.retrying import retried
from events import notices
from events.handing_on import forum
from events.marks import audience_mark
from events.models.audience import AudienceQuestion, UpVote
from events.models.programme import Session
from events.permissions import can_chair, can_organise
from members.actions.refusals import NotAllowed
from members.models import Member
from members.permissions import takes_part

State = AudienceQuestion.State

AFTER = dt.timedelta(minutes=30)  # how long after its end a session still takes questions


class NotTakingQuestions(Exception):
    """The session takes no questions, or no longer."""


class Decided(Exception):
    """Somebody else was first. `str()` says what they made of it."""


class ReasonNeeded(ValueError):
    """The asker must be told why."""


class NoForum(Exception):
    """There is nowhere to hand questions on to."""


CHAIR_ONLY = "Only the core team and the chair of the session can do this."
SHUT = "This session takes no more questions. Ask in the forum instead."


def takes_questions(session: Session, *, now: dt.datetime) -> bool:
    """Whether one can send a question: from when the programme is out until half an hour after the session."""
    return session.takes_questions and now < session.ends_at + AFTER


def ask(
    *, session: Session, voter: str, words: str, by: Member | None = None, name: str = "", show_name: bool = False,
    once_key: uuid.UUID | None = None, now: dt.datetime | None = None,
) -> AudienceQuestion:  # fmt: skip
    """Send a question. `voter`: as in `events.marks`; `by`: the member, where it is one; `name`: as a guest typed it.

    What a member who takes part asks is in the queue at once, anybody else's when the chair has read it. The same
    form sent twice (`once_key`) asks once. Raises NotTakingQuestions.
    """
    now = now or timezone.now()
    if not takes_questions(session, now=now):
        raise NotTakingQuestions(SHUT)
    asked = AudienceQuestion(
        session=session, words=" ".join(words.split()), name="" if by else " ".join(name.split()),
        show_name=show_name, member=by, mark=audience_mark(session.pk, voter), votes=1,
        once_key=once_key or uuid.uuid4(), made_at=now,
        state=State.QUEUED if by is not None and takes_part(by) else State.HELD,
    )  # fmt: skip
    try:
        return _write(asked)
    except IntegrityError:
        return AudienceQuestion.objects.get(once_key=asked.once_key)


@retried
def _write(asked: AudienceQuestion) -> AudienceQuestion:
    asked.save(force_insert=True)
    UpVote.objects.create(question=asked, mark=asked.mark)
    _changed(asked)
    return asked


def want(*, question: AudienceQuestion, voter: str, now: dt.datetime | None = None) -> bool:
    """Want a question asked too; whether it counted. Each counts once, however often they press."""
    now = now or timezone.now()
    if not takes_questions(question.session, now=now):
        raise NotTakingQuestions(SHUT)
    try:
        return _want(question, audience_mark(question.session_id, voter))
    except IntegrityError:
        return False


@retried
def _want(question: AudienceQuestion, mark: str) -> bool:
    # the question first: whoever groups it at this moment holds it, and then it counts for the other
    held = AudienceQuestion.objects.select_for_update(no_key=True).get(pk=question.pk)
    if held.state == State.GROUPED and held.into_id:
        held = AudienceQuestion.objects.select_for_update(no_key=True).get(pk=held.into_id)
    if held.state != State.QUEUED:
        return False
    UpVote.objects.create(question=held, mark=mark)
    AudienceQuestion.objects.filter(pk=held.pk).update(votes=F("votes") + 1)
    _changed(held)
    return True


# --- The chair ----------------------------------------------------------------------------------------


@retried
def let_in(*, question: AudienceQuestion, by: Member, now: dt.datetime | None = None) -> AudienceQuestion:
    """Show the audience a question of somebody we do not know. Raises NotAllowed, Decided."""
    held = _hold(question, by=by)
    return _decide(held, State.QUEUED, by=by, now=now) if held.state == State.HELD else held


@retried
def answered_live(*, question: AudienceQuestion, by: Member, now: dt.datetime | None = None) -> AudienceQuestion:
    """It was answered in the room. Raises NotAllowed, Decided."""
    return _decide(_hold(question, by=by), State.ANSWERED_LIVE, by=by, now=now)


@retried
def decline(*, question: AudienceQuestion, reason: str, by: Member, now: dt.datetime | None = None) -> AudienceQuestion:
    """It is not taken; others no longer see it, its asker reads why. Raises NotAllowed, Decided, ReasonNeeded."""
    held = _hold(question, by=by)
    if not reason.strip():
        raise ReasonNeeded("Say why, in words the asker will read.")
    held.reason = reason.strip()[:200]
    return _decide(held, State.DECLINED, by=by, now=now)


@retried
def back_to_queue(*, question: AudienceQuestion, by: Member, now: dt.datetime | None = None) -> AudienceQuestion:
    """It was decided on by mistake: it waits again. Not what is in the forum already. Raises NotAllowed, Decided."""
    _may_chair(by, question.session_id)
    held = AudienceQuestion.objects.select_for_update().get(pk=question.pk)
    if held.state not in (State.ANSWERED_LIVE, State.DECLINED):
        raise Decided(_became(held))
    held.reason = ""
    return _decide(held, State.QUEUED, by=by, now=now)


@retried
def group(
    *, question: AudienceQuestion, into: AudienceQuestion, by: Member, now: dt.datetime | None = None
) -> AudienceQuestion:
    """Put a question together with another like it, whose votes rise by those who wanted only this one.

    Raises NotAllowed, Decided, ValueError for the same question or one of another session.
    """
    _may_chair(by, question.session_id)
    # both held, in one order for all
    pair = AudienceQuestion.objects.select_for_update().filter(pk__in={question.pk, into.pk}).order_by("pk")
    both = {one.pk: one for one in pair}
    held, other = both[question.pk], both[into.pk]
    if held.pk == other.pk or held.session_id != other.session_id:
        raise ValueError("It can only be put together with another of the same session.")
    for one in (held, other):
        if one.state not in AudienceQuestion.OPEN:
            raise Decided(_became(one))
    AudienceQuestion.objects.filter(into=held).update(into=other)
    there = set(other.wanted_by.values_list("mark", flat=True))
    new = [UpVote(question=other, mark=mark) for mark in held.wanted_by.values_list("mark", flat=True)
           if mark not in there]  # fmt: skip
    UpVote.objects.bulk_create(new)
    other.votes, other.state = other.votes + len(new), State.QUEUED
    other.save(update_fields=["votes", "state"])
    held.into = other
    return _decide(held, State.GROUPED, by=by, now=now)


@retried
def hand_on(
    *, session: Session, questions: Iterable[AudienceQuestion], by: Member, now: dt.datetime | None = None
) -> list[AudienceQuestion]:
    """Start a forum thread for each of these questions that still waits, and tell the speakers; those handed on.

    Only the core team: the threads are theirs. Raises NotAllowed (of the forum too), NoForum.
    """
    if not can_organise(by):
        raise NotAllowed("Only the core team can hand questions on to the forum.")
    start = forum()
    if start is None:
        raise NoForum("There is no forum here to hand questions on to.")
    now = now or timezone.now()
    wanted = [one.pk for one in questions]
    held = AudienceQuestion.objects.select_for_update(of=("self",)).select_related("session__event")
    done = []
    for one in held.filter(pk__in=wanted, session=session, state=State.QUEUED).order_by("pk"):
        one.thread_url = start(question=one, by=by, now=now)
        done.append(_decide(one, State.ANSWERED_AFTER, by=by, now=now))
    if done:
        notices.questions_handed_on(session, done, by=by)
    return done


def _may_chair(by: Member, session: int) -> None:
    if not can_chair(by, session):
        raise NotAllowed(CHAIR_ONLY)


def _hold(question: AudienceQuestion, *, by: Member) -> AudienceQuestion:
    """The row as it is now, held: only one nobody has decided on. Raises NotAllowed, Decided."""
    _may_chair(by, question.session_id)
    held = AudienceQuestion.objects.select_for_update().get(pk=question.pk)
    if held.state not in AudienceQuestion.OPEN:
        raise Decided(_became(held))
    return held


def _became(held: AudienceQuestion) -> str:
    return f"Somebody was quicker: this question is “{held.fate.lower()}” already."


def _decide(held: AudienceQuestion, state: str, *, by: Member, now: dt.datetime | None) -> AudienceQuestion:
    held.state, held.decided_by, held.decided_at = state, by, now or timezone.now()
    held.save()
    _changed(held)
    return held


def _changed(question: AudienceQuestion) -> None:
    caching.touch(f"questions:{question.session_id}")
