"""Durable consequences: rows written in the transaction of an act, carried out by the worker."""

import datetime as dt

from django.db import models
from django.utils import timezone


class OutboxItemQuerySet(models.QuerySet):
    def waiting(self):
        """Not carried out yet, whether due or not."""
        return self.filter(done_at=None)

    def due(self, *, now: dt.datetime):
        """To be carried out now: due, and not leased to a worker that is still alive."""
        free = models.Q(leased_until=None) | models.Q(leased_until__lte=now)
        return self.waiting().filter(free, due_at__lte=now).order_by("due_at", "pk")


class OutboxItem(models.Model):
    """One consequence to carry out: `kind` names its handler, `payload` its keyword arguments.

    A worker leases the row; when it is killed the lease runs out and the row runs again, so every
    handler is idempotent. A row whose handler keeps failing waits longer each time.
    """

    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects = OutboxItemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="outbox_due", condition=models.Q(done_at=None)),
            models.Index(fields=["done_at"], name="outbox_done"),
        ]

    def __str__(self):
        return f"{self.kind} {self.payload}"


class Schedule(models.Model):
    """A chore that comes back: its name, and when it is next to run."""

    name = models.CharField(max_length=60, unique=True)
    next_run = models.DateTimeField()

    def __str__(self):
        return f"{self.name} at {self.next_run:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When a part of the running site (worker, scheduler) was last seen alive; /healthz reads it."""

    part = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self):
        return f"{self.part} seen {self.seen_at:%H:%M:%S}"
