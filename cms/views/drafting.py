"""Making a page of a thread, and the authors' yes or no."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cms.actions import drafting
from cms.forms.drafting import DraftFromThreadForm
from cms.models import Excerpt
from core.markdown import excerpt as shortened
from forum.bylines import MEMBERS, byline
from forum.models import Post, Thread
from forum.pages import mentions
from forum.permissions import can_moderate
from members.access import signed_in

MOST_OFFERED = 40


@signed_in
def draft_from_thread(request, number):
    """Choose the posts that a story or guidance begins with."""
    thread = get_object_or_404(Thread.objects.visible_to(request.user).select_related("space"), pk=number)
    if not can_moderate(request.user, thread):
        raise PermissionDenied
    posts = list(Post.objects.new_in(thread, above=0).without_comments().for_page().by_number()[:MOST_OFFERED])
    accepted = [post.number for post in posts if post.pk == thread.accepted_answer_id]
    initial = {"kind": drafting.STORY, "posts": [1, *accepted]}
    form = DraftFromThreadForm(request.POST or None, posts=posts, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            page = drafting.draft_from_thread(
                by=request.user, thread=thread, kind=form.cleaned_data["kind"], posts=form.chosen()
            )
            messages.success(request, "The draft is made, and the authors are asked. Write it up here.")
            return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        except drafting.CantDraft as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "thread": thread, "rows": _rows(form, posts, thread)}
    return render(request, "cms/draft_from_thread.html", context)


def _rows(form, posts, thread) -> list[dict]:
    """The posts to choose from, each as a line with its author and its first words."""
    ticked = {str(value) for value in form["posts"].value() or []}
    said = mentions.shown(MEMBERS, [post.html for post in posts])
    return [
        {
            "number": post.number, "byline": byline(post, MEMBERS), "words": shortened(html, 180),
            "ticked": str(post.number) in ticked, "accepted": post.pk == thread.accepted_answer_id,
        }
        for post, html in zip(posts, said, strict=True)
    ]  # fmt: skip


@signed_in
def consent(request, pk):
    """May these words of yours be quoted? Only their author sees the question."""
    found = get_object_or_404(Excerpt.objects.by(request.user), pk=pk)
    if request.method == "POST":
        agree = request.POST.get("answer")
        if agree in {"yes", "no"}:
            drafting.answer(by=request.user, excerpt=found, agree=agree == "yes")
            words = "Thank you. Your words may be quoted." if agree == "yes" else "Thank you. You will not be quoted."
            messages.success(request, f"{words} You can change your mind here at any time.")
            return redirect(found)
        messages.error(request, "Choose yes or no.")
    return render(request, "cms/consent.html", {"excerpt": found, "byline": byline(found.post, MEMBERS)})
