"""How many organisations have done a task: what may be told of it without telling who."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

FEWEST = 5  # fewer are never told, nor can be worked out from what is


@dataclass(frozen=True)
class Shown:
    """What everybody may know: the `total` (0: too few to say), and the groups of it: [(group, how many)], most first.

    What `total` leaves beyond its groups is 0 or at least 5.
    """

    total: int = 0
    groups: tuple[tuple[Any, int], ...] = ()


def safe(counts: dict[Any, int], *, fewest: int = FEWEST) -> Shown:
    """The groups of `counts` (group → how many) with at least `fewest`, and their total, as far as they may be told.

    A group is left out where the rest, worked out by subtraction, would be a small one.
    """
    total = sum(counts.values())
    if total < fewest:
        return Shown()
    shown = sorted(((group, many) for group, many in counts.items() if many >= fewest), key=lambda one: -one[1])
    while shown and 0 < total - sum(many for _, many in shown) < fewest:
        shown.pop()
    return Shown(total, tuple(shown))


def done_by_sector(pages) -> dict[tuple[int, Any], dict[Any, int]]:
    """Of briefings (their numbers): (number, key of a task) → {sector: organisations that have done it}.

    Two queries for any number of tasks. Not to be shown as it is: see `safe`.
    """
    from horizon.models import TaskDone
    from members.models import Sector

    rows = TaskDone.objects.filter(briefing__in=pages).values_list("briefing", "key", "organisation__sector")
    counted = list(rows.annotate(many=Count("pk")).order_by("organisation__sector__order", "organisation__sector"))
    sectors = Sector.objects.in_bulk({sector for _, _, sector, _ in counted}) if counted else {}
    found: dict[tuple[int, Any], dict[Any, int]] = {}
    for page, key, sector, many in counted:
        found.setdefault((page, key), {})[sectors[sector]] = many
    return found
