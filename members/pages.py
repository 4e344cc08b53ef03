"""Which pages and documents a viewer may see. Everything that lists or names one starts here.

Wagtail's view restrictions, read strictly: “login” means members who take part, “groups” those of its groups
who take part, a shared password is kept by nobody in a list. What is invisible is 404 (`cms.wagtail_hooks`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Value
from wagtail.models import BaseViewRestriction, CollectionViewRestriction, PageViewRestriction

from core.prepared import Values
from members.permissions import takes_part


@dataclass(frozen=True)
class Shut:
    """The places in the trees of pages and of collections that one viewer is kept out of: their outermost paths.

    `not_public`: the places of pages that are not for everybody.
    """

    pages: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    not_public: tuple[str, ...] = ()


def ask_once(viewer) -> Shut:
    """Ask now what is shut to `viewer`, in one query, for as long as this very object lives: one request.

    What is listed or named for them after it needs no query of its own. Only for the viewer of a request.
    """
    paths: dict[int, list[str]] = {PAGES: [], COLLECTIONS: [], NOT_PUBLIC: []}
    for which, path in _everything_shut_to(viewer):
        paths[which].append(path)
    found = Shut(*(tuple(_outermost(paths[which])) for which in (PAGES, COLLECTIONS, NOT_PUBLIC)))
    return knows_already(viewer, found)


def knows_already(viewer, found: Shut) -> Shut:
    """Let `found` be what is shut to `viewer`, for as long as this very object lives."""
    viewer.shut = found
    return found


def pages_visible_to(queryset: QuerySet, viewer) -> QuerySet:
    """The live pages of `queryset` (of Page or one of its types) that `viewer` may see. One query of its own."""
    if known := _known(viewer):
        return _outside(queryset.filter(live=True), "path", known.pages)
    shut = _shut_to(PageViewRestriction, viewer).values_list("page__path", flat=True)
    return _outside(queryset.filter(live=True), "path", shut)


def page_visible_to(page, viewer) -> bool:
    """Whether `viewer` may see this page. Twin of `pages_visible_to`, in one query."""
    if known := _known(viewer):
        return page.live and not page.path.startswith(known.pages)
    return page.live and not _stands_in(_shut_to(PageViewRestriction, viewer), "page__path", page)


def those_visible_to(pages: Iterable, viewer) -> list:
    """Those of some pages at hand that `viewer` may see: `page_visible_to` of many, in one query at most."""
    if known := _known(viewer):
        shut = known.pages
    else:
        shut = tuple(_shut_to(PageViewRestriction, viewer).values_list("page__path", flat=True))
    return [page for page in pages if page.live and not page.path.startswith(shut)]


def page_is_public(page, viewer) -> bool:
    """Whether everybody may see this page, as `viewer` was told when they were asked about, or asked for now."""
    if known := _known(viewer):
        return page.live and not page.path.startswith(known.not_public)
    return page_visible_to(page, AnonymousUser())


def documents_visible_to(queryset: QuerySet, viewer) -> QuerySet:
    """The documents (or images) of `queryset` in collections open to `viewer`. One query of its own."""
    if known := _known(viewer):
        return _outside(queryset, "collection__path", known.collections)
    shut = _shut_to(CollectionViewRestriction, viewer).values_list("collection__path", flat=True)
    return _outside(queryset, "collection__path", shut)


def document_visible_to(document, viewer) -> bool:
    """Whether `viewer` may fetch this document (or image). Twin of `documents_visible_to`."""
    if known := _known(viewer):
        return not document.collection.path.startswith(known.collections)
    return not _stands_in(_shut_to(CollectionViewRestriction, viewer), "collection__path", document.collection)


def members_who_see(page, people: QuerySet) -> QuerySet:
    """Those of `people` (members) who may see a page: the many's twin of `page_visible_to`. One query of its own."""
    if not page.live:
        return people.none()
    places = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    for restriction in PageViewRestriction.objects.filter(page__path__in=places):
        if restriction.restriction_type == BaseViewRestriction.PASSWORD:
            return people.none()
        if restriction.restriction_type == BaseViewRestriction.GROUPS:
            people = people.filter(Q(groups__in=restriction.groups.values("pk")) | Q(is_superuser=True)).distinct()
    return people.taking_part()  # type: ignore[attr-defined]


PAGES, COLLECTIONS, NOT_PUBLIC = 1, 2, 3


def known_shut(viewer) -> Shut:
    """What is shut to `viewer`, asked now unless it was before."""
    return _known(viewer) or ask_once(viewer)


def _known(viewer) -> Shut | None:
    return getattr(viewer, "shut", None)


# By what a viewer may do: the number of its member is put in for each.
_reads: dict[tuple, Values] = {}


def _everything_shut_to(viewer) -> list[tuple[int, str]]:
    """What keeps `viewer` out, and what keeps anybody out: (PAGES, path), (NOT_PUBLIC, path) …. One query."""
    if not takes_part(viewer):
        return _reads.setdefault((), Values(lambda: _both(AnonymousUser())))()
    key = (viewer.is_superuser,)
    if key not in _reads:
        from members.models import Member

        like = {"standing": Member.Standing.VOUCHED, "is_superuser": viewer.is_superuser}
        _reads[key] = Values(lambda number: _both(Member(pk=number, **like)))
    return _reads[key](viewer.pk)


def _both(viewer) -> QuerySet:
    pages = _shut_to(PageViewRestriction, viewer).values_list(Value(PAGES), "page__path")
    collections = _shut_to(CollectionViewRestriction, viewer).values_list(Value(COLLECTIONS), "collection__path")
    everybody = _shut_to(PageViewRestriction, AnonymousUser()).values_list(Value(NOT_PUBLIC), "page__path")
    return pages.union(collections, everybody, all=True)


def page_by_id(pk: int, viewer):
    """The page with this id if `viewer` may see it, else None."""
    from wagtail.models import Page

    return pages_visible_to(Page.objects.filter(pk=pk), viewer).first()


def document_by_id(pk: int, viewer):
    """The document with this id if `viewer` may fetch it, else None."""
    from core.models import CustomDocument

    return documents_visible_to(CustomDocument.objects.filter(pk=pk), viewer).first()


def _shut_to(model, viewer) -> QuerySet:
    """The restrictions that keep `viewer` out."""
    everything = model.objects.order_by()
    if not takes_part(viewer):
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
