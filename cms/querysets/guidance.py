"""What the guidance library and its pages read."""

from collections.abc import Iterable

from django.db.models import F
from django.utils import timezone

from cms.querysets.addresses import with_addresses
from cms.querysets.pages import pages_visible_to


def guidance_for(viewer) -> list:
    """Every item of guidance `viewer` may see, the highest authority first, then by title; with their topics.

    Two or three queries, whatever the number.
    """
    from cms.models import GuidancePage

    order = {level: place for place, level in enumerate(GuidancePage.Level.values)}
    items = pages_visible_to(GuidancePage.objects.all(), viewer).prefetch_related("topic_links__tag")
    today = timezone.localdate()
    found = with_addresses(items.defer("body"))
    superseded = set(replaced(viewer).values_list("pk", flat=True)) if found else set()
    for item in found:
        item.is_superseded = item.pk in superseded
        item.review = item.review_state(today=today)
        item.shown_topics = sorted((link.tag for link in item.topic_links.all()), key=lambda topic: topic.name)
    return sorted(found, key=lambda item: (item.is_superseded, order[item.level], item.title.casefold()))


def replaced(viewer):
    """Guidance that another item visible to `viewer` supersedes. Twin of `successors_of`."""
    from cms.models import GuidancePage

    newer = pages_visible_to(GuidancePage.objects.exclude(supersedes=None), viewer)
    return GuidancePage.objects.filter(pk__in=newer.exclude(supersedes=F("pk")).values("supersedes"))


def successors_of(page, viewer) -> list:
    """What replaced a page, as far as `viewer` may see it."""
    newer = pages_visible_to(page.superseded_by.all(), viewer).exclude(pk=page.pk)
    return with_addresses(newer.defer("body").order_by("title"))


def local_items_of(page, viewer) -> list:
    """Local guidance that stands under a page, by title."""
    local = pages_visible_to(page.local_items.all(), viewer).exclude(pk=page.pk)
    return with_addresses(local.defer("body").order_by("title"))


def seen(pks: Iterable[int | None], viewer) -> dict:
    """Those of these items of guidance that `viewer` may see, by primary key. One query or two; none for no key."""
    from cms.models import GuidancePage

    wanted = {pk for pk in pks if pk}
    if not wanted:
        return {}
    pages = pages_visible_to(GuidancePage.objects.filter(pk__in=wanted), viewer)
    return {page.pk: page for page in with_addresses(pages.defer("body"))}


def people_of(page) -> dict:
    """The members who look after a page and approved it, by primary key, with where they work. One query or none."""
    from members.models import Member

    wanted = {pk for pk in (page.keeper_id, getattr(page, "approver_id", None)) if pk}
    return Member.objects.with_organisation().in_bulk(wanted) if wanted else {}


def provisions_of(page) -> list:
    """The provisions a page stands on, each with its `citation` (None before it is published). Two queries.

    From the page's own links, so that a preview shows what will be published.
    """
    from reference.models import Citation, Provision

    pks = [link.provision_id for link in page.provision_links.all()]
    if not pks:
        return []
    cited = {}
    if page.pk:
        for citation in Citation.objects.of(page):
            cited[citation.provision_id] = citation
    found = Provision.objects.in_bulk(pks)
    provisions = [found[pk] for pk in pks if pk in found]
    for provision in provisions:
        provision.citation = cited.get(provision.pk)
        if provision.citation:
            provision.citation.provision = provision
    return provisions


def page_for(viewer, pk: int):
    """The page of this number as its own type, or None when `viewer` may not see it."""
    from wagtail.models import Page

    page = pages_visible_to(Page.objects.filter(pk=pk), viewer).first()
    return page.specific if page is not None else None
