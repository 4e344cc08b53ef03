"""What all pages share that somebody looks after: a summary, topics, its keeper, and a date to look again."""

import datetime as dt

from django.db import models
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.search import index

from core.models import AbstractPage
from members.models.member import Member

DUE_SOON = dt.timedelta(days=60)


class KeptPage(AbstractPage):
    """A page that somebody looks after: its `keeper` (Wagtail keeps `owner` for who made it)."""

    class Review(models.TextChoices):
        """Where a page stands with its review. Never stored: the date is."""

        NONE = "none", "No review date"
        UP_TO_DATE = "up_to_date", "Up to date"
        DUE = "due", "Review due"
        OVERDUE = "overdue", "Review overdue"

    summary = models.TextField(max_length=300, help_text="One or two plain sentences: shown in lists and in search.")
    topics = ClusterTaggableManager(through="core.PageTopic", blank=True)
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
    care_panels = [
        FieldPanel("keeper"),
        MultiFieldPanel([FieldPanel("review_on"), FieldPanel("reviewed_on")], "Review"),
    ]

    joined_panels: list = [FieldPanel("topics", heading="Topics")]
    joined_title = "Topics"

    class Meta:
        abstract = True

    @classmethod
    def tabs(cls, *tabs: tuple[str, list]) -> TabbedInterface:
        """The editor of a kind of page: its own tabs, then what all kept pages share."""
        shared = [
            (cls.joined_title, cls.joined_panels),
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
