from django.shortcuts import render

from cms.querysets.a_z import entries_for
from core import caching
from members.access import public
from members.pages import ask_once


@public
def a_z(request):
    """One alphabetical index over everything that has a name."""
    caching.depends_on(request, "site", "pages", "law", "templates", "glossary", "forum", "horizon", "events")
    ask_once(request.user)
    return render(request, "cms/a_z.html", {"letters": entries_for(request.user)})
