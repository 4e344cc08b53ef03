"""Words of a block as readers get them: as HTML, explained by whoever knows words."""

from collections.abc import Callable

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from wagtail.rich_text import RichText


def _as_it_is(html: str, used: set[int] | None = None) -> SafeString:
    return SafeString(html)


_explain: Callable[[str, set[int] | None], SafeString] = _as_it_is


def explain_with(explain: Callable[[str, set[int] | None], SafeString]) -> None:
    """Let `explain(html, used)` put explanations into the words of all blocks; told once, when the apps start."""
    global _explain
    _explain = explain


def explained(words, context) -> SafeString:
    """A block's words (plain, or rich text) as HTML, each term explained at its first use on the page.

    `context["terms_used"]`, a set shared by the blocks of a page, remembers which were.
    """
    html = str(words.__html__()) if isinstance(words, RichText) else conditional_escape(words)
    used = context.get("terms_used")
    return _explain(html, set() if used is None else used)
