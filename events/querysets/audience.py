"""What people in the audience want to ask, for the audience, for who asked, and for the chair."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from core import caching
from events import handing_on

MOST = 200  # questions of one session on a page


def is_chair(session_pk: int, member) -> bool:
    """Whether a member takes the chair of a session."""
    from events.models.programme import Speaking

    return Speaking.objects.filter(session=session_pk, chairs=True, speaker__member=member).exists()


@dataclass(frozen=True)
class Line:
    """A question as the audience reads it: without a name its asker did not want shown."""

    pk: int
    words: str
    name: str
    votes: int
    state: str
    state_words: str
    thread_url: str
    grouped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """The questions of a session: still to be answered, most wanted first, and answered."""

    waiting: tuple[Line, ...] = ()
    answered: tuple[Line, ...] = ()

    @property
    def count(self) -> int:
        return len(self.waiting) + len(self.answered)

    @property
    def all_answered(self) -> bool:
        """Whether none that left the queue still waits for its answer in the forum."""
        from events.models.audience import MOVED

        return all(line.state_words != MOVED for line in self.answered)


def shown(session: int) -> Any:
    """The questions everybody in the audience reads, most wanted first. Twin of `AudienceQuestion.is_shown`."""
    from events.models.audience import AudienceQuestion

    return AudienceQuestion.objects.filter(session=session, state__in=AudienceQuestion.SHOWN)


def page_of(session: int) -> Page:
    """What everybody reads. No query when kept, else two."""
    return caching.made_once(f"questions:{session}", f"audience:{session}", lambda: _page(session))


def page_now(session: int) -> Page:
    """What everybody reads, and which were answered in the forum by now: one more query where some were moved."""
    from events.models.audience import ANSWERED_THERE

    page = page_of(session)
    there = handing_on.answered({line.thread_url for line in page.answered if line.thread_url})
    lines = (replace(line, state_words=ANSWERED_THERE) if line.thread_url in there else line for line in page.answered)
    return replace(page, answered=tuple(lines)) if there else page


def _page(session: int) -> Page:
    from events.models.audience import AudienceQuestion

    found = [line_of(one) for one in shown(session).select_related("member").prefetch_related("grouped")[:MOST]]
    done = AudienceQuestion.ANSWERED
    return Page(
        tuple(line for line in found if line.state not in done), tuple(line for line in found if line.state in done)
    )


def line_of(one) -> Line:
    return Line(
        one.pk, one.words, one.asker if one.show_name else "", one.votes, one.state, one.fate,
        one.thread_url, tuple(other.words for other in one.grouped.all()),
    )  # fmt: skip


@dataclass(frozen=True)
class Mine:
    """What somebody asked, and which questions they want asked."""

    asked: list = field(default_factory=list)
    wanted: frozenset[int] = frozenset()


def mine_of(session: int, marks: list[str]) -> Mine:
    """Of somebody with these marks. Two queries, three where some were moved to the forum; none without a mark."""
    from events.models.audience import AudienceQuestion, UpVote

    if not marks:
        return Mine()
    asked = AudienceQuestion.objects.filter(session=session, mark__in=marks).select_related("into")
    wanted = UpVote.objects.filter(question__session=session, mark__in=marks)
    return Mine(_with_fates(asked.order_by("-made_at", "-pk")), frozenset(wanted.values_list("question", flat=True)))


def _with_fates(questions: Iterable) -> list:
    """Questions, each with the words of what became of it by now as `fate_now`."""
    from events.models.audience import ANSWERED_THERE

    found = list(questions)
    there = handing_on.answered({one.thread_url for one in found if one.thread_url})
    for one in found:
        one.fate_now = ANSWERED_THERE if one.thread_url in there else one.fate
    return found


def for_chair(session: int) -> dict[str, list]:
    """All questions for who takes the chair, with names: to be read, in the queue, and decided on. Two queries,
    three where some were moved to the forum."""
    from events.models.audience import AudienceQuestion

    found = _with_fates(
        AudienceQuestion.objects.filter(session=session)
        .select_related("into", "decided_by", "member")
        .prefetch_related("grouped")
    )
    held, queued = AudienceQuestion.State.HELD, AudienceQuestion.State.QUEUED
    return {
        "held": sorted((one for one in found if one.state == held), key=lambda one: one.made_at),
        "queued": [one for one in found if one.state == queued],
        "decided": [one for one in found if one.state not in (held, queued)],
    }


def question_of(session: int, pk: int):
    """One question of a session, or None."""
    from events.models.audience import AudienceQuestion

    return AudienceQuestion.objects.filter(session=session, pk=pk).first()


def speakers_of(session: int) -> list:
    """Who speaks in a session, with their accounts."""
    from events.models.programme import Speaker

    return list(Speaker.objects.filter(speakings__session=session).select_related("member").distinct())


def session_with_questions(event: int, pk: int):
    """The session of an event, or None. Whether it takes questions is the caller's."""
    from events.models.programme import Session

    found = Session.objects.filter(event=event, pk=pk).select_related("event", "track")
    return found.first()


def waiting_in(session: int) -> list:
    """The questions still in the queue, most wanted first."""
    from events.models.audience import AudienceQuestion

    return list(AudienceQuestion.objects.filter(session=session, state=AudienceQuestion.State.QUEUED))
