from django.db import models
from wagtail.admin.panels import FieldPanel

from core.models import AbstractPage


class HorizonIndexPage(AbstractPage):
    """What is about to change, who it touches, and when to start."""

    intro = models.TextField(max_length=400, blank=True)

    template = "horizon/horizon_index.html"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["horizon.BriefingPage"]

    content_panels = [*AbstractPage.content_panels, FieldPanel("intro")]
