"""An act that the database turned away because it was busy is done again, from its beginning."""

import functools
import logging
import random
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection, transaction

log = logging.getLogger(__name__)

PATIENCE = 60  # seconds after which the refusal is passed on; each wait for SQLite's lock takes up to its own timeout
FIRST_WAIT, LONGEST_WAIT = 0.01, 0.5  # seconds between two tries, drawn by lot below these
# Of PostgreSQL: serialisation failure, deadlock, lock not available.
PASSING = frozenset({"40001", "40P01", "55P03"})


def retried(act: Callable[..., Any]) -> Callable[..., Any]:
    """Run `act` in a transaction; when another held what it needed for too long, run all of it again.

    Inside somebody else's transaction it runs once: that one would have to begin again.
    """

    @functools.wraps(act)
    def run(*args, **kwargs):
        if connection.in_atomic_block:
            with transaction.atomic():
                return act(*args, **kwargs)
        return _until_through(lambda: act(*args, **kwargs))

    return run


def _until_through(act: Callable[[], Any]) -> Any:
    until, wait = time.monotonic() + PATIENCE, FIRST_WAIT
    while True:
        try:
            with transaction.atomic():
                return act()
        except OperationalError as error:
            if not passes(error) or time.monotonic() > until:
                raise
            log.info("the database was busy, doing it again: %s", error)
            time.sleep(random.uniform(0, wait))
            wait = min(wait * 2, LONGEST_WAIT)


def passes(error: OperationalError) -> bool:
    """Whether the same may go well in a moment: another held a lock for too long, or both waited for each other."""
    code = getattr(error.__cause__, "sqlstate", None)
    return code in PASSING if code else "is locked" in str(error)
