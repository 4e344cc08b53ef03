"""Taking in a list of organisations, in Wagtail's admin."""

import csv

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from core.sheets import SheetForm, Unreadable, sent
from members.access import requires
from members.importing import COLUMNS, MovedOn, Plan, import_organisations, plan_organisations


@requires("members.keep_directory")
def import_list(request):
    """Choose a file; see what each row would change; have it done, all or nothing."""
    form = SheetForm(request.POST or None, request.FILES or None) if "text" not in request.POST else SheetForm()
    context = {"form": form, "title": "Import organisations", "columns": COLUMNS.values()}
    if request.method == "POST":
        try:
            text, name = sent(request, form)
            if text and "fingerprint" in request.POST:
                return _done(request, text, name)
            context |= _shown(text, name, moved=False)
        except MovedOn:
            context |= _shown(text, name, moved=True)
        except Unreadable as refusal:
            context["refusal"] = str(refusal)
    return render(request, "members/import_organisations.html", context)


def _shown(text: str, name: str, *, moved: bool) -> dict:
    return {"plan": plan_organisations(text) if text else None, "text": text, "source": name, "moved": moved}


def _done(request, text: str, name: str):
    plan = import_organisations(by=request.user, text=text, fingerprint=request.POST["fingerprint"], source=name)
    messages.success(request, _said(plan))
    return redirect("organisation:index")


def _said(plan: Plan) -> str:
    what = f"{len(plan.new)} new, {len(plan.changed)} changed" if plan.count else "Everything was there already"
    return f"The list is in: {what}, {len(plan.same)} the same as before."


@requires("members.keep_directory")
def empty_list(request):
    """A file with the columns and nothing below them, to fill in."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="organisations.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response.write("\ufeff")  # the mark by which Excel knows UTF-8
    csv.writer(response).writerow(COLUMNS)
    return response
