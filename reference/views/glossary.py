from itertools import groupby

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core.caching import depends_on, made_once
from members.access import public
from reference.glossary import explain
from reference.models import Term

VERSION = 1  # raise it when reference/_letters.html changes


@public
def glossary(request):
    """Every term, A to Z."""
    depends_on(request, "glossary")
    count, letters = made_once("glossary", f"glossary-letters:{VERSION}", _letters)
    return render(request, "reference/glossary.html", {"letters": letters, "count": count})


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


def _letters() -> tuple[int, SafeString]:
    """How many terms there are, and all of them under their letters, as everybody reads them. Two queries."""
    terms = list(Term.objects.visible_to(AnonymousUser()).for_glossary())
    letters = [(letter, list(group)) for letter, group in groupby(terms, key=_letter)]
    return len(terms), render_to_string("reference/_letters.html", {"letters": letters}) if letters else SafeString()


def _letter(term: Term) -> str:
    first = term.term[:1].upper()
    return first if first.isalpha() else "0–9"
