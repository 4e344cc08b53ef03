from django.contrib import messages
from django.shortcuts import redirect, render

from core import ratelimits
from core.typed import page_with, typed_in
from forum import bylines
from forum.actions import asking
from forum.actions.refusals import Refused
from forum.forms.asking import KINDS, AskForm
from forum.models import ASKING, Space, Thread
from forum.querysets import topic_name
from forum.similar import similar_questions
from forum.views.previews import preview_of
from forum.views.suggestions import shown, typed
from forum.views.typed import marks_of_draft
from members.access import writes
from members.permissions import takes_part


@writes
def ask(request):
    """Start a thread; or, for a member not vouched for yet, why not and what happens next."""
    if not takes_part(request.user):
        return page_with(request, "forum/ask_not_yet.html", {"typed": typed_in(request)}, status=403)
    if request.method == "POST":
        return _sent(request)
    draft = request.user.drafts.at(ASKING).first()
    initial = draft.typed() if draft else _prefilled(request)
    return _page(request, AskForm(initial=initial, member=request.user), draft=draft, restored=bool(draft))


def _sent(request):
    form = AskForm(request.POST, member=request.user)
    do = request.POST.get("do", "post")
    if do in {"edit", "preview"}:
        again = AskForm(initial=form.as_typed(), member=request.user)
        body, html, status = str(again["body"].value() or ""), None, 200
        if do == "preview":
            html, status = preview_of(body, request, space=again.chosen_space())
        return _page(request, again, draft=marks_of_draft(request), preview=html, status=status)
    if not form.is_valid():
        return _page(request, form, draft=marks_of_draft(request))
    return _similar(request, form) or _post(request, form)


def _similar(request, form):
    """The step that shows questions like this one, when there are any that were not shown yet; else None."""
    title = form.cleaned_data["title"]
    if form.has_seen_similar():
        return None
    seen = form.seen_matches_numbers()
    new = [match for match in similar_questions(title, member=request.user) if match.thread.pk not in seen]
    if not new:
        return None
    seen |= {match.thread.pk for match in new}
    context = {"form": form, "groups": shown(new), "title": title, "seen": ",".join(map(str, sorted(seen)))}
    return render(request, "forum/ask_similar.html", context)


def _post(request, form):
    fields = form.cleaned_data
    try:
        ratelimits.check("ask", request)
        thread = asking.ask(
            by=request.user, space=fields["space"], kind=fields["kind"], title=fields["title"], body=fields["body"],
            topics_named=fields["topics"], once_key=fields["once_key"],
        )  # fmt: skip
    except ratelimits.TooOften as often:
        return _page(request, form, draft=marks_of_draft(request), wait=often.wait, status=429)
    except Refused as refusal:
        form.add_error("space", str(refusal))
        return _page(request, form, draft=marks_of_draft(request))
    deed = "answers" if thread.is_question() else "replies"
    messages.success(request, f"Your {thread.kind} is posted. We tell you as soon as someone {deed}.")
    return redirect(thread)


def _page(request, form, *, draft, restored=False, preview=None, wait=0, status=200):
    """The ask page. `draft`: a Draft, or the version a form came with; `wait`: seconds until asking is allowed."""
    title = str(form["title"].value() or "")
    record = Thread(author=request.user, organisation_then=request.user.organisation)
    as_members, as_public = bylines.byline(record, bylines.MEMBERS), bylines.byline(record, bylines.PUBLIC)
    context = {
        "form": form,
        "kinds": KINDS,
        "draft": draft,
        "restored": restored,
        "meant": _prefilled(request) if restored else {},
        "groups": shown(similar_questions(title[:1000], member=request.user)),
        "title": title,
        "byline": as_members,
        "byline_public": as_public if as_public != as_members else None,
        "preview": preview,
        "minutes": -(-wait // 60),
    }
    return render(request, "forum/ask.html", context, status=status)


def _prefilled(request) -> dict:
    """What the address asks for: `?title=…&body=<a line>&space=<slug or number>&topic=<slug or name>`."""
    topic = topic_name(typed(request, "topic", 100), member=request.user)
    found: dict[str, str | int | None] = {
        "title": typed(request, "title", 140), "body": typed(request, "body", 1000), "topics": topic,
    }  # fmt: skip
    if wanted := typed(request, "space", 60):
        spaces = Space.objects.startable_by(request.user)
        found["space"] = next((space.pk for space in spaces if wanted in {space.slug, str(space.pk)}), None)
    return {name: value for name, value in found.items() if value}
