"""What a facet beside a list shows: links that narrow the list, each with how many items it would leave."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

SHORT = 8  # longer facets show the most frequent, and the rest behind “More”


@dataclass(frozen=True)
class Choice:
    """A link of a facet: how many items it leaves, and where it leads."""

    title: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class Shown:
    """A facet with its links."""

    name: str
    title: str
    choices: list[Choice]
    more: list[Choice] = field(default_factory=list)


def most_frequent_first(
    name: str, title: str, counts: Counter, *, asked: str, titles: Mapping[str, str], url: Callable[..., str]
) -> Shown:
    """A facet of what `counts` holds: the value asked for first, then the most frequent; the rest behind “More”.

    `titles`: value → words, where they differ; `url(kind="duty")`: where the list with this value is.
    """
    if asked:
        counts.setdefault(asked, 0)
    choices = [
        Choice(titles.get(value, value), counts[value], url(**{name: "" if value == asked else value}), value == asked)
        for value in sorted(counts, key=lambda value: (value != asked, -counts[value], value))
    ]
    return Shown(name, title, choices[:SHORT], sorted(choices[SHORT:], key=lambda choice: choice.title))


def address(query: Mapping[str, str]) -> str:
    """ "?level=law&sort=a-z"; "?" for nothing: the list itself."""
    kept = {name: value for name, value in query.items() if value}
    return f"?{urlencode(kept)}"
