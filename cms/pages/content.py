"""What all pages of knowledge share: threads and law beside what every kept page has."""

from wagtail.admin.panels import FieldPanel, InlinePanel

from cms.querysets.reading import threads_of
from core import caching
from core.blocks.files import documents_of, pictures_of
from core.blocks.reading import chosen, reading_minutes
from members.models import KeptPage


class ContentPage(KeptPage):
    """A page of knowledge."""

    joined_panels = [
        *KeptPage.joined_panels,
        InlinePanel(
            "thread_links", [FieldPanel("thread")], heading="Threads of the forum", label="Thread",
            help_text="Readers only see those they may read.",
        ),
        InlinePanel("provision_links", [FieldPanel("provision")], heading="Law it stands on", label="Provision"),
    ]  # fmt: skip
    joined_title = "Topics, threads and law"

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        """With `minutes` to read, `topics`, the `threads` it belongs with, and what its blocks need to be drawn.

        Works for a page that is not saved yet. Blocks read `threads`, `documents` and `pictures` (those of the page
        that the reader may see, by id) and `terms_used` (the terms of the glossary already explained).
        """
        caching.depends_on(request, "site", f"page:{self.pk}", "glossary", "members")
        context = super().get_context(request, *args, **kwargs)
        linked, named = [link.thread_id for link in self.thread_links.all()], chosen(self, "thread")
        caching.depends_on(request, *(f"thread:{pk}" for pk in {*linked, *named}))
        threads = threads_of([*linked, *named], request)
        return context | {
            "crumbs": self._crumbs(request),
            "minutes": reading_minutes(self),
            "topics": sorted(self.topics.all(), key=lambda topic: topic.name),
            "threads": threads,
            "related": [threads[pk] for pk in linked if pk in threads],
            "documents": documents_of(chosen(self, "download"), request),
            "pictures": pictures_of(chosen(self, "image"), request),
            "terms_used": set(),
        }

    def _crumbs(self, request) -> list[dict]:
        """The way to this page: the index it stands under, and itself. A page in its first preview has a place too."""
        parent = self.get_parent() if self.path and self.depth else None
        if parent is not None:
            caching.depends_on(request, f"page:{parent.pk}")
        above = [{"title": parent.title, "url": parent.url}] if parent is not None else []
        return [*above, {"title": self.title}]
