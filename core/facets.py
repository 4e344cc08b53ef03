"""What a facet beside a list shows: links that narrow the list, each with how many items it would leave."""

from dataclasses import dataclass, field

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
