from django.http import Http404
from django.shortcuts import redirect, render

from core import caching
from events.querysets.speakers import talks_of_member
from members.access import public
from members.pages import ask_once
from portal import querysets

FIELDS = ("job_title", "organisation", "bio", "expertise", "answers", "email")
TALKS_SHOWN = 5


@public
def person(request, handle: str):
    """A member, as far as they show themselves to this reader."""
    caching.depends_on(request, "members", "forum", "events", "pages")
    ask_once(request.user)
    member = querysets.person_for(request.user, handle)
    if member is None:
        if once := querysets.person_once_called(request.user, handle):
            return redirect(once)  # not for good: they may take the old handle back
        raise Http404
    shows = {field: member.shows(field, to=request.user) for field in FIELDS}
    context = {"member": member, "shows": shows, "mine": request.user.pk == member.pk}
    context["talks"] = talks_of_member(member, request.user, most=TALKS_SHOWN)
    context["topics"] = list(member.expertise.order_by("name")) if shows["expertise"] else []
    if shows["answers"]:
        context |= {"posts": querysets.latest_answers(member, request.user)}
        context |= {"counts": querysets.answers_counted(member, request.user)}
    return render(request, "portal/person.html", context)
