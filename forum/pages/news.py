"""The bar over an open list that says what was asked since the list was shown."""

from urllib.parse import urlencode

from forum import querysets
from forum.models import Thread
from forum.pages import lists

LIVE = ("latest", "unanswered")  # the lists a new thread can come into


def news_bar(reader, name: str, filters: lists.Filters, spaces: list, *, after: int, look: bool = False) -> dict | None:
    """What `forum/_list_bar.html` shows of a list for somebody signed in; None for lists nothing new comes into, or not
    on its first page: the oldest first.

    `after`: the number of the newest thread when the list was read; `spaces`: those the reader may see.
    With `look` it counts what came since; without, it is the empty bar of a fresh page. At most two queries.
    """
    if not reader.is_authenticated or name not in LIVE or filters.oldest_first:
        return None
    here = [filters.space] if filters.space else spaces
    since = _kinds_since(reader, name, filters, after) if look else []
    what = "question" if set(since) <= {Thread.Kind.QUESTION} else "thread"
    keys = {
        "list": name, "after": after, "of": filters.of, "kind": filters.kind,
        "space": filters.space.slug if filters.space else "", "topic": filters.topic.slug if filters.topic else "",
    }  # fmt: skip
    return {
        "topics": [f"space.{space.pk}" for space in here],
        "known": max(Thread.objects.visible_to(reader).listed().newest_number(), after) if look else after,
        "live_url": "/forum/news/?" + urlencode({key: value for key, value in keys.items() if value != ""}),
        "list_url": _path(name, filters) + filters.query(),
        "count": querysets.bounded(len(since)) if since else "",
        "what": what if len(since) == 1 else f"{what}s",
        "them": "it" if len(since) == 1 else "them",
    }


def _kinds_since(reader, name: str, filters, after: int) -> list[str]:
    threads = filters.narrow(lists.LISTS[name].threads(Thread.objects.visible_to(reader).listed(), reader))
    return threads.newer_than(after).not_by(reader).kinds(most=100)


def _path(name: str, filters) -> str:
    if filters.of == "space":
        return filters.space.get_absolute_url()
    if filters.of == "topic":
        return f"/forum/topics/{filters.topic.slug}/"
    return lists.LISTS[name].path
