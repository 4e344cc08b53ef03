from django.db import models
from django.urls import reverse

from core.models import Topic


class TopicGuide(models.Model):
    """The core team's own words on a topic's page. A topic without them has a page all the same."""

    topic = models.OneToOneField(Topic, on_delete=models.CASCADE, related_name="guide")
    intro = models.TextField(max_length=600)
    ask_team = models.CharField("what to ask the core team about", max_length=240, blank=True)

    class Meta:
        ordering = ["topic__name"]

    def __str__(self):
        return self.topic.name

    def get_absolute_url(self):
        return reverse("cms:topic", args=[self.topic.slug])
