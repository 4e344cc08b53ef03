"""Bridges from Wagtail's events to the page cache."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from core import caching


@receiver([page_published, page_unpublished, page_slug_changed, post_page_move])
def page_changed(sender, **kwargs):
    caching.touch("site")


@receiver([post_save, post_delete], sender=PageViewRestriction)
def page_made_private_or_public(sender, **kwargs):
    caching.touch("site")


@receiver(post_delete)
def page_deleted(sender, **kwargs):
    if issubclass(sender, Page):
        caching.touch("site")
