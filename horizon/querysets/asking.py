"""The briefings that ask something of organisations, the same for all who may see the same pages."""

import hashlib
from typing import Any

from core.addresses import with_addresses
from horizon.querysets.lists import kept
from members.pages import pages_visible_to

VERSION = 1  # raise it when the shape of what is kept changes


def asking_of(viewer) -> tuple[list, dict[str, Any]]:
    """The briefings `viewer` may see that ask something, and the sectors by slug if any task is for some only.

    No query when kept for all who may see the same (of whom was asked what is shut to them), else five. Nobody may
    change them.
    """

    def read() -> tuple[list, dict[str, Any]]:
        pages = briefings_with_tasks(viewer)
        return pages, sectors_of([task for page in pages for task in page.tasks.all()])

    shut = getattr(viewer, "shut", None)
    if shut is None:
        return read()
    reach = hashlib.sha256("|".join(shut.pages).encode()).hexdigest()[:24]
    return kept(f"briefings-asking:{VERSION}:{reach}", read)


def briefings_with_tasks(viewer) -> list:
    """The briefings `viewer` may see that ask something, with tasks and answers, without their words: four queries."""
    from horizon.models import BriefingPage

    pages = pages_visible_to(BriefingPage.objects.filter(tasks__isnull=False).distinct(), viewer)
    pages = pages.defer("changing", "chance", "threat", "no_action")
    return with_addresses(pages.prefetch_related("tasks", "answers").order_by("title", "pk"))


def sectors_of(tasks) -> dict[str, Any]:
    """The sectors by their slugs, in their order, if any of these tasks is for some only: one query or none."""
    from members.models import Sector

    return {one.slug: one for one in Sector.objects.all()} if any(task.sectors for task in tasks) else {}
