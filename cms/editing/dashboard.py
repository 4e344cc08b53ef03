"""Panels of the admin's first page: what is overdue, and what stands on law that changed."""

from django.utils import timezone
from wagtail.admin.ui.components import Component

from cms.editing import reports
from cms.querysets import care

SHOWN = 5


class CarePanel(Component):
    """A short list with a way to all of it; nothing when there is nothing to do."""

    template_name = "cms/admin/care_panel.html"

    def __init__(self, name: str, title: str, lines: list[tuple[str, str, str]], all_url: str, order: int):
        self.name, self.title, self.lines, self.all_url, self.order = name, title, lines, all_url, order

    def get_context_data(self, parent_context):
        return {
            "name": self.name, "title": self.title, "lines": self.lines[:SHOWN], "count": len(self.lines),
            "all_url": self.all_url,
        }  # fmt: skip


def panels_for(member) -> list[CarePanel]:
    """Those of `member` that have something in them."""
    today = timezone.localdate()
    overdue = [
        (item.record.title, item.url, f"{item.record.keeper or 'Nobody'}, {(today - item.record.review_on).days} days")
        for item in care.overdue(member, today=today)
    ]
    stale = [
        (item.record.title, item.url, str(item.record.keeper or "Nobody")) for item in care.citing_to_check(member)
    ]
    panels = [
        CarePanel("overdue-reviews", "Overdue reviews", overdue, reports.address("review-dates"), 230),
        CarePanel("law-changed", "To check: the law changed", stale, "", 240),
    ]
    return [panel for panel in panels if panel.lines]
