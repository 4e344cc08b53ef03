"""What the start pages read."""

import re
from dataclasses import dataclass
from typing import Any

from core.blocks.reading import reading_minutes
from members.pages import pages_visible_to


def start_pages(viewer) -> list:
    """The start pages `viewer` may see, in the order of the page tree, each with its `item_count`. Two queries."""
    from django.db.models import Count

    from cms.models import StartPage

    starts = pages_visible_to(StartPage.objects.all(), viewer).annotate(item_count=Count("items"))
    return list(starts.order_by("path"))


@dataclass(frozen=True)
class Item:
    """One thing to read as a newcomer gets it. `minutes` is None where nobody knows."""

    title: str
    url: str
    why: str
    minutes: int | None
    kind: str = ""


def items_of(page, viewer) -> list[Item]:
    """What a start page names that `viewer` may see, in order. A query for each kind of page, and two more."""
    from wagtail.models import Page

    rows = list(page.items.all())
    wanted = [row.linked_page_id for row in rows if row.linked_page_id]
    pages = {}
    if wanted:
        found: Any = pages_visible_to(Page.objects.filter(pk__in=wanted), viewer)
        pages = {one.pk: one for one in found.specific()}
    items = [
        _item(row, pages.get(row.linked_page_id))
        for row in rows
        if not row.linked_page_id or pages.get(row.linked_page_id)
    ]
    return [item for item in items if item.url]


def _item(row, page) -> Item:
    if page is None:
        return Item(row.title, row.url, row.why, row.minutes, _kind_at(row.url))
    kind = KINDS.get(type(page).__name__, "")
    return Item(row.title or page.title, page.get_url() or "", row.why, row.minutes or reading_minutes(page), kind)


def _kind_at(url: str) -> str:
    """What stands at an address that is no page: “/forum/12/may-we/” is from the forum. Nothing where it is unclear."""
    if url.startswith("https://"):
        return "On another site"
    return next((kind for start, kind in KINDS_AT if re.match(start, url)), "")


KINDS_AT = (
    (r"/forum/\d+/", "From the forum"), (r"/templates/[^/?#]", "Template"), (r"/gateways/[^/?#]", "Legal gateway"),
    (r"/glossary/", "Words explained"), (r"/topics/[^/?#]", "Topic"),
)  # fmt: skip
KINDS = {"StoryPage": "Success story", "GuidancePage": "Guidance", "NewsPage": "News", "StartPage": "Start page"}
