"""Facets of a list of knowledge: links that narrow it, each with how many items it would leave."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.facets import SHORT, Choice, Shown, address


@dataclass(frozen=True)
class Facet:
    """What a list can be narrowed by: `values(item)` → the keys it counts under; `titles`: key → words, in order."""

    name: str
    title: str
    values: Callable[[Any], Iterable[str]]
    titles: Mapping[str, str]
    in_order: bool = False  # of `titles`; else the most frequent first


@dataclass(frozen=True)
class Narrowed:
    """The items that are left, the facets round them, and the filters that are on, each with the way back."""

    items: list
    total: int
    facets: list[Shown]
    chosen: list[tuple[str, str]]
    kept: dict[str, str]

    def url(self, **changes: str) -> str:
        """This list with other words in its query."""
        return address(self.kept | changes)


def narrow(items: Iterable, facets: list[Facet], query: Mapping[str, str], **also: str) -> Narrowed:
    """Narrow `items` to what `query` asks for; `also`: what else its links keep, such as a sort.

    A value that no facet knows is not a filter: an old link to a topic that is gone shows the list.
    Counted in memory: a library has hundreds of items, and one query reads them all.
    """
    items = list(items)
    asked = {one.name: query.get(one.name, "") for one in facets if query.get(one.name, "") in one.titles}
    kept = asked | also

    def left(without: str = "") -> list:
        on = [(one, asked[one.name]) for one in facets if one.name in asked and one.name != without]
        return [item for item in items if all(value in one.values(item) for one, value in on)]

    shown = [_shown(one, left(without=one.name), asked.get(one.name, ""), kept) for one in facets]
    chosen = [
        (one.titles[asked[one.name]], address(kept | {one.name: ""})) for one in facets if one.name in asked
    ]  # fmt: skip
    return Narrowed(left(), len(items), [one for one in shown if one.choices], chosen, kept)


def _shown(facet: Facet, items: list, asked: str, kept: dict[str, str]) -> Shown:
    counts = Counter(value for item in items for value in facet.values(item))
    if asked:
        counts.setdefault(asked, 0)
    order = {value: place for place, value in enumerate(facet.titles)}
    values = [value for value in counts if value in order]
    values.sort(key=lambda value: (0 if facet.in_order else -counts[value], order[value]))
    choices = [
        Choice(
            facet.titles[value], counts[value],
            address(kept | {facet.name: "" if value == asked else value}), value == asked,
        )
        for value in values
    ]  # fmt: skip
    if facet.in_order or len(choices) <= SHORT + 1:
        return Shown(facet.name, facet.title, choices)
    return Shown(facet.name, facet.title, choices[:SHORT], sorted(choices[SHORT:], key=lambda one: one.title))
