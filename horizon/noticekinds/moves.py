"""A moved date in words: what it was, and what it is now, as far as each is known."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from core.dates import PartialDate
from horizon.models import MilestoneMove
from horizon.words import sure, told


@dataclass(frozen=True)
class Moved:
    """A step whose date is another one: from the first to the last of its moves."""

    what: str
    was: PartialDate | None
    became: PartialDate | None
    called_off: bool
    confirmed: bool

    def in_words(self) -> str:
        """“now 14 May 2027 (it was March 2027)”, “now 2027, expected (it had no date)”, “it will not happen (…)”."""
        if self.called_off:
            return f"it will not happen (it was {self.was.words()})" if self.was else "it will not happen"
        if self.was == self.became:
            return f"it moved and moved back to {self.became.words()}" if self.became else "it has no date again"
        if self.became is None:
            return f"no date yet (it was {self.was.words()})" if self.was else "no date yet"
        unsure = sure(self.became, confirmed=self.confirmed, called_off=False, today=timezone.localdate())
        before = f"it was {self.was.words()}" if self.was else "it had no date"
        return f"now {told(self.became, unsure)} ({before})"


def together(moves: Iterable[MilestoneMove]) -> list[Moved]:
    """The moves of each step as one: what will not happen first, then in the order they first moved.

    `moves` come in their own order.
    """
    by_step: dict[int, list[MilestoneMove]] = {}
    for move in moves:
        by_step.setdefault(move.milestone_id, []).append(move)
    found = []
    for steps in by_step.values():
        milestone = steps[0].milestone
        called_off, confirmed = milestone.called_off, milestone.confirmed
        found.append(Moved(milestone.what, steps[0].was, steps[-1].became, called_off, confirmed))
    return sorted(found, key=lambda one: not one.called_off)
