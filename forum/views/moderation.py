from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from forum.actions import moderating
from forum.actions.refusals import Refused
from forum.forms.moderating import ReasonForm, RetagForm
from forum.pages.history import quoted
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
    form = _form(request, thread, act)
    context = {"thread": thread, "form": form, "title": title, "text": text, "button": button}
    return _reasoned(request, thread, form, "forum/moderate.html", context, done, lambda **why: do(thread=thread, **why))


def _form(request, thread, act):
    if act == "retag":
        topics = ", ".join(sorted(thread.topics.names()))
        return RetagForm(request.POST or None, initial={"topics": topics})
    return ReasonForm(request.POST or None)


@signed_in
def remove(request, number, post):
    """Take a post away, with a reason; a tombstone stays."""
    found = get_post(request, number, post)
    form = ReasonForm(request.POST or None)
    context = {"post": found, "thread": found.thread, "form": form, "quoted": quoted(found, request.user)}
    done = "The post is removed. Its author is told why."
    return _reasoned(
        request, found.thread, form, "forum/remove.html", context, done, lambda **why: moderating.remove(post=found, **why)
    )


@signed_in
def restore(request, number, post):
    """Put back a post that a moderator removed, with a reason."""
    found = get_post(request, number, post)
    form = ReasonForm(request.POST or None)
    context = {"post": found, "thread": found.thread, "form": form}
    done = "The post is back in its place."
    return _reasoned(
        request, found.thread, form, "forum/restore.html", context, done,
        lambda **why: moderating.restore(post=found, **why),
    )  # fmt: skip


def _reasoned(request, thread, form, template, context, done, act):
    """Show the form that asks for a reason; once it is given, act and go back to the thread."""
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
