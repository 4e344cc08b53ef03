"""Bridges from Wagtail's events to the page cache and to people's notices."""

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
    task_approved,
    task_rejected,
    task_submitted,
)

from cms.actions import citing, contacts, drafting, privacy
from cms.editing import notices
from cms.joining import threads_beside
from cms.models import FooterLink, NavigationItem, SiteSettings, StoryPage
from cms.querysets.frame import SECTION_PAGES, links_to
from cms.workflow import let_authors_write
from core import caching
from core.models import CustomDocument, CustomImage
from horizon.models import Development


@receiver([page_published, page_unpublished])
def page_changed(sender, instance, **kwargs):
    caching.touch("pages", f"page:{instance.pk}", f"about:page:{instance.pk}", *threads_beside(instance))


@receiver([page_published, page_unpublished])
def section_came_or_went(sender, instance, **kwargs):
    """A library is one of the sections in every page's frame."""
    if sender._meta.label in SECTION_PAGES:
        caching.touch("site")


@receiver(page_published)
def section_came(sender, **kwargs):
    """Authors write in a library. (Not asked when one goes: it may be about to be deleted, with all who are let in.)"""
    if sender._meta.label in SECTION_PAGES:
        let_authors_write()


@receiver([page_published, page_unpublished])
def page_of_the_frame_came_or_went(sender, instance, **kwargs):
    """The links in every page's frame lead to some pages."""
    if links_to(instance):
        caching.touch("site")


@receiver([page_slug_changed, post_page_move])
def address_changed(sender, instance, **kwargs):
    """Any page may link to it, or to what stands below it."""
    caching.touch("site", "pages", f"page:{instance.pk}", f"about:page:{instance.pk}", *threads_beside(instance))


@receiver(page_published)
def page_is_back(sender, instance, **kwargs):
    """While it was down it may have been made private."""
    privacy.access_changed(instance, alone=True)


@receiver(post_page_move)
def page_stands_elsewhere(sender, instance, **kwargs):
    """There, other restrictions may hold."""
    privacy.access_changed(instance)


@receiver([post_save, post_delete], sender=PageViewRestriction)
def made_private_or_public(sender, instance, origin=None, **kwargs):
    if not privacy.goes_with_its_page(origin):
        privacy.access_changed(instance.page)
    caching.touch("site", "pages", *threads_beside(instance.page))


@receiver([post_save, post_delete], sender=CollectionViewRestriction)
@receiver([post_save, post_delete], sender=Collection)
@receiver([post_save, post_delete], sender=CustomDocument)
def files_made_private_or_public(sender, **kwargs):
    caching.touch("site", "pages", "templates")


@receiver([post_save, post_delete], sender=CollectionViewRestriction)
def collection_made_private_or_public(sender, instance, **kwargs):
    privacy.collection_changed(instance.collection_id)


@receiver(post_save, sender=Collection)
def collection_moved(sender, instance, created=False, **kwargs):
    """Wagtail saves it first, then moves it, and sends no signal of that."""
    if not created:
        transaction.on_commit(lambda: privacy.collection_changed(instance.pk))


@receiver(post_save, sender=CustomDocument)
def file_moved(sender, instance, created=False, **kwargs):
    if not created:
        privacy.files_changed(CustomDocument.objects.filter(pk=instance.pk))


@receiver(post_save, sender=Development)
def development_shown_or_not(sender, instance, created=False, **kwargs):
    if not created:
        privacy.development_changed(instance)


@receiver([post_save, post_delete], sender=CustomImage)
def picture_changed(sender, **kwargs):
    """The words of a page are kept with the addresses of its pictures, and whole pages for strangers with both."""
    caching.touch("pages", "pictures")


@receiver(page_published)
def page_made_of_a_thread(sender, instance, **kwargs):
    if instance.live and instance.first_published_at == instance.last_published_at:
        drafting.first_published(instance)


@receiver([page_published, page_unpublished])
def law_of_page_changed(sender, instance, **kwargs):
    citing.cite_law_of_page(page=instance)


@receiver(post_delete)
def page_deleted(sender, instance, **kwargs):
    if issubclass(sender, Page):
        citing.forget(page=instance)
        caching.touch("site", "pages", f"page:{instance.pk}")


@receiver([post_save, post_delete], sender=Site)
@receiver([post_save, post_delete], sender=SiteSettings)
@receiver([post_save, post_delete], sender=NavigationItem)
@receiver([post_save, post_delete], sender=FooterLink)
def frame_changed(sender, **kwargs):
    caching.touch("site")


@receiver(task_submitted)
def approval_asked(sender, instance, user, **kwargs):
    with transaction.atomic():
        notices.approval_asked(instance, by=user)


@receiver(task_approved)
def approval_given(sender, instance, user, **kwargs):
    with transaction.atomic():
        notices.approval_given(instance, by=user)


@receiver(task_rejected)
def approval_refused(sender, instance, user, **kwargs):
    with transaction.atomic():
        notices.approval_refused(instance, by=user)


@receiver(page_published, sender=StoryPage)
def story_published(sender, instance, revision=None, **kwargs):
    contacts.ask_contacts(story=instance, by=revision.user if revision else None)
