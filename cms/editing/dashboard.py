"""Panels of the admin's first page: what is overdue, what stands on law that changed, what the horizon waits for."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from cms.editing import reports
from cms.querysets import care
from horizon.models import Development, Signal
from horizon.querysets.dates import passed_unconfirmed

SHOWN = 5


class CarePanel(Component):
    """A short list with a way to all of it; nothing when there is nothing to do."""

    template_name = "cms/admin/care_panel.html"

    def __init__(
        self, name: str, title: str, lines: list[tuple[str, str, str]], all_url: str, order: int, *,
        all_words: str = "All review dates", column: str = "Owner", shown: int = SHOWN,
    ):  # fmt: skip
        self.name, self.title, self.lines, self.all_url, self.order = name, title, lines, all_url, order
        self.all_words, self.column, self.shown = all_words, column, shown

    def get_context_data(self, parent_context):
        return {
            "name": self.name, "title": self.title, "column": self.column,
            "lines": self.lines[: self.shown], "unsaid": len(self.lines[self.shown :]),
            "all_url": self.all_url, "all_words": self.all_words,
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
        *(_of_horizon(member, today) if member.has_perm("horizon.keep") else []),
    ]
    return [panel for panel in panels if panel.lines]


def _of_horizon(member, today: dt.date) -> list[CarePanel]:
    """Signals nobody decided on, developments to look at again, dates that passed without anybody confirming them."""
    signals = [
        (one.title, care.edit_url(one), f"{one.get_state_display()}, sent {_day(timezone.localdate(one.sent_at))}")
        for one in Signal.objects.visible_to(member).open().for_triage()
    ]
    again = [
        (one.title, care.edit_url(one), f"{one.keeper or 'Nobody'}, by {_day(one.recheck_on)}")
        for one in Development.objects.to_check_again(today).select_related("keeper")
    ]
    passed = [
        (step.development.title, care.edit_url(step.development), f"{step.what}: {step.when_in_words()}")
        for step in passed_unconfirmed(today)
    ]
    every = reverse("wagtailsnippets_horizon_development:list")
    return [
        CarePanel(
            "signals",
            "Signals to decide on",
            signals,
            reverse("signal:index"),
            60,
            all_words="All signals",
            column="State",
        ),
        CarePanel(
            "recheck", "Developments to check again", again, f"{every}?due=again", 245, all_words="All to check again"
        ),
        CarePanel(
            "passed",
            "Dates that passed unconfirmed",
            passed,
            f"{every}?due=unconfirmed",
            246,
            all_words="All that passed",
            column="Date",
        ),
    ]


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
