import datetime as dt
import secrets

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core import ratelimits
from forum.actions import drafting
from forum.forms.asking import DraftForm
from forum.models import Draft, Thread
from members.access import signed_in
from members.permissions import takes_part

SEAL = "forum.draft-thrown-away"
PUT_BACK_WITHIN = dt.timedelta(days=1)  # of the page that offers it


@require_GET
@signed_in
def drafts(request):
    """What a member has typed and not posted yet."""
    return render(request, "forum/drafts.html", {"drafts": Draft.objects.visible_to(request.user)})


@require_POST
@signed_in
def drafts_save(request):
    """Keep a draft: for the script (`quiet`) with an answer in JSON, for the button with a page."""
    if not takes_part(request.user):
        raise PermissionDenied
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _told(request, form, status=400, words="This draft could not be kept: reload the page and try again.")
    thread = _thread(request, form.cleaned_data["thread"])
    if form.is_empty():
        return _told(request, form, thread, words="There is nothing to keep yet.")
    try:
        ratelimits.check("preview", request)
        draft = drafting.save_draft(by=request.user, thread=thread, fields=form.typed(), **_marks(form))
    except ratelimits.TooOften:
        return _told(request, form, thread, status=429, words="Not kept: too many saves. Wait a minute.")
    except drafting.PostedAlready:
        return _told(request, form, thread, words="This is posted already.")
    except drafting.NewerDraft as newer:
        return _newer(request, form, newer.draft)
    return _told(request, form, thread, draft=draft, words=f"Draft saved at {draft.saved_words()}")


def _marks(form) -> dict:
    fields = form.cleaned_data
    return {
        "version": fields["draft_version"] or 0,
        "tab": fields["tab"],
        "step": fields["step"] or 0,
        "once_key": fields["once_key"],
    }


def _thread(request, number: int | None) -> Thread | None:
    """The thread a draft answers. Raises Http404 when it is not theirs to read."""
    return get_object_or_404(Thread.objects.visible_to(request.user), pk=number) if number else None


def _told(request, form, thread=None, *, words: str, draft=None, status=200):
    """Say in words what became of a draft, to the script or on the page it was typed on."""
    if "quiet" in request.POST:
        return JsonResponse({"version": draft.version if draft else None, "words": words}, status=status)
    if draft:
        messages.success(request, f"{words}. You find it under “Your drafts”.")
        return redirect(_where_it_is_written(thread))
    context = {"form": form, "mine": form.typed(), "words": words, "thread": thread}
    return render(request, "forum/drafts_save.html", context, status=status)


def _newer(request, form, draft):
    """Another tab saved since: tell, show what it saved, lose neither."""
    words = f"You changed this draft in another tab at {draft.saved_words()}."
    if "quiet" in request.POST:
        told = {"words": words, "version": draft.version, "fields": draft.typed()}
        return JsonResponse(told, status=409)
    context = {
        "form": form, "mine": form.typed(), "newer": draft, "words": words, "thread": draft.thread,
        "where": _where_it_is_written(draft.thread), "tab": secrets.token_hex(8),
    }  # fmt: skip
    return render(request, "forum/drafts_save.html", context, status=409)


def _where_it_is_written(thread: Thread | None) -> str:
    return f"{thread.get_absolute_url()}#answer" if thread else reverse("forum:ask")


@require_POST
@signed_in
def drafts_discard(request):
    """Throw a draft away: of the question, or of an answer to `thread`; then go to `next`, and offer it back there."""
    number = request.POST.get("thread", "")
    if number and not (number.isdecimal() and len(number) < 19):
        raise Http404
    thread = _thread(request, int(number)) if number else None
    draft = drafting.throw_away(by=request.user, thread=thread)
    messages.success(request, "Your draft is thrown away.", extra_tags=_sealed(request, draft, thread))
    where = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(where, {request.get_host()}, require_https=request.is_secure())
    return redirect(where if safe and where.startswith("/") else "forum:thread-list")


def _sealed(request, draft: Draft | None, thread: Thread | None) -> str:
    """A draft that is thrown away, whole, for the banner that offers it back: the server keeps nothing of it.

    What was typed comes with the button of the ask page, as it may not have been saved; it is newer then.
    """
    form = DraftForm(request.POST)
    typed = {} if form.is_empty() else form.typed()
    if not (draft or typed):
        return ""
    kept = {
        "member": request.user.pk,
        "thread": thread.pk if thread else None,
        "fields": typed or draft.fields,
        "version": draft.version if draft else 1,
        "saved_at": (timezone.now() if typed or not draft else draft.saved_at).isoformat(),
    }
    return signing.dumps(kept, salt=SEAL, compress=True)


@require_POST
@signed_in
def drafts_put_back(request):
    """Put back a draft that was thrown away, from the banner that said so."""
    if not takes_part(request.user):
        raise PermissionDenied
    try:
        kept = signing.loads(request.POST.get("draft", ""), salt=SEAL, max_age=PUT_BACK_WITHIN)
    except signing.BadSignature:
        kept = {}
    if kept.get("member") != request.user.pk:
        messages.warning(request, "This draft can’t be put back any more.")
        return redirect("forum:drafts")
    thread = _thread(request, kept["thread"])
    saved_at = dt.datetime.fromisoformat(kept["saved_at"])
    try:
        drafting.put_back(
            by=request.user, thread=thread, fields=kept["fields"], version=kept["version"], saved_at=saved_at
        )
        messages.success(request, "Your draft is back.")
    except drafting.NewerDraft:
        messages.warning(request, "You have begun another draft since. It stays, and the old one is not put back.")
    return redirect(_where_it_is_written(thread))
