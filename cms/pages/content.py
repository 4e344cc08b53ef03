"""What all pages of knowledge share: a summary, topics, somebody who looks after them, and a date to look again."""

import datetime as dt

from django.db import models
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.search import index

from cms.querysets.reading import chosen, documents_of, pictures_of, reading_minutes, threads_of
from core import caching
from core.models import AbstractPage
from members.models import Member

DUE_SOON = dt.timedelta(days=60)


class ContentPage(AbstractPage):
    """A page of knowledge. Its owner (Wagtail keeps `owner` for who made it) is its `keeper`."""

    class Review(models.TextChoices):
        """Where a page stands with its review. Never stored: the date is."""

        NONE = "none", "No review date"
        UP_TO_DATE = "up_to_date", "Up to date"
        DUE = "due", "Review due"
        OVERDUE = "overdue", "Review overdue"

    summary = models.TextField(max_length=300, help_text="One or two plain sentences: shown in lists and in search.")
    topics = ClusterTaggableManager(through="cms.PageTopic", blank=True)
    keeper = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="kept_%(class)ss",
        verbose_name="owner", help_text="Who looks after it, and is reminded before its review is due.",
    )  # fmt: skip
    review_on = models.DateField("review by", null=True, blank=True)
    reviewed_on = models.DateField("last reviewed", null=True, blank=True)

    search_fields = [
        *AbstractPage.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("topics_text", boost=2),
    ]

    first_panels = [*AbstractPage.content_panels, FieldPanel("summary")]
    joined_panels = [
        FieldPanel("topics", heading="Topics"),
        InlinePanel(
            "thread_links", [FieldPanel("thread")], heading="Threads of the forum", label="Thread",
            help_text="Readers only see those they may read.",
        ),
        InlinePanel("provision_links", [FieldPanel("provision")], heading="Law it stands on", label="Provision"),
    ]  # fmt: skip
    care_panels = [
        FieldPanel("keeper"),
        MultiFieldPanel([FieldPanel("review_on"), FieldPanel("reviewed_on")], "Review"),
    ]

    class Meta:
        abstract = True

    @classmethod
    def tabs(cls, *tabs: tuple[str, list]) -> TabbedInterface:
        """The editor of a kind of page: its own tabs, then what all pages of knowledge share."""
        shared = [
            ("Topics, threads and law", cls.joined_panels),
            ("Owner and review", cls.care_panels),
            ("Promote", cls.promote_panels),
            ("Settings", cls.settings_panels),
        ]
        return TabbedInterface([ObjectList(panels, heading=title) for title, panels in [*tabs, *shared] if panels])

    def topics_text(self) -> str:
        return " ".join(topic.name for topic in self.topics.all())

    def review_state(self, *, today: dt.date | None = None) -> str:
        """One of `Review`: overdue from the day after `review_on`, due in the 60 days up to it."""
        today = today or timezone.localdate()
        if self.review_on is None:
            return self.Review.NONE
        if self.review_on < today:
            return self.Review.OVERDUE
        return self.Review.DUE if self.review_on - today <= DUE_SOON else self.Review.UP_TO_DATE

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
