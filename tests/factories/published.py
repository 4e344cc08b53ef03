"""Puts pages of tests where readers find them."""

from typing import TypeVar

from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.signals import page_published

P = TypeVar("P", bound=Page)


def put_below(parent: Page, page: P, *, topics=(), publish=True, by=None) -> P:
    """The page, saved below its parent with a revision, and out unless told otherwise: as it comes from the database.

    One that is out stands there live from the beginning, and all that publishing sets off follows: half the work of
    writing a draft and publishing it. A page that is to be out later (`go_live_at`) is published as an editor does it.
    """
    at_once = publish and page.go_live_at is None
    page.live = at_once
    if at_once:
        page.first_published_at = page.last_published_at = timezone.now()
    if topics:
        page.topics.add(*topics)
    parent.add_child(instance=page)
    revision = page.save_revision(user=by, changed=not at_once, clean=False)
    if at_once:
        page.live_revision = revision
        type(page).objects.filter(pk=page.pk).update(live_revision=revision)
        page_published.send(sender=type(page), instance=page, revision=revision)
        log(instance=page, action="wagtail.publish", user=by, revision=revision)
    elif publish:
        revision.publish(user=by)
    return type(page).objects.get(pk=page.pk)
