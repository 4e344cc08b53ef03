"""A hard stop for what a stranger may make the database do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction


class TooSlow(Exception):
    """The database did not finish in time; nothing was changed."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop reading after `seconds`: each statement on PostgreSQL, the whole block on SQLite. Raises TooSlow.

    For reading only: on PostgreSQL the block is a transaction of its own, or a savepoint. What it asks through
    `core.prepared` is planned once for each connection, whatever its parameters.
    """
    limit = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    try:
        with limit(seconds):
            yield
    except OperationalError as error:
        if "statement timeout" in str(error) or "interrupted" in str(error):
            raise TooSlow from error
        raise


_SET = "SELECT set_config('statement_timeout', %s, true), set_config('plan_cache_mode', %s, true)"


@contextmanager
def _on_postgresql(seconds: float) -> Iterator[None]:
    inside = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        before = ("0", "auto")
        if inside:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('plan_cache_mode')")
            before = cursor.fetchone()
        cursor.execute(_SET, [f"{int(seconds * 1000)}ms", "force_generic_plan"])
        yield
        if inside:
            # the settings end with their transaction: in one of the caller's they would outlive the block
            cursor.execute(_SET, before)


@contextmanager
def _on_sqlite(seconds: float) -> Iterator[None]:
    connection.ensure_connection()
    deadline = time.monotonic() + seconds
    database = connection.connection
    database.set_progress_handler(lambda: time.monotonic() > deadline, 20_000)
    try:
        yield
    finally:
        database.set_progress_handler(None, 0)
