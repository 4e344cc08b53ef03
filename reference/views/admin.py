"""Taking in a list, and marking a law as changed, in Wagtail's admin."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from core.sheets import SheetForm, Unreadable, sent
from members.access import requires
from reference.actions import importing, provisions
from reference.actions.refusals import Refused
from reference.admin_forms import MarkForm
from reference.models import Provision
from reference.plans import PROVISION_COLUMNS, TERM_COLUMNS, Plan, plan_provisions, plan_terms


@dataclass(frozen=True)
class Importing:
    """A kind of list that can be taken in."""

    title: str
    noun: str  # "provision,provisions"
    columns: tuple[str, ...]
    plan: Callable[[str], Plan]
    carry_out: Callable[..., int]
    list_url: str


KINDS = {
    "provisions": Importing(
        "Import provisions", "provision,provisions", PROVISION_COLUMNS, plan_provisions, importing.import_provisions,
        "wagtailsnippets_reference_provision:list",
    ),
    "terms": Importing(
        "Import terms", "term,terms", TERM_COLUMNS, plan_terms, importing.import_terms,
        "wagtailsnippets_reference_term:list",
    ),
}  # fmt: skip


@requires("reference.keep")
def import_list(request, kind: str):
    """Choose a file; see what it would change; have it done, all or nothing."""
    how, context = KINDS[kind], {}
    form = SheetForm(request.POST or None, request.FILES or None) if "text" not in request.POST else SheetForm()
    if request.method == "POST":
        try:
            text, name = sent(request, form)
            plan = how.plan(text) if text else None
            if plan and request.POST.get("fingerprint") == plan.fingerprint and not plan.troubles:
                return _done(request, how, plan, name)
            context = _shown(plan, text, name, moved=plan and "fingerprint" in request.POST)
        except importing.MovedOn:
            context = _shown(how.plan(text), text, name, moved=True)
        except (Unreadable, Refused) as refusal:
            context = {"refusal": str(refusal)}
    return render(request, "reference/admin/import.html", {"how": how, "form": form, "title": how.title} | context)


def _shown(plan: Plan | None, text: str, name: str, *, moved) -> dict:
    return {"plan": plan, "text": text, "source": name, "moved": moved}


def _done(request, how: Importing, plan: Plan, name: str):
    if "words_checked" in request.POST:
        plan = plan.with_words_checked()
    count = how.carry_out(by=request.user, plan=plan, source=name)
    one, many = how.noun.split(",")
    said = f"{len(plan.new)} new, {len(plan.changed)} changed" if count else "Everything was there already"
    messages.success(
        request, f"The list is in: {said}. {len(plan.lines):,} {one if len(plan.lines) == 1 else many} read."
    )
    return redirect(how.list_url)


@requires("reference.keep")
def mark_changed(request, pk: int):
    """Say that a law changed: what, and when. The page says first how many it reaches."""
    provision = get_object_or_404(Provision, pk=pk)
    form = MarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            things = provisions.mark_changed(by=request.user, provision=provision, **form.cleaned_data)
            messages.success(request, f"Marked as changed. {_said(things)}")
            return redirect("wagtailsnippets_reference_provision:edit", provision.pk)
        except Refused as refusal:
            form.add_error("on" if isinstance(refusal, provisions.NotYet) else None, str(refusal))
    things, owners = provisions.reached(provision, on=timezone.localdate())
    context = {
        "provision": provision,
        "form": form,
        "things": things,
        "owners": owners,
        "title": "Mark the law as changed",
    }
    return render(request, "reference/admin/mark_changed.html", context)


def _said(things: int) -> str:
    if not things:
        return "Nothing cites it that was last looked at before that day."
    return f"{things} {'thing says' if things == 1 else 'things say'} “check this” now; their owners are told."
