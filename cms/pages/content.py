"""What all pages of knowledge share: a summary, topics, somebody who looks after them, and a date to look again."""

import datetime as dt

from django.db import models
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from wagtail.search import index

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

    class Meta:
        abstract = True

    def topics_text(self) -> str:
        return " ".join(link.tag.name for link in self.topic_links.select_related("tag"))

    def review_state(self, *, today: dt.date | None = None) -> str:
        """One of `Review`: overdue from the day after `review_on`, due in the 60 days up to it."""
        today = today or timezone.localdate()
        if self.review_on is None:
            return self.Review.NONE
        if self.review_on < today:
            return self.Review.OVERDUE
        return self.Review.DUE if self.review_on - today <= DUE_SOON else self.Review.UP_TO_DATE
