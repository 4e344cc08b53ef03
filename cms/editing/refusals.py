"""Pages that are not ready: said in plain words wherever the admin would publish it all the same."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.models import Page, get_page_models

from core.models.ready import NotReady, PublishedWhenReady


def unready(pages, *, with_descendants: bool) -> list[Page]:
    """Pages among `pages` (and, if wanted, the drafts below them) that may not be published yet."""
    found = []
    for page in pages:
        among = page.get_descendants(inclusive=True) if with_descendants else Page.objects.filter(pk=page.pk)
        for kind in kinds_that_wait():
            drafts = [item.get_latest_revision_as_object() for item in kind.objects.filter(pk__in=among.values("pk"))]
            found += [draft for draft in drafts if draft.refusals()]
    return found


def kinds_that_wait() -> list:
    """The kinds of page that are published only when they are ready."""
    return [model for model in get_page_models() if issubclass(model, PublishedWhenReady)]


def say(request, drafts: list[Page]) -> None:
    """One message for each that was refused: its title, and why."""
    for draft in drafts:
        messages.error(request, f"“{draft.title}” can’t be published yet. {' '.join(draft.refusals().values())}")


class PlainRefusals:
    """The net below all routes: a refusal becomes a message on the page one came from, never an error page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not (isinstance(exception, NotReady) and request.path.startswith("/admin/")):
            return None
        messages.error(request, "It can’t be published yet. " + " ".join(exception.messages))
        back = request.headers.get("Referer", "")
        here = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
        return HttpResponseRedirect(back if here else "/admin/")
