from django.shortcuts import render

from core.caching import depends_on
from members.access import public
from reference import asking
from reference.finder import BODIES, PURPOSES, Found, find
from reference.forms import FinderForm


@public
def finder(request):
    """Three questions, and the provisions that fit the answers."""
    depends_on(request, "law")
    asked = any(name in request.GET for name in ("who", "whom", "purpose"))
    form = FinderForm(request.GET if asked else None)
    answers = form.cleaned_data if form.is_valid() else {}
    found = find(**answers) if answers else Found()
    context = {
        "form": form,
        "found": found,
        "answered": bool(answers),
        "who": BODIES.get(answers.get("who"), ""),
        "whom": BODIES.get(answers.get("whom"), ""),
        "purpose": PURPOSES.get(answers.get("purpose"), ""),
        "ask_url": asking.about_answers(**answers) if answers else asking.ASK,
    }
    return render(request, "reference/finder.html", context)
