"""The admin's search leads to the site's own, which finds what has no list in the admin."""

from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.search import SearchArea


class OnTheSite(SearchArea):
    """What the site's search finds: all of it, or one kind of thing by its name there (`source`)."""

    template = "portal/_admin_search_area.html"

    def __init__(self, *args, source: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = {"in": source} if source else {}

    def render_html(self, request, query, current=None):
        address = f"{self.url}?{urlencode(self.asked | {'q': query})}"
        return render_to_string(self.template, {"area": self, "address": address}, request=request)


@hooks.register("register_admin_search_area")
def search_threads():
    url = reverse("portal:search")
    return OnTheSite("Threads", url, name="threads", icon_name="comment", order=130, source="questions")


@hooks.register("register_admin_search_area")
def search_the_site():
    return OnTheSite("The whole site", reverse("portal:search"), name="site", icon_name="search", order=900)
