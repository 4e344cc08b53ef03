"""The words of a page of knowledge as HTML, rendered once for all readers who are shown the same in them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from cms.blocks.excerpt import excerpts_for
from cms.querysets.shared import kept_for
from core.blocks.files import documents_of, pictures_of
from core.blocks.reading import chosen, digest


@dataclass(frozen=True)
class Shown:
    """What one reader gets of what a page's blocks choose, each by id: all that blocks know of who reads.

    `excerpts`: as `excerpts_for` gives them; `pictures`: the ids of those that may be seen.
    """

    threads: Mapping[int, Any] = field(default_factory=dict)
    documents: Mapping[int, Any] = field(default_factory=dict)
    pictures: frozenset[int] = frozenset()
    excerpts: Mapping[int, dict] = field(default_factory=dict)

    def digest(self) -> str:
        """Different whenever a block would show something else.

        Files are not spelt out: "pages" is touched when one changes.
        """
        threads = [
            (pk, one.title, one.get_absolute_url(), one.is_answered(), one.replies_in_words())
            for pk, one in sorted(self.threads.items())
        ]
        said = (threads, sorted(self.documents), sorted(self.pictures), sorted(self.excerpts.items()))
        return hashlib.sha256(repr(said).encode()).hexdigest()


def shown_to(page, request, threads: Mapping[int, Any]) -> Shown:
    """What the blocks of a page may show the reader of a request. `threads`: those of the page that they may read."""
    named = chosen(page, "thread")
    return Shown(
        threads={pk: threads[pk] for pk in named if pk in threads},
        documents=documents_of(chosen(page, "download"), request),
        pictures=frozenset(pictures_of(chosen(page, "image"), request)),
        excerpts=excerpts_for(page, request),
    )


def rendered(
    page, names: Iterable[str], shown: Shown, *, preview: bool, heading_level: int = 2
) -> dict[str, SafeString]:
    """The blocks of each stream of `names` as HTML; words are explained where they are used first in all of them.

    Blocks see the page and what is `shown`, and nothing of the request.
    """
    names = tuple(names)
    if preview:
        return _rendered(page, names, shown, heading_level)
    what = f"words:{heading_level}:{digest(page)[:20]}:{shown.digest()[:20]}"
    return kept_for(page, what, lambda: _rendered(page, names, shown, heading_level))


def _rendered(page, names: Iterable[str], shown: Shown, heading_level: int) -> dict[str, SafeString]:
    context = {
        "page": page, "heading_level": heading_level, "terms_used": set(), "threads": shown.threads,
        "documents": shown.documents, "pictures": shown.pictures, "excerpts": shown.excerpts,
    }  # fmt: skip
    return {name: mark_safe(getattr(page, name).render_as_block(context)) for name in names}
