"""The cast in the room: votes that are open, can be changed, are closed and not open yet; questions with every fate."""

from events.actions import asking, voting
from events.models.programme import Session
from events.models.vote import Vote
from events.pages.event import EventPage
from tests.factories import events_live
from tests.factories.events_live import READY, STOPS, cast, many, question

QUESTION = "what-stops-you-most-often"
_CODES = {"open": "bcdfg2", "changeable": "bcdfg3", "closed": "bcdfg4", "draft": "bcdfg5"}


def make_live(people: dict, event: EventPage) -> None:
    """Votes at the conference that is on, one of them closed a year ago too, and questions to a session of it."""
    bob, cora = people["bob"], people["cora"]
    votes = {
        "open": events_live.vote(event, STOPS, READY),
        "changeable": events_live.vote(event, manner="changeable", shows="at_once"),
        "closed": events_live.vote(event),
        "draft": events_live.vote(event, opened=False),
    }
    for name, vote in votes.items():
        Vote.objects.filter(pk=vote.pk).update(code=_CODES[name])
    cast(votes["open"], STOPS[1][0], *many(7), f"m{people['alice'].pk}")
    cast(votes["changeable"], STOPS[1][1], *many(6), f"m{people['alice'].pk}")
    cast(votes["closed"], STOPS[1][1], *many(9))
    voting.enter_paper(vote=votes["closed"], question=votes["closed"].current_id, by=cora,
                       counts={events_live.option(votes["closed"], STOPS[1][0]).pk: 12})  # fmt: skip
    voting.close_vote(vote=votes["closed"], by=cora)
    before = EventPage.objects.get(slug="say-it-plainly")
    last_year = events_live.vote(before)
    cast(last_year, STOPS[1][0], *many(8))
    voting.close_vote(vote=last_year, by=cora)
    _ask(people, Session.objects.get(event=event, slug="small-charities-big-decisions"), bob, cora)


def _ask(people: dict, talk: Session, bob, cora) -> None:
    alice = people["alice"]
    asked = question(talk, "May a charity of three people say no to a council?", by=alice, show_name=True)
    for voter in many(5):
        asking.want(question=asked, voter=voter)
    question(talk, "Who signs for us?", by=bob)
    question(talk, "What if we are wrong?", name="Gale Guest")
    same, live, gone = (
        question(talk, words, by=alice) for words in ("Can we say no?", "Is there help?", "Who told you?")
    )
    asking.group(question=same, into=asked, by=cora)
    asking.answered_live(question=live, by=cora)
    asking.decline(question=gone, reason="It is about a person.", by=cora)


def live_places(event: EventPage) -> dict[str, str]:
    """What addresses of votes and questions are made of."""
    talk = Session.objects.get(event=event, slug="small-charities-big-decisions")
    return {f"vote_{name}": code for name, code in _CODES.items()} | {"asked": f"{event.pk}/questions/{talk.pk}"}
