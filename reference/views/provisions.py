from django.shortcuts import get_object_or_404, render

from core.caching import depends_on
from members.access import public
from members.pages import ask_once
from reference import asking, citing, coming
from reference.directory import look_up
from reference.models import Citation, Provision

MOST_CITING = 60  # things that cite a provision, the newest of them


@public
def provision_list(request):
    """Every provision, law by law, by kind, topic and whether it was checked; each choice with its count."""
    depends_on(request, "law")
    directory = look_up(request.GET, Provision.objects.visible_to(request.user).for_list())
    return render(request, "reference/provision_list.html", {"directory": directory})


@public
def provision(request, slug: str):
    """One provision: what it lets people share and where it stops, and what here cites it."""
    depends_on(request, "law", "glossary")
    found = get_object_or_404(Provision.objects.visible_to(request.user).for_page(), slug=slug)
    depends_on(request, f"provision:{found.pk}", *coming.cache_names())
    ask_once(request.user)
    citations = list(Citation.objects.of_provision(found)[:MOST_CITING])
    depends_on(request, *citing.cache_names(citations))
    for one in citations:
        one.provision = found
    context = {
        "provision": found,
        "cited": citing.with_items(citations, request.user),
        "coming": coming.of(found, request.user),
        "ask_url": asking.about_provision(found),
        "used": set(),
    }
    return render(request, "reference/provision.html", context)
