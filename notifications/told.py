"""The list in an unread notice of what it told of: `Notice.told`, as text that one statement can add to.

Each event is `;number kind item why`. Numbers rise by one and come never again in the same notice, so that a
mail is "those up to number 4" however many are taken out of the list meanwhile.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import TextField, Value
from django.db.models.functions import Concat

from notifications import kinds

# Of a list longer than this the oldest half goes: hundreds of events that one member never looked at.
LONGEST = 8000

# SQL that adds to the list of a row what is told now; "1" is its number in a row of its own.
ADDED = (
    "CASE WHEN excluded.told = '' THEN old.told ELSE "
    f"substr(old.told, CASE WHEN length(old.told) > {LONGEST} THEN {LONGEST // 2} ELSE 1 END) "
    "|| ';' || (old.told_number + 1) || substr(excluded.told, 3) END"
)
NUMBERED = "CASE WHEN excluded.told = '' THEN old.told_number ELSE old.told_number + 1 END"
# one item told for two reasons is one event
COUNTED = (
    "old.count + CASE WHEN excluded.item_id = old.last_item_id "
    "OR old.told LIKE '%% ' || excluded.item_id || ' %%' THEN 0 ELSE 1 END"
)


class Event(NamedTuple):
    """Something told: as which kind, of which item (a post), and why this member hears of it."""

    number: int
    kind: str
    item: int
    why: str

    def __str__(self):
        return f";{self.number} {self.kind} {self.item} {self.why}"


def first(kind: str, item: int, why: Any) -> Any:
    """The list of a new notice; `why` is a code or an expression that gives one."""
    if isinstance(why, str):
        return str(Event(1, kind, item, why))
    return Concat(Value(f";1 {kind} {item} "), why, output_field=TextField())


def holding(item: int, kind: str = "") -> str:
    """What the list of a notice contains that told of an item (as this kind)."""
    return f" {kind} {item} " if kind else f" {item} "


def events(told: str) -> list[Event]:
    """The events of a list, as they were told; what is left of one that was cut is left out."""
    found = []
    for line in told.partition(";")[2].split(";"):
        if line:
            number, kind, item, why = line.split(" ")
            found.append(Event(int(number), kind, int(item), why))
    return found


def words(left: Iterable[Event]) -> str:
    """The list again."""
    return "".join(str(event) for event in left)


def items(found: Iterable[Event]) -> set[int]:
    return {event.item for event in found}


def without(found: list[Event], item: int, kind: str = "") -> list[Event]:
    """The events but those of an item (as this kind)."""
    return [event for event in found if event.item != item or (kind and event.kind != kind)]


def wording(found: list[Event]) -> Event:
    """The event of some, not none, that words their notice: the first of those that matter most."""
    return max(found, key=lambda event: kinds.get(event.kind).priority)
