"""What a reply costs by the number of watchers, against one committed INSERT; and what its fan-out costs the worker.

Run as `python -m bench.replies`; prints one JSON object.
"""

import json
import os
import statistics
import time

import django
from django.db import transaction
from django.utils import timezone

WATCHERS = int(os.environ.get("BENCH_WATCHERS", "5000"))
ROUNDS = 3
EACH = int(os.environ.get("BENCH_REPLIES", "40"))
BODY = "We keep a one-page note of what was asked, which law lets us, and who decided; it has stood up twice."


def watched_thread(author, count: int):
    """A thread in the first public space that `count` members follow, and nobody else is told of."""
    from forum.actions import asking
    from forum.models import Reading, Space

    space = Space.objects.filter(visibility="public").order_by("pk").first()
    title = f"What does a reply cost with {count} watchers?"
    thread = asking.ask(by=author, space=space, kind="question", title=title, body=BODY)
    people = members_to_watch(count, but=author)
    Reading.objects.bulk_create(
        [Reading(member_id=pk, thread=thread, follow="following") for pk in people], ignore_conflicts=True
    )
    return thread


def members_to_watch(count: int, *, but) -> list[int]:
    """The ids of `count` members who take part, made where there are too few."""
    from members.models import Member

    there = list(Member.objects.taking_part().exclude(pk=but.pk).values_list("pk", flat=True)[:count])
    missing = count - len(there)
    if missing > 0:
        made = [
            Member(
                email=f"watcher-{i}@bench.example.org", display_name=f"Watcher {i}", handle=f"bench-watcher-{i}",
                standing="vouched", organisation=but.organisation, password="!",
            )
            for i in range(missing)
        ]  # fmt: skip
        Member.objects.bulk_create(made, ignore_conflicts=True)
        there = list(Member.objects.taking_part().exclude(pk=but.pk).values_list("pk", flat=True)[:count])
    return there


def reply_times(thread, author, times: int) -> list[float]:
    """Seconds each of `times` replies took, commit included."""
    from forum.actions import posting

    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        posting.answer(by=author, thread=thread, body=BODY)
        seconds.append(time.perf_counter() - started)
    return seconds


def insert_times(times: int) -> list[float]:
    """Seconds one committed INSERT of a like body took, over the same connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_insert (id bigserial PRIMARY KEY, body text, at timestamptz)")
        seconds = []
        for _ in range(times):
            started = time.perf_counter()
            cursor.execute("INSERT INTO bench_insert (body, at) VALUES (%s, now()) RETURNING id", [BODY])
            cursor.fetchone()
            seconds.append(time.perf_counter() - started)
    return seconds


def row_times(times: int) -> list[float]:
    """Seconds one committed row took by Django's own `create`, for comparison."""
    from core.models import Schedule

    seconds = []
    for number in range(times):
        started = time.perf_counter()
        Schedule.objects.create(name=f"bench {time.time_ns()} {number}", next_run=timezone.now())
        seconds.append(time.perf_counter() - started)
    Schedule.objects.filter(name__startswith="bench ").delete()
    return seconds


def statements(function) -> int:
    """How many statements `function` sends, savepoints and BEGIN apart."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        function()
    words = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return sum(not query["sql"].startswith(words) for query in seen.captured_queries)


def measure() -> dict:
    """Milliseconds, queries and statements, as the goals word them."""
    from core import outbox
    from core.models import OutboxItem
    from forum import jobs
    from forum.actions import posting
    from members.models import Member

    asker, author = Member.objects.taking_part().with_organisation().filter(role="member").order_by("pk")[:2]
    while outbox.drain():
        pass
    alone, watched = watched_thread(asker, 0), watched_thread(asker, WATCHERS)
    while outbox.drain():
        pass
    times: dict[str, list[float]] = {"insert": [], "row": [], "alone": [], "watched": []}
    reply_times(alone, author, 5), reply_times(watched, author, 5), insert_times(5)
    for _ in range(ROUNDS):
        times["insert"].append(statistics.median(insert_times(EACH)))
        times["row"].append(statistics.median(row_times(EACH)))
        times["alone"].append(statistics.median(reply_times(alone, author, EACH)))
        times["watched"].append(statistics.median(reply_times(watched, author, EACH)))
    while outbox.drain():
        pass
    queries = statements(lambda: posting.answer(by=author, thread=watched, body=BODY))
    post = watched.posts.order_by("-number").first()
    OutboxItem.objects.waiting().delete()
    started = time.perf_counter()
    with transaction.atomic():  # as the worker does
        fan_out = statements(lambda: jobs.fan_out_post(post=post.pk))
    drained = time.perf_counter() - started
    medians = {name: statistics.median(values) * 1000 for name, values in times.items()}
    return medians | {"queries": queries, "fan_out": fan_out, "fan_out_ms": drained * 1000,
                      "watchers": WATCHERS}  # fmt: skip


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure()))
