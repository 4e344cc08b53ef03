"""The list of provisions: which ones a reader asked for, law by law, and how many each further choice would leave."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from core.facets import Shown, address, most_frequent_first
from reference.models import Provision

FILTERS = ("kind", "topic", "checked")
LONGEST = 120


FEW = 12  # provisions that are all shown open


@dataclass(frozen=True)
class Directory:
    """What the page shows: (law, its provisions) pairs, facets, the filters that are on as (words, address without).

    `open`: each law shows its provisions at once, for they are few, or were asked for.
    """

    laws: list[tuple[str, list[Provision]]]
    count: int
    total: int
    facets: list[Shown]
    chosen: list[tuple[str, str]]
    text: str
    open: bool = True

    @property
    def letters(self) -> list[tuple[str, int]]:
        """Each first letter of a law, with the place of its first law in the list (from 1)."""
        firsts: dict[str, int] = {}
        for place, (law, _) in enumerate(self.laws, 1):
            firsts.setdefault(law[:1].upper(), place)
        return list(firsts.items())


def _values(name: str) -> Callable[[Provision], Iterable[tuple[str, str]]]:
    """What a provision counts under in a facet: (value in the address, words)."""
    return {
        "kind": lambda one: [(one.kind.replace(" ", "-"), one.get_kind_display())],
        "checked": lambda one: [(one.checked.replace(" ", "-"), one.get_checked_display())],
        "topic": lambda one: [(topic.slug, topic.name) for topic in one.topics.all()],
    }[name]


def _says(one: Provision, words: list[str]) -> bool:
    parts = (one.law, one.provision, one.other_spellings(), one.purpose, one.who_can_use_it, one.topics_text())
    said = " ".join(parts).casefold()
    return all(word in said for word in words)


def look_up(query: Mapping[str, str], provisions: Iterable[Provision]) -> Directory:
    """Filter and count in memory: there are tens of provisions, and two queries read them all with their topics.

    `query`: kind, topic (slug), checked, q. What makes no sense finds nothing and breaks nothing.
    """
    everything = list(provisions)
    asked = {name: query.get(name, "").replace("\0", "").strip()[:LONGEST] for name in FILTERS}
    text = " ".join(query.get("q", "").replace("\0", "").split())[:LONGEST]
    words = text.casefold().split()
    saying = [one for one in everything if _says(one, words)] if words else everything
    titles = {name: dict(pair for one in everything for pair in _values(name)(one)) for name in FILTERS}

    def left(without: str = "") -> list[Provision]:
        tests = [(_values(name), value) for name, value in asked.items() if value and name != without]
        return [one for one in saying if all(value in dict(values(one)) for values, value in tests)]

    def url(**changes) -> str:
        return address(asked | {"q": text} | changes)

    found = left()
    chosen = [(titles[name].get(value, value), url(**{name: ""})) for name, value in asked.items() if value]
    if text:
        chosen.append((f"“{text}”", url(q="")))
    facets = [
        _facet(name, title, left(without=name), asked=asked[name], titles=titles[name], url=url)
        for name, title in TITLES
    ]
    laws = [(law, list(group)) for law, group in groupby(found, key=lambda one: one.short_law)]
    is_open = bool(chosen) or "open" in query or len(found) <= FEW
    return Directory(laws, len(found), len(everything), facets, chosen, text, is_open)


TITLES = (("kind", "Kind"), ("checked", "Checked"), ("topic", "Topic"))


def _facet(name: str, title: str, left: list[Provision], *, asked: str, titles: dict[str, str], url) -> Shown:
    counts = Counter(value for one in left for value, _words in _values(name)(one))
    return most_frequent_first(name, title, counts, asked=asked, titles=titles, url=url)
