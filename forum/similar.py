"""Questions like the one being typed, or like the one being read."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from rapidfuzz import fuzz

from core import textsearch
from core.markdown import excerpt, plain
from forum.bylines import MEMBERS, PUBLIC
from forum.models import Thread
from forum.pages import mentions

log = logging.getLogger(__name__)

ROUGH = 40  # candidates of the index that are looked at more closely
SHORTEST = 8  # characters: with less typed there is nothing to compare
# A match shares two of the question's telling words, and this much of them.
LEAST_SHARED = 0.34
# Any word may turn up in a long text: unless two of them stand in the title or the topics, it shares half of all
# when one stands there, and when none does, nearly all of three or more. What shares less is like it by chance.
SHARED_WITH_ONE_ABOVE, SHARED_BELOW, LEAST_BELOW = 0.5, 0.8, 3
CLOSE = 0.5  # and is at least half as good as the best
KEEP = 3600  # seconds that the neighbours of a thread are kept


@dataclass(frozen=True)
class Match:
    """A thread that may hold the answer already. `score` is 0 to 1, `excerpt` from its accepted answer or opening."""

    thread: Thread
    score: float
    excerpt: str


def similar_questions(text: str, *, member, limit: int = 5, but: int | None = None) -> list[Match]:
    """Threads that `member` may read and that are like `text` (a title, or a few lines), best first.

    Three queries, whatever is found, one or two more where people are mentioned; none for a text too short to
    compare. `but` leaves out a thread's own number.
    """
    words = textsearch.words_of(text)
    if len(text.strip()) < SHORTEST or not words:
        return []
    visible = Thread.objects.visible_to(member).listed()  # a moderator may read what is removed, but it helps nobody
    return _matches(visible.exclude(pk=but) if but else visible, words, MEMBERS)[:limit]


def _matches(threads, words: list[str], audience: str) -> list[Match]:
    """Those of `threads` that are like these words, best first; none that is less than half as good as the best.

    Their posts are weighed and quoted as everyone of an audience reads them.
    """
    rough = dict(textsearch.candidates(threads, words, limit=ROUGH))
    if not rough:
        return []
    best = max(rough.values())
    rows = threads.with_opening().in_bulk(list(rough))
    said = [html for thread in rows.values() for html in (thread.opening_html or "", _answer(thread))]
    said = mentions.shown(audience, said)
    matches = [
        _match(thread, words, rough[pk] / best, opening, answered)
        for (pk, thread), opening, answered in zip(rows.items(), said[::2], said[1::2], strict=True)
    ]
    found = sorted((match for match in matches if match), key=lambda match: (-match.score, -match.thread.pk))
    return [match for match in found if match.score >= CLOSE * found[0].score]


def _answer(thread: Thread) -> str:
    """The HTML of its accepted answer, or ""."""
    answer = thread.accepted_answer
    return answer.html if answer is not None and answer.is_visible() else ""


def _match(thread: Thread, words: list[str], rough: float, opening: str, answered: str) -> Match | None:
    """A candidate weighed once more: its share of the words, and how alike the words of the titles are."""
    stems = {textsearch.stem(word) for word in words}
    title = [textsearch.stem(word) for word in textsearch.words_of(thread.title)]
    above = {*title, *textsearch.stems_of(_topics(thread))}
    own = above | textsearch.stems_of(f"{plain(opening)} {plain(answered)}")
    shared = _shared(stems, own)
    share = shared / len(stems)
    if not _by_more_than_chance(shared, share, least=min(2, len(stems)), above=_shared(stems, above)):
        return None
    alike = fuzz.token_set_ratio(" ".join(sorted(stems)), " ".join(title)) / 100
    score = 0.7 * rough + 0.15 * share + 0.15 * alike
    return Match(thread, score, excerpt(answered or opening, 140))


def _shared(stems: Iterable[str], words: Iterable[str]) -> int:
    """How many of the stems some of the words begin with."""
    return sum(any(word.startswith(stem) for word in words) for stem in stems)


def _by_more_than_chance(shared: int, share: float, *, least: int, above: int) -> bool:
    if shared < least or share < LEAST_SHARED:
        return False
    if above >= 2:
        return True
    return share >= SHARED_WITH_ONE_ABOVE if above else share >= SHARED_BELOW and shared >= LEAST_BELOW


def similar_to(thread: Thread, member, *, limit: int = 4) -> list[Thread]:
    """Threads like `thread` that `member` may read, best first, for the rail of its page.

    Who is like whom is kept for everyone until the thread changes; who may read them is asked each time:
    one read of the cache and one query.
    """
    near = _kept_neighbours(thread)
    readable = Thread.objects.visible_to(member).listed().in_bulk(near)
    return [readable[pk] for pk in near if pk in readable][:limit]


def heading_of(threads: Iterable[Thread]) -> str:
    """What stands over threads that were found: not all are questions."""
    return "Similar questions" if all(thread.is_question() for thread in threads) else "Similar threads"


def _kept_neighbours(thread: Thread) -> list[int]:
    """Numbers of threads like `thread`, best first, whoever may read them; from the cache while it changes not."""
    key = f"similar:{thread.pk}:{thread.change_no}"
    try:
        near = cache.get(key)
    except Exception as error:  # the cache is a comfort: without it the page costs more
        log.warning("the neighbours of a thread are not kept: %r", error)
        return _neighbours(thread)
    if near is None:
        near = _neighbours(thread)
        cache.set(key, near, KEEP)
    return near


def _neighbours(thread: Thread) -> list[int]:
    """Threads that share enough of this one's telling words, and one in title or topics at least; best first.

    In a long text any word may turn up: those alone made strangers neighbours.
    """
    words = textsearch.words_of(f"{thread.title} {_topics(thread)}")
    others = Thread.objects.exclude(pk=thread.pk).filter(removed_at=None)
    stems = tuple(textsearch.stem(word) for word in words)
    return [
        match.thread.pk
        for match in _matches(others, words, PUBLIC)
        if any(word.startswith(stems) for word in textsearch.stems_of(f"{match.thread.title} {_topics(match.thread)}"))
    ]


def _topics(thread: Thread) -> str:
    return " ".join(topic.name for topic in thread.topics.all())
