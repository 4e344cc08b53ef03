"""Scenarios on paper. Their pages are Wagtail's."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from core.caching import depends_on
from events.pdfs.scenario import PAPERS
from events.querysets.scenarios import scenario_for
from members.access import public


@public
@require_safe
def paper(request, pk: int, paper: str):
    """The pack, the cards or the board of a scenario, as a PDF to print."""
    if paper not in PAPERS:
        raise Http404
    page = scenario_for(request.user, pk)
    depends_on(request, f"page:{pk}", "pages")
    answer = HttpResponse(PAPERS[paper](page), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{page.slug}-{paper}.pdf"'
    return answer
