"""The outbox: put a consequence in, name who carries it out, drain what is due."""

import datetime as dt
import logging
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from core import wake
from core.models import OutboxItem

log = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=60)
LONGEST_WAIT = dt.timedelta(hours=1)

_handlers: dict[str, Callable[..., None]] = {}


class UnknownKind(LookupError):
    """An outbox row names a kind that no app registered."""


def handler(kind: str):
    """Register a function as the one that carries out rows of `kind`.

    It is called with the payload as keyword arguments, inside a transaction that also marks the
    row done: what it does to the database happens exactly once. What it does outside (mail) may
    happen again after a crash, so it must say how it stays harmless.
    """

    def register(function):
        if kind in _handlers and _handlers[kind] is not function:
            raise ValueError(f"two handlers for outbox rows of kind {kind!r}")
        _handlers[kind] = function
        return function

    return register


def put(kind: str, *, due_at: dt.datetime | None = None, **payload) -> OutboxItem:
    """Write a consequence into the outbox, in the caller's transaction; wake the worker on commit."""
    item = OutboxItem.objects.create(kind=kind, payload=payload, due_at=due_at or timezone.now())
    if due_at is None:
        transaction.on_commit(wake.worker, robust=True)
    return item


def lease_next(*, now: dt.datetime) -> OutboxItem | None:
    """Take the next due row for this worker, or None. Two workers never take the same row."""
    with transaction.atomic():
        rows = OutboxItem.objects.due(now=now)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        item = rows.first()
        if item is None:
            return None
        item.leased_until = now + LEASE
        item.attempts += 1
        item.save(update_fields=["leased_until", "attempts"])
        return item


def carry_out(item: OutboxItem) -> bool:
    """Run the row's handler and mark it done in one transaction. False when the handler failed."""
    try:
        with transaction.atomic():
            try:
                function = _handlers[item.kind]
            except KeyError:
                raise UnknownKind(f"no handler for outbox rows of kind {item.kind!r}") from None
            function(**item.payload)
            OutboxItem.objects.filter(pk=item.pk, done_at=None).update(
                done_at=timezone.now(), leased_until=None, last_error=""
            )
    except Exception as error:  # the delivery edge: one bad row must not stop the others
        log.exception("outbox row %s (%s) failed", item.pk, item.kind)
        wait = min(dt.timedelta(seconds=2 ** min(item.attempts, 12)), LONGEST_WAIT)
        OutboxItem.objects.filter(pk=item.pk).update(
            due_at=timezone.now() + wait, leased_until=None, last_error=repr(error)[:2000]
        )
        return False
    return True


def drain(*, most: int = 1000) -> int:
    """Carry out what is due now, at most `most` rows; how many were taken up."""
    for taken in range(most):
        item = lease_next(now=timezone.now())
        if item is None:
            return taken
        carry_out(item)
    return most
