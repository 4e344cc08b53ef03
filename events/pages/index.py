from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel

from core import caching
from core.models import AbstractPage
from events.querysets.lists import index_for, lines_for
from events.querysets.scenarios import list_for


class EventsIndexPage(AbstractPage):
    """What one can come to, and what was."""

    intro = models.TextField(max_length=400, blank=True)

    template = "events/events_index.html"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["events.EventPage", "events.ScenarioIndexPage"]

    content_panels = [*AbstractPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = "list of events"
        verbose_name_plural = "lists of events"

    def get_context(self, request, *args, **kwargs):
        caching.depends_on(request, "site", f"page:{self.pk}", "pages", "events", "members")
        viewer = getattr(request, "user", None) or AnonymousUser()  # a preview may be nobody's
        context = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        found = index_for(viewer, request.GET, now=now)
        caching.good_until(request, *(moment for line in lines_for(viewer) for moment in line.moments), now=now)
        return context | found | {"scenarios": list_for(viewer)}
