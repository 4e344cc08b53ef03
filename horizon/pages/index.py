from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel

from core import caching
from core.models import AbstractPage
from horizon.pictures import chart
from horizon.querysets.pictures import index_for


class HorizonIndexPage(AbstractPage):
    """What is about to change, who it touches, and when to start."""

    intro = models.TextField(max_length=400, blank=True)

    template = "horizon/horizon_index.html"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["horizon.BriefingPage"]

    content_panels = [*AbstractPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = "horizon"
        verbose_name_plural = "horizons"

    def get_context(self, request, *args, **kwargs):
        caching.depends_on(request, "site", f"page:{self.pk}", "pages", "horizon", "members", "glossary")
        context = super().get_context(request, *args, **kwargs)
        today = timezone.localdate()
        viewer = getattr(request, "user", None) or AnonymousUser()  # a preview may be nobody's
        found = index_for(viewer, request.GET, today=today)
        return context | found | {"chart": chart.draw(found["marks"], today=today)}
