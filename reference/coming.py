"""What is coming for a provision of law: apps above tell it, as far as a reader may see it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Coming:
    """One change that touches a provision, such as a briefing: `when` in words; `past`: it is behind us."""

    title: str
    url: str
    when: str
    past: bool = False


Tell = Callable[[int, object], Iterable[Coming]]
_tellers: list[tuple[Tell, tuple[str, ...]]] = []


def register(tell: Tell, *names: str) -> None:
    """Let an app tell of what is coming: `tell(provision id, viewer)` → Coming, only of what `viewer` may see.

    `names` are touched (`core.caching`) whenever it would tell something else. Called when apps start.
    """
    _tellers.append((tell, names))


def of(provision, viewer) -> list[Coming]:
    """All that is known to come for a provision, what is still to come first."""
    found = [one for tell, _names in _tellers for one in tell(provision.pk, viewer)]
    return sorted(found, key=lambda one: one.past)


def cache_names() -> set[str]:
    """The names that a page which shows it depends on."""
    return {name for _tell, names in _tellers for name in names}
