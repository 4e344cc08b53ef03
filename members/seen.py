"""Who sees a member's name: apps above that keep something of it follow when that changes."""

from collections.abc import Callable

from core import outbox
from members.models import Member

_acts: list[Callable[[int], None]] = []


def when_otherwise(act: Callable[[int], None]):
    """Have the worker call `act` with the id of whoever is seen by more or by fewer people than before."""
    _acts.append(act)
    return act


def otherwise(member: Member) -> None:
    """Others than before see the name of `member` now. In the transaction that changed it."""
    outbox.put("members.seen_otherwise", member=member.pk)


def tell(member: int) -> None:
    for act in _acts:
        act(member)
