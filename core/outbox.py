"""The outbox: put a consequence in, name who carries it out, drain what is due."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from core import rows, wake
from core.models import OutboxItem

log = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=60)
LONGEST_WAIT = dt.timedelta(hours=1)
WORK = "worker"  # the lane of what only touches the database


@dataclass(frozen=True)
class Handler:
    """Who carries out a kind of row, in which lane, and whether it reaches outside the database."""

    act: Callable[..., None]
    lane: str = WORK
    outside: bool = False


_handlers: dict[str, Handler] = {}


class UnknownKind(LookupError):
    """An outbox row names a kind that no app registered."""


def handler(kind: str, *, lane: str = WORK, outside: bool = False):
    """Register a function as the one that carries out rows of `kind`.

    It is called with the payload as keyword arguments, inside a transaction that also marks the
    row done: what it does to the database happens exactly once. With `outside=True` (mail) it runs
    before that transaction, so that a slow server holds no lock; a crash in between runs it again,
    so it must say how it stays harmless. Each `lane` is drained by a loop of its own: a mail
    server that hangs holds up no notice.
    """

    def register(function):
        if kind in _handlers and _handlers[kind].act is not function:
            raise ValueError(f"two handlers for outbox rows of kind {kind!r}")
        _handlers[kind] = Handler(function, lane, outside)
        return function

    return register


def lanes() -> set[str]:
    """The lanes some handler asked for, beside the worker's own."""
    return {one.lane for one in _handlers.values()} - {WORK}


def put(kind: str, *, due_at: dt.datetime | None = None, **payload) -> OutboxItem:
    """Write a consequence into the outbox, in the caller's transaction; wake the worker on commit."""
    item = OutboxItem(kind=kind, payload=payload, due_at=due_at or timezone.now())
    rows.insert(item)
    if due_at is None:
        transaction.on_commit(wake.worker, robust=True)
    return item


def put_all(kind: str, payloads: Iterable[dict]) -> None:
    """Write many consequences of one kind, in a number of statements that does not grow with them; else as `put`."""
    now = timezone.now()
    if OutboxItem.objects.bulk_create(OutboxItem(kind=kind, payload=one, due_at=now) for one in payloads):
        transaction.on_commit(wake.worker, robust=True)


def _of_lane(lane: str, *, now: dt.datetime):
    # kinds nobody registered belong to the worker's lane, where their failure is written down
    due = OutboxItem.objects.due(now=now)
    if lane == WORK:
        return due.exclude(kind__in=[kind for kind, one in _handlers.items() if one.lane != WORK])
    return due.filter(kind__in=[kind for kind, one in _handlers.items() if one.lane == lane])


def lease_next(*, now: dt.datetime, lane: str = WORK) -> OutboxItem | None:
    """Take the next due row for this worker, or None. Two workers never take the same row."""
    due = _of_lane(lane, now=now)
    # SQLite has one writer at a time: looking must not take its lock when nothing is due
    if not due.exists():
        return None
    with transaction.atomic():
        item = rows.free(due).first()
        if item is None:
            return None
        item.leased_until = now + LEASE
        item.attempts += 1
        item.save(update_fields=["leased_until", "attempts"])
        return item


def carry_out(item: OutboxItem) -> bool:
    """Run the row's handler and mark it done in one transaction. False when the handler failed."""
    try:
        one = _handlers.get(item.kind)
        if one is None:
            raise UnknownKind(f"no handler for outbox rows of kind {item.kind!r}")
        if one.outside:
            one.act(**item.payload)
        with transaction.atomic():
            # locked while we work: a lease that ran out lets no second worker do it as well
            waiting = OutboxItem.objects.select_for_update().filter(pk=item.pk, done_at=None)
            if not waiting.exists():
                return True
            if not one.outside:
                one.act(**item.payload)
            changes = {"done_at": timezone.now(), "leased_until": None, "last_error": ""}
            # what went outside (a mail with a sign-in code) is not kept once it has gone
            waiting.update(**changes | ({"payload": {}} if one.outside else {}))
    except Exception as error:  # the delivery edge: one bad row must not stop the others
        log.exception("outbox row %s (%s) failed", item.pk, item.kind)
        wait = min(dt.timedelta(seconds=2 ** min(item.attempts, 12)), LONGEST_WAIT)
        OutboxItem.objects.filter(pk=item.pk, done_at=None).update(
            due_at=timezone.now() + wait, leased_until=None, last_error=repr(error)[:2000]
        )
        return False
    return True


def drain(*, most: int = 1000, lane: str = WORK) -> int:
    """Carry out what is due now in a lane, at most `most` rows; how many were taken up."""
    for taken in range(most):
        item = lease_next(now=timezone.now(), lane=lane)
        if item is None:
            return taken
        carry_out(item)
    return most
