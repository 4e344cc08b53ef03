"""Keyset pages: stable addresses, no totals, as fast on page 900 as on page 1."""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet


@dataclass(frozen=True)
class Page:
    """Rows of one page, newest first, and the cursors of its neighbours (None where there is none)."""

    rows: Sequence[Any]
    newer: str | None
    older: str | None


def encode(moment: dt.datetime, pk: int) -> str:
    """The address of a place in a list, such as "mfrgg2a": a moment and a row's id."""
    raw = f"{int(moment.timestamp() * 1_000_000):x}.{pk:x}"
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[dt.datetime, int] | None:
    """What `encode` was given, or None for anything else a stranger may send."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
        moment, pk = raw.split(".")
        return dt.datetime.fromtimestamp(int(moment, 16) / 1_000_000, tz=dt.UTC), int(pk, 16) % 2**63
    except (ValueError, OverflowError, OSError):
        return None


def keyset(queryset: QuerySet, *, by: str, cursor: str = "", size: int = 20) -> Page:
    """One page of `queryset`, newest first by (`by`, pk).

    `cursor` is "" for the newest, "o-…" for what is older than a place, "n-…" for what is newer.
    One query of `size` + 1 rows. A cursor that makes no sense gives the newest page.
    """
    way, _, place = cursor.partition("-")
    at = decode(place) if way in {"o", "n"} else None
    if at is None:
        rows = list(queryset.order_by(f"-{by}", "-pk")[: size + 1])
        more = len(rows) > size
        rows = rows[:size]
        return Page(rows, None, _cursor("o", rows[-1], by) if more else None)
    moment, pk = at
    if way == "o":
        older = Q(**{f"{by}__lt": moment}) | Q(**{by: moment, "pk__lt": pk})
        rows = list(queryset.filter(older, **{f"{by}__lte": moment}).order_by(f"-{by}", "-pk")[: size + 1])
        more = len(rows) > size
        rows = rows[:size]
        newer = _cursor("n", rows[0], by) if rows else f"n-{encode(moment, pk)}"
        return Page(rows, newer, _cursor("o", rows[-1], by) if more else None)
    newer_rows = Q(**{f"{by}__gt": moment}) | Q(**{by: moment, "pk__gt": pk})
    rows = list(queryset.filter(newer_rows, **{f"{by}__gte": moment}).order_by(by, "pk")[: size + 1])
    more = len(rows) > size
    rows = rows[:size][::-1]
    beyond = _cursor("o", rows[-1], by) if rows else f"o-{encode(moment, pk)}"
    return Page(rows, _cursor("n", rows[0], by) if more else None, beyond)


def _cursor(way: str, row: Any, by: str) -> str:
    return f"{way}-{encode(getattr(row, by), row.pk)}"
