"""Many at once: acts that start together, each in a thread with a database connection of its own."""

import threading
import time
from collections.abc import Callable, Sequence

from django.db import connection, connections, transaction


def all_at_once(acts: Sequence[Callable]) -> list:
    """Run the acts, released together by a barrier; what each gave or raised, in their order."""
    barrier = threading.Barrier(len(acts))
    results: list = [None] * len(acts)

    def run(place, act):
        try:
            barrier.wait(timeout=30)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=90)
    return results


def second_comes_before_the_first_is_committed(first: Callable, second: Callable) -> list:
    """Do `second` when `first` is done but not committed, which it is once the other waits; what each gave or raised.

    SQLite does not say who waits: there the first goes on after half a second.
    """
    done, over = threading.Event(), threading.Event()

    def slowly():
        with transaction.atomic():
            result = first()
            done.set()
            until = time.monotonic() + (20 if connection.vendor == "postgresql" else 0.5)
            while not (over.is_set() or somebody_waits()) and time.monotonic() < until:
                time.sleep(0.02)
        return result

    def then():
        assert done.wait(timeout=30)
        try:
            return second()
        finally:
            over.set()

    return all_at_once([slowly, then])


def somebody_waits() -> bool:
    """Whether somebody in this database waits for what another holds. Always False on SQLite."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees again what it saw first
        cursor.execute(waits)
        return cursor.fetchone()[0] > 0
