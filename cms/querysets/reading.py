"""What the blocks of a page lead to in the forum, as far as a reader may read it."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from core import caching

VERSION = 1  # raise it when the shape of what is kept changes


def threads_of(ids: Iterable[int], request) -> dict[int, object]:
    """Those of some threads that the reader may read, by id, in the order of `ids`.

    They are kept, whoever may read them, until one of them changes. Then no query, or one where a space is a group's.
    """
    from forum.permissions import viewable

    if not (ids := tuple(dict.fromkeys(ids))):
        return {}
    names = tuple(f"thread:{pk}" for pk in ids)
    threads = caching.made_once(names, f"page-threads:{VERSION}:{'-'.join(map(str, ids))}", lambda: _threads(ids))
    return {thread.pk: thread for thread in viewable(getattr(request, "user", None) or AnonymousUser(), threads)}


def _threads(ids: tuple[int, ...]) -> tuple:
    """Those that are not removed, with their spaces. One query."""
    from forum.models import Thread

    found = Thread.objects.listed().select_related("space").in_bulk(ids)
    return tuple(found[pk] for pk in ids if pk in found)
