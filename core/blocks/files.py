"""Files that blocks choose: only those that the reader may see."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet


def _none_of_them(files: QuerySet, viewer) -> QuerySet:
    return files.none()


_visible_to: Callable[[QuerySet, Any], QuerySet] = _none_of_them


def ask_who_may_see(visible_to: Callable[[QuerySet, Any], QuerySet]) -> None:
    """Let `visible_to(files, viewer)` say which documents and images a viewer may see; told once, at the start."""
    global _visible_to
    _visible_to = visible_to


def documents_of(ids: Iterable[int], request) -> dict[int, object]:
    """Those of some documents that the reader may fetch, by id. Two queries; none for no ids."""
    from wagtail.documents import get_document_model

    if not (ids := set(ids)):
        return {}
    return _visible_to(get_document_model().objects.all(), _reader(request)).in_bulk(ids)


def pictures_of(ids: Iterable[int], request) -> set[int]:
    """Those of some images that the reader may see. Two queries; none for no ids."""
    from wagtail.images import get_image_model

    if not (ids := set(ids)):
        return set()
    images = get_image_model().objects.filter(pk__in=ids)
    return set(_visible_to(images, _reader(request)).values_list("pk", flat=True))


def _reader(request):
    return getattr(request, "user", None) or AnonymousUser()
