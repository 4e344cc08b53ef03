from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from forum.actions import moderating
from forum.actions.refusals import Refused
from forum.forms.moderating import ReasonForm, RetagForm
from forum.pages.history import acts_on, quoted
from forum.permissions import can_moderate
from forum.views.posts import get_post
from forum.views.threads import get_thread
from members.access import signed_in

# What can be done to a thread: the act; the words of the page and its button; what is said afterwards.
ACTS = {
    "lock": (moderating.lock, "Lock this thread", "It can still be read, but takes no new answers or comments.",
             "Lock", "The thread is locked."),
    "unlock": (moderating.unlock, "Unlock this thread", "It takes answers and comments again.",
               "Unlock", "The thread is open again."),
    "pin": (moderating.pin, "Pin this thread", "It stands on top of the lists as a notice.",
            "Pin", "The thread is pinned."),
    "unpin": (moderating.unpin, "Unpin this thread", "It goes back to its place in the lists.",
              "Unpin", "The thread is no longer pinned."),
    "retag": (moderating.retag, "Change the topics", "Nobody is told, and nothing becomes unread.",
              "Change topics", "The topics are changed."),
}  # fmt: skip


@signed_in
def moderate(request, number, act):
    """Lock, pin or retag a thread, with a reason."""
    thread = get_thread(request, number)
    if act not in ACTS:
        raise Http404
    do, title, text, button, done = ACTS[act]
    form = _retag_form(request, thread) if act == "retag" else ReasonForm(request.POST or None)
    context = {"thread": thread, "form": form, "title": title, "text": text, "button": button}
    return _reasoned(request, "forum/moderate.html", context, partial(do, thread=thread), done)


@signed_in
def moderated(request, number):
    """What moderators did to a thread, when and why: for moderators."""
    thread = get_thread(request, number)
    if not can_moderate(request.user, thread):
        raise PermissionDenied
    return render(request, "forum/moderated.html", {"thread": thread, "acts": acts_on(thread)})


def _retag_form(request, thread):
    topics = ", ".join(sorted(thread.topics.names()))
    return RetagForm(request.POST or None, initial={"topics": topics})


@signed_in
def remove(request, number, post):
    """Take a post away, with a reason; a tombstone stays."""
    found = get_post(request, number, post)
    act, done = partial(moderating.remove, post=found), "The post is removed. Its author is told why."
    return _about_post(request, "forum/remove.html", act, done, goes=found.thread.goes_with(found))


@signed_in
def restore(request, number, post):
    """Put back a post that a moderator removed, with a reason."""
    found = get_post(request, number, post)
    done = "It is deleted, as its author left it." if found.deleted_at else "The post is back in its place."
    return _about_post(request, "forum/restore.html", partial(moderating.restore, post=found), done)


def _about_post(request, template, act, done, **more):
    post = act.keywords["post"]
    context = {"post": post, "thread": post.thread, "quoted": quoted(post, request.user)} | more
    context["form"] = ReasonForm(request.POST or None)
    return _reasoned(request, template, context, act, done)


def _reasoned(request, template, context, act, done):
    """Show the form that asks for a reason; once it is given, act and go back to the thread."""
    thread, form = context["thread"], context["form"]
    if not can_moderate(request.user, thread):
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        try:
            act(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("why", str(refusal))
        else:
            messages.success(request, done)
            return redirect(context.get("post") or thread)
    return render(request, template, context)
