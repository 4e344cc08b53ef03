"""What a page of knowledge shows of other tables, the same for every reader: read once, kept until it changes."""

from collections.abc import Callable
from typing import Any

from core import caching

VERSION = 1  # raise it when the shape of anything that is kept changes, or the template of a block
NAMES = ("site", "pages", "members", "law", "glossary")  # what pages name: others, people and bodies, provisions, words


def kept_for(page, what: str, make: Callable[[], Any], *, preview: bool = False) -> Any:
    """What `make` gives of a live page, kept for all readers until the page changes, or what it names.

    Of a draft or a preview: as it has it, and not kept. Nobody may change what is given.
    """
    if preview or page.pk is None or not page.live:
        return make()
    key = f"page-{what}:{VERSION}:{page.pk}:{page.live_revision_id}"
    return caching.made_once((*NAMES, f"page:{page.pk}"), key, make)
