"""Reports under Reports in the admin: review dates, words and links, what leavers looked after. Each exportable."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.actions.handing_over import CannotKeep, hand_over
from cms.editing import checks, spreadsheets
from cms.querysets import care, reach
from core.models import AbstractPage
from members.models import Member


@dataclass(frozen=True)
class Row:
    """A line of a report: its title and address, the other cells, and a mark for what is urgent."""

    title: str
    url: str
    cells: list[str]
    urgent: bool = False
    key: str = ""


@dataclass(frozen=True)
class Report:
    """A report: what it is called, its columns after the title, who reads it, and how its rows are made."""

    name: str
    title: str
    icon: str
    intro: str
    nothing: str
    columns: list[str]
    rows: Callable[[Member], list[Row]]
    may_read: Callable[[Member], bool] = field(default=lambda member: member.is_writer)


def review_rows(editor) -> list[Row]:
    today = timezone.localdate()
    rows = []
    for item in care.by_review_date(editor):
        record = item.record
        days = (record.review_on - today).days
        state = f"{-days} days overdue" if days < 0 else "today" if days == 0 else f"in {days} days"
        published = "" if getattr(record, "live", True) else " (draft)"
        cells = [item.kind + published, str(record.keeper or "Nobody"), _day(record.review_on), state]
        rows.append(Row(record.title, item.url, cells, urgent=days < 0))
    return rows


def check_rows(editor) -> list[Row]:
    """Each page the editor may change, by its latest draft; those with most to look at first."""
    pages = policy_registry.get_by_type(Page).instances_user_has_permission_for(editor, "change")
    rows = []
    for page in pages.filter(depth__gt=1).specific().iterator():
        if not isinstance(page, AbstractPage):
            continue
        found = checks.check(page.get_latest_revision_as_object())
        if found:
            words = " ".join(one.words for one in found)
            kind = str(page._meta.verbose_name).capitalize()
            rows.append(Row(page.title, care.edit_url(page), [kind, str(len(found)), words]))
    return sorted(rows, key=lambda row: (-int(row.cells[1]), row.title))


def leaver_rows(editor) -> list[Row]:
    return [
        Row(
            item.record.title, item.url,
            [item.kind, item.record.keeper.display_name, item.record.keeper.get_standing_display()], key=item.key,
        )
        for item in care.of_leavers(editor)
    ]  # fmt: skip


def reach_rows(editor) -> list[Row]:
    rows = []
    for one in reach.of_horizon(editor):
        done = "; ".join(f"{title}: {_many(many)}" for title, many in one.tasks)
        cells = [one.kind, str(one.followers), done, str(one.threads), str(one.replies)]
        rows.append(Row(one.record.title, care.edit_url(one.record), cells))
    return rows


def _many(organisations: int | None) -> str:
    return "fewer than 5" if organisations is None else str(organisations)


def _day(day) -> str:
    return f"{day.day} {day:%B %Y}"


REPORTS = {
    report.name: report
    for report in (
        Report(
            "review-dates", "Review dates", "date", "Everything with a review date, the longest overdue first.",
            "Nothing has a review date yet.", ["Kind", "Owner", "Review by", "When"], review_rows,
        ),
        Report(
            "content-checks", "Words and links", "glasses",
            "What the latest draft of each page had better look at. Addresses of other sites are not tried.",
            "Nothing to look at on any page.", ["Kind", "Findings", "What"], check_rows,
        ),
        Report(
            "leavers", "What leavers looked after", "group",
            "Pages and templates whose owner no longer takes part. Choose some, and who looks after them now.",
            "Everything has an owner who takes part.", ["Kind", "Owner", "Standing"], leaver_rows,
            may_read=lambda member: member.is_core_team,
        ),
        Report(
            "horizon", "Horizon: reach and use", "view",
            "Who hears of each, which tasks organisations have done, and what was said about it. We count what people "
            "did, never what they looked at. Where fewer than 5 organisations have done a task, we don’t say how many.",
            "Nothing on the Horizon is shown yet.",
            ["Kind", "Followers", "Organisations that have done each task", "Threads", "Replies"], reach_rows,
            may_read=lambda member: member.is_core_team,
        ),
    )
}  # fmt: skip


class HandOverForm(forms.Form):
    """Which items, and to whom."""

    to = forms.ModelChoiceField(
        label="Give the chosen ones to", queryset=Member.objects.none(), empty_label="Choose a member",
        error_messages={"required": "Choose who looks after them now."},
    )  # fmt: skip
    items = forms.MultipleChoiceField(
        error_messages={"required": "Choose at least one.", "invalid_choice": "One of them has an owner again."}
    )

    def __init__(self, *args, rows: list[Row], **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["to"].queryset = Member.objects.taking_part().select_related("organisation")
        fields["items"].choices = [(row.key, row.title) for row in rows]

    def records(self) -> list:
        """The pages and templates chosen."""
        named = [key.split(":") for key in self.cleaned_data["items"]]
        return [apps.get_model(label).objects.get(pk=pk) for label, pk in named]


def report(request, name: str):
    """One report as a page, or as a file with ?export=csv or xlsx."""
    shown = REPORTS.get(name)
    if shown is None:
        raise Http404
    if not shown.may_read(request.user):
        raise PermissionDenied
    rows = shown.rows(request.user)
    table = [[row.title, *row.cells] for row in rows]
    if (kind := request.GET.get("export")) in {"csv", "xlsx"}:
        return spreadsheets.as_file(kind, name, ["Title", *shown.columns], table)
    form = None
    if name == "leavers":
        form = HandOverForm(request.POST or None, rows=rows)
        if request.method == "POST" and form.is_valid() and (done := _hand_over(request, form)):
            return done
    return render(request, "cms/admin/report.html", {"report": shown, "rows": rows, "form": form})


def _hand_over(request, form: HandOverForm):
    to = form.cleaned_data["to"]
    try:
        count = hand_over(by=request.user, records=form.records(), to=to)
    except CannotKeep as refused:
        form.add_error("to", str(refused))
        return None
    many = f"{count} items" if count != 1 else "1 item"
    messages.success(request, f"{to.display_name} looks after {many} now, and is told.")
    return HttpResponseRedirect(request.path)


urlpatterns = [path("reports/folkmoot/<slug:name>/", report, name="folkmoot_report")]


def address(name: str) -> str:
    return reverse("folkmoot_report", args=[name])
