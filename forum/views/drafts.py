import datetime as dt

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core import ratelimits
from forum.actions import drafting
from forum.forms.asking import DraftForm
from forum.models import ASKING, Draft, Place
from forum.views.posts import get_post
from forum.views.threads import get_thread
from members.access import signed_in, writes
from members.permissions import takes_part

SEAL = "forum.draft-thrown-away"
CHANGED = "Not kept: you changed this post in another tab. Save your changes here, and you see both."
PUT_BACK_WITHIN = dt.timedelta(days=1)  # of the page that offers it


@require_GET
@signed_in
def drafts(request):
    """What a member has typed and not posted yet."""
    return render(request, "forum/drafts.html", {"drafts": Draft.objects.visible_to(request.user)})


@require_POST
@writes
def drafts_save(request):
    """Keep a draft: for the script (`quiet`) with an answer in JSON, for the button with a page."""
    if not takes_part(request.user):
        raise PermissionDenied
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _told(request, form, status=400, words="This draft could not be kept: reload the page and try again.")
    place = _place(request, **_where(form))
    if form.is_empty():
        return _told(request, form, place, words="There is nothing to keep yet.")
    try:
        ratelimits.check("preview", request)
        draft = drafting.save_draft(by=request.user, place=place, fields=form.typed(), **_marks(form))
    except ratelimits.TooOften:
        return _told(request, form, place, status=429, words="Not kept: too many saves. Wait a minute.")
    except drafting.PostedAlready:
        if place.edits is None:
            return _told(request, form, place, words="This is posted already.")
        return _told(request, form, place, status=412, words=CHANGED)
    except drafting.NewerDraft as newer:
        return _newer(request, form, newer.draft)
    return _told(request, form, place, draft=draft, words=f"Draft saved at {draft.saved_words()}")


def _marks(form) -> dict:
    fields = form.cleaned_data
    return {
        "version": fields["draft_version"] or 0,
        "tab": fields["tab"],
        "step": fields["step"] or 0,
        "once_key": fields["once_key"],
    }


def _where(form) -> dict:
    return {name: form.cleaned_data[name] for name in ("thread", "on", "edits")}


def _place(request, *, thread: int | None, on: int | None, edits: int | None) -> Place:
    """What a draft is of, by the numbers of the thread and the post. Raises Http404 for what is not theirs."""
    if thread is None:
        return ASKING
    if on:
        return Place.comment(get_post(request, thread, on))
    if not edits:
        return Place.answer(get_thread(request, thread))
    post = get_post(request, thread, edits)
    if post.author_id != request.user.pk:
        raise Http404
    return Place.edit(post)


def _told(request, form, place=ASKING, *, words: str, draft=None, status=200):
    """Say in words what became of a draft, to the script or on the page it was typed on."""
    if "quiet" in request.POST:
        return JsonResponse({"version": draft.version if draft else None, "words": words}, status=status)
    if draft:
        messages.success(request, f"{words}. You find it under “Your drafts”.")
        return redirect(place.get_absolute_url())
    context = {"form": form, "mine": form.typed(), "words": words, "place": place}
    return render(request, "forum/drafts_save.html", context, status=status)


def _newer(request, form, draft):
    """Another tab saved since: tell, show what it saved, lose neither."""
    words = f"You changed this draft in another tab at {draft.saved_words()}."
    if "quiet" in request.POST:
        told = {"words": words, "version": draft.version, "fields": draft.typed()}
        return JsonResponse(told, status=409)
    context = {"form": form, "mine": form.typed(), "newer": draft, "words": words, "place": draft.place}
    return render(request, "forum/drafts_save.html", context, status=409)


@require_POST
@signed_in
def drafts_discard(request):
    """Throw a draft away: of a question, or of what belongs to `thread`; then go to `next`, and offer it back there."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        raise Http404
    numbers = _where(form)
    draft = drafting.throw_away(by=request.user, place=_place(request, **numbers))
    messages.success(request, "Your draft is thrown away.", extra_tags=_sealed(request, form, draft, numbers))
    where = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(where, {request.get_host()}, require_https=request.is_secure())
    return redirect(where if safe and where.startswith("/") else "forum:thread-list")


def _sealed(request, form, draft: Draft | None, numbers: dict) -> str:
    """A draft that is thrown away, whole, for the banner that offers it back: the server keeps nothing of it.

    What was typed comes with the button of the page it is typed on, as it may not have been saved; it is newer then.
    """
    typed = {} if form.is_empty() else form.typed()
    if not (draft or typed):
        return ""
    kept = numbers | {
        "member": request.user.pk,
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
    if kept.pop("member", None) != request.user.pk:
        messages.warning(request, "This draft can’t be put back any more.")
        return redirect("forum:drafts")
    place = _place(request, thread=kept.pop("thread"), on=kept.pop("on", None), edits=kept.pop("edits", None))
    kept["saved_at"] = dt.datetime.fromisoformat(kept["saved_at"])
    try:
        drafting.put_back(by=request.user, place=place, **kept)
        messages.success(request, "Your draft is back.")
    except drafting.NewerDraft:
        messages.warning(request, "You have begun another draft since. It stays, and the old one is not put back.")
    return redirect(place)
