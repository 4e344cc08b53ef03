"""The screen in the room: the question in large letters, how to take part, how many have, and the bars."""

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from events.actions import voting as acts
from events.forms.votes import OpenForm
from events.permissions import can_chair
from events.querysets import votes as reads
from events.querysets.votes import Own, Sheet
from events.views.votes import address_for, allowed, found_or_404, others_of, state_of
from members.access import public, signed_in


@public
@require_safe
def screen(request, code: str):
    """For whoever holds the code; buttons only for who may run the vote. Not open yet, it is theirs alone."""
    sheet = found_or_404(request, code)
    if isinstance(sheet, HttpResponse):
        return sheet
    runs, now = can_chair(request.user, sheet.session), timezone.now()
    if sheet.state == "draft" and not runs:
        raise Http404
    asked = sheet.looked_at(request.GET.get("question", ""), now=now)
    context = {
        "sheet": sheet, "asked": asked, "state": state_of(sheet, asked, Own(), now=now), "runs": runs,
        "open": sheet.is_open(now=now), "closed": sheet.is_closed(now=now), "qr": qr_of(address_for(sheet)),
        "short": f"{settings.SITE_URL.split('//', 1)[-1]}/events/vote/",
    }  # fmt: skip
    if context["closed"]:
        context |= others_of(sheet, asked, now=now)
    else:
        context |= {"before": sheet.beside(-1), "after": sheet.beside(1)}
    response = render(request, "events/screen.html", context)
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def qr_of(address: str) -> str:
    """The address as a QR code: dark on white in either scheme, for cameras."""
    return mark_safe(  # made of our own address
        segno.make(address, error="m").svg_inline(
            omitsize=True, dark="#000", light="#fff", border=3, svgclass="screen__code", lineclass=None
        )
    )


@require_POST
@signed_in
def screen_act(request, code: str):
    """Open, close, next question, the one before."""
    sheet = found_or_404(request, code)
    if isinstance(sheet, HttpResponse):
        return sheet
    allowed(request, sheet)
    try:
        _act(sheet, request.POST, request.user)
    except (acts.OverForGood, NotOpened) as refused:
        messages.warning(request, str(refused))
    return redirect("events:screen", code=sheet.code)


class NotOpened(ValueError):
    """The minutes are none: without them it would be open until somebody closes it."""


def _act(sheet: Sheet, said, by) -> None:
    vote, verb, form = reads.vote_by_code(sheet.code), said.get("verb", ""), OpenForm(said)
    if verb == "open":
        if not form.is_valid():
            raise NotOpened(f"The vote is not open yet. Minutes: {form.errors['minutes'][0]}")
        acts.open_vote(vote=vote, by=by, minutes=form.cleaned_data["minutes"])
    elif verb == "close":
        acts.close_vote(vote=vote, by=by)
    elif verb in ("next", "before"):
        beside = sheet.beside(1 if verb == "next" else -1)
        if beside is not None:
            acts.show_question(vote=vote, question=beside.pk, by=by)
    else:
        raise Http404
