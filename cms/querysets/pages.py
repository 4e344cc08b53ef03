"""Which pages and documents a viewer may see. Everything that lists or names one starts here.

Wagtail's view restrictions, read strictly: “login” means members who take part, “groups” those of its groups
who take part, a shared password is kept by nobody in a list. What is invisible is 404 (`cms.wagtail_hooks`).
"""

from django.db.models import Q, QuerySet
from wagtail.models import BaseViewRestriction, CollectionViewRestriction, PageViewRestriction


def pages_visible_to(queryset: QuerySet, viewer) -> QuerySet:
    """The live pages of `queryset` (of Page or one of its types) that `viewer` may see. One query of its own."""
    shut = _shut_to(PageViewRestriction, viewer).values_list("page__path", flat=True)
    return _outside(queryset.filter(live=True), "path", shut)


def page_visible_to(page, viewer) -> bool:
    """Whether `viewer` may see this page. Twin of `pages_visible_to`, in one query."""
    return page.live and not _stands_in(_shut_to(PageViewRestriction, viewer), "page__path", page)


def documents_visible_to(queryset: QuerySet, viewer) -> QuerySet:
    """The documents (or images) of `queryset` in collections open to `viewer`. One query of its own."""
    shut = _shut_to(CollectionViewRestriction, viewer).values_list("collection__path", flat=True)
    return _outside(queryset, "collection__path", shut)


def document_visible_to(document, viewer) -> bool:
    """Whether `viewer` may fetch this document (or image). Twin of `documents_visible_to`."""
    return not _stands_in(_shut_to(CollectionViewRestriction, viewer), "collection__path", document.collection)


def _shut_to(model, viewer) -> QuerySet:
    """The restrictions that keep `viewer` out."""
    everything = model.objects.order_by()
    if not (viewer.is_authenticated and viewer.is_taking_part()):
        return everything
    passed = Q(restriction_type=BaseViewRestriction.LOGIN)
    if viewer.is_superuser:
        passed |= Q(restriction_type=BaseViewRestriction.GROUPS)
    else:
        theirs = model.objects.filter(groups__in=viewer.groups.values("pk")).values("pk")
        passed |= Q(restriction_type=BaseViewRestriction.GROUPS, pk__in=theirs)
    return everything.exclude(passed)


def _outside(queryset: QuerySet, field: str, paths) -> QuerySet:
    within = Q()
    for path in _outermost(paths):
        within |= Q(**{f"{field}__startswith": path})
    return queryset.exclude(within) if within else queryset


def _outermost(paths) -> list[str]:
    """Without those inside another, so that the condition stays short."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept


def _stands_in(restrictions: QuerySet, field: str, node) -> bool:
    """Whether one of the restrictions is on `node` or on something above it in the tree."""
    places = [node.path[:end] for end in range(node.steplen, len(node.path) + 1, node.steplen)]
    return restrictions.filter(**{f"{field}__in": places}).exists()
