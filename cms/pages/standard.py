from django.core.exceptions import ValidationError
from django.db import models
from django.urls import URLResolver, get_resolver
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.search import index

from core import caching
from core.models import AbstractPage


def taken_segments() -> set[str]:
    """First segments of addresses that the apps use: "forum", "people", …; no page may stand there."""
    entries = list(get_resolver().url_patterns)
    # apps that spell out their own first segments are included at the root
    roots = [entry for entry in entries if isinstance(entry, URLResolver) and entry.app_name and not str(entry.pattern)]
    entries += [inner for root in roots for inner in root.url_patterns]
    segments = [str(entry.pattern).lstrip("^").split("/")[0] for entry in entries]
    return {segment for segment in [*segments, "static", "media", "ws"] if segment.isidentifier()}


class StandardPage(AbstractPage):
    """A plain page of words: how this works, house rules, privacy."""

    intro = models.TextField(
        max_length=400, blank=True, help_text="One or two sentences that say what the page is for."
    )
    body = RichTextField(features=["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr"])

    template = "cms/standard_page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []

    search_fields = [*AbstractPage.search_fields, index.SearchField("intro", boost=2), index.SearchField("body")]

    content_panels = [*AbstractPage.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = "plain page"
        verbose_name_plural = "plain pages"

    def clean(self):
        super().clean()
        if self.slug in taken_segments():
            raise ValidationError({"slug": f"The site itself uses /{self.slug}/. Choose another address."})

    def get_context(self, request, *args, **kwargs):
        caching.depends_on(request, "site", f"page:{self.pk}")
        return super().get_context(request, *args, **kwargs)
