"""What the blocks of a page lead to in the forum, as far as a reader may read it."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser


def threads_of(ids: Iterable[int], request) -> dict[int, object]:
    """Those of some threads that the reader may read, by id. One query; none for no ids."""
    from forum.models import Thread

    if not (ids := set(ids)):
        return {}
    return (
        Thread.objects.visible_to(getattr(request, "user", None) or AnonymousUser())
        .filter(removed_at=None)
        .in_bulk(ids)
    )
