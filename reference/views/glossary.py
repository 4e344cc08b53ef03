from itertools import groupby

from django.http import Http404
from django.shortcuts import redirect, render

from core.caching import depends_on
from members.access import public
from reference.glossary import explain
from reference.models import Term


@public
def glossary(request):
    """Every term, A to Z."""
    depends_on(request, "glossary")
    terms = list(Term.objects.visible_to(request.user).for_glossary())
    letters = [(letter, list(group)) for letter, group in groupby(terms, key=_letter)]
    return render(request, "reference/glossary.html", {"letters": letters, "count": len(terms)})


@public
def term(request, slug: str):
    """One term. Its short form and its other names lead here too."""
    depends_on(request, "glossary")
    terms = Term.objects.visible_to(request.user)
    found = terms.for_page().at(slug)
    if found is None:
        other = terms.called(slug)
        if other is None:
            raise Http404
        return redirect(other)
    definition = explain(found.definition_html(), {found.pk})
    return render(request, "reference/term.html", {"term": found, "definition": definition})


def _letter(term: Term) -> str:
    first = term.term[:1].upper()
    return first if first.isalpha() else "0–9"
