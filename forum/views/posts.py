from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core import caching, ratelimits
from forum.actions import editing, posting
from forum.actions.refusals import ChangedMeanwhile, Refused
from forum.forms.posting import CommentForm, EditForm
from forum.models import Place, Post
from forum.models.post import PUT_BACK_WITHIN
from forum.pages.gone import own_post
from forum.pages.history import history_of, quoted
from forum.permissions import can_comment, can_delete, can_edit
from forum.views.previews import preview_of
from forum.views.threads import get_thread
from forum.views.typed import marks_of_draft, refused, writes_there
from members.access import public, signed_in

AGAIN = "Save again to put yours in its place."


def get_post(request, number, post) -> Post:
    """A post of a thread the reader may see, whether it is still there or a tombstone. Raises Http404."""
    thread = get_thread(request, number)
    found = get_object_or_404(Post.objects.of_thread(thread), number=post)
    found.thread = thread
    return found


@writes_there
def comment(request, number, post):
    """Comment on a post: a page of its own, or for a script the form alone."""
    on = get_post(request, number, post)
    if not can_comment(request.user, on):
        return refused(request, Place.comment(on))
    if request.method != "POST":
        template = "forum/_comment_form.html" if request.htmx else "forum/comment.html"
        draft = request.user.drafts.at(Place.comment(on)).first()
        form = _comment_form(on, initial={"body": draft.typed()["body"]} if draft else None)
        return render(request, template, {"on": on, "form": form, "draft": draft, "quoted": quoted(on, request.user)})
    form, status = _comment_form(on, request.POST), 200
    if form.is_valid():
        try:
            ratelimits.check("post", request)
            fields = form.cleaned_data
            made = posting.comment(by=request.user, on=on, body=fields["body"], once_key=fields["once_key"])
            return redirect(made)
        except ratelimits.TooOften as often:
            form.add_error(None, _too_often(often))
            status = 429
        except Refused as refusal:
            return refused(request, Place.comment(get_post(request, number, post)), str(refusal))
    context = {"on": on, "form": form, "draft": marks_of_draft(request), "quoted": quoted(on, request.user)}
    return render(request, "forum/comment.html", context, status=status)


def _comment_form(on, typed=None, **options) -> CommentForm:
    """With ids of its own: a page may have several of them open, and the form of an answer beside them."""
    return CommentForm(typed, auto_id=f"comment_{on.number}_%s", **options)


def _too_often(often) -> str:
    minutes = -(-often.wait // 60)
    return (
        "You have posted a lot in a short time, so this is not posted yet. What you typed is still here. "
        f"You can post again in {minutes} minute{'s' if minutes != 1 else ''}."
    )


@writes_there
def edit(request, number, post):
    """Change one's own post."""
    mine = get_post(request, number, post)
    if not can_edit(request.user, mine):
        return refused(request, Place.edit(mine))
    if request.method != "POST":
        draft = request.user.drafts.at(Place.edit(mine)).first()
        form = EditForm(initial=draft.typed() if draft else None, post=mine)
        return render(request, "forum/edit.html", {"post": mine, "form": form, "draft": draft})
    form = EditForm(request.POST, post=mine)
    preview, newer, status = None, None, 200
    if request.POST.get("do") == "preview":
        typed = {name: form[name].value() for name in form.fields}
        preview, status = preview_of(str(typed["body"] or ""), request, space=mine.thread.space)
        form = EditForm(initial=typed, post=mine)
    elif form.is_valid():
        try:
            return redirect(_changed(request, mine, form.cleaned_data))
        except ChangedMeanwhile as changed:
            newer, status = changed.post, 409
            words = f"{changed} Below is what you typed, and under it what it says now. {AGAIN}"
            form = form.over(newer, words, on="topics" if changed.topics_alone else "body")
        except ratelimits.TooOften as often:
            form.add_error("body", f"You have made many changes. Wait {-(-often.wait // 60)} minutes, then save again.")
            status = 429
        except Refused as refusal:
            return refused(request, Place.edit(get_post(request, number, post)), str(refusal))
    draft = marks_of_draft(request)
    context = {"post": mine, "form": form, "draft": draft, "preview": preview, "newer": newer}
    return render(request, "forum/edit.html", context, status=status)


def _changed(request, mine, fields) -> Post:
    ratelimits.check("post", request)
    before = mine.version()
    changed = editing.edit(
        by=request.user, post=mine, body=fields["body"], title=fields.get("title"), topics=fields.get("topics"),
        known=fields["known"],
    )  # fmt: skip
    words, topics = changed.changed_since(before)
    if words:
        messages.success(request, "Your changes are saved. What it said before stays in its history.")
    elif topics:
        messages.success(request, "Its topics are changed.")
    else:
        messages.info(request, "Nothing was changed.")
    return changed


@signed_in
def delete(request, number, post):
    """Delete one's own post, after a page that says what then happens. What is gone already has a page of its own."""
    mine = own_post(request.user, number, post)
    if mine is not None and not mine.is_visible():
        return redirect("forum:gone", number, post)
    mine = get_post(request, number, post)
    if not can_delete(request.user, mine):
        raise PermissionDenied
    if request.method != "POST":
        context = {"post": mine, "quoted": quoted(mine, request.user), "goes": mine.thread.goes_with(mine)}
        context["days"] = PUT_BACK_WITHIN.days
        return render(request, "forum/delete.html", context)
    try:
        editing.delete(by=request.user, post=mine)
        mine.thread.refresh_from_db(fields=["removed_at"])
        # base.html offers to undo it there
        messages.success(request, _deleted(mine), extra_tags=reverse("forum:put-back", args=[number, post]))
    except Refused as refusal:
        mine.thread.refresh_from_db(fields=["removed_at"])
        messages.warning(request, str(refusal))
    return redirect("forum:thread-list" if mine.thread.is_removed() and not request.user.is_moderator else mine)


def _deleted(mine) -> str:
    """What became of a post and its thread, in words."""
    if not mine.thread.is_removed():
        return "It is deleted. A line in the thread says so."
    if mine.kind == Post.Kind.OPENING:
        return f"Your {mine.thread.kind} is deleted, and its thread with it: nobody else had replied."
    return "It is deleted, and the thread with it: nothing else was left there."


@require_GET
@public
def history(request, number, post):
    """What a post said before, and when it was changed."""
    caching.depends_on(request, f"thread:{number}", "members")
    found = get_post(request, number, post)
    if not found.is_visible():
        raise Http404("What is gone has no history.")
    context = {"post": found, "history": history_of(found, request.GET, request.user)}
    return render(request, "forum/history.html", context)
