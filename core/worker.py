"""The worker and the scheduler: one loop each, in threads of the server or in a process of their own."""

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError, close_old_connections, transaction
from django.utils import timezone

from core import outbox, wake
from core.models import Heartbeat, OutboxItem, Schedule

log = logging.getLogger(__name__)

BEAT = 2.0  # seconds between looks when nobody wakes us
STALE = dt.timedelta(seconds=8)


@dataclass(frozen=True)
class Chore:
    """Something the scheduler does again and again: `run()` every `every`."""

    name: str
    every: dt.timedelta
    run: Callable[[], object]


_chores: dict[str, Chore] = {}
_sweeps: list[Callable[[], object]] = []


def chore(name: str, *, every: dt.timedelta):
    """Register a function as a chore of the scheduler."""

    def register(function):
        _chores[name] = Chore(name, every, function)
        return function

    return register


def sweep(function):
    """Register a function the worker calls at each look, such as "send the mail that is due"."""
    if function not in _sweeps:
        _sweeps.append(function)
    return function


def heartbeat(part: str) -> None:
    """Tell /healthz that `part` is alive."""
    Heartbeat.objects.update_or_create(part=part, defaults={"seen_at": timezone.now()})


def work_once() -> int:
    """Carry out everything due now: our outbox, the sweeps, Wagtail's own tasks. How many outbox rows."""
    taken = outbox.drain()
    for function in _sweeps:
        function()
    _wagtail_tasks()
    return taken


def _wagtail_tasks() -> None:
    from django_tasks_db.management.commands.db_worker import Worker

    Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False,
        max_tasks=200, worker_id=f"folkmoot-{threading.get_ident()}"[:64], excluded_queue_names=[],
    ).run()  # fmt: skip


def run_chores(*, now: dt.datetime | None = None) -> list[str]:
    """Run each chore that is due, once even with several schedulers; their names."""
    now = now or timezone.now()
    ran = []
    for item in _chores.values():
        Schedule.objects.get_or_create(name=item.name, defaults={"next_run": now})
        claimed = Schedule.objects.filter(name=item.name, next_run__lte=now).update(next_run=now + item.every)
        if claimed:
            item.run()
            ran.append(item.name)
    return ran


class Loop(threading.Thread):
    """A thread that does `act` again and again until stopped; a failure is logged, never the end."""

    def __init__(self, part: str, act: Callable[[], object], *, woken: bool):
        super().__init__(name=part, daemon=True)
        self.part, self.act, self.woken = part, act, woken
        self.stopping = threading.Event()

    def run(self):
        last_beat = None
        while not self.stopping.is_set():
            try:
                close_old_connections()
                now = timezone.now()
                if last_beat is None or now - last_beat > dt.timedelta(seconds=2):
                    heartbeat(self.part)
                    last_beat = now
                self.act()
            except OperationalError as error:  # database restarting or locked: look again soon
                log.warning("%s: the database did not answer: %s", self.part, error)
                self.stopping.wait(1)
            except Exception:  # the delivery edge: the loop must live
                log.exception("%s failed; going on", self.part)
                self.stopping.wait(1)
            finally:
                close_old_connections()
            if self.woken:
                wake.wait(BEAT)
            else:
                self.stopping.wait(BEAT)
        from django.db import connections

        connections.close_all()

    def stop(self):
        self.stopping.set()
        if self.woken:
            wake.set_local()


def parts() -> list[Loop]:
    """The worker's and the scheduler's loops, not started yet."""
    return [Loop("worker", work_once, woken=True), Loop("scheduler", run_chores, woken=False)]


@chore("publish scheduled pages", every=dt.timedelta(seconds=30))
def publish_scheduled() -> None:
    """Publish and expire Wagtail pages whose time has come."""
    from django.core.management import call_command

    call_command("publish_scheduled", verbosity=0)


@chore("forget done outbox rows", every=dt.timedelta(hours=6))
def forget_done() -> int:
    """Delete outbox rows done more than two days ago; how many."""
    old = timezone.now() - dt.timedelta(days=2)
    with transaction.atomic():
        return OutboxItem.objects.filter(done_at__lt=old).delete()[0]


@chore("clear sessions", every=dt.timedelta(hours=12))
def clear_sessions() -> None:
    from importlib import import_module

    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
