"""Developments that may be the same as another: so that nobody keeps one twice."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, utils

from core.dates import PartialDate

# Of 100: how much two titles share in whatever order, and how much of the shorter one is in the longer.
ALIKE, WITHIN = 75, 90


@dataclass(frozen=True)
class Alike:
    """A development that may be the same, and why it may be."""

    development: Any
    why: str


def alike(
    title: str, *, provisions: Collection[int] = (), days: Collection[PartialDate] = (), but: int | None = None
) -> list[Alike]:
    """Developments with nearly this title, or that touch one of these provisions on one of these dates.

    `but`: the number of the development itself. Two queries; there are tens of developments, not thousands.
    """
    from horizon.models import Development, Milestone

    others = Development.objects.exclude(pk=but) if but else Development.objects.all()
    same_day: set[int] = set()
    if provisions and days:
        of_law = others.filter(provisions__in=provisions)
        same_day = set(
            Milestone.objects.filter(development__in=of_law, on__in=list(days)).values_list("development", flat=True)
        )
    found = []
    for one in others.order_by("title"):
        if title and _called_alike(title, one.title):
            found.append(Alike(one, "It is called nearly the same."))
        elif one.pk in same_day:
            found.append(Alike(one, "It touches the same law on the same date."))
    return found


def _called_alike(title: str, other: str) -> bool:
    one, two = utils.default_process(title), utils.default_process(other)
    return fuzz.token_sort_ratio(one, two) >= ALIKE or fuzz.token_set_ratio(one, two) >= WITHIN
