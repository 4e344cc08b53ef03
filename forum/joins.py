"""What apps above offer on the forum's pages, so that the forum need not know them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A line in the list of what a moderator can do with a thread."""

    title: str
    url: str


_thread_acts: list[Callable] = []
_beside: list[Callable] = []
_audiences: list[Callable] = []


def offer_on_threads(links: Callable) -> None:
    """Offer something on thread pages: `links(thread, reader)` → list of Link; asked for moderators only."""
    _thread_acts.append(links)


def show_beside_threads(links: Callable) -> None:
    """Show pages beside threads: `links(thread, viewer)` → list of Link, only of what `viewer` may see.

    They are kept with the similar threads until any thread changes: who changes such a page touches `forum`.
    """
    _beside.append(links)


def tell_audiences(audiences: Callable) -> None:
    """Say for whom things are that threads are about: `audiences(threads)` → {thread: "public" | "members" | "few"}.

    Without those that it knows nothing of.
    """
    _audiences.append(audiences)


def audiences_of(threads: Iterable) -> dict:
    return {thread: audience for ask in _audiences for thread, audience in ask(threads).items()}


def pages_beside(thread, viewer) -> list[Link]:
    return [link for links in _beside for link in links(thread, viewer)]


def thread_links(thread, reader) -> list[Link]:
    return [link for links in _thread_acts for link in links(thread, reader)]
