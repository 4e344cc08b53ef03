"""Single rows written with SQL that is kept: what they say is what Django's own writing would have said."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import rows
from core.bulk import Conflict
from core.models import OutboxItem, Schedule

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

NOW = timezone.now()


def test_a_row_written_reads_back_the_same(django_assert_num_queries):
    for number in range(4):  # PostgreSQL keeps the plan from the third time on
        item = OutboxItem(kind="test.rows", payload={"words": ["“quoted”", None], "number": number}, due_at=NOW)
        with django_assert_num_queries(1):
            rows.insert(item)
        read = OutboxItem.objects.get(pk=item.pk)
        assert (read, read.payload, read.due_at, read.leased_until) == (item, item.payload, NOW, None)


def test_changing_a_row_changes_it_alone():
    one, other = (OutboxItem.objects.create(kind="test.rows", due_at=NOW) for _ in range(2))
    later = NOW + dt.timedelta(minutes=5)
    rows.change(OutboxItem, one.pk, payload={"changed": True}, done_at=later, attempts=3)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.payload, one.done_at, one.attempts) == ({"changed": True}, later, 3)
    assert (other.payload, other.done_at, other.attempts) == ({}, None, 0)


def test_a_row_that_stands_is_changed_as_the_conflict_says():
    later = Conflict(
        columns=("name",), update={"next_run": "CASE WHEN old.next_run < %s THEN %s ELSE old.next_run END"}
    )
    for hours, expected in ((1, 1), (3, 3), (2, 3)):
        moment = NOW + dt.timedelta(hours=hours)
        rows.upsert(Schedule, later, moment, moment, name="test rows", next_run=moment)
        assert Schedule.objects.get(name="test rows").next_run == NOW + dt.timedelta(hours=expected)


def test_deleting_takes_what_is_named_and_null_means_null():
    done, waiting = (OutboxItem.objects.create(kind="test.rows", due_at=NOW, done_at=at) for at in (NOW, None))
    rows.delete(OutboxItem, kind="test.rows", done_at=None)
    assert list(OutboxItem.objects.filter(kind="test.rows")) == [done]
    rows.delete(OutboxItem, kind="test.rows", done_at=NOW)
    assert OutboxItem.objects.filter(kind="test.rows").count() == 0
    assert waiting.pk != done.pk


def test_a_broken_promise_of_the_database_is_an_integrity_error():
    rows.insert(Schedule(name="test twice", next_run=NOW))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(Schedule(name="test twice", next_run=NOW))
    assert Schedule.objects.filter(name="test twice").count() == 1
