"""Narrowing lists of developments: by sector, topic, kind, and by what one should do about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from horizon.querysets.lists import Row

SHOW = (("act", "Act now"), ("prepare", "Prepare"), ("watch", "Watch"))


@dataclass(frozen=True)
class Choice:
    """An option of a filter: its value in the address, its words, whether it is chosen."""

    value: str
    title: str
    chosen: bool


@dataclass(frozen=True)
class Filters:
    """The filters of a list as its form shows them; `taken`: those that are on, each (words, address without it)."""

    sectors: tuple[Choice, ...]
    topics: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    show: tuple[Choice, ...]
    taken: tuple[tuple[str, str], ...]

    @property
    def feed_query(self) -> str:
        """What a feed of the same topic and kind is asked for by: "?topic=fire", or ""."""
        lists = {"topic": self.topics, "category": self.categories}
        asked = {name: one.value for name, choices in lists.items() for one in choices if one.chosen}
        return f"?{urlencode(asked)}" if asked else ""


def narrow(rows: list[Row], query: Mapping[str, str]) -> tuple[list[Row], Filters]:
    """The rows that `query` leaves, and the filters: ?sector= &topic= &category= (one each), act, prepare, watch.

    Without any of the last three all are shown. A value that none of the rows has is no filter: an old link to a
    topic that is gone shows the list. Each parameter is asked for by name, so that what is left may be kept.
    """
    known = _known(rows)
    asked = {name: query.get(name, "") for name in known}
    asked = {name: value if value in known[name] else "" for name, value in asked.items()}
    wanted = [value for value, _title in SHOW if query.get(value)]
    shown = wanted or [value for value, _title in SHOW]
    left = [row for row in rows if _fits(row, asked) and (row.urgency in shown or not wanted)]
    kept = {name: value for name, value in asked.items() if value}
    only = dict.fromkeys(wanted, "on") if len(shown) < len(SHOW) else {}
    taken = [
        (known[name][value], f"?{urlencode({other: kept[other] for other in kept if other != name} | only)}")
        for name, value in kept.items()
    ]
    if only:
        words = [title for value, title in SHOW if value in only]
        taken.append((f"{' and '.join(words)} only", f"?{urlencode(kept)}"))
    lists = {
        name: tuple(Choice(value, title, value == asked[name]) for value, title in known[name].items())
        for name in known
    }
    checks = tuple(Choice(value, title, value in shown) for value, title in SHOW)
    return left, Filters(lists["sector"], lists["topic"], lists["category"], checks, tuple(taken))


def _known(rows: list[Row]) -> dict[str, dict[str, str]]:
    """What there is to choose from: nothing that no row has, so that no name gives away what is hidden."""
    sectors = {sector.slug: sector.name for row in rows for sector in row.sectors}
    topics = {topic.slug: topic.short for row in rows for topic in row.about}
    categories = {row.category: row.category_words for row in rows}
    return {
        "sector": sectors,
        "topic": dict(sorted(topics.items(), key=lambda pair: pair[1])),
        "category": dict(sorted(categories.items(), key=lambda pair: pair[1])),
    }


def _fits(row: Row, asked: Mapping[str, str]) -> bool:
    return (
        (not asked["sector"] or any(sector.slug == asked["sector"] for sector in row.sectors))
        and (not asked["topic"] or any(topic.slug == asked["topic"] for topic in row.about))
        and (not asked["category"] or row.category == asked["category"])
    )
