"""Counts that stop early: never a count over a whole space."""

from django.db import models
from django.db.models import Subquery

MOST_COUNTED = 100  # counts stop here and read "99+"


def bounded(count: int) -> str:
    """A count as it is written: "99+" past what is counted."""
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)


class UpTo(Subquery):
    """How many rows a query gives, as a value of another: `UpTo(threads.values("pk")[:MOST_COUNTED])`."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()
