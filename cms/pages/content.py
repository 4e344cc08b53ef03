"""What all pages of knowledge share: threads and law beside what every kept page has."""

from wagtail.admin.panels import FieldPanel, InlinePanel

from cms.querysets.reading import threads_of
from cms.querysets.shared import kept_for
from cms.rendering import Shown, rendered, shown_to
from core import caching
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

    # the streams whose blocks stand on the page, in the order they are read in, and how deep their headings are
    streams: tuple[str, ...] = ()
    heading_level = 2

    def facts(self) -> dict:
        """What the page shows of other tables, the same for every reader: kept for all of them (`kept_for`).

        Nothing that some may not see may be shown of it unasked. `linked`: the ids of its threads; `above`: id, title
        and address of the page it stands under, or None.
        """
        # a page in its first preview has a place too
        parent = self.get_parent() if self.path and self.depth else None
        return {
            "minutes": reading_minutes(self),
            "linked": tuple(link.thread_id for link in self.thread_links.all()),
            "topics": sorted(self.topics.all(), key=lambda topic: topic.name),
            "above": (parent.pk, parent.title, parent.url) if parent is not None else None,
        }

    def get_context(self, request, *args, **kwargs):
        """With `minutes` to read, `topics`, `related` threads that the reader may read, and `words`: HTML by stream.

        Works for a page that is not saved yet. Live, and kept, it asks no query of its own, or one or two for each
        kind of thing that not all may see: threads in spaces of groups, files, words of others.
        """
        caching.depends_on(request, "site", f"page:{self.pk}", "glossary", "members", "pictures")
        context = super().get_context(request, *args, **kwargs)
        preview = getattr(request, "is_preview", False)
        facts = kept_for(self, "facts", self.facts, preview=preview)
        linked, named = facts["linked"], chosen(self, "thread")
        caching.depends_on(request, *(f"thread:{pk}" for pk in {*linked, *named}))
        threads = threads_of([*linked, *named], request)
        shown = shown_to(self, request, threads) if self.streams else Shown()
        return context | {
            "facts": facts,
            "crumbs": self._crumbs(request, facts["above"]),
            "minutes": facts["minutes"],
            "topics": facts["topics"],
            "related": [threads[pk] for pk in linked if pk in threads],
            "words": rendered(self, self.streams, shown, preview=preview, heading_level=self.heading_level),
        }

    def _crumbs(self, request, above: tuple[int, str, str] | None) -> list[dict]:
        """The way to this page: the index it stands under, and itself."""
        if above is None:
            return [{"title": self.title}]
        pk, title, url = above
        caching.depends_on(request, f"page:{pk}")
        return [{"title": title, "url": url}, {"title": self.title}]
