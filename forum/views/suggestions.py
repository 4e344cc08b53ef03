"""What helps while writing: similar questions, a true preview, people and topics by their first letters."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from core import ratelimits
from forum.actions.writing import rendered
from forum.forms.fields import MOST_BODY
from forum.models import Space, Thread
from forum.querysets import people_named_like, topics_like
from forum.similar import Match, heading_of, similar_questions
from members.access import signed_in
from members.permissions import takes_part

MOST = 8


def typed(request, name: str, most: int) -> str:
    """One value of the address: no null characters, spaces in order, at most `most` characters."""
    return " ".join(request.GET.get(name, "")[:1000].replace("\x00", "").split())[:most]


def _allowed(request, act: str) -> HttpResponse | None:
    """None when a writer may be helped; a plain 429 when too often. Raises PermissionDenied for who may not post."""
    if not takes_part(request.user):
        raise PermissionDenied
    try:
        ratelimits.check(act, request)
    except ratelimits.TooOften as often:
        words = f"That was a lot in a short time. Try again in {often.wait} seconds.\n"
        return HttpResponse(words, status=429, content_type="text/plain; charset=utf-8")
    return None


def _space_for(values, member) -> Space | None:
    """The space written in: of the `thread` or the `space` named. Raises Http404 when it is not theirs to read."""
    thread, space = values.get("thread", ""), values.get("space", "")
    if thread:
        threads = Thread.objects.visible_to(member).select_related("space")
        return get_object_or_404(threads, pk=_number(thread)).space
    return get_object_or_404(Space.objects.visible_to(member), pk=_number(space)) if space else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@require_GET
@signed_in
def ask_similar(request):
    """Questions like the title typed so far, as a fragment for the ask page."""
    if refused := _allowed(request, "suggest"):
        return refused
    title = typed(request, "q", 1000) or typed(request, "title", 1000)
    groups = shown(similar_questions(title, member=request.user))
    return render(request, "forum/_similar.html", {"groups": groups, "title": title})


@require_GET
@signed_in
def mentions(request):
    """People whom a text in this space may mention, by the first letters of a name or handle."""
    if refused := _allowed(request, "suggest"):
        return refused
    space, text = _space_for(request.GET, request.user), typed(request, "q", 40)
    people = people_named_like(text, member=request.user, space=space)[:MOST] if text else []
    options = [
        {"value": person.handle, "words": person.display_name, "detail": _detail(person, request.user)}
        for person in people
    ]
    return render(request, "forum/_suggestions.html", {"options": options})


def _detail(person, reader) -> str:
    where = person.organisation.name if person.organisation and person.shows("organisation", to=reader) else ""
    job = person.job_title if person.shows("job_title", to=reader) else ""
    return ", ".join(part for part in (job, where) if part)


@require_GET
@signed_in
def ask_topics(request):
    """Topics in use, by their first letters."""
    if refused := _allowed(request, "suggest"):
        return refused
    text = typed(request, "q", 40)
    topics = topics_like(text, member=request.user)[:MOST] if text else []
    return render(request, "forum/_suggestions.html", {"options": [{"value": t.name, "words": t.name} for t in topics]})


@require_POST
@signed_in
def preview(request):
    """A text as it will stand once posted: rendered by the function that posting uses."""
    if refused := _allowed(request, "preview"):
        return refused
    body = request.POST.get("body", "").replace("\r\n", "\n").replace("\x00", "")
    space = _space_for(request.POST, request.user)
    too_long = len(body) > MOST_BODY
    html = "" if too_long else rendered(body, by=request.user, space=space)[0]
    return render(request, "forum/_preview.html", {"html": html, "too_long": too_long})


def shown(matches: list[Match]) -> list[dict]:
    """Matches as the groups of components/matches.html."""
    if not matches:
        return []
    items = [
        {
            "title": match.thread.title,
            "url": match.thread.get_absolute_url(),
            "state": state_of(match.thread),
            "text": f"“{match.excerpt}”" if match.excerpt else "",
            "instead": f"{_as_good(match.thread)}. Discard my question",
        }
        for match in matches
    ]
    return [{"title": heading_of(match.thread for match in matches), "found": items}]


def _as_good(thread: Thread) -> str:
    """What it does for whoever asks the same."""
    if not thread.is_question():
        return "This helps me"
    return "This answers it" if thread.answer_count else "This asks the same"


def state_of(thread: Thread) -> dict | None:
    """Answered, or how many replies; nothing for a thread without any."""
    if thread.is_answered():
        return {"kind": "done", "icon": "tick", "words": "Answered"}
    if thread.answer_count:
        return {"kind": "plain", "icon": "comment", "words": thread.replies_in_words()}
    return {"kind": "due", "icon": "clock", "words": "No answer yet"} if thread.is_unanswered() else None
