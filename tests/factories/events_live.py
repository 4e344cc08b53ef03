"""Votes and questions of the audience, for tests: made by the verbs the site uses."""

from events.actions import asking, voting
from events.models.audience import AudienceQuestion
from events.models.vote import Vote, VoteOption, VoteSet, VoteTally
from events.querysets.votes import Sheet, sheet_of
from members.models import Member
from tests.factories import MemberFactory

STOPS = ("What stops you most often?", ["Not sure which law", "Fear of getting it wrong", "Nobody to ask"])
READY = ("Are you ready?", ["Yes", "No"])


def team_member() -> Member:
    """Somebody of the core team; the same each time."""
    found = Member.objects.filter(role=Member.Role.CORE_TEAM).first()
    return found or MemberFactory(display_name="Cora Coates", handle="cora", role=Member.Role.CORE_TEAM)


def vote_set(*questions, name="Every year") -> VoteSet:
    return voting.make_set(by=team_member(), name=name, questions=questions or (STOPS,))


def vote(event, *questions, opened=True, of=None, **fields) -> Vote:
    """A vote at an event on a set, open unless told otherwise."""
    made = voting.draft(by=team_member(), event=event, vote_set=of or vote_set(*questions), **fields)
    if opened:
        made = voting.open_vote(vote=made, by=team_member())
    return Vote.objects.get(pk=made.pk)


def sheet(vote: Vote) -> Sheet:
    return sheet_of(Vote.objects.get(pk=vote.pk))


def option(vote: Vote, words: str) -> VoteOption:
    return VoteOption.objects.get(question__vote_set=vote.vote_set_id, words=words)


def cast(vote: Vote, words: str, *voters: str, now=None) -> None:
    """Let each of `voters` choose the answer of these words."""
    chosen = option(vote, words)
    for voter in voters:
        voting.cast(vote=sheet(vote), question=chosen.question_id, option=chosen.pk, voter=voter, now=now)


def many(count: int, start: int = 0) -> list[str]:
    """So many people without account."""
    return [f"c{number:032x}" for number in range(start, start + count)]


def question(session, words="Who decides?", *, voter="", by=None, **fields) -> AudienceQuestion:
    return asking.ask(
        session=session, voter=voter or (f"m{by.pk}" if by else "c" + "a" * 32), words=words, by=by, **fields
    )


def path(vote: Vote) -> str:
    """Where its page is."""
    return f"/events/vote/{vote.code}/"


def counts(vote: Vote) -> list[int]:
    """What its counters stand at."""
    return list(VoteTally.objects.filter(vote=vote).values_list("count", flat=True))
