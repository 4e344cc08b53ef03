"""Which site a page is asked of: one, nearly everywhere, and known without asking the database each time."""

import copy

from wagtail.models import Site

from cms.pages.home import read_of
from core import caching


class KnownSite:
    """Tell Wagtail the site of a request for a page, where there is but one site.

    It would ask two queries for it, on every page. The first page itself is read afresh where it is what is shown.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.resolver_match.url_name != "wagtail_serve" or (site := only_site()) is None:
            return
        if request.path == "/":
            page = read_of(site.root_page._meta.label).first(site.root_page.pk)
            if page is None:
                return
            site.root_page = page
        request._wagtail_site = site  # where Wagtail keeps it, see Site.find_for_request


def only_site() -> Site | None:
    """The site, with its first page, as the caller's own copy; None where Wagtail should look itself.

    That is where there are several sites, or none for every address, or no page below the first.
    """
    kept = caching.made_once("site", "only-site", _read, seconds=3600)
    if kept is None:
        return None
    site = copy.copy(kept)
    site.root_page = copy.copy(kept.root_page)
    return site


def _read() -> Site | None:
    sites = Site.objects.select_related("root_page")[:2]
    # below a first page without pages the tree finds none: the first that comes may not be among those that touch this
    if len(sites) != 1 or not sites[0].is_default_site or not sites[0].root_page.numchild:
        return None
    sites[0].root_page = sites[0].root_page.specific
    return sites[0]
