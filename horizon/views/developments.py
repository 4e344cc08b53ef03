from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from core import caching
from horizon import words
from horizon.querysets import detail as reads
from horizon.querysets.follows import count_followers, following
from members.access import public
from members.pages import ask_once


@public
def development(request, slug: str):
    """One change: its dates and how they moved, how far it has come, what it means, where we know it from."""
    caching.depends_on(request, "horizon", "pages", "law", "members", "glossary")
    found = reads.development_for(request.user, slug)
    if found is None:
        raise Http404
    caching.depends_on(request, f"development:{found.pk}")
    ask_once(request.user)
    today = timezone.localdate()
    detail = reads.detail_of(found, request.user, today=today)
    context = {
        "development": found,
        "detail": detail,
        "row": detail.row,
        "keeper": words.named(found.keeper, request.user),
        "follows": following(request.user, found),
        "followers": count_followers(found),
        "near": reads.near(detail.row, request.user, today=today),
        "crumbs": [{"title": "Horizon", "url": "/horizon/"}, {"title": found.title}],
    }
    return render(request, "horizon/development.html", context)
