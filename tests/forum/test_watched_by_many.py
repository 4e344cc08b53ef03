"""What a reply costs does not grow with those who follow the thread: the mark of one is looked up, not searched for."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from forum import jobs
from forum.actions import posting
from forum.models import Reading, Thread
from members.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
MANY = 2_000


@pytest.fixture
def followers(thread, charity):
    """MANY members with a mark in a thread each, counted by the database; since then they all follow this one."""
    people = [
        Member(email=f"follower-{n}@example.org", handle=f"follower-{n}", display_name="Fay Follower",
               standing=Member.Standing.VOUCHED, organisation=charity, password="!")
        for n in range(MANY)
    ]  # fmt: skip
    members = Member.objects.bulk_create(people)
    threads = Thread.objects.bulk_create(
        [
            Thread(title=f"Question {n}", author=thread.author, space=thread.space, last_activity_at=thread.created_at)
            for n in range(MANY)
        ]
    )
    Reading.objects.bulk_create(
        [Reading(member=one, thread=other) for one, other in zip(members, threads, strict=True)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    Reading.objects.bulk_create([Reading(member=member, thread=thread, follow="following") for member in members])


def plans_of(statements: list[str]) -> list[str]:
    """What the database does for each of these statements, done again."""
    found = []
    with connection.cursor() as cursor:
        for sql in statements:
            how = "EXPLAIN ANALYZE" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            cursor.execute(f"{how} {sql}".replace("%", "%%"), ())
            found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return found


def test_a_reply_reads_no_marks_but_those_of_whom_it_tells(thread, bob, followers):
    with CaptureQueriesContext(connection) as seen:
        posting.answer(by=bob, thread=thread, body="We agreed it in writing, and keep the note.")
    asked = [one["sql"] for one in seen.captured_queries if '"forum_reading" U0' in one["sql"]]
    assert len(asked) == 2  # their inbox, their notice
    for plan in plans_of(asked):
        skipped = [int(number) for number in re.findall(r"Rows Removed by (?:Filter|Join Filter): (\d+)", plan)]
        assert sum(skipped) < 10, plan
        if connection.vendor == "sqlite":
            assert re.search(r"SEARCH U0 USING .*\((member_id=\? AND thread_id=\?|thread_id=\? AND member_id=\?)", plan)


def test_telling_many_of_it_takes_five_statements(thread, bob, followers):
    posting.answer(by=bob, thread=thread, body="We agreed it in writing.")
    later = posting.answer(by=bob, thread=thread, body="We keep the note.")
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        jobs.fan_out_post(post=later.pk)
    asked = [one["sql"] for one in seen.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    *telling, to_be_indexed = asked  # of the first posts of a thread alone
    assert len(telling) <= 5, "\n".join(sql[:200] for sql in telling)
    assert "forum.index" in to_be_indexed
