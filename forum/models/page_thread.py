from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable, Page

from forum.models.thread import Thread


class PageThread(Orderable):
    """A thread that belongs with a page: where the question was asked, or what it was made from. Kept in revisions."""

    page = ParentalKey(Page, on_delete=models.CASCADE, related_name="thread_links")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="page_links")
    made_from = models.BooleanField(default=False, help_text="The page was drafted from this thread.")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "thread"], name="one_thread_per_page")]
