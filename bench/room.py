"""A room full of people, as the database has it: votes to cast, places to book, and what was counted afterwards.

    python -m bench.room votes                  two open votes: codes, questions, options
    python -m bench.room counted CODE           how many took part in a vote and what its counters say
    python -m bench.room places PEOPLE COOKIES  an event with fifty places; writes the cookies of so many members
    python -m bench.room booked EVENT           who has a place there, and who waits in which order

Each prints one JSON object.
"""

import datetime as dt
import json
import sys
from pathlib import Path

import django
from django.utils import timezone

PLACES = 50
OPTIONS = ["Not sure which law", "Fear of getting it wrong", "Nobody to ask", "No time"]


def votes() -> dict:
    """Two votes at the demo's events that everybody may see while people vote: {"code", "question", "options"} each."""
    from events.actions import voting
    from events.models.vote import Vote
    from events.pages.event import EventPage
    from members.models import Member

    team, event = Member.objects.core_team().first(), EventPage.objects.live().order_by("-starts_at").first()
    made = []
    for name in ("as fast as it goes", "a hundred a second"):
        asked = voting.make_set(by=team, name=f"Bench, {name}", questions=[("What stops you most often?", OPTIONS)])
        vote = voting.draft(by=team, event=event, vote_set=asked, shows=Vote.Shows.AT_ONCE)
        voting.open_vote(vote=vote, by=team)
        options = list(vote.current.options.values_list("pk", flat=True))
        made.append({"code": vote.code, "question": vote.current_id, "options": options})
    return {"votes": made}


def counted(code: str) -> dict:
    """People who took part, and the sum of the counters: rows, not what a page says."""
    from django.db.models import Sum

    from events.models.vote import Vote

    vote = Vote.objects.get(code=code)
    return {"people": vote.participations.count(), "votes": vote.tallies.aggregate(sum=Sum("count"))["sum"]}


def places(people: str, cookies: str) -> dict:
    """{"event": number of one with fifty places, open for booking}."""
    from bench.replies import members_to_watch
    from events.models.places import Mode, Places
    from events.pages.event import EventPage
    from events.pages.index import EventsIndexPage
    from members.models import Member
    from portal.demo import sessions

    count = int(people)
    author = Member.objects.taking_part().with_organisation().filter(role="member").order_by("pk").first()
    members_to_watch(count, but=author)
    sessions.write(count, Path(cookies))
    starts = timezone.now() + dt.timedelta(days=30)
    page = EventPage(title="Fifty places", slug="bench-fifty-places", summary="Everybody wants to come.",
                     starts_at=starts, ends_at=starts + dt.timedelta(hours=6), venue="Thornmere Town Hall")  # fmt: skip
    EventsIndexPage.objects.first().add_child(instance=page)
    page.save_revision().publish()
    Places.objects.create(event=page, mode=Mode.IN_PERSON, capacity=PLACES)
    return {"event": page.pk}


def booked(event: str) -> dict:
    """Confirmed, the numbers of the line as they came, and members with more than one booking."""
    from events.models.booking import Booking

    rows = list(Booking.objects.filter(event=int(event)).order_by("pk").values_list("state", "queue_number", "member"))
    return {
        "confirmed": sum(state == Booking.State.CONFIRMED for state, _, _ in rows),
        "line": [number for state, number, _ in rows if state == Booking.State.WAITING],
        "twice": len(rows) - len({member for _, _, member in rows}),
    }


if __name__ == "__main__":
    django.setup()
    what, *given = sys.argv[1:]
    print(json.dumps({"votes": votes, "counted": counted, "places": places, "booked": booked}[what](*given)))
