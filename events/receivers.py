"""Bridges from Wagtail's events to what follows from them."""

from django.dispatch import receiver
from wagtail.signals import page_published

from events.actions import changes
from events.pages.event import EventPage


@receiver(page_published, sender=EventPage)
def event_published(sender, instance, revision=None, **kwargs):
    """Also sent for a page that was only given its hour: the action asks whether it is out."""
    changes.published(event=instance, by=revision.user if revision else None)
