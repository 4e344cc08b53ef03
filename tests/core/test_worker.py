"""The loops: they go on after a failure, stop when told, and /healthz knows when they do not."""

import datetime as dt
import threading
import time

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from core import health, outbox, wake, worker
from core.models import Heartbeat, OutboxItem, Schedule

pytestmark = pytest.mark.django_db


def wait_for(condition, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def quiet(monkeypatch):
    """Loops that beat fast and write no heartbeat."""
    monkeypatch.setattr(worker, "BEAT", 0.05)
    monkeypatch.setattr(worker, "heartbeat", lambda part: None)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


@pytest.mark.parametrize("failure", [ValueError("a bad row"), OperationalError("database restarting")])
def test_a_failure_does_not_end_a_loop(quiet, failure, caplog):
    looks = []

    def act():
        looks.append(1)
        if len(looks) == 1:
            raise failure

    loop = worker.Loop("test", act, woken=False)
    loop.start()
    assert wait_for(lambda: len(looks) > 2)
    loop.stop()
    loop.join(2)
    assert not loop.is_alive()


def test_a_loop_that_sleeps_looks_at_once_when_woken(monkeypatch, quiet):
    monkeypatch.setattr(worker, "BEAT", 30)
    looks = []
    loop = worker.Loop("test", lambda: looks.append(time.monotonic()), woken=True)
    loop.start()
    assert wait_for(lambda: len(looks) == 1)
    start = time.monotonic()
    wake.set_local()
    assert wait_for(lambda: len(looks) == 2)
    assert looks[1] - start < 0.5
    loop.stop()
    loop.join(2)
    assert not loop.is_alive()


def test_stopping_is_quick_though_it_sleeps(monkeypatch, quiet):
    monkeypatch.setattr(worker, "BEAT", 30)
    loops = [worker.Loop("a", lambda: None, woken=True), worker.Loop("b", lambda: None, woken=False)]
    for loop in loops:
        loop.start()
    start = time.monotonic()
    for loop in loops:
        loop.stop()
    for loop in loops:
        loop.join(3)
    assert time.monotonic() - start < 1


@pytest.mark.django_db(transaction=True)
def test_a_loop_looks_again_and_again_with_one_connection(monkeypatch):
    monkeypatch.setattr(worker, "BEAT", 0.02)
    used = []

    def act():
        close_old_connections()  # as Wagtail's tasks do after each
        connection.ensure_connection()
        used.append(id(connection.connection))
        kept.append(connection.connection)

    kept: list = []  # so that no second one can have the first one's number
    loop = worker.Loop("test", act, woken=False)
    loop.start()
    assert wait_for(lambda: len(used) > 3)
    loop.stop()
    loop.join(2)
    assert len(set(used)) == 1


def test_mail_has_a_loop_of_its_own():
    assert worker.part_names() == ["worker", "mail"]
    assert [loop.part for loop in worker.parts()] == ["worker", "mail", "scheduler"]
    for loop in worker.parts():
        wake.forget(loop.bell)


def test_a_slow_sweep_of_one_part_holds_up_no_other(monkeypatch):
    monkeypatch.setattr(outbox, "_handlers", {})
    monkeypatch.setattr(worker, "_sweeps", {"mail": [lambda: time.sleep(30)]})
    did = []
    outbox.handler("test.do")(lambda: did.append(1))
    outbox.put("test.do")
    start = time.monotonic()
    worker._look("worker")
    assert (did, time.monotonic() - start < 5) == ([1], True)


# --- Chores -----------------------------------------------------------------------------------------


@pytest.fixture
def chores(monkeypatch):
    monkeypatch.setattr(worker, "_chores", {})
    ran = []
    worker.chore("test", every=dt.timedelta(hours=1))(lambda: ran.append(1))
    return ran


def test_a_chore_runs_when_its_time_has_come_and_once_after_a_long_sleep(chores):
    now = timezone.now()
    assert worker.run_chores(now=now) == ["test"]
    assert worker.run_chores(now=now + dt.timedelta(minutes=59)) == []
    assert worker.run_chores(now=now + dt.timedelta(days=9)) == ["test"]
    assert worker.run_chores(now=now + dt.timedelta(days=9)) == []
    assert len(chores) == 2


@pytest.mark.django_db(transaction=True)
def test_of_twenty_schedulers_one_runs_a_chore(chores):
    now = timezone.now()
    worker.run_chores(now=now)
    Schedule.objects.update(next_run=now)
    gate = threading.Barrier(20)

    def schedule():
        gate.wait()
        try:
            worker.run_chores(now=now)
        finally:
            connection.close()

    schedulers = [threading.Thread(target=schedule) for _ in range(20)]
    for one in schedulers:
        one.start()
    for one in schedulers:
        one.join()
    assert len(chores) == 2


def failing(name, every, times):
    """A chore that fails so many times; when it ran."""
    ran: list[int] = []

    @worker.chore(name, every=every)
    def fail_at_first():
        ran.append(1)
        if len(ran) <= times:
            raise RuntimeError("database restarted")

    return ran


def test_a_chore_that_fails_is_tried_again_in_minutes_and_holds_up_no_other(chores, caplog):
    worker._chores.clear()
    ran = failing("fails", dt.timedelta(days=1), 2)
    worker.chore("other", every=dt.timedelta(days=1))(lambda: chores.append(1))
    now = timezone.now() + dt.timedelta(seconds=1)
    assert worker.run_chores(now=now) == ["other"]
    assert worker.run_chores(now=now + dt.timedelta(minutes=4)) == []
    assert len(ran) == 1
    assert worker.run_chores(now=now + dt.timedelta(minutes=6)) == []
    assert worker.run_chores(now=now + dt.timedelta(minutes=12)) == ["fails"]
    assert worker.run_chores(now=now + dt.timedelta(hours=23)) == []
    assert (len(ran), len(chores), len(caplog.records)) == (3, 1, 2)


def test_one_that_is_often_due_is_not_put_off_by_its_failure(chores):
    failing("fails", dt.timedelta(minutes=1), 1)
    now = timezone.now() + dt.timedelta(seconds=1)
    assert worker.run_chores(now=now) == ["test"]
    assert worker.run_chores(now=now + dt.timedelta(minutes=1)) == ["fails"]


def test_a_chore_that_was_killed_runs_again_in_minutes_and_meanwhile_not_twice(chores):
    now = timezone.now() + dt.timedelta(seconds=1)
    found: list[list[str]] = []

    @worker.chore("slow", every=dt.timedelta(days=1))
    def slow():
        found.append(worker.run_chores(now=now + dt.timedelta(minutes=8)))  # another scheduler, while it still runs
        if len(found) == 1:
            raise SystemExit  # as good as killed

    with pytest.raises(SystemExit):
        worker.run_chores(now=now)
    assert found == [[]]
    assert worker.run_chores(now=now + dt.timedelta(minutes=8)) == []
    assert worker.run_chores(now=now + dt.timedelta(minutes=11)) == ["slow"]
    assert worker.run_chores(now=now + dt.timedelta(hours=24)) == ["test"]


def test_a_chore_that_ends_after_its_time_ran_out_takes_no_turn_from_who_has_it_now(chores):
    worker._chores.clear()
    now = timezone.now() + dt.timedelta(seconds=1)
    taken = now + dt.timedelta(minutes=20)
    worker.chore("slow", every=dt.timedelta(days=1))(lambda: Schedule.objects.update(next_run=taken))
    worker.run_chores(now=now)
    assert Schedule.objects.get().next_run == taken


def test_looking_for_chores_costs_one_query_and_takes_no_lock(chores, django_assert_num_queries):
    now = timezone.now()
    for number in range(20):
        worker.chore(f"more {number}", every=dt.timedelta(hours=1))(lambda: None)
    worker.run_chores(now=now)
    with django_assert_num_queries(1) as asked:
        worker.run_chores(now=now + dt.timedelta(minutes=30))
    assert asked[0]["sql"].startswith("SELECT")


def test_rows_done_long_ago_are_forgotten():
    old, new = (timezone.now() - dt.timedelta(days=days) for days in (3, 1))
    OutboxItem.objects.bulk_create([OutboxItem(kind="a", done_at=old), OutboxItem(kind="b", done_at=new)])
    OutboxItem.objects.create(kind="c", due_at=old)
    worker.forget_done()
    assert sorted(OutboxItem.objects.values_list("kind", flat=True)) == ["b", "c"]


# --- Health -------------------------------------------------------------------------------------------


def test_each_part_is_well_while_it_was_just_seen():
    for part in ("worker", "mail", "scheduler"):
        worker.heartbeat(part)
        worker.heartbeat(part)
    found = health.parts()
    assert sorted(found) == ["cache", "channel_layer", "database", "mail", "scheduler", "worker"]
    assert {name: part["ok"] for name, part in found.items()} == dict.fromkeys(found, True)
    assert health.is_well(found)


def test_a_part_not_seen_for_eight_seconds_is_not_well():
    for part in ("worker", "mail"):
        worker.heartbeat(part)
    Heartbeat.objects.filter(part="mail").update(seen_at=timezone.now() - dt.timedelta(seconds=9))
    found = health.parts()
    assert (found["worker"]["ok"], found["mail"]["ok"], found["scheduler"]["ok"]) == (True, False, False)
    assert not health.is_well(found)


def test_a_channel_layer_that_is_down_is_said_so(settings):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1"]},
        }
    }
    assert health.parts()["channel_layer"]["ok"] is False


def test_a_cache_that_is_down_is_said_so(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    assert health.parts()["cache"]["ok"] is False


def test_healthz_turns_when_a_part_stops(client, settings):
    for part in ("worker", "mail", "scheduler"):
        worker.heartbeat(part)
    assert client.get("/healthz").status_code == 200
    Heartbeat.objects.filter(part="worker").update(seen_at=timezone.now() - dt.timedelta(seconds=9))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["parts"]["worker"]["ok"]) == (503, False)


def test_a_watcher_of_health_does_not_fill_the_log(client, caplog):
    assert client.get("/healthz").status_code == 503
    assert not caplog.records
