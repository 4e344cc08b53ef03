"""The bars of a vote: shares in words and lengths, or why there are none to see. No database, no models."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SMALLEST = 5  # votes below which nothing of what was chosen is shown


@dataclass(frozen=True)
class Bar:
    """One option: `percent` a whole number of all votes, `first` where no other has more."""

    option: int
    words: str
    count: int
    percent: int
    first: bool = False


@dataclass(frozen=True)
class Bars:
    """A result. `why` says in words why there are no bars; `total` is how many voted, `paper` how many of them on
    paper, `behind` how many votes are not in the bars yet."""

    total: int
    paper: int = 0
    bars: tuple[Bar, ...] = ()
    why: str = ""
    behind: int = 0

    @property
    def finding(self) -> str:
        """The picture in one sentence."""
        firsts = [bar for bar in self.bars if bar.first]
        if not firsts:
            return ""
        if len(firsts) > 1:
            return f"{len(firsts)} answers come first, with {firsts[0].percent}% each."
        return f"Most chose “{firsts[0].words}”: {firsts[0].percent}%."


def too_few(phone: int, paper: int, *, closed: bool = False) -> str:
    """Why a result with so many votes, of a vote that is closed or not, stays hidden; "" when it may be seen.

    Whoever counted the paper could take it off the total: so those by phone are a group of their own, of none or of
    five and more. Once there are so many, an option with one vote is shown as well: the options add up to the total,
    so to hide one would only leave it to be worked out, and a count of one does not say whose it is.
    """
    if phone + paper == 0:
        return "Nobody voted." if closed else "Nobody has voted yet."
    if phone + paper < SMALLEST or 0 < phone < SMALLEST:
        return f"Results are shown from {SMALLEST} votes on, so that nobody can work out who chose what."
    return ""


def draw(
    options: Iterable[tuple[int, str]], phone: Mapping[int, int], paper: Mapping[int, int], *, closed: bool = False
) -> Bars:
    """The result of the options (number, words) with so many votes each by phone and on paper."""
    options = list(options)
    both = {option: phone.get(option, 0) + paper.get(option, 0) for option, _ in options}
    total, on_paper = sum(both.values()), sum(paper.values())
    if why := too_few(total - on_paper, on_paper, closed=closed):
        return Bars(total=total, paper=on_paper, why=why)
    most = max(both.values())
    bars = tuple(
        Bar(option, words, both[option], _percent(both[option], total), first=both[option] == most)
        for option, words in options
    )
    return Bars(total=total, paper=on_paper, bars=bars)


def _percent(count: int, total: int) -> int:
    return int(count * 100 / total + 0.5)
