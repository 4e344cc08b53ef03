"""The votes of the demo's events, and the questions that their audiences sent in."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from events.marks import audience_mark, vote_mark
from events.models.audience import AudienceQuestion, UpVote
from events.models.programme import Session
from events.models.vote import Ballot, PaperTally, Vote, VoteOption, VoteQuestion, VoteSet, VoteTally
from events.pages.event import EventPage
from forum.models import Thread
from members.models import Member
from portal.demo.events import by_slug, rows, sessions_by_slug

State = Vote.State
SHOWN = "priya-nair"  # the member to sign in as
INTO_THE_SESSION = dt.timedelta(minutes=20)
SENT_BEFORE = dt.timedelta(days=12)
ASKED_BEFORE, ASKED_FOR = dt.timedelta(days=9), dt.timedelta(days=6)  # a vote before the day, by its code


@transaction.atomic
def load() -> int:
    """Add the sets, the votes and the audience's questions that are not there yet; how many votes and questions."""
    _add_sets()
    events, sessions, team = by_slug(), sessions_by_slug(), Member.objects.filter(handle="liv-sorensen").first()
    sets = {one["key"]: one["set"] for one in rows("votes")["question"]}
    names = {one["slug"]: one["title"] for one in rows("votes")["set"]}
    wanted: dict[tuple[str, str, str], list[dict]] = {}
    for row in rows("votes")["vote"]:
        wanted.setdefault((row["event"], row["session"], names[sets[row["question"]]]), []).append(row)
    new = [
        _add_vote(events[event], sessions.get(session), VoteSet.objects.get(name=name), some, team)
        for (event, session, name), some in wanted.items()
        if not Vote.objects.filter(event=events[event], session=sessions.get(session), vote_set__name=name).exists()
    ]
    return len(new) + _add_questions(sessions, team)


# --- Votes ----------------------------------------------------------------------------------------------


def _add_sets() -> None:
    there = set(VoteSet.objects.values_list("name", flat=True))
    for one in rows("votes")["set"]:
        if one["title"] not in there:
            made = VoteSet.objects.create(name=one["title"], by=Member.objects.core_team().first())
            asked = [row for row in rows("votes")["question"] if row["set"] == one["slug"]]
            for place, row in enumerate(asked):
                question = VoteQuestion.objects.create(vote_set=made, key=row["key"], words=row["words"], order=place)
                VoteOption.objects.bulk_create(
                    VoteOption(question=question, key=slugify(words), words=words, order=number)
                    for number, words in enumerate(row["options"])
                )


def _add_vote(
    event: EventPage, session: Session | None, vote_set: VoteSet, some: list[dict], team: Member | None
) -> Vote:
    """One set put to one event, before the day if in no session; `some`: what was answered to each of its questions."""
    state, now = some[0]["state"], timezone.now()
    questions = list(vote_set.questions.prefetch_related("options"))
    told = session.starts_at + INTO_THE_SESSION if session else now - ASKED_BEFORE
    opened = min(told, now - dt.timedelta(minutes=10))
    closed = state == State.CLOSED
    vote = Vote(
        event=event, session=session, vote_set=vote_set, state=state, by=team,
        current=questions[-1] if closed else questions[0],
        manner=Vote.Manner.ANONYMOUS if some[0]["anonymous"] else Vote.Manner.CHANGEABLE,
        made_at=opened - dt.timedelta(days=3), opened_at=None if state == State.DRAFT else opened,
        closed_at=opened + (dt.timedelta(minutes=12) if session else ASKED_FOR) if closed else None,
    )  # fmt: skip
    if closed:
        vote.secret = ""
    vote.save()
    if state != State.DRAFT:
        answered = {row["question"]: row for row in some}
        for question in questions:
            _count(vote, question, answered[question.key], team)
    return vote


def _count(vote: Vote, question: VoteQuestion, row: dict, team: Member | None) -> None:
    pairs = list(zip(question.options.all(), row["counts"], strict=True))
    takes = vote.state == State.OPEN
    VoteTally.objects.bulk_create(
        VoteTally(vote=vote, option=option, count=count, takes=takes) for option, count in pairs
    )
    if takes:
        chosen = [option for option, count in pairs for _ in range(count)]
        Ballot.objects.bulk_create(
            Ballot(mark=vote_mark(vote.secret, question.pk, voter), vote=vote, option=option)
            for voter, option in zip(_voters(vote.event, len(chosen)), chosen, strict=True)
        )
    PaperTally.objects.bulk_create(
        PaperTally(vote=vote, option=option, count=count, by=team, at=vote.closed_at or timezone.now())
        for (option, _), count in zip(pairs, row["paper"], strict=True)
        if count
    )


def _voters(event: EventPage, count: int) -> list[str]:
    """So many people of an event who have voted; whom one signs in as has not."""
    booked = event.bookings.filter(state="confirmed", member__isnull=False).exclude(member__handle=SHOWN)
    members = [f"m{number}" for number in booked.order_by("pk").values_list("member", flat=True)[:count]]
    return members + [f"c{secrets.token_urlsafe(12)}" for _ in range(count - len(members))]


# --- Questions from the audience --------------------------------------------------------------------------


def _add_questions(sessions: dict[str, Session], team: Member | None) -> int:
    if AudienceQuestion.objects.exists():
        return 0
    people = {person.handle: person for person in Member.objects.taking_part()}
    made: list[AudienceQuestion] = []
    for place, row in enumerate(rows("audience")["question"]):
        question = _question(row, place, sessions[row["session"]], people.get(row["by"]))
        question.into = made[row["into"]] if row["into"] >= 0 else None
        question.decided_by = team if question.decided_at else None
        question.save()
        made.append(question)
        _want(question, place, [person.pk for person in people.values()])
    return len(made)


def _question(row: dict, place: int, session: Session, member: Member | None) -> AudienceQuestion:
    now = timezone.now()
    sent = min(session.starts_at + INTO_THE_SESSION, now) - (SENT_BEFORE if session.starts_at > now else dt.timedelta())
    at = min(sent + dt.timedelta(minutes=2 * place), now)
    decided = row["state"] not in AudienceQuestion.OPEN
    thread = Thread.objects.get(title=row["thread"]).get_absolute_url() if "thread" in row else ""
    return AudienceQuestion(
        session=session, words=row["words"], member=member,
        show_name=member is not None and place % 2 == 0, mark=audience_mark(session.pk, _voter(member)),
        state=row["state"], votes=row["up"], reason=row.get("reason", ""), thread_url=thread, made_at=at,
        decided_at=min(at + dt.timedelta(minutes=25), now) if decided else None,
    )  # fmt: skip


def _voter(member: Member | None) -> str:
    return f"m{member.pk}" if member else f"c{secrets.token_urlsafe(12)}"


def _want(question: AudienceQuestion, place: int, people: list[int]) -> None:
    """Whoever asked wants it asked, and so do others: not always the same ones."""
    turned = people[place * 5 % len(people) :] + people[: place * 5 % len(people)]
    marks = [audience_mark(question.session_id, f"m{pk}") for pk in turned if pk != question.member_id]
    UpVote.objects.bulk_create(
        UpVote(question=question, mark=mark) for mark in [question.mark, *marks][: question.votes]
    )
