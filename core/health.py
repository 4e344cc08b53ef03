"""The state of each part of the running site, for /healthz and for people who look after it."""

import asyncio
import time
from typing import Any

from channels.layers import get_channel_layer
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils import timezone

from core import live, worker
from core.models import Heartbeat, OutboxItem

PATIENCE = 2  # seconds the channel layer has to answer


def parts() -> dict[str, dict[str, Any]]:
    """Each part and how it is: {"database": {"ok": True, …}, "cache", "channel_layer", "worker", "mail", "scheduler"}.

    A loop is stale when it was not seen for 8 seconds. Never raises; at most a few seconds when a server hangs.
    """
    found = {"database": _database(), "cache": _cache(), "channel_layer": _channel_layer()}
    return found | _loops(found["database"]["ok"])


def is_well(found: dict[str, dict[str, Any]]) -> bool:
    """Whether every part of what `parts()` gave is well."""
    return all(part["ok"] for part in found.values())


def _database() -> dict[str, Any]:
    start = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waiting = OutboxItem.objects.due(now=timezone.now()).order_by()[:1000].count()
    except DatabaseError as error:
        return {"ok": False, "says": type(error).__name__}
    return {"ok": True, "engine": connection.vendor, "ms": _since(start), "outbox_waiting": waiting}


def _cache() -> dict[str, Any]:
    start = time.monotonic()
    try:
        cache.set("health", "well", 30)
        ok = cache.get("health") == "well"
    except Exception as error:  # whatever the server's client raises: it is not well
        return {"ok": False, "says": type(error).__name__}
    return {"ok": ok, "ms": _since(start)}


def _channel_layer() -> dict[str, Any]:
    start = time.monotonic()

    async def send():
        await get_channel_layer().group_send("health", {"type": "health"})

    sending = send()
    try:
        asyncio.run_coroutine_threadsafe(sending, live.sending_loop()).result(PATIENCE)
    except Exception as error:  # as above
        sending.close()
        return {"ok": False, "says": type(error).__name__}
    return {"ok": True, "shared": live.is_shared(), "ms": _since(start)}


def _loops(database_answers: bool) -> dict[str, dict[str, Any]]:
    names = [*worker.part_names(), "scheduler"]
    if not database_answers:
        return {name: {"ok": False, "says": "not known: the database does not answer"} for name in names}
    seen = dict(Heartbeat.objects.values_list("part", "seen_at"))
    now = timezone.now()
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        if name not in seen:
            found[name] = {"ok": False, "says": "never seen"}
            continue
        age = now - seen[name]
        found[name] = {"ok": age <= worker.STALE, "seen_seconds_ago": round(age.total_seconds(), 1)}
    return found


def _since(start: float) -> float:
    return round((time.monotonic() - start) * 1000, 1)
