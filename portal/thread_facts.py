"""What a search shows of threads to everyone of an audience who may read them."""

from itertools import chain

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from core.markdown import plain
from core.prepared import Prepared
from forum.bylines import byline
from forum.models import Thread
from forum.pages import mentions
from portal import querysets

PAGE = 20  # threads shown at once

_threads = Prepared(lambda *pks: Thread.objects.for_list().filter(pk__in=pks))


def thread_facts(pks: list[int], audience: str) -> dict[int, dict]:
    """Title, address, the texts of its first posts, and the line of facts under it; of PAGE threads at most.

    Two queries, and one where somebody is mentioned.
    """
    posts = querysets.opening_posts(pks, most=PAGE)
    named = mentions.open_to(audience, chain.from_iterable(posts.values()))
    return {
        thread.pk: {
            "title": thread.title,
            "url": thread.get_absolute_url(),
            "texts": [plain(mentions.as_seen(html, named)) for html in posts.get(thread.pk, [""])],
            "facts": _facts_line(thread, audience),
        }
        for thread in _threads(*pks, *[0] * (PAGE - len(pks)))
    }


def _facts_line(thread: Thread, audience: str) -> SafeString:
    line = {"thread": thread, "by": byline(thread, audience)}
    return mark_safe(render_to_string("portal/_thread_facts.html", line).strip())
