"""What to ask for: addresses of the pages to measure, from the data that is there, and queries per page.

Run as `python -m bench.plan cookies.jsonl`; prints one JSON object.
"""

import json
import sys
from pathlib import Path

import django

OWN = "ticket, signed in"


def targets(people: dict[int, str]) -> dict[str, list[list[str]]]:
    """Addresses by what they measure, each with the cookie to send ("" for nobody). `people`: members' cookies."""
    from django.db.models import F

    from core.pagination import encode
    from forum.models import Thread

    public = Thread.objects.filter(space__visibility="public", removed_at=None)
    big = public.order_by("-highest_number").first()
    busy = list(public.exclude(pk=big.pk).order_by("-answer_count", "-last_activity_at", "-pk")[:60])
    count = public.count()
    deep = public.order_by("-last_activity_at", "-pk")[int(count * 0.75)]
    older = f"/forum/?page=o-{encode(deep.last_activity_at, deep.pk)}"
    last_answer = (
        big.posts.filter(kind="answer", removed_at=None).order_by(F("number").desc()).values_list("number", flat=True)
    )[0]
    threads = [thread.get_absolute_url() for thread in busy]
    big_url = big.get_absolute_url()
    cookies = list(people.values())

    def signed_in(paths):
        return [[paths[i % len(paths)], cookies[i % len(cookies)]] for i in range(max(len(paths), len(cookies)))]

    return {
        "floor": [[f"/bench/floor/?thread={big.pk}", ""]],
        "thread, signed in": signed_in(threads),
        "list, signed in": signed_in(["/forum/"]),
        "thread, anonymous": [[path, ""] for path in threads],
        "list, anonymous": [["/forum/", ""]],
        "deep list, signed in": signed_in([older]),
        "big thread, page 1": signed_in([big_url]),
        "big thread, last page": signed_in([f"{big_url}?post={last_answer}"]),
        "search, signed in": signed_in(["/search/?q=sharing+protocol"]),
        **knowledge(signed_in),
        **horizon(signed_in),
        **events(signed_in, people),
    }


def knowledge(signed_in) -> dict[str, list[list[str]]]:
    """Addresses of the home page and of the pages on guidance, stories, law and words: what the demo holds of them."""
    from cms.models import GuidancePage, StoryPage
    from reference.models import Provision

    def pages(model):
        return [page.url for page in model.objects.live().public().order_by("path")]

    gateways = [one.get_absolute_url() for one in Provision.objects.gateways().order_by("pk")[:20]]
    named = GuidancePage.objects.live().public().filter(topic_links__tag__isnull=False)
    topic = named.order_by("path").values_list("topic_links__tag__slug", flat=True)[0]
    return {
        "home, signed in": signed_in(["/"]),
        "home, anonymous": [["/", ""]],
        "guidance page, signed in": signed_in(pages(GuidancePage)),
        "story, signed in": signed_in(pages(StoryPage)),
        "gateway page, signed in": signed_in(gateways),
        "finder with answers, signed in": signed_in(["/gateways/find/?who=council&whom=police&purpose=crime"]),
        "glossary, signed in": signed_in(["/glossary/"]),
        "topic page, signed in": signed_in([f"/topics/{topic}/"]),
        "topic page, anonymous": [[f"/topics/{topic}/", ""]],
    }


def horizon(signed_in) -> dict[str, list[list[str]]]:
    """Addresses of what is coming: the index, the pictures, briefings, developments, an organisation's tasks."""
    from horizon.models import BriefingPage, Development

    briefings = [page.url for page in BriefingPage.objects.live().public().order_by("path")]
    developments = [one.get_absolute_url() for one in Development.objects.filter(shown=True).order_by("pk")]
    return {
        "horizon, signed in": signed_in(["/horizon/"]),
        "horizon, anonymous": [["/horizon/", ""]],
        "timeline, signed in": signed_in(["/horizon/timeline/"]),
        "radar, signed in": signed_in(["/horizon/radar/"]),
        "briefing, signed in": signed_in(briefings),
        "development, signed in": signed_in(developments),
        "our tasks, signed in": signed_in(["/horizon/tasks/"]),
        "calendar file, anonymous": [["/horizon/calendar.ics", ""]],
    }


def events(signed_in, people: dict[int, str]) -> dict[str, list[list[str]]]:
    """Addresses of events, their sessions and slides, the tickets of those of `people` who have one, the calendar."""
    from core.addresses import with_addresses
    from events.models.booking import Booking
    from events.models.programme import Session
    from events.pages.event import EventPage

    public = EventPage.objects.live().public().order_by("path")
    shown = [page.address for page in with_addresses(public)]
    talks = Session.objects.filter(event__in=public).order_by("pk")
    with_slides = public.filter(materials__isnull=False).distinct().values_list("pk", flat=True)
    tickets = Booking.objects.filter(member__in=people, state="confirmed", event__in=public).order_by("member", "pk")
    return {
        "events, signed in": signed_in(["/events/"]),
        "events, anonymous": [["/events/", ""]],
        "event page, signed in": signed_in(shown),
        "event page, anonymous": [[path, ""] for path in shown],
        "session page, signed in": signed_in([one.get_absolute_url() for one in talks]),
        OWN: [[f"/events/bookings/{one.key}/", people[one.member_id]] for one in tickets],
        "slides of an event, signed in": signed_in([f"/events/{pk}/slides/" for pk in with_slides]),
        "calendar of events, anonymous": [["/events/calendar.ics", ""]],
    }


def queries(found: dict[str, list[list[str]]]) -> dict[str, int]:
    """Queries of one warm request of each page, session and user included; what begins and ends transactions not."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    counts = {}
    # the last member is an ordinary one; the first of them may edit, and editors are shown more
    pages = {name: [rows[0][0], rows[-1][1]] for name, rows in found.items() if name != "floor"}
    pages[OWN] = found[OWN][-1]  # nobody else may see it
    for name, (path, cookie) in pages.items():
        client = Client(HTTP_COOKIE=cookie) if cookie else Client()
        for _ in range(2):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                response = client.get(path, SERVER_NAME="127.0.0.1")
        if response.status_code != 200:
            raise RuntimeError(f"{name}: {path} answered {response.status_code}")
        counts[name] = sum(not _of_transactions(query["sql"]) for query in seen.captured_queries)
    return counts


def _of_transactions(sql: str) -> bool:
    return sql.startswith(("BEGIN", "COMMIT", "ROLLBACK")) or "SAVEPOINT" in sql


if __name__ == "__main__":
    django.setup()
    lines = Path(sys.argv[1]).read_text().splitlines()
    found = targets({one["member"]: one["cookie"] for one in map(json.loads, lines[:40])})
    print(json.dumps({"targets": found, "queries": queries(found)}))
