"""The worker and the scheduler: one loop each, in threads of the server or in a process of their own."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections, transaction
from django.utils import timezone

from core import outbox, wake
from core.models import Heartbeat, OutboxItem, Schedule

log = logging.getLogger(__name__)

BEAT = 2.0  # seconds between looks when nobody wakes us
STALE = dt.timedelta(seconds=8)
AT_ONCE = 200  # outbox rows carried out between two heartbeats
TURN = dt.timedelta(minutes=10)  # longer than any chore takes: then another scheduler may think it killed
AGAIN = dt.timedelta(minutes=5)  # until a chore that failed is tried once more


@dataclass(frozen=True)
class Chore:
    """Something the scheduler does again and again: `run()` every `every`."""

    name: str
    every: dt.timedelta
    run: Callable[[], object]


_chores: dict[str, Chore] = {}
_sweeps: dict[str, list[Callable[[], object]]] = {}


def chore(name: str, *, every: dt.timedelta):
    """Register a function as a chore of the scheduler."""

    def register(function):
        _chores[name] = Chore(name, every, function)
        return function

    return register


def sweep(part: str = "worker"):
    """Register a function the loop of `part` calls at each look, such as "send the mail that is due".

    Each part is a loop of its own ("worker", "mail"), so that a mail server that hangs holds up no notice.
    """

    def register(function):
        functions = _sweeps.setdefault(part, [])
        if function not in functions:
            functions.append(function)
        return function

    return register


def heartbeat(part: str) -> None:
    """Tell /healthz that `part` is alive."""
    now = timezone.now()
    if not Heartbeat.objects.filter(part=part).update(seen_at=now):
        Heartbeat.objects.get_or_create(part=part, defaults={"seen_at": now})


def work_once() -> int:
    """Carry out everything due now: our outbox, the sweeps, Wagtail's own tasks. How many outbox rows."""
    taken = 0
    for part in part_names():
        taken += _look(part)
    return taken


def _look(part: str) -> int:
    if part == "worker":
        taken = outbox.drain(most=AT_ONCE)
        _wagtail_tasks()
    else:
        taken = outbox.drain(most=AT_ONCE, lane=part)
    for function in _sweeps.get(part, ()):
        function()
    if taken == AT_ONCE and part == "worker":
        wake.set_local()
    return taken


def part_names() -> list[str]:
    """The parts that carry things out: the worker first, then those with a lane or a sweep of their own."""
    return ["worker", *sorted((set(_sweeps) | outbox.lanes()) - {"worker"})]


def _wagtail_tasks() -> None:
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    # asked first: taking the lock of SQLite at each look would hold up people's own writes
    if not DBTaskResult.objects.ready().exists():
        return
    Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False,
        max_tasks=200, worker_id=f"folkmoot-{threading.get_ident()}"[:64], excluded_queue_names=[],
    ).run()  # fmt: skip


def run_chores(*, now: dt.datetime | None = None) -> list[str]:
    """Run each chore that is due, once even with several schedulers; the names of those that ran to their end."""
    ran, look = [], now or timezone.now()
    # asked first, all in one: a claim takes the lock of SQLite even where it finds nothing to claim
    next_runs = dict(Schedule.objects.filter(name__in=_chores).values_list("name", "next_run"))
    for item in _chores.values():
        if item.name not in next_runs:
            Schedule.objects.get_or_create(name=item.name, defaults={"next_run": look})
        elif next_runs[item.name] > look:
            continue
        if _take_turn(item, now or timezone.now()):
            ran.append(item.name)
    return ran


def _take_turn(item: Chore, now: dt.datetime) -> bool:
    """Run a chore if nobody else took this turn; whether it ran to its end.

    One that fails, or is killed, is tried again within minutes; then too by one scheduler alone.
    """
    taken = now + min(item.every, TURN)
    if not Schedule.objects.filter(name=item.name, next_run__lte=now).update(next_run=taken):
        return False
    try:
        item.run()
        next_run, done = now + item.every, True
    except Exception:  # the delivery edge: one chore must not stop the others
        log.exception("the chore %r failed; it is tried again", item.name)
        next_run, done = now + min(item.every, AGAIN), False
    if next_run != taken:
        Schedule.objects.filter(name=item.name, next_run=taken).update(next_run=next_run)
    return done


class Loop(threading.Thread):
    """A thread that does `act` again and again until stopped; a failure is logged, never the end."""

    def __init__(self, part: str, act: Callable[[], object], *, woken: bool):
        super().__init__(name=part, daemon=True)
        self.part, self.act = part, act
        self.stopping = threading.Event()
        self.bell = wake.sleeper() if woken else self.stopping
        self._last_beat = float("-inf")

    def run(self):
        while not self.stopping.is_set():
            try:
                close_old_connections()
                self._beat()
                self._keep_connections()
                self.act()
            except (OperationalError, InterfaceError) as error:  # database restarting or locked: look again soon
                log.warning("%s: the database did not answer: %s", self.part, error)
                connections.close_all()
                self.stopping.wait(1)
            except Exception:  # the delivery edge: the loop must live
                log.exception("%s failed; going on", self.part)
                self.stopping.wait(1)
            finally:
                close_old_connections()
            self.bell.wait(BEAT)
            if not self.stopping.is_set():
                self.bell.clear()
        wake.forget(self.bell)
        connections.close_all()

    def _beat(self) -> None:
        if time.monotonic() - self._last_beat >= BEAT * 0.9:
            heartbeat(self.part)
            self._last_beat = time.monotonic()

    def _keep_connections(self) -> None:
        """Let a connection to SQLite outlive a look. A request closes its own, so that each look and each of Wagtail's
        tasks would open a new one, and the last to close writes the whole log back; PostgreSQL's come from a pool."""
        for connection in connections.all(initialized_only=True):
            if connection.vendor == "sqlite":
                connection.close_at = None

    def stop(self):
        self.stopping.set()
        self.bell.set()


def parts() -> list[Loop]:
    """The loops of everything that carries things out, and the scheduler's; not started yet."""
    loops = [Loop(part, partial(_look, part), woken=True) for part in part_names()]
    return [*loops, Loop("scheduler", run_chores, woken=False)]


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
