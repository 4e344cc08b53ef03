"""Words of a block as readers get them: as HTML, the terms of the glossary explained at their first use."""

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from wagtail.rich_text import RichText

try:
    from reference.glossary import explain
except ImportError:  # until the glossary's founder has written it

    def explain(html, used=None):
        return SafeString(html)


def explained(words, context) -> SafeString:
    """A block's words (plain, or rich text) as HTML, each term explained at its first use on the page.

    `context["terms_used"]`, a set shared by the blocks of a page, remembers which were.
    """
    html = str(words.__html__()) if isinstance(words, RichText) else conditional_escape(words)
    used = context.get("terms_used")
    return explain(html, set() if used is None else used)
