from django.db import models

from events.pages.event import EventPage


class EventAsTold(models.Model):
    """When, where and how to join, as those who booked know it: what a publishing is compared with."""

    event = models.OneToOneField(EventPage, on_delete=models.CASCADE, related_name="as_told")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    venue = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=240, blank=True)
    online_url = models.URLField(max_length=400, blank=True)
