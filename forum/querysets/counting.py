"""Counts that stop early: never a count over a whole space."""

from django.db import models
from django.db.models import Subquery

MOST_COUNTED = 100  # counts stop here and read "99+"


class UpTo(Subquery):
    """How many rows a query gives, as a value of another: `UpTo(threads.values("pk")[:MOST_COUNTED])`."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()
