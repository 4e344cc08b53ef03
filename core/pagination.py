"""Keyset pages: stable addresses, no totals, as fast on page 900 as on page 1."""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet


@dataclass(frozen=True)
class Page:
    """Rows of one page, in the order asked for, and the cursors of its neighbours (None where there is none)."""

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


def keyset(queryset: QuerySet, *, by: str, cursor: str = "", size: int = 20, oldest_first: bool = False) -> Page:
    """One page of `queryset`, newest or oldest first by (`by`, pk).

    `cursor` is "" for the first page, "o-…" for what is older than a place, "n-…" for what is newer.
    One query of `size` + 1 rows. A cursor that makes no sense gives the first page.
    """
    way, _, place = cursor.partition("-")
    at = decode(place) if way in {"o", "n"} else None
    onward = way if at else "n" if oldest_first else "o"  # which way rows are read
    if at:
        moment, pk = at
        than = "lt" if onward == "o" else "gt"
        beyond = Q(**{f"{by}__{than}": moment}) | Q(**{by: moment, f"pk__{than}": pk})
        queryset = queryset.filter(beyond, **{f"{by}__{than}e": moment})
    order = (by, "pk") if onward == "n" else (f"-{by}", "-pk")
    rows = list(queryset.order_by(*order)[: size + 1])
    next_page = _cursor(onward, rows[size - 1], by) if len(rows) > size else None
    rows = rows[:size]
    last_page = None
    if at:
        back = "n" if onward == "o" else "o"
        last_page = _cursor(back, rows[0], by) if rows else f"{back}-{place}"
    newer, older = (next_page, last_page) if onward == "n" else (last_page, next_page)
    return Page(rows if (onward == "n") == oldest_first else rows[::-1], newer, older)


def _cursor(way: str, row: Any, by: str) -> str:
    return f"{way}-{encode(getattr(row, by), row.pk)}"
