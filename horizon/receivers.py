"""Bridges from Wagtail's events to what follows from them."""

from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from core import caching
from horizon.actions import publishing
from horizon.models import BriefingPage, HorizonIndexPage


@receiver(page_published, sender=BriefingPage)
def briefing_published(sender, instance, revision=None, **kwargs):
    """Also sent for a page that was only given its hour: the action looks."""
    publishing.published(page=instance, by=revision.user if revision else None)


@receiver(page_unpublished, sender=BriefingPage)
def briefing_unpublished(sender, instance, **kwargs):
    publishing.unpublished(page=instance)


@receiver(post_delete, sender=BriefingPage)
def briefing_deleted(sender, instance, **kwargs):
    publishing.unpublished(page=instance)


@receiver([page_slug_changed, post_page_move])
def address_changed(sender, instance, **kwargs):
    """The lists of the Horizon lead to it."""
    if isinstance(instance.specific, (BriefingPage, HorizonIndexPage)):
        caching.touch("horizon")
