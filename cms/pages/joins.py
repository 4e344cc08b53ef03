"""What any page may be joined to: topics, provisions of law, threads of the forum. Kept in revisions with the page."""

from django.db import models
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.models import Orderable, Page

from core.models import Topic
from forum.models import Thread
from reference.models import Provision


class PageTopic(ItemBase):
    """A page is about a topic. Query it by `topic_links__tag`: the link stands on Wagtail's own page table."""

    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="page_topics")
    content_object = ParentalKey(Page, on_delete=models.CASCADE, related_name="topic_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="one_topic_per_page")]


class PageProvision(Orderable):
    """A page stands on a provision of law: becomes a `reference.Citation` when the page is published."""

    page = ParentalKey(Page, on_delete=models.CASCADE, related_name="provision_links")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="page_links")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "provision"], name="one_provision_per_page")]


class PageThread(Orderable):
    """A thread that belongs with a page: where the question was asked, or what it was made from."""

    page = ParentalKey(Page, on_delete=models.CASCADE, related_name="thread_links")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="page_links")
    made_from = models.BooleanField(default=False, help_text="The page was drafted from this thread.")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "thread"], name="one_thread_per_page")]
