from django.http import Http404
from django.shortcuts import render

from core import caching
from forum.bylines import MEMBERS, audience_of
from members.access import public
from portal import querysets


@public
def organisation(request, slug: str):
    """What is public about an organisation; who to talk to there, for those who take part."""
    caching.depends_on(request, "members", "forum")
    body = querysets.organisation_for(request.user, slug)
    if body is None:
        raise Http404
    audience = audience_of(request.user)
    people = querysets.people_at(body, request.user) if audience == MEMBERS else []
    context = {
        "body": body,
        "former": [name for name in body.other_names.all() if name.kind == "former"],
        "aliases": [name for name in body.other_names.all() if name.kind == "alias"],
        "taking_part": audience == MEMBERS,
        "people": people,
        "more_people": len(people) == querysets.PEOPLE_SHOWN,
        "threads": querysets.threads_from(body, request.user),
    }
    return render(request, "portal/organisation.html", context)
