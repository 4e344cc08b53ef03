from django.db import models
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase
from wagtail.models import Page


class Topic(TagBase):
    """What something is about: the one tag that threads, expertise and pages share."""

    class Meta:
        verbose_name = "topic"
        verbose_name_plural = "topics"
        ordering = ["name"]

    def save(self, *args, **kwargs):
        self.name = " ".join(self.name.lower().split())
        super().save(*args, **kwargs)


class PageTopic(ItemBase):
    """A page is about a topic. Query it by `topic_links__tag`: the link stands on Wagtail's own page table."""

    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="page_topics")
    content_object = ParentalKey(Page, on_delete=models.CASCADE, related_name="topic_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="one_topic_per_page")]
