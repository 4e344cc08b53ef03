import hashlib
from functools import cache

from django.apps import apps
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, PageViewRestriction
from wagtail.url_routing import RouteResult

from cms.querysets.home import home_context
from core import caching
from core.models import AbstractPage
from core.prepared import Prepared

MOST_FEATURED = 3
KEEP = 24 * 3600  # seconds that it is remembered where a page stood


class HomePage(AbstractPage):
    """The newcomer's first page: what this is, a real answered question, how to join."""

    headline = models.CharField(max_length=120, help_text="The question a newcomer has.")
    intro = models.TextField(max_length=400)
    often_looked_for = models.CharField(
        max_length=300, blank=True, help_text="Searches offered under the search box, with commas between."
    )
    joining_title = models.CharField(max_length=120, blank=True)
    joining_steps = RichTextField(blank=True, features=["ol", "bold", "link"])

    template = "cms/home_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.StandardPage",
        "cms.GuidanceIndexPage",
        "cms.StoryIndexPage",
        "cms.StartIndexPage",
        "cms.NewsIndexPage",
        "horizon.HorizonIndexPage",
        "events.EventsIndexPage",
    ]
    # Everyone's page: it can't be made private, so nothing is asked about it.
    private_page_options: list[str] = []

    content_panels = [
        *AbstractPage.content_panels,
        MultiFieldPanel([FieldPanel("headline"), FieldPanel("intro"), FieldPanel("often_looked_for")], "First view"),
        InlinePanel(
            "featured_stories",
            [FieldPanel("story")],
            heading="Success stories",
            label="Story",
            max_num=MOST_FEATURED,
            help_text="Shown first, in this order. Without any, the newest are.",
        ),
        MultiFieldPanel([FieldPanel("joining_title"), FieldPanel("joining_steps")], "How to join"),
    ]

    def often_looked_for_list(self) -> list[str]:
        """The searches under the search box, each once, in order."""
        words = (part.strip() for part in self.often_looked_for.split(","))
        return list(dict.fromkeys(word for word in words if word))

    def get_view_restrictions(self):
        return PageViewRestriction.objects.none()

    def route(self, request, path_components):
        """As Wagtail's, which asks for each page on the way down. Where a page stood last is remembered, and looked at
        first: it is the one asked for if it still has that address.
        """
        address = f"{self.url_path}{'/'.join(path_components)}/"
        key = f"route:{hashlib.sha256(address.encode()).hexdigest()}"
        if path_components and (hint := caching.recall(key).get(key)):
            label, pk = hint
            page = read_of(label).first(pk)
            if page is not None and page.live and page.url_path == address:
                return RouteResult(page)
        result = super().route(request, path_components)
        if path_components:
            page = result[0]
            caching.remember({key: (page._meta.label, page.pk)}, KEEP)
        return result

    def get_context(self, request, *args, **kwargs):
        caching.depends_on(request, "forum", "members", "site", "pages", "horizon", "events", f"page:{self.pk}")
        context = super().get_context(request, *args, **kwargs)
        now, found = timezone.now(), home_context(self, request.user)
        caching.good_until(request, *(moment for one in found["events"] for moment in one.line.moments), now=now)
        return context | found


@cache
def read_of(label: str) -> Prepared:
    """Pages of a kind ("cms.StoryPage") by their number, live or not."""
    model = apps.get_model(label)
    return Prepared(lambda pk: model.objects.filter(pk=pk))


class FeaturedStory(Orderable):
    """A success story the core team wants on the home page."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="featured_stories")
    story = models.ForeignKey("cms.StoryPage", on_delete=models.CASCADE, related_name="+")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "story"], name="each_story_featured_once")]
