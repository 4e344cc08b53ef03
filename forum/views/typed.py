"""What was typed into a form of the forum and is not posted: its draft, and the page of what was refused."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect

from core.typed import page_with, typed_in
from forum.actions import drafting
from forum.forms.asking import DraftForm
from forum.models import Draft, Place
from forum.pages.threads import why_shut
from members.access import writes
from members.permissions import takes_part

REFUSED = "forum/refused.html"
OUT_OF_SIGHT = "We can’t find this thread or post. It may have been removed, or moved to where you can’t read it."


def marks_of_draft(request) -> dict:
    """What a sent form says of the draft it came from: its version, and the tab's own marks."""

    def number(name):
        text = request.POST.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    return {"version": number("draft_version"), "tab": request.POST.get("tab", "")[:40], "step": number("step")}


def writes_there(view):
    """As `writes`, of a thread: what it is about may be out of sight by now, which is 404 with all the words."""

    @wraps(view)
    def kept(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if request.method != "POST" or not (typed := typed_in(request)).words:
                raise
            return page_with(request, REFUSED, {"why": OUT_OF_SIGHT, "typed": typed}, status=404)

    return writes(kept)


def refused(request, place: Place | None = None, why: str = ""):
    """What comes of a form that can't be posted as things stand now: why, and all that was typed, kept as a draft.

    `place`: what it was for, read anew; None for what has no drafts, and then `why` in words.
    Raises PermissionDenied where there is nothing to keep.
    """
    typed = typed_in(request)
    if request.method != "POST" or not typed.words:
        raise PermissionDenied
    draft = None
    if place is not None:
        why = _why(request.user, place) or why
        try:
            draft = _keep(request, place)
        except drafting.PostedAlready:
            if place.edits is None:
                messages.info(request, "This is posted already.")
                return redirect(place.thread or "forum:thread-list")
    context = {"why": why, "typed": typed, "draft": draft, "place": place}
    return page_with(request, REFUSED, context, status=403)


def _why(member, place: Place) -> str:
    """Which state of the thread or the post stands in the way; "" for none."""
    if place.post is not None and not place.post.is_visible() and takes_part(member):
        return f"The post you {'commented on' if place.on else 'changed'} was deleted while you wrote."
    thread = place.thread
    if thread is None or (takes_part(member) and not thread.is_removed() and not thread.locked):
        return ""
    return why_shut(thread, member, "new comments" if place.on else "changes" if place.edits else "new answers")


def _keep(request, place: Place) -> Draft | None:
    """The draft of what was sent, or None where another tab saved a newer one, or its sender may keep none.

    Raises PostedAlready.
    """
    form = DraftForm(request.POST)
    own = place.edits is None or place.edits.author_id == request.user.pk
    if not (own and takes_part(request.user) and form.is_valid()) or form.is_empty():
        return None
    marks, once_key = marks_of_draft(request), form.cleaned_data["once_key"]
    try:
        return drafting.save_draft(by=request.user, place=place, fields=form.typed(), once_key=once_key, **marks)
    except drafting.NewerDraft:
        return None
