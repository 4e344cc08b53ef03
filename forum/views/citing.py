"""The law an answer stands on."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from forum.actions import citing
from forum.actions.refusals import Refused
from forum.forms.citing import CiteForm
from forum.pages.history import quoted
from forum.permissions import can_cite
from forum.views.posts import get_post
from members.access import signed_in
from reference.models import Citation, Provision


@signed_in
def cite(request, number, post):
    """Choose the provisions an answer stands on."""
    answer = get_post(request, number, post)
    if not can_cite(request.user, answer):
        raise PermissionDenied
    cited = [one.provision_id for one in Citation.objects.of(answer)]
    form = CiteForm(request.POST or None, initial={"provisions": cited})
    if request.method == "POST" and form.is_valid():
        try:
            citing.cite(by=request.user, post=answer, provisions=form.cleaned_data["provisions"])
            messages.success(request, "Saved. If that law changes, the answer will say “check this”.")
            return redirect(answer)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"post": answer, "thread": answer.thread, "form": form, "laws": _by_law(form)}
    return render(request, "forum/cite.html", context | {"quoted": quoted(answer, request.user)})


def _by_law(form) -> list[tuple[str, list[Provision], bool]]:
    """The provisions to choose from, law by law, each with `chosen`; and whether any of a law is."""
    values = {str(value) for value in form["provisions"].value() or []}
    rows = list(form.rows.values())
    for row in rows:
        row.chosen = str(row.pk) in values
    laws = [(law, list(group)) for law, group in groupby(rows, key=lambda row: row.law)]
    return [(law, group, any(row.chosen for row in group)) for law, group in laws]


@require_POST
@signed_in
def still_right(request, number, post):
    """The answer still holds though its law changed."""
    answer = get_post(request, number, post)
    try:
        citing.still_right(by=request.user, post=answer)
        messages.success(request, "Thank you. The answer no longer says “check this”.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(answer)
