"""The outbox: nothing lost, nothing twice, one bad row stops no other, each lane by itself."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core import outbox, wake
from core.models import OutboxItem

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def did(monkeypatch):
    """Handlers of the tests' own; what they did, in order."""
    monkeypatch.setattr(outbox, "_handlers", {})
    done = []

    def do(what):
        done.append(what)

    outbox.handler("test.do")(do)
    outbox.handler("test.fail")(lambda: 1 / 0)
    outbox.handler("test.out", lane="away", outside=True)(do)
    return done


def test_a_row_is_carried_out_once(did):
    outbox.put("test.do", what=1)
    assert (outbox.drain(), outbox.drain(), did) == (1, 0, [1])


def test_rows_go_in_the_order_they_were_due(did):
    now = timezone.now()
    outbox.put("test.do", what="later", due_at=now - dt.timedelta(seconds=1))
    outbox.put("test.do", what="sooner", due_at=now - dt.timedelta(seconds=9))
    outbox.put("test.do", what="not yet", due_at=now + dt.timedelta(seconds=60))
    outbox.drain()
    assert did == ["sooner", "later"]


def test_a_rollback_leaves_nothing_to_do(did):
    @transaction.atomic
    def act():
        outbox.put("test.do", what=1)
        raise LookupError

    with pytest.raises(LookupError):
        act()
    assert outbox.drain() == 0


def test_one_bad_row_stops_no_other_and_waits_longer_each_time(did):
    outbox.put("test.fail")
    outbox.put("test.do", what=1)
    assert (outbox.drain(), did) == (2, [1])
    waits = []
    for _ in range(3):
        item = OutboxItem.objects.get(kind="test.fail")
        waits.append(round((item.due_at - timezone.now()).total_seconds()))
        OutboxItem.objects.filter(pk=item.pk).update(due_at=timezone.now())
        outbox.drain()
    assert waits == [2, 4, 8]
    assert OutboxItem.objects.get(kind="test.fail").last_error == "ZeroDivisionError('division by zero')"


def test_a_row_nobody_knows_waits_for_someone_who_does(did):
    outbox.put("test.unknown")
    outbox.drain()
    item = OutboxItem.objects.get()
    assert (item.done_at, item.attempts, "no handler" in item.last_error) == (None, 1, True)


def test_a_row_leased_to_a_worker_is_left_alone_until_its_lease_runs_out(did):
    outbox.put("test.do", what=1)
    now = timezone.now()
    assert outbox.lease_next(now=now) is not None
    assert outbox.lease_next(now=now + outbox.LEASE / 2) is None
    assert outbox.lease_next(now=now + outbox.LEASE).attempts == 2


def test_a_worker_that_comes_late_does_not_do_it_again(did):
    outbox.put("test.do", what=1)
    slow = outbox.lease_next(now=timezone.now())
    quick = outbox.lease_next(now=timezone.now() + outbox.LEASE)
    assert (outbox.carry_out(quick), outbox.carry_out(slow), did) == (True, True, [1])


def test_a_handler_that_fails_leaves_nothing_half_done(did):
    @outbox.handler("test.half")
    def half():
        OutboxItem.objects.create(kind="test.made")
        1 / 0

    outbox.put("test.half")
    outbox.drain(most=1)
    assert OutboxItem.objects.filter(kind="test.made").count() == 0


def test_each_lane_is_drained_by_itself(did):
    outbox.put("test.out", what="out")
    outbox.put("test.do", what="in")
    assert (outbox.lanes(), outbox.drain(), did) == ({"away"}, 1, ["in"])
    assert (outbox.drain(lane="away"), did) == (1, ["in", "out"])


def test_what_goes_outside_holds_no_transaction_meanwhile(did, monkeypatch):
    inside = []
    outbox.handler("test.look")(lambda: inside.append(len(connection.savepoint_ids)))
    outbox.handler("test.look_out", outside=True)(lambda: inside.append(len(connection.savepoint_ids)))
    outbox.put("test.look")
    outbox.put("test.look_out")
    outbox.drain()
    assert inside == [1, 0]


def test_what_went_outside_is_not_kept_once_it_has_gone(did):
    item = outbox.put("test.out", what="a sign-in code")
    outbox.drain(lane="away")
    item.refresh_from_db()
    assert (did, item.payload, item.done_at is not None) == (["a sign-in code"], {}, True)


def test_two_handlers_for_one_kind_are_a_mistake(did):
    with pytest.raises(ValueError):
        outbox.handler("test.do")(lambda: None)


@pytest.mark.django_db(transaction=True)
def test_fifty_workers_at_once_do_each_row_once(did):
    for number in range(40):
        outbox.put("test.do", what=number)
    gate = threading.Barrier(50)

    def work():
        gate.wait()
        try:
            outbox.drain()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(50)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(did) == list(range(40))


@pytest.mark.django_db(transaction=True)
def test_putting_something_in_wakes_the_loops_after_the_commit(did):
    event = wake.sleeper()
    try:
        with transaction.atomic():
            outbox.put("test.do", what=1)
            assert not event.is_set()
        assert event.is_set()
    finally:
        wake.forget(event)


def test_what_is_due_later_wakes_nobody(did, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        outbox.put("test.do", what=1, due_at=timezone.now())
    assert callbacks == []
