"""Talking about a page of the site."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from core import ratelimits
from forum.about import About, look_up
from forum.actions import discussing
from forum.actions.refusals import Refused
from forum.actions.writing import rendered
from forum.forms.posting import PostForm, ReplyForm, StartForm
from forum.models import Thread
from forum.pages.discussions import discussion_of
from forum.views.typed import refused, writes_there
from members.permissions import takes_part

STARTED = "Your discussion is started. We tell you as soon as someone replies."


def _find(request, name, pk) -> About:
    about = look_up(name, pk, request.user)
    if about is None:
        raise Http404
    return about


@writes_there
def discuss(request, name, pk):
    """Say something about a page: its replies, and the form. A form sent from the page itself comes here."""
    about = _find(request, name, pk)
    if request.method != "POST":
        return _page(request, about, _form_of(about)())
    if not takes_part(request.user):
        return _page(request, about, _form_of(about)())
    form = _form_of(about)(request.POST)
    if request.POST.get("do") == "preview":
        return _preview(request, about)
    if not form.is_valid():
        return _page(request, about, form)
    try:
        ratelimits.check("post", request)
        fields = form.cleaned_data
        post = discussing.say(by=request.user, about=about, body=fields["body"], once_key=fields["once_key"])
    except ratelimits.TooOften as often:
        return _page(request, about, form, wait=often.wait, status=429)
    except Refused as refusal:
        form.add_error("body", str(refusal))
        return _page(request, about, form, status=403)
    messages.success(request, STARTED if post.number == 1 else "Your reply is posted.")
    return redirect(f"{about.url}#discussion")


def _form_of(about) -> type[PostForm]:
    """The first words about a thing start its thread, the next are replies."""
    return ReplyForm if Thread.objects.talking_about(about) else StartForm


def _preview(request, about):
    try:
        ratelimits.check("preview", request)
    except ratelimits.TooOften as often:
        return _page(request, about, _form_of(about)(initial=_typed(request)), wait=often.wait, status=429)
    typed = _typed(request)
    html = rendered(typed["body"][:20_000], by=request.user, space=_space(request, about))[0]
    return _page(request, about, _form_of(about)(initial=typed), preview=html)


def _typed(request) -> dict:
    return {
        "body": request.POST.get("body", "")[:100_000].replace("\x00", ""),
        "once_key": request.POST.get("once_key", ""),
    }


def _space(request, about):
    """Where it would be said; None where nothing can be: a look at the words needs no place."""
    thread = Thread.objects.talking_about(about)
    try:
        return thread.space if thread else discussing.space_for(request.user, about)
    except Refused:
        return None


def _page(request, about, form, *, preview=None, wait=0, status=200):
    found = discussion_of(request, about, replies=True, form=form)
    if request.method == "POST" and not found.may_reply:
        return refused(request, why=found.why_not)
    context = {"discussion": found, "about": about, "form": form, "preview": preview, "minutes": -(-wait // 60)}
    return render(request, "forum/discuss.html", context, status=status)
