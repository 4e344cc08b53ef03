"""What the guidance library and its pages read."""

from django.db.models import F, Q
from django.utils import timezone

from core.addresses import with_addresses
from members.pages import pages_visible_to, those_visible_to


def guidance_for(viewer, *, about=None) -> list:
    """Every item of guidance `viewer` may see, the highest authority first, then by title; with their topics.

    With `about` only those on that topic. Two or three queries, whatever the number.
    """
    from cms.models import GuidancePage

    order = {level: place for place, level in enumerate(GuidancePage.Level.values)}
    items = GuidancePage.objects.all() if about is None else GuidancePage.objects.filter(topic_links__tag=about)
    items = pages_visible_to(items, viewer).prefetch_related("topic_links__tag")
    today = timezone.localdate()
    found = with_addresses(items.defer("body"))
    superseded = set(replaced(viewer).values_list("pk", flat=True)) if found else set()
    for item in found:
        item.is_superseded = item.pk in superseded
        item.review = item.review_state(today=today)
        item.shown_topics = sorted((link.tag for link in item.topic_links.all()), key=lambda topic: topic.name)
    return sorted(found, key=lambda item: (item.is_superseded, order[item.level], item.title.casefold()))


def replaced(viewer):
    """Guidance that another item visible to `viewer` supersedes. Twin of `related_to(page, viewer)["successors"]`."""
    from cms.models import GuidancePage

    newer = pages_visible_to(GuidancePage.objects.exclude(supersedes=None), viewer)
    return GuidancePage.objects.filter(pk__in=newer.exclude(supersedes=F("pk")).values("supersedes"))


def near(page) -> list:
    """The live guidance round a page, whoever may see it, by title, each with its `address`. One query."""
    from cms.models import GuidancePage

    near = Q(pk__in=[pk for pk in (page.national_parent_id, page.supersedes_id) if pk])
    if page.pk:
        near |= Q(supersedes=page.pk) | Q(national_parent=page.pk)
    pages = GuidancePage.objects.filter(near, live=True).exclude(pk=page.pk)
    return with_addresses(pages.defer("body").order_by("title"))


def related_to(page, near: list, viewer) -> dict:
    """The guidance round a page, as far as `viewer` may see it: {"parent", "supersedes", "successors", "local_items"}.

    The first two are a page or None, the others lists by title. `near`: as the function gives them. One query at most.
    """
    found = those_visible_to(near, viewer)
    by_pk = {one.pk: one for one in found}
    return {
        "parent": by_pk.get(page.national_parent_id),
        "supersedes": by_pk.get(page.supersedes_id),
        "successors": [one for one in found if page.pk and one.supersedes_id == page.pk],
        "local_items": [one for one in found if page.pk and one.national_parent_id == page.pk],
    }


def people_of(page) -> dict:
    """The members who look after a page and approved it, by primary key, with where they work. One query or none."""
    from members.models import Member

    wanted = {pk for pk in (page.keeper_id, getattr(page, "approver_id", None)) if pk}
    return Member.objects.with_organisation().in_bulk(wanted) if wanted else {}


def provisions_of(page) -> list:
    """The provisions a page stands on, each with its `citation` (None before it is published). Two queries.

    From the page's own links, so that a preview shows what will be published.
    """
    from reference.models import Citation

    provisions = [link.provision for link in page.provision_links.select_related("provision")]
    cited = {one.provision_id: one for one in Citation.objects.of(page)} if provisions and page.pk else {}
    for provision in provisions:
        provision.citation = cited.get(provision.pk)
    return provisions


def page_for(viewer, pk: int):
    """The page of this number as its own type, or None when `viewer` may not see it."""
    from wagtail.models import Page

    page = pages_visible_to(Page.objects.filter(pk=pk), viewer).first()
    return page.specific if page is not None else None
