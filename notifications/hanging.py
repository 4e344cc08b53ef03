"""What a notice is about: read once for many notices and hung on each, so that a page of 20 costs a few queries."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet


def first(notice) -> int | None:
    """The number of the first item a notice tells of."""
    return notice.item_id


def newest(notice) -> int | None:
    """The number of the last item a notice tells of."""
    return notice.last_item_id or notice.item_id


def hang(notices: list, name: str, rows: QuerySet, number: Callable[[Any], int | None] = newest) -> None:
    """Hang on each notice, as `name`, the one of `rows` with its number; None where there is none. One query."""
    found = rows.in_bulk({number(notice) for notice in notices} - {None})
    for notice in notices:
        setattr(notice, name, found.get(number(notice)))


def hung(notice, name: str, prefetch: Callable[[list], None]) -> Any:
    """What `prefetch` hangs on a notice as `name`; it is asked for this one alone where nobody has yet."""
    if not hasattr(notice, name):
        prefetch([notice])
    return getattr(notice, name)
